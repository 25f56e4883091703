"""Dates as Indonesian news writes them. It reads what stands in the text and guesses nothing.

Whether a date is the day of publication or of an event is decided in ``index.metadata``. Relative words ("kemarin"),
Hijri and Javanese dates, and the American order (11/29/2021) are not read; stamps are ``index.text.timestamps``'s.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from index.text.lexicon import lexicon

_CALENDAR = lexicon("calendar")
MONTH_NAMES = _CALENDAR.words("months")
MONTH_WORDS = frozenset(name.lower() for name in MONTH_NAMES)
MONTHS = {
    name: number
    for number, names in enumerate(
        zip(MONTH_NAMES, _CALENDAR.words("months_short"), _CALENDAR.words("months_also"), strict=True), start=1
    )
    for name in " ".join(names).lower().split()
}
WEEKDAYS = _CALENDAR.words("weekdays")
_SUNDAY_ALSO = _CALENDAR.words("sunday_also")
# "Jum'at" with any of the signs that are typed for its apostrophe.
_FRIDAY_ALSO = r"jum['’‘`\"]at"
WEEKDAY_PATTERN = "|".join((*WEEKDAYS, *_SUNDAY_ALSO, _FRIDAY_ALSO))
WEEKDAY_WORDS = frozenset((*WEEKDAYS, *_SUNDAY_ALSO, "jum'at"))
_WEEKDAY_NAMES = (
    {name: name for name in WEEKDAYS}
    | {
        name: weekday
        for weekday, names in zip(WEEKDAYS, _CALENDAR.words("weekdays_english"), strict=True)
        for name in names.split()
    }
    | dict.fromkeys(_SUNDAY_ALSO, WEEKDAYS[-1])
)


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?:{_any(MONTHS)})\b"
_YEAR = r"(?:1[5-9]|20)\d\d"
_UNTIL = r"\s{0,2}(?:[-–—]|hingga|sampai(?:\sdengan)?|s\.?/?d\.?|dan|&|to)\s{0,2}"
_START = r"(?<!\w)(?<!\d[./,:])"  # not the tail of a number, a time or a fraction
# Each form of a date has the groups day and month, and year unless the text leaves it out. "first" and "first_month"
# are the beginning of a range. White space is bounded, so that no text makes the search slow.
_WRITTEN = rf"""{_START} (?:(?P<first>\d{{1,2}})(?:\s{{1,2}}(?P<first_month>{_MONTH})\.?)?{_UNTIL})?
    (?P<day>\d{{1,2}})(?:st|nd|rd|th)? \s{{1,3}} (?P<month>{_MONTH})\.?
    (?:,?\s{{1,3}}(?P<year>{_YEAR}|['’‘]\d\d)(?!\d))?"""
_SLASHED = rf"""{_START} (?:(?P<first>\d{{1,2}})(?:/(?P<first_month>\d{{1,2}}))?{_UNTIL})?
    (?P<day>\d{{1,2}})\s?/\s?(?P<month>\d{{1,2}}) (?:\s?/\s?(?P<year>{_YEAR}|\d\d))? (?!\d|\s?/|[.,]\d)"""
_SEPARATED = rf"""{_START}(?<!\d-) (?P<day>\d{{1,2}})(?P<sep>[-–./])(?P<month>\d{{1,2}}|{_MONTH})
    (?P=sep)(?P<year>{_YEAR}|\d\d) (?!\d|[-–./]\d)"""
_YEAR_FIRST = rf"""(?<![\w/-]) (?P<year>{_YEAR})(?P<sep>[-./])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})
    (?!\d|(?P=sep))"""
_MONTH_FIRST = rf"""\b(?=[adfjmnops]) (?P<month>{_MONTH})\.?\s{{1,2}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,2}}
    (?P<year>{_YEAR})(?!\d)"""
_SPELLED = rf"""{_START} (?P<day>\d{{1,2}}),?\sbulan\s(?P<month>\d{{1,2}}|{_MONTH}),?\stahun\s(?P<year>{_YEAR})(?!\d)"""
_FORMS = tuple(
    re.compile(form, re.I | re.X) for form in (_WRITTEN, _SLASHED, _SEPARATED, _YEAR_FIRST, _MONTH_FIRST, _SPELLED)
)

_DAY_NAME = rf"(?:{_any(_WEEKDAY_NAMES)}|{_FRIDAY_ALSO})\b"
# "Senin (", "Rabu malam, ", "Jumat silam (", "Sabtu-Minggu, "; the five are the days of the Javanese market week
_MODIFIER = r"""(?:pagi|siang|sore|petang|malam|dini\s?hari|subuh|tadi|ini|itu|lalu|silam|kemarin|besok|mendatang|depan|
    nanti|pekan|tanggal|tgl\.?|wib|wita|wit|pon|wage|kliwon|legi|pahing)\b"""
# Both end where their date starts; looked for once in a text, which is quicker than to look back from each date. The
# first letter is asked for first, since most words of a text are none of these names.
_WEEKDAY_BEFORE = re.compile(
    rf"""\b(?=[afjkmrstw])(?:(?P<first>{_DAY_NAME})\s?(?:[-–/]|dan|hingga|sampai|s/d)\s?)?(?P<weekday>{_DAY_NAME})
    (?P<modifiers>(?:[\s,]{{1,3}}{_MODIFIER}){{0,3}})[\s,]{{0,3}}\(?\s?""",
    re.I | re.X,
)
# "No. 12/11/2021" is a file number, "versi 2.5.2021" a version; asked of dates in figures only.
_NUMBERED = re.compile(r"\b(?:no|nomor|nomer|pasal|ayat|perkara|rp|telp?|hp|wa|versi|v)\b[.:]{0,2}\s?", re.I)
_ONLY_UNTIL = re.compile(rf"{_UNTIL}(?:tanggal\s)?", re.I)

_BESIDE_CHARS = 30  # room in a dateline for a place or an outlet
_MAX_DATELINE_CHARS = 160
_LABELS_AND_TIMES = re.compile(
    r"""\b(?:di)?(?:terbit|publikasi|posting|unggah|tayang|tulis|rilis|perbarui|pembaruan|update|post|publish)
    (?:kan|ed|d)?\b\s?:? | \b(?:last|terakhir|pada|tanggal|tgl|hari|pukul|jam|on|oleh|by)\b\s?:? |
    (?<!\d)t?\d{1,2}[:.]\d\d(?:[:.]\d\d)?z?(?!\d) | \b(?:wib|wita|wit|gmt|utc|am|pm)\b | [+-]\d\d:?\d\d\b""",
    re.I | re.X,
)


# "17 Ramadan 1445 H", beside the day of the common calendar: "29 Maret 2024 M", "29 Maret 2024 Masehi".
_HIJRI = re.compile(
    r"(?<!\d)\d{1,2}\s(?:[A-Z][\w'’‘`]{2,14}\s){1,2}1[34]\d\d(?:\s?H(?:ijri(?:y?ah)?)?\b\.?)?|(?<=\d)\s(?:M|Masehi)\b\.?"
)


_MAX_KEPT_CHARS = 1000
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class DateMention:
    """One date in a text: ``year`` is None where the text leaves it out; offsets count characters.

    ``ranged`` marks the first or last day of a range ("29-30 November 2021"), which is always an event.
    """

    day: int
    month: int
    year: int | None
    weekday: str | None
    start: int
    end: int
    ranged: bool = False

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
    >>> [(m.iso, m.ranged) for m in date_mentions("29 November hingga 1 Desember 2021")]
    [('2021-11-29', True), ('2021-12-01', True)]

    A bare "1/2" without weekday, brackets or year is a fraction to us, not a date. A time zone never shifts the day.
    Two digits of a year are this century up to next year ("21"), the last one beyond ("45"): an archive looks back.
    """
    return list(_in_line(text) if len(text) <= _MAX_KEPT_CHARS else _mentions(text))


@lru_cache(maxsize=256)  # the same line is asked for its date by several who look for one
def _in_line(text: str) -> tuple[DateMention, ...]:
    return _mentions(text)


def _mentions(text: str) -> tuple[DateMention, ...]:
    if not _DIGIT.search(text):
        return ()
    weekdays = {match.end(): match for match in _WEEKDAY_BEFORE.finditer(text)}
    numbered = {match.end() for match in _NUMBERED.finditer(text)}
    groups = [group for form in _FORMS for group in _read(form, text, weekdays, numbered)]
    groups.sort(key=lambda group: (group[0].start, -group[-1].end))
    found: list[DateMention] = []
    for group in groups:
        if found and group[0].start < found[-1].end:
            continue  # another form has read these words
        found += group
    for i, (one, other) in enumerate(pairwise(found)):
        if one.year and other.year and _ONLY_UNTIL.fullmatch(text[one.end : other.start]):  # "1 Mei 2021 - 3 Mei 2021"
            found[i : i + 2] = [replace(one, ranged=True), replace(other, ranged=True)]
    return tuple(found)


def in_words(iso: str) -> str:
    """Return an ISO date as it is written in Indonesian.

    >>> in_words("2021-11-09")
    '9 November 2021'
    """
    year, month, number = iso.split("-")
    return f"{int(number)} {MONTH_NAMES[int(month) - 1]} {year}"


def settle_year(mention: DateMention, years: Iterable[int]) -> str | None:
    """Return the ISO date of a mention without a year if exactly one of ``years`` gives its weekday, else None.

    >>> settle_year(date_mentions("Senin (13/3)")[0], [2022, 2023])
    '2023-03-13'
    """
    if mention.weekday is None:
        return None
    fitting = {_iso(year, mention.month, mention.day, mention.weekday) for year in years} - {None}
    return fitting.pop() if len(fitting) == 1 else None


def is_dateline(line: str) -> bool:
    """Tell whether a line is a date and hardly more: labels, a time, a place or an outlet set off from it.

    >>> is_dateline("Senin, 29 November 2021 - 13:44 WIB"), is_dateline("Panen usai Jumat (9/4/2021).")
    (True, False)
    >>> is_dateline("Jumat, 17 Ramadan 1445 H / 29 Maret 2024 M")
    True
    >>> is_dateline("Surabaya, 29 November 2021"), is_dateline("Gempa Bahari 29 November 2021")
    (True, False)
    """
    if len(line) > _MAX_DATELINE_CHARS or line.rstrip("\"'”’").endswith((".", "!", "?")):  # a short sentence
        return False
    line = _HIJRI.sub("|", line)
    mentions = date_mentions(line)
    if not mentions or len(mentions) > 2 or any(mention.ranged for mention in mentions):
        return False
    gaps = [line[: mentions[0].start], line[mentions[-1].end :]]
    gaps += [line[one.end : other.start] for one, other in pairwise(mentions)]
    before, after, *between = (_LABELS_AND_TIMES.sub("|", gap).strip() for gap in gaps)
    # subtle: "Pendaftaran: 1 Mei 2021" and "Warga berkumpul, Senin (29/11/2021)" tell of events: a colon sets off
    # labels only, a bracket nothing, and what stands before is a name
    set_off = (not before or before[-1] in ",|-–—•·/") and (not after or after[0] in ",|-–—•·/")
    named = len(re.findall(r"(?<!\w)[a-z][\w.]*", before)) <= 1 and not (re.search(r"\w", before) and ")" in line)
    beside = len(re.sub(r"[\W_]+", " ", before + after).strip())
    return set_off and named and beside <= _BESIDE_CHARS and not any(re.search(r"\w", gap) for gap in between)


def _read(
    form: re.Pattern[str], text: str, weekdays: Mapping[int, re.Match[str]], numbered: Container[int]
) -> Iterator[list[DateMention]]:
    """Yield what each match of one form says: one mention, or the first and last day of a range."""
    for match in form.finditer(text):
        parts = match.groupdict()
        month, year, first = _month(parts["month"]), _full_year(parts["year"]), parts.get("first")
        if not 1 <= month <= 12 or (parts["month"].isdigit() and match.start() in numbered):
            continue
        opened = text.endswith("(", 0, match.start())
        closed = opened and text.startswith(")", match.end())
        named = weekdays.get(match.start())
        if year is None and not named and not closed:
            continue
        if parts.get("sep") == "." and len(parts["year"]) == 2 and not named:
            continue  # "13.10.21" is a time or a version as well
        start = named.start() if named else match.start() - opened
        weekday = _weekday(named)
        last = DateMention(int(parts["day"]), month, year, weekday, start, match.end() + closed, first is not None)
        if first is None:
            yield [last]
            continue
        first_month, between = _month(parts["first_month"] or parts["month"]), match.start("day")
        if first_month == month and int(first) >= last.day:  # "nomor 7 dan 5 Mei 2021" is no range
            yield [replace(last, weekday=None, start=between, ranged=False)]
            continue
        if year and first_month > month:
            year -= 1  # "29 Desember - 3 Januari 2022" begins the year before
        both = named is not None and named["first"] is not None  # "Sabtu-Minggu (13-14/3)"
        first_weekday = _spelling(named["first"]) if named and both else weekday
        yield [
            DateMention(int(first), first_month, year, first_weekday, start, between, True),
            replace(last, weekday=weekday if both else None, start=between),
        ]


def _weekday(named: re.Match[str] | None) -> str | None:
    if named is None or (named["weekday"] == "minggu" and named["modifiers"]):  # "minggu lalu" is last week
        return None
    return _spelling(named["weekday"])


def _spelling(name: str) -> str:
    return _WEEKDAY_NAMES.get(name.lower(), "jumat")  # what is not in the table is a "Jum'at" with some apostrophe


def _month(name: str) -> int:
    return int(name) if name.isdigit() else MONTHS[name.lower()]


def _full_year(digits: str | None) -> int | None:
    if digits is None:
        return None
    year = int(digits.strip("'’‘"))
    if year >= 100:
        return year
    next_year = max(date.today().year, 2026) + 1  # a laptop whose clock has stopped must not change a date
    return year + (next_year // 100 * 100 if year <= next_year % 100 else next_year // 100 * 100 - 100)


def _iso(year: int, month: int, day: int, weekday: str | None) -> str | None:
    try:
        when = date(year, month, day)
    except ValueError:
        return None
    if weekday is not None and WEEKDAYS[when.weekday()] != weekday:
        return None
    return when.isoformat()
