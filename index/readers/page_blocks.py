"""A page → its visible blocks in order, each kept as the article's or left out with the reason.

    what trafilatura found + the page itself → blocks, kept or left out

Trafilatura tells which blocks are the article. What it drops between two of them is looked at once more: running prose
is kept, unless its place in the page says that it is something else. Nothing that the page shows goes untold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.articles import LeftOut

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = frozenset(
    """address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr iframe legend li main menu nav noscript ol optgroup option
    p pre section select summary table tbody textarea tfoot thead tr ul video""".split()
)
_CELLS = frozenset(("td", "th"))
_UNSEEN = frozenset(("head", "script", "style"))
_PARAGRAPHS = frozenset(("p", "li", "h2", "h3", "h4", "blockquote", "dd", "dt", "tr", "pre"))

# Places that never hold the article's text, by tag and role; then by the names that pages give their parts. A part that
# is named so and yet holds much of what trafilatura found is the article's own, with a name that misleads.
_TAGS = {
    "nav": "navigasi",
    "menu": "navigasi",
    "footer": "kaki halaman",
    "aside": "samping",
    "form": "formulir",
    "button": "tombol",
    "select": "formulir",
    "textarea": "formulir",
    "option": "formulir",
    "dialog": "jendela",
    "figcaption": "keterangan gambar",
    "noscript": "tanpa skrip",
    "template": "tersembunyi",
    "iframe": "sisipan",
    "video": "sisipan",
    "svg": "sisipan",
}
_ROLES = {
    "dialog": "jendela",
    "alertdialog": "jendela",
    "navigation": "navigasi",
    "banner": "kepala halaman",
    "contentinfo": "kaki halaman",
    "complementary": "samping",
    "search": "formulir",
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# Names that hang on whole articles too: running prose in such a part is the article's, where it stands amid it.
_SOFT = frozenset(("navigasi", "kredit", "tanggal"))
_BESIDE_THE_POINT = re.compile(r"(?:^|[-_])(?:with|has|no|without|is|dengan|tanpa)[-_]", re.I)
_NAMES = tuple(
    (kind, re.compile(rf"(?:^|[\s_-])(?:{pattern})(?:$|[\s_-])", re.I))
    for kind, pattern in (
        ("jendela", r"modals?|popups?|pop-up|lightbox|overlay|offcanvas"),
        (
            "baca juga",
            r"related\w*|terkait|baca-?juga|bacajuga|baca__juga|read-?also|also-?read|recommend\w*|rekomendasi|"
            r"(?:ter)?populer|popular|trending|terkini|latest|lihatjg|linksisip|inline-?related|artikel-lain(?:nya)?|"
            r"berita-lain(?:nya)?|most-?read|more-news|news-?list|list-?berita|multiple-?page-?nav|lihat-?juga|simak-?juga",
        ),
        ("komentar", r"comments?\w*|komentar\w*|disqus\w*|replies"),
        ("bagikan", r"share\w*|sharing|social\w*|sosmed|medsos|bagikan|follow-?us|google-?news"),
        (
            "iklan",
            r"ads?|advert\w*|adsense|adv|iklan\w*|ad-?slot|ad-?wrap\w*|banner\w*|gpt|sponsor\w*|promo\w*|parallax\w*|scrollpage|noncontent",
        ),
        ("langganan", r"newsletter|subscri\w+|langganan|paywall|membership|apresiasi|gift|donasi|app-?download"),
        ("navigasi", r"breadcrumbs?\w*|nav|navbar|navigation|menu\w*|sidebar\w*|side-?bar|widget\w*|pagination|paging"),
        ("navigasi", r"tags?|tag-?(?:list|cloud|wrap\w*|article)|taglist|topik|topics?|hashtags?|keywords?"),
        ("kaki halaman", r"footer|site-?footer|copyright|foot"),
        ("keterangan gambar", r"\w*captions?|wp-caption-text|photo-?credit|img-?credit|ket-?foto|foto-?ket|img-?desc"),
        ("kredit", r"byline|authors?|penulis|editors?|reporter|credits?|pewarta|writer|redaktur"),
        ("tanggal", r"dates?|time|timestamp|published|posted-on|tanggal|waktu|datetime"),
    )
)
_OWN_SHARE = 0.3  # a part with a misleading name holds that much of what was found; by hand
_HOME_SHARE = 0.9  # by hand
_OUTSIDE, _LINKS, _REPEATED = "di luar artikel", "tautan", "ulangan"
_MIN_KEY_CHARS = 25  # a shorter block is found only where it is expected
_ENDS_CHARS = 20
_NEAR_CHARS = 120
_SCAN_BUDGET = 50_000_000  # characters gone through for blocks that are not lines; keeps a hostile page quick
_MIN_COVERED = 0.8  # of what trafilatura found, else it comes from elsewhere in the page (its JSON-LD); by hand

_SPACES = re.compile(r"\s+")
_NO_KEY = re.compile("[\\s\x00-\x20\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?:\s?\([a-z/.]{2,12}\))?$")
_MIN_WORDS = 6
_LONG_CHARS = 100


@dataclass
class Block:
    """A block of a page: its words, the element that holds it, and what its place says of it."""

    text: str
    owner: _Element
    parent: _Element
    place: str | None
    place_root: _Element | None
    link_chars: int
    key: str
    kept: bool = False

    @property
    def may_be_prose(self) -> bool:
        """Tell whether its place lets it be the article's."""
        root = self.place_root
        return root is None or (self.place in _SOFT and root.tag not in _TAGS)

    @property
    def is_prose(self) -> bool:
        """Tell whether it reads like running text and is no link."""
        if self.is_link:
            return False
        if len(self.text) >= _LONG_CHARS:
            return True
        return len(self.text.split()) >= _MIN_WORDS and _SENTENCE_END.search(self.text) is not None

    @property
    def is_link(self) -> bool:
        """Tell whether most of it is a link."""
        return 2 * self.link_chars > len(self.key)


def article_lines(tree: _Element, found: Sequence[str], taken: Sequence[str] = ()) -> tuple[list[str], list[LeftOut]]:
    """Return the article's lines, and every other block of the page with the reason why it is none of them.

    >>> from lxml import html
    >>> page = "<body><nav>Beranda</nav><p>Satu kalimat yang panjang.</p><p>Dua kalimat pendek.</p></body>"
    >>> lines, left_out = article_lines(html.document_fromstring(page), ["Satu kalimat yang panjang."])
    >>> lines, [(line.text, line.kind) for line in left_out]
    (['Satu kalimat yang panjang.'], [('Beranda', 'navigasi'), ('Dua kalimat pendek.', 'di luar artikel')])

    ``found`` are the lines that trafilatura found; ``taken`` what was taken out of the page before.
    """
    blocks = list(_blocks_of(tree))
    covered = _mark_found(blocks, found)
    own = _own_parts(blocks)
    for block in blocks:
        if block.place_root is not None and _likeness(block.place_root) in own:
            block.place = block.place_root = None
    from_page = covered >= _MIN_COVERED
    if from_page:
        _mark_dropped_prose(blocks)
        for block in blocks:
            if block.kept and block.place is not None:
                block.kept = block.may_be_prose and (block.is_prose or block.owner.tag in _PARAGRAPHS)
    lines: list[str] = []
    left_out: list[LeftOut] = []
    seen: set[str] = set()
    for block in blocks:
        if block.kept:
            lines.append(block.text)
            seen.add(block.key)
        else:
            left_out.append(LeftOut(len(lines), block.text, _reason(block, seen)))
    left_out += [LeftOut(len(lines), words, "tanda catatan") for words in taken]
    if from_page:
        return lines, left_out
    return list(found), [LeftOut(min(line.before, len(found)), line.text, line.kind) for line in left_out]


def _reason(block: Block, seen: set[str]) -> str:
    if block.owner.tag == "h1":
        return "judul"
    if block.place:
        return block.place
    if block.key in seen and len(block.key) >= _MIN_KEY_CHARS:
        return _REPEATED
    return _LINKS if block.is_link else _OUTSIDE


# --- the page → blocks ---


def _blocks_of(tree: _Element) -> Iterator[Block]:
    """Yield the blocks that a page shows, and those that it hides, in order."""
    from lxml import etree

    body = tree.find(".//body")
    words: list[str] = []
    links = link_depth = 0
    place: str | None = None
    place_root: _Element | None = None
    owners: list[_Element] = []

    def block() -> Iterator[Block]:
        nonlocal links
        text = _SPACES.sub(" ", "".join(words)).strip()
        key = _NO_KEY.sub("", text)
        if key:
            owner = owners[-1]
            parent = owner.getparent() if owner.tag in _PARAGRAPHS or owner.tag == "div" else owner
            yield Block(text, owner, owner if parent is None else parent, place, place_root, links, key)
        words.clear()
        links = 0

    def say(text: str | None) -> None:
        nonlocal links
        if text:
            words.append(text)
            if link_depth:
                links += len(_NO_KEY.sub("", text))

    walk = etree.iterwalk(tree if body is None else body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if not isinstance(tag, str) or tag in _UNSEEN:
                walk.skip_subtree()
                continue
            if tag in _BLOCKS or not owners:
                yield from block()
                if tag != "br":
                    owners.append(element)
            elif tag in _CELLS:
                words.append(" ")
            if place is None:
                place = _place_of(element)
                place_root = element if place else None
            if tag == "a":
                link_depth += 1
            say(element.text)
            continue
        if isinstance(tag, str) and tag not in _UNSEEN:
            if tag in _BLOCKS or element is owners[0]:
                yield from block()
                if tag != "br":
                    owners.pop()
            elif tag in _CELLS:
                words.append(" ")
            if tag == "a":
                link_depth -= 1
            if element is place_root:
                if words:  # an inline part with a place of its own
                    yield from block()
                place = place_root = None
        if owners:
            say(element.tail)


def _place_of(element: _Element) -> str | None:
    """Return what the tag, the role or the names of an element say that it holds; None for anything."""
    tag = element.tag
    if tag in ("body", "html", "main", "article"):
        return None
    if tag in _TAGS:
        return _TAGS[tag]
    attributes = element.attrib
    if not attributes:
        return "kepala halaman" if tag == "header" and element.find(".//h1") is None else None
    role = _ROLES.get(attributes.get("role", ""))
    if role:
        return role
    if "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")):
        return "tersembunyi"
    if "data-modal-target" in attributes or attributes.get("aria-modal") == "true":
        return "jendela"
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    if names != " ":
        kind = _kind_named(names)
        if kind:
            return kind
    return "kepala halaman" if tag == "header" and element.find(".//h1") is None else None


def _kind_named(names: str) -> str | None:
    names = " ".join(name for name in names.split() if not _BESIDE_THE_POINT.search(name))
    return next((kind for kind, pattern in _NAMES if pattern.search(names)), None)


# --- which blocks are the article ---


def _mark_found(blocks: Sequence[Block], found: Sequence[str]) -> float:
    """Mark the blocks that trafilatura found, in order; return how much of it they cover."""
    keys = [_NO_KEY.sub("", line) for line in found]
    text = "".join(keys)
    starts: dict[str, list[int]] = {}
    at = 0
    for key in keys:
        starts.setdefault(key, []).append(at)
        at += len(key)
    cursor = covered = 0
    budget = _SCAN_BUDGET
    for block in blocks:
        key = block.key
        near = text.find(key, cursor, cursor + len(key) + _NEAR_CHARS)
        if near >= 0 and (near == cursor or len(key) >= _MIN_KEY_CHARS or near in starts.get(key, ())):
            place, end = near, near + len(key)
        elif len(key) < _MIN_KEY_CHARS:
            continue
        else:
            later = next((start for start in starts.get(key, ()) if start >= cursor), None)
            if later is not None:
                place, end = later, later + len(key)
            elif budget <= 0:
                continue
            else:
                budget -= len(text) - cursor
                place, end = _partly(text, key, cursor)
                if place < 0:
                    continue
        block.kept = True
        covered += end - place
        cursor = max(cursor, end)
    return covered / len(text) if text else 0.0


def _partly(text: str, key: str, cursor: int) -> tuple[int, int]:
    """Return where a block stands of which trafilatura kept a part, its beginning or its end at least."""
    place = text.find(key, cursor)
    if place >= 0:
        return place, place + len(key)
    head, tail = key[:_ENDS_CHARS], key[-_ENDS_CHARS:]
    place = text.find(head, cursor)
    if place >= 0:
        end = text.find(tail, place, place + 2 * len(key))
        return place, end + len(tail) if end >= 0 else place + len(head)
    end = text.find(tail, cursor)
    return (end, end + len(tail)) if end >= 0 else (-1, -1)


def _own_parts(blocks: Sequence[Block]) -> set[tuple[str, str]]:
    """Return the parts whose name misleads, by tag and names: together they hold much of what was found."""
    total = sum(len(block.key) for block in blocks if block.kept)
    held: dict[tuple[str, str], int] = {}
    for block in blocks:
        if block.kept and block.place_root is not None:
            part = _likeness(block.place_root)
            held[part] = held.get(part, 0) + len(block.key)
    return {part for part, chars in held.items() if chars > _OWN_SHARE * total}


def _mark_dropped_prose(blocks: Sequence[Block]) -> None:
    """Keep what was dropped and is the article's: prose between two of its paragraphs, and beside them."""
    prose = [i for i, block in enumerate(blocks) if block.kept and block.is_prose and block.may_be_prose]
    if not prose:
        return
    first, last = prose[0], prose[-1]
    held: dict[int, int] = {}
    for i in prose:
        held[id(blocks[i].parent)] = held.get(id(blocks[i].parent), 0) + 1
    likenesses = {_likeness(blocks[i].parent) for i in prose if held[id(blocks[i].parent)] >= 2}
    home = _home_of([blocks[i] for i in prose])
    heads_link: dict[int, bool] = {}  # a part is looked through once, however many paragraphs it holds
    for i, block in enumerate(blocks):
        inside = first < i < last
        if block.kept or block.is_link or not (block.may_be_prose if inside else block.place is None):
            continue
        beside = held.get(id(block.parent), 0) >= 2
        if beside and (block.is_prose or (inside and block.owner.tag in _PARAGRAPHS)):
            block.kept = True
        elif block.is_prose and (inside or _likeness(block.parent) in likenesses or _is_within(block.owner, home)):
            part = id(block.parent)
            if part not in heads_link:
                heads_link[part] = _heads_link(block.parent)
            block.kept = not heads_link[part]


def _home_of(prose: Sequence[Block]) -> _Element | None:
    """Return the innermost part that holds nearly all of the article; None where that is the page itself."""
    total = sum(len(block.key) for block in prose)
    held: dict[int, int] = {}
    for block in prose:
        element: _Element | None = block.parent
        while element is not None:
            held[id(element)] = held.get(id(element), 0) + len(block.key)
            element = element.getparent()
    for start in (prose[0], prose[len(prose) // 2]):
        element = start.parent
        while element is not None and element.tag not in ("body", "main", "html"):
            if held[id(element)] >= _HOME_SHARE * total:
                return element
            element = element.getparent()
    return None


def _is_within(element: _Element, home: _Element | None) -> bool:
    return home is not None and (element is home or any(outer is home for outer in element.iterancestors()))


def _likeness(element: _Element) -> tuple[str, str]:
    return str(element.tag), " ".join(sorted((element.get("class") or "").split()))


def _heads_link(element: _Element) -> bool:
    """Tell whether a part has a headline that is a link: the teaser of another article."""
    if element.tag in ("body", "main"):
        return False
    return any(
        heading.find(".//a") is not None or (heading.getparent() is not None and heading.getparent().tag == "a")
        for heading in element.iter("h1", "h2", "h3", "h4", "h5")
    )
