"""What would be answered at each confidence → the trade-off between answering and a wrong answer.

``confidence`` is how sure a record is that the archive answers. Where it alone decided, a threshold answers what
reaches it; with the checks, only what was found as well (below the threshold in use that adds nothing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.evaluation.metrics import Row, judge_ask

# By hand: a wish, no measurement.
ANSWERED_BAR = 0.85  # the share of answerable questions that an archive's tool must at least answer


@dataclass(frozen=True)
class Point:
    """Shares at one threshold: of answerable questions answered, of unanswerable ones declined; 0 to 1.

    ``checked_answered`` and ``checked_abstained`` are those where the checks must agree; ``contained`` is the share of
    answerable questions that were answered then, and rightly.
    """

    threshold: float
    answered: float
    abstained: float
    checked_answered: float
    checked_abstained: float
    contained: float


@dataclass(frozen=True)
class Curve:
    """All points, rising thresholds, and how well confidence tells the two kinds apart (1: wholly, .5: not at all)."""

    points: tuple[Point, ...]
    separation: float
    answerable: int
    unanswerable: int

    def best(self, *, checked: bool, bar: float = ANSWERED_BAR) -> Point | None:
        """Return the point that declines most while it answers at least ``bar``."""
        answered = "checked_answered" if checked else "answered"
        abstained = "checked_abstained" if checked else "abstained"
        able = [point for point in self.points if getattr(point, answered) >= bar]
        return max(able, key=lambda point: (getattr(point, abstained), point.threshold), default=None)

    def at(self, threshold: float) -> Point:
        """Return the shares at a threshold that need not be among the points."""
        return next((point for point in self.points if point.threshold >= threshold), self.points[-1])


def curve(rows: Sequence[Row], records: Mapping[str, Mapping[str, Any]]) -> Curve | None:
    """Return the curve; None where records have no confidence or all questions are of one kind.

    >>> rows = [{"id": "a", "answers": ["x"]}, {"id": "b", "answers": [], "is_answerable": False}]
    >>> said = {"answer": "x", "found": True, "sentences": [], "sources": []}
    >>> made = curve(rows, {"a": {**said, "confidence": 0.9}, "b": {**said, "confidence": 0.2}})
    >>> made.best(checked=False).abstained, made.separation
    (1.0, 1.0)
    """
    known = [(row, records[row["id"]]) for row in rows if records.get(row["id"], {}).get("confidence") is not None]
    yes = [(float(said["confidence"]), said["found"], row, said) for row, said in known if _answerable(row)]
    no = [(float(said["confidence"]), said["found"]) for row, said in known if not _answerable(row)]
    if not yes or not no:
        return None
    right = [(c, found and judge_ask(row, said)["answer_contained"][0]) for c, found, row, said in yes]
    thresholds = sorted({c for c, *_ in yes} | {c for c, _ in no})
    points = [
        Point(
            threshold,
            _share([c >= threshold for c, *_ in yes]),
            _share([c < threshold for c, _ in no]),
            _share([c >= threshold and found for c, found, *_ in yes]),
            _share([not (c >= threshold and found) for c, found in no]),
            _share([c >= threshold and held for c, held in right]),
        )
        for threshold in (*thresholds, max(thresholds) + 1e-9)
    ]
    wins = sum((c > other) + 0.5 * (c == other) for c, *_ in yes for other, _ in no)
    return Curve(tuple(points), wins / (len(yes) * len(no)), len(yes), len(no))


def _answerable(row: Row) -> bool:
    return bool(row.get("is_answerable", True))


def _share(values: Sequence[object]) -> float:
    return sum(map(bool, values)) / len(values)
