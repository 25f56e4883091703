"""How well the words of a question match those of a passage. Pure; the word index brings the candidates.

BM25 is computed here anew over the candidates, as SQLite's own has fixed constants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence

from index.text.analysis import index_stems

# Saturation of repeats and weight of length, for short passages of even length: recall@1 on FacQA train .861 in plain
# fusion against .858 with SQLite's 1.2 and .75 (`scripts/bench/fusion.py`, once for each pair written here).
K1, B = 0.9, 0.4


def bm25(stems: Sequence[str], weights: Mapping[str, float], average_length: float) -> float:
    """Return the BM25 score of one passage's stems; ``weights`` are the inverse document frequencies. Higher is better.

    >>> round(bm25(["pasar", "ikan"], {"pasar": 2.0}, average_length=2.0), 6)
    2.0
    """
    counts = Counter(stems)
    norm = K1 * (1 - B + B * len(stems) / (average_length or 1.0))
    return sum(weight * counts[stem] * (K1 + 1) / (counts[stem] + norm) for stem, weight in weights.items())


def exact_share(weights: Mapping[str, float], held: Container[str]) -> float:
    """Return how much of the words' weight is among the words ``held``, unstemmed, 0 to 1; 0 where there is no weight.

    >>> exact_share({"memimpin": 1.0, "forum": 3.0}, {"ia", "memimpin"})
    0.25
    """
    return sum(weight for word, weight in weights.items() if word in held) / (sum(weights.values()) or 1.0)


def divided(scores: Mapping[int, float]) -> dict[int, float]:
    """Return the scores over the best of them, so that 0 stays "no common word" and the best is 1.

    >>> divided({1: 4.0, 2: 1.0})
    {1: 1.0, 2: 0.25}
    """
    best = max(scores.values(), default=0.0) or 1.0
    return {id: value / best for id, value in scores.items()}


def coverage(question_stems: Iterable[str], text: str, weights: Mapping[str, float]) -> float:
    """Return how much of a question a text speaks of: the weighted share of its stems, 0 to 1.

    >>> coverage(["harga", "beras"], "Harga naik.", {"harga": 1.0, "beras": 3.0})
    0.25
    """
    held = set(index_stems(text))
    total = sum(weights[stem] for stem in question_stems)
    return sum(weights[stem] for stem in question_stems if stem in held) / total if total else 0.0
