"""Numbers with units, on one scale."""

from decimal import Decimal

import pytest

from index.text.quantities import quantities, written


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("Rp2,5 miliar", "2500000000", "rupiah"),
        ("Rp 70.000", "70000", "rupiah"),
        ("US$799", "799", "dolar"),
        ("1,2 km", "1200", "meter"),
        ("900 meter", "900", "meter"),
        ("3 ton", "3000", "kilogram"),
        ("85%", "85", "persen"),
        ("dua puluh lima orang", "25", "orang"),
        ("empat gol", "4", "gol"),
        ("18 tahun", "216", "bulan"),
        ("38 menit", "2280", "detik"),
        ("5 hektare", "50000", "meter persegi"),
        ("160,2 ribu kunjungan", "160200", "kunjung"),
        ("1.188.515 unit", "1188515", "unit"),
    ],
)
def test_a_quantity_is_read(text: str, value: str, unit: str) -> None:
    (found,) = quantities(f"Ada {text} di sana.")
    assert (found.value, found.unit, found.text) == (Decimal(value), unit, text)


@pytest.mark.parametrize("text", ["pada 2016", "pukul 12.00", "satu orang", "Pasal 4 ayat", "kata dia", "Ryzen 2700U"])
def test_a_year_a_time_and_a_lone_one_are_none(text: str) -> None:
    assert quantities(text) == []


def test_days_can_be_subtracted() -> None:
    one, two = quantities("Dibuka 2 Mei 2017, ditutup 12 Mei 2017.")
    assert (one.unit, two.value - one.value) == ("tanggal", 10)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("994118", "unit", "994.118 unit"),
        ("1500000000", "rupiah", "Rp1,5 miliar"),
        ("28600", "kunjungan", "28.600 kunjungan"),
        ("20", "persen", "20 poin persen"),
        ("24", "bulan", "2 tahun"),
        ("5400", "detik", "90 menit"),
        ("2100", "meter", "2,1 kilometer"),
        ("10", "tanggal", "10 hari"),
        ("44", "", "44"),
    ],
)
def test_a_computed_value_is_written(value: str, unit: str, text: str) -> None:
    assert written(Decimal(value), unit) == text
