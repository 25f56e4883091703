import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article
from index.passages import Passage
from index.storage import vector_cache
from index.storage.repository import Store
from index.storage.vector_cache import CurrentVectors, PassageVectors
from index.storage.vectors import VectorIndex

QUERY = np.array([0.6, 0.8], dtype=np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        put(store, "a", [1, 0])
        put(store, "b", [0, 1])
        yield store


def put(store: Store, id: str, vector: list[float]) -> None:
    store.put_article(
        Article(id=id, text="Isi.", path="/a.txt"),
        [Passage(id, 0, 0, 4, "Isi.")],
        np.array([vector], dtype=np.float32),
        ["isi"],
        embedder="words",
        pipeline=1,
    )


def found(store: Store, index: PassageVectors) -> dict[str, float]:
    similarities = dict(index.search(QUERY, 10))
    passages = store.passages(list(similarities))
    return {passages[rowid][0].id: pytest.approx(s) for rowid, s in similarities.items()}


def cache_file(store: Store) -> Path:
    return store.path.with_name("vectors.faiss")


def test_made_from_the_store_and_written_beside_it(store: Store) -> None:
    index = PassageVectors.of(store)
    assert found(store, index) == {"b#0": 0.8, "a#0": 0.6}
    assert index.generation == store.generation
    assert VectorIndex.load(cache_file(store), store.vectors_token) is not None


def test_a_current_file_is_taken_as_it_is(store: Store) -> None:
    # vectors that the store does not hold show which of the two was read
    planted = VectorIndex.build(np.array([1, 2]), np.array([[0, 1], [1, 0]], dtype=np.float32), store.generation, 7)
    planted.save(cache_file(store))
    assert found(store, PassageVectors.of(store)) == {"b#0": 0.8, "a#0": 0.6}  # not this store's
    planted.save(cache_file(store))
    store.note_vectors(7)
    assert found(store, PassageVectors.of(store)) == {"a#0": 0.8, "b#0": 0.6}


def test_what_came_and_went_since_the_file_was_written_is_followed(store: Store) -> None:
    old = PassageVectors.of(store)
    written = cache_file(store).read_bytes()
    put(store, "c", [0.6, 0.8])
    expected = {"c#0": 1.0, "b#0": 0.8, "a#0": 0.6}
    for now in (old.advanced(), PassageVectors.of(store)):
        assert found(store, now) == expected
        assert (len(now), now.generation) == (3, store.generation)
    store.remove_articles(["a", "b"])
    put(store, "c", [0, 1])  # the passage that came went again, and another stands for it
    put(store, "d", [1, 0])
    for now in (old.advanced(), old.advanced().advanced(), PassageVectors.of(store)):
        assert found(store, now) == {"c#0": 0.8, "d#0": 0.6}
        assert list(now.similarities(QUERY, [1, 2, 3, 4, 5]).values()) == pytest.approx([0.8, 0.6])
    assert cache_file(store).read_bytes() == written
    assert found(store, old.rewritten()) == {"c#0": 0.8, "d#0": 0.6}
    assert cache_file(store).read_bytes() != written
    assert VectorIndex.load(cache_file(store), store.vectors_token) is not None


def test_a_search_among_some_sees_both_the_file_and_what_came(store: Store) -> None:
    old = PassageVectors.of(store)
    put(store, "c", [0.6, 0.8])
    store.remove_articles(["b"])
    now = old.advanced()
    assert now.search(QUERY, 5, np.array([1, 2])) == [(1, pytest.approx(0.6))]
    assert now.search(QUERY, 5, np.array([2, 3])) == [(3, pytest.approx(1.0))]
    assert now.search(QUERY, 1) == [(3, pytest.approx(1.0))]


def test_the_file_is_written_anew_beside_the_questions_when_much_has_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_cache, "_MAX_CHANGED", 1)
    current = CurrentVectors(store)
    current.get()
    token = store.vectors_token
    put(store, "c", [0.6, 0.8])
    assert current.get().is_much_changed is False
    put(store, "d", [0.6, 0.8])
    assert current.get().is_much_changed is True
    assert current._writing is not None
    current._writing.join()
    assert store.vectors_token != token
    now = current.get()
    assert (now.is_much_changed, len(now)) == (False, 4)
    assert found(store, now) == {"a#0": 0.6, "b#0": 0.8, "c#0": 1.0, "d#0": 1.0}


def test_a_file_that_could_not_be_written_is_tried_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_memory(_: Store) -> VectorIndex:
        raise MemoryError("vektor tidak muat")

    def wait() -> None:
        for thread in threading.enumerate():
            if thread.name == "tanya-vectors":
                thread.join()

    monkeypatch.setattr(vector_cache, "_MAX_CHANGED", 1)
    current = CurrentVectors(store)
    current.get()
    token = store.vectors_token
    put(store, "c", [0.6, 0.8])
    put(store, "d", [0.6, 0.8])
    with monkeypatch.context() as patched:
        patched.setattr(vector_cache, "_written", no_memory)
        assert len(current.get()) == 4
        wait()
    assert [(record.levelname, record.message) for record in caplog.records] == [("WARNING", "cache-not-written")]
    assert store.vectors_token == token
    assert current.get().is_much_changed is True
    wait()
    assert store.vectors_token != token
    assert current.get().is_much_changed is False


def test_an_older_store_put_back_does_not_take_the_file_of_the_newer_one(store: Store, tmp_path: Path) -> None:
    PassageVectors.of(store)
    store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = store.path.read_bytes()
    put(store, "c", [0.6, 0.8])
    PassageVectors.of(store).rewritten()
    file = cache_file(store).read_bytes()
    store.close()
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "arsip.sqlite3").write_bytes(kept)
    cache_file(store).write_bytes(file)
    with Store(tmp_path / "arsip.sqlite3") as older:
        for id in "xyz":
            put(older, id, [1, 0])
        assert set(found(older, PassageVectors.of(older))) == {"a#0", "b#0", "x#0", "y#0", "z#0"}


def test_codes_give_exact_similarities_in_exact_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.vectors.EXACT_ROWS", 10)
    chance = np.random.default_rng(4)
    for number in range(400):
        angle = chance.normal(0.3, 0.4)
        put(store, f"n{number:03}", [np.cos(angle), np.sin(angle)])
    coded = PassageVectors.of(store)
    put(store, "baru", [0.8, 0.6])
    store.remove_articles(["n007"])
    coded = coded.advanced()
    ids, vectors = store.vectors()
    exact = VectorIndex.build(ids, vectors)
    for angle in chance.normal(0.3, 1.0, size=10):
        query = np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)
        for among in (None, ids[::3]):
            expected = exact.search(query, 12, among)
            assert [id for id, _ in coded.search(query, 12, among)] == [id for id, _ in expected]
            assert [s for _, s in coded.search(query, 12, among)] == pytest.approx([s for _, s in expected], abs=1e-6)
    assert coded.similarities(QUERY, [1, 401, 999]) == pytest.approx(exact.similarities(QUERY, [1, 401]), abs=1e-6)


@pytest.mark.parametrize("kept", [0, 30, 200, -1])
def test_a_torn_file_is_made_again(store: Store, kept: int) -> None:
    PassageVectors.of(store)
    whole = cache_file(store).read_bytes()
    cache_file(store).write_bytes(whole[:kept])
    assert found(store, PassageVectors.of(store)) == {"b#0": 0.8, "a#0": 0.6}
    assert cache_file(store).stat().st_size == pytest.approx(len(whole), abs=20)  # its token has other digits


def test_where_nothing_can_be_written_memory_serves(store: Store) -> None:
    cache_file(store).mkdir()  # no file can take a folder's place
    assert found(store, PassageVectors.of(store)) == {"b#0": 0.8, "a#0": 0.6}
    assert [path.name for path in store.path.parent.glob("*.part")] == []


def test_an_empty_store_has_an_empty_index(store: Store) -> None:
    store.remove_articles(["a", "b"])
    for index in (PassageVectors.of(store), PassageVectors.of(store)):  # made, then loaded
        assert (len(index), index.search(QUERY, 5)) == (0, [])
