import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from stored import put, words_found

from index.articles import Article
from index.errors import StoreError
from index.storage import database
from index.storage.filters import Filters
from index.storage.repository import Store
from index.storage.story_groups import Stories
from rag.quotation.checker import QuoteChecker
from rag.retrieval.full_text import Finder


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """An index as the first version of the program wrote it, with one article."""
    path = tmp_path / "arsip.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(database._SCHEMA)
    connection.execute("PRAGMA user_version = 1")
    connection.execute(
        "INSERT INTO articles (id, path, text, sha256, embedder, pipeline) VALUES ('a', '/a.txt', 'Isi.', 'x', 'e', 1)"
    )
    vector = np.array([0.6, 0.8], dtype="<f4").tobytes()
    connection.execute(
        "INSERT INTO passages (article_id, position, start, \"end\", vector) VALUES ('a', 0, 0, 4, ?)", [vector]
    )
    connection.execute("INSERT INTO words (rowid, stems) VALUES (1, 'isi')")
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("create", [True, False])
def test_an_index_of_the_first_version_is_brought_up_and_keeps_all(first_version: Path, create: bool) -> None:
    with Store(first_version, create=create) as store:
        article = store.article("a")
        assert article is not None
        assert (article.text, store.counts(), store.owner("a")) == ("Isi.", (1, 1), "/a.txt")
        np.testing.assert_array_equal(store.vectors()[1], np.array([[0.6, 0.8]], dtype=np.float32))
        assert store.search_words(["isi"], 5)[0][0] == 1
        assert Stories(store).members(["a"]) == {}
        assert Stories(store).refresh() == 0
        assert QuoteChecker(store).check("Isi.").verdict == "exact"
        assert Finder(store).find("isi").hits == 1
    connection = sqlite3.connect(first_version)
    assert connection.execute("PRAGMA user_version").fetchone() == (database.SCHEMA_VERSION,)
    connection.close()


def test_it_can_be_written_to_after_that(first_version: Path) -> None:
    with Store(first_version) as store:
        article = Article(id="b", text="Dua.", path="/b.txt")
        store.put_article(article, [], np.empty((0, 2), dtype=np.float32), [], embedder="e", pipeline=2)
        store.remove_articles(["a"])
        assert store.counts() == (1, 0)


def test_a_change_that_fails_midway_leaves_the_old_version(
    first_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._MIGRATIONS, 1, "ALTER TABLE passages ADD COLUMN digest BLOB;\nSELECT rusak\n")
    with pytest.raises(StoreError, match="rusak"):
        Store(first_version)
    monkeypatch.undo()
    with Store(first_version) as store:
        assert store.counts() == (1, 1)


def by_the_version_before(path: Path, removed: list[str], id: str, stems: str) -> None:
    """Remove articles and add one as a program does that had the index open while it was brought up to version 7."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = ON")
    for gone in removed:
        connection.execute("DELETE FROM words WHERE rowid IN (SELECT rowid FROM passages WHERE article_id = ?)", [gone])
        connection.execute("DELETE FROM articles WHERE id = ?", [gone])
    connection.execute(
        "INSERT INTO articles (id, path, date, publisher, text, sha256, embedder, pipeline) "
        "VALUES (?, '/z.txt', '2020-05-01', 'Warta', ?, 'x', 'words', 1)",
        [id, stems],
    )
    vector = np.array([0.6, 0.8], dtype="<f4").tobytes()
    added = connection.execute(
        'INSERT INTO passages (article_id, position, start, "end", vector) VALUES (?, 0, 0, ?, ?)',
        [id, len(stems), vector],
    )
    connection.execute("INSERT INTO words (rowid, stems) VALUES (?, ?)", [added.lastrowid, stems])
    connection.execute("UPDATE state SET value = value + 1 WHERE name = 'generation'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("removed", [[], ["b"], ["a"], ["a", "b"]])
@pytest.mark.parametrize("last_is_gone", [False, True])
def test_what_an_older_program_wrote_after_the_migration_is_taken_in_at_the_next_opening(
    store: Store, removed: list[str], last_is_gone: bool
) -> None:
    put(store, "a", ["kopi teh"])
    put(store, "b", ["kopi"], date="2020-05-01", publisher="Kabar")
    if last_is_gone:  # so that the older program gives its row id again
        put(store, "c", ["susu"])
        store.remove_articles(["c"])
    store.note_vectors(7)
    store.close()
    by_the_version_before(store.path, removed, "z", "gula batu")
    with Store(store.path) as again:
        put(again, "d", ["roti"])
        left = 4 - len(removed)
        assert again.counts() == (left, left)
        assert again.average_stems() == (2 + 1 + ("b" not in removed) + 2 * ("a" not in removed)) / left
        assert [name for name, _ in words_found(again, ["gula", "roti"], Filters(publisher="warta"))] == ["z#0"]
        assert len(again.filtered(Filters(date_from="2020-01-01"))) == 1 + ("b" not in removed)
        assert again.publishers() == (["Kabar", "Warta"] if "b" not in removed else ["Warta"])
        assert again.counted(Filters()) == (left, left)
        assert again.vectors_token == -1
        assert len(set(again.gone_since(-1)) & set(again.vectors()[0].tolist())) == 0


def test_an_index_in_step_is_opened_without_a_change(store: Store) -> None:
    put(store, "a", ["kopi teh"])
    put(store, "b", ["kopi"])
    store.remove_articles(["b"])
    store.note_vectors(7)
    before = store.generation
    store.close()
    with Store(store.path) as again:
        assert (again.generation, again.vectors_token) == (before, 7)


def test_an_index_of_a_newer_program_is_not_written_to_by_one_that_has_it_open(store: Store) -> None:
    connection = sqlite3.connect(store.path)
    connection.execute(f"PRAGMA user_version = {database.SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match=r"sudah diperbarui oleh program versi lain .*; hentikan program ini"):
        put(store, "a", ["kopi"])
    assert store.counts() == (0, 0)


def test_a_change_cut_off_before_the_first_log_is_no_damage(first_version: Path, tmp_path: Path) -> None:
    left = tmp_path / "tinggal.sqlite3"
    connection = sqlite3.connect(first_version, isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")  # what is changed is written at once, before it is decided
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE besar (isi)")
    connection.executemany("INSERT INTO besar VALUES (?)", [("x" * 3000,)] * 200)
    for ending in ("", "-journal"):
        shutil.copy(f"{first_version}{ending}", f"{left}{ending}")
    connection.close()
    assert database.is_sound(left)
    with Store(left) as store:
        assert store.article("a") is not None
