"""`tanya mcp` as an assistant uses it: the client of the protocol's own library, over stdio and over HTTP."""

import asyncio
import http.client
import json
import os
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from browser import ROOT
from quick_hashes import QUICK
from served_api import PASSWORD, QUOTE, Service, archive, command, served

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
import httpx2
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from index.storage.database import Database
from index.storage.history import STOPPED, History
from rag.serving.access.accounts import LOCAL, READER, Accounts
from rag.serving.access.tokens import Tokens
from rag.serving.api import shapes
from rag.serving.api.assistant_tools import TOOLS
from rag.serving.loading import STORE_FILE

ASKED = {"question": "Berapa panjang Jembatan Kalirejo?"}
NOT_THERE = "Artikel itu tidak ada di arsip; pakai article_id dari hasil pencarian."
Task = Callable[[Client], Awaitable[Any]]


def over_stdio(data: Path, task: Task, piece_s: float = 0.0) -> Any:
    program, *arguments = command("mcp", "--data", data, piece_s=piece_s)

    async def run() -> Any:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        async with Client(StdioServerParameters(command=program, args=arguments, env=environment, cwd=ROOT)) as client:
            return await task(client)

    return asyncio.run(run())


def over_http(service: Service, token: str, task: Task) -> Any:
    @asynccontextmanager
    async def transport() -> AsyncIterator[Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http,
            streamable_http_client(f"http://{service.host}/mcp", http_client=http) as streams,
        ):
            yield streams

    async def run() -> Any:
        async with Client(transport()) as client:
            return await task(client)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(tmp_path_factory.mktemp("asisten") / "data")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = archive(tmp_path_factory.mktemp("asisten-http") / "data")
    Accounts(data, QUICK).add("ani", PASSWORD, READER)
    with served(data, "mcp", "--http") as service:
        yield service


async def all_tools(client: Client) -> dict[str, Any]:
    """Call each of the tools and return what it gives; the client checks it against the tool's own schema."""
    told = await client.list_tools()
    assert [tool.name for tool in told.tools] == list(TOOLS)
    for tool in told.tools:
        assert tool.annotations is not None and tool.annotations.read_only_hint
        assert tool.description and len(tool.description) > 100
        assert tool.output_schema == TOOLS[tool.name].gives.model_json_schema()
    progress: list[str | None] = []

    async def note(done: float, total: float | None, message: str | None) -> None:
        progress.append(message)

    found = {
        "search_archive": await client.call_tool("search_archive", {**ASKED, "top": 1}),
        "ask_archive": await client.call_tool("ask_archive", ASKED, progress_callback=note),
        "check_quote": await client.call_tool("check_quote", {"quote": QUOTE.replace("senang", "sedih")}),
        "read_article": await client.call_tool("read_article", {"article_id": "kopi.txt", "max_chars": 13}),
    }
    for result in found.values():
        assert not result.is_error
        assert json.loads(result.content[0].text) == result.structured_content
    assert progress == ["2 bagian artikel ditemukan"]
    return {name: result.structured_content for name, result in found.items()}


def check(told: dict[str, Any]) -> None:
    assert [result["article_id"] for result in told["search_archive"]["results"]] == ["jembatan.txt"]
    assert (told["ask_archive"]["answer"], told["ask_archive"]["found"]) == ("120 meter. [1]", True)
    quote = told["check_quote"]
    assert quote["verdict"] == "altered"
    (place,) = quote["matches"]
    changed = [
        (part["claimed"].strip(), part["source"].strip()) for part in place["difference"] if part["op"] == "replace"
    ]
    assert changed == [("sedih", "senang")]
    article = told["read_article"]
    assert (article["title"], article["text"], article["end"]) == ("Festival Kopi", "Festival Kopi", 13)
    for name, record in told.items():
        assert TOOLS[name].gives.model_validate(record, strict=True).model_dump() == record


async def all_wrong(client: Client) -> None:
    for name, arguments, told in (
        ("search_archive", {}, "Isian 'question' belum ada; perbaiki permintaannya."),
        ("ask_archive", {"question": ""}, "Isian 'question' kosong; perbaiki permintaannya."),
        ("check_quote", {"quote": "..."}, "Kutipan '...' tidak berisi kata; tulis kalimat yang dikutip."),
        ("read_article", {"article_id": "tiada"}, NOT_THERE),
        ("hapus_arsip", {}, f"Alat 'hapus_arsip' tidak ada; yang ada: {', '.join(TOOLS)}."),
    ):  # fmt: skip
        result = await client.call_tool(name, arguments)
        assert (result.is_error, [block.text for block in result.content]) == (True, [told])  # type: ignore[union-attr]


def test_an_assistant_uses_all_tools_over_stdio(data: Path) -> None:
    """The models print to stdout when they are loaded: the protocol must not break by it."""
    check(over_stdio(data, all_tools))


def test_what_is_wrong_is_told_in_one_line_over_stdio(data: Path) -> None:
    over_stdio(data, all_wrong)


def test_an_assistant_uses_all_tools_over_http(service: Service) -> None:
    token = Tokens(service.data).make("ani")[1]
    told = over_http(service, token, all_tools)
    check(told)
    assert str(service.data.parent) not in json.dumps(told)  # a reader's roles are those of the page
    over_http(service, token, all_wrong)


def test_over_http_nobody_comes_in_without_a_token(service: Service) -> None:
    kept, token = Tokens(service.data).make("ani")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = "application/json, text/event-stream"
    assert service.ask("POST", "/mcp", call, accept=accept, token=token)[0] != 401
    Tokens(service.data).revoke(kept.id)
    for given in ("", token):
        status, headers, told = service.ask("POST", "/mcp", call, accept=accept, token=given)
        assert (status, headers["www-authenticate"]) == (401, "Bearer")
        assert "tools" not in json.dumps(told)
    for headers in ({"host": "jahat.example"}, {"origin": "http://jahat.example"}, {"sec_fetch_site": "cross-site"}):
        assert service.ask("POST", "/mcp", call, accept=accept, token=token, **headers)[0] == 403


def test_only_the_protocol_is_on_stdout(data: Path) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "uji", "version": "1"}},
    }
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "ask_archive", "arguments": ASKED}}
    with subprocess.Popen(
        command("mcp", "--data", data), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        lines = []
        for messages in ((hello,), ({"jsonrpc": "2.0", "method": "notifications/initialized"}, asked)):
            for message in messages:
                process.stdin.write(json.dumps(message) + "\n")
                process.stdin.flush()
            lines.append(json.loads(process.stdout.readline()))
        process.stdin.close()  # the assistant ends: so does this
        rest = process.stdout.read()
        told = process.stderr.read()
        assert process.wait(timeout=60) == 0
    assert [line["id"] for line in lines] == [1, 2]
    assert lines[1]["result"]["structuredContent"]["answer"] == "120 meter. [1]"
    assert rest == ""
    assert "a library that talks to stdout" in told and "Traceback" not in told


def test_an_answer_that_an_assistant_gives_up_is_stopped(tmp_path: Path) -> None:
    data = archive(tmp_path / "data")

    async def give_up(client: Client) -> None:
        call = asyncio.ensure_future(client.call_tool("ask_archive", {**ASKED, "conversation": "lepas"}))
        await asyncio.sleep(0)
        database = Database(data / STORE_FILE)
        try:
            for _ in range(300):
                if History(database).session(LOCAL.name, "lepas"):
                    break
                await asyncio.sleep(0.1)
            await asyncio.sleep(1.0)
            call.cancel()
            began = time.monotonic()
            while [entry.state for entry in History(database).session(LOCAL.name, "lepas")] != [STOPPED]:
                assert time.monotonic() - began < 30
                await asyncio.sleep(0.1)
        finally:
            database.close()

    over_stdio(data, give_up, piece_s=3.0)


def test_who_hangs_up_over_http_stops_the_answer(tmp_path: Path) -> None:
    data = archive(tmp_path / "data")
    arguments = {**ASKED, "conversation": "putus"}
    call = {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask_archive", "arguments": arguments}
    }  # fmt: skip
    with served(data, "mcp", "--http", piece_s=3.0) as service:
        link = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        accept = "application/json, text/event-stream"
        link.request("POST", "/mcp", json.dumps(call), {"content-type": "application/json", "accept": accept})
        database = Database(data / STORE_FILE)
        with closing(database):
            for state in ("berjalan", STOPPED):
                for _ in range(300):
                    states = [entry.state for entry in History(database).session(LOCAL.name, "putus")]
                    if states == [state]:
                        break
                    time.sleep(0.1)
                assert states == [state]
                if state != STOPPED:
                    time.sleep(1.0)
                    link.close()


def test_http_options_without_http_are_told(data: Path) -> None:
    done = subprocess.run(
        command("mcp", "--data", data, "--address", "0.0.0.0"), capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "tanya: --address, --name dan --proxy untuk layanan HTTP; tambahkan --http.\n"


def test_both_ways_of_asking_are_served_at_one_address(tmp_path: Path) -> None:
    data = archive(tmp_path / "data")
    with served(data, "serve", "--mcp") as service:
        check(over_http(service, "", all_tools))
        assert service.ask("POST", "/v1/quote", {"quote": QUOTE})[2]["verdict"] == "exact"
        assert service.ask("GET", "/mcp/")[0] == 404


def test_the_tools_take_and_give_what_the_service_does() -> None:
    assert {name: (tool.takes, tool.gives) for name, tool in TOOLS.items()} == {
        "search_archive": (shapes.SearchRequest, shapes.Found),
        "ask_archive": (shapes.AskRequest, shapes.Answered),
        "check_quote": (shapes.QuoteRequest, shapes.Quoted),
        "read_article": (shapes.ArticleRequest, shapes.ArticleText),
    }
