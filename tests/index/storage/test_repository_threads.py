"""Threads share one store, and a reader sees only what is whole."""

import threading
from collections.abc import Iterator

import numpy as np
from stored import put

from index.articles import Article
from index.passages import Passage
from index.storage.repository import Store


def test_threads_share_one_store(store: Store) -> None:
    problems: list[BaseException] = []
    before = store.generation

    def work(name: str) -> None:
        try:
            for number in range(15):
                put(store, f"{name}{number}", ["kopi", "teh"])
                assert store.article(f"{name}{number}") is not None
                assert len(store.search_words(["kopi"], 1000)) > number
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert (store.counts(), store.generation) == ((60, 120), before + 60)


def test_a_reader_sees_only_what_is_whole_while_another_writes(store: Store) -> None:
    put(store, "a", ["kopi"])
    with Store(store.path) as reader:

        class Stems(list[str]):
            def __iter__(self) -> Iterator[str]:
                yield "kopi"
                seen.append((reader.counts(), reader.generation))
                yield "teh"

        seen: list[object] = []
        before = store.generation
        store.put_article(
            Article(id="b", text="kopi\nteh", path="/b.txt"),
            [Passage("b", 0, 0, 4, "kopi"), Passage("b", 1, 5, 8, "teh")],
            np.ones((2, 2), dtype=np.float32),
            Stems(),
            embedder="words",
            pipeline=1,
        )
        assert seen == [((1, 1), before)]
        assert (reader.counts(), reader.generation) == ((2, 3), before + 1)
