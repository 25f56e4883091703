import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder

from index.errors import EmbedderMismatch
from index.pipeline.indexer import Indexer
from index.storage.filters import Filters
from index.storage.repository import Store
from index.storage.vectors import Vectors
from rag.query.query import Query
from rag.retrieval.retriever import RankingWeights, Retriever, fuse, rerank

ARTICLES = [
    {"id": "pasar", "title": "Pasar dibuka", "date": "2021-05-04", "source": "Media A", "text": "Pasar ikan dibuka."},
    {
        "id": "beras",
        "title": "Beras naik",
        "date": "2022-01-10",
        "source": "Media B",
        "text": "Harga beras naik tajam.",
    },
    {"id": "kapal", "title": None, "date": None, "source": None, "text": "Kapal motor tiba di pelabuhan."},
]


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    source = tmp_path / "corpus.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in ARTICLES))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    embedder = WordEmbedder()
    Indexer(store, embedder).run([source])
    return Retriever(store, embedder)


def names(found: list) -> list[str]:  # type: ignore[type-arg]
    return [item.article.id for item in found]


def test_fused_scores_by_hand() -> None:
    # dense 0.9, 0.8, 0.7 stretch to 1, .5, 0; words 8, 2 become 1, .25
    assert fuse({1: 0.9, 2: 0.8, 3: 0.7, 4: 0.7}, {3: 8.0, 2: 2.0}, dense_weight=0.6) == [
        (1, 0.6),
        (2, 0.6 * 0.5 + 0.4 * 0.25),  # a tie with 3: the lower id first
        (3, 0.4),
        (4, 0.0),
    ]


def test_final_order_by_hand() -> None:
    # Both passages are alike to meaning and words; only the second holds a number to answer "berapa".
    texts = {1: "Pasar ikan dibuka.", 2: "Pasar ikan 40."}
    weights = RankingWeights(dense=1.0, words=1.0, exact=1.0, nearness=2.0, abbreviation=0.0, rarest=0.0)
    found = rerank(Query("Berapa ikan?"), texts, {1: 0.85, 2: 0.85}, {1: 3.0, 2: 3.0}, {"ikan": 1.0}, weights)
    assert found == [
        (2, pytest.approx((0.5 + 1 + 1 + 2 * math.exp(-1 / 15)) / 5)),
        (1, pytest.approx((0.5 + 1 + 1) / 5)),
    ]


def test_the_passage_with_the_rarest_word_goes_first() -> None:
    texts = {1: "Pasar ikan dibuka.", 2: "Pasar Sidomulyo dibuka."}
    stems = {"pasar": 1.0, "ikan": 2.0, "sidomulyo": 3.0}
    weights = RankingWeights(dense=1.0, words=0.0, exact=0.0, nearness=0.0, abbreviation=0.0, rarest=1.0)
    found = rerank(Query("Pasar ikan Sidomulyo?"), texts, {1: 0.85, 2: 0.85}, {}, stems, weights)
    assert found == [(2, pytest.approx((0.5 + 1) / 2)), (1, pytest.approx(0.5 / 2))]


def test_a_rare_word_as_it_is_written_counts_more_than_a_common_one() -> None:
    # Stems are equal in both; only the first has "murni" and only the second "berdarah" as the question writes it.
    texts = {1: "Penyihir murni, darahnya.", 2: "Penyihir kemurnian berdarah."}
    weights = RankingWeights(dense=0.0, words=0.0, exact=1.0, nearness=0.0, abbreviation=0.0, rarest=0.0)
    stems = {"murni": 3.0, "darah": 1.0, "sihir": 4.0}
    found = rerank(Query("Siapa berdarah murni?"), texts, {}, {}, stems, weights)
    assert found == [(1, pytest.approx(3 / 4)), (2, pytest.approx(1 / 4))]


def test_a_short_form_finds_the_long_one_and_the_other_way_round(tmp_path: Path) -> None:
    source = tmp_path / "corpus.jsonl"
    articles = [
        {"id": "long", "text": "Pesawat itu mendarat di Bandar Udara Polonia."},
        {"id": "short", "text": "Wapres meninjau pasar ikan."},
        {"id": "other", "text": "Harga beras naik tajam."},
    ]
    source.write_text("\n".join(map(json.dumps, articles)))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    retriever = Retriever(store, WordEmbedder())
    for question, id in (("Apa nama bandara itu?", "long"), ("Apa yang ditinjau wakil presiden?", "short")):
        best = retriever.search(Query(question), 3)[0]
        assert best.article.id == id
        assert best.bm25 > 0
        assert best.passage.text in {article["text"] for article in articles}  # shown as it is written


def test_fusing_nothing_or_one() -> None:
    assert fuse({}, {}) == []
    assert fuse({5: 0.8}, {}, dense_weight=0.6) == [(5, 0.0)]
    assert fuse({}, {5: 3.0}, dense_weight=0.6) == [(5, pytest.approx(0.4))]


def test_right_article_first(retriever: Retriever) -> None:
    assert names(retriever.search(Query("Berapa harga beras?"), 3))[0] == "beras"
    assert names(retriever.search(Query("Kapan kapal motor tiba?"), 3))[0] == "kapal"


def test_what_was_found_is_compared_with_another_question(retriever: Retriever) -> None:
    found = retriever.search(Query("Berapa harga beras?"), 3)
    asked = {item.passage.id: item.similarity for item in retriever.search(Query("Kapan kapal motor tiba?"), 3)}
    compared = retriever.compared(Query("Kapan kapal motor tiba?"), found)
    assert [item.passage for item in compared] == [item.passage for item in found]
    assert [item.similarity for item in compared] == pytest.approx([asked[item.passage.id] for item in found])
    assert compared[0].similarity < found[0].similarity
    gone = replace(found[0], passage=replace(found[0].passage, article_id="tidak ada"))
    assert retriever.compared(Query("Kapan kapal motor tiba?"), [gone])[0].similarity == 0.0


def test_count_and_whole_archive(retriever: Retriever) -> None:
    assert len(retriever.search(Query("pasar"), 2)) == 2
    assert set(names(retriever.search(Query("pasar"), 10))) == {"pasar", "beras", "kapal"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(date_from="2022-01-01"), {"beras"}),
        (Filters(date_to="2021-12-31"), {"pasar"}),
        (Filters(publisher="media b"), {"beras"}),
        (Filters(publisher="tidak ada"), set()),
    ],
)
def test_filters_hold_for_meaning_and_words(retriever: Retriever, filters: Filters, expected: set[str]) -> None:
    assert set(names(retriever.search(Query("Harga beras, pasar ikan, kapal"), 10, filters))) == expected
    assert retriever.searched(filters)[0] == len(expected)


def test_a_changed_store_is_seen(retriever: Retriever, tmp_path: Path) -> None:
    retriever.search(Query("apa saja"), 1)
    retriever.store.remove_articles(["beras"])
    assert "beras" not in names(retriever.search(Query("Harga beras"), 10))


def test_rare_stems_weigh_more(retriever: Retriever) -> None:
    weights = retriever.stem_weights(["dibuka", "pasar", "absen"])
    assert weights["absen"] == pytest.approx(math.log(1 + 3.5 / 0.5))
    assert weights["pasar"] == pytest.approx(math.log(1 + 2.5 / 1.5))


def test_the_only_one_with_a_word_is_found_though_many_are_nearer(tmp_path: Path) -> None:
    class ByLetters(WordEmbedder):
        """Nearer the more of "d" a text has: what says "klepon" lies farthest."""

        def embed_query(self, text: str) -> Vectors:
            near = (
                1.0 if text == "Siapa menjual klepon?" else 0.0 if "klepon" in text else 0.75 + text.count("d") / 4000
            )
            vector = np.zeros(256, dtype=np.float32)
            vector[:2] = near, math.sqrt(1 - near**2)
            return vector

    source = tmp_path / "corpus.jsonl"
    rows = [{"id": f"d{n}", "text": f"Warga {'d' * n} panen."} for n in range(190)]
    source.write_text("\n".join(map(json.dumps, [*rows, {"id": "kue", "text": "Ibu Ani menjual klepon."}])))
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        embedder = ByLetters()
        Indexer(store, embedder).run([source])
        found = Retriever(store, embedder).search(Query("Siapa menjual klepon?"), 10)
    assert "kue" in names(found)


def test_context_is_the_whole_article(retriever: Retriever) -> None:
    (found,) = retriever.search(Query("beras"), 1)
    assert retriever.context(found) == "Beras naik\n2022-01-10\nHarga beras naik tajam."


def test_another_embedder_is_refused(retriever: Retriever) -> None:
    with pytest.raises(EmbedderMismatch, match="other"):
        Retriever(retriever.store, WordEmbedder(identity="other")).search(Query("beras"), 1)


def test_odd_questions_find_something_or_nothing_but_never_fail(retriever: Retriever) -> None:
    for question in ["apa", '"', "a AND b OR NOT (", "*", "NEAR(", "🙂", "x" * 5000, "yang di ke"]:
        assert len(retriever.search(Query(question), 5)) <= 5


# --- one story in several articles ---

WIRE = (
    "Bupati meresmikan pasar baru di Desa Sukamaju pada Senin pagi. Pasar itu dibangun dengan dana desa sebesar "
    "Rp2,4 miliar dan menampung 120 pedagang. Para pedagang pindah mulai pekan depan, kata bupati."
)
COPIES = [
    {"id": "kabar", "date": "2021-03-02", "source": "Kabar", "text": f"SUKAMAJU — {WIRE}"},
    {"id": "warta", "date": "2021-03-01", "source": "Warta", "text": WIRE},
    {"id": "suara", "date": None, "source": "Suara", "text": WIRE.replace("Rp2,4", "Rp 2,4")},
    {"id": "kopi", "date": "2021-03-01", "source": "Warta", "text": "Petani memanen kopi lebih awal tahun ini."},
]


@pytest.fixture
def syndicated(tmp_path: Path) -> Retriever:
    source = tmp_path / "kawat.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in COPIES))
    store = Store(tmp_path / "kawat" / "arsip.sqlite3", create=True)
    assert Indexer(store, WordEmbedder()).run([source]).grouped == 3
    return Retriever(store, WordEmbedder())


def test_a_story_is_shown_once_where_it_stood_first(syndicated: Retriever) -> None:
    found = syndicated.search(Query("Berapa pedagang di pasar baru Desa Sukamaju?"), 10)
    assert names(found) == ["warta", "kopi"]
    assert [article.id for article in found[0].also_in] == ["kabar", "suara"]
    assert found[0].passage.text == WIRE
    assert found[1].also_in == ()


def test_a_filter_decides_which_copy_is_the_first(syndicated: Retriever) -> None:
    question = "Berapa pedagang di pasar baru Desa Sukamaju?"
    assert names(syndicated.search(Query(question), 10, Filters(publisher="Kabar"))) == ["kabar"]
    assert names(syndicated.search(Query(question), 10, Filters(date_from="2021-03-02"))) == ["kabar"]


def test_a_change_of_the_first_copy_is_seen(syndicated: Retriever) -> None:
    syndicated.store.remove_articles(["warta"])
    assert names(syndicated.search(Query("Berapa pedagang di pasar baru?"), 1)) == ["kabar"]
