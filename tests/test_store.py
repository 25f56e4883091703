import math
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article
from index.errors import StoreError
from index.filters import Filters
from index.passages import Passage
from index.store import Store, Stored


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        yield store


def put(
    store: Store,
    id: str,
    stems: list[str],
    *,
    date: str | None = None,
    publisher: str | None = None,
    path: str = "/a.txt",
    embedder: str = "words",
) -> Article:
    """Write an article of one passage for each string of stems; the stems are its text."""
    article = Article(id=id, text="\n".join(stems), path=path, date=date, publisher=publisher)
    passages, at = [], 0
    for position, words in enumerate(stems):
        passages.append(Passage(id, position, at, at + len(words), words))
        at += len(words) + 1
    vectors = np.tile(np.array([0.6, 0.8], dtype=np.float32), (len(stems), 1))
    store.put_article(article, passages, vectors, stems, embedder=embedder, pipeline=1)
    return article


def row_ids(store: Store) -> dict[str, int]:
    """Return passage id → row id."""
    ids, _ = store.vectors()
    return {passage.id: rowid for rowid, (passage, _) in store.passages(ids.tolist()).items()}


def words_found(store: Store, terms: list[str], filters: Filters | None = None) -> list[tuple[str, float]]:
    names = {rowid: name for name, rowid in row_ids(store).items()}
    return [(names[rowid], score) for rowid, score in store.search_words(terms, 100, filters)]


# --- round trip ---

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


# --- generation and rollback ---


def test_generation_grows_with_every_change_of_articles(store: Store) -> None:
    seen = [store.generation]
    put(store, "a", ["kopi"])
    seen.append(store.generation)
    put(store, "a", ["teh"])
    seen.append(store.generation)
    store.remove_articles(["a"])
    seen.append(store.generation)
    store.remove_file("/a.txt")
    seen.append(store.generation)
    assert seen == [seen[0] + step for step in range(5)]


def test_generation_stays_where_nothing_to_search_changes(store: Store) -> None:
    put(store, "a", ["kopi"])
    before = store.generation
    store.put_file("/a.txt", "1", 1)
    store.remove_articles([])
    words_found(store, ["kopi"])
    assert store.generation == before


def state(store: Store) -> object:
    ids, vectors = store.vectors()
    return (
        store.generation,
        store.article("a"),
        store.passages(ids.tolist()),
        vectors.tolist(),
        words_found(store, ["kopi", "teh", "susu"]),
    )


def test_an_error_in_mid_write_leaves_the_old_article_whole(store: Store) -> None:
    put(store, "a", ["kopi", "teh"])
    before = state(store)
    article = Article(id="a", text="susu\nsusu", path="/baru.txt")
    passages = [Passage("a", 0, 0, 4, "susu"), Passage("a", 0, 5, 9, "susu")]  # the same position twice
    vectors = np.ones((2, 2), dtype=np.float32)
    with pytest.raises(StoreError, match=r"arsip\.sqlite3 tidak dapat ditulis .*UNIQUE.*periksa ruang disk"):
        store.put_article(article, passages, vectors, ["susu", "susu"], embedder="words", pipeline=1)
    assert state(store) == before
    # fewer stems than passages is found out after the first passage is in
    passages = [Passage("a", 0, 0, 4, "susu"), Passage("a", 1, 5, 9, "susu")]
    with pytest.raises(ValueError, match="zip"):
        store.put_article(article, passages, vectors, ["susu"], embedder="words", pipeline=1)
    assert state(store) == before
    with Store(store.path) as again:
        assert state(again) == before
    put(store, "a", ["susu"])  # and the store goes on
    assert [name for name, _ in words_found(store, ["susu"])] == ["a#0"]


def test_an_interrupt_in_mid_write_leaves_nothing(store: Store) -> None:
    class Stems(list[str]):
        def __iter__(self) -> Iterator[str]:
            yield "kopi"
            raise KeyboardInterrupt

    before = store.generation
    passages = [Passage("a", 0, 0, 4, "kopi"), Passage("a", 1, 5, 8, "teh")]
    with pytest.raises(KeyboardInterrupt):
        store.put_article(
            Article(id="a", text="kopi\nteh", path="/a.txt"),
            passages,
            np.ones((2, 2), dtype=np.float32),
            Stems(),
            embedder="words",
            pipeline=1,
        )
    assert (store.generation, store.counts(), store.search_words(["kopi"], 5)) == (before, (0, 0), [])


# --- words ---


def idf(rows: int, holding: int) -> float:
    """Return FTS5's inverse document frequency: https://sqlite.org/fts5.html#the_bm25_function."""
    return max(math.log((rows - holding + 0.5) / (holding + 0.5)), 1e-6)


def term_weight(count: int, length: int, average: float) -> float:
    return count * (1.2 + 1) / (count + 1.2 * (1 - 0.75 + 0.75 * length / average))


STEMS = ["kopi kopi desa warga", "teh desa", "kopi susu", "susu warga desa gunung hujan", "gunung", "hujan desa"]


def test_scores_are_bm25_by_hand(store: Store) -> None:
    put(store, "a", STEMS)
    average = 16 / 6
    weight = idf(rows=6, holding=2)
    assert weight == pytest.approx(math.log(4.5 / 2.5))
    assert words_found(store, ["kopi"]) == [
        ("a#0", pytest.approx(weight * term_weight(2, 4, average))),
        ("a#2", pytest.approx(weight * term_weight(1, 2, average))),
    ]


def test_the_scores_of_two_terms_add_up(store: Store) -> None:
    put(store, "a", STEMS)
    average, weight = 16 / 6, idf(6, 2)
    expected = {
        "a#0": weight * term_weight(2, 4, average),
        "a#2": weight * (term_weight(1, 2, average) + term_weight(1, 2, average)),
        "a#3": weight * term_weight(1, 5, average),
    }
    found = words_found(store, ["kopi", "susu"])
    assert dict(found) == pytest.approx(expected)
    assert [score for _, score in found] == sorted(expected.values(), reverse=True)


def test_a_stem_that_most_passages_hold_weighs_next_to_nothing(store: Store) -> None:
    put(store, "a", STEMS)
    assert idf(6, 4) == 1e-6
    scores = dict(words_found(store, ["desa"]))
    assert scores["a#1"] == pytest.approx(1e-6 * term_weight(1, 2, 16 / 6))
    assert set(scores) == {"a#0", "a#1", "a#3", "a#5"}


def test_a_phrase_counts_as_one_term_where_its_words_follow_one_another(store: Store) -> None:
    put(store, "a", ["pasar ikan segar", "ikan pasar", "pasar besar ikan", "kopi", "teh"])
    assert words_found(store, ["pasar ikan"]) == [("a#0", pytest.approx(idf(5, 1) * term_weight(1, 3, 10 / 5)))]
    assert words_found(store, ["ikan segar pasar"]) == []


def test_equal_scores_come_in_the_order_of_the_rows_and_count_limits_them(store: Store) -> None:
    put(store, "a", ["kopi", "kopi", "teh", "teh", "susu", "gula", "kopi"])
    ids = row_ids(store)
    assert [id for id, _ in store.search_words(["kopi"], 2)] == [ids["a#0"], ids["a#1"]]


@pytest.mark.parametrize("term", ['"', "a AND b", "kopi*", "NEAR(kopi", "stems:kopi", "_", "^kopi", "(", ""])
def test_the_query_language_of_fts5_is_out_of_reach(store: Store, term: str) -> None:
    put(store, "a", ["gula", "teh"])
    assert store.search_words([term], 5) == []
    assert [name for name, _ in words_found(store, [term, "teh"])] == ["a#1"]


def test_no_terms_find_nothing(store: Store) -> None:
    put(store, "a", ["kopi"])
    assert store.search_words([], 5) == []
    assert store.stem_counts([]) == {}


def test_stem_counts_count_passages_not_occurrences(store: Store) -> None:
    put(store, "a", STEMS)
    assert store.stem_counts(["kopi", "desa", "padi"]) == {"kopi": 2, "desa": 4, "padi": 0}


# --- filters ---


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
    ids, articles = dated.filtered(filters)
    names = {rowid: name for name, rowid in row_ids(dated).items()}
    assert {names[rowid].split("#")[0] for rowid in ids.tolist()} == expected
    assert (articles, len(ids)) == (len(expected), len(expected) + ("jun" in expected))
    assert bool(filters) == (filters != Filters())


def test_a_filter_changes_no_score(dated: Store) -> None:
    every = dict(words_found(dated, ["tiga", "dua"]))
    assert words_found(dated, ["tiga", "dua"], Filters(publisher="Kabar")) == [("des#0", every["des#0"])]


# --- threads, and files that are no index ---


def test_threads_share_one_store(store: Store) -> None:
    problems: list[BaseException] = []
    before = store.generation

    def work(name: str) -> None:
        try:
            for number in range(15):
                put(store, f"{name}{number}", ["kopi", "teh"])
                assert store.article(f"{name}{number}") is not None
                assert len(store.search_words(["kopi"], 1000)) > number
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert (store.counts(), store.generation) == ((60, 120), before + 60)


def test_a_reader_sees_only_what_is_whole_while_another_writes(store: Store) -> None:
    put(store, "a", ["kopi"])
    with Store(store.path) as reader:

        class Stems(list[str]):
            def __iter__(self) -> Iterator[str]:
                yield "kopi"
                seen.append((reader.counts(), reader.generation))
                yield "teh"

        seen: list[object] = []
        before = store.generation
        store.put_article(
            Article(id="b", text="kopi\nteh", path="/b.txt"),
            [Passage("b", 0, 0, 4, "kopi"), Passage("b", 1, 5, 8, "teh")],
            np.ones((2, 2), dtype=np.float32),
            Stems(),
            embedder="words",
            pipeline=1,
        )
        assert seen == [((1, 1), before)]
        assert (reader.counts(), reader.generation) == ((2, 3), before + 1)


def test_no_index_yet_tells_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"Belum ada indeks di .*; buat dahulu: tanya index FOLDER --data "):
        Store(tmp_path / "arsip.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_index(tmp_path: Path) -> None:
    path = tmp_path / "arsip.sqlite3"
    path.write_bytes(b"bukan basis data " * 100)
    with pytest.raises(StoreError, match=r"arsip\.sqlite3 tidak dapat dibuka \(file is not a database\)"):
        Store(path, create=True)


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "arsip.sqlite3"
    path.mkdir()
    with pytest.raises(StoreError, match="tidak dapat dibuka"):
        Store(path, create=True)


@pytest.mark.parametrize("create", [True, False])
def test_an_index_of_another_version_is_refused_and_left_alone(store: Store, create: bool) -> None:
    put(store, "a", ["kopi"])
    store.close()
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match=r"berversi 99, program ini memakai versi \d+; pilih --data lain"):
        Store(store.path, create=create)
    connection = sqlite3.connect(store.path)
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    connection.close()


def test_opening_with_create_keeps_what_is_there(store: Store) -> None:
    put(store, "a", ["kopi"])
    with Store(store.path, create=True) as again:
        assert again.counts() == (1, 1)


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="tidak dapat dibaca"):
        store.counts()
    with pytest.raises(StoreError, match="tidak dapat ditulis"):
        store.remove_file("/a.txt")
