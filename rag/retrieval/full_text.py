"""Exact search: every article that a query is true of, every place where its words stand, nothing else.

    query → nodes (``rag.query.find_language``) → places of words → articles, hits, counts by outlet, year, speaker, …

A hit is the place of a word or a phrase in title or text. Hits that overlap count as one; what stands behind TIDAK, and
what names outlet, author, day, file type or speaker, chooses articles and is no hit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

from index.errors import InputError
from index.readers.formats import format_by_name
from index.storage import full_text
from index.storage.collections import Collections
from index.storage.full_text import FullText, Head, LooseWords, Places
from index.storage.repository import Store
from index.storage.speakers import Quoted, Speakers
from index.text.verbatim import Spoken, spoken
from rag.query import find_language
from rag.query.find_language import Both, Dates, FileType, InCollection, Node, Not, SaidBy, Word, Words, parse

RELEVANCE, DATE = "relevance", "date"
PAGE_SIZE = 20
_COLUMNS = {
    None: (full_text.TITLE, full_text.TEXT),
    find_language.TITLE: (full_text.TITLE,),
    find_language.AUTHOR: (full_text.AUTHOR,),
    find_language.PUBLISHER: (full_text.PUBLISHER,),
}
_PACKED = ("zip", "tar")  # an article in one of these is of its own type, which its id tells
# BM25 with the usual constants, for whole articles; set by hand: nobody has judged an order of exact hits.
_K1, _B = 1.2, 0.75
_TITLE_TIMES = 3  # a word of the title counts as so many of the text
_SNIPPETS, _AROUND_CHARS, _MAX_SNIPPET_CHARS = 3, 70, 400
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Place:
    """A hit: characters ``start`` to ``end`` of the article's ``field``, "title" or "text"."""

    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Snippet:
    """A piece of an article around hits; ``marks`` are the hits as characters of the piece."""

    field: str
    start: int
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Match:
    """An article that was found, how many hits it has, and its score (higher is better, 0 where nothing is a hit)."""

    article: Head
    hits: int
    score: float


@dataclass(frozen=True)
class Facets:
    """How many of the articles found are of each outlet, year, file type and collection, most first (years in order).

    None is an outlet or a year that is not known. ``speakers`` are quoted in so many of them; ``unread`` articles were
    not read for that yet.
    """

    publishers: tuple[tuple[str | None, int], ...]
    years: tuple[tuple[str | None, int], ...]
    types: tuple[tuple[str | None, int], ...]
    collections: tuple[tuple[str | None, int], ...] = ()
    speakers: tuple[tuple[str, int], ...] = ()
    unread: int = 0


@dataclass(frozen=True)
class Detail:
    """The hits of one article, and pieces of it around the first of them."""

    places: tuple[Place, ...]
    snippets: tuple[Snippet, ...]
    text: str


class Found:
    """All that a query found, in order. Texts are read only where ``detail`` is asked for."""

    def __init__(self, store: Store, speakers: Speakers, query: str, sort: str, order: _Order, spans: _Spans) -> None:
        self.query = query
        self.sort = sort
        self._store = store
        self._speakers = speakers
        self._order = order
        self._spans = spans

    @cached_property
    def matches(self) -> Sequence[Match]:
        """All articles, in order."""
        return self._order.matches()

    @property
    def articles(self) -> int:
        """How many articles were found."""
        return len(self._order.at)

    @property
    def hits(self) -> int:
        """How many hits they have together."""
        return len(self._spans.starts)

    @property
    def pages(self) -> int:
        """How many pages of ``PAGE_SIZE`` articles there are; an empty one where nothing was found."""
        return max(1, -(-self.articles // PAGE_SIZE))

    def page(self, number: int) -> Sequence[Match]:
        """Return the articles of a page, the first being 1. Raises InputError beyond the last one."""
        if not 1 <= number <= self.pages:
            raise InputError(f"Halaman {number} tidak ada; pilih --page 1–{self.pages}.")
        return self._order.matches((number - 1) * PAGE_SIZE, number * PAGE_SIZE)

    def facets(self) -> Facets:
        """Return how the articles are spread; case makes no other outlet."""
        heads, at = self._order.heads, self._order.at
        names: dict[str | None, Counter[str | None]] = {}
        for name, count in heads.publishers.counts(at).items():
            names.setdefault(name.lower() if name else None, Counter())[name] += count
        publishers = Counter({forms.most_common(1)[0][0]: forms.total() for forms in names.values()})
        years, types = heads.years.counts(at), heads.types.counts(at)
        ids = [heads.every[place].id for place in at.tolist()]
        names_of = Collections(self._store.database).of(ids)
        collections: Counter[str | None] = Counter(name for names in names_of.values() for name in names)
        quoted = self._speakers.counts(ids)
        return Facets(
            tuple(sorted(publishers.items(), key=lambda item: (-item[1], item[0] or "~"))),
            tuple(sorted(years.items(), key=lambda item: item[0] or "~")),
            tuple(sorted(types.items(), key=lambda item: (-item[1], item[0] or "~"))),
            tuple(sorted(collections.items(), key=lambda item: (-item[1], item[0] or "~"))),
            quoted.names,
            quoted.unread,
        )

    def detail(self, match: Match) -> Detail:
        """Return where the hits of an article stand; none where it was changed in the meantime."""
        article = self._store.article(match.article.id)
        if article is None or article.sha256 != match.article.sha256:
            return Detail((), (), "")
        words = {full_text.TITLE: spoken(article.title or ""), full_text.TEXT: spoken(article.text)}
        places = tuple(_places(self._spans.of(match.article.number), words))
        texts = {"title": article.title or "", "text": article.text}
        return Detail(places, tuple(_snippets(texts, places)), article.text)


class Finder:
    """Runs queries on one store.

    >>> Finder(store).find('"harga beras" TIDAK impor').articles  # doctest: +SKIP
    12

    ``progress`` is told how far an index of an earlier version is, which gets its places at the first query.
    ``read_speakers`` tells who is quoted in a text (`rag.quotation.named_speakers`), for articles that came in since
    the last run of the indexer.
    """

    def __init__(
        self,
        store: Store,
        progress: Callable[[int, int], None] = lambda done, total: None,
        read_speakers: Callable[[str], Iterable[Quoted]] | None = None,
    ) -> None:
        self._store = store
        self._full_text = FullText(store)
        self._speakers = Speakers(store, read_speakers)
        self._progress = progress
        self._heads: tuple[int, _Heads] | None = None  # as of this generation of the store

    def find(self, query: str, sort: str = RELEVANCE, collection: str | None = None) -> Found:
        """Return what a query finds, in a collection where one is named.

        Raises InputError where it cannot be read, or the collection is not there.
        """
        node = parse(query)
        if collection:
            node = Both((node, InCollection(collection)))
        heads = self._articles()
        run = _Run(self._full_text, heads, Collections(self._store.database).members, self._said_by)
        mask, spans = run.evaluate(node)
        spans = spans.within(mask)
        order = _ordered(heads, mask, spans, run.scores(mask), by_score=sort == RELEVANCE)
        return Found(self._store, self._speakers, query, sort, order, spans)

    def _said_by(self, node: SaidBy) -> Iterable[str]:
        """Return the articles that quote somebody, once all were read for it."""
        self._speakers.refresh(self._progress)
        return articles_said_by(self._speakers, node)

    def _articles(self) -> _Heads:
        """Return all articles, every one of them in the index; read anew only where the store has changed."""
        generation = self._store.generation
        if self._heads is None or self._heads[0] != generation:
            self._full_text.refresh(self._progress)
            self._heads = generation, _Heads(self._full_text.heads())
        return self._heads[1]


def articles_said_by(speakers: Speakers, node: SaidBy) -> list[str]:
    """Return the ids of the articles that quote somebody."""
    return speakers.articles_of(node.name) if node.whole else speakers.articles_with(node.name, cut=node.cut)


def matching(
    words: LooseWords,
    query: str,
    members: Callable[[str], Iterable[str]] = lambda name: (),
    said_by: Callable[[SaidBy], Iterable[str]] = lambda node: (),
) -> list[str]:
    """Return the ids of those of a few articles that a query is true of, as `Finder` finds them in a whole archive.

    ``members`` returns the ids of the articles in a collection, ``said_by`` of those that quote somebody.
    """
    mask, _ = _Run(words, _Heads(words.heads), members, said_by).evaluate(parse(query))
    return [head.id for head in words.heads if mask[head.number]]


class _Column:
    """A value of every article, each of the few values there are told once."""

    def __init__(self, values: Iterable[str | None]) -> None:
        numbers: dict[str | None, int] = {}
        self._codes = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
        self._values = list(numbers)

    def counts(self, at: Places) -> Counter[str | None]:
        """Return how many of the articles at these places have each value."""
        counts = np.bincount(self._codes[at], minlength=len(self._values)).tolist()
        return Counter({value: count for value, count in zip(self._values, counts, strict=True) if count})

    def equals(self, value: str | None) -> Mask:
        """Return at which places the value is this one."""
        return np.array([own == value for own in self._values], dtype=np.bool_)[self._codes]


class _Heads:
    """All articles of one moment, by number; what is asked of all of them at once is in arrays, made when first asked.

    A place is that of an article in ``every``.
    """

    def __init__(self, every: Sequence[Head]) -> None:
        self.every = every
        self.numbers = np.array([head.number for head in every], dtype=np.int64)
        self.words = np.array([head.words for head in every], dtype=np.float64)

    @cached_property
    def dates(self) -> NDArray[np.str_]:
        return np.array([(head.date or "")[:10] for head in self.every], dtype="U10")

    @cached_property
    def publishers(self) -> _Column:
        return _Column(head.publisher or None for head in self.every)

    @cached_property
    def years(self) -> _Column:
        return _Column((head.date or "")[:4] or None for head in self.every)

    @cached_property
    def types(self) -> _Column:
        return _Column(map(file_type, self.every))

    @cached_property
    def ranks(self) -> Places:
        """The rank of each article, the latest first, those of a day by id, those without a day last."""
        by_id = sorted(range(len(self.every)), key=lambda place: self.every[place].id)
        by_id.sort(key=lambda place: self.every[place].date or "", reverse=True)
        ranks = np.empty(len(by_id), dtype=np.int64)
        ranks[by_id] = np.arange(len(by_id))
        return ranks


@dataclass(frozen=True)
class _Order:
    """The articles that were found, by their places among all, in order; how many hits each has, and its score."""

    heads: _Heads
    at: Places
    hits: Places
    scores: NDArray[np.float64]

    def matches(self, first: int = 0, behind: int | None = None) -> list[Match]:
        """Return some of them."""
        some = slice(first, behind)
        found = zip(self.at[some].tolist(), self.hits[some].tolist(), self.scores[some].tolist(), strict=True)
        return [Match(self.heads.every[place], hits, score) for place, hits, score in found]


def _ordered(heads: _Heads, mask: Mask, spans: _Spans, scores: NDArray[np.float64], *, by_score: bool) -> _Order:
    """Return the articles of a mask, the best or the latest first."""
    at = np.flatnonzero(mask[heads.numbers])
    numbers = heads.numbers[at]
    hits = np.bincount(full_text.number_of(spans.starts), minlength=len(mask))[numbers]
    rounded = np.round(scores[numbers], 4)
    order = np.lexsort((heads.ranks[at], -rounded)) if by_score else np.argsort(heads.ranks[at])
    return _Order(heads, at[order], hits[order], rounded[order])


@dataclass(frozen=True)
class _Spans:
    """Runs of words in order, none overlapping: the places of the first and of the last word of each."""

    starts: Places
    ends: Places

    @classmethod
    def none(cls) -> _Spans:
        return cls(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))

    def within(self, mask: Mask) -> _Spans:
        kept = mask[full_text.number_of(self.starts)]
        return _Spans(self.starts[kept], self.ends[kept])

    def joined(self, other: _Spans) -> _Spans:
        return _merged(np.concatenate([self.starts, other.starts]), np.concatenate([self.ends, other.ends]))

    def of(self, number: int) -> list[tuple[int, int]]:
        first, behind = np.searchsorted(self.starts, full_text.bounds_of(number))
        return list(zip(self.starts[first:behind].tolist(), self.ends[first:behind].tolist(), strict=True))


class _Run:
    """One query on the articles of one moment; masks are indexed by an article's number."""

    def __init__(
        self,
        words: FullText | LooseWords,
        heads: _Heads,
        members: Callable[[str], Iterable[str]],
        said_by: Callable[[SaidBy], Iterable[str]],
    ) -> None:
        """``members`` returns the ids of the articles in a collection, ``said_by`` of those that quote somebody."""
        self._members = members
        self._said_by = said_by
        self._words = words
        self._heads = heads
        size = int(heads.numbers[-1] if heads.every else 0) + 1
        self._all = np.zeros(size, dtype=np.bool_)
        self._all[heads.numbers] = True
        self._leaves: list[_Spans] = []  # the hits of each word or phrase that is asked for, for the score

    def evaluate(self, node: Node, *, wanted: bool = True) -> tuple[Mask, _Spans]:
        """Return which articles a node is true of, and its hits, some perhaps in others.

        Hits of a part that is not true of an article do not count there. ``wanted`` is False behind TIDAK.
        """
        if isinstance(node, Words):
            return self._leaf(node, wanted)
        if isinstance(node, Not):
            return self._all & ~self.evaluate(node.part, wanted=not wanted)[0], _Spans.none()
        if isinstance(node, Dates):
            dates, first, last = self._heads.dates, node.first or "", node.last or "9999-12-31"
            return self._chosen((dates != "") & (first <= dates) & (dates <= last)), _Spans.none()
        if isinstance(node, FileType):
            return self._chosen(self._heads.types.equals(node.format)), _Spans.none()
        if isinstance(node, InCollection | SaidBy):
            ids = frozenset(self._members(node.name) if isinstance(node, InCollection) else self._said_by(node))
            return self._chosen(np.array([head.id in ids for head in self._heads.every], dtype=np.bool_)), _Spans.none()
        every = isinstance(node, Both)
        mask = self._all if every else np.zeros_like(self._all)
        parts = []
        for part in node.parts:  # no comprehension: brackets may stand deep in one another
            own, spans = self.evaluate(part, wanted=wanted)
            mask = mask & own if every else mask | own
            parts.append((own, spans))
        hits = [spans.within(mask if every else own) for own, spans in parts]
        return mask, reduce(_Spans.joined, hits)

    def scores(self, mask: Mask) -> NDArray[np.float64]:
        """Return the BM25 score of each article in the mask over the words and phrases that are asked for."""
        lengths = np.zeros(len(mask))
        lengths[self._heads.numbers] = self._heads.words
        count = int(self._all.sum())
        norm = _K1 * (1 - _B + _B * lengths / (lengths.sum() / count if lengths.any() else 1.0))
        total = np.zeros(len(mask))
        for spans in self._leaves:
            numbers, columns = full_text.number_of(spans.starts), full_text.columns_of(spans.starts)
            weights = np.where(columns == full_text.TITLE, _TITLE_TIMES, 1)
            times = np.bincount(numbers, weights=weights, minlength=len(mask))
            holding = int((times > 0).sum())
            idf = np.log(1 + (count - holding + 0.5) / (holding + 0.5))
            total += np.where(times > 0, idf * times * (_K1 + 1) / (times + norm), 0.0)
        return np.where(mask, total, 0.0)

    def _chosen(self, holds: Mask) -> Mask:
        """Return the articles at whose places something holds."""
        mask = np.zeros(len(self._all), dtype=np.bool_)
        mask[self._heads.numbers[holds]] = True
        return mask

    def _leaf(self, node: Words, wanted: bool) -> tuple[Mask, _Spans]:
        columns = _COLUMNS[node.field]
        slots = [self._places(word, columns) for word in node.words]
        spans = _phrases(slots) if node.gap is None else _near(slots, len(slots) + node.gap)
        spans = spans.within(self._all)
        mask = np.zeros(len(self._all), dtype=np.bool_)
        mask[full_text.number_of(spans.starts)] = True
        if node.field in (find_language.AUTHOR, find_language.PUBLISHER):
            return mask, _Spans.none()
        if wanted:
            self._leaves.append(spans)
        return mask, spans

    def _places(self, word: Word, columns: Iterable[int]) -> Places:
        """Return the places of a word; those of articles newer than this moment are left out."""
        looks: dict[str, Callable[[str], list[str]]] = {
            find_language.STEM: self._words.with_stem,
            find_language.PREFIX: self._words.beginning,
            find_language.SLIP: self._words.near,
            find_language.RAW: lambda key: [full_text.indexed(key)],
        }
        forms = looks[word.kind](word.key)
        places = self._words.places(forms, columns)
        return places[: np.searchsorted(places, full_text.bounds_of(len(self._all))[0])]


def file_type(head: Head) -> str | None:
    """Return the format of an article's file by its name, of one in an archive by the name it has there."""
    return _format(head.path, head.id)


@lru_cache(maxsize=100_000)
def _format(path: str, id: str) -> str | None:
    named = format_by_name(path)
    return (format_by_name(id) or named) if named in _PACKED else named


def _phrases(slots: Sequence[Places]) -> _Spans:
    """Return where the words of all slots stand one behind the other."""
    starts = slots[0]
    for behind, slot in enumerate(slots[1:], start=1):
        starts = starts[np.isin(starts, slot - behind, assume_unique=True)]
    return _merged(starts, starts + len(slots) - 1)


def _near(slots: Sequence[Places], width: int) -> _Spans:
    """Return the shortest runs of at most ``width`` words with a word of each slot, from left to right.

    A run ends where the first one can end, and begins as late as it can; the next one begins behind it.
    """
    every = np.unique(np.concatenate(slots))
    for slot in slots:  # drop what has no word of some slot near enough, before looking one by one
        at = np.searchsorted(slot, every - width + 1)
        near = slot[np.minimum(at, max(0, len(slot) - 1))] if len(slot) else np.full(len(every), -width)
        every = every[np.abs(near - every) < width]
    held = [set(slot.tolist()) for slot in slots]
    run: list[int] = []
    starts, ends = [], []
    for place in every.tolist():
        run = [earlier for earlier in run if place - earlier < width] + [place]
        if not _fills(run, held):
            continue
        while _fills(run[1:], held):
            del run[0]
        starts.append(run[0])
        ends.append(place)
        run = []
    return _Spans(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))


def _fills(run: Sequence[int], held: Sequence[set[int]]) -> bool:
    """Tell whether each slot can have a word of its own from a run."""
    taken: dict[int, int] = {}  # place → slot

    def take(slot: int, seen: set[int]) -> bool:
        for place in run:
            if place in held[slot] and place not in seen:
                seen.add(place)
                if place not in taken or take(taken[place], seen):
                    taken[place] = slot
                    return True
        return False

    return len(run) >= len(held) and all(take(slot, set()) for slot in range(len(held)))


def _merged(starts: Places, ends: Places) -> _Spans:
    """Return spans in order, those that share a word made one."""
    if not len(starts):
        return _Spans.none()
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    first = np.concatenate([[True], starts[1:] > ends[:-1]])
    last = np.concatenate([first[1:], [True]])
    return _Spans(starts[first], ends[last])


def _places(spans: Sequence[tuple[int, int]], words: dict[int, Spoken]) -> Iterable[Place]:
    for start, end in spans:
        column, first = full_text.column_and_word(start)
        last = full_text.column_and_word(end)[1]
        told = words[column]
        yield Place("title" if column == full_text.TITLE else "text", told.starts[first], told.ends[last])


def _snippets(texts: dict[str, str], places: Sequence[Place]) -> Iterable[Snippet]:
    """Yield pieces around the first hits, near ones together; a title is shown whole beside them."""
    pieces: list[list[Place]] = []
    for place in places:
        if place.field == "title":
            continue
        if (
            pieces
            and place.start - pieces[-1][-1].end <= _AROUND_CHARS
            and (place.end - pieces[-1][0].start <= _MAX_SNIPPET_CHARS)
        ):
            pieces[-1].append(place)
        elif len(pieces) == _SNIPPETS:
            break
        else:
            pieces.append([place])
    for piece in pieces:
        text = texts["text"]
        start, end = _around(text, piece[0].start, piece[-1].end)
        marks = tuple((place.start - start, place.end - start) for place in piece)
        yield Snippet("text", start, text[start:end], marks)


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of some characters more on both sides, cut between words and at the ends of a line."""
    first = max(0, start - _AROUND_CHARS, text.rfind("\n", 0, start) + 1)
    line_end = text.find("\n", end)
    last = min(len(text), end + _AROUND_CHARS, line_end if line_end >= 0 else len(text))
    if first and not text[first - 1].isspace():
        first = min(start, text.find(" ", first, start) + 1 or start)
    if last < len(text) and not text[last].isspace():
        last = max(end, text.rfind(" ", end, last))
    return first, last
