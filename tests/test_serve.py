import socket
from pathlib import Path

import pytest

from index.errors import InputError
from rag.serve import ADDRESS, STREAMLIT_OPTIONS, serve
from rag.settings import Settings


def test_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"Port {port} .* --port {port + 1}"):
            serve(Settings(tmp_path, tmp_path), port)


def test_the_page_is_for_this_machine_only() -> None:
    assert STREAMLIT_OPTIONS["server.address"] == "127.0.0.1"
    assert STREAMLIT_OPTIONS["browser.gatherUsageStats"] == "false"
