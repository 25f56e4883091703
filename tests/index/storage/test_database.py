import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article
from index.errors import StoreError
from index.storage import database
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
