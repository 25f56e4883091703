import socket
from pathlib import Path

import pytest

from index.errors import InputError
from rag.access.accounts import EDITOR, Accounts
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
    assert STREAMLIT_OPTIONS["browser.gatherUsageStats"] is False


def test_no_page_on_a_network_without_a_login(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hanya dibuka dengan kata sandi atau OIDC"):
        serve(Settings(tmp_path, tmp_path), 8501, "0.0.0.0")


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    Accounts(tmp_path).add("ani", "sandi yang panjang", EDITOR)
    with pytest.raises(InputError, match="Alamat 'kantor' bukan alamat IP"):
        serve(Settings(tmp_path, tmp_path), 8501, "kantor")


def test_an_oidc_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tidak ada"):
        serve(Settings(tmp_path, tmp_path), 8501, oidc=tmp_path / "oidc.toml")
