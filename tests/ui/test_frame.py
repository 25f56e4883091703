import asyncio
from typing import Any

import pytest

from ui.frame import Frame, Message, Receive, Send, in_indonesian

HTML = b'<!DOCTYPE html><html lang="en"><head><title>x</title></head></html>'


def answered(path_type: str, body: bytes, accept: str = "text/html", method: str = "GET") -> tuple[Any, bytes, Any]:
    """What a browser gets of a page that answers with this body in two parts, and what the page was asked."""
    asked: list[Message] = []
    sent: list[Message] = []

    async def page(scope: Message, receive: Receive, send: Send) -> None:
        asked.append(scope)
        head = [(b"content-type", path_type.encode()), (b"content-length", b"%d" % len(body)), (b"etag", b"x")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body[:20], "more_body": True})
        await send({"type": "http.response.body", "body": body[20:]})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"accept", accept.encode()), (b"accept-encoding", b"gzip"), (b"if-none-match", b"x"), (b"host", b"a")]
    asyncio.run(Frame(page)({"type": "http", "method": method, "headers": headers}, receive, send))
    return dict(sent[0]["headers"]), b"".join(part["body"] for part in sent[1:]), dict(asked[0]["headers"])


def test_html_is_named_indonesian_and_gets_our_script() -> None:
    headers, body, asked = answered("text/html; charset=utf-8", HTML)
    assert body == in_indonesian(HTML)
    assert body.startswith(b'<!DOCTYPE html><html lang="id"><head><script>')
    assert headers[b"content-length"] == b"%d" % len(body)
    assert b"etag" not in headers  # it was that of other bytes
    assert asked == {b"accept": b"text/html", b"host": b"a"}


@pytest.mark.parametrize(("kind", "accept"), [("text/javascript", "*/*"), ("image/png", "text/html")])
def test_all_else_passes_as_it_is(kind: str, accept: str) -> None:
    headers, body, _ = answered(kind, HTML, accept)
    assert body == HTML
    assert headers[b"etag"] == b"x"
