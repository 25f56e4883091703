"""The items of a list, as the reader marks them in what was found: each word for word, each once, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.text.analysis import tokens
from rag.answering.answer_span import expand_span
from rag.query.query import Query
from rag.retrieval.results import Retrieved

# A passage gives items where the reader finds it likelier than not that it answers, or nearly so. By hand: the
# calibration questions hold too few lists to fit it.
_LEAST_ANSWERS = -0.5
_MAX_ITEM_CHARS = 160  # what is longer is a sentence, not an item


@dataclass(frozen=True)
class Item:
    """One item; ``source`` is the place of its passage among those found."""

    text: str
    source: int


def list_items(query: Query, found: Sequence[Retrieved]) -> list[Item]:
    """Return the items in the order of the sources and of their text; what the question names itself is none.

    An item within another ("Surabaya" in "Kota Surabaya") is the same.
    """
    kept: list[tuple[set[str], Item]] = []
    for source, item in enumerate(found):
        base, text = item.passage.start, item.passage.text
        for reading in item.readings:
            if reading.answers < _LEAST_ANSWERS:
                continue
            for span in reading.items:
                start, end = expand_span(text, span.start - base, span.end - base, query)
                said = " ".join(text[start:end].split())
                words = set(tokens(said))
                if not words or words <= query.words or len(said) > _MAX_ITEM_CHARS:
                    continue
                if not any(words <= other or other <= words for other, _ in kept):
                    kept.append((words, Item(said, source)))
    return [item for _, item in kept]
