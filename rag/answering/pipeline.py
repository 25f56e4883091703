"""Question → cited answer: evidence first, then the model's words, then what of them holds.

A question for a fact is answered in words copied from one source; a summary is made of whole sentences of the archive
(``rag.answering.summaries``); a list or a comparison is written by the model and checked sentence by sentence.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.errors import ModelStopped
from index.storage.filters import Filters
from index.text.analysis import ENGLISH_WORDS, tokens, topic_stems
from index.text.sentences import sentence_spans
from rag.answering.answer import Answer, EvidenceFound, Finished, Token, numbered_source
from rag.answering.answer_span import locate, other_numbers
from rag.answering.confidence import THRESHOLD, UNSURE, WEIGHTS, ReadWeights, probability, read_probability
from rag.answering.grounding import Evidence, Sentence, ground, is_not_found
from rag.answering.list_items import list_items
from rag.answering.summaries import Summary, summarise
from rag.answering.verification import Judging, VerifiedSpan, agreement
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import (
    WRITTEN_EVIDENCE_TOKENS,
    Excerpt,
    choose_evidence,
    choose_sentences,
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
# An answer of several sentences is given where the reader finds it this likely that a source of it answers, and without
# a word of doubt above the second. By hand: the calibration questions hold too few lists to fit them.
LEAST_ANSWERING, MANY_UNSURE = 0.3, 0.9
_CITED = 2  # sources shown for one copied answer
_UNSURE_NOTE = "Jawaban ini kurang pasti; baca sumbernya sebelum dipakai."
# A reason is a clause, and what it is the reason of stands beside it: the whole sentence is shown.
_ASKS_REASON = re.compile(r"\b(?:mengapa|kenapa|kok|bagaimana|gimana|apa (?:alasan|penyebab|sebab|tujuan)\w*)\b", re.I)


@dataclass(frozen=True)
class _Verdict:
    """What became of the model's words."""

    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()
    confidence: float = 0.0
    lines: bool = False  # each sentence is a line of its own

    @property
    def found(self) -> bool:
        return any(sentence.supported for sentence in self.sentences)


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
        summary = None
        if wanted.wanted is Wanted.SUMMARISE:
            summary = summarise(wanted, understood, self._retriever, given)
            found, understood = list(summary.found), summary.plan
        else:
            found, understood = self._find(wanted, understood, given)
        sources = tuple(numbered_source(number, item) for number, item in enumerate(found, start=1))
        articles, passages = self._retriever.searched(understood.filters)
        read = understood.as_json()
        retrieved_at = time.monotonic()
        yield EvidenceFound(sources, articles, passages, read["rewritten"], tuple(read["implied"]))

        words: list[str] = []
        first_at: float | None = None
        pieces = [] if summary else self._evidence(wanted, understood, found)
        trace = Trace(refusal_text=NOT_FOUND)
        if pieces:
            for piece in self._words(wanted, understood.search, pieces, handle, trace):
                first_at = first_at or time.monotonic()
                words.append(piece)
                yield Token(piece)
        raw = "".join(words).strip()
        said = _summed_up(summary) if summary else self._check(wanted, understood.search, raw, pieces, found, trace)
        timings = {"retrieve": retrieved_at - began, "first_token": first_at and first_at - began}
        timings["total"] = time.monotonic() - began
        yield Finished(
            Answer(
                question=question,
                answer=_text(said.sentences, "\n" if said.lines else " ") if said.found else NOT_FOUND,
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

    def judged(self, question: str) -> tuple[Judging, VerifiedSpan | None] | None:
        """Return what the answer to a question for one fact is chosen from, None for any other question."""
        understood = understand(question, self._retriever, today=self._today or date.today())
        wanted = intent(understood.question)
        if wanted.wanted is not Wanted.FACT:
            return None
        found, understood = self._find(wanted, understood, Filters())
        pieces = self._evidence(wanted, understood, found)
        trace = Trace(refusal_text=NOT_FOUND)
        words = self._words(wanted, understood.search, pieces, Handle(), trace) if pieces else ()
        raw = "".join(words).strip()
        judging = self._judging(understood.search, pieces, found, trace)
        return judging, (judging.copied(raw) if raw and not is_not_found(raw) else None)

    def _judging(self, question: str, pieces: Sequence[Excerpt], found: Sequence[Retrieved], trace: Trace) -> Judging:
        return Judging(question, self._topic(question), found, pieces, self._retriever.context, trace)

    def _find(self, wanted: Intent, understood: SearchPlan, given: Filters) -> tuple[list[Retrieved], SearchPlan]:
        """Return the passages: those of both halves of a comparison in turn."""
        if wanted.wanted is Wanted.COMPARE:
            halves = [self._retriever.search(part, SOURCES, understood.filters) for part in wanted.parts]
            return _in_turn(halves)[:SOURCES], understood
        return find(understood, self._retriever, SOURCES, given)

    def _evidence(self, wanted: Intent, understood: SearchPlan, found: Sequence[Retrieved]) -> list[Excerpt]:
        """Return the sentences for the model to read, none where no passage speaks of the question."""
        question, weights = understood.search, self._topic(understood.search)
        english = bool(ENGLISH_WORDS & set(tokens(question)))
        texts = [read_as_asked(question, item.titled_text) for item in found]
        speaks = [coverage(weights, text, weights) for text in texts]
        if not english and max(speaks, default=0.0) < MIN_COVERAGE:
            return []
        count = self._model.count_tokens
        if wanted.wanted is Wanted.FACT:
            return choose_evidence(question, found, weights, count)
        return choose_sentences(question, found, weights, count, WRITTEN_EVIDENCE_TOKENS, topic=weights)

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
        refused = not raw or is_not_found(raw)
        if wanted.wanted is Wanted.FACT:
            judging = self._judging(question, pieces, found, trace)
            copied = None if refused else judging.copied(raw)
            if copied is None and not refused:  # a model that does not copy
                return self._written(question, raw, found)
            return self._best(judging, copied)
        if wanted.wanted is Wanted.LIST and (listed := self._listed(question, found)):
            return listed
        return _Verdict() if refused else self._written(question, raw, found)

    def _listed(self, question: str, found: Sequence[Retrieved]) -> _Verdict | None:
        """Return the items that the reader marks, None where it marks fewer than two."""
        items = list_items(question, found)
        if len(items) < 2:
            return None
        sentences = tuple(Sentence(_ended(item.text), (item.source + 1,), True) for item in items)
        return self._doubted(sentences, (), [item.source for item in items], found)

    def _best(self, judging: Judging, copied: VerifiedSpan | None) -> _Verdict:
        """Return the likeliest answer of those the model copied and the reader named, or a no."""
        candidates = rated(judging, copied, self._weights)
        if not candidates:
            return _Verdict()
        sure, best = candidates[0]
        read = best.read is not None
        if best.against and not read:
            return _Verdict(notes=(best.against,))
        if sure < (self._weights.threshold if read else THRESHOLD) or not best.text:
            return _Verdict(confidence=sure, notes=(best.against,) if best.against else ())
        return self._told(judging, best, sure, unsure=sure < (self._weights.unsure if read else UNSURE))

    def _told(self, judging: Judging, best: VerifiedSpan, sure: float, *, unsure: bool) -> _Verdict:
        """Return the answer where it stands, with other sources that hold it and those that give another number."""
        pieces, topic = judging.pieces, judging.topic
        holding = [pieces[place.piece].source for place in locate(best.text, pieces, topic)]
        others = (source for source in holding if source != best.source)
        cited = _witnesses([best.source, *others], judging.found)[:_CITED]
        text = _sentence_of(best, judging.found) if _ASKS_REASON.search(judging.question) else best.text
        sentences = [Sentence(_ended(text), tuple(number + 1 for number in cited), True)]
        for piece, other in other_numbers(best.text, [best.source, *holding], pieces, topic)[:1]:
            sentences.append(Sentence(f"Sumber lain menyebut: {_ended(other)}", (piece.source + 1,), True))
        notes = (_UNSURE_NOTE, *((best.against,) if best.against else ())) if unsure else ()
        return _Verdict(tuple(sentences), notes, sure)

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
        cited = [number - 1 for sentence in sentences for number in sentence.citations]
        return self._doubted(sentences, checked.notes, cited, found)

    def _doubted(
        self, sentences: tuple[Sentence, ...], notes: tuple[str, ...], cited: Sequence[int], found: Sequence[Retrieved]
    ) -> _Verdict:
        """Return an answer of several sentences, as sure as its best source answers and as much of it is supported."""
        sure = sum(sentence.supported for sentence in sentences) / len(sentences)
        readings = [reading for source in cited for reading in found[source].readings]
        if not readings:
            return _Verdict(sentences, notes, sure)
        sure *= max(reading.answering for reading in readings)
        if sure < LEAST_ANSWERING:
            return _Verdict(confidence=sure)
        return _Verdict(sentences, (*notes, *((_UNSURE_NOTE,) if sure < MANY_UNSURE else ())), sure)

    def _topic(self, question: str) -> dict[str, float]:
        return self._retriever.stem_weights(topic_stems(question))


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


def _summed_up(summary: Summary) -> _Verdict:
    """Return a summary, as sure as it is that the article is the one that was asked for."""
    sure = summary.confidence
    if sure < LEAST_ANSWERING or not summary.sentences:
        return _Verdict(notes=summary.notes, confidence=sure)
    notes = (*summary.notes, *((_UNSURE_NOTE,) if sure < MANY_UNSURE else ()))
    return _Verdict(summary.sentences, notes, sure, summary.lines)


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


def _sentence_of(answer: VerifiedSpan, found: Sequence[Retrieved]) -> str:
    """Return the whole sentence in which an answer stands; the answer where it runs over several."""
    text = found[answer.source].passage.text
    sentences = (" ".join(text[start:end].split()) for start, end in sentence_spans(text))
    whole = re.compile(rf"(?<!\w){re.escape(answer.text)}(?!\w)")
    return next(filter(whole.search, sentences), answer.text)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _text(sentences: Sequence[Sentence], separator: str) -> str:
    parts = []
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations) or "[tidak didukung arsip]"
        parts.append(f"{sentence.text} {marks}")
    return separator.join(parts)
