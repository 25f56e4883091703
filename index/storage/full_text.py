"""Where every word of every article stands: an FTS5 table of raw words beside their stems, kept in step with the store.

    word → its raw forms in the archive (``forms``) → their places: article, column, number of the word in it

Every word counts, function words too. The table holds no text (``content = ''``); the text itself is read where a place
is shown. A row outlives its article: its number is never given again, so it finds nothing, and when such rows are most
of the table it is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.storage.repository import Store
from index.text.verbatim import plain_key, search_key, spoken

if TYPE_CHECKING:
    import sqlite3

TITLE, TEXT, AUTHOR, PUBLISHER = range(4)  # columns, in the order of the table
_COLUMNS = ("title", "text", "author", "publisher")
_CHUNK = 256  # articles a transaction: all that a kill loses
_MAX_VALUES = 500  # in one query
_LEAST_GONE = 1000  # rows without an article that are not worth making the table anew for
# A place as one number, so that arrays of them are sorted, joined and shifted at once: article, column, word.
_COLUMN_BITS, _WORD_BITS = 2, 30
_NUMBER_SHIFT = _COLUMN_BITS + _WORD_BITS
# The table's tokenizer parts words at every ASCII sign and space; within a word these must not part it.
_SIGNS = str.maketrans({chr(code): chr(0xE000 + code) for code in range(128) if not chr(code).isalnum()})
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Head:
    """An article as the full text knows it; ``words`` is the length of its text."""

    number: int
    id: str
    title: str | None
    date: str | None
    publisher: str | None
    author: str | None
    path: str
    sha256: str
    words: int


class FullText:
    """The words of one store's articles and their places.

    >>> full_text.places(full_text.with_stem("beras"), [TEXT])  # doctest: +SKIP
    array([5368709122])
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database = store.database

    # --- kept in step ---

    def refresh(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Take in the articles that are not in yet; return how many they were.

        Raises StoreError where there are some and the index can only be read: none may be left out unseen.
        """
        if not self._database.read_only:
            self._make_room()
        waiting = self.waiting()
        for at in range(0, len(waiting), _CHUNK):
            with self._database.change(bump=False) as connection:
                known = self._put(connection, waiting[at : at + _CHUNK])
                connection.executemany(
                    "INSERT OR IGNORE INTO forms (form, stem) VALUES (?, ?)",
                    [(indexed(key), search_key(key)) for key in sorted(known)],
                )
            progress(min(at + _CHUNK, len(waiting)), len(waiting))
        return len(waiting)

    def _put(self, connection: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
        """Write where the words of some articles stand; return the words."""
        names, marks = ", ".join(_COLUMNS), ", ".join("?" * len(ids))
        known: set[str] = set()
        for id, *texts in connection.execute(
            f"SELECT id, {names} FROM articles WHERE id IN ({marks}) ORDER BY id", ids
        ):
            columns = [spoken(text or "").keys for text in texts]
            added = connection.execute(
                "INSERT OR IGNORE INTO numbered (article_id, words) VALUES (?, ?)", (id, len(columns[TEXT]))
            )
            if added.rowcount:  # else another process was quicker
                known.update(*columns)
                row = (added.lastrowid, *(" ".join(map(indexed, keys)) for keys in columns))
                connection.execute(f"INSERT INTO full_text (rowid, {names}) VALUES (?, ?, ?, ?, ?)", row)
        return known

    def waiting(self) -> list[str]:
        """Return the ids of the articles that are not in yet."""
        rows = self._database.rows(
            "SELECT a.id FROM articles a LEFT JOIN numbered n ON n.article_id = a.id "
            "WHERE n.article_id IS NULL ORDER BY a.id"
        )
        return [str(id) for (id,) in rows]

    def erase(self, ids: Iterable[str]) -> None:
        """Take articles out with every trace of their words, as if they had never been in; they still stand."""
        with self._database.change(bump=False) as connection:
            for id in ids:
                found = connection.execute("SELECT number FROM numbered WHERE article_id = ?", (id,)).fetchone()
                article = self._store.article(id)
                if found is None or article is None:
                    continue
                columns = _keys(article)
                row = (found[0], *(" ".join(map(indexed, keys)) for keys in columns))
                names = ", ".join(_COLUMNS)
                connection.execute(
                    f"INSERT INTO full_text (full_text, rowid, {names}) VALUES ('delete', ?, ?, ?, ?, ?)", row
                )
                connection.execute("DELETE FROM numbered WHERE number = ?", found)
                connection.executemany(
                    "DELETE FROM forms WHERE form = ?1 AND NOT EXISTS (SELECT 1 FROM full_text_places WHERE term = ?1)",
                    {(indexed(key),) for keys in columns for key in keys},
                )

    def _make_room(self) -> None:
        """Empty the table where most of its rows are of articles that are gone; ``refresh`` then fills it."""
        count, emptied = self._database.rows(
            "SELECT (SELECT count(*) FROM numbered), (SELECT value FROM state WHERE name = 'full_text_emptied')"
        )[0]
        highest = self.highest()
        if highest - (emptied or 0) - count > max(_LEAST_GONE, count):
            with self._database.change(bump=False) as connection:
                connection.execute("INSERT INTO full_text (full_text) VALUES ('delete-all')")
                connection.execute("DELETE FROM numbered")
                connection.execute("DELETE FROM forms")
                connection.execute("INSERT OR REPLACE INTO state VALUES ('full_text_emptied', ?)", (highest,))

    # --- articles ---

    def highest(self) -> int:
        """Return the highest number ever given, also to an article that is gone; 0 in an empty table."""
        rows = self._database.rows("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'numbered'")
        return int(rows[0][0])

    def since(self, number: int, count: int) -> list[tuple[int, Article]]:
        """Return the first so many articles behind a number, each with its own."""
        rows = self._database.rows(
            "SELECT number, article_id FROM numbered WHERE number > ? ORDER BY number LIMIT ?", (number, count)
        )
        found = ((int(own), self._store.article(str(id))) for own, id in rows)
        return [(own, article) for own, article in found if article is not None]

    def heads(self) -> list[Head]:
        """Return all articles that are in, by number."""
        rows = self._database.rows(
            "SELECT n.number, a.id, a.title, a.date, a.publisher, a.author, a.path, a.sha256, n.words "
            "FROM numbered n JOIN articles a ON a.id = n.article_id ORDER BY n.number"
        )
        return [Head(*row) for row in rows]

    # --- words ---

    def with_stem(self, key: str) -> list[str]:
        """Return the archive's forms with the stem of a word."""
        return self._forms("stem = ?", search_key(key))

    def beginning(self, key: str) -> list[str]:
        """Return the archive's forms with this beginning."""
        beginning = indexed(key)
        return self._forms("form >= ? AND form < ?", beginning, beginning + "\U0010ffff")

    def near(self, key: str) -> list[str]:
        """Return the archive's forms at most one slip away: a letter more, less or other, or two neighbours swapped."""
        from rapidfuzz.distance import OSA

        form = indexed(key)
        forms = self._forms("length(form) BETWEEN ? AND ?", len(form) - 1, len(form) + 1)
        return [other for other in forms if OSA.distance(form, other, score_cutoff=1) <= 1]

    def _forms(self, condition: str, *values: object) -> list[str]:
        rows = self._database.rows(f"SELECT form FROM forms WHERE {condition} ORDER BY form", values)
        return [str(form) for (form,) in rows]

    # --- places ---

    def places(self, forms: Sequence[str], columns: Iterable[int]) -> Places:
        """Return the places of all these forms in these columns, in order, each as one number (``number_of``)."""
        wanted = ", ".join(f"'{_COLUMNS[column]}'" for column in columns)
        column = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(_COLUMNS))
        parts = []
        for at in range(0, len(forms), _MAX_VALUES):
            some = forms[at : at + _MAX_VALUES]
            # One text of all numbers: a million rows of one number each take twice as long to hand over.
            ((told,),) = self._database.rows(
                f"SELECT group_concat((doc << {_NUMBER_SHIFT}) | (CASE col {column} END << {_WORD_BITS}) | offset) "
                f"FROM full_text_places WHERE term IN ({', '.join('?' * len(some))}) AND col IN ({wanted})",
                some,
            )
            parts.append(np.fromstring(told or "", dtype=np.int64, sep=","))
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)


class LooseWords:
    """The words of a few articles, in memory: looked up as those of `FullText`, without the rest of the archive.

    Articles are numbered from 1, in their order.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self.heads = []
        self._stems: dict[str, str] = {}
        self._at: dict[str, list[int]] = {}
        for number, article in enumerate(articles, start=1):
            columns = _keys(article)
            for column, keys in enumerate(columns):
                for word, key in enumerate(keys):
                    form = indexed(key)
                    self._stems.setdefault(form, search_key(key))
                    self._at.setdefault(form, []).append((number << _NUMBER_SHIFT) | (column << _WORD_BITS) | word)
            self.heads.append(
                Head(
                    number, article.id, article.title, article.date, article.publisher, article.author, article.path,
                    article.sha256, len(columns[TEXT]),
                )
            )  # fmt: skip

    def with_stem(self, key: str) -> list[str]:
        """Return the forms with the stem of a word."""
        wanted = search_key(key)
        return [form for form, stem in self._stems.items() if stem == wanted]

    def beginning(self, key: str) -> list[str]:
        """Return the forms with this beginning."""
        return [form for form in self._stems if form.startswith(indexed(key))]

    def near(self, key: str) -> list[str]:
        """Return the forms at most one slip away."""
        from rapidfuzz.distance import OSA

        wanted = indexed(key)
        return [form for form in self._stems if OSA.distance(wanted, form, score_cutoff=1) <= 1]

    def places(self, forms: Sequence[str], columns: Iterable[int]) -> Places:
        """Return the places of all these forms in these columns, in order."""
        every = np.array(sorted(place for form in set(forms) for place in self._at.get(form, ())), dtype=np.int64)
        return every[np.isin(columns_of(every), list(columns))]


def number_of(places: Places) -> Places:
    """Return the numbers of the articles that places are in."""
    return places >> _NUMBER_SHIFT


def columns_of(places: Places) -> Places:
    """Return the columns that places are in."""
    return (places >> _WORD_BITS) & ((1 << _COLUMN_BITS) - 1)


def bounds_of(number: int) -> tuple[int, int]:
    """Return the first place that an article can have, and the first that is behind it."""
    return number << _NUMBER_SHIFT, (number + 1) << _NUMBER_SHIFT


def column_and_word(place: int) -> tuple[int, int]:
    """Return the column of a place, and the number of the word in it.

    >>> column_and_word((7 << 32) | (TEXT << 30) | 12)
    (1, 12)
    """
    return (place >> _WORD_BITS) & ((1 << _COLUMN_BITS) - 1), place & ((1 << _WORD_BITS) - 1)


def indexed(key: str) -> str:
    """Return the form of a word as the table holds it: plain, its ASCII signs as characters that part no word.

    >>> indexed("jum'at"), indexed("10.30") == "10\\ue02e30"
    ('jumat', True)
    """
    return (plain_key(key) or key).translate(_SIGNS)  # an apostrophe alone is a word too: none may be empty


def _keys(article: Article) -> list[Sequence[str]]:
    """Return the words of an article's columns."""
    return [spoken(text or "").keys for text in (article.title, article.text, article.author, article.publisher)]
