"""A record of what was checked, to be kept with the story: all that is needed to check it again, in three forms.

JSON carries everything; Markdown and DOCX (``record_docx``) tell the same to a reader. Offsets count characters of the
article's text as it stands in the index; digests name that text and the whole index.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from index.storage.filters import Filters
from index.storage.repository import Store
from rag.quotation import statement
from rag.quotation.checker import Match, QuoteResult
from rag.quotation.review import reasons, speaker_state
from rag.quotation.serialization import as_json
from rag.quotation.statement import program_version
from rag.quotation.verdict_text import NAMES, difference_lines, place_line, speaker_line, verdict_line
from rag.retrieval.provenance import flags_of, origin_line

FORMAT_VERSION = 1
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_AT_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")  # no file can hold one
_MAX_HEADING_CHARS = 80
Record = dict[str, Any]


def evidence_record(
    store: Store,
    results: Sequence[QuoteResult],
    *,
    filters: Filters | None = None,
    draft: str | None = None,
    spans: Sequence[tuple[int, int]] = (),
    now: datetime | None = None,
) -> Record:
    """Return the record of these checks; ``draft`` is the text of the draft they stand in, ``now`` the time of it.

    ``spans`` tell where each quotation stands in the draft: ``start`` and ``end`` of its check.
    """
    digests = {id: stored.sha256 for id, stored in store.stored_articles().items()}
    checks = [check_record(result, digests) for result in results]
    for check, (start, end) in zip(checks, spans, strict=False):
        check["start"], check["end"] = start, end
    return {
        "record": "tanya-arsip/kutipan",
        "format": FORMAT_VERSION,
        "program": {"name": "Tanya Arsip", "version": program_version()},
        "statement": statement.of_checks(),
        "created": (now or datetime.now().astimezone()).isoformat(timespec="seconds"),
        "index": {"articles": len(digests), "sha256": index_digest(digests), "generation": store.generation},
        "filters": _filters_json(filters) if filters else None,
        "draft": _draft(draft),
        "flagged": [number for number, check in enumerate(checks) if check["told"]["look"]],
        "checks": checks,
    }


def _filters_json(filters: Filters) -> Record:
    return {one.name: getattr(filters, one.name) for one in fields(filters) if one.compare}


def check_record(result: QuoteResult, digests: Mapping[str, str], most: int | None = None) -> Record:
    """Return what a record holds of one check, with at most so many of its places; ``digests`` are the articles'."""
    kept = replace(result, matches=result.matches[:most])
    check = as_json(kept)
    check.pop("id")
    for match in check["matches"]:
        match["article_sha256"] = digests.get(match["article_id"])
    check["told"] = _told(result, kept.matches)
    return check


def index_digest(digests: dict[str, str]) -> str:
    """Return one SHA-256 for all articles: the same for the same articles, whatever order they came in.

    >>> index_digest({"b": "2", "a": "1"}) == index_digest({"a": "1", "b": "2"})
    True
    """
    digest = hashlib.sha256()
    for id, sha256 in sorted(digests.items()):
        digest.update(f"{len(id)} {id} {sha256}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def asked_text(record: Record) -> str | None:
    """Return the whole text that was checked; None where an older record does not hold its draft."""
    if record["draft"] is not None:
        text: str | None = record["draft"].get("text")
        return text
    return str(record["checks"][0]["quote"])


def heading(text: str) -> str:
    """Return what the check of a text is called: its first line, cut at a word.

    >>> heading("Warga panen kopi.\\nMereka gembira."), heading("  ")
    ('Warga panen kopi. …', '')
    """
    line, _, rest = text.strip().partition("\n")
    line = " ".join(line.split())
    if len(line) > _MAX_HEADING_CHARS:
        cut = line[: _MAX_HEADING_CHARS + 1]
        line, rest = cut[: cut.rfind(" ")] if " " in cut else cut[:-1], "…"
    return f"{line} …" if rest else line


def as_json_text(record: Record) -> str:
    """Return a record as JSON."""
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def as_markdown(record: Record) -> str:
    """Return a record as Markdown; what comes from articles and quotations is text in it, never markup."""
    lines = ["# Catatan pemeriksaan kutipan", "", *(f"- {line}" for line in map(_text, facts(record)))]
    for number, check in enumerate(record["checks"], start=1):
        lines += ["", f"## {number}. {NAMES[check['verdict']]}", "", *_quoted(check["quote"]), ""]
        lines += [f"- {_text(line)}" for line in check["told"]["lines"]]
        for place, match in enumerate(check["matches"], start=1):
            lines += [
                "",
                f"### {number}.{place} {_text(check['told']['places'][place - 1])}",
                "",
                *_quoted(match["text"]),
                "",
            ]
            lines += [f"- {_text(line)}" for line in match_facts(match)]
            lines += [f"- Alamat: {_text(match['url'])}"] if match.get("url") else []
            lines += [f"- Beda: {_text(line)}" for line in check["told"]["differences"][place - 1]]
    return "\n".join(lines) + "\n"


def facts(record: Record) -> list[str]:
    """Return what a record says of its making, a line each."""
    index, filters = record["index"], record["filters"] or {}
    used = ", ".join(f"{name} {value}" for name, value in filters.items() if value)
    told = [
        f"Dibuat: {record['created']} oleh {record['program']['name']} {record['program']['version']}",
        f"Indeks: {index['articles']} artikel, SHA-256 {index['sha256']}, generasi {index['generation']}",
    ]
    if used:
        told.append(f"Saringan: {used}")
    # one of an earlier version has none of its own
    told[:0] = [record.get("statement") or statement.of_checks(), statement.HUMAN]
    if record["draft"]:
        told.append(f"Naskah: {record['draft']['characters']} karakter, SHA-256 {record['draft']['sha256']}")
        numbers = ", ".join(str(number + 1) for number in record.get("flagged", ()))
        count = f"{len(record.get('flagged', ()))} dari {len(record['checks'])} kutipan"
        told.append(f"Perlu dilihat: {count}{f', nomor {numbers}' if numbers else ''}")
    return told


def match_facts(match: Record) -> list[str]:
    """Return where a match stands, a line each."""
    attribution = match["attribution"]
    said = (
        f"{match['speaker']} (tertulis: {attribution['written']})"
        if attribution
        else "tidak disebut dengan jelas di artikel"
    )
    told = [
        f"Verdik di sini: {NAMES[match['verdict']]}, kemiripan {match['similarity']:.2f}",
        f"Media: {match['publisher'] or 'tidak diketahui'}; tanggal: {match['date'] or 'tidak diketahui'}",
        f"Artikel: {match['article_id']}, karakter {match['start']}–{match['end']}",
        f"SHA-256 artikel: {match['article_sha256']}",
        f"Pembicara: {said}",
    ]
    if came := match.get("provenance"):  # a record of an earlier version has none
        told.append(f"Asal: {origin_line(came)}")
    told += [f"Perhatikan: {note}" for note in (*match["notes"], *flags_of(match.get("provenance")))]
    if match["also_in"]:
        told.append(
            "Salinan: " + "; ".join(f"{copy['article_id']} ({copy['date'] or '?'})" for copy in match["also_in"])
        )
    return told


def _told(result: QuoteResult, matches: Sequence[Match]) -> Record:
    lines = [verdict_line(result), speaker_line(result), *(f"Perhatikan: {note}" for note in result.notes)]
    return {
        "lines": [line for line in lines if line],
        "places": [place_line(match) for match in matches],
        "differences": [difference_lines(match) for match in matches],
        "speaker": speaker_state(result),
        "look": list(reasons(result)),
    }


def _draft(text: str | None) -> Record | None:
    if text is None:
        return None
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"characters": len(text), "sha256": digest, "text": _SURROGATE.sub("\ufffd", text)}


def _text(text: str) -> str:
    """Escape what Markdown would read as markup."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _quoted(text: str) -> list[str]:
    escaped = (_MARKDOWN.sub(r"\\\1", line) for line in text.splitlines() or [""])
    return ["> " + _AT_START.sub(r"\1\\\2", line) for line in escaped]
