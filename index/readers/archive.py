"""``.zip``, ``.tar``, ``.tar.gz``: the articles of every member, each read in memory under its own path in the archive.

Nothing is ever written to a path made of a member's name. What unpacks is counted as it comes (see ``meter``).
"""

from __future__ import annotations

import gzip
import logging
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from index.readers.bad_record import BadRecord
from index.readers.bounds import Unreadable
from index.readers.decompression_limits import TORN, Budget, Meter
from index.readers.dispatch import Found, checked, found_in
from index.readers.entry_names import Places
from index.readers.formats import format_of, is_never_article
from index.readers.saved_page_assets import pages_over

MAX_MEMBERS = 100_000
MAX_DEPTH = 2  # an archive in an archive: one year's archives in one. Deeper ones are bombs or mistakes.
_MEMORY_BYTES = 8 * 1024**2  # beyond it a member lies in a nameless temporary file
_BLOCK_BYTES = 1024**2
_LOCKED = "dikunci dengan kata sandi; buka arsipnya lalu indeks foldernya"
_OUTSIDE = "jalurnya keluar dari arsip"
_TOO_DEEP = "arsip di dalam arsip di dalam arsip tidak dibuka; buka dahulu lalu indeks foldernya"
_log = logging.getLogger("tanya.readers")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Python unpacks the others without bound

# A member: its path, and what opens it, or why it cannot be opened; None for what is passed over.
_Member = tuple[str, Callable[[], BinaryIO] | BadRecord | None]


def read(stream: BinaryIO) -> Iterator[Found]:
    """Yield the articles of all members; ``place`` is the member's path."""
    yield from _articles(stream, Budget(), depth=1)


def _articles(stream: BinaryIO, budget: Budget, depth: int) -> Iterator[Found]:
    is_zip = stream.read(2) == b"PK"
    stream.seek(0)
    places = Places()
    try:
        for number, (name, opened) in enumerate((_zip_members if is_zip else _tar_members)(stream, budget)):
            if number >= MAX_MEMBERS:
                limit = f"{MAX_MEMBERS:,}".replace(",", ".")
                raise Unreadable(f"berisi lebih dari {limit} berkas; pecah arsipnya dahulu")
            if opened is None:
                continue
            if isinstance(opened, BadRecord):
                yield opened
                continue
            try:
                member = opened()
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError):  # one member; the others may be whole
                _log.warning("torn-member", exc_info=True)
                yield BadRecord("anggota arsip ini rusak; salin ulang arsipnya dari sumbernya", place=name)
                continue
            with member:
                yield from _in_member(name, member, budget, depth, places)
    except Unreadable as refusal:
        yield refusal.record
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, ValueError, ArithmeticError, zlib.error):
        _log.warning("torn", exc_info=True)
        yield BadRecord(TORN)


def _in_member(name: str, member: BinaryIO, budget: Budget, depth: int, places: Places) -> Iterator[Found]:
    format = format_of(name, member)
    if not member.read(1):
        yield BadRecord("kosong", place=name, skipped=True)
        return
    member.seek(0)
    if format in ("zip", "tar"):
        if depth >= MAX_DEPTH:
            yield BadRecord(_TOO_DEEP, place=name)
            return
        for found in _articles(member, budget, depth + 1):
            yield replace(found, place=f"{name}/{found.place}" if found.place else name)
    elif format is not None:
        # A mail may hold an archive, and that a mail: the inner one stays closed.
        articles = checked(_read_closed_mail, member) if format == "eml" else found_in(format, member)
        for number, found in enumerate(articles, start=1):
            inner = found.place or (str(number) if number > 1 else None)
            if isinstance(found, BadRecord):
                yield replace(found, place=f"{name}:{found.place}" if found.place else name)
            else:
                yield replace(found, place=places.free(f"{name}:{inner}" if inner else name))


def _read_closed_mail(stream: BinaryIO) -> Iterator[Found]:
    from index.readers.mail import read_mail

    return read_mail(stream, opens_archives=False)


# --- the members of each kind of archive ---


def _zip_members(stream: BinaryIO, budget: Budget) -> Iterator[_Member]:
    size = stream.seek(0, 2)
    unpacked = 0
    with zipfile.ZipFile(Meter(stream)) as archive:
        names = set(archive.namelist())
        for info in archive.infolist():
            name = info.filename
            pages = pages_over(Path(name))
            if info.is_dir() or _is_passed_over(name) or any(page.as_posix() in names for page in pages):
                yield name, None
            elif _is_outside(name) or stat.S_ISLNK(info.external_attr >> 16):
                yield name, BadRecord(_OUTSIDE, place=name, skipped=True)
            elif info.flag_bits & 1:
                yield name, BadRecord(_LOCKED, place=name)
            elif info.compress_type not in _PACKINGS:
                yield name, BadRecord("cara pemampatannya tidak didukung; pak ulang sebagai ZIP biasa", place=name)
            else:
                packed = min(info.compress_size, size)

                def open_member(info: zipfile.ZipInfo = info, packed: int = packed) -> BinaryIO:
                    nonlocal unpacked
                    with archive.open(info) as member:
                        copy, copied = _copied(member, lambda new, old: budget.spend(new, so_far=old, packed=packed))
                    unpacked += copied
                    budget.spend(0, so_far=unpacked, packed=size)
                    return copy

                yield name, open_member


def _tar_members(stream: BinaryIO, budget: Budget) -> Iterator[_Member]:
    is_packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    plain = cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if is_packed else stream
    with tarfile.open(fileobj=cast(BinaryIO, Meter(plain, budget, stream)), mode="r:") as archive:
        while (info := archive.next()) is not None:
            cast(Any, archive).members.clear()  # it remembers each member seen
            name = info.name.removeprefix("./")
            if info.isdir() or _is_passed_over(name):
                yield name, None
                continue
            if _is_outside(name) or not info.isreg() or info.issparse():
                yield name, BadRecord(_OUTSIDE, place=name, skipped=True)
                continue

            def open_member(info: tarfile.TarInfo = info) -> BinaryIO:
                member = archive.extractfile(info)
                if member is None:
                    raise tarfile.ReadError("no regular file")
                with member:
                    return _copied(member, lambda new, old: None)[0]

            yield name, open_member


def _copied(member: IO[bytes], count: Callable[[int, int], None]) -> tuple[BinaryIO, int]:
    """Return a seekable copy of a member and its size; ``count`` is told of each block and of what came before."""
    copy: BinaryIO = BytesIO()
    size = 0
    try:
        while block := member.read(_BLOCK_BYTES):
            count(len(block), size)
            if size <= _MEMORY_BYTES < size + len(block):
                in_memory = copy
                in_memory.seek(0)
                copy = TemporaryFile()  # noqa: SIM115 — the caller closes it
                copy.write(in_memory.read())
            copy.write(block)
            size += len(block)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy, size


def _is_passed_over(name: str) -> bool:
    """Tell whether a member is of no interest: hidden, macOS's shadow copies, media."""
    parts = name.split("/")
    hidden = any(part.startswith(".") and part not in (".", "..") for part in parts)
    return hidden or parts[0] == "__MACOSX" or is_never_article(parts[-1])


def _is_outside(name: str) -> bool:
    r"""Tell whether a path leads out of the archive.

    >>> [_is_outside(name) for name in ("2021/a.txt", "../a.txt", "/a.txt", "C:/a.txt", "a\\b.txt")]
    [False, True, True, True, True]
    """
    return name.startswith("/") or "\\" in name or re.match("[A-Za-z]:", name) is not None or ".." in name.split("/")
