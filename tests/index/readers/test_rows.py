"""A table's rows, whatever they are about; hostile ones in the process that reads all files."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sheets import xlsx

from index.errors import InputError
from index.pipeline.reading import Limits, Reading
from index.readers.bounds import Unreadable
from index.readers.rows import TableRow, rows_of


def rows(content: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in rows_of(io.BytesIO(content), 100) if isinstance(row, TableRow)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"kutipan;tokoh\nPanen, kata dia;Ani\n", [(1, ("kutipan", "tokoh")), (2, ("Panen, kata dia", "Ani"))]),
        (b"kutipan\nSatu, dua; tiga\n", [(1, ("kutipan",)), (2, ("Satu, dua; tiga",))]),  # no separator, one column
        (b'kutipan,tokoh\n"Dua\nbaris",Ani\n', [(1, ("kutipan", "tokoh")), (2, ("Dua\nbaris", "Ani"))]),
        (b"kutipan,tokoh\n\n,\nX,Ani\n", [(1, ("kutipan", "tokoh")), (2, ()), (3, ("", "")), (4, ("X", "Ani"))]),
        ("\ufeffkutipan\tsumber\nÉ\tAni\n".encode(), [(1, ("kutipan", "sumber")), (2, ("É", "Ani"))]),
        ("kutipan,tokoh\nÉ,Ani\n".encode("utf-16"), [(1, ("kutipan", "tokoh")), (2, ("É", "Ani"))]),
        (b"sep=;\nkutipan;tokoh\nPanen;Ani\n", [(1, ("kutipan", "tokoh")), (2, ("Panen", "Ani"))]),
        (b"kutipan\n" + b"x" * 150, [(1, ("kutipan",)), (2, ("x" * 100,))]),
    ],
)  # fmt: skip
def test_a_text_table(content: bytes, expected: list[tuple[int, tuple[str, ...]]]) -> None:
    assert rows(content) == expected


def test_a_row_that_was_not_closed_costs_itself_alone() -> None:
    found = list(rows_of(io.BytesIO(b'kutipan,tokoh\n"buka,Ani\nPanen,Budi\n'), 100))
    assert [(row.number, row.cells, bool(row.problem)) for row in found if isinstance(row, TableRow)] == [
        (1, ("kutipan", "tokoh"), False),
        (2, (), True),
        (3, ("Panen", "Budi"), False),
    ]


def test_a_spreadsheet_keeps_the_numbers_of_its_rows_and_the_names_of_its_sheets() -> None:
    content = xlsx({"Sampul": [["Catatan"]], "Klaim": [[], ["Kutipan", "Tokoh"], ["Panen raya", ""], ["", "Ani"]]})
    found = [row for row in rows_of(io.BytesIO(content), 100) if isinstance(row, TableRow)]
    assert [(row.sheet, row.number, row.cells) for row in found if any(row.cells)] == [
        ("Sampul", 1, ("Catatan",)),
        ("Klaim", 2, ("Kutipan", "Tokoh")),
        ("Klaim", 3, ("Panen raya", "")),
        ("Klaim", 4, ("", "Ani")),
    ]


@pytest.mark.parametrize("content", [b"", b" \n", b"%PDF-1.7 x", b"\x89PNG\r\n", b"a\0b\0c"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        list(rows_of(io.BytesIO(content), 100))


def bomb() -> bytes:
    stream = io.BytesIO(xlsx({"a": [["kutipan"]]}))
    file = zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED, compresslevel=1)
    with file, file.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
        for _ in range(300):
            part.write(b"<si><t>" + b"a" * 2**20 + b"</t></si>")
    return stream.getvalue()


def huge_sheet() -> bytes:
    content = xlsx({"a": [["kutipan"]]})
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
                part = part.replace(b"</sheetData>", far)
            new.writestr(name, part)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (bomb, "bom arsip"),
        (huge_sheet, "membuat pembacanya mati .*; simpan ulang berkasnya.$"),
        (b"PK\x03\x04" + b"x" * 50, "rusak atau terpotong"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "tidak dapat dibaca"),
        (b"%PDF-1.7", "bukan tabel CSV atau XLSX"),
        (b"kutipan\n" + b"a\n" * 30, "lebih dari 20 baris"),
        (b"kutipan\n" + b"\xff\xfe\x00" * 10, "bukan tabel"),
    ],
    ids=["bomb", "far cell", "torn", "torn old", "pdf", "too many", "binary"],
)
def test_a_hostile_table_is_one_line(tmp_path: Path, content: bytes | Callable[[], bytes], told: str) -> None:
    path = tmp_path / "tabel"
    path.write_bytes(content() if callable(content) else content)
    reading = Reading(Limits())
    try:
        with pytest.raises(InputError, match=told):
            reading.rows(path, 20, 100)
        path.write_bytes(b"kutipan,tokoh\nPanen,Ani\n")  # and the next one is read
        assert [row.cells for row in reading.rows(path, 20, 100)] == [("kutipan", "tokoh"), ("Panen", "Ani")]
    finally:
        reading.close()
