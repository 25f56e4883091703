from typing import Any

import pytest

from rag.evaluation.curve import curve


def rows_and_records(*cases: tuple[bool, float, bool]) -> tuple[list[Any], dict[str, Any]]:
    rows, records = [], {}
    for number, (answerable, confidence, found) in enumerate(cases):
        id = f"q{number}"
        rows.append({"id": id, "answers": ["x"] if answerable else [], "is_answerable": answerable})
        said = {"answer": "x" if found else "", "found": found, "sentences": [], "sources": []}
        records[id] = {**said, "confidence": confidence}
    return rows, records


def test_shares_at_each_threshold_by_hand() -> None:
    rows, records = rows_and_records((True, 0.9, True), (True, 0.6, False), (False, 0.7, True), (False, 0.2, False))
    made = curve(rows, records)
    assert made is not None
    told = [
        (round(p.threshold, 6), p.answered, p.abstained, p.checked_answered, p.checked_abstained, p.contained)
        for p in made.points
    ]
    assert told == [
        (0.2, 1.0, 0.0, 0.5, 0.5, 0.5),
        (0.6, 1.0, 0.5, 0.5, 0.5, 0.5),
        (0.7, 0.5, 0.5, 0.5, 0.5, 0.5),
        (0.9, 0.5, 1.0, 0.5, 1.0, 0.5),
        (0.9, 0.0, 1.0, 0.0, 1.0, 0.0),  # beyond all of them nothing is answered
    ]
    assert made.separation == pytest.approx(3 / 4)


def test_the_best_point_answers_enough_and_declines_most() -> None:
    rows, records = rows_and_records((True, 0.9, True), (True, 0.6, True), (False, 0.7, True), (False, 0.2, True))
    made = curve(rows, records)
    assert made is not None
    best = made.best(checked=False)
    assert best is not None
    assert (best.threshold, best.answered, best.abstained) == (0.6, 1.0, 0.5)
    assert made.best(checked=True, bar=0.4).abstained == 1.0  # type: ignore[union-attr]
    assert made.best(checked=False, bar=1.1) is None
    assert (made.at(0.65).abstained, made.at(5).answered) == (0.5, 0.0)


def test_equal_confidence_tells_nothing_apart() -> None:
    made = curve(*rows_and_records((True, 0.5, True), (False, 0.5, True)))
    assert made is not None
    assert made.separation == 0.5


def test_without_confidence_or_with_one_kind_there_is_no_curve() -> None:
    rows, records = rows_and_records((True, 0.9, True), (False, 0.2, False))
    for record in records.values():
        del record["confidence"]
    assert curve(rows, records) is None
    assert curve(*rows_and_records((True, 0.9, True))) is None
    assert curve(rows, {}) is None
