"""``.xlsx``, ``.ods``, ``.xls``: one article a row where a sheet names a column of text, else one article a sheet.

[only calamine]
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import BinaryIO

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_ARTICLE_BYTES, Unreadable, whole
from index.readers.fields import has_text
from index.readers.office import rebuilt
from index.readers.table import article_of_row

_LOCKED = "EncryptedPackage".encode("utf-16-le")
_MAX_CELLS = 5_000_000


def read(stream: BinaryIO) -> Iterator[RawArticle | BadRecord]:
    """Yield the articles of each sheet; ``place`` is the name of the sheet, hidden ones included."""
    found = False
    for name, rows in _sheets(stream):
        if isinstance(rows, BadRecord):
            yield rows
            continue
        for article in _in_sheet(rows, name):
            found = True
            yield article
    if not found:
        raise Unreadable("tabel ini kosong", skipped=True)


def rows(stream: BinaryIO) -> Iterator[tuple[str, list[list[str]] | BadRecord]]:
    """Yield each sheet by its name with all of its rows, from the first of the sheet on."""
    yield from _sheets(stream, from_top=True)


def _sheets(stream: BinaryIO, *, from_top: bool = False) -> Iterator[tuple[str, list[list[str]] | BadRecord]]:
    from python_calamine import CalamineWorkbook

    is_zip = stream.read(2) == b"PK"
    stream.seek(0)
    content = rebuilt(stream) if is_zip else BytesIO(whole(stream, MAX_ARTICLE_BYTES))
    if not is_zip and _LOCKED in content.getvalue():
        raise Unreadable("tabel ini dikunci dengan kata sandi; simpan ulang tanpa kunci")
    workbook = CalamineWorkbook.from_filelike(content)
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > _MAX_CELLS:
            yield name, BadRecord("lembar ini terlalu besar; simpan sebagai CSV", place=name)
            continue
        yield name, [[_said(cell) for cell in row] for row in sheet.to_python(skip_empty_area=not from_top)]


def _in_sheet(rows: list[list[str]], name: str) -> Iterator[RawArticle | BadRecord]:
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if not filled:
        return
    names = filled[0][1]
    if has_text(names):
        for number, row in filled[1:]:
            found = article_of_row(names, row, number)
            yield found if isinstance(found, BadRecord) else _placed(found, f"{name}:{number}")
    else:
        yield RawArticle(text="\n".join("\t".join(cell for cell in row if cell) for _, row in filled), place=name)


def _placed(article: RawArticle, place: str) -> RawArticle:
    from dataclasses import replace

    return replace(article, place=place)


def _said(cell: object) -> str:
    """Return a cell as it is read: whole numbers without a point, days in ISO.

    >>> _said(3.0), _said(2.5), _said(datetime(2024, 3, 4))
    ('3', '2,5', '2024-03-04')
    """
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    return " ".join(str(cell).split("\r")) if isinstance(cell, str) else str(cell)
