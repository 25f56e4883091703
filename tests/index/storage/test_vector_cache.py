from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article
from index.passages import Passage
from index.storage.repository import Store
from index.storage.vector_cache import vector_index
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


def found(store: Store, index: VectorIndex) -> dict[str, float]:
    similarities = dict(index.search(QUERY, 10))
    passages = store.passages(list(similarities))
    return {passages[rowid][0].id: pytest.approx(s) for rowid, s in similarities.items()}


def cache_file(store: Store) -> Path:
    return store.path.with_name("vectors.faiss")


def test_made_from_the_store_and_written_beside_it(store: Store) -> None:
    index = vector_index(store)
    assert found(store, index) == {"b#0": 0.8, "a#0": 0.6}
    assert index.generation == store.generation
    assert VectorIndex.load(cache_file(store), store.generation) is not None


def test_a_current_file_is_taken_as_it_is(store: Store) -> None:
    # vectors that the store does not hold show which of the two was read
    planted = VectorIndex.build(np.array([1, 2]), np.array([[0, 1], [1, 0]], dtype=np.float32), store.generation)
    planted.save(cache_file(store))
    assert found(store, vector_index(store)) == {"a#0": 0.8, "b#0": 0.6}


def test_an_outdated_file_is_made_again(store: Store) -> None:
    old = vector_index(store)
    put(store, "c", [0.6, 0.8])
    index = vector_index(store)
    assert found(store, index) == {"c#0": 1.0, "b#0": 0.8, "a#0": 0.6}
    assert old.generation < index.generation == store.generation
    assert VectorIndex.load(cache_file(store), store.generation) is not None
    store.remove_articles(["a", "b"])
    assert found(store, vector_index(store)) == {"c#0": 1.0}


@pytest.mark.parametrize("kept", [0, 30, 200, -1])
def test_a_torn_file_is_made_again(store: Store, kept: int) -> None:
    vector_index(store)
    whole = cache_file(store).read_bytes()
    cache_file(store).write_bytes(whole[:kept])
    assert found(store, vector_index(store)) == {"b#0": 0.8, "a#0": 0.6}
    assert cache_file(store).read_bytes() == whole


def test_where_nothing_can_be_written_memory_serves(store: Store) -> None:
    cache_file(store).mkdir()  # no file can take a folder's place
    assert found(store, vector_index(store)) == {"b#0": 0.8, "a#0": 0.6}
    assert [path.name for path in store.path.parent.glob("*.part")] == []


def test_an_empty_store_has_an_empty_index(store: Store) -> None:
    store.remove_articles(["a", "b"])
    for index in (vector_index(store), vector_index(store)):  # made, then loaded
        assert (len(index), index.search(QUERY, 5)) == (0, [])
