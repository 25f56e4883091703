"""A record of checked quotations as a Word file."""

from __future__ import annotations

import io
import re
from typing import Any

from rag.quotation.evidence_record import facts, match_facts
from rag.quotation.verdict_text import NAMES

# What XML cannot hold at all, and direction marks that would turn a line around.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def as_docx(record: dict[str, Any]) -> bytes:
    """Return a record (``evidence_record``) as the bytes of a .docx file; what differs is struck or underlined."""
    import docx

    document = docx.Document()
    document.core_properties.title = "Catatan pemeriksaan kutipan"
    document.core_properties.author = record["program"]["name"]
    document.add_heading("Catatan pemeriksaan kutipan", level=1)
    for line in facts(record):
        document.add_paragraph(_clean(line), style="List Bullet")
    for number, check in enumerate(record["checks"], start=1):
        document.add_heading(f"{number}. {NAMES[check['verdict']]}", level=2)
        document.add_paragraph(_clean(check["quote"]), style="Intense Quote")
        for line in check["told"]["lines"]:
            document.add_paragraph(_clean(line), style="List Bullet")
        for place, match in enumerate(check["matches"], start=1):
            document.add_heading(_clean(f"{number}.{place} {check['told']['places'][place - 1]}"), level=3)
            _compared(document.add_paragraph(style="Quote"), match["difference"])
            for line in match_facts(match) + [f"Beda: {line}" for line in check["told"]["differences"][place - 1]]:
                document.add_paragraph(_clean(line), style="List Bullet")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _compared(paragraph: Any, parts: list[dict[str, Any]]) -> None:
    """Set the claimed words underlined and the article's struck through where they differ."""
    for part in parts:
        if part["op"] == "equal":
            paragraph.add_run(_clean(part["source"]))
            continue
        if part["claimed"]:
            paragraph.add_run(_clean(part["claimed"])).underline = True
        if part["source"]:
            paragraph.add_run(_clean(part["source"])).font.strike = True


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
