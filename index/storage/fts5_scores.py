"""How FTS5 scores a passage by words, reckoned here where something else brings the passages.

Whatever brings the passages, they come in one order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from index.storage.database import parted

# FTS5's own (https://sqlite.org/fts5.html#the_bm25_function), not chosen by hand. The last is the weight of what most
# passages hold.
K1, B = 1.2, 0.75
_LEAST_WEIGHT = 1e-6


def weight_of(passages: int, holding: int) -> float:
    """Return the weight of a term that so many of the passages hold.

    >>> round(weight_of(100, 3), 4), weight_of(100, 60)
    (3.3271, 1e-06)
    """
    weight = math.log((passages - holding + 0.5) / (holding + 0.5))
    return weight if weight > 0 else _LEAST_WEIGHT


def score(words: Sequence[str], weights: Mapping[str, float], average: float) -> float:
    """Return the score of a passage by its words, ``parted`` as FTS5 does; 0 where it holds none of the terms.

    ``weights`` are those of the terms, each a stem or a phrase of several; ``average`` is how many words a passage has.

    >>> round(score(["wali", "kota", "solo"], {"wali kota": 2.0, "kota": 1.0, "jawa": 5.0}, average=3.0), 6)
    3.0
    """
    norm = K1 * (1 - B + B * len(words) / (average or 1.0))
    found = 0.0
    for term, weight in weights.items():
        times = _times(parted(term), words)
        found += weight * (times * (K1 + 1) / (times + norm))
    return found


def _times(phrase: Sequence[str], words: Sequence[str]) -> int:
    """Return how often a phrase stands in words."""
    if not phrase:
        return 0
    if len(phrase) == 1:
        return words.count(phrase[0])
    ends = range(len(phrase), len(words) + 1)
    return sum(list(words[end - len(phrase) : end]) == list(phrase) for end in ends)
