"""Starts the page: Streamlit on loopback only, silent towards the outside."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

from index.errors import InputError
from rag.settings import OFFLINE_ENVIRONMENT, Settings

ADDRESS = "127.0.0.1"
# Options of `streamlit run`: nothing leaves the machine, nothing is watched, errors stay in the log.
STREAMLIT_OPTIONS = {
    "server.address": ADDRESS,
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "theme.base": "light",
    "theme.primaryColor": "#0b5c7a",
}


def serve(settings: Settings, port: int) -> int:
    """Serve the page until it is stopped; return its exit code. Raises InputError where the port is in use."""
    if not _free(port):
        raise InputError(f"Port {port} di {ADDRESS} sedang dipakai; pilih yang lain: tanya ui --port {port + 1}")
    page = importlib.util.find_spec("ui")
    assert page is not None and page.origin is not None  # a package of this very distribution
    command = [sys.executable, "-m", "streamlit", "run", str(Path(page.origin).with_name("chat.py"))]
    command += [f"--{name}={value}" for name, value in {**STREAMLIT_OPTIONS, "server.port": port}.items()]
    environment = os.environ | OFFLINE_ENVIRONMENT
    environment |= {"TANYA_DATA": str(settings.data_dir), "TANYA_MODELS": str(settings.models_dir)}
    print(f"Tanya Arsip: http://{ADDRESS}:{port}  (Ctrl-C untuk berhenti)", file=sys.stderr, flush=True)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        return 0
    finally:
        process.terminate()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
        return True
