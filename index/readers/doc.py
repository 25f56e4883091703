"""``.doc``: Word's format before 2007, and today's documents with a password. It only says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_FILE_BYTES

_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read(stream: BinaryIO) -> Iterator[BadRecord]:
    """Yield why the document cannot be read.

    >>> from io import BytesIO
    >>> next(read(BytesIO(b"...."))).skipped
    True
    """
    if _LOCKED in stream.read(MAX_FILE_BYTES):
        yield BadRecord("dokumen Word ini dikunci dengan kata sandi; simpan ulang tanpa kunci")
    else:
        yield BadRecord("format Word lama (.doc) belum dapat dibaca; simpan ulang sebagai .docx", skipped=True)
