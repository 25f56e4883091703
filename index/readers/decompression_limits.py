"""What is unpacked from an archive is counted as it comes: a bomb is found by what it does, not by what it says."""

from __future__ import annotations

import io
from typing import BinaryIO

from index.readers.bounds import Unreadable

# All that one file may unpack to, archives within it included: four times the largest file.
MAX_UNPACKED_BYTES = 2 * 1024**3
# Text packs to a fifth, repetitive HTML to a fiftieth; a thousandth is the limit of deflate and the mark of a bomb.
MAX_RATIO = 200
BOMB_BYTES = 100 * 1024**2
# The list of 100,000 members of a zip takes about 10 MB; a header that asks for more at once is no honest one.
MAX_READ_BYTES = 16 * 1024**2
_BLOCK_BYTES = 1 << 16
TORN = "arsipnya rusak atau terpotong; salin ulang dari sumbernya"
BOMB = "isinya mengembang tak wajar saat dibuka (bom arsip); jangan dibuka, minta salinan yang utuh"


class Budget:
    """The bytes that may still be unpacked.

    >>> Budget().spend(1000, packed=100)
    """

    def __init__(self) -> None:
        self._left = MAX_UNPACKED_BYTES

    def spend(self, size: int, *, so_far: int = 0, packed: int) -> None:
        """Count bytes; ``so_far`` came before out of the same ``packed`` bytes. Raises Unreadable for a bomb."""
        self._left -= size
        if self._left < 0 or is_bomb(so_far + size, packed):
            self._left = 0  # archives around this one stop too
            raise Unreadable(BOMB)


def is_bomb(unpacked: int, packed: int) -> bool:
    """Tell whether so many bytes came out of so few that no text explains it.

    >>> is_bomb(10**9, 10**6), is_bomb(10**6, 10**3)
    (True, False)
    """
    return unpacked > BOMB_BYTES and unpacked > MAX_RATIO * max(packed, 1)


class Meter(io.RawIOBase):
    """Read-only view of a stream for a library that trusts the sizes it finds there.

    >>> Meter(io.BytesIO(b"abc")).read(2)
    b'ab'

    ``budget`` pays for how far the reading gets; ``packed`` is the stream that is being unpacked.
    """

    def __init__(self, stream: BinaryIO, budget: Budget | None = None, packed: BinaryIO | None = None) -> None:
        self._stream = stream
        self._budget = budget
        self._packed = packed
        self._furthest = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = MAX_READ_BYTES + 1 if size is None or size < 0 else size
        data = self._read_up_to(min(wanted, MAX_READ_BYTES + 1))
        if len(data) > MAX_READ_BYTES:
            raise Unreadable(TORN)
        self._pay()
        return data

    def _read_up_to(self, size: int) -> bytes:
        """Read in small blocks: at once, a torn gzip file would keep all that comes before the tear."""
        blocks: list[bytes] = []
        read = getattr(self._stream, "read1", self._stream.read)
        while size > 0:
            try:
                block = read(min(size, _BLOCK_BYTES))
            except EOFError:
                if blocks:
                    break
                raise
            if not block:
                break
            blocks.append(block)
            size -= len(block)
        return b"".join(blocks)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if self._budget is not None and whence == io.SEEK_SET:
            # A packed stream goes forward by unpacking: step by step, so that a bomb does not go off between.
            while (before := self._stream.tell()) + MAX_READ_BYTES < offset:
                if self._stream.seek(before + MAX_READ_BYTES) == before:
                    break
                self._pay()
        position = self._stream.seek(offset, whence)
        self._pay()
        return position

    def tell(self) -> int:
        return self._stream.tell()

    def _pay(self) -> None:
        new = self._stream.tell() - self._furthest
        if self._budget is not None and self._packed is not None and new > 0:
            self._budget.spend(new, so_far=self._furthest, packed=self._packed.tell())
            self._furthest += new
