"""How long the part of a file that is being read may take. Whoever guards the reading is told where it is.

A file is a part, each file within it (a member of an archive, a mail's attachment) is one of its own, and so is the
cleaning of each article: parts are numbered in the order in which reading comes to them, which is the same every time.
So a part that took too long can be given up by its number, and the rest be read without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

# An article takes well under a second; what takes this long on any machine is not one.
PART_S = 8.0
# A PDF of 3,000 pages takes about 2 s a megabyte, a spreadsheet of the largest size 1 s.
SLOW_MB_S = 6.0
# What holds many articles is read at 10 MB a second and more, and each article begins a part of its own.
FAST_MB_S = 0.25
MOST_S = 300.0
# A page is one article: one of 2 MB of plain paragraphs takes 6 s.
MOST_PAGE_S = 15.0
# A page that OCR reads takes 2 to 6 s; a newspaper's broadsheet of small print some 30 s.
OCR_PAGE_S = 120.0
_MB = 1024**2
_FAST = frozenset("plain_text markdown table json_document json_lines feed warc archive".split())
_PAGES = frozenset(("html", "mhtml"))


class GivenUp(Exception):
    """Raised at the beginning of a part that went beyond its limits before."""


class Allowance:
    """The parts of one file.

    >>> told = []
    >>> parts = Allowance({2: "terlalu lama"}, lambda number, seconds: told.append((number, seconds)))
    >>> with parts.part(8.0):
    ...     try:
    ...         with parts.part(9.0): pass
    ...     except GivenUp as error: print(error)
    terlalu lama
    >>> told
    [(1, 8.0)]
    """

    def __init__(self, given_up: Mapping[int, str], tell: Callable[[int, float], None]) -> None:
        self._given_up = given_up
        self._tell = tell
        self._count = 0
        self._open: list[tuple[int, float]] = []

    @contextmanager
    def part(self, seconds: float) -> Iterator[None]:
        """Begin a part that may take so long; what it is part of begins anew when it ends."""
        self._count += 1
        if self._count in self._given_up:
            raise GivenUp(self._given_up[self._count])
        self._open.append((self._count, seconds))
        self._tell(*self._open[-1])
        try:
            yield
        finally:
            self._open.pop()
            if self._open:
                self._tell(*self._open[-1])


_current: list[Allowance] = []


@contextmanager
def guarded(allowance: Allowance) -> Iterator[None]:
    """Have all that this process reads counted by ``allowance``."""
    _current.append(allowance)
    try:
        yield
    finally:
        _current.remove(allowance)


@contextmanager
def part(stream: BinaryIO | None, reader: str, *, chars: int = 0) -> Iterator[None]:
    """Count what a reader does with a stream as a part, where somebody guards the reading."""
    if not _current:
        yield
        return
    size = chars
    if stream is not None:
        size = stream.seek(0, 2)
        stream.seek(0)
    with _current[-1].part(seconds_for(reader, size)):
        yield


def seconds_for(reader: str, size: int) -> float:
    """Return how much processor time a part may take.

    >>> seconds_for("pdf", 1024**2), seconds_for("json_lines", 400 * 1024**2), seconds_for("html", 0)
    (14.0, 108.0, 8.0)
    >>> seconds_for("html", 4 * 1024**2)
    15.0
    """
    if reader == "ocr":
        return OCR_PAGE_S
    return min(
        MOST_PAGE_S if reader in _PAGES else MOST_S, PART_S + (FAST_MB_S if reader in _FAST else SLOW_MB_S) * size / _MB
    )
