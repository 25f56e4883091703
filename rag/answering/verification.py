"""What may answer, copied by the language model or read by the reader → where it stands and what tells how sure it is.

No model call: the model's words, its trace and the readings are there already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.text.analysis import tokens
from rag.answering.abstention import misfit
from rag.answering.answer_span import expand_span, locate
from rag.answering.confidence import ConfidenceFeatures, ReadFeatures, confidence_features
from rag.answering.missing_terms import unsaid
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import Excerpt
from rag.query.answer_type import long_form
from rag.query.query import Query
from rag.reading.reading import Span
from rag.retrieval.results import Retrieved

_NO_MARGIN = -15.0  # of words that the reader does not name or has not read; by hand, below any that it does
_NAMED = 3  # spans of a passage that may be an answer of their own


@dataclass(frozen=True)
class VerifiedSpan:
    """An answer as it stands in passage ``source`` (its place among those found).

    ``against`` is a plain reason why it may not be the answer, told to the user; ``features`` are those of confidence,
    ``read`` those of the reader.
    """

    text: str
    source: int
    against: str | None
    features: ConfidenceFeatures
    read: ReadFeatures


@dataclass(frozen=True)
class Judging:
    """What all answers to one question are judged by.

    ``topic`` are the inverse document frequencies of the question's topic, ``pieces`` what the model read of the
    passages ``found``; ``article_of`` gives a passage's whole article with its title and date.
    """

    query: Query
    topic: Mapping[str, float]
    found: Sequence[Retrieved]
    pieces: Sequence[Excerpt]
    article_of: Callable[[Retrieved], str]
    trace: Trace

    def copied(self, raw: str) -> VerifiedSpan | None:
        """Return what is to be said of the model's words, None where they stand in no piece."""
        abbreviation = self.query.abbreviation
        if abbreviation and (meant := long_form(abbreviation).search(raw)):
            raw = meant.group()
        places = locate(raw, self.pieces, self.topic)
        if not places:
            return None
        piece = self.pieces[places[0].piece]
        beside = " ".join(one.text for one in self.pieces if one.source == piece.source)
        start, end = expand_span(piece.text, places[0].start, places[0].end, self.query)
        return self._verified(piece.text, start, end, piece.source, beside)

    def read(self) -> list[VerifiedSpan]:
        """Return what the reader names: the likeliest words of each passage, the likeliest first."""
        named = [
            (reading.margin - (reading.spans[0].logit - span.logit), source, span)
            for source, item in enumerate(self.found)
            for reading in item.readings
            for span in reading.spans[:_NAMED]
        ]
        named.sort(key=lambda one: (-round(one[0], 6), one[1], one[2].start))
        made = []
        for _, source, span in named[:_NAMED]:
            item = self.found[source]
            text, base = item.passage.text, item.passage.start
            start, end = expand_span(text, span.start - base, span.end - base, self.query)
            if start < end:
                made.append(self._verified(text, start, end, source, text))
        return made

    def _verified(self, text: str, start: int, end: int, source: int, beside: str) -> VerifiedSpan:
        item, answer = self.found[source], " ".join(text[start:end].split())
        article = self.article_of(item)
        word = unsaid(self.query, item.titled_text, article, _year(item.article.date))
        against = f"Sumber terdekat tidak menyebut “{word}”." if word else None
        against = against or misfit(self.query, text, start, end, self.topic)
        features = confidence_features(self.query, answer, beside, article, item.similarity, self.topic, self.trace)
        return VerifiedSpan(answer, source, against, features, self._read_features(answer, source, against))

    def _read_features(self, answer: str, source: int, against: str | None) -> ReadFeatures:
        item = self.found[source]
        margins = [
            span.logit - reading.none
            for reading in item.readings
            for span in reading.spans
            if _alike(_words(item, span), answer) >= 0.5
        ]
        best = max((reading.margin for one in self.found for reading in one.readings), default=_NO_MARGIN)
        margin = max(margins, default=_NO_MARGIN)
        reading = max(item.readings, key=lambda one: one.answers, default=None)
        rivals = [
            other.margin
            for one in self.found
            for other in one.readings
            if other.spans and _alike(_words(one, other.spans[0]), answer) == 0
        ]
        return ReadFeatures(
            margin=_within(margin),
            behind=_within(best - margin),
            answers=_within(reading.answers if reading else _NO_MARGIN),
            relevant=_within(reading.relevant if reading else _NO_MARGIN),
            rival=_within(max(rivals, default=_NO_MARGIN)),
            score=item.score,
            against=float(against is not None),
        )


def agreement(one: VerifiedSpan, other: VerifiedSpan | None) -> float:
    """Return how far two answers are the same words, 0 to 1."""
    return _alike(one.text, other.text) if other else 0.0


def _words(item: Retrieved, span: Span) -> str:
    base = item.passage.start
    return item.passage.text[max(0, span.start - base) : span.end - base]


def _alike(one: str, other: str) -> float:
    """Return the F1 of the words of two texts.

    >>> _alike("Gubernur Jawa Timur Khofifah", "khofifah")
    0.4
    """
    mine, theirs = set(tokens(one)), set(tokens(other))
    shared = len(mine & theirs)
    return 2 * shared / (len(mine) + len(theirs)) if shared else 0.0


def _within(value: float) -> float:
    return max(-15.0, min(15.0, value))


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date else None
