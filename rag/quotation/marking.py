"""Which words of a compared quotation are wrong, and which words of the article stand in their place."""

from __future__ import annotations

import re
from typing import Any

from rag.quotation.checker import ALTERED, STITCHED
from rag.quotation.differences import BRACKETED, RESPELT, SKIPPED

WRONG, RIGHT, OTHER, SAME = "wrong", "right", "other", ""
LEGEND = "✗ tidak sesuai arsip · ✓ yang ada di arsip"
# What an editor may do to a quotation, and another spelling: it differs, and nobody need mend it.
_ALLOWED = (BRACKETED, SKIPPED, RESPELT)
_SPACES = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)
Record = dict[str, Any]
Part = tuple[str, str]  # text and what it is


def sides(match: Record) -> tuple[list[Part], list[Part]]:
    """Return the claimed words and the article's, each part with what it is; joined, they give both texts again.

    >>> parts: list[Record] = [{"op": "equal", "claimed": "Turun ", "source": "turun ", "note": None}]
    >>> parts += [{"op": "replace", "claimed": "58 ", "source": "85 ", "note": None}]
    >>> sides({"verdict": "altered", "difference": parts})
    ([('Turun ', ''), ('58', 'wrong'), (' ', '')], [('turun ', ''), ('85', 'right'), (' ', '')])

    Only an altered or a stitched quotation has wrong words; a difference that is allowed is ``OTHER`` on both sides.
    """
    claimed: list[Part] = []
    source: list[Part] = []
    for part in match["difference"]:
        allowed = match["verdict"] not in (ALTERED, STITCHED) or part["note"] in _ALLOWED
        differs = part["op"] != "equal"
        claimed += apart(part["claimed"], (OTHER if allowed else WRONG) if differs else SAME)
        source += apart(part["source"], (OTHER if allowed else RIGHT) if differs else SAME)
    return claimed, source


def pieces(check: Record) -> list[tuple[str, int | None]]:
    """Return a stitched quotation cut where its pieces begin and end, each with the number of its match.

    The number is None for words that stand in no piece; matches are numbered from 0, in the order of ``matches``.
    """
    text: str = check["checked"]
    found = [
        (number, match["claimed"]) for number, match in enumerate(check["matches"]) if match["verdict"] == STITCHED
    ]
    spans = sorted((claimed["start"], claimed["end"], number) for number, claimed in found)
    cut: list[tuple[str, int | None]] = []
    at = 0
    for start, end, number in spans:
        start, end = max(start, at), max(end, at)
        cut += [(text[at:start], None)] if text[at:start] else []
        cut.append((text[start:end], number))
        at = end
    return cut + ([(text[at:], None)] if text[at:] else [])


def apart(text: str, kind: str) -> list[Part]:
    """Return a text with its kind; the spaces around what differs are no part of it."""
    if kind == SAME:
        return [(text, SAME)] if text else []
    before, words, after = _SPACES.match(text).groups()  # type: ignore[union-attr]
    return [part for part in ((before, SAME), (words, kind), (after, SAME)) if part[0]]
