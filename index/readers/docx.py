"""``.docx``: paragraphs and tables in their order, tracked deletions left out and insertions kept.  [only docx]

Footnotes and endnotes follow the text, each on a line of its own. What is left out (deletions, hidden text, comments,
headers and footers) can be shown.

The days on which a document was made or changed are not its day of publication; they are not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.articles import LeftOut, RawArticle
from index.readers.notes import with_notes
from index.readers.office import packed, parts_of, real_author, real_title

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
_BESIDE = re.compile(r"word/(comments|header|footer)\d*\.xml")
_BESIDE_KINDS = {"comments": "komentar penyunting", "header": "kepala halaman", "footer": "kaki halaman"}
_MARKS = {f"{_W}tab": "\t", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the document's text, a line a paragraph, a line a row of a table."""
    import docx

    parts = parts_of(stream)
    document = docx.Document(packed(parts))
    body = document.element.body
    lines = [line for line in "".join(_parts(body)).split("\n") if line.strip()]
    lines = with_notes(lines, _notes(body, parts))
    text = "\n".join(lines)
    properties = document.core_properties
    yield RawArticle(
        text=text,
        title=real_title(properties.title, text),
        author=real_author(properties.author),
        left_out=tuple(LeftOut(len(lines), words, kind) for words, kind in _left_out(body, parts) if words.strip()),
    )


def _notes(body: _Element, parts: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the number and the words of each note in the order in which the text refers to it."""
    number = 0
    known = {kind: _by_id(parts.get(f"word/{kind}s.xml", b""), kind) for kind in ("footnote", "endnote")}
    for reference in body.iter(f"{_W}footnoteReference", f"{_W}endnoteReference"):
        if any(outer.tag in _UNSEEN for outer in reference.iterancestors()):
            continue
        kind = str(reference.tag)[len(_W) : -len("Reference")]
        note = known[kind].pop(str(reference.get(f"{_W}id")), None)
        if note is not None:
            number += 1
            yield str(number), "".join(_parts(note))
    for notes in known.values():
        for note in notes.values():  # nothing refers to them
            yield "", "".join(_parts(note))


def _by_id(content: bytes, kind: str) -> dict[str, _Element]:
    root = _parsed(content)
    if root is None:
        return {}
    notes = root.iter(f"{_W}{kind}")
    return {str(note.get(f"{_W}id")): note for note in notes if note.get(f"{_W}type") in (None, "normal")}


def _left_out(body: _Element, parts: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield what of the document is no part of its text, and why."""
    for element in body.iter(f"{_W}del", f"{_W}moveFrom"):
        if element.getparent().tag != f"{_W}rPr":
            yield "".join(element.itertext(f"{_W}t", f"{_W}delText")), "dihapus penyunting"
    for run in body.iter(f"{_W}r"):
        if run.find(f"{_W}rPr/{_W}vanish") is not None:
            yield "".join(run.itertext(f"{_W}t")), "teks tersembunyi"
    for name in sorted(parts):
        kind = _BESIDE.fullmatch(name)
        root = _parsed(parts[name]) if kind else None
        if kind and root is not None:
            for line in "".join(_parts(root)).split("\n"):
                yield line, _BESIDE_KINDS[kind[1]]


def _parsed(content: bytes) -> _Element | None:
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(content, parser) if content else None


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
