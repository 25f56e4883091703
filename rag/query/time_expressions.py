"""Stretches of time as a question names them: "kemarin", "dua pekan lalu", "Maret 2023", "17 Maret 2023", "2021".

It reads what stands there, against a given today; ``rag.query.implied_filters`` decides whether a
stretch is a filter.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from index.text.dates import MONTH_NAMES, MONTHS, WEEKDAYS, date_mentions
from index.text.numbers import DIGITS, WHOLE

_NUMBERS = DIGITS | {"sepuluh": WHOLE["sepuluh"]}
_NUMBER = rf"(?:\d{{1,2}}|beberapa|{'|'.join(_NUMBERS)})"
_UNIT = "hari|pekan|minggu|bulan|tahun"
_AGO = r"(?:yang\s)?(?:lalu|silam|kemarin)"
_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_YEAR = r"(?:19|20)\d\d"
_UNITS = {"hari": "day", "pekan": "week", "minggu": "week", "bulan": "month", "tahun": "year"}


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both within it; ``start`` and ``end`` say which characters named it.

    ``unit`` is day, week, month or year; ``relative`` tells that it was reckoned from today.
    """

    first: date
    last: date
    unit: str
    relative: bool
    start: int
    end: int


def periods_in(text: str, today: date) -> list[Period]:
    """Return the stretches of time that a text names, in order.

    >>> [(str(p.first), str(p.last)) for p in periods_in("kemarin atau Februari 2021", date(2023, 3, 14))]
    [('2023-03-13', '2023-03-13'), ('2021-02-01', '2021-02-28')]

    A day without a year is not read, as no question settles it; nor is a stretch that no calendar has.
    """
    found: list[Period] = []
    for mention in date_mentions(text):
        if mention.iso:
            day = date.fromisoformat(mention.iso)
            found.append(Period(day, day, "day", False, mention.start, mention.end))
    for form, read in _FORMS:
        for match in form.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            try:
                first, last, unit = read(match, today)
            except (ValueError, OverflowError):  # a day or a year that no calendar has
                continue
            found.append(Period(first, last, unit, read not in (_month_year, _year), match.start(), match.end()))
    return sorted(found, key=lambda one: one.start)


def month_of(year: int, month: int) -> tuple[date, date]:
    """Return the first and last day of a month.

    >>> month_of(2024, 2)
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def worded(first: date | None, last: date | None) -> str:
    """Return a range in Indonesian words.

    >>> worded(date(2023, 3, 1), date(2023, 3, 31)), worded(date(2020, 1, 1), None)
    ('Maret 2023', 'sejak 1 Januari 2020')
    """
    if first is None or last is None:
        known = first or last
        return "" if known is None else f"{'sejak' if first else 'sampai'} {_worded_day(known)}"
    if first == last:
        return _worded_day(first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if (first, last) == month_of(first.year, first.month):
        return f"{MONTH_NAMES[first.month - 1]} {first.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_worded_day(last)}"
    return f"{_worded_day(first).removesuffix(f' {last.year}')} – {_worded_day(last)}"


def _worded_day(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


_Read = Callable[["re.Match[str]", date], tuple[date, date, str]]


def _month_year(match: re.Match[str], today: date) -> tuple[date, date, str]:
    return *month_of(int(match["year"]), MONTHS[match["month"].lower()]), "month"


def _year(match: re.Match[str], today: date) -> tuple[date, date, str]:
    year = int(match["year"])
    return date(year, 1, 1), date(year, 12, 31), "year"


def _day_ago(days: int) -> _Read:
    def read(match: re.Match[str], today: date) -> tuple[date, date, str]:
        day = today - timedelta(days=days)
        return day, day, "day"

    return read


def _today(match: re.Match[str], today: date) -> tuple[date, date, str]:
    return today, today, "day"


def _last_night(match: re.Match[str], today: date) -> tuple[date, date, str]:
    return today - timedelta(days=1), today, "day"


def _units_ago(match: re.Match[str], today: date) -> tuple[date, date, str]:
    return _back(_UNITS[match["unit"].lower()], _count(match["count"]), today)


def _this(match: re.Match[str], today: date) -> tuple[date, date, str]:
    return _back(_UNITS[match["unit"].lower()], 0, today)


def _previous(match: re.Match[str], today: date) -> tuple[date, date, str]:
    return _back(_UNITS[match["unit"].lower()], 1, today)


def _last_ones(match: re.Match[str], today: date) -> tuple[date, date, str]:
    """Read "tiga hari terakhir": up to today, today being one of the days."""
    unit, count = _UNITS[match["unit"].lower()], _count(match["count"])
    if unit in ("day", "week"):
        return today - timedelta(days=count * (1 if unit == "day" else 7) - 1), today, unit
    months = count * (1 if unit == "month" else 12)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, month_of(year, month + 1)[1].day)) + timedelta(days=1), today, unit


def _weekday(match: re.Match[str], today: date) -> tuple[date, date, str]:
    days = (today.weekday() - WEEKDAYS.index(match["day"].lower())) % 7 or 7
    return _day_ago(days)(match, today)


def _last_month_of_name(match: re.Match[str], today: date) -> tuple[date, date, str]:
    month = MONTHS[match["month"].lower()]
    return *month_of(today.year - (month >= today.month), month), "month"


def _back(unit: str, count: int, today: date) -> tuple[date, date, str]:
    """Return the day, week (from Monday), month or year that lies ``count`` before today's."""
    if unit == "day":
        day = today - timedelta(days=count)
        return day, day, unit
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * count)
        return monday, monday + timedelta(days=6), unit
    if unit == "month":
        year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
        return *month_of(year, month + 1), unit
    return date(today.year - count, 1, 1), date(today.year - count, 12, 31), unit


def _count(word: str | None) -> int:
    if word is None or word == "se":
        return 1
    if word.isdigit():
        return int(word)
    return _NUMBERS.get(word.lower(), 3)  # "beberapa"


# Longer forms first: what one has read is not read again. "Hari Ini" with a capital is a name, not today.
_FORMS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (re.compile(rf"(?<!\d\s)\b(?:bulan\s)?(?P<month>{_MONTH})\s(?:tahun\s)?(?P<year>{_YEAR})\b", re.I), _month_year),
    (re.compile(r"\b[Kk]emarin\slusa\b|\b[Ll]usa\skemarin\b"), _day_ago(2)),
    (re.compile(r"\b(?:[Tt]adi\smalam|[Ss]emalam|[Kk]emarin\smalam)\b"), _last_night),
    (re.compile(r"\b(?:(?:[Hh]ari|[Pp]agi|[Ss]iang|[Ss]ore|[Mm]alam)\sini|[Tt]adi\s(?:pagi|siang|sore))\b"), _today),
    (re.compile(rf"\b(?P<count>{_NUMBER})\s(?P<unit>{_UNIT})\s{_AGO}\b", re.I), _units_ago),
    (re.compile(rf"\b(?P<count>se)(?P<unit>{_UNIT})\s{_AGO}\b", re.I), _units_ago),
    (re.compile(rf"\b(?:dalam\s)?(?:(?P<count>{_NUMBER})\s|se)(?P<unit>{_UNIT})\sterakhir\b", re.I), _last_ones),
    (re.compile(rf"\b(?P<day>{'|'.join(WEEKDAYS[:6])})\s{_AGO}\b", re.I), _weekday),
    (re.compile(rf"(?<!\d\s)\b(?:[Bb]ulan\s)?(?P<month>{_MONTH})\s{_AGO}\b", re.I), _last_month_of_name),
    (re.compile(r"\b(?P<unit>[Pp]ekan|[Mm]inggu|[Bb]ulan|[Tt]ahun)\s(?:yang\s)?(?:lalu|silam|kemarin)\b"), _previous),
    (re.compile(r"\b(?P<unit>[Pp]ekan|[Mm]inggu|[Bb]ulan|[Tt]ahun)\sini\b"), _this),
    (re.compile(r"\b[Kk]emarin(?:\s(?:pagi|siang|sore))?\b"), _day_ago(1)),
    (re.compile(rf"(?<![\w.,/-])(?:[Tt]ahun\s)?(?P<year>{_YEAR})(?![\w/]|[-–.,]\d|-an\b)"), _year),
)  # fmt: skip
