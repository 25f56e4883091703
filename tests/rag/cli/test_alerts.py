import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import archive
from command_line import one_line, tanya

SAID = "Harga beras turun 12 persen sejak panen raya dimulai"


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with archive(tmp_path, f"“{SAID},” kata Kepala Pasar Budi Santoso, Senin. Pasar itu ramai sekali."):
        pass
    yield tmp_path


def test_what_is_kept_is_listed_marked_and_taken_out(data: Path) -> None:
    assert (
        tanya("alerts", "--data", data).stdout == "Belum ada yang tersimpan. Simpan: tanya alerts add --search KUERI\n"
    )
    done = tanya("alerts", "add", "--search", '"harga beras"', "--name", "Beras", "--data", data)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Tersimpan nomor 1: 1 artikel sudah cocok; yang baru dikabarkan oleh tanya index.\n"
    done = tanya("alerts", "add", "--quote", SAID, "--speaker", "Budi", "--json", "--data", data)
    told = json.loads(done.stdout)["alerts"]
    assert [(one["id"], one["kind"], one["name"], one["new"], one["articles"]) for one in told] == [
        (1, "search", "Beras", 0, []),
        (2, "quote", SAID, 0, []),
    ]
    assert told[1]["speaker"] == "Budi"
    assert tanya("alerts", "seen", "1", "--data", data).returncode == 0
    assert tanya("alerts", "remove", "2", "--data", data).returncode == 0
    assert tanya("alerts", "--data", data).stdout == "1. Beras (pencarian): tidak ada yang baru\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["add"], "Simpan satu"),
        (["add", "--search", "a", "--quote", "b"], "Simpan satu"),
        (["--search", "a"], "Simpan satu"),
        (["remove"], "Sebutkan nomornya"),
        (["list", "3"], "Sebutkan nomornya"),
        (["seen", "3"], "Tidak ada yang tersimpan dengan nomor 3"),
        (["add", "--search", "a", "--speaker", "b"], "--speaker untuk --quote"),
        (["add", "--search", '"harga'], "kutip"),
        (["add", "--quote", "..."], "tidak berisi kata"),
    ],
)
def test_what_does_not_fit_is_told(data: Path, options: list[str], told: str) -> None:
    assert told in one_line(tanya("alerts", *options, "--data", data))
