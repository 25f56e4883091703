"""A reader without weights: it judges by the words that question and passage share."""

import re
from collections.abc import Sequence

from rag.reading.reading import Reading, ReadPassage, Span


class FakeReader:
    """What can be worked out by hand: ``relevant`` and ``answers`` are the shared words, less two; numbers answer.

    >>> FakeReader().read("Berapa kios?", [ReadPassage("Ada 12 kios.")])
    [Reading(relevant=-1.0, answers=-1.0, none=0.0, spans=(Span(start=4, end=6, logit=1.0),), items=(), affirms=0.0)]

    Each number of the passage is a span whose logit is the shared words, one less for every number before it; ``none``
    is 0. Words of the header count as the passage's. ``asked`` keeps what was read, a list a call.
    """

    identity = "fake-reader"

    def __init__(self) -> None:
        self.asked: list[list[ReadPassage]] = []

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        self.asked.append(list(passages))
        return [self._reading(set(_words(question)), passage) for passage in passages]

    def _reading(self, asked: set[str], passage: ReadPassage) -> Reading:
        shared = float(len(asked & set(_words(f"{passage.header} {passage.text}"))))
        numbers = enumerate(re.finditer(r"\d+", passage.text))
        spans = tuple(Span(*match.span(), shared - before) for before, match in numbers)
        return Reading(shared - 2, shared - 2, 0.0, spans, ())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
