"""A question within its conversation → passages: made to stand alone, its time words read, then searched.

Each thing that was read into a question is kept beside the result, so that the user sees it and can drop it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.storage.filters import Filters
from index.storage.repository import Store
from index.text.analysis import ENGLISH_WORDS, tokens, topic_stems
from rag.query.implied_filters import Implied, Reading, read_filters, settle, together
from rag.query.rewriting import Rewritten, Turn, standalone
from rag.query.spelling import respelled
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved
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


@dataclass(frozen=True)
class SearchPlan:
    """A question as it is searched: what it was rewritten to and why, the filters read from it, and notes on them.

    ``search`` is the text to search with, ``filters`` are all that hold, those the user gave included.
    """

    rewritten: Rewritten
    reading: Reading
    filters: Filters
    notes: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """The question as it stands alone."""
        return self.rewritten.question

    @property
    def search(self) -> str:
        """The text to search with."""
        return self.reading.text

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
    rewritten = standalone(question, turns)
    # subtle: the outlet of a topic that was put before the question filters again, which is what was asked for then
    reading = Reading(rewritten.question, rewritten.question)
    notes: tuple[str, ...] = ()
    if implied:
        reading = read_filters(rewritten.question, today, retriever.store.publishers())
        if reading.implied:
            reading, notes = settle(reading, given, retriever.searched)
    spelling = respelled(reading.text, retriever.store)
    reading = replace(reading, text=spelling.text)
    return SearchPlan(rewritten, reading, together(given, reading.filters), (*notes, *spelling.notes()))


def find(
    understood: SearchPlan,
    retriever: Retriever,
    count: int,
    given: Filters | None = None,
    *,
    keep_undated: bool = False,
) -> tuple[list[Retrieved], SearchPlan]:
    """Return the passages found, best first, and the question as it was searched in the end.

    Filters read from the question are dropped, and that is told, where only what they keep out speaks of it.
    """
    among = max(count, _CANDIDATES)
    found = retriever.search(understood.search, among, understood.filters, keep_undated=keep_undated)
    strict = [one for one in understood.reading.implied if one.strict]
    held = _covered(understood.search, found, retriever) if strict else 1.0
    if held < MIN_COVERAGE:
        without = _without(understood, strict, given or Filters(), retriever.store)
        wider = retriever.search(without.search, among, without.filters, keep_undated=keep_undated)
        if _covered(understood.search, wider, retriever) >= held + _MARGIN:
            understood, found = without, wider
    found = _forward(found, _of_articles(understood, retriever), understood)
    return found[:count], understood


def turn_of(question: str, articles: Iterable[str], retriever: Retriever, answer: str = "") -> Turn:
    """Return what a question, as it stands alone, is to those after it; ``articles`` are ids of those that answer it.

    Without any (nothing found) the turn still says what the conversation is about.
    """
    ids = tuple(dict.fromkeys(articles))
    whole = [article for article in map(retriever.store.article, ids) if article]
    text = "\n".join(f"{article.title or ''}\n{article.text}" for article in whole)
    return Turn(question, answer, text, ids)


def _of_articles(understood: SearchPlan, retriever: Retriever) -> list[Retrieved]:
    """Return the passages of the articles the conversation is about, as they answer the question's own words."""
    own, about = understood.rewritten.own, understood.rewritten.prefer
    if not own or not about:
        return []
    return retriever.search(own, _CANDIDATES, replace(understood.filters, articles=about), keep_undated=True)


def _forward(found: Sequence[Retrieved], own: Sequence[Retrieved], understood: SearchPlan) -> list[Retrieved]:
    """Return the passages in their new order: those of the conversation's articles and of the time asked for first."""
    about, reading = set(understood.rewritten.prefer), understood.reading
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


def _covered(question: str, found: Sequence[Retrieved], retriever: Retriever) -> float:
    """Return the greatest share of what is asked that one passage holds; in another language words tell nothing."""
    if ENGLISH_WORDS & set(tokens(question)):
        return float(bool(found))
    stems = topic_stems(question)
    weights = retriever.stem_weights(stems)
    shares = (coverage(stems, f"{item.article.title or ''}\n{item.passage.text}", weights) for item in found)
    return max(shares, default=0.0)


def _without(understood: SearchPlan, strict: Sequence[Implied], given: Filters, store: Store) -> SearchPlan:
    words = ", ".join(f"“{one.words}”" for one in strict)
    labels = ", ".join(one.label.removeprefix("hanya ") for one in strict)
    note = f"{words} tidak menyaring: yang {labels} tidak memuatnya; seluruh arsip dicari"
    kept = tuple(one for one in understood.reading.implied if not one.strict)
    question = understood.reading.question
    reading = Reading(question, respelled(question, store).text, kept)
    return SearchPlan(understood.rewritten, reading, given, (*understood.notes, note))
