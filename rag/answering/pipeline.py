"""Question → cited answer: evidence first, then the model's words, then what of them holds.

A question for a fact is answered in words copied from one source; a list, a comparison or a summary is written by the
model and checked sentence by sentence.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.errors import ModelStopped
from index.storage.filters import Filters
from index.text.analysis import ENGLISH_WORDS, tokens, topic_stems
from rag.answering.answer import Answer, EvidenceFound, Finished, Token, numbered_source
from rag.answering.answer_span import locate, other_numbers
from rag.answering.confidence import THRESHOLD, UNSURE, WEIGHTS, probability
from rag.answering.grounding import Evidence, Sentence, ground, is_not_found
from rag.answering.verification import judge_copy
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import (
    WRITTEN_EVIDENCE_TOKENS,
    Excerpt,
    choose_evidence,
    choose_sentences,
    common_topic,
)
from rag.generation.prompts import MAX_COPIED_TOKENS, MAX_WRITTEN_TOKENS, NOT_FOUND, copy_prompt, write_prompt
from rag.generation.protocol import ChatModel
from rag.generation.scheduling import Handle
from rag.query.abbreviations import read_as_asked
from rag.query.answer_type import answer_form
from rag.query.intent import Intent, Wanted, intent
from rag.query.rewriting import Turn
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search_plan import SearchPlan, find, turn_of, understand

SOURCES = 4  # passages on the page: those the model reads from, and the next nearest as leads
# Where no passage holds this share of the question's weighted stems, the model is not asked. On FacQA train every right
# passage holds more (`scripts/bench/coverage.py`).
MIN_COVERAGE = 0.2
_CITED = 2  # sources shown for one copied answer
_UNSURE_NOTE = "Jawaban ini kurang pasti; baca sumbernya sebelum dipakai."
_POINTING = frozenset(["itu", "ini", "tersebut", "tadi", "artikel", "berita"])  # "ringkas artikel itu"


@dataclass(frozen=True)
class _Verdict:
    """What became of the model's words."""

    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()
    confidence: float = 0.0

    @property
    def found(self) -> bool:
        return any(sentence.supported for sentence in self.sentences)


class Assistant:
    """Answers questions from one archive with one language model."""

    def __init__(self, retriever: Retriever, model: ChatModel, today: date | None = None) -> None:
        self._retriever = retriever
        self._model = model
        self._today = today

    def ask(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        turns: Sequence[Turn] = (),
        implied: bool = True,
    ) -> Answer:
        """Return the whole answer to one question.

        >>> assistant.ask("Apa itu BerAKHLAK?").found  # doctest: +SKIP
        True

        Where the model's process dies it is asked once more: nobody saw the half of an answer.
        """
        try:
            return self._whole(question, filters, turns, implied)
        except ModelStopped:
            return self._whole(question, filters, turns, implied)

    def _whole(self, question: str, filters: Filters | None, turns: Sequence[Turn], implied: bool) -> Answer:
        for event in self.stream(question, filters, turns=turns, implied=implied):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def turn(self, answer: Answer) -> Turn:
        """Return what an answered question is to the follow-ups after it."""
        cited = {number for sentence in answer.sentences for number in sentence.citations}
        articles = [source.article_id for source in answer.sources if source.n in cited]
        return turn_of(answer.asked, articles, self._retriever, answer.answer if answer.found else "")

    def stream(
        self,
        question: str,
        filters: Filters | None = None,
        handle: Handle | None = None,
        *,
        turns: Sequence[Turn] = (),
        implied: bool = True,
    ) -> Generator[EvidenceFound | Token | Finished]:
        """Yield the evidence, the model's words as they come, and the checked answer.

        ``turns`` are those of the conversation so far; ``implied=False`` reads no filters from the question. Where no
        passage speaks of the question the model is not asked. A cancelled stream ends with what was said.
        """
        began = time.monotonic()
        handle = handle or Handle()
        given = filters or Filters()
        understood = understand(
            question, self._retriever, today=self._today or date.today(), given=given, turns=turns, implied=implied
        )
        wanted = intent(question)
        if wanted.wanted is Wanted.FACT:
            wanted = intent(understood.question)
        found, understood = self._find(wanted, understood, given)
        sources = tuple(numbered_source(number, item) for number, item in enumerate(found, start=1))
        articles, passages = self._retriever.searched(understood.filters)
        read = understood.as_json()
        retrieved_at = time.monotonic()
        yield EvidenceFound(sources, articles, passages, read["rewritten"], tuple(read["implied"]))

        words: list[str] = []
        first_at: float | None = None
        pieces = self._evidence(wanted, understood, found)
        trace = Trace(refusal_text=NOT_FOUND)
        if pieces:
            for piece in self._words(wanted, understood.search, pieces, handle, trace):
                first_at = first_at or time.monotonic()
                words.append(piece)
                yield Token(piece)
        raw = "".join(words).strip()
        said = self._check(wanted, understood.search, raw, pieces, found, trace)
        timings = {"retrieve": retrieved_at - began, "first_token": first_at and first_at - began}
        timings["total"] = time.monotonic() - began
        yield Finished(
            Answer(
                question=question,
                answer=_text(said.sentences) if said.found else NOT_FOUND,
                found=said.found,
                sentences=said.sentences if said.found else (),
                sources=sources,
                articles_searched=articles,
                passages_searched=passages,
                timings_ms={name: None if s is None else round(s * 1000, 1) for name, s in timings.items()},
                model=self._model.name,
                raw=raw,
                notes=(*understood.notes, *said.notes),
                confidence=said.confidence,
                rewritten=read["rewritten"],
                implied=tuple(read["implied"]),
                cancelled=handle.cancelled,
            )
        )

    def _find(self, wanted: Intent, understood: SearchPlan, given: Filters) -> tuple[list[Retrieved], SearchPlan]:
        """Return the passages: those of both halves of a comparison in turn, of one article alone for a summary."""
        if wanted.wanted is Wanted.COMPARE:
            halves = [self._retriever.search(part, SOURCES, understood.filters) for part in wanted.parts]
            return _in_turn(halves)[:SOURCES], understood
        found, understood = find(understood, self._retriever, SOURCES, given)
        if wanted.wanted is Wanted.SUMMARISE and wanted.article:
            about = understood.rewritten.prefer if wanted.article.lower() in _POINTING else ()
            named = self._retriever.search(wanted.article, 1, understood.filters) or found
            ids = [*about, *(item.article.id for item in named)]
            found = self._retriever.opening(ids[0], SOURCES) if ids else []
        return found, understood

    def _evidence(self, wanted: Intent, understood: SearchPlan, found: Sequence[Retrieved]) -> list[Excerpt]:
        """Return the sentences for the model to read, none where no passage speaks of the question."""
        question, weights = understood.search, self._topic(understood.search)
        english = bool(ENGLISH_WORDS & set(tokens(question)))
        texts = [read_as_asked(question, item.titled_text) for item in found]
        speaks = [coverage(weights, text, weights) for text in texts]
        if not english and wanted.wanted is not Wanted.SUMMARISE and max(speaks, default=0.0) < MIN_COVERAGE:
            return []
        count = self._model.count_tokens
        if wanted.wanted is Wanted.FACT:
            return choose_evidence(question, found, weights, count)
        topic = common_topic(found) if wanted.wanted is Wanted.SUMMARISE else weights
        return choose_sentences(question, found, weights, count, WRITTEN_EVIDENCE_TOKENS, topic=topic)

    def _words(
        self, wanted: Intent, question: str, pieces: Sequence[Excerpt], handle: Handle, trace: Trace
    ) -> Generator[str]:
        if wanted.wanted is Wanted.FACT:
            texts = [piece.text for piece in pieces]
            yield from self._model.stream(
                copy_prompt(question, pieces),
                MAX_COPIED_TOKENS,
                handle,
                copy_from=texts,
                must_hold=answer_form(question, texts),
                trace=trace,
            )
        else:
            yield from self._model.stream(write_prompt(question, pieces), MAX_WRITTEN_TOKENS, handle, trace=trace)

    def _check(
        self,
        wanted: Intent,
        question: str,
        raw: str,
        pieces: Sequence[Excerpt],
        found: Sequence[Retrieved],
        trace: Trace,
    ) -> _Verdict:
        if not raw or is_not_found(raw):
            return _Verdict()
        if wanted.wanted is Wanted.FACT:
            return self._copied(question, raw, pieces, found, trace)
        return self._written(question, raw, found)

    def _copied(
        self, question: str, raw: str, pieces: Sequence[Excerpt], found: Sequence[Retrieved], trace: Trace
    ) -> _Verdict:
        """Return the answer where it stands, with other sources that hold it and those that give another number."""
        topic = self._topic(question)
        judged = judge_copy(question, raw, pieces, found, topic, self._retriever.context, trace)
        if judged is None:  # a model that does not copy
            return self._written(question, raw, found)
        if judged.against:
            return _Verdict(notes=(judged.against,))
        sure = probability(judged.features, WEIGHTS)
        if sure < THRESHOLD or not judged.text:
            return _Verdict(confidence=sure)
        holding = [pieces[place.piece].source for place in locate(judged.text, pieces, topic)]
        others = (source for source in holding if source != judged.source)
        cited = _witnesses([judged.source, *others], found)[:_CITED]
        sentences = [Sentence(_ended(judged.text), tuple(number + 1 for number in cited), True)]
        for piece, other in other_numbers(judged.text, holding, pieces, topic)[:1]:
            sentences.append(Sentence(f"Sumber lain menyebut: {_ended(other)}", (piece.source + 1,), True))
        return _Verdict(tuple(sentences), (_UNSURE_NOTE,) if sure < UNSURE else (), sure)

    def _written(self, question: str, raw: str, found: Sequence[Retrieved]) -> _Verdict:
        evidence = [
            Evidence(number, item.passage.text, self._retriever.context(item))
            for number, item in enumerate(found, start=1)
        ]
        checked = ground(raw, evidence, question)
        if not checked.sentences:
            return _Verdict(notes=checked.notes)
        sentences = tuple(
            replace(sentence, citations=tuple(n + 1 for n in _witnesses([n - 1 for n in sentence.citations], found)))
            for sentence in checked.sentences
        )
        sure = sum(sentence.supported for sentence in sentences) / len(sentences)
        return _Verdict(sentences, checked.notes, sure)

    def _topic(self, question: str) -> dict[str, float]:
        return self._retriever.stem_weights(topic_stems(question))


def _in_turn(halves: Sequence[Sequence[Retrieved]]) -> list[Retrieved]:
    """Return the best of each, then the second of each, and so on; none twice."""
    merged: dict[str, Retrieved] = {}
    for rank in range(max(map(len, halves), default=0)):
        for half in halves:
            if rank < len(half):
                merged.setdefault(half[rank].passage.id, half[rank])
    return list(merged.values())


def _witnesses(numbers: Sequence[int], found: Sequence[Retrieved]) -> list[int]:
    """Return places in ``found`` without those of a copy of a story that is cited already: it is the same witness."""
    kept: list[int] = []
    for number in numbers:
        item = found[number]
        if all(found[other].story != item.story or found[other].article.id == item.article.id for other in kept):
            kept.append(number)
    return kept


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _text(sentences: Sequence[Sentence]) -> str:
    parts = []
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations) or "[tidak didukung arsip]"
        parts.append(f"{sentence.text} {marks}")
    return " ".join(parts)
