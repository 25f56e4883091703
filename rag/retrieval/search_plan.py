"""A question within its conversation → how it is searched: made to stand alone, its time words read.

Each thing that was read into a question is kept beside the result, so that the user sees it and can drop it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.storage.filters import Filters
from index.storage.repository import Store
from rag.query.implied_filters import Reading, read_filters, settle, together
from rag.query.intent import Intent, Wanted
from rag.query.query import Query
from rag.query.rewriting import Rewritten, Turn, standalone
from rag.query.spelling import respelled
from rag.retrieval.results import titled
from rag.retrieval.retriever import Retriever


@dataclass(frozen=True)
class SearchPlan:
    """A question as it is searched: what it was rewritten to and why, the filters read from it, and notes on them.

    ``alone`` is the question as it stands alone, ``query`` what to search with, after filters were read from it and its
    spelling; ``topic`` are the inverse document frequencies of its topic in this archive; ``intent`` is what the whole
    question wants done. ``filters`` are all that hold, those ``given`` by the user included.
    """

    rewritten: Rewritten
    alone: Query
    reading: Reading
    intent: Intent
    query: Query
    topic: Mapping[str, float]
    filters: Filters
    given: Filters
    notes: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """The question as it stands alone."""
        return self.rewritten.question

    def as_json(self) -> dict[str, Any]:
        """Return what was read into the question: ``rewritten`` (None where nothing) and ``implied`` filters."""
        reason = self.rewritten.reason
        return {
            "rewritten": None if reason is None else {"question": self.question, "reason": reason},
            "implied": [
                {
                    "words": one.words,
                    "label": one.label,
                    "strict": one.strict,
                    "date_from": one.filters.date_from,
                    "date_to": one.filters.date_to,
                    "publisher": one.filters.publisher,
                }
                for one in self.reading.implied
            ],
        }

    def messages(self) -> list[str]:
        """Return the lines that tell a user what was read into the question."""
        lines = [] if self.rewritten.reason is None else [f"dicari: {self.question} ({self.rewritten.reason})"]
        lines += [f"{one.label}, karena “{one.words}” (tanpa ini: --no-implied)" for one in self.reading.implied]
        return lines + list(self.notes)


def understand(
    question: str,
    retriever: Retriever,
    *,
    today: date,
    given: Filters | None = None,
    turns: Sequence[Turn] = (),
    implied: bool = True,
) -> SearchPlan:
    """Return how a question is to be searched; ``implied=False`` reads no filters from it."""
    given = given or Filters()
    asked = Query(question)
    rewritten = standalone(question, turns)
    alone = asked.reworded(rewritten.question)
    # subtle: the outlet of a topic that was put before the question filters again, which is what was asked for then
    reading = Reading(rewritten.question, rewritten.question)
    notes: tuple[str, ...] = ()
    if implied:
        reading = read_filters(rewritten.question, today, retriever.store.publishers())
        if reading.implied:
            reading, notes = settle(reading, given, retriever.searched)
    spelling = respelled(alone.reworded(reading.text), retriever.store)
    return SearchPlan(
        rewritten,
        alone,
        reading,
        alone.intent if asked.intent.wanted in (Wanted.FACT, Wanted.REASON, alone.intent.wanted) else asked.intent,
        spelling.query,
        retriever.stem_weights(spelling.query.topic),
        together(given, reading.filters),
        given,
        (*notes, *spelling.notes()),
    )


def turn_of(question: str, articles: Iterable[str], store: Store, answer: str = "") -> Turn:
    """Return what a question, as it stands alone, is to those after it; ``articles`` are ids of those that answer it.

    Without any (nothing found) the turn still says what the conversation is about.
    """
    ids = tuple(dict.fromkeys(articles))
    whole = [article for article in map(store.article, ids) if article]
    return Turn(question, answer, "\n".join(titled(article, article.text) for article in whole), ids)
