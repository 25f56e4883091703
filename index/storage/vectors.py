"""Nearest vectors by inner product, and the cache file they load from. The only file that imports faiss.

The search is exact (a flat index): a newsroom's archive is small enough, and an approximate "no" is no "no".
The cache file is one JSON line (format, generation, count, SHA-256 of the rest), then FAISS's own bytes.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.storage.digest import sha256_of

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
_FORMAT = 1
_DIGEST_CHARS = 64
_MAX_HEAD_BYTES = 1024
_log = logging.getLogger("tanya.vectors")


class VectorIndex:
    """Unit vectors under integer ids.

    >>> index = VectorIndex.build(np.array([7, 9]), np.eye(2, dtype=np.float32))
    >>> index.search(np.array([0.6, 0.8], dtype=np.float32), count=1)
    [(9, 0.800000011920929)]
    """

    def __init__(self, index: Any, generation: int) -> None:
        self._index = index
        self.generation = generation

    @classmethod
    def build(cls, ids: Ids, vectors: Vectors, generation: int = 0) -> VectorIndex:
        """Make an index of ``(n,)`` ids and ``(n, d)`` float32 unit vectors; n may be 0."""
        import faiss

        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        if len(ids):
            index.add_with_ids(np.ascontiguousarray(vectors), np.ascontiguousarray(ids, dtype=np.int64))
        return cls(index, generation)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, count: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """Return up to ``count`` pairs of id and similarity (inner product, higher is nearer), nearest first.

        ``among`` limits the search to these ids.
        """
        import faiss

        count = min(count, len(self) if among is None else len(among))
        if count == 0:
            return []
        parameters = None
        if among is not None:
            parameters = faiss.SearchParameters(  # type: ignore[call-arg]
                sel=faiss.IDSelectorBatch(np.ascontiguousarray(among, dtype=np.int64))
            )
        similarities, ids = self._index.search(query.reshape(1, -1), count, params=parameters)
        return [(int(id), float(s)) for id, s in zip(ids[0], similarities[0], strict=True) if id >= 0]

    def similarities(self, query: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """Return id → similarity of the ids that are in the index."""
        found = {}
        for id in ids:
            try:
                found[id] = float(self._index.reconstruct(id) @ query)
            except RuntimeError:  # FAISS: not here, the store has moved on
                continue
        return found

    def save(self, path: Path) -> None:
        """Write the cache file whole or not at all."""
        import faiss

        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with partial.open("w+b") as stream:
                stream.write(self._head("0" * _DIGEST_CHARS))
                writer = faiss.PyCallbackIOWriter(stream.write)  # type: ignore[attr-defined]
                faiss.write_index(self._index, writer)
                del writer  # what it still holds is written now
                stream.seek(len(self._head("")) + _DIGEST_CHARS)
                digest = sha256_of(stream)
                stream.seek(0)
                stream.write(self._head(digest))
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def _head(self, digest: str) -> bytes:
        head = {"format": _FORMAT, "generation": self.generation, "count": len(self), "sha256": digest}
        return json.dumps(head).encode("ascii") + b"\n"

    @classmethod
    def load(cls, path: Path, generation: int) -> VectorIndex | None:
        """Return the cached index, or None where it is missing, torn, of another format or of another generation."""
        import faiss

        try:
            with path.open("rb") as stream:
                head = json.loads(stream.readline(_MAX_HEAD_BYTES))
                if not isinstance(head, dict) or (head.get("format"), head.get("generation")) != (_FORMAT, generation):
                    return None
                begin = stream.tell()
                if sha256_of(stream) != head.get("sha256"):
                    return None
                stream.seek(begin)
                reader = faiss.PyCallbackIOReader(stream.read)  # type: ignore[attr-defined]
                return cls(faiss.read_index(reader), generation)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RuntimeError):  # the last is FAISS's own
            _log.warning("cache-not-read", exc_info=True)
            return None
