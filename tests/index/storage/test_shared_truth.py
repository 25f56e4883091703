"""One archive in PostgreSQL, several machines that read and write it: a real server, real processes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import WordEmbedder
from postgres import IS_HERE, WHY_NOT, Server

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from index.storage.shared_truth import SharedTruth

pytestmark = pytest.mark.skipif(not IS_HERE, reason=WHY_NOT)
TEXTS = {
    "kopi": "Warga Panen Kopi\nSabtu, 10 April 2021\nWarga desa memanen kopi di lereng gunung.\n",
    "teh": "Harga Teh Naik\nMinggu, 11 April 2021\nHarga teh naik dua kali lipat di pasar kota.\n",
    "ikan": "Pasar Ikan Dibuka\nSenin, 12 April 2021\nPasar ikan dibuka bupati di pelabuhan lama.\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("postgres") / "server")
    yield running
    running.kill()


@pytest.fixture
def url(server: Server, request: pytest.FixtureRequest) -> str:
    return server.database(request.node.name[:60])


Machine = Callable[[str], Store]


@pytest.fixture
def machine(tmp_path: Path, url: str) -> Iterator[Machine]:
    """Return what opens the data folder of a machine, made of the server where there is none."""
    opened: list[Store] = []

    def open_one(name: str) -> Store:
        store = Store(tmp_path / name / "arsip.sqlite3", create=True)
        truth = SharedTruth(store, url)
        store.truth = truth
        opened.append(store)
        truth.open()
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "berita").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "berita" / f"{name}.txt").write_text(text)
    return tmp_path / "berita"


def indexed(store: Store, *folders: Path) -> None:
    with store.sole_writer():
        report = Indexer(store, WordEmbedder()).run(folders)
    assert report.failed == []


def contents(store: Store) -> str:
    """Return all that two machines must have in common, as one text."""
    rows = store.database.rows
    told = {
        "articles": rows("SELECT * FROM articles ORDER BY id"),
        "passages": rows(
            'SELECT p.article_id, p.position, p.start, p."end", hex(p.vector), hex(p.digest), w.stems FROM passages p '
            "JOIN words w ON w.rowid = p.rowid ORDER BY p.article_id, p.position"
        ),
        **{
            name: rows(f"SELECT * FROM {name} ORDER BY 1, 2")
            for name in ("files", "corrections", "removed", "held_back", "collections", "collected", "texts")
        },
        "spans": rows("SELECT article_id, date, publisher, passages FROM spans ORDER BY article_id"),
        "tallies": rows("SELECT * FROM tallies ORDER BY kind, name"),
        "stories": rows("SELECT article_id, story FROM stories ORDER BY article_id"),
        "counts": store.counts(),
        "average": store.average_stems(),
    }
    return json.dumps(told, indent=1)


def test_a_second_machine_has_all_that_the_first_has(machine: Machine, folder: Path) -> None:
    first = machine("satu")
    indexed(first, folder)
    assert first.counts() == (3, 3)
    second = machine("dua")
    assert contents(second) == contents(first)
    assert second.elsewhere() == {str(folder / f"{name}.txt") for name in TEXTS}
    assert first.elsewhere() == set()
