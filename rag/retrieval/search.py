"""A question as it is understood → the passages found, best first. Page, command line and evaluation search by this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.query.implied_filters import Implied, Reading
from rag.query.intent import Wanted
from rag.query.query import Query
from rag.query.spelling import respelled
from rag.retrieval.bm25 import coverage
from rag.retrieval.named_articles import named_articles
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search_plan import SearchPlan

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


def find(
    plan: SearchPlan, retriever: Retriever, count: int, *, keep_undated: bool = False
) -> tuple[list[Retrieved], SearchPlan]:
    """Return the passages found, best first, and the plan as it was searched by in the end.

    >>> find(understand("Siapa gubernurnya?", retriever, today=today), retriever, count=4)  # doctest: +SKIP

    Those of both halves of a comparison come in turn; for a summary those that open its article, or the best of each
    article of its subject. Page, command line
    and evaluation all search by this; ``keep_undated`` as in ``Retriever.search``.
    """
    wanted = plan.intent.wanted
    if wanted is Wanted.COMPARE:
        return in_turn(find_halves(plan, retriever, count, keep_undated=keep_undated))[:count], plan
    if wanted is Wanted.SUMMARISE:
        named = named_articles(plan, retriever)
        if len(named.articles) == 1:
            return retriever.opening(named.articles[0].id, count), named.plan
        return list(named.found[:count]), named.plan
    return _nearest(plan, retriever, count, keep_undated=keep_undated)


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
