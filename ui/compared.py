"""A checked quotation as HTML: the verdict as colour, word and symbol; the differing words side by side; a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from rag.quotation.checker import ALTERED, EXACT, NOT_FOUND, PARAPHRASE, PARTIAL, STITCHED
from rag.quotation.verdict_text import NAMES
from ui.render import came_from, day

_LOOKS = {
    EXACT: ("✓", "ta-good"),
    PARTIAL: ("◐", "ta-warn"),
    ALTERED: ("≠", "ta-bad"),
    STITCHED: ("⧉", "ta-bad"),
    PARAPHRASE: ("≈", "ta-warn"),
    NOT_FOUND: ("✗", "ta-bad"),
}
Record = dict[str, Any]


def verdict(kind: str) -> str:
    """Return a verdict.

    >>> verdict("exact")
    '<div class="ta-verdict ta-good"><span aria-hidden="true">✓</span> PERSIS</div>'
    """
    symbol, look = _LOOKS[kind]
    return f'<div class="ta-verdict {look}"><span aria-hidden="true">{symbol}</span> {NAMES[kind]}</div>'


def side_by_side(quote: str, match: Record) -> str:
    """Return the claimed words and those of the article; what is only in one of them is marked there."""
    claimed = "".join(_part(item["op"], item["claimed"], ("replace", "insert"), "ins") for item in match["difference"])
    source = "".join(_part(item["op"], item["source"], ("replace", "delete"), "del") for item in match["difference"])
    sides = (("Kutipan yang diperiksa", claimed or escape(quote)), ("Di artikel", source or escape(match["text"])))
    cells = (
        f'<div><div class="ta-meta">{name}</div><div class="ta-words">{words}</div></div>' for name, words in sides
    )
    return f'<div class="ta-two">{"".join(cells)}</div>'


def timeline(matches: Sequence[Record], places: Sequence[str]) -> str:
    """Return where it stands, earliest first; what has no date comes last."""
    pairs = sorted(zip(matches, places, strict=True), key=lambda pair: (not pair[0]["date"], pair[0]["date"] or ""))
    items = []
    for match, place in pairs:
        symbol, _ = _LOOKS[match["verdict"]]
        speaker = f" · {escape(match['speaker'])}" if match["speaker"] else ""
        items.append(
            f"<li><strong>{escape(day(match['date']))}</strong> · {symbol} {NAMES[match['verdict']]}{speaker}<br>"
            f'<span class="ta-meta">{escape(place)}</span>{came_from(match.get("provenance"))}</li>'
        )
    return f'<ol class="ta-time">{"".join(items)}</ol>'


def _part(op: str, text: str, marked: tuple[str, str], tag: str) -> str:
    if not text:
        return ""
    return f'<{tag} class="ta-{tag}">{escape(text)}</{tag}>' if op in marked else escape(text)
