"""One SQLite file in WAL mode: its tables, its transactions and its errors. Only file with sqlite3.

A change is one transaction: a kill at any moment leaves either all of it or nothing. ``generation`` counts the changes
that a search can see; caches made from the store carry it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from index.articles import text_digest
from index.errors import StoreError
from index.text.sounds import sounds

SCHEMA_VERSION = 10
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
RESTORED = ".pulih"  # ends the name of a whole index on its way to its place (index.storage.daily_copy)
KEEP = (
    "foldernya jangan dihapus: unggahan, riwayat, koreksi, kumpulan dan daftar pembaca di dalamnya "
    "tidak dapat dibuat ulang"
)
_MAX_IDLE = 8  # connections kept for the next reader
_CACHE_KIB = 8192  # of pages, for each of them
# What reading a damaged file raises: SQLite's message about it may itself be no text.
_FAULTS = (sqlite3.Error, UnicodeError)
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
    # Decisions hold by the text too; where an article came from and when; files that went beyond what reading may take.
    4: """
ALTER TABLE articles ADD COLUMN folder TEXT;
ALTER TABLE articles ADD COLUMN place TEXT;
ALTER TABLE articles ADD COLUMN entered_at TEXT;
ALTER TABLE articles ADD COLUMN changed_at TEXT;
ALTER TABLE articles ADD COLUMN uploaded_by TEXT;
ALTER TABLE articles ADD COLUMN uploaded_at TEXT;
ALTER TABLE corrections ADD COLUMN text_sha256 TEXT;
UPDATE corrections SET text_sha256 = (SELECT text_digest(a.text) FROM articles a WHERE a.id = article_id);
CREATE INDEX corrections_by_text ON corrections (text_sha256);
ALTER TABLE removed ADD COLUMN text_sha256 TEXT;
UPDATE removed SET text_sha256 = text_digest(json_extract(article, '$.text'));
CREATE INDEX removed_by_text ON removed (text_sha256);
CREATE TABLE held_back (
    article_id TEXT PRIMARY KEY, path TEXT NOT NULL, text_sha256 TEXT NOT NULL, removed_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX held_back_by_text ON held_back (text_sha256);
CREATE TABLE uploads (folder TEXT PRIMARY KEY, reader TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE set_aside (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, pipeline INTEGER NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
""",
    # Every word of every article with its place (index.storage.full_text).
    5: """
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
    # What no search should have to count or look for in the articles themselves: counts, where an article's passages
    # are (their row ids follow one another), what stems sound like, which passages have gone.
    6: """
INSERT INTO state SELECT 'articles', count(*) FROM articles;
INSERT INTO state SELECT 'passages', count(*) FROM passages;
INSERT INTO state SELECT 'stems', coalesce(sum(stems_in(stems)), 0) FROM words;
INSERT INTO state SELECT 'highest_passage', coalesce(max(rowid), 0) FROM passages;
CREATE TABLE tallies (
    kind TEXT NOT NULL, name TEXT NOT NULL, articles INTEGER NOT NULL, PRIMARY KEY (kind, name)
) WITHOUT ROWID;
INSERT INTO tallies SELECT 'embedder', embedder, count(*) FROM articles GROUP BY embedder;
INSERT INTO tallies SELECT 'publisher', publisher, count(*) FROM articles WHERE publisher > '' GROUP BY publisher;
CREATE TABLE spans (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, date TEXT, publisher TEXT,
    first INTEGER NOT NULL, passages INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO spans SELECT a.id, a.date, lower(a.publisher), min(p.rowid), count(*)
    FROM passages p JOIN articles a ON a.id = p.article_id GROUP BY p.article_id;
CREATE INDEX spans_by_date ON spans (date, publisher, first, passages);
CREATE INDEX spans_by_publisher ON spans (publisher, date, first, passages);
CREATE TABLE gone (first INTEGER PRIMARY KEY, passages INTEGER NOT NULL, generation INTEGER NOT NULL);
CREATE INDEX gone_by_generation ON gone (generation);
CREATE TABLE sounds (sound TEXT NOT NULL, stem TEXT NOT NULL, PRIMARY KEY (sound, stem)) WITHOUT ROWID;
INSERT OR IGNORE INTO sounds SELECT sound_of(term, 0), term FROM vocabulary;
INSERT OR IGNORE INTO sounds SELECT sound_of(term, 1), term FROM vocabulary;
CREATE TABLE packed (
    stem TEXT NOT NULL, block INTEGER NOT NULL, places BLOB NOT NULL, PRIMARY KEY (stem, block)
) WITHOUT ROWID;
CREATE INDEX packed_by_block ON packed (block);
CREATE INDEX stories_again ON stories (article_id) WHERE again;
""",
    # Collections, and the digest of each text by which an article stays in them (index.storage.collections).
    7: """
CREATE TABLE texts (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, sha256 TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO texts SELECT id, text_digest(text) FROM articles;
CREATE INDEX texts_by_sha256 ON texts (sha256);
CREATE TABLE collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, readers TEXT, made_at TEXT NOT NULL, deleted_at TEXT
);
CREATE UNIQUE INDEX collections_by_name ON collections (name COLLATE NOCASE) WHERE deleted_at IS NULL;
CREATE TABLE collected (
    collection INTEGER NOT NULL, article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, moved INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (collection, article_id)
) WITHOUT ROWID;
CREATE TABLE collected_folders (
    collection INTEGER NOT NULL, folder TEXT NOT NULL, PRIMARY KEY (collection, folder)
) WITHOUT ROWID;
CREATE INDEX collected_by_article ON collected (article_id);
CREATE INDEX collected_by_text ON collected (text_sha256);
""",
    # What was read by OCR, page by page (index.articles).
    8: "ALTER TABLE articles ADD COLUMN ocr TEXT;",
    # Who is quoted in an article, and which articles were read for it (index.storage.speakers).
    9: """
CREATE TABLE speakers (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, key TEXT NOT NULL, name TEXT,
    PRIMARY KEY (article_id, key)
) WITHOUT ROWID;
CREATE INDEX speakers_by_key ON speakers (key);
CREATE TABLE speakers_read (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, version INTEGER NOT NULL
) WITHOUT ROWID;
""",
}
_HAS_TOUCHED = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'touched'"
# One row: whether what version 7 keeps beside the articles is not as they are.
_OUT_OF_STEP = """
SELECT coalesce((SELECT max(rowid) FROM passages), 0) > (SELECT value FROM state WHERE name = 'highest_passage')
    OR (SELECT value FROM state WHERE name = 'articles') <> (SELECT count(*) FROM articles)
    OR (SELECT value FROM state WHERE name = 'passages') <> (SELECT coalesce(sum(passages), 0) FROM spans)
"""
# The packed words and the file of the vectors may hold a row id that was given again: both are made anew.
_BESIDE_ANEW = """
DELETE FROM spans;
INSERT INTO spans SELECT a.id, a.date, lower(a.publisher), min(p.rowid), count(*)
    FROM passages p JOIN articles a ON a.id = p.article_id GROUP BY p.article_id;
DELETE FROM tallies;
INSERT INTO tallies SELECT 'embedder', embedder, count(*) FROM articles GROUP BY embedder;
INSERT INTO tallies SELECT 'publisher', publisher, count(*) FROM articles WHERE publisher > '' GROUP BY publisher;
UPDATE state SET value = (SELECT count(*) FROM articles) WHERE name = 'articles';
UPDATE state SET value = (SELECT count(*) FROM passages) WHERE name = 'passages';
UPDATE state SET value = (SELECT coalesce(sum(stems_in(stems)), 0) FROM words) WHERE name = 'stems';
UPDATE state SET value = max(value, (SELECT coalesce(max(rowid), 0) FROM passages)) WHERE name = 'highest_passage';
INSERT OR IGNORE INTO sounds SELECT sound_of(term, 0), term FROM vocabulary;
INSERT OR IGNORE INTO sounds SELECT sound_of(term, 1), term FROM vocabulary;
DELETE FROM gone WHERE EXISTS (SELECT 1 FROM passages WHERE rowid BETWEEN first AND first + gone.passages - 1);
DELETE FROM packed;
UPDATE state SET value = 0 WHERE name = 'packed_to';
UPDATE state SET value = value + 1 WHERE name = 'packing';
DELETE FROM state WHERE name = 'vectors';
"""


class Database:
    """An open file that threads may share. Raises StoreError where the file is not of this program or cannot be read.

    ``create`` makes what is missing; a file of an older version is brought up to this one. In a folder that cannot be
    written to, it is read as it is (``read_only``).
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._at = path.absolute()  # the working folder may become another one
        if not path.is_file() and path.with_name(path.name + RESTORED).is_file():
            raise StoreError(f"Pemulihan {path} terputus; selesaikan: tanya restore --data {path.parent}; {KEEP}.")
        if not create and not path.is_file():
            raise StoreError(f"Belum ada indeks di {path.parent}; buat dahulu: tanya index FOLDER --data {path.parent}")
        self._lock = threading.RLock()  # of the connection that writes
        self._changing_thread: int | None = None
        self._idle: list[sqlite3.Connection] = []  # connections that read, each of one thread at a time
        self._idle_lock = threading.Lock()
        self._closed = False
        self._prepared = False
        # Called just before a change is committed; what it raises takes the change back (index.storage.shared_truth).
        self.before_commit: Callable[[sqlite3.Connection], None] | None = None
        self.is_shared = False
        self.read_only = path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
        try:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _identity(self._at)
            self._content = self._content_now() if self.read_only else None
            uri = self._at.as_uri()
            self._place = self._read_only_place() if self.read_only else f"{uri}?mode={'rwc' if create else 'rw'}"
            self._connection = self._connected()
            if not self.read_only:  # subtle: from here on nobody makes an empty file where the index has gone
                self._place = f"{uri}?mode=rw"
            self._file = self._file or _identity(self._at)
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error
        try:
            self._prepare(create)
            self._prepared = True
            self.keep_in_step()
        except _FAULTS as error:
            self.close()
            raise self._unusable(error) from error
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Release the file; safe to call twice."""
        with self._lock, self._idle_lock:
            self._closed = True
            for connection in (self._connection, *self._idle):
                connection.close()
            self._idle.clear()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query; no thread waits for another, nor for one that writes."""
        try:
            with self._reading() as connection:
                return connection.execute(query, tuple(values)).fetchall()
        except _FAULTS as error:
            raise self._damaged(error) from error

    def stream(self, query: str, values: Sequence[object] = ()) -> Generator[tuple[Any, ...]]:
        """Yield the rows of a query one by one, as of one moment."""
        try:
            with self._reading() as connection:
                yield from connection.execute(query, tuple(values))
        except _FAULTS as error:
            raise self._damaged(error) from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to one query: within a change the one that writes, which sees what is not yet committed."""
        if self._changing_thread == threading.get_ident():
            yield self._connection
            return
        with self._idle_lock:
            if self._closed:
                raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
            if self.read_only:
                self._follow_owner()
            content = self._content
            connection = self._idle.pop() if self._idle else None
        try:
            connection = connection or self._connected()
        except sqlite3.Error:
            self._check_file()
            raise
        try:
            self._check_file()  # after opening: what was opened is then the file of before
            yield connection
        finally:
            with self._idle_lock:
                if self._closed or len(self._idle) >= _MAX_IDLE or content != self._content:
                    connection.close()
                else:
                    self._idle.append(connection)

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._place, isolation_level=None, check_same_thread=False, timeout=30, uri=True)
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return connection

    def _follow_owner(self) -> None:
        """Let go of the connections where the owner of a file that is only read here has written to it.

        subtle: SQLite takes a file opened as ``immutable`` at its word and mixes pages of before and after.
        """
        content = self._content_now()
        if content != self._content:
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            self._place, self._content = self._read_only_place(), content

    def _content_now(self) -> tuple[int, int, bool] | None:
        """Return what tells whether a file was written to; None where there is none."""
        try:
            found = self._at.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, self._waits_in_log()

    def _check_file(self) -> None:
        """Raise StoreError where another file, or none, lies in place of the one that was opened."""
        if _identity(self._at) != self._file:
            raise StoreError(
                f"Indeks {self.path} sudah diganti atau dipindahkan sejak dibuka; "
                "hentikan program ini lalu jalankan lagi."
            )

    @contextmanager
    def change(self, *, bump: bool = True) -> Iterator[sqlite3.Connection]:
        """Run one transaction; ``bump`` says that a search may find something else after it.

        One within another, in the same thread, is part of it: what both write is in whole or not at all.
        """
        with self._lock:
            if self.read_only:
                raise StoreError(
                    f"Indeks {self.path} hanya dapat dibaca; salin foldernya ke tempat yang dapat ditulis."
                )
            if self._changing_thread is not None:
                yield self._connection
                if bump:
                    self._bump()
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._changing_thread = threading.get_ident()
                try:
                    if self._prepared and self._version() != SCHEMA_VERSION:
                        raise StoreError(
                            f"Indeks {self.path} sudah diperbarui oleh program versi lain sejak dibuka; "
                            "hentikan program ini lalu jalankan yang baru."
                        )
                    yield self._connection
                    if bump:
                        self._bump()
                    self._check_file()
                    if self.before_commit is not None:
                        self.before_commit(self._connection)
                    elif self.is_shared:
                        self._refuse_unsent()
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
                finally:
                    self._changing_thread = None
            except _FAULTS as error:
                raise StoreError(
                    f"Indeks {self.path} tidak dapat ditulis ({error}); yang sudah masuk tetap ada, "
                    "periksa ruang disk lalu ulangi."
                ) from error

    def _refuse_unsent(self) -> None:
        """Raise StoreError for a change of an archive that others share, made where they would not hear of it."""
        if self._connection.execute("SELECT 1 FROM touched LIMIT 1").fetchone():
            raise StoreError(
                f"Indeks {self.path} milik bersama di PostgreSQL; sebutkan alamatnya: --store atau TANYA_STORE."
            )

    def _prepare(self, create: bool) -> None:
        self._connection.create_function("text_digest", 1, text_digest, deterministic=True)
        self._connection.create_function("sound_of", 2, _sound_of, deterministic=True)
        self._connection.create_function("stems_in", 1, stems_in, deterministic=True)
        self._connection.execute("PRAGMA foreign_keys = ON")
        if not self.read_only:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        version = self._version()
        self.is_shared = version > 0 and bool(self._connection.execute(_HAS_TOUCHED).fetchall())
        if version == SCHEMA_VERSION:
            return
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"Indeks {self.path} berversi {version}, program ini memakai versi {SCHEMA_VERSION}; "
                f"pilih --data lain atau pakai program yang lebih baru; {KEEP}."
            )
        if self.read_only:
            raise StoreError(
                f"Indeks {self.path} berversi {version} dan hanya dapat dibaca; salin foldernya ke tempat yang dapat "
                f"ditulis agar diperbarui ke versi {SCHEMA_VERSION}."
            )
        if version == 0 and not create:
            raise StoreError(f"Berkas {self.path} kosong atau bukan indeks program ini (versi 0); {_mend(self.path)}.")
        with self.change():
            version = self._version()  # again: another process may have been quicker
            if version == 0:
                self._run(_SCHEMA)
                version = 1
            for older in range(version, SCHEMA_VERSION):
                self._run(_MIGRATIONS[older])
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def keep_in_step(self) -> None:
        """Make anew what is kept beside the articles where it is not as they are.

        A program of before version 7 that had the index open while it was brought up wrote articles without it.
        """
        if self.read_only or not self.rows(_OUT_OF_STEP)[0][0]:
            return
        with self.change() as connection:
            if connection.execute(_OUT_OF_STEP).fetchone()[0]:  # else another process was quicker
                self._run(_BESIDE_ANEW)

    def _bump(self) -> None:
        self._connection.execute("UPDATE state SET value = value + 1 WHERE name = 'generation'")

    def _version(self) -> int:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    def _run(self, statements: str) -> None:
        for statement in statements.split(";\n"):
            self._connection.execute(statement)

    def _read_only_place(self) -> str:
        """Return how the file is opened where nothing can be written beside it.

        subtle: SQLite reads a file that nobody changes without its log. Where changes still wait in the log, only
        SQLite itself knows whether it can read them from here.
        """
        return f"{self._at.as_uri()}?mode=ro{'' if self._waits_in_log() else '&immutable=1'}"

    def _waits_in_log(self) -> bool:
        log = self._at.with_name(f"{self._at.name}-wal")
        try:
            return log.stat().st_size > 0
        except OSError:
            return False

    def _unusable(self, error: Exception) -> StoreError:
        if self.read_only or not isinstance(error, sqlite3.DatabaseError | UnicodeError) or _is_of_the_disk(error):
            return StoreError(f"Indeks {self.path} tidak dapat dibuka ({_line(error)}); periksa berkas dan ruang disk.")
        return StoreError(f"Indeks {self.path} tidak dapat dibuka ({_line(error)}); {_mend(self.path)}.")

    def _damaged(self, error: Exception) -> StoreError:
        if isinstance(error, sqlite3.ProgrammingError) or _is_of_the_disk(error):
            return StoreError(f"Indeks {self.path} tidak dapat dibaca ({_line(error)}).")
        if self.read_only:
            return StoreError(
                f"Indeks {self.path} tidak dapat dibaca ({_line(error)}); mungkin sedang ditulis pemiliknya; "
                "ulangi sebentar lagi."
            )
        return StoreError(f"Indeks {self.path} tidak dapat dibaca ({_line(error)}); {_mend(self.path)}.")


def parted(stems: str) -> list[str]:
    """Return the words of stems with spaces between, parted and folded as FTS5 does.

    >>> parted("wali_kota logoς")
    ['wali', 'kota', 'logoσ']
    """
    return stems.replace("_", " ").replace("ς", "σ").split()


def stems_in(stems: str) -> int:
    """Return how many words FTS5 finds in stems with spaces between.

    >>> stems_in("wali_kota solo")
    3
    """
    return len(parted(stems))


def _identity(path: Path) -> tuple[int, int] | None:
    """Return which file lies at a path, whatever it holds; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _sound_of(word: str, number: int) -> str:
    """Return one of what a word sounds like, the last where it has fewer."""
    alike = sorted(sounds(word))
    return alike[min(number, len(alike) - 1)]


def tables_of(source: Path, names: Sequence[str], target: Path, files: Mapping[str, bytes]) -> None:
    """Write some tables of an index, as of one moment, and some files as rows of a table ``kept_files``, to a new file.

    Raises StoreError where the index cannot be read or the file not be written.
    """
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("ATTACH ':memory:' AS kept")
            connection.execute("BEGIN")
            there = {name for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
            for name in names:
                if name in there:
                    connection.execute(f"CREATE TABLE kept.{name} AS SELECT * FROM main.{name}")
            connection.execute("CREATE TABLE kept.kept_files (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
            connection.executemany("INSERT INTO kept.kept_files VALUES (?, ?)", files.items())
            connection.execute("COMMIT")
            with closing(sqlite3.connect(target)) as copy:
                connection.backup(copy, name="kept")
    except (*_FAULTS, OSError) as error:
        raise StoreError(f"Salinan {target} tidak dapat dibuat ({_line(error)}); periksa ruang disk.") from error


def rows_kept(path: Path, name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the columns and the rows of a table, as many as can be read; none of a table that is not there."""
    rows: list[tuple[Any, ...]] = []
    columns: list[str] = []
    with suppress(*_FAULTS, OSError), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as one:
        cursor = one.execute(f"SELECT * FROM {name}")
        columns = [column[0] for column in cursor.description]
        rows.extend(cursor)  # subtle: row by row; what comes before a torn page is kept
    return columns, rows


def holds_rows(path: Path, names: Sequence[str]) -> bool:
    """Tell whether one of these tables has a row that can be read."""
    with suppress(*_FAULTS, OSError), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as one:
        there = {name for (name,) in one.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return any(one.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in names if name in there)
    return False


def is_sound(path: Path) -> bool:
    """Tell whether a file is an index, or a copy of its tables, that can be read from end to end."""
    # subtle: a kill can leave a change half written beside its journal; only whoever may write takes it back.
    for mode in ("ro", "rw"):
        with suppress(*_FAULTS, OSError), closing(_by_uri(path, mode)) as one:
            return bool(one.execute("PRAGMA quick_check").fetchone() == ("ok",))
    return False


def _by_uri(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)


def _mend(path: Path) -> str:
    return f"pulihkan: tanya restore --data {path.parent}; {KEEP}"


def _line(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "isinya rusak"
    return " ".join(str(error).split())


def _is_of_the_disk(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and any(
        word in str(error) for word in ("unable to open", "disk", "locked", "readonly", "full")
    )
