"""Streamlit's own frame in Indonesian: the page around ours is served with ``lang="id"`` and two small scripts of ours.

Streamlit has no setting for what its frame says ("Upload", or when the server is gone "Are you connected to the
internet?", which is wrong as well: the server is on this machine), nor for its keys. So the HTML that it serves gets
``frame_words`` and ``frame_keys`` at its head. Plain ASGI; nothing but that HTML is touched.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

from rag.serving.access.asgi import Application, Message, Receive, Send
from ui.frame_keys import KEYS
from ui.frame_words import TRANSLATION
from ui.style import SCROLL_TO_ANSWER, SCROLL_TO_PASSAGE

_HEAD = (TRANSLATION + KEYS).encode("utf-8")


def _hashes(html: str) -> list[str]:
    """Return the inline scripts of a page as a policy names them."""
    contents = (script.encode("utf-8") for script in re.findall(r"<script>(.*?)</script>", html, re.DOTALL))
    return [f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode('ascii')}'" for content in contents]


def _own_scripts() -> str:
    frame = files("streamlit").joinpath("static", "index.html").read_text("utf-8")
    return " ".join(_hashes(_HEAD.decode("utf-8") + SCROLL_TO_PASSAGE + SCROLL_TO_ANSWER + frame))


# What the browser may run and ask for: this server alone, and of inline scripts only our own. As far as Streamlit
# permits: it makes styles in the page, and loads the script of a component and its charts' workers as blobs.
POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' blob: 'wasm-unsafe-eval' {_own_scripts()}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self' ws://{host} wss://{host}",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


class Frame:
    """Wraps the page's application.

    >>> in_indonesian(b'<html lang="en"><head></head></html>').startswith(b'<html lang="id"><head><script>')
    True
    """

    def __init__(self, page: Application) -> None:
        self._page = page

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on; an HTML answer is changed on its way back."""
        wants_html = scope["type"] == "http" and b"text/html" in _header(scope, b"accept")
        if not wants_html:
            await self._page(scope, receive, send)
            return
        # Asked for plainly and whole: a compressed body, or "not modified", could not be changed.
        left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
        scope = {**scope, "headers": [item for item in scope["headers"] if item[0].lower() not in left_out]}
        begun: Message = {}
        body = b""

        async def changed(message: Message) -> None:
            nonlocal begun, body
            if message["type"] == "http.response.start":
                begun = message
                if not _header(message, b"content-type").startswith(b"text/html"):
                    await send(message)
            elif not _header(begun, b"content-type").startswith(b"text/html"):
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    whole = body if scope["method"] == "HEAD" else in_indonesian(body)
                    await send(_with_length(begun, len(whole) if scope["method"] != "HEAD" else None))
                    await send({"type": "http.response.body", "body": whole})

        await self._page(scope, receive, changed)


def in_indonesian(html: bytes) -> bytes:
    """Return Streamlit's HTML with its language named and our script at its head; other HTML as it is."""
    return html.replace(b'<html lang="en">', b'<html lang="id">', 1).replace(b"<head>", b"<head>" + _HEAD, 1)


def _with_length(begun: Message, length: int | None) -> Message:
    left_out = {b"content-length", b"etag", b"last-modified"}
    kept = [item for item in begun["headers"] if item[0].lower() not in left_out]
    size = [] if length is None else [(b"content-length", str(length).encode())]
    return {**begun, "headers": [*kept, *size]}


def _header(message: Message, name: bytes) -> bytes:
    return next((bytes(value) for key, value in message.get("headers", ()) if key.lower() == name), b"")
