"""How the address of a PostgreSQL store is written, ``postgresql://user@host/name``, and shown: without password."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from index.errors import InputError

_SCHEMES = ("postgresql", "postgres")


def store_address_of(written: str) -> str:
    """Return the address of a database as PostgreSQL's own library takes it.

    Raises InputError where it is none; what was written is not shown again, a password may be in it.
    """
    address = written.strip()
    try:
        parts = urlsplit(address)
        sound = parts.scheme in _SCHEMES and "//" in address and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or not address.isascii() or any(letter.isspace() for letter in address):
        raise InputError("--store (TANYA_STORE) bukan alamat postgresql://pengguna@host:port/nama; perbaiki.")
    return address


def shown_address(address: str) -> str:
    """Return what may be said of an address: where the server is, and the name of the database.

    >>> shown_address("postgresql://ani:rahasia@10.0.0.7:5433/arsip?sslmode=require")
    '10.0.0.7:5433/arsip'
    >>> shown_address("postgresql:///arsip?host=/run/postgresql")
    '/run/postgresql/arsip'
    """
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2] or next(iter(parse_qs(parts.query).get("host", [])), "")
    return f"{host or 'lokal'}/{parts.path.lstrip('/')}".rstrip("/")
