from itertools import pairwise

import numpy as np
import pytest

from rag.reading.reading import Span
from rag.reading.spans import best_spans, items_inside

OFFSETS = [(0, 2), (3, 5), (6, 9), (10, 14)]


def of(*values: float) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, dtype=np.float32)


def test_best_spans_by_hand() -> None:
    # Sums with start ≤ end; best 5 + 4 = 9 (tokens 1 to 2). What is left beside it: (0, 0) = 1 + 0 and (3, 3) = 0 + 2.
    found = best_spans(of(1, 5, 0, 0), of(0, 1, 4, 2), OFFSETS)
    assert found == (Span(3, 9, 9.0), Span(10, 14, 2.0), Span(0, 2, 1.0))


def test_a_span_never_ends_before_it_begins() -> None:
    (first, *_) = best_spans(of(0, 0, 0, 9), of(9, 0, 0, 0), OFFSETS)
    assert first == Span(0, 2, 9.0)  # (0, 0), as good as (3, 3) and before it; 18 would run backwards


def test_no_two_spans_overlap_and_no_more_than_asked_for() -> None:
    random = np.random.default_rng(5)
    offsets = [(3 * n, 3 * n + 2) for n in range(30)]
    for _ in range(20):
        start, end = random.normal(size=(2, 30)).astype(np.float32)
        found = best_spans(start, end, offsets, count=4)
        assert 1 <= len(found) <= 4
        assert [span.logit for span in found] == sorted((span.logit for span in found), reverse=True)
        ordered = sorted(found, key=lambda span: span.start)
        assert all(one.end <= other.start for one, other in pairwise(ordered))


def test_an_answer_is_at_most_forty_tokens_long() -> None:
    start, end = np.zeros((2, 60), dtype=np.float32)
    start[0] = 10
    end[[39, 40]] = 5, 9
    (first, *_) = best_spans(start, end, [(2 * n, 2 * n + 1) for n in range(60)])
    assert first == Span(0, 79, 15.0)  # tokens 0 to 39; with token 40 it would be 19


def test_no_tokens_no_spans() -> None:
    assert best_spans(of(), of(), []) == ()
    assert items_inside(of(), []) == ()


def test_items_are_runs_in_the_order_of_the_text() -> None:
    assert items_inside(of(2, 1, -1, 0.5), OFFSETS) == (Span(0, 5, 1.5), Span(10, 14, 0.5))
    assert items_inside(of(-1, -2, -0.1, -3), OFFSETS) == ()


def test_even_odds_are_not_inside() -> None:
    assert items_inside(of(0, 0.25, 0, 0), OFFSETS) == (Span(3, 5, pytest.approx(0.25)),)  # type: ignore[arg-type]
