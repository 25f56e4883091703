"""Candidates from a Milvus server: it searches, the store says what is true.

    passages of the store → rows on the server (``refresh``)
    server's few hundred → those that are here, scored anew from the store → the same candidates as without it

A row has the passage's row id, which is given once and whose content never changes. So what the server must still get
is what came behind a row id, and what it must lose is what went after a generation; both stand in the store's state,
written after the server has said yes. A kill anywhere leaves rows to be written once more, never fewer. What the server
does not have yet is scored here, beside its answer; what it still has of what went is not found.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from index.errors import EngineError, EngineRefused
from index.storage.database import parted
from index.storage.filters import Filters
from index.storage.fts5_scores import score, weight_of
from index.storage.milvus_server import MAX_FLAT, MOST_FOUND, MilvusServer, Row
from index.storage.repository import Store
from index.storage.vectors import Vectors

if TYPE_CHECKING:
    import sqlite3

# The server's order is not quite ours (another weight of frequent words, phrases taken apart): it is asked for so many
# times more than is wanted (`scripts/bench/engines.py`).
_TIMES_MORE = 3
# Milvus weighs a term by log(1 + odds), FTS5 by log(odds). For what more than .38 of the passages hold the two differ
# by more than the term weighs, and the server's order is nearer to ours without it: log of the golden ratio.
_LEAST_ASKED = 0.48
# Up to so many passages within the filters are scored one by one from the store: exact, and quicker than asking.
_MAX_ONE_BY_ONE = 4096
# Passages that the server does not have yet and that are scored here, within a question; more is an error. By hand: a
# read of 30 MB.
_MAX_WAITING = 20_000
_CHUNK = 1024  # rows written at once: 3 MB
_BLOCK = 8192  # row ids compared at once; below ``MOST_FOUND``
_TRIES = 3
_VERIFIED_S = 300.0  # for so long, on one connection, a server that had all rows is taken to have them
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_log = logging.getLogger("tanya.engine")


class MilvusIndex:
    """Candidates of one store, from one server.

    >>> MilvusIndex(store, MilvusServer("milvus://127.0.0.1:19530")).refresh()  # doctest: +SKIP

    Raises EngineError where the server cannot be reached or lacks rows.
    """

    def __init__(self, store: Store, server: MilvusServer) -> None:
        self._store = store
        self._server = server
        self._lock = threading.Lock()
        self._verified: tuple[str, int, float] = "", -1, 0.0  # which table, by which connection, when

    # --- searched ---

    def candidates(
        self, vector: Vectors, terms: Sequence[str], count: int, filters: Filters | None = None
    ) -> dict[int, float]:
        filters = filters or Filters()
        state = self._state()
        if filters and self._store.counted(filters)[1] <= _MAX_ONE_BY_ONE:
            ids = self._store.filtered(filters).tolist()
            return self._best(vector, ids, ids, terms, count)
        near, spoken = self._brought(state, vector, terms, count, filters)
        waiting = self._waiting(state, filters)
        return self._best(vector, [*near, *waiting], [*spoken, *waiting], terms, count)

    def _brought(
        self, state: Mapping[str, int], vector: Vectors, terms: Sequence[str], count: int, filters: Filters
    ) -> tuple[list[int], list[int]]:
        """Return what the server finds by meaning and by words.

        subtle: one that was started anew a moment ago must be told to load the table, and what one thread learns of it
        closes the connection of the others.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._asked(state, vector, terms, count, filters)
            except EngineRefused:
                _log.info("asked-again", exc_info=True)
                self._verified = "", -1, 0.0
        return self._asked(state, vector, terms, count, filters)

    def _asked(
        self, state: Mapping[str, int], vector: Vectors, terms: Sequence[str], count: int, filters: Filters
    ) -> tuple[list[int], list[int]]:
        table, condition = self._ready(state, len(vector)), _condition(filters)

        def by_words(of: Sequence[str]) -> list[int]:
            stems = " ".join(dict.fromkeys(word for term in of for word in parted(term)))
            if not stems:
                return []
            return self._found(lambda most: self._server.best_by_words(table, stems, most, condition), count, filters)

        near = self._found(lambda most: self._server.nearest(table, vector, most, condition), count, filters)
        weights = self._weights(terms)
        rare = [term for term in terms if weights.get(term, 0.0) > _LEAST_ASKED]
        spoken = by_words(rare)
        if len(rare) < len(terms) and len(self._scores(spoken, rare)) < count:
            spoken = [*spoken, *by_words(terms)]
        return near, spoken

    def similarities(self, vector: Vectors, ids: list[int]) -> dict[int, float]:
        rows, vectors = self._store.vectors_at(ids)
        return dict(zip(rows.tolist(), (vectors @ vector).tolist(), strict=True)) if len(rows) else {}

    def _best(
        self, vector: Vectors, near: Sequence[int], spoken: Sequence[int], terms: Sequence[str], count: int
    ) -> dict[int, float]:
        """Return the best of what was brought by meaning and by words, both scored from the store."""
        cosines = self.similarities(vector, list(dict.fromkeys(near)))
        nearest = sorted(cosines.items(), key=lambda pair: -pair[1])[:count]
        scores = self._scores(list(dict.fromkeys(spoken)), terms)
        best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:count]
        found = dict(nearest)
        missing = [id for id, _ in best if id not in found]
        found.update(self.similarities(vector, [id for id in missing if id not in cosines]))
        found.update({id: cosines[id] for id in missing if id in cosines})
        return found

    def _scores(self, ids: Sequence[int], terms: Sequence[str]) -> dict[int, float]:
        """Return row id → score by words, as ``Store.search_words`` gives it, of those that hold any of the terms."""
        weights = self._weights(terms)
        average = self._store.average_stems()
        found: dict[int, float] = {}
        for at in range(0, len(ids), _CHUNK):
            for id, stems in self._store.stems(ids[at : at + _CHUNK]).items():
                found[id] = score(parted(stems), weights, average)
        return {id: value for id, value in found.items() if value > 0}

    def _weights(self, terms: Sequence[str]) -> dict[str, float]:
        passages = self._store.counts()[1]
        return {term: weight_of(passages, held) for term, held in self._store.term_counts(terms).items()}

    def _found(self, ask: Callable[[int], list[int]], count: int, filters: Filters) -> list[int]:
        """Return what the server finds that is here and within the filters, at least ``count`` where there are so many.

        What it still has of what went, and filters that it does not know (collections), push out what counts: it is
        asked for more until it has enough. Where it may not be asked for more, all within the filters is taken.
        """
        most = min(MOST_FOUND, _TIMES_MORE * count)
        while True:
            brought = ask(most)
            found = self._store.within(brought, filters)
            if len(found) >= count or len(brought) < most:
                return found
            if most == MOST_FOUND:
                return self._store.filtered(filters).tolist() if filters else found
            most = min(MOST_FOUND, 4 * most)

    def _waiting(self, state: Mapping[str, int], filters: Filters) -> list[int]:
        """Return the row ids that the server does not have yet."""
        if state["highest_passage"] <= state["engine_to"]:
            return []
        query = "SELECT rowid FROM passages WHERE rowid > ? ORDER BY rowid LIMIT ?"
        ids = [id for (id,) in self._store.database.rows(query, (state["engine_to"], _MAX_WAITING + 1))]
        if len(ids) > _MAX_WAITING:
            raise self._incomplete(f"belum memuat lebih dari {_MAX_WAITING} dari {state['passages']} bagian")
        return self._store.within(ids, filters) if filters else ids

    def _ready(self, state: Mapping[str, int], dimension: int) -> str:
        """Return the name of the table once the server has all that it had.

        A server that comes back without its disk, or was given an older one, has fewer rows and does not know it.
        """
        with self._lock:
            table, connection, at = self._verified
            now = time.monotonic()
            if table == _table(state) and connection == self._server.connections and now - at < _VERIFIED_S:
                return table
            table = _table(state)
            if not (self._server.exists(table) and state["engine"]):
                raise self._incomplete(f"belum memuat indeks {self._store.path.parent}")
            if state["engine_dimension"] != dimension:
                raise self._incomplete("memuat vektor model lain")
            self._server.load(table)
            wanted = self._count_to(state["engine_to"])
            there = self._server.count(table)  # with what went and is not deleted yet, and what came since
            if there < wanted:
                raise self._incomplete(f"memuat {there} dari {wanted} bagian")
            self._verified = table, self._server.connections, now
            return table

    def _incomplete(self, what: str) -> EngineError:
        address = self._server.address
        return EngineError(f"Mesin pencari {address} {what}; lengkapi: tanya index --engine {address}")

    def standing(self) -> tuple[int, int]:
        """Return how many passages there are, and how many rows of them the server has."""
        state = self._state()
        table = _table(state)
        if not (self._server.exists(table) and state["engine"]):
            return state["passages"], 0
        self._server.load(table)
        return state["passages"], self._server.count(table)

    # --- brought in step ---

    def refresh(self) -> None:
        """Bring the rows of the server in step with the store; a run that was cut off is taken up again."""
        state = self._state()
        if not (state["passages"] or state["engine"]):
            return
        if not state["engine"]:
            state = self._begin()
        table = _table(state)
        dimension = self._dimension() or state["engine_dimension"]
        exists = self._server.exists(table)
        if exists and state["engine_dimension"] != dimension:  # made by another embedder
            self._server.drop(table)
            exists = False
        if not exists:
            self._note(engine_to=0, engine_gone=self._store.generation, engine_dimension=dimension)
            state = self._state()
            self._server.create(table, dimension)
        self._server.load(table)
        began = time.monotonic()
        generation = self._store.generation  # read before what went until then
        gone = self._store.gone_since(state["engine_gone"])
        for at in range(0, len(gone), _BLOCK):
            self._server.delete(table, gone[at : at + _BLOCK].tolist())
        self._note(engine_gone=generation)
        written = self._write(table, state["engine_to"])
        if self._server.count(table) != self._store.counts()[1]:
            written += self._reconcile(table)
        if written:
            self._server.flush(table)
        if self._store.counts()[1] > MAX_FLAT:
            self._server.make_graph(table)
        took_s = round(time.monotonic() - began, 3)
        _log.info("refreshed", extra={"fields": {"written": written, "gone": len(gone), "duration_s": took_s}})

    def _write(self, table: str, after: int) -> int:
        """Write what came behind a row id; return how many rows that were."""
        written = 0
        rows = self._rows("p.rowid > ?", (after,))
        while some := list(islice(rows, _CHUNK)):
            self._server.put(table, some)
            self._note(engine_to=some[-1].id)
            written += len(some)
        return written

    def _reconcile(self, table: str) -> int:
        """Make the server's row ids those of the store, block by block; return how many rows were missing."""
        written = 0
        highest = self._state()["highest_passage"]
        for low in range(0, highest + 1, _BLOCK):
            high = low + _BLOCK
            query = "SELECT rowid FROM passages WHERE rowid >= ? AND rowid < ?"
            wanted = {id for (id,) in self._store.database.rows(query, (low, high))}
            there = set(self._server.ids(table, low, high))
            if extra := sorted(there - wanted):
                self._server.delete(table, extra)
            missing = sorted(wanted - there)
            for at in range(0, len(missing), _CHUNK):
                some = missing[at : at + _CHUNK]
                marks = ", ".join("?" * len(some))
                self._server.put(table, list(self._rows(f"p.rowid IN ({marks})", some)))
            written += len(missing)
        if beyond := self._server.ids(table, highest + 1, 2**62):  # of a store that was longer
            self._server.delete(table, beyond)
        return written

    def _rows(self, condition: str, values: Sequence[int]) -> Iterator[Row]:
        """Yield passages as the server gets them, in order of the rows, as of one moment."""
        # subtle: cross joins keep SQLite from reading all words first
        query = (
            "SELECT p.rowid, p.vector, w.stems, s.date, s.publisher FROM passages p "
            "CROSS JOIN words w ON w.rowid = p.rowid CROSS JOIN spans s ON s.article_id = p.article_id "
            f"WHERE {condition} ORDER BY p.rowid"
        )
        for id, vector, stems, date, publisher in self._store.database.stream(query, values):
            held = np.frombuffer(vector, dtype="<f4")
            yield Row(id, held, " ".join(parted(stems)), _day(date), _outlet(publisher))

    def _dimension(self) -> int:
        """Return how long the vectors are, 0 where there are none."""
        rows = self._store.database.rows("SELECT vector FROM passages LIMIT 1")
        return len(rows[0][0]) // 4 if rows else 0

    # --- what is known of the server ---

    def _begin(self) -> dict[str, int]:
        """Choose a name for the table of this store as it lies here: a copy of the folder gets one of its own."""
        self._note(
            engine=secrets.randbits(62) | 1, engine_here=self._here(), engine_to=0, engine_gone=self._store.generation,
            engine_dimension=0,
        )  # fmt: skip
        return self._state()

    def _state(self) -> dict[str, int]:
        """Return the store's state, without what was noted of another server or in a folder that this is a copy of."""
        state = dict(self._store.database.rows("SELECT name, value FROM state"))
        unknown = dict.fromkeys(("engine", "engine_to", "engine_gone", "engine_dimension"), 0)
        return unknown | state if state.get("engine_here") == self._here() else state | unknown

    def _here(self) -> int:
        path = self._store.path.resolve()  # one folder may be reached by several names
        told = f"{path}\n{path.stat().st_ino}\n{self._server.address}"
        return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=7).digest(), "big")

    def _note(self, **values: int) -> None:
        with self._store.database.change(bump=False) as connection:
            _put(connection, values)

    def _count_to(self, highest: int) -> int:
        """Return how many passages have row ids up to this one."""
        query = "SELECT coalesce(sum(passages), 0) FROM spans WHERE first + passages - 1 <= ?"
        return int(self._store.database.rows(query, (highest,))[0][0])


def _put(connection: sqlite3.Connection, values: Mapping[str, int]) -> None:
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", list(values.items()))


def _table(state: Mapping[str, int]) -> str:
    return f"tanya_{state['engine']:x}"


def _condition(filters: Filters) -> str:
    """Return the filters as the server knows them: numbers only, so that no name can be taken for a condition.

    >>> _condition(Filters(date_from="2021-01-01", date_to="2021-12-31"))
    'day >= 20210101 and day <= 20211231'
    """
    parts = [f"day >= {_day(filters.date_from)}"] if filters.date_from else []
    if filters.date_to:
        parts += ([] if parts else ["day > 0"]) + [f"day <= {_day(filters.date_to)}"]
    if filters.publisher:
        parts.append(f"outlet == {_outlet(filters.publisher)}")
    return " and ".join(parts)


def _day(date: str | None) -> int:
    """Return a day as a number, 0 where it is none.

    >>> _day("2021-05-04"), _day(None)
    (20210504, 0)
    """
    found = _DAY.fullmatch(date or "")
    return int("".join(found.groups())) if found else 0


def _outlet(name: str | None) -> int:
    """Return a number for the name of an outlet, case aside as SQLite has it; 0 where there is none."""
    if not name:
        return 0
    lower = "".join(letter.lower() if letter.isascii() else letter for letter in name)
    return int.from_bytes(hashlib.blake2b(lower.encode(), digest_size=7).digest(), "big")
