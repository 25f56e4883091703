"""What the rooms in front of the page share: the shapes of ASGI, a request's headers, a short answer, a refusal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]


def headers(message: Message, wanted: bytes) -> list[str]:
    """Return all values that a header has.

    >>> headers({"headers": [(b"Host", b"a"), (b"host", b"b")]}, b"host")
    ['a', 'b']
    """
    return [value.decode("latin-1") for name, value in message.get("headers", ()) if name.lower() == wanted]


async def answer(
    send: Send, status: int, text: str, *more: Header, kind: bytes = b"text/plain; charset=utf-8", body: bool = True
) -> None:
    """Answer a request here; without ``body`` as HEAD wants it."""
    content = text.encode("utf-8")
    told = [(b"content-type", kind), (b"content-length", str(len(content)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*told, *more]})
    await send({"type": "http.response.body", "body": content if body else b""})


async def refuse_websocket(receive: Receive, send: Send) -> None:
    """Answer a websocket's wish to connect with 403."""
    await receive()
    await send({"type": "websocket.close", "code": 4401})
