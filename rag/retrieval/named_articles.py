"""A request for a summary → the articles that are meant: by title, by the conversation, or by subject.

What can be wrong of a summary is the article, and that is what the probability tells: a title or the article just
spoken of names it, a subject only describes it. Search and summary take the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.articles import Article
from index.storage.filters import Filters
from index.text.analysis import index_stems
from rag.query.implied_filters import Reading, together
from rag.query.intent import Wanted
from rag.query.query import Query
from rag.reading.reading import logistic
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search_plan import SearchPlan

_POINTING = frozenset(["itu", "ini", "tersebut", "tadi", "artikel", "berita", "tulisan", "laporan"])  # "artikel itu"
# By hand: all 200 titles of the news summaries name their article; a conversation may have meant another that it cited.
_TITLED, _POINTED = 0.99, 0.95
MAX_ARTICLES = 6  # of a subject
_READ = 40  # passages among which the articles of a subject are looked for
_CLEARLY = 0.5  # an article is of the subject where that is likelier than not; by hand
_NOTHING_NAMED = "Belum jelas artikel mana yang dimaksud; sebut judulnya, misalnya: Ringkas artikel “Judul Artikel”."


@dataclass(frozen=True)
class NamedArticles:
    """``articles`` are those to be summed up, one, or several of a subject, none where none is likely enough.

    ``found`` are the best passages of what a subject found, likeliest first; the first belong to ``articles``.
    ``sure`` is the probability of the first article. ``topic`` is the subject, ``namesakes`` the number of articles of
    the title that was named, ``plan`` the question as it was searched in the end.
    """

    plan: SearchPlan
    articles: tuple[Article, ...] = ()
    sure: float = 0.0
    found: tuple[Retrieved, ...] = ()
    topic: str = ""
    namesakes: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AboutWeights:
    """How likely an article is on a subject, of the weighted shares of the subject's stems that it holds.

    Fitted by `scripts/train/subject.py` on 827 subjects cut from titles and openings of news articles, 291 of them with
    their article away. Held out, the first article is right for .998 of the others, and of 535 that are called likely
    one is wrong. What readers ask is vaguer than such cuts.
    """

    constant: float = -20.23
    title: float = 1.87
    passage: float = 21.36


def about_features(topic: Sequence[str], item: Retrieved, rarity: Mapping[str, float]) -> tuple[float, float]:
    """Return what is weighed, each in [0, 1], in the order of ``AboutWeights``; ``topic`` are the subject's stems."""
    return coverage(topic, item.article.title or "", rarity), coverage(topic, item.titled_text, rarity)


@dataclass(frozen=True)
class _About:
    likely: float
    item: Retrieved


def named_articles(plan: SearchPlan, retriever: Retriever) -> NamedArticles:
    """Return the articles that a summary is asked of.

    >>> plan = understand("Ringkas artikel “Pasar ikan”", retriever, today=today)  # doctest: +SKIP
    >>> named_articles(plan, retriever).sure  # doctest: +SKIP
    0.99

    Filters read from the question do not hold for an article named by its title: the year in it is the title's.
    """
    wanted = plan.intent
    named = wanted.article or ""
    if named.lower() in _POINTING:
        whole = next(filter(None, map(retriever.store.article, plan.rewritten.prefer)), None)
        return NamedArticles(plan, (whole,), _POINTED) if whole else NamedArticles(plan, notes=(_NOTHING_NAMED,))
    if not wanted.subject:
        titled = map(retriever.store.article, retriever.store.titled(named))
        if fitting := [article for article in titled if article and plan.given.accepts(article)]:
            alone = plan.alone.text
            unread = replace(plan, reading=Reading(alone, alone), filters=plan.given, notes=())
            return NamedArticles(unread, (fitting[0],), _TITLED / len(fitting), namesakes=len(fitting))
    topic = _topic(plan)
    about, plan = _about(topic, plan, retriever)
    likely = [one for one in about if one.likely >= _CLEARLY]
    likely = likely[: MAX_ARTICLES if wanted.subject else 1]
    whole_articles = tuple(filter(None, (retriever.store.article(one.item.article.id) for one in likely)))
    sure = about[0].likely if about else 0.0
    return NamedArticles(plan, whole_articles, sure, tuple(one.item for one in about), topic)


def _about(topic: str, plan: SearchPlan, retriever: Retriever) -> tuple[list[_About], SearchPlan]:
    """Return the articles nearest to a subject, each story once, likeliest first, and the plan with its filters.

    The time asked for keeps others out, as it does not for a single fact, where something in it is of the subject.
    Filters read from the question are dropped, and that is told, where nothing they leave is.
    """
    own = together(plan.filters, *(one.filters for one in plan.reading.implied if not one.strict))
    given = plan.given
    about: list[_About] = []
    for filters in dict.fromkeys((own, plan.filters, given)):
        found = _ranked(topic, filters, retriever)
        about = about or found
        if not found or found[0].likely < _CLEARLY:
            continue
        if filters == given and plan.filters != given:
            words = ", ".join(f"“{one.words}”" for one in plan.reading.implied if one.strict)
            note = f"{words} tidak menyaring: yang tersisa tidak memuat “{topic}”; seluruh arsip dicari"
            plan = replace(plan, reading=replace(plan.reading, implied=()), notes=(*plan.notes, note))
        return found, replace(plan, filters=filters)
    return about, plan


def _topic(plan: SearchPlan) -> str:
    """Return what a summary is to be of, without the words that were read as filters."""
    asked = plan.query.intent
    topic = asked.article if asked.wanted is Wanted.SUMMARISE and asked.article else plan.intent.article or ""
    for one in plan.reading.implied:
        topic = re.sub(rf"(?:\b(?:pada|di|dalam|selama|sepanjang|dari)\s+)?\b{re.escape(one.words)}\b", " ", topic)
    return " ".join(topic.split()) or plan.intent.article or ""


def _ranked(topic: str, filters: Filters, retriever: Retriever, weights: AboutWeights = AboutWeights()) -> list[_About]:
    stems = subject_stems(topic)
    rarity = retriever.stem_weights(stems)
    best: dict[str, _About] = {}
    for item in retriever.ranked(Query(topic), _READ, filters):
        title, passage = about_features(stems, item, rarity)
        value = weights.constant + weights.title * title + weights.passage * passage
        likely = logistic(value)
        if item.story not in best or likely > best[item.story].likely:
            best[item.story] = _About(likely, item)
    return sorted(best.values(), key=lambda one: -round(one.likely, 6))  # what is equal stays in the order found


def subject_stems(topic: str) -> list[str]:
    """Return the stems that an article on a subject holds; those of function words where there are no others."""
    return list(Query(topic).topic) or list(dict.fromkeys(index_stems(topic)))
