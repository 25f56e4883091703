"""The truth: articles, passages, their vectors and the word index, read and written by name.

An article is written whole in one transaction (``index.storage.database``). Ids of passages here are SQLite row ids.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.articles import Article, text_digest
from index.passages import Passage
from index.storage.database import Database
from index.storage.filters import Filters
from index.storage.vectors import Ids, Vectors
from index.text.analysis import tokens

if TYPE_CHECKING:
    import sqlite3

_HEAD_FIELDS = (  # all but the text
    "id, path, title, date, date_rule, publisher, author, url, sha256, folder, place, entered_at, changed_at, "
    "uploaded_by, uploaded_at"
)
_FIELDS = f"{_HEAD_FIELDS}, text"
_MAX_VALUES = 500  # in one query; SQLite takes 32,766
_CHUNK_ROWS = 4096  # 6 MB of vectors at a time


@dataclass(frozen=True)
class Stored:
    """How an article is stored: digest of its content, its file, and what made its passages and vectors."""

    sha256: str
    path: str
    embedder: str
    pipeline: int


class Store:
    """The articles of one data folder. Safe to share by threads; use ``with`` or ``close`` it.

    Raises StoreError where the file is no index of this program, of a newer version, or cannot be read.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self.database = Database(path, create=create)
        self._average_stems: tuple[int, float] | None = None  # generation and value

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.database.close()

    # --- writing ---

    def put_article(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: Vectors,
        stems: Sequence[str],
        *,
        embedder: str,
        pipeline: int,
        digests: Sequence[bytes] = (),
    ) -> None:
        """Write an article with its passages, ``(n, d)`` vectors and stems, in place of what stood under its id.

        ``digests`` name what was embedded for each passage, so that the vector can serve again (``vectors_of``).
        """
        with self.database.change() as connection:
            article = _dated(connection, article)
            _delete(connection, [article.id])
            values = [getattr(article, name) for name in _FIELDS.split(", ")]
            connection.execute(
                f"INSERT INTO articles ({_FIELDS}, embedder, pipeline) VALUES ({', '.join('?' * (len(values) + 2))})",
                (*values, embedder, pipeline),
            )
            named: Sequence[bytes | None] = digests or [None] * len(passages)
            for passage, vector, words, digest in zip(passages, vectors, stems, named, strict=True):
                blob = vector.astype("<f4").tobytes()
                rowid = connection.execute(
                    'INSERT INTO passages (article_id, position, start, "end", vector, digest) '
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (article.id, passage.position, passage.start, passage.end, blob, digest),
                ).lastrowid
                connection.execute("INSERT INTO words (rowid, stems) VALUES (?, ?)", (rowid, words))

    def remove_articles(self, ids: Sequence[str]) -> None:
        """Forget these articles and all that hangs on them."""
        if ids:
            with self.database.change() as connection:
                _delete(connection, ids)

    def put_file(self, path: str, sha256: str, pipeline: int) -> None:
        """Record that all articles of this file, in this state, are in the store."""
        with self.database.change(bump=False) as connection:
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (path, sha256, pipeline))
            connection.execute("DELETE FROM set_aside WHERE path = ?", (path,))

    def put_aside(self, path: str, sha256: str, pipeline: int, reason: str) -> None:
        """Record that this file, in this state, went beyond the limits of reading."""
        with self.database.change(bump=False) as connection:
            row = (path, sha256, pipeline, reason, f"{datetime.now():%Y-%m-%dT%H:%M:%S}")
            connection.execute("INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?, ?, ?)", row)

    def note_upload(self, folder: str, reader: str) -> None:
        """Record who uploads the files of this folder, and that it is now."""
        with self.database.change(bump=False) as connection:
            row = (folder, reader, f"{datetime.now():%Y-%m-%dT%H:%M:%S}")
            connection.execute("INSERT OR REPLACE INTO uploads VALUES (?, ?, ?)", row)

    def uploads(self) -> dict[str, tuple[str, str]]:
        """Return folder → who uploaded it and when."""
        return {folder: (reader, at) for folder, reader, at in self.database.rows("SELECT * FROM uploads")}

    def forget_aside(self, paths: Sequence[str]) -> None:
        """Let these files be read again."""
        if paths:
            with self.database.change(bump=False) as connection:
                connection.executemany("DELETE FROM set_aside WHERE path = ?", [(path,) for path in paths])

    def set_aside(self) -> dict[str, tuple[str, int, str]]:
        """Return path → (SHA-256, pipeline version, reason) of every file that went beyond the limits of reading."""
        rows = self.database.rows("SELECT path, sha256, pipeline, reason FROM set_aside")
        return {path: (sha256, pipeline, reason) for path, sha256, pipeline, reason in rows}

    def remove_file(self, path: str) -> None:
        """Forget a file and its articles."""
        with self.database.change() as connection:
            _delete(connection, [id for (id,) in connection.execute("SELECT id FROM articles WHERE path = ?", (path,))])
            connection.execute("DELETE FROM files WHERE path = ?", (path,))
            connection.execute("DELETE FROM set_aside WHERE path = ?", (path,))

    # --- reading ---

    @property
    def generation(self) -> int:
        """A number that grows with every change."""
        return int(self.database.rows("SELECT value FROM state WHERE name = 'generation'")[0][0])

    def counts(self) -> tuple[int, int]:
        """Return how many articles and how many passages there are."""
        row = self.database.rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)")[0]
        return int(row[0]), int(row[1])

    def embedders(self) -> list[str]:
        """Return the identities of the embedders whose vectors are here."""
        return [str(name) for (name,) in self.database.rows("SELECT DISTINCT embedder FROM articles ORDER BY embedder")]

    def publishers(self) -> list[str]:
        """Return the outlets of the articles, those with most articles first; case makes no other outlet."""
        query = "SELECT min(publisher) FROM articles WHERE publisher > '' GROUP BY lower(publisher)"
        query += " ORDER BY count(*) DESC, 1"
        return [str(name) for (name,) in self.database.rows(query)]

    def files(self) -> dict[str, tuple[str, int]]:
        """Return path → (SHA-256 of its bytes, pipeline version) of every file that is wholly in."""
        return {path: (sha256, pipeline) for path, sha256, pipeline in self.database.rows("SELECT * FROM files")}

    def stored_articles(self, path: str | None = None) -> dict[str, Stored]:
        """Return id → how it is stored, of all articles or of those from one file."""
        query = "SELECT id, sha256, path, embedder, pipeline FROM articles"
        rows = self.database.rows(query) if path is None else self.database.rows(query + " WHERE path = ?", (path,))
        return {row[0]: Stored(*row[1:]) for row in rows}

    def article_counts(self) -> dict[str, int]:
        """Return path → how many articles came from that file."""
        return dict(self.database.rows("SELECT path, count(*) FROM articles GROUP BY path"))

    def titled(self, title: str) -> list[str]:
        """Return the ids of the articles of this title, signs and case aside, latest first, undated last.

        The id of an article, which may be its file's name, names it as well.
        """
        words = tokens(title)
        plain = re.findall(r"[a-z0-9]+", title.lower())  # what LIKE compares without case
        if not plain:
            return []
        rows = self.database.rows(
            "SELECT id, title FROM articles WHERE title LIKE ? OR id = ? ORDER BY date IS NULL, date DESC, id",
            ("%" + "%".join(plain) + "%", title),
        )
        return [id for id, other in rows if id == title or tokens(other or "") == words]

    def owner(self, id: str) -> str | None:
        """Return the path of the file the article of this id came from, None where there is none."""
        rows = self.database.rows("SELECT path FROM articles WHERE id = ?", (id,))
        return str(rows[0][0]) if rows else None

    def paths(self) -> set[str]:
        """Return the paths of all files that are wholly or partly in."""
        return {path for (path,) in self.database.rows("SELECT path FROM articles UNION SELECT path FROM files")}

    def article(self, id: str) -> Article | None:
        """Return one article, None where there is none of that id."""
        rows = self.database.rows(f"SELECT {_FIELDS} FROM articles WHERE id = ?", (id,))
        if not rows:
            return None
        return Article(**dict(zip(_FIELDS.split(", "), rows[0], strict=True)))

    def passages(self, rowids: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """Return rowid → its passage and its article (the article without its text, to stay quick)."""
        found: dict[int, tuple[Passage, Article]] = {}
        fields = ", ".join(f"a.{name}" for name in _HEAD_FIELDS.split(", "))
        marks = ", ".join("?" * len(rowids))
        rows = self.database.rows(
            f'SELECT p.rowid, p.position, p.start, p."end", substr(a.text, p.start + 1, p."end" - p.start), {fields} '
            f"FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.rowid IN ({marks})",
            tuple(rowids),
        )
        for rowid, position, start, end, text, *head in rows:
            article = _head(head)
            found[rowid] = (Passage(article.id, position, start, end, text), article)
        return found

    def heads(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return id → the article without its text, of those that are here."""
        marks = ", ".join("?" * len(ids))
        rows = self.database.rows(f"SELECT {_HEAD_FIELDS} FROM articles WHERE id IN ({marks})", tuple(ids))
        return {row[0]: _head(row) for row in rows}

    def entered_at(self, path: str, text: str) -> str | None:
        """Return when a text came in with a file, None where the file has none such or that was not written down."""
        rows = self.database.rows("SELECT entered_at FROM articles WHERE path = ? AND text = ?", (path, text))
        return rows[0][0] if rows else None

    def with_text(self, text: str) -> list[str]:
        """Return the ids of the articles with exactly this text."""
        return [str(id) for (id,) in self.database.rows("SELECT id FROM articles WHERE text = ? ORDER BY id", (text,))]

    def holds(self, path: str, text: str) -> bool:
        """Tell whether a file brought this text, its spaces aside."""
        rows = self.database.rows("SELECT text FROM articles WHERE path = ?", (path,))
        return text_digest(text) in {text_digest(stood) for (stood,) in rows}

    def rowids(self, article_id: str) -> list[int]:
        """Return the row ids of an article's passages, in order."""
        query = "SELECT rowid FROM passages WHERE article_id = ? ORDER BY position"
        return [int(rowid) for (rowid,) in self.database.rows(query, (article_id,))]

    def vectors_of(self, digests: Sequence[bytes], embedder: str) -> dict[bytes, Vectors]:
        """Return digest → ``(d,)`` vector of what this embedder has embedded before and is still here."""
        found: dict[bytes, Vectors] = {}
        for at in range(0, len(digests), _MAX_VALUES):
            some = digests[at : at + _MAX_VALUES]
            marks = ", ".join("?" * len(some))
            rows = self.database.rows(
                "SELECT p.digest, p.vector FROM passages p JOIN articles a ON a.id = p.article_id "
                f"WHERE a.embedder = ? AND p.digest IN ({marks})",
                (embedder, *some),
            )
            found.update((digest, np.frombuffer(vector, dtype="<f4")) for digest, vector in rows)
        return found

    def vectors(self) -> tuple[Ids, Vectors]:
        """Return all passages' row ids ``(n,)`` and vectors ``(n, d)``; d is 0 in an empty store."""
        ids: list[int] = []
        chunks: list[Vectors] = []
        rows = self.database.stream("SELECT rowid, vector FROM passages ORDER BY rowid")
        while some := list(islice(rows, _CHUNK_ROWS)):
            ids += [rowid for rowid, _ in some]
            chunks.append(np.frombuffer(b"".join(vector for _, vector in some), dtype="<f4").reshape(len(some), -1))
        vectors = np.concatenate(chunks) if chunks else np.empty((0, 0))
        return np.array(ids, dtype=np.int64), vectors.astype(np.float32, copy=False)

    def search_words(self, terms: Sequence[str], count: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """Return up to ``count`` pairs of row id and BM25 score (higher is better), best first.

        A term is a stem, or several stems with spaces between: a phrase. A passage counts when it holds any of the
        terms. Scores are FTS5's bm25() (k1 1.2, b 0.75; a phrase counts as one term), sign turned.
        """
        if not terms:
            return []
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
        where, values = (filters or Filters()).condition()
        join = "JOIN passages p ON p.rowid = words.rowid JOIN articles a ON a.id = p.article_id" if where else ""
        rows = self.database.rows(
            f"SELECT words.rowid, -bm25(words) AS score FROM words {join} WHERE words MATCH ? {where} "
            "ORDER BY score DESC, words.rowid LIMIT ?",
            (match, *values, count),
        )
        return [(int(rowid), float(score)) for rowid, score in rows]

    def stems(self, rowids: Sequence[int]) -> dict[int, str]:
        """Return rowid → the passage's stems as they are indexed, with spaces between."""
        marks = ", ".join("?" * len(rowids))
        return dict(self.database.rows(f"SELECT rowid, stems FROM words WHERE rowid IN ({marks})", rowids))

    def average_stems(self) -> float:
        """Return how many stems a passage has on average, 0 in an empty store. Counted anew after a change."""
        generation = self.generation
        if self._average_stems is None or self._average_stems[0] != generation:
            spaces = "avg(length(stems) - length(replace(stems, ' ', '')) + 1)"
            self._average_stems = generation, float(self.database.rows(f"SELECT {spaces} FROM words")[0][0] or 0.0)
        return self._average_stems[1]

    def stem_counts(self, stems: Sequence[str]) -> dict[str, int]:
        """Return stem → how many passages hold it."""
        marks = ", ".join("?" * len(stems))
        rows = self.database.rows(f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})", stems)
        return dict.fromkeys(stems, 0) | {str(term): int(count) for term, count in rows}

    def words_like(self, beginning: str, min_chars: int, max_chars: int) -> list[tuple[str, int]]:
        """Return the archive's stems with this beginning and a length within the bounds, with their passage counts."""
        rows = self.database.rows(
            "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?",
            (beginning, beginning + "\U0010ffff", min_chars, max_chars),
        )
        return [(str(term), int(count)) for term, count in rows]

    def filtered(self, filters: Filters) -> tuple[Ids, int]:
        """Return the row ids of the passages within the filters, and how many articles they come from."""
        where, values = (filters or Filters()).condition()
        rows = self.database.rows(
            f"SELECT p.rowid, a.id FROM passages p JOIN articles a ON a.id = p.article_id WHERE 1 {where}", values
        )
        return np.array([rowid for rowid, _ in rows], dtype=np.int64), len({id for _, id in rows})


def _dated(connection: sqlite3.Connection, article: Article) -> Article:
    """Return an article with the times at which its text came in and last became another one."""
    now = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
    query = "SELECT text, entered_at, changed_at FROM articles WHERE id = ?"
    stood = connection.execute(query, (article.id,)).fetchone()
    if stood is None:
        return replace(article, entered_at=article.entered_at or now)
    text, entered_at, changed_at = stood
    return replace(article, entered_at=entered_at, changed_at=changed_at if text == article.text else now)


def _head(fields: Sequence[str]) -> Article:
    return Article(text="", **dict(zip(_HEAD_FIELDS.split(", "), fields, strict=True)))


def _delete(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    for id in ids:
        connection.execute(
            "UPDATE stories SET again = 1 WHERE story = (SELECT story FROM stories WHERE article_id = ?)", (id,)
        )  # its other articles are grouped anew (index.storage.story_groups)
        connection.execute("DELETE FROM words WHERE rowid IN (SELECT rowid FROM passages WHERE article_id = ?)", (id,))
        connection.execute("DELETE FROM articles WHERE id = ?", (id,))
