"""Nearest vectors by inner product, and the cache file they load from. The only file that imports faiss.

A newsroom's archive is searched exactly. From ``EXACT_ROWS`` on the vectors are held as one byte a dimension, as a
million of them in float32 are 1.5 GB: the search then finds more than was asked for, and the caller puts those in
order by the vectors themselves (``index.storage.vector_cache``), so that what it gives are exact similarities.

The cache file is FAISS's own bytes, the ids, what the codes are relative to, and last a JSON line with its length: a
torn file has none. It is mapped into memory, not read.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.storage.digest import sha256_of

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
# Below it the vectors are at most 77 MB and read in some 30 ms (`scripts/bench/scale.py`).
EXACT_ROWS = 50_000
_FORMAT = 2
_LENGTH_BYTES = 8
_MAX_HEAD_BYTES = 1024
_LEFT_BEHIND_S = 3600  # by hand: no file takes an hour to write, so whoever wrote this was killed
_SAMPLE = 20_000  # vectors that the codes' middle and range are taken from
# Range of the codes over that of the sample, by hand: what is beyond is cut, and put right by the vectors themselves.
_ROOM = 1.2
_log = logging.getLogger("tanya.vectors")


@dataclass(frozen=True)
class _Codes:
    """Unit vectors as bytes: ``round((x - middle) * scale) + 128``. A shift and one scale keep the order of distances.

    ``error`` is the root mean square length of what a vector loses by it.
    """

    middle: Vectors
    scale: float
    error: float

    def of(self, vectors: Vectors) -> Vectors:
        codes = np.clip(np.rint((vectors - self.middle) * self.scale) + 128, 0, 255)
        return np.asarray(codes, dtype=np.float32)


class VectorIndex:
    """Unit vectors under integer ids.

    >>> index = VectorIndex.build(np.array([7, 9]), np.eye(2, dtype=np.float32))
    >>> index.search(np.array([0.6, 0.8], dtype=np.float32), count=1)
    [(9, 0.800000011920929)]

    ``ids`` are in ascending order; ``generation`` is that of the store it was made of, ``token`` names the file that it
    is saved as; ``is_exact`` tells whether similarities are those of the vectors themselves.
    """

    def __init__(self, index: Any, ids: Ids, generation: int, token: int, codes: _Codes | None) -> None:
        self._index = index
        self._codes = codes
        self.ids = ids
        self.generation = generation
        self.token = token

    @classmethod
    def build(cls, ids: Ids, vectors: Vectors, generation: int = 0, token: int = 0) -> VectorIndex:
        """Make an exact index of ``(n,)`` ids and ``(n, d)`` float32 unit vectors; n may be 0."""
        order = np.argsort(ids, kind="stable")
        return cls.gathered([(ids[order], vectors[order])], 0, generation, token)

    @classmethod
    def gathered(
        cls, chunks: Iterable[tuple[Ids, Vectors]], rows: int, generation: int = 0, token: int = 0
    ) -> VectorIndex:
        """Make an index of chunks as ``build`` takes them, their ids ascending, coded where ``rows`` are many.

        What is coded is never held together.
        """
        import faiss

        index: Any = None
        codes: _Codes | None = None
        waiting: list[Vectors] = []
        every: list[Ids] = []
        lost = 0.0
        for ids, vectors in chunks:
            every.append(np.asarray(ids, dtype=np.int64))
            waiting.append(np.asarray(vectors, dtype=np.float32))
            if rows > EXACT_ROWS and codes is None and sum(map(len, waiting)) < min(_SAMPLE, rows):
                continue
            vectors = np.ascontiguousarray(np.concatenate(waiting))
            waiting.clear()
            if index is None and rows > EXACT_ROWS:
                codes = _codes_for(vectors)
                index = faiss.IndexScalarQuantizer(
                    vectors.shape[1], faiss.ScalarQuantizer.QT_8bit_direct, faiss.METRIC_L2
                )
            elif index is None:
                index = faiss.IndexFlatIP(vectors.shape[1])
            if codes is None:
                index.add(vectors)
            else:
                coded = codes.of(vectors)
                lost += float(np.square((coded - 128) / codes.scale + codes.middle - vectors).sum())
                index.add(coded)
        all_ids = np.concatenate(every) if every else np.empty(0, dtype=np.int64)
        if waiting or index is None:  # fewer came than were announced
            return cls.build(all_ids, np.concatenate(waiting or [np.empty((0, 0), np.float32)]), generation, token)
        if codes is not None:
            codes = _Codes(codes.middle, codes.scale, float(np.sqrt(lost / max(1, len(all_ids)))))
        if np.any(np.diff(all_ids) < 0):
            raise ValueError("chunks of vectors must come in the order of their ids")
        return cls(index, all_ids, generation, token, codes)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_exact(self) -> bool:
        return self._codes is None

    def search(
        self, query: Vectors, count: int, among: Ids | None = None, without: Mask | None = None
    ) -> list[tuple[int, float]]:
        """Return up to ``count`` pairs of id and similarity (inner product, higher is nearer), nearest first.

        ``among`` limits the search to these ids; ``without`` marks rows ``(n,)`` that are left out.
        """
        import faiss

        allowed: Mask | None = None
        if among is not None:
            allowed = np.zeros(len(self), dtype=np.bool_)
            allowed[self.rows_of(among)] = True
            if without is not None:
                allowed &= ~without
        elif without is not None:
            allowed = ~without
        count = min(count, len(self) if allowed is None else int(np.count_nonzero(allowed)))
        if count == 0:
            return []
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[arg-type, call-arg]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        asked = query.reshape(1, -1).astype(np.float32, copy=False)
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # a second one makes a single query slower
        try:
            values, rows = self._index.search(
                asked if self._codes is None else self._codes.of(asked), count, params=parameters
            )
        finally:
            faiss.omp_set_num_threads(threads)
        pairs = [(int(self.ids[row]), float(value)) for row, value in zip(rows[0], values[0], strict=True) if row >= 0]
        if self._codes is None:
            return pairs
        squared = self._codes.scale**2  # |q - x|² of unit vectors is 2 - 2 q·x
        return [(id, 1 - value / squared / 2) for id, value in pairs]

    def margin(self, query: Vectors, similarity: float) -> float:
        """Return by how much a similarity found by codes may be off; 0 where vectors are held.

        Rounding errors point anywhere: of what is lost, a d-th falls on the line between two vectors. Six times the
        standard deviation of that, times the distance.
        """
        if self._codes is None:
            return 0.0
        asked = query.reshape(1, -1)
        lost = float(np.square((self._codes.of(asked) - 128) / self._codes.scale + self._codes.middle - asked).sum())
        distance = float(np.sqrt(max(0.0, 2 - 2 * similarity)))
        return float(6 * distance * np.sqrt((lost + self._codes.error**2) / query.size))

    def rows_of(self, ids: Ids) -> NDArray[np.intp]:
        """Return the rows of those of the ids that are in the index."""
        if not len(self):
            return np.empty(0, dtype=np.intp)
        rows = np.searchsorted(self.ids, ids)
        rows[rows == len(self)] = 0
        return np.asarray(rows[self.ids[rows] == ids])

    def similarities(self, query: Vectors, ids: Sequence[int], without: Mask | None = None) -> dict[int, float]:
        """Return id → similarity of the ids that are in the index, in an exact one; ``without`` as in ``search``."""
        rows = self.rows_of(np.array(ids, dtype=np.int64))
        if without is not None:
            rows = rows[~without[rows]]
        return {int(self.ids[row]): float(self._index.reconstruct(int(row)) @ query) for row in rows}

    def save(self, path: Path) -> None:
        """Write the cache file whole or not at all."""
        import faiss

        _delete_left_behind(path)
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            faiss.write_index(self._index, str(partial))
            with partial.open("r+b") as stream:
                stream.seek(0, os.SEEK_END)
                ids_at = stream.tell() + -stream.tell() % 8
                stream.write(b"\0" * (ids_at - stream.tell()))
                stream.write(np.ascontiguousarray(self.ids, dtype="<i8").tobytes())
                if self._codes is not None:
                    stream.write(self._codes.middle.astype("<f4").tobytes())
                stream.seek(0)
                digest = sha256_of(stream)
                head = json.dumps(
                    {
                        "format": _FORMAT,
                        "token": self.token,
                        "generation": self.generation,
                        "count": len(self),
                        "ids_at": ids_at,
                        "scale": None if self._codes is None else self._codes.scale,
                        "error": None if self._codes is None else self._codes.error,
                        "sha256": digest,
                    }
                ).encode("ascii")
                stream.write(head + len(head).to_bytes(_LENGTH_BYTES, "little"))
            os.replace(partial, path)
        except RuntimeError as error:  # FAISS's own, where it cannot write
            raise OSError(str(error)) from error
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path, token: int) -> VectorIndex | None:
        """Return the cached index, or None where it is missing, torn, of another format or of another token.

        So too where another process puts a new file in its place meanwhile.
        """
        import faiss

        try:
            with path.open("rb") as stream:
                size = stream.seek(0, os.SEEK_END)
                stream.seek(max(0, size - _LENGTH_BYTES))
                length = int.from_bytes(stream.read(_LENGTH_BYTES), "little")
                body = size - _LENGTH_BYTES - length
                if length > _MAX_HEAD_BYTES or body < 0:
                    return None
                stream.seek(body)
                head = json.loads(stream.read(length))
                if not isinstance(head, dict) or (head.get("format"), head.get("token")) != (_FORMAT, token):
                    return None
                stream.seek(0)
                if sha256_of(stream, body) != head.get("sha256"):
                    return None
                count, ids_at = int(head["count"]), int(head["ids_at"])
                index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
                ids: Ids = np.empty(0, dtype=np.int64)
                if count:
                    ids = np.memmap(path, dtype="<i8", mode="r", offset=ids_at, shape=(count,))
                codes = None
                if head["scale"] is not None:
                    middle = np.fromfile(path, dtype="<f4", offset=ids_at + 8 * count, count=index.d)
                    codes = _Codes(middle.astype(np.float32), float(head["scale"]), float(head["error"]))
                # subtle: all of it but the digest was read by name. Another process may have put a new file there, and
                # while this one is open no other has its number.
                if not os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                    return None
                return cls(index, ids, int(head["generation"]), token, codes)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # the last is FAISS's own
            _log.warning("cache-not-read", exc_info=True)
            return None


def _delete_left_behind(path: Path) -> None:
    """Delete what a killed process had written of the cache file; one that is being written is young."""
    for partial in path.parent.glob(f"{path.name}.*.part"):
        with suppress(OSError):
            if time.time() - partial.stat().st_mtime > _LEFT_BEHIND_S:
                partial.unlink()


def _codes_for(sample: Vectors) -> _Codes:
    middle = sample.mean(axis=0).astype(np.float32)
    widest = float(np.abs(sample - middle).max()) or 1.0
    return _Codes(middle, 127 / (_ROOM * widest), 0.0)
