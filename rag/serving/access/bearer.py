"""The door in front of what serves programs: ``Authorization: Bearer TOKEN`` in every request, or nobody comes in.

    request → path open to all? → on · token of a reader? → on, with who it is · else 401, one line

No cookie opens it, so that no page of another site can ask in a reader's name. A token is looked at anew while an
answer streams: when it ends, nothing more is told and the answer is stopped.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection

from rag.serving.access.accounts import LOCAL, Reader
from rag.serving.access.asgi import Application, Message, Receive, Send, answer, headers
from rag.serving.access.gate import WHO
from rag.serving.access.tokens import Tokens

_LOOK_S = 1.0  # how often a token is looked at while an answer streams
NO_TOKEN = "Token tidak ada, salah, atau sudah dicabut; kirim: Authorization: Bearer TOKEN (tanya readers token NAMA)."


class Bearer:
    """Wraps what serves programs. Without ``tokens`` everybody who reaches it is at this machine.

    >>> Bearer(service, Tokens(folder), open_to_all=["/livez"])  # doctest: +SKIP
    """

    def __init__(self, service: Application, tokens: Tokens | None, open_to_all: Collection[str] = ()) -> None:
        self._service = service
        self._tokens = tokens
        self._open = frozenset(open_to_all)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what comes with a token; answer all else here."""
        if scope["type"] == "lifespan":
            return await self._service(scope, receive, send)
        if scope["type"] != "http":
            return None
        if scope["path"] in self._open:
            return await self._service(scope, receive, send)
        reader = await self._reader(scope)
        if reader is None:
            told = json.dumps({"error": NO_TOKEN}, ensure_ascii=False)
            kind = b"application/json"
            return await answer(
                send, 401, told, (b"www-authenticate", b"Bearer"), kind=kind, body=scope["method"] != "HEAD"
            )
        if self._tokens is None:
            return await self._service({**scope, WHO: reader}, receive, send)
        await self._while_it_lasts({**scope, WHO: reader}, receive, send)

    async def _while_it_lasts(self, scope: Message, receive: Receive, send: Send) -> None:
        ended, looked_at = asyncio.Event(), time.monotonic()

        async def sending(message: Message) -> None:
            nonlocal looked_at
            if ended.is_set():
                return
            if time.monotonic() - looked_at > _LOOK_S:
                looked_at = time.monotonic()
                if await self._reader(scope) is None:
                    ended.set()
                    message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        async def receiving() -> Message:
            coming, ending = asyncio.ensure_future(receive()), asyncio.ensure_future(ended.wait())
            try:
                await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
                return await coming if coming.done() else {"type": "http.disconnect"}
            finally:
                coming.cancel()
                ending.cancel()

        await self._service(scope, receiving, sending)

    async def _reader(self, scope: Message) -> Reader | None:
        if self._tokens is None:
            return LOCAL
        given = headers(scope, b"authorization")
        kind, _, secret = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        if kind.lower() != "bearer":
            return None
        return await asyncio.to_thread(self._tokens.reader, secret.strip())
