"""A copied answer → where it stands: made whole, found in the sentences the model read, and looked for elsewhere.

Deterministic; no model. What is shown always stands in a source, word for word but for white space.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.text.analysis import ANSWER_KIND_WORDS, QUESTION_WORDS, STOP_WORDS, stem, tokens
from index.text.dates import MONTH_NAMES
from index.text.numbers import NUMBER_WORDS, numbers
from index.text.sentences import sentence_spans
from rag.generation.evidence_selection import Excerpt
from rag.query.query import Query
from rag.quotation.speech import PERSON_ROLES
from rag.retrieval.bm25 import coverage

# Words before a number that are part of what is said: "lebih dari 80" is not "80".
_HEDGE = re.compile(
    r"(?:(?:lebih|kurang) (?:dari|lebih|sedikit)|kurang lebih|lebih kurang|sekitar|hampir|sedikitnya|setidaknya|"
    r"sekurang-kurangnya|paling (?:sedikit|banyak|lama|lambat)|minimal|maksimal|rata-rata|tidak kurang dari|"
    r"tidak lebih dari|di (?:atas|bawah))\s+$",
    re.I,
)
_CURRENCY = re.compile(r"(?:\bRp\.?|\bUSD|[A-Z]{0,2}\$) ?$")
_BETWEEN = re.compile(r"\bantara $", re.I)
# What says which part of a year, or that a number is one: "akhir 2007" is not "2007".
_TIME = re.compile(r"\b(?:(?:awal|akhir|pertengahan|per) )?(?:tanggal |tahun |bulan |hari |abad )?$", re.I)
_YEAR_OR_DAY = re.compile(
    rf"(?:1[5-9]|20)\d\d\b|\d{{1,2}} (?:{'|'.join(month[:3] for month in MONTH_NAMES)})|\d{{3,4}}\Z", re.I
)
_NAME_BEFORE = re.compile(r"(?P<word>[A-ZÀ-Þ][\w'’-]*\.?) $")
_MAX_WORDS_BEFORE = 4
_MAX_LONG_FORM_CHARS = 90
# A long form whose short form in brackets was copied.
_LONG_FORM = re.compile(r"[A-Z][\w'’-]*(?: (?:dan |untuk |atas |di )?[A-Z][\w'’-]*){1,7} \($")


@dataclass(frozen=True)
class Rest:
    """What belongs to an answer whose end matches ``last``, where it follows at once."""

    last: re.Pattern[str]
    following: re.Pattern[str]


# Large scales count money, whose unit stands before it: "Rp5 miliar"; "persen" is a unit itself.
_UNIT_FOLLOWS = NUMBER_WORDS - {"sejuta", "miliar", "milyar", "triliun", "persen", "rp"}
# No year has a unit, and what follows a number as a verb is none.
_UNIT = Rest(
    re.compile(
        rf"(?<![\d.,/:])(?!(?:1[5-9]|20)\d\d\Z)\d[\d.]*(?:,\d+)?\Z|\b(?:{'|'.join(sorted(_UNIT_FOLLOWS))})\Z",
        re.I,
    ),
    re.compile(r" (?!me[mn]|ber|ter|di)[a-z]{3,}(?![\w-])|%"),
)
_REST_OF_NAME = Rest(re.compile(r"(?:\b[A-Z][\w.'’-]*|\bdol+ar)\Z"), re.compile(r"(?: [A-Z][\w'’-]*)+"))
_OTHER_FORM = Rest(re.compile(r"\b[A-Z][\w.'’-]*\Z"), re.compile(r" \([A-Z][^()\d]{1,45}\)"))
# A law has one number in each year: "No 1" of 2023 is not that of 2013.
_YEAR_OF_LAW = Rest(re.compile(r"\b(?:No\.?|Nomor) ?\d+\Z", re.I), re.compile(r" Tahun (?:1[5-9]|20)\d\d\b", re.I))
# A match is won in several sets: "21-18, 18-21, 23-21" is one score.
_SET = r"(?<![\w-])\d{1,3}\s?[-–]\s?\d{1,3}(?![\w-])"
_SETS = re.compile(rf"{_SET}(?:(?:,|,?\s+dan)\s+{_SET})+")
_MARKS = " \t\n,;:.!?-–—"
_PAIRS = {"(": ")", "[": "]", "“": "”", "‘": "’", "«": "»", '"': '"'}
_MAX_CLOSING_CHARS = 40
# Share of the question's weighted topic that a sentence must hold to be taken as another answer to it. By hand: such a
# sentence is only told beside the answer, and no questions are marked with it.
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

    Likeliest is the place whose sentence speaks of most of the question, by its weighted stems. What stands nowhere may
    have been cut within its last word, at the token limit, and is looked for without it.
    """
    places = _places(answer, pieces, stem_weights)
    return places or _places(answer.rpartition(" ")[0], pieces, stem_weights)


def _places(answer: str, pieces: Sequence[Excerpt], stem_weights: Mapping[str, float]) -> list[Place]:
    best: dict[int, tuple[float, Place]] = {}
    for number, piece in enumerate(pieces):
        for start, end in _occurrences(answer, piece.text):
            score = coverage(stem_weights, _sentence(piece.text, start), stem_weights)
            if piece.source not in best or score > best[piece.source][0]:
                best[piece.source] = score, Place(number, start, end)
    ranked = sorted(best.values(), key=lambda pair: (-round(pair[0], 6), pair[1].piece))
    return [place for _, place in ranked]


def expand_span(text: str, start: int, end: int, query: Query | None = None) -> tuple[int, int]:
    """Return the span without marks at its ends, and with what belongs to it.

    That is the hedge or currency before a number and its unit behind it, the other sets of a score, the part of a year,
    the year behind a law's number, the rest of a name on both sides with the title before it, the short form or long
    form in brackets behind a name, and the closing mark of what it opens. What the question says already is
    left out of a name.

    >>> text = "Ada lebih dari 80 spesies (tropis), kata dia."
    >>> start, end = expand_span(text, 15, 33)
    >>> text[start:end]
    'lebih dari 80 spesies (tropis)'
    """
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    said = query.words if query else frozenset[str]()
    start = _begun(text, start, end, said)
    for rest in (_YEAR_OF_LAW, _UNIT, _REST_OF_NAME, _OTHER_FORM):
        end = _extended(text, start, end, rest, said)
    if re.search(_SET, text[start:end]):
        sets = (match.span() for match in _SETS.finditer(text) if match.start() <= start and end <= match.end())
        start, end = next(sets, (start, end))
    return _balanced(text, start, end)


def _begun(text: str, start: int, end: int, said: frozenset[str]) -> int:
    """Return where an answer begins, with what stands before it and belongs to it."""
    answer = text[start:end]
    if answer.isupper() and text[end : end + 1] == ")":
        found = _LONG_FORM.search(text, max(0, start - _MAX_LONG_FORM_CHARS), start)
        return found.start() if found else start
    if answer[:1].isdigit() or numbers(answer.split(" ")[0]):
        befores = [_CURRENCY, _HEDGE]
        if " dan " in answer or " hingga " in answer:
            befores.append(_BETWEEN)
        if _YEAR_OR_DAY.match(answer):
            befores.insert(0, _TIME)
        for before in befores:
            found = before.search(text, max(0, start - 40), start)
            start = found.start() if found else start
    elif answer[:1].isupper():
        for _ in range(_MAX_WORDS_BEFORE):
            found = _NAME_BEFORE.search(text, max(0, start - 30), start)
            if not found or not _of_a_name(text, found, said):
                break
            start = found.start()
    return start


def _of_a_name(text: str, found: re.Match[str], said: frozenset[str]) -> bool:
    """Tell whether a capitalised word belongs to the name behind it; one that opens a sentence must be a role."""
    word = found["word"].rstrip(".").lower()
    opens = not re.search(r"[\w,;:()] ?$", text[max(0, found.start() - 2) : found.start()])
    return word not in said | STOP_WORDS | QUESTION_WORDS | ANSWER_KIND_WORDS and (not opens or word in PERSON_ROLES)


def _extended(text: str, start: int, end: int, rest: Rest, said: frozenset[str]) -> int:
    if not rest.last.search(text, start, end):
        return end
    match = rest.following.match(text, end)
    if not match or match.group().strip().lower() in STOP_WORDS:
        return end
    if rest is _REST_OF_NAME and said & set(tokens(match.group())):
        return end
    return match.end()


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
            before, _, after = inside.rpartition(closing)
            before, after = before.rstrip(_MARKS), after.lstrip(_MARKS)
            start, end = (start, start + len(before)) if len(before) >= len(after) else (end - len(after), end)
    return start, end
