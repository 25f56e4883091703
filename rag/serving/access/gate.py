"""The door in front of the page: without a session no page, file, route or websocket passes; only the login form does.

    request → session cookie known? → the page
                    │ no → GET: the form · POST /masuk: password → cookie · websocket: refused

It is plain ASGI and needs no web framework; the form has no script and asks for nothing from outside.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rag.serving.access.accounts import Accounts, Sessions, Tries

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

COOKIE = "tanya_masuk"
LOGIN_PATH, LOGOUT_PATH = "/masuk", "/keluar"
_MAX_BODY_BYTES = 4096
_AT_ONCE = 2  # password checks; each takes 64 MB for a moment
_SAFE_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # with none, the form itself would come from nowhere
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    ),
)
_FORM = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Masuk · Tanya Arsip</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.05rem/1.5 system-ui, sans-serif; margin: 0; display: grid; min-height: 100vh; place-items: center;
  background: light-dark(#f7f8f9, #14181c); color: light-dark(#1b2227, #e8ecef); }}
main {{ width: min(22rem, 90vw); }} h1 {{ font-size: 1.6rem; }} label {{ display: block; margin: .8rem 0 .2rem; }}
input, button {{ font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; border-radius: .5rem;
  border: 1px solid light-dark(#6b7780, #8b98a3); background: light-dark(#fff, #1d2329); color: inherit; }}
button {{ margin-top: 1.2rem; background: #0b5c7a; color: #fff; border-color: #0b5c7a; cursor: pointer; }}
:focus-visible {{ outline: 3px solid #3ba3c7; outline-offset: 2px; }}
[role=alert] {{ color: light-dark(#9b1c10, #ffb4a8); }}
</style></head><body><main><h1>Tanya Arsip</h1><p>Masuk untuk bertanya kepada arsip redaksi.</p>{told}
<form method="post" action="/masuk"><label for="nama">Nama</label>
<input id="nama" name="nama" autocomplete="username" required maxlength="60" autofocus>
<label for="sandi">Kata sandi</label>
<input id="sandi" name="sandi" type="password" autocomplete="current-password" required maxlength="200">
<button>Masuk</button></form></main></body></html>"""


class Gate:
    """Wraps the page's application.

    >>> Gate(page, Accounts(folder), Sessions())  # doctest: +SKIP

    ``secure`` marks the cookie for HTTPS only.
    """

    def __init__(
        self,
        page: Application,
        accounts: Accounts,
        sessions: Sessions,
        *,
        secure: bool = False,
        tries: Tries | None = None,
    ) -> None:
        self._page = page
        self._accounts = accounts
        self._sessions = sessions
        self._secure = secure
        self._tries = tries or Tries()
        self._checks = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what comes with a session; answer all else here."""
        if scope["type"] == "lifespan":
            return await self._page(scope, receive, send)
        token = session_token(scope)
        reader = self._sessions.reader(token)
        if scope["type"] == "websocket":
            if reader is not None and _same_origin(scope):
                return await self._page(scope, receive, self._while_valid(token, send))
            return await _refuse(receive, send)
        if scope["type"] != "http":
            return None
        if scope["path"] == LOGIN_PATH and scope["method"] == "POST":
            return await self._log_in(scope, receive, send)
        if reader is None:
            return await _answer(send, 401, _FORM.format(told=""))
        if scope["path"] == LOGOUT_PATH:
            self._sessions.close(token)
            return await _answer(send, 303, "", (b"location", b"/"), self._cookie("", 0))
        return await self._page(scope, receive, send)

    def _while_valid(self, token: str | None, send: Send) -> Send:
        async def sending(message: Message) -> None:
            # A session that ended takes its open pages with it.
            if message["type"] == "websocket.send" and self._sessions.reader(token) is None:
                message = {"type": "websocket.close", "code": 4401}
            await send(message)

        return sending

    async def _log_in(self, scope: Message, receive: Receive, send: Send) -> None:
        form = await _form(receive)
        name, password = form.get("nama", "").strip(), form.get("sandi", "")
        keys = (f"nama:{name}", f"alamat:{(scope.get('client') or ('?',))[0]}")
        if not _same_origin(scope):
            return await _answer(send, 403, _FORM.format(told=_told("Formulir ini dikirim dari situs lain.")))
        async with self._checks:
            # subtle: looked at in here, or a thousand tries sent at once would all pass before the first has failed.
            if wait_s := self._tries.wait_s(*keys):
                told = f"Terlalu banyak percobaan salah; coba lagi dalam {math.ceil(wait_s)} detik."
                return await _answer(send, 429, _FORM.format(told=_told(told)))
            reader = await asyncio.to_thread(self._accounts.check, name, password)
            if reader is None:
                self._tries.failed(*keys)
                return await _answer(send, 401, _FORM.format(told=_told("Nama atau kata sandi salah.")))
        self._tries.succeeded(*keys)
        return await _answer(send, 303, "", (b"location", b"/"), self._cookie(self._sessions.open(reader), None))

    def _cookie(self, token: str, max_age_s: int | None) -> tuple[bytes, bytes]:
        parts = [f"{COOKIE}={token}", "Path=/", "HttpOnly", "SameSite=Strict"]
        parts += ["Secure"] if self._secure else []
        parts += [f"Max-Age={max_age_s}"] if max_age_s is not None else []
        return b"set-cookie", "; ".join(parts).encode("ascii")


def session_token(scope: Message) -> str | None:
    """Return the session's token out of the cookies of a request."""
    for cookies in _headers(scope, b"cookie"):
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            continue
        if found is not None:
            return found.value
    return None


def _headers(scope: Message, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == wanted]


def _same_origin(scope: Message) -> bool:
    """Tell whether a request comes from a page of this very server; one without an origin comes from no page."""
    origins, hosts = _headers(scope, b"origin"), _headers(scope, b"host")
    return all(urlsplit(origin).netloc in hosts for origin in origins)


async def _form(receive: Receive) -> dict[str, str]:
    body = b""
    while len(body) <= _MAX_BODY_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    fields = parse_qs(body[:_MAX_BODY_BYTES].decode("utf-8", "replace"), max_num_fields=10)
    return {name: values[0] for name, values in fields.items()}


async def _refuse(receive: Receive, send: Send) -> None:
    await receive()  # the client's wish to connect
    await send({"type": "websocket.close", "code": 4401})


async def _answer(send: Send, status: int, page: str, *headers: tuple[bytes, bytes]) -> None:
    body = page.encode("utf-8")
    told = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *_SAFE_HEADERS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*told, *headers]})
    await send({"type": "http.response.body", "body": body})


def _told(text: str) -> str:
    return f'<p role="alert">{escape(text)}</p>'
