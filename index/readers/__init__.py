"""One file a format: bytes → raw articles. It reads; cleaning and metadata come later.

A reader yields ``RawArticle`` or ``BadRecord``: one bad line must not cost the lines after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from index.articles import RawArticle
from index.errors import InputError
from index.readers.bad_record import BadRecord

Reader = Callable[[bytes], Iterator[RawArticle | BadRecord]]

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


def is_readable(path: Path) -> bool:
    """Tell whether a reader exists for the file's name.

    >>> is_readable(Path("berita.TXT")), is_readable(Path("foto.jpg"))
    (True, False)
    """
    return path.suffix.lower() in _READERS


def read_file(path: Path) -> tuple[bytes, Iterator[RawArticle | BadRecord]]:
    """Return the file's bytes and what its reader finds in them, lazily.

    Raises InputError where the file cannot be opened, is too large, or its format is not known.
    """
    if not is_readable(path):
        raise InputError(f"Format berkas {path} tidak dikenal; yang dapat dibaca: {', '.join(SUFFIXES)}.")
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024**2
            raise InputError(f"Berkas {path} terlalu besar ({size // 1024**2} MB, batas {limit} MB); pecah dahulu.")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"Berkas {path} tidak dapat dibaca: {error.strerror}; periksa izinnya.") from error
    read: Reader = import_module(f"index.readers.{_READERS[path.suffix.lower()]}").read
    return content, read(content)
