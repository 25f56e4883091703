"""Raw text → the words the journalist wrote. Menus, links and the page's second copy of itself go; no word is changed.

It drops whole lines, and a link that closes a line; white space is evened out (quotations are compared without it).
``boilerplate`` knows single lines; here is what only the place of a line can tell. Each line left out keeps its kind,
so that it can be shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index.cleaning.boilerplate import kind_of, without_credit
from index.cleaning.links import heads_links, without_link
from index.cleaning.prose import is_body_like, is_speech, is_title_cased, is_title_like
from index.cleaning.repeats import Words, folded, is_long
from index.text.dates import is_dateline

HEAD_LINES = 8  # headline, dateline, "loading..." and caption come before the first paragraph
_MIN_TITLE_WORDS = 5  # a shorter copy of the headline further down may be a sub-heading
_MAX_LINKS_INSIDE = 3  # the longest list of links between two paragraphs seen in 3,463 articles of ten outlets
_MIN_LINK_WORDS = 5  # the last line before a paragraph may be its sub-heading ("Harga Kopi Naik") and not a link
_MAX_FURNITURE_CHARS = 100
# What stands behind the last paragraph; see _mark_tail.
_END_KINDS = frozenset(("kredit", "hak cipta", "komentar", "bagikan", "navigasi", "sumber", "waktu muat"))

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\0-\x08\x0e-\x1b\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Unicode sorts the marks above and below a letter; on a text of nothing else that takes the square of its length.
_MANY_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff]{64}"
)
_FONT_SIZE = re.compile(r"(?:A ){1,2}A|A[-+−]?(?: ?A[-+−]?){1,2}")
_TAGS = re.compile(r"\W{0,3}(?:tag|topik|kata kunci)", re.I)
_HASHTAGS = re.compile(r"topik ?:[^.:,]+(?:,[^.:,]+)+|(?:#\w+[ ,]{0,2}){2,}", re.I)
_AGO = re.compile(r"(?:.{0,40}[\W_] ?)?\d{1,2} (?:detik|menit|jam|hari|minggu|bulan) (?:yang )?lalu", re.I)
_TITLE_SITE = re.compile(r"\s?[-–—|]\s?[\w. ]{2,30}")
_OPENING = re.compile(r"[A-Z][\w .,/()-]{1,50}\s[-–—]{1,2}\s")


def tidy(text: str) -> str:
    """Even out white space and invisible characters; one line break ends a line, empty lines go.

    >>> tidy("Satu\\u00a0 dua\\r\\n\\r\\n tiga")
    'Satu dua\\ntiga'
    """
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text))
    if not _MANY_MARKS.search(text):
        text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def is_boilerplate(line: str) -> bool:
    """Tell whether a tidy line belongs to the page and not to the article.

    >>> is_boilerplate("Baca juga: Gubernur Ajak Belanda"), is_boilerplate("Ia membaca juga buku itu.")
    (True, False)
    """
    return kind_of(line) is not None


@dataclass(frozen=True)
class Line:
    """A line of a page. ``kind`` says, in Indonesian, what it is when it is not the article's own text; else None."""

    text: str
    kind: str | None = None


def lines_of(text: str, *, title: str | None = None, scraped: bool = True) -> list[Line]:
    """Return every line of a tidy text, in order, each told from the article's own.

    >>> [line.kind for line in lines_of("Panen\\nWarga senang.\\nBaca juga: Yang lain", title="Panen")]
    ['judul', None, 'baca juga']

    ``title`` is the article's headline, found before: its copies in the head are no body text. ``scraped`` is False for
    a format that keeps headline and date apart from the text: then neither is looked for. A link that closes a line is
    a line of its own here, and so are initials.
    """
    lines = [
        part
        for line in text.split("\n")
        if line
        for own in without_link(line)
        if own
        for part in without_credit(own)
        if part
    ]
    kinds = _page_kinds(lines)
    if scraped:
        _mark_head(lines, kinds, title)
    _mark_repeats(lines, kinds)
    _mark_links(lines, kinds)
    _mark_tail(lines, kinds)
    return [Line(line, kind) for line, kind in zip(lines, kinds, strict=True)]


def _page_kinds(lines: Sequence[str]) -> list[str | None]:
    """Return what each line is by itself."""
    last_long = max((i for i, line in enumerate(lines) if len(line) >= _MAX_FURNITURE_CHARS), default=-1)
    return [kind_of(line, in_head=i < min(HEAD_LINES, last_long)) for i, line in enumerate(lines)]


def _mark_head(lines: Sequence[str], kinds: list[str | None], title: str | None) -> None:
    """Mark headline, datelines and caption before the first paragraph, and a doubled page's second headline."""
    headline = folded(title or "")
    others = paragraphs = 0  # lines of the head that are not boilerplate, and those that read like a paragraph
    for i, line in enumerate(lines):
        in_head = others < HEAD_LINES
        others += kinds[i] is None
        if headline and _is_headline(line, headline, title or "", in_head):
            kinds[i] = "judul"
        elif _dates_the_page(lines, i, behind_title=i > 0 and kinds[i - 1] == "judul", behind=paragraphs, head=in_head):
            kinds[i] = "tanggal"
        else:
            paragraphs += kinds[i] is None and is_body_like(line)
    widget = next((i for i, line in enumerate(lines[: 2 * HEAD_LINES]) if _FONT_SIZE.fullmatch(line)), 0)
    above = [i for i in range(widget) if kinds[i] in ("judul", "memuat")]
    if "memuat" in (kinds[i] for i in above) or len(above) >= 2:
        between = [i for i in range(above[-1] + 1, widget) if kinds[i] is None]
        if len(between) <= 2 and not any(is_speech(lines[i]) or _OPENING.match(lines[i]) for i in between):
            for i in between:
                kinds[i] = "keterangan gambar"


def _dates_the_page(lines: Sequence[str], i: int, *, head: bool, behind_title: bool, behind: int) -> bool:
    """Tell whether a line is the page's date; one ``behind`` a paragraph may head a part of a chronicle instead."""
    if not (behind_title or (head and behind <= 1)) or not is_dateline(lines[i]):
        return False
    if behind_title or not behind:
        return True
    return not lines[i - 1].endswith(":") and not any(is_dateline(line) for line in lines[i + 1 :])


def _is_headline(line: str, headline: str, title: str, in_head: bool) -> bool:
    if in_head and line.startswith(title) and _TITLE_SITE.fullmatch(line, len(title)):
        return True
    return (in_head or len(headline.split()) >= _MIN_TITLE_WORDS) and folded(line) == headline


def _mark_repeats(lines: Sequence[str], kinds: list[str | None]) -> None:
    """Mark the lines that stood before; a short one only where the same text surrounds it, as in a page taken twice."""
    seen = Words()
    waiting: list[int] = []  # short lines behind a repeat, until the next long line shows whether it is one too
    place: int | None = None  # where the first copy goes on
    for i, line in enumerate(lines):
        if kinds[i] is not None:
            continue
        behind = seen.behind_copy(line)
        if behind is not None:
            for short in [*waiting, i]:
                kinds[short] = "ulangan"
            waiting, place = [], behind
        elif place is not None and not is_long(line) and (behind := seen.behind_next(line, place)) is not None:
            waiting.append(i)
            place = behind
        else:
            for kept in [*(lines[short] for short in waiting), line]:
                seen.add(kept)
            waiting, place = [], None


def _mark_links(lines: Sequence[str], kinds: list[str | None]) -> None:
    """Mark the titles below a bare "Baca juga:". Between paragraphs a few that read like headlines; at the end all."""
    last = _last_paragraph(lines, kinds)
    at_end = False  # below a heading behind the last paragraph
    for i, line in enumerate(lines):
        if kinds[i] == "baca juga" and heads_links(line):
            at_end = at_end or i > last
            for j in _titles_below(lines, kinds, i) if i < last else ():
                kinds[j] = "baca juga"
        elif at_end and kinds[i] is None and (is_title_like(line) or _is_stamp(line)):
            kinds[i] = "baca juga"


def _titles_below(lines: Sequence[str], kinds: Sequence[str | None], heading: int) -> list[int]:
    """Return where the titles of a list of links between two paragraphs stand."""
    found: list[int] = []
    for i in range(heading + 1, len(lines)):
        line = lines[i]
        if kinds[i] is None and is_body_like(line):
            if found and len(lines[found[-1]].split()) < _MIN_LINK_WORDS:
                found.pop()
            return found
        if kinds[i] is not None or len(found) == _MAX_LINKS_INSIDE:
            return found
        if not (_is_stamp(line) or (is_title_like(line) and is_title_cased(line))):
            return found
        found.append(i)
    return found


def _mark_tail(lines: Sequence[str], kinds: list[str | None]) -> None:
    """Mark the short lines below byline, tags or share buttons, where no paragraph follows any more.

    Only a comment box, a copyright, tags or a list of links prove the end: below a byline alone a table may stand.
    """
    last = _last_paragraph(lines, kinds)
    for i in range(last + 1, len(lines)) if last >= 0 else ():
        if kinds[i] is None and _HASHTAGS.fullmatch(lines[i]):
            kinds[i] = "navigasi"
    ends = [i for i in range(last + 1, len(lines)) if kinds[i] in _END_KINDS or _ends_page(lines[i], kinds[i])]
    if last < 0 or not any(_ends_page(lines[i], kinds[i]) for i in ends):
        return
    for i in range(ends[0] + 1, len(lines)):
        if kinds[i] is None and len(lines[i]) < _MAX_FURNITURE_CHARS and not lines[i].endswith((".", ":", ";", ",")):
            kinds[i] = "navigasi"


def _ends_page(line: str, kind: str | None) -> bool:
    if kind == "baca juga":
        return heads_links(line)
    return kind in ("hak cipta", "komentar", "waktu muat") or (kind == "navigasi" and _TAGS.match(line) is not None)


def _last_paragraph(lines: Sequence[str], kinds: Sequence[str | None]) -> int:
    return next((i for i in reversed(range(len(lines))) if kinds[i] is None and is_body_like(lines[i])), -1)


def _is_stamp(line: str) -> bool:
    return is_dateline(line) or _AGO.fullmatch(line) is not None
