r"""``.rtf``: the words of the text; pictures, headers and the addresses of links left out.  [only striprtf]

Footnotes follow the text, each on a line of its own.

Text marked as hidden or as a tracked deletion is read like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.articles import RawArticle
from index.readers.bounds import Unreadable, whole
from index.readers.decoding import decode, is_binary
from index.readers.notes import with_notes

_NOTE = re.compile(r"\{\s*(?:\\\*)?\\footnote(?![a-z])")
_NOTE_MARK = re.compile(r"\{[^{}]{0,200}\\chftn(?![a-z])[^{}]{0,20}\}|\\chftn(?![a-z]) ?")
_BRACE = re.compile(r"\\.|[{}]", re.S)
_HEX = re.compile(r"[0-9A-Fa-f]{64,}")  # the bytes of a picture, which striprtf would go through one by one


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    r"""Yield the document's text.

    >>> from io import BytesIO
    >>> [raw.text for raw in read(BytesIO(rb"{\rtf1\ansi Warga \'93panen\'94.\par Lalu\~pulang.}"))]
    ['Warga “panen”.\nLalu\xa0pulang.']
    """
    from striprtf.striprtf import rtf_to_text

    content = whole(stream)
    if is_binary(content.partition(b"\\bin")[0]) or not content.lstrip().startswith(b"{\\rtf"):
        raise Unreadable("bukan dokumen RTF yang utuh; simpan ulang")
    marked = _HEX.sub("", decode(content))
    # striprtf adds the address of a link in brackets, unless this space hides the link's field from it; it shows the
    # bullets of lists, and a table's cells with "|" between them; a torn list of fonts takes it minutes. All its fonts
    # are read in the document's own code page then.
    for shown, hidden in (("\\fldinst{", "\\fldinst {"), ("{\\listtext", "{\\pntext"), ("\\fonttbl", "\\stylesheet")):
        marked = marked.replace(shown, hidden)
    marked = re.sub(r"\\(?:nest)?cell(?![a-z])", r"\\tab", marked)
    marked, notes = _without_notes(marked)
    head = marked[: marked.find("{", 1)] if "{" in marked[1:] else "{\\rtf1\\ansi"
    text = rtf_to_text(marked, errors="replace")
    told = ((str(number), rtf_to_text(f"{head}{note}}}", errors="replace")) for number, note in enumerate(notes, 1))
    text = "\n".join(with_notes([text], told))
    # Characters beyond the first 65,536 are written as two halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    yield RawArticle(text="\n".join(line.strip() for line in text.split("\n") if line.strip()))


def _without_notes(marked: str) -> tuple[str, list[str]]:
    """Return a document without its footnotes and their marks, and the footnotes."""
    parts: list[str] = []
    notes: list[str] = []
    end = 0
    for opening in _NOTE.finditer(marked):
        if opening.start() < end:
            continue  # a note in a note
        depth = 1
        for brace in _BRACE.finditer(marked, opening.end()):
            depth += {"{": 1, "}": -1}.get(brace.group(), 0)
            if not depth:
                parts.append(marked[end : opening.start()])
                notes.append(_NOTE_MARK.sub("", marked[opening.end() : brace.start()]))
                end = brace.end()
                break
        else:
            break  # torn: it never closes
    parts.append(marked[end:])
    return _NOTE_MARK.sub("", "".join(parts)), notes
