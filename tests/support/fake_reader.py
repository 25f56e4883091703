"""A reader without weights: it judges by the words that question and passage share."""

import re
from collections.abc import Mapping, Sequence

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


class KnowingReader(FakeReader):
    """Knows an answer for each of some words of a question and marks it wherever it stands; else as ``FakeReader``.

    >>> KnowingReader({"mana": "di Solo"}).read("Di mana?", [ReadPassage("Pasar di Solo.")])
    [Reading(relevant=5.0, answers=5.0, none=0.0, spans=(Span(start=6, end=13, logit=9.0),), items=(), affirms=0.0)]
    """

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._answers = answers

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        known = next((said for word, said in self._answers.items() if word in question), None)
        others = super().read(question, passages)
        return [_marked(known, one.text) or other for one, other in zip(passages, others, strict=True)]


class TrustingReader:
    """Finds an answer in every passage and names no words: what the language model says decides."""

    identity = "trusting-reader"

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        return [Reading(0.0, 15.0, 0.0, (), ()) for _ in passages]


def _marked(words: str | None, text: str) -> Reading | None:
    if not words or words not in text:
        return None
    start = text.index(words)
    return Reading(5.0, 5.0, 0.0, (Span(start, start + len(words), 9.0),), ())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
