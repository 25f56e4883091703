"""One SQLite file in WAL mode: its tables, its transactions and its errors. Only file with sqlite3.

A change is one transaction: a kill at any moment leaves either all of it or nothing. ``generation`` counts the changes
that a search can see; caches made from the store carry it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import StoreError

SCHEMA_VERSION = 5
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
# Version → the statements that bring a file from it to the next one.
_MIGRATIONS = {
    1: """
ALTER TABLE passages ADD COLUMN digest BLOB;
CREATE INDEX passages_by_digest ON passages (digest);
CREATE TABLE stories (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, signature BLOB NOT NULL, story TEXT,
    again INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX stories_by_story ON stories (story);
CREATE TABLE copies (
    a TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    b TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX copies_by_b ON copies (b);
""",
    2: """
CREATE TABLE spoken (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE
);
CREATE VIRTUAL TABLE runs USING fts5 (names, content = '', detail = none, columnsize = 0, tokenize = 'ascii');
CREATE VIRTUAL TABLE run_counts USING fts5vocab (runs, row);
""",
    3: """
CREATE TABLE history (
    id INTEGER PRIMARY KEY, reader TEXT NOT NULL, session TEXT NOT NULL, kind TEXT NOT NULL, asked_at TEXT NOT NULL,
    question TEXT NOT NULL, state TEXT NOT NULL, record TEXT, rating INTEGER
);
CREATE INDEX history_by_reader ON history (reader, session);
CREATE TABLE corrections (article_id TEXT PRIMARY KEY, stated TEXT NOT NULL, found TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE removed (article_id TEXT PRIMARY KEY, article TEXT NOT NULL, removed_at TEXT NOT NULL) WITHOUT ROWID;
""",
    4: """
CREATE TABLE numbered (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE, words INTEGER NOT NULL
);
CREATE VIRTUAL TABLE full_text USING fts5 (
    title, text, author, publisher, content = '', columnsize = 0, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE full_text_places USING fts5vocab (full_text, instance);
CREATE TABLE forms (form TEXT PRIMARY KEY, stem TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX forms_by_stem ON forms (stem);
""",
}


class Database:
    """A connection that threads may share. Raises StoreError where the file is not of this program or cannot be read.

    ``create`` makes what is missing; a file of an older version is brought up to this one.
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

    def close(self) -> None:
        """Release the file; safe to call twice."""
        with self._lock:
            self._connection.close()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock:
            try:
                return self._connection.execute(query, tuple(values)).fetchall()
            except sqlite3.Error as error:
                raise StoreError(f"Indeks {self.path} tidak dapat dibaca ({error}).") from error

    def stream(self, query: str, values: Sequence[object] = ()) -> Generator[tuple[Any, ...]]:
        """Yield the rows of a query one by one, as of one moment; other threads wait until the last is taken."""
        with self._lock:
            try:
                yield from self._connection.execute(query, tuple(values))
            except sqlite3.Error as error:
                raise StoreError(f"Indeks {self.path} tidak dapat dibaca ({error}).") from error

    @contextmanager
    def change(self, *, bump: bool = True) -> Iterator[sqlite3.Connection]:
        """Run one transaction; ``bump`` says that a search may find something else after it."""
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

    def _prepare(self, create: bool) -> None:
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        version = self._version()
        if version == SCHEMA_VERSION:
            return
        if (version == 0 and not create) or version > SCHEMA_VERSION:
            raise StoreError(
                f"Indeks {self.path} berversi {version}, program ini memakai versi {SCHEMA_VERSION}; "
                "pilih --data lain atau hapus folder indeks itu lalu buat ulang."
            )
        with self.change():
            version = self._version()  # again: another process may have been quicker
            if version == 0:
                self._run(_SCHEMA)
                version = 1
            for older in range(version, SCHEMA_VERSION):
                self._run(_MIGRATIONS[older])
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self) -> int:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    def _run(self, statements: str) -> None:
        for statement in statements.split(";\n"):
            self._connection.execute(statement)

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(f"Indeks {self.path} tidak dapat dibuka ({error}); periksa berkas dan ruang disk.")
