"""A question within its conversation → passages: made to stand alone, its time words read, then searched.

Each thing that was read into a question is kept beside the result, so that the user sees it and can drop it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.storage.filters import Filters
from index.storage.repository import Store
from rag.query.implied_filters import Implied, Reading, read_filters, settle, together
from rag.query.intent import Intent, Wanted
from rag.query.query import Query
from rag.query.rewriting import Rewritten, Turn, standalone
from rag.query.spelling import respelled
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved, titled
from rag.retrieval.retriever import Retriever

# What a passage of an article that the conversation is about gets beside its score in [0, 1], and the weight of how
# well it answers the question's own words, without the topic set before them. Chosen on the tuned half of the
# conversations, where weights of .2 and .4 find the right passage first less often (`scripts/bench/followups.py`).
ARTICLE_BONUS = 0.3
OWN_WEIGHT = 0.6
# A filter read from the question is dropped where no passage it leaves holds this share of the question's weighted
# stems, and one that it keeps out holds more by the margin. By hand.
MIN_COVERAGE = 0.5
_MARGIN = 0.25
_CANDIDATES = 20  # among which passages are brought forward
_POINTING = frozenset(["itu", "ini", "tersebut", "tadi", "artikel", "berita"])  # "ringkas artikel itu"


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
        alone.intent if asked.intent.wanted in (Wanted.FACT, alone.intent.wanted) else asked.intent,
        spelling.query,
        retriever.stem_weights(spelling.query.topic),
        together(given, reading.filters),
        given,
        (*notes, *spelling.notes()),
    )


def find(
    plan: SearchPlan, retriever: Retriever, count: int, *, keep_undated: bool = False
) -> tuple[list[Retrieved], SearchPlan]:
    """Return the passages found, best first, and the plan as it was searched by in the end.

    >>> find(understand("Siapa gubernurnya?", retriever, today=today), retriever, count=4)  # doctest: +SKIP

    Those of both halves of a comparison come in turn, those of one article alone for its summary. Page, command line
    and evaluation all search by this; ``keep_undated`` as in ``Retriever.search``.
    """
    wanted = plan.intent.wanted
    if wanted is Wanted.COMPARE:
        return in_turn(find_halves(plan, retriever, count, keep_undated=keep_undated))[:count], plan
    found, plan = _nearest(plan, retriever, count, keep_undated=keep_undated)
    if wanted is Wanted.SUMMARISE and plan.intent.article:
        article = _named(plan, plan.intent.article, found, retriever)
        found = retriever.opening(article, count) if article else []
    return found, plan


def _nearest(
    plan: SearchPlan, retriever: Retriever, count: int, *, keep_undated: bool
) -> tuple[list[Retrieved], SearchPlan]:
    """Return the nearest passages, and the plan they were found by.

    Filters read from the question are dropped, and that is told, where only what they keep out speaks of it.
    """
    among = max(count, _CANDIDATES)
    found = retriever.search(plan.query, among, plan.filters, keep_undated=keep_undated)
    strict = [one for one in plan.reading.implied if one.strict]
    held = _covered(plan, found) if strict else 1.0
    if held < MIN_COVERAGE:
        without = _without(plan, strict, retriever)
        wider = retriever.search(without.query, among, without.filters, keep_undated=keep_undated)
        if _covered(plan, wider) >= held + _MARGIN:
            plan, found = without, wider
    return _forward(found, _of_articles(plan, retriever), plan)[:count], plan


def _named(plan: SearchPlan, article: str, found: Sequence[Retrieved], retriever: Retriever) -> str | None:
    """Return the id of the article that is to be summarised: the conversation's where it is only pointed at."""
    about = plan.rewritten.prefer if article.lower() in _POINTING else ()
    named = retriever.search(Query(article), 1, plan.filters) or found
    return next(iter([*about, *(item.article.id for item in named)]), None)


def find_halves(
    plan: SearchPlan, retriever: Retriever, count: int, *, keep_undated: bool = False
) -> list[list[Retrieved]]:
    """Return the passages of each half of a comparison, each read for its own half."""
    parts = map(Query, plan.intent.parts)
    return [retriever.search(part, count, plan.filters, keep_undated=keep_undated) for part in parts]


def in_turn(halves: Sequence[Sequence[Retrieved]]) -> list[Retrieved]:
    """Return the best of each, then the second of each, and so on; none twice."""
    merged: dict[str, Retrieved] = {}
    for rank in range(max(map(len, halves), default=0)):
        for half in halves:
            if rank < len(half):
                merged.setdefault(half[rank].passage.id, half[rank])
    return list(merged.values())


def turn_of(question: str, articles: Iterable[str], store: Store, answer: str = "") -> Turn:
    """Return what a question, as it stands alone, is to those after it; ``articles`` are ids of those that answer it.

    Without any (nothing found) the turn still says what the conversation is about.
    """
    ids = tuple(dict.fromkeys(articles))
    whole = [article for article in map(store.article, ids) if article]
    return Turn(question, answer, "\n".join(titled(article, article.text) for article in whole), ids)


def _of_articles(plan: SearchPlan, retriever: Retriever) -> list[Retrieved]:
    """Return the passages of the articles the conversation is about, as they answer the question's own words."""
    own, about = plan.rewritten.own, plan.rewritten.prefer
    if not own or not about:
        return []
    return retriever.search(Query(own), _CANDIDATES, replace(plan.filters, articles=about), keep_undated=True)


def _forward(found: Sequence[Retrieved], own: Sequence[Retrieved], plan: SearchPlan) -> list[Retrieved]:
    """Return the passages in their new order: those of the conversation's articles and of the time asked for first."""
    about, reading = set(plan.rewritten.prefer), plan.reading
    if not about and all(one.strict for one in reading.implied):
        return list(found)
    of_own = {_place(item): item for item in own}
    scores = {_place(item): item.score for item in found}
    items = {_place(item): item for item in (*own, *found)}
    ordered = []
    for place, item in items.items():
        score = scores.get(place, 0.0) + ARTICLE_BONUS * (item.article.id in about)
        score += OWN_WEIGHT * of_own[place].score if place in of_own else 0.0
        score += reading.weight(item.article)
        ordered.append(replace(item, score=min(1.0, score / (1 + (ARTICLE_BONUS + OWN_WEIGHT) * bool(own)))))
    return sorted(ordered, key=lambda item: (-round(item.score, 6), item.passage.article_id, item.passage.position))


def _place(item: Retrieved) -> tuple[str, int]:
    return item.passage.article_id, item.passage.position


def _covered(plan: SearchPlan, found: Sequence[Retrieved]) -> float:
    """Return the greatest share of what is asked that one passage holds; in another language words tell nothing."""
    if plan.query.is_english:
        return float(bool(found))
    return max((coverage(plan.topic, item.titled_text, plan.topic) for item in found), default=0.0)


def _without(plan: SearchPlan, strict: Sequence[Implied], retriever: Retriever) -> SearchPlan:
    words = ", ".join(f"“{one.words}”" for one in strict)
    labels = ", ".join(one.label.removeprefix("hanya ") for one in strict)
    note = f"{words} tidak menyaring: yang {labels} tidak memuatnya; seluruh arsip dicari"
    kept = tuple(one for one in plan.reading.implied if not one.strict)
    question = plan.reading.question
    query = respelled(plan.query.reworded(question), retriever.store).query
    return replace(
        plan,
        reading=Reading(question, question, kept),
        query=query,
        topic=retriever.stem_weights(query.topic),
        filters=plan.given,
        notes=(*plan.notes, note),
    )
