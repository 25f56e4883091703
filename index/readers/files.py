"""A file → its raw articles, whatever its format; ``dispatch`` knows which reader reads it.

A reader yields ``RawArticle`` or ``BadRecord``: one bad line must not cost the lines after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from index.errors import InputError
from index.readers.bounds import MAX_FILE_BYTES
from index.readers.dispatch import Found, found_in
from index.readers.formats import READ, format_by_name, format_of, is_never_article
from index.readers.ocr import is_picture, missing


def could_be_read(path: Path) -> bool:
    """Tell whether a reader exists for the file: by its name, else by its first bytes.

    >>> could_be_read(Path("berita.TXT")), could_be_read(Path("lagu.mp3"))
    (True, False)
    """
    if format_by_name(path.name) or (is_picture(path.name) and not missing()):
        return True
    if is_never_article(path.name):
        return False
    try:
        with path.open("rb") as stream:
            return format_of(path.name, stream) is not None
    except (OSError, ValueError):
        return False


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be read; InputError where it cannot be opened or is too large."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024**2
            raise InputError(f"Berkas {path} terlalu besar ({size // 1024**2} MB, batas {limit} MB); pecah dahulu.")
        stream = path.open("rb")
    except OSError as error:
        raise InputError(f"Berkas {path} tidak dapat dibaca: {error.strerror}; periksa izinnya.") from error
    with stream:
        yield stream


def read(name: str, stream: BinaryIO) -> Iterator[Found]:
    """Return what the format's reader finds, lazily; what cannot be read is found as a BadRecord.

    Raises InputError for an unknown format.
    """
    format = format_of(name, stream) or ("picture" if is_picture(name) else None)
    if format is None:
        raise InputError(f"Format berkas {name} tidak dikenal; yang dapat dibaca: {', '.join(READ)}.")
    return found_in(format, stream)
