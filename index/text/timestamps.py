"""Stamps of machines ("2024-11-20T23:30:00Z", "Wed, 20 Nov 2024 23:40:00 +0000") → the day in a time zone.

A stamp with an offset names a moment, and its day depends on where it is read; one without is taken as it stands.
Dates as people write them are read in ``index.text.dates``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

WIB = timezone(timedelta(hours=7), "WIB")  # western Indonesia: Java, Sumatra, West Kalimantan
ZONES = {"WIB": WIB, "WITA": timezone(timedelta(hours=8), "WITA"), "WIT": timezone(timedelta(hours=9), "WIT")}
_ISO = re.compile(
    r"""\s*(?P<day>\d{4}-\d\d-\d\d)(?:T|\s{1,2})(?P<time>\d\d?:\d\d(?::\d\d)?)(?:[.,]\d{1,9})?
    \s?(?P<offset>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*""",
    re.I | re.X,
)
_RFC_822 = re.compile(
    r"""\s*(?:[A-Z][a-z]{2},?\s{1,2})?\d{1,2}\s{1,2}[A-Z][a-z]{2}\s{1,2}\d{4}\s{1,2}\d\d?:\d\d(?::\d\d)?
    \s(?:[+-]\d{4}|GMT|UTC?|Z)(?:\s\([A-Z]{1,5}\))?\s*""",
    re.X,
)
_EPOCH = re.compile(r"\s*(\d{10})(?:\d{3})?\s*")  # seconds or milliseconds since 1970


def day_of_stamp(stamp: str, zone: tzinfo = WIB) -> str | None:
    """Return the ISO date of a stamp in a zone; None for what is none, or where a program left a placeholder.

    >>> day_of_stamp("2024-11-20T23:30:00Z"), day_of_stamp("2024-11-20T23:30:00+07:00")
    ('2024-11-21', '2024-11-20')
    >>> day_of_stamp("Wed, 20 Nov 2024 23:40:00 +0000"), day_of_stamp("1970-01-01T00:00:00Z"), day_of_stamp("kemarin")
    ('2024-11-21', None, None)
    """
    try:
        moment = _moment(stamp)
        if moment is None or (moment.tzinfo is not None and moment.astimezone(UTC).date() == date(1970, 1, 1)):
            return None
        return (moment if moment.tzinfo is None else moment.astimezone(zone)).date().isoformat()
    except (ValueError, OverflowError):  # a day that no calendar has
        return None


def is_stamp(words: str) -> bool:
    """Tell whether words are a stamp with a time in it, whatever its day.

    >>> is_stamp("2024-11-20T23:30:00Z"), is_stamp("2024-11-20"), is_stamp("20 November 2024 23:30 WIB")
    (True, False, False)
    """
    return any(form.fullmatch(words) for form in (_ISO, _RFC_822, _EPOCH))


def _moment(stamp: str) -> datetime | None:
    if iso := _ISO.fullmatch(stamp):
        moment = datetime.fromisoformat(f"{iso['day']}T{iso['time'].zfill(5)}")
        return moment if iso["offset"] is None else moment.replace(tzinfo=_zone(iso["offset"]))
    if _RFC_822.fullmatch(stamp):
        return parsedate_to_datetime(stamp.strip())
    if epoch := _EPOCH.fullmatch(stamp):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    return None


def _zone(offset: str) -> tzinfo:
    if offset[0] not in "+-":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(away if offset[0] == "+" else -away)
