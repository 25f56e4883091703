"""Who may open the page on a network: names, roles and hashed passwords, in one file beside the index.

Passwords are hashed with argon2id; the file holds no password. Wrong tries are slowed for the name and for the address.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import InputError, StoreError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_log = logging.getLogger("tanya.page")
FILE = "pembaca.json"
READER, EDITOR = "pembaca", "redaktur"
ROLES = (READER, EDITOR)
MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 200  # argon2 takes longer ones too; a page-long one only costs time
MAX_NAME_CHARS = 60
SESSION_S = 12 * 3600.0  # a working day
# After the third wrong try in a row each one costs twice the wait of the one before, up to a quarter of an hour.
_FREE_TRIES = 3
_MAX_WAIT_S = 900.0
_MAX_REMEMBERED = 10_000


@dataclass(frozen=True)
class Reader:
    """Someone who uses the page. An editor may also change the archive.

    ``seal`` changes with role and password: a session that was opened under another one has ended.
    """

    name: str
    role: str
    seal: str = field(default="", compare=False, repr=False)

    @property
    def is_editor(self) -> bool:
        """True for one who may change the archive."""
        return self.role == EDITOR


# Whoever sits at this machine, where the page listens to no other.
LOCAL = Reader("lokal", EDITOR)


class Accounts:
    """The readers of one data folder.

    >>> Accounts(folder).add("ani", "kata sandi panjang", EDITOR)  # doctest: +SKIP
    >>> Accounts(folder).check("ani", "kata sandi panjang")  # doctest: +SKIP
    Reader(name='ani', role='redaktur')
    """

    def __init__(self, data_dir: Path, hasher: PasswordHasher | None = None) -> None:
        """``hasher`` is argon2id with the library's own, current costs where none is given."""
        self.path = data_dir / FILE
        self._given = hasher

    def readers(self) -> list[Reader]:
        """Return all readers, by name."""
        return [_reader(name, entry) for name, entry in sorted(self._read().items())]

    def add(self, name: str, password: str, role: str) -> None:
        """Add a reader, or give one another password and role."""
        name = name.strip()
        if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
            raise InputError(f"Nama {name!r} tidak dapat dipakai; 1 sampai {MAX_NAME_CHARS} huruf biasa.")
        if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
            raise InputError(
                f"Kata sandi {len(password)} huruf; pakai {MIN_PASSWORD_CHARS} sampai {MAX_PASSWORD_CHARS} huruf."
            )
        if role not in ROLES:
            raise InputError(f"Peran {role!r} tidak dikenal; pilih {' atau '.join(ROLES)}.")
        self._write({**self._read(), name: {"role": role, "password": self._hasher().hash(password)}})

    def remove(self, name: str) -> None:
        """Remove a reader. Raises InputError where there is none of that name."""
        accounts = self._read()
        if accounts.pop(name, None) is None:
            raise InputError(f"Pembaca {name!r} tidak ada; lihat: tanya readers list")
        self._write(accounts)

    def find(self, name: str) -> Reader | None:
        """Return a reader by name, None where there is none."""
        entry = self._read().get(name)
        return _reader(name, entry) if entry else None

    def check(self, name: str, password: str) -> Reader | None:
        """Return the reader whose password this is, None where it is not; both take equally long."""
        from argon2.exceptions import InvalidHashError, VerificationError

        entry = self._read().get(name)
        stored = entry["password"] if entry else _nobody(self._hasher())
        try:
            self._hasher().verify(stored, password[:MAX_PASSWORD_CHARS])
        except (VerificationError, InvalidHashError):
            return None
        # subtle: the seal of the password that was checked; the file may have changed since.
        return _reader(name, entry) if entry else None

    def _hasher(self) -> PasswordHasher:
        return self._given or _current_hasher()

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            return _checked(json.loads(self.path.read_text("utf-8")))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StoreError(
                f"Daftar pembaca {self.path} tidak dapat dibaca ({error}); perbaiki berkas itu."
            ) from error

    def _write(self, accounts: dict[str, dict[str, str]]) -> None:
        part = self.path.with_suffix(".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
                json.dump(accounts, stream, ensure_ascii=False, indent=1)
            part.replace(self.path)
        except OSError as error:
            raise StoreError(
                f"Daftar pembaca {self.path} tidak dapat ditulis: {error.strerror}; periksa ruang disk dan izinnya."
            ) from error


class Tries:
    """Slows down wrong tries: tells how long the next one must wait.

    >>> tries = Tries()
    >>> for _ in range(4): tries.failed("ani")
    >>> tries.wait_s("ani") > 0, tries.wait_s("budi")
    (True, 0.0)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def failed(self, *keys: str) -> None:
        """Count a wrong try for a name, an address."""
        with self._lock:
            for key in keys:
                count, _ = self._failures.pop(key, (0, 0.0))
                self._failures[key] = (count + 1, self._clock())
            while len(self._failures) > _MAX_REMEMBERED:
                self._failures.pop(next(iter(self._failures)))

    def succeeded(self, *keys: str) -> None:
        """Forget the wrong tries."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def wait_s(self, *keys: str) -> float:
        """Return the seconds until the next try is looked at."""
        with self._lock:
            return max((self._wait(*self._failures[key]) for key in keys if key in self._failures), default=0.0)

    def _wait(self, count: int, at: float) -> float:
        over = count - _FREE_TRIES
        wait = min(_MAX_WAIT_S, 2.0 ** min(over, 20)) if over > 0 else 0.0
        return max(0.0, at + wait - self._clock())


class Sessions:
    """Who is logged in: a random token each, kept in memory only, so a restart asks everyone again.

    A session lasts as long as its reader has the role and the password that she came in with: the accounts are looked
    at whenever somebody asks for it, so what ``tanya readers`` changes holds from the next request on.
    """

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._clock = clock
        self._readers: dict[str, tuple[Reader, float]] = {}
        self._lock = threading.Lock()

    def open(self, reader: Reader) -> str:
        """Return the token of a new session; ``reader`` is as the accounts gave it."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            now = self._clock()
            self._readers = {key: value for key, value in self._readers.items() if value[1] > now}
            self._readers[token] = (reader, now + SESSION_S)
        return token

    def reader(self, token: str | None) -> Reader | None:
        """Return the reader of a session, None where there is none, its time is over or its reader has changed."""
        with self._lock:
            reader, until = self._readers.get(token or "", (None, 0.0))
        if reader is None or until <= self._clock():
            return None
        try:
            current = self._accounts.find(reader.name)
        except StoreError:  # nobody gets in while it cannot be read; the sessions stay
            _log.exception("accounts-not-read")
            return None
        if current is None or current.seal != reader.seal:
            self.close(token)
            return None
        return current

    def close(self, token: str | None) -> None:
        """End a session."""
        with self._lock:
            self._readers.pop(token or "", None)

    def close_all(self, name: str) -> None:
        """End all sessions of a reader, on whatever device."""
        with self._lock:
            self._readers = {key: value for key, value in self._readers.items() if value[0].name != name}


def _checked(accounts: Any) -> dict[str, dict[str, str]]:
    """Return what the file held. Raises ValueError where that is not name → role and password."""
    if not isinstance(accounts, dict):
        raise ValueError("bukan daftar nama")
    for name, entry in accounts.items():
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("role", "password")):
            raise ValueError(f"{name!r} tanpa role atau password")
    return accounts


def _reader(name: str, entry: dict[str, str]) -> Reader:
    seal = hashlib.sha256(f"{entry['role']}\n{entry['password']}".encode()).hexdigest()
    return Reader(name, entry["role"], seal)


@lru_cache(maxsize=1)
def _current_hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # argon2id with the library's own, current costs


@lru_cache(maxsize=4)
def _nobody(hasher: PasswordHasher) -> str:
    """Return the hash of a password that nobody knows, so that an unknown name takes as long as a wrong password."""
    return hasher.hash(secrets.token_urlsafe(16))
