"""The route by which a browser sends a file: straight into the spool, counted as it comes.

For editors' pages only; a small table of quotations for any reader's.

What Streamlit gets in its place is the same form with a receipt for content (`rag.serving.spool`). A transfer that is
refused, cut off or turned down by Streamlit leaves nothing behind.
"""

from __future__ import annotations

import re

from rag.serving.access.asgi import Application, Message, Receive, Send, answer, headers
from rag.serving.access.gate import WHO
from rag.serving.spool import MAX_FILE_BYTES, Part, Spool, SpoolFullError

_PATH = re.compile(r"/_stcore/upload_file/([\w-]{1,80})/([\w-]{1,80})")
_PREFIX = "/_stcore/upload_file"
_BOUNDARY = re.compile(r'multipart/form-data\s*;.*?boundary="?([\w\'()+,./:=?-]{1,70})"?', re.I)
_MAX_HEAD_BYTES = 16 * 1024  # of the form's one part: a file's name with its folders
_MAX_FRAME_BYTES = 2 * _MAX_HEAD_BYTES  # of a form, beside its file


class FormError(Exception):
    """A body that is not a form with one file."""


class UploadRoute:
    """Wraps the page's application.

    >>> UploadRoute(page, spool)  # doctest: +SKIP
    """

    def __init__(self, page: Application, spool: Spool) -> None:
        self._page = page
        self._spool = spool

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Take a file in; pass on all else."""
        if scope["type"] != "http" or not str(scope["path"]).startswith(_PREFIX):
            return await self._page(scope, receive, send)
        found = _PATH.fullmatch(scope["path"])
        if found is None or scope["method"] not in ("PUT", "DELETE"):
            return await answer(send, 404, "Tidak ada.\n")
        page, file = found.groups()
        reader = scope.get(WHO)
        if not self._spool.may_send(page, editor=reader is None or reader.is_editor):
            return await answer(send, 403, "Hanya redaktur yang dapat mengunggah, di halaman Arsip bagian Tambah.\n")
        if scope["method"] == "DELETE":
            self._spool.forget(page, file)
            return await self._page(scope, receive, send)
        try:
            await self._take(scope, receive, send, page, file)
        except SpoolFullError as error:
            await answer(send, 413, f"{error}\n", (b"connection", b"close"))
        except FormError:
            await answer(send, 400, "Bukan unggahan satu berkas.\n", (b"connection", b"close"))
        except OSError as error:
            await answer(send, 507, f"Unggahan tidak dapat disimpan: {error.strerror}.\n", (b"connection", b"close"))

    async def _take(self, scope: Message, receive: Receive, send: Send, page: str, file: str) -> None:
        length = next(iter(headers(scope, b"content-length")), "")
        told = int(length) - _MAX_FRAME_BYTES if length.isdecimal() and len(length) < 16 else None
        if length and told is None:
            raise FormError
        boundary = _BOUNDARY.match(next(iter(headers(scope, b"content-type")), ""))
        if boundary is None:
            raise FormError
        part = self._spool.begin(page, max(0, told) if told is not None else None)
        kept = False
        try:
            form = _Form(boundary.group(1).encode("ascii"), part)
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return  # cut off
                form.feed(message.get("body", b""))
                if not message.get("more_body"):
                    break
            head = form.end()
            receipt = part.keep(file)
            kept = True
        finally:
            if not kept:
                part.drop()
        if not await self._handed_over(scope, send, head, receipt):
            self._spool.forget(page, file)

    async def _handed_over(self, scope: Message, send: Send, head: bytes, receipt: bytes) -> bool:
        """Send the receipt on to Streamlit; return whether it took it."""
        body = b"--tanya\r\n" + head + b"\r\n\r\n" + receipt + b"\r\n--tanya--\r\n"
        left_out = (b"content-type", b"content-length", b"transfer-encoding")
        given = [item for item in scope["headers"] if item[0].lower() not in left_out]
        given += [(b"content-type", b"multipart/form-data; boundary=tanya")]
        given += [(b"content-length", str(len(body)).encode("ascii"))]
        status = 500

        async def receiving() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._page({**scope, "headers": given}, receiving, sending)
        finally:
            taken = 200 <= status < 300
        return taken


class _Form:
    """Reads a form of one file as it comes: its head is kept, its content goes into the spool.

    A browser's form is ``--B CRLF head CRLF CRLF content CRLF --B-- CRLF``; nothing else is taken.
    """

    def __init__(self, boundary: bytes, part: Part) -> None:
        self._first = b"--" + boundary + b"\r\n"
        self._last = b"\r\n--" + boundary
        self._part = part
        self._head: bytes | None = None
        self._held = b""
        self._ended = False

    def feed(self, block: bytes) -> None:
        """Take what came."""
        self._held += block
        if self._head is None:
            end = self._held.find(b"\r\n\r\n")
            if not self._first.startswith(self._held[: len(self._first)]) or max(end, 0) > _MAX_HEAD_BYTES:
                raise FormError
            if end < 0:
                if len(self._held) > _MAX_HEAD_BYTES:
                    raise FormError
                return
            self._head = self._held[len(self._first) : end]
            self._held = self._held[end + 4 :]
        if self._ended:
            if len(self._held) > 8:
                raise FormError
            return
        at = self._held.find(self._last)
        if at >= 0:
            self._write(self._held[:at])
            self._held = self._held[at + len(self._last) :]
            self._ended = True
        else:  # subtle: the boundary may be cut in two
            safe = max(0, len(self._held) - len(self._last))
            self._write(self._held[:safe])
            self._held = self._held[safe:]

    def _write(self, content: bytes) -> None:
        if self._part.size + len(content) > MAX_FILE_BYTES:
            raise SpoolFullError("Berkas terlalu besar; pecah dahulu.")
        if content:
            self._part.write(content)

    def end(self) -> bytes:
        """Return the head of the part, once all has come."""
        if self._head is None or not self._ended or self._held not in (b"--", b"--\r\n"):
            raise FormError
        if b"filename" not in self._head.lower():
            raise FormError
        return self._head
