"""``tanya quote``: one quotation, many lines, or all quotations of a draft. No model is loaded."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import InputError
from index.filters import Filters
from rag import assembly
from rag.console import settings_of, tell
from rag.quote_json import as_json
from rag.quotes import STITCHED, QuoteChecker, QuoteResult
from rag.verdict_text import difference_lines, place_line, speaker_line, verdict_line

_PROGRESS_S = 2.0
_SHOWN = 10  # places on the screen; --json has all
Asked = tuple[str | None, str, str | None]


def quote(options: argparse.Namespace) -> int:
    """``tanya quote "…"``, ``--batch`` or ``--draft``"""
    settings = settings_of(options)
    _check(options)
    asked = _batch(Path(options.batch)) if options.batch else []
    filters = Filters(options.date_from, options.date_to, options.publisher)
    with assembly.open_store(settings) as store:
        checker = QuoteChecker(store, _preparing())
        if options.batch:
            return _many(checker, asked, filters, Path(options.out))
        result = checker.check(options.quote, options.speaker, filters)
        if options.json:
            print(json.dumps(as_json(result), ensure_ascii=False))
        else:
            show(result)
    return 0


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
    if len(result.matches) > _SHOWN:
        print(f"\n… dan {len(result.matches) - _SHOWN} tempat lain (--json memuat semuanya)")


def result_part(result: QuoteResult, start: int, end: int) -> str:
    """Return a part of the quotation on one line."""
    return " ".join(result.checked[start:end].split())


def _check(options: argparse.Namespace) -> None:
    ways = [bool(options.quote), bool(options.batch)]
    if bool(options.batch) != bool(options.out):
        raise InputError("--batch dan --out dipakai bersama: --batch IN.jsonl --out OUT.jsonl")
    if sum(ways) != 1:
        raise InputError('Tulis satu kutipan, atau --batch dan --out: tanya quote "…"')


def _preparing() -> Any:
    """Return what tells how far the index of words is, when it has to be made first."""
    told = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > _PROGRESS_S:
            told = time.monotonic()
            tell(f"menyiapkan pencarian kutipan: {done} dari {total} artikel")

    return progress


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
            if time.monotonic() - told > _PROGRESS_S:
                told = time.monotonic()
                tell(f"{count} dari {len(asked)} kutipan selesai")
    wrong = f", {failed} tidak dapat diperiksa (lihat \"error\")" if failed else ""
    tell(f"{len(asked)} kutipan selesai: {out}{wrong}")
    return 0


def _records(checker: QuoteChecker, asked: list[Asked], filters: Filters) -> Iterator[dict[str, Any]]:
    for id, text, speaker in asked:
        try:
            yield as_json(checker.check(text, speaker, filters), id)
        except InputError as error:
            yield {
                "id": id, "quote": text.encode("utf-8", "replace").decode(), "verdict": None,
                "speaker": {"claimed": speaker, "found": None, "agrees": None},
                "searched": {"articles": checker.searched(filters)}, "matches": [], "error": str(error),
            }  # fmt: skip
