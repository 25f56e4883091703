from pathlib import Path

import pytest
from archive import put

from index.articles import Article
from index.storage.filters import Filters
from index.storage.ngram_index import Runs, names
from index.storage.repository import Store
from index.text.verbatim import search_keys, spoken


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "arsip.sqlite3", create=True)


def wanted(text: str) -> list[str]:
    return names(search_keys(spoken(text)))


def test_only_what_is_new_is_taken_in(store: Store) -> None:
    put(store, "Harga beras naik.", "Harga cabai turun.")
    runs = Runs(store)
    told: list[tuple[int, int]] = []
    assert runs.refresh(lambda done, total: told.append((done, total))) == 2
    assert told == [(2, 2)]
    assert runs.refresh() == 0
    assert runs.counts(wanted("harga beras")) == dict(zip(wanted("harga beras"), [2, 1, 1], strict=True))


def test_a_changed_article_is_found_by_its_new_words_only(store: Store) -> None:
    put(store, "Harga beras naik.")
    runs = Runs(store)
    runs.refresh()
    put(store, "Cuaca cerah.")
    assert runs.waiting() == ["a0"]
    runs.refresh()
    assert runs.holding_all(wanted("beras"), 10) == []
    assert runs.holding_all(wanted("cuaca cerah"), 10) == ["a0"]
    store.remove_articles(["a0"])
    assert runs.holding_all(wanted("cuaca cerah"), 10) == []


def test_a_number_is_never_given_again(store: Store) -> None:
    put(store, "Satu hal.")
    runs = Runs(store)
    runs.refresh()
    before = runs.highest()
    store.remove_articles(["a0"])
    put(store, "Hal lain.")
    runs.refresh()
    assert runs.highest() == before + 1
    assert runs.article_ids([before, before + 1]) == {before + 1: "a0"}


def test_the_earliest_come_first_and_filters_hold(store: Store) -> None:
    put(
        store,
        Article(id="tanpa", text="Harga beras naik.", path="x"),
        Article(id="baru", text="Harga beras naik.", path="x", date="2024-02-01", publisher="Warta"),
        Article(id="lama", text="Harga beras naik.", path="x", date="2023-02-01", publisher="Kabar"),
    )
    runs = Runs(store)
    runs.refresh()
    assert runs.holding_all(wanted("beras naik"), 10) == ["lama", "baru", "tanpa"]
    assert runs.holding_all(wanted("beras naik"), 1) == ["lama"]
    assert runs.holding_all(wanted("beras naik"), 10, Filters(publisher="warta")) == ["baru"]
    assert runs.within(Filters(date_to="2023-12-31")) == [2]
    assert runs.holding_all(wanted("beras naik"), 10, Filters(articles=("tanpa", "lama"))) == ["lama", "tanpa"]
    assert runs.containing("BERAS na", 10, Filters(date_from="2024-01-01")) == ["baru"]


def test_two_writers_do_not_take_an_article_in_twice(store: Store) -> None:
    put(store, "Harga beras naik.")
    with Store(store.path) as other:
        assert Runs(other).refresh() == 1
        assert Runs(store).refresh() == 0
    assert Runs(store).counts(wanted("beras")) == {wanted("beras")[0]: 1}
