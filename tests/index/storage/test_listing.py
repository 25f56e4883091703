import json
from pathlib import Path

import pytest
from fakes import WordEmbedder

from index.pipeline.indexer import Indexer
from index.storage.filters import Filters
from index.storage.listing import Listing
from index.storage.repository import Store

LONG = " ".join(f"Kalimat nomor {number} tentang pasar ikan di pelabuhan lama." for number in range(30))
ARTICLES = [
    {"id": "a", "title": "Beras 100% Naik", "source": "Warta", "date": "2021-11-29", "text": "Beras naik."},
    {"id": "b", "title": "Kopi", "source": "WARTA", "date": "2021-11-30", "text": "Kopi laris."},
    {"id": "c", "title": "Ikan", "source": "Kabar", "date": "2021-12-02", "text": LONG},
    {"id": "d", "title": "Ikan lagi", "source": "Warta", "date": "2021-12-03", "text": LONG},
    {"id": "e", "title": None, "text": "Tanpa keterangan."},
]


@pytest.fixture
def listing(tmp_path: Path) -> Listing:
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(article) for article in ARTICLES), "utf-8")
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([tmp_path / "a.jsonl"])
    return Listing(store.database)


def test_newest_first_and_undated_last(listing: Listing) -> None:
    rows = listing.rows()
    assert [row.id for row in rows] == ["d", "c", "b", "a", "e"]
    assert [row.copies for row in rows] == [1, 1, 0, 0, 0]
    assert rows[2].passages == 1
    assert [row.id for row in listing.rows(count=2)] == ["d", "c"]


def test_search_and_filters_narrow_it_down(listing: Listing) -> None:
    assert [row.id for row in listing.rows("ikan")] == ["d", "c"]
    assert [row.id for row in listing.rows("0% n")] == ["a"]
    assert listing.rows("0_ n") == []
    assert [row.id for row in listing.rows("", Filters(publisher="warta"))] == ["d", "b", "a"]
    assert [row.id for row in listing.rows("", Filters("2021-11-30", "2021-12-02"))] == ["c", "b"]


def test_outlets_days_months_and_copies(listing: Listing) -> None:
    assert [(name.lower(), count) for name, count in listing.publishers()] == [("warta", 3), ("kabar", 1)]
    assert listing.days() == ("2021-11-29", "2021-12-03")
    months = [(month, (publisher or "").lower(), count) for month, publisher, count in listing.months()]
    assert months == [("2021-11", "warta", 2), ("2021-12", "kabar", 1), ("2021-12", "warta", 1)]
    ((row, times),) = listing.most_copied()
    assert (row.id, row.copies, times) == ("c", 1, 2)


def test_an_empty_archive_has_an_empty_list(tmp_path: Path) -> None:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        listing = Listing(store.database)
        assert listing.rows() == listing.months() == listing.most_copied() == listing.publishers() == []
        assert listing.days() is None
