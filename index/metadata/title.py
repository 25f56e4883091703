"""The title of an article: what the file says, without its site's name, else a first line like a headline."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import islice

from index.articles import RawArticle
from index.cleaning.page_lines import HEAD_LINES, is_boilerplate
from index.cleaning.prose import is_body_like
from index.metadata.bylines import is_byline
from index.metadata.outlets import is_signed
from index.text.analysis import index_stems
from index.text.dates import date_mentions, is_dateline

_MAX_LINES = 80  # menus of a page pasted whole, and the paragraphs behind them
# Of 1,500 headlines of ten outlets .998 have a third of their words below them, .985 half, .997 two words or more.
_FEW, _MANY, _MIN_WORDS_BELOW = 0.3, 0.5, 2  # by hand
_MAX_MENU_WORDS, _MAX_ITEM_CHARS = 4, 60
_MAX_TITLE_CHARS = 140  # longer first lines in scraped pages are captions or paragraphs
_MIN_TITLE_CHARS = 3
_SENTENCE_END = re.compile(r"[a-z]{3}\.\s")  # "dibuka. Warga", but not "Dr. Anu"
_CREDIT = re.compile(
    r"^\W*(?:foto|gambar|sumber|kredit|ilustrasi|dok|video)\b.*:|\((?:foto|sumber|dok|ilustrasi)\b", re.I
)
_LOGO = re.compile(r"(?:logo|ikon|icon|gambar)\s\S+(?:\s\S+)?", re.I)
_OPENING = re.compile(r"^[A-Z][A-Z .,/]+\s?(?:\([^()]+\)\s?)?[–—-]\s")  # "SURABAYA - Warga senang"
_CRUMBS = re.compile(r"[^>»›/]{2,30}(?:\s?[>»›]\s?|\s/\s)[^\n]{2,80}")  # "Beranda > Jatim > Birokrasi"
_RUBRIC = re.compile(
    r"""(?:(?:berita|kabar|warta|news)\s)?(?:utama|headline|terkini|terbaru|nasional|internasional|dunia|daerah|regional|
    nusantara|metro(?:politan)?|politik|hukum|kriminal|pemerintahan|birokrasi|ekonomi|bisnis|keuangan|olahraga|sepak\s?bola|
    pendidikan|kesehatan|teknologi|sains|otomotif|hiburan|gaya\shidup|wisata|budaya|opini|kolom|peristiwa|news|berita|
    beranda|home|jatim|jateng|jabar|jakarta|bali|(?:politik|hukum)\sdan\s\w+|(?:politik|hukum|ekonomi)\s&\s\w+)""",
    re.I | re.X,
)
_SUFFIX = re.compile(r"\s(?:[-–—|:»·])\s|\s?\|\s?")
_SITE_NAME = re.compile(
    r"[\w-]+(?:\.\w{2,4}){1,2}|(?:\w+\s){0,2}\w*(?:news|online|tv|\.com)|(?:harian|koran|portal|media|berita|warta)(?:\s\w+){1,2}",
    re.I,
)
_MAX_SITE_WORDS = 4


def find_title(raw: RawArticle, text: str) -> str | None:
    """Return the title the file states, without its site's name, else a first line like a headline, else None.

    >>> find_title(RawArticle(text=""), "Sukses\\nWarga Kota Senang\\nSURABAYA - Warga kota senang.")
    'Warga Kota Senang'
    >>> find_title(RawArticle(text="", title="Warga Senang - Warta.id"), "")
    'Warga Senang'

    ``text`` is tidy, not yet cleaned. A headline is short, one sentence without a full stop, stands above the first
    paragraph, and has words of the text below it: menus, logos and sections have none.
    """
    lines = list(islice((line for line in text.split("\n") if line and not is_boilerplate(line)), _MAX_LINES))
    head = lines[: HEAD_LINES + 1]
    if raw.page is None:
        if stated := _without_site(" ".join((raw.title or "").split()), raw.publisher, head):
            return stated
    else:
        below = _stems(lines)
        for title in raw.page.titles:
            stated = _without_site(" ".join(title.split()), raw.publisher, head)
            if stated and _share(stated, below) >= _FEW:
                return stated
    shares: list[tuple[float, str]] = []
    for i, line in enumerate(lines[:-1]):
        if _is_above_headline(line):
            continue
        if _reads_like_headline(line):
            # an item of a menu is short, and two words stand in many a text by chance
            short = len(line.split()) <= _MAX_MENU_WORDS
            in_menu = short and (bool(shares) or not _ends_menu(lines[i + 1]))
            enough = _MIN_WORDS_BELOW + in_menu
            shares.append((_share(line, _stems(lines[i + 1 :]), enough), line))
        elif is_body_like(line) or is_signed(line):
            break
    return next((line for enough in (_MANY, _FEW) for share, line in shares if share >= enough), None)


def _ends_menu(line: str) -> bool:
    return (
        _is_above_headline(line)
        or is_body_like(line)
        or is_signed(line)
        or _ends_sentence(line)
        or len(line) > _MAX_ITEM_CHARS
    )


def _share(title: str, below: Container[str], enough: int = _MIN_WORDS_BELOW) -> float:
    """Return which share of a headline's words, in any form, stands in the text below; 0 for fewer than enough."""
    stems = set(index_stems(title))
    found = sum(stem in below for stem in stems)
    return found / len(stems) if found >= enough else 0.0


def _stems(lines: Sequence[str]) -> set[str]:
    return {stem for line in lines if is_body_like(line) or _ends_sentence(line) for stem in index_stems(line)}


def _ends_sentence(line: str) -> bool:
    return line.rstrip("\"'”’").endswith(".")


def _is_above_headline(line: str) -> bool:
    rubric = len(line) <= _MAX_TITLE_CHARS and any(form.fullmatch(line) for form in (_RUBRIC, _CRUMBS, _LOGO))
    return rubric or is_dateline(line) or is_byline(line)


def _reads_like_headline(line: str) -> bool:
    bare = line.rstrip("\"'”’")
    if len(line) > _MAX_TITLE_CHARS or len(bare) < _MIN_TITLE_CHARS or bare[-1] in ",;:":
        return False
    if (bare.endswith(".") and not bare.endswith("...")) or not re.match(r"[\w\"'“‘(#[]", line):
        return False
    words = re.findall(r"[^\W\d_]{4,}", line)
    if bare[-1] in "?!" and 2 * sum(word[0].isupper() for word in words) < len(words):
        return False  # "Apa kopi yang paling kamu suka?" speaks to the reader
    return not (
        date_mentions(line) or is_signed(line) or any(no.search(line) for no in (_SENTENCE_END, _OPENING, _CREDIT))
    )


def _without_site(title: str, publisher: str | None, head: list[str]) -> str | None:
    """Cut " - Kompas.com" and the like off a page's title; None when nothing but the site's name is left."""
    for mark in reversed(list(_SUFFIX.finditer(title))):
        name, rest = title[mark.end() :], title[: mark.start()].rstrip()
        if not (rest in head or _is_site(name, publisher)):
            break
        title = rest
    return None if not title or _same(title, publisher) or re.fullmatch(r"[\w-]+(?:\.\w{2,4}){1,2}", title) else title


def _is_site(name: str, publisher: str | None) -> bool:
    return _same(name, publisher) or (len(name.split()) <= _MAX_SITE_WORDS and _SITE_NAME.fullmatch(name) is not None)


def _same(name: str, publisher: str | None) -> bool:
    def folded(words: str) -> str:
        return re.sub(r"\W|(?:com|co|id|net)$", "", re.sub(r"\.(?:com|co\.id|id|net)$", "", words.lower()))

    return bool(publisher) and folded(name) == folded(publisher or "")
