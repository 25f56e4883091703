"""Lines of print with their places on the page → paragraphs in reading order. It knows nothing of PDF.

Columns are read one after the other, headlines across them in between. A paragraph goes on over a column's or page's
end where its sentence does. A word divided at a line's end is whole again; "orang-orang" keeps its hyphen.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

# All in units of the type size, unless they say otherwise. By hand, on reports, newspaper pages and letters: there are
# too few printed pages whose text is known to fit them.
_SAME_SIZE = 1.2  # larger over smaller: beyond it, a headline or a caption
_PARAGRAPH_GAP = 1.2  # to the usual distance of lines
_APART = 1.6  # in a document too short to tell how far apart its lines are
_MIN_LINES = 12
_INDENT = 0.5
_SPACE = 0.25
_SLACK = 0.5
_ROW_GAP = 5
_DROP_CAP = 1.8
_GUTTER_POINTS = 4.0
_MIN_COLUMN_LINES = 3
_MIN_IN_COLUMNS = 0.7  # of the lines beside a gutter
_MIN_COLUMN_WIDTH = 7  # some fifteen letters; the narrowest newspaper columns have twenty
_MARGIN_LINES = 3  # above and below the text, where running heads and page numbers stand
_MIN_PAGES = 3
_REPEATS_ON = 0.4  # of the pages: left and right pages often bear different heads
_MAX_LINES = 5000  # a page with more is a map or a register; its lines are taken from top to bottom

_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_LIST_MARK = re.compile(r"(?:\w{1,3}[.)]|[•·▪●○◦‣–—*-])\s")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Each begins where a word begins: from every letter of it they would take time in the square of its length.
_DIVIDED = re.compile(r"(?<![^\W_])([^\W_]+(?:-[^\W_]+)*)-$")
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:-[^\W\d_]+)+")
_MIN_COMMON = 4  # letters that the halves of "kemerah-merahan" share


@dataclass(frozen=True)
class PrintedLine:
    """A line and its place in points, ``top`` measured upwards; ``first_width`` is that of its first word.

    ``is_row`` marks a line of pieces far apart, such as a row of a table.
    """

    text: str
    x0: float
    x1: float
    top: float
    size: float
    first_width: float
    is_row: bool = False


_Lines = list[PrintedLine]


def paragraphs(pages: Sequence[Sequence[PrintedLine]]) -> list[str]:
    """Return the paragraphs of a document.

    >>> one = PrintedLine("Warga desa meme-", 0, 100, 50, 10, 30)
    >>> two = PrintedLine("tik kopi.", 0, 50, 38, 10, 15)
    >>> paragraphs([[one, two]])
    ['Warga desa memetik kopi.']
    """
    columns = [column for page in _without_running_heads(pages) for column in columns_of(page)]
    leading = _usual_leading(columns)
    known = {word.lower() for column in columns for line in column for word in _HYPHENATED.findall(line.text)}
    found: list[list[PrintedLine]] = []
    before: list[PrintedLine] = []
    for column in columns:
        for number, line in enumerate(column):
            new = _is_new_paragraph(column, number, leading) if number else not _runs_over(before, line)
            if new or not found:
                found.append([])
            found[-1].append(line)
        before = column
    return [_joined(lines, known) for lines in found]


# --- which lines, and in which order ---


def _without_running_heads(pages: Sequence[Sequence[PrintedLine]]) -> Iterator[list[PrintedLine]]:
    """Yield the pages without the lines that stand above or below the text on most of them, numbers aside."""
    margins = [_margin(page) for page in pages]
    counted = Counter(key for margin in margins for key in {_bare(line) for line in margin})
    enough = max(_MIN_PAGES - 1, _REPEATS_ON * len(pages)) if len(pages) >= _MIN_PAGES else len(pages) + 1
    for page, margin in zip(pages, margins, strict=True):
        running = {id(line) for line in margin if counted[_bare(line)] >= enough}
        yield [line for line in page if id(line) not in running]


def _margin(page: Sequence[PrintedLine]) -> list[PrintedLine]:
    ordered = sorted(page, key=lambda line: -line.top)
    return [*ordered[:_MARGIN_LINES], *ordered[_MARGIN_LINES:][-_MARGIN_LINES:]]


def _bare(line: PrintedLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.top)


def columns_of(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Return a page's columns in reading order, each from top to bottom; what spans them stands between."""
    gutter = _gutter(lines) if len(lines) <= _MAX_LINES else None
    if gutter is None:
        return [_rows(lines)] if lines else []
    left, right, wide = _sides(lines, gutter)
    columns: list[list[PrintedLine]] = []
    spanning: list[PrintedLine] = []
    for line in wide:
        above = [*_above(left, line), *_above(right, line)]
        if above:
            columns += [_rows(spanning)] if spanning else []
            spanning = []
            columns += columns_of(_above(left, line)) + columns_of(_above(right, line))
            left = [other for other in left if other.top <= line.top]
            right = [other for other in right if other.top <= line.top]
        spanning.append(line)
    columns += [_rows(spanning)] if spanning else []
    return columns + columns_of(left) + columns_of(right)


def _above(lines: list[PrintedLine], line: PrintedLine) -> list[PrintedLine]:
    return [other for other in lines if other.top > line.top]


def _gutter(lines: Sequence[PrintedLine]) -> float | None:
    """Return where white space parts a page into columns, None for a page of one column."""
    starts = Counter(round(line.x0) for line in lines)
    best: tuple[int, float] | None = None
    for start, count in starts.items():
        if count < _MIN_COLUMN_LINES:
            continue
        gutter = start - _GUTTER_POINTS / 2
        left, right, wide = _sides(lines, gutter)
        if best and len(wide) >= best[0]:
            continue
        if _side_by_side(left, right, wide) and all(map(_is_filled, (left, right))):
            best = (len(wide), gutter)
    return best[1] if best else None


def _sides(lines: Sequence[PrintedLine], gutter: float) -> tuple[_Lines, _Lines, _Lines]:
    """Return the lines left of a gutter, those right of it, and those across it from top to bottom."""
    left = [line for line in lines if line.x1 <= gutter]
    right = [line for line in lines if line.x0 >= gutter]
    wide = [line for line in lines if line.x0 < gutter < line.x1]
    return left, right, sorted(wide, key=lambda line: -line.top)


def _side_by_side(left: list[PrintedLine], right: list[PrintedLine], wide: list[PrintedLine]) -> bool:
    """Tell whether most lines stand in real columns: three lines or more on both sides, with nothing across between.

    Wide spaces in a line of justified print stand one above the other by chance, but never so.
    """
    tops = [-line.top for line in wide]
    bands = [Counter(bisect(tops, -line.top) for line in side) for side in (left, right)]
    real = [band for band in bands[0] if min(bands[0][band], bands[1][band]) >= _MIN_COLUMN_LINES]
    return sum(bands[0][band] + bands[1][band] for band in real) > _MIN_IN_COLUMNS * (len(left) + len(right))


def _is_filled(lines: list[PrintedLine]) -> bool:
    """Tell whether lines are as wide as those of text; the cells of a table are not."""
    rows = _rows(lines)
    return median(row.x1 - row.x0 for row in rows) >= _MIN_COLUMN_WIDTH * median(row.size for row in rows)


def _rows(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Return lines from top to bottom, the pieces of one line joined."""
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: (-line.top, line.x0)):
        if rows and abs(rows[-1][-1].top - line.top) < 0.5 * min(rows[-1][-1].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(sorted(row, key=lambda line: line.x0)) for row in rows]


def _row(pieces: list[PrintedLine]) -> PrintedLine:
    text = pieces[0].text
    is_row = any(piece.x0 - before.x1 > _ROW_GAP * piece.size for before, piece in pairwise(pieces))
    for before, piece in pairwise(pieces):
        is_drop_cap = len(before.text) == 1 and before.size > _DROP_CAP * piece.size
        text += piece.text if is_drop_cap else f" {piece.text}"
    size = median(piece.size for piece in pieces)
    return replace(pieces[0], text=text, x1=max(piece.x1 for piece in pieces), size=size, is_row=is_row)


# --- where a paragraph ends ---


def _usual_leading(columns: list[list[PrintedLine]]) -> dict[int, float]:
    """Return the usual distance of lines within a paragraph for each type size of which there is enough print."""
    distances: dict[int, list[float]] = {}
    for column in columns:
        for above, below in pairwise(column):
            if round(above.size) == round(below.size):
                distances.setdefault(round(above.size), []).append(above.top - below.top)
    enough = {size: sorted(some) for size, some in distances.items() if len(some) >= _MIN_LINES}
    return {size: some[len(some) // 5] for size, some in enough.items()}  # most may be between paragraphs


def _is_new_paragraph(column: list[PrintedLine], number: int, leading: dict[int, float]) -> bool:
    above, below = column[number - 1], column[number]
    if max(above.size, below.size) > _SAME_SIZE * min(above.size, below.size) or (above.is_row and below.is_row):
        return True
    if _goes_on(above, below):
        return False
    usual = leading.get(round(above.size), above.size * _APART)
    if above.top - below.top > _PARAGRAPH_GAP * usual:
        return True
    near = column[max(0, number - 3) : number + 3]
    is_indented = below.x0 - min(line.x0 for line in near) > _INDENT * below.size
    is_apart = above.top - below.top > _APART * above.size and round(above.size) not in leading
    if _SENTENCE_END.search(above.text) and (is_indented or is_apart):
        return True
    return _had_room(above, below, near)


def _had_room(above: PrintedLine, below: PrintedLine, near: Sequence[PrintedLine]) -> bool:
    """Tell whether the first word below would have had room above: then the line was ended on purpose."""
    room = max(line.x1 for line in near) - above.x1
    return room > below.first_width + (_SPACE + _SLACK) * below.size


def _runs_over(column: list[PrintedLine], below: PrintedLine) -> bool:
    """Tell whether the last paragraph of a column goes on in the next column or on the next page."""
    if not column or _goes_on(column[-1], below):
        return bool(column)
    above, near = column[-1], column[-3:]
    alike = max(above.size, below.size) <= _SAME_SIZE * min(above.size, below.size)
    ended = _SENTENCE_END.search(above.text) or _LIST_MARK.match(below.text) or len(near) == 1
    return alike and not ended and not _had_room(above, below, near)


def _goes_on(above: PrintedLine, below: PrintedLine) -> bool:
    """Tell whether a sentence clearly runs on from one line to the next."""
    if _SENTENCE_END.search(above.text) or _LIST_MARK.match(below.text):
        return False
    alike = max(above.size, below.size) <= _SAME_SIZE * min(above.size, below.size)
    return alike and below.text[:1].islower()


# --- the words of a paragraph ---


def joined(lines: Sequence[str]) -> str:
    """Return the lines of one paragraph as one, divided words whole.

    >>> joined(["Warga desa meme-", "tik kopi."])
    'Warga desa memetik kopi.'
    """
    known = {word.lower() for line in lines for word in _HYPHENATED.findall(line)}
    return _joined([PrintedLine(line, 0, 0, 0, 0, 0) for line in lines], known)


def _joined(lines: list[PrintedLine], known: set[str]) -> str:
    parts = [lines[0].text]
    for line in lines[1:]:
        last = parts[-1]
        if last.endswith("\u00ad"):
            parts[-1] = last[:-1]
            parts.append(line.text)
        elif last.endswith("-") and _DIVIDED.search(last):
            parts[-1:] = _rejoined(last, line.text, known)
        else:
            parts += [" ", line.text]
    return "".join(parts)


def _rejoined(text: str, rest: str, known: set[str]) -> tuple[str, str]:
    """Return a line that ends in a hyphen, with it or without it, and the next line.

    >>> _rejoined("para orang-", "orang tua", set()), _rejoined("sedang mema-", "nen kopi", set())
    (('para orang-', 'orang tua'), ('sedang mema', 'nen kopi'))
    """
    divided, first = _DIVIDED.search(text), _FIRST_WORD.match(rest)
    if not divided or not first or not rest[0].islower():
        return text, rest  # "COVID-" and "19", "Jawa-" and "Bali"
    left, right = divided.group(1).lower(), first.group(0).lower()
    is_double = f"{left}-{right}" in known or _is_reduplicated(left.rpartition("-")[2], right.partition("-")[0])
    return (text if is_double else text[:-1]), rest


def _is_reduplicated(left: str, right: str) -> bool:
    """Tell whether two halves are one word twice, with or without affixes.

    >>> [_is_reduplicated(*halves) for halves in (("berlari", "lari"), ("kemerah", "merahan"), ("mema", "nen"))]
    [True, True, False]
    """
    if left == right:
        return True
    if min(len(left), len(right)) >= _MIN_COMMON and (left.endswith(right) or right.endswith(left)):
        return True
    return any(right.startswith(left[-common:]) for common in range(_MIN_COMMON, min(len(left), len(right)) + 1))
