"""``tanya quote --table``: a CSV or XLSX of quotations → CSV, Word or ClaimReview drafts. No model is loaded."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from index.errors import InputError
from index.pipeline.reading import shared
from index.storage.filters import Filters
from index.storage.repository import Store
from rag.cli.console import open_archive, progress, tell, write_whole
from rag.quotation.checker import QuoteChecker
from rag.quotation.claims_export import ClaimResult, to_claim_review, to_csv, to_docx
from rag.quotation.claims_table import (
    FIELDS,
    LABELS,
    MAX_CELL_CHARS,
    MAX_ROWS,
    MAX_TABLE_MB,
    Claim,
    Columns,
    claims_of,
    columns_of,
)  # fmt: skip
from rag.quotation.evidence_record import check_record, index_digest
from rag.settings import Settings

_log = logging.getLogger("tanya.quotation")
SUFFIXES = (".csv", ".docx", ".jsonld", ".json")
_MAX_PLACES = 3
_SHOWN_PROBLEMS = 50  # on a screen; the result has all


def check(options: argparse.Namespace) -> None:
    """Raise InputError where the options of a table do not fit."""
    if Path(options.out).suffix.lower() not in SUFFIXES:
        raise InputError(f"--out {options.out}: akhiran harus .csv, .docx, atau .jsonld.")
    _chosen(options.column)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Check all rows, tell those that could not be, and write the result."""
    path, out = Path(options.table).expanduser(), Path(options.out)
    claims, columns = read(path, options.column, options.sheet)
    tell(f"{len(claims)} baris; {columns.told}{f'; lembar {columns.sheet}' if columns.sheet else ''}")
    filters = Filters(options.date_from, options.date_to, options.publisher)
    with open_archive(settings) as store:
        results = checked(store, claims, filters)
        digests = {id: stored.sha256 for id, stored in store.stored_articles().items()}
    about = [f"Kolom: {columns.told}", f"Indeks: {len(digests)} artikel, SHA-256 {index_digest(digests)}"]
    form = out.suffix.lower()
    if form == ".csv":
        content = to_csv(results)
    else:
        content = to_docx(path.name, about, results) if form == ".docx" else to_claim_review(results)
    write_whole(out, content, "Berkas")
    problems = [result for result in results if result.problem]
    for result in problems[:_SHOWN_PROBLEMS]:
        tell(f"baris {result.number}: {result.problem}")
    if len(problems) > _SHOWN_PROBLEMS:
        tell(f"... dan {len(problems) - _SHOWN_PROBLEMS} lagi; semuanya ada di {out}")
    tell(f"{len(results) - len(problems)} kutipan diperiksa, {len(problems)} tidak: {out}")
    return 0


def read(path: Path, chosen: list[str], sheet: str | None) -> tuple[list[Claim], Columns]:
    """Return the claims of a table and how it was read. Raises InputError where it cannot be."""
    if not path.is_file():
        raise InputError(f"Tabel {path} tidak ada; periksa ejaannya.")
    if path.stat().st_size > MAX_TABLE_MB * 1024**2:
        raise InputError(f"Tabel {path} lebih dari {MAX_TABLE_MB} MB; bagi menjadi beberapa berkas.")
    rows = shared().rows(path, MAX_ROWS + 1, MAX_CELL_CHARS)
    if sheet is not None and sheet not in {row.sheet for row in rows}:
        raise InputError(f"Lembar {sheet} tidak ada di {path}.")
    columns = columns_of(rows, sheet)
    at = dict(columns.at)
    for field, name in _chosen(chosen).items():
        if name not in columns.names:
            raise InputError(f"Kolom {name} tidak ada di {path}; kolomnya: {', '.join(columns.names)}.")
        at = {other: number for other, number in at.items() if number != columns.names.index(name)}
        at[field] = columns.names.index(name)
    columns = Columns(
        {field: at[field] for field in FIELDS if field in at}, columns.names, columns.has_names, columns.sheet
    )
    return claims_of(rows, columns), columns


def checked(store: Store, claims: list[Claim], filters: Filters) -> list[ClaimResult]:
    """Return the result of each claim; one that cannot be checked has its reason and does not stop the others."""
    checker = QuoteChecker(store, progress("menyiapkan pencarian kutipan", "artikel"))
    told = progress("memeriksa tabel", "kutipan")
    results = []
    for done, claim in enumerate(claims, start=1):
        results.append(_checked(store, checker, claim, filters))
        told(done, len(claims))
    return results


def _checked(store: Store, checker: QuoteChecker, claim: Claim, filters: Filters) -> ClaimResult:
    if claim.problem is not None:
        return ClaimResult(claim.number, vars(claim), None, claim.problem)
    try:
        result = checker.check(claim.quote, claim.speaker or None, filters)
    except InputError as error:
        _log.warning("not-checked", exc_info=True)
        return ClaimResult(claim.number, vars(claim), None, str(error))
    ids = [match.article.id for match in result.matches[:_MAX_PLACES]]
    record = check_record(result, store.digests(ids), _MAX_PLACES)
    places = sum(match.verdict == result.verdict for match in result.matches)
    return ClaimResult(claim.number, vars(claim), {**record, "places": places})


def _chosen(options: list[str]) -> dict[str, str]:
    """Return field → name of a column. Raises InputError for an option that is not ``ISI=NAMA``."""
    fields = {label.lower(): field for field, label in LABELS.items()}
    found = {}
    for option in options:
        label, sign, name = option.partition("=")
        if not sign or label.lower() not in fields:
            raise InputError(f"--column {option}: tulis salah satu dari {', '.join(fields)}, lalu =NAMA KOLOM.")
        found[fields[label.lower()]] = name
    return found
