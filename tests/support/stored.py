"""Articles put into a store by their stems, and what its search by words finds."""

import numpy as np

from index.articles import Article
from index.passages import Passage
from index.storage.filters import Filters
from index.storage.repository import Store


def put(
    store: Store,
    id: str,
    stems: list[str],
    *,
    date: str | None = None,
    publisher: str | None = None,
    path: str = "/a.txt",
    embedder: str = "words",
) -> Article:
    """Write an article of one passage for each string of stems; the stems are its text."""
    article = Article(id=id, text="\n".join(stems), path=path, date=date, publisher=publisher)
    passages, at = [], 0
    for position, words in enumerate(stems):
        passages.append(Passage(id, position, at, at + len(words), words))
        at += len(words) + 1
    vectors = np.tile(np.array([0.6, 0.8], dtype=np.float32), (len(stems), 1))
    store.put_article(article, passages, vectors, stems, embedder=embedder, pipeline=1)
    return article


def row_ids(store: Store) -> dict[str, int]:
    """Return passage id → row id."""
    ids, _ = store.vectors()
    return {passage.id: rowid for rowid, (passage, _) in store.passages(ids.tolist()).items()}


def words_found(store: Store, terms: list[str], filters: Filters | None = None) -> list[tuple[str, float]]:
    names = {rowid: name for name, rowid in row_ids(store).items()}
    return [(names[rowid], score) for rowid, score in store.search_words(terms, 100, filters)]
