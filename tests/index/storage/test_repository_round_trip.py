"""Every field that is written comes back, until it is replaced or removed."""

from pathlib import Path

import numpy as np
import pytest
from stored import put, row_ids, words_found

from index.articles import Article
from index.passages import Passage
from index.storage.repository import Entry, Store, Stored

FULL = Article(
    id="desa/panen.txt",
    text="Warga 🙂 memanen “kopi”.\nMereka senang.\nTamat.",
    path="/arsip/desa/panen.txt",
    title="Panen: é",
    date="2021-11-29",
    date_rule="dateline",
    publisher="Warta Desa",
    author="Redaksi",
    url="https://warta.example/1",
)
FULL_PASSAGES = [
    Passage(FULL.id, 0, 0, 23, "Warga 🙂 memanen “kopi”."),
    Passage(FULL.id, 1, 24, 45, "Mereka senang.\nTamat."),
]
FULL_VECTORS = np.array([[0.6, 0.8, 0.0], [1 / 3, -2 / 3, 2 / 3]], dtype=np.float32)


def put_full(store: Store) -> None:
    store.put_article(
        FULL, FULL_PASSAGES, FULL_VECTORS, ["warga panen kopi", "senang tamat"], embedder="words-3", pipeline=4
    )


def test_every_field_comes_back(store: Store) -> None:
    put_full(store)
    assert store.article(FULL.id) == FULL
    ids, vectors = store.vectors()
    assert ids.dtype == np.int64
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, FULL_VECTORS)
    without_text = Article(
        id=FULL.id,
        text="",
        path=FULL.path,
        title=FULL.title,
        date=FULL.date,
        date_rule=FULL.date_rule,
        publisher=FULL.publisher,
        author=FULL.author,
        url=FULL.url,
        sha256=FULL.sha256,
    )
    assert store.passages(ids.tolist()) == {
        ids[0]: (FULL_PASSAGES[0], without_text),
        ids[1]: (FULL_PASSAGES[1], without_text),
    }
    assert store.stored_articles() == {FULL.id: Stored(FULL.sha256, FULL.path, "words-3", 4)}
    assert store.counts() == (1, 2)
    assert store.owner(FULL.id) == FULL.path
    assert store.embedders() == ["words-3"]


def test_it_all_outlives_the_process_that_wrote_it(store: Store) -> None:
    put_full(store)
    store.put_file(FULL.path, "abc", 4)
    generation = store.generation
    with Store(store.path) as again:
        assert again.article(FULL.id) == FULL
        assert again.files() == {FULL.path: ("abc", 4)}
        assert again.generation == generation
        np.testing.assert_array_equal(again.vectors()[1], FULL_VECTORS)


def test_unknown_stays_none(store: Store) -> None:
    article = put(store, "a", ["kopi"])
    assert store.article("a") == article
    assert article.title is article.date is article.date_rule is article.publisher is article.author is None


def test_what_is_not_there(store: Store) -> None:
    assert store.article("x") is None
    assert store.owner("x") is None
    assert store.passages([]) == {}
    assert store.passages([5]) == {}
    assert store.stored_articles("/x") == {}
    ids, vectors = store.vectors()
    assert (len(ids), vectors.shape) == (0, (0, 0))
    assert (store.counts(), store.embedders(), store.files(), store.paths()) == ((0, 0), [], {}, set())


def test_an_article_replaces_what_stood_under_its_id(store: Store) -> None:
    put(store, "a", ["kopi", "teh", "gula"])
    put(store, "b", ["kopi"])
    put(store, "a", ["susu"], path="/baru.txt")
    assert store.counts() == (2, 2)
    assert store.owner("a") == "/baru.txt"
    assert words_found(store, ["kopi", "teh", "gula"]) == [("b#0", pytest.approx(words_found(store, ["kopi"])[0][1]))]
    assert [name for name, _ in words_found(store, ["susu"])] == ["a#0"]
    assert store.stem_counts(["kopi", "teh", "susu"]) == {"kopi": 1, "teh": 0, "susu": 1}


def test_removing_articles_takes_all_that_hangs_on_them(store: Store) -> None:
    put(store, "a", ["kopi", "teh"])
    put(store, "b", ["kopi"], path="/b.txt")
    store.remove_articles(["a", "unknown"])
    assert store.counts() == (1, 1)
    assert list(row_ids(store)) == ["b#0"]
    assert [name for name, _ in words_found(store, ["kopi", "teh"])] == ["b#0"]
    assert len(store.vectors()[0]) == 1


def test_files_and_their_articles(store: Store) -> None:
    put(store, "a", ["kopi"], path="/a.txt")
    put(store, "b:1", ["teh"], path="/b.jsonl")
    put(store, "b:2", ["susu"], path="/b.jsonl", embedder="other")
    store.put_file("/a.txt", "1", 1)
    store.put_file("/kosong.txt", "2", 1)
    store.put_file("/a.txt", "3", 2)
    assert store.files() == {"/a.txt": ("3", 2), "/kosong.txt": ("2", 1)}
    assert store.paths() == {"/a.txt", "/b.jsonl", "/kosong.txt"}
    assert set(store.stored_articles("/b.jsonl")) == {"b:1", "b:2"}
    assert store.embedders() == ["other", "words"]
    store.remove_file("/b.jsonl")
    store.remove_file("/kosong.txt")
    assert store.paths() == {"/a.txt"}
    assert set(store.stored_articles()) == {"a"}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM tallies ORDER BY kind, name",
        "SELECT * FROM sounds ORDER BY sound, stem",
        "SELECT * FROM texts ORDER BY article_id",
        "SELECT article_id, position, start, vector, digest FROM passages ORDER BY rowid",
        "SELECT article_id, date, publisher, passages FROM spans ORDER BY article_id",
        "SELECT stems FROM words ORDER BY rowid",
    ],
)
def test_many_at_once_are_stored_as_one_by_one(tmp_path: Path, query: str) -> None:
    with (
        Store(tmp_path / "satu.sqlite3", create=True) as one,
        Store(tmp_path / "banyak.sqlite3", create=True) as many,
    ):
        for entry in three_entries():
            one.put_articles([entry], embedder="words-2", pipeline=4)
        many.put_articles(three_entries(), embedder="words-2", pipeline=4)
        assert many.database.rows(query) == one.database.rows(query)
        assert many.counts() == one.counts() == (3, 3)


def test_many_at_once_take_the_place_of_what_stood(store: Store) -> None:
    for _ in range(2):
        store.put_articles(three_entries(), embedder="words-2", pipeline=4)
    assert store.counts() == (3, 3)
    assert store.publishers() == ["Warta"]
    assert [store.rowids(f"a{number}") for number in range(3)] == [[4, 5], [], [6]]  # no row id is given twice
    assert sorted(store.gone_since(0).tolist()) == [1, 2, 3]


def three_entries() -> list[Entry]:
    """Return an article with two passages, one without, one of no outlet with one."""
    entries = []
    for number, passages in enumerate((2, 0, 1)):
        publisher = None if number == 2 else "Warta"
        article = Article(id=f"a{number}", text="Warga panen kopi.", path="/k.xml", publisher=publisher)
        cut = [Passage(article.id, position, 0, 5, "Warga") for position in range(passages)]
        vectors = np.eye(2, dtype=np.float32)[:passages]
        digests = [bytes([number, position]) for position in range(passages)]
        entries.append(Entry(article, cut, vectors, ["warga panen kopi"] * passages, digests))
    return entries
