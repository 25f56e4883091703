"""The date of a mail or a feed's entry, as RFC 822 writes it → the same moment as ISO 8601 does, with its offset."""

from __future__ import annotations

import re
from email.utils import parsedate_tz

_ZONE = re.compile(r"(?:[+-]\d{4}|\b[A-Z]{1,4})\s*(?:\([^()]*\)\s*)?$")


def sent_at(date: str) -> str | None:
    """Return a moment with the offset that it states, if it states one; None for what is no such date.

    >>> sent_at("Wed, 20 Nov 2024 23:40:00 +0000"), sent_at("20 Nov 2024 08:00"), sent_at("kemarin")
    ('2024-11-20T23:40:00+00:00', '2024-11-20T08:00:00', None)
    """
    parts = parsedate_tz(date)
    if parts is None:
        return None
    year, month, day, hour, minute, second, *_, away = parts
    moment = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    if away is None or not _ZONE.search(date):  # Python takes a date without a zone for one of UTC
        return moment
    hours, minutes = divmod(abs(away) // 60, 60)
    return f"{moment}{'-' if away < 0 else '+'}{hours:02}:{minutes:02}"
