import json
from pathlib import Path

import pytest
from archive import put
from command_line import one_line, tanya

from index.articles import Article
from index.storage.repository import Store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        put(
            store,
            Article(id="a", title="Beras", text="Harga beras naik.", path="/arsip/lama/a.txt", date="2021-11-29"),
            Article(id="b", text="Harga beras turun.", path="/arsip/baru/b.txt", publisher="Warta"),
            Article(id="c", text="Cuaca cerah.", path="/arsip/baru/c.txt"),
        )
    return tmp_path / "data"


def told(data: Path, *arguments: str) -> dict[str, object]:
    record: dict[str, object] = json.loads(tanya("collections", *arguments, "--json", "--data", data).stdout)
    return record


def test_a_collection_is_made_of_a_query_a_folder_and_a_choice(data: Path) -> None:
    assert tanya("collections", "--data", data).stdout == (
        "Belum ada kumpulan; buat dengan: tanya collections make NAMA\n"
    )
    assert told(data, "make", "Pangan", "--query", "beras TIDAK naik")["articles"] == 1
    assert told(data, "add", "Pangan", "a")["changed"] == ["a"]
    assert told(data, "add", "Pangan", "--folder", "/arsip/baru")["changed"] == ["c"]
    assert told(data, "remove", "Pangan", "--query", "naik")["changed"] == ["a"]
    shown = told(data, "show", "pangan")
    assert shown.pop("made_at")
    assert shown == {
        "name": "Pangan",
        "articles": 2,
        "readers": None,
        "folders": ["/arsip/baru"],
        "article_list": [
            {"article_id": "b", "title": None, "publisher": "Warta", "date": None, "path": "/arsip/baru/b.txt"},
            {"article_id": "c", "title": None, "publisher": None, "date": None, "path": "/arsip/baru/c.txt"},
        ],
    }


def test_find_and_quote_stay_within_it(data: Path) -> None:
    told(data, "make", "Pangan", "b")
    found = json.loads(tanya("find", "beras", "--collection", "pangan", "--json", "--data", data).stdout)
    assert [one["article_id"] for one in found["results"]] == ["b"]
    assert found["facets"]["collection"] == [{"name": "Pangan", "articles": 1}]
    both = tanya("find", 'beras -kumpulan:"Pangan"', "--data", data).stdout
    assert both.startswith("1 artikel, 2 temuan.\n\nBeras")
    checked = json.loads(tanya("quote", "Harga beras naik.", "--collection", "Pangan", "--json", "--data", data).stdout)
    assert (checked["verdict"] == "exact", checked["searched"]["articles"]) == (False, 1)
    assert {match["article_id"] for match in checked["matches"]} <= {"b"}


def test_who_may_see_it_is_told_and_deleting_it_then_is_refused(data: Path) -> None:
    told(data, "make", "Embargo", "a")
    assert told(data, "share", "Embargo", "budi", "ani")["readers"] == ["ani", "budi"]
    assert tanya("collections", "--data", data).stdout == "Embargo (1 artikel, terbatas: redaktur dan ani, budi)\n"
    assert "terbatas" in one_line(tanya("collections", "delete", "Embargo", "--data", data))
    assert told(data, "share", "Embargo")["readers"] == []
    assert told(data, "share", "Embargo", "--everyone")["readers"] is None
    told(data, "delete", "Embargo")
    assert told(data)["collections"] == []
    assert told(data, "restore", "embargo")["articles"] == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["make"], "Sebutkan nama kumpulannya: tanya collections make KUMPULAN"),
        (["make", "Pangan", "x"], "Artikel x tidak ada di arsip; mungkin sudah dihapus."),
        (["show", "Pangan"], "Kumpulan 'Pangan' tidak ada; yang ada: belum satu pun."),
        (["restore", "Pangan"], "Kumpulan 'Pangan' tidak ada di antara yang dihapus."),
    ],
)
def test_a_mistake_is_told_in_one_line(data: Path, arguments: list[str], line: str) -> None:
    assert one_line(tanya("collections", *arguments, "--data", data)) == f"tanya: {line}"
    assert told(data)["collections"] == []
