"""A checked quotation as HTML: what it is worth as colour, word and symbol; words side by side; the draft; a timeline.

Colour follows truth: the claimed word that the archive does not have is the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from rag.quotation.checker import ALTERED, EXACT, NOT_FOUND, PARAPHRASE, PARTIAL, STITCHED
from rag.quotation.marking import LEGEND, RIGHT, SAME, WRONG, Part, apart, pieces, sides
from rag.quotation.review import AGREES, CONTRADICTED, UNKNOWN
from rag.quotation.verdict_text import NAMES
from ui.render import came_from, cut, day

_LOOKS = {
    EXACT: ("✓", "good"),
    PARTIAL: ("◐", "warn"),
    ALTERED: ("≠", "bad"),
    STITCHED: ("+", "bad"),
    PARAPHRASE: ("≈", "warn"),
    NOT_FOUND: ("✗", "bad"),
}
_SPEAKERS = {
    AGREES: ("✓", "good", "PEMBICARA SESUAI"),
    UNKNOWN: ("?", "warn", "PEMBICARA BELUM PASTI"),
    CONTRADICTED: ("✗", "bad", "PEMBICARA LAIN"),
}
_TAGS = {WRONG: "del", RIGHT: "ins"}
_LIST = "cek-daftar"  # the jump list's place on the page
_MAX_JUMP_CHARS = 90
Record = dict[str, Any]


def verdict(kind: str) -> str:
    """Return a verdict.

    >>> verdict("exact")
    '<span class="ta-verdict ta-good"><span aria-hidden="true">✓</span> PERSIS</span>'
    """
    return _badge(*_LOOKS[kind], NAMES[kind], "ta-verdict")


def badges(check: Record) -> str:
    """Return the verdict on the words and, where somebody is claimed to have said them, that on the speaker."""
    state = check["told"].get("speaker")
    speaker = _badge(*_SPEAKERS[state], "ta-verdict ta-speaker") if state else ""
    return f'<div class="ta-badges">{verdict(check["verdict"])}{speaker}</div>'


def card_heading(number: int, check: Record) -> str:
    """Return the heading of a draft's quotation, counted from 1, to which the jump list and the draft lead."""
    why = "; ".join(check["told"].get("look", ()))
    return (
        f'<h3 class="ta-card" id="cek-{number}" tabindex="-1">Kutipan {number}{escape(f": {why}" if why else "")}</h3>'
    )


def back_to_list() -> str:
    """Return the way from a card back to the list above."""
    return f'<a class="ta-top" href="#{_LIST}" target="_self">↑ Kembali ke daftar</a>'


def jump_list(checks: Sequence[Record], flagged: Sequence[int]) -> str:
    """Return a link to each quotation that needs a look, with how it begins and why."""
    items = []
    for number in flagged:
        begins = escape(cut(checks[number]["quote"], _MAX_JUMP_CHARS))
        why = escape("; ".join(checks[number]["told"].get("look", ())))
        link = f'<a href="#cek-{number + 1}" target="_self">{number + 1}. “{begins}”</a>'
        items.append(f'<li>{link} <span class="ta-meta">{why}</span></li>')
    return (
        f'<nav id="{_LIST}" class="ta-card" tabindex="-1" aria-label="Kutipan yang perlu dilihat">'
        f'<ul class="ta-jump">{"".join(items)}</ul></nav>'
    )


def draft(text: str, checks: Sequence[Record], flagged: Sequence[int]) -> str:
    """Return a draft with each of its quotations marked in place; each mark leads to its card."""
    parts, at = [], 0
    for number, check in enumerate(checks):
        start, end = check["start"], check["end"]
        symbol, look = _worst(check)
        needs = ", perlu dilihat" if number in flagged else ""
        speaker = _SPEAKERS.get(check["told"].get("speaker"))
        told = ", ".join([NAMES[check["verdict"]], *([speaker[2]] if speaker else [])])
        parts.append(escape(text[at:start]))
        parts.append(
            f'<a class="ta-quote-{look}" href="#cek-{number + 1}" target="_self">{escape(text[start:end])}'
            f'<span class="ta-number" aria-hidden="true">{number + 1}\u00a0{symbol}</span>'
            f'<span class="ta-unsaid"> (kutipan {number + 1}: {told}{needs})</span></a>'
        )
        at = end
    parts.append(escape(text[at:]))
    return (
        f'<div class="ta-draft" tabindex="0" role="region" aria-label="Naskah yang diperiksa">{"".join(parts)}</div>'
        '<div class="ta-meta"><span class="ta-quote-good">✓ sesuai</span> · <span class="ta-quote-warn">◐ ≈ ? sebagian '
        'atau belum pasti</span> · <span class="ta-quote-bad">≠ + ✗ tidak sesuai</span>. Pilih kutipan untuk ke '
        "hasilnya.</div>"
    )


def side_by_side(check: Record, match: Record) -> str:
    """Return the claimed words and those of the article; what is wrong, and what stands there instead, is marked."""
    claimed, source = sides(match)
    claimed, source = claimed or [(check["quote"], SAME)], source or [(match["text"], SAME)]
    speaker = check["speaker"]
    names = ("", "")
    if check["told"].get("speaker") == CONTRADICTED:
        names = (_said_by([(speaker["claimed"], WRONG)]), _said_by([(speaker["found"], RIGHT)]))
    cells = (
        _cell("Kutipan yang diperiksa", _marked(claimed) + names[0]),
        _cell("Di artikel", _marked(source) + names[1]),
    )
    return _two(cells) + _legend([*claimed, *source], always=bool(names[0]))


def stitched(check: Record) -> str:
    """Return a stitched quotation whole, its pieces numbered, then each piece beside the place it comes from."""
    cut_up = pieces(check)
    order = [number for _, number in cut_up if number is not None]
    names = {number: place for place, number in enumerate(order, start=1)}
    whole = "".join(_piece(text, names[number]) if number is not None else _between(text) for text, number in cut_up)
    rows = [f'<div class="ta-meta">Kutipan yang diperiksa</div><div class="ta-words">{whole}</div>']
    seen: list[Part] = [(text, WRONG) for text, number in cut_up if number is None and text.strip(" ,.")]
    for number in order:
        match = check["matches"][number]
        claimed, source = sides(match)
        seen += [*claimed, *source]
        said = _said_by([(match["speaker"] or "tidak disebut", SAME)])
        place = f"Potongan {names[number]} di artikel: {check['told']['places'][number]}"
        cells = (
            _cell(f"Potongan {names[number]}", _marked(claimed)),
            _cell(place, _marked(source or [(match["text"], SAME)]) + said),
        )
        rows.append(_two(cells))
    return f'<div class="ta-pieces">{"".join(rows)}</div>' + _legend(seen)


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


def _piece(text: str, name: int) -> str:
    words = text.rstrip()
    return f'<span class="ta-other">{escape(words)}</span><span class="ta-number">{name}</span>{text[len(words) :]}'


def _between(text: str) -> str:
    """Return what stands in no piece: words are wrong, marks and spaces are nothing."""
    return _marked(apart(text, WRONG) if any(letter.isalnum() for letter in text) else [(text, SAME)])


def _worst(check: Record) -> tuple[str, str]:
    """Return sign and look of the graver of the two: the words or the speaker."""
    found = [_LOOKS[check["verdict"]]]
    if state := check["told"].get("speaker"):
        found.append(_SPEAKERS[state][:2])
    return max(found, key=lambda one: ("good", "warn", "bad").index(one[1]))


def _badge(symbol: str, look: str, name: str, kind: str) -> str:
    return f'<span class="{kind} ta-{look}"><span aria-hidden="true">{symbol}</span> {name}</span>'


def _two(cells: Iterable[str]) -> str:
    return f'<div class="ta-two">{"".join(cells)}</div>'


def _cell(name: str, words: str) -> str:
    return f'<div><div class="ta-meta">{escape(name)}</div><div class="ta-words">{words}</div></div>'


def _said_by(parts: Sequence[Part]) -> str:
    return f'<div class="ta-said">Pembicara: {_marked(parts)}</div>'


def _legend(parts: Sequence[Part], *, always: bool = False) -> str:
    marked = always or any(kind in _TAGS for _, kind in parts)
    return f'<div class="ta-meta">{escape(LEGEND)}</div>' if marked else ""


def _marked(parts: Sequence[Part]) -> str:
    told = []
    for text, kind in parts:
        tag = _TAGS.get(kind, "span")
        told.append(escape(text) if kind == SAME else f'<{tag} class="ta-{kind}">{escape(text)}</{tag}>')
    return "".join(told)
