"""The page's server process: Streamlit's application, behind the login where there is one.

``rag.serving.server`` starts it with one argument, JSON: the options of Streamlit, how readers come in, the OIDC file.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from streamlit.starlette import App

from index.errors import InputError
from rag import log
from rag.serving.access.accounts import Accounts
from rag.serving.access.gate import Gate
from rag.settings import Settings, go_offline
from ui.door import DOOR, OIDC, PASSWORD
from ui.frame import Frame

_log = logging.getLogger("tanya.page")
_SCRIPT = Path(__file__).with_name("app.py")


def run(options: dict[str, Any], door: str, oidc: str) -> None:
    """Serve the page until the process is stopped."""
    from ui.shared import open_ahead

    go_offline()
    settings = Settings.load()
    log.start(settings.data_dir, with_text=settings.log_text)
    log.keep_crashes(settings.data_dir, "page")
    DOOR.kind = door
    secrets: dict[str, Any] = {}
    middleware = [Middleware(Frame)]
    if door == PASSWORD:
        secure = bool(options.get("server.sslCertFile"))
        accounts = Accounts(settings.data_dir)
        middleware.insert(0, Middleware(Gate, accounts=accounts, sessions=DOOR.sessions, secure=secure))
    if door == OIDC:
        secrets = _oidc(Path(oidc))
        DOOR.editors = frozenset(str(name).lower() for name in secrets.pop("editors", []))
    _log.info("start", extra=log.fields(address=options.get("server.address"), port=options.get("server.port")))
    open_ahead()
    App(_SCRIPT, middleware=middleware, secrets=secrets or None).run(config=options)


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
    run(**json.loads(sys.argv[1]))
