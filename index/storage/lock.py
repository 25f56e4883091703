"""One writer at a time, and one page. The operating system frees a lock when its holder dies; none is left behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from index.errors import IndexLocked, StoreError

_FILE, _PAGE_FILE = "writer.lock", "page.lock"


@contextmanager
def writing(data_dir: Path) -> Iterator[None]:
    """Hold the right to write to a data folder.

    Raises IndexLocked, naming the process that holds it and since when, instead of waiting.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        stream = (data_dir / _FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"Folder indeks {data_dir} tidak dapat ditulis: {error.strerror}; pilih --data lain."
        ) from error
    with stream:
        if holder := _taken(stream):
            raise IndexLocked(f"Indeks {data_dir} sedang ditulis oleh {holder}; tunggu sampai selesai.")
        yield
        stream.truncate(0)


@contextmanager
def serving(data_dir: Path) -> Iterator[None]:
    """Hold the right to serve the page of a data folder.

    Raises IndexLocked as ``writing`` does. A folder that cannot be written needs no lock: no upload lies there.
    """
    try:
        stream = (data_dir / _PAGE_FILE).open("a+", encoding="utf-8")
    except OSError:
        yield
        return
    with stream:
        if holder := _taken(stream):
            raise IndexLocked(
                f"Halaman untuk folder {data_dir} sudah dibuka oleh {holder}; pakai yang itu atau hentikan dahulu."
            )
        yield
        stream.truncate(0)


def _taken(stream: TextIO) -> str | None:
    """Take a lock file and return None, or return who holds it."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stream.seek(0)
        return stream.read().strip() or "proses lain"
    stream.truncate(0)
    stream.write(f"proses {os.getpid()} sejak {datetime.now():%Y-%m-%d %H:%M:%S}")
    stream.flush()
    return None
