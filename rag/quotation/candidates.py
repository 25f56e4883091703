"""Which articles may hold a quotation. What is certain comes first: every article with all its words side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from index.storage.filters import Filters
from index.storage.ngram_index import Runs, names
from index.text.verbatim import Spoken, search_keys

# Of all articles that hold a quotation, so many are read: the earliest. More is a turn of phrase, not a quotation.
MAX_HOLDING = 200
MAX_HOLDING_SHORT = 40  # of a single word: it proves nothing
_RAREST = 8  # together they leave few articles that do not hold all
# The rarest words and pairs of a quotation are looked up, while they are not in too many articles to be told apart by.
_MAX_NAMES = 32
_MAX_POSTINGS = 30_000
_MIN_NAMES = 6
# Articles read: those that share half of what the likeliest one shares, a few at least for when none does. By hand;
# what more of them cost is told by `scripts/bench/quotes.py`.
NEAR = 0.5
LEAST = 0.3  # and of what all words and pairs looked for weigh together
FEWEST = 4
MOST = 60


def most_holding(words: Spoken) -> int:
    """Return how many articles that hold these words are read at most."""
    return MAX_HOLDING if len(words) > 1 else MAX_HOLDING_SHORT


class Search:
    """Looks for a quotation's words among the articles of one store."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def holding(self, words: Spoken, filters: Filters | None, *, cut: bool = False) -> list[str]:
        """Return the ids of all articles that may hold these words in this order.

        ``cut`` allows the first and the last word to be cut through. None is missed, but of more than
        ``most_holding`` the latest are left out.
        """
        wanted = names(search_keys(words))
        counts = self._runs.counts(list(dict.fromkeys(wanted)))
        if cut and len(words) < 3:  # no index knows the parts of words
            return self._runs.containing(words.between(0, len(words)), most_holding(words), filters)
        inner = wanted[2:-2] if cut else wanted
        if not all(counts[name] for name in inner):
            return []
        rarest = sorted(set(inner), key=lambda name: (counts[name], name))[:_RAREST]
        return self._runs.holding_all(rarest, most_holding(words), filters)

    def likely(
        self, words: Spoken, start: int, end: int, filters: Filters | None, fewest: int = FEWEST, most: int = MOST
    ) -> list[str]:
        """Return the ids of the articles that share most with the words ``start`` to ``end``, the likeliest first."""
        wanted = list(dict.fromkeys(names(search_keys(words)[start:end])))
        counts = self._runs.counts(wanted)
        total = max([1, *counts.values()])
        rarest = sorted((name for name in wanted if counts[name]), key=lambda name: counts[name])[:_MAX_NAMES]
        scores = np.zeros(self._runs.highest() + 1)
        seen, whole = 0, 0.0
        for looked, name in enumerate(rarest):
            seen += counts[name]
            if seen > _MAX_POSTINGS and looked >= _MIN_NAMES:
                break
            weight = math.log(1 + total / counts[name])
            scores[self._runs.holding(name)] += weight
            whole += weight
        if filters:
            scores *= np.isin(np.arange(len(scores)), self._runs.within(filters))
        numbers = np.argsort(-scores.round(6), kind="stable")[:most]  # ties to the lower number
        least = max(NEAR * scores[numbers[0]], LEAST * whole) if len(numbers) else 0.0
        near = [
            int(number)
            for place, number in enumerate(numbers)
            if scores[number] > 0 and (place < fewest or scores[number] >= least)
        ]
        return self._ids(near, filters)

    def weights(self, stems: Sequence[str]) -> dict[str, float]:
        """Return stem → how much it tells: rarer weighs more."""
        named = {stem: names([stem])[0] for stem in stems}
        counts = self._runs.counts(list(named.values()))
        total = self._runs.total()
        return {stem: math.log(1 + total / (counts[name] + 0.5)) for stem, name in named.items()}

    def _ids(self, numbers: Sequence[int], filters: Filters | None) -> list[str]:
        found = self._runs.article_ids(numbers, filters)
        return [found[number] for number in numbers if number in found]
