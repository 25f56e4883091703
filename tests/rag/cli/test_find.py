import csv
import json
from pathlib import Path

import pytest
from archive import put
from command_line import one_line, tanya

from index.articles import Article
from index.storage.repository import Store

TITLE, TEXT = "Harga Beras", "Harga beras naik.\x1b[31m\n=SUM(1) harga cabai turun."


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with Store(folder / "arsip.sqlite3", create=True) as store:
        put(
            store,
            Article(id="a", title=TITLE, text=TEXT, path="/a.pdf", date="2021-11-29", publisher="=Warta", author="Ani"),
            *(Article(id=f"b{number:02}", text="Cuaca cerah.", path="/b.txt") for number in range(21)),
        )
    return folder


def test_what_is_found_is_told_in_words(data: Path) -> None:
    finished = tanya("find", "harga TIDAK impor", "--data", data)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == (
        "1 artikel, 3 temuan.\n"
        "\nHarga Beras (=Warta, 2021-11-29, 3 temuan)\n"
        "   … «Harga» beras naik. [31m =SUM(1) «harga» cabai turun. …\n"
        "\nMedia: =Warta 1\nTahun: 2021 1\nJenis: pdf 1\n"
    )


def test_json_has_counts_facets_snippets_and_places(data: Path) -> None:
    record = json.loads(tanya("find", '"harga beras"', "--json", "--data", data).stdout)
    result = record["results"][0]
    assert result.pop("score") > 0
    assert record == {
        "query": '"harga beras"',
        "articles": 1,
        "hits": 2,
        "sort": "relevance",
        "page": 1,
        "pages": 1,
        "facets": {
            "publisher": [{"name": "=Warta", "articles": 1}],
            "year": [{"name": "2021", "articles": 1}],
            "type": [{"name": "pdf", "articles": 1}],
            "speaker": [],
            "collection": [],
        },
        "speakers_unread": 0,
        "results": [
            {
                "rank": 1,
                "article_id": "a",
                "title": TITLE,
                "publisher": "=Warta",
                "date": "2021-11-29",
                "author": "Ani",
                "path": "/a.pdf",
                "hits": 2,
                "snippets": [{"field": "text", "start": 0, "text": "Harga beras naik.\x1b[31m", "marks": [[0, 11]]}],
                "places": [{"field": "title", "start": 0, "end": 11}, {"field": "text", "start": 0, "end": 11}],
            }
        ],
    }


def test_pages_follow_one_another(data: Path) -> None:
    first, second = (
        json.loads(tanya("find", "cuaca", "--page", page, "--sort", "date", "--json", "--data", data).stdout)
        for page in (1, 2)
    )
    assert (first["articles"], first["hits"], first["pages"], first["sort"]) == (21, 21, 2, "date")
    assert [item["article_id"] for item in first["results"]] == [f"b{number:02}" for number in range(20)]
    assert [(item["rank"], item["article_id"]) for item in second["results"]] == [(21, "b20")]
    assert "21 artikel, 21 temuan — halaman 2 dari 2." in tanya("find", "cuaca", "--page", 2, "--data", data).stdout
    assert one_line(tanya("find", "cuaca", "--page", 3, "--data", data)).endswith(
        "Halaman 3 tidak ada; pilih --page 1–2."
    )


def test_a_count_alone(data: Path) -> None:
    assert tanya("find", "cuaca", "--count", "--data", data).stdout == "21 artikel, 21 temuan.\n"
    record = json.loads(tanya("find", "cuaca", "--count", "--json", "--data", data).stdout)
    assert record == {"query": "cuaca", "articles": 21, "hits": 21}


def test_a_file_of_hits_has_them_all_and_no_formula(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "temuan.csv"
    finished = tanya("find", "harga ATAU cuaca ATAU tanggal:2021", "--csv", out, "--count", "--data", data)
    assert "24 temuan di 22 artikel" in finished.stderr
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 24
    told = [row for row in rows if row["article_id"] == "a"]
    assert [(row["field"], row["start"], row["end"], row["before"], row["hit"], row["after"]) for row in told] == [
        ("title", "0", "5", "", "Harga", "Beras"),
        ("text", "0", "5", "", "Harga", "beras naik. [31m =SUM(1) harga cabai turun."),
        ("text", "31", "36", "Harga beras naik. [31m =SUM(1)", "harga", "cabai turun."),
    ]
    assert {row["publisher"] for row in told} == {"'=Warta"}


def test_an_article_without_a_hit_has_a_row_of_its_own(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "temuan.csv"
    tanya("find", "tanggal:2021", "--csv", out, "--data", data)
    with out.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["article_id"], row["field"], row["start"], row["hit"]) == ("a", "", "", "")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("beras DAN", "tanya: Kueri tidak terbaca, sesudah DAN belum ada yang dicari: beras DAN^"),
        ('"beras', 'tanya: Kueri tidak terbaca, tanda kutip ini tidak ditutup: ^"beras'),
        ("", 'tanya: Kueri kosong; tulis yang dicari, misalnya: "harga beras" TIDAK impor'),
    ],
)
def test_a_mistake_is_one_line(data: Path, query: str, told: str) -> None:
    assert one_line(tanya("find", query, "--data", data)) == told


def test_a_file_that_cannot_be_written_is_one_line(data: Path, tmp_path: Path) -> None:
    line = one_line(tanya("find", "cuaca", "--csv", tmp_path / "tidak" / "ada.csv", "--data", data))
    assert "ada.csv tidak dapat ditulis" in line


def test_a_query_that_begins_with_a_dash_is_set_off(data: Path) -> None:
    finished = tanya("find", "--count", "--data", data, "--", "-cuaca")
    assert finished.stdout == "1 artikel, 0 temuan.\n"


def test_a_query_that_is_no_utf_8_is_read_as_far_as_it_is(data: Path) -> None:
    record = json.loads(tanya("find", "\udcff cuaca", "--count", "--json", "--data", data).stdout or "{}")
    assert record == {}
    record = json.loads(tanya("find", "cuaca\udcff", "--count", "--json", "--data", data).stdout)
    assert record == {"query": "cuaca?", "articles": 21, "hits": 21}
