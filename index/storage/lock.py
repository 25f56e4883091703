"""One writer at a time. The operating system frees the lock when its holder dies, so none is ever left behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from index.errors import IndexLocked, StoreError

_FILE = "writer.lock"


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
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            stream.seek(0)
            holder = stream.read().strip() or "proses lain"
            raise IndexLocked(f"Indeks {data_dir} sedang ditulis oleh {holder}; tunggu sampai selesai.") from error
        stream.truncate(0)
        stream.write(f"proses {os.getpid()} sejak {datetime.now():%Y-%m-%d %H:%M:%S}")
        stream.flush()
        yield
        stream.truncate(0)
