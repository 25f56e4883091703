from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import WordEmbedder
from indexed import RICE, rice_and_coffee

from index.errors import EmbedderMismatch, IndexLocked, InputError
from index.pipeline.editor import Desk
from index.pipeline.indexer import Indexer
from index.storage.corrections import Corrections
from index.storage.lock import writing
from index.storage.repository import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return rice_and_coffee(tmp_path)


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> Iterator[Store]:
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
        yield store


def title_of(store: Store, id: str = "beras.txt") -> str | None:
    article = store.article(id)
    assert article is not None
    return article.title


def test_a_correction_is_there_at_once_and_found_by_search(store: Store) -> None:
    Desk(store, WordEmbedder()).correct("beras.txt", {"title": "Harga Beras Melonjak", "date": "29 November 2021"})
    article = store.article("beras.txt")
    assert article is not None
    assert (article.title, article.date, article.date_rule) == ("Harga Beras Melonjak", "2021-11-29", "desk")
    assert article.text == RICE
    assert len(store.search_words(["lonjak"], 5)) == 1


def test_a_correction_outlives_a_changed_file_and_can_be_taken_back(store: Store, folder: Path) -> None:
    desk = Desk(store, WordEmbedder())
    desk.correct("beras.txt", {"title": "Harga Beras Naik"})
    (folder / "beras.txt").write_text(f"Harga Bears Naik\n{RICE} Warga mengeluh.", "utf-8")
    Indexer(store, WordEmbedder()).run([folder])
    assert title_of(store) == "Harga Beras Naik"
    desk.correct("beras.txt", {"title": "Harga Bears Naik"})  # as it was found: no correction any more
    assert Corrections(store.database).stated("beras.txt") == {}
    assert title_of(store) == "Harga Bears Naik"


def test_a_field_can_be_corrected_to_unknown(store: Store) -> None:
    desk = Desk(store, WordEmbedder())
    desk.correct("beras.txt", {"title": ""})
    assert title_of(store) is None
    desk.correct("beras.txt", {"publisher": "Warta", "title": "Harga Bears Naik"})
    article = store.article("beras.txt")
    assert article is not None
    assert (article.title, article.publisher) == ("Harga Bears Naik", "Warta")


@pytest.mark.parametrize(("field", "value"), [("date", "kemarin sore"), ("title", "x" * 501)])
def test_what_cannot_be_is_told_and_changes_nothing(store: Store, field: str, value: str) -> None:
    with pytest.raises(InputError, match=r"tidak dikenal|terlalu panjang"):
        Desk(store, WordEmbedder()).correct("beras.txt", {field: value})
    assert title_of(store) == "Harga Bears Naik"


def test_a_removed_article_stays_away_until_it_is_put_back(store: Store, folder: Path) -> None:
    desk = Desk(store, WordEmbedder())
    desk.remove("beras.txt")
    assert store.article("beras.txt") is None
    assert store.search_words(["beras"], 5) == []
    (folder / "beras.txt").write_text(f"Harga Bears Naik\n{RICE} Warga mengeluh.", "utf-8")
    report = Indexer(store, WordEmbedder()).run([folder])
    assert report.skipped == [f"{folder / 'beras.txt'}: artikel beras.txt sudah dihapus dari arsip"]
    assert store.article("beras.txt") is None
    assert [article.title for article, _ in Corrections(store.database).put_away_articles()] == ["Harga Bears Naik"]

    assert desk.restore("beras.txt").text == RICE
    assert title_of(store) == "Harga Bears Naik"
    assert len(store.search_words(["beras"], 5)) == 1
    assert Corrections(store.database).put_away_articles() == []


def test_what_is_not_there_is_told(store: Store) -> None:
    desk = Desk(store, WordEmbedder())
    for act in (desk.remove, desk.restore, lambda name: desk.correct(name, {})):
        with pytest.raises(InputError, match=r"Artikel tiada\.txt tidak ada"):
            act("tiada.txt")


def test_nothing_is_changed_while_the_index_is_written(store: Store) -> None:
    with writing(store.path.parent), pytest.raises(IndexLocked):
        Desk(store, WordEmbedder()).remove("beras.txt")
    assert title_of(store) == "Harga Bears Naik"


def test_another_embedder_writes_nothing(store: Store) -> None:
    other = WordEmbedder("lain-v1")
    with pytest.raises(EmbedderMismatch, match=r"lain-v1"):
        Desk(store, other).correct("beras.txt", {"title": "Harga Beras Naik"})
    assert title_of(store) == "Harga Bears Naik"
    assert Corrections(store.database).stated("beras.txt") == {}
    Desk(store, WordEmbedder()).remove("kopi.txt")
    with pytest.raises(EmbedderMismatch, match=r"lain-v1"):
        Desk(store, other).restore("kopi.txt")
    assert store.article("kopi.txt") is None
    assert [article.id for article, _ in Corrections(store.database).put_away_articles()] == ["kopi.txt"]
    assert len(store.embedders()) == 1


def test_a_day_that_an_editor_confirms_is_no_guess_any_more(tmp_path: Path) -> None:
    text = "Rapat warga digelar di balai desa, Rabu (17/11/2021). Warga datang sejak pagi."
    (tmp_path / "rapat.txt").write_text(text, "utf-8")
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        indexer = Indexer(store, WordEmbedder())
        indexer.run([tmp_path / "rapat.txt"])
        desk = Desk(store, WordEmbedder())
        found = store.article("rapat.txt")
        assert found is not None
        assert (found.date, found.date_rule) == ("2021-11-17", "event")
        desk.correct("rapat.txt", {"date": "2021-11-17"})  # as found, and nobody says that it is sure
        assert store.article("rapat.txt") == found
        assert desk.correct("rapat.txt", {"date": "2021-11-17"}, sure_of_date=True).date_rule == "desk"
        indexer.run([tmp_path / "rapat.txt"])
        confirmed = store.article("rapat.txt")
        assert confirmed is not None
        assert (confirmed.date, confirmed.date_rule) == ("2021-11-17", "desk")
