"""The date of publication: what the file states, else what the text says of itself, and how far to trust it.

``date_rule`` tells how a date was found; ``certainty`` tells how far to trust it. Unknown stays None.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from types import MappingProxyType

from index.articles import PageRecord, RawArticle
from index.cleaning.page_lines import HEAD_LINES
from index.metadata.datelines import agency_date, stated_date
from index.metadata.events import event_date
from index.text.dates import date_mentions, is_dateline
from index.text.timestamps import WIB, day_of_stamp, is_stamp

# Surest first. The last three are the text's word on something near the day of publication, not on the day itself.
CERTAINTY = MappingProxyType(
    {
        "file": "pasti",  # the file's own field
        "desk": "pasti",  # corrected by hand
        "sidecar": "pasti",  # a list that the newsroom keeps beside the files
        "dateline": "kuat",  # a line of its own, or one labelled as the date of publication
        "opening": "kuat",  # place, outlet and date before the first sentence
        "disputed": "perkiraan",  # two places of the file state different days; the rule names the others behind it
        "updated": "perkiraan",  # the page states only when it was updated
        "event": "perkiraan",  # the latest dated event that the text reports
        "event-weekday": "perkiraan",  # the same, the year settled by the weekday
    }
)
_FIRST_YEAR = 1600  # the oldest newspapers
_MAX_MENU_LINES = 60  # a page pasted whole begins with its menus
_MAX_AHEAD_DAYS = 366  # no report tells of a weekday more than a year after it appeared


def certainty(rule: str | None) -> str | None:
    """Return how far a date found by this rule can be trusted: ``pasti``, ``kuat`` or ``perkiraan``.

    >>> certainty("file"), certainty("dateline"), certainty("disputed 2024-11-25"), certainty(None)
    ('pasti', 'kuat', 'perkiraan', None)
    """
    return None if rule is None else CERTAINTY.get(rule.partition(" ")[0])


def other_dates(rule: str | None) -> list[str]:
    """Return the ISO dates that other places of the file state for the same article.

    >>> other_dates("disputed 2024-11-25"), other_dates("file")
    (['2024-11-25'], [])
    """
    return rule.split()[1:] if rule and rule.startswith("disputed ") else []


def find_date(
    raw: RawArticle, text: str, zone: tzinfo = WIB, title: str | None = None
) -> tuple[str | None, str | None]:
    """Return ``(ISO date, rule)`` of publication, or ``(None, None)``; the rules are those of ``CERTAINTY``.

    >>> find_date(RawArticle(text=""), "Judul\\nSenin, 29 November 2021 - 13:44 WIB\\nIsi.")
    ('2021-11-29', 'dateline')
    >>> find_date(RawArticle(text="", date="2021-11-29T23:00:00Z"), "")
    ('2021-11-30', 'file')

    A stamp with an offset is read in ``zone``. ``title`` is the headline, found before: the date behind it comes before
    one above it, which may be the page's clock.
    """
    if raw.page is None and raw.date:
        iso = _day_of(raw.date, zone)
        if iso:
            return iso, "file"
    if raw.page is None and not text:
        return None, None
    shown, rule = _shown(raw.page, text, zone, title)
    if raw.page is not None and (stated := _recorded(raw.page, zone)):
        days = [*stated, *([shown] if shown and rule == "dateline" and shown not in _changed(raw.page, zone) else [])]
        # of three that differ the day that two of them give; of two the surer one
        day = max(dict.fromkeys(days), key=days.count)
        others = sorted({*days} - {day})
        return day, " ".join(("disputed", *others)) if others else "file"
    lines = text.split("\n")[_behind(text.split("\n"), title) :]
    if raw.page is not None:
        lines = [line for line in lines if not is_dateline(line)]  # a day alone, elsewhere on the page, is no event
    text = "\n".join(lines)
    mentions = date_mentions(text)
    if rule in (None, "updated") and (agency := agency_date("\n".join(lines[:HEAD_LINES]), mentions)):
        return agency, "opening"
    event, event_rule = event_date(text, mentions)
    if (
        shown
        and rule != "updated"
        and event_rule == "event"
        and event
        and _days_between(shown, event) > _MAX_AHEAD_DAYS
    ):
        return event, event_rule  # "Bahari, 17 Agustus 1945 – Hari itu …" opens a feature
    return (shown, rule) if shown else (event, event_rule)


def _day_of(words: str, zone: tzinfo) -> str | None:
    """Return the day that a field states, as a stamp or in words."""
    if is_stamp(words) and (day := day_of_stamp(words, zone)):
        return _plausible(day)
    stated = stated_date([words])[0] or next((m.iso for m in date_mentions(words) if m.iso and not m.ranged), None)
    return _plausible(stated)


def _plausible(iso: str | None) -> str | None:
    """Return a day unless it is a program's placeholder: the year 1, the first day of 1970, a far year ahead."""
    if iso is None or iso == "1970-01-01":
        return None
    return iso if _FIRST_YEAR <= int(iso[:4]) <= max(date.today().year, 2026) + 1 else None


def _recorded(page: PageRecord, zone: tzinfo) -> list[str]:
    return [day for stamp in page.published if (day := _day_of(stamp, zone))]


def _changed(page: PageRecord, zone: tzinfo) -> set[str | None]:
    return {_day_of(stamp, zone) for stamp in page.modified}


def _shown(page: PageRecord | None, text: str, zone: tzinfo, title: str | None) -> tuple[str | None, str | None]:
    """Return the day that stands beside the headline, or in the opening."""
    lines = text.split("\n")
    if page is not None and page.has_headline:
        # what the page shows elsewhere, and reached the text, is the date of something else
        head = [day if is_stamp(line) and (day := day_of_stamp(line, zone)) else line for line in page.head]
        found = stated_date(head, len(head))
        return found if found[1] in ("dateline", "opening") else _first(_opening(lines[:HEAD_LINES]), found)
    behind = [line for line in lines[_behind(lines, title) :] if line]
    found = stated_date(behind, HEAD_LINES)
    return (
        found
        if found[1] in ("dateline", "opening") or len(behind) == len(lines)
        else _first(stated_date(lines, HEAD_LINES), found)
    )


def _first(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    return one if one[0] else other


def _opening(lines: Sequence[str]) -> tuple[str | None, str | None]:
    found = stated_date([line for line in lines if not is_dateline(line)], HEAD_LINES)
    return found if found[1] == "opening" else (None, None)


def _behind(lines: Sequence[str], title: str | None) -> int:
    """Return where the text behind the headline begins."""
    return next((i for i, line in enumerate(lines[:_MAX_MENU_LINES]) if line == title), -1) + 1


def _days_between(one: str, other: str) -> int:
    return (date.fromisoformat(other) - date.fromisoformat(one)).days
