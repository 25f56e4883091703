"""Dates as Indonesian news writes them. It reads what stands in the text and guesses nothing.

Whether a date is the day of publication or of an event is decided in ``index.metadata``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MONTH_NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_WEEKDAY_SPELLINGS = {"jum'at": "jumat", "jum’at": "jumat", "ahad": "minggu"}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan",
            "februari pebruari feb",
            "maret mar",
            "april apr",
            "mei",
            "juni jun",
            "juli jul",
            "agustus agu ags agt agust",
            "september sep sept",
            "oktober okt",
            "november nopember nov nop",
            "desember des",
        ),
        start=1,
    )
    for name in names.split()
}
_DAY_NAME = r"(?:\b(?P<weekday>Senin|Selasa|Rabu|Kamis|Jum['’]?at|Sabtu|Minggu|Ahad)\b[\s,]*)?"
_MONTH_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_WRITTEN = re.compile(rf"{_DAY_NAME}\b(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH_NAME})\.?\s+(?P<year>\d{{4}})\b", re.I)
_NUMERIC = re.compile(
    rf"{_DAY_NAME}\(?(?<![\d/])(?P<day>\d{{1,2}})[/-](?P<month>\d{{1,2}})"
    r"(?:[/-](?P<year>\d{4}|\d{2}))?(?![\d/])\)?",
    re.I,
)
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")  # "2021-11-17T08:00" too
_DATELINE_EXTRA_CHARS = 20  # room beside the date for " - 13:44 WIB"
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


@dataclass(frozen=True)
class DateMention:
    """One date in a text: ``year`` is None where the text leaves it out; offsets count characters."""

    day: int
    month: int
    year: int | None
    weekday: str | None
    start: int
    end: int

    @property
    def iso(self) -> str | None:
        """The ISO date, or None without a year, for a day that no calendar has, or a weekday that contradicts it."""
        return None if self.year is None else _iso(self.year, self.month, self.day, self.weekday)


def date_mentions(text: str) -> list[DateMention]:
    """Return the dates of a text in order of appearance.

    >>> [mention.iso for mention in date_mentions("Senin, 29 November 2021 - 13:44 WIB")]
    ['2021-11-29']
    >>> [(m.day, m.month, m.year, m.weekday) for m in date_mentions("pada Senin (13/3)")]
    [(13, 3, None, 'senin')]

    A bare "1/2" without weekday, brackets or year is a fraction to us, not a date.
    """
    found: list[DateMention] = []
    for pattern in (_WRITTEN, _ISO, _NUMERIC):
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            mention = _mention(match)
            bracketed = match.group().rstrip().endswith(")")
            if mention.month not in range(1, 13) or (mention.year is None and not (mention.weekday or bracketed)):
                continue
            found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def settle_year(mention: DateMention, years: Iterable[int]) -> str | None:
    """Return the ISO date of a mention without a year if exactly one of ``years`` gives its weekday, else None.

    >>> settle_year(date_mentions("Senin (13/3)")[0], [2022, 2023])
    '2023-03-13'
    """
    if mention.weekday is None:
        return None
    fitting = {_iso(year, mention.month, mention.day, mention.weekday) for year in years} - {None}
    return fitting.pop() if len(fitting) == 1 else None


def years_in(text: str) -> set[int]:
    """Return the four-digit years 1900–2099 that stand in a text.

    >>> sorted(years_in("Forum Tahun 2023, aturan 2013"))
    [2013, 2023]
    """
    return {int(year) for year in _YEAR.findall(text)}


def is_dateline(line: str) -> bool:
    """Tell whether a line is a date and hardly more.

    >>> is_dateline("Senin, 29 November 2021 - 13:44 WIB"), is_dateline("Panen usai Jumat (9/4/2021).")
    (True, False)
    """
    if line.rstrip("\"'”’").endswith((".", "!", "?")):  # a short sentence
        return False
    mentions = date_mentions(line)
    return len(mentions) == 1 and len(line) - (mentions[0].end - mentions[0].start) <= _DATELINE_EXTRA_CHARS


def _mention(match: re.Match[str]) -> DateMention:
    parts = match.groupdict()
    weekday = parts.get("weekday")
    if weekday:
        weekday = _WEEKDAY_SPELLINGS.get(weekday.lower(), weekday.lower())
    month = parts["month"]
    year = int(parts["year"]) if parts["year"] else None
    if year is not None and year < 100:
        year += 2000  # news on the web: two digits are this century
    return DateMention(
        day=int(parts["day"]),
        month=int(month) if month.isdigit() else MONTHS[month.lower()],
        year=year,
        weekday=weekday or None,
        start=match.start(),
        end=match.end(),
    )


def _iso(year: int, month: int, day: int, weekday: str | None) -> str | None:
    try:
        when = date(year, month, day)
    except ValueError:
        return None
    if weekday is not None and WEEKDAYS[when.weekday()] != weekday:
        return None
    return when.isoformat()
