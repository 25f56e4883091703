"""What was asked and checked, kept in the store, each reader's own. It keeps records and does not look into them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from index.storage.database import Database

RUNNING, DONE, STOPPED, CUT_OFF, FAILED = "berjalan", "selesai", "dihentikan", "terputus", "gagal"
ASKED, CHECKED = "tanya", "kutipan"
_FIELDS = "id, reader, session, kind, asked_at, question, state, record, rating"


@dataclass(frozen=True)
class Entry:
    """One question or check and what came of it; ``asked_at`` is local ISO time, ``rating`` 1 good, 0 bad."""

    id: int
    reader: str
    session: str
    kind: str
    asked_at: str
    question: str
    state: str
    record: dict[str, Any] | None
    rating: int | None


class History:
    """The history in one store. Every reading names its reader and finds no one else's.

    >>> history = History(store.database)  # doctest: +SKIP
    >>> id = history.begin("ani", "s1", ASKED, "Apa itu BerAKHLAK?")  # doctest: +SKIP
    >>> history.entry("budi", id) is None  # doctest: +SKIP
    True
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, reader: str, session: str, kind: str, question: str) -> int:
        """Write down a question before it is answered; return its id."""
        with self._database.change(bump=False) as connection:
            at = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
            row = (reader, session, kind, at, question, RUNNING)
            cursor = connection.execute(
                "INSERT INTO history (reader, session, kind, asked_at, question, state) VALUES (?, ?, ?, ?, ?, ?)", row
            )
            return int(cursor.lastrowid or 0)

    def keep(self, id: int, record: dict[str, Any], state: str = RUNNING) -> None:
        """Write down how far an answer is, or what came of it."""
        with self._database.change(bump=False) as connection:
            text = json.dumps(record, ensure_ascii=False)
            connection.execute("UPDATE history SET record = ?, state = ? WHERE id = ?", (text, state, id))

    def cut_off(self) -> int:
        """Mark what was running when the program last ended; return how many there were."""
        with self._database.change(bump=False) as connection:
            query = "UPDATE history SET state = ? WHERE state = ?"
            return int(connection.execute(query, (CUT_OFF, RUNNING)).rowcount)

    def rate(self, reader: str, id: int, rating: int | None) -> None:
        """Keep what the reader thinks of an answer; it stays on this machine."""
        with self._database.change(bump=False) as connection:
            connection.execute("UPDATE history SET rating = ? WHERE id = ? AND reader = ?", (rating, id, reader))

    def remove(self, reader: str, ids: Sequence[int]) -> None:
        """Forget some of a reader's entries."""
        with self._database.change(bump=False) as connection:
            connection.executemany("DELETE FROM history WHERE id = ? AND reader = ?", [(id, reader) for id in ids])

    def entry(self, reader: str, id: int) -> Entry | None:
        """Return one entry, None where the reader has none of that id."""
        rows = self._database.rows(f"SELECT {_FIELDS} FROM history WHERE id = ? AND reader = ?", (id, reader))
        return _entry(rows[0]) if rows else None

    def first_checked(self, reader: str, question: str) -> str | None:
        """Return when a reader checked these words first, None where they never were; spaces and case do not count.

        The first is the one written down first, whatever the clock said then.
        """
        query = "SELECT question, asked_at FROM history WHERE reader = ? AND kind = ? ORDER BY id"
        wanted = question.casefold().split()
        rows = self._database.rows(query, (reader, CHECKED))
        return next((str(at) for said, at in rows if said.casefold().split() == wanted), None)

    def session(self, reader: str, session: str) -> list[Entry]:
        """Return one conversation, in order."""
        query = f"SELECT {_FIELDS} FROM history WHERE reader = ? AND session = ? ORDER BY id"
        return [_entry(row) for row in self._database.rows(query, (reader, session))]

    def search(self, reader: str, text: str = "", *, kind: str | None = None, count: int = 50) -> list[Entry]:
        """Return a reader's entries that hold a text in question or record, last first."""
        pattern = "%" + text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        rows = self._database.rows(
            f"SELECT {_FIELDS} FROM history WHERE reader = ? AND (? IS NULL OR kind = ?) "
            r"AND (question LIKE ? ESCAPE '\' OR record LIKE ? ESCAPE '\') ORDER BY id DESC LIMIT ?"
            if text
            else f"SELECT {_FIELDS} FROM history WHERE reader = ? AND (? IS NULL OR kind = ?) ORDER BY id DESC LIMIT ?",
            (reader, kind, kind, pattern, pattern, count) if text else (reader, kind, kind, count),
        )
        return [_entry(row) for row in rows]


def _entry(row: tuple[Any, ...]) -> Entry:
    *head, record, rating = row
    return Entry(*(*head, json.loads(record) if record else None, rating))
