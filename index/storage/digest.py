"""The SHA-256 of a stream, read in pieces."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

_BLOCK_BYTES = 1024**2


def sha256_of(stream: BinaryIO, limit: int | None = None) -> str:
    """Return the SHA-256, in hexadecimal, of what is left of a stream, or of its next ``limit`` bytes.

    >>> from io import BytesIO
    >>> sha256_of(BytesIO(b"Isi."))[:8]
    '54024fe9'
    """
    digest = hashlib.sha256()
    left = float("inf") if limit is None else limit
    while block := stream.read(int(min(_BLOCK_BYTES, left))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()
