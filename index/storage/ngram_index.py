"""Which articles hold which words side by side: the index that quotations are found by, kept in step with the store.

Every word counts, function words too, and a pair may span two passages or sentences. Words stand as stems, so that
*menurunkan* finds *diturunkan*; what was said is then read in the article itself. A row outlives its article: its id
is never given again, so it finds nothing.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.storage.filters import Filters
from index.storage.repository import Store
from index.text.verbatim import runs_of, search_keys, spoken

_CHUNK = 256  # articles a transaction: all that a kill loses
_MAX_VALUES = 500  # in one query
_MAX_HELD = 512  # words whose articles are kept in memory: those of the latest quotations
_MAX_COUNTS = 200_000  # likewise; 20 MB
Numbers = NDArray[np.int32]


class Runs:
    """The words and word pairs of one store's articles. ``number`` below is an article's number here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database = store.database
        self._counts: dict[str, int] = {}
        self._holding: OrderedDict[str, Numbers] = OrderedDict()

    def refresh(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Take in the articles that are not in yet; return how many they were."""
        self._counts.clear()
        self._holding.clear()
        waiting = self.waiting()
        for at in range(0, len(waiting), _CHUNK):
            with self._database.change(bump=False) as connection:
                for id, text in self._store.texts(waiting[at : at + _CHUNK]):
                    added = connection.execute("INSERT OR IGNORE INTO spoken (article_id) VALUES (?)", (id,))
                    if added.rowcount:  # else another process was quicker
                        row = (added.lastrowid, _row_of(text))
                        connection.execute("INSERT INTO runs (rowid, names) VALUES (?, ?)", row)
            progress(min(at + _CHUNK, len(waiting)), len(waiting))
        return len(waiting)

    def erase(self, ids: Iterable[str]) -> None:
        """Take articles out with every trace of their words, as if they had never been in; they still stand."""
        with self._database.change(bump=False) as connection:
            for id in ids:
                found = connection.execute("SELECT rowid FROM spoken WHERE article_id = ?", (id,)).fetchone()
                article = self._store.article(id)
                if found is None or article is None:
                    continue
                row = (found[0], _row_of(article.text))
                connection.execute("INSERT INTO runs (runs, rowid, names) VALUES ('delete', ?, ?)", row)
                connection.execute("DELETE FROM spoken WHERE rowid = ?", found)
        self._counts.clear()
        self._holding.clear()

    def waiting(self) -> list[str]:
        """Return the ids of the articles that are not in yet."""
        rows = self._database.rows(
            "SELECT a.id FROM articles a LEFT JOIN spoken s ON s.article_id = a.id "
            "WHERE s.article_id IS NULL ORDER BY a.id"
        )
        return [str(id) for (id,) in rows]

    def counts(self, names: Sequence[str]) -> dict[str, int]:
        """Return name → how many articles hold it (those that are gone may still count)."""
        if len(self._counts) > _MAX_COUNTS:
            self._counts.clear()
        new = [name for name in names if name not in self._counts]
        for at in range(0, len(new), _MAX_VALUES):
            some = new[at : at + _MAX_VALUES]
            self._counts.update(dict.fromkeys(some, 0))
            marks = ", ".join("?" * len(some))
            rows = self._database.rows(f"SELECT term, doc FROM run_counts WHERE term IN ({marks})", some)
            self._counts.update((str(term), int(count)) for term, count in rows)
        return {name: self._counts[name] for name in names}

    def total(self) -> int:
        """Return how many articles are in."""
        return int(self._database.rows("SELECT count(*) FROM spoken")[0][0])

    def highest(self) -> int:
        """Return the highest number ever given, also to an article that is gone; 0 in an empty index."""
        return int(self._database.rows("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'spoken'")[0][0])

    def within(self, filters: Filters) -> list[int]:
        """Return the numbers of the articles within the filters."""
        where, values = filters.condition()
        query = f"SELECT s.rowid FROM spoken s JOIN articles a ON a.id = s.article_id WHERE 1 {where}"
        return [int(row) for (row,) in self._database.rows(query, values)]

    def holding(self, name: str) -> Numbers:
        """Return the numbers of all articles that hold this word or pair, in order."""
        if name not in self._holding:
            rows = self._database.rows("SELECT rowid FROM runs WHERE runs MATCH ?", (name,))
            self._holding[name] = np.fromiter((row for (row,) in rows), dtype=np.int32, count=len(rows))
            while len(self._holding) > _MAX_HELD:
                self._holding.popitem(last=False)
        self._holding.move_to_end(name)
        return self._holding[name]

    def holding_all(self, names: Sequence[str], limit: int, filters: Filters | None = None) -> list[str]:
        """Return the ids of up to ``limit`` articles that hold all of these and are within the filters, earliest first.

        One without a date comes after those with one.
        """
        where, values = (filters or Filters()).condition()
        rows = self._database.rows(
            "SELECT a.id FROM runs JOIN spoken s ON s.rowid = runs.rowid JOIN articles a ON a.id = s.article_id "
            f"WHERE runs MATCH ? {where} ORDER BY a.date IS NULL, a.date, a.id LIMIT ?",
            (" AND ".join(names), *values, limit),
        )
        return [str(id) for (id,) in rows]

    def containing(self, text: str, limit: int, filters: Filters | None = None) -> list[str]:
        """Return the ids of up to ``limit`` articles with these characters, earliest first. It reads all texts."""
        where, values = (filters or Filters()).condition()
        rows = self._database.rows(
            f"SELECT a.id FROM articles a WHERE instr(lower(a.text), lower(?)) {where} "
            "ORDER BY a.date IS NULL, a.date, a.id LIMIT ?",
            (text, *values, limit),
        )
        return [str(id) for (id,) in rows]

    def article_ids(self, numbers: Sequence[int], filters: Filters | None = None) -> dict[int, str]:
        """Return number → article id, of the articles that are still here and within the filters."""
        where, values = (filters or Filters()).condition()
        found: dict[int, str] = {}
        for at in range(0, len(numbers), _MAX_VALUES):
            some = numbers[at : at + _MAX_VALUES]
            marks = ", ".join("?" * len(some))
            rows = self._database.rows(
                f"SELECT s.rowid, a.id FROM spoken s JOIN articles a ON a.id = s.article_id "
                f"WHERE s.rowid IN ({marks}) {where}",
                (*some, *values),
            )
            found.update((int(row), str(id)) for row, id in rows)
        return found


def _row_of(text: str) -> str:
    return " ".join(names(search_keys(spoken(text))))


def names(keys: Iterable[str]) -> list[str]:
    """Return the names in the index of words and of their pairs: a checksum each, as letters of any script are words.

    >>> names(["harga", "beras"])
    ['kab864b67', 'k9c364c0b', 'kcbb7125f']

    Two words of one checksum only make an article be read in vain.
    """
    return [f"k{zlib.crc32(run.encode('utf-8', 'surrogatepass')):08x}" for run in runs_of(list(keys))]
