import pytest

from index.text.notation import has_notation, written
from index.text.verbatim import spoken


def values(text: str) -> list[str]:
    return [piece.value for piece in written(spoken(text))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("42 kios", "Empat puluh dua kios"),
        ("2.500 orang", "dua ribu lima ratus orang"),
        ("Rp 2,5 juta", "dua setengah juta rupiah"),
        ("Rp2.500.000", "2,5 jt rupiah"),
        ("4 juta 200 ribu", "4,2 juta"),
        ("85%", "delapan puluh lima persen"),
        ("12,5 ha", "12,5 hektare"),
        ("40 km/jam", "empat puluh kilometer per jam"),
        ("Rp 15.000/kg", "15.000 rupiah per kilogram"),
        ("3°C", "3 derajat Celsius"),
        ("2.500 km2", "2.500 kilometer persegi"),
        ("RT 3/RW 5", "RT 03/RW 05"),
        ("1/3 sawah", "sepertiga sawah"),
        ("2/3 sawah", "dua pertiga sawah"),
    ],
)
def test_what_is_written_in_two_ways_has_one_notation(one: str, other: str) -> None:
    assert values(one) == values(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("23 orang", "dua tiga orang"),
        ("pukul 10.30", "pukul 10,3"),
        ("007", "7"),
        ("Rp 75 juta", "75 juta"),
        ("85%", "85"),
        ("12 m", "12 mm"),
        ("50 keluarga", "dua ratus lima puluh keluarga"),
        ("dua, puluh", "20"),
    ],
)
def test_another_value_stays_another(one: str, other: str) -> None:
    assert values(one) != values(other)


def test_each_piece_knows_its_words() -> None:
    pieces = written(spoken("Ada dua puluh lima kios, kata Ani"))
    assert [(piece.value, piece.start, piece.end) for piece in pieces][:3] == [
        ("ada", 0, 1),
        ("#25", 1, 4),
        ("kios", 4, 5),
    ]
    assert [piece.value for piece in written(spoken("Ada dua puluh lima kios"), 2, 5)] == ["puluh", "#5", "kios"]


def test_only_a_text_with_numbers_has_another_notation() -> None:
    assert has_notation(spoken("ada lima"))
    assert not has_notation(spoken("ada kios"))
