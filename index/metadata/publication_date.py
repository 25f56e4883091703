"""The date of publication: what the file states, else what the text says of itself, and how far to trust it.

``date_rule`` tells how a date was found; ``certainty`` tells how far to trust it. Unknown stays None.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from index.articles import RawArticle
from index.cleaning.page_lines import HEAD_LINES
from index.metadata.datelines import agency_date, stated_date
from index.metadata.events import event_date
from index.text.dates import date_mentions

# Surest first. The last three are the text's word on something near the day of publication, not on the day itself.
CERTAINTY = MappingProxyType(
    {
        "file": "pasti",  # the file's own field
        "desk": "pasti",  # corrected by hand
        "sidecar": "pasti",  # a list that the newsroom keeps beside the files
        "dateline": "kuat",  # a line of its own, or one labelled as the date of publication
        "opening": "kuat",  # place, outlet and date before the first sentence
        "updated": "perkiraan",  # the page states only when it was updated
        "event": "perkiraan",  # the latest dated event that the text reports
        "event-weekday": "perkiraan",  # the same, the year settled by the weekday
    }
)
_MAX_AHEAD_DAYS = 366  # no report tells of a weekday more than a year after it appeared


def certainty(rule: str | None) -> str | None:
    """Return how far a date found by this rule can be trusted: ``pasti``, ``kuat`` or ``perkiraan``.

    >>> certainty("file"), certainty("dateline"), certainty("event"), certainty(None)
    ('pasti', 'kuat', 'perkiraan', None)
    """
    return None if rule is None else CERTAINTY.get(rule)


def find_date(raw: RawArticle, text: str) -> tuple[str | None, str | None]:
    """Return ``(ISO date, rule)`` of publication, or ``(None, None)``; the rules are those of ``CERTAINTY``.

    >>> find_date(RawArticle(text=""), "Judul\\nSenin, 29 November 2021 - 13:44 WIB\\nIsi.")
    ('2021-11-29', 'dateline')
    """
    if raw.date:
        iso = stated_date([raw.date])[0] or next(
            (m.iso for m in date_mentions(raw.date) if m.iso and not m.ranged), None
        )
        if iso:
            return iso, "file"
    lines = text.split("\n")
    mentions = date_mentions(text)
    iso, rule = stated_date(lines, HEAD_LINES)
    if rule in (None, "updated") and (agency := agency_date("\n".join(lines[:HEAD_LINES]), mentions)):
        return agency, "opening"
    event, event_rule = event_date(text, mentions)
    if iso and rule != "updated" and event_rule == "event" and event and _days_between(iso, event) > _MAX_AHEAD_DAYS:
        return event, event_rule  # "Bahari, 17 Agustus 1945 – Hari itu …" opens a feature
    return (iso, rule) if iso else (event, event_rule)


def _days_between(one: str, other: str) -> int:
    return (date.fromisoformat(other) - date.fromisoformat(one)).days
