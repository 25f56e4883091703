"""What a reader says of one passage, and what answering needs of a reader. Plain data; loads no library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol


def logistic(logit: float) -> float:
    """Return the probability of a natural logit.

    >>> logistic(0.0), round(logistic(2.0), 3), logistic(-1e9) > 0
    (0.5, 0.881, True)
    """
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True)
class Span:
    """Words that may answer; ``start`` and ``end`` count characters of the passage, ``logit`` is higher for
    likelier."""

    start: int
    end: int
    logit: float


@dataclass(frozen=True)
class Reading:
    """One passage read for one question; the logits are natural, zero is even odds.

    ``relevant``: it is the passage that is asked about. ``answers``: it holds the answer. ``none``: the span logit of
    "no words of this passage answer", to be held against those of ``spans``, which come likeliest first and do not
    overlap. ``items`` are the words of a list of answers, in the order of the text. ``affirms``: the passage says yes
    (above 0) or no (below) to a question that wants one of them; 0 is unknown.

    >>> Reading(2.0, 0.0, 1.0, (Span(0, 4, 3.0),), ()).margin
    2.0
    """

    relevant: float
    answers: float
    none: float
    spans: tuple[Span, ...]
    items: tuple[Span, ...]
    affirms: float = 0.0

    def shifted(self, by: int) -> Reading:
        """Return the same with its spans counted from ``by`` characters earlier."""
        spans, items = (
            tuple(Span(span.start + by, span.end + by, span.logit) for span in spans)
            for spans in (self.spans, self.items)
        )
        return replace(self, spans=spans, items=items)

    @property
    def margin(self) -> float:
        """How far the likeliest words stand above "none"; without any, far below."""
        return self.spans[0].logit - self.none if self.spans else -20.0

    @property
    def answering(self) -> float:
        """The probability that the passage answers, by its own judgement of the whole."""
        return logistic(self.answers)


@dataclass(frozen=True)
class ReadPassage:
    """What is read: a passage as it stands, and what its article says of itself (``header``)."""

    text: str
    header: str = ""


class Reader(Protocol):
    """Reads passages for a question; a fake in tests is ten lines."""

    @property
    def identity(self) -> str:
        """Return the reader's name and the digest of its weights."""

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        """Return one reading a passage, in their order."""


def header(title: str | None, publisher: str | None, date: str | None) -> str:
    """Return what is read before a passage.

    >>> header("Harga beras naik", "Antara", "2018-01-05")
    'Harga beras naik (Antara, 2018-01-05)'
    """
    source = ", ".join(part for part in (publisher, date) if part)
    return " ".join(part for part in (title or "", f"({source})" if source else "") if part)
