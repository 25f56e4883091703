"""The items of a list, as the reader marks them in what was found: each word for word, each once, with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.analysis import tokens
from rag.answering.answer_span import expand_span
from rag.query.query import Query
from rag.retrieval.results import Retrieved

# A passage gives items where the reader finds it likelier than not that it answers, or nearly so. By hand: the
# calibration questions hold too few lists to fit it.
_LEAST_ANSWERS = -0.5
_NEARLY_AS_WELL = 2.5  # logit; what answers far less well than the best passage is of another matter
_MAX_ITEM_CHARS = 160  # what is longer is a sentence, not an item


@dataclass(frozen=True)
class Item:
    """One item; ``source`` is the place of its passage among those found."""

    text: str
    source: int


def list_items(query: Query, found: Sequence[Retrieved]) -> list[Item]:
    """Return the items in the order of the sources and of their text; what the question names itself is none.

    An item within another ("Surabaya" in "Kota Surabaya") is the same. A passage counts where it answers nearly as well
    as the best one; what an enumeration has between two items, or right behind the last, is an item of it too.
    """
    best = max((reading.answers for item in found for reading in item.readings), default=0.0)
    kept: list[tuple[set[str], Item]] = []
    for source, item in enumerate(found):
        base, text = item.passage.start, item.passage.text
        for reading in item.readings:
            if reading.answers < max(_LEAST_ANSWERS, best - _NEARLY_AS_WELL):
                continue
            marked = [(span.start - base, span.end - base) for span in reading.items]
            spans = [expand_span(text, start, end, query) for start, end in marked]
            for start, end in enumerated(text, [span for span in spans if span[0] < span[1]]):
                said = " ".join(text[start:end].split())
                words = set(tokens(said))
                if not words or words <= query.words or len(said) > _MAX_ITEM_CHARS:
                    continue
                if not any(words <= other or other <= words for other, _ in kept):
                    kept.append((words, Item(said, source)))
    return [item for _, item in kept]


_JOINT = re.compile(r"\s*(?:,\s*(?:dan|serta|hingga|atau)?|;\s*(?:dan|serta)?|\b(?:dan|serta)\b)\s*")
_NAME = r"[A-ZÀ-Þ0-9][\w.'’/-]*(?:\s+(?:[A-ZÀ-Þ0-9][\w.'’/-]*|dan(?=\s[A-Z]\w+\s+(?:Tengah|Barat|Timur))|bin|van|de))*"
_NEXT = re.compile(rf"\s*(?:,\s*(?:dan|serta)?|(?:dan|serta)\b)\s*(?P<item>{_NAME})(?=\s*(?:[,.;)]|dan\b|serta\b|$))")


def enumerated(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the items with those that stand between or right behind them in the same enumeration.

    >>> text = "Mereka adalah Budi, Tono, Siti, dan Rini."
    >>> [text[slice(*span)] for span in enumerated(text, [(14, 18), (26, 30)])]
    ['Budi', 'Tono', 'Siti', 'Rini']

    Only names are added, and only where their neighbours are names.
    """
    ordered = sorted(spans)
    made: list[tuple[int, int]] = []
    for at, (start, end) in enumerate(ordered):
        made.append((start, end))
        named = text[start : start + 1].isupper()
        until = ordered[at + 1][0] if at + 1 < len(ordered) else len(text)
        if not named or len(ordered) < 2:
            continue
        last = end
        while (match := _NEXT.match(text, last)) and match.end("item") <= until:
            item_end = match.start("item") + len(match["item"].rstrip("."))
            made.append((match.start("item"), item_end))
            last = match.end("item")
        if at + 1 < len(ordered) and not _JOINT.fullmatch(text[last:until]):
            del made[made.index((start, end)) + 1 :]  # the two are of different enumerations
    return made
