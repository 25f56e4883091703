"""How near a possible answer stands to the question's words in a passage. Pure; no model, no store.

A passage on the right topic is not yet the one that answers: beside the words of the question must stand something that
can be the answer, a number for "berapa", a name for "siapa".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.text.analysis import QUESTION_WORDS, STOP_WORDS, stem
from index.text.dates import MONTH_WORDS
from index.text.lexicon import lexicon
from index.text.numbers import DIGITS, SCALE_WORDS, WHOLE
from rag.query.answer_type import Kind

# Words over which the pull of a question's word falls to 1/e: within a sentence, not beyond. By hand, one value after
# the other written here; `scripts/bench/fusion.py` prints what each finds on FacQA train.
_DISTANCE_WORDS = 15.0
_TOKEN = re.compile(r"\d+(?:[.,/:]\d+)*|\w+|[^\w\s]")
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_DAY_AND_MONTH = re.compile(r"\d{1,2}/\d{1,2}(?:/\d+)?")
# What answers "berapa". Not "satu", an article more often than a count; nor the other four, without which the weights
# were chosen.
_NUMBER_WORDS = frozenset([*DIGITS, *WHOLE, *SCALE_WORDS, *lexicon("numbers").words("about", "ordinals", "halves")]) - {
    "satu",
    "seratus",
    "seribu",
    "sejuta",
    "milyar",
}
_BEFORE_DATE = frozenset("pukul tanggal tahun abad".split())
_BEFORE_PLACE = lexicon("regions").set("before_a_place")
_DATELINE_TOKENS = 6
_NO_NAME = STOP_WORDS | QUESTION_WORDS


@dataclass(frozen=True)
class Word:
    """One token of a passage: its stem (None for punctuation and function words) and what it may be the answer to.

    ``apposes`` tells a comma or opening bracket: "Bandung, Jawa Barat".
    """

    stem: str | None
    kind: Kind
    apposes: bool = False


def classified(text: str) -> list[Word]:
    """Return the tokens of a text with their kinds.

    >>> [word.kind for word in classified("Pasar menampung 40 pedagang.")][2]
    <Kind.NUMBER: 1>
    """
    found = _TOKEN.findall(text)
    return [_word(found, position) for position in range(len(found))]


def nearness(words: Sequence[Word], weights: Mapping[str, float], kind: Kind) -> float:
    """Return how near the best possible answer stands to the question's stems, 0 to 1, higher is nearer.

    A possible answer is a word of the kind that is not itself in the question; each stem pulls with its weight, less
    with distance: the sum of weight × exp(-distance / 15), over the sum of weights. Where a place is asked for, what
    puts it beside a name is no distance.
    """
    positions, next_position = [], 0
    for word in words:
        positions.append(next_position)
        next_position += not (kind == Kind.PLACE and word.apposes)
    places: dict[str, list[int]] = {}
    for position, word in zip(positions, words, strict=True):
        if word.stem in weights:
            places.setdefault(str(word.stem), []).append(position)
    best = 0.0
    for position, word in zip(positions, words, strict=True):
        if word.stem is None or word.stem in weights or (kind and not word.kind & kind):
            continue
        pull = (weights[one] * math.exp(-_nearest(position, at) / _DISTANCE_WORDS) for one, at in places.items())
        best = max(best, sum(pull))
    return best / (sum(weights.values()) or 1.0)


def explains(text: str, abbreviation: str) -> bool:
    """Tell whether a text gives the meaning of an abbreviation: "Long Name (ABC)", "ABC (long name)", "Long Name/ABC".

    >>> explains("Kompetisi Inovasi (KIPP) dibuka.", "KIPP"), explains("KIPP dibuka.", "KIPP")
    (True, False)
    """
    short = re.escape(abbreviation)
    return re.search(rf"\({short}\b|\b{short}\)|\b{short}['’”\"]?(?:/\w+)? \([A-Za-z]|\w+/{short}\b", text) is not None


def _nearest(position: int, places: Sequence[int]) -> int:
    return min(abs(position - place) for place in places)


def _word(found: Sequence[str], position: int) -> Word:
    token = found[position]
    alone, may_be_name = _alone(token)
    if not may_be_name and not token[0].isdigit():  # nearly every word: its neighbours make no difference
        return alone
    kind = alone.kind
    before = found[position - 1] if position else "."
    after = found[position + 1] if position + 1 < len(found) else "."
    if token[0].isdigit() and (after.lower() in MONTH_WORDS or before.lower() in _BEFORE_DATE):
        kind |= Kind.DATE
    if may_be_name:
        if before not in '.!?"' or after[0].isupper():  # a capital at the start of a sentence alone says nothing
            kind |= Kind.NAME
        if _is_place(found, position, before):
            kind |= Kind.PLACE
    return Word(alone.stem, kind, alone.apposes)


@lru_cache(maxsize=50_000)
def _alone(token: str) -> tuple[Word, bool]:
    """Return what a token is wherever it stands, and whether it may be part of a name."""
    lower = token.lower()
    kind = Kind.ANY
    if token[0].isdigit() or lower in _NUMBER_WORDS:
        kind |= Kind.NUMBER
    if _YEAR.fullmatch(token) or _DAY_AND_MONTH.fullmatch(token) or lower in MONTH_WORDS:
        kind |= Kind.DATE
    content = token[0].isalnum() and lower not in STOP_WORDS
    word = Word(stem(lower) if content else None, kind, token in ",(")
    return word, token[0].isupper() and lower not in _NO_NAME


def _is_place(found: Sequence[str], position: int, before: str) -> bool:
    """Tell whether a capitalised token stands where places stand."""
    if before.lower() in _BEFORE_PLACE:
        return True
    if position < 3 and "," in found[position + 1 : position + 3]:  # the dateline "Jakarta, Kompas -"
        return True
    # The outlet of a dateline stands where "Finlandia" does in "Helsinki, Finlandia".
    if position < 2 or (position < _DATELINE_TOKENS and before == "," and "-" in found[position + 1 : position + 4]):
        return False
    earlier = found[position - 2]
    in_two_words = before[0].isupper() and earlier.lower() in _BEFORE_PLACE  # "di Jawa Timur"
    return in_two_words or (before in ",(" and earlier[0].isupper())  # "Helsinki, Finlandia"
