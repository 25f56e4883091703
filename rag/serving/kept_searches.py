"""What a reader keeps to be told of: a search, a question, a quotation; looked for in new articles alone.

    tanya index, uploads, watch → articles behind the last one looked at → alerts that they match → written down once

A search matches an article of which its query is true. A question matches one that would stand among its ten nearest as
they were when it was kept, and that holds half of the weight of its words. A quotation matches where the checker finds
it: exact, partial, altered, stitched. Where nothing is kept, this costs one query.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from index.articles import Article
from index.errors import InputError
from index.pipeline.embedder import Embedder
from index.storage.alerts import QUESTION, QUOTE, SEARCH, Alert, Alerts
from index.storage.collections import Collections
from index.storage.filters import Filters
from index.storage.full_text import FullText, LooseWords
from index.storage.repository import Store
from index.storage.speakers import Speakers
from index.text.analysis import index_stems
from rag.query.find_language import SaidBy
from rag.query.query import Query
from rag.quotation.checker import ALTERED, NOT_FOUND, PARAPHRASE, STITCHED, QuoteChecker
from rag.quotation.named_speakers import named_speakers
from rag.retrieval.full_text import Finder, articles_said_by, matching
from rag.retrieval.retriever import Retriever

KINDS = {SEARCH: "pencarian", QUESTION: "pertanyaan", QUOTE: "kutipan"}
MAX_QUESTION_CHARS = 500
_CHUNK = 200  # articles looked at together: some megabytes of words
_HELD = 1000  # articles that match, in memory before they are written down
_NEAREST = 10
_LEAST_WEIGHT = 0.5  # of a question's words, by how rare they are; by hand, as nobody has judged such matches
_log = logging.getLogger("tanya.index")
Found = list[tuple[Article, str | None]]


@dataclass(frozen=True)
class News:
    """What came in for one alert: how many articles, and in how many of them a quotation stands otherwise."""

    alert: Alert
    articles: int
    altered: int = 0

    @property
    def told(self) -> str:
        """The news in a few words.

        >>> News(Alert(1, "ani", "cari", "Beras", "beras", "", "", 0, {}), 3).told
        '3 artikel baru cocok'
        """
        return news_line(self.alert.kind, self.articles, self.altered)

    def as_json(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {"id": self.alert.id, "name": self.alert.name, "new": self.articles, "altered": self.altered}


def news_line(kind: str, articles: int, altered: int) -> str:
    """Return how many new articles there are for an alert of this kind."""
    if kind != QUOTE:
        return f"{articles} artikel baru cocok"
    changed = f", {altered} di antaranya dengan kata yang berubah" if altered else ""
    return f"{articles} artikel baru memuat kutipan ini{changed}"


def is_altered(verdict: str | None) -> bool:
    """Tell whether a quotation stands otherwise where it has this verdict."""
    return verdict in (ALTERED, STITCHED)


class KeptSearches:
    """The kept searches of one archive.

    >>> KeptSearches(store, lambda: embedder).add("lokal", SEARCH, '"harga beras"')  # doctest: +SKIP

    ``embedder`` is asked for only where questions are kept.
    """

    def __init__(
        self, store: Store, embedder: Callable[[], Embedder], retriever: Callable[[], Retriever] | None = None
    ) -> None:
        self.kept = Alerts(store.database)
        self._store = store
        self._embedder = embedder
        self._retriever = retriever or (lambda: Retriever(store, embedder()))

    @cached_property
    def _checker(self) -> QuoteChecker:
        return QuoteChecker(self._store)

    def add(self, reader: str, kind: str, query: str, *, name: str = "", speaker: str = "") -> tuple[int, int]:
        """Keep a search; return its id and how many articles match it already, which alert nobody.

        Raises InputError where it cannot be searched for.
        """
        query, name, speaker = query.strip(), " ".join(name.split())[:80], speaker.strip()
        about: dict[str, Any] = {}
        if kind == SEARCH:
            finder = Finder(self._store, read_speakers=named_speakers)
            known = [match.article.id for match in finder.find(query).matches]
        elif kind == QUESTION:
            if not Query(query).stems or len(query) > MAX_QUESTION_CHARS:
                raise InputError(f"Pertanyaan {query[:40]!r} tidak dapat disimpan; tulis kalimat yang lebih jelas.")
            known, about = self._nearest(query)
        else:
            result = self._checker.check(query, speaker or None)
            found = [match for match in result.matches if match.verdict not in (PARAPHRASE, NOT_FOUND)]
            known = [article.id for match in found for article in (match.article, *match.copies)]
        after = FullText(self._store).highest()
        id = self.kept.add(reader, kind, query, name=name, speaker=speaker, after=after, about=about, known=known)
        return id, len(set(known))

    def check(self) -> list[News]:
        """Look at the articles that came in since; return what is new. What fails costs its own alert only."""
        alerts = self.kept.all()
        if not alerts:
            return []
        highest = FullText(self._store).highest()
        # The index was put in place anew, and its numbers began again: what matched once is still known.
        starts = {one.id: one.after if one.after <= highest else 0 for one in alerts}
        waiting = [one for one in alerts if starts[one.id] < highest]
        found: dict[int, Found] = {one.id: [] for one in waiting}
        news: dict[int, Found] = {one.id: [] for one in waiting}
        failed: set[int] = set()

        def keep(alert: Alert, after: int) -> None:
            new = self.kept.keep_hits(alert, after, found[alert.id], self._about(alert))
            news[alert.id] += [(replace(article, text=""), verdict) for article, verdict in new]
            found[alert.id] = []

        for numbers, articles in self._chunks(min((starts[one.id] for one in waiting), default=highest)):
            words = LooseWords(articles)
            for alert in waiting:
                new = [article for number, article in zip(numbers, articles, strict=True) if number > starts[alert.id]]
                if not new or alert.id in failed:
                    continue
                try:
                    found[alert.id] += self._found(alert, words, new)
                except Exception:  # a query of another version, say: the index is well all the same
                    _log.exception("alert-failed", extra={"fields": {"alert": alert.id}})
                    failed.add(alert.id)
                if len(found[alert.id]) >= _HELD:
                    keep(alert, numbers[-1])
        for alert in waiting:
            keep(alert, highest)
        return [
            News(alert, len(told), sum(is_altered(verdict) for _, verdict in told))
            for alert in waiting
            if (told := news[alert.id])
        ]

    def check_quietly(self) -> list[News]:
        """Look at what came in as ``check`` does; whatever goes wrong, the index is well and only the log tells it."""
        try:
            return self.check()
        except Exception:
            _log.exception("alerts-failed")
            return []

    def unseen(self, reader: str) -> list[News]:
        """Return what a reader has not marked as seen."""
        by_alert = self.kept.unseen(reader)
        return [
            News(one, len(by_alert[one.id]), sum(map(is_altered, by_alert[one.id])))
            for one in self.kept.of_reader(reader)
            if one.id in by_alert
        ]

    def _chunks(self, after: int) -> Iterator[tuple[list[int], list[Article]]]:
        while rows := FullText(self._store).since(after, _CHUNK):
            yield [number for number, _ in rows], [article for _, article in rows]
            after = rows[-1][0]

    def _found(self, alert: Alert, words: LooseWords, new: Sequence[Article]) -> Found:
        if alert.kind == SEARCH:
            ids = set(matching(words, alert.query, Collections(self._store.database).members, self._said_by))
            return [(article, None) for article in new if article.id in ids]
        if alert.kind == QUESTION:
            return [(article, None) for article in self._near(alert, new)]
        return self._quoted(alert, new)

    def _said_by(self, node: SaidBy) -> list[str]:
        speakers = Speakers(self._store, named_speakers)
        speakers.refresh()
        return articles_said_by(speakers, node)

    # --- questions ---

    def _nearest(self, question: str) -> tuple[list[str], dict[str, Any]]:
        """Return the articles nearest to a question, and how near the last of them is (cosine, higher is nearer)."""
        dense, _ = self._retriever().candidates(Query(question))
        best = sorted(dense.items(), key=lambda item: -item[1])
        passages = self._store.passages([id for id, _ in best])
        nearest: dict[str, float] = {}
        for id, similarity in best:
            if id in passages:
                nearest.setdefault(passages[id][1].id, similarity)
        ids = list(nearest)[:_NEAREST]
        least = nearest[ids[-1]] if ids else 0.0
        return ids, {"least": round(least, 6), "embedder": self._embedder().identity}

    def _about(self, alert: Alert) -> dict[str, Any]:
        """Return what is known of a question; anew where the archive has another embedder since."""
        if alert.kind != QUESTION or alert.about.get("embedder") == self._embedder().identity:
            return alert.about
        return self._nearest(alert.query)[1]

    def _near(self, alert: Alert, new: Sequence[Article]) -> Iterator[Article]:
        about = self._about(alert)
        query = Query(alert.query)
        weights = self._retriever().stem_weights(query.stems)
        vector = self._embedder().embed_query(query.text)
        for article in new:
            _, vectors = self._store.vectors_at(self._store.rowids(article.id))
            near = len(vectors) and float((vectors @ vector).max()) >= about["least"]
            if near and _share(weights, f"{article.title or ''}\n{article.text}") >= _LEAST_WEIGHT:
                yield article

    # --- quotations ---

    def _quoted(self, alert: Alert, new: Sequence[Article]) -> Found:
        filters = Filters(articles=tuple(article.id for article in new))
        result = self._checker.check(alert.query, alert.speaker or None, filters)
        verdicts: dict[str, str] = {}
        for match in result.matches:
            if match.verdict in (PARAPHRASE, NOT_FOUND):
                continue
            for one in (match.article, *match.copies):
                verdicts.setdefault(one.id, match.verdict)
        return [(article, verdicts[article.id]) for article in new if article.id in verdicts]


def _share(weights: Mapping[str, float], text: str) -> float:
    """Return how much of the weight of some stems a text holds, 0 to 1."""
    held = set(index_stems(text))
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in held) / total if total else 0.0
