import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from browser import ROOT, free_port
from fakes import WordEmbedder
from quick_hashes import QUICK

from index.errors import InputError
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.access.accounts import EDITOR, Accounts
from rag.serving.loading import STORE_FILE
from rag.serving.server import ADDRESS, STREAMLIT_OPTIONS, serve
from rag.serving.uploads import PART_FOLDER
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
    Accounts(tmp_path, QUICK).add("ani", "sandi yang panjang", EDITOR)
    with pytest.raises(InputError, match="Alamat 'kantor' bukan alamat IP"):
        serve(Settings(tmp_path, tmp_path), 8501, "kantor")


def test_an_oidc_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tidak ada"):
        serve(Settings(tmp_path, tmp_path), 8501, oidc=tmp_path / "oidc.toml")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with an index, ``arsip``, and models that are found but cannot be loaded."""
    (tmp_path / "a.txt").write_text("Pasar dibuka kembali pada hari Senin.")
    with Store(tmp_path / "arsip" / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([tmp_path / "a.txt"])
    (tmp_path / "own.gguf").write_text("no model")
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "modules.json").write_text("[]")
    return tmp_path


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) == 0


def waited(port: int, *, until: bool) -> bool:
    deadline = time.monotonic() + 60
    while answers(port) is not until and time.monotonic() < deadline:
        time.sleep(0.1)
    return answers(port) is until


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_what_stops_the_command_stops_the_page_and_a_relative_folder_is_found(home: Path, stop: signal.Signals) -> None:
    port = free_port()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TANYA_LLM": "own.gguf", "TANYA_EMBEDDER": "encoder"}
    process = subprocess.Popen(
        [sys.executable, "-m", "rag.cli", "ui", "--data", "arsip", "--port", str(port)],
        cwd=home, env=environment, start_new_session=True, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # tests run under nohup ignore it
    )  # fmt: skip
    try:
        assert waited(port, until=True)
        process.send_signal(stop)
        process.wait(timeout=30)
        assert waited(port, until=False)
        assert (home / "arsip" / "log" / "tanya.log").is_file()
        with pytest.raises(ProcessLookupError):  # nobody is left of its group
            os.killpg(process.pid, 0)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_a_second_page_on_a_folder_is_refused_and_clears_nothing(home: Path) -> None:
    port, environment = free_port(), os.environ | {"PYTHONPATH": str(ROOT)}
    environment |= {"TANYA_LLM": "own.gguf", "TANYA_EMBEDDER": "encoder"}
    command = [sys.executable, "-m", "rag.cli", "ui", "--data", "arsip", "--port"]
    first = subprocess.Popen([*command, str(port)], cwd=home, env=environment, stderr=subprocess.DEVNULL)
    try:
        assert waited(port, until=True)
        upload = home / "arsip" / PART_FOLDER / "unggahan"
        upload.parent.mkdir(parents=True, exist_ok=True)
        upload.write_text("separuh")
        second = subprocess.run(
            [*command, str(free_port())], cwd=home, env=environment, capture_output=True, text=True, timeout=60
        )
        told = second.stderr.splitlines()[-1]
        assert second.returncode == 2
        assert told.startswith(f"tanya: Halaman untuk folder {home / 'arsip'} sudah dibuka oleh proses {first.pid} ")
        assert told.endswith("; pakai yang itu atau hentikan dahulu.")
        assert upload.read_text() == "separuh"
    finally:
        first.kill()
        first.wait()
