"""``--store``: the commands with a real PostgreSQL server, without one, and without what speaks to it."""

import argparse
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import milvus
import pytest
from fake_reader import TrustingReader
from fakes import WordEmbedder
from news_folder import news_folder
from postgres import IS_HERE, PASSWORD, WHY_NOT, Server

from index.errors import StoreAway, StoreError
from index.storage import postgres_server
from rag.cli import doctor, index_commands
from rag.cli.parser import main
from rag.serving import diagnostics, following, loading
from rag.serving.service import Workplace
from rag.settings import Settings

needs_postgres = pytest.mark.skipif(not IS_HERE, reason=WHY_NOT)


@pytest.fixture(autouse=True)
def _weightless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())
    monkeypatch.setattr(loading, "open_reader", lambda settings: TrustingReader())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return news_folder(tmp_path)


@pytest.fixture(scope="module")
def only_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("postgres") / "server")
    yield running
    running.close()


@pytest.fixture
def server(only_server: Server) -> Server:
    only_server.start()  # a test may have failed while it was away
    return only_server


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(list(arguments))
    out, err = capsys.readouterr()
    assert PASSWORD not in out + err and "Traceback" not in out + err
    return code, out, err


@needs_postgres
def test_two_machines_the_server_killed_and_back(
    folder: Path, tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANYA_STORE", server.database("berita"))
    first, second = ("--data", str(tmp_path / "satu")), ("--data", str(tmp_path / "dua"))
    code, _, err = run(capsys, "search", "teh", *second)
    assert code == 1 and "Belum ada indeks" in err and not (tmp_path / "dua" / loading.STORE_FILE).exists()
    code, out, _ = run(capsys, "index", str(folder), *first)
    assert code == 0 and "3 artikel baru" in out
    for command in (["search", "harga teh"], ["find", "ikan"], ["quote", "Harga teh naik dua kali lipat"]):
        expected = run(capsys, *command, "--json", *first)
        assert expected[0] == 0 and run(capsys, *command, "--json", *second) == expected
    code, out, _ = run(capsys, "collections", "make", "Pasar", "ikan.txt", *second)
    assert code == 0
    assert run(capsys, "collections", *first)[1] == "Pasar (1 artikel)\n"
    assert run(capsys, "index", *second)[1].startswith("0 artikel baru")  # nothing but the server

    expected = run(capsys, "search", "harga teh", "--json", *first)
    name = f"PostgreSQL 127.0.0.1:{server.port}/berita"
    told = json.loads(run(capsys, "status", "--json", *second)[1])["store"]
    assert told == {
        "address": f"127.0.0.1:{server.port}/berita",
        "change": 2,
    }  # the articles with their files; the collection
    settings = Settings.load(data=second[1])
    with loading.open_store(settings) as store:
        number = store.truth.number if store.truth is not None else 0
        assert doctor._store(settings) == {"change": number, "here": number}
        assert diagnostics.shared_store(settings, store) == [(name, f"sampai perubahan {number}")]
    server.kill()
    try:
        code, out, err = run(capsys, "search", "harga teh", "--json", *second)
        (line,) = err.splitlines()
        assert (code, out) == expected[:2]
        assert line.startswith(f"tanya: {name} tidak terjangkau (")
        assert line.endswith(f"); arsip dibaca sampai perubahan {number}.")
        with pytest.raises(StoreAway, match="tidak terjangkau"):
            doctor._store(settings)
        code, out, err = run(capsys, "index", str(folder), *second)
        (line,) = err.splitlines()
        assert (code, out) == (1, "") and line.startswith(f"tanya: {name} tidak terjangkau (")
        code, out, err = run(capsys, "search", "harga teh", "--data", str(tmp_path / "baru"))
        assert code == 1 and out == "" and "tidak terjangkau" in err
        assert run(capsys, "collections", "delete", "Pasar", *second)[0] == 1
    finally:
        server.start()
    assert run(capsys, "collections", *second)[1:] == ("Pasar (1 artikel)\n", "")
    assert run(capsys, "search", "harga teh", "--json", "--data", str(tmp_path / "baru")) == expected

    # and without the address, what is shared cannot be changed unheard
    monkeypatch.delenv("TANYA_STORE")
    (folder / "jalan.txt").write_text("Jalan Rusak\nSelasa, 13 April 2021\nJalan desa rusak, kata warga.\n")
    code, out, err = run(capsys, "index", str(folder), *first)
    assert code == 1 and "sebutkan alamatnya: --store atau TANYA_STORE" in err
    assert run(capsys, "search", "harga teh", "--json", *first) == expected


@needs_postgres
@pytest.mark.skipif(not milvus.IS_HERE, reason=milvus.WHY_NOT)
def test_beside_an_engine(folder: Path, tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    store = ("--store", server.database("mesin"))
    assert run(capsys, "index", str(folder), "--data", str(tmp_path / "satu"), *store)[0] == 0
    engine = milvus.LiteServer(tmp_path / "milvus")
    try:
        both = ("--data", str(tmp_path / "dua"), *store, "--engine", engine.address)
        assert run(capsys, "index", *both)[0] == 0
        expected = run(capsys, "search", "harga teh", "--json", "--data", str(tmp_path / "satu"), *store)
        assert run(capsys, "search", "harga teh", "--json", *both) == expected and "teh.txt" in expected[1]
        # what came from the other machine is found before the engine has it
        (folder / "jalan.txt").write_text("Jalan Rusak\nSelasa, 13 April 2021\nJalan desa rusak, kata warga.\n")
        assert run(capsys, "index", str(folder), "--data", str(tmp_path / "satu"), *store)[0] == 0
        assert "jalan.txt" in run(capsys, "search", "jalan rusak", "--json", *both)[1]
    finally:
        engine.kill()


@needs_postgres
def test_a_page_follows_and_goes_on_when_the_server_is_back(
    folder: Path, tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "FOLLOW_S", 0.05)
    url = server.database("halaman")
    assert main(["index", str(folder), "--data", str(tmp_path / "satu"), "--store", url]) == 0
    place = Workplace(Settings.load(data=str(tmp_path / "dua"), store=url), ("true",))
    try:
        assert place.store.counts() == (3, 3) and place.store_problem == ""
        (folder / "jalan.txt").write_text("Jalan Rusak\nSelasa, 13 April 2021\nJalan desa rusak, kata warga.\n")
        assert main(["index", str(folder), "--data", str(tmp_path / "satu"), "--store", url]) == 0
        awaited(lambda: place.store.counts() == (4, 4))
        server.kill()
        awaited(lambda: "arsip dibaca sampai perubahan" in place.store_problem)
        assert len(place.find("rusak", "date").matches) == 1
        server.start()
        awaited(lambda: place.store_problem == "")
    finally:
        place._follower.close()
        place.store.close()


@needs_postgres
def test_a_watched_folder_is_taken_in_once_the_server_is_back(
    folder: Path, tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_commands, "_WATCH_TIMEOUT_MS", 100)
    settings = Settings.load(data=str(tmp_path / "satu"), store=server.database("diikuti"))
    server.kill()
    stop = threading.Event()
    options = argparse.Namespace(json=False)
    watching = threading.Thread(
        target=index_commands._watch, args=(settings, WordEmbedder(), [folder], options, stop), daemon=True
    )
    watching.start()
    time.sleep(0.5)
    server.start()
    said = ""

    def is_in() -> bool:
        nonlocal said
        said += "".join(capsys.readouterr())
        return "3 artikel baru" in said

    awaited(is_in)
    stop.set()
    watching.join()
    assert said.count("tidak terjangkau") == 1


@needs_postgres
def test_a_wrong_password_is_told_and_not_repeated(
    folder: Path, tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = server.url().replace(":kata", ":bukan-kata")
    code, _, err = run(capsys, "index", str(folder), "--data", str(tmp_path / "data"), "--store", wrong)
    assert code == 1 and "password authentication failed" in err and "bukan-kata" not in err
    for broken in (server.url().replace("%25", "%"), "mysql://a:rahasia@b/c", "postgresql://a:raha sia@b/c"):
        code, _, err = run(capsys, "search", "teh", "--data", str(tmp_path / "data"), "--store", broken)
        assert code == 1 and len(err.splitlines()) == 1 and "--store (TANYA_STORE)" in err
        assert "rahasia" not in err and "raha" not in err and "Sandi" not in err
    assert "rahasia" not in repr(Settings.load(store="postgresql://a:rahasia@b/c"))
    logs = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.log*") if path.is_file())
    assert "Sandi" not in logs and "rahasia" not in logs


@needs_postgres
def test_a_server_that_is_too_old_or_newer_made_is_refused(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.database("lain")
    with monkeypatch.context() as changed:
        changed.setattr(postgres_server, "_OLDEST", 99)
        with pytest.raises(StoreError, match=r"/lain berversi \d+; program ini memerlukan PostgreSQL 99 ke atas\."):
            postgres_server.PostgresServer(url).archive()
    made = postgres_server.PostgresServer(url)
    assert made.archive()[1] == 0
    made.close()
    monkeypatch.setattr(postgres_server, "SCHEMA_VERSION", 2)
    later = postgres_server.PostgresServer(url)
    with pytest.raises(StoreError, match="berisi tabel versi 1, program ini memakai versi 2"):
        later.archive()
    later.close()


def test_without_psycopg_it_says_what_to_install(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "find_spec", lambda name: None)
    code, _, err = run(
        capsys, "index", str(folder), "--data", str(tmp_path / "data"), "--store", "postgresql://a:b@127.0.0.1:1/c"
    )
    assert code == 1
    assert err == (
        'tanya: PostgreSQL 127.0.0.1:1/c memerlukan psycopg; pasang: pip install "tanya-arsip[postgresql]".\n'
    )


def awaited(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)
