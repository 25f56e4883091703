from decimal import Decimal

import pytest

from index.text.numbers import numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("85%", ["85"]),
        ("85 persen", ["85"]),
        ("delapan puluh lima persen", ["85"]),
        ("Rp1,5 triliun", ["1500000000000"]),
        ("Rp32.000 per kilogram", ["32000"]),
        ("1.234.567,5", ["1234567.5"]),
        ("seratus dua puluh lima ribu tiga", ["125003"]),
        ("dua juta tiga ratus ribu", ["2300000"]),
        ("sebelas", ["11"]),
        ("dua belas", ["12"]),
        ("tujuh belas ribu", ["17000"]),
        ("seribu", ["1000"]),
        ("HUT ke-50", ["50"]),
        ("Society 5.0", ["5.0"]),
        ("13/3/2023", ["13", "3", "2023"]),
        ("salah satu sistem", []),
        ("tanpa angka", []),
        ("2 juta dan 300", ["2000000", "300"]),
    ],
)
def test_value_of_each_form(text: str, values: list[str]) -> None:
    assert numbers(text) == {Decimal(value) for value in values}


def test_other_digits_are_other_numbers() -> None:
    assert numbers("58 persen") != numbers("85 persen")
