"""A checked table → CSV, Word, or ClaimReview (schema.org) as JSON-LD. What others wrote stays text in each.

A ClaimReview is a draft: what only people can know (who publishes it, where, when, how they rate it in the end) is
marked with ``FILL``. Each form says that a machine took part.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.text.dates import date_mentions
from rag.quotation import statement
from rag.quotation.checker import ALTERED, EXACT, NOT_FOUND, PARAPHRASE, PARTIAL, STITCHED
from rag.quotation.record_word import add_check, add_line, clean, is_web_address
from rag.quotation.review import CONTRADICTED, OCR_READ, UNKNOWN
from rag.quotation.verdict_text import NAMES

FILL = "ISI: "
TITLE = "Hasil pemeriksaan daftar kutipan"
_BEST, _WORST = 5, 1
# Verdict → what a reader may be told, and a rating to begin with. None: an archive that does not hold a quotation
# proves nothing about it, so no rating is proposed.
_RATINGS: dict[str, tuple[str, int | None]] = {
    EXACT: ("Benar: dikutip persis", 5),
    PARTIAL: ("Benar sebagian: kutipannya dipotong", 4),
    ALTERED: ("Keliru: kata dalam kutipan diubah", 2),
    STITCHED: ("Keliru: kutipan disambung dari beberapa tempat", 2),
    PARAPHRASE: ("Belum terbukti: arsip hanya memuat isi serupa dengan kata lain", None),
    NOT_FOUND: ("Belum terbukti: tidak ada di arsip yang diperiksa", None),
}
_OTHER_SPEAKER = ("Keliru: dikatakan orang lain", 2)
_MEANING_LOST = ("Menyesatkan: kutipan dipotong sehingga maknanya dapat berubah", 3)
_COLUMNS = (
    "baris", "kutipan", "tokoh", "tanggal", "media", "tautan", "verdik", "perlu_dilihat", "keterangan",
    "pembicara_di_arsip", "berubah_sejak_sebelumnya", "artikel", "media_artikel", "tanggal_artikel", "alamat_artikel",
    "teks_di_artikel", "beda", "jumlah_tempat", "sebab_tidak_diperiksa", "pernyataan", "diperiksa_oleh",
)  # fmt: skip
_FORMULA = re.compile(r"\A[\s'\"]*[=+\-@|%]")
Record = dict[str, Any]


@dataclass(frozen=True)
class ClaimResult:
    """A row to be written: what was claimed, and its check, or why there is none."""

    number: int
    claim: Record
    check: Record | None
    problem: str | None = None
    change: str | None = None


def to_csv(results: Sequence[ClaimResult]) -> bytes:
    """Return a row for each row of the table, for Excel and for programs; no cell is taken for a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    told = statement.of_checks()
    for result in results:
        claim, check = result.claim, result.check
        row = [result.number, *(claim[name] for name in ("quote", "speaker", "date", "publisher", "url"))]
        if check is None:
            row += ["TIDAK DIPERIKSA", *[""] * 11, result.problem or "belum diperiksa"]
        else:
            first: Record = next(iter(check["matches"]), {})
            row += [NAMES[check["verdict"]], "; ".join(check["told"]["look"]), " ".join(check["told"]["lines"])]
            row += [check["speaker"]["found"], result.change]
            row += [first.get(name) for name in ("title", "publisher", "date", "url", "text")]
            row += ["; ".join(_differences(check)), check.get("places", len(check["matches"])), ""]
        writer.writerow([cell(value) for value in (*row, told, "")])
    return stream.getvalue().encode("utf-8-sig")


def cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula, on one line.

    >>> cell("=HYPERLINK(1)"), cell(" @SUM(A1)"), cell("“Panen” - kata dia"), cell(None)
    ("'=HYPERLINK(1)", "'@SUM(A1)", '“Panen” - kata dia', '')
    """
    text = "" if value is None else str(value)
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return f"'{text}" if _FORMULA.match(text) else text


def to_docx(name: str, about: Sequence[str], results: Sequence[ClaimResult]) -> bytes:
    """Return the table as a Word file: what needs a look first, then what agrees, then the rows that were not checked.

    ``about`` are lines on how and on which archive it was checked.
    """
    import docx

    document = docx.Document()
    document.core_properties.title = TITLE
    document.core_properties.author = "Tanya Arsip"
    document.add_heading(TITLE, level=1)
    for line in (f"Berkas: {name}", *about, statement.of_checks(), statement.HUMAN):
        add_line(document, clean(line), "List Bullet")
    _add_counts(document, results)
    checked = [result for result in results if result.check is not None]
    for heading, some in (
        ("Perlu dilihat", [result for result in checked if result.check and result.check["told"]["look"]]),
        ("Sesuai arsip", [result for result in checked if result.check and not result.check["told"]["look"]]),
    ):
        document.add_heading(f"{heading} ({len(some)})", level=2)
        for result in some:
            _add_claim(document, result)
    document.add_heading(f"Tidak diperiksa ({len(results) - len(checked)})", level=2)
    for result in results:
        if result.check is None:
            add_line(document, clean(f"Baris {result.number}: {result.problem or 'belum diperiksa'}"), "List Bullet")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_counts(document: Any, results: Sequence[ClaimResult]) -> None:
    counts = Counter(result.check["verdict"] if result.check else None for result in results)
    rows = [(name, counts[kind]) for kind, name in NAMES.items() if counts[kind]]
    rows += [("TIDAK DIPERIKSA", counts[None])] if counts[None] else []
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, count in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, str(count)


def _add_claim(document: Any, result: ClaimResult) -> None:
    assert result.check is not None
    add_check(document, result.check, f"Baris {result.number}", level=3, most=1)
    claimed = [result.claim[name] for name in ("date", "publisher", "url") if result.claim[name]]
    if claimed:
        add_line(document, clean(f"Menurut daftar: {', '.join(claimed)}"), "List Bullet")
    if result.change:
        add_line(document, clean(f"Sejak pemeriksaan sebelumnya: {result.change}"), "List Bullet")


def to_claim_review(results: Sequence[ClaimResult], today: date | None = None) -> bytes:
    """Return the checked rows as ClaimReview drafts in one JSON-LD graph; ``today`` is when the draft was made.

    It may be pasted into a page: no quotation in it ends the script that it stands in.
    """
    made = f"{today or date.today():%Y-%m-%d}"
    graph = [claim_review(result, made) for result in results if result.check is not None]
    told = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(told, ensure_ascii=False, indent=1).replace("<", "\\u003c").encode("utf-8")


def claim_review(result: ClaimResult, made: str) -> Record:
    """Return one ClaimReview draft; ``made`` is an ISO day."""
    claim, check = result.claim, result.check
    assert check is not None
    name, rating = proposed_rating(check)
    speaker = claim["speaker"] or check["speaker"]["claimed"]
    appearance = _appearance(claim)
    reviewed: Record = {
        "@type": "Claim",
        "author": {"@type": "Person", "name": speaker or f"{FILL}siapa yang disebut mengatakannya"},
        "datePublished": iso_day(claim["date"]) or f"{FILL}tanggal ucapan ini dimuat (TTTT-BB-HH)",
        "appearance": appearance or {"@type": "CreativeWork", "url": f"{FILL}alamat tempat ucapan ini dimuat"},
    }
    return {
        "@type": "ClaimReview",
        "creativeWorkStatus": "Draft",
        "claimReviewed": check["quote"],
        "itemReviewed": reviewed,
        "author": {"@type": "Organization", "name": f"{FILL}nama redaksi", "url": f"{FILL}alamat situs redaksi"},
        "datePublished": f"{FILL}tanggal terbit cek fakta (TTTT-BB-HH)",
        "url": f"{FILL}alamat artikel cek fakta",
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": rating if rating is not None else f"{FILL}nilai {_WORST}–{_BEST}, setelah ditelusuri",
            "bestRating": _BEST,
            "worstRating": _WORST,
            "alternateName": name,
            "ratingExplanation": " ".join(
                [*check["told"]["lines"], *(f"Beda: {line}." for line in _differences(check))]
            ),
        },
        "isBasedOn": [_evidence(match) for match in check["matches"]],
        "dateCreated": made,
        "creditText": f"{statement.of_checks()} Nilai di atas usulan mesin; putuskan sendiri sebelum menerbitkan.",
    }


def proposed_rating(check: Record) -> tuple[str, int | None]:
    """Return what a check is called for readers, and a rating to begin with, 5 best; None where it proves nothing."""
    name, rating = _RATINGS[check["verdict"]]
    state = check["told"].get("speaker")
    if state == CONTRADICTED:
        return _OTHER_SPEAKER
    if OCR_READ in check["told"]["look"]:  # what differs may be OCR's slip
        return f"Belum dapat dinilai: {OCR_READ}", None
    if check["verdict"] == PARTIAL and check["told"]["look"] and check["matches"][0]["notes"]:
        return _MEANING_LOST
    if state == UNKNOWN and check["verdict"] in (EXACT, PARTIAL):
        return f"{name}; pembicaranya belum pasti", None
    return name, rating


def iso_day(text: str) -> str | None:
    """Return the one day that a cell names, None where that is not sure.

    >>> iso_day("2024-03-04"), iso_day("4 Maret 2024"), iso_day("Maret 2024")
    ('2024-03-04', '2024-03-04', None)
    """
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        days = {mention.iso for mention in date_mentions(text)}
        return days.pop() if len(days) == 1 else None


def _appearance(claim: Record) -> Record | None:
    found: Record = {"@type": "CreativeWork"}
    if is_web_address(claim["url"]):
        found["url"] = claim["url"]
    if claim["publisher"]:
        found["publisher"] = {"@type": "Organization", "name": claim["publisher"]}
    return found if len(found) > 1 else None


def _evidence(match: Record) -> Record:
    found: Record = {"@type": "NewsArticle", "headline": match["title"] or match["article_id"]}
    if match["publisher"]:
        found["publisher"] = {"@type": "Organization", "name": match["publisher"]}
    if match["date"]:
        found["datePublished"] = match["date"]
    if match.get("url") and is_web_address(match["url"]):
        found["url"] = match["url"]
    return {**found, "text": match["text"]}


def _differences(check: Record) -> list[str]:
    lines: list[list[str]] = check["told"]["differences"]
    return lines[0] if lines else []
