"""Found passages → the sentences that the model reads: those that matter, with their neighbours, within a budget.

The length of what is new in a prompt is the time until the first word, and most of a passage does not answer. A
sentence counts by its passage's score, by how much of the question it speaks of, and by the reader's probability that
the answer stands in it. Every piece is a run of whole sentences, word for word as it stands in the passage.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from index.text.analysis import index_stems, stem
from index.text.sentences import sentence_spans
from rag.query.query import Query
from rag.reading.reading import logistic
from rag.retrieval.results import Retrieved

# Weights beside the passage's score: of the question's words, chosen on FacQA train by `scripts/bench/context.py`, and
# of the reader's probability that the answer stands in the sentence, by hand.
COVERED, READ = 0.15, 0.4
# Tokens of the LLM for evidence: a share of what the three best passages have, within these bounds, and only sentences
# that score nearly as well as the best. That loses no answer of 250 questions of FacQA train, and 97 in 100 answers
# stand in the 100 tokens that are chosen (`scripts/bench/context.py`). Longer passages need more. Leaving out
# what is not tied to the question loses 5 answers of 2,111.
EVIDENCE_SHARE, WHOLE_PASSAGES = 0.55, 3
MIN_EVIDENCE_TOKENS, MAX_EVIDENCE_TOKENS = 120, 280
NEARLY_AS_WELL = 0.2
_OTHER_NOUN = r"(?!(?:artikel|berita|teks|laporan)\b)\w+"  # "artikel ini" speaks of itself
# A sentence that begins so speaks of what stands before it.
POINTS_BACK = re.compile(
    r"[\"“']?(?:ia|dia|beliau|mereka|itu|ini|hal (?:itu|ini)|menurutnya|katanya|ujarnya|selain itu|saat itu|"
    rf"(?P<noun>{_OTHER_NOUN}) (?:itu|ini|tersebut))\b",
    re.I,
)
# So does one whose first words do: "Ayahnya bernama …", "Di samping itu, …".
LEANS_BACK = re.compile(
    rf"{POINTS_BACK.pattern}|\W*(?:\w+\W+){{0,3}}?(?:\w{{3,}}nya|{_OTHER_NOUN} (?:itu|ini|tersebut))\b", re.I
)
_CLOSING = " \n\"”’'»)"
_PIECE_TOKENS = 5  # its number and line break


@dataclass(frozen=True)
class Excerpt:
    """A run of sentences that the model reads; ``start`` and ``end`` count characters of its source's passage."""

    source: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Candidate:
    source: int
    position: int
    text: str
    tokens: int
    score: float
    tied: bool


def evidence_tokens(passage_tokens: Iterable[int]) -> int:
    """Return the budget for evidence, given the lengths of the passages found, best first; the best three are read.

    >>> evidence_tokens([100, 100, 100, 400]), evidence_tokens([10]), evidence_tokens([900])
    (165, 120, 280)
    """
    share = int(sum(islice(passage_tokens, WHOLE_PASSAGES)) * EVIDENCE_SHARE)
    return min(MAX_EVIDENCE_TOKENS, max(MIN_EVIDENCE_TOKENS, share))


def choose_evidence(
    query: Query, found: Sequence[Retrieved], stem_weights: Mapping[str, float], count_tokens: Callable[[str], int]
) -> list[Excerpt]:
    """Return the sentences for a question that asks for one fact, as ``choose_sentences`` does, on its topic only."""
    budget = evidence_tokens(count_tokens(item.passage.text) for item in found)
    return choose_sentences(query, found, stem_weights, count_tokens, budget, NEARLY_AS_WELL, stem_weights)


def choose_sentences(
    query: Query,
    found: Sequence[Retrieved],
    stem_weights: Mapping[str, float],
    count_tokens: Callable[[str], int],
    budget_tokens: int,
    within: float = math.inf,
    topic: Collection[str] = (),
) -> list[Excerpt]:
    """Return pieces in the order of the sources (their places in ``found``, best first) and of their text.

    ``stem_weights`` are the inverse document frequencies of the question's topic. The best sentence is taken whatever
    its length; others while they fit and score at most ``within`` less than it. A sentence that points back brings the
    one before it, where that fits too.

    A sentence that holds none of the stems of ``topic`` is left out where others hold one, unless it leans on one that
    does, by what points back or as the reply to a question: an order to the model, hidden in an article, does not.
    """
    spans = [sentence_spans(item.passage.text) for item in found]
    candidates = [
        candidate
        for source, item in enumerate(found)
        for candidate in _candidates(query, source, item, spans[source], stem_weights, topic, count_tokens)
    ]
    candidates.sort(key=lambda candidate: (-round(candidate.score, 6), candidate.source, candidate.position))
    by_place = {(candidate.source, candidate.position): candidate for candidate in candidates}
    any_tied = any(candidate.tied for candidate in candidates)
    chosen: set[tuple[int, int]] = set()
    left = budget_tokens
    for candidate in candidates:
        if candidate.score < candidates[0].score - within:
            break
        key = candidate.source, candidate.position
        if key in chosen or (chosen and candidate.tokens > left) or (any_tied and not candidate.tied):
            continue
        chosen.add(key)
        left -= candidate.tokens
        points_back = POINTS_BACK.match(candidate.text)
        before = by_place.get((candidate.source, candidate.position - 1))
        if not points_back or not before or before.tokens > left or (before.source, before.position) in chosen:
            continue
        if any_tied and not before.tied and not _names(before.text, points_back["noun"]):
            continue
        chosen.add((before.source, before.position))
        left -= before.tokens
    return _pieces(chosen, found, spans)


def _candidates(
    query: Query,
    source: int,
    item: Retrieved,
    spans: Sequence[tuple[int, int]],
    stem_weights: Mapping[str, float],
    topic: Collection[str],
    count_tokens: Callable[[str], int],
) -> list[_Candidate]:
    total = sum(stem_weights.values()) or 1.0
    made: list[_Candidate] = []
    tied = asks = False
    for position, (start, end) in enumerate(spans):
        text = item.passage.text[start:end]
        asked = query.read_as_asked(text)
        held = set(index_stems(asked))
        covered = sum(weight for one, weight in stem_weights.items() if one in held) / total
        score = item.score + COVERED * covered + READ * _read_in(item, start, end)
        leans = asks or LEANS_BACK.match(text)
        tied = not held.isdisjoint(topic) or (tied and bool(leans))
        asks = text.rstrip(_CLOSING).endswith("?")
        made.append(_Candidate(source, position, text, count_tokens(text) + _PIECE_TOKENS, score, tied))
    return made


def _read_in(item: Retrieved, start: int, end: int) -> float:
    """Return the probability, by the reader, that these characters of the passage hold the answer, against none."""
    first, last = item.passage.start + start, item.passage.start + end
    margins = (
        span.logit - reading.none
        for reading in item.readings
        for span in reading.spans
        if first <= span.start and span.end <= last
    )
    return logistic(max(margins, default=-30.0))


def _names(text: str, noun: str | None) -> bool:
    """Tell whether a text names what the next one points back to with this noun; a pronoun may mean anything."""
    return noun is None or stem(noun.lower()) in index_stems(text)


def _pieces(
    chosen: set[tuple[int, int]], found: Sequence[Retrieved], spans: Sequence[Sequence[tuple[int, int]]]
) -> list[Excerpt]:
    """Join chosen sentences that follow one another."""
    runs: list[list[int]] = []  # source, first and last position
    for source, position in sorted(chosen):
        if runs and runs[-1][0] == source and runs[-1][2] == position - 1:
            runs[-1][2] = position
        else:
            runs.append([source, position, position])
    pieces = []
    for source, first, last in runs:
        start, end = spans[source][first][0], spans[source][last][1]
        pieces.append(Excerpt(source, start, end, " ".join(found[source].passage.text[start:end].split())))
    return pieces
