"""How sure is an answer that is put together from what the reader marks, without the language model: lists, reasons,
the sides of a comparison. A number from 0 to 1.

The weights are those of a logistic regression over what the reader says of the passage and how much of the question
its source speaks of; `scripts/train/read_confidence.py` fits them on calibration questions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

from index.text.numbers import numbers
from rag.answering.answer_span import expand_span
from rag.answering.confidence import telling_similarity, topic_shares
from rag.answering.missing_terms import unsaid
from rag.query.query import Query
from rag.reading.reading import logistic
from rag.retrieval.results import Retrieved

FITTED = Path(__file__).with_name("read_confidence.json")
_NO_RIVAL = -6.0  # the lowest that the reader says of a passage; by hand


@dataclass(frozen=True)
class SourceFeatures:
    """What speaks for a passage as the source of an answer; logits, and shares from 0 to 1."""

    answers: float  # the passage answers
    margin: float  # its likeliest words against "none of these"
    relevant: float  # it is the passage asked about
    rival: float  # how far the likeliest passage of another story answers
    score: float  # the passage's, in the order
    similarity: float  # cosine of question and passage, within the range that tells
    covered: float  # weighted share of the question's topic that the passage with its title speaks of
    elsewhere: float  # of what it does not, the share that stands in the rest of the article
    numbers: float  # 1 where all the question's numbers stand in the article
    named_beside: float  # share of the question's names that stand in the passage with its title
    named: float  # and of those that stand anywhere in the article
    unsaid: float  # 1 where the source would have to say a word of the question and does not


NAMES = tuple(field.name for field in fields(SourceFeatures))


@dataclass(frozen=True)
class SourceWeights:
    """Of ``SourceFeatures``, in their order, the constant, and two points on the scale of one form of answer.

    ``threshold``: below it the answer is a no. ``unsure``: below it a note says so.
    """

    constant: float
    of_features: tuple[float, ...]
    threshold: float
    unsure: float

    def probability(self, found: SourceFeatures) -> float:
        """Return the probability that an answer from this source holds."""
        values = zip(self.of_features, astuple(found), strict=True)
        return logistic(self.constant + sum(weight * value for weight, value in values))


@cache
def source_weights(form: str, path: Path = FITTED) -> SourceWeights:
    """Return what was fitted for a form of answer: "fact", "list" or "reason"."""
    stored = json.loads(path.read_text("utf-8"))[form]
    weights = tuple(stored["weights"][name] for name in NAMES)
    return SourceWeights(stored["constant"], weights, stored["threshold"], stored["unsure"])


def source_features(
    query: Query,
    topic: Mapping[str, float],
    found: Sequence[Retrieved],
    at: int,
    article_of: Callable[[Retrieved], str],
) -> SourceFeatures | None:
    """Return the features of passage ``at`` of those found, None where it was not read.

    ``topic`` are the inverse document frequencies of the question's topic; ``article_of`` gives a passage's whole
    article with its title and date.
    """
    item = found[at]
    if not item.readings:
        return None
    reading = max(item.readings, key=lambda one: one.answers)
    rivals = [one.answers for other in found if other.story != item.story for one in other.readings]
    article = article_of(item)
    covered, elsewhere = topic_shares(query, topic, item.titled_text, article)
    year = int(item.article.date[:4]) if item.article.date else None
    return SourceFeatures(
        answers=reading.answers,
        margin=max(-15.0, reading.margin),
        relevant=reading.relevant,
        rival=max(rivals, default=_NO_RIVAL),
        score=item.score,
        similarity=telling_similarity(item.similarity),
        covered=covered,
        elsewhere=elsewhere,
        numbers=float(query.numbers <= numbers(f"{item.titled_text}\n{article}")),
        named_beside=query.named_in(item.titled_text),
        named=query.named_in(article),
        unsaid=float(unsaid(query, item.titled_text, article, year) is not None),
    )


def likeliest_source(
    query: Query,
    topic: Mapping[str, float],
    found: Sequence[Retrieved],
    article_of: Callable[[Retrieved], str],
    weights: SourceWeights,
) -> tuple[int, float] | None:
    """Return the place of the likeliest source and its probability, None where nothing was read."""
    sure = [
        (weights.probability(features), at)
        for at in range(len(found))
        if (features := source_features(query, topic, found, at, article_of))
    ]
    if not sure:
        return None
    best, at = max(sure, key=lambda one: (round(one[0], 6), -one[1]))
    return at, best


def marked_words(query: Query, item: Retrieved) -> str:
    """Return the words of a passage that the reader finds likeliest, whole; "" where it marks none."""
    text, base = item.passage.text, item.passage.start
    spans = max(item.readings, key=lambda one: one.answers).spans
    if not spans:
        return ""
    start, end = expand_span(text, spans[0].start - base, spans[0].end - base, query)
    return " ".join(text[start:end].split())
