"""A cited sentence → where it stands on the pages of its file, or that this is not certain. It knows nothing of PDF.

    print with its places → pieces of lines → the chain of pieces whose letters are the sentence's → boxes

The text of an article is cleaned: lines joined, divided words whole, running heads gone. So only letters and digits are
compared, and a sentence is a chain: the end of a piece, whole pieces, the beginning of one. The next piece of a chain
stands where reading goes on: further right, below, in the next column, on the next page. What a box covers is therefore
the sentence's own letters or nothing; a sentence that stands in several places is told apart by what stands around it.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]  # left, top, right, bottom
# A run of letters of a piece: the piece's number, its first letter, the one behind its last.
Run = tuple[int, int, int]
Chain = tuple[Run, ...]

MAX_CITED_CHARS = 6000  # what is longer is a document, not a sentence
CONTEXT_CHARS = 400
MISSING = "Kalimatnya tidak dapat ditempatkan dengan pasti di halaman ini; bacalah di teksnya."
SEVERAL = "Kalimat yang sama berdiri di beberapa tempat dalam berkas ini, jadi tidak ditandai; bacalah di teksnya."
# All in units of the height of a line, by hand: a space of justified print is seldom wider than _GAP, and a gutter
# seldom narrower. Where a line is cut too often nothing is lost, since pieces are joined again by their letters.
_GAP = 0.8
_SAME_LINE = 0.5
_BACK = 0.3
_NEAR_BELOW = 3.0
_TWICE = 0.15  # print that is bold by being printed twice
_CONTEXTS = (40, 120, CONTEXT_CHARS)  # letters, tried one after the other
_MAX_STEPS = 100_000  # pieces looked at in a search: a page made to be slow is given up
_MAX_STARTS = 50
_OTHER_COLUMN, _OTHER_PAGE = 1000.0, 2000.0  # what is read next stands nearer, where there is a choice


@dataclass(frozen=True)
class Glyph:
    """A character of print, or a whole word where no more is known, and its place on the page as it is shown.

    ``letters`` are its letters and digits, "" for a sign; ``line`` is the top and bottom of its line of print, and
    ``apart`` says that something else stands before it there.
    """

    page: int
    letters: str
    box: Box
    line: tuple[float, float]
    apart: bool


@dataclass(frozen=True)
class Mark:
    """A box on a page and the letters in it."""

    page: int
    box: Box
    letters: str


@dataclass(frozen=True)
class Piece:
    """A run of print on one line without a wide gap."""

    page: int
    letters: str
    glyphs: tuple[Glyph, ...]
    owners: tuple[int, ...]  # of each letter, which glyph

    @property
    def box(self) -> Box:
        return _around(self.glyphs)

    @property
    def height(self) -> float:
        return self.glyphs[0].line[1] - self.glyphs[0].line[0]


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, alike however they are written.

    >>> letters_of("“Eﬁsien-si 85 %,” kata É.")
    'efisiensi85katae'
    """
    return "".join(mark for mark in unicodedata.normalize("NFKD", text).casefold() if mark.isalnum())


def pieces_of(glyphs: Iterable[Glyph]) -> list[Piece]:
    """Return print as pieces of lines, what is printed twice in one place once."""
    pieces: list[list[Glyph]] = []
    seen: dict[tuple[int, str, int, int], Glyph] = {}
    last: Glyph | None = None
    for glyph in glyphs:
        if _is_again(glyph, seen):
            continue
        if last is not None and _goes_on(last, glyph):
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
        last = glyph
    with_letters = ([glyph for glyph in one if glyph.letters] for one in pieces)
    return [_piece(one) for one in with_letters if one]


def _is_again(glyph: Glyph, seen: dict[tuple[int, str, int, int], Glyph]) -> bool:
    cell = _TWICE * max(glyph.line[1] - glyph.line[0], 1.0)
    x, y = round(glyph.box[0] / cell), round(glyph.box[1] / cell)
    for near in ((a, b) for a in (x - 1, x, x + 1) for b in (y - 1, y, y + 1)):
        other = seen.get((glyph.page, glyph.letters, *near))
        if other and abs(other.box[0] - glyph.box[0]) <= cell and abs(other.box[1] - glyph.box[1]) <= cell:
            return True
    seen[(glyph.page, glyph.letters, x, y)] = glyph
    return False


def _goes_on(before: Glyph, glyph: Glyph) -> bool:
    height = max(before.line[1] - before.line[0], 1.0)
    gap = glyph.box[0] - before.box[2]
    away = abs(sum(glyph.line) - sum(before.line)) / 2
    return glyph.page == before.page and away < _SAME_LINE * height and -_BACK * height < gap < _GAP * height


def _piece(glyphs: list[Glyph]) -> Piece:
    owners = tuple(number for number, glyph in enumerate(glyphs) for _ in glyph.letters)
    return Piece(glyphs[0].page, "".join(glyph.letters for glyph in glyphs), tuple(glyphs), owners)


def _around(glyphs: Sequence[Glyph]) -> Box:
    lefts, tops, rights, bottoms = zip(*(glyph.box for glyph in glyphs), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def placed(pieces: Sequence[Piece], before: str, cited: str, after: str) -> tuple[list[Mark], str]:
    """Return the boxes of a cited text, in reading order, and "" or why there are none.

    ``before`` and ``after`` are what stands around it in the article.

    >>> line = [Glyph(1, mark, (9 * n, 0, 9 * n + 8, 10), (0, 10), n == 3) for n, mark in enumerate("dikkopi")]
    >>> placed(pieces_of(line), "", "Kopi", "")
    ([Mark(page=1, box=(27, 0, 62, 10), letters='kopi')], '')
    """
    wanted = letters_of(cited[:MAX_CITED_CHARS])
    if not wanted or len(cited) > MAX_CITED_CHARS:
        return [], MISSING
    search = _Search(pieces)
    found = set(search.chains(wanted, whole_words=True))
    if len(found) > 1:
        found = _told_apart(search, found, letters_of(before), wanted, letters_of(after))
    if len(found) != 1:
        return [], SEVERAL if found else MISSING
    return [_mark(pieces[number], first, end) for number, first, end in found.pop()], ""


def _told_apart(search: _Search, found: set[Chain], before: str, wanted: str, after: str) -> set[Chain]:
    """Return the places that have the right letters before or behind them, all of them where none or several have."""
    for letters in _CONTEXTS:
        for left, right in ((before[-letters:], ""), ("", after[:letters])):
            if left or right:
                whole = search.chains(left + wanted + right, whole_words=False)
                right_ones = found & {_part(chain, len(left), len(left) + len(wanted)) for chain in whole}
                if len(right_ones) == 1:
                    return right_ones
    return found


def _part(chain: Chain, start: int, end: int) -> Chain:
    """Return the letters ``start`` to ``end`` of a chain.

    >>> _part(((0, 2, 6), (3, 0, 5)), 3, 6)
    ((0, 5, 6), (3, 0, 2))
    """
    at, cut = 0, []
    for number, first, last in chain:
        inside = max(first, first + start - at), min(last, first + end - at)
        if inside[0] < inside[1]:
            cut.append((number, *inside))
        at += last - first
    return tuple(cut)


def _mark(piece: Piece, first: int, end: int) -> Mark:
    glyphs = piece.glyphs[piece.owners[first] : piece.owners[end - 1] + 1]
    return Mark(piece.page, _around(glyphs), piece.letters[first:end])


class _Search:
    """Looks for letters in pieces of lines."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._by_first: dict[str, list[int]] = defaultdict(list)
        for number, piece in enumerate(pieces):
            self._by_first[piece.letters[0]].append(number)
        self._right: dict[int, float] = {}  # where the next piece on a piece's line begins
        self._steps = 0

    def chains(self, wanted: str, *, whole_words: bool) -> list[Chain]:
        """Return the chains of these letters, one for each place where one begins."""
        self._steps = 0
        found: list[Chain] = []
        for number, first in self._starts(wanted, whole_words):
            if self._steps > _MAX_STEPS or len(found) > _MAX_STARTS:
                break
            if chain := self._from(number, first, wanted, whole_words):
                found.append(chain)
        return found

    def _starts(self, wanted: str, whole_words: bool) -> Iterator[tuple[int, int]]:
        for number, piece in enumerate(self._pieces):
            first = piece.letters.find(wanted[0])
            while first >= 0:
                rest = piece.letters[first : first + len(wanted)]
                if wanted.startswith(rest) and (not whole_words or _begins_word(piece, first)):
                    yield number, first
                first = piece.letters.find(wanted[0], first + 1)

    def _from(self, number: int, first: int, wanted: str, whole_words: bool) -> Chain:
        """Return the chain that begins here, () where there is none: what is nearest is tried first, then the rest."""
        piece = self._pieces[number]
        end = min(len(piece.letters), first + len(wanted))
        open_ends: list[tuple[Chain, int]] = [(((number, first, end),), end - first)]
        dead: set[tuple[int, int]] = set()  # ends from which nothing leads on
        while open_ends:
            chain, said = open_ends.pop()
            last, _, end = chain[-1]
            if said == len(wanted):
                if not whole_words or _ends_word(self._pieces[last], end):
                    return chain
                continue
            if end < len(self._pieces[last].letters) or (last, said) in dead:
                continue
            dead.add((last, said))
            if self._steps > _MAX_STEPS:
                return ()
            open_ends += reversed([
                ((*chain, (next_one, 0, letters)), said + letters)
                for next_one, letters in self._next(last, wanted, said)
            ])  # fmt: skip
        return ()

    def _next(self, last: int, wanted: str, said: int) -> list[tuple[int, int]]:
        """Return the pieces that read on from a piece, the nearest first, each with how many letters it adds."""
        here = self._pieces[last]
        near = []
        with_first = self._by_first.get(wanted[said], ())
        self._steps += 1 + len(with_first)
        for number in with_first:
            letters = self._pieces[number].letters
            rest = wanted[said : said + len(letters)]
            if number != last and letters.startswith(rest):
                distance = _distance(here, self._pieces[number])
                if distance is not None and not (distance < 0 and self._skips(last, number)):
                    near.append((distance, number, len(rest)))
        return [(number, letters) for _, number, letters in sorted(near)]

    def _skips(self, last: int, number: int) -> bool:
        """Tell whether something else stands between two pieces of one line."""
        if last not in self._right:
            here = self._pieces[last]
            lefts = [other.box[0] for other in self._pieces if _is_right_of(here, other)]
            self._right[last] = min(lefts, default=0.0)
        return self._pieces[number].box[0] > self._right[last] + 1.0


def _is_right_of(here: Piece, there: Piece) -> bool:
    return there.page == here.page and (_distance(here, there) or 0.0) < 0


def _begins_word(piece: Piece, letter: int) -> bool:
    return letter == 0 or (
        piece.owners[letter - 1] != piece.owners[letter] and piece.glyphs[piece.owners[letter]].apart
    )


def _ends_word(piece: Piece, end: int) -> bool:
    return end == len(piece.letters) or _begins_word(piece, end)


def _distance(here: Piece, there: Piece) -> float | None:
    """Return how far it is to the piece read next, in lines; None where reading does not go on there.

    What stands further right on the same line is nearer than all else: less than nothing.
    """
    if there.page != here.page:
        return _OTHER_PAGE + there.box[1] / there.height if there.page == here.page + 1 else None
    height = max(here.height, 1.0)
    (left, top, right, bottom), (other_left, other_top, _, other_bottom) = here.box, there.box
    down = (other_top + other_bottom - top - bottom) / 2 / height
    if abs(down) < _SAME_LINE:
        return (other_left - right) / height - _OTHER_COLUMN if other_left > right - _BACK * height else None
    if down > 0:
        apart = other_left > right or there.box[2] < left
        return down + (_OTHER_COLUMN / 2 if apart and down > _NEAR_BELOW else 0.0)
    return _OTHER_COLUMN + other_left / height if other_left > left else None
