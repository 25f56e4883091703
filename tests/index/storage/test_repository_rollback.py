"""The generation grows with every change, and a write that fails changes nothing."""

from collections.abc import Iterator

import numpy as np
import pytest
from stored import put, words_found

from index.articles import Article
from index.errors import StoreError
from index.passages import Passage
from index.storage.repository import Store


def test_generation_grows_with_every_change_of_articles(store: Store) -> None:
    seen = [store.generation]
    put(store, "a", ["kopi"])
    seen.append(store.generation)
    put(store, "a", ["teh"])
    seen.append(store.generation)
    store.remove_articles(["a"])
    seen.append(store.generation)
    store.remove_file("/a.txt")
    seen.append(store.generation)
    assert seen == [seen[0] + step for step in range(5)]


def test_generation_stays_where_nothing_to_search_changes(store: Store) -> None:
    put(store, "a", ["kopi"])
    before = store.generation
    store.put_file("/a.txt", "1", 1)
    store.remove_articles([])
    words_found(store, ["kopi"])
    assert store.generation == before


def state(store: Store) -> object:
    ids, vectors = store.vectors()
    return (
        store.generation,
        store.article("a"),
        store.passages(ids.tolist()),
        vectors.tolist(),
        words_found(store, ["kopi", "teh", "susu"]),
    )


def test_an_error_in_mid_write_leaves_the_old_article_whole(store: Store) -> None:
    put(store, "a", ["kopi", "teh"])
    before = state(store)
    article = Article(id="a", text="susu\nsusu", path="/baru.txt")
    passages = [Passage("a", 0, 0, 4, "susu"), Passage("a", 0, 5, 9, "susu")]  # the same position twice
    vectors = np.ones((2, 2), dtype=np.float32)
    with pytest.raises(StoreError, match=r"arsip\.sqlite3 tidak dapat ditulis .*UNIQUE.*periksa ruang disk"):
        store.put_article(article, passages, vectors, ["susu", "susu"], embedder="words", pipeline=1)
    assert state(store) == before
    # fewer stems than passages is found out after the first passage is in
    passages = [Passage("a", 0, 0, 4, "susu"), Passage("a", 1, 5, 9, "susu")]
    with pytest.raises(ValueError, match="zip"):
        store.put_article(article, passages, vectors, ["susu"], embedder="words", pipeline=1)
    assert state(store) == before
    with Store(store.path) as again:
        assert state(again) == before
    put(store, "a", ["susu"])  # and the store goes on
    assert [name for name, _ in words_found(store, ["susu"])] == ["a#0"]


def test_an_interrupt_in_mid_write_leaves_nothing(store: Store) -> None:
    class Stems(list[str]):
        def __iter__(self) -> Iterator[str]:
            yield "kopi"
            raise KeyboardInterrupt

    before = store.generation
    passages = [Passage("a", 0, 0, 4, "kopi"), Passage("a", 1, 5, 8, "teh")]
    with pytest.raises(KeyboardInterrupt):
        store.put_article(
            Article(id="a", text="kopi\nteh", path="/a.txt"),
            passages,
            np.ones((2, 2), dtype=np.float32),
            Stems(),
            embedder="words",
            pipeline=1,
        )
    assert (store.generation, store.counts(), store.search_words(["kopi"], 5)) == (before, (0, 0), [])
