"""Two facts → which is more and by how much, computed from their figures and said to be computed. No model call.

A side that is not found is said and never filled; what has no common unit stands side by side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.text.analysis import STOP_WORDS, stem, tokens
from index.text.quantities import Quantity, quantities, written
from rag.query.comparison import Comparison, Telling

COMPUTED = "(dihitung)"


@dataclass(frozen=True)
class Side:
    """What was found of one of the two: the whole ``sentence`` in source ``source``, the ``answer`` in it.

    ``sure`` is the probability that it answers; ``quantity`` is the figure that is compared, where there is one.
    """

    thing: str
    sentence: str
    answer: str
    source: int
    sure: float
    quantity: Quantity | None = None


def with_quantities(one: Side, two: Side) -> tuple[Side, Side]:
    """Return both sides with the figures to compare: of one unit, each the one that its own words stand nearest to.

    >>> sentence = "Tiket Solo Rp50.000, sedangkan tiket Batu Rp20.000."
    >>> sides = with_quantities(Side("tiket Solo", sentence, "", 0, 1.0), Side("tiket Batu", sentence, "", 0, 1.0))
    >>> [int(side.quantity.value) for side in sides if side.quantity]
    [50000, 20000]
    """
    first, second = _candidates(one, two), _candidates(two, one)
    pairs = [
        (rank_one + rank_two, place, left, right)
        for rank_one, left in first
        for rank_two, right in second
        for place in [(left.start, right.start)]
        if left.unit == right.unit and not (one.sentence == two.sentence and left.start == right.start)
        if one.sentence == two.sentence or (_is_answer(left, one) and _is_answer(right, two))
    ]
    if not pairs:
        return one, two
    _, _, left, right = min(pairs, key=lambda pair: (pair[0], pair[1]))
    return replace(one, quantity=left), replace(two, quantity=right)


def _is_answer(figure: Quantity, side: Side) -> bool:
    """Tell whether a figure stands in the words that answer, or is the only one of a sentence without them.

    Two figures of one unit out of different sentences are else not of one thing: a run of 800 metres and one of 200.
    """
    at = side.sentence.find(side.answer) if side.answer else -1
    if at >= 0:
        return at <= figure.start < at + len(side.answer)
    return len(quantities(side.sentence)) == 1


def names(thing: str, other: str, text: str) -> bool:
    """Tell whether a text names a thing by what sets it apart from the other.

    >>> names("tiket Solo", "tiket Batu", "Tiket Batu Rp20.000."), names("tiket Solo", "tiket Batu", "Ke Solo.")
    (False, True)
    """
    own = _own_words(thing, other)
    held = {stem(word) for word in tokens(text)}
    return not own or len(own & held) * 2 >= len(own)


def shared(side: Side, thing: str) -> Side | None:
    """Return the other side where one sentence tells of both: "Solo Rp5.000, sedangkan Batu Rp3.000."."""
    if not names(thing, side.thing, side.sentence):
        return None
    return Side(thing, side.sentence, "", side.source, side.sure)


def _candidates(side: Side, other: Side) -> list[tuple[float, Quantity]]:
    """Return the figures of a side's sentence, each with how far it stands from its thing; 0 is nearest."""
    at = side.sentence.find(side.answer) if side.answer else -1
    own = _own_words(side.thing, other.thing)
    named = [match for match in _places(side.sentence) if match[0] in own]
    found = []
    for one in quantities(side.sentence):
        distance = 0.0 if at >= 0 and at <= one.start < at + len(side.answer) else 60.0
        if one.unit == "":
            distance += 30.0
        if named:  # a figure stands behind its name more often than before it
            gaps = [one.start - end if one.start >= end else (start - one.end) * 1.5 for _, start, end in named]
            distance += min(gaps)
        found.append((distance, one))
    return found


def _own_words(thing: str, other: str) -> set[str]:
    """Return the stems that one thing has and the other has not."""
    theirs = {stem(word) for word in tokens(other)}
    return {stem(word) for word in tokens(thing) if word not in STOP_WORDS} - theirs


def _places(text: str) -> list[tuple[str, int, int]]:
    return [(stem(match.group().lower()), match.start(), match.end()) for match in re.finditer(r"\w+", text)]


_TIMES = ("detik", "hari", "bulan")
_RANKED = re.compile(r"\b(?:peringkat|ranking|urutan|posisi)\b", re.I)
_WORD_OF = {Telling.MORE: "Lebih", Telling.LESS: "Lebih", Telling.EARLIER: "Lebih dulu", Telling.LATER: "Belakangan"}


def _crossed(one: Side, two: Side) -> bool:
    """Tell whether one sentence names both things and gives their figures the other way round: whose is which is open.

    >>> text = "Solo 3 km, sedangkan Batu 5 km."
    >>> _crossed(*with_quantities(Side("Solo", text, "5 km", 0, 1.0), Side("Batu", text, "3 km", 0, 1.0)))
    True
    """
    if one.sentence != two.sentence or one.quantity is None or two.quantity is None:
        return False
    things, figures = [], []
    for side, other in ((one, two), (two, one)):
        own = _own_words(side.thing, other.thing)
        places = [start for word, start, _ in _places(side.sentence) if word in own]
        figure = side.quantity.text.strip() if side.quantity else ""
        if not places or figure not in side.sentence:
            return True
        things.append(places[0])
        figures.append(side.sentence.index(figure))
    return (things[0] < things[1]) != (figures[0] < figures[1])


def told(asked: Comparison, one: Side, two: Side) -> str | None:
    """Return what the figures of two sides say, None where they cannot be compared.

    >>> sides = with_quantities(Side("Solo", "Solo 3 km.", "3 km", 0, 1.0), Side("Batu", "Batu 900 meter.", "", 1, 1.0))
    >>> told(Comparison(("Solo", "Batu"), ("", ""), Telling.MORE, "jauh"), *sides)
    'Lebih jauh: Solo; selisihnya 2,1 kilometer (dihitung).'
    """
    if one.quantity is None or two.quantity is None or _crossed(one, two):
        return None
    unit = one.quantity.unit
    measured = asked.telling in (Telling.MORE, Telling.LESS)
    if measured and unit == "tanggal" and asked.word not in ("tua", "muda"):
        return None
    if measured and _RANKED.search(" ".join((*asked.questions, one.sentence, two.sentence))):
        return None  # rank 2 is above rank 5
    # subtle: who was born later is younger, and what takes longer is slower
    turned = measured and (unit == "tanggal" or (unit in _TIMES and asked.word in ("cepat", "lambat")))
    difference = one.quantity.value - two.quantity.value
    gap = written(abs(difference), unit if unit == "tanggal" else one.quantity.counted or unit)
    if difference == 0:
        same = f"keduanya {one.quantity.text.strip()}"
        return f"{'Ya, sama' if asked.claimed else 'Sama'}: {same} {COMPUTED}."
    if asked.telling is Telling.SAME:
        return f"Tidak sama; selisihnya {gap} {COMPUTED}."
    greater, lesser = (one, two) if difference > 0 else (two, one)
    if asked.telling in (Telling.DIFFERENCE, Telling.SIDE_BY_SIDE):
        if one.quantity.unit == "tanggal":
            return f"Lebih dulu: {lesser.thing}; selisihnya {gap} {COMPUTED}."
        return f"Selisihnya {gap}; yang lebih besar: {greater.thing} {COMPUTED}."
    if asked.telling in (Telling.EARLIER, Telling.LATER):
        first = lesser if asked.telling is Telling.EARLIER else greater
        return f"{_WORD_OF[asked.telling]}: {first.thing}; selisihnya {gap} {COMPUTED}."
    chosen = greater if (asked.telling is Telling.MORE) != turned else lesser
    if asked.claimed:
        said = "Ya" if chosen is one else "Tidak"
        return f"{said}: yang lebih {asked.word} {chosen.thing}; selisihnya {gap} {COMPUTED}."
    return f"Lebih {asked.word}: {chosen.thing}; selisihnya {gap} {COMPUTED}."


def sure_of(sides: Sequence[Side | None]) -> float:
    """Return the probability of a comparison: that of its less sure side among those found."""
    return min((side.sure for side in sides if side), default=0.0)
