"""One truth for several machines: PostgreSQL holds it, each machine's SQLite file is what is read there.

    a change here → its rows, as they now are → PostgreSQL, with the next number → committed here
    a higher number there → the rows behind it → here

Triggers note which rows of the shared tables a change touches, so no path that writes can be forgotten. What is written
goes to PostgreSQL just before it is committed here: a kill between the two leaves it there, and the next opening brings
it back. What readers asked (history, conversations, alerts, tables of quotations) is each machine's own and never sent.
"""

from __future__ import annotations

import hashlib
import json
import logging
import platform
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from index.articles import Article
from index.errors import IndexLocked, StoreAway, StoreError
from index.passages import Passage
from index.storage.daily_copy import keep_daily
from index.storage.full_text import FullText
from index.storage.lock import writing
from index.storage.ngram_index import Runs
from index.storage.postgres_server import NOT_WRITTEN, Changes, PostgresServer, Row, StoredPassage
from index.storage.repository import Store
from index.storage.story_groups import Stories

if TYPE_CHECKING:
    import sqlite3

# Shared table → its key. What else is in the store is made of these, or is this machine's own.
SHARED = {
    "articles": ("id",),
    "files": ("path",),
    "corrections": ("article_id",),
    "removed": ("article_id",),
    "held_back": ("article_id",),
    "uploads": ("folder",),
    "collections": ("id",),
    "collected": ("collection", "article_id"),
    "collected_folders": ("collection", "folder"),
}
_DECISIONS = [name for name in SHARED if name != "articles"]
# What is noted of the shared archive in the local file. ``elsewhere`` are the files that another machine reads.
_TABLES = """
CREATE TABLE touched (kind TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE unsent (kind TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE elsewhere (path TEXT PRIMARY KEY) WITHOUT ROWID
"""
_ONCE = 500  # articles that are taken in together with the decisions, so that no reader sees a state in between
_CHUNK = 200  # rows of an archive that is sent for the first time, a change each
_TRIES = 5
_log = logging.getLogger("tanya.store")


class SharedTruth:
    """What keeps one store in step with PostgreSQL. Safe to share by threads.

    >>> truth = SharedTruth(store, "postgresql://arsip@10.0.0.7/arsip"); truth.open()  # doctest: +SKIP
    >>> with truth.writing(): Indexer(store, embedder).run(paths)  # doctest: +SKIP

    ``problem`` is one line where the server could not be reached when it was last asked, "" otherwise.
    """

    def __init__(
        self, store: Store, address: str, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> None:
        """``progress`` is told how far a long step is: articles taken in, then their words; rows sent."""
        self._store = store
        self._progress = progress
        self._database = store.database
        # subtle: two connections, as who takes in waits for SQLite while who sends holds it
        self._reading, self._sending = PostgresServer(address), PostgresServer(address)
        self._host = platform.node() or "mesin"
        self._columns: dict[str, list[str]] = {}
        self.problem = ""

    def close(self) -> None:
        """Let go of the server."""
        self._reading.close()
        self._sending.close()

    @property
    def number(self) -> int:
        """The number of the last change that is in the local file."""
        return self._state().get("store_number", 0)

    def open(self) -> None:
        """Connect the store and take in what others changed; without the server, ``problem`` tells so.

        Raises StoreError where the local file holds another archive than the server.
        """
        if self._database.read_only:
            return
        is_tied = self._watch()  # whether or not the server is there
        try:
            if is_tied and not self._is_moved() and self._is_in_step():
                return
            with writing(self._store.path.parent):
                if self._connect():
                    self._take_in()
        except IndexLocked:
            pass  # whoever writes here keeps it in step
        except StoreAway as error:
            self._away(error)

    def follow(self) -> bool:
        """Take in what others changed since, where nobody writes here; return whether there was anything.

        ``problem`` tells what is in the way.
        """
        try:
            if not self._watch():
                return False
            if self._is_in_step():
                self.problem = ""
                return False
            with writing(self._store.path.parent):
                return self._take_in()
        except IndexLocked:
            self.problem = (
                "Perubahan dari mesin lain, juga siapa boleh melihat apa, menunggu sampai indeks di sini selesai."
            )
            return False
        except StoreAway as error:
            self._away(error)
        except StoreError as error:
            self.problem = str(error)
        return False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write to the archive, on all machines; the local one is held already.

        What others changed is in by then, and what was here before the archive was shared has been sent. Raises
        StoreAway, before anything is written, where the server is not there.
        """
        with ExitStack() as held:
            try:
                archive, _ = self._sending.archive()
                held.enter_context(self._sending.sole_writer(archive, self._host))
                self._connect(may_send=True)
                self._take_in()
            except StoreAway as error:
                self._away(error)
                raise StoreAway(f"{error}; {NOT_WRITTEN}") from error
            self._send_unsent()
            yield

    # --- connected ---

    def _connect(self, *, may_send: bool = False) -> bool:
        """Tie the local file to the archive of the server: an empty one to any, a filled one to an empty archive.

        Return whether it is.
        """
        archive, number = self._reading.archive()
        state = self._state()
        if state.get("store") == archive:
            if self._is_moved():
                self._begin_elsewhere()
            return self._watch()
        dir_ = self._store.path.parent
        articles, _ = self._store.counts()
        is_empty = not articles and not any(self._database.rows(f"SELECT 1 FROM {name} LIMIT 1") for name in SHARED)
        if number and (articles or (state.get("store") and not is_empty)):
            raise StoreError(
                f"Indeks {dir_} berisi {articles} artikel yang bukan dari {self._reading.shown}; pakai --data folder "
                "lain yang kosong, lalu masukkan foldernya dengan tanya index --store."
            )
        if not number and not is_empty and not may_send:
            self.problem = (
                f"Indeks {dir_} belum dikirim ke {self._reading.shown}; kirim: tanya index --store … --data {dir_}"
            )
            return False
        if number and not is_empty:
            keep_daily(self._store.path)
        self._tie(archive, keeps=not number)
        return self._watch()

    def _is_in_step(self) -> bool:
        """Whether the local file holds all that the server has, and all that is made of it here."""
        archive, _ = self._reading.archive()
        state = self._state()
        if state["store"] != archive or state.get("store_behind"):
            return False
        return self._reading.stands_at(state["store_number"], state["store_mark"])

    def _is_moved(self) -> bool:
        """Whether the data folder was copied or moved since: another machine may have what it was copied from."""
        return self._state().get("store_here") != self._here()

    def _begin_elsewhere(self) -> None:
        """Take a name of its own for a folder that was copied; its files are another machine's until they are seen."""
        with self._database.change(bump=False) as connection:
            connection.execute("INSERT OR IGNORE INTO elsewhere SELECT path FROM files")
            _put(connection, {"store_machine": secrets.randbits(62), "store_here": self._here()})

    def _watch(self) -> bool:
        """See to it that changes of a store that is tied to an archive are sent; return whether it is."""
        is_tied = bool(self._state().get("store"))
        if is_tied:
            self._database.is_shared = True
            self._database.before_commit = self._before_commit
        return is_tied

    def _tie(self, archive: int, *, keeps: bool) -> None:
        """Note whose the local file is; what it ``keeps`` is to be sent, else its decisions make room for the server's.

        They came from a copy (``tanya restore``), which stays where it is.
        """
        with self._database.change(bump=False) as connection:
            for name in ("touched", "unsent", "elsewhere"):
                connection.execute(f"DROP TABLE IF EXISTS {name}")
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            for name, key in SHARED.items():
                for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
                    noted = "; ".join(_noting(name, row, key) for row in rows)
                    connection.execute(f"DROP TRIGGER IF EXISTS touched_{name}_{event.lower()}")
                    connection.execute(
                        f"CREATE TRIGGER touched_{name}_{event.lower()} AFTER {event} ON {name} BEGIN {noted}; END"
                    )
                if keeps:
                    connection.execute(f"INSERT INTO unsent SELECT '{name}', json_array({', '.join(key)}) FROM {name}")
                elif name != "articles":
                    connection.execute(f"DELETE FROM {name}")
            connection.execute("DELETE FROM touched")
            _put(
                connection,
                {
                    "store": archive,
                    "store_number": 0,
                    "store_mark": 0,
                    "store_partly": 0,
                    "store_machine": secrets.randbits(62),
                    "store_here": self._here(),
                },
            )

    def _send_unsent(self) -> None:
        """Send what was here before the archive was shared; a kill loses nothing of it."""
        (total,) = self._database.rows("SELECT count(*) FROM unsent")[0]
        done = 0
        # A file is done when its articles are in: it comes last, and who may see an article before it.
        query = "SELECT kind, key FROM unsent ORDER BY kind = 'files', kind DESC, key LIMIT ?"
        while some := self._database.rows(query, (_CHUNK,)):
            with self._database.change(bump=False) as connection:
                connection.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?)", some)
                connection.executemany("DELETE FROM unsent WHERE kind = ? AND key = ?", some)
            done += len(some)
            self._progress(done, total)
        if self._database.rows("SELECT 1 FROM touched LIMIT 1"):  # by a program that did not know of the server
            with self._database.change(bump=False):
                pass

    # --- sent ---

    def _before_commit(self, connection: sqlite3.Connection) -> None:
        """Send what the change that is about to be committed touched; its number is committed with it."""
        touched = connection.execute("SELECT kind, key FROM touched ORDER BY kind, key").fetchall()
        if not touched:
            return
        rows = [self._row(connection, kind, key) for kind, key in touched]
        passages = [
            passage
            for row in rows
            if row.kind == "articles" and row.value is not None
            for passage in _passages(connection, row)
        ]
        state = self._state()
        number, mark = self._sending.send(
            state["store_number"], state["store_mark"], state["store_machine"], self._host, rows, passages,
            lambda changes: self._rebase(connection, changes, {row.id for row in rows}),
        )  # fmt: skip
        connection.execute("DELETE FROM touched")
        own_files = [json.loads(row.key) for row in rows if row.kind == "files" and row.value is not None]
        connection.executemany("DELETE FROM elsewhere WHERE path = ?", own_files)
        _put(connection, {"store_number": number, "store_mark": mark, "store_partly": 0})

    def _rebase(self, connection: sqlite3.Connection, changes: Changes, own: set[bytes]) -> None:
        """Take in what others wrote meanwhile; refuse where it is what is being written here, or too much."""
        if changes.articles > _ONCE:
            raise StoreError(
                f"Perubahan ini tidak ditulis: arsip di mesin ini belum menyusul {self._sending.shown}; tunggu sampai "
                "semuanya masuk lalu ulangi."
            )
        chunks = [(rows, passages) for _, rows, passages in changes.chunks()]
        theirs = changes.decisions + [row for rows, _ in chunks for row in rows]
        if any(row.id in own for row in theirs) or self._has_name_of(connection, theirs):
            raise StoreError(
                f"Perubahan ini tidak ditulis: {self._sending.shown} baru saja diubah di tempat yang sama dari mesin "
                "lain; ulangi."
            )
        self._apply(connection, changes.decisions)
        for rows, passages in chunks:
            self._apply(connection, rows, passages)
        _put(connection, {"store_behind": 1})

    def _has_name_of(self, connection: sqlite3.Connection, theirs: Sequence[Row]) -> bool:
        """Tell whether a collection here has the name of another of theirs."""
        values = [json.loads(row.value) for row in theirs if row.kind == "collections" and row.value is not None]
        names = {str(value["name"]).casefold() for value in values if value["deleted_at"] is None}
        replaced = {json.loads(row.key)[0] for row in theirs if row.kind == "collections"}
        here = (
            connection.execute("SELECT id, name FROM collections WHERE deleted_at IS NULL").fetchall() if names else ()
        )
        return any(str(name).casefold() in names for id, name in here if id not in replaced)

    def _row(self, connection: sqlite3.Connection, kind: str, key: str) -> Row:
        """Return a shared row as it is now, without a value where it is gone."""
        values = json.loads(key)
        names = self._columns_of(connection, kind)
        where = " AND ".join(f"{column} = ?" for column in SHARED[kind])
        found = connection.execute(f"SELECT {', '.join(names)} FROM {kind} WHERE {where}", values).fetchone()
        value = None if found is None else json.dumps(dict(zip(names, found, strict=True)))
        return Row(_id(kind, values), kind, json.dumps(values), value)

    # --- taken in ---

    def _take_in(self) -> bool:
        """Bring the local file in step; return whether there was anything. The right to write here is held."""
        state = self._state()
        if not state.get("store"):
            return False
        came = False
        for _ in range(_TRIES):
            state = self._state()
            with self._reading.since(state["store_number"], state["store_mark"]) as changes:
                if changes.number == state["store_number"]:
                    break
                came = self._taken(changes, state) or came
        if came or state.get("store_behind"):
            self._store.packed_words.pack()
            Runs(self._store).refresh(self._progress)
            FullText(self._store).refresh(self._progress)
            Stories(self._store).refresh()
            with self._database.change(bump=False) as connection:
                _put(connection, {"store_behind": 0})
        self.problem = ""
        return came

    def _taken(self, changes: Changes, state: Mapping[str, int]) -> bool:
        """Take in these changes; False where the page of this machine wrote meanwhile and is further by now."""
        at = state["store_number"]
        end = {"store_number": changes.number, "store_mark": changes.mark, "store_partly": 0, "store_behind": 1}
        if changes.articles <= _ONCE or self._opens(changes.decisions):
            # subtle: what nobody may keep back any more can have another text by now, so both come at once
            with self._database.change() as connection:
                if self._number(connection) != at:
                    return False
                self._apply(connection, changes.decisions)
                for _, rows, passages in changes.chunks():
                    self._apply(connection, rows, passages)
                _put(connection, end)
            return True
        # subtle: what went and who may see what comes first, so that nothing is seen that should not be
        with self._database.change() as connection:
            if self._number(connection) != at:
                return False
            self._apply(connection, changes.decisions)
        done = 0
        for partly, rows, passages in changes.chunks(state.get("store_partly", 0)):
            self._progress(done, changes.articles)
            done += len(rows)
            with self._database.change() as connection:
                if self._number(connection) != at:
                    return False
                self._apply(connection, rows, passages)
                _put(connection, {"store_partly": partly})
        with self._database.change() as connection:
            if self._number(connection) != at:
                return False
            _put(connection, end)
        return True

    def _opens(self, decisions: Sequence[Row]) -> bool:
        """Tell whether somebody may see more by these decisions: articles leave a collection, or its readers change."""
        here = {(int(id),) for (id,) in self._database.rows("SELECT id FROM collections")}
        return any(
            row.kind.startswith("collect") and (row.value is None or tuple(json.loads(row.key)) in here)
            for row in decisions
        )

    def _apply(
        self,
        connection: sqlite3.Connection,
        rows: Sequence[Row],
        passages: Mapping[bytes, Sequence[StoredPassage]] | None = None,
    ) -> None:
        """Make the local rows those of the server, within a change."""
        own = self._state()["store_machine"]
        if others := [path for row in rows if row.machine != own and (path := _path_of(row))]:
            known = "SELECT 1 FROM articles WHERE path = ?1 UNION ALL SELECT 1 FROM files WHERE path = ?1"
            new = [(path,) for path in dict.fromkeys(others) if connection.execute(known, (path,)).fetchone() is None]
            connection.executemany("INSERT OR IGNORE INTO elsewhere VALUES (?)", new)
        for row in rows:
            if row.kind == "articles" and row.value is not None:
                self._put_article(json.loads(row.value), (passages or {}).get(row.id, ()))
        self._store.remove_articles(
            [json.loads(row.key)[0] for row in rows if row.kind == "articles" and row.value is None]
        )
        for kind in _DECISIONS:
            where = " AND ".join(f"{column} = ?" for column in SHARED[kind])
            some = [row for row in rows if row.kind == kind]
            # subtle: all go before any comes, else a name that went from one collection to another is there twice
            connection.executemany(f"DELETE FROM {kind} WHERE {where}", [json.loads(row.key) for row in some])
            names = self._columns_of(connection, kind)
            values = [json.loads(row.value) for row in some if row.value is not None]
            connection.executemany(
                f"INSERT INTO {kind} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                [[value.get(name) for name in names] for value in values],
            )
        if any(row.kind.startswith("collect") for row in rows):
            connection.execute(
                "INSERT INTO state VALUES ('collections', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
            )
        applied = [(row.kind, *json.loads(row.key)) for row in rows]
        for kind, *key in applied:
            marks = ", ".join("?" * len(key))
            connection.execute(f"DELETE FROM touched WHERE kind = ? AND key = json_array({marks})", (kind, *key))

    def _put_article(self, value: dict[str, Any], passages: Sequence[StoredPassage]) -> None:
        embedder, pipeline = value.pop("embedder"), value.pop("pipeline")
        known = {one.name for one in fields(Article)}
        article = Article(**{name: given for name, given in value.items() if name in known})
        self._store.copy_article(
            article,
            [Passage(article.id, p.position, p.start, p.end, article.text[p.start : p.end]) for p in passages],
            np.stack([np.frombuffer(p.vector, dtype="<f4") for p in passages])
            if passages
            else np.empty((0, 0), dtype=np.float32),
            [p.stems for p in passages],
            embedder=embedder,
            pipeline=pipeline,
            digests=[p.digest for p in passages],
        )

    # --- what is known ---

    def _away(self, error: StoreAway) -> None:
        self.problem = f"{error}; arsip dibaca sampai perubahan {self.number}."

    def _state(self) -> dict[str, int]:
        return dict(self._database.rows("SELECT name, value FROM state WHERE name LIKE 'store%'"))

    def _number(self, connection: sqlite3.Connection) -> int:
        query = "SELECT value FROM state WHERE name = 'store_number'"
        return int(connection.execute(query).fetchone()[0])

    def _here(self) -> int:
        """Return a number for the place of the local file."""
        path = self._store.path.resolve()
        told = f"{path}\n{path.stat().st_ino}"
        return int.from_bytes(hashlib.blake2b(told.encode(errors="replace"), digest_size=7).digest(), "big")

    def _columns_of(self, connection: sqlite3.Connection, kind: str) -> list[str]:
        if kind not in self._columns:
            self._columns[kind] = [row[1] for row in connection.execute(f"PRAGMA table_info({kind})")]
        return self._columns[kind]


def _noting(name: str, row: str, key: Sequence[str]) -> str:
    """Return the statement by which a trigger notes a row, once.

    subtle: whoever wrote the statement that fires it decides what a conflict does here, so there must be none.
    """
    values = f"json_array({', '.join(f'{row}.{column}' for column in key)})"
    return (
        f"INSERT INTO touched SELECT '{name}', {values} "
        f"WHERE NOT EXISTS (SELECT 1 FROM touched WHERE kind = '{name}' AND key = {values})"
    )


def _passages(connection: sqlite3.Connection, row: Row) -> Iterator[StoredPassage]:
    found = connection.execute(
        'SELECT p.position, p.start, p."end", w.stems, p.digest, p.vector FROM passages p '
        "CROSS JOIN words w ON w.rowid = p.rowid WHERE p.article_id = ? ORDER BY p.position",
        json.loads(row.key),
    )
    return (StoredPassage(row.id, *values) for values in found)


def _path_of(row: Row) -> str | None:
    """Return the path of the file that a row is about."""
    if row.value is None or row.kind not in ("articles", "files"):
        return None
    return str(json.loads(row.value)["path"])


def _id(kind: str, key: Sequence[object]) -> bytes:
    """Return a digest of what names a row; a key may be longer than PostgreSQL indexes."""
    return hashlib.blake2b(json.dumps([kind, *key]).encode(), digest_size=16).digest()


def _put(connection: sqlite3.Connection, values: Mapping[str, int]) -> None:
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", list(values.items()))
