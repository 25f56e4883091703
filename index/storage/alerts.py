"""Searches, questions and quotations that a reader keeps, and the new articles that match them.

``after`` is the number (``index.storage.full_text``) up to which articles were looked at: only later ones are. What
matched once, by the article's id or by its text, is known and alerts no second time, though it be changed, moved, or
taken out and put back. The tables are made with the first alert, so that an index needs no new version for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np

from index.articles import Article, text_digest
from index.errors import InputError
from index.storage.database import Database

SEARCH, QUESTION, QUOTE = "cari", "tanya", "kutipan"
MAX_KEPT = 100  # of one reader; by hand: each costs every run of the indexer a few milliseconds
MAX_SHOWN = 200  # new articles of one alert that are listed; all of them are counted
TABLES = {
    "alerts": (
        "CREATE TABLE IF NOT EXISTS alerts (id INTEGER PRIMARY KEY, reader TEXT NOT NULL, kind TEXT NOT NULL, "
        "name TEXT NOT NULL, query TEXT NOT NULL, speaker TEXT NOT NULL DEFAULT '', made_at TEXT NOT NULL, "
        "after INTEGER NOT NULL, about TEXT NOT NULL, known BLOB NOT NULL)"
    ),
    "alert_hits": (
        "CREATE TABLE IF NOT EXISTS alert_hits (alert INTEGER NOT NULL, article_id TEXT NOT NULL, at TEXT NOT NULL, "
        "seen INTEGER NOT NULL DEFAULT 0, verdict TEXT, text_sha256 TEXT, "
        "PRIMARY KEY (alert, article_id)) WITHOUT ROWID"
    ),
}
_FIELDS = "id, reader, kind, name, query, speaker, made_at, after, about"
Record = dict[str, Any]


@dataclass(frozen=True)
class Alert:
    """What is kept; ``about`` is what whoever looks for it needs to know besides."""

    id: int
    reader: str
    kind: str
    name: str
    query: str
    speaker: str
    made_at: str
    after: int
    about: Record


@dataclass(frozen=True)
class Hit:
    """An article that came in since and matches; ``verdict`` is that of a kept quotation there."""

    article_id: str
    title: str | None
    publisher: str | None
    date: str | None
    at: str
    seen: bool
    verdict: str | None


class Alerts:
    """The alerts of one store. What a page reads names its reader and finds no one else's.

    >>> Alerts(store.database).of_reader("ani")  # doctest: +SKIP
    []
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- a reader's ---

    def add(
        self,
        reader: str,
        kind: str,
        query: str,
        *,
        name: str = "",
        speaker: str = "",
        after: int = 0,
        about: Record | None = None,
        known: Iterable[str] = (),
    ) -> int:
        """Keep something to look for; ``known`` are the articles that match it already. Return its id.

        Raises InputError beyond ``MAX_KEPT``, or where the reader keeps the same already.
        """
        there = self.of_reader(reader)
        if len(there) >= MAX_KEPT:
            raise InputError(f"Sudah ada {MAX_KEPT} pencarian tersimpan; hapus yang tidak dipakai lagi.")
        if any((one.kind, one.query, one.speaker) == (kind, query, speaker) for one in there):
            raise InputError(f"“{_short(query)}” sudah tersimpan.")
        with self._database.change(bump=False) as connection:
            for statement in TABLES.values():
                connection.execute(statement)
            row = (reader, kind, name or _short(query), query, speaker, f"{datetime.now():%Y-%m-%dT%H:%M:%S}", after)
            cursor = connection.execute(
                "INSERT INTO alerts (reader, kind, name, query, speaker, made_at, after, about, known) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, json.dumps(about or {}), _packed(map(_hash, known))),
            )
            return int(cursor.lastrowid or 0)

    def of_reader(self, reader: str) -> list[Alert]:
        """Return what a reader keeps, in the order in which it was kept."""
        return [_alert(row) for row in self._rows(f"SELECT {_FIELDS} FROM alerts WHERE reader = ? ORDER BY id", reader)]

    def alert(self, reader: str, id: int) -> Alert | None:
        """Return one of a reader's, None where there is none of that id."""
        return next((one for one in self.of_reader(reader) if one.id == id), None)

    def remove(self, reader: str, id: int) -> None:
        """Keep it no longer, and forget what was found for it."""
        if self.alert(reader, id) is not None:
            with self._database.change(bump=False) as connection:
                connection.execute("DELETE FROM alerts WHERE id = ?", (id,))
                connection.execute("DELETE FROM alert_hits WHERE alert = ?", (id,))

    def mark_seen(self, reader: str, id: int) -> None:
        """Count what was found so far no longer as new."""
        if self.alert(reader, id) is not None:
            with self._database.change(bump=False) as connection:
                connection.execute("UPDATE alert_hits SET seen = 1 WHERE alert = ?", (id,))

    def unseen(self, reader: str) -> dict[int, list[str | None]]:
        """Return alert → the verdicts of its new articles that are still here, None for what has none."""
        found: dict[int, list[str | None]] = {}
        rows = self._rows(
            "SELECT h.alert, h.verdict FROM alerts k JOIN alert_hits h ON h.alert = k.id AND h.seen = 0 "
            "JOIN articles a ON a.id = h.article_id WHERE k.reader = ?",
            reader,
        )
        for alert, verdict in rows:
            found.setdefault(int(alert), []).append(verdict)
        return found

    def hits(self, id: int, *, unseen_only: bool = False) -> list[Hit]:
        """Return the articles that were found for an alert and are still here, the last first."""
        rows = self._rows(
            "SELECT h.article_id, a.title, a.publisher, a.date, h.at, h.seen, h.verdict FROM alert_hits h "
            f"JOIN articles a ON a.id = h.article_id WHERE h.alert = ? {'AND h.seen = 0' if unseen_only else ''} "
            "ORDER BY h.at DESC, a.date DESC, h.article_id LIMIT ?",
            id, MAX_SHOWN,
        )  # fmt: skip
        return [Hit(*(*head, bool(seen), verdict)) for *head, seen, verdict in rows]

    # --- what looks for them ---

    def all(self) -> list[Alert]:
        """Return what all readers keep."""
        return [_alert(row) for row in self._rows(f"SELECT {_FIELDS} FROM alerts ORDER BY id")]

    def keep_hits(
        self, alert: Alert, after: int, found: Sequence[tuple[Article, str | None]], about: Record | None = None
    ) -> list[tuple[Article, str | None]]:
        """Write down what was found up to a number, in one transaction; return what of it is new."""
        with self._database.change(bump=False) as connection:
            row = connection.execute("SELECT known FROM alerts WHERE id = ?", (alert.id,)).fetchone()
            if row is None:  # taken out meanwhile
                return []
            known = np.frombuffer(row[0], dtype="<i8")
            new = []
            seen = set(known.tolist())
            for article, verdict in found:
                # An article of before, read anew, moved or renamed, with the text that it had then.
                is_old = (article.entered_at or "") < alert.made_at and (article.changed_at or "") < alert.made_at
                marks = {_hash(name) for name in (article.id, text_digest(article.text)) if name}
                if not is_old and not marks & seen:
                    new.append((article, verdict))
                seen |= marks
            at = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
            connection.executemany(
                "INSERT OR IGNORE INTO alert_hits (alert, article_id, at, verdict, text_sha256) VALUES (?, ?, ?, ?, ?)",
                [(alert.id, article.id, at, verdict, text_digest(article.text)) for article, verdict in new],
            )
            # What was told under a name that has gone is told under the new one, read or not.
            connection.executemany(
                "UPDATE OR IGNORE alert_hits SET article_id = ? WHERE alert = ? AND text_sha256 = ? "
                "AND article_id NOT IN (SELECT id FROM articles)",
                [(article.id, alert.id, text_digest(article.text)) for article, _ in found],
            )
            connection.execute(
                "UPDATE alerts SET after = ?, known = ?, about = ? WHERE id = ?",
                (after, _packed(seen), json.dumps(about if about is not None else alert.about), alert.id),
            )
        return new

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        there = self._database.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alert_hits'")
        return self._database.rows(query, values) if there else []


def _alert(row: tuple[Any, ...]) -> Alert:
    *head, about = row
    return Alert(*(*head, json.loads(about)))


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True)


def _packed(hashes: Iterable[int]) -> bytes:
    return np.array(sorted(set(hashes)), dtype="<i8").tobytes()


def _short(text: str, limit: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
