import math

import pytest

from rag.reading.reading import Reading, Span, header

READING = Reading(2.0, 1.0, 4.0, (Span(3, 7, 5.5), Span(9, 12, 1.0)), (Span(3, 5, 0.5),))


def test_shifted_moves_spans_and_items_and_nothing_else() -> None:
    assert READING.shifted(100) == Reading(
        2.0, 1.0, 4.0, (Span(103, 107, 5.5), Span(109, 112, 1.0)), (Span(103, 105, 0.5),)
    )
    assert READING.shifted(0) == READING


def test_the_margin_is_that_of_the_likeliest_words_against_none() -> None:
    assert READING.margin == 1.5
    assert Reading(0.0, 0.0, 4.0, (), ()).margin == -20.0  # no words at all


@pytest.mark.parametrize(("logit", "probability"), [(0.0, 0.5), (math.log(3), 0.75), (-math.log(3), 0.25)])
def test_the_probability_that_it_answers(logit: float, probability: float) -> None:
    assert Reading(0.0, logit, 0.0, (), ()).answering == pytest.approx(probability)


def test_the_probability_of_extreme_logits_is_finite() -> None:
    assert Reading(0.0, -1e6, 0.0, (), ()).answering == pytest.approx(0.0, abs=1e-12)
    assert Reading(0.0, 1e6, 0.0, (), ()).answering == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("Harga naik", "Warta", "2018-01-05"), "Harga naik (Warta, 2018-01-05)"),
        (("Harga naik", None, None), "Harga naik"),
        ((None, "Warta", None), "(Warta)"),
        ((None, None, "2018-01-05"), "(2018-01-05)"),
        (("", "", ""), ""),
        ((None, None, None), ""),
    ],
)
def test_header_says_what_is_known(given: tuple[str | None, str | None, str | None], expected: str) -> None:
    assert header(*given) == expected
