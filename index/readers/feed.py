"""RSS 2.0, RSS 1.0, Atom, and the export of WordPress (WXR): one article an entry, read while the file streams by.

Dates keep the offset that the feed writes: whose day it is, that of Jakarta or of London, is the archive's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, BinaryIO

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_ARTICLE_BYTES, Unreadable
from index.readers.decoding import decoded_pieces
from index.readers.entry_names import Places
from index.readers.fragment import lines_of_html, well_formed
from index.readers.html import charset_of
from index.readers.mail_date import sent_at

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD_BYTES = 1024
_SHORTCODE = re.compile(r"\[/?(?:caption|gallery|audio|video|playlist|embed)\b[^\[\]\n]*\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BLANK_LINES = re.compile(r"\r?\n[ \t]*\r?\n")
_ISO_DATE = re.compile(r"\s*\d{4}-\d\d-\d\d(?:[T\s].*)?", re.S)
_NO_DATE = "0000-00-00"  # WordPress gives it to drafts
_TEXTS = ("encoded", "content", "description", "summary", "excerpt")
_MEDIA = ("{http://search.yahoo.com/mrss", "{http://www.itunes.com/")  # their titles are those of pictures
_DATES = ("post_date", "pubDate", "published", "issued", "date")  # not "updated": that is another day


def read(stream: BinaryIO) -> Iterator[RawArticle | BadRecord]:
    """Yield one article an entry.

    >>> from io import BytesIO
    >>> feed = b"<rss><channel><title>Warta</title><item><title>Panen</title><description>Isi.</description></item>"
    >>> [(raw.title, raw.publisher, raw.text) for raw in read(BytesIO(feed))]
    [('Panen', 'Warta', 'Isi.')]
    """
    from lxml import etree

    source = _Source(stream)
    tags = ("{*}item", "{*}entry", "{*}title")
    events = etree.iterparse(
        source, tag=tags, encoding="utf-8", recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    outlet: str | None = None
    places = Places()
    entries = unpublished = 0
    for _, element in events:
        parent = element.getparent()
        if _name(element) == "title":
            if parent is not None and _name(parent) in ("channel", "feed"):
                outlet = _line(element)
            continue
        entries += 1
        source.next_entry()
        children = {_name(child): child for child in reversed(element) if _is_own(child)}
        if _is_published(children):
            yield _article(children, outlet, places)
        else:
            unpublished += 1
        element.clear()
        while element.getprevious() is not None and parent is not None:
            del parent[0]
    if unpublished:
        yield BadRecord(f"{unpublished} entri WordPress bukan tulisan yang terbit (draf, lampiran, menu)", skipped=True)
    if not entries:
        raise Unreadable("tidak berisi entri; umpannya kosong atau rusak")


def _article(children: dict[str, _Element], outlet: str | None, places: Places) -> RawArticle:
    exported = "post_type" in children
    text = next((lines for name in _TEXTS if name in children and (lines := _lines(children[name], exported))), [])
    link = _link(children)
    guid = next((words for name in ("guid", "id") if (words := _line(children.get(name)))), None)
    return RawArticle(
        text="\n".join(text),
        title=_TAG.sub("", _line(children.get("title")) or "").strip() or None,
        date=next((stamp for name in _DATES if (stamp := _stamp(_line(children.get(name))))), None),
        publisher=_line(children.get("source")) or outlet,
        author=_author(children),
        url=link,
        place=places.own(guid or link),
        has_fields=True,
    )


def _name(element: _Element) -> str:
    namespace, _, name = str(element.tag).rpartition("}")
    return "excerpt" if name == "encoded" and "excerpt" in namespace else name


def _is_own(element: _Element) -> bool:
    return isinstance(element.tag, str) and not element.tag.startswith(_MEDIA)


def _is_published(children: dict[str, _Element]) -> bool:
    kind, status = _line(children.get("post_type")), _line(children.get("status"))
    return kind in (None, "post", "page") and (kind is None or status == "publish")


def _line(element: _Element | None) -> str | None:
    """Return the words of a short field; titles are often escaped twice."""
    if element is None:
        return None
    named = next((child for child in element if _name(child) in ("name", "title")), element)  # <author><name>
    return " ".join(unescape(unescape("".join(named.itertext()))).split()) or None


def _lines(element: _Element, exported: bool) -> list[str]:
    kind = element.get("type", "html")
    if kind == "xhtml":
        from lxml import etree

        for inner in element.iter("{*}*"):
            inner.tag = _name(inner)
        return lines_of_html("".join(etree.tostring(inner, encoding="unicode") for inner in element))
    words = "".join(element.itertext())
    if kind in ("text", "text/plain"):
        return [line for line in (" ".join(line.split()) for line in words.split("\n")) if line]
    return lines_of_html(_with_breaks(words) if exported else words)


def _with_breaks(content: str) -> str:
    """Return what WordPress would show: its editor keeps a paragraph as an empty line, without any tag."""
    content = _SHORTCODE.sub("", content)
    if not re.search(r"<p\b|<!-- wp:", content):
        return content.replace("\n", "<br>\n")
    return _BLANK_LINES.sub("<br>\n<br>", content)


def _link(children: dict[str, _Element]) -> str | None:
    link = children.get("link")
    if link is None:
        return None
    parent = link.getparent()
    links = [link] if parent is None else [child for child in parent if _name(child) == "link"]
    named: str | None = next((other.text.strip() for other in links if other.text and other.text.strip()), None)
    if named:
        return named
    own = [other for other in links if other.get("rel", "alternate") == "alternate"]
    return next((href.strip() for other in own or links if (href := other.get("href"))), None)


def _author(children: dict[str, _Element]) -> str | None:
    said = _line(children.get("creator")) or _line(children.get("author"))
    named = re.fullmatch(r"\S+@\S+\s+\((.+)\)", said or "")  # RSS 2.0: "redaksi@warta.example (Tono)"
    return named.group(1) if named else said


def _stamp(said: str | None) -> str | None:
    """Return the moment as the feed writes it, as ISO where it is one of the two forms of the standards."""
    if not said or said.startswith(_NO_DATE):
        return None
    return said if _ISO_DATE.fullmatch(said) else sent_at(said) or said


class _Source:
    """What the XML parser reads: the feed as UTF-8, with the entities of HTML that feeds use undeclared.

    Undeclared, one "&nbsp;" would cost every "&amp;" behind it. No entity that the file itself declares is left.
    """

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(_HEAD_BYTES)
        stream.seek(0)
        self._pieces = decoded_pieces(stream, charset_of(head))
        self._since_entry = 0

    def next_entry(self) -> None:
        self._since_entry = 0

    def read(self, size: int = -1) -> bytes:
        parts: list[bytes] = []
        filled = 0
        for piece in self._pieces:
            parts.append(well_formed(piece).encode("utf-8", "replace"))
            filled += len(parts[-1])
            if filled >= size:
                break
        self._since_entry += filled
        if self._since_entry > MAX_ARTICLE_BYTES:
            limit = MAX_ARTICLE_BYTES // 1024**2
            raise Unreadable(f"satu entrinya lebih besar daripada {limit} MB; buang entri itu lalu jalankan lagi")
        return b"".join(parts)
