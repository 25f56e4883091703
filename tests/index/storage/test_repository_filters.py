"""Filters by date, outlet and article: what passes them, and no score changed."""

import pytest
from stored import put, row_ids, words_found

from index.storage.filters import Filters
from index.storage.repository import Store


@pytest.fixture
def dated(store: Store) -> Store:
    put(store, "jan", ["kopi satu"], date="2021-01-01", publisher="Warta Desa")
    put(store, "jun", ["kopi dua", "teh dua"], date="2021-06-30", publisher="warta desa")
    put(store, "des", ["kopi tiga"], date="2021-12-31", publisher="Kabar")
    put(store, "tanpa", ["kopi empat"])
    return store


def test_outlets_by_their_articles(dated: Store) -> None:
    assert dated.publishers() == ["Warta Desa", "Kabar"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"jan", "jun", "des", "tanpa"}),
        (Filters(date_from="2021-01-01"), {"jan", "jun", "des"}),
        (Filters(date_from="2021-01-02"), {"jun", "des"}),
        (Filters(date_to="2021-06-30"), {"jan", "jun"}),
        (Filters(date_to="2021-06-29"), {"jan"}),
        (Filters(date_from="2021-06-30", date_to="2021-06-30"), {"jun"}),
        (Filters(date_from="2022-01-01"), set()),
        (Filters(publisher="WARTA DESA"), {"jan", "jun"}),
        (Filters(publisher="kabar"), {"des"}),
        (Filters(articles=("jan", "tanpa", "hilang")), {"jan", "tanpa"}),
        (Filters(date_from="2021-01-01", articles=("jan", "tanpa")), {"jan"}),
        (Filters(publisher="Warta"), set()),
        (Filters(date_from="2021-02-01", publisher="Warta Desa"), {"jun"}),
        (Filters(publisher="' OR 1 --"), set()),
    ],
)
def test_filters(dated: Store, filters: Filters, expected: set[str]) -> None:
    found = words_found(dated, ["kopi"], filters)
    assert {name.split("#")[0] for name, _ in found} == expected
    ids = dated.filtered(filters)
    articles, passages = dated.counted(filters)
    names = {rowid: name for name, rowid in row_ids(dated).items()}
    assert {names[rowid].split("#")[0] for rowid in ids.tolist()} == expected
    assert ids.tolist() == sorted(set(ids.tolist()))
    assert (articles, passages, len(ids)) == (len(expected), *2 * [len(expected) + ("jun" in expected)])
    assert bool(filters) == (filters != Filters())


def test_a_filter_changes_no_score(dated: Store) -> None:
    every = dict(words_found(dated, ["tiga", "dua"]))
    assert words_found(dated, ["tiga", "dua"], Filters(publisher="Kabar")) == [("des#0", every["des#0"])]
