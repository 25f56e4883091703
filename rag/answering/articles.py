"""A question for articles → a line for each that speaks of its topic: day and title, oldest first. No model call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.text.sentences import sentence_spans
from rag.answering.answer import Sentence, Verdict
from rag.answering.verdicts import MOST_SURE, ended
from rag.answering.way import Said, Search, Tools
from rag.query.query import Query
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved
from rag.retrieval.search import find
from rag.retrieval.search_plan import SearchPlan

ARTICLES_LISTED, _AMONG = 10, 40  # articles in a list of them, and the passages they are taken from
_ON_TOPIC = 0.5  # share of the topic's weighted stems that a listed article's passage or title must hold; by hand


def search(tools: Tools, plan: SearchPlan, count: int) -> Search:
    """Return the best passage of each article that is listed."""
    found, plan = find(plan, tools.retriever, _AMONG)
    about = Query(plan.intent.article or plan.query.text)
    return Search(plan, _one_an_article(found, tools.retriever.stem_weights(about.topic)))


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the articles found, by date, a line each."""
    found = search.found
    order = sorted(range(len(found)), key=lambda at: (found[at].article.date or "9999", at))
    sentences = tuple(Sentence(_line_of(found[at]), (at + 1,)) for at in order)
    if not sentences:
        return Verdict()
    notes = (f"Hanya {ARTICLES_LISTED} artikel terdekat yang disebut.",) if len(order) == ARTICLES_LISTED else ()
    return Verdict(sentences, notes, MOST_SURE)


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
    return ended(f"{item.article.date}: {title}" if item.article.date else title)
