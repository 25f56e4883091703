"""What finds candidates: the few hundred passages of an archive that a question may be about.

    vector, terms, filters, count → row ids with their cosines: the nearest, and the best by words

Whatever finds them, they go the same way from there (``rag.retrieval.retriever``), so that answers agree. The store is
the truth; what finds is made of it, can be made anew, and follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.storage.filters import Filters
from index.storage.repository import Store
from index.storage.vector_cache import CurrentVectors
from index.storage.vectors import Vectors


class CandidateIndex(Protocol):
    """Finds candidates in one store. Safe to share by threads."""

    def candidates(
        self, vector: Vectors, terms: Sequence[str], count: int, filters: Filters | None = None
    ) -> dict[int, float]:
        """Return row id → cosine of the ``count`` nearest and of the ``count`` best by words (``Store.search_words``).

        >>> index.candidates(vector, ["panen", "wali kota"], 200)  # doctest: +SKIP
        {9: 0.87, 4: 0.86}
        """
        ...

    def similarities(self, vector: Vectors, ids: list[int]) -> dict[int, float]:
        """Return row id → cosine of those of the passages that are here."""
        ...

    def refresh(self) -> None:
        """Bring it in step with the store, as the one process that writes does at its end."""
        ...


class EmbeddedIndex:
    """SQLite finds by words, FAISS by vectors, both on this machine."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._vectors = CurrentVectors(store)

    def candidates(
        self, vector: Vectors, terms: Sequence[str], count: int, filters: Filters | None = None
    ) -> dict[int, float]:
        vectors = self._vectors.get()
        among = self._store.filtered(filters) if filters else None
        found = [id for id, _ in self._store.search_words(terms, count, filters)]
        dense = dict(vectors.search(vector, count, among))
        dense.update(vectors.similarities(vector, [id for id in found if id not in dense]))
        return dense

    def similarities(self, vector: Vectors, ids: list[int]) -> dict[int, float]:
        return self._vectors.get().similarities(vector, ids)

    def refresh(self) -> None:
        """Load the vectors as they are now, and write their file where that is due."""
        self._vectors.get(wait=True)
