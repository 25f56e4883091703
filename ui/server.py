"""The page's server process: Streamlit's application behind our own doors.

    connection → OwnSite (Host, Origin, safe headers) → Gate (a login, if any) → UploadRoute → Frame → Streamlit

``rag.serving.server`` starts it with one argument, JSON: the options of Streamlit, how readers come in, the OIDC file,
the names that the page goes by beside its address, the trusted proxy.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from streamlit.runtime import exists, get_instance
from streamlit.starlette import App
from streamlit.web import bootstrap

from index.errors import IndexLocked, InputError
from index.storage.lock import serving
from rag import log
from rag.serving import connections
from rag.serving.access.accounts import Accounts, Sessions
from rag.serving.access.gate import Gate
from rag.serving.access.own_site import OwnSite
from rag.serving.spool import Spool
from rag.serving.upload_route import UploadRoute
from rag.settings import Settings, go_offline
from ui.door import DOOR, OIDC, PASSWORD
from ui.frame import POLICY, Frame

_log = logging.getLogger("tanya.page")
_SCRIPT = Path(__file__).with_name("app.py")
_SWEEP_S = 10.0


def run(options: dict[str, Any], door: str, oidc: str, names: Sequence[str] = (), proxy: str = "") -> None:
    """Serve the page until the process is stopped. Raises IndexLocked where another one serves this folder."""
    settings = Settings.load()
    with serving(settings.data_dir):  # before the spool is cleared, or the other one's uploads would be lost
        _run(settings, options, door, oidc, names, proxy)


def _run(settings: Settings, options: dict[str, Any], door: str, oidc: str, names: Sequence[str], proxy: str) -> None:
    from ui.shared import open_ahead

    go_offline()
    log.start(settings.data_dir, with_text=settings.log_text)
    log.keep_crashes(settings.data_dir, "page")
    DOOR.kind = door
    DOOR.spool = Spool(settings.data_dir, is_open=_is_open)
    DOOR.spool.clear()
    secrets: dict[str, Any] = {}
    certificate = (options["server.sslCertFile"], options["server.sslKeyFile"]) if _has_certificate(options) else None
    secure = bool(proxy or certificate)
    middleware = [Middleware(OwnSite, names=names, secure=secure, policy=POLICY)]
    if door == PASSWORD:
        accounts = Accounts(settings.data_dir)
        DOOR.sessions = Sessions(accounts)
        middleware.append(Middleware(Gate, accounts=accounts, sessions=DOOR.sessions, secure=secure))
    if door == OIDC:
        secrets = _oidc(Path(oidc))
        DOOR.editors = frozenset(str(name).lower() for name in secrets.pop("editors", []))
    middleware += [Middleware(UploadRoute, spool=DOOR.spool), Middleware(Frame)]
    address, port = str(options["server.address"]), int(options["server.port"])
    _log.info("start", extra=log.fields(address=address, port=port))
    bootstrap.load_config_options(options)
    threading.Thread(target=_sweep, args=(DOOR.spool,), name="unggahan", daemon=True).start()
    open_ahead()
    app = App(_SCRIPT, middleware=middleware, secrets=secrets or None)
    connections.serve(app, address, port, proxy=proxy, certificate=certificate)


def _has_certificate(options: dict[str, Any]) -> bool:
    return bool(options.get("server.sslCertFile") and options.get("server.sslKeyFile"))


def _is_open(page: str) -> bool:
    """Tell whether a page is connected, by the name that Streamlit gives it."""
    return exists() and get_instance().is_active_session(page)


def _sweep(spool: Spool) -> None:
    while True:
        time.sleep(_SWEEP_S)
        try:
            spool.sweep()
        except Exception:  # the next one may succeed
            _log.exception("not-swept")


def _oidc(path: Path) -> dict[str, Any]:
    try:
        import tomllib
    except ModuleNotFoundError as error:  # Python 3.10
        raise InputError("OIDC memerlukan Python 3.11 ke atas; pakai kata sandi: tanya readers add NAMA") from error
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"Berkas OIDC {path} tidak dapat dibaca ({error}); perbaiki isinya.") from error


if __name__ == "__main__":
    try:
        run(**json.loads(sys.argv[1]))
    except IndexLocked as error:
        print(f"tanya: {error}", file=sys.stderr)
        sys.exit(2)
