"""Only our own page may speak to the server: Host and Origin of every request are ours, and every answer says so.

    Host one of our names? → Origin that very Host? → not sent by another site's page? → the page, with safe headers
          │ no: 403, one line

A name that a stranger points at this machine (DNS rebinding) is none of ours, whatever its Origin says. Loopback names
hold with the page's own port only: what another program of this machine serves is another site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from rag.serving.access.asgi import Application, Header, Message, Receive, Send, answer, headers, refuse_websocket

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9])?)(?::([1-9][0-9]{0,4}))?")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
REFUSED = (
    "Permintaan ini bukan dari halaman Tanya Arsip sendiri; buka halamannya lewat alamat yang ditulis saat program "
    "dimulai, atau daftarkan nama lain: tanya ui --name NAMA\n"
)


class OwnSite:
    """Wraps all that the server serves.

    >>> OwnSite(page, names=["arsip.redaksi.lan"], secure=True)  # doctest: +SKIP

    ``names`` are hosts given at the start: a name or an address, with a port or with any. ``secure``: readers come by
    HTTPS. ``policy`` is the Content-Security-Policy of what sets none itself; ``{host}`` in it is the request's host.
    ``for_programs``: what writes may come without an Origin, which every browser sends. ``refused`` tells all others.
    """

    def __init__(
        self,
        page: Application,
        *,
        names: Iterable[str] = (),
        secure: bool = False,
        policy: str = "default-src 'self'",
        for_programs: bool = False,
        refused: str = REFUSED,
    ) -> None:
        self._page = page
        self._names = frozenset(bracketed(name) for name in names)
        self._secure = secure
        self._policy = policy
        self._for_programs = for_programs
        self._refused = refused

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on what is from our own page; refuse all else."""
        if scope["type"] == "lifespan":
            return await self._page(scope, receive, send)
        ours = self._is_ours(scope)
        if scope["type"] == "websocket":
            return await (self._page(scope, receive, send) if ours else refuse_websocket(receive, send))
        if scope["type"] != "http":
            return None
        safely = self._safely(send, headers(scope, b"host")[0].lower() if ours else "")
        if not ours:
            return await answer(safely, 403, self._refused, body=scope["method"] != "HEAD")
        # subtle: checked here, Origin has no more to tell; Streamlit would look up this machine's address outside
        # for one that it does not know. (Its websocket compares it with Host, and keeps it for OIDC.)
        kept = [item for item in scope["headers"] if item[0].lower() != b"origin"]
        await self._page({**scope, "headers": kept}, receive, safely)

    def _is_ours(self, scope: Message) -> bool:
        hosts, origins = headers(scope, b"host"), headers(scope, b"origin")
        if len(hosts) != 1 or not self._is_own_host(hosts[0].lower(), scope):
            return False
        if not str(scope.get("path", "/")).startswith("/"):
            return False  # "GET http://elsewhere/ HTTP/1.1"
        must_tell = scope["type"] == "websocket" or (scope["method"] not in _SAFE_METHODS and not self._for_programs)
        own = f"{'https' if self._secure else 'http'}://{hosts[0].lower()}"
        if len(origins) > 1 or (must_tell and not origins) or any(origin.lower() != own for origin in origins):
            return False
        return scope["type"] == "websocket" or _is_from_here(scope)

    def _is_own_host(self, host: str, scope: Message) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        if host in self._names or found.group(1) in self._names:
            return True
        server = scope.get("server") or ("", None)
        port = int(found.group(2) or (443 if self._secure else 80))
        if port != server[1]:
            return False
        # An address cannot be pointed anywhere: the one that the connection came in by is this machine's own.
        return found.group(1) in _LOOPBACK or _address(found.group(1)) == _address(server[0]) is not None

    def _safely(self, send: Send, host: str) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._with_safe(list(message.get("headers", ())), host)}
            await send(message)

        return sending

    def _with_safe(self, given: list[Header], host: str) -> list[Header]:
        left_out = (b"x-content-type-options", b"referrer-policy", b"x-frame-options", b"access-control-allow-origin")
        kept = [
            (name, self._cookie(value) if name.lower() == b"set-cookie" else value)
            for name, value in given
            if name.lower() not in left_out
        ]
        if not any(name.lower() == b"content-security-policy" for name, _ in given):
            kept.append((b"content-security-policy", self._policy.format(host=host).encode("ascii")))
        return [
            *kept,
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
        ]

    def _cookie(self, cookie: bytes) -> bytes:
        """Return a cookie as it may travel; only the token that the page's script must read is not HttpOnly."""
        told = cookie.lower()
        more = b"" if b"samesite=" in told else b"; SameSite=Lax"
        more += b"; Secure" if self._secure and b"; secure" not in told else b""
        more += b"" if b"httponly" in told or told.startswith(b"_streamlit_xsrf=") else b"; HttpOnly"
        return cookie + more


def bracketed(name: str) -> str:
    """Return a name as it stands in a Host header.

    >>> bracketed("ARSIP.lan"), bracketed("fd00::1")
    ('arsip.lan', '[fd00::1]')
    """
    name = name.strip().lower()
    return f"[{name}]" if name.count(":") > 1 and not name.startswith("[") else name


def _is_from_here(scope: Message) -> bool:
    """Tell whether the browser says that our own page asks, or its user; a link from elsewhere may open the page."""
    if all(site in ("same-origin", "none") for site in headers(scope, b"sec-fetch-site")):
        return True
    opened = headers(scope, b"sec-fetch-mode") == ["navigate"] and headers(scope, b"sec-fetch-dest") == ["document"]
    return opened and scope["method"] in ("GET", "HEAD")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip("[]"))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
