"""Candidates from a real Milvus server: those that SQLite and FAISS find, through changes, kills and losses."""

import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from milvus import IS_HERE, WHY_NOT, LiteServer

from index.articles import Article
from index.errors import EngineError
from index.passages import Passage
from index.storage import milvus_index, milvus_server
from index.storage.candidate_index import EmbeddedIndex
from index.storage.collections import Collections
from index.storage.filters import Filters
from index.storage.milvus_index import MilvusIndex
from index.storage.milvus_server import MilvusServer
from index.storage.repository import Store
from index.storage.vectors import Vectors

pytestmark = [
    pytest.mark.skipif(not IS_HERE, reason=WHY_NOT),
    pytest.mark.filterwarnings("default:::pymilvus"),
]
OUTLETS = ["Warta", 'Kabar "Pagi"', "Médan Pos", None]
WORDS = [f"kata{number}" for number in range(40)] + ["wali", "kota", "wali_kota"]
DIMENSION = 8


def vector_of(drawn: random.Random) -> Vectors:
    made = np.array([drawn.gauss(0, 1) for _ in range(DIMENSION)], dtype=np.float32)
    return made / np.float32(np.linalg.norm(made))


def put(store: Store, number: int) -> None:
    """Write article ``number``, always the same: two passages, three for every fifth."""
    drawn = random.Random(number)
    # the first words stand in most passages
    stems = [
        " ".join(drawn.choices(WORDS, weights=range(len(WORDS), 0, -1), k=drawn.randint(0, 30)))
        for _ in range(2 + (number % 5 == 0))
    ]
    id, passages = f"a{number}", [Passage(f"a{number}", place, 0, 1, "x") for place in range(len(stems))]
    date = f"20{10 + number % 4}-0{1 + number % 9}-15" if number % 7 else None
    article = Article(id=id, text="xyz", path=f"/{id}.txt", date=date, publisher=OUTLETS[number % len(OUTLETS)])
    vectors = np.stack([vector_of(drawn) for _ in stems])
    store.put_article(article, passages, vectors, stems, embedder="e", pipeline=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteServer]:
    running = LiteServer(tmp_path_factory.mktemp("milvus"))
    yield running
    running.kill()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        for number in range(120):
            put(store, number)
        yield store


@pytest.fixture
def index(store: Store, server: LiteServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[MilvusIndex]:
    monkeypatch.setattr(milvus_index, "_MAX_ONE_BY_ONE", 0)  # every question goes to the server
    monkeypatch.setattr(milvus_index, "_CHUNK", 50)
    monkeypatch.setattr(milvus_index, "_TIMES_MORE", 10)  # of a dozen; questions ask for hundreds
    spoken_to = MilvusServer(server.address)
    yield MilvusIndex(store, spoken_to)
    spoken_to.close()


FILTERS = [
    Filters(),
    Filters(date_from="2011-01-01", date_to="2011-12-31"),
    Filters(date_to="2012-05-01"),
    Filters(publisher="WARTA"),
    Filters(publisher='kabar "pagi"', date_from="2012-01-01"),
    Filters(publisher="médan pos"),
    Filters(publisher='" or id > 0 or outlet == "'),
    Filters(articles=("a3", "a50", "a90")),
]


def agree(store: Store, index: MilvusIndex, count: int = 12) -> int:
    """Assert that both engines find the same; return how many candidates that were."""
    embedded, drawn, found = EmbeddedIndex(store), random.Random(5), 0
    for filters in FILTERS:
        for terms in (["kata0", "kata30"], ["wali", "kota", "wali kota", "kata3"], ["kata39", "tiada"], []):
            vector = vector_of(drawn)
            expected = embedded.candidates(vector, terms, count, filters)
            brought = index.candidates(vector, terms, count, filters)
            assert brought.keys() == expected.keys(), (filters, terms)
            assert brought == pytest.approx(expected, abs=1e-5)
            found += len(brought)
    return found


def rows(index: MilvusIndex) -> set[int]:
    state = index._state()
    return set(index._server.ids(milvus_index._table(state), 0, 8192))


def passages(store: Store) -> set[int]:
    return {int(id) for id in store.vectors()[0]}


def test_the_server_of_the_tests_listens_on_this_machine_only(server: LiteServer) -> None:
    assert server.listens_on <= {"0100007F", "0000000000000000FFFF00000100007F"}  # the second is ::ffff:127.0.0.1
    assert server.listens_on


def test_both_find_the_same_through_changes(store: Store, index: MilvusIndex) -> None:
    index.refresh()
    assert rows(index) == passages(store)
    assert agree(store, index) > 300
    # what came and went since is followed before the server knows of it
    store.remove_articles([f"a{number}" for number in range(0, 60, 2)])
    for number in (*range(120, 140), 61, 63):  # the last two are written anew
        put(store, number)
    before = rows(index)
    assert agree(store, index) > 300
    assert rows(index) == before != passages(store)
    index.refresh()
    assert rows(index) == passages(store)
    assert agree(store, index) > 300


def test_narrow_filters_are_scored_one_by_one(
    store: Store, index: MilvusIndex, monkeypatch: pytest.MonkeyPatch, server: LiteServer
) -> None:
    index.refresh()
    monkeypatch.setattr(milvus_index, "_MAX_ONE_BY_ONE", 10_000)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MilvusServer, "nearest", None)  # it is not asked
        narrow = [filters for filters in FILTERS if filters]
        patched.setattr(__name__ + ".FILTERS", narrow, raising=False)
        for filters in narrow:
            vector = vector_of(random.Random(1))
            expected = EmbeddedIndex(store).candidates(vector, ["kata1"], 12, filters)
            assert index.candidates(vector, ["kata1"], 12, filters) == pytest.approx(expected, abs=1e-5)


def test_a_collection_which_the_server_does_not_know(
    store: Store, index: MilvusIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.refresh()
    kept = Collections(store.database)
    kept.make("Banjir")
    kept.add("Banjir", [f"a{number}" for number in range(0, 120, 9)])
    filters = kept.within(Filters(), "Banjir")
    vector = vector_of(random.Random(2))
    expected = EmbeddedIndex(store).candidates(vector, ["kata1"], 12, filters)
    assert index.candidates(vector, ["kata1"], 12, filters) == pytest.approx(expected, abs=1e-5)
    monkeypatch.setattr(milvus_index, "MOST_FOUND", 40)  # it may not be asked for enough
    assert index.candidates(vector, ["kata1"], 12, filters) == pytest.approx(expected, abs=1e-5)


def test_a_kill_in_the_middle_of_an_update_loses_nothing(
    store: Store, index: MilvusIndex, server: LiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_rows, calls = MilvusServer.put, 0

    def put_then_die(self: MilvusServer, table: str, some: list[milvus_index.Row]) -> None:
        nonlocal calls
        calls += 1
        put_rows(self, table, some)
        if calls == 3:
            server.kill()
            raise EngineError("killed")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MilvusServer, "put", put_then_die)
        with pytest.raises(EngineError, match="killed"):
            index.refresh()
    assert index._state()["engine_to"] == 100  # the third part was written, which nobody could note any more
    with pytest.raises(EngineError, match="tidak dapat dihubungi"):
        index.refresh()
    server.start()
    assert agree(store, index) > 300  # half is there, the rest is scored beside it
    index.refresh()
    assert rows(index) == passages(store)
    assert agree(store, index) > 300


WRITER = """
import os, signal, sys
from pathlib import Path
from index.storage import milvus_index
from index.storage.milvus_server import MilvusServer
from index.storage.repository import Store

milvus_index._CHUNK = 50
put, calls = MilvusServer.put, []

def put_then_die(self, table, rows):
    put(self, table, rows)
    calls.append(rows)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

MilvusServer.put = put_then_die
milvus_index.MilvusIndex(Store(Path(sys.argv[1])), MilvusServer(sys.argv[2])).refresh()
"""


def test_a_kill_of_the_writer_in_the_middle_loses_nothing(store: Store, index: MilvusIndex, server: LiteServer) -> None:
    command = [sys.executable, "-c", WRITER, str(store.path), server.address]
    done = subprocess.run(command, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == -signal.SIGKILL
    assert index._state()["engine_to"] == 100
    assert len(rows(index)) == 150  # the third part is there, which nobody noted
    assert agree(store, index) > 300
    index.refresh()
    assert rows(index) == passages(store)


def test_a_kill_between_questions_is_one_line_until_it_is_back(
    store: Store, index: MilvusIndex, server: LiteServer
) -> None:
    index.refresh()
    vector = vector_of(random.Random(3))
    expected = index.candidates(vector, ["kata1"], 12)
    server.kill()
    for _ in range(2):
        with pytest.raises(EngineError) as told:
            index.candidates(vector, ["kata1"], 12)
        assert str(told.value) == (
            f"Mesin pencari {server.address} tidak dapat dihubungi; nyalakan servernya, atau lepas --engine "
            "(TANYA_ENGINE) agar indeks di komputer ini yang mencari."
        )
    server.start()
    assert index.candidates(vector, ["kata1"], 12) == expected
    assert agree(store, index) > 300


def test_a_kill_in_the_middle_of_questions_gives_right_answers_or_that_line(
    store: Store, index: MilvusIndex, server: LiteServer
) -> None:
    index.refresh()
    vector = vector_of(random.Random(4))
    expected = index.candidates(vector, ["kata1"], 12)
    told: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                assert index.candidates(vector, ["kata1"], 12) == expected
                told.append("")
            except EngineError as error:
                told.append(str(error))
            except BaseException as error:
                told.append(repr(error))
                raise

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for one in asking:
        one.start()
    while len(told) < 5:
        stop.wait(0.05)
    server.kill()
    while not told[-1]:
        stop.wait(0.05)
    server.start()
    heard = len(told)
    while "" not in told[heard:]:
        stop.wait(0.05)
    stop.set()
    for one in asking:
        one.join()
    assert {line.split(";")[0] for line in told} == {"", f"Mesin pencari {server.address} tidak dapat dihubungi"}


def test_a_server_that_lost_rows_is_told_and_made_whole(store: Store, index: MilvusIndex) -> None:
    index.refresh()
    table = milvus_index._table(index._state())
    index._server.delete(table, list(range(10, 40)))
    index._server.put(table, [milvus_index.Row(5000, np.zeros(DIMENSION, np.float32), "kata0", 0, 0)])
    again = MilvusIndex(store, index._server)
    with pytest.raises(EngineError, match=r"memuat \d+ dari \d+ bagian; lengkapi: tanya index --engine milvus://"):
        again.candidates(vector_of(random.Random(1)), ["kata1"], 12)
    again.refresh()
    assert rows(again) == passages(store)
    index._server.drop(table)
    third = MilvusIndex(store, index._server)
    with pytest.raises(EngineError, match="belum memuat indeks"):
        third.candidates(vector_of(random.Random(1)), ["kata1"], 12)
    assert third.standing() == (len(passages(store)), 0)
    third.refresh()
    assert third.standing() == (len(passages(store)), len(passages(store)))
    assert rows(third) == passages(store)
    assert agree(store, third) > 300


def test_a_copy_of_the_folder_gets_a_table_of_its_own(store: Store, index: MilvusIndex, tmp_path: Path) -> None:
    index.refresh()
    store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    (tmp_path / "salinan").mkdir()
    copied = shutil.copy(store.path, tmp_path / "salinan" / "arsip.sqlite3")
    with Store(Path(copied)) as other:
        other.remove_articles(["a1", "a2"])
        theirs = MilvusIndex(other, index._server)
        with pytest.raises(EngineError, match="belum memuat indeks"):
            theirs.candidates(vector_of(random.Random(1)), ["kata1"], 12)
        theirs.refresh()
        assert rows(theirs) == passages(other) != passages(store)
    assert rows(index) == passages(store)


def test_too_much_that_the_server_does_not_have(
    store: Store, index: MilvusIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.refresh()
    for number in range(120, 130):
        put(store, number)
    monkeypatch.setattr(milvus_index, "_MAX_WAITING", 20)
    with pytest.raises(EngineError, match="belum memuat lebih dari 20 dari"):
        index.candidates(vector_of(random.Random(1)), ["kata1"], 12)
    index.refresh()
    assert agree(store, index) > 300


def test_a_large_table_gets_a_graph(store: Store, index: MilvusIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    index.refresh()
    monkeypatch.setattr(milvus_index, "MAX_FLAT", 100)
    index.refresh()
    table = milvus_index._table(index._state())
    with index._server._speaking() as client:
        assert client.describe_index(table, "vector")["index_type"] == "HNSW"
    index.refresh()  # once is enough
    assert agree(store, index) > 300


def test_a_server_that_hangs_is_one_line(
    store: Store, index: MilvusIndex, server: LiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.refresh()
    vector = vector_of(random.Random(3))
    expected = index.candidates(vector, ["kata1"], 12)
    monkeypatch.setattr(milvus_server, "_QUESTION_S", 1.0)
    server.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(EngineError, match="tidak menjawab dalam 1 detik; periksa servernya"):
            index.candidates(vector, ["kata1"], 12)
        with pytest.raises(EngineError, match="tidak menjawab sebagai Milvus"):
            index.candidates(vector, ["kata1"], 12)
    finally:
        server.process.send_signal(signal.SIGCONT)
    monkeypatch.undo()
    assert index.candidates(vector, ["kata1"], 12) == pytest.approx(expected, abs=1e-6)


def test_another_embedder_makes_the_table_anew(store: Store, index: MilvusIndex) -> None:
    index.refresh()
    for number in range(120):
        article = Article(id=f"a{number}", text="xyz", path=f"/a{number}.txt")
        longer = np.tile(np.float32(0.25), (1, 16))
        store.put_article(article, [Passage(f"a{number}", 0, 0, 1, "x")], longer, ["kata1"], embedder="f", pipeline=1)
    with pytest.raises(EngineError, match="memuat vektor model lain; lengkapi: tanya index --engine"):
        index.candidates(longer[0], ["kata1"], 12)
    index.refresh()
    assert rows(index) == passages(store)
    assert len(index.candidates(longer[0], ["kata1"], 12)) >= 12
    with pytest.raises(EngineError, match="memuat vektor model lain"):
        index.candidates(vector_of(random.Random(1)), ["kata1"], 12)


def test_one_folder_by_two_names_is_one_table(store: Store, index: MilvusIndex, tmp_path: Path) -> None:
    index.refresh()
    (tmp_path / "tautan").symlink_to(tmp_path)
    with Store(tmp_path / "tautan" / "arsip.sqlite3") as same:
        assert MilvusIndex(same, index._server).standing() == (len(passages(store)), len(passages(store)))


def test_an_archive_without_articles(tmp_path: Path, server: LiteServer) -> None:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        MilvusIndex(store, MilvusServer(server.address)).refresh()  # there is nothing to hold
        put(store, 1)
        index = MilvusIndex(store, MilvusServer(server.address))
        index.refresh()
        assert rows(index) == passages(store) == {1, 2}
        store.remove_articles(["a1"])
        index.refresh()
        assert rows(index) == set()
        assert index.candidates(vector_of(random.Random(1)), ["kata1"], 12) == {}


def test_something_else_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_server, "_QUESTION_S", 1.0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"milvus://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(EngineError, match=f"{address} tidak menjawab sebagai Milvus"):
            MilvusServer(address).exists("tanya_1")
