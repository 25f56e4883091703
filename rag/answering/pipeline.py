"""Question → cited answer: evidence first, then the model's words, then what of them holds.

A question for a fact is answered in words copied from one source; a list, a comparison or a summary is written by the
model and checked sentence by sentence.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.errors import ModelStopped
from index.storage.filters import Filters
from index.text.sentences import sentence_spans
from rag.answering.answer import Answer, EvidenceFound, Finished, Token, Verdict, numbered_source
from rag.answering.answer_span import locate, other_numbers
from rag.answering.confidence import THRESHOLD, UNSURE, WEIGHTS, ReadWeights, probability, read_probability
from rag.answering.grounding import Evidence, Sentence, ground, is_not_found
from rag.answering.list_items import list_items
from rag.answering.verification import Judging, VerifiedSpan, agreement
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
from rag.query.intent import Wanted
from rag.query.query import Query
from rag.query.rewriting import Turn
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search_plan import SearchPlan, find, understand

SOURCES = 4  # passages on the page: those the model reads from, and the next nearest as leads
# Where no passage holds this share of the question's weighted stems, the model is not asked. On FacQA train every right
# passage holds more (`scripts/bench/coverage.py`).
MIN_COVERAGE = 0.2
# An answer of several sentences is given where the reader finds it this likely that a source of it answers, and without
# a word of doubt above the second. By hand: the calibration questions hold too few lists to fit them.
LEAST_ANSWERING, MANY_UNSURE = 0.3, 0.9
_CITED = 2  # sources shown for one copied answer
_UNSURE_NOTE = "Jawaban ini kurang pasti; baca sumbernya sebelum dipakai."
# A reason is a clause, and what it is the reason of stands beside it: the whole sentence is shown.
_ASKS_REASON = re.compile(r"\b(?:mengapa|kenapa|kok|bagaimana|gimana|apa (?:alasan|penyebab|sebab|tujuan)\w*)\b", re.I)


@dataclass(frozen=True)
class _Said:
    """What the model said (``raw``) of the sentences it read (``pieces``) of the passages ``found``."""

    plan: SearchPlan
    found: Sequence[Retrieved]
    pieces: Sequence[Excerpt]
    raw: str
    trace: Trace

    @property
    def refused(self) -> bool:
        return not self.raw or is_not_found(self.raw)


@dataclass(frozen=True)
class _Way:
    """How one form of answer is made: the sentences to read, the words said of them, and what of those holds.

    Where ``choose`` gives nothing to read the model is not asked; ``check`` has the last word all the same.
    """

    choose: Callable[[SearchPlan, Sequence[Retrieved]], list[Excerpt]]
    speak: Callable[[SearchPlan, Sequence[Excerpt], Handle, Trace], Iterator[str]]
    check: Callable[[_Said], Verdict]


class Assistant:
    """Answers questions from one archive with one language model."""

    def __init__(
        self,
        retriever: Retriever,
        model: ChatModel,
        today: date | None = None,
        weights: ReadWeights | None = None,
    ) -> None:
        self._retriever = retriever
        self._model = model
        self._today = today
        self._weights = weights or ReadWeights.load()
        # A new form of answer is a row here; which one a question wants is told by rag.query.intent.
        self._ways = {
            Wanted.FACT: _Way(self._choose_for_fact, self._copy, self._check_fact),
            Wanted.LIST: _Way(self._choose_on_topic, self._write, self._check_list),
            Wanted.COMPARE: _Way(self._choose_on_topic, self._write, self._check_written),
            Wanted.SUMMARISE: _Way(self._choose_for_summary, self._write, self._check_written),
        }

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
        plan = understand(
            question, self._retriever, today=self._today or date.today(), given=filters, turns=turns, implied=implied
        )
        found, plan = find(plan, self._retriever, SOURCES)
        sources = tuple(numbered_source(number, item) for number, item in enumerate(found, start=1))
        articles, passages = self._retriever.searched(plan.filters)
        read = plan.as_json()
        retrieved_at = time.monotonic()
        yield EvidenceFound(sources, articles, passages, read["rewritten"], tuple(read["implied"]))

        words: list[str] = []
        first_at: float | None = None
        way = self._ways[plan.intent.wanted]
        pieces = way.choose(plan, found)
        trace = Trace(refusal_text=NOT_FOUND)
        if pieces:
            for piece in way.speak(plan, pieces, handle, trace):
                first_at = first_at or time.monotonic()
                words.append(piece)
                yield Token(piece)
        raw = "".join(words).strip()
        verdict = way.check(_Said(plan, found, pieces, raw, trace))
        timings = {"retrieve": retrieved_at - began, "first_token": first_at and first_at - began}
        timings["total"] = time.monotonic() - began
        yield Finished(
            Answer(
                question=question,
                answer=_text(verdict.sentences) if verdict.found else NOT_FOUND,
                found=verdict.found,
                sentences=verdict.sentences if verdict.found else (),
                sources=sources,
                articles_searched=articles,
                passages_searched=passages,
                timings_ms={name: None if s is None else round(s * 1000, 1) for name, s in timings.items()},
                model=self._model.name,
                raw=raw,
                notes=(*plan.notes, *verdict.notes),
                confidence=verdict.confidence,
                rewritten=read["rewritten"],
                implied=tuple(read["implied"]),
                cancelled=handle.cancelled,
            )
        )

    def judged(self, question: str) -> tuple[Judging, VerifiedSpan | None] | None:
        """Return what the answer to a question for one fact is chosen from, None for any other question."""
        plan = understand(question, self._retriever, today=self._today or date.today())
        if plan.intent.wanted is not Wanted.FACT:
            return None
        found, plan = find(plan, self._retriever, SOURCES)
        pieces = self._choose_for_fact(plan, found)
        trace = Trace(refusal_text=NOT_FOUND)
        raw = "".join(self._copy(plan, pieces, Handle(), trace) if pieces else ()).strip()
        said = _Said(plan, found, pieces, raw, trace)
        judging = self._judging(said)
        return judging, (None if said.refused else judging.copied(raw))

    def _choose_for_fact(self, plan: SearchPlan, found: Sequence[Retrieved]) -> list[Excerpt]:
        if not _speak_of_it(plan, found):
            return []
        return choose_evidence(plan.query, found, plan.topic, self._model.count_tokens)

    def _choose_on_topic(self, plan: SearchPlan, found: Sequence[Retrieved]) -> list[Excerpt]:
        return self._choose_sentences(plan, found, plan.topic) if _speak_of_it(plan, found) else []

    def _choose_for_summary(self, plan: SearchPlan, found: Sequence[Retrieved]) -> list[Excerpt]:
        return self._choose_sentences(plan, found, common_topic(found))

    def _choose_sentences(self, plan: SearchPlan, found: Sequence[Retrieved], topic: Collection[str]) -> list[Excerpt]:
        count = self._model.count_tokens
        return choose_sentences(plan.query, found, plan.topic, count, WRITTEN_EVIDENCE_TOKENS, topic=topic)

    def _copy(self, plan: SearchPlan, pieces: Sequence[Excerpt], handle: Handle, trace: Trace) -> Iterator[str]:
        texts = [piece.text for piece in pieces]
        return self._model.stream(
            copy_prompt(plan.query.text, pieces),
            MAX_COPIED_TOKENS,
            handle,
            copy_from=texts,
            must_hold=plan.query.answer_form(texts),
            trace=trace,
        )

    def _write(self, plan: SearchPlan, pieces: Sequence[Excerpt], handle: Handle, trace: Trace) -> Iterator[str]:
        return self._model.stream(write_prompt(plan.query.text, pieces), MAX_WRITTEN_TOKENS, handle, trace=trace)

    def _check_fact(self, said: _Said) -> Verdict:
        judging = self._judging(said)
        copied = None if said.refused else judging.copied(said.raw)
        if copied is None and not said.refused:  # a model that does not copy
            return self._check_written(said)
        return self._best(judging, copied)

    def _check_list(self, said: _Said) -> Verdict:
        return _listed(said.plan.query, said.found) or self._check_written(said)

    def _check_written(self, said: _Said) -> Verdict:
        if said.refused:
            return Verdict()
        evidence = [
            Evidence(number, item.passage.text, self._retriever.context(item))
            for number, item in enumerate(said.found, start=1)
        ]
        checked = ground(said.raw, evidence, said.plan.query)
        if not checked.sentences:
            return Verdict(notes=checked.notes)
        sentences = tuple(
            replace(
                sentence, citations=tuple(n + 1 for n in _witnesses([n - 1 for n in sentence.citations], said.found))
            )
            for sentence in checked.sentences
        )
        cited = [number - 1 for sentence in sentences for number in sentence.citations]
        return _doubted(sentences, checked.notes, cited, said.found)

    def _judging(self, said: _Said) -> Judging:
        return Judging(said.plan.query, said.plan.topic, said.found, said.pieces, self._retriever.context, said.trace)

    def _best(self, judging: Judging, copied: VerifiedSpan | None) -> Verdict:
        """Return the likeliest answer of those the model copied and the reader named, or a no."""
        candidates = rated(judging, copied, self._weights)
        if not candidates:
            return Verdict()
        sure, best = candidates[0]
        read = best.read is not None
        if best.against and not read:
            return Verdict(notes=(best.against,))
        if sure < (self._weights.threshold if read else THRESHOLD) or not best.text:
            return Verdict(confidence=sure, notes=(best.against,) if best.against else ())
        return self._told(judging, best, sure, unsure=sure < (self._weights.unsure if read else UNSURE))

    def _told(self, judging: Judging, best: VerifiedSpan, sure: float, *, unsure: bool) -> Verdict:
        """Return the answer where it stands, with other sources that hold it and those that give another number."""
        pieces, topic = judging.pieces, judging.topic
        holding = [pieces[place.piece].source for place in locate(best.text, pieces, topic)]
        others = (source for source in holding if source != best.source)
        cited = _witnesses([best.source, *others], judging.found)[:_CITED]
        text = _sentence_of(best, judging.found) if _ASKS_REASON.search(judging.query.text) else best.text
        sentences = [Sentence(_ended(text), tuple(number + 1 for number in cited), True)]
        for piece, other in other_numbers(best.text, [best.source, *holding], pieces, topic)[:1]:
            sentences.append(Sentence(f"Sumber lain menyebut: {_ended(other)}", (piece.source + 1,), True))
        notes = (_UNSURE_NOTE, *((best.against,) if best.against else ())) if unsure else ()
        return Verdict(tuple(sentences), notes, sure)


def rated(judging: Judging, copied: VerifiedSpan | None, weights: ReadWeights) -> list[tuple[float, VerifiedSpan]]:
    """Return the possible answers with their probabilities, likeliest first.

    Where nothing was read only the model's own words count, by the weights that know no reader.
    """
    named = judging.read()
    made = []
    for one in ([copied] if copied else []) + named:
        other = copied if one is not copied else next(iter(named), None)
        sure = (
            probability(one.features, WEIGHTS)
            if one.read is None
            else read_probability(one.features, one.read, agreement(one, other), one is copied, weights)
        )
        made.append((sure, one))
    return sorted(made, key=lambda pair: -round(pair[0], 6))


def _speak_of_it(plan: SearchPlan, found: Sequence[Retrieved]) -> bool:
    """Tell whether any passage speaks of the question; in another language words tell nothing."""
    texts = (plan.query.read_as_asked(item.titled_text) for item in found)
    speaks = (coverage(plan.topic, text, plan.topic) for text in texts)
    return plan.query.is_english or max(speaks, default=0.0) >= MIN_COVERAGE


def _listed(query: Query, found: Sequence[Retrieved]) -> Verdict | None:
    """Return the items that the reader marks, None where it marks fewer than two."""
    items = list_items(query, found)
    if len(items) < 2:
        return None
    sentences = tuple(Sentence(_ended(item.text), (item.source + 1,), True) for item in items)
    return _doubted(sentences, (), [item.source for item in items], found)


def _doubted(
    sentences: tuple[Sentence, ...], notes: tuple[str, ...], cited: Sequence[int], found: Sequence[Retrieved]
) -> Verdict:
    """Return an answer of several sentences, as sure as its best source answers and as much of it is supported."""
    sure = sum(sentence.supported for sentence in sentences) / len(sentences)
    readings = [reading for source in cited for reading in found[source].readings]
    if not readings:
        return Verdict(sentences, notes, sure)
    sure *= max(reading.answering for reading in readings)
    if sure < LEAST_ANSWERING:
        return Verdict(confidence=sure)
    return Verdict(sentences, (*notes, *((_UNSURE_NOTE,) if sure < MANY_UNSURE else ())), sure)


def _witnesses(numbers: Sequence[int], found: Sequence[Retrieved]) -> list[int]:
    """Return places in ``found`` without those of a copy of a story that is cited already: it is the same witness."""
    kept: list[int] = []
    for number in numbers:
        item = found[number]
        if all(found[other].story != item.story or found[other].article.id == item.article.id for other in kept):
            kept.append(number)
    return kept


def _sentence_of(answer: VerifiedSpan, found: Sequence[Retrieved]) -> str:
    """Return the whole sentence in which an answer stands; the answer where it runs over several."""
    text = found[answer.source].passage.text
    sentences = (" ".join(text[start:end].split()) for start, end in sentence_spans(text))
    whole = re.compile(rf"(?<!\w){re.escape(answer.text)}(?!\w)")
    return next(filter(whole.search, sentences), answer.text)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _text(sentences: Sequence[Sentence]) -> str:
    parts = []
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations) or "[tidak didukung arsip]"
        parts.append(f"{sentence.text} {marks}")
    return " ".join(parts)
