import csv
import io
import json
from pathlib import Path

import pytest
from archive import archive
from command_line import one_line, tanya
from sheets import xlsx

SAID = "Harga beras turun 12 persen sejak panen raya dimulai"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with archive(folder, f"“{SAID},” kata Kepala Pasar Budi Santoso, Senin. Pasar itu ramai sekali."):
        pass
    return folder


def test_a_spreadsheet_becomes_a_table_with_a_verdict_each(data: Path, tmp_path: Path) -> None:
    table, out = tmp_path / "klaim.xlsx", tmp_path / "hasil.csv"
    rows = [["Tokoh", "Kutipan"], ["Khofifah", SAID], ["", "..."], ["Budi Santoso", SAID.replace("12", "21")]]
    table.write_bytes(xlsx({"Sampul": [["x"]], "Klaim": rows}))
    done = tanya("quote", "--table", table, "--out", out, "--data", data)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        "3 baris; Kutipan = Kutipan; Tokoh = Tokoh; lembar Klaim",
        "baris 3: Kutipan '...' tidak berisi kata; tulis kalimat yang dikutip.",
        f"2 kutipan diperiksa, 1 tidak: {out}",
    ]
    told = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline="")))
    assert [(row["baris"], row["verdik"], row["perlu_dilihat"]) for row in told] == [
        ("2", "PERSIS", "dikatakan Budi Santoso, bukan Khofifah"),
        ("3", "TIDAK DIPERIKSA", ""),
        ("4", "BERUBAH", "katanya tidak sama"),
    ]


def test_a_column_may_be_named(data: Path, tmp_path: Path) -> None:
    table, out = tmp_path / "klaim.csv", tmp_path / "hasil.jsonld"
    table.write_text(f"Kutipan;Ujaran asli\nringkasan saja;{SAID}\n", "utf-8")
    done = tanya("quote", "--table", table, "--column", "kutipan=Ujaran asli", "--out", out, "--data", data)
    assert done.returncode == 0, done.stderr
    (review,) = json.loads(out.read_text("utf-8"))["@graph"]
    assert (review["claimReviewed"], review["reviewRating"]["ratingValue"]) == (SAID, 5)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--table", "TABEL"], "dipakai bersama"),
        (["--table", "TABEL", "--out", "hasil.txt"], "akhiran harus .csv, .docx, atau .jsonld"),
        (["--table", "TABEL", "--out", "OUT", "--column", "judul=x"], "tulis salah satu dari kutipan, tokoh"),
        (["--table", "TABEL", "--out", "OUT", "--column", "tokoh=Nama"], "Kolom Nama tidak ada"),
        (["--table", "TABEL", "--out", "OUT", "--sheet", "Lain"], "Lembar Lain tidak ada"),
        (["--table", "tidak-ada.csv", "--out", "OUT"], "tidak ada; periksa ejaannya"),
        (["--table", "TABEL", "--out", "OUT", "--draft", "x"], "Tulis satu kutipan"),
        (["--table", "TABEL", "--out", "OUT", "--record", "a.md"], "hasil --batch dan --table ada di --out"),
        (["x", "--column", "tokoh=a"], "untuk --table"),
    ],
)
def test_what_does_not_fit_is_told(data: Path, tmp_path: Path, options: list[str], told: str) -> None:
    table = tmp_path / "klaim.csv"
    table.write_text("kutipan\nsatu dua\n", "utf-8")
    names = {"TABEL": str(table), "OUT": str(tmp_path / "hasil.csv")}
    assert told in one_line(tanya("quote", *[names.get(one, one) for one in options], "--data", data))
