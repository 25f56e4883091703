import pytest

from index.text.verbatim import spoken
from rag.quotation.differences import SAME_NUMBER, differences, is_same


def changed(claimed: str, source: str) -> list[tuple[str, str, str, str | None]]:
    old = spoken(source)
    parts = differences(spoken(claimed), old, 0, len(old) - 1)
    return [(part.op, part.claimed.strip(), part.source.strip(), part.grade) for part in parts if part.op != "equal"]


@pytest.mark.parametrize(
    ("claimed", "source", "grade"),
    [
        ("turun 58 persen", "turun 85 persen", "number"),
        ("lima juta orang", "lima ribu orang", "number"),
        ("jarak 5 kilometer", "jarak 5 meter", "unit"),
        ("turun 85 poin", "turun 85 persen", "unit"),
        ("kami akan mundur", "kami tidak akan mundur", "negation"),
        ("belum selesai", "sudah selesai", "negation"),
        ("kata Pak Budi itu", "kata Pak Anton itu", "name"),
        ("semua dilayani warga", "semua melayani warga", "meaning"),
        ("harga beras tinggi", "harga beras rendah", "meaning"),
        ("Anda siap? Kami siap.", "Anda siap. Kami siap.", "meaning"),
        ("itu memang benar", "itu benar", "wording"),
        ("ya, saya tahu", "ya saya tahu", "wording"),
        ("kami menyiapkannya", "kami menyiapkan", "wording"),
    ],
)
def test_each_difference_has_its_grade(claimed: str, source: str, grade: str) -> None:
    assert [part[3] for part in changed(claimed, source)] == [grade]


def test_each_kind_of_change_is_told() -> None:
    assert changed("Kami akan segera pergi", "Kami akan pergi") == [("insert", "segera", "", "meaning")]
    assert changed("Kami pergi", "Kami akan pergi") == [("delete", "", "akan", "wording")]
    assert changed("Kami lari besok", "Kami jalan besok") == [("replace", "lari", "jalan", "meaning")]


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("turun 85% saja", "turun 85 persen saja"),
        ("turun 85 persen saja", "turun delapan puluh lima persen saja"),
        ("ada 16 ribu orang", "ada 16.000 orang"),
        ("Rp 1,6 juta sebulan", "Rp1.600.000 sebulan"),
        ("selama dua puluh hari", "selama 20 hari"),
    ],
)
def test_a_number_in_another_notation_is_the_same(claimed: str, source: str) -> None:
    old = spoken(source)
    parts = differences(spoken(claimed), old, 0, len(old) - 1)
    assert is_same(parts), parts
    assert "".join(part.source for part in parts) == source
    assert any(part.note == SAME_NUMBER for part in parts) or spoken(claimed).keys == old.keys


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("selama 5 hari", "selama dua tiga hari"),  # two or three, not five
        ("turun 85 saja", "turun 85 persen saja"),
        ("pukul 10,3 pagi", "pukul 10.30 pagi"),
        ("kode 7 itu", "kode 007 itu"),
        ("sekitar 16 orang", "sekitar 16 ribu orang"),
        ("turun 85%, kini", "turun 85 persen kini"),
        ("Rp 10.000 lagi", "10.000 lagi"),
    ],
)
def test_another_number_is_never_the_same(claimed: str, source: str) -> None:
    old = spoken(source)
    assert not is_same(differences(spoken(claimed), old, 0, len(old) - 1))


def test_words_that_changed_places_are_told_as_such() -> None:
    old = spoken("ASN tugasnya melayani masyarakat, bukan dilayani")
    parts = differences(spoken("ASN tugasnya dilayani masyarakat, bukan melayani"), old, 0, len(old) - 1)
    assert [(part.claimed.strip(), part.source.strip()) for part in parts if part.op != "equal"] == [
        ("dilayani", "melayani"), ("melayani", "dilayani"),
    ]  # fmt: skip
    assert {part.grade for part in parts if part.op != "equal"} == {"meaning"}
