"""Footnotes, kept apart from the words they hang on: "berdiri¹" is not "berdiri1".

The mark leaves the sentence, so that the sentence can be found and quoted; the note itself follows the text on a line
of its own, behind the words "Catatan kaki".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

KIND = "tanda catatan"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_MARK = re.compile(r"[\[(]?\s?(?:\d{1,3}|[*†‡§¶]{1,3}|[a-zA-Z]|[ivx]{1,5})\s?[\])]?(?:\s?,\s?\d{1,3})*")
_DIGITS = re.compile(r"[\[(]?\s?\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\s?[\])]?|\[[^\]]{1,12}\]|[*†‡§¶]{1,3}")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
# Behind a unit of length, or a number ("10<sup>6</sup>"), a raised number is a power.
_POWER = re.compile(r"(?:^|[\s\d.,/(])(?:[kcmdh]?m|ft|km|inci?)$|\d$|[)\]]$", re.I)
_POWER_DIGITS = re.compile(r"[-−+]?\d{1,2}")
_NOTE_PLACE = re.compile(r"^#_?\w*(?:fn|ftn|note|ref|cite|catatan|kaki)|^#f\d+$", re.I)


def note_line(number: str, text: str) -> str:
    """Return the line on which a note stands.

    >>> note_line("2", " Angka sementara."), note_line("", "Angka.")
    ('Catatan kaki 2: Angka sementara.', 'Catatan kaki: Angka.')
    """
    return f"Catatan kaki {number}".rstrip() + f": {' '.join(text.split())}"


def with_notes(lines: Iterable[str], notes: Iterable[tuple[str, str]]) -> list[str]:
    """Return the lines of a text and below them its notes, each with its number.

    >>> with_notes(["Isi."], [("1", "Sumber: arsip."), ("2", " ")])
    ['Isi.', 'Catatan kaki 1: Sumber: arsip.']
    """
    return [*lines, *(note_line(number, text) for number, text in notes if text.strip())]


def set_apart(tree: _Element) -> list[str]:
    """Take the marks of notes and the readings of ruby out of a page, raise powers; return what was taken out.

    >>> from lxml import html
    >>> page = html.fromstring("<p>Desa berdiri<sup>1</sup> di 5 km<sup>2</sup>, H<sub>2</sub>O.</p>")
    >>> set_apart(page), page.text_content()
    (['1'], 'Desa berdiri di 5 km², H2O.')
    """
    taken: list[str] = []
    for element in list(tree.iter("{*}aside", "{*}li", "{*}div", "{*}p")):
        if _type_of(element) in ("footnote", "endnote", "rearnote"):
            _head_note(element)
    for element in list(tree.iter("{*}sup", "{*}a", "{*}rt", "{*}rp")):
        name = str(element.tag).rpartition("}")[2]
        if element.getparent() is None or (name == "a" and not _may_be_mark(element)):
            continue
        words = " ".join("".join(element.itertext()).split())
        if name in ("rt", "rp") or (words and _is_mark(element, name, words)):
            if words and name != "rp":
                taken.append(words)
            _drop(element)
        elif name == "sup" and _POWER_DIGITS.fullmatch(words) and len(element) == 0:
            element.text = words.translate(_RAISED)
    return taken


def _may_be_mark(link: _Element) -> bool:
    return (link.get("href") or "").find("#") >= 0 or "noteref" in _type_of(link) or link.get("role") == "doc-noteref"


def _is_mark(element: _Element, name: str, words: str) -> bool:
    kind = f"{_type_of(element)} {element.get('role') or ''} {element.get('class') or ''}".lower()
    if name == "a":
        target = element.get("href") or ""
        is_note = "noteref" in kind or "footnote" in kind or "doc-noteref" in kind
        to_note = is_note or _NOTE_PLACE.search(target[target.find("#") :]) is not None
        return to_note and _MARK.fullmatch(words) is not None
    if "noteref" in kind or "footnote" in kind or "reference" in kind:
        return True
    if not _DIGITS.fullmatch(words):
        return False
    return not (_POWER_DIGITS.fullmatch(words) and _POWER.search(_before(element)))


def _head_note(element: _Element) -> None:
    """Put "Catatan kaki" before the words of a note that stands in the text."""
    first = next((inner for inner in element.iter() if (inner.text or "").strip()), None)
    if first is not None:
        number, words = re.fullmatch(r"\s*((?:\d{1,3})?)[.)\]]?\s*(.*)", first.text or "", re.S).groups()  # type: ignore[union-attr]
        first.text = note_line(number, "") + words


def _before(element: _Element) -> str:
    """Return the last words before an element within its paragraph."""
    previous = element.getprevious()
    if previous is not None:
        return previous.tail or "".join(previous.itertext())
    parent = element.getparent()
    return (parent.text or "") if parent is not None else ""


def _type_of(element: _Element) -> str:
    return str(element.get(_EPUB_TYPE) or element.get("epub:type") or element.get("type") or "")


def _drop(element: _Element) -> None:
    """Take an element out of its tree; what follows it stays."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
