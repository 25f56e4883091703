"""The doors of the service for programs, one by one: a token, the size of what comes in."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from quick_hashes import QUICK

from rag.serving.access import bearer
from rag.serving.access.accounts import LOCAL, READER, Accounts
from rag.serving.access.bearer import NO_TOKEN, Bearer
from rag.serving.access.bounded import Bounded
from rag.serving.access.gate import WHO
from rag.serving.access.tokens import Tokens

SECRET = "padi menguning di sawah"


class Service:
    """Reads its request, says who asks, then says a word whenever it is told to."""

    def __init__(self, words: int = 0, between: Any = None) -> None:
        self.words = words
        self.between = between
        self.asked_by: list[Any] = []
        self.bodies: list[bytes] = []
        self.stopped = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked_by.append(scope.get(WHO))
        self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(self.words):
            await send({"type": "http.response.body", "body": b"kata ", "more_body": True})
            if self.between is not None:
                await self.between()
        if self.words:
            waiting = asyncio.ensure_future(receive())
            await asyncio.wait({waiting}, timeout=0.2)
            self.stopped = waiting.done() and (await waiting)["type"] == "http.disconnect"
            waiting.cancel()
        await send({"type": "http.response.body", "body": b"."})


def asked(
    app: Any, *given: tuple[str, str], path: str = "/v1/search", bodies: tuple[bytes, ...] = (b"{}",)
) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[Any] = []
    coming = [
        {"type": "http.request", "body": body, "more_body": at < len(bodies) - 1} for at, body in enumerate(bodies)
    ]

    async def receive() -> Any:
        if coming:
            return coming.pop(0)
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.encode(), value.encode("latin-1")) for name, value in given]
    scope = {"type": "http", "path": path, "method": "POST", "headers": headers, "query_string": b""}
    asyncio.run(app(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    Accounts(tmp_path, QUICK).add("ani", SECRET, READER)
    return Tokens(tmp_path)


def test_only_a_readers_token_opens(tokens: Tokens) -> None:
    service = Service()
    door = Bearer(service, tokens, open_to_all=["/livez"])
    _, secret = tokens.make("ani")
    for given in (
        (),
        (("authorization", secret),),
        (("authorization", f"Basic {secret}"),),
        (("authorization", "Bearer"),),
        (("authorization", "Bearer salah"),),
        (("authorization", f"Bearer {secret} x"),),
        (("authorization", f"Bearer {secret}"), ("authorization", f"Bearer {secret}")),
        (("cookie", f"tanya_masuk={secret}"),),
        (("x-token", secret),),
        (("authorization", "Bearer \xff\xfe"),),
    ):
        status, headers, body = asked(door, *given)
        assert (status, headers[b"www-authenticate"]) == (401, b"Bearer")
        assert json.loads(body) == {"error": NO_TOKEN}
    assert service.asked_by == []
    for given in ((("authorization", f"Bearer {secret}"),), (("Authorization", f"bearer  {secret} "),)):
        assert asked(door, *given)[0] == 200
    assert [reader.name for reader in service.asked_by] == ["ani", "ani"]


def test_what_is_open_to_all_is_that_path_alone(tokens: Tokens) -> None:
    service = Service()
    door = Bearer(service, tokens, open_to_all=["/livez"])
    assert asked(door, path="/livez")[0] == 200
    assert service.asked_by == [None]  # it is told of nobody
    for path in ("/livez/", "/livez/../v1/search", "//livez", "/LIVEZ", "/livezz"):
        assert asked(door, path=path)[0] == 401


def test_without_tokens_everybody_is_at_this_machine() -> None:
    service = Service()
    assert asked(Bearer(service, None))[0] == 200
    assert service.asked_by == [LOCAL]


def test_an_answer_that_streams_ends_with_its_token(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "_LOOK_S", 0.0)
    kept, secret = tokens.make("ani")
    told = 0

    async def between() -> None:
        nonlocal told
        told += 1
        if told == 3:
            tokens.revoke(kept.id)

    service = Service(6, between)
    status, _, body = asked(Bearer(service, tokens), ("authorization", f"Bearer {secret}"))
    assert (status, body) == (200, b"kata kata kata ")
    assert service.stopped  # and is told so, as if the asker had hung up
    service = Service(2)
    _, secret = tokens.make("ani")
    assert asked(Bearer(service, tokens), ("authorization", f"Bearer {secret}"))[2] == b"kata kata ."
    assert not service.stopped


def test_what_is_too_large_is_refused_announced_or_not() -> None:
    service = Service()
    door = Bounded(service, 10)
    for given, bodies in (
        ((("content-length", "11"),), (b"x" * 11,)),
        ((), (b"x" * 6, b"x" * 5)),
        ((), (b"x" * 11,)),
        ((("content-length", "5"),), (b"x" * 6, b"x" * 6)),
        ((("content-length", "banyak"),), (b"x",)),
    ):
        status, headers, body = asked(door, *given, bodies=bodies)
        assert (status, headers[b"connection"]) == (413, b"close")
        assert json.loads(body)["error"].startswith("Permintaan terlalu besar, paling banyak 10 byte")
    assert service.bodies == []
    assert asked(door, ("content-length", "10"), bodies=(b"x" * 4, b"y" * 6))[0] == 200
    assert service.bodies == [b"xxxxyyyyyy"]
