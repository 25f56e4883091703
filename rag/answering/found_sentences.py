"""What was found → its sentences, each with how much of a question it speaks of and how the reader judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.text.sentences import sentence_spans
from rag.reading.reading import Reading, logistic
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved

# Of the share of a question that a sentence speaks of, what its passage with the title speaks of counts this much:
# a sentence seldom repeats the name that the paragraph is about. By hand.
PASSAGE_SHARE = 0.4
_CERTAIN = 30.0  # logit


@dataclass(frozen=True)
class FoundSentence:
    """A sentence; ``start`` and ``end`` count characters of its passage, ``source`` is its place among those found.

    ``spoken`` is the share of the question, by weighted stems, that it and its passage speak of, ``own`` that of the
    sentence alone; ``answers`` the reader's logit that the passage answers (all but certain where nothing was read);
    ``named`` tells that the likeliest words of the passage stand in it.
    """

    text: str
    source: int
    start: int
    end: int
    spoken: float
    own: float
    answers: float
    named: bool

    @property
    def answering(self) -> float:
        """The probability that the passage answers."""
        return logistic(self.answers)

    @property
    def score(self) -> float:
        """By which the sentences of all passages are compared; higher is better."""
        return self.spoken * (0.3 + 0.7 * self.answering) + 0.15 * self.answering * self.named


def found_sentences(found: Sequence[Retrieved], weights: Mapping[str, float]) -> list[FoundSentence]:
    """Return the sentences of the passages found, best first; ``weights`` are those of the question's stems."""
    made = []
    for source, item in enumerate(found):
        text, base = item.passage.text, item.passage.start
        whole = coverage(weights, item.titled_text, weights)
        for start, end in sentence_spans(text):
            own = coverage(weights, text[start:end], weights)
            reading = reading_of(item, base + start, base + end)
            named = bool(reading and reading.spans and _inside(reading, base + start, base + end))
            made.append(
                FoundSentence(
                    " ".join(text[start:end].split()),
                    source,
                    start,
                    end,
                    (1 - PASSAGE_SHARE) * own + PASSAGE_SHARE * whole,
                    own,
                    reading.answers if reading else _CERTAIN,
                    named,
                )
            )
    return sorted(made, key=lambda one: (-round(one.score, 6), one.source, one.start))


def reading_of(item: Retrieved, start: int, end: int) -> Reading | None:
    """Return the reading whose words stand in a part of the article, else the best one, None where nothing was read."""
    if not item.readings:
        return None
    within = [one for one in item.readings if any(span.start < end and start < span.end for span in one.spans)]
    return max(within or item.readings, key=lambda one: one.answers)


def _inside(reading: Reading, start: int, end: int) -> bool:
    best = reading.spans[0]
    return best.start < end and start < best.end
