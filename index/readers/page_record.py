"""What a page says of its own article beside the text: headline, authors, dates, and the short lines around the text.

Dates of a page stand everywhere: in the clock of its header, beside related stories, in comments and the footer. Read
are only the page's record (JSON-LD of its main article, fields of its head, microdata) and the block of its headline.
Nothing is judged here; that is ``index.metadata``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.articles import PageRecord
from index.readers.json_ld import Object, alike, main_articles, persons_of, words_of
from index.text.dates import date_mentions, is_dateline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Names of fields in a head, without case, dots, colons, dashes and underscores, the surest first.
_PUBLISHED = (
    "articlepublishedtime", "articlepublished", "ogarticlepublishedtime", "ogpublishedtime", "datepublished",
    "contentpublisheddate", "dtkpublishdate", "publishdate", "publisheddate", "publishedat", "publishtime",
    "publicationdate", "articlepublicationdate", "originalpublicationdate", "pubdate", "ogpubdate",
    "cxenseparsepublishtime", "cxenseparserecspublishtime", "parselypubdate", "sailthrudate", "dctermsissued",
    "dcdateissued", "dctermsdate", "dcdate", "dctermscreated", "dcdatecreated", "articledateoriginal", "date",
)  # fmt: skip
_MODIFIED = frozenset(
    "articlemodifiedtime articlemodified ogmodifiedtime ogupdatedtime datemodified modifieddate lastmodified lastmod "
    "dctermsmodified dcdatemodified revised updated".split()
)
_AUTHORS = ("articleauthor", "contentauthor", "dtkauthor", "author", "dccreator", "byl", "parselyauthor")
_TITLES = ("ogtitle", "twittertitle", "title", "contenttitle", "dctitle")
_ADDRESSES = ("ogurl", "twitterurl")

# --- which parts of a page are not the article's ---

_UNSEEN = frozenset(
    "script style template noscript iframe object svg button select textarea head nav aside footer form figure "
    "figcaption".split()
)
_FURNITURE = re.compile(
    r"""(?:^|[\s_-]) (?: side-?bar\w* | aside | foot(?:er)?\w* | nav(?:bar|igation)? | menus? | bread-?crumbs?
    | \w*related\w* | terkait | recom+end\w* | rekomendasi | \w*popul[ae]r\w* | trending | latest\w* | terbaru | terkini
    | lainnya | (?:baca|lihat|simak)-?juga | (?:read|see)-?also | also-?read | headlines?-?list | (?:news|berita)-?list
    | list-?(?:berita|news) | indeks | carousel | slider | cards? | (?:next|prev(?:ious)?)-?(?:post|article)
    | comments? | komentar | disqus | reviews? | testimoni\w* | polling
    | clock | jam | (?:date|tgl|tanggal|time)-?(?:now|today) | now | today | hari-?ini | current-?(?:date|time) | ticker
    | breaking | running-?text | top-?(?:bar|header) | (?:site|page|main)-?header | masthead
    | widgets? | copyright | modal | pop-?up | newsletter | subscri\w* | ads? | adv | iklan | promo\w*
    | bio | (?:author|about|post-author)-?(?:bio|box|info|desc\w*)
    | weather | cuaca | jadwal | agenda | live-?score | captions? | gallery | galeri
    ) (?:$|[\s_-])""",
    re.I | re.X,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike "
    "strong sub sup time tt u var wbr".split()
)
_CARDS = frozenset(("article", "section", "div", "li", "td", "dl"))
_MAX_LINK_WORDS = 4  # a link of more words is another story's headline, of fewer an author or a section
_MAX_CARD_WORDS = 40

# --- what is marked as a date, an author, a headline ---

_DATE_MARK = re.compile(r"date|time|publi|posted|tanggal|tgl|waktu", re.I)
_AUTHOR_MARK = re.compile(
    r"(?:^|[\s_-])(?:\w*author|penulis|by-?line|reporters?|writers?|jurnalis|wartawan|pewarta|credit-title-name)(?:$|[\s_-])",
    re.I,
)
_NO_AUTHOR_MARK = re.compile(r"avatar|image|img|photo|foto|thumb|bio|desc|box|social|link-?all|more|editor|count", re.I)
_TITLE_MARK = re.compile(r"(?:^|[\s_-])(?:title|headline|judul)(?:$|[\s_-])", re.I)
_CHANGED_LABEL = re.compile(
    r"(?:di(?:perbarui|perbaharui|update|mutakhirkan|ubah)|pembaruan|updated?|modified|edited)\W{0,3}(?:pada\W{0,3})?$",
    re.I,
)
_LABEL = re.compile(
    r"\W{0,3}(?:terakhir\s|last\s)?(?:di(?:perbarui|perbaharui|update|ubah|terbitkan|publikasikan|posting|unggah)|pembaruan|update[ds]?|modified|terbit|tayang|published|posted)"
    r"(?:\s(?:pada|on|at))?\s?:?",
    re.I,
)
_DATE_LABEL = re.compile(r"\b(?:tanggal|tgl|hari|waktu|rilis|terbit|tayang|oleh|pada)\W*$", re.I)
_LABEL_CHARS = 40
_MIN_TITLE_CHARS, _MAX_TITLE_CHARS = 3, 300
_ALIKE = 0.5  # by hand
_CHANGED = "Diperbarui"
_CHANGED_MARK = re.compile(r"updated|modified|diperbarui", re.I)
_PUBLISHED_MARK = re.compile(r"publi|entry-date|posted|created", re.I)
_AFTER, _BEFORE = 25, 4  # blocks read behind and before the headline
_MAX_LINE_CHARS = 160
_MAX_TAIL = 80
_MAX_MARKED_CHARS = 100
_PARAGRAPH_CHARS, _SENTENCE_CHARS = 100, 60


@dataclass
class _Block:
    """A block of a page: its line of text, and the elements in it that are marked as a date."""

    line: str
    dated: tuple[str, ...] = ()
    is_headline: bool = False
    is_other_story: bool = False


def record_of(tree: HtmlElement, url: str | None = None) -> PageRecord:
    """Return what a page says of its article; the tree is left as it is.

    >>> from lxml import html
    >>> page = "<body><div>1 Mei 2026</div><h1>Panen</h1><p>Rabu, 20 November 2024</p><p>Warga panen.</p></body>"
    >>> record_of(html.fromstring(f"<html>{page}</html>")).head
    ('Rabu, 20 November 2024', 'Warga panen.', '1 Mei 2026')
    """
    fields = _head_fields(tree)
    titles = [words for name in _TITLES for words in fields.get(name, ())]
    titles += [words for element in tree.iter("title") if (words := _words(element))][:1]
    addresses = [url] if url else []
    addresses += [words for name in _ADDRESSES for words in fields.get(name, ())]
    addresses += [
        str(link.get("href")) for link in tree.iter("link") if link.get("rel") == "canonical" and link.get("href")
    ]
    scripts = [script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or "").lower()]
    headline = _headline(tree, titles)
    heading = _words(headline) if headline is not None else ""
    objects = main_articles(scripts, [*titles, heading], addresses)
    marked = _Marked(tree, headline)
    head, tail = _around(marked.blocks)
    return PageRecord(
        titles=_once([*fields.get("ogtitle", ()), heading, *_from(objects, "headline"), *titles]),
        authors=_once(
            [
                *("; ".join(persons_of(found.get("author") or found.get("creator"))) for found in objects),
                *marked.authors,
                *(words for name in _AUTHORS for words in fields.get(name, ())),
            ]
        ),
        published=_once(
            [
                *(_from(objects, "datePublished") or _from(objects, "dateCreated")),
                *[words for name in _PUBLISHED for words in fields.get(name, ())][:3],
                *marked.published,
            ]
        ),
        modified=_once(
            [
                *_from(objects, "dateModified"),
                *(words for name in sorted(_MODIFIED) for words in fields.get(name, ())),
                *marked.modified,
            ]
        ),
        head=head,
        tail=tail,
        has_headline=headline is not None,
    )


def _head_fields(tree: HtmlElement) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if content and (meta.get("itemprop") is None or not _is_scoped(meta)):
            fields.setdefault(re.sub(r"[\W_]", "", name.lower()), []).append(content)
    return fields


def _is_scoped(element: HtmlElement) -> bool:
    """Tell whether microdata belongs to a thing that is not an article: a comment, a video, a product."""
    scope = next((around for around in element.iterancestors() if around.get("itemscope") is not None), None)
    kind = (scope.get("itemtype") or "") if scope is not None else ""
    return bool(kind) and not re.search(r"article|blogposting|webpage|report$", kind, re.I)


def _headline(tree: HtmlElement, titles: list[str]) -> HtmlElement | None:
    """Return the element that is the page's headline: of those that could be, the one most like the page's title."""
    first = list(tree.iter("h1"))
    marked = (element for element in tree.iter("h2", "h3", "div", "p", "span") if _TITLE_MARK.search(_marks(element)))
    for found in (first, marked, tree.iter("h2")):
        best, rating = None, 0.0
        for element in found:
            words = _words(element)
            if not _MIN_TITLE_CHARS <= len(words) <= _MAX_TITLE_CHARS:
                continue
            # of two alike the longer one: a logo's words stand in the page's title as well
            rated = max((alike(words, title) for title in titles), default=1.0) + min(len(words.split()), 5) / 100
            if rated > rating:
                best, rating = element, rated
        if best is not None and (rating >= _ALIKE or len(first) == 1):
            return best
    return None


class _Marked:
    """One walk through the article's side of a page: its blocks of text, and what they mark as date or author."""

    def __init__(self, tree: HtmlElement, headline: HtmlElement | None) -> None:
        self.blocks: list[_Block] = []
        self.authors: list[str] = []
        self.published: list[str] = []
        self.modified: list[str] = []
        self._headline = headline
        self._around = set(headline.iterancestors()) if headline is not None else set()
        self._line: list[str] = []
        self._dated: list[str] = []
        self._in_headline = self._in_story = False
        self._article = next((element for element in self._around if element.tag in ("article", "main")), None)
        self._walk(tree)
        self._flush()

    def _walk(self, tree: HtmlElement) -> None:
        from lxml import etree

        events = etree.iterwalk(tree, events=("start", "end"))
        skipped: HtmlElement | None = None
        for event, element in events:
            if event == "start" and self._is_foreign(element):
                skipped = element
                self._break_at(element)
                events.skip_subtree()
            elif event == "start":
                self._open(element)
            else:
                if element is not skipped:
                    self._close(element)
                skipped = None
                self._line.append(element.tail or "")

    def _is_foreign(self, element: HtmlElement) -> bool:
        if element in self._around or element is self._headline:
            return False
        tag = element.tag
        if tag in _UNSEEN or element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
            return True
        if tag == "header" and (self._article is None or self._article not in element.iterancestors()):
            return True
        marks = _marks(element)
        if marks and _FURNITURE.search(_CAMEL.sub("-", marks)):
            return True
        return tag in _CARDS and _is_card(element)

    def _break_at(self, element: HtmlElement) -> None:
        if element.tag not in _INLINE:
            self._flush()

    def _open(self, element: HtmlElement) -> None:
        self._break_at(element)
        if element is self._headline:
            self._in_headline = True
        if element.tag == "a" and not self._in_headline and element not in self._around and _is_long(element):
            self._in_story = True
        self._microdata(element)
        marks = _marks(element)
        if element.tag == "time" or (marks and _DATE_MARK.search(marks)):
            self._date(element, marks)
        if (
            element.get("rel") == "author" or element.get("itemprop") == "author" or _AUTHOR_MARK.search(marks)
        ) and not _NO_AUTHOR_MARK.search(marks):
            words = " ".join(" ".join(element.itertext()).split())  # a label may stand in an element of its own
            if 0 < len(words) <= _MAX_MARKED_CHARS:
                self.authors.append(words)
        self._line.append(element.text or "")

    def _date(self, element: HtmlElement, marks: str) -> None:
        words = _words(element)
        if len(words) > _MAX_MARKED_CHARS:
            return
        stamp = (element.get("datetime") or element.get("content") or element.get("title") or "").strip()
        shown = words if any(mention.iso for mention in date_mentions(words)) else stamp
        if not shown:
            return
        changed = _CHANGED_MARK.search(marks) and not _PUBLISHED_MARK.search(marks)
        labelled = _CHANGED_LABEL.search(_end(self._line, _LABEL_CHARS))
        self._dated.append(f"{_CHANGED} {shown}" if changed or labelled else shown)

    def _microdata(self, element: HtmlElement) -> None:
        property = element.get("itemprop") or element.get("property") or ""
        if property not in ("datePublished", "dateModified") or element.tag == "meta" or _is_scoped(element):
            return
        words = element.get("content") or element.get("datetime") or element.get("title") or _words(element)
        (self.published if property == "datePublished" else self.modified).append(words)

    def _close(self, element: HtmlElement) -> None:
        self._break_at(element)
        if element is self._headline:
            self._in_headline = False

    def _flush(self) -> None:
        line = " ".join("".join(self._line).split())
        if line or self._dated or self._in_headline:
            self.blocks.append(_Block(line, tuple(self._dated), self._in_headline, self._in_story))
        self._line, self._dated, self._in_story = [], [], False


def _around(blocks: list[_Block]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the short lines around the headline, those behind it first, and those further down."""
    at = next((i for i, block in enumerate(blocks) if block.is_headline), None)
    if at is None:
        return (), _once(line for block in blocks for line in _lines([block]) if line == block.line)[:_MAX_TAIL]
    last = next(i for i in reversed(range(len(blocks))) if blocks[i].is_headline)
    paragraphs, end = 0, last + 1
    while end < len(blocks) and end <= last + _AFTER and paragraphs < 2:
        paragraphs += len(blocks[end].line) >= (_SENTENCE_CHARS if blocks[end].line.endswith(".") else _PARAGRAPH_CHARS)
        end += 1
    head = [*_lines(blocks[last + 1 : end]), *_lines(blocks[max(0, at - _BEFORE) : at])]
    tail = [block.line for block in blocks[end:] if 0 < len(block.line) <= _MAX_LINE_CHARS and not block.is_other_story]
    return _once(head), _once(tail)[-_MAX_TAIL:]


def _lines(blocks: list[_Block]) -> Iterator[str]:
    """Yield the short lines of blocks, and the dates of a line that holds more than a date on lines of their own."""
    label = ""
    listed = False  # below "Jadwal:" stand the days of something else
    for block in blocks:
        line = " ".join(filter(None, (label, block.line)))
        label = line if _LABEL.fullmatch(line) else ""
        listed = listed and is_dateline(line)
        if block.is_other_story or label or listed:
            continue
        listed = line.endswith(":") and not _DATE_LABEL.search(line)
        changed = any(dated.startswith(_CHANGED) for dated in block.dated)
        if 0 < len(line) <= _MAX_LINE_CHARS and not changed:
            yield line
        if changed or not is_dateline(line):
            yield from block.dated


def _is_card(element: HtmlElement) -> bool:
    """Tell whether an element is hardly more than a link to another story."""
    words = 0
    for text in element.itertext():
        words += len(text.split())
        if words > _MAX_CARD_WORDS:
            return False
    return any(_is_long(link) for link in element.iter("a"))


def _is_long(link: HtmlElement) -> bool:
    return len(_words(link).split()) > _MAX_LINK_WORDS


def _from(objects: Iterable[Object], name: str) -> list[str]:
    return [words for found in objects for words in words_of(found.get(name), "@value", "name")]


def _marks(element: HtmlElement) -> str:
    return " ".join(filter(None, (element.get("class"), element.get("id"), element.get("itemprop"))))


def _words(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def _end(pieces: Sequence[str], length: int) -> str:
    """Return the last characters of pieces joined, without joining what stands before.

    >>> _end(["Diperbarui", " ", "pada "], 7)
    'i pada '
    """
    found, at = "", len(pieces)
    while at and len(found) < length:
        at -= 1
        found = pieces[at] + found
    return found[-length:]


def _once(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for line in lines if line))
