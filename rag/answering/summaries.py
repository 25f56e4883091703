"""A request for a summary → the sentences of the right article, or a dated line for each article of a subject.

Nothing is written here: every sentence stands in an article and has its citation. What can be wrong is the article,
and that is what the confidence tells: a title or the article just spoken of names it, a subject only describes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from index.articles import Article
from index.passages import Passage
from index.storage.filters import Filters
from index.text.analysis import index_stems
from index.text.dates import MONTH_NAMES
from rag.answering.answer import Verdict
from rag.answering.grounding import Sentence
from rag.answering.summary_sentences import SentenceWeights, Unit, choose, shares, units
from rag.answering.verdicts import LEAST_ANSWERING, MANY_UNSURE, UNSURE_NOTE, ended
from rag.answering.way import Said, Search, Tools
from rag.query.implied_filters import Reading, together
from rag.query.intent import Intent, Wanted
from rag.query.query import Query
from rag.reading.reading import logistic
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search_plan import SearchPlan

POINTING = frozenset(["itu", "ini", "tersebut", "tadi", "artikel", "berita", "tulisan", "laporan"])  # "artikel itu"
# By hand: all 200 titles of the news summaries name their article; a conversation may have meant another that it cited.
_TITLED, _POINTED = 0.99, 0.95
LEADS = 4  # passages shown beside a no
_READ = 40  # passages among which the articles of a subject are looked for
MAX_LINES = 6  # articles in the summary of a subject
_CLEARLY = 0.5  # an article is of the subject where that is likelier than not; by hand
_NOTHING_NAMED = "Belum jelas artikel mana yang dimaksud; sebut judulnya, misalnya: Ringkas artikel “Judul Artikel”."


@dataclass(frozen=True)
class Summary:
    """``found`` are the sources, those cited or the leads; ``confidence`` is that of the right article or subject.

    ``plan`` is the question as it was searched in the end. ``lines`` tells that each sentence is a line of its own.
    """

    found: tuple[Retrieved, ...]
    plan: SearchPlan
    sentences: tuple[Sentence, ...] = ()
    confidence: float = 0.0
    notes: tuple[str, ...] = ()
    lines: bool = False


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


def search(tools: Tools, plan: SearchPlan, count: int) -> Search:
    """Return the summary that a question asks for, as sure as it is that the article is the one that was meant."""
    made = summarise(plan.intent, plan, tools.retriever, plan.given)
    sure = made.confidence
    if sure < LEAST_ANSWERING or not made.sentences:
        return Search(made.plan, made.found, ready=Verdict(notes=made.notes, confidence=sure))
    notes = (*made.notes, *((UNSURE_NOTE,) if sure < MANY_UNSURE else ()))
    return Search(made.plan, made.found, ready=Verdict(made.sentences, notes, sure, made.lines))


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the summary."""
    return search.ready or Verdict()


def summarise(wanted: Intent, plan: SearchPlan, retriever: Retriever, given: Filters) -> Summary:
    """Return the summary that a question asks for; without sentences where no article is found for it.

    >>> summarise(intent("Ringkas artikel “Pasar ikan”"), plan, retriever, Filters()).confidence  # doctest: +SKIP
    0.99

    ``given`` are the filters that the user set. Those read from the question do not hold for an article named by its
    title: the year in it is the title's.
    """
    named = wanted.article or ""
    if named.lower() in POINTING:
        return _pointed(plan, retriever)
    if not wanted.subject:
        titled = map(retriever.store.article, retriever.store.titled(named))
        if fitting := [article for article in titled if article and given.accepts(article)]:
            return _titled(fitting, plan, retriever, given)
    topic = _topic(wanted, plan)
    about, plan = _about(topic, plan, retriever, given)
    likely = [one for one in about if one.likely >= _CLEARLY]
    if wanted.subject and len(likely) > 1:
        return _of_subject(topic, likely[:MAX_LINES], plan, retriever)
    if not about:
        return Summary((), plan)
    article = retriever.store.article(about[0].item.article.id)
    if article is None or about[0].likely < _CLEARLY:
        return Summary(tuple(one.item for one in about[:LEADS]), plan, confidence=about[0].likely)
    return _of_article(article, plan, retriever, about[0].likely)


def _pointed(plan: SearchPlan, retriever: Retriever) -> Summary:
    whole = next(filter(None, map(retriever.store.article, plan.rewritten.prefer)), None)
    if whole is None:
        return Summary((), plan, notes=(_NOTHING_NAMED,))
    return _of_article(whole, plan, retriever, _POINTED)


def _titled(articles: Sequence[Article], plan: SearchPlan, retriever: Retriever, given: Filters) -> Summary:
    """Return the summary of the latest article of a title; others of that title make it less sure and are told."""
    plan = replace(plan, reading=Reading(plan.rewritten.question, plan.rewritten.question), filters=given, notes=())
    made = _of_article(articles[0], plan, retriever, _TITLED / len(articles))
    if len(articles) == 1:
        return made
    return replace(made, notes=(f"{len(articles)} artikel berjudul itu; yang diringkas: {_when(articles[0])}.",))


def _of_article(article: Article, plan: SearchPlan, retriever: Retriever, confidence: float) -> Summary:
    """Return the chosen sentences of one article, each citing the passages in which it stands."""
    weights = _weights()
    made = units(article.text, article.publisher)
    chosen = choose(made, shares(made, article.title, weights), weights.usual_words)
    passages = _passages(article, retriever)
    holding = [[place for place, item in enumerate(passages) if _holds(item.passage, unit)] for unit in chosen]
    shown = sorted({place for places in holding for place in places})
    number = {place: at for at, place in enumerate(shown, start=1)}
    sentences = tuple(
        Sentence(ended(unit.text), tuple(number[place] for place in places), True)
        for unit, places in zip(chosen, holding, strict=True)
        if places
    )
    return Summary(tuple(passages[place] for place in shown), plan, sentences, confidence if sentences else 0.0)


def _of_subject(topic: str, about: Sequence[_About], plan: SearchPlan, retriever: Retriever) -> Summary:
    """Return a line for each article, oldest first, those without a date last."""
    weights, stems = _weights(), subject_stems(topic)
    rarity = retriever.stem_weights(stems)
    told: list[tuple[str, Retrieved]] = []
    for one in sorted(about, key=lambda one: (one.item.article.date is None, one.item.article.date or "")):
        article = retriever.store.article(one.item.article.id)
        made = units(article.text, article.publisher) if article else []
        if article is None or not made:
            continue
        expected = shares(made, article.title, weights)
        values = [
            coverage(stems, unit.text, rarity) + share if unit.whole else -1.0
            for unit, share in zip(made, expected, strict=True)
        ]
        unit = made[values.index(max(values))]
        items = (item for item in _passages(article, retriever) if _holds(item.passage, unit))
        if item := next(items, None):
            told.append((f"{_when(article)}: {ended(unit.text)}", replace(item, also_in=one.item.also_in)))
    sentences = tuple(Sentence(text, (number,), True) for number, (text, _) in enumerate(told, start=1))
    sure = max((one.likely for one in about), default=0.0)
    return Summary(tuple(item for _, item in told), plan, sentences, sure, lines=True)


def _about(topic: str, plan: SearchPlan, retriever: Retriever, given: Filters) -> tuple[list[_About], SearchPlan]:
    """Return the articles nearest to a subject, each story once, likeliest first, and the plan with its filters.

    The time asked for keeps others out, as it does not for a single fact, where something in it is of the subject.
    Filters read from the question are dropped, and that is told, where nothing they leave is.
    """
    own = together(plan.filters, *(one.filters for one in plan.reading.implied if not one.strict))
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


def _topic(wanted: Intent, plan: SearchPlan) -> str:
    """Return what a summary is to be of, without the words that were read as filters."""
    asked = plan.query.intent
    topic = asked.article if asked.wanted is Wanted.SUMMARISE and asked.article else wanted.article or ""
    for one in plan.reading.implied:
        topic = re.sub(rf"(?:\b(?:pada|di|dalam|selama|sepanjang|dari)\s+)?\b{re.escape(one.words)}\b", " ", topic)
    return " ".join(topic.split()) or wanted.article or ""


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


def _passages(article: Article, retriever: Retriever) -> list[Retrieved]:
    """Return all passages of an article, in order."""
    stored = retriever.store.passages(retriever.store.rowids(article.id))
    found = [Retrieved(passage, head, 1.0, 0.0, 0.0) for passage, head in stored.values()]
    return sorted(found, key=lambda item: item.passage.position)


def _holds(passage: Passage, unit: Unit) -> bool:
    return passage.start < unit.end and unit.start < passage.end


def _when(article: Article) -> str:
    """Return day and outlet as a line begins with them: "17 November 2021, Sindopos"."""
    day = "tanpa tanggal"
    if article.date:
        year, month, number = article.date.split("-")
        day = f"{int(number)} {MONTH_NAMES[int(month) - 1]} {year}"
    return ", ".join(part for part in (day, article.publisher) if part)


@cache
def _weights() -> SentenceWeights:
    return SentenceWeights.load()
