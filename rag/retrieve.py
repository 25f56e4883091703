"""Question → the passages that may answer it: nearest by meaning and best by words, fused by a pure function."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.articles import Article
from index.cache import vector_index
from index.embedder import Embedder
from index.indexer import check_embedder
from index.passages import Passage
from index.store import Filters, Store
from index.vectors import VectorIndex
from index.words import query_terms

# Weight of meaning against words, and how many candidates each side brings, chosen on FacQA train by
# `python scripts/bench/fusion.py`.
DENSE_WEIGHT = 0.6
CANDIDATES = 100


@dataclass(frozen=True)
class Retrieved:
    """A passage found for a question. Every score is a similarity: higher is better.

    ``score`` is the fused one in [0, 1], ``similarity`` the cosine to the question, ``bm25`` the word score (0: no word
    in common). ``article`` is without its text.
    """

    passage: Passage
    article: Article
    score: float
    similarity: float
    bm25: float


def fuse(
    dense: Mapping[int, float], words: Mapping[int, float], dense_weight: float = DENSE_WEIGHT
) -> list[tuple[int, float]]:
    """Return ids with fused scores, best first; ties go to the lower id.

    >>> fuse({1: 0.9, 2: 0.8}, {2: 6.0, 3: 3.0}, dense_weight=0.5)
    [(1, 0.5), (2, 0.5), (3, 0.25)]

    Cosines are stretched over the range seen here, as e5's lie close together; BM25, whose zero means "no common word",
    is divided by the best. An id that one side did not bring counts 0 there.
    """
    low = min(dense.values(), default=0.0)
    span = max(dense.values(), default=0.0) - low or 1.0
    best = max(words.values(), default=0.0) or 1.0
    scores = {
        id: dense_weight * ((dense[id] - low) / span if id in dense else 0.0)
        + (1 - dense_weight) * words.get(id, 0.0) / best
        for id in dense.keys() | words.keys()
    }
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


class Retriever:
    """Finds passages in one store. It notices when the store has changed. Raises EmbedderMismatch on first use."""

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self.store = store
        self._embedder = embedder
        self._vectors: VectorIndex | None = None

    def search(self, question: str, count: int, filters: Filters | None = None) -> list[Retrieved]:
        """Return up to ``count`` passages, best first."""
        dense, words = self.candidates(question, filters)
        fused = fuse(dense, words)[:count]
        passages = self.store.passages([id for id, _ in fused])
        found = [
            Retrieved(*passages[id], score, dense.get(id, 0.0), words.get(id, 0.0))
            for id, score in fused
            if id in passages
        ]
        # subtle: row ids tell in which order articles were written, which an interrupted run changes; names do not.
        return sorted(found, key=lambda item: (-round(item.score, 6), item.passage.article_id, item.passage.position))

    def candidates(self, question: str, filters: Filters | None = None) -> tuple[dict[int, float], dict[int, float]]:
        """Return row id → cosine and row id → BM25 of the candidates; those of the words have their cosine too."""
        vectors = self._current_vectors()
        among = self.store.filtered(filters)[0] if filters else None
        query = self._embedder.embed_query(question)
        words = dict(self.store.search_words(query_terms(question), CANDIDATES, filters))
        dense = dict(vectors.search(query, CANDIDATES, among))
        dense.update(vectors.similarities(query, [id for id in words if id not in dense]))
        return dense, words

    def refresh(self) -> None:
        """Load the vectors as they are now, which also writes their cache file."""
        self._current_vectors()

    def warm(self) -> None:
        """Load all that a search needs, so that the first one is as quick as the next."""
        self.search("arsip", count=1)

    def searched(self, filters: Filters | None = None) -> tuple[int, int]:
        """Return how many articles and passages a search goes through."""
        if not filters:
            return self.store.counts()
        rows, articles = self.store.filtered(filters)
        return articles, len(rows)

    def stem_weights(self, stems: Sequence[str]) -> dict[str, float]:
        """Return stem → its inverse document frequency in this archive (BM25's, always positive): rarer weighs more."""
        passages = self.store.counts()[1]
        counts = self.store.stem_counts(stems)
        return {stem: math.log(1 + (passages - counts[stem] + 0.5) / (counts[stem] + 0.5)) for stem in stems}

    def context(self, item: Retrieved) -> str:
        """Return title, date and the whole text of a passage's article."""
        article = self.store.article(item.article.id)
        return "\n".join((item.article.title or "", item.article.date or "", article.text if article else ""))

    def _current_vectors(self) -> VectorIndex:
        if self._vectors is None or self._vectors.generation != self.store.generation:
            check_embedder(self.store, self._embedder.identity)
            self._vectors = vector_index(self.store)
        return self._vectors
