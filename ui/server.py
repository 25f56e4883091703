"""The page's server process: Streamlit's application, behind the login where there is one.

``rag.serve`` starts it with one argument, JSON: the options of Streamlit, how readers come in, the OIDC file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from streamlit.starlette import App

from index.errors import InputError
from rag.access.accounts import Accounts
from rag.access.gate import Gate
from rag.settings import Settings, go_offline
from ui.door import DOOR, OIDC, PASSWORD

_SCRIPT = Path(__file__).with_name("app.py")


def run(options: dict[str, Any], door: str, oidc: str) -> None:
    """Serve the page until the process is stopped."""
    go_offline()
    DOOR.kind = door
    secrets: dict[str, Any] = {}
    middleware = []
    if door == PASSWORD:
        secure = bool(options.get("server.sslCertFile"))
        accounts = Accounts(Settings.load().data_dir)
        middleware.append(Middleware(Gate, accounts=accounts, sessions=DOOR.sessions, secure=secure))
    if door == OIDC:
        secrets = _oidc(Path(oidc))
        DOOR.editors = frozenset(str(name).lower() for name in secrets.pop("editors", []))
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
