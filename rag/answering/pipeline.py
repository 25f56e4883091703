"""Question → cited answer: evidence first, then the model's words, then what of them holds.

A question for a fact is answered in words copied from one source. Lists, comparisons, reasons and yes or no are put
together from what the reader marks, word for word; what only the model can write is checked sentence by sentence. Two
questions in one are answered one after the other, each with its own sources or its own no.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.errors import ModelStopped
from index.storage.filters import Filters
from index.text.quantities import quantities
from index.text.sentences import sentence_spans
from rag.answering import comparison
from rag.answering.answer import Answer, EvidenceFound, Finished, Source, Token, Verdict, numbered_source
from rag.answering.answer_span import locate, other_numbers
from rag.answering.confidence import THRESHOLD, UNSURE, WEIGHTS, ReadWeights, probability, read_probability
from rag.answering.found_sentences import found_sentences
from rag.answering.grounding import Evidence, Sentence, ground, is_not_found
from rag.answering.list_items import list_items
from rag.answering.qualifiers import other_value
from rag.answering.reasons import asks_reason, asks_way, gives_reason, reason_span
from rag.answering.summaries import Summary, summarise
from rag.answering.told_count import told_count
from rag.answering.verification import Judging, VerifiedSpan, agreement
from rag.answering.yes_no import Polarity, opened, ruling
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
from rag.query.answer_type import Kind
from rag.query.intent import Wanted
from rag.query.parts import Part, question_parts
from rag.query.query import Query
from rag.query.rewriting import Turn
from rag.query.small_talk import SmallTalk, small_talk, without_greeting
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search_plan import SearchPlan, find, find_halves, in_turn, understand

SOURCES = 4  # passages on the page: those the model reads from, and the next nearest as leads
# Where no passage holds this share of the question's weighted stems, the model is not asked. On FacQA train every right
# passage holds more (`scripts/bench/coverage.py`).
MIN_COVERAGE = 0.2
# An answer of several sentences is given where the reader finds it this likely that a source of it answers, and without
# a word of doubt above the second. By hand: the calibration questions hold too few lists to fit them.
LEAST_ANSWERING, MANY_UNSURE = 0.3, 0.9
_SOURCES_OF_PART = 3  # passages of each of several questions
ARTICLES_LISTED, _AMONG = 10, 40  # articles in a list of them, and the passages they are taken from
_ON_TOPIC = 0.5  # share of the topic's weighted stems that a listed article's passage or title must hold
# What the program puts together is as sure as its parts, and never certain: nobody has read it against the question.
_MOST_SURE = 0.95
# A side of a comparison may be the sentence that speaks most of it, where the reader names no words that are likely
# enough; it is told with a doubt. A sentence speaks a little less by itself than with its passage.
_LEAST_SPOKEN, _SPOKEN_SURE = 0.45, 0.55
_LEAST_REASON = 0.6  # share of what a reason is asked of that its sentence and passage must speak of; by hand
LEAST_RULING, RULING_UNSURE = 0.25, 0.75  # of yes or no; by hand: at most three in four held on calibration
_MAX_CHAINED_CHARS = 80  # what is longer is no name that a question can be asked of
_CITED = 2  # sources shown for one copied answer
_UNSURE_NOTE = "Jawaban ini kurang pasti; baca sumbernya sebelum dipakai."
_MISSING_NOTE = "Sebagian pertanyaan tidak terjawab: {}"
_UNCLEAR = "Belum jelas; sumber terdekat menyatakan: "
_WHO_IS = re.compile(
    r"^\W*siapa(?:kah)?\s+(?:itu\s+|sebenarnya\s+|sosok\s+)?(?=[A-Z])(?:[A-Z][\w.'’-]*\s*)+(?:itu|sih|sebenarnya)?\W*$"
)


@dataclass(frozen=True)
class _Said:
    """What the model said (``raw``) of the sentences it read (``pieces``) of the passages ``found``.

    ``halves`` are the passages of both sides of a comparison, each read for its own side; ``summary`` is what sums
    an article or a subject up.
    """

    plan: SearchPlan
    found: Sequence[Retrieved]
    pieces: Sequence[Excerpt]
    raw: str
    trace: Trace
    halves: Sequence[Sequence[Retrieved]] = ()
    summary: Summary | None = None

    @property
    def refused(self) -> bool:
        return not self.raw or is_not_found(self.raw)


@dataclass(frozen=True)
class _Search:
    """One question as it was searched; ``halves`` and ``summary`` as in ``_Said``."""

    plan: SearchPlan
    found: Sequence[Retrieved]
    halves: Sequence[Sequence[Retrieved]] = ()
    summary: Summary | None = None


class _Numbering:
    """All passages of an answer, each numbered once in the order they were found."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.sources: list[Source] = []

    def add(self, found: Sequence[Retrieved]) -> None:
        for item in found:
            if item.passage.id not in self._numbers:
                self._numbers[item.passage.id] = len(self.sources) + 1
                self.sources.append(numbered_source(len(self.sources) + 1, item))

    def of(self, verdict: Verdict, found: Sequence[Retrieved]) -> Verdict:
        """Return a verdict whose citations count the passages of one question, with those of the whole answer."""
        sentences = tuple(
            replace(one, citations=tuple(self._numbers[found[n - 1].passage.id] for n in one.citations))
            for one in verdict.sentences
        )
        return replace(verdict, sentences=sentences)


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
            Wanted.LIST: _Way(self._choose_for_list, self._write, self._check_list),
            Wanted.COMPARE: _Way(self._choose_unread, self._write, self._check_comparison),
            Wanted.YES_NO: _Way(_choose_nothing, self._write, self._check_yes_no),
            Wanted.ARTICLES: _Way(_choose_nothing, self._write, self._check_articles),
            Wanted.SUMMARISE: _Way(_choose_nothing, self._write, _check_summary),
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
        if talk := small_talk(question):
            yield from self._reply(question, talk, began)
            return
        plan = understand(
            without_greeting(question),
            self._retriever,
            today=self._today or date.today(),
            given=filters,
            turns=turns,
            implied=implied,
        )
        parts = question_parts(plan.question)
        several = len(parts) > 1
        searches = (
            [self._search_part(part.question, plan, implied) for part in parts] if several else [self._search(plan)]
        )
        plan = plan if several else searches[0].plan
        numbering = _Numbering()
        for search in searches:
            numbering.add(search.found)
        articles, passages = self._retriever.searched(plan.filters)
        read = plan.as_json()
        retrieved_at = time.monotonic()
        yield EvidenceFound(tuple(numbering.sources), articles, passages, read["rewritten"], tuple(read["implied"]))

        first_at: float | None = None
        raws: list[str] = []
        verdicts: list[Verdict] = []
        for place, (part, search) in enumerate(zip(parts, searches, strict=True)):
            if part.chained and verdicts and (known := _short_answer(verdicts[-1])):
                search = self._search_part(part.after(known), plan, implied)
                numbering.add(search.found)
            if several:
                yield Token(f"{chr(10) if place else ''}{_heading(part)} ")
            words: list[str] = []
            trace = Trace(refusal_text=NOT_FOUND)
            way = self._ways[search.plan.intent.wanted]
            pieces = way.choose(search.plan, search.found)
            if pieces:
                for piece in way.speak(search.plan, pieces, handle, trace):
                    first_at = first_at or time.monotonic()
                    words.append(piece)
                    yield Token(piece)
            raws.append("".join(words).strip())
            said = _Said(search.plan, search.found, pieces, raws[-1], trace, search.halves, search.summary)
            verdicts.append(numbering.of(way.check(said), search.found))
        verdict = _joined(parts, verdicts) if several else verdicts[0]
        notes = dict.fromkeys(note for search in searches for note in search.plan.notes)
        timings = {"retrieve": retrieved_at - began, "first_token": first_at and first_at - began}
        timings["total"] = time.monotonic() - began
        yield Finished(
            Answer(
                question=question,
                answer=_text(verdict.sentences, lines=verdict.lines) if verdict.found else NOT_FOUND,
                found=verdict.found,
                sentences=verdict.sentences if verdict.found else (),
                sources=tuple(numbering.sources),
                articles_searched=articles,
                passages_searched=passages,
                timings_ms={name: None if s is None else round(s * 1000, 1) for name, s in timings.items()},
                model=self._model.name,
                raw="\n".join(raws).strip(),
                notes=(*notes, *verdict.notes),
                confidence=verdict.confidence,
                rewritten=read["rewritten"],
                implied=tuple(read["implied"]),
                cancelled=handle.cancelled,
            )
        )

    def _reply(self, question: str, talk: SmallTalk, began: float) -> Generator[EvidenceFound | Token | Finished]:
        """Yield a friendly line to what asks nothing of the archive."""
        yield EvidenceFound((), 0, 0)
        yield Token(talk.value)
        yield Finished(
            Answer(
                question=question,
                answer=talk.value,
                found=True,
                sentences=(Sentence(talk.value, (), True),),
                sources=(),
                articles_searched=0,
                passages_searched=0,
                timings_ms={"retrieve": 0.0, "first_token": None, "total": round((time.monotonic() - began) * 1000, 1)},
                model=self._model.name,
                raw="",
                notes=(),
                confidence=_MOST_SURE,
            )
        )

    def _search_part(self, question: str, whole: SearchPlan, implied: bool) -> _Search:
        """Search one of several questions, within what was given for all of them."""
        today = self._today or date.today()
        plan = understand(question, self._retriever, today=today, given=whole.given, implied=implied)
        # what the conversation is about holds for each part
        plan = replace(plan, rewritten=replace(plan.rewritten, prefer=whole.rewritten.prefer))
        return self._search(plan, _SOURCES_OF_PART)

    def _search(self, plan: SearchPlan, count: int = SOURCES) -> _Search:
        if plan.intent.wanted is Wanted.COMPARE:
            halves = find_halves(plan, self._retriever, count)
            return _Search(plan, in_turn(halves)[:SOURCES], halves)
        if plan.intent.wanted is Wanted.SUMMARISE:
            summary = summarise(plan.intent, plan, self._retriever, plan.given)
            return _Search(summary.plan, summary.found, summary=summary)
        if plan.intent.wanted is Wanted.ARTICLES:
            found, plan = find(plan, self._retriever, _AMONG)
            about = Query(plan.intent.article or plan.query.text)
            return _Search(plan, _one_an_article(found, self._retriever.stem_weights(about.topic)))
        found, plan = find(plan, self._retriever, count)
        return _Search(plan, found)

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
        """Return what is read for an answer of several sentences; nothing where it would be turned away afterwards."""
        likely = [reading.answering for item in found for reading in item.readings]
        if not _speak_of_it(plan, found) or (likely and max(likely) < LEAST_ANSWERING):
            return []
        return self._choose_sentences(plan, found, plan.topic)

    def _choose_for_list(self, plan: SearchPlan, found: Sequence[Retrieved]) -> list[Excerpt]:
        """Return nothing to read where the reader marks the items: the model would only be waited for."""
        return [] if len(list_items(plan.query, found)) > 1 else self._choose_on_topic(plan, found)

    def _choose_unread(self, plan: SearchPlan, found: Sequence[Retrieved]) -> list[Excerpt]:
        """Return what the model must read, nothing where the reader has read the passages."""
        return [] if any(item.readings for item in found) else self._choose_on_topic(plan, found)

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
        return self._listed(said.plan.query, said.found) or self._check_written(said)

    def _listed(self, query: Query, found: Sequence[Retrieved]) -> Verdict | None:
        """Return the items that the reader marks, None where it marks fewer than two."""
        items = list_items(query, found)
        if len(items) < 2:
            return None
        sentences = tuple(Sentence(_ended(item.text), (item.source + 1,), True) for item in items)
        sources = sorted({item.source for item in items})
        told = told_count(query, [found[source].titled_text for source in sources])
        notes: tuple[str, ...] = ()
        if told and told.count > len(items):
            notes = (f"Daftar ini mungkin tidak lengkap: sumber menyebut “{told.text}”.",)
        return _doubted(sentences, notes, [item.source for item in items], found)

    def _check_yes_no(self, said: _Said) -> Verdict:
        """Return yes or no with the sentence that says so; a statement that no source speaks of is a no answer."""
        statement = said.plan.intent.statement
        if statement is None or not _speak_of_it(said.plan, said.found):
            return Verdict()
        ruled = ruling(statement, said.found, self._retriever.stem_weights(Query(statement.claim).topic))
        if ruled is None or ruled.sure < LEAST_RULING:
            return Verdict(confidence=ruled.sure if ruled else 0.0)
        unclear = ruled.polarity is Polarity.UNCLEAR
        text = f"{_UNCLEAR}{ruled.sentence}" if unclear else f"{_ended(ruled.said)} {ruled.sentence}"
        notes = (_UNSURE_NOTE,) if unclear or ruled.sure < RULING_UNSURE else ()
        return Verdict((Sentence(_ended(text), (ruled.source + 1,), True),), notes, min(_MOST_SURE, ruled.sure))

    def _check_articles(self, said: _Said) -> Verdict:
        """Return the articles found, by date, a line each."""
        order = sorted(range(len(said.found)), key=lambda at: (said.found[at].article.date or "9999", at))
        sentences = tuple(Sentence(_line_of(said.found[at]), (at + 1,), True) for at in order)
        if not sentences:
            return Verdict()
        notes = (f"Hanya {ARTICLES_LISTED} artikel terdekat yang disebut.",) if len(order) == ARTICLES_LISTED else ()
        return Verdict(sentences, notes, _MOST_SURE)

    def _check_comparison(self, said: _Said) -> Verdict:
        """Return both facts with their sources, and what their figures say of each other."""
        asked = said.plan.intent.comparison
        if said.pieces or asked is None:
            return self._check_written(said)
        sides = [
            self._side(asked.things[at], asked.things[1 - at], asked.questions[at], half, said.found)
            for at, half in enumerate(said.halves)
        ]
        one, two = sides
        one = one or (comparison.shared(two, asked.things[0]) if two else None)
        two = two or (comparison.shared(one, asked.things[1]) if one else None)
        sure = comparison.sure_of((one, two))
        if one and two:
            one, two = comparison.with_quantities(one, two)
        told = [side for side in (one, two) if side]
        if not told:
            return Verdict()
        sentences = [Sentence(_ended(side.sentence), (side.source + 1,), True) for side in told]
        if len(told) == 2 and told[0].sentence == told[1].sentence:
            del sentences[1]
        notes: list[str] = []
        for thing, side in zip(asked.things, (one, two), strict=True):
            if side is None:
                sentences.append(Sentence(f"{opened(thing)}: tidak ditemukan dalam arsip.", (), True))
                notes.append(_MISSING_NOTE.format(thing))
        if one and two and (computed := comparison.told(asked, one, two)):
            cited = tuple(dict.fromkeys((one.source + 1, two.source + 1)))
            sentences.insert(0, Sentence(computed, cited, True))
        if sure < self._weights.unsure:
            notes.insert(0, _UNSURE_NOTE)
        return Verdict(tuple(sentences), tuple(notes), min(_MOST_SURE, sure))

    def _side(
        self, thing: str, other: str, question: str, half: Sequence[Retrieved], found: Sequence[Retrieved]
    ) -> comparison.Side | None:
        """Return what one side of a comparison is, by the reader's words in a passage that names it; None without."""
        numbered = {item.passage.id: place for place, item in enumerate(found)}
        items = [
            item for item in half if item.passage.id in numbered and comparison.names(thing, other, item.titled_text)
        ]
        query = Query(question)
        topic = self._retriever.stem_weights(query.topic)
        judging = Judging(query, topic, items, (), self._retriever.context, Trace(refusal_text=NOT_FOUND))
        for sure, best in rated(judging, None, self._weights):
            if sure >= self._weights.threshold and best.text:
                sentence = _sentence_of(best, items)
                return comparison.Side(thing, sentence, best.text, numbered[items[best.source].passage.id], sure)
        measured = query.kind & (Kind.NUMBER | Kind.DATE)
        for one in found_sentences(items, topic):
            if min(one.spoken, one.own + 0.1) < _LEAST_SPOKEN or not comparison.names(thing, other, one.text):
                continue
            if not measured or quantities(one.text):
                source = numbered[items[one.source].passage.id]
                return comparison.Side(thing, one.text, "", source, _SPOKEN_SURE * one.spoken)
        return None

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
            if sentence.supported or not checked.found  # what nothing supports is told only where there is nothing else
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
            if reason := self._reason(judging):
                return reason
            return Verdict(confidence=sure, notes=(best.against,) if best.against else ())
        return self._told(judging, best, sure, unsure=sure < (self._weights.unsure if read else UNSURE))

    def _reason(self, judging: Judging) -> Verdict | None:
        """Return the sentence that speaks most of what a reason is asked of and holds a word of cause, with a doubt."""
        if not asks_reason(judging.query.text):
            return None
        for one in found_sentences(judging.found, judging.topic):
            read = bool(judging.found[one.source].readings)
            if read and one.answering >= LEAST_ANSWERING and one.spoken >= _LEAST_REASON and gives_reason(one.text):
                passage = judging.found[one.source].passage.text
                start, end = reason_span(passage, one.start, one.end)
                told = Sentence(_ended(" ".join(passage[start:end].split())), (one.source + 1,), True)
                return Verdict((told,), (_UNSURE_NOTE,), _SPOKEN_SURE * one.spoken)
        return None

    def _told(self, judging: Judging, best: VerifiedSpan, sure: float, *, unsure: bool) -> Verdict:
        """Return the answer where it stands, with other sources that hold it and those that give another number."""
        pieces, topic = judging.pieces, judging.topic
        holding = [pieces[place.piece].source for place in locate(best.text, pieces, topic)]
        others = (source for source in holding if source != best.source)
        cited = _witnesses([best.source, *others], judging.found)[:_CITED]
        text, other = self._told_text(judging, best)
        sentences = [Sentence(_ended(text), tuple(number + 1 for number in cited), True)]
        if other:
            sentences.append(Sentence(f"Artikel itu juga menyebut: {_ended(other)}", (best.source + 1,), True))
        for piece, other in other_numbers(best.text, [best.source, *holding], pieces, topic)[:1]:
            sentences.append(Sentence(f"Sumber lain menyebut: {_ended(other)}", (piece.source + 1,), True))
        notes = (_UNSURE_NOTE, *((best.against,) if best.against else ())) if unsure else ()
        day = judging.found[best.source].article.date
        if day and _WHO_IS.match(judging.query.text):
            notes = (*notes, f"Keterangan per {day}, tanggal artikelnya.")
        return Verdict(tuple(sentences), notes, sure)

    def _told_text(self, judging: Judging, best: VerifiedSpan) -> tuple[str, str]:
        """Return what is told of an answer, whole sentences of a reason or way, and another value beside it."""
        asked, passage = judging.query.text, judging.found[best.source].passage.text
        if asks_reason(asked) or asks_way(asked):
            place = re.search(r"\s+".join(map(re.escape, best.text.split())), passage)
            if place:
                start, end = reason_span(passage, *place.span(), way=asks_way(asked))
                return " ".join(passage[start:end].split()), ""
        measured = judging.query.kind & (Kind.NUMBER | Kind.DATE)
        if measured and (value := other_value(judging.query, best.text, passage, judging.topic)):
            return value.sentence, value.other
        return best.text, ""


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


def _choose_nothing(plan: SearchPlan, found: Sequence[Retrieved]) -> list[Excerpt]:
    """Return nothing for the model to read: what is told stands in the passages."""
    return []


def _one_an_article(found: Sequence[Retrieved], topic: Mapping[str, float]) -> list[Retrieved]:
    """Return the best passage of each story that speaks of the topic, best first."""
    kept: dict[str, Retrieved] = {}
    for item in found:
        if coverage(topic, item.titled_text, topic) >= _ON_TOPIC:
            kept.setdefault(item.story, item)
    return list(kept.values())[:ARTICLES_LISTED]


def _line_of(item: Retrieved) -> str:
    """Return an article as one line of a list: its date, and its title or first sentence."""
    text = item.passage.text
    spans = sentence_spans(text)
    first = text[spans[0][0] : spans[0][1]] if spans else text
    title = item.article.title or " ".join(first.split())
    return _ended(f"{item.article.date}: {title}" if item.article.date else title)


def _heading(part: Part) -> str:
    return opened(part.asked)


def _short_answer(verdict: Verdict) -> str:
    """Return the words of an answer that another question may be asked of, "" where there are none or it is long."""
    names = [sentence.text.rstrip(". ") for sentence in verdict.sentences]
    if not verdict.found or _UNSURE_NOTE in verdict.notes or sum(map(len, names)) > _MAX_CHAINED_CHARS:
        return ""
    return " dan ".join(names)


def _check_summary(said: _Said) -> Verdict:
    """Return a summary, as sure as it is that the article is the one that was asked for."""
    summary = said.summary
    if summary is None:
        return Verdict()
    sure = summary.confidence
    if sure < LEAST_ANSWERING or not summary.sentences:
        return Verdict(notes=summary.notes, confidence=sure)
    notes = (*summary.notes, *((_UNSURE_NOTE,) if sure < MANY_UNSURE else ()))
    return Verdict(summary.sentences, notes, sure, summary.lines)


def _joined(parts: Sequence[Part], verdicts: Sequence[Verdict]) -> Verdict:
    """Return the answers to several questions as one, each under its own heading, as sure as the least sure of them."""
    sentences: list[Sentence] = []
    notes: dict[str, None] = {}
    missing = [part.asked for part, verdict in zip(parts, verdicts, strict=True) if not verdict.found]
    found = [verdict for verdict in verdicts if verdict.found]
    if not found:
        notes = dict.fromkeys(note for verdict in verdicts for note in verdict.notes)
        return Verdict(notes=tuple(notes), confidence=max(verdict.confidence for verdict in verdicts))
    for part, verdict in zip(parts, verdicts, strict=True):
        told = verdict.sentences if verdict.found else (Sentence(NOT_FOUND, (), True),)
        sentences += [replace(told[0], heading=_heading(part)), *told[1:]]
        notes |= dict.fromkeys(verdict.notes if verdict.found else ())
    if missing:
        notes[_MISSING_NOTE.format(" ".join(f"“{asked}”" for asked in missing))] = None
    return Verdict(tuple(sentences), tuple(notes), min(verdict.confidence for verdict in found))


def _speak_of_it(plan: SearchPlan, found: Sequence[Retrieved]) -> bool:
    """Tell whether any passage speaks of the question; in another language words tell nothing."""
    texts = (plan.query.read_as_asked(item.titled_text) for item in found)
    speaks = (coverage(plan.topic, text, plan.topic) for text in texts)
    return plan.query.is_english or max(speaks, default=0.0) >= MIN_COVERAGE


def _doubted(
    sentences: tuple[Sentence, ...], notes: tuple[str, ...], cited: Sequence[int], found: Sequence[Retrieved]
) -> Verdict:
    """Return an answer of several sentences, as sure as its best source answers and as much of it is supported."""
    sure = sum(sentence.supported for sentence in sentences) / len(sentences)
    readings = [reading for source in cited for reading in found[source].readings]
    if not readings:
        return Verdict(sentences, notes, min(_MOST_SURE, sure))
    sure = min(_MOST_SURE, sure * max(reading.answering for reading in readings))
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


def _text(sentences: Sequence[Sentence], *, lines: bool = False) -> str:
    """Return the sentences with their numbers, a line for each heading, or for each of them (``lines``)."""
    text = ""
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations)
        marks = marks or ("" if sentence.supported else "[tidak didukung arsip]")
        heading = f"{sentence.heading} " if sentence.heading else ""
        text += ("\n" if (heading or lines) and text else " ") + f"{heading}{sentence.text} {marks}".strip()
    return text.strip()
