"""The date that an article gives itself: a line of its own near the top, a labelled date, or the opening's.

"Senin, 29 November 2021 - 13:44 WIB", "Diterbitkan: 29/11/2021", "SURABAYA (29/11/2021) – Gubernur …". Dates of the
events it reports are read in ``index.metadata.events``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from index.text.dates import DateMention, date_mentions, is_dateline

_OPENING_CHARS = 100  # "TRIBUNNEWS.COM, KABUPATEN KEPULAUAN SANGIHE, Senin (29/11/2021) - "
_LABEL_CHARS = 40
_PUBLISHED = re.compile(
    r"\b(?:(?:di)?(?:terbit|publikasi|posting|unggah|tayang|rilis|tulis)(?:kan)?|publish(?:ed)?|posted)\b", re.I
)
_UPDATED = re.compile(
    r"\b(?:di(?:perbarui|perbaharui|update|mutakhirkan)|pembaruan|update[ds]?|modified|edited)\b", re.I
)
# Place and outlet before the date of an opening: capitalised words, commas and dashes, nothing that makes a sentence.
_NAMES = re.compile(r"(?:[A-Z][\w.'’/]*(?:\s?[,|–—-]\s|,|\s|$)){1,8}\(?")
_SIGNED = re.compile(r"[–—-]\s")  # "Warta - Desa Bahari, 17/11/21 Gubernur …" needs no dash after its date
_WIRE = r"\s?(?:\([A-Z][\w ./]{1,30}\)\s?)?"
_DASH_AFTER = re.compile(rf"\)?{_WIRE}(?:[–—]|-{{1,2}})(?=\s|$)")
_AGENCY_DATE = re.compile(rf"^[A-Z][\w.'’ ]{{2,40}}, (?P<day>\d{{1,2}})/(?P<month>\d{{1,2}}){_WIRE}[–—-]", re.M)
_NEAR_DAYS = 7  # a report and the events that it dates in full


def stated_date(lines: Sequence[str], head: int = 1) -> tuple[str | None, str | None]:
    """Return ``(ISO date, rule)`` that the lines of an article state: ``dateline``, ``opening`` or ``updated``.

    >>> stated_date(["Panen Raya", "Diperbarui: 2 Mei 2021", "Terbit: 1 Mei 2021"], head=8)
    ('2021-05-01', 'dateline')
    >>> stated_date(["BAHARI (1/5/2021) – Panen dimulai."])
    ('2021-05-01', 'opening')

    Only a date labelled as that of publication counts below the first ``head`` lines. One labelled as an update counts
    where no other is stated.
    """
    plain: list[str] = []
    updated: list[str] = []
    for number, line in enumerate(lines):
        if not (number < head or _PUBLISHED.search(line[:_LABEL_CHARS])) or not is_dateline(line):
            continue
        previous = 0
        for mention in date_mentions(line):
            label = line[max(previous, mention.start - _LABEL_CHARS) : mention.start]
            previous = mention.end
            if mention.iso and number < head and _UPDATED.search(label):
                updated.append(mention.iso)
            elif mention.iso and _PUBLISHED.search(label):
                return mention.iso, "dateline"
            elif mention.iso and number < head:
                plain.append(mention.iso)
    if plain:
        return plain[0], "dateline"
    openings = [iso for line in lines[:head] if (iso := _opening_date(line))]
    if openings:
        return openings[0], "opening"
    return (updated[0], "updated") if updated else (None, None)


def agency_date(text: str, mentions: Iterable[DateMention]) -> str | None:
    """Return the date of a wire opening without a year, if the year of one nearby date in the text completes it.

    >>> text = "Bahari, 29/11 (WARTA) - Panen digelar Minggu (28/11/2021)."
    >>> agency_date(text, date_mentions(text))
    '2021-11-29'
    """
    opening = _AGENCY_DATE.search(text)
    if not opening:
        return None
    found = set()
    for mention in mentions:
        if mention.iso and mention.year:
            event = date.fromisoformat(mention.iso)
            try:
                when = date(event.year, int(opening["month"]), int(opening["day"]))
            except ValueError:
                continue
            if abs((when - event).days) <= _NEAR_DAYS:
                found.add(when.isoformat())
    return found.pop() if len(found) == 1 else None


def _opening_date(line: str) -> str | None:
    opening = line[:_OPENING_CHARS]
    for mention in date_mentions(opening)[:1]:
        before, after = opening[: mention.start], opening[mention.end :]
        if mention.ranged or not _NAMES.fullmatch(before):
            return None
        if _DASH_AFTER.match(after) or _SIGNED.search(before):
            return mention.iso
    return None
