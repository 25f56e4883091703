"""Question → cited answer: evidence first, then the model's words, then what of them holds."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from index.filters import Filters
from index.words import ENGLISH_WORDS, tokens, topic_stems
from rag.grounding import Evidence, Grounded, Sentence, coverage, ground, is_not_found
from rag.llm import ChatModel, Handle
from rag.prompt import MAX_ANSWER_TOKENS, NOT_FOUND, build_prompt
from rag.retrieve import Retrieved, Retriever

SOURCES = 4  # passages on the page: those the model reads, and the next nearest as leads
# Share of a question's weighted stems that a passage (with its title) must hold to be taken as speaking of it. On FacQA
# train 99.6% of the right passages reach .4, and 39% of the best wrong ones do not (`scripts/bench/coverage.py`).
MIN_COVERAGE = 0.4


@dataclass(frozen=True)
class Copy:
    """Another article of a source's story: wire copy, a mirrored page."""

    article_id: str
    title: str | None
    publisher: str | None
    date: str | None
    path: str


@dataclass(frozen=True)
class Source:
    """A numbered passage as it is shown; ``start`` and ``end`` count characters of the article's cleaned text.

    ``also_in`` lists where else the story appeared, earliest first.
    """

    n: int
    article_id: str
    title: str | None
    publisher: str | None
    date: str | None
    path: str
    start: int
    end: int
    text: str
    score: float
    also_in: tuple[Copy, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What ``tanya ask`` says. ``raw`` is the model's own text; all else about the answer is derived from it."""

    question: str
    answer: str
    found: bool
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...]
    articles_searched: int
    passages_searched: int
    timings_ms: dict[str, float | None]
    model: str
    raw: str
    notes: tuple[str, ...]
    cancelled: bool = False

    def as_json(self, id: str | None = None) -> dict[str, Any]:
        """Return the answer in the form of the command line's contract."""
        return {
            "id": id,
            "question": self.question,
            "answer": self.answer,
            "found": self.found,
            "sentences": [asdict(sentence) for sentence in self.sentences],
            "sources": [asdict(source) for source in self.sources],
            "searched": {"articles": self.articles_searched, "passages": self.passages_searched},
            "timings_ms": self.timings_ms,
            "model": self.model,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class EvidenceFound:
    """First event of a stream: the sources, before the model has said a word."""

    sources: tuple[Source, ...]
    articles_searched: int
    passages_searched: int


@dataclass(frozen=True)
class Piece:
    """A piece of the model's raw text."""

    text: str


@dataclass(frozen=True)
class Finished:
    """Last event of a stream."""

    answer: Answer


class Assistant:
    """Answers questions from one archive with one language model."""

    def __init__(self, retriever: Retriever, model: ChatModel) -> None:
        self._retriever = retriever
        self._model = model

    def ask(self, question: str, filters: Filters | None = None) -> Answer:
        """Return the whole answer to one question.

        >>> assistant.ask("Apa itu BerAKHLAK?").found  # doctest: +SKIP
        True
        """
        for event in self.stream(question, filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def stream(
        self, question: str, filters: Filters | None = None, handle: Handle | None = None
    ) -> Generator[EvidenceFound | Piece | Finished]:
        """Yield the evidence, the model's words as they come, and the checked answer.

        Where no passage speaks of the question the model is not asked. A cancelled stream ends with what was said.
        """
        began = time.monotonic()
        handle = handle or Handle()
        retrieved = self._retriever.search(question, SOURCES, filters)
        prompt = build_prompt(question, retrieved, self._model)
        sources = tuple(numbered_source(number, item) for number, item in enumerate(prompt.sources, start=1))
        articles, passages = self._retriever.searched(filters)
        retrieved_at = time.monotonic()
        yield EvidenceFound(sources, articles, passages)

        relevant = self._relevant(question, prompt.sources)
        pieces: list[str] = []
        first_at: float | None = None
        if relevant:
            for piece in self._model.stream(prompt.messages, MAX_ANSWER_TOKENS, handle):
                first_at = first_at or time.monotonic()
                pieces.append(piece)
                yield Piece(piece)
        raw = "".join(pieces).strip()
        checked = self._check(raw, relevant, question)
        timings = {"retrieve": retrieved_at - began, "first_token": first_at and first_at - began}
        timings["total"] = time.monotonic() - began
        yield Finished(
            Answer(
                question=question,
                answer=_text(checked) if checked.found else NOT_FOUND,
                found=checked.found,
                sentences=checked.sentences if checked.found else (),
                sources=sources,
                articles_searched=articles,
                passages_searched=passages,
                timings_ms={name: None if s is None else round(s * 1000, 1) for name, s in timings.items()},
                model=self._model.name,
                raw=raw,
                notes=checked.notes,
                cancelled=handle.cancelled,
            )
        )

    def _relevant(self, question: str, sources: Sequence[Retrieved]) -> dict[int, Retrieved]:
        """Return number → source of those that speak of the question; in another language words tell nothing."""
        numbered = dict(enumerate(sources, start=1))
        if ENGLISH_WORDS & set(tokens(question)):
            return numbered
        stems = topic_stems(question)
        weights = self._retriever.stem_weights(stems)
        return {
            number: item
            for number, item in numbered.items()
            if coverage(stems, f"{item.article.title or ''}\n{item.passage.text}", weights) >= MIN_COVERAGE
        }

    def _check(self, raw: str, relevant: dict[int, Retrieved], question: str) -> Grounded:
        if not raw or is_not_found(raw):
            return Grounded((), ())
        evidence = [
            Evidence(number, item.passage.text, self._retriever.context(item)) for number, item in relevant.items()
        ]
        checked = ground(raw, evidence, question)
        sentences = tuple(
            replace(sentence, citations=_one_witness(sentence.citations, relevant)) for sentence in checked.sentences
        )
        return replace(checked, sentences=sentences)


def numbered_source(number: int, item: Retrieved) -> Source:
    """Return a found passage under its number, as answers and search results show it."""
    article, passage = item.article, item.passage
    return Source(
        n=number,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        date=article.date,
        path=article.path,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        score=round(item.score, 4),
        also_in=tuple(Copy(other.id, other.title, other.publisher, other.date, other.path) for other in item.also_in),
    )


def appeared_in(copies: Sequence[Copy]) -> str:
    """Return where else a story appeared, as the end of a line; "" where it did not.

    >>> appeared_in([Copy("a", None, "Warta", "2021-11-29", "a.txt"), Copy("b", None, None, None, "b.txt")])
    ' · juga dimuat di Warta, 2021-11-29; b'
    """
    places = [", ".join(part for part in (copy.publisher or copy.article_id, copy.date) if part) for copy in copies]
    return f" · juga dimuat di {'; '.join(places)}" if places else ""


def _one_witness(citations: Sequence[int], sources: dict[int, Retrieved]) -> tuple[int, ...]:
    """Return the citations without those of a copy of a story that is cited already: it is the same witness."""
    kept: list[int] = []
    for number in citations:
        item = sources[number]
        cited = (sources[other] for other in kept)
        if all(other.story != item.story or other.article.id == item.article.id for other in cited):
            kept.append(number)
    return tuple(kept)


def _text(checked: Grounded) -> str:
    parts = []
    for sentence in checked.sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations) or "[tidak didukung arsip]"
        parts.append(f"{sentence.text} {marks}")
    return " ".join(parts)
