"""Uploads on their way from a browser: on disk, bounded for each file, each page and all together, gone with the page.

    PUT → bytes counted as they come → a file of the spool → a receipt, which the page holds in the file's place
                                                                   │ "Masukkan ke arsip" → the file itself

Streamlit keeps what is uploaded in memory; of these files it gets the receipt alone.
"""

from __future__ import annotations

import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from rag.quotation.claims_table import MAX_TABLE_MB
from rag.serving.uploads import MAX_FILE_MB, MAX_FILES, MAX_TOTAL_BYTES, PART_FOLDER, Upload

MAX_FILE_BYTES = MAX_FILE_MB * 1024**2
# Of a page where a table of quotations is checked, which any reader may open: one file, and another in its place.
MAX_TABLES, MAX_TABLE_BYTES = 4, MAX_TABLE_MB * 1024**2
MAX_ALL_BYTES = 4 * MAX_TOTAL_BYTES  # of all pages together, before they are taken into the archive
LEAST_FREE_BYTES = 256 * 1024**2  # of the disk, left to the index
GRACE_S = 60.0  # a page whose connection was cut comes back within it, as Streamlit's own sessions do
_RECEIPT = re.compile(rb"tanya-unggahan:([0-9a-f]{32})\n")
_RECEIPT_BYTES = 48


class SpoolFullError(Exception):
    """No more of this upload is taken; the message is one line for the user."""


@dataclass
class _Page:
    """What one open page has sent: bytes and files, those on their way included; ``gone`` since when it is shut.

    ``for_tables``: it drew only the box for a table of quotations, which takes little, from any reader.
    """

    files: dict[str, str] = field(default_factory=dict)
    held_bytes: int = 0
    on_way: int = 0
    gone: float | None = None
    for_tables: bool = False


class Part:
    """A file on its way in."""

    def __init__(self, spool: Spool, page: str) -> None:
        self.token = secrets.token_hex(16)
        self.size = 0
        self._spool = spool
        self._page = page
        self.path = spool.folder / self.token
        self._stream: BinaryIO = self.path.open("xb")

    def write(self, block: bytes) -> None:
        """Take a piece. Raises SpoolFullError where that is too much, and OSError where the disk is full."""
        self._spool.count(self._page, len(block), self.size + len(block))
        self.size += len(block)
        self._stream.write(block)

    def keep(self, file: str) -> bytes:
        """Put it among the files of its page, under the name that the browser's address gives; return its receipt."""
        self._stream.close()
        self._spool.keep(self._page, file, self)
        return b"tanya-unggahan:%s\n" % self.token.encode("ascii")

    def drop(self) -> None:
        """Leave nothing of it."""
        self._stream.close()
        self.path.unlink(missing_ok=True)
        self._spool.dropped(self._page, self.size)


class Spooled:
    """A file of the spool as an upload is read (`uploads.Upload`)."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.size = path.stat().st_size
        self._path = path
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        with self._path.open("rb") as stream:
            stream.seek(self._at)
            block = stream.read(size)
        self._at += len(block)
        return block

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place, counted from the start."""
        assert whence == 0
        self._at = offset
        return offset


class Spool:
    """The uploads of all open pages.

    >>> spool = Spool(folder, is_open=lambda page: True)  # doctest: +SKIP
    >>> spool.allow("page"); part = spool.begin("page", None)  # doctest: +SKIP

    ``is_open`` tells whether a page is still connected. Only pages that drew the box for files to an editor
    (``allow``) may send any.
    """

    def __init__(
        self, data_dir: Path, is_open: Callable[[str], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder = data_dir / PART_FOLDER
        self._is_open = is_open
        self._clock = clock
        self._pages: dict[str, _Page] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Empty the folder of what a killed program left in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def allow(self, page: str, *, for_tables: bool = False) -> None:
        """Let a page send files; ``for_tables`` lets any reader's page send small ones."""
        with self._lock:
            held = self._pages.setdefault(page, _Page(for_tables=for_tables))
            held.for_tables = held.for_tables and for_tables

    def may_send(self, page: str, *, editor: bool = True) -> bool:
        """Tell whether a page may send files."""
        with self._lock:
            held = self._pages.get(page)
            return held is not None and (editor or held.for_tables)

    def begin(self, page: str, told_bytes: int | None) -> Part:
        """Begin to take a file of which so many bytes are announced. Raises SpoolFullError where they are too many."""
        with self._lock:
            held = self._pages.get(page)
            if held is None:
                raise SpoolFullError("Halaman ini sudah ditutup; unggah lagi.")
            most = MAX_TABLES if held.for_tables else MAX_FILES
            if len(held.files) + held.on_way >= most:
                raise SpoolFullError(f"Lebih dari {most} berkas sekali unggah; masukkan dahulu yang sudah ada.")
            self._check(held, told_bytes or 0, told_bytes or 0)
            held.on_way += 1
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return Part(self, page)
        except OSError:
            self.dropped(page, 0)
            raise

    def count(self, page: str, more_bytes: int, file_bytes: int) -> None:
        """Count bytes that came. Raises SpoolFullError where they are more than may come."""
        with self._lock:
            held = self._pages.get(page)
            if held is None:
                raise SpoolFullError("Halaman ini sudah ditutup; unggah lagi.")
            self._check(held, more_bytes, file_bytes)
            held.held_bytes += more_bytes

    def _check(self, held: _Page, more_bytes: int, file_bytes: int) -> None:
        if held.for_tables and file_bytes > MAX_TABLE_BYTES:
            raise SpoolFullError(f"Berkas lebih dari {MAX_TABLE_MB} MB; bagi menjadi beberapa.")
        if file_bytes > MAX_FILE_BYTES:
            raise SpoolFullError(f"Berkas lebih dari {MAX_FILE_MB} MB; pecah dahulu.")
        if held.held_bytes + more_bytes > MAX_TOTAL_BYTES:
            raise SpoolFullError(f"Lebih dari {MAX_TOTAL_BYTES // 1024**2} MB sekali unggah; unggah sisanya nanti.")
        if sum(page.held_bytes for page in self._pages.values()) + more_bytes > MAX_ALL_BYTES:
            raise SpoolFullError("Terlalu banyak unggahan sedang menunggu; coba lagi nanti.")
        there = next(path for path in (self.folder, *self.folder.parents) if path.is_dir())
        if shutil.disk_usage(there).free < more_bytes + LEAST_FREE_BYTES:
            raise SpoolFullError("Ruang disk hampir habis; kosongkan dahulu.")

    def keep(self, page: str, file: str, part: Part) -> None:
        """Count a whole file among those of its page, in the place of one of the same name."""
        with self._lock:
            held = self._pages.get(page)
            before = held.files.get(file) if held else None
            if held is not None:
                held.on_way -= 1
                held.files[file] = part.token
        if held is None:
            part.path.unlink(missing_ok=True)
        if before is not None:
            self._remove(page, before)

    def dropped(self, page: str, size: int) -> None:
        """Count no more of a file that was on its way."""
        with self._lock:
            if held := self._pages.get(page):
                held.on_way -= 1
                held.held_bytes -= size

    def forget(self, page: str, file: str) -> None:
        """Drop a file that its page no longer holds."""
        with self._lock:
            held = self._pages.get(page)
            token = held.files.pop(file, None) if held else None
        if token is not None:
            self._remove(page, token)

    def _remove(self, page: str, token: str) -> None:
        path = self.folder / token
        with suppress(OSError):
            size = path.stat().st_size
            path.unlink()
            with self._lock:
                if held := self._pages.get(page):
                    held.held_bytes -= size

    def resolved(self, page: str, uploads: Iterable[Upload]) -> tuple[list[Upload], list[str]]:
        """Return what the receipts of a page stand for, and the names of those whose file is gone."""
        found: list[Upload] = []
        lost: list[str] = []
        with self._lock:
            held = self._pages.get(page)
            own = set(held.files.values()) if held else set()
        for upload in uploads:
            upload.seek(0)
            receipt = _RECEIPT.fullmatch(upload.read(_RECEIPT_BYTES + 1))
            token = receipt.group(1).decode("ascii") if receipt else ""
            try:
                if token not in own:  # nothing else has come by the server's own route
                    raise FileNotFoundError
                found.append(Spooled(upload.name, self.folder / token))
            except OSError:
                lost.append(upload.name)
        return found, lost

    def release(self, page: str) -> None:
        """Drop all files of a page: they are in the archive now."""
        with self._lock:
            files = list(self._pages[page].files) if page in self._pages else []
        for file in files:
            self.forget(page, file)

    def sweep(self) -> None:
        """Free what pages held that are shut for longer than the grace."""
        now = self._clock()
        with self._lock:
            pages = list(self._pages)
        shut = {page for page in pages if not self._is_open(page)}
        dropped: list[_Page] = []
        with self._lock:
            for page in pages:
                held = self._pages[page]
                held.gone = None if page not in shut else held.gone if held.gone is not None else now
                if held.gone is not None and now - held.gone >= GRACE_S:
                    dropped.append(self._pages.pop(page))
        for held in dropped:
            for token in held.files.values():
                (self.folder / token).unlink(missing_ok=True)
