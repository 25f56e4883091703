"""One file a format: bytes → raw articles. It reads; cleaning and metadata come later.

A reader yields ``RawArticle`` or ``BadRecord``: one bad line must not cost the lines after it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from index.articles import RawArticle
from index.errors import InputError
from index.readers.bad_record import BadRecord

Found = RawArticle | BadRecord
Reader = Callable[[bytes], Iterator[Found]]

# Suffix → module in this folder with a function ``read``; imported when first needed.
_READERS = {
    ".txt": "plain_text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "json_lines",
}
SUFFIXES = tuple(_READERS)
# Far above any article or corpus seen (the largest is 8 MB), far below what fills a laptop's memory.
MAX_FILE_BYTES = 512 * 1024**2


def could_be_read(path: Path) -> bool:
    """Tell whether a reader exists for the file's name.

    >>> could_be_read(Path("berita.TXT")), could_be_read(Path("foto.jpg"))
    (True, False)
    """
    return path.suffix.lower() in _READERS


def is_page_furniture(path: Path) -> bool:
    """Tell whether a file belongs to a saved page beside it."""
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
    """Return what the format's reader finds. Raises InputError for an unknown format."""
    suffix = Path(name).suffix.lower()
    if suffix not in _READERS:
        raise InputError(f"Format berkas {name} tidak dikenal; yang dapat dibaca: {', '.join(SUFFIXES)}.")
    read: Reader = import_module(f"index.readers.{_READERS[suffix]}").read
    return read(stream.read())


def read_file(path: Path) -> tuple[bytes, Iterator[Found]]:
    """Return the file's bytes and what its reader finds in them, lazily."""
    with open_file(path) as stream:
        content = stream.read()
    return content, read(path.name, io.BytesIO(content))
