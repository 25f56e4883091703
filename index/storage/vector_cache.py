"""A store's vectors as they are now: a file beside it, and what has come and gone since that was written.

A change costs its own passages and nothing more: what came is held beside the file's rows, what went is left out of
every search. The file is written anew when that has become much (by the indexer at its end, or beside the readers'
questions), and takes the place of the old one whole.
"""

from __future__ import annotations

import logging
import secrets
import threading
from contextlib import suppress

import numpy as np

from index.errors import StoreError
from index.storage.repository import Store
from index.storage.vectors import Ids, Mask, VectorIndex, Vectors

_FILE = "vectors.faiss"
# What has changed since the file was written: more is written into a new one. By hand: 5,000 vectors are 8 MB.
_MAX_CHANGED = 5_000
_MAX_SHARE = 0.02
# A coded search brings so many times what was asked for, to be put in order by the vectors themselves.
_TIMES_MORE, _MOST_TIMES = 2, 32
_NOTHING = np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32)
_log = logging.getLogger("tanya.vectors")


class PassageVectors:
    """The vectors of one store at one generation. Similarities are exact.

    >>> PassageVectors.of(store).search(vector, count=1)  # doctest: +SKIP
    [(9, 0.8)]
    """

    def __init__(
        self, store: Store, base: VectorIndex, new: tuple[Ids, Vectors], gone: Mask | None, generation: int
    ) -> None:
        """``new`` came after the file was written; ``gone`` marks rows of the file that have gone since."""
        self._store = store
        self._base = base
        self._new = new
        self._since = VectorIndex.build(*new)
        self._gone = gone
        self.generation = generation
        self.gone_rows = 0 if gone is None else int(np.count_nonzero(gone))

    @classmethod
    def of(cls, store: Store) -> PassageVectors:
        """Return the vectors as they are now, from the file where there is one of this store.

        A missing or torn file is written anew; where that is not possible (a read-only folder, a full disk) the vectors
        in memory serve all the same.
        """
        base = VectorIndex.load(store.path.with_name(_FILE), store.vectors_token)
        return cls.on(store, base or _written(store))

    @classmethod
    def on(cls, store: Store, base: VectorIndex) -> PassageVectors:
        """Return the vectors as they are now, from what was made of this store at some time."""
        return cls(store, base, _NOTHING, None, base.generation)._followed(store.generation)

    def advanced(self) -> PassageVectors:
        """Return the vectors as they are now; what has not changed is shared."""
        generation = self._store.generation
        return self if generation == self.generation else self._followed(generation)

    def _followed(self, generation: int) -> PassageVectors:
        """Return the vectors with what came and went after ``self.generation``.

        subtle: ``generation`` was read first. What a writer slips in after that is seen now, and once more next time.
        """
        (ids, vectors), mask = self._new, self._gone
        gone = self._store.gone_since(self.generation)
        if len(gone):
            mask = np.zeros(len(self._base), dtype=np.bool_) if mask is None else mask.copy()
            mask[self._base.rows_of(gone)] = True
            kept = ~np.isin(ids, gone)
            ids, vectors = ids[kept], vectors[kept]
        highest = max(int(one.ids[-1]) if len(one) else 0 for one in (self._base, self._since))
        came_ids, came = self._store.vectors(after=highest)
        if len(came_ids):
            vectors = np.concatenate([vectors, came]) if len(ids) else came
            ids = np.concatenate([ids, came_ids])
        return PassageVectors(self._store, self._base, (ids, vectors), mask, generation)

    def __len__(self) -> int:
        return len(self._base) - self.gone_rows + len(self._since)

    @property
    def is_much_changed(self) -> bool:
        """Whether so much has changed since the file was written that a new one is worth its time."""
        changed = len(self._since) + self.gone_rows
        return changed > max(_MAX_CHANGED, _MAX_SHARE * len(self._base))

    def rewritten(self) -> PassageVectors:
        """Return the same vectors with the file written anew."""
        return self.on(self._store, _written(self._store))

    def search(self, query: Vectors, count: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """Return up to ``count`` pairs of row id and similarity (inner product, higher is nearer), nearest first.

        ``among`` limits the search to these row ids.
        """
        found = self._searched_base(query, count, among) + self._since.search(query, count, among)
        return sorted(found, key=lambda pair: -pair[1])[:count]

    def _searched_base(self, query: Vectors, count: int, among: Ids | None) -> list[tuple[int, float]]:
        if self._base.is_exact:
            return self._base.search(query, count, among, self._gone)
        times = _TIMES_MORE
        while True:
            coarse = self._base.search(query, times * count, among, self._gone)
            exact = self._from_store(query, [id for id, _ in coarse])
            found = sorted(exact.items(), key=lambda pair: -pair[1])[:count]
            if len(coarse) < times * count or times >= _MOST_TIMES or len(found) < count:
                return found  # all there is
            least = coarse[-1][1]
            if found[-1][1] >= least + self._base.margin(query, least):
                return found  # what was not looked at is farther than all of these
            times *= 2

    def similarities(self, query: Vectors, ids: list[int]) -> dict[int, float]:
        """Return row id → similarity of the ids that are here."""
        if not self._base.is_exact:
            return self._from_store(query, ids)
        return {**self._base.similarities(query, ids, self._gone), **self._since.similarities(query, ids)}

    def _from_store(self, query: Vectors, ids: list[int]) -> dict[int, float]:
        rows, vectors = self._store.vectors_at(ids)
        return dict(zip(rows.tolist(), (vectors @ query).tolist(), strict=True)) if len(rows) else {}


class CurrentVectors:
    """Keeps the vectors of a store in step with it, for all threads that search."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._now: PassageVectors | None = None
        self._next: PassageVectors | None = None
        self._writing: threading.Thread | None = None

    def get(self, *, wait: bool = False) -> PassageVectors:
        """Return the vectors as they are now. With ``wait`` a file that is due is written first, else beside."""
        with self._lock:
            if self._next is not None:
                self._now, self._next, self._writing = self._next, None, None
            now = PassageVectors.of(self._store) if self._now is None else self._now.advanced()
            if now.is_much_changed and wait:
                now = self._due()
            elif now.is_much_changed and self._writing is None and not self._store.database.read_only:
                self._writing = threading.Thread(target=self._rewrite, name="tanya-vectors", daemon=True)
                self._writing.start()
            self._now = now
            return now

    def _rewrite(self) -> None:
        try:
            self._next = self._due()
        except Exception as error:
            level = logging.INFO if isinstance(error, StoreError) else logging.WARNING  # the first: closed meanwhile
            _log.log(level, "cache-not-written", exc_info=True)
            with self._lock:
                self._writing = None  # the next question tries again

    def _due(self) -> PassageVectors:
        """Return the vectors from a file that is near them: another process may have written it already."""
        now = PassageVectors.of(self._store)
        return now.rewritten() if now.is_much_changed else now


def _written(store: Store) -> VectorIndex:
    generation, token = store.generation, secrets.randbits(62)
    # subtle: the generation was read first. Should a writer slip in, what it wrote is followed from there once more.
    index = VectorIndex.gathered(store.vector_chunks(), store.counts()[1], generation, token)
    path = store.path.with_name(_FILE)
    if not store.database.read_only:
        with suppress(OSError, StoreError):
            index.save(path)
            store.note_vectors(token)
            return VectorIndex.load(path, token) or index  # mapped, not held
    return index
