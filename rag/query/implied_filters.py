"""Filters that a question itself implies, by its time words and outlet names; each is shown and can be dropped.

A year in a question is more often a fact about an event than the day an article appeared ("Pemilu 2014"). So a date of
the calendar limits the search only where the question says that it means articles ("berita Maret 2023"); standing alone
it at most brings articles of that time forward. Words reckoned from today ("kemarin") limit the search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.articles import Article
from index.storage.filters import Filters
from index.text.analysis import QUESTION_WORDS, STOP_WORDS, tokens
from index.text.lexicon import lexicon
from rag.query.time_expressions import Period, periods_in, worded

# By how much of the highest score articles of a time come forward where it is no strict filter: one reckoned from
# today, and a year or a date of the calendar, which say little of the day of publication. All three by hand: few
# questions of the sets name a time of publication.
LATELY_WEIGHT = 0.2
CALENDAR_WEIGHT = 0.05
MOSTLY_DATED = 0.9  # share of articles with a date for the others to be left out
_MAX_CHARS = 600  # what is longer is no question, and would take long to read
# What has happened is reported in the days after it as well: days an event's articles may come after its period.
_LATER_DAYS = {"day": 1, "week": 7, "month": 15, "year": 31}
_FAR_YEARS = re.compile(r"tahun\s(?:yang\s)?(?:lalu|silam|terakhir)", re.I)
_ARTICLES = r"(?:berita|artikel|liputan|kabar|tulisan|pemberitaan|reportase)"
# "berita (terbaru yang terbit pada) Maret 2023"; a news agency and a court's minutes are no articles
_OF_ARTICLES = re.compile(
    rf"""(?<!kantor\s)\b{_ARTICLES}(?:nya)?(?!\sacara)\s
    (?:(?:terbaru|terkini|utama|lama)\s)?(?:yang\s)?(?:(?:terbit|dimuat|tayang|ditulis|diterbitkan|dipublikasikan)\s)?
    (?:(?:dari|pada|di|selama|sepanjang|edisi|tertanggal|bertanggal|untuk|tanggal)\s){{0,2}}$""",
    re.I | re.X,
)
_ANY_ARTICLES = re.compile(rf"(?<!kantor\s)\b{_ARTICLES}(?:nya)?\b(?!\sacara)", re.I)
_PUBLISHED = re.compile(
    r"\b(?:terbit|dimuat|tayang|ditulis|diterbitkan|dipublikasikan|terbitan|edisi)\s(?:(?:pada|di|tanggal)\s){0,2}$",
    re.I,
)
_COMPARED = re.compile(
    r"\b(?:dibanding(?:kan)?|ketimbang|daripada|dari|sama|sampai|hingga|per)\s(?:dengan\s)?(?:pada\s)?$", re.I
)
_ADVERBIAL = re.compile(
    r"(?:^|,\s|\b(?:pada|di|selama|sepanjang|akhir|awal|pertengahan|tanggal|bulan|sejak|mulai|sebelum|sesudah|setelah|"
    r"hingga|sampai|antara)\s)$",
    re.I,
)
_SINCE = re.compile(r"\b(?:sejak|mulai(?:\sdari)?)\s(?:pada\s)?(?:tanggal\s)?$", re.I)
_BEFORE = re.compile(r"\bsebelum\s(?:tanggal\s)?$", re.I)
_AFTER = re.compile(r"\b(?:sesudah|setelah)\s(?:tanggal\s)?$", re.I)
_UNTIL = re.compile(r"\b(?:hingga|sampai(?:\sdengan)?)\s(?:tanggal\s)?$", re.I)
_BETWEEN = re.compile(r"\b(?:antara|dari|mulai(?:\sdari)?)\s(?:tanggal\s)?$", re.I)
_AND = re.compile(r"\s?(?:dan|sampai(?:\sdengan)?|hingga|s\.?d\.?|[-–])\s?(?:tanggal\s)?", re.I)
_LEFT_MONTH = re.compile(r"\b(?:antara|dari)\s(?P<month>[A-Za-z]+)\s(?:dan|sampai|hingga)\s$")
_QUOTED = re.compile(r"[\"“][^\"”]{1,200}[\"”]")
_SAYS_OUTLET = (
    r"(?:\b(?:menurut|versi|(?:dimuat|ditulis|diberitakan|dilaporkan|dikutip|dilansir|tulis)(?:\s(?:oleh|di|dari))?|"
    rf"{_ARTICLES}(?:\sdari|\sdi)?)\s(?:(?:harian|koran|majalah|situs|media|portal)\s)?)"
)
_AT_OUTLET = r"(?:\b[Dd](?:i|ari)\s(?:(?:harian|koran|majalah|situs|media|portal)\s)?)"
# Outlets whose names are everyday words.
_EVERYDAY = lexicon("press").set("everyday")
_TAIL = re.compile(r"(?:\.(?:com|co\.id|co|id|net|tv|org))+$|(?:news|com|\.)$", re.I)


@dataclass(frozen=True)
class Implied:
    """One filter that words of a question imply; ``label`` tells the user of it in Indonesian.

    ``strict`` leaves other articles out; else these come forward by ``weight``, a share of the highest score. A strict
    one without a weight cannot give way to a mere preference.
    """

    filters: Filters
    words: str
    label: str
    strict: bool
    weight: float = 0.0


@dataclass(frozen=True)
class Reading:
    """A question as it was read: ``text`` is what to search with, without the words that became strict filters."""

    question: str
    text: str
    implied: tuple[Implied, ...] = ()

    @property
    def filters(self) -> Filters:
        """The strict filters together."""
        return together(*(one.filters for one in self.implied if one.strict))

    def weight(self, article: Article) -> float:
        """Return by how much an article comes forward."""
        return sum(one.weight for one in self.implied if not one.strict and one.filters.accepts(article))


def read_filters(question: str, today: date, outlets: Sequence[str] = ()) -> Reading:
    """Return a question with the filters it implies; ``outlets`` are the archive's, the most frequent first.

    >>> reading = read_filters("Apa kata Khofifah kemarin?", date(2021, 4, 10))
    >>> reading.text, reading.filters.date_from, reading.implied[0].label
    ('Apa kata Khofifah?', '2021-04-09', 'hanya terbitan 9–10 April 2021')
    >>> bool(read_filters("Siapa presiden Indonesia tahun 2004?", date(2021, 4, 10)).filters)
    False
    """
    if len(question) > _MAX_CHARS:
        return Reading(question, question)
    quoted = [match.span() for match in _QUOTED.finditer(question)]
    found = [
        item
        for item in (*_of_outlets(question, outlets), *_of_times(question, today))
        if not any(start <= item[1] < end for start, end in quoted)
    ]
    text = question
    for one, start, end in sorted(found, key=lambda item: -item[1]):
        if one.strict:
            text = _tidy(text[:start] + " " + text[end:])
    if not set(tokens(text)) - STOP_WORDS - QUESTION_WORDS:
        text = question
    return Reading(question, text, tuple(one for one, _, _ in sorted(found, key=lambda item: item[1])))


def settle(
    reading: Reading, given: Filters, searched: Callable[[Filters], tuple[int, int]]
) -> tuple[Reading, tuple[str, ...]]:
    """Return the reading that holds in this archive, and what to tell the user of what was dropped.

    What the user gave wins over what the question implies. A filter that leaves no article, or leaves all of them, is
    dropped. Where many articles have no date, "kemarin" brings articles forward and leaves none out, as what is asked
    for may well be among them. ``searched`` counts articles and passages within filters (``Retriever.searched``).
    """
    kept = [one for one in reading.implied if not _overruled(one, given)]
    if not kept:
        return replace(reading, text=reading.question, implied=()), ()
    notes = []
    total = searched(given)[0]
    dated = searched(together(given, Filters(date_from=date.min.isoformat())))[0]
    for at, one in enumerate(list(kept)):
        if _is_date(one) and one.strict and one.weight and dated < MOSTLY_DATED * total:
            kept[at] = replace(one, strict=False, label=one.label.replace("hanya", "diutamakan", 1))
            notes.append(f"“{one.words}” hanya mengutamakan: {total - dated} dari {total} artikel tanpa tanggal")
    for one in sorted(kept, key=lambda one: not _is_date(one)):  # of two that leave nothing, the outlet stays
        others = together(given, *(other.filters for other in kept if other.strict and other is not one))
        left = searched(together(others, one.filters))[0]
        if left and not (one.strict and left == total):
            continue
        kept.remove(one)
        notes = [note for note in notes if not note.startswith(f"“{one.words}”")]
        if not left and (one.strict or one.weight >= LATELY_WEIGHT) and total:
            notes.append(f"“{one.words}” tidak menyaring: tidak ada artikel {one.label.partition(' ')[2]}")
    changed = len(kept) < len(reading.implied)
    return replace(reading, implied=tuple(kept), text=reading.question if changed else reading.text), tuple(notes)


def together(*parts: Filters) -> Filters:
    """Return the filters that hold all of these at once.

    >>> together(Filters(date_from="2021-01-01"), Filters("2020-01-01", "2021-12-31", "Warta"))
    Filters(date_from='2021-01-01', date_to='2021-12-31', publisher='Warta', articles=(), collection=None)
    """
    froms = [part.date_from for part in parts if part.date_from]
    tos = [part.date_to for part in parts if part.date_to]
    publishers = [part.publisher for part in parts if part.publisher]
    articles = [part.articles for part in parts if part.articles]
    collected = next((part for part in parts if part.collection is not None), Filters())
    return Filters(
        max(froms, default=None),
        min(tos, default=None),
        publishers[0] if publishers else None,
        articles[0] if articles else (),
        collected.collection,
        collected.members,
    )


def _of_times(question: str, today: date) -> Iterator[tuple[Implied, int, int]]:
    """Yield each time filter with the span of the words that imply it."""
    periods = periods_in(question, today)
    at = 0
    while at < len(periods):
        one, last = periods[at], periods[at]
        before = question[: one.start]
        if at + 1 < len(periods) and _AND.fullmatch(question[one.end : periods[at + 1].start]):
            last, at = periods[at + 1], at + 1
        at += 1
        if item := _of_time(question, before, one, last, today):
            yield item


def _of_time(question: str, before: str, one: Period, last: Period, today: date) -> tuple[Implied, int, int] | None:
    first, until, lead = _range(before, one, last)
    start, words = len(lead), question[len(lead) : last.end]
    of_articles = _OF_ARTICLES.search(lead)
    if not of_articles and _ANY_ARTICLES.search(lead):
        of_articles = _PUBLISHED.search(lead)
    if of_articles:  # what appeared then, and nothing else
        return _implied(first, until, words, strict=True), of_articles.start(), last.end
    plain = (first, until) == (one.first, last.last)
    if one.relative:
        if _COMPARED.search(lead) or (_FAR_YEARS.search(words) and not words.lower().startswith("tahun")):
            return None
        if plain:
            until = min(last.last + timedelta(days=_LATER_DAYS[last.unit]), max(today, one.first))
        lately = one.unit != "year"
        weight = LATELY_WEIGHT if lately else CALENDAR_WEIGHT
        return _implied(first, until, words, strict=lately, weight=weight), start, last.end
    if re.search(r"\d\s$", lead) or not (
        not plain or one.unit != "year" or words.startswith("tahun") or _ADVERBIAL.search(lead)
    ):
        return None  # "Pemilu 2014", "Peraturan Nomor 12 tahun 2005": part of a name
    if plain and one.unit == "day":
        until = last.last + timedelta(days=_LATER_DAYS["day"])
    return _implied(first, until, words, weight=CALENDAR_WEIGHT), start, last.end


def _range(before: str, one: Period, last: Period) -> tuple[date | None, date | None, str]:
    """Return the first and last day that the words before a period make of it, and what stands before those words."""
    if half := _LEFT_MONTH.search(before):  # "antara Maret dan Mei 2021": the first month has the year of the second
        if earlier := periods_in(f"{half['month']} {last.first.year}", last.first):
            return earlier[0].first, last.last, before[: half.start()]
    elif last is not one:
        between = _BETWEEN.search(before)
        return one.first, last.last, before[: between.start()] if between else before
    for form, first, until in (
        (_SINCE, one.first, None),
        (_BEFORE, None, one.first - timedelta(days=1)),
        (_AFTER, one.last + timedelta(days=1), None),
        (_UNTIL, None, one.last),
    ):
        if (operator := form.search(before)) and not (form is _UNTIL and one.relative):
            return first, until, before[: operator.start()]
    return one.first, last.last, before


def _implied(
    first: date | None, until: date | None, words: str, *, strict: bool = False, weight: float = 0.0
) -> Implied:
    filters = Filters(first.isoformat() if first else None, until.isoformat() if until else None)
    label = f"{'hanya' if strict else 'diutamakan'} terbitan {worded(first, until)}"
    return Implied(filters, words, label, strict, weight)


def _of_outlets(question: str, outlets: Sequence[str]) -> Iterator[tuple[Implied, int, int]]:
    """Yield the first outlet of the archive that the question names as its source, with the span of the words."""
    for outlet in outlets:
        short = _TAIL.sub("", outlet.strip())
        names = {name for name in (outlet.strip(), short) if len(name) > 2}
        if not names:
            continue
        named = "|".join(re.escape(name).replace(r"\ ", r"\s?") for name in sorted(names, key=len, reverse=True))
        # subtle: a capital after the name makes another name of it ("di Suara Surabaya")
        name = rf"(?i:(?:{named})(?:news|com)?(?:\.(?:com|co\.id|id|net))?)(?![\w-]|\s[A-Z])"
        capital = "(?=[A-Z])" if short.lower() in _EVERYDAY else ""
        for form in (rf"(?i:{_SAYS_OUTLET}){capital}{name}", rf"{_AT_OUTLET}(?=[A-Z]){name}"):
            for match in re.finditer(form, question):
                one = Implied(Filters(publisher=outlet), match[0].strip(), f"hanya dari media {outlet}", True)
                yield one, match.start(), match.end()
                return


def _overruled(one: Implied, given: Filters) -> bool:
    return bool((given.date_from or given.date_to) if _is_date(one) else given.publisher)


def _is_date(one: Implied) -> bool:
    return one.filters.publisher is None


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([?.!,;:])", r"\1", text)
    return re.sub(r"^[,;:]\s*|,(?=[?.!]$)", "", text)
