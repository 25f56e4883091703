"""A conversation → DOCX, Markdown or JSON, each answer with all its sources. What others wrote stays text in each."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version

from index.storage.history import ASKED, Entry
from rag.answering.answer import Answer, Source, appeared_in
from rag.answering.serialization import Record, restored

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
    return json.dumps({"program": _program(), "entries": told}, ensure_ascii=False, indent=1).encode("utf-8")


def to_markdown(entries: Sequence[Entry]) -> bytes:
    """Return the conversation as Markdown that shows every character of the texts as it is."""
    lines = [f"# {TITLE}", "", f"{_program()} · {len(entries)} butir", ""]
    for entry in entries:
        lines += [f"## {_plain(entry.question)}", "", f"*{entry.asked_at.replace('T', ' ')} · {entry.state}*", ""]
        for heading, text in _blocks(entry):
            lines += [f"**{_plain(heading)}**  ", _plain(text), ""] if heading else [_plain(text), ""]
    return "\n".join(lines).encode("utf-8")


def to_docx(entries: Sequence[Entry]) -> bytes:
    """Return the conversation as a Word document."""
    from docx import Document

    document = Document()
    document.core_properties.title = TITLE
    document.core_properties.author = "Tanya Arsip"
    document.add_heading(TITLE, level=0)
    document.add_paragraph(f"{_program()} · {len(entries)} butir")
    for entry in entries:
        document.add_heading(_xml(entry.question), level=1)
        document.add_paragraph(f"{entry.asked_at.replace('T', ' ')} · {entry.state}")
        for heading, text in _blocks(entry):
            paragraph = document.add_paragraph()
            if heading:
                paragraph.add_run(_xml(heading) + "\n").bold = True
            paragraph.add_run(_xml(text))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_citations(answer: Answer) -> str:
    """Return an answer to paste elsewhere: its sentences with their numbers, then what the numbers stand for."""
    cited = {number for sentence in answer.sentences for number in sentence.citations}
    sources = [f"[{item.n}] {_heading(item)}" for item in answer.sources if item.n in cited]
    return "\n".join([_said(answer), "", *sources]).strip()


def _blocks(entry: Entry) -> list[tuple[str, str]]:
    """Return what came of an entry as pairs of heading ("" for none) and text."""
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
    return " ".join(check["told"]["lines"][0] for check in record.get("checks", ()))


def _check_blocks(record: Record) -> list[tuple[str, str]]:
    blocks = []
    for check in record["checks"]:
        blocks.append((f"“{check['quote']}”", "\n".join(check["told"]["lines"])))
        for match, place in zip(check["matches"], check["told"]["places"], strict=True):
            where = f"{match['article_id']}, huruf {match['start']}–{match['end']}, berkas {match['path']}"
            speaker = f"\nPembicara: {match['speaker']}" if match["speaker"] else ""
            blocks.append((place, f"“{match['text']}”{speaker}\n({where})"))
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
    try:
        return f"Tanya Arsip {version('tanya-arsip')}"
    except PackageNotFoundError:
        return "Tanya Arsip"
