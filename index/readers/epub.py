"""``.epub``: the chapters in the order of the spine, as one article. Its stated date is that of publication."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from index.articles import RawArticle
from index.readers.bounds import MAX_ARTICLE_CHARS, Unreadable, too_long
from index.readers.decoding import decode
from index.readers.fragment import lines_of_xhtml, well_formed
from index.readers.html import charset_of
from index.readers.office import parts_of, real_author

if TYPE_CHECKING:
    from lxml.etree import _Element

_TORN = "susunan EPUB ini rusak; buka lalu simpan ulang"
_CHAPTERS = (".xhtml", ".html", ".htm", ".xml")


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the book as one article."""
    parts = parts_of(stream)
    if any(suffix in decode(parts.get("META-INF/encryption.xml", b"")) for suffix in ("html", "htm")):
        raise Unreadable("EPUB ini dikunci penerbitnya (DRM); mintalah berkas tanpa kunci")
    container = _parsed(parts.get("META-INF/container.xml", b""))
    path = next((str(root.get("full-path")) for root in container.iter("{*}rootfile")), "")
    package = _parsed(parts.get(path, b""))
    lines: list[str] = []
    chars = 0
    for name in _chapters(package, posixpath.dirname(path)):
        content = parts.get(name, b"")
        chapter = lines_of_xhtml(decode(content, charset_of(content))) if content else []
        lines += chapter
        chars += sum(map(len, chapter))
        if chars > MAX_ARTICLE_CHARS:
            raise Unreadable(too_long(chars))
    if not lines:
        raise Unreadable("EPUB ini tidak berisi bab yang dapat dibaca; buka lalu simpan ulang")
    yield RawArticle(
        text="\n".join(lines),
        title=_stated(package, "title"),
        date=_stated(package, "date"),
        publisher=_stated(package, "publisher"),
        author=real_author(_stated(package, "creator")),
    )


def _chapters(package: _Element, folder: str) -> Iterator[str]:
    """Yield the names of the parts that are read one after the other; not the table of contents."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no" or "nav" in (item.get("properties") or "").split():
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        if name.lower().endswith(_CHAPTERS):
            yield name


def _stated(package: _Element, name: str) -> str | None:
    dates = [
        element
        for element in package.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")
        if not str(element.get("{http://www.idpf.org/2007/opf}event", "publication")).startswith(("modif", "creat"))
    ]
    return next((words for element in dates if (words := " ".join((element.text or "").split()))), None)


def _parsed(content: bytes) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    tree = etree.fromstring(well_formed(decode(content)).encode("utf-8", "replace"), parser) if content else None
    if tree is None:
        raise Unreadable(_TORN)
    return tree
