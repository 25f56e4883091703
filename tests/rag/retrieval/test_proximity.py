import math

import pytest

from rag.query.answer_type import Kind
from rag.retrieval.proximity import classified, explains, nearness


def kinds(text: str) -> dict[str, Kind]:
    import re

    found = re.findall(r"\d+(?:[.,/:]\d+)*|\w+|[^\w\s]", text)
    return dict(zip(found, (word.kind for word in classified(text)), strict=True))


def test_kinds_of_words() -> None:
    found = kinds("Pasar ikan di Jawa Timur dibuka pada 17 Mei 2021, dihadiri Bupati Klaten dan dua puluh pedagang.")
    assert found["Pasar"] == Kind.ANY  # a capital at the start of a sentence says nothing
    assert Kind.PLACE in found["Jawa"]
    assert Kind.PLACE in found["Timur"]
    assert found["17"] == Kind.NUMBER | Kind.DATE
    assert Kind.DATE in found["Mei"]
    assert found["2021"] == Kind.NUMBER | Kind.DATE
    assert found["Klaten"] == Kind.NAME
    assert found["dua"] == Kind.NUMBER


def test_function_words_have_no_stem() -> None:
    assert [word.stem for word in classified("Pasar itu dibuka.")] == ["pasar", None, "buka", None]


def test_nearness_by_hand() -> None:
    words = classified("pedagang pasar ikan 40")
    # the only number stands 2 words from "pasar", 3 from "pedagang"
    expected = (1.0 * math.exp(-3 / 15) + 2.0 * math.exp(-2 / 15)) / 3.0
    assert nearness(words, {"dagang": 1.0, "pasar": 2.0}, Kind.NUMBER) == pytest.approx(expected)


def test_a_comma_puts_a_place_beside_a_name() -> None:
    words = classified("Universitas Padjadjaran, Bandung, Jawa Barat")
    assert nearness(words, {"bandung": 1.0}, Kind.PLACE) == pytest.approx(math.exp(-1 / 15))
    assert nearness(words, {"bandung": 1.0}, Kind.NAME) == pytest.approx(math.exp(-2 / 15))


def test_the_outlet_of_a_dateline_is_no_place() -> None:
    assert Kind.PLACE not in kinds("Bandung, Kompas - Ratusan ilmuwan datang.")["Kompas"]
    assert Kind.PLACE in kinds("Bandung, Kompas - Ratusan ilmuwan datang.")["Bandung"]
    assert Kind.PLACE in kinds("Ia lahir di Helsinki, Finlandia, pada 1950.")["Finlandia"]


def test_no_possible_answer_is_no_nearness() -> None:
    words = classified("pedagang pasar ikan")
    assert nearness(words, {"dagang": 1.0, "pasar": 2.0}, Kind.NUMBER) == 0.0
    assert nearness(words, {"pasar": 1.0}, Kind.ANY) > 0.0
    assert nearness([], {"pasar": 1.0}, Kind.ANY) == 0.0
    assert nearness(words, {}, Kind.ANY) == 0.0


def test_the_answer_must_not_be_in_the_question() -> None:
    assert nearness(classified("Klaten"), {"klaten": 1.0}, Kind.NAME) == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kompetisi Inovasi Pelayanan Publik (KIPP) dibuka", True),
        ("KIPP (Kompetisi Inovasi Pelayanan Publik) dibuka", True),
        ("Kompetisi/KIPP dibuka", True),
        ("KIPP dibuka", False),
        ("KIPPER (orang)", False),
    ],
)
def test_places_that_explain_an_abbreviation(text: str, expected: bool) -> None:
    assert explains(text, "KIPP") is expected
