"""A table → its rows, whatever they are about: ``.csv``, ``.tsv``, ``.xlsx``, ``.ods``, ``.xls``.

A row has the number by which a spreadsheet names it. What is no table is refused, and told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from index.readers import allowance, spreadsheet, table
from index.readers.bad_record import BadRecord
from index.readers.bounds import Unreadable

_OLE = b"\xd0\xcf\x11\xe0"  # Excel's files before 2007
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_NO_TABLE = "bukan tabel CSV atau XLSX; simpan ulang sebagai salah satunya"
_HEAD_BYTES = 4096


@dataclass(frozen=True)
class TableRow:
    """One row; ``sheet`` is None in a file that has none. ``problem`` says why its cells could not be read."""

    number: int
    cells: tuple[str, ...]
    sheet: str | None = None
    problem: str | None = None


def rows_of(stream: BinaryIO, max_cell_chars: int) -> Iterator[TableRow | BadRecord]:
    """Yield the rows of all sheets, the row of names too; a longer cell is cut. Raises Unreadable for another file.

    >>> from io import BytesIO
    >>> [row.cells for row in rows_of(BytesIO(b"kutipan,tokoh\\nPanen raya,Ani\\n"), 5)]
    [('kutip', 'tokoh'), ('Panen', 'Ani')]
    """
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    if not head.strip():
        raise Unreadable("berkas ini kosong")
    is_sheet = head.startswith((b"PK", _OLE))
    if head.startswith(_OTHERS) or (not is_sheet and _is_binary(head)):
        raise Unreadable(_NO_TABLE)
    with allowance.part(stream, "spreadsheet" if is_sheet else "table"):
        yield from _of_sheets(stream, max_cell_chars) if is_sheet else _of_text(stream, max_cell_chars)


def _of_text(stream: BinaryIO, max_cell_chars: int) -> Iterator[TableRow]:
    for number, row in enumerate(table.rows(stream), start=1):
        if isinstance(row, BadRecord):
            yield TableRow(number, (), problem=row.reason)
        else:
            yield TableRow(number, tuple(cell.strip()[:max_cell_chars] for cell in row[1]))


def _of_sheets(stream: BinaryIO, max_cell_chars: int) -> Iterator[TableRow | BadRecord]:
    for name, rows in spreadsheet.rows(stream):
        if isinstance(rows, BadRecord):
            yield rows
            continue
        for number, row in enumerate(rows, start=1):
            yield TableRow(number, tuple(cell.strip()[:max_cell_chars] for cell in row), name)


def _is_binary(head: bytes) -> bool:
    """Tell whether bytes are no text: UTF-16 has its mark, all other text no zero bytes."""
    return b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
