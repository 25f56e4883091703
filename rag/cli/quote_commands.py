"""``tanya quote``: one quotation, many lines, or all quotations of a draft. No model is loaded."""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from index.errors import InputError
from index.storage.filters import Filters
from rag.cli import quote_table
from rag.cli.console import PROGRESS_S, open_archive, progress, settings_of, tell, write_whole
from rag.cli.filters import filters_of
from rag.quotation.checker import STITCHED, QuoteChecker, QuoteResult
from rag.quotation.draft import DraftReport, check_draft, read_draft
from rag.quotation.evidence_record import as_json_text, as_markdown, evidence_record
from rag.quotation.serialization import as_json, draft_json
from rag.quotation.verdict_text import difference_lines, place_line, speaker_line, verdict_line
from rag.retrieval.provenance import flags_of, origin_line, provenance

_log = logging.getLogger("tanya.quotation")
_SHOWN = 10  # places on the screen; --json has all
Asked = tuple[str | None, str, str | None]


def quote(options: argparse.Namespace) -> int:
    """``tanya quote "…"``, ``--batch`` or ``--draft``"""
    settings = settings_of(options)
    _check(options)
    asked = _batch(Path(options.batch)) if options.batch else []
    spans: list[tuple[int, int]] = []
    if options.table:
        return quote_table.run(options, settings)
    text = read_draft(Path(options.draft)) if options.draft else None
    with open_archive(settings) as store:
        filters = filters_of(options, store)
        checker = QuoteChecker(store, progress("menyiapkan pencarian kutipan", "artikel"))
        if options.batch:
            return _many(checker, asked, filters, Path(options.out))
        if text is None:
            results = [checker.check(options.quote, options.speaker, filters)]
            told: dict[str, Any] = as_json(results[0])
            screen = partial(show, results[0])
        else:
            report = check_draft(text, checker, filters, progress("memeriksa naskah", "kutipan"))
            results = [item.result for item in report.quotes]
            spans = [(item.start, item.end) for item in report.quotes]
            told = draft_json(report)
            screen = partial(show_draft, report)
        if options.record:
            record = evidence_record(store, results, filters=filters, draft=text, spans=spans)
            _write(Path(options.record), record)
        if options.json:
            print(json.dumps(told, ensure_ascii=False))
        else:
            screen()
    return 0


def show_draft(report: DraftReport) -> None:
    """Tell a checked draft on the screen, each quotation with its place in it."""
    print(f"{len(report.quotes)} kutipan diperiksa, {len(report.flagged)} perlu dilihat.")
    for number, item in enumerate(report.quotes, start=1):
        line = report.text.count("\n", 0, item.start) + 1
        print(f"\n{'!' if item.flagged else '✓'} {number}. (baris {line}) “{_short(item.result.checked)}”")
        print(f"  {verdict_line(item.result)}")
        if told := speaker_line(item.result):
            print(f"  {told}")
        for note in item.result.notes:
            print(f"  Perhatikan: {note}")
        for match in item.result.matches[:1]:
            print(f"  {place_line(match)}")
            for difference in difference_lines(match):
                print(f"  beda: {difference}")
    if report.left_out:
        print(f"\nTidak diperiksa karena terlalu pendek: {'; '.join(_short(text) for text in report.left_out)}")


def show(result: QuoteResult) -> None:
    """Tell one checked quotation on the screen."""
    print(verdict_line(result))
    if line := speaker_line(result):
        print(line)
    for note in result.notes:
        print(f"Perhatikan: {note}")
    for number, match in enumerate(result.matches[:_SHOWN], start=1):
        part = f" — bagian “{result_part(result, match.claimed_start, match.claimed_end)}”"
        print(f"\n{number}. {place_line(match)}{part if match.verdict == STITCHED else ''}")
        said = f" — {match.speaker.shown}" if match.speaker else ""
        print(f"   “{' '.join(match.text.split())}”{said}")
        for line in difference_lines(match):
            print(f"   beda: {line}")
        came = provenance(match.article)
        for line in (f"asal: {origin_line(came)}", *flags_of(came)):
            print(f"   {line}")
    if len(result.matches) > _SHOWN:
        print(f"\n… dan {len(result.matches) - _SHOWN} tempat lain (--json memuat semuanya)")


def result_part(result: QuoteResult, start: int, end: int) -> str:
    """Return a part of the quotation on one line."""
    return " ".join(result.checked[start:end].split())


def _short(text: str, limit: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _check(options: argparse.Namespace) -> None:
    ways = [options.quote is not None, bool(options.batch), bool(options.draft), bool(options.table)]
    if (bool(options.batch) or bool(options.table)) != bool(options.out):
        raise InputError("--batch dan --out dipakai bersama: --batch IN.jsonl --out OUT.jsonl; begitu pula --table.")
    if sum(ways) != 1:
        raise InputError('Tulis satu kutipan, --batch, --table (keduanya dengan --out), atau --draft: tanya quote "…"')
    if (options.column or options.sheet) and not options.table:
        raise InputError("--column dan --sheet untuk --table BERKAS.")
    if options.table:
        quote_table.check(options)
    if options.record and Path(options.record).suffix.lower() not in (".json", ".md", ".docx"):
        raise InputError(f"--record {options.record}: akhiran harus .json, .md, atau .docx.")
    if options.record and (options.batch or options.table):
        raise InputError("--record untuk satu kutipan atau --draft; hasil --batch dan --table ada di --out.")
    if options.speaker and options.quote is None:
        raise InputError('--speaker untuk satu kutipan; dalam --batch tulis "speaker" di barisnya.')


def _write(path: Path, record: dict[str, Any]) -> None:
    """Write a record in the form its name asks for; a file half written is not left behind."""
    form = path.suffix.lower()
    if form == ".docx":
        from rag.quotation.record_word import as_docx

        content = as_docx(record)
    else:
        content = (as_markdown(record) if form == ".md" else as_json_text(record)).encode("utf-8")
    write_whole(path, content)
    tell(f"Catatan tersimpan: {path}")


def _batch(path: Path) -> list[Asked]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Berkas {path} tidak dapat dibaca ({error}); periksa nama dan izinnya.") from error
    asked: list[Asked] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            text, speaker = record["quote"], record.get("speaker")
            if not isinstance(text, str) or not isinstance(speaker, str | None):
                raise ValueError("quote dan speaker harus teks")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f'{path}:{number}: bukan {{"id", "quote"}} ({error}); perbaiki baris itu.') from error
        asked.append((record.get("id"), text, speaker))
    return asked


def _many(checker: QuoteChecker, asked: list[Asked], filters: Filters, out: Path) -> int:
    """Check each line; one that cannot be checked gets its error in place of a verdict."""
    try:
        stream = out.open("w", encoding="utf-8")
    except OSError as error:
        raise InputError(f"Berkas {out} tidak dapat ditulis: {error.strerror}; pilih --out lain.") from error
    told = time.monotonic()
    failed = 0
    with stream:
        for count, record in enumerate(_records(checker, asked, filters), start=1):
            failed += "error" in record
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            stream.flush()
            if time.monotonic() - told > PROGRESS_S:
                told = time.monotonic()
                tell(f"{count} dari {len(asked)} kutipan selesai")
    wrong = f', {failed} tidak dapat diperiksa (lihat "error")' if failed else ""
    tell(f"{len(asked)} kutipan selesai: {out}{wrong}")
    return 0


def _records(checker: QuoteChecker, asked: list[Asked], filters: Filters) -> Iterator[dict[str, Any]]:
    for id, text, speaker in asked:
        try:
            yield as_json(checker.check(text, speaker, filters), id)
        except InputError as error:
            _log.warning("not-checked", exc_info=True)
            yield {
                "id": id, "quote": text.encode("utf-8", "replace").decode(), "verdict": None,
                "speaker": {"claimed": speaker, "found": None, "agrees": None},
                "searched": {"articles": checker.searched(filters)}, "matches": [], "error": str(error),
            }  # fmt: skip
