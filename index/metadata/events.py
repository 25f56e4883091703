"""The day of the latest event that a text reports: the nearest thing to its own date when it gives none.

A report comes out on that day or soon after. Only days with their weekday count ("Senin (13/3/2023)"): a bare
"17 Agustus 1945" is history. A day still ahead ("akan digelar Sabtu (4/12)") and the ends of a range never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.text.dates import DateMention, settle_year

_CLAUSE_CHARS = 90  # how far before a date its clause is read
# What ends the clause before: "… akan datang," kata Anu, Senin (13/3) dates the saying, not the coming.
_CLAUSE_START = re.compile(
    r"""[.!?;\n"“”] | \b(?:kata|ujar|ucap|tutur|tukas|tandas|tegas|ungkap|papar|imbuh|sebut|jelas|terang|menurut|
    me(?:ngata|nyata|nyampai|njelas|negas|ngungkap|nutur|nyebut|nambah)kan | keterangan |
    (?:di)?temui | usai | seusai | di\ssela)(?:nya)?\b""",
    re.I | re.X,
)
_AHEAD_BEFORE = re.compile(r"\b(?:akan|bakal|rencananya|dijadwalkan|jelang|menjelang|paling lambat)\b", re.I)
_AHEAD_BESIDE = re.compile(r"\b(?:mendatang|nanti|depan|besok)\b", re.I)
_BYGONE_BESIDE = re.compile(r"\b(?:lalu|silam)\b", re.I)
_BESIDE_CHARS = 14  # "(4/12) mendatang", "(4/12) pekan depan"

# "sejak 2005", "hingga 2022", "1990-an" and "2019-2024" look far back or ahead: they date no report.
_YEAR = re.compile(r"(?<![\w./–-])(?:19|20)\d\d(?![\d–/]|-(?:an|\d))")
_FAR_YEAR = re.compile(
    r"\b(?:sejak|dari|antara|hingga|sampai|menuju|target|periode)\s(?:(?:tahun|awal|akhir)\s)?$", re.I
)
_FAR_YEAR_CHARS = 20
_COPYRIGHT_LINE = re.compile(r"^.*(?:copyright|©|hak cipta|all rights).*$", re.I | re.M)  # the page's year, often later
_FIRST_YEAR = 1995  # news sites begin; a weekday fits any older year by chance, one time in seven


def event_date(text: str, mentions: Sequence[DateMention]) -> tuple[str | None, str | None]:
    """Return ``(ISO date, rule)`` of the latest event told: ``event``, or ``event-weekday`` when its year was settled.

    >>> from index.text.dates import date_mentions
    >>> text = "Panen dibuka Senin (13/3/2023) dan akan ditutup Rabu (15/3/2023)."
    >>> event_date(text, date_mentions(text))
    ('2023-03-13', 'event')

    ``mentions`` are the dates of ``text``. A year left out is the latest that the text names, if the weekday agrees;
    the year of a copyright line is asked only when there is no other.
    """
    told = [m for m in mentions if m.weekday and not m.ranged and not _is_ahead(text, m)]
    told = [m for m in told if not _BYGONE_BESIDE.search(_beside(text, m))] or told
    dated = [mention for mention in told if mention.iso]
    if dated:
        years = {mention.year for mention in dated if mention.year}
        return max(_isos(dated) + _settled(told, years)), "event"
    years = set(_years_told(_COPYRIGHT_LINE.sub("", text))) or set(_years_told(text))
    settled = _settled(told, {max(years)}) if years else []
    return (max(settled), "event-weekday") if settled else (None, None)


def _isos(mentions: Iterable[DateMention]) -> list[str]:
    return [mention.iso for mention in mentions if mention.iso]


def _settled(mentions: Iterable[DateMention], years: Iterable[int]) -> list[str]:
    years = set(years)
    return [iso for mention in mentions if mention.year is None and (iso := settle_year(mention, years))]


def _years_told(text: str) -> Iterable[int]:
    for match in _YEAR.finditer(text):
        if int(match.group()) >= _FIRST_YEAR and not _FAR_YEAR.search(
            text[max(0, match.start() - _FAR_YEAR_CHARS) : match.start()]
        ):
            yield int(match.group())


def _is_ahead(text: str, mention: DateMention) -> bool:
    if _AHEAD_BESIDE.search(_beside(text, mention)):
        return True
    before = text[max(0, mention.start - _CLAUSE_CHARS) : mention.start]
    starts = [match.end() for match in _CLAUSE_START.finditer(before)]
    return _AHEAD_BEFORE.search(before, starts[-1] if starts else 0) is not None


def _beside(text: str, mention: DateMention) -> str:
    return text[mention.start : mention.end + _BESIDE_CHARS]
