"""Keys for programs that ask in a reader's name: a random token each, of which only a hash is kept.

A token lasts as long as its reader has the role and the password of the day it was made, as a session of the page does;
what ``tanya readers`` changes holds from the next request on. It is shown once, when it is made.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from index.errors import InputError, StoreError
from rag.serving.access.accounts import Accounts, Reader

_log = logging.getLogger("tanya.access")
FILE = "token.json"
PREFIX = "tanya_"  # so that a token that was pasted somewhere is known for what it is
MAX_TOKENS = 20  # of one reader
MAX_TOKEN_CHARS = 100
_SECRET_BYTES, _ID_BYTES = 32, 4
_FIELDS = ("id", "reader", "sha256", "seal", "made_at")


@dataclass(frozen=True)
class Token:
    """A token as it is kept. ``seal`` is its reader's when it was made (`Reader`), ``made_at`` local ISO time."""

    id: str
    reader: str
    sha256: str
    seal: str
    made_at: str


class Tokens:
    """The tokens of one data folder.

    >>> token = Tokens(folder).make("ani")  # doctest: +SKIP
    >>> Tokens(folder).reader(token)  # doctest: +SKIP
    Reader(name='ani', role='pembaca')
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE
        self._accounts = Accounts(data_dir)

    def make(self, name: str) -> tuple[Token, str]:
        """Make a token for a reader; return it as it is kept, and the token itself, which is kept nowhere."""
        reader = self._accounts.find(name)
        if reader is None:
            raise InputError(f"Pembaca {name!r} tidak ada; buat dahulu: tanya readers add {name}")
        kept = [token for token in self._read() if self._holder(token) is not None]  # what has ended needs no place
        if sum(token.reader == name for token in kept) >= MAX_TOKENS:
            raise InputError(f"{name} sudah punya {MAX_TOKENS} token; cabut satu: tanya readers token --revoke NOMOR")
        secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        made_at = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
        token = Token(secrets.token_hex(_ID_BYTES), name, _digest(secret), reader.seal, made_at)
        self._write([*kept, token])
        return token, secret

    def all(self, name: str | None = None) -> list[tuple[Token, bool]]:
        """Return the tokens, of one reader or of all, the oldest first, each with whether it still holds."""
        return [(one, self._holder(one) is not None) for one in self._read() if name in (None, one.reader)]

    def revoke(self, id: str) -> Token:
        """End a token by its number. Raises InputError where there is none."""
        tokens = self._read()
        ended = next((token for token in tokens if token.id == id), None)
        if ended is None:
            raise InputError(f"Token nomor {id!r} tidak ada; lihat: tanya readers token --list")
        self._write([token for token in tokens if token.id != id])
        return ended

    def reader(self, secret: str) -> Reader | None:
        """Return whose token this is, None where it is nobody's or has ended."""
        if not secret.startswith(PREFIX) or len(secret) > MAX_TOKEN_CHARS:
            return None
        digest = _digest(secret)
        try:
            # subtle: a hash of 256 random bits is looked up; how long that takes tells nothing of the token.
            found = next((token for token in self._read() if token.sha256 == digest), None)
            return None if found is None else self._holder(found)
        except StoreError:  # nobody gets in while the lists cannot be read
            _log.exception("tokens-not-read")
            return None

    def _holder(self, token: Token) -> Reader | None:
        reader = self._accounts.find(token.reader)
        return reader if reader is not None and reader.seal == token.seal else None

    def _read(self) -> list[Token]:
        try:
            return _checked(json.loads(self.path.read_text("utf-8")))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise StoreError(
                f"Daftar token {self.path} tidak dapat dibaca ({error}); hapus berkas itu dan buat token baru."
            ) from error

    def _write(self, tokens: list[Token]) -> None:
        part = self.path.with_suffix(".part")
        text = json.dumps([asdict(token) for token in tokens], ensure_ascii=False, indent=1)
        try:
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
                stream.write(text)
            part.replace(self.path)
        except OSError as error:
            raise StoreError(
                f"Daftar token {self.path} tidak dapat ditulis: {error.strerror}; periksa ruang disk dan izinnya."
            ) from error


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _checked(tokens: Any) -> list[Token]:
    """Return what the file held. Raises ValueError where that is no list of tokens."""
    if not isinstance(tokens, list):
        raise ValueError("bukan daftar token")
    for token in tokens:
        if not isinstance(token, dict) or not all(isinstance(token.get(field), str) for field in _FIELDS):
            raise ValueError("sebuah token tidak lengkap")
    return [Token(**{field: token[field] for field in _FIELDS}) for token in tokens]
