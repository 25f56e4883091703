"""Question → the passages that may answer it: nearest by meaning and best by words, put in order by pure functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from index.articles import Article
from index.passages import Passage
from index.pipeline.embedder import Embedder
from index.pipeline.indexer import check_embedder
from index.storage.candidate_index import CandidateIndex, EmbeddedIndex
from index.storage.filters import Filters
from index.storage.repository import Store
from index.storage.story_groups import Stories
from index.text.analysis import STOP_WORDS, stem, tokens
from rag.query.query import Query
from rag.reading.reading import Reader, Reading, ReadPassage, header, logistic
from rag.retrieval.bm25 import bm25, divided, exact_share
from rag.retrieval.deduplication import at_first, without_copies
from rag.retrieval.passage_merging import MAX_MERGED, merged
from rag.retrieval.proximity import classified, explains, nearness
from rag.retrieval.results import Retrieved, titled

# How many candidates each side brings, and the weight of meaning against words in choosing the best of them, chosen on
# FacQA train (`scripts/bench/fusion.py`).
CANDIDATES = 200
DENSE_WEIGHT = 0.6
# The best are then put in order by six things. A model fitted on FacQA train gave the weights
# (`scripts/bench/fusion.py --fit`), with every exact word counting alike; by rarity they find more natural questions
# at the same weights. Meaning has 2.6 times the fitted weight, as news questions repeat the words of the text and
# natural ones do not, which costs FacQA train .005 recall@1; the rarest word has the largest that costs it nothing.
RERANKED = 40
# So many that speak most of the question are put in order whatever they mean: among a million passages hundreds lie
# nearer to it than one that has its rarest word. By hand.
_BY_WORDS = 8
_COPIES_PER_STORY = 4
# So many of them are read by the reader: by hand, as each costs the waiting time of one passage.
READ = 20
# The range of cosines that e5 gives to texts of one language: below it, nothing is alike. By hand.
_NO_SIMILARITY, _FULL_SIMILARITY = 0.7, 1.0


@dataclass(frozen=True)
class RankingWeights:
    """What counts how much in the final order, fitted by `scripts/bench/fusion.py --fit` but for what is said above."""

    dense: float = 0.615
    words: float = 0.058
    exact: float = 0.075
    nearness: float = 0.17
    abbreviation: float = 0.082
    rarest: float = 0.01

    @property
    def total(self) -> float:
        """The highest score a passage can reach."""
        return float(sum(astuple(self)))


def fuse(
    dense: Mapping[int, float], words: Mapping[int, float], dense_weight: float = DENSE_WEIGHT
) -> list[tuple[int, float]]:
    """Return ids with fused scores, best first; ties go to the lower id.

    >>> fuse({1: 0.9, 2: 0.8}, {2: 6.0, 3: 3.0}, dense_weight=0.5)
    [(1, 0.5), (2, 0.5), (3, 0.25)]

    Cosines are stretched over the range seen here, as e5's lie close together; BM25, whose zero means "no common word",
    is divided by the best. An id that one side did not bring counts 0 there.
    """
    meaning, spoken = _stretched(dense), divided(words)
    scores = {
        id: dense_weight * meaning.get(id, 0.0) + (1 - dense_weight) * spoken.get(id, 0.0)
        for id in dense.keys() | words.keys()
    }
    return _ordered(scores)


def features(
    query: Query,
    texts: Mapping[int, str],
    dense: Mapping[int, float],
    words: Mapping[int, float],
    stem_weights: Mapping[str, float],
) -> dict[int, tuple[float, float, float, float, float, float]]:
    """Return id → what the final order weighs, each in [0, 1], in the order of ``RankingWeights``.

    ``texts`` are titles and passages, ``dense`` cosines, ``words`` BM25 of all candidates (``rag.retrieval.bm25``);
    ``stem_weights`` are the inverse document frequencies of the question's stems.
    """
    spoken = divided(words)
    asked = {word: stem_weights.get(stem(word), 0.0) for word in query.content_words}
    topic = {one: stem_weights[one] for one in query.topic if one in stem_weights}
    rarest = max(topic, key=lambda one: topic[one], default=None)
    found = {}
    for id, written in texts.items():
        text = query.read_as_asked(written)
        held = set(tokens(text))
        likeness = (dense.get(id, 0.0) - _NO_SIMILARITY) / (_FULL_SIMILARITY - _NO_SIMILARITY)
        found[id] = (
            min(1.0, max(0.0, likeness)),
            spoken.get(id, 0.0),
            exact_share(asked, held),
            nearness(classified(text), topic, query.kind),
            float(bool(query.abbreviation and explains(text, query.abbreviation))),
            float(any(stem(word) == rarest for word in held - STOP_WORDS)),
        )
    return found


def rerank(
    query: Query,
    texts: Mapping[int, str],
    dense: Mapping[int, float],
    words: Mapping[int, float],
    stem_weights: Mapping[str, float],
    weights: RankingWeights = RankingWeights(),
) -> list[tuple[int, float]]:
    """Return the ids of ``texts`` with their final scores in [0, 1], best first; ties go to the lower id.

    The arguments are those of ``features``.
    """
    found = features(query, texts, dense, words, stem_weights)
    by_weight, total = astuple(weights), weights.total
    return _ordered(
        {id: sum(w * value for w, value in zip(by_weight, of, strict=True)) / total for id, of in found.items()}
    )


@dataclass(frozen=True)
class ReadWeights:
    """Of the reader's judgements beside the order of words and meaning, and the constant.

    Fitted on the calibration questions by `scripts/train/order.py fit`.
    """

    constant: float = -1.724
    score: float = 5.946
    relevant: float = 0.0
    answers: float = 0.110
    margin: float = 0.072


def read_score(score: float, reading: Reading, weights: ReadWeights = ReadWeights()) -> float:
    """Return the probability that this is the passage asked about, from its score so far and how it reads."""
    value = weights.constant + weights.score * score + weights.relevant * reading.relevant
    value += weights.answers * reading.answers + weights.margin * max(-20.0, min(20.0, reading.margin))
    return logistic(value)


def _best_of(words: Mapping[int, float], count: int) -> list[int]:
    """Return the ids that speak most of the question.

    >>> _best_of({4: 1.5, 9: 7.0, 2: 1.0}, 2)
    [9, 4]
    """
    return [id for id, _ in _ordered(words)[:count]]


def _stretched(dense: Mapping[int, float]) -> dict[int, float]:
    low = min(dense.values(), default=0.0)
    span = max(dense.values(), default=0.0) - low or 1.0
    return {id: (value - low) / span for id, value in dense.items()}


def _ordered(scores: Mapping[int, float]) -> list[tuple[int, float]]:
    # Rounded, so that what is equal by hand is a tie here as well.
    rounded = {id: round(score, 9) for id, score in scores.items()}
    return sorted(rounded.items(), key=lambda pair: (-pair[1], pair[0]))


class Retriever:
    """Finds passages in one store. It notices when the store has changed. Raises EmbedderMismatch on first use."""

    def __init__(
        self, store: Store, embedder: Embedder, reader: Reader | None = None, index: CandidateIndex | None = None
    ) -> None:
        """Without ``reader`` the order is that of words and meaning alone; without ``index`` this machine searches."""
        self.store = store
        self._embedder = embedder
        self._reader = reader
        self._stories = Stories(store)
        self._index = index or EmbeddedIndex(store)
        self._checked_generation = -1

    def search(
        self,
        query: Query,
        count: int,
        filters: Filters | None = None,
        *,
        keep_undated: bool = False,
        is_read: bool = True,
    ) -> list[Retrieved]:
        """Return up to ``count`` passages, best first, each story once; ``keep_undated`` as in ``without_copies``.

        Without ``is_read`` the reader is not asked: what takes most of the time is left out, and the order is that of
        meaning and words.
        """
        found = self.ranked(query, max(count, RERANKED), filters, keep_undated=keep_undated)
        if is_read:
            found = self._read(query, found)
        # A passage that was joined to none has its text already.
        return [item if item in found else self._exact(item) for item in merged(found)[:count]]

    def ranked(
        self, query: Query, count: int, filters: Filters | None = None, *, keep_undated: bool = False
    ) -> list[Retrieved]:
        """Return up to ``count`` passages as they are indexed, in the order of meaning and words alone."""
        stem_weights = self.stem_weights(query.stems)
        dense, words = self.candidates(query, filters, stem_weights)
        best = max(count, RERANKED)
        # Wire copy fills the top with one text ten times over: more are fetched than kept.
        fused = [id for id, _ in fuse(dense, words)[: best * _COPIES_PER_STORY]]
        fused += sorted(set(_best_of(words, _BY_WORDS * _COPIES_PER_STORY)).difference(fused))
        passages = self.store.passages(fused)
        stories = self._stories.members(sorted({article.id for _, article in passages.values()}))
        ordered = [id for id in fused if id in passages]
        kept = without_copies(ordered, passages, stories, keep_undated=keep_undated)
        spoken = set(_best_of({id: words[id] for id in kept if id in words}, _BY_WORDS))
        texts = {
            id: titled(passages[id][1], passages[id][0].text) for at, id in enumerate(kept) if at < best or id in spoken
        }
        found = []
        for id, score in rerank(query, texts, dense, words, stem_weights):
            passage, article = self._at_first(*passages[id], stories, filters)
            also_in = tuple(other for other in stories.get(article.id, ()) if other.id != article.id)
            found.append(Retrieved(passage, article, score, dense.get(id, 0.0), words.get(id, 0.0), also_in))
        # subtle: row ids tell in which order articles were written, which an interrupted run changes; names do not.
        found.sort(key=lambda item: (-round(item.score, 6), item.passage.article_id, item.passage.position))
        return found[:count]

    def _read(self, query: Query, found: Sequence[Retrieved]) -> list[Retrieved]:
        """Return the passages with the best of them read, in the order of what the reader says of them."""
        if self._reader is None or not found:
            return list(found)
        near = found[:READ]
        passages = [
            ReadPassage(item.passage.text, header(item.article.title, item.article.publisher, item.article.date))
            for item in near
        ]
        read = [
            replace(item, score=read_score(item.score, reading), readings=(reading.shifted(item.passage.start),))
            for item, reading in zip(near, self._reader.read(query.text, passages), strict=True)
        ]
        read.sort(key=lambda item: (-round(item.score, 6), item.passage.article_id, item.passage.position))
        # What was not read comes behind, in its order; its scores are of another kind and must not pass the last read.
        least = read[-1].score
        return [*read, *(replace(item, score=min(item.score, least)) for item in found[READ:])]

    def _exact(self, item: Retrieved) -> Retrieved:
        """Return the passage with its text as it stands in the article, also where it was joined of two."""
        passage = item.passage
        whole = self.store.article(item.article.id)
        if whole is None:  # it went a moment ago
            return item
        return replace(item, passage=replace(passage, text=whole.text[passage.start : passage.end]))

    def _at_first(
        self, passage: Passage, article: Article, stories: Mapping[str, Sequence[Article]], filters: Filters | None
    ) -> tuple[Passage, Article]:
        def text_of(id: str) -> str:
            whole = self.store.article(id)
            return whole.text if whole else ""

        return at_first(passage, article, stories.get(article.id, ()), text_of, (filters or Filters()).accepts)

    def candidates(
        self, query: Query, filters: Filters | None = None, stem_weights: Mapping[str, float] | None = None
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Return row id → cosine and row id → BM25 of the candidates; those of the words have their cosine too.

        ``stem_weights`` are those of the question's stems, looked up where they are not given.
        """
        self._check_embedder()
        vector = self._embedder.embed_query(query.text)
        dense = self._index.candidates(vector, query.terms, CANDIDATES, filters)
        stem_weights = stem_weights or self.stem_weights(query.stems)
        length = self.store.average_stems()
        scores = {
            id: bm25(query.stems_as_asked(stems).split(), stem_weights, length)
            for id, stems in self.store.stems(list(dense)).items()
        }
        return dense, {id: score for id, score in scores.items() if score}

    def compared(self, query: Query, found: Sequence[Retrieved]) -> list[Retrieved]:
        """Return what was found with its cosines to another question, 0 for what has gone."""
        rows = [self.store.rowids(item.passage.article_id)[item.passage.position :][:1] for item in found]
        self._check_embedder()
        vector = self._embedder.embed_query(query.text)
        cosines = self._index.similarities(vector, [row for one in rows for row in one])
        return [
            replace(item, similarity=cosines.get(one[0], 0.0) if one else 0.0)
            for item, one in zip(found, rows, strict=True)
        ]

    def opening(self, article_id: str, count: int) -> list[Retrieved]:
        """Return the first passages of an article, two joined in one, up to ``count`` of them."""
        passages = self.store.passages(self.store.rowids(article_id)[: count * MAX_MERGED])
        ordered = sorted(passages.values(), key=lambda found: found[0].position)
        found = [Retrieved(passage, article, 1.0, 0.0, 0.0) for passage, article in ordered]
        return [self._exact(item) for item in merged(found)[:count]]

    def on(self, store: Store) -> Retriever:
        """Return the same for another store, which is searched on this machine; the models are shared."""
        return Retriever(store, self._embedder, self._reader)

    def refresh(self) -> None:
        """Bring what finds the candidates in step with the store."""
        check_embedder(self.store, self._embedder.identity)
        self._index.refresh()

    def warm(self) -> None:
        """Load all that a search needs, so that the first one is as quick as the next."""
        self.search(Query("arsip"), count=1)

    def searched(self, filters: Filters | None = None) -> tuple[int, int]:
        """Return how many articles and passages a search goes through."""
        if not filters:
            return self.store.counts()
        return self.store.counted(filters)

    def stem_weights(self, stems: Sequence[str]) -> dict[str, float]:
        """Return stem → its inverse document frequency in this archive (BM25's, always positive): rarer weighs more."""
        passages = self.store.counts()[1]
        counts = self.store.stem_counts(stems)
        return {one: math.log(1 + (passages - counts[one] + 0.5) / (counts[one] + 0.5)) for one in stems}

    def context(self, item: Retrieved) -> str:
        """Return title, date and the whole text of a passage's article."""
        article = self.store.article(item.article.id)
        return "\n".join((item.article.title or "", item.article.date or "", article.text if article else ""))

    def _check_embedder(self) -> None:
        generation = self.store.generation
        if generation != self._checked_generation:
            check_embedder(self.store, self._embedder.identity)
            self._checked_generation = generation
