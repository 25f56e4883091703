"""Starts what serves programs: on 127.0.0.1, elsewhere only behind tokens, as the page only behind a login.

connection → OwnSite (Host, Origin, safe headers) → Bearer (a token) → Bounded (size) → HTTP or MCP
"""

from __future__ import annotations

import importlib.util
import logging
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from index.errors import InputError
from rag import log
from rag.serving.access.accounts import Accounts
from rag.serving.access.asgi import Application, Message, Receive, Send
from rag.serving.access.bearer import Bearer
from rag.serving.access.bounded import Bounded
from rag.serving.access.own_site import OwnSite
from rag.serving.access.tokens import Tokens
from rag.serving.server import ADDRESS, is_free, parsed_address, wrong_name
from rag.serving.service import Workplace
from rag.settings import Settings

_log = logging.getLogger("tanya.api")
API_EXTRA, MCP_EXTRA = "api", "mcp"
MCP_PATH = "/mcp"
_LIBRARY = {API_EXTRA: "fastapi", MCP_EXTRA: "mcp"}
# A draft of the largest size: a million characters, each at most twelve bytes as JSON writes what is not ASCII.
MAX_BODY_BYTES = 12_500_000
_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
REFUSED = (
    "Permintaan ini untuk nama lain atau dari halaman situs lain; pakai alamat yang ditulis saat program dimulai, "
    "atau daftarkan nama lain: tanya serve --name NAMA\n"
)


@dataclass(frozen=True)
class Where:
    """Where it listens: ``names`` it goes by beside its address, ``proxy`` the address of the HTTPS proxy before it."""

    port: int
    address: str = ADDRESS
    names: Sequence[str] = ()
    proxy: str = ""


def require(extra: str) -> None:
    """Raise InputError where what an extra brings is not installed."""
    if importlib.util.find_spec(_LIBRARY[extra]) is None:
        raise InputError(f'Pustaka {_LIBRARY[extra]} belum ada; pasang: pip install "tanya-arsip[{extra}]"')


def needs_token(settings: Settings, where: Where) -> bool:
    """Tell whether programs must send a token: once there are readers, and wherever others could reach it.

    Raises InputError where it would be open to a network.
    """
    if Accounts(settings.data_dir).readers():
        return True
    if not parsed_address(where.address).is_loopback or where.names or where.proxy:
        raise InputError(
            f"Di alamat {where.address}{' dengan nama lain atau proksi' if where.names or where.proxy else ''} "
            "layanan hanya dibuka dengan token; buat dahulu: tanya readers add NAMA, lalu tanya readers token NAMA"
        )
    return False


def serve(settings: Settings, where: Where, *, api: bool, mcp: bool) -> None:
    """Serve until stopped. Raises InputError where that cannot be, before anything is loaded."""
    for extra in [API_EXTRA] * api + [MCP_EXTRA] * mcp:
        require(extra)
    with_token = needs_token(settings, where)
    if where.proxy and parsed_address(where.proxy).is_unspecified:
        raise InputError(f"Alamat proksi {where.proxy} bukan alamat satu mesin; sebutkan alamat IP proksi HTTPS itu.")
    if name := wrong_name(where.names):
        raise InputError(f"Nama {name!r} bukan nama mesin; tulis tanpa http://, misalnya arsip.redaksi.lan.")
    if not is_free(where.address, where.port):
        raise InputError(
            f"Port {where.port} di {where.address} sedang dipakai; pilih yang lain: --port {where.port + 1}"
        )
    place = Workplace(settings, beside=True)
    threading.Thread(target=_load, args=(place,), name="model", daemon=True).start()
    _log.info("start", extra=log.fields(address=where.address, port=where.port, api=api, mcp=mcp))
    paths = "".join([", /docs"] * api + [f", {MCP_PATH}"] * mcp)[2:]
    door = "dengan token" if with_token else "hanya dari mesin ini"
    print(
        f"Tanya Arsip untuk program: http://{where.address}:{where.port} ({paths}; {door}; Ctrl-C untuk berhenti)",
        file=sys.stderr,
        flush=True,
    )
    tokens = Tokens(settings.data_dir) if with_token else None
    app = doors(place, tokens, names=where.names, secure=bool(where.proxy), api=api, mcp=mcp)
    from rag.serving import connections

    with suppress(KeyboardInterrupt):  # uvicorn has ended in peace
        connections.serve(app, where.address, where.port, proxy=where.proxy, log_level="warning")


def doors(
    place: Workplace,
    tokens: Tokens | None,
    *,
    names: Sequence[str] = (),
    secure: bool = False,
    api: bool = True,
    mcp: bool = False,
) -> Application:
    """Return the whole service with all its doors; without ``tokens`` it is for this machine alone."""
    from rag.serving.api.operations import Operations

    operations = Operations(place)
    parts: dict[str, Application] = {}
    open_to_all: Sequence[str] = ()
    if api:
        from rag.serving.api.web import OPEN_TO_ALL, application

        parts[""], open_to_all = application(operations), OPEN_TO_ALL
    if mcp:
        from rag.serving.api.assistant_tools import over_http

        parts[MCP_PATH] = over_http(operations, MCP_PATH)
    inside = Bounded(Parts(parts), MAX_BODY_BYTES)
    return OwnSite(
        Bearer(inside, tokens, open_to_all),
        names=names,
        secure=secure,
        policy=_POLICY,
        for_programs=True,
        refused=REFUSED,
    )


class Parts:
    """Hands each request to the part that its path names; the one without a path takes all others."""

    def __init__(self, parts: dict[str, Application]) -> None:
        self._parts = parts

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Hand it on."""
        path = scope.get("path", "")
        named = next((part for name, part in self._parts.items() if name and path == name), None)
        if scope["type"] == "lifespan":  # only the assistant's part begins and ends something
            named = self._parts.get(MCP_PATH)
        part = named or self._parts.get("") or self._parts[MCP_PATH]
        await part(scope, receive, send)


def _load(place: Workplace) -> None:
    place.load_models()
    if place.problem:
        print(f"tanya: {place.problem}", file=sys.stderr, flush=True)
