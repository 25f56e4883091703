"""A copied answer → where it stands: made whole, found in the sentences the model read, and looked for elsewhere.

Deterministic; no model. What is shown always stands in a source, word for word but for white space.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.sentences import sentence_spans
from index.words import STOP_WORDS, stem, tokens
from rag.context import Excerpt
from rag.grounding import coverage
from rag.quantities import numbers

# Words before a number that are part of what is said: "lebih dari 80" is not "80".
_HEDGE = re.compile(
    r"(?:(?:lebih|kurang) (?:dari|lebih|sedikit)|kurang lebih|lebih kurang|sekitar|hampir|sedikitnya|setidaknya|"
    r"sekurang-kurangnya|paling (?:sedikit|banyak|lama|lambat)|minimal|maksimal|rata-rata|tidak kurang dari|"
    r"tidak lebih dari|di (?:atas|bawah))\s+$",
    re.I,
)


@dataclass(frozen=True)
class Rest:
    """What belongs to an answer whose end matches ``last``, where it follows at once."""

    last: re.Pattern[str]
    following: re.Pattern[str]


# No year has a unit, and what follows a number as a verb is none.
_UNIT = Rest(
    re.compile(r"(?<![\d.,/:])(?!(?:1[5-9]|20)\d\d\Z)\d[\d.]*(?:,\d+)?\Z"),
    re.compile(r" (?!me[mn]|ber|ter|di)[a-z]{3,}(?![\w-])|%"),
)
_REST_OF_NAME = Rest(re.compile(r"(?:\b[A-Z][\w.'’-]*|\bdol+ar)\Z"), re.compile(r"(?: [A-Z][\w'’-]*)+"))
_OTHER_FORM = Rest(re.compile(r"\b[A-Z][\w.'’-]*\Z"), re.compile(r" \([A-Z][^()\d]{1,45}\)"))
_MARKS = " \t\n,;:.!?-–—"
_PAIRS = {"(": ")", "[": "]", "“": "”", "‘": "’", "«": "»", '"': '"'}
_MAX_CLOSING_CHARS = 40
# Share of the question's weighted topic that a sentence must hold to be taken as another answer to it.
_SAME_TOPIC = 0.7


@dataclass(frozen=True)
class Place:
    """Where an answer stands: ``piece`` is the number of the piece, ``start`` and ``end`` count its characters."""

    piece: int
    start: int
    end: int


def locate(answer: str, pieces: Sequence[Excerpt], stem_weights: Mapping[str, float]) -> list[Place]:
    """Return the places where an answer stands as whole words, one a source, the likeliest first.

    >>> locate("40 pedagang", [Excerpt(0, 0, 26, "Pasar menampung 40 pedagang.")], {"pasar": 1.0})
    [Place(piece=0, start=16, end=27)]

    Likeliest is the place whose sentence speaks of most of the question, by its weighted stems.
    """
    best: dict[int, tuple[float, Place]] = {}
    for number, piece in enumerate(pieces):
        for start, end in _occurrences(answer, piece.text):
            score = coverage(stem_weights, _sentence(piece.text, start), stem_weights)
            if piece.source not in best or score > best[piece.source][0]:
                best[piece.source] = score, Place(number, start, end)
    ranked = sorted(best.values(), key=lambda pair: (-round(pair[0], 6), pair[1].piece))
    return [place for _, place in ranked]


def made_whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without marks at its ends, and with what belongs to it.

    That is the hedge before a number and its unit behind it, the rest of a name, the short form or long form in
    brackets behind a name, and the closing mark of what it opens.

    >>> text = "Ada lebih dari 80 spesies (tropis), kata dia."
    >>> start, end = made_whole(text, 15, 33)
    >>> text[start:end]
    'lebih dari 80 spesies (tropis)'
    """
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    if text[start:end][:1].isdigit() or numbers(text[start:end].split(" ")[0]):
        hedge = _HEDGE.search(text, max(0, start - 40), start)
        start = hedge.start() if hedge else start
    for rest in (_UNIT, _REST_OF_NAME, _OTHER_FORM):
        end = _extended(text, start, end, rest)
    return _balanced(text, start, end)


def _extended(text: str, start: int, end: int, rest: Rest) -> int:
    if not rest.last.search(text, start, end):
        return end
    match = rest.following.match(text, end)
    return match.end() if match and match.group().strip().lower() not in STOP_WORDS else end


def other_numbers(
    answer: str, told: Sequence[int], pieces: Sequence[Excerpt], stem_weights: Mapping[str, float]
) -> list[tuple[Excerpt, str]]:
    """Return the sentences of other sources that speak of the same thing and give another number of the same unit.

    >>> pieces = [Excerpt(0, 0, 9, "Banjir itu menelan 200 korban."), Excerpt(1, 0, 9, "Banjir itu menelan 20 korban.")]
    >>> other_numbers("200 korban", [0], pieces, {"banjir": 1.0, "korban": 1.0})[0][1]
    'Banjir itu menelan 20 korban.'

    ``told`` are the sources that hold the answer. 85% and 85 persen are one number.
    """
    counted = _counted(answer)
    found = []
    for piece in pieces:
        if piece.source in told or not counted:
            continue
        for start, end in sentence_spans(piece.text):
            sentence = piece.text[start:end]
            same_unit = {value for value, unit in _counted(sentence) if unit in {unit for _, unit in counted}}
            differs = same_unit and not same_unit & {value for value, _ in counted}
            if differs and coverage(stem_weights, sentence, stem_weights) >= _SAME_TOPIC:
                found.append((piece, sentence))
    return found


_COUNTED = re.compile(r"(?P<number>(?:Rp ?)?\d[\d.,]*\d|\d)(?P<scale> (?:ribu|juta|miliar|triliun))?(?P<unit>%| ?\w+)")


def _counted(text: str) -> set[tuple[object, str]]:
    """Return value and unit of what is counted in a text; a year and a date are no count."""
    found: set[tuple[object, str]] = set()
    for match in _COUNTED.finditer(text):
        unit = "persen" if match["unit"] == "%" else match["unit"].strip().lower()
        values = numbers(match["number"] + (match["scale"] or ""))
        if values and not unit.isdigit() and len(unit) > 1:
            found.add((next(iter(values)), stem(unit)))
    return found


def _occurrences(answer: str, text: str) -> list[tuple[int, int]]:
    words = tokens(answer)
    if not words:
        return []
    pattern = re.compile(rf"(?<!\w){re.escape(answer)}(?!\w)")
    return [match.span() for match in pattern.finditer(text)]


def _sentence(text: str, at: int) -> str:
    return next((text[start:end] for start, end in sentence_spans(text) if start <= at < end), text)


def _balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """Close what the span opens, if its mark comes soon; else leave out what was opened."""
    for opening, closing in _PAIRS.items():
        inside = text[start:end]
        if opening != closing and inside.count(opening) > inside.count(closing):
            at = text.find(closing, end, end + _MAX_CLOSING_CHARS)
            end = at + 1 if at >= 0 else start + len(inside[: inside.rindex(opening)].rstrip(_MARKS))
        elif opening == closing and inside.count(opening) % 2:
            at = inside.index(opening)
            start, end = (start + 1, end) if at == 0 else (start, start + len(inside[:at].rstrip(_MARKS)))
        elif opening != closing and inside.count(closing) > inside.count(opening):
            end = start + len(inside[: inside.rindex(closing)].rstrip(_MARKS))
    return start, end
