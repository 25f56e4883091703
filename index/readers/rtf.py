r"""``.rtf``: the words of the text; pictures, headers, footnotes and the addresses of links left out.  [only striprtf]

Text marked as hidden or as a tracked deletion is read like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.articles import RawArticle
from index.readers.bounds import Unreadable, whole
from index.readers.decoding import decode, is_binary

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
    text = rtf_to_text(marked, errors="replace")
    # Characters beyond the first 65,536 are written as two halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    yield RawArticle(text="\n".join(line.strip() for line in text.split("\n") if line.strip()))
