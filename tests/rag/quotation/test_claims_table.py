import pytest

from index.errors import InputError
from index.readers.rows import TableRow
from rag.quotation.claims_table import Columns, claims_of, columns_of


def table(*rows: tuple[str, ...], sheet: str | None = None) -> list[TableRow]:
    return [TableRow(number, cells, sheet) for number, cells in enumerate(rows, start=1)]


@pytest.mark.parametrize(
    ("names", "at"),
    [
        (
            ("kutipan", "tokoh", "tanggal", "media", "tautan"),
            {"quote": 0, "speaker": 1, "date": 2, "publisher": 3, "url": 4},
        ),
        (("No.", "Quote", "Speaker", "URL"), {"quote": 1, "speaker": 2, "url": 3}),
        (("Nama narasumber", "Isi kutipan", "Tgl. ucapan"), {"quote": 1, "speaker": 0, "date": 2}),
        (("Sumber", "Klaim"), {"quote": 1, "speaker": 0}),
        (("Media", "Link", "Pernyataan", "Tokoh"), {"quote": 2, "speaker": 3, "publisher": 0, "url": 1}),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(names: tuple[str, ...], at: dict[str, int]) -> None:
    found = columns_of(table(names, tuple("x" for _ in names)))
    assert (dict(found.at), found.has_names) == (at, True)


def test_a_table_without_names_has_its_longest_texts_checked() -> None:
    rows = table(("1", "Harga beras turun sejak panen raya.", "Ani"), ("2", "Jalan desa diperbaiki tahun ini.", "Budi"))
    found = columns_of(rows)
    assert (dict(found.at), found.has_names) == ({"quote": 1}, False)
    assert [(claim.number, claim.quote) for claim in claims_of(rows, found)] == [
        (1, "Harga beras turun sejak panen raya."),
        (2, "Jalan desa diperbaiki tahun ini."),
    ]


def test_of_several_sheets_the_one_with_quotations_counts() -> None:
    rows = table(("Catatan redaksi",), sheet="Sampul") + table(
        ("Kutipan", "Tokoh"), ("Panen raya", "Ani"), sheet="Klaim"
    )
    found = columns_of(rows)
    assert (found.sheet, found.told) == ("Klaim", "Kutipan = Kutipan; Tokoh = Tokoh")
    assert [claim.quote for claim in claims_of(rows, found)] == ["Panen raya"]
    assert columns_of(rows, "Sampul").names == ("kolom 1",)


def test_a_bad_row_keeps_its_number_and_has_its_reason() -> None:
    rows = table(
        ("kutipan", "tokoh"), ("Panen raya tiba", "Ani"), ("", ""), ("", "Budi"), ("x" * 10_001, ""),
        ("a", "b", "c"), ("Jalan", "Ani"), ("", ""),
    )  # fmt: skip
    rows.insert(6, TableRow(6, (), problem="tanda kutip yang dibuka di baris ini tidak ditutup"))
    claims = claims_of(rows, columns_of(rows))
    assert [(claim.number, claim.problem) for claim in claims] == [
        (2, None),
        (3, "barisnya kosong"),
        (4, "kolom kutipan kosong"),
        (5, "kutipan terlalu panjang (lebih dari 10000 karakter); pecah menjadi beberapa baris"),
        (6, "punya 3 kolom, baris judulnya 2; apit teks yang berisi pemisah dengan tanda kutip"),
        (6, "barisnya tidak dapat dibaca: tanda kutip yang dibuka di baris ini tidak ditutup"),
        (7, None),
    ]  # the empty row at the end is none


def test_the_reader_may_choose_other_columns() -> None:
    rows = table(("Kutipan", "Tokoh"), ("Ani", "Panen raya"))
    chosen = Columns({"quote": 1, "speaker": 0}, ("Kutipan", "Tokoh"), True)
    (claim,) = claims_of(rows, chosen)
    assert (claim.quote, claim.speaker) == ("Panen raya", "Ani")
    first = Columns({"quote": 1}, ("kolom 1", "kolom 2"), False)
    assert [claim.quote for claim in claims_of(rows, first)] == ["Tokoh", "Panen raya"]


def test_an_empty_table_is_told() -> None:
    with pytest.raises(InputError, match="tidak berisi satu baris pun"):
        columns_of(table(("", ""), ()))
