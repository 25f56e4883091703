"""One page of a file as it is printed, with a cited sentence marked on it; which page, where that is not said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.readers.page_marks import MISSING, Box, Glyph, Mark, letters_of, pieces_of, placed

# A sentence may run over to the next page, so a page with part of its words may hold it. By hand.
_MIN_SHARE = 0.2
_MAX_SOUGHT = 12  # pages whose print is laid out to find a sentence


class Pages(Protocol):
    """The pages of a file, numbered from 1."""

    count: int

    def letters(self, number: int) -> str: ...

    def glyphs(self, number: int) -> list[Glyph]: ...

    def size(self, number: int) -> tuple[float, float]: ...

    def picture(self, number: int) -> bytes: ...


@dataclass(frozen=True)
class PageView:
    """A page, and where a cited sentence stands on it.

    ``boxes`` are in shares of the page's width and height from its upper left corner, ``letters`` what each covers;
    ``marked`` are all pages that bear some of the sentence; ``told`` says why it is not marked.
    """

    number: int
    count: int
    picture: bytes
    boxes: tuple[Box, ...] = ()
    letters: tuple[str, ...] = ()
    marked: tuple[int, ...] = ()
    told: str = ""
    ratio: float = 1.0  # width to height


def page_view(
    pages: Pages, before: str, cited: str, after: str, number: int | None = None, likely: Sequence[int] = ()
) -> PageView:
    """Return a page: the one that is asked for, else that on which the cited text begins, else the first.

    ``likely`` are the pages that may hold it, the likeliest first, where their letters are not known beforehand.
    """
    marks: list[Mark] = []
    told = ""
    if cited:
        sought, likeliest = (sorted(likely), likely[0]) if likely else _sought(pages, cited)
        for some in ([likeliest], sought) if likely else (sought,):  # OCR takes seconds a page
            glyphs = (glyph for one in some for glyph in pages.glyphs(one))
            marks, told = placed(pieces_of(glyphs), before, cited, after)
            if marks:
                break
        if not marks:
            number = number or likeliest
    marked = tuple(dict.fromkeys(mark.page for mark in marks))
    number = min(max(number or (marked[0] if marked else 1), 1), pages.count)
    width, height = pages.size(number)
    here = [mark for mark in marks if mark.page == number]
    boxes = tuple(_share(mark.box, width, height) for mark in here)
    if any(min(box) < 0 or max(box) > 1 for box in boxes):  # print beside what is shown of the page
        marked, here, boxes, told = (), [], (), MISSING
    letters = tuple(mark.letters for mark in here)
    return PageView(number, pages.count, pages.picture(number), boxes, letters, marked, told, width / height)


def _share(box: Box, width: float, height: float) -> Box:
    left, top, right, bottom = box
    return left / width, top / height, right / width, bottom / height


def _sought(pages: Pages, cited: str) -> tuple[list[int], int]:
    """Return the pages that may hold a text, in their order, and the likeliest."""
    words = {letters for word in cited.split() if (letters := letters_of(word))}
    if pages.count == 1:
        return [1], 1
    shares: dict[int, float] = {}
    for number in range(1, pages.count + 1):
        printed = pages.letters(number)
        shares[number] = sum(word in printed for word in words) / max(len(words), 1)
    best = sorted(shares, key=lambda number: (-shares[number], number))
    likely = [number for number in best if shares[number] >= _MIN_SHARE][:_MAX_SOUGHT]
    whole = [number for number in likely if shares[number] == 1]  # the end of one may stand on the next page
    beside = {number + step for number in whole for step in (-1, 1)} & shares.keys()
    return sorted({*likely, *beside}), best[0]
