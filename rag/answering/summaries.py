"""A request for a summary → the sentences of the right article, or a dated line for each article of a subject.

Nothing is written here: every sentence stands in an article and has its citation. Which article is meant is told by
``rag.retrieval.named_articles``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from index.articles import Article
from index.passages import Passage
from index.text.dates import MONTH_NAMES
from rag.answering.answer import Sentence, Verdict
from rag.answering.summary_sentences import SentenceWeights, Unit, choose, shares, units
from rag.answering.verdicts import LEAST_SURE, SUMMARY_UNSURE, UNSURE_NOTE, ended
from rag.answering.way import Said, Search, Tools
from rag.retrieval.bm25 import coverage
from rag.retrieval.named_articles import NamedArticles, named_articles, subject_stems
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search_plan import SearchPlan

LEADS = 4  # passages shown beside a no


def search(tools: Tools, plan: SearchPlan, count: int) -> Search:
    """Return the summary that a question asks for, as sure as it is that the article is the one that was meant."""
    named = named_articles(plan, tools.retriever)
    found, sentences = _summed_up(named, tools.retriever)
    sure = named.sure if sentences or not named.articles else 0.0
    notes = named.notes
    if named.namesakes > 1:
        notes = (f"{named.namesakes} artikel berjudul itu; yang diringkas: {_when(named.articles[0])}.",)
    if sure < LEAST_SURE or not sentences:
        return Search(named.plan, found, ready=Verdict(notes=notes, confidence=sure))
    notes = (*notes, *((UNSURE_NOTE,) if sure < SUMMARY_UNSURE else ()))
    return Search(named.plan, found, ready=Verdict(sentences, notes, sure, len(named.articles) > 1))


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the summary."""
    return search.ready or Verdict()


def _summed_up(named: NamedArticles, retriever: Retriever) -> tuple[tuple[Retrieved, ...], tuple[Sentence, ...]]:
    """Return the sources, those cited or the leads, and the sentences."""
    if not named.articles:
        return named.found[:LEADS], ()
    if len(named.articles) > 1:
        return _of_subject(named, retriever)
    return _of_article(named.articles[0], retriever)


def _of_article(article: Article, retriever: Retriever) -> tuple[tuple[Retrieved, ...], tuple[Sentence, ...]]:
    """Return the chosen sentences of one article, each citing the passages in which it stands."""
    weights = _weights()
    made = units(article.text, article.publisher)
    chosen = choose(made, shares(made, article.title, weights), weights.usual_words)
    passages = _passages(article, retriever)
    holding = [[place for place, item in enumerate(passages) if _holds(item.passage, unit)] for unit in chosen]
    shown = sorted({place for places in holding for place in places})
    number = {place: at for at, place in enumerate(shown, start=1)}
    sentences = tuple(
        Sentence(ended(unit.text), tuple(number[place] for place in places))
        for unit, places in zip(chosen, holding, strict=True)
        if places
    )
    return tuple(passages[place] for place in shown), sentences


def _of_subject(named: NamedArticles, retriever: Retriever) -> tuple[tuple[Retrieved, ...], tuple[Sentence, ...]]:
    """Return a line for each article, oldest first, those without a date last."""
    weights, stems = _weights(), subject_stems(named.topic)
    rarity = retriever.stem_weights(stems)
    also_in = {item.article.id: item.also_in for item in named.found}
    told: list[tuple[str, Retrieved]] = []
    for article in sorted(named.articles, key=lambda one: (one.date is None, one.date or "")):
        made = units(article.text, article.publisher)
        if not made:
            continue
        expected = shares(made, article.title, weights)
        values = [
            coverage(stems, unit.text, rarity) + share if unit.whole else -1.0
            for unit, share in zip(made, expected, strict=True)
        ]
        unit = made[values.index(max(values))]
        items = (item for item in _passages(article, retriever) if _holds(item.passage, unit))
        if item := next(items, None):
            told.append((f"{_when(article)}: {ended(unit.text)}", replace(item, also_in=also_in[article.id])))
    sentences = tuple(Sentence(text, (number,)) for number, (text, _) in enumerate(told, start=1))
    return tuple(item for _, item in told), sentences


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
