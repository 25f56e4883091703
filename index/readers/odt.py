"""``.odt``: paragraphs, lists and tables in their order, tracked deletions and comments left out.  [only odfdo]

Footnotes and endnotes follow the text, each on a line of its own.

The days on which a document was made or changed are not its day of publication; they are not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.articles import RawArticle
from index.readers.notes import with_notes
from index.readers.office import real_author, real_title, rebuilt

if TYPE_CHECKING:
    from odfdo import Element

_UNSEEN = frozenset(
    """text:tracked-changes office:annotation office:forms text:note text:table-of-content text:sequence-decls
    text:variable-decls text:user-field-decls svg:title svg:desc""".split()
)
_MARKS = {"text:tab": "\t", "text:line-break": "\n"}
_MAX_SPACES = 100


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the document's text, a line a paragraph, a line a row of a table."""
    from odfdo import Document

    document = Document(rebuilt(stream))
    lines = [line for line in "".join(_parts(document.body)).split("\n") if line.strip()]
    lines = with_notes(lines, _notes(document.body))
    text = "\n".join(lines)
    author = document.meta.initial_creator or document.meta.creator
    yield RawArticle(text=text, title=real_title(document.meta.title, text), author=real_author(author))


def _notes(body: Element) -> Iterator[tuple[str, str]]:
    """Yield the mark and the words of each footnote and endnote."""
    for note in body.get_elements("descendant::text:note"):
        mark, words = note.get_element("text:note-citation"), note.get_element("text:note-body")
        if words is not None:
            yield (mark.inner_text if mark is not None else "").strip(), "".join(_parts(words))


def _parts(element: Element) -> Iterator[str]:
    """Yield the words of an element, each paragraph followed by a line break."""
    is_text = element.tag.startswith("text:") and element.tag not in ("text:list", "text:list-item", "text:section")
    if is_text:
        yield element.text or ""
    for child in element.children:
        if child.tag in ("text:p", "text:h"):
            if is_text:
                yield "\n"
            yield from _parts(child)
            yield "\n"
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag == "text:s":
            yield " " * min(int(str(child.get_attribute("text:c") or 1)), _MAX_SPACES)
        elif child.tag == "draw:text-box":
            yield "\n"
            yield from _parts(child)
        elif child.tag == "table:table-row":
            yield from _row(child)
        elif child.tag not in _UNSEEN:
            yield from _parts(child)
        if is_text:
            yield child.tail or ""


def _row(row: Element) -> Iterator[str]:
    """Yield a row as one line of words, or line by line where its cells hold paragraphs."""
    cells = ["".join(_parts(cell)).strip("\n") for cell in row.children if cell.tag == "table:table-cell"]
    separator = "\n" if any("\n" in cell for cell in cells) else "\t"
    yield separator.join(cell for cell in cells if cell) + "\n"
