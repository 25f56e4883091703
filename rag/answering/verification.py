"""Words that the model copied → where they stand, what speaks against them, how sure they are. No model call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.answering.abstention import misfit
from rag.answering.answer_span import expand_span, locate
from rag.answering.confidence import ConfidenceFeatures, confidence_features
from rag.answering.missing_terms import unsaid
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import Excerpt
from rag.query.answer_type import asked_abbreviation, long_form
from rag.retrieval.results import Retrieved


@dataclass(frozen=True)
class VerifiedSpan:
    """An answer as it stands in passage ``source`` (its place among those found).

    ``against`` is what the user is told where it cannot be the answer; ``features`` are those of confidence.
    """

    text: str
    source: int
    against: str | None
    features: ConfidenceFeatures


def judge_copy(
    question: str,
    raw: str,
    pieces: Sequence[Excerpt],
    found: Sequence[Retrieved],
    topic: Mapping[str, float],
    article_of: Callable[[Retrieved], str],
    trace: Trace,
) -> VerifiedSpan | None:
    """Return what is to be said of the model's words, None where they stand in no piece.

    ``pieces`` are what the model read of the passages ``found``, ``topic`` the inverse document frequencies of the
    question's topic; ``article_of`` gives a passage's whole article with its title and date.
    """
    abbreviation = asked_abbreviation(question)
    if abbreviation and (meant := long_form(abbreviation).search(raw)):
        raw = meant.group()
    places = locate(raw, pieces, topic)
    if not places:
        return None
    first, source = places[0], pieces[places[0].piece].source
    text, item = pieces[first.piece].text, found[source]
    start, end = expand_span(text, first.start, first.end, question)
    beside = " ".join(piece.text for piece in pieces if piece.source == source)
    article = article_of(item)
    word = unsaid(question, item.titled_text, article, _year(item.article.date))
    against = f"Sumber terdekat tidak menyebut “{word}”." if word else misfit(question, text, start, end, topic)
    return VerifiedSpan(
        text[start:end],
        source,
        against,
        confidence_features(question, text[start:end], beside, article, item.similarity, topic, trace),
    )


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date else None
