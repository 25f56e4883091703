import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from quick_hashes import QUICK

from rag.serving.access.accounts import EDITOR, READER, Accounts, Sessions
from rag.serving.access.gate import COOKIE, Gate

SECRET = "padi menguning di sawah"
Messages = list[dict[str, Any]]


class Page:
    """The application behind the gate; keeps what reached it."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached.append(scope.get("path", scope["type"]))
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"rahasia"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "bytes": b"rahasia"})


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def gate(tmp_path: Path, page: Page) -> Gate:
    accounts = Accounts(tmp_path, QUICK)
    accounts.add("ani", SECRET, EDITOR)
    return Gate(page, accounts, Sessions(accounts))


def asked(
    gate: Gate, path: str, method: str = "GET", *, kind: str = "http", form: dict[str, str] | None = None,
    cookie: str | None = None, origin: str | None = None, address: str = "192.0.2.1",
) -> Messages:  # fmt: skip
    body = urlencode(form or {}).encode()
    headers = [(b"host", b"redaksi:8501")]
    headers += [(b"cookie", f"lain=1; {COOKIE}={cookie}".encode())] if cookie else []
    headers += [(b"origin", origin.encode())] if origin else []
    sent: Messages = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": kind, "path": path, "method": method, "headers": headers, "client": (address, 1)}
    asyncio.run(gate(scope, receive, send))
    return sent


def log_in(gate: Gate, password: str = SECRET, **more: Any) -> Messages:
    return asked(gate, "/masuk", "POST", form={"nama": "ani", "sandi": password}, **more)


def token_of(sent: Messages) -> str:
    (cookie,) = [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    return cookie.split(";")[0].removeprefix(f"{COOKIE}=")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/arsip",
        "/static/js/index.js",
        "/_stcore/health",
        "/_stcore/upload_file/x",
        "/media/x.docx",
        "/masuk",
        "//",
        "/keluar",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_nothing_passes_without_a_session(gate: Gate, page: Page, path: str, method: str) -> None:
    for cookie in (None, "x", ""):
        sent = asked(gate, path, method, cookie=cookie)
        assert sent[0]["status"] == 401
        assert b"rahasia" not in sent[1]["body"]
    assert page.reached == []


def test_a_websocket_is_refused_without_a_session_and_from_another_site(gate: Gate, page: Page) -> None:
    refused = [{"type": "websocket.close", "code": 4401}]
    assert asked(gate, "/_stcore/stream", kind="websocket") == refused
    token = token_of(log_in(gate))
    assert asked(gate, "/_stcore/stream", kind="websocket", cookie=token, origin="http://jahat.example") == refused
    assert page.reached == []
    sent = asked(gate, "/_stcore/stream", kind="websocket", cookie=token, origin="http://redaksi:8501")
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send"]


def test_the_right_password_opens_and_leaving_shuts(gate: Gate, page: Page) -> None:
    sent = log_in(gate)
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"location"]) == (303, b"/")
    token = token_of(sent)
    assert asked(gate, "/arsip", cookie=token)[1]["body"] == b"rahasia"
    assert asked(gate, "/keluar", cookie=token)[0]["status"] == 303
    assert asked(gate, "/arsip", cookie=token)[0]["status"] == 401
    assert page.reached == ["/arsip"]


def test_an_open_page_falls_silent_when_its_session_ends(tmp_path: Path) -> None:
    accounts, sessions, token = with_ani(tmp_path)

    class Leaving(Page):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})
            sessions.close(token)
            await send({"type": "websocket.send", "bytes": b"rahasia"})
            await send({"type": "websocket.send", "bytes": b"lagi"})

    sent = asked(Gate(Leaving(), accounts, sessions), "/_stcore/stream", kind="websocket", cookie=token)
    assert sent[1:] == [{"type": "websocket.close", "code": 4401}]


def with_ani(folder: Path) -> tuple[Accounts, Sessions, str]:
    accounts = Accounts(folder, QUICK)
    accounts.add("ani", SECRET, EDITOR)
    ani = accounts.find("ani")
    assert ani is not None
    sessions = Sessions(accounts)
    return accounts, sessions, sessions.open(ani)


def test_an_open_page_of_one_demoted_is_not_listened_to(tmp_path: Path) -> None:
    accounts, sessions, token = with_ani(tmp_path)
    heard: list[Any] = []

    class Listening(Page):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})
            heard.append(await receive())
            Accounts(tmp_path, QUICK).add("ani", SECRET, READER)
            heard.append(await receive())

    gate = Gate(Listening(), accounts, sessions)
    sent: Messages = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": b"hapus"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    headers = [(b"host", b"redaksi:8501"), (b"cookie", f"{COOKIE}={token}".encode())]
    asyncio.run(gate({"type": "websocket", "path": "/", "headers": headers, "client": ("a", 1)}, receive, send))
    assert [message["type"] for message in heard] == ["websocket.receive", "websocket.disconnect"]
    assert sent[1:] == [{"type": "websocket.close", "code": 4401}]


def test_one_session_opens_so_many_pages_and_no_more(tmp_path: Path) -> None:
    accounts, sessions, token = with_ani(tmp_path)
    gate_is_open = asyncio.Event()

    class Staying(Page):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})
            await gate_is_open.wait()

    gate = Gate(Staying(), accounts, sessions)
    headers = [(b"host", b"redaksi:8501"), (b"cookie", f"{COOKIE}={token}".encode())]

    async def all_at_once() -> list[str]:
        told: list[str] = []

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            told.append(message["type"])

        scope = {"type": "websocket", "path": "/", "headers": headers, "client": ("a", 1)}
        pages = [asyncio.create_task(gate(dict(scope), receive, send)) for _ in range(30)]
        await asyncio.sleep(0.05)
        gate_is_open.set()
        await asyncio.gather(*pages)
        await gate(dict(scope), receive, send)  # there is room again
        return told

    told = asyncio.run(all_at_once())
    assert (told.count("websocket.accept"), told.count("websocket.close")) == (25, 6)


def test_leaving_everywhere_shuts_the_other_device_too(gate: Gate, page: Page) -> None:
    here, there = token_of(log_in(gate)), token_of(log_in(gate))
    assert asked(gate, "/keluar-semua", cookie=here)[0]["status"] == 303
    assert [asked(gate, "/arsip", cookie=token)[0]["status"] for token in (here, there)] == [401, 401]
    assert page.reached == []


def test_wrong_tries_are_slowed_even_for_the_right_password(gate: Gate, page: Page) -> None:
    statuses = [log_in(gate, "salah salah salah")[0]["status"] for _ in range(6)]
    assert statuses == [401, 401, 401, 401, 429, 429]
    sent = log_in(gate)
    assert sent[0]["status"] == 429
    assert b"Terlalu banyak percobaan salah; coba lagi dalam 2 detik." in sent[1]["body"]
    assert page.reached == []


def test_a_login_of_ones_own_does_not_clear_the_tries_at_other_names(gate: Gate) -> None:
    def at(name: str) -> int:
        return int(asked(gate, "/masuk", "POST", form={"nama": name, "sandi": "salah salah salah"})[0]["status"])

    assert [at("budi"), at("citra"), at("dewi")] == [401, 401, 401]
    assert log_in(gate)[0]["status"] == 303
    assert [at("eka"), at("fajar")] == [401, 429]


def test_a_login_clears_the_tries_at_its_own_name(gate: Gate) -> None:
    for number in range(3):
        assert log_in(gate, "salah salah salah", address=f"192.0.2.{number}")[0]["status"] == 401
    assert log_in(gate, address="192.0.2.8")[0]["status"] == 303
    assert [log_in(gate, "salah", address=f"192.0.2.{number}")[0]["status"] for number in (8, 9)] == [401, 401]


def test_a_form_from_another_site_or_a_huge_one_opens_nothing(gate: Gate) -> None:
    assert log_in(gate, origin="http://jahat.example")[0]["status"] == 403
    assert log_in(gate, origin="http://redaksi:8501")[0]["status"] == 303
    for monster in ({"x": "x" * 10_000}, {f"x{number}": "1" for number in range(11)}):
        assert asked(gate, "/masuk", "POST", form={**monster, "nama": "ani", "sandi": SECRET})[0]["status"] == 400


def test_what_is_typed_is_not_told_back(gate: Gate) -> None:
    sent = asked(gate, "/masuk", "POST", form={"nama": "<script>x</script>", "sandi": "<b>"})
    assert b"<script>" not in sent[1]["body"]
    headers = dict(sent[0]["headers"])
    assert headers[b"content-security-policy"].startswith(b"default-src 'none'")
    assert headers[b"cache-control"] == b"no-store"
