"""The truth: one SQLite file (WAL) with articles, passages, their vectors and the word index. Only file with sqlite3.

An article is written whole in one transaction: a kill at any moment leaves either all of it or nothing.
``generation`` counts the changes; caches made from the store carry it. Ids of passages here are SQLite row ids.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.articles import Article
from index.embedder import Vectors
from index.errors import StoreError
from index.filters import Filters
from index.passages import Passage
from index.vectors import Ids

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('generation', 0);
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, pipeline INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, title TEXT, date TEXT, date_rule TEXT, publisher TEXT, author TEXT,
    url TEXT, text TEXT NOT NULL, sha256 TEXT NOT NULL, embedder TEXT NOT NULL, pipeline INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_path ON articles (path);
CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL,
    UNIQUE (article_id, position)
);
CREATE VIRTUAL TABLE words USING fts5 (stems, tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
"""
_FIELDS = "id, path, title, date, date_rule, publisher, author, url, text, sha256"


@dataclass(frozen=True)
class Stored:
    """How an article is stored: digest of its content, its file, and what made its passages and vectors."""

    sha256: str
    path: str
    embedder: str
    pipeline: int


class Store:
    """The articles of one data folder. Safe to share by threads; use ``with`` or ``close`` it.

    Raises StoreError where the file is no index of this program, of another version, or cannot be read.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        if not create and not path.is_file():
            raise StoreError(f"Belum ada indeks di {path.parent}; buat dahulu: tanya index FOLDER --data {path.parent}")
        self._lock = threading.RLock()
        try:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error
        try:
            self._prepare(create)
        except sqlite3.Error as error:
            self.close()
            raise self._unusable(error) from error
        except StoreError:
            self.close()
            raise

    def _prepare(self, create: bool) -> None:
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == 0 and create:
            with self._change():
                for statement in _SCHEMA.split(";\n"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        elif version != _SCHEMA_VERSION:
            raise StoreError(
                f"Indeks {self.path} berversi {version}, program ini memakai versi {_SCHEMA_VERSION}; "
                "pilih --data lain atau hapus folder indeks itu lalu buat ulang."
            )

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(f"Indeks {self.path} tidak dapat dibuka ({error}); periksa berkas dan ruang disk.")

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

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
    ) -> None:
        """Write an article with its passages, ``(n, d)`` vectors and stems, in place of what stood under its id."""
        with self._change() as connection:
            self._delete([article.id])
            values = [getattr(article, name) for name in _FIELDS.split(", ")]
            connection.execute(
                f"INSERT INTO articles ({_FIELDS}, embedder, pipeline) VALUES ({', '.join('?' * (len(values) + 2))})",
                (*values, embedder, pipeline),
            )
            for passage, vector, words in zip(passages, vectors, stems, strict=True):
                rowid = connection.execute(
                    'INSERT INTO passages (article_id, position, start, "end", vector) VALUES (?, ?, ?, ?, ?)',
                    (article.id, passage.position, passage.start, passage.end, vector.astype("<f4").tobytes()),
                ).lastrowid
                connection.execute("INSERT INTO words (rowid, stems) VALUES (?, ?)", (rowid, words))

    def remove_articles(self, ids: Sequence[str]) -> None:
        """Forget these articles and all that hangs on them."""
        if ids:
            with self._change():
                self._delete(ids)

    def put_file(self, path: str, sha256: str, pipeline: int) -> None:
        """Record that all articles of this file, in this state, are in the store."""
        with self._change(bump=False) as connection:
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (path, sha256, pipeline))

    def remove_file(self, path: str) -> None:
        """Forget a file and its articles."""
        with self._change() as connection:
            self._delete([id for (id,) in connection.execute("SELECT id FROM articles WHERE path = ?", (path,))])
            connection.execute("DELETE FROM files WHERE path = ?", (path,))

    def _delete(self, ids: Sequence[str]) -> None:
        for id in ids:
            self._connection.execute(
                "DELETE FROM words WHERE rowid IN (SELECT rowid FROM passages WHERE article_id = ?)", (id,)
            )
            self._connection.execute("DELETE FROM articles WHERE id = ?", (id,))

    @contextmanager
    def _change(self, *, bump: bool = True) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    if bump:
                        self._connection.execute("UPDATE state SET value = value + 1 WHERE name = 'generation'")
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise StoreError(
                    f"Indeks {self.path} tidak dapat ditulis ({error}); yang sudah masuk tetap ada, "
                    "periksa ruang disk lalu ulangi."
                ) from error

    # --- reading ---

    @property
    def generation(self) -> int:
        """A number that grows with every change."""
        return int(self._rows("SELECT value FROM state WHERE name = 'generation'")[0][0])

    def counts(self) -> tuple[int, int]:
        """Return how many articles and how many passages there are."""
        row = self._rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)")[0]
        return int(row[0]), int(row[1])

    def embedders(self) -> list[str]:
        """Return the identities of the embedders whose vectors are here."""
        return [str(name) for (name,) in self._rows("SELECT DISTINCT embedder FROM articles ORDER BY embedder")]

    def files(self) -> dict[str, tuple[str, int]]:
        """Return path → (SHA-256 of its bytes, pipeline version) of every file that is wholly in."""
        return {path: (sha256, pipeline) for path, sha256, pipeline in self._rows("SELECT * FROM files")}

    def stored_articles(self, path: str | None = None) -> dict[str, Stored]:
        """Return id → how it is stored, of all articles or of those from one file."""
        query = "SELECT id, sha256, path, embedder, pipeline FROM articles"
        rows = self._rows(query) if path is None else self._rows(query + " WHERE path = ?", (path,))
        return {row[0]: Stored(*row[1:]) for row in rows}

    def owner(self, id: str) -> str | None:
        """Return the path of the file the article of this id came from, None where there is none."""
        rows = self._rows("SELECT path FROM articles WHERE id = ?", (id,))
        return str(rows[0][0]) if rows else None

    def paths(self) -> set[str]:
        """Return the paths of all files that are wholly or partly in."""
        return {path for (path,) in self._rows("SELECT path FROM articles UNION SELECT path FROM files")}

    def article(self, id: str) -> Article | None:
        """Return one article, None where there is none of that id."""
        rows = self._rows(f"SELECT {_FIELDS} FROM articles WHERE id = ?", (id,))
        if not rows:
            return None
        return Article(**dict(zip(_FIELDS.split(", "), rows[0], strict=True)))

    def passages(self, rowids: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """Return rowid → its passage and its article (the article without its text, to stay quick)."""
        found: dict[int, tuple[Passage, Article]] = {}
        fields = "a.id, a.path, a.title, a.date, a.date_rule, a.publisher, a.author, a.url, a.sha256"
        marks = ", ".join("?" * len(rowids))
        rows = self._rows(
            f'SELECT p.rowid, p.position, p.start, p."end", substr(a.text, p.start + 1, p."end" - p.start), {fields} '
            f"FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.rowid IN ({marks})",
            tuple(rowids),
        )
        for rowid, position, start, end, text, id, path, title, date, rule, publisher, author, url, sha256 in rows:
            article = Article(id, "", path, title, date, rule, publisher, author, url, sha256)
            found[rowid] = (Passage(id, position, start, end, text), article)
        return found

    def vectors(self) -> tuple[Ids, Vectors]:
        """Return all passages' row ids ``(n,)`` and vectors ``(n, d)``; d is 0 in an empty store."""
        rows = self._rows("SELECT rowid, vector FROM passages ORDER BY rowid")
        ids = np.array([rowid for rowid, _ in rows], dtype=np.int64)
        if not rows:
            return ids, np.empty((0, 0), dtype=np.float32)
        matrix = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4")
        return ids, matrix.reshape(len(rows), -1).astype(np.float32, copy=False)

    def search_words(self, terms: Sequence[str], count: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """Return up to ``count`` pairs of row id and BM25 score (higher is better), best first.

        A term is a stem, or several stems with spaces between: a phrase. A passage counts when it holds any of the
        terms. Scores are FTS5's bm25() (k1 1.2, b 0.75; a phrase counts as one term), sign turned.
        """
        if not terms:
            return []
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
        where, values = _condition(filters)
        join = "JOIN passages p ON p.rowid = words.rowid JOIN articles a ON a.id = p.article_id" if where else ""
        rows = self._rows(
            f"SELECT words.rowid, -bm25(words) AS score FROM words {join} WHERE words MATCH ? {where} "
            "ORDER BY score DESC, words.rowid LIMIT ?",
            (match, *values, count),
        )
        return [(int(rowid), float(score)) for rowid, score in rows]

    def stem_counts(self, stems: Sequence[str]) -> dict[str, int]:
        """Return stem → how many passages hold it."""
        marks = ", ".join("?" * len(stems))
        rows = self._rows(f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})", stems)
        return dict.fromkeys(stems, 0) | {str(term): int(count) for term, count in rows}

    def filtered(self, filters: Filters) -> tuple[Ids, int]:
        """Return the row ids of the passages within the filters, and how many articles they come from."""
        where, values = _condition(filters)
        rows = self._rows(
            f"SELECT p.rowid, a.id FROM passages p JOIN articles a ON a.id = p.article_id WHERE 1 {where}", values
        )
        return np.array([rowid for rowid, _ in rows], dtype=np.int64), len({id for _, id in rows})

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            try:
                return self._connection.execute(query, tuple(values)).fetchall()
            except sqlite3.Error as error:
                raise StoreError(f"Indeks {self.path} tidak dapat dibaca ({error}).") from error


def _condition(filters: Filters | None) -> tuple[str, tuple[str, ...]]:
    if not filters:
        return "", ()
    parts = {
        "AND a.date >= ?": filters.date_from,
        "AND a.date <= ?": filters.date_to,
        "AND lower(a.publisher) = lower(?)": filters.publisher,
    }
    used = {part: value for part, value in parts.items() if value}
    return " ".join(used), tuple(used.values())
