"""A record of checked quotations as a Word file: what differs is marked, and a known address is a link."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from rag.quotation.evidence_record import facts, match_facts
from rag.quotation.marking import LEGEND, OTHER, RIGHT, WRONG, Part, sides
from rag.quotation.verdict_text import NAMES

# What XML cannot hold at all, and direction marks that would turn a line around.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_RED, _GREEN, _BLUE = (0x9B, 0x1C, 0x10), (0x1B, 0x5E, 0x2B), (0x05, 0x4A, 0x91)
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_MAX_ADDRESS_CHARS = 2000
Record = dict[str, Any]


def as_docx(record: Record) -> bytes:
    """Return a record (``evidence_record``) as the bytes of a .docx file."""
    import docx

    document = docx.Document()
    document.core_properties.title = "Catatan pemeriksaan kutipan"
    document.core_properties.author = record["program"]["name"]
    document.add_heading("Catatan pemeriksaan kutipan", level=1)
    for line in facts(record):
        add_line(document, clean(line), "List Bullet")
    add_checks(document, record, level=2)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_checks(document: Any, record: Record, level: int) -> None:
    """Add the checks of a record to a document, each below a heading of this level."""
    for number, check in enumerate(record["checks"], start=1):
        add_check(document, check, f"{number}.", level)


def add_check(document: Any, check: Record, name: str, level: int, most: int | None = None) -> None:
    """Add one check below a heading that begins with ``name``; with ``most`` only so many of its places."""
    add_line(document, f"{name} {NAMES[check['verdict']]}", f"Heading {level}")
    add_line(document, clean(check["quote"]), "Intense Quote")
    for why in check["told"].get("look", ()):
        run = add_line(document, "", "List Bullet").add_run(clean(f"Perlu dilihat: {why}"))
        _colour(run, _RED)
    for line in check["told"]["lines"]:
        add_line(document, clean(line), "List Bullet")
    for place, match in enumerate(check["matches"][:most], start=1):
        at = check["told"]["places"][place - 1]
        add_line(document, clean(f"{name.removesuffix('.')}.{place} {at}"), f"Heading {level + 1}")
        _add_compared(document, match)
        for line in match_facts(match) + [f"Beda: {line}" for line in check["told"]["differences"][place - 1]]:
            add_line(document, clean(line), "List Bullet")
        add_address(document, "Alamat: ", match.get("url"))
        for copy in match["also_in"]:
            named = copy["publisher"] or copy["title"] or copy["article_id"]
            add_address(document, f"Alamat salinan ({named}): ", copy.get("url"))


def add_line(document: Any, text: str, style: str) -> Any:
    """Add a paragraph of one of the built-in styles and return it.

    subtle: looking a style up by its name, python-docx reads all styles each time; a built-in one's id is its name.
    """
    paragraph = document.add_paragraph(text)
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def add_address(document: Any, before: str, url: str | None) -> None:
    """Add a line with an address: a link where it leads to the web, else its text; no line where there is none."""
    if not url:
        return
    paragraph = add_line(document, clean(before), "List Bullet")
    if not is_web_address(url):
        paragraph.add_run(clean(url))
        return
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run(clean(url))
    run.underline = True
    _colour(run, _BLUE)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, _LINK, is_external=True))
    link.append(run._r)
    paragraph._p.append(link)


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address that a click may lead to.

    >>> is_web_address("https://warta.test/a?b=1"), is_web_address("javascript:alert(1)"), is_web_address("http:///a")
    (True, False, False)
    """
    if len(text) > _MAX_ADDRESS_CHARS or not text.isprintable() or " " in text or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # half an IPv6 address
        return False


def _add_compared(document: Any, match: Record) -> None:
    """Add the claimed words above the article's, what differs marked in both; only the article's where none does."""
    claimed, source = sides(match)
    if all(part["op"] == "equal" for part in match["difference"]):
        add_line(document, clean(match["text"]), "Quote")
        return
    _add_side(document, "Yang diperiksa: ", claimed)
    _add_side(document, "Di artikel: ", source)
    if any(kind in (WRONG, RIGHT) for _, kind in (*claimed, *source)):
        document.add_paragraph(LEGEND)


def _add_side(document: Any, name: str, parts: Sequence[Part]) -> None:
    from docx.enum.text import WD_UNDERLINE

    paragraph = add_line(document, "", "Quote")
    paragraph.add_run(name).italic = False
    for text, kind in parts:
        sign = {WRONG: "✗\u00a0", RIGHT: "✓\u00a0"}.get(kind, "")
        run = paragraph.add_run(clean(sign + text))
        if kind == WRONG:
            run.bold, run.underline = True, WD_UNDERLINE.WAVY
            _colour(run, _RED)
        elif kind == RIGHT:
            run.bold = run.underline = True
            _colour(run, _GREEN)
        elif kind == OTHER:
            run.underline = WD_UNDERLINE.DOTTED


def _colour(run: Any, colour: tuple[int, int, int]) -> None:
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor(*colour)


def clean(text: str) -> str:
    """Return text that a Word file can hold, without what would turn a line around."""
    return _NOT_IN_XML.sub("\ufffd", text)
