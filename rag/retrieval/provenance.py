"""Where an article came from, when it entered the archive, and what of that is odd: shown beside every source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from index.articles import Article

# The first printed newspaper, Relation (Strasbourg); what is dated before it was not printed in any.
FIRST_NEWSPAPER = "1605-01-01"
_FUTURE = "bertanggal di masa depan ({}); periksa tanggalnya"
_TOO_EARLY = "bertanggal sebelum ada surat kabar ({}); periksa tanggalnya"
# Of this program's first year: a clock before it has stopped. What it says of "today" is not held against an article.
_FIRST_DAY = date(2025, 1, 1)
_BY_OCR = "teksnya dibaca OCR (keyakinan {} dari 100); cocokkan dengan gambar halamannya"
_WRONG_CLOCK = "tercatat masuk atau berubah pada {} saat jam komputer salah; urutan waktunya tidak pasti"
_NOT_COMPARED = "tidak dapat dibandingkan dengan pemeriksaan pertama klaim ini ({}, jam komputer salah waktu itu)"
_LATE = "baru masuk atau berubah di arsip pada {}, setelah klaim ini pertama kali diperiksa pada {}"
Record = dict[str, Any]


def provenance(article: Article, today: date | None = None) -> Record:
    """Return what is known of an article's way into the archive; what was not written down is None.

    >>> article = Article(id="a", text="", path="/arsip/a.zip", date="2031-01-01", place="1.txt")
    >>> came = provenance(article, date(2026, 1, 1))
    >>> came["member"], came["flags"]
    ('1.txt', ['bertanggal di masa depan (2031-01-01); periksa tanggalnya'])
    """
    day, now = article.date or "", max(today or date.today(), _FIRST_DAY)
    flags = [_FUTURE.format(day)] if day > f"{now:%Y-%m-%d}" else []
    flags += [_TOO_EARLY.format(day)] if day and day < FIRST_NEWSPAPER else []
    moments = (article.entered_at, article.changed_at)
    wrong = next((moment for moment in moments if moment and not _is_plausible(moment, now)), None)
    flags += [_WRONG_CLOCK.format(_moment(wrong))] if wrong else []
    if article.ocr_confidence is not None:
        flags.append(_BY_OCR.format(article.ocr_confidence))
    return {
        "folder": article.folder,
        "file": article.path,
        "member": article.place,
        "uploaded_by": article.uploaded_by,
        "uploaded_at": article.uploaded_at,
        "entered_at": article.entered_at,
        "changed_at": article.changed_at,
        "flags": flags,
    }


def flag_late(matches: Sequence[Record], first_checked_at: str, today: date | None = None) -> None:
    """Flag the places of a quotation that entered the archive, or changed there, after it was checked first.

    Where the clock was wrong at that check, no place is known to be older: each is flagged.

    >>> place = {"provenance": {"entered_at": "2026-02-01T10:00:00", "changed_at": None, "flags": []}}
    >>> flag_late([place], "2026-01-01T09:00:00"); len(place["provenance"]["flags"])
    1
    """
    for match in matches:
        came = match["provenance"]
        last = max(came["entered_at"] or "", came["changed_at"] or "")
        if not _is_plausible(first_checked_at, max(today or date.today(), _FIRST_DAY)):
            came["flags"].append(_NOT_COMPARED.format(_moment(first_checked_at)))
        elif last > first_checked_at:
            came["flags"].append(_LATE.format(_moment(last), _moment(first_checked_at)))


def origin_line(came: Record | None) -> str:
    """Return an article's way into the archive on one line.

    >>> origin_line({"file": "/a/b.zip", "member": "1.txt", "entered_at": "2026-02-01T10:00:00"})
    'berkas /a/b.zip, bagian 1.txt; masuk arsip 2026-02-01 10:00'
    """
    if not came:
        return ""
    if came.get("uploaded_at"):
        by = f" oleh {came['uploaded_by']}" if came.get("uploaded_by") else ""
        where = f"unggahan{by}, {_moment(came['uploaded_at'])}, berkas {came['file'].rpartition('/')[2]}"
    else:
        where = f"berkas {came['file']}"
    member = f", bagian {came['member']}" if came.get("member") else ""
    entered = came.get("entered_at")
    when = f"masuk arsip {_moment(entered)}" if entered else "kapan masuk arsip tidak tercatat"
    changed = f", berubah {_moment(came['changed_at'])}" if came.get("changed_at") else ""
    return f"{where}{member}; {when}{changed}"


def flags_of(came: Record | None) -> list[str]:
    """Return what is odd about an article's way into the archive, a line each."""
    return list(came["flags"]) if came else []


def _is_plausible(moment: str, now: date) -> bool:
    """Tell whether a moment that was written down is neither to come nor before there was this program."""
    return f"{_FIRST_DAY:%Y-%m-%d}" <= moment[:10] <= f"{now:%Y-%m-%d}"


def _moment(iso: str) -> str:
    return iso[:16].replace("T", " ")
