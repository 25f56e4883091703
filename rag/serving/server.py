"""Starts the page: Streamlit on loopback, silent towards the outside; on a network only behind a login."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import sys
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import NoReturn

from index.errors import InputError
from rag.serving.access.accounts import Accounts
from rag.serving.uploads import MAX_FILE_MB
from rag.settings import OFFLINE_ENVIRONMENT, THREADS_ENVIRONMENT, Settings

ADDRESS = "127.0.0.1"
_NAME = re.compile(
    r"([A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(:[1-9][0-9]{0,4})?|[0-9A-Fa-f:]+"
)
# Options of Streamlit: nothing leaves the machine, nothing is watched, errors stay in the log.
STREAMLIT_OPTIONS: dict[str, str | bool | int | list[str]] = {
    "server.address": ADDRESS,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.maxUploadSize": MAX_FILE_MB,
    "server.disconnectedSessionTTL": 60,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showSidebarNavigation": True,
    "logger.hideWelcomeMessage": True,  # it looks up this machine's address outside
    "theme.light.primaryColor": "#0b5c7a",
    "theme.light.linkColor": "#0b5c7a",
    "theme.light.backgroundColor": "#fbfbf9",
    "theme.light.secondaryBackgroundColor": "#eef1f0",
    "theme.light.textColor": "#1b2227",
    "theme.dark.primaryColor": "#7cc7e2",
    "theme.dark.linkColor": "#8ccbe3",
    "theme.dark.backgroundColor": "#14181c",
    "theme.dark.secondaryBackgroundColor": "#1f262c",
    "theme.dark.textColor": "#e8ecef",
    "theme.baseRadius": "0.5rem",
    "theme.chartCategoricalColors": [
        "#2f8fb3",
        "#c98a1b",
        "#6a9a5b",
        "#a8587a",
        "#7d72c4",
        "#8a8f94",
        "#b5643c",
        "#4fa3a0",
    ],
}


def serve(
    settings: Settings,
    port: int,
    address: str = ADDRESS,
    oidc: Path | None = None,
    names: Sequence[str] = (),
    proxy: str = "",
) -> NoReturn:
    """Become the page's server: the same process, so that whatever stops ``tanya ui`` stops the page.

    ``names`` are what else readers may call it in the browser's address; ``proxy`` is the address of the HTTPS proxy
    in front of it. Raises InputError where the port is in use, where a name cannot be one, and where the page would be
    open to a network with no login.
    """
    door = _door(settings, address, oidc, beyond=bool(names or proxy))
    if proxy and parsed_address(proxy).is_unspecified:
        raise InputError(f"Alamat proksi {proxy} bukan alamat satu mesin; sebutkan alamat IP proksi HTTPS itu.")
    if name := wrong_name(names):
        raise InputError(f"Nama {name!r} bukan nama mesin; tulis tanpa http://, misalnya arsip.redaksi.lan.")
    if not is_free(address, port):
        raise InputError(f"Port {port} di {address} sedang dipakai; pilih yang lain: tanya ui --port {port + 1}")
    page = importlib.util.find_spec("ui")
    assert page is not None and page.origin is not None  # a package of this very distribution
    options = {**STREAMLIT_OPTIONS, "server.address": address, "server.port": port}
    command = [
        sys.executable,
        "-m",
        "ui.server",
        json.dumps({"options": options, "door": door, "oidc": str(oidc or ""), "names": list(names), "proxy": proxy}),
    ]
    environment = os.environ | OFFLINE_ENVIRONMENT
    environment |= {name: value for name, value in THREADS_ENVIRONMENT.items() if name not in environment}
    environment |= settings.environment()
    print(f"Tanya Arsip: http://{address}:{port}  (Ctrl-C untuk berhenti)", file=sys.stderr, flush=True)
    os.chdir(Path(page.origin).parents[1])
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())  # Streamlit's own words
    os.execve(command[0], command, environment)


def _door(settings: Settings, address: str, oidc: Path | None, *, beyond: bool = False) -> str:
    """Return how readers come in: ``terbuka`` on this machine alone, ``sandi`` or ``oidc`` elsewhere.

    ``beyond``: others reach it all the same, by a name or a proxy.
    """
    readers = Accounts(settings.data_dir).readers()
    if oidc is not None:
        if not oidc.is_file():
            raise InputError(f"Berkas OIDC {oidc} tidak ada; isinya bagian [auth] seperti di dokumentasi Streamlit.")
        return "oidc"
    if parsed_address(address).is_loopback and (readers or not beyond):
        return "sandi" if readers else "terbuka"
    if not readers:
        raise InputError(
            f"Di alamat {address}{' dengan nama lain atau proksi' if beyond else ''} halaman hanya dibuka dengan "
            "kata sandi atau OIDC; "
            "buat pembaca dahulu: tanya readers add NAMA --role redaktur"
        )
    return "sandi"


def wrong_name(names: Sequence[str]) -> str | None:
    """Return the first of these that is no host's name, None where all are."""
    return next((name for name in names if not _NAME.fullmatch(name)), None)


def parsed_address(address: str) -> IPv4Address | IPv6Address:
    """Return an address of a machine. Raises InputError where it is none; no name is looked up."""
    try:
        return ip_address("127.0.0.1" if address == "localhost" else address)  # no name is looked up outside
    except ValueError as error:
        raise InputError(f"Alamat {address!r} bukan alamat IP; pakai alamat mesin ini, misalnya 0.0.0.0.") from error


def is_free(address: str, port: int) -> bool:
    """Tell whether one may listen there."""
    family = socket.AF_INET if parsed_address(address).version == 4 else socket.AF_INET6
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True
