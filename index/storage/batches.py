"""Tables of quotations that are checked in the background: each row with its result as soon as it is there.

A kill loses the quotation that was being checked; the next start takes the table up where it was. The tables are made
with the first of them, so that an index needs no new version for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from index.errors import InputError
from index.storage.database import Database
from index.storage.history import RUNNING

MAX_KEPT = 100  # of one reader; by hand
TABLES = {
    "batches": (
        "CREATE TABLE IF NOT EXISTS batches (id INTEGER PRIMARY KEY, reader TEXT NOT NULL, name TEXT NOT NULL, "
        "made_at TEXT NOT NULL, state TEXT NOT NULL, about TEXT NOT NULL, earlier INTEGER, error TEXT)"
    ),
    "batch_rows": (
        "CREATE TABLE IF NOT EXISTS batch_rows (batch INTEGER NOT NULL, number INTEGER NOT NULL, claim TEXT NOT NULL, "
        "verdict TEXT, look INTEGER NOT NULL DEFAULT 0, change TEXT, problem TEXT, record TEXT, "
        "PRIMARY KEY (batch, number)) WITHOUT ROWID"
    ),
}
# Which rows of a table are shown.
ALL, LOOK, CHANGED, PROBLEMS = "all", "look", "changed", "problems"
_WHERE = {ALL: "1", LOOK: "look = 1", CHANGED: "change IS NOT NULL", PROBLEMS: "problem IS NOT NULL"}
_FIELDS = "id, reader, name, made_at, state, about, earlier, error"
Record = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """One table: how it was read and on which archive (``about``), the one it is compared with (``earlier``)."""

    id: int
    reader: str
    name: str
    made_at: str
    state: str
    about: Record
    earlier: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class BatchRow:
    """One row: ``number`` that of the file, ``change`` what is other than before, ``problem`` why it was not checked.

    ``record`` is the check; a row with neither it nor a problem waits.
    """

    number: int
    claim: Record
    verdict: str | None
    look: bool
    change: str | None
    problem: str | None
    record: Record | None


@dataclass(frozen=True)
class Counts:
    """How far a table is, and what came of it; ``verdicts`` counts those that were checked."""

    rows: int
    waiting: int
    look: int
    changed: int
    problems: int
    verdicts: dict[str, int]

    @property
    def done(self) -> int:
        """How many rows no longer wait."""
        return self.rows - self.waiting


class Batches:
    """The tables in one store. What a page reads names its reader and finds no one else's.

    >>> id = Batches(store.database).begin("ani", "klaim.csv", {}, [{"number": 2, "quote": "…"}])  # doctest: +SKIP
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- what the page asks ---

    def of_reader(self, reader: str) -> list[Batch]:
        """Return a reader's tables, the last first."""
        rows = self._rows(f"SELECT {_FIELDS} FROM batches WHERE reader = ? ORDER BY id DESC", reader)
        return [_batch(row) for row in rows]

    def batch(self, reader: str, id: int) -> Batch | None:
        """Return one table, None where the reader has none of that id."""
        rows = self._rows(f"SELECT {_FIELDS} FROM batches WHERE reader = ? AND id = ?", reader, id)
        return _batch(rows[0]) if rows else None

    def latest(self, reader: str, name: str) -> int | None:
        """Return the id of the reader's last table of a file of this name."""
        rows = self._rows("SELECT max(id) FROM batches WHERE reader = ? AND name = ?", reader, name)
        return int(rows[0][0]) if rows and rows[0][0] is not None else None

    def counts(self, id: int) -> Counts:
        """Return how far a table is."""
        rows = self._rows(
            "SELECT verdict, count(*), sum(verdict IS NULL AND problem IS NULL), sum(look), "
            "sum(change IS NOT NULL), sum(problem IS NOT NULL) FROM batch_rows WHERE batch = ? GROUP BY verdict",
            id,
        )
        waiting, look, changed, problems = (sum(row[at] for row in rows) for at in range(2, 6))
        verdicts = {str(row[0]): int(row[1]) for row in rows if row[0] is not None}
        return Counts(sum(row[1] for row in rows), waiting, look, changed, problems, verdicts)

    def rows(self, id: int, kind: str = ALL, first: int = 0, count: int = -1) -> list[BatchRow]:
        """Return rows of a table in the order of the file, from the ``first`` of this kind on."""
        found = self._rows(
            "SELECT number, claim, verdict, look, change, problem, record FROM batch_rows "
            f"WHERE batch = ? AND {_WHERE[kind]} ORDER BY number LIMIT ? OFFSET ?",
            id, count, first,
        )  # fmt: skip
        return [_row(row) for row in found]

    def remove(self, reader: str, id: int) -> None:
        """Forget a table."""
        with self._database.change(bump=False) as connection:
            if connection.execute("DELETE FROM batches WHERE reader = ? AND id = ?", (reader, id)).rowcount:
                connection.execute("DELETE FROM batch_rows WHERE batch = ?", (id,))

    # --- what checks them ---

    def begin(self, reader: str, name: str, about: Record, claims: Sequence[Record], earlier: int | None = None) -> int:
        """Write a table down before its first row is checked; return its id. Raises InputError beyond ``MAX_KEPT``.

        A claim with a ``problem`` is done with.
        """
        if len(self.of_reader(reader)) >= MAX_KEPT:
            raise InputError(f"Sudah ada {MAX_KEPT} daftar kutipan; hapus yang tidak dipakai lagi.")
        with self._database.change(bump=False) as connection:
            for statement in TABLES.values():
                connection.execute(statement)
            at = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
            cursor = connection.execute(
                "INSERT INTO batches (reader, name, made_at, state, about, earlier) VALUES (?, ?, ?, ?, ?, ?)",
                (reader, name, at, RUNNING, _json(about), earlier),
            )
            id = int(cursor.lastrowid or 0)
            connection.executemany(
                "INSERT INTO batch_rows (batch, number, claim, problem) VALUES (?, ?, ?, ?)",
                [(id, claim["number"], _json(claim), claim.get("problem")) for claim in claims],
            )
        return id

    def next(self, id: int) -> BatchRow | None:
        """Return the first row that waits."""
        rows = self._rows(
            "SELECT number, claim, verdict, look, change, problem, record FROM batch_rows "
            "WHERE batch = ? AND verdict IS NULL AND problem IS NULL ORDER BY number LIMIT 1",
            id,
        )
        return _row(rows[0]) if rows else None

    def keep(self, id: int, number: int, record: Record, *, verdict: str, look: bool, change: str | None) -> None:
        """Write down what came of a row."""
        with self._database.change(bump=False) as connection:
            connection.execute(
                "UPDATE batch_rows SET verdict = ?, look = ?, change = ?, record = ? WHERE batch = ? AND number = ?",
                (verdict, int(look), change, _json(record), id, number),
            )

    def refuse(self, id: int, number: int, problem: str) -> None:
        """Write down why a row was not checked."""
        with self._database.change(bump=False) as connection:
            connection.execute(
                "UPDATE batch_rows SET problem = ? WHERE batch = ? AND number = ?", (problem, id, number)
            )

    def set_state(self, id: int, state: str, about: Record | None = None, error: str | None = None) -> None:
        """Write down that a table goes on, is done or was stopped; ``about`` adds to what is known of it."""
        with self._database.change(bump=False) as connection:
            connection.execute("UPDATE batches SET state = ?, error = ? WHERE id = ?", (state, error, id))
            if about is not None:
                connection.execute("UPDATE batches SET about = json_patch(about, ?) WHERE id = ?", (_json(about), id))

    def unfinished(self) -> list[Batch]:
        """Return the tables that were being checked when the program ended, the oldest first."""
        return [
            _batch(row) for row in self._rows(f"SELECT {_FIELDS} FROM batches WHERE state = ? ORDER BY id", RUNNING)
        ]

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        there = self._database.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'batch_rows'")
        return self._database.rows(query, values) if there else []


def _json(value: Record) -> str:
    # a surrogate, which no UTF-8 holds, may come out of a damaged cell
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _batch(row: tuple[Any, ...]) -> Batch:
    id, reader, name, made_at, state, about, earlier, error = row
    return Batch(id, reader, name, made_at, state, json.loads(about), earlier, error)


def _row(row: tuple[Any, ...]) -> BatchRow:
    number, claim, verdict, look, change, problem, record = row
    told = json.loads(record) if record else None
    return BatchRow(number, json.loads(claim), verdict, bool(look), change, problem, told)
