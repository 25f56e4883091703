"""``.csv``, ``.tsv``: one article a row; the first row names the columns. Comma, semicolon or tab parts them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from typing import Any, BinaryIO, cast

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_ARTICLE_CHARS, too_long
from index.readers.decoding import decoded_lines
from index.readers.fields import article_of, has_text

_SEPARATORS = ",;\t|"
_NO_SEPARATOR = "\x1f"  # of units, in ASCII; nobody writes it
_SHOWN_COLUMNS = 12
_HEAD_BYTES = 1 << 16
_NO_ROW = "tabel ini kosong; baris pertamanya harus berisi nama kolom"
_OPEN = "tanda kutip yang dibuka di baris ini tidak ditutup"


def read(stream: BinaryIO) -> Iterator[RawArticle | BadRecord]:
    """Yield one article a row.

    >>> from io import BytesIO
    >>> [raw.title for raw in read(BytesIO(b"judul;isi\\nPanen;Warga panen.\\n"))]
    ['Panen']
    """
    lines, first = _begun(stream)
    separator = _separator(first)
    names = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
    if not has_text(names):
        shown = ", ".join(name for name in names[:_SHOWN_COLUMNS] if name)
        yield BadRecord(f"tidak punya kolom teks (mis. isi); kolomnya: {shown}" if shown else _NO_ROW, lines.number)
        return
    for row in _rows(lines, separator, len(names)):
        if isinstance(row, BadRecord):
            yield row
        elif any(cell.strip() for cell in row[1]):
            yield article_of_row(names, row[1], row[0])


def rows(stream: BinaryIO) -> Iterator[tuple[int, list[str]] | BadRecord]:
    """Yield every row, the first one too, with the number of its line; one without cells is a row as well.

    >>> from io import BytesIO
    >>> list(rows(BytesIO(b"kutipan;tokoh\\nPanen, kata dia;Ani\\n")))
    [(1, ['kutipan', 'tokoh']), (2, ['Panen, kata dia', 'Ani'])]

    Where the first line has no separator, the table is one column, whatever signs stand in it.
    """
    lines, first = _begun(stream)
    if not first:
        return
    separator = _separator(first)
    if separator not in "".join(first.split('"')[::2]):
        separator = _NO_SEPARATOR
    lines.again(first)
    yield from _rows(lines, separator, len(next(csv.reader([first], delimiter=separator), [])))


def _begun(stream: BinaryIO) -> tuple[_Lines, str]:
    """Return the lines of a table, and the first of them that is a row; "" where there is none."""
    lines = _Lines(stream)
    first = next((line for line in lines if line.strip()), "")
    if first.lower().startswith("sep="):  # Excel's own note of the separator
        first = next(lines, "")
    return lines, first


def _rows(lines: _Lines, separator: str, width: int) -> Iterator[tuple[int, list[str]] | BadRecord]:
    """Yield the rows that follow, of a table that is so many columns wide."""
    # One process-wide setting of the csv module; without it a long article is refused at 131,072 characters.
    csv.field_size_limit(MAX_ARTICLE_CHARS)
    found = csv.reader(lines, delimiter=separator)
    while True:
        start = lines.next_number
        lines.row.clear()
        try:
            row = next(found)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRecord(_reason(error), start)
            continue
        if lines.ended:
            yield BadRecord(_OPEN, start)
            yield from _after_open_quote(width, csv.reader(lines.row[1:], delimiter=separator), start)
        else:
            yield start, row


def _after_open_quote(width: int, rows: Iterator[list[str]], start: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the whole rows that an open quote had taken in; what else it took may be the rest of a torn article."""
    for number, row in enumerate(rows, start=start + 1):
        if len(row) == width > 1:
            yield number, row


def article_of_row(names: list[str], row: list[str], number: int) -> RawArticle | BadRecord:
    """Return the article of one row, or why it is none."""
    if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
        told = f"punya {len(row)} kolom, sedangkan baris judul {len(names)}; apit teks yang berisi pemisah dengan kutip"
        return BadRecord(told, number)
    try:
        article = article_of(dict(zip(names, row, strict=False)))
    except ValueError as error:
        return BadRecord(str(error), number)
    return article if len(article.text) <= MAX_ARTICLE_CHARS else BadRecord(too_long(len(article.text)), number)


def _separator(line: str) -> str:
    """Return the separator of the row of names: the one found most, quoted names aside."""
    outside = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def _reason(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"{too_long(MAX_ARTICLE_CHARS)}, atau tutup tanda kutip yang terbuka di baris ini"
    return f"baris tabel tidak sah ({error})"


def _ends_in_returns(stream: BinaryIO) -> bool:
    """Tell whether the rows end in a bare carriage return; a line feed may stand within a cell."""
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    first = min((head.find(mark) for mark in (b"\r", b"\n") if mark in head), default=-1)
    return first >= 0 and head[first : first + 1] == b"\r" and b"\r\n" not in head and b"\r\0\n" not in head


class _NewLines(RawIOBase):
    """A view of a stream in which every carriage return is a line feed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._stream.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(block)] = block
        return len(block)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


class _Lines:
    """The lines of a table, counted; a line too long for an article is left for the csv module to refuse.

    ``row`` holds the lines of the row in hand. ``ended`` after a row says that it was still open where the file ended.
    """

    def __init__(self, stream: BinaryIO) -> None:
        declared = None
        if _ends_in_returns(stream):  # a table of the old Macintosh, mostly in its charset too
            stream, declared = cast(BinaryIO, BufferedReader(_NewLines(stream))), "macintosh"
        self.number = 0
        self.row: list[str] = []
        self.ended = False
        self._again: str | None = None
        self._lines = decoded_lines(stream, max_chars=4 * MAX_ARTICLE_CHARS, declared=declared)

    def __iter__(self) -> Iterator[str]:
        return self

    @property
    def next_number(self) -> int:
        """The number of the line that comes next."""
        return self.number + (self._again is None)

    def again(self, line: str) -> None:
        """Have the line that came last come once more."""
        self._again = line

    def __next__(self) -> str:
        if self._again is not None:
            self.row.append(self._again)
            self._again = None
            return self.row[-1]
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        self.number += 1
        if line is None:
            raise csv.Error("field larger than an article")
        self.row.append(line.replace("\0", ""))
        return self.row[-1]
