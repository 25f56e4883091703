import json
import math
from dataclasses import fields, replace
from pathlib import Path

import pytest

from rag.answering.confidence import (
    FEATURE_NAMES,
    FITTED,
    READ_NAMES,
    ConfidenceFeatures,
    ReadFeatures,
    ReadWeights,
    confidence_features,
    read_probability,
)
from rag.generation.decoder import Trace
from rag.query.query import Query

TEXT = "Pasar ikan Sidomulyo menampung 40 pedagang pada 2021."
TRACE = Trace(refusal=-5.0, begin=-0.5, words=(-0.5, -0.1))
STEMS = {"dagang": 1.0, "pasar": 1.0, "sidomulyo": 2.0}


def of(question: str, answer: str = "40 pedagang", weights: dict[str, float] | None = None) -> ConfidenceFeatures:
    return confidence_features(Query(question), answer, TEXT, TEXT, 0.9, weights or STEMS, TRACE)


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
        confidence_features(
            Query("Di mana kota terkecil?"), "Bandung", "Kota terbesar: Bandung.", "", 0.9, {}, TRACE
        ).opposite
        == 1.0
    )


def test_wrong_kind_of_answer() -> None:
    assert of("Siapa yang menampung pedagang?").kind == 0.0
    assert of("Siapa yang menampung pedagang?", "Sidomulyo").kind == 1.0


def test_a_model_that_does_not_tell_is_taken_at_its_word() -> None:
    found = confidence_features(Query("Apa?"), "ikan", TEXT, TEXT, 0.9, {}, Trace())
    assert (found.doubt, found.begin, found.said, found.least) == (-5.0, 0.0, 0.0, 0.0)


def test_cosines_of_another_scale_are_held_within_the_range_that_tells() -> None:
    low, high = (
        confidence_features(Query("Apa?"), "ikan", TEXT, TEXT, cosine, {}, TRACE).similarity for cosine in (0.1, 1.0)
    )
    assert (low, high) == (0.8, 0.95)


NOTHING = ConfidenceFeatures(*(0.0 for _ in FEATURE_NAMES))
UNREAD = ReadFeatures(*(0.0 for _ in fields(ReadFeatures)))


def test_every_feature_has_its_own_weight_beside_a_reader() -> None:
    weights = ReadWeights(0.5, tuple(float(n) for n in range(1, len(READ_NAMES) + 1)), 0.5, 0.8)

    def by(features: ConfidenceFeatures, read: ReadFeatures, agreement: float, copied: bool) -> float:
        sure = read_probability(features, read, agreement, copied, weights)
        return math.log(sure / (1 - sure)) - 0.5

    assert by(NOTHING, UNREAD, 0.0, False) == pytest.approx(0.0)
    for number, name in enumerate(READ_NAMES, start=1):
        features = replace(NOTHING, **{name: 0.25}) if hasattr(NOTHING, name) else NOTHING
        read = replace(UNREAD, **{name: 0.25}) if hasattr(UNREAD, name) else UNREAD
        value = by(features, read, 0.25 * (name == "agreement"), name == "copied")
        assert value == pytest.approx(number * (1.0 if name == "copied" else 0.25)), name


def test_extreme_features_give_a_probability() -> None:
    weights = ReadWeights(0.0, tuple(float(name == "margin") for name in READ_NAMES), 0.5, 0.8)
    for margin, expected in ((-1e9, 0.0), (1e9, 1.0)):
        found = read_probability(NOTHING, replace(UNREAD, margin=margin), 0.0, False, weights)
        assert found == pytest.approx(expected, abs=1e-9)


def stored(path: Path, names: tuple[str, ...]) -> Path:
    weights = {name: float(READ_NAMES.index(name)) for name in names}
    path.write_text(json.dumps({"constant": -1.5, "weights": weights, "threshold": 0.25, "unsure": 0.75}))
    return path


def test_fitted_weights_are_loaded(tmp_path: Path) -> None:
    found = ReadWeights.load(stored(tmp_path / "fitted.json", READ_NAMES))
    assert found == ReadWeights(-1.5, tuple(float(n) for n in range(len(READ_NAMES))), 0.25, 0.75)


def test_two_features_have_a_weight_together(tmp_path: Path) -> None:
    path = stored(tmp_path / "fitted.json", READ_NAMES)
    zero = {"weights": dict.fromkeys(READ_NAMES, 0.0), "products": {"covered*margin": 0.5, "score*score": 2.0}}
    path.write_text(json.dumps(json.loads(path.read_text()) | zero))
    read = replace(UNREAD, margin=3.0, score=0.5)
    sure = read_probability(replace(NOTHING, covered=0.4), read, 0.0, False, ReadWeights.load(path))
    assert math.log(sure / (1 - sure)) == pytest.approx(-1.5 + 0.5 * 0.4 * 3.0 + 2.0 * 0.25)


def test_fitted_weights_are_taken_by_name(tmp_path: Path) -> None:
    found = ReadWeights.load(stored(tmp_path / "fitted.json", READ_NAMES[::-1]))
    assert found == ReadWeights.load(stored(tmp_path / "same.json", READ_NAMES))


def test_the_weights_in_use_fit_the_program() -> None:
    fitted = json.loads(FITTED.read_text("utf-8"))
    if not fitted["weights"]:
        pytest.skip("rag/answering/confidence.json is not fitted yet")
    assert tuple(fitted["weights"]) == READ_NAMES
    weights = ReadWeights.load()
    assert 0 < weights.threshold <= weights.unsure < 1
    assert fitted["weights"]["margin"] + fitted["weights"]["answers"] + fitted["weights"]["agreement"] > 0
    assert isinstance(read_probability(NOTHING, UNREAD, 0.0, True, weights), float)


@pytest.mark.parametrize(
    ("question", "answer", "beside", "expected"),
    [
        (
            "Apa kepanjangan KIPP?",
            "Kompetisi Inovasi Pelayanan Publik",
            "Kompetisi Inovasi Pelayanan Publik (KIPP).",
            1.0,
        ),
        ("Apa kepanjangan IKI?", "Inovasi dan Kerja Ikhlas", "Itulah ‘IKI’ (Inovasi dan Kerja Ikhlas), katanya.", 1.0),
        ("Apa kepanjangan KIPP?", "Kompetisi Inovasi", "Kompetisi Inovasi Pelayanan Publik (KIPP).", 0.0),
        ("Apa kepanjangan KIPP?", "Kompetisi Inovasi Pelayanan Publik", "Kompetisi Inovasi Pelayanan Publik.", 0.0),
        ("Siapa juara KIPP?", "Kompetisi Inovasi Pelayanan Publik", "Kompetisi Inovasi Pelayanan Publik (KIPP).", 0.0),
    ],
)
def test_what_an_abbreviation_means_by_the_words_of_the_source(
    question: str, answer: str, beside: str, expected: float
) -> None:
    assert confidence_features(Query(question), answer, beside, beside, 0.9, {}, TRACE).long_form == expected
