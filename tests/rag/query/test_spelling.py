import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes import WordEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index.pipeline.indexer import Indexer
from index.storage import packed_words
from index.storage.repository import Store
from index.text.sounds import sounds
from rag.query.query import Query
from rag.query.spelling import Respelled, respelled
from rag.retrieval.retriever import Retriever
from rag.retrieval.search import find
from rag.retrieval.search_plan import understand

ARTICLES = [
    {"id": "rokok", "source": "Warta Kampus", "text": "Pabrik Dji Sam Soe berdiri di Surabaya."},
    {"id": "silla", "text": "Kerajaan Silla berdiri di semenanjung pada tahun itu."},
    {"id": "utang", "text": "Provinsi itu menghapus utang petani pada tahun lalu."},
    {"id": "bola", "text": "Sepak bola dan olahraga lain digemari di provinsi itu."},
    {"id": "martin", "text": "Martin membaca konstitusi di kampus."},
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("spelling")
    source = folder / "corpus.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in ARTICLES))
    store = Store(folder / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return store


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Di mana pabrik Djisamsoe?", "Di mana pabrik dji sam soe?"),
        ("Kapan Kerajaan Shilla berdiri?", "Kapan Kerajaan silla berdiri?"),
        ("Di propinsi mana hutang dihapus?", "Di provinsi mana utang dihapus?"),
        ("Siapa suka sepakbola?", "Siapa suka sepak bola?"),
        ("Siapa suka olah raga?", "Siapa suka olahraga?"),
        ("Apa isi konstituesi thaun itu?", "Apa isi konstitusi tahun itu?"),
    ],
)
def test_unknown_words_as_the_archive_spells_them(store: Store, asked: str, expected: str) -> None:
    assert respelled(Query(asked), store).query.text == expected


@pytest.mark.parametrize(
    "asked",
    [
        "Kapan Kerajaan Silla berdiri?",
        "Apa kata Marten?",  # a name one letter away is another name
        "Menurut Kampos, siapa membaca?",  # a short word and no exchanged letters
        "Where is the Shilla kingdom?",
        "Berapa itu 12345x?",
        "",
        "?!",
    ],
)
def test_what_is_left_alone(store: Store, asked: str) -> None:
    assert respelled(Query(asked), store) == Respelled(Query(asked))


def test_the_name_of_an_outlet_is_left_alone(tmp_path: Path) -> None:
    source = tmp_path / "corpus.jsonl"
    source.write_text(json.dumps({"id": "a", "source": "Propinsi Pos", "text": "Provinsi itu luas."}))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    assert respelled(Query("Apa kata Propinsi Pos?"), store).changes == ()


def test_the_user_is_told_and_the_passage_found(store: Store) -> None:
    retriever = Retriever(store, WordEmbedder())
    how = understand("Kapan Kerajaan Shilla berdiri?", retriever, today=date(2021, 5, 5))
    assert how.notes == ("“Shilla” tidak ada di arsip; dicari “silla”.",)
    assert find(how, retriever, 1)[0][0].article.id == "silla"


@pytest.mark.parametrize("word", ["x" * 300, "tjokroaminotosastrodiningratan", "djisamsoenasional"])
def test_a_long_unknown_word_takes_few_queries_where_words_are_packed(
    tmp_path: Path, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed_words, "MIN_PASSAGES", 1)
    monkeypatch.setattr(packed_words, "MAX_UNPACKED", 0)
    source = tmp_path / "corpus.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in ARTICLES))
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        Indexer(store, WordEmbedder()).run([source])
        assert store.packed_words.is_ready
        asked: list[str] = []
        rows = store.database.rows

        def counted(query: str, values: Sequence[object] = ()) -> list[Any]:
            asked.append(query)
            return rows(query, values)

        monkeypatch.setattr(store.database, "rows", counted)
        assert respelled(Query("Di mana pabrik Djisamsoe?"), store).query.text == "Di mana pabrik dji sam soe?"
        asked.clear()
        assert respelled(Query(f"Di mana {word}?"), store).changes == ()
        assert 0 < len(asked) < 40


def test_which_stems_were_ever_written(store: Store) -> None:
    absent = [f"hilang{number}" for number in range(1200)]
    assert store.ever_written(["silla", *absent, "dji"]) == ["silla", "dji"]
    assert store.ever_written([]) == []


@pytest.mark.parametrize(("one", "other"), [("tjokro", "cokro"), ("soekarno", "sukarno"), ("viktor", "wiktor")])
def test_what_sounds_the_same(one: str, other: str) -> None:
    assert sounds(one) & sounds(other)


def test_what_sounds_different() -> None:
    assert not sounds("willem") & sounds("film")


@given(st.text(max_size=60))
def test_any_text_is_taken(store: Store, text: str) -> None:
    result = respelled(Query(text), store)
    assert result.changes or result.query.text == text
    assert len(result.changes) == len(result.notes())
