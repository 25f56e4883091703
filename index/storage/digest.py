"""The SHA-256 of a stream, read in pieces."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

_BLOCK_BYTES = 1024**2


def sha256_of(stream: BinaryIO) -> str:
    """Return the SHA-256, in hexadecimal, of what is left of a stream.

    >>> from io import BytesIO
    >>> sha256_of(BytesIO(b"Isi."))[:8]
    '54024fe9'
    """
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()
