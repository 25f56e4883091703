"""Two facts → which is more and by how much, computed from their figures and said to be computed. No model call.

A side that is not found is said and never filled; what has no common unit stands side by side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

from index.text.analysis import STOP_WORDS, stem, tokens
from index.text.quantities import Quantity, quantities, written
from index.text.sentences import sentence_spans
from rag.answering.answer import Sentence, Verdict
from rag.answering.answer_span import expand_span
from rag.answering.found_sentences import found_sentences
from rag.answering.read_confidence import source_features, source_weights
from rag.answering.verdicts import MISSING_NOTE, MOST_SURE, SPOKEN_SURE, UNSURE_NOTE, ended, opened
from rag.answering.way import SOURCES, Said, Search, Tools
from rag.query.answer_type import Kind
from rag.query.comparison import Comparison, Telling
from rag.query.query import Query
from rag.retrieval.results import Retrieved
from rag.retrieval.search import find_halves, in_turn
from rag.retrieval.search_plan import SearchPlan

COMPUTED = "(dihitung)"
# A side of a comparison may be the sentence that speaks most of it, where the reader names no words that are likely
# enough; it is told with a doubt. A sentence speaks a little less by itself than with its passage. By hand.
_LEAST_SPOKEN = 0.45
# What speaks for two sentences as the two sides beside how sure each is: figures of one unit, and that they stand in
# one passage or are one sentence. By hand, on 24 comparisons of calibration and training articles.
COMMON_UNIT, SAME_PASSAGE, SAME_SENTENCE = 0.15, 0.15, 0.4
BESIDE = 0.8  # how sure a sentence beside that of the other side is, against that one; by hand
OTHER_SIDE = 0.7  # how far a passage's reading for the other side's question holds for this one's; by hand


@dataclass(frozen=True)
class Side:
    """What was found of one of the two: the whole ``sentence`` in source ``source``, the ``answer`` in it.

    ``sure`` is the probability that it answers; ``quantity`` is the figure that is compared, where there is one;
    ``alone`` tells that it is likely enough by itself, ``beside`` that only its place next to the other side speaks for
    it: nothing is computed of it.
    """

    thing: str
    sentence: str
    answer: str
    source: int
    sure: float
    quantity: Quantity | None = None
    alone: bool = True
    beside: bool = False


def search(tools: Tools, plan: SearchPlan, count: int) -> Search:
    """Return the passages of both sides, the best of each in turn."""
    halves = find_halves(plan, tools.retriever, count)
    return Search(plan, in_turn(halves)[:SOURCES], halves)


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return both facts with their sources, and what their figures say of each other."""
    asked = search.plan.intent.comparison
    if asked is None:
        return Verdict()
    ones, twos = (_candidates_of(tools, asked, at, search) for at in (0, 1))
    if asked.measured:
        ones, twos = (
            ones + beside(asked.things[0], twos, search.found),
            twos + beside(asked.things[1], ones, search.found),
        )
    one, two = likeliest_pair(asked, ones, twos)
    one = one or (shared(two, asked.things[0]) if two else None)
    two = two or (shared(one, asked.things[1]) if one else None)
    sure = sure_of((one, two))
    if one and two:
        one, two = with_quantities(one, two)
    sides = [side for side in (one, two) if side]
    if not sides:
        return Verdict()
    sentences = [Sentence(ended(side.sentence), (side.source + 1,), True) for side in sides]
    if len(sides) == 2 and sides[0].sentence == sides[1].sentence:
        del sentences[1]
    notes: list[str] = []
    for thing, side in zip(asked.things, (one, two), strict=True):
        if side is None:
            sentences.append(Sentence(f"{opened(thing)}: tidak ditemukan dalam arsip.", (), True))
            notes.append(MISSING_NOTE.format(thing))
    if one and two and (computed := told(asked, one, two)):
        cited = tuple(dict.fromkeys((one.source + 1, two.source + 1)))
        sentences.insert(0, Sentence(computed, cited, True))
    if sure < source_weights("fact").unsure or notes:
        notes.insert(0, UNSURE_NOTE)
    return Verdict(tuple(sentences), tuple(notes), min(MOST_SURE, sure))


def _candidates_of(tools: Tools, asked: Comparison, at: int, search: Search) -> list[Side]:
    """Return the sentences that may tell one side: those in which the reader marks words, and those that name the thing
    and speak of its question.

    A passage that was found for the other side alone is read for a question of the same kind.
    """
    thing, other = asked.things[at], asked.things[1 - at]
    half = {item.passage.id: item for item in search.halves[at]}
    items = [half.get(item.passage.id, item) for item in search.found]
    query = Query(asked.questions[at])
    topic = tools.retriever.stem_weights(query.topic)
    weights = source_weights("fact")
    measured = query.kind & (Kind.NUMBER | Kind.DATE)
    made: list[Side] = []
    for place, item in enumerate(items):
        if not names(thing, other, item.titled_text):
            continue
        features = source_features(query, topic, items, place, tools.retriever.context)
        sure = weights.probability(features) if features else 0.0
        sure *= 1.0 if item.passage.id in half else OTHER_SIDE
        for marked, behind in _marked(query, item):
            alone = sure * behind >= weights.threshold
            made.append(Side(thing, _sentence_of(marked, item), marked, place, sure * behind, alone=alone))
    for one in found_sentences(items, topic):
        if not names(thing, other, one.text) or not names(thing, other, items[one.source].titled_text):
            continue
        if not measured or quantities(one.text):
            alone = min(one.spoken, one.own + 0.1) >= _LEAST_SPOKEN
            made.append(Side(thing, one.text, "", one.source, SPOKEN_SURE * one.spoken, alone=alone))
    return made


def _marked(query: Query, item: Retrieved) -> list[tuple[str, float]]:
    """Return the words that the reader marks in a passage, whole, each with how likely it is beside the likeliest."""
    text, base = item.passage.text, item.passage.start
    reading = max(item.readings, key=lambda one: one.answers, default=None)
    if reading is None or not reading.spans:
        return []
    made = []
    for span in reading.spans:
        start, end = expand_span(text, span.start - base, span.end - base, query)
        made.append((" ".join(text[start:end].split()), exp((span.logit - reading.spans[0].logit) / 2)))
    return made


def beside(thing: str, others: Sequence[Side], found: Sequence[Retrieved]) -> list[Side]:
    """Return what may tell a thing next to a sentence that tells the other: a figure of its unit, told of the thing.

    Who compares puts both side by side, and of a thing that he speaks of already he says "it": "Solo menang. Ia
    mencetak 18 gol. Batu hanya empat gol."
    """
    made = []
    for other in (side for side in others if side.alone):
        text, title = found[other.source].passage.text, found[other.source].article.title or ""
        sentences = [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]
        if other.sentence not in sentences:
            continue
        at = sentences.index(other.sentence)
        units = {one.unit for one in quantities(other.sentence) if one.unit}
        for near in (at - 1, at + 1, at - 2, at + 2):
            said = sentences[near] if 0 <= near < len(sentences) else ""
            figures = [one for one in quantities(said) if one.unit in units]
            if figures and _spoken_of(thing, other.thing, [title, *sentences[: near + 1]]):
                answer = figures[0].text.strip() if len(figures) == 1 else ""
                made.append(Side(thing, said, answer, other.source, other.sure * BESIDE, beside=True))
                break
    return made


def _spoken_of(thing: str, other: str, sentences: Sequence[str]) -> bool:
    """Tell whether the last sentence may speak of one thing: the last that names either names that one.

    >>> _spoken_of("Solo", "Batu", ["Batu kalah.", "Solo menang.", "Ia mencetak 18 gol."])
    True
    """
    named = ((names(thing, other, one), names(other, thing, one)) for one in reversed(sentences))
    return next(filter(any, named), (False, False))[0]


def likeliest_pair(asked: Comparison, ones: Sequence[Side], twos: Sequence[Side]) -> tuple[Side | None, Side | None]:
    """Return the sentences of both sides that are likeliest together, the surest of one where the other has none.

    >>> asked = Comparison(("Solo", "Batu"), ("", ""), Telling.MORE, "jauh")
    >>> both, far = "Solo 3 km, sedangkan Batu 5 km.", "Batu berumur 90 tahun."
    >>> twos = [Side("Batu", far, "90 tahun", 1, 0.7), Side("Batu", both, "5 km", 0, 0.6)]
    >>> likeliest_pair(asked, [Side("Solo", both, "3 km", 0, 0.6)], twos)[1].answer
    '5 km'
    """
    pairs = [(one, two) for one in ones for two in twos if _holds(one, two)] if asked.measured else []
    if pairs:
        return max(pairs, key=lambda pair: round(_together(*pair), 6))
    one = max((side for side in ones if side.alone), key=_sure, default=None)
    two = max((side for side in twos if side.alone), key=_sure, default=None)
    return one, two


def _holds(one: Side, two: Side) -> bool:
    """Tell whether two sentences may be told together: each by itself, or side by side with figures of one unit, where
    one that is not likely by itself names its thing."""
    if one.alone and two.alone:
        return True
    told = all(mine.alone or names(mine.thing, other.thing, mine.sentence) for mine, other in ((one, two), (two, one)))
    near = one.sentence == two.sentence or ((one.alone or two.alone) and one.source == two.source)
    return told and near and _alike(one, two)


def _alike(one: Side, two: Side) -> bool:
    return all(side.quantity is not None and side.quantity.unit for side in with_quantities(one, two))


def _sure(side: Side) -> float:
    return round(side.sure, 6)


def _together(one: Side, two: Side) -> float:
    """Return how likely two sides are the two that are compared; higher is better."""
    near = SAME_SENTENCE if one.sentence == two.sentence else SAME_PASSAGE if one.source == two.source else 0.0
    return one.sure + two.sure + (COMMON_UNIT + near if _alike(one, two) else 0.0)


def _sentence_of(answer: str, item: Retrieved) -> str:
    """Return the whole sentence in which an answer stands; the answer where it runs over several."""
    text = item.passage.text
    sentences = (" ".join(text[start:end].split()) for start, end in sentence_spans(text))
    whole = re.compile(rf"(?<!\w){re.escape(answer)}(?!\w)")
    return next(filter(whole.search, sentences), answer)


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
            gaps = [
                (one.start - end if one.start >= end else (start - one.end) * 1.5)
                + OTHER_CLAUSE * bool(_CLAUSE_ENDS.search(side.sentence[min(end, one.end) : max(start, one.start)]))
                for _, start, end in named
            ]
            distance += min(gaps)
        found.append((distance, one))
    return found


# A figure is told of the thing in its own clause: "Rp2 juta untuk Batu, Rp3 juta untuk Solo". In characters; by hand.
OTHER_CLAUSE = 40.0
_CLAUSE_ENDS = re.compile(r"[,;](?!\d)|\b(?:sedangkan|sementara|dan|serta|adapun)\b", re.I)


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
    if not asked.measured or one.quantity is None or two.quantity is None or _crossed(one, two):
        return None
    if one.beside or two.beside:
        return None
    if not (names(one.thing, two.thing, one.sentence) and names(two.thing, one.thing, two.sentence)):
        return None  # "the model, 22" is not surely she
    unit = one.quantity.unit
    measured = asked.telling in (Telling.MORE, Telling.LESS)
    if measured and unit == "tanggal" and asked.word not in ("tua", "muda"):
        return None
    if asked.telling in (Telling.EARLIER, Telling.LATER) and unit != "tanggal" and unit not in _TIMES:
        return None  # 30 kilometres are not before 40
    if measured and _RANKED.search(" ".join((*asked.questions, one.sentence, two.sentence))):
        return None  # rank 2 is above rank 5
    # subtle: who was born later is younger, and what takes longer is slower
    turned = measured and (unit == "tanggal" or (unit in _TIMES and asked.word in ("cepat", "lambat")))
    difference = one.quantity.value - two.quantity.value
    gap = written(abs(difference), unit if unit == "tanggal" else one.quantity.counted or unit)
    if difference == 0:
        same = f"keduanya {one.quantity.text.strip()}"
        head = "Sama" if not asked.claimed else "Ya, sama" if asked.telling is Telling.SAME else "Tidak, sama"
        return f"{head}: {same} {COMPUTED}."
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
