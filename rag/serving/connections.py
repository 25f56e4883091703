"""The server's connections: patient with readers, short with strangers who hold a connection and say nothing.

A request's head has ten seconds, its body must keep coming, an answer must be taken. Where an address holds too many
connections whose request is not whole, its oldest gives way; so a thousand half-open ones stop nobody's page. This is
the one file that knows uvicorn.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from rag.serving.access.asgi import Application

_MAX_DESCRIPTORS = 16_384
_KEPT_DESCRIPTORS = 256  # for the store, the models, the log
_MAX_MESSAGE_BYTES = 8 * 1024**2  # from a page: a whole draft, four bytes a character at most, and room
_PING_S = 30
_STOP_S = 5
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_BAD = b"Permintaan ini bukan HTTP.\n"
_BAD_HEAD = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n"
    b"connection: close\r\nx-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n"
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n\r\n" % len(_BAD)
)


@dataclass(frozen=True)
class Limits:
    """How long and how many. ``unfinished``: connections of one address whose request is not whole after ``first_s``.

    subtle: none is counted so before it had time to speak, or a flood would push out who has just come to ask.

    ``pages``: websockets of one address; a page has one. ``least_rate``: bytes a second that a body brings on average.
    All set by hand: far above what a reader does, and far below what a flood needs.
    """

    first_s: float = 1.0
    head_s: float = 10.0
    idle_s: float = 20.0
    unfinished: int = 96
    connections: int = 2048
    pages: int = 256
    in_all: int = 6000
    least_rate: int = 1024


class Connections:
    """All that are open now. ``exempt`` is the address of a trusted proxy: behind it are many readers."""

    def __init__(self, limits: Limits, exempt: str = "") -> None:
        self.limits = limits
        self._exempt = exempt
        self._unfinished: dict[str, dict[_Patient, None]] = {}  # in order of arrival
        self._open: Counter[str] = Counter()
        self._pages: Counter[str] = Counter()

    def opened(self, address: str) -> bool:
        """Count a connection; return whether it may stay."""
        self._open[address] += 1
        mine = self._open[address] <= self.limits.connections or address == self._exempt
        return mine and self._open.total() + self._pages.total() <= self.limits.in_all

    def shut(self, address: str) -> None:
        """Count it no more."""
        _less(self._open, address)

    def begun(self, address: str, connection: _Patient) -> None:
        """A request is still awaited; the oldest of too many such connections is cut."""
        waiting = self._unfinished.setdefault(address, {})
        waiting[connection] = None
        if len(waiting) > self.limits.unfinished and address != self._exempt:
            oldest = next(iter(waiting))
            self.whole(address, oldest)
            oldest.cut()

    def whole(self, address: str, connection: _Patient) -> None:
        """A request is whole, or its connection gone."""
        waiting = self._unfinished.get(address, {})
        waiting.pop(connection, None)
        if not waiting:
            self._unfinished.pop(address, None)

    def page_opened(self, address: str) -> bool:
        """Count a websocket; return whether it may stay."""
        self._pages[address] += 1
        return self._pages[address] <= self.limits.pages or address == self._exempt

    def page_shut(self, address: str) -> None:
        """Count it no more."""
        _less(self._pages, address)


def _less(counter: Counter[str], address: str) -> None:
    counter[address] -= 1
    if counter[address] <= 0:
        del counter[address]


class _Patient(H11Protocol):
    """uvicorn's HTTP, with an end to waiting."""

    def __init__(self, *args: Any, open_ones: Connections, **more: Any) -> None:
        super().__init__(*args, **more)
        self._ones = open_ones
        self._address = ""
        self._counted = False
        self._watch: asyncio.TimerHandle | None = None
        self._since = 0.0  # when the head or the body began
        self._body_bytes = 0
        self._state = "head"
        self._waiting = False  # counted among the unfinished
        self._unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._counted = True
        if not self._ones.opened(self._address):
            transport.write(_TOO_MANY)
            self.cut()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._state == "body":
            self._body_bytes += len(data)
        super().data_received(data)
        self._settle()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._settle()

    def _settle(self) -> None:
        """Know what is awaited now: a request's head, its body, or that its answer is taken."""
        if not self._counted or self.transport.is_closing():
            return  # it has become a websocket, or was cut
        if self.cycle is None or self.cycle.response_complete:
            if self._state != "head":
                self._await_head()
        elif not self.cycle.more_body:
            if self._state != "answer":
                self._enter("answer", self._ones.limits.idle_s * 2)
                self._waiting = False
                self._ones.whole(self._address, self)
        elif self._state != "body":
            self._body_bytes = 0
            self._enter("body", self._ones.limits.idle_s)
            self._wait()

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._forget()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        self.transport.write(_BAD_HEAD + _BAD)
        self.transport.close()

    def cut(self) -> None:
        """End it now."""
        self._forget()
        self.transport.close()
        self.loop.call_later(1.0, self.transport.abort)  # whoever does not take what was written

    def _await_head(self) -> None:
        self._waiting = False  # a body that was answered early was still awaited; the next head has its whole time
        self._ones.whole(self._address, self)
        self._enter("head", self._ones.limits.first_s)

    def _wait(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._ones.begun(self._address, self)

    def _enter(self, state: str, wait_s: float) -> None:
        self._state = state
        self._since = self.loop.time()
        self._unsent = 0
        self._rearm(wait_s)

    def _rearm(self, wait_s: float) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = self.loop.call_later(wait_s, self._look)

    def _look(self) -> None:
        """Cut what has had its time: a head that is not whole, a body that trickles, an answer that nobody takes."""
        limits = self._ones.limits
        unsent = self.transport.get_write_buffer_size()
        if self._state == "head" and not self._waiting:
            self._rearm(limits.head_s - limits.first_s)
            self._wait()
        elif self._state == "head":
            self.cut()
        elif self._state == "body":
            due = (self.loop.time() - self._since - limits.idle_s) * limits.least_rate
            if self._body_bytes < max(1, due) and not self.flow.read_paused:
                self.cut()
            else:
                self._rearm(limits.idle_s / 4)
        elif unsent and unsent == self._unsent:
            self.cut()
        else:
            self._unsent = unsent
            self._rearm(limits.idle_s * 2)

    def _forget(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._counted:
            self._counted = False
            self._ones.whole(self._address, self)
            self._ones.shut(self._address)


class _Page(WebSocketsSansIOProtocol):
    """uvicorn's websocket, counted."""

    def __init__(self, *args: Any, open_ones: Connections, **more: Any) -> None:
        super().__init__(*args, **more)
        self._ones = open_ones
        self._address = ""
        self._counted = False
        self._refused = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._counted = True
        if not self._ones.page_opened(self._address):
            self._refused = True
            transport.write(_TOO_MANY)
            transport.close()

    def data_received(self, data: bytes) -> None:
        if not self._refused:  # the request itself comes after the connection, and would reach the page
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._counted:
            self._counted = False
            self._ones.page_shut(self._address)
        super().connection_lost(exc)


def raise_descriptors() -> int:
    """Let this process open as many files and sockets as it may, within reason; return how many."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows has no such limit
        return _MAX_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MAX_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return _MAX_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


def serve(
    app: Application,
    address: str,
    port: int,
    *,
    proxy: str = "",
    certificate: tuple[str, str] | None = None,
    log_level: str | None = None,
) -> None:
    """Serve an application until the process is stopped. What ``proxy`` forwards is believed, and nobody else."""
    room = raise_descriptors() - _KEPT_DESCRIPTORS
    open_ones = Connections(Limits(in_all=min(Limits.in_all, max(64, room))), exempt=proxy)
    config = uvicorn.Config(
        app,
        host=address,
        port=port,
        http=partial(_Patient, open_ones=open_ones),  # type: ignore[arg-type]
        ws=partial(_Page, open_ones=open_ones),  # type: ignore[arg-type]
        ws_max_size=_MAX_MESSAGE_BYTES,
        ws_ping_interval=_PING_S,
        ws_ping_timeout=_PING_S,
        ws_per_message_deflate=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=[proxy] if proxy else [],
        server_header=False,
        access_log=False,
        log_level=log_level,
        use_colors=False,
        ssl_certfile=certificate[0] if certificate else None,
        ssl_keyfile=certificate[1] if certificate else None,
        timeout_graceful_shutdown=_STOP_S,
    )
    uvicorn.Server(config).run()
