"""The door in front of the page: without a session no page, file, route or websocket passes; only the login form does.

    request → session cookie known? → the page
                    │ no → GET: the form · POST /masuk: password → cookie · websocket: refused

A session is looked at anew at every request and at every message of an open page, both ways (`Sessions`). It is plain
ASGI and needs no web framework; the form has no script and asks for nothing from outside.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from rag.serving.access.accounts import Accounts, Reader, Sessions, Tries
from rag.serving.access.asgi import Application, Header, Message, Receive, Send, answer, headers, refuse_websocket

COOKIE = "tanya_masuk"
WHO = "tanya.reader"  # of a request that passes: its reader
LOGIN_PATH, LOGOUT_PATH, LOGOUT_ALL_PATH = "/masuk", "/keluar", "/keluar-semua"
_MAX_BODY_BYTES = 4096
_MAX_FIELDS = 10
_MAX_PAGES = 24  # open at once in one session
_AT_ONCE = 2  # password checks; each takes 64 MB for a moment
_POLICY = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
)
_FORM = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Masuk · Tanya Arsip</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin"><style>
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
        self._pages: Counter[str | None] = Counter()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what comes with a session; answer all else here."""
        if scope["type"] == "lifespan":
            return await self._page(scope, receive, send)
        token = session_token(scope)
        reader = self._sessions.reader(token)
        if scope["type"] == "websocket":
            if reader is not None and _same_origin(scope) and self._pages[token] < _MAX_PAGES:
                return await self._open_page(token, {**scope, WHO: reader}, receive, send)
            return await refuse_websocket(receive, send)
        if scope["type"] != "http":
            return None
        if scope["path"] == LOGIN_PATH and scope["method"] == "POST":
            return await self._log_in(scope, receive, send)
        if reader is None:
            return await _form_page(send, 401)
        if scope["path"] in (LOGOUT_PATH, LOGOUT_ALL_PATH):
            return await self._log_out(send, token, reader if scope["path"] == LOGOUT_ALL_PATH else None)
        return await self._page({**scope, WHO: reader}, receive, send)

    async def _open_page(self, token: str | None, scope: Message, receive: Receive, send: Send) -> None:
        """Serve an open page for as long as its session lasts: nothing more is taken from it or told to it then."""
        ended = False

        async def end() -> None:
            nonlocal ended
            if not ended:
                ended = True
                await send({"type": "websocket.close", "code": 4401})

        async def sending(message: Message) -> None:
            if message["type"] == "websocket.send" and self._sessions.reader(token) is None:
                await end()
            elif not ended:
                await send(message)

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and self._sessions.reader(token) is None:
                await end()
                return {"type": "websocket.disconnect", "code": 4401}
            return message

        self._pages[token] += 1
        try:
            await self._page(scope, receiving, sending)
        finally:
            self._pages[token] -= 1
            if not self._pages[token]:
                del self._pages[token]

    async def _log_out(self, send: Send, token: str | None, everywhere: Reader | None) -> None:
        self._sessions.close(token)
        if everywhere is not None:
            self._sessions.close_all(everywhere.name)
        await answer(send, 303, "", (b"location", b"/"), self._cookie("", 0))

    async def _log_in(self, scope: Message, receive: Receive, send: Send) -> None:
        if not _same_origin(scope):
            return await _form_page(send, 403, "Formulir ini dikirim dari situs lain.")
        form = await _form(receive)
        if form is None:
            return await _form_page(send, 400, "Formulir ini terlalu besar; isi nama dan kata sandi saja.")
        name, password = form.get("nama", "").strip(), form.get("sandi", "")
        keys = (f"nama:{name}", f"alamat:{(scope.get('client') or ('?',))[0]}")
        async with self._checks:
            # subtle: looked at in here, or a thousand tries sent at once would all pass before the first has failed.
            if wait_s := self._tries.wait_s(*keys):
                told = f"Terlalu banyak percobaan salah; coba lagi dalam {math.ceil(wait_s)} detik."
                return await _form_page(send, 429, told)
            reader = await asyncio.to_thread(self._accounts.check, name, password)
            if reader is None:
                self._tries.failed(*keys)
                return await _form_page(send, 401, "Nama atau kata sandi salah.")
        self._tries.succeeded(keys[0])  # not the address: one's own login must not clear one's tries at other names
        await answer(send, 303, "", (b"location", b"/"), self._cookie(self._sessions.open(reader), None))

    def _cookie(self, token: str, max_age_s: int | None) -> Header:
        parts = [f"{COOKIE}={token}", "Path=/", "HttpOnly", "SameSite=Strict"]
        parts += ["Secure"] if self._secure else []
        parts += [f"Max-Age={max_age_s}"] if max_age_s is not None else []
        return b"set-cookie", "; ".join(parts).encode("ascii")


def session_token(scope: Message) -> str | None:
    """Return the session's token out of the cookies of a request."""
    for cookies in headers(scope, b"cookie"):
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            continue
        if found is not None:
            return found.value
    return None


def _same_origin(scope: Message) -> bool:
    """Tell whether a request comes from a page of this very server; one without an origin comes from no page."""
    origins, hosts = headers(scope, b"origin"), headers(scope, b"host")
    return all(origin.partition("://")[2] in hosts for origin in origins)


async def _form(receive: Receive) -> dict[str, str] | None:
    """Return the fields of a form, None where it is larger than ours can be."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _MAX_BODY_BYTES:
            return None
        if not message.get("more_body"):
            break
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


async def _form_page(send: Send, status: int, told: str = "") -> None:
    alert = f'<p role="alert">{escape(told)}</p>' if told else ""
    await answer(send, status, _FORM.format(told=alert), _POLICY, kind=b"text/html; charset=utf-8")
