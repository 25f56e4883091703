from dataclasses import astuple, fields, replace

import pytest

from rag.answering.confidence import (
    FEATURE_NAMES,
    WEIGHTS,
    ConfidenceFeatures,
    ConfidenceWeights,
    confidence_features,
    probability,
)
from rag.generation.decoder import Trace

TEXT = "Pasar ikan Sidomulyo menampung 40 pedagang pada 2021."
TRACE = Trace("Tidak", refusal=-5.0, begin=-0.5, words=[-0.5, -0.1])
STEMS = {"dagang": 1.0, "pasar": 1.0, "sidomulyo": 2.0}


def of(question: str, answer: str = "40 pedagang", weights: dict[str, float] | None = None) -> ConfidenceFeatures:
    return confidence_features(question, answer, TEXT, TEXT, 0.9, weights or STEMS, TRACE)


def test_signs_of_a_good_answer() -> None:
    found = of("Berapa pedagang di pasar Sidomulyo?")
    assert (found.doubt, found.begin, found.least) == (-4.5, -0.5, -0.5)
    assert found.said == pytest.approx(-0.3)
    assert (found.covered, found.elsewhere) == (1.0, 1.0)
    assert (found.numbers, found.opposite, found.kind) == (1.0, 0.0, 1.0)
    assert found.echo == 0.5  # "pedagang" repeats the question


def test_what_the_source_does_not_hold_counts() -> None:
    found = of("Berapa pedagang di pasar Klaten pada 2019?", weights={"dagang": 1.0, "pasar": 1.0, "klaten": 2.0})
    assert (found.covered, found.elsewhere, found.numbers) == (0.5, 0.0, 0.0)


def test_opposites() -> None:
    assert (
        confidence_features("Di mana kota terkecil?", "Bandung", "Kota terbesar: Bandung.", "", 0.9, {}, TRACE).opposite
        == 1.0
    )


def test_wrong_kind_of_answer() -> None:
    assert of("Siapa yang menampung pedagang?").kind == 0.0
    assert of("Siapa yang menampung pedagang?", "Sidomulyo").kind == 1.0


def test_a_model_that_does_not_tell_is_taken_at_its_word() -> None:
    found = confidence_features("Apa?", "ikan", TEXT, TEXT, 0.9, {}, Trace())
    assert (found.doubt, found.begin, found.said, found.least) == (-5.0, 0.0, 0.0, 0.0)


def test_probability_by_hand() -> None:
    nothing = ConfidenceFeatures(*(0.0 for _ in FEATURE_NAMES))
    weights = ConfidenceWeights(0.0, tuple(float(name == "covered") for name in FEATURE_NAMES))
    assert probability(nothing, weights) == 0.5
    assert probability(replace(nothing, covered=2.0), weights) == pytest.approx(1 / (1 + 2.718281828**-2))
    assert 0.0 <= probability(replace(nothing, covered=-1e9), weights) < 1e-9


def test_weights_in_use_are_one_a_sign_and_point_the_right_way() -> None:
    assert len(WEIGHTS.of_features) == len(fields(ConfidenceFeatures)) == len(astuple(of("Apa?")))
    by_name = dict(zip(FEATURE_NAMES, WEIGHTS.of_features, strict=True))
    assert by_name["doubt"] < 0 < by_name["covered"]
    assert by_name["opposite"] < 0 < by_name["similarity"]


def test_cosines_of_another_scale_are_held_within_the_range_that_tells() -> None:
    low, high = (confidence_features("Apa?", "ikan", TEXT, TEXT, cosine, {}, TRACE).similarity for cosine in (0.1, 1.0))
    assert (low, high) == (0.8, 0.95)
