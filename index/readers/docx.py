"""``.docx``: paragraphs and tables in their order, tracked deletions left out and insertions kept.  [only docx]

The days on which a document was made or changed are not its day of publication; they are not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.articles import RawArticle
from index.readers.office import real_author, real_title, rebuilt

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNSEEN = frozenset(
    [
        f"{_W}{name}"
        for name in ("del", "moveFrom", "pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "sdtPr", "instrText")
    ]
    + ["{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"]  # a text box, told twice
)
_MARKS = {f"{_W}tab": "\t", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the document's text, a line a paragraph, a line a row of a table."""
    import docx

    document = docx.Document(rebuilt(stream))
    lines = [line for line in "".join(_parts(document.element.body)).split("\n") if line.strip()]
    text = "\n".join(lines)
    properties = document.core_properties
    yield RawArticle(text=text, title=real_title(properties.title, text), author=real_author(properties.author))


def _parts(element: _Element) -> Iterator[str]:
    """Yield the words of an element, each paragraph followed by a line break."""
    for child in element:
        if child.tag in _UNSEEN:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag == f"{_W}br":
            yield " " if child.get(f"{_W}type") in ("page", "column") else "\n"
        elif child.tag == f"{_W}r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
            continue  # hidden text
        elif child.tag == f"{_W}p":
            yield from _parts(child)
            if child.find(f"{_W}pPr/{_W}rPr/{_W}del") is None:  # else its end is deleted: the next goes on with it
                yield "\n"
        elif child.tag == f"{_W}tr":
            yield from _row(child)
        elif child.tag == f"{_W}txbxContent":
            yield "\n"
            yield from _parts(child)
        else:
            yield from _parts(child)


def _row(row: _Element) -> Iterator[str]:
    """Yield a row as one line of words, or line by line where its cells hold paragraphs."""
    if row.find(f"{_W}trPr/{_W}del") is not None:
        return
    cells = ["".join(_parts(cell)).strip("\n") for cell in row.iter(f"{_W}tc") if _row_of(cell) is row]
    separator = "\n" if any("\n" in cell for cell in cells) else "\t"
    yield separator.join(cell for cell in cells if cell) + "\n"


def _row_of(cell: _Element) -> _Element | None:
    return next(cell.iterancestors(f"{_W}tr"), None)
