"""``--engine``: the commands with a real Milvus server, without one, and without what speaks to it."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_reader import TrustingReader
from fakes import WordEmbedder
from milvus import IS_HERE, WHY_NOT, LiteServer
from news_folder import news_folder

from index.storage import milvus_server
from index.storage.candidate_index import EmbeddedIndex
from index.storage.milvus_index import MilvusIndex
from rag.cli.parser import main
from rag.retrieval.retriever import Retriever
from rag.serving import diagnostics, loading
from rag.settings import Settings

needs_milvus = pytest.mark.skipif(not IS_HERE, reason=WHY_NOT)


@pytest.fixture(autouse=True)
def _weightless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())
    monkeypatch.setattr(loading, "open_reader", lambda settings: TrustingReader())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return news_folder(tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiteServer]:
    running = LiteServer(tmp_path / "milvus")
    yield running
    running.kill()


def unused() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"milvus://127.0.0.1:{free.getsockname()[1]}"


def searched(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    capsys.readouterr()
    assert main(["search", "--json", *arguments]) == 0
    return [found["article_id"] for found in json.loads(capsys.readouterr().out)["results"]]


@needs_milvus
def test_indexed_searched_killed_and_back(
    folder: Path, tmp_path: Path, server: LiteServer, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data", str(tmp_path / "data"))
    engine = ("--engine", server.address)
    assert main(["index", str(folder), *data, *engine]) == 0
    expected = searched(capsys, "harga teh", *data)
    assert expected[0] == "teh.txt"
    assert searched(capsys, "harga teh", *data, *engine) == expected
    assert searched(capsys, "harga teh", *data, *engine, "--from", "2021-04-12") == ["ikan.txt"]
    with loading.open_store(Settings.load(data=data[1])) as store:
        told = diagnostics.engine(Settings.load(data=data[1], engine=server.address), store)
    assert told == [(server.address, "siap, 3 dari 3 bagian")]

    server.kill()
    capsys.readouterr()
    assert main(["search", "harga teh", *data, *engine]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith(f"tanya: Mesin pencari {server.address} tidak dapat dihubungi; nyalakan servernya")
    # the articles come in without it, which is told
    (folder / "jalan.txt").write_text("Jalan Rusak\nSelasa, 13 April 2021\nHarga jalan rusak, kata warga.\n")
    (folder / "teh.txt").unlink()
    assert main(["index", str(folder), *data, *engine]) == 1
    out, err = capsys.readouterr()
    assert "1 artikel baru" in out and "1 gagal" in out and "tidak dapat dihubungi" in err
    assert "Traceback" not in out + err
    expected = searched(capsys, "harga", *data)
    assert "jalan.txt" in expected and "teh.txt" not in expected

    server.start()
    assert searched(capsys, "harga", *data, *engine) == expected  # before the server knows of it
    assert main(["index", *data, *engine]) == 0  # nothing but the engine
    assert searched(capsys, "harga", *data, *engine) == expected
    with loading.open_store(Settings.load(data=data[1])) as store:
        index = loading.open_index(Settings.load(data=data[1], engine=server.address), store)
        assert isinstance(index, MilvusIndex)
        assert index.standing() == (3, 3)


def test_an_engine_that_is_not_there(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, address = ("--data", str(tmp_path / "data")), unused()
    assert main(["index", str(folder), *data]) == 0
    capsys.readouterr()
    if IS_HERE:
        assert main(["search", "harga teh", *data, "--engine", address]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"tanya: Mesin pencari {address} tidak dapat dihubungi; nyalakan servernya")
        with loading.open_store(Settings.load(data=data[1])) as store:
            ((told_of, told),) = diagnostics.engine(Settings.load(data=data[1], engine=address), store)
        assert told_of == address and "tidak dapat dihubungi" in told
    assert searched(capsys, "harga teh", *data)[0] == "teh.txt"


def test_nonsense_is_refused_before_anything_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(tmp_path), "--data", str(tmp_path / "data"), "--engine", "localhost:19530"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "tanya: Mesin pencari 'localhost:19530' bukan alamat milvus://host:port; perbaiki --engine (TANYA_ENGINE)."
    )
    assert main(["index", "--data", str(tmp_path / "data")]) == 1  # neither articles nor an engine
    assert "Sebutkan folder atau berkas artikel" in capsys.readouterr().err
    assert not (tmp_path / "data" / loading.STORE_FILE).exists()


def test_without_pymilvus_it_says_what_to_install(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ("--data", str(tmp_path / "data"))
    assert main(["index", str(folder), *data]) == 0
    capsys.readouterr()
    monkeypatch.setattr(milvus_server, "find_spec", lambda name: None)
    assert main(["search", "harga teh", *data, "--engine", "milvus://127.0.0.1:19530"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        'tanya: Mesin pencari milvus://127.0.0.1:19530 memerlukan pymilvus; pasang: pip install "tanya-arsip[milvus]".'
    )


def test_without_an_engine_this_machine_searches(folder: Path, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert main(["index", str(folder), "--data", data]) == 0
    with loading.open_store(Settings.load(data=data, environment={})) as store:
        assert isinstance(loading.open_index(Settings.load(data=data, environment={}), store), EmbeddedIndex)
        retriever = Retriever(store, WordEmbedder(), index=MilvusIndex(store, milvus_server.MilvusServer(unused())))
        # what some readers may see is searched here, whatever finds for the others
        assert isinstance(retriever.on(store)._index, EmbeddedIndex)
