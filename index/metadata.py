"""Title, publication date and publisher of an article, from what the file says or from its text. Unknown stays None.

``date_rule`` tells how a date was found, surest first: ``file`` (the file states it), ``dateline`` (a line of its own,
or the opening of the first paragraph), ``event`` (the text reports a dated event and gives no date of its own),
``event-weekday`` (the same, the year settled by the weekday).
"""

from __future__ import annotations

import re
from collections import Counter

from index.articles import RawArticle
from index.cleaning import HEAD_LINES, is_boilerplate
from index.dates import date_mentions, is_dateline, settle_year, years_in

_MAX_TITLE_CHARS = 140  # longer first lines in scraped pages are captions or paragraphs
_SITE = r"[A-Za-z][\w-]*(?:\.[A-Za-z]{2,4}){1,2}"
_COPYRIGHT = re.compile(rf"(?:copyright|hak cipta|©)[^\n]{{0,20}}?\b({_SITE})", re.I)
_OPENING_SITE = re.compile(rf"^(?:[A-Z][A-Za-z .]+,\s*)?({_SITE})\s*[-–—]\s", re.M)
# "JAKARTA, KOMPAS —" and "Sindopos - Jawa Timur, 17/11/21"
_OPENING_PLACE_NAME = re.compile(r"^[A-Z][A-Z .]+,\s*([A-Z][A-Za-z.]+)\s*[-–—]\s", re.M)
_OPENING_NAME_DATE = re.compile(r"^([A-Z][A-Za-z.]+)\s*[-–—]\s*[A-Z][A-Za-z ]+,\s*\d{1,2}[/-]", re.M)
_SENTENCE_END = re.compile(r"[a-z]{3}[.!?]\s")  # "dibuka. Warga", but not "Dr. Anu"
_DATELINE_CHARS = 80  # a dateline stands within the first line's first words
_TOP_LEVEL = re.compile(r"\.(?:com|id|co\.id|net|org|tv)$", re.I)


def find_title(raw: RawArticle, text: str) -> str | None:
    """Return the title the file states, else a first line that reads like a headline, else None.

    >>> find_title(RawArticle(text=""), "Warga Senang\\nSURABAYA - Warga kota senang.")
    'Warga Senang'

    ``text`` is tidy, not yet cleaned. A headline is short, one sentence without a full stop, and
    followed by more lines.
    """
    if raw.title and raw.title.strip():
        return " ".join(raw.title.split())
    lines = [line for line in text.split("\n") if not is_boilerplate(line)]
    if len(lines) < 2 or len(lines[0]) > _MAX_TITLE_CHARS or lines[0][-1] in ".,;:":
        return None
    if date_mentions(lines[0]) or _SENTENCE_END.search(lines[0]):
        return None
    return lines[0]


def find_date(raw: RawArticle, text: str) -> tuple[str | None, str | None]:
    """Return ``(ISO date, rule)`` of publication, or ``(None, None)``.

    >>> find_date(RawArticle(text=""), "Judul\\nSenin, 29 November 2021 - 13:44 WIB\\nIsi.")
    ('2021-11-29', 'dateline')
    """
    if raw.date:
        stated = [mention.iso for mention in date_mentions(raw.date) if mention.iso]
        if stated:
            return stated[0], "file"
    for line in text.split("\n")[:HEAD_LINES]:
        for mention in date_mentions(line[:_DATELINE_CHARS]):
            if mention.iso and (is_dateline(line) or _OPENING_NAME_DATE.match(line)):
                return mention.iso, "dateline"
    mentions = date_mentions(text)
    # A report comes out on the day of its latest dated event or soon after; without a dateline that day is the best.
    stated = [mention.iso for mention in mentions if mention.iso and mention.weekday]
    if stated:
        return max(stated), "event"
    settled = [iso for mention in mentions if mention.year is None and (iso := settle_year(mention, years_in(text)))]
    return (max(settled), "event-weekday") if settled else (None, None)


def find_publisher(raw: RawArticle, text: str) -> str | None:
    """Return the outlet the file states, else the one named in the copyright line or the opening, else None.

    >>> find_publisher(RawArticle(text=""), "IM.com – Gubernur menegaskan hal itu.")
    'IM.com'
    """
    if raw.publisher and raw.publisher.strip():
        return " ".join(raw.publisher.split())
    for pattern in (_COPYRIGHT, _OPENING_SITE, _OPENING_PLACE_NAME, _OPENING_NAME_DATE):
        names = Counter(pattern.findall(text))
        if names:
            name = names.most_common(1)[0][0]
            # "SINDOnews.com" under a copyright is the site's address; an opening "IM.com –" is how it signs.
            return _TOP_LEVEL.sub("", name) if pattern is _COPYRIGHT and name.endswith(".com") else name
    return None
