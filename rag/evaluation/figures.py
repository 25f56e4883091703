"""Outcomes of all questions → figures, each with the interval in which chance alone may move it.

A share of questions has Wilson's interval, all else that of a bootstrap over questions (what one question says more
than once, such as its sentences, is drawn together).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.evaluation.metrics import Outcomes

_Z = 1.959964  # 95% of the normal distribution lie within it
_DRAWS = 1000  # the ends then move by less than a tenth of the interval from one seed to the next
_SEED = 0


@dataclass(frozen=True)
class Measure:
    """How outcomes become a figure: ``statistic`` is mean, median, p95 or sum; ``better`` is 1 (higher), -1 or 0."""

    name: str
    of: str
    statistic: str = "mean"
    better: int = 1

    @property
    def digits(self) -> int:
        """Decimals worth printing."""
        return {"mean": 4, "sum": 0}.get(self.statistic, 1)


@dataclass(frozen=True)
class Figure:
    """A measure's value over ``count`` outcomes, between ``low`` and ``high`` at 95 % (None where it is a sum)."""

    measure: Measure
    value: float
    low: float | None
    high: float | None
    count: int

    def as_json(self) -> dict[str, Any]:
        """Return value, interval and count, rounded as they are printed."""
        ends = {"value": self.value, "low": self.low, "high": self.high}
        rounded = {key: None if end is None else round(end, self.measure.digits) for key, end in ends.items()}
        return {**rounded, "count": self.count}


def figures(measures: Sequence[Measure], outcomes: Sequence[Outcomes]) -> dict[str, Figure]:
    """Return name → figure of every measure for which at least one question counts.

    >>> figures([Measure("found", "f")], [{"f": (1.0,)}, {"f": (0.0,)}, {}])["found"].value
    0.5
    """
    found = {}
    for measure in measures:
        groups = [values for item in outcomes if (values := item.get(measure.of))]
        if groups:
            found[measure.name] = _figure(measure, groups)
    return found


def wilson(hits: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, sound for small counts and near 0 and 1.

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    share, z2 = hits / count, _Z**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(groups: Sequence[Sequence[float]], statistic: str) -> tuple[float, float]:
    """Return the 95 % interval of a statistic over questions drawn anew with a fixed seed.

    >>> bootstrap([[2.0]] * 5, "mean")
    (2.0, 2.0)
    """
    drawn = np.random.default_rng(_SEED).integers(0, len(groups), (_DRAWS, len(groups)))
    if statistic == "mean":
        sums, counts = np.array([sum(group) for group in groups]), np.array([len(group) for group in groups])
        values = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    else:
        ordered = np.sort(np.array([group[0] for group in groups])[drawn], axis=1)
        values = np.array([_middle(row) if statistic == "median" else percentile(row, 0.95) for row in ordered])
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest of ascending values that at least ``share`` of them do not exceed.

    >>> percentile([1, 2, 3, 4], 0.5), percentile([1, 2, 3, 4], 0.95)
    (2.0, 4.0)
    """
    return float(ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)])


def sign_test(better: int, worse: int) -> float:
    """Return how likely chance alone splits the changed questions as unevenly as this, or more; two-sided.

    >>> sign_test(5, 0), sign_test(3, 3), sign_test(0, 0)
    (0.0625, 1.0, 1.0)
    """
    changed = better + worse
    tail = sum(math.comb(changed, k) for k in range(min(better, worse) + 1)) / (1 << changed)
    return min(1.0, 2 * tail)


def _figure(measure: Measure, groups: Sequence[Sequence[float]]) -> Figure:
    values = sorted(value for group in groups for value in group)
    count, total = len(values), math.fsum(values)
    if measure.statistic == "sum":
        return Figure(measure, total, None, None, count)
    if measure.statistic == "mean":
        shares = len(groups) == count and set(values) <= {0.0, 1.0}
        low, high = wilson(total, count) if shares else bootstrap(groups, "mean")
        return Figure(measure, total / count, low, high, count)
    value = _middle(values) if measure.statistic == "median" else percentile(values, 0.95)
    return Figure(measure, value, *bootstrap(groups, measure.statistic), count)


def _middle(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else float(ordered[half - 1] + ordered[half]) / 2
