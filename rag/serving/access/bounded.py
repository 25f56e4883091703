"""Nothing larger than it can be comes in: a body beyond the bound is refused before it is kept in memory."""

from __future__ import annotations

import json

from rag.serving.access.asgi import Application, Message, Receive, Send, answer, headers


class Bounded:
    """Wraps a service; ``max_bytes`` is the largest body that it is given."""

    def __init__(self, service: Application, max_bytes: int) -> None:
        self._service = service
        self._max_bytes = max_bytes

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what is small enough; refuse all else, by its announced length or while it comes."""
        if scope["type"] != "http":
            return await self._service(scope, receive, send)
        lengths = headers(scope, b"content-length")
        if any(not length.isdecimal() or int(length) > self._max_bytes for length in lengths):
            return await self._refuse(send)
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            more = bool(message.get("more_body"))
            if len(body) > self._max_bytes:
                return await self._refuse(send)
        whole: Message | None = {"type": "http.request", "body": bytes(body), "more_body": False}

        async def receiving() -> Message:
            nonlocal whole
            given, whole = whole, None
            return given or await receive()

        await self._service(scope, receiving, send)

    async def _refuse(self, send: Send) -> None:
        told = f"Permintaan terlalu besar, paling banyak {self._max_bytes} byte; bagi menjadi beberapa."
        text = json.dumps({"error": told}, ensure_ascii=False)
        await answer(send, 413, text, (b"connection", b"close"), kind=b"application/json")
