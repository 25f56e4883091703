"""Found passages that follow one another in an article become one: what they say together is read together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.retrieval.results import Retrieved

MAX_MERGED = 2  # passages in one; three together are a page, and the sentence that answers is lost in it


def merged(found: Sequence[Retrieved]) -> list[Retrieved]:
    """Return what was found, best first, each passage that touches a better one of its article joined to that one.

    >>> from index.articles import Article
    >>> from index.passages import Passage
    >>> from rag.retrieval.results import Retrieved
    >>> article = Article("a", "", "a.txt")
    >>> two = [Retrieved(Passage("a", 1, 6, 10, "Dua."), article, 0.9, 0.9, 1.0),
    ...        Retrieved(Passage("a", 0, 0, 5, "Satu."), article, 0.5, 0.8, 0.0)]
    >>> [(item.passage.text, item.passage.start, item.score) for item in merged(two)]
    [('Satu. Dua.', 0, 0.9)]

    The text between two passages is white space alone, so one space or line break stands for it.
    """
    kept: list[list[Retrieved]] = []
    for item in found:
        beside = next((group for group in kept if len(group) < MAX_MERGED and _touches(group, item)), None)
        if beside is None:
            kept.append([item])
        else:
            beside.append(item)
    return [_joined(group) for group in kept]


def _touches(group: Sequence[Retrieved], item: Retrieved) -> bool:
    positions = [other.passage.position for other in group if other.article.id == item.article.id]
    return any(abs(position - item.passage.position) == 1 for position in positions)


def _joined(group: Sequence[Retrieved]) -> Retrieved:
    best = group[0]
    if len(group) == 1:
        return best
    parts = sorted((item.passage for item in group), key=lambda passage: passage.start)
    text = parts[0].text
    for earlier, later in pairwise(parts):
        text += " " * (later.start - earlier.end) + later.text
    passage = replace(best.passage, position=parts[0].position, start=parts[0].start, end=parts[-1].end, text=text)
    readings = tuple(reading for item in group for reading in item.readings)
    return replace(best, passage=passage, bm25=max(item.bm25 for item in group), readings=readings)
