"""Why, or how → the whole sentences that tell it, in the article's order. Pure; no call of the language model.

A reason is a clause, and what it is the reason of stands beside it; a quotation tells who says so. So whole sentences
are told. Which ones is learnt (`scripts/train/reasons.py`): from what the reader marks, what stands beside that, and
how much of the question a sentence speaks of. Words like "karena" teach nothing beyond that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

from index.text.analysis import tokens
from index.text.sentences import sentence_spans
from rag.generation.evidence_selection import POINTS_BACK
from rag.reading.reading import Reading, logistic
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved

MAX_SENTENCES = 3
FITTED = Path(__file__).with_name("reason_sentences.json")
_OPENED, _CLOSED = "“", "”"
_LEAST_LOGIT = -6.0  # below the likeliest words; what is not marked counts as much; by hand
_LONG_WORDS = 40
_LOGITS = 5.0  # a margin of so many counts as one


@dataclass(frozen=True)
class SentenceFeatures:
    """What speaks for a sentence as one that tells the reason; shares and truths from 0 to 1 unless said."""

    best: float  # the reader's likeliest words of the source stand in it
    marked: float  # some of its words do
    logit: float  # its likeliest words against those, at most 0
    following: float  # it stands next behind the best
    second: float  # or behind that
    leading: float  # or next before it
    source: float  # it stands in the passage that is the likeliest source, not beside it in the article
    own: float  # weighted share of the question that it speaks of
    own_other: float  # the same, where it is not the best
    long: float  # its words
    margin: float  # of the best alone: how far the reader holds its words above "none", in fives of a logit


NAMES = tuple(field.name for field in fields(SentenceFeatures))


@dataclass(frozen=True)
class SentenceWeights:
    """Of ``SentenceFeatures``, in their order, and the constant; at ``least`` a second or third sentence is told."""

    constant: float
    of_features: tuple[float, ...]
    least: float

    @classmethod
    @cache
    def load(cls, path: Path = FITTED) -> SentenceWeights:
        """Return what `scripts/train/reasons.py` fitted."""
        stored = json.loads(path.read_text("utf-8"))
        return cls(stored["constant"], tuple(stored["weights"][name] for name in NAMES), stored["least"])

    def probability(self, features: SentenceFeatures) -> float:
        """Return the probability that the sentence tells the reason, or a part of it."""
        values = zip(self.of_features, astuple(features), strict=True)
        return logistic(self.constant + sum(weight * value for weight, value in values))


@dataclass(frozen=True)
class Candidate:
    """A sentence that may tell the reason; ``start`` and ``end`` count the article, ``place`` is its passage's among
    those found."""

    place: int
    start: int
    end: int
    text: str
    features: SentenceFeatures


def candidates(topic: Mapping[str, float], found: Sequence[Retrieved], source: int) -> list[Candidate]:
    """Return the sentences of what was found of the source's article, in its order.

    ``topic`` are the inverse document frequencies of the question's topic, ``source`` the place of the likeliest
    passage. None where the reader marks no words of it.
    """
    article = found[source].article.id
    readings = found[source].readings
    best = max((span for one in readings for span in one.spans), key=lambda span: span.logit, default=None)
    if best is None:
        return []
    margin = max(readings, key=lambda one: one.answers).margin
    stand: dict[int, tuple[int, int]] = {}  # start of a sentence → its end, and its passage
    for place, item in sorted(enumerate(found), key=lambda pair: pair[0] != source):
        if item.article.id == article:
            base = item.passage.start
            for start, end in sentence_spans(item.passage.text):
                stand.setdefault(base + start, (base + end, place))
    spans = sorted((start, end, place) for start, (end, place) in stand.items())
    first = next((n for n, (start, end, _) in enumerate(spans) if start <= best.start < end), 0)
    made = []
    for n, (start, end, place) in enumerate(spans):
        item = found[place]
        text = item.passage.text[start - item.passage.start : end - item.passage.start]
        logit = _likeliest(item.readings, start, end)
        own = coverage(topic, text, topic)
        features = SentenceFeatures(
            best=float(n == first),
            marked=float(logit is not None),
            logit=_LEAST_LOGIT if logit is None else max(_LEAST_LOGIT, logit - best.logit),
            following=float(n == first + 1),
            second=float(n == first + 2),
            leading=float(n == first - 1),
            source=float(place == source),
            own=own,
            own_other=own * (n != first),
            long=min(len(tokens(text)), _LONG_WORDS) / _LONG_WORDS,
            margin=margin / _LOGITS * (n == first),
        )
        made.append(Candidate(place, start, end, text, features))
    return made


def reason_sentences(
    topic: Mapping[str, float],
    found: Sequence[Retrieved],
    source: int,
    weights: SentenceWeights | None = None,
) -> list[Candidate]:
    """Return the sentences that tell the reason or way, in the article's order, at most three.

    The likeliest, and a second and third that are likely enough; with a sentence that points back, or closes a
    quotation, the one before it.
    """
    weights = weights or SentenceWeights.load()
    made = candidates(topic, found, source)
    sure = [weights.probability(one.features) for one in made]
    order = sorted(range(len(made)), key=lambda n: (-round(sure[n], 6), n))
    chosen = {n for place, n in enumerate(order[:MAX_SENTENCES]) if not place or sure[n] >= weights.least}
    for n in sorted(chosen, reverse=True):
        if n and _leans(made[n].text) and len(chosen | {n - 1}) <= MAX_SENTENCES:
            chosen.add(n - 1)
    return [made[n] for n in sorted(chosen)]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return ``(start, end)`` of the whole sentences that hold ``text[start:end]``, with the one they lean on.

    >>> text = "Jalan retak. Ia menutup pasar. Warga pindah."
    >>> text[slice(*sentence_around(text, text.index("menutup"), text.index("pasar")))]
    'Jalan retak. Ia menutup pasar.'
    """
    spans = sentence_spans(text)
    inside = [n for n, (first, last) in enumerate(spans) if first < end and start < last]
    if not inside:
        return start, end
    low = inside[0] - (1 if inside[0] and _leans(text[slice(*spans[inside[0]])]) else 0)
    return spans[low][0], spans[inside[-1]][1]


def _likeliest(readings: Sequence[Reading], start: int, end: int) -> float | None:
    logits = [span.logit for one in readings for span in one.spans if span.start < end and start < span.end]
    return max(logits, default=None)


def _leans(sentence: str) -> bool:
    """Tell whether a sentence cannot be read without the one before it: it points back or closes its quotation."""
    return POINTS_BACK.match(sentence) is not None or sentence.count(_CLOSED) > sentence.count(_OPENED)
