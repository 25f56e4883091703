"""The outlet that signs an article: its copyright line, or the name before the first sentence.

"SURABAYA, KOMPAS —", "Liputan6.com, Jakarta -", "Jakarta (ANTARA) -". A name without ".com" and its kin signs only if
it is known or reads like a newspaper's: "BOGOR, JAWA BARAT -" is a place. Credits at the end name a source, not the
outlet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from index.articles import RawArticle
from index.cleaning.page_lines import HEAD_LINES
from index.text.lexicon import lexicon

_TOP_LEVEL = r"(?i:com|net|org|info|news|tv|asia|press|co(?:\.id)?|(?:or\.|web\.|my\.|go\.)?id)"
_SITE = rf"\b[A-Za-z0-9][\w-]{{0,40}}(?:\.[\w-]{{1,40}})?\.{_TOP_LEVEL}\b"
_COPYRIGHT_SITE = re.compile(rf"(?:copyright|hak cipta|©)[^\n]{{0,20}}?({_SITE})", re.I)
_COPYRIGHT_NAME = re.compile(
    r"""^(?i:copyright|hak\scipta)\b[\s©:]{0,4}(?:\(c\)\s)?
    (?:(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)\d\d)?[\s,.|–-]{1,3}(?P<after>[A-Z][\w]*(?:\s[A-Z]\w*)?)(?=\s?(?:[.,|–-]|(?i:all)\b|$))
    | (?P<before>[A-Z]\w*(?:\s[A-Z]\w*)?)\s(?:19|20)\d\d\b)""",
    re.M | re.X,
)
_NO_OUTLET = re.compile(  # who hosts or owns a site does not sign its articles
    r"\b(?:pt|cv|wordpress|blogger|blogspot|google|facebook|twitter|instagram|youtube|getty|theme|media|group|grup)\b",
    re.I,
)
_WORD = r"[A-Z][\w.'’-]{0,30}"
_PLACE = rf"{_WORD}(?:[ /]{_WORD}){{0,4}}"
_NAME = rf"{_WORD}(?: {_WORD}){{0,2}}"
_BRACKET = r"(?: ?\([^()\n]{1,30}\))?"  # "(29/11/2021)" between place and dash
_END = r"(?=\s?(?:[–—|]|-{1,2}(?:\s|$)))"
_SIGNED_SITE = tuple(
    re.compile(form)
    for form in (
        rf"({_SITE}){_BRACKET}\s?{_END}",  # "Warta.id -"
        rf"({_SITE}), {_PLACE}(?:, [^,\n–—-]{{1,40}})?{_BRACKET}{_END}",  # "Warta.id, Jakarta -"
        rf"{_PLACE}, ({_SITE}){_BRACKET}{_END}",  # "JAKARTA, WARTA.id -"
    )
)
_SIGNED_NAME = tuple(
    re.compile(form)
    for form in (
        rf"{_PLACE}, ({_NAME}){_BRACKET}{_END}",  # "JAKARTA, KOMPAS —", then "Surabaya, 29/11 (ANTARA) -"
        rf"{_PLACE}(?:, {_PLACE})?(?:, \d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)?,? ?\(({_NAME})\) ?[–—-]",
    )
)
_SIGNED_ALONE = re.compile(rf"({_NAME}){_END}")  # "VIVA –"
_SIGNED_DATED = re.compile(rf"({_WORD})\s?[–—-]\s{_PLACE},\s\d{{1,2}}[/-]")  # "Sindopos - Jawa Timur, 17/11/21"
# Names that carry no word of the press; they sign in any case of letters.
_KNOWN = lexicon("press").set("outlets")
_PRESS_WORD = re.compile(
    r"\b(?:news|pos|post|warta|berita|kabar|media|tribun|radar|harian|koran|suara|tv|pers)\b|\w{3}(?:news|pos|post)\b|"
    r"\b(?:pos|warta|berita|kabar|tribun|radar|suara|media)\w{3}",
    re.I,
)
_PRESS_ALONE = re.compile(r"\w{3,}news|\w{4,}post?|(?:pos|warta|berita|kabar|tribun|radar)\w{4,}", re.I)
# The outlet signs with its initials behind its reporter's: "(flo/jpnn)". Longer names there are those of a source.
_CREDITED = re.compile(r"\([a-z]{2,8}/(?P<outlet>jpnn|rmol)\)\W{0,2}$")
_NO_PERSON = re.compile(
    r"\b(?:news|pos|post|berita|kabar|media|tribun|radar|harian|koran|pers|redaksi|newsroom|online|cyber|tim|desk|admin)\b|"
    r"\w(?:news|NEWS|com)\b",
    re.I,
)
_MAX_OPENING_CHARS = 120


def signing_outlet(lines: Sequence[str], head: int) -> str | None:
    """Return the outlet that signs these tidy lines, in the form it has there, else None.

    >>> signing_outlet(["Panen Raya", "BAHARI, WARTA.id - Panen dimulai."], head=8)
    'WARTA.id'
    >>> signing_outlet(["Panen dimulai.", "Copyright © 2021 WartaBahari.com"], head=8)
    'WartaBahari'

    A site's address may sign any line; a bare name only one of the first ``head`` lines.
    """
    text = "\n".join(lines)
    sites = [name for name in _COPYRIGHT_SITE.findall(text) if not _NO_OUTLET.search(name)]
    if sites:
        # "SINDOnews.com" under a copyright is the site's address; an opening "IM.com –" is how it signs.
        return re.sub(r"\.com$", "", Counter(sites).most_common(1)[0][0])
    openings = [line[:_MAX_OPENING_CHARS] for line in lines]
    for name in (*_first(_SIGNED_SITE, openings), *_bare_names(openings[:head])):
        return name
    owners = [match["after"] or match["before"] for match in _COPYRIGHT_NAME.finditer(text)]
    return next((name for name in owners if not _NO_OUTLET.search(name)), None)


def is_signed(line: str) -> bool:
    """Tell whether a line opens with an outlet's signature.

    >>> is_signed("BAHARI, WARTA.id - Panen dimulai"), is_signed("Panen Dimulai - Warga Senang")
    (True, False)
    """
    opening = line[:_MAX_OPENING_CHARS]
    return any(True for _ in (*_first(_SIGNED_SITE, [opening]), *_bare_names([opening])))


def _first(forms: Iterable[re.Pattern[str]], lines: Iterable[str]) -> Iterable[str]:
    return (match[1] for line in lines for form in forms if (match := form.match(line)))


def _bare_names(lines: Sequence[str]) -> Iterable[str]:
    for line in lines:
        yield from (name for name in _first(_SIGNED_NAME, [line]) if _is_press(name))
        yield from _first([_SIGNED_DATED], [line])
        yield from (
            name
            for name in _first([_SIGNED_ALONE], [line])
            if name.lower() in _KNOWN - {"suara", "merdeka", "antara", "bisnis"} or _PRESS_ALONE.fullmatch(name)
        )


def _is_press(name: str) -> bool:
    return name.lower() in _KNOWN or _PRESS_WORD.search(name) is not None


def find_publisher(raw: RawArticle, text: str, title: str | None = None) -> str | None:
    """Return the outlet the file states, else the one that signs the text (copyright line, opening, credit), else None.

    >>> find_publisher(RawArticle(text=""), "IM.com – Gubernur menegaskan hal itu.")
    'IM.com'
    >>> find_publisher(RawArticle(text=""), "Warga memanen kopi.(tcn/jpnn)")
    'JPNN'

    ``title`` is the headline, found before: menus above it do not count as lines of the head.
    """
    if raw.publisher and raw.publisher.strip():
        return " ".join(raw.publisher.split())
    lines = text.split("\n")
    behind = lines[lines.index(title) + 1 :] if title in lines else lines
    signed = signing_outlet(behind, HEAD_LINES) or (signing_outlet(lines, HEAD_LINES) if behind != lines else None)
    if signed:
        return signed
    credited = next((found for line in reversed(lines) if (found := _CREDITED.search(line))), None)
    return credited["outlet"].upper() if credited else None


def names_outlet(name: str, publisher: str | None = None) -> bool:
    """Tell whether a name in a byline is an outlet's and no person's.

    >>> names_outlet("Kompas Cyber Media"), names_outlet("Warta", "Warta.id"), names_outlet("Tono Contoh", "Warta.id")
    (True, True, False)
    """
    bare = re.sub(rf"\.{_TOP_LEVEL}$", "", name.strip())
    if publisher and re.sub(rf"\.{_TOP_LEVEL}$", "", publisher.strip()).lower() == bare.lower():
        return True
    return bare.lower() in _KNOWN or bare != name.strip() or _NO_PERSON.search(bare) is not None
