import json
from datetime import date
from pathlib import Path

import pytest
from fakes import WordEmbedder

from index.pipeline.indexer import Indexer
from index.storage.filters import Filters
from index.storage.repository import Store
from rag.query.rewriting import Turn
from rag.retrieval.retriever import Retriever
from rag.retrieval.search import find
from rag.retrieval.search_plan import turn_of, understand

TODAY = date(2021, 5, 5)
ARTICLES = [
    {"id": "pasar", "date": "2021-05-04", "source": "Warta", "text": "Pasar ikan Bahari dibuka wali kota."},
    {"id": "beras", "date": "2020-01-10", "source": "Pos", "text": "Harga beras naik tajam di kota."},
    {"id": "gula", "date": "2019-01-10", "source": "Pos", "text": "Harga gula turun tajam di kota."},
    {"id": "kapal", "date": "2018-01-10", "text": "Kapal motor tiba di pelabuhan Ambon."},
]


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    source = tmp_path / "corpus.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in ARTICLES))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    embedder = WordEmbedder()
    Indexer(store, embedder).run([source])
    return Retriever(store, embedder)


def ids(retriever: Retriever, question: str, turns: tuple[Turn, ...] = (), **options: object) -> list[str]:
    how = understand(question, retriever, today=TODAY, turns=turns, **options)  # type: ignore[arg-type]
    return [item.article.id for item in find(how, retriever, 4)[0]]


def test_a_time_word_limits_the_search_and_is_told(retriever: Retriever) -> None:
    how = understand("Apa yang dibuka kemarin?", retriever, today=TODAY)
    found, how = find(how, retriever, 4)
    assert [item.article.id for item in found] == ["pasar"]
    assert how.query.text == "Apa yang dibuka?"
    assert how.messages() == ["hanya terbitan 4–5 Mei 2021, karena “kemarin” (tanpa ini: --no-implied)"]
    assert how.as_json() == {
        "rewritten": None,
        "implied": [
            {
                "words": "kemarin",
                "label": "hanya terbitan 4–5 Mei 2021",
                "strict": True,
                "date_from": "2021-05-04",
                "date_to": "2021-05-05",
                "publisher": None,
            }
        ],
    }


def test_a_time_word_that_leaves_no_answer_is_dropped_and_told(retriever: Retriever) -> None:
    how = understand("Berapa harga beras kemarin?", retriever, today=TODAY)
    assert how.filters == Filters("2021-05-04", "2021-05-05")
    found, how = find(how, retriever, 4)
    assert found[0].article.id == "beras"
    assert (how.filters, how.query.text) == (Filters(), "Berapa harga beras kemarin?")
    assert how.messages() == [
        "“kemarin” tidak menyaring: yang terbitan 4–5 Mei 2021 tidak memuatnya; seluruh arsip dicari"
    ]


def test_a_filter_that_leaves_little_stays_where_nothing_else_is_better(retriever: Retriever) -> None:
    how = understand("Apa yang diputuskan menteri kemarin?", retriever, today=TODAY)
    found, how = find(how, retriever, 4)
    assert (how.filters, [item.article.id for item in found]) == (Filters("2021-05-04", "2021-05-05"), ["pasar"])


def test_dropped_filters_leave_those_the_user_gave(retriever: Retriever) -> None:
    given = Filters(publisher="Pos")
    how = understand("Berapa harga beras dan gula kemarin?", retriever, today=date(2020, 1, 11), given=given)
    assert how.filters == Filters("2020-01-10", "2020-01-11", "Pos")
    found, how = find(how, retriever, 4)
    assert [item.article.id for item in found] == ["beras"]
    how = understand("Berapa harga gula kemarin?", retriever, today=date(2020, 1, 11), given=given)
    found, how = find(how, retriever, 4)
    assert (how.filters, found[0].article.id) == (given, "gula")
    assert {item.article.publisher for item in found} == {"Pos"}


def test_implied_filters_can_be_left_out(retriever: Retriever) -> None:
    how = understand("Apa yang dibuka kemarin menurut Warta?", retriever, today=TODAY, implied=False)
    assert (how.filters, how.query.text, how.messages()) == (Filters(), "Apa yang dibuka kemarin menurut Warta?", [])


def test_an_outlet_limits_the_search(retriever: Retriever) -> None:
    assert set(ids(retriever, "Menurut Pos, apa yang terjadi di kota?")) == {"beras", "gula"}


def test_a_year_brings_forward_and_leaves_nothing_out(retriever: Retriever) -> None:
    plain = ids(retriever, "Harga apa yang tajam pada 2019?", implied=False)
    assert plain[:2] == ["beras", "gula"]
    dated = ids(retriever, "Harga apa yang tajam pada 2019?")
    assert dated[:2] == ["gula", "beras"]
    assert sorted(dated) == sorted(plain)


def test_a_follow_up_finds_what_the_conversation_is_about(retriever: Retriever) -> None:
    first = understand("Di mana kapal motor tiba?", retriever, today=TODAY)
    found, first = find(first, retriever, 1)
    turn = turn_of(first.question, [item.article.id for item in found], retriever.store, "Ambon [1].")
    assert (turn.question, turn.articles) == ("Di mana kapal motor tiba?", ("kapal",))
    assert "pelabuhan Ambon" in turn.text
    how = understand("Kapan?", retriever, today=TODAY, turns=[turn])
    assert how.question == "Tentang kapal motor tiba: kapan?"
    assert how.messages() == ["dicari: Tentang kapal motor tiba: kapan? (melengkapi pertanyaan sebelumnya)"]
    assert how.as_json()["rewritten"]["question"] == how.question
    assert find(how, retriever, 1)[0][0].article.id == "kapal"


def test_a_turn_without_articles_still_has_its_topic(retriever: Retriever) -> None:
    how = understand("Siapa nakhoda kapal motor?", retriever, today=TODAY)
    turn = turn_of(how.question, ["hilang"], retriever.store)
    assert (turn.text, turn.answer) == ("", "")
    assert ids(retriever, "Kapan tibanya?", (turn,))[0] == "kapal"


def test_the_articles_of_the_conversation_come_forward(retriever: Retriever) -> None:
    about = Turn("Apa yang turun?", "", "", ("gula",))
    assert ids(retriever, "Berapa harganya di kota?", ())[0] == "beras"
    assert ids(retriever, "Berapa harganya di kota?", (about,))[0] == "gula"


def test_the_halves_of_a_comparison_come_in_turn(retriever: Retriever) -> None:
    plan = understand("Bandingkan pasar ikan dan kapal motor", retriever, today=TODAY)
    found, after = find(plan, retriever, 2)
    assert [item.article.id for item in found] == ["pasar", "kapal"]
    assert after is plan
    assert [item.article.id for item in find(plan, retriever, 1)[0]] == ["pasar"]


def test_a_summary_opens_the_article_it_names_or_the_one_talked_about(retriever: Retriever) -> None:
    assert ids(retriever, "Ringkas berita tentang kapal motor") == ["kapal"]
    about = Turn("Apa yang turun?", "", "", ("gula",))
    assert ids(retriever, "Ringkas artikel itu", (about,)) == ["gula"]
    assert ids(retriever, "Ringkas laporan itu", (about,)) == ["gula"]
    assert ids(retriever, "Ringkas artikel itu") == []  # which one, nobody said


def test_a_summary_of_a_subject_opens_the_best_of_each_article(retriever: Retriever) -> None:
    assert ids(retriever, "Ringkas berita tentang harga tajam di kota")[:2] == ["beras", "gula"]


def test_what_is_asked_of_a_topic_is_known_though_the_topic_holds_a_colon(retriever: Retriever) -> None:
    plan = understand("Kapan?", retriever, today=TODAY, turns=[Turn("Di mana pasar: ikan Bahari dibuka?")])
    assert plan.question == "Tentang pasar: ikan Bahari dibuka: kapan?"
    assert plan.rewritten.own == "kapan?"
