"""Words of a quotation → verdict and the places that prove it. Equality decides what is exact, alignment the rest."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.storage.filters import Filters
from index.text.verbatim import Spoken, has_look_alikes, in_latin
from rag.quotation.alignment import Asked, Piece, pieces
from rag.quotation.article_cache import Codes, Read, Texts
from rag.quotation.candidates import Search
from rag.quotation.differences import differences, is_same, similarity
from rag.quotation.exact_match import Found, cut_notes, equal_place, equal_places
from rag.quotation.interruptions import interrupted, with_ends
from rag.quotation.paraphrase import paraphrase

# Share of a quotation's weight that one place must give for it to be that place altered, and that several must give
# together to be stitched. By hand, as all below: quotations of other articles on the same events stay below .4, and
# `tanya eval quote CASES.jsonl` tells which verdicts another value makes wrong.
MIN_ALTERED = 0.5
MIN_STITCHED = 0.75
# An altered quotation has most of its words in the article, or those that it has in their order.
MIN_REWORDED = 0.8
MIN_SIMILAR = 0.5  # share of words in common and in order (Indel)
MIN_CONTENT = 0.5  # of the words of content, by their stems; less will do where nearly all else is equal
MIN_IN_ORDER = 0.6
# What a piece of a stitched quotation must have at least; shorter runs of words stand in many articles by chance.
MIN_LONG_WORDS = 4
MIN_LONG_SAME = 0.75
WORDS_A_PIECE = 6
MIN_PIECE_WORDS = 3
MAX_SAME_PLACE_GAP = 12  # words between two pieces outside quotation marks that are still one place
MIN_VARIANT = 0.6  # share of the quotation's word pairs that another article must hold for its variant to be shown
_MIN_WORDS = 4  # fewer prove nothing unless they are equal
_MAX_CELLS = 10_000_000  # of the alignment's table
_MAX_PLACES = 500


class Matcher:
    """Finds where quotations stand among the articles of one store."""

    def __init__(self, search: Search, texts: Texts) -> None:
        self._search = search
        self._texts = texts

    def find(self, words: Spoken, asked: Asked, filters: Filters | None) -> tuple[str, list[Found]]:
        """Return the verdict and its places, best first, then earliest first."""
        found = self._equal(words, asked, filters)
        if not any(item.verdict in ("exact", "partial") for item in found):
            return self._nearest(words, asked, filters, found)
        if len(words) >= _MIN_WORDS:
            known = {item.read.article.id for item in found}
            reads = self._reads(self._search.likely(words, 0, len(words), filters), without=known)
            found += self._variants(words, asked, reads)
        found = _ordered(found)
        return found[0].verdict, found

    def _equal(self, words: Spoken, asked: Asked, filters: Filters | None) -> list[Found]:
        """Return the places where all words are equal; only where there is none, those that cut a word through."""
        found: list[Found] = []
        for cut in (False, True):
            for read in self._reads(self._search.holding(words, filters, cut=cut)):
                for first, ends in equal_places(words, asked, read, cut=cut):
                    found.append(equal_place(words, read, first, ends))
                if len(found) >= _MAX_PLACES:
                    break
            if found:
                break
        return found

    def _nearest(
        self, words: Spoken, asked: Asked, filters: Filters | None, found: list[Found]
    ) -> tuple[str, list[Found]]:
        if found:  # all words are there, the punctuation is another
            return "altered", _ordered(found)
        if has_look_alikes(words.text):  # aligned as they look; that they are others is told by the differences
            asked = replace(asked, keys=self._texts.codes([in_latin(key) for key in words.keys]))
        reads = list(self._reads(self._search.likely(words, 0, len(words), filters)))
        read_off = pieces(asked, self._fitting(words, reads))
        for start, end in _uncovered(read_off, len(words)):
            if end - start > 0.8 * len(words):
                continue  # looked for already
            ids = self._search.likely(words, start, end, filters, fewest=4, most=16)
            more = list(self._reads(ids, without={read.article.id for read in reads}))
            reads = more + reads
            if more:
                read_off = pieces(asked, self._fitting(words, reads))
        verdict, found = self._decided(words, asked, read_off)
        if found and verdict in ("exact", "partial", "altered"):
            known = {item.read.article.id for item in found}
            found += self._variants(words, asked, [read for read in reads if read.article.id not in known])
            found = _ordered(found)
            return found[0].verdict, found
        if not found and (lead := paraphrase(words, reads, self._search)):
            read, first, last, share = lead
            parts = differences(words, read.words, first, last)
            found = [Found("paraphrase", read, first, last, share, parts, 0, len(words))]
            return "paraphrase", found
        return verdict, found

    def _decided(self, words: Spoken, asked: Asked, read_off: Sequence[Piece]) -> tuple[str, list[Found]]:
        groups = [group for group in _places_of(read_off) if _is_strong(group, asked)]
        if not groups or len(words) < _MIN_WORDS:
            return "not_found", []
        if whole := interrupted(words, with_ends(asked, [_joined(group) for group in groups])):
            read, first, last, parts, notes = whole
            return "exact", [Found("exact", read, first, last, 1.0, parts, 0, len(words), notes)]
        if len(groups) > 1:
            long = [group for group in groups if _is_long(group, asked)]
            if 1 < len(long) <= 1 + len(words) // WORDS_A_PIECE and sum(
                _weight(group, asked) for group in long
            ) >= MIN_STITCHED * float(asked.weights.sum()):
                return "stitched", [_piece_found(words, _joined(group)) for group in long]
        best = max(groups, key=lambda group: _weight(group, asked))
        if _weight(best, asked) < MIN_ALTERED * float(asked.weights.sum()) or not _has_content(best, asked):
            return "not_found", []
        item = _altered(words, _joined(best))
        loose = _weight(best, asked) < MIN_REWORDED * float(asked.weights.sum())
        if item.verdict == "altered" and loose and item.similarity < MIN_SIMILAR:
            return "not_found", []  # so much is said in other words that it is a paraphrase, if anything
        return item.verdict, [item]

    def _variants(self, words: Spoken, asked: Asked, reads: Iterable[Read]) -> list[Found]:
        """Return how other articles have it, one place each."""
        wanted = _pairs(asked.keys)
        found = []
        for read in reads:
            if len(wanted & _pairs(read.keys)) >= MIN_VARIANT * len(wanted):
                verdict, places = self._decided(words, asked, pieces(asked, [read]))
                found += places if verdict in ("exact", "partial", "altered") else []
        return found

    def _reads(self, ids: Iterable[str], without: Container[str] = frozenset()) -> Iterator[Read]:
        for id in ids:
            if id not in without and (read := self._texts.read(id)) is not None:
                yield read

    def _fitting(self, words: Spoken, reads: Sequence[Read]) -> list[Read]:
        """Return the first articles, as many as the table has room for."""
        room = _MAX_CELLS // len(words)
        kept: list[Read] = []
        for read in reads:
            room -= len(read.words)
            if kept and room < 0:
                break
            kept.append(read)
        return kept


def _altered(words: Spoken, piece: Piece) -> Found:
    """Compare the whole quotation with a place, its first and last words included where they were changed."""
    read = piece.read
    first = max(read.bounds.sentence_from(piece.first), piece.first - piece.start)
    last = min(read.bounds.sentence_to(piece.last), piece.last + len(words) - piece.end)
    parts = differences(words, read.words, first, last)
    while parts and parts[0].op == "delete" and first < piece.first:  # nothing of it is claimed
        first += 1
        parts = differences(words, read.words, first, last)
    while parts and parts[-1].op == "delete" and last > piece.last:
        last -= 1
        parts = differences(words, read.words, first, last)
    alike = similarity(words, read.words, first, last)
    if is_same(parts):  # numbers are written in another way
        verdict = "exact" if read.bounds.is_whole(first, last) else "partial"
        notes = () if verdict == "exact" else cut_notes(read, first, last)
        return Found(verdict, read, first, last, 1.0, parts, 0, len(words), notes)
    return Found("altered", read, first, last, alike, parts, 0, len(words))


def _piece_found(words: Spoken, piece: Piece) -> Found:
    claimed = spoken_part(words, piece.start, piece.end)
    parts = differences(claimed, piece.read.words, piece.first, piece.last)
    alike = similarity(claimed, piece.read.words, piece.first, piece.last)
    return Found("stitched", piece.read, piece.first, piece.last, alike, parts, piece.start, piece.end)


def spoken_part(words: Spoken, start: int, end: int) -> Spoken:
    """Return the words ``start`` to ``end`` alone; offsets stay those of the whole text."""
    return Spoken(
        words.text, words.keys[start:end], words.starts[start:end], words.ends[start:end], words.marks[start:end]
    )


def _places_of(read_off: Sequence[Piece]) -> list[list[Piece]]:
    """Put pieces of one place together."""
    groups: list[list[Piece]] = []
    for piece in read_off:
        for group in groups:
            if any(_same_place(piece, other) for other in group):
                group.append(piece)
                break
        else:
            groups.append([piece])
    return groups


def _same_place(one: Piece, other: Piece) -> bool:
    """Tell whether two pieces lie in one quotation, or near one another outside of any."""
    if one.read is not other.read:
        return False
    bounds = one.read.bounds
    # subtle: by their middles, as the first word of a piece may also stand just before the mark.
    inside, elsewhere = (bounds.quotation_of((piece.first + piece.last) // 2) for piece in (one, other))
    gap = max(one.first, other.first) - min(one.last, other.last)
    return inside == elsewhere and (inside is not None or gap <= MAX_SAME_PLACE_GAP)


def _joined(group: Sequence[Piece]) -> Piece:
    return replace(
        group[0],
        start=min(piece.start for piece in group),
        end=max(piece.end for piece in group),
        first=min(piece.first for piece in group),
        last=max(piece.last for piece in group),
        same=sum(piece.same for piece in group),
        close=sum(piece.close for piece in group),
    )


def _weight(group: Sequence[Piece], asked: Asked) -> float:
    total = 0.0
    for piece in group:
        covered = float(asked.weights[piece.start : piece.end].sum())
        total += covered * (piece.same + 0.5 * piece.close) / (piece.end - piece.start)
    return total


def _is_strong(group: Sequence[Piece], asked: Asked) -> bool:
    longest = max(group, key=lambda piece: piece.same + 0.5 * piece.close)
    enough = longest.same + longest.close >= MIN_PIECE_WORDS and longest.same >= MIN_PIECE_WORDS - 1
    return enough and _weight([longest], asked) > 0.6 * MIN_PIECE_WORDS


def _has_content(group: Sequence[Piece], asked: Asked) -> bool:
    """Tell whether a place shares the words of content too, not only those that stand in every text."""
    heavy = asked.weights >= 1
    shared = int((_held(group, asked) & heavy).sum())
    mostly = shared >= MIN_CONTENT * float(heavy.sum())
    return shared >= min(2, int(heavy.sum())) and (
        mostly or _weight(group, asked) >= MIN_IN_ORDER * float(asked.weights.sum())
    )


def _is_long(group: Sequence[Piece], asked: Asked) -> bool:
    words = sum(piece.end - piece.start for piece in group)
    same = sum(piece.same for piece in group)
    content = int((_held(group, asked) & (asked.weights >= 1)).sum())
    return same >= MIN_LONG_WORDS and same >= MIN_LONG_SAME * words and content >= 2


def _held(group: Sequence[Piece], asked: Asked) -> NDArray[np.bool_]:
    """Return which words of the quotation these pieces have, by their stems."""
    held = np.zeros(len(asked.keys), dtype=np.bool_)
    for piece in group:
        held[piece.start : piece.end] |= np.isin(
            asked.stems[piece.start : piece.end], piece.read.stems[piece.first : piece.last + 1]
        )
    return held


def _uncovered(read_off: Sequence[Piece], count: int) -> list[tuple[int, int]]:
    """Return the stretches of four words or more that no piece holds well."""
    held = np.zeros(count, dtype=bool)
    for piece in read_off:
        if piece.same >= max(MIN_PIECE_WORDS, 0.6 * (piece.end - piece.start)):
            held[piece.start : piece.end] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[1], held.astype(int), [1]])))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start >= 4]


def _pairs(keys: Codes) -> set[tuple[int, int]]:
    listed = keys.tolist()
    return set(pairwise(listed))


def _ordered(found: list[Found]) -> list[Found]:
    ranks = {"exact": 0, "partial": 1, "altered": 2}
    best = min(ranks[item.verdict] for item in found)

    def order(item: Found) -> tuple[object, ...]:
        article = item.read.article
        worse = 0.0 if ranks[item.verdict] == best and best < 2 else -round(item.similarity, 2)
        return (ranks[item.verdict], worse, article.date is None, article.date or "", article.id, item.first)

    return sorted(found, key=order)
