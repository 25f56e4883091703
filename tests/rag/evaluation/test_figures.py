import random

import pytest

from rag.evaluation.figures import Measure, bootstrap, figures, percentile, sign_test, wilson
from rag.evaluation.metrics import Outcomes


def test_wilson_by_hand() -> None:
    # 0 of 4: high end z² / (n + z²); all of 4: its mirror image.
    z2 = 1.959964**2
    assert wilson(0, 4) == pytest.approx((0.0, z2 / (4 + z2)))
    assert wilson(4, 4) == pytest.approx((4 / (4 + z2), 1.0))
    low, high = wilson(50, 100)
    assert (low + high) / 2 == pytest.approx(0.5)
    assert high - low == pytest.approx(0.1923, abs=1e-3)


def test_bootstrap_of_a_mean_is_near_the_normal_interval() -> None:
    dice = random.Random(1)
    groups = [[dice.gauss(10, 2)] for _ in range(400)]
    low, high = bootstrap(groups, "mean")
    assert high - low == pytest.approx(2 * 1.96 * 2 / 20, rel=0.15)
    assert low < 10.1
    assert high > 9.9
    assert bootstrap(groups, "mean") == (low, high)


def test_what_one_question_says_is_drawn_together() -> None:
    together = [[1.0] * 10, [0.0] * 10] * 5
    apart = [[value] for group in together for value in group]
    wide, narrow = bootstrap(together, "mean"), bootstrap(apart, "mean")
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


def test_statistics_by_hand() -> None:
    outcomes: list[Outcomes] = [{"ms": (float(value),), "wrong": (1.0,)} for value in range(1, 21)]
    measures = [Measure("middle", "ms", "median"), Measure("late", "ms", "p95"), Measure("all", "wrong", "sum")]
    found = figures([*measures, Measure("none", "absent")], outcomes)
    assert {name: figure.value for name, figure in found.items()} == {"middle": 10.5, "late": 19.0, "all": 20.0}
    assert found["all"].low is None
    late = found["late"]
    assert late.low is not None and late.high is not None
    assert late.low < 19 <= late.high


def test_a_share_of_questions_has_wilson_s_interval_and_a_score_does_not() -> None:
    found = figures([Measure("share", "s"), Measure("score", "f")], [{"s": (1.0,), "f": (0.5,)}] * 4)
    assert (found["share"].low, found["share"].high) == wilson(4, 4)
    assert (found["score"].low, found["score"].high) == (0.5, 0.5)


def test_percentile_and_sign_test_by_hand() -> None:
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert sign_test(1, 4) == pytest.approx(2 * (1 + 5) / 32)
    assert sign_test(4, 1) == sign_test(1, 4)
    assert 0 <= sign_test(2000, 0) < 1e-300
