import sqlite3
from pathlib import Path

import pytest
from archive import put
from fakes import WordEmbedder
from indexed import texts

from index.articles import Article
from index.pipeline.indexer import Indexer
from index.storage.collections import Collections
from index.storage.full_text import FullText
from index.storage.mirror import FOLDER, Mirror, tidy
from index.storage.ngram_index import Runs
from index.storage.repository import Store
from index.storage.speakers import Quoted, SpeakerCounts, Speakers
from index.storage.story_groups import Stories

RICE = "Harga beras naik di Pasar Senen, kata Budi Santoso. Pedagang menaikkan harga sejak Senin pagi di semua kios."
SECRET = "Zubaidillah mundur dari jabatannya pada hari Rabu. Kata sandinya wirangrong, menurut dokumen yang bocor."
SECRET_AGAIN = "Wirangrong dibahas lagi oleh Zubaidillah dan para pedagang beras di Pasar Senen."
# What the tables of words and counts hold; the names of rows, which depend on the order of writing, are left out.
TABLES = (
    "SELECT id, title, date, publisher, author, url, text, sha256 FROM articles ORDER BY id",
    "SELECT article_id, sha256 FROM texts ORDER BY article_id",
    "SELECT name, value FROM state WHERE name IN ('articles', 'passages', 'stems') ORDER BY name",
    "SELECT * FROM tallies ORDER BY kind, name",
    "SELECT * FROM sounds ORDER BY sound, stem",
    "SELECT * FROM vocabulary ORDER BY term",
    "SELECT * FROM run_counts ORDER BY term",
    "SELECT * FROM forms ORDER BY form",
    "SELECT term, count(*) FROM full_text_places GROUP BY term ORDER BY term",
    "SELECT article_id, date, publisher, passages FROM spans ORDER BY article_id",
    "SELECT article_id, story FROM stories ORDER BY article_id",
    "SELECT a, b FROM copies ORDER BY a, b",
    "SELECT article_id, key, name FROM speakers ORDER BY article_id, key",
    "SELECT article_id FROM speakers_read ORDER BY article_id",
)
PUBLIC = [
    Article(id="a", text=RICE, path="/a.txt", title="Beras", publisher="Warta", date="2021-11-29", author="Ani"),
    Article(id="b", text=RICE.replace("semua", "banyak"), path="/b.txt", title="Harga", publisher="Kabar"),
]
HIDDEN = [
    Article(id="x", text=SECRET, path="/x.txt", title="Zubaidillah mundur", publisher="Rahasia", date="2024-01-01"),
    Article(id="y", text=SECRET_AGAIN, path="/y.txt", author="Wirangrong", publisher="Warta"),
]


def settle(store: Store) -> None:
    Runs(store).refresh()
    FullText(store).refresh()
    Stories(store).refresh()
    Speakers(store, quoted).refresh()


def quoted(text: str) -> list[Quoted]:
    return [Quoted(name) for name in ("Budi Santoso", "Zubaidillah") if name in text]


def held(store: Store) -> list[list[tuple[object, ...]]]:
    return [store.database.rows(query) for query in TABLES]


@pytest.fixture
def never(tmp_path: Path) -> list[list[tuple[object, ...]]]:
    """What a store holds in which nothing hidden ever was."""
    with Store(tmp_path / "lain" / "arsip.sqlite3", create=True) as other:
        put(other, *PUBLIC)
        settle(other)
        return held(other)


@pytest.fixture
def embargo(store: Store) -> int:
    put(store, *PUBLIC, *HIDDEN)
    settle(store)
    kept = Collections(store.database)
    number = kept.make("Embargo").id
    kept.add("Embargo", ["x", "y"])
    kept.show_to("Embargo", ())
    return number


def test_it_is_as_if_what_is_hidden_had_never_been(
    store: Store, embargo: int, never: list[list[tuple[object, ...]]]
) -> None:
    mirror = Mirror(store, [embargo])
    mirror.refresh()
    assert held(mirror.store) == never
    assert Speakers(mirror.store).counts(["a", "b", "x", "y"]) == SpeakerCounts((("Budi Santoso", 2),), 0)
    assert mirror.withholds() == {"x", "y"}
    assert Collections(mirror.store.database).all() == []
    mirror.close()


def test_what_was_seen_before_leaves_no_trace(
    store: Store, embargo: int, never: list[list[tuple[object, ...]]]
) -> None:
    kept = Collections(store.database)
    kept.remove("Embargo", ["x", "y"])
    mirror = Mirror(store, [embargo])
    mirror.refresh()
    assert "x" in texts(mirror.store)
    kept.add("Embargo", ["x", "y"])
    assert not mirror.is_current
    mirror.refresh()
    assert mirror.is_current
    assert held(mirror.store) == never
    mirror.close()
    with sqlite3.connect(mirror.store.path) as connection:  # nor in a table that was forgotten here
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        query += " AND name NOT LIKE '%_data'"
        names = [name for (name,) in connection.execute(query)]
        assert {"articles", "texts", "forms", "sounds", "collected", "words_content"} <= set(names)
        told = "".join(str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names)
    assert "Pasar Senen" in told
    assert "ubaidil" not in told.casefold() and "wirangrong" not in told.casefold()


def test_it_follows_what_comes_changes_and_goes(store: Store, embargo: int) -> None:
    mirror = Mirror(store, [embargo])
    mirror.refresh()
    put(store, Article(id="c", text="Cuaca cerah hari ini.", path="/c.txt"))
    put(store, Article(id="z", text=SECRET, path="/z.txt"))  # the same text from somewhere else
    put(store, Article(id="x", text="Isi yang diperbarui redaksi.", path="/x.txt"))  # still the embargoed article
    store.remove_articles(["a"])
    mirror.refresh()
    assert sorted(texts(mirror.store)) == ["b", "c"]
    put(store, Article(id="c", text="Hujan deras.", path="/c.txt", title="Cuaca"))
    mirror.refresh()
    assert texts(mirror.store)["c"] == "Hujan deras."
    assert FullText(mirror.store).beginning("cer") == []
    mirror.close()


def test_in_an_open_and_a_restricted_collection_it_is_hidden(store: Store, embargo: int) -> None:
    kept = Collections(store.database)
    for name, readers in (("Pangan", None), ("Ani", ["ani"])):
        kept.make(name)
        kept.add(name, ["a", "x"])
        kept.show_to(name, readers)
    mirror = Mirror(store, [embargo])
    mirror.refresh()
    assert sorted(texts(mirror.store)) == ["a", "b"]
    assert [(one.name, one.articles, one.readers) for one in Collections(mirror.store.database).all()] == [
        ("Ani", 1, ()),
        ("Pangan", 1, None),
    ]
    assert Collections(mirror.store.database).of(["a", "x"]) == {"a": ["Ani", "Pangan"]}
    mirror.close()


def test_a_damaged_one_is_made_anew_and_one_that_nobody_needs_goes(store: Store, embargo: int) -> None:
    mirror = Mirror(store, [embargo])
    mirror.refresh()
    mirror.close()
    mirror.store.path.write_bytes(b"rusak" * 1000)
    again = Mirror(store, [embargo])
    again.refresh()
    assert sorted(texts(again.store)) == ["a", "b"]
    again.close()
    tidy(store)
    assert [one.name for one in (store.path.parent / FOLDER).iterdir()] == [str(embargo)]
    Collections(store.database).show_to("Embargo", None)
    tidy(store)
    assert list((store.path.parent / FOLDER).iterdir()) == []


def test_an_article_written_by_the_indexer_is_in_it(store: Store, embargo: int, tmp_path: Path) -> None:
    (tmp_path / "masuk").mkdir()
    (tmp_path / "masuk" / "d.txt").write_text("Kopi\nKopi laris di Jember.", "utf-8")
    Collections(store.database).add_folder("Embargo", str(tmp_path / "masuk"))
    (tmp_path / "e.txt").write_text("Teh\nTeh laris di Bogor.", "utf-8")
    Indexer(store, WordEmbedder()).run([tmp_path / "masuk", tmp_path / "e.txt"])
    mirror = Mirror(store, [embargo])
    mirror.refresh()
    assert sorted(texts(mirror.store)) == ["a", "b", "e.txt"]
    mirror.close()
