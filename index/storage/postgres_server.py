"""A PostgreSQL database, spoken to: the rows that are the truth, each with the number of its last change. Only file
with psycopg.

    tanya_state      version of the tables, the archive's own mark, the number of the last change
    tanya_changes    number, mark, when, on which machine: one row a change, in order
    tanya_rows       an article, a file or a decision as JSON, as its last change left it; no value: it is gone
    tanya_passages   the passages of an article: offsets, stems, vector

Plain tables and numbers, no extension. It knows nothing of SQLite; what the rows mean is known to
``index.storage.shared_truth``. Only the address that was given is contacted; of it only host and name are ever said.
"""

from __future__ import annotations

import logging
import secrets
import select
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any

from index.errors import IndexLocked, StoreAway, StoreError
from index.storage.store_address import shown_address, store_address_of

if TYPE_CHECKING:
    import psycopg

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE tanya_state (name text PRIMARY KEY, value bigint NOT NULL);
CREATE TABLE tanya_changes (
    number bigint PRIMARY KEY, mark bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(), machine text NOT NULL
);
CREATE TABLE tanya_rows (
    id bytea PRIMARY KEY, kind text NOT NULL, key text NOT NULL, number bigint NOT NULL, machine bigint NOT NULL,
    value text
);
CREATE INDEX tanya_rows_by_number ON tanya_rows (number);
CREATE TABLE tanya_passages (
    article bytea NOT NULL REFERENCES tanya_rows (id) ON DELETE CASCADE, position integer NOT NULL,
    start integer NOT NULL, "end" integer NOT NULL, stems text NOT NULL, digest bytea, vector bytea NOT NULL,
    PRIMARY KEY (article, position)
);
"""
# The last change. subtle: to write, its row is locked; a sequence would let numbers be seen in another order.
_LAST = """
SELECT s.value, coalesce(c.mark, 0) FROM tanya_state s LEFT JOIN tanya_changes c ON c.number = s.value
WHERE s.name = 'number'
"""
# What was sent is on disk, whatever the server's default; and whoever is gone without a word (a machine that lost its
# power, a program that hangs) holds the others up for a minute, for five in the middle of a change.
_SESSION = """
SET synchronous_commit = on; SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10;
SET tcp_keepalives_count = 3; SET idle_in_transaction_session_timeout = '5min'; SET lock_timeout = '30s'
"""
_OLDEST = 14  # pg_terminate_backend that waits
_MAKING = 0x74616E7961  # the lock under which the tables are made: "tanya"
# By hand: a reader waits for the first, an index run bears the second before it gives up.
_CONNECT_S = 3
PATIENCE_S = 20.0
_RETRY_S = 0.25
NOT_KNOWN = "apakah perubahan ini tertulis tidak diketahui; periksa setelah servernya menyala."
NOT_WRITTEN = "perubahan ini tidak ditulis. Nyalakan servernya lalu ulangi."
_CHUNK = 200  # articles at a time: some 2 MB
_log = logging.getLogger("tanya.store")


@dataclass(frozen=True)
class Row:
    """An article, a file or a decision; ``id`` is a digest of kind and key, ``value`` JSON or None where it is gone."""

    id: bytes
    kind: str
    key: str
    value: str | None
    machine: int = 0


@dataclass(frozen=True)
class StoredPassage:
    """A passage; ``article`` is the id of its article's row."""

    article: bytes
    position: int
    start: int
    end: int
    stems: str
    digest: bytes | None
    vector: bytes


@dataclass(frozen=True)
class Changes:
    """All that changed after a number, as of one moment: each row as it stands at ``number``, by its last change."""

    number: int
    mark: int
    decisions: list[Row]
    articles: int
    _connection: psycopg.Connection[Any]
    _after: int

    def chunks(self, after: int = 0) -> Iterator[tuple[int, list[Row], dict[bytes, list[StoredPassage]]]]:
        """Yield the articles that came or changed, in order, with their passages, and the number that each chunk is
        whole up to."""
        with self._connection.cursor(name="tanya_articles") as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(
                "SELECT id, kind, key, value, machine, number FROM tanya_rows WHERE number > %s AND number <= %s "
                "AND kind = 'articles' AND value IS NOT NULL ORDER BY number, id",
                (max(self._after, after), self.number),
            )
            found = iter(cursor)
            while some := list(islice(found, _CHUNK)):
                ids = [row[0] for row in some]
                passages: dict[bytes, list[StoredPassage]] = {}
                for row in self._connection.execute(
                    'SELECT article, position, start, "end", stems, digest, vector FROM tanya_passages '
                    "WHERE article = ANY(%s) ORDER BY article, position",
                    (ids,),
                ):
                    passages.setdefault(row[0], []).append(StoredPassage(*row))
                yield some[-1][5] - 1, [Row(*row[:5]) for row in some], passages


class PostgresServer:
    """One connection to one database, lent to one thread at a time; made when first needed, and again once it is gone.

    Every method raises StoreAway where the server cannot be reached, StoreError where it refuses.
    """

    def __init__(self, address: str) -> None:
        self._address = store_address_of(address)
        self.shown = f"PostgreSQL {shown_address(self._address)}"
        self.patience_s = 0.0  # how long a server that is gone is waited for
        self._lock = threading.RLock()
        self._made: psycopg.Connection[Any] | None = None
        self._archive = 0
        self._locked_as: str | None = None
        self._locked_by = 0  # the server's process that holds the lock for it
        self._is_away = False

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._made is not None:
                with suppress(Exception):
                    self._made.close()
            self._made = None

    # --- what is there ---

    def archive(self) -> tuple[int, int]:
        """Return the mark of the archive in this database and its last change's number; makes the tables if need be."""
        with self._speaking() as connection:
            found = self._state(connection)
        if found is None:
            with self._speaking() as connection, connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
                found = self._state(connection) or self._make(connection)
        if found["schema"] != SCHEMA_VERSION:
            raise StoreError(
                f"{self.shown} berisi tabel versi {found['schema']}, program ini memakai versi {SCHEMA_VERSION}; "
                "pakai program yang lebih baru atau basis data lain."
            )
        return found["archive"], found["number"]

    def stands_at(self, number: int, mark: int) -> bool:
        """Tell whether the last change is this one."""
        with self._speaking() as connection:
            return bool(connection.execute(_LAST).fetchone() == (number, mark))

    @contextmanager
    def since(self, number: int, mark: int) -> Iterator[Changes]:
        """Lend all that changed after a number whose change had this mark, as of one moment."""
        with self._speaking() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield self._changes(connection, number, mark)

    # --- what is written ---

    def send(
        self,
        number: int,
        mark: int,
        machine: int,
        host: str,
        rows: Sequence[Row],
        passages: Sequence[StoredPassage],
        rebase: Callable[[Changes], None],
    ) -> tuple[int, int]:
        """Write one change, in whole or not at all; return its number and mark.

        Where others wrote after ``number``, ``rebase`` gets their changes first and may refuse. A server that dies in
        the middle is waited for; whether the change was in by then is seen by its mark.
        """
        own = secrets.randbits(62) | 1
        deadline = time.monotonic() + self.patience_s
        was_cut = was_sent = False
        while True:
            try:
                if was_cut and (sent := self._sent(own)):
                    return sent, own
                with self._speaking() as connection, connection.transaction():
                    found = connection.execute(f"{_LAST} FOR UPDATE OF s").fetchone()
                    if found != (number, mark):
                        rebase(self._changes(connection, number, mark))
                    new = _value(found) + 1
                    was_sent = True
                    self._write(connection, new, own, machine, host, rows, passages)
                return new, own
            except StoreAway as error:
                if time.monotonic() > deadline:
                    if was_sent:  # only the answer was lost, perhaps
                        with suppress(StoreAway):
                            if sent := self._sent(own):
                                return sent, own
                            was_sent = False
                    raise StoreAway(f"{error}; {NOT_KNOWN if was_sent else NOT_WRITTEN}") from error
                was_cut = True
                time.sleep(_RETRY_S)

    @contextmanager
    def sole_writer(self, archive: int, host: str) -> Iterator[None]:
        """Hold the right to write to the archive; IndexLocked, naming who has it, instead of waiting."""
        self._locked_by = 0
        with self._speaking() as connection:
            self._take(connection, archive, host)
        self._locked_as, self._archive, self.patience_s = host, archive, PATIENCE_S
        try:
            yield
        finally:
            self._locked_as, self._locked_by, self.patience_s = None, 0, 0.0
            with suppress(StoreError), self._lock:
                if self._made is not None:
                    with self._speaking() as connection:
                        connection.execute("SELECT pg_advisory_unlock_all()")

    def _take(self, connection: psycopg.Connection[Any], archive: int, host: str) -> None:
        connection.execute("SELECT set_config('application_name', %s, false)", (f"tanya {host}"[:63],))
        if self._locked_by:  # before the connection was cut: the server may not know yet that it was
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE pid = %s AND usename = current_user AND application_name = current_setting('application_name')",
                (self._locked_by,),
            )
        self._locked_by = connection.info.backend_pid
        if not _value(connection.execute("SELECT pg_try_advisory_lock(%s)::int", (archive,)).fetchone()):
            holder = connection.execute(
                "SELECT a.application_name, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS') FROM pg_locks l "
                "JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted "
                "AND ((l.classid::bigint << 32) | l.objid::bigint) = %s",
                (archive,),
            ).fetchone()
            told = f"{holder[0].removeprefix('tanya ')} sejak {holder[1]}" if holder else "mesin lain"
            self.close()
            raise IndexLocked(f"{self.shown} sedang ditulis oleh {told}; tunggu sampai selesai.")

    def _sent(self, mark: int) -> int:
        """Return the number of the change with this mark, 0 where there is none."""
        with self._speaking() as connection:
            found = connection.execute(
                "SELECT number FROM tanya_changes WHERE number > (SELECT max(number) - 1000 FROM tanya_changes) "
                "AND mark = %s",
                (mark,),
            ).fetchone()
            return int(found[0]) if found else 0

    def _write(
        self, connection: psycopg.Connection[Any], number: int, mark: int, machine: int, host: str,
        rows: Sequence[Row], passages: Sequence[StoredPassage],
    ) -> None:  # fmt: skip
        with connection.cursor() as cursor, connection.pipeline():
            cursor.execute("UPDATE tanya_state SET value = %s WHERE name = 'number'", (number,))
            cursor.execute(
                "INSERT INTO tanya_changes (number, mark, machine) VALUES (%s, %s, %s)", (number, mark, host)
            )
            cursor.executemany(
                "INSERT INTO tanya_rows (id, kind, key, number, machine, value) VALUES (%s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (id) DO UPDATE SET number = excluded.number, machine = excluded.machine, "
                "value = excluded.value",
                [(row.id, row.kind, row.key, number, machine, row.value) for row in rows],
            )
            articles = [row.id for row in rows if row.kind == "articles"]
            cursor.execute("DELETE FROM tanya_passages WHERE article = ANY(%s)", (articles,))
            if passages:
                cursor.executemany(
                    'INSERT INTO tanya_passages (article, position, start, "end", stems, digest, vector) '
                    "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    [(p.article, p.position, p.start, p.end, p.stems, p.digest, p.vector) for p in passages],
                )

    # --- the connection ---

    def _changes(self, connection: psycopg.Connection[Any], number: int, mark: int) -> Changes:
        head = self._number(connection)
        marks = dict(
            connection.execute("SELECT number, mark FROM tanya_changes WHERE number IN (%s, %s)", (number, head))
        )
        if head < number or (number and marks.get(number) != mark):
            raise StoreError(
                f"{self.shown} tidak lagi memuat perubahan {number} yang sudah ada di sini (yang terakhir {head}); "
                "mungkin dipulihkan dari cadangan lama. Pakai --data folder kosong, atau kosongkan basis datanya "
                "lalu isi lagi dari sini: tanya index --store …"
            )
        query = "FROM tanya_rows WHERE number > %s AND number <= %s AND"
        decisions = connection.execute(
            f"SELECT id, kind, key, value, machine {query} (kind <> 'articles' OR value IS NULL) ORDER BY number, id",
            (number, head),
        )
        rows = [Row(*row) for row in decisions]
        count = _value(
            connection.execute(
                f"SELECT count(*) {query} kind = 'articles' AND value IS NOT NULL", (number, head)
            ).fetchone()
        )
        return Changes(head, marks.get(head, 0), rows, count, connection, number)

    @contextmanager
    def _speaking(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend the connection, and turn what goes wrong with it into one line."""
        if find_spec("psycopg") is None:
            raise StoreError(f'{self.shown} memerlukan psycopg; pasang: pip install "tanya-arsip[postgresql]".')
        import psycopg

        with self._lock:
            try:
                connection = self._made
                if connection is None or connection.closed or _was_left(connection):
                    self.close()
                    connection = self._made = self._connect()
                    if self._locked_as is not None:  # the lock went with the connection
                        self._take(connection, self._archive, self._locked_as)
                    self._is_away = False
                yield connection
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                if not self._is_away:  # it is looked for every few seconds
                    _log.warning("store-away", exc_info=True)
                self._is_away = True
                self.close()
                raise StoreAway(f"{self.shown} tidak terjangkau ({_line(error)})") from error
            except psycopg.Error as error:
                _log.exception("store-refused")
                self.close()
                raise StoreError(
                    f"{self.shown} menolak ({_line(error)}); periksa hak pengguna dan basis datanya."
                ) from error
            except BaseException:
                if self._made is not None and self._made.broken:
                    self.close()
                raise

    def _connect(self) -> psycopg.Connection[Any]:
        import psycopg

        try:
            given = psycopg.conninfo.conninfo_to_dict(self._address)
        except psycopg.Error:  # its message repeats the address, perhaps with the password
            raise StoreError(
                "Alamat --store (TANYA_STORE) tidak dapat dibaca; tanda khusus dalam kata sandi ditulis %XX, atau "
                "simpan kata sandinya di ~/.pgpass."
            ) from None
        # Whoever reads must not wait for a server that is gone: the keepalives find out within half a minute.
        ours = {
            "connect_timeout": _CONNECT_S, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
            "tcp_user_timeout": 20_000, "application_name": "tanya",
        }  # fmt: skip
        connection = psycopg.connect(**(ours | given | {"client_encoding": "UTF8"}), autocommit=True)
        if connection.info.server_version < _OLDEST * 10_000:
            told = connection.info.server_version // 10_000
            connection.close()
            raise StoreError(f"{self.shown} berversi {told}; program ini memerlukan PostgreSQL {_OLDEST} ke atas.")
        connection.execute(_SESSION)
        return connection

    def _state(self, connection: psycopg.Connection[Any]) -> dict[str, int] | None:
        if not _value(connection.execute("SELECT (to_regclass('tanya_state') IS NOT NULL)::int").fetchone()):
            return None
        return {str(name): int(value) for name, value in connection.execute("SELECT name, value FROM tanya_state")}

    def _make(self, connection: psycopg.Connection[Any]) -> dict[str, int]:
        encoding = connection.execute("SHOW server_encoding").fetchone()
        if encoding is None or encoding[0] != "UTF8":
            raise StoreError(f"{self.shown} tidak memakai UTF8; buat basis data dengan ENCODING 'UTF8'.")
        for statement in filter(None, map(str.strip, _SCHEMA.split(";\n"))):
            connection.execute(statement.encode())
        state = {"schema": SCHEMA_VERSION, "archive": secrets.randbits(62) | 1, "number": 0}
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO tanya_state VALUES (%s, %s)", list(state.items()))
        return state

    def _number(self, connection: psycopg.Connection[Any]) -> int:
        return _value(connection.execute("SELECT value FROM tanya_state WHERE name = 'number'").fetchone())


def _was_left(connection: psycopg.Connection[Any]) -> bool:
    """Tell whether a server went while nothing was asked of it: then its last word, or its end, is waiting."""
    if connection.info.transaction_status:  # in the middle of something
        return False
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN | select.POLLHUP)
    return bool(waiting.poll(0))


def _value(row: tuple[Any, ...] | None) -> int:
    if row is None:
        raise StoreError("Tabel tanya_state di PostgreSQL tidak lengkap; pulihkan dari cadangan servernya.")
    return int(row[0])


def _line(error: Exception) -> str:
    """Return the first line of what the server or the library said."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
