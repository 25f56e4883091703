"""A conversation → DOCX, Markdown or JSON, each answer with all its sources. What others wrote stays text in each."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from index.storage.history import ASKED, Entry
from rag.answering.answer import Answer, Source, appeared_in
from rag.answering.serialization import Record, restored
from rag.quotation import statement
from rag.quotation.evidence_record import heading
from rag.quotation.record_word import add_checks
from rag.quotation.verdict_text import NAMES

TITLE = "Tanya Arsip: catatan percakapan"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&-])")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_json(entries: Sequence[Entry]) -> bytes:
    """Return the conversation as JSON: what was asked, when, and each record whole."""
    told = [
        {
            key: value
            for key, value in asdict(entry).items()
            if key in ("kind", "asked_at", "question", "state", "record")
        }
        for entry in entries
    ]
    told_first = {"program": _program(), "statement": _statement(entries)}
    return json.dumps({**told_first, "entries": told}, ensure_ascii=False, indent=1).encode("utf-8")


def to_markdown(entries: Sequence[Entry]) -> bytes:
    """Return the conversation as Markdown that shows every character of the texts as it is."""
    lines = [f"# {TITLE}", "", f"{_program()} · {len(entries)} butir", ""]
    lines += [_plain(_statement(entries)), "", _plain(statement.HUMAN), ""]
    for entry in entries:
        lines += [f"## {_plain(title_of(entry))}", "", f"*{entry.asked_at.replace('T', ' ')} · {entry.state}*", ""]
        for name, text in _blocks(entry):
            lines += [f"**{_plain(name)}**  ", _plain(text), ""] if name else [_plain(text), ""]
    return "\n".join(lines).encode("utf-8")


def to_docx(entries: Sequence[Entry]) -> bytes:
    """Return the conversation as a Word document."""
    from docx import Document

    document = Document()
    document.core_properties.title = TITLE
    document.core_properties.author = "Tanya Arsip"
    document.add_heading(TITLE, level=0)
    document.add_paragraph(f"{_program()} · {len(entries)} butir")
    document.add_paragraph(_statement(entries))
    document.add_paragraph(statement.HUMAN)
    for entry in entries:
        document.add_heading(_xml(title_of(entry)), level=1)
        document.add_paragraph(f"{entry.asked_at.replace('T', ' ')} · {entry.state}")
        if entry.kind != ASKED and entry.record is not None:
            add_checks(document, entry.record, level=2)
            continue
        for name, text in _blocks(entry):
            paragraph = document.add_paragraph()
            if name:
                paragraph.add_run(_xml(name) + "\n").bold = True
            paragraph.add_run(_xml(text))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_citations(answer: Answer, addresses: Mapping[str, str] | None = None) -> str:
    """Return an answer to paste elsewhere: its sentences with their numbers, then what the numbers stand for.

    ``addresses`` are those of the originals, by article. What comes last says that a machine took part.
    """
    cited = {number for sentence in answer.sentences for number in sentence.citations}
    known = addresses or {}
    sources = [
        " · ".join(filter(None, [f"[{item.n}] {_heading(item)}", known.get(item.article_id)]))
        for item in answer.sources
        if item.n in cited
    ]
    return "\n".join([_said(answer), "", *sources, *([""] if sources else []), statement.of_answers()]).strip()


def _blocks(entry: Entry) -> list[tuple[str, str]]:
    """Return what came of an entry as pairs of name ("" for none) and text."""
    if entry.record is None:
        return [("", "Belum ada jawaban.")]
    if entry.kind != ASKED:
        return _check_blocks(entry.record)
    answer = restored(entry.record)
    blocks = [("Jawaban", _said(answer))]
    blocks += [("Catatan", note) for note in answer.notes]
    for item in answer.sources:
        place = f"{item.article_id}, huruf {item.start}–{item.end}, berkas {item.path}"
        blocks.append((f"[{item.n}] {_heading(item)}", f"“{item.text}”\n({place})"))
    if answer.model:
        blocks.append(("", f"Model {answer.model}; {answer.articles_searched} artikel diperiksa."))
    return blocks


def told_in_short(entry: Entry) -> str:
    """Return what came of an entry, in a line or two; "" where nothing did."""
    record = entry.record or {}
    if entry.kind == ASKED:
        return str(record.get("answer") or record.get("raw") or "")
    checks = record.get("checks", ())
    if record.get("draft") is None:
        return " ".join(check["told"]["lines"][0] for check in checks)
    counts = Counter(check["verdict"] for check in checks)
    verdicts = ", ".join(f"{counts[kind]} {name}" for kind, name in NAMES.items() if counts[kind])
    flagged = len(record.get("flagged", ()))
    return f"Naskah dengan {len(checks)} kutipan{f' ({verdicts})' if verdicts else ''}; {flagged} perlu dilihat."


def title_of(entry: Entry) -> str:
    """Return what an entry is called: a question whole, of a check how its text begins."""
    return entry.question if entry.kind == ASKED else heading(entry.question)


def _check_blocks(record: Record) -> list[tuple[str, str]]:
    blocks = []
    for check in record["checks"]:
        blocks.append((f"“{check['quote']}”", "\n".join(check["told"]["lines"])))
        differences = check["told"].get("differences") or [[]] * len(check["matches"])
        for match, place, lines in zip(check["matches"], check["told"]["places"], differences, strict=True):
            where = f"{match['article_id']}, huruf {match['start']}–{match['end']}, berkas {match['path']}"
            speaker = f"\nPembicara: {match['speaker']}" if match["speaker"] else ""
            others = "".join(f"\nBeda: {line}" for line in lines)
            address = f"\nAlamat: {match['url']}" if match.get("url") else ""
            blocks.append((place, f"“{match['text']}”{speaker}{others}{address}\n({where})"))
    return blocks


def _said(answer: Answer) -> str:
    if not answer.sentences:
        return answer.answer or answer.raw or "Belum ada jawaban."
    said = ""
    for sentence in answer.sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations)
        heading = f"{sentence.heading}\n" if sentence.heading else ""
        said += ("\n" if heading and said else " ") + f"{heading}{sentence.text} {marks}".strip()
    return said.strip()


def _heading(item: Source) -> str:
    parts = (item.title or item.article_id, item.publisher, item.date)
    return ", ".join(part for part in parts if part) + appeared_in(item.also_in)


def _plain(text: str) -> str:
    """Return text whose every character Markdown shows as it is.

    >>> _plain("![a](http://x)")
    '\\\\!\\\\[a\\\\]\\\\(http://x\\\\)'
    """
    return "  \n".join(_MARKDOWN.sub(r"\\\1", line) for line in text.split("\n"))


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _program() -> str:
    known = statement.program_version()
    return f"Tanya Arsip {known}" if known[0].isdigit() else "Tanya Arsip"


def _statement(entries: Sequence[Entry]) -> str:
    return statement.of_answers() if any(entry.kind == ASKED for entry in entries) else statement.of_checks()
