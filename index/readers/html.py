"""``.html``, ``.htm``: a saved page. Trafilatura tells the article from the page around it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.articles import RawArticle
from index.readers.bounds import Unreadable, whole
from index.readers.decoding import decode, is_binary
from index.readers.notes import set_apart
from index.readers.page_blocks import article_lines
from index.readers.page_record import record_of

if TYPE_CHECKING:
    from lxml.etree import _Element

NO_ARTICLE = "tidak ada isi artikel yang ditemukan di halaman ini"
# A long live blog has some 20,000; the time that trafilatura takes grows faster than their number.
MAX_TAGS = 200_000
_CHARSET = re.compile(rb"""<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*["']?\s*([\w-]+)""", re.I)
_SPACES = re.compile(r"\s+")
_BLOCKS = ("p", "head", "item", "list", "quote", "table", "row", "lb", "ab", "fw", "div", "main")
_HEAD_BYTES = 4096  # pages declare their charset in the first 1,024 bytes, as the standard asks; some late


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the page's article with the metadata that the page states."""
    content = whole(stream)
    if is_binary(content):
        raise Unreadable("isinya bukan teks")
    yield article_in(decode(content, charset_of(content)))


def charset_of(content: bytes) -> str | None:
    """Return the charset that a page or an XML file declares.

    >>> charset_of(b'<html><meta charset="windows-1252">')
    'windows-1252'
    """
    match = _CHARSET.search(content[:_HEAD_BYTES])
    return match.group(1).decode("ascii") if match else None


def article_in(page: str, url: str | None = None) -> RawArticle:
    """Return the article of a page. Nothing is fetched: links and images in the page are not followed."""
    import trafilatura

    if page.count("<") > MAX_TAGS:
        raise Unreadable("halaman ini terlalu rumit untuk satu artikel; simpan artikelnya saja")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it logs what is told here as a reason
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    tree = trafilatura.load_html(page.replace("\0", ""))
    if tree is None:
        raise Unreadable(NO_ARTICLE)
    record = record_of(tree, url)  # what is set apart below may hold a part of it
    for quote in list(tree.iter("q")):  # browsers show quotation marks for it
        quote.text, quote.tail = f"“{quote.text or ''}", f"”{quote.tail or ''}"
        quote.drop_tag()
    taken = set_apart(tree)
    found = trafilatura.bare_extraction(
        tree,
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False},  # not used, and then quicker
    )
    lines = _lines(found.body) if found is not None else []
    if not lines:
        raise Unreadable(NO_ARTICLE)
    lines, left_out = article_lines(tree, lines, taken)
    return RawArticle(
        text="\n".join(lines),
        left_out=tuple(left_out),
        title=next(iter(record.titles), found.title),
        date=next(iter(record.published), None),
        publisher=found.sitename,
        author=next(iter(record.authors), None),
        url=url or found.url,
        page=record,
    )


def _lines(body: _Element) -> list[str]:
    """Return the lines of an extracted article; trafilatura's own text draws bullets and tables."""
    lines = "".join(_parts(body)).split("\n")
    return [line for line in (" ".join(line.split()) for line in lines) if line]


def _parts(element: _Element) -> Iterator[str]:
    yield _SPACES.sub(" ", element.text or "")
    for child in element:
        around = "\n" if child.tag in _BLOCKS else " " if child.tag == "cell" else ""
        yield around
        if child.tag != "graphic":
            yield from _parts(child)
        yield around + _SPACES.sub(" ", child.tail or "")
