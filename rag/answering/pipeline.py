"""Question → cited answer: evidence first, then the model's words, then what of them holds.

A question for a fact is answered in words copied from one source. Lists, comparisons, reasons and yes or no are put
together from what the reader marks, word for word. Two questions in one are answered one after the other, each with its
own sources or its own no.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import date

from index.errors import ModelStopped
from index.storage.filters import Filters
from rag.answering import articles, comparison, fact, list_items, reasons, summaries, yes_no
from rag.answering.answer import Answer, EvidenceFound, Finished, Source, Token, Verdict, as_text, numbered_source
from rag.answering.confidence import ReadWeights
from rag.answering.parts import joined, short_answer
from rag.answering.verdicts import opened
from rag.answering.verification import Judging, VerifiedSpan
from rag.answering.way import SOURCES, Said, Search, Tools, Way
from rag.generation.prompts import NOT_FOUND
from rag.generation.protocol import ChatModel
from rag.generation.scheduling import Handle
from rag.query.intent import Wanted
from rag.query.parts import Part
from rag.query.rewriting import Turn
from rag.query.small_talk import SmallTalk, small_talk, without_greeting
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search_plan import SearchPlan, understand

_SOURCES_OF_PART = 3  # passages of each of several questions


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


def _about(searches: Sequence[Search]) -> tuple[str, ...]:
    """Return the article that the questions before are most likely about."""
    return tuple(item.article.id for search in searches[:1] for item in search.found[:1])


# A new form of answer is a row here; which one a question wants is told by rag.query.intent.
WAYS = {
    Wanted.FACT: Way(fact.check, ask=fact.ask),
    Wanted.REASON: Way(reasons.check),
    Wanted.LIST: Way(list_items.check),
    Wanted.COMPARE: Way(comparison.check, comparison.search),
    Wanted.YES_NO: Way(yes_no.check, ask=yes_no.ask),
    Wanted.ARTICLES: Way(articles.check, articles.search),
    Wanted.SUMMARISE: Way(summaries.check, summaries.search),
}


class Assistant:
    """Answers questions from one archive with one language model."""

    def __init__(
        self,
        retriever: Retriever,
        model: ChatModel,
        today: date | None = None,
        weights: ReadWeights | None = None,
    ) -> None:
        self._tools = Tools(retriever, model, weights or ReadWeights.load())
        self._today = today

    def on(self, retriever: Retriever) -> Assistant:
        """Return the same for another archive; the model is shared."""
        return Assistant(retriever, self._tools.model, self._today, self._tools.weights)

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
        plan = self._understood(question, filters, turns, implied)
        parts = plan.alone.parts
        several = len(parts) > 1
        searches = self._search_parts(parts, plan, implied) if several else [self._search(plan)]
        plan = plan if several else searches[0].plan
        numbering = _Numbering()
        for search in searches:
            numbering.add(search.found)
        evidence = self._evidence(plan, numbering)
        retrieved_at = time.monotonic()
        yield evidence

        first_at: float | None = None
        raws: list[str] = []
        verdicts: list[Verdict] = []
        for place, (part, search) in enumerate(zip(parts, searches, strict=True)):
            if part.chained and verdicts and (known := short_answer(verdicts[-1])):
                search = self._search_part(part.after(known), plan, implied, _about(searches[:place]))
                numbering.add(search.found)
            if several:
                yield Token(f"{chr(10) if place else ''}{opened(part.asked)} ")
            for piece in self._said(search, handle):
                if isinstance(piece, Said):
                    raws.append(piece.raw)
                    verdict = WAYS[search.plan.intent.wanted].check(self._tools, search, piece)
                    verdicts.append(numbering.of(verdict, search.found))
                else:
                    first_at = first_at or time.monotonic()
                    yield Token(piece)
        verdict = joined(parts, verdicts) if several else verdicts[0]
        notes = dict.fromkeys(note for search in searches for note in search.plan.notes)
        timings = {"retrieve": retrieved_at - began, "first_token": first_at and first_at - began}
        timings["total"] = time.monotonic() - began
        yield Finished(
            Answer(
                question=question,
                answer=as_text(verdict.sentences, lines=verdict.lines) if verdict.found else NOT_FOUND,
                found=verdict.found,
                sentences=verdict.sentences if verdict.found else (),
                sources=tuple(numbering.sources),
                articles_searched=evidence.articles_searched,
                passages_searched=evidence.passages_searched,
                timings_ms={name: None if s is None else round(s * 1000, 1) for name, s in timings.items()},
                model=self._tools.model.name,
                raw="\n".join(raws).strip(),
                notes=(*notes, *verdict.notes),
                confidence=verdict.confidence,
                rewritten=evidence.rewritten,
                implied=evidence.implied,
                cancelled=handle.cancelled,
            )
        )

    def first_look(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        turns: Sequence[Turn] = (),
        implied: bool = True,
    ) -> EvidenceFound | None:
        """Return what lies nearest to a question, unread: an eighth of the work. None for a greeting.

        The arguments are those of ``stream``, which then tells the evidence as it is read.
        """
        if small_talk(question):
            return None
        plan = self._understood(question, filters, turns, implied)
        numbering = _Numbering()
        numbering.add(self._tools.retriever.search(plan.query, SOURCES, plan.filters, is_read=False))
        return replace(self._evidence(plan, numbering), is_first_look=True)

    @property
    def _day(self) -> date:
        return self._today or date.today()

    def _understood(self, question: str, filters: Filters | None, turns: Sequence[Turn], implied: bool) -> SearchPlan:
        asked, retriever = without_greeting(question), self._tools.retriever
        return understand(asked, retriever, today=self._day, given=filters, turns=turns, implied=implied)

    def _evidence(self, plan: SearchPlan, numbering: _Numbering) -> EvidenceFound:
        """Return what was found, as it is told before the first word."""
        read = plan.as_json()
        searched = self._tools.retriever.searched(plan.filters)
        return EvidenceFound(tuple(numbering.sources), *searched, read["rewritten"], tuple(read["implied"]))

    def _reply(self, question: str, talk: SmallTalk, began: float) -> Generator[EvidenceFound | Token | Finished]:
        """Yield a friendly line to what asks nothing of the archive."""
        yield EvidenceFound((), 0, 0)
        yield Token(talk.value)
        yield Finished(
            Answer(
                question=question,
                answer=talk.value,
                found=False,  # nothing of the archive is told
                sentences=(),
                sources=(),
                articles_searched=0,
                passages_searched=0,
                timings_ms={"retrieve": 0.0, "first_token": None, "total": round((time.monotonic() - began) * 1000, 1)},
                model=self._tools.model.name,
                raw="",
                notes=(),
            )
        )

    def _search_parts(self, parts: Sequence[Part], whole: SearchPlan, implied: bool) -> list[Search]:
        """Search several questions; one that leans on those before it is first looked for where they are answered."""
        made: list[Search] = []
        for part in parts:
            made.append(self._search_part(part.question, whole, implied, _about(made) if part.leans else ()))
        return made

    def _search_part(self, question: str, whole: SearchPlan, implied: bool, about: tuple[str, ...] = ()) -> Search:
        """Search one of several questions, within what was given for all of them; ``about`` are articles to prefer."""
        plan = understand(question, self._tools.retriever, today=self._day, given=whole.given, implied=implied)
        # what the conversation is about holds for each part
        prefer = whole.rewritten.prefer or about
        own = plan.rewritten.own or (question if about else None)
        plan = replace(plan, rewritten=replace(plan.rewritten, prefer=prefer, own=own))
        return self._search(plan, _SOURCES_OF_PART)

    def _search(self, plan: SearchPlan, count: int = SOURCES) -> Search:
        return WAYS[plan.intent.wanted].search(self._tools, plan, count)

    def judged(self, question: str) -> tuple[Judging, VerifiedSpan | None] | None:
        """Return what the answer to a question for one fact is chosen from, None for any other question."""
        plan = understand(question, self._tools.retriever, today=self._day)
        if plan.intent.wanted is not Wanted.FACT:
            return None
        search = self._search(plan)
        *_, said = self._said(search, Handle())
        assert isinstance(said, Said)
        return fact.judged(self._tools, search, said)

    def _said(self, search: Search, handle: Handle) -> Iterator[str | Said]:
        """Yield the words that the model copies as they come, and in the end all that it said."""
        said = yield from WAYS[search.plan.intent.wanted].ask(self._tools, search, handle)
        yield said
