from pathlib import Path

import pytest

from index.pipeline.sidecar import Sidecars, Stated


def rows(root: Path, file: str) -> tuple[dict[str, Stated], list[str]]:
    told: list[str] = []
    return Sidecars(told.append).rows_for(root / file, root), told


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_row_states_what_its_cells_hold(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [
        ["File", "Title", "Date", "Publisher", "Author", "URL"],
        ["kopi.txt", '"Café, desa; kami"', "29 November 2021", "Warta", "", "https://warta.example/1"],
        ["teh.txt", "Teh", "", "", "", ""],
    ]
    (tmp_path / "metadata.csv").write_text("\n".join(map(delimiter.join, lines)), encoding=encoding)
    found, told = rows(tmp_path, "kopi.txt")
    stated = Stated("Café, desa; kami", "2021-11-29", "Warta", None, "https://warta.example/1")
    assert (found, told) == ({"": stated}, [])


def test_columns_may_be_left_out_and_stand_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("catatan,publisher,file\nx,Warta,./kopi.txt\n")
    assert rows(tmp_path, "kopi.txt") == ({"": Stated(publisher="Warta")}, [])


def test_the_nearest_sidecar_counts_cell_by_cell(tmp_path: Path) -> None:
    (tmp_path / "desa").mkdir()
    (tmp_path / "metadata.csv").write_text("file,title,publisher\ndesa/kopi.txt,Jauh,Warta\n")
    (tmp_path / "desa" / "metadata.csv").write_text("file,title\nkopi.txt,Dekat\n")
    assert rows(tmp_path, "desa/kopi.txt")[0] == {"": Stated(title="Dekat", publisher="Warta")}


def test_parts_of_an_archive_are_named_below_it(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("file,title\na.zip,Semua\na.zip/2021/a.txt,Satu\na.zip2,Lain\n")
    assert rows(tmp_path, "a.zip")[0] == {"": Stated(title="Semua"), "2021/a.txt": Stated(title="Satu")}


def test_a_sidecar_above_the_indexed_folder_does_not_count(tmp_path: Path) -> None:
    root = tmp_path / "arsip"
    root.mkdir()
    (tmp_path / "metadata.csv").write_text("file,title\narsip/kopi.txt,Luar\n")
    assert rows(root, "kopi.txt") == ({}, [])


def test_a_bad_date_is_told_with_its_line_and_the_rest_of_the_row_counts(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("file,title,date\nkopi.txt,Kopi,31/2/2021\n")
    found, told = rows(tmp_path, "kopi.txt")
    assert found == {"": Stated(title="Kopi")}
    assert told == [f"{tmp_path / 'metadata.csv'}:2: tanggal '31/2/2021' tidak dikenal; tulis seperti 2021-11-29"]


def test_no_file_column_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("berkas,title\nkopi.txt,Kopi\n")
    told: list[str] = []
    sidecars = Sidecars(told.append)
    assert sidecars.rows_for(tmp_path / "kopi.txt", tmp_path) == {}
    assert sidecars.rows_for(tmp_path / "teh.txt", tmp_path) == {}
    columns = "file, title, date, publisher, author, url"
    assert told == [f"{tmp_path / 'metadata.csv'}: tidak punya kolom file; kolomnya harus: {columns}"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"file,title\n", b"file,title\n,Tanpa berkas\n"])
def test_an_empty_sidecar_states_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "metadata.csv").write_bytes(content)
    assert rows(tmp_path, "kopi.txt")[0] == {}
