"""The language model is asked whether the likeliest answer holds, and what it finds counts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_reader import FakeReader
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.articles import Article
from index.passages import Passage
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.answering.answer import Answer, Token
from rag.answering.confidence import READ_NAMES, ReadWeights, SecondWeights, with_second_opinion
from rag.answering.pipeline import Assistant
from rag.answering.second_opinion import evidence_of, second_opinion
from rag.generation.prompts import check_prompt
from rag.generation.scheduling import Handle
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever

SECOND = SecondWeights(constant=0.0, sure=1.0, leaning=1.0, threshold=0.4, unsure=0.9)
WEIGHTS = ReadWeights(0.0, tuple(float(name == "margin") for name in READ_NAMES), 0.5, 0.9, second=SECOND)
TEXT = "Pasar ikan itu dibuka Senin. Pasar itu menampung 40 pedagang. Harga ikan turun."
QUESTION = "Berapa pedagang di pasar ikan itu?"


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    source = tmp_path / "corpus.jsonl"
    source.write_text(json.dumps({"id": "pasar", "title": "Pasar ikan", "date": "2021-05-04", "text": TEXT}))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return Retriever(store, WordEmbedder(), FakeReader())


def chat(holds: float) -> ScriptedChat:
    model = ScriptedChat("40 pedagang")
    model.holds = holds
    return model


def asked(retriever: Retriever, model: ScriptedChat, weights: ReadWeights = WEIGHTS) -> Answer:
    return Assistant(retriever, model, weights=weights).ask(QUESTION)


def found(text: str, title: str | None = "Pasar ikan") -> Retrieved:
    article = Article(id="a", title=title, date=None, publisher=None, author=None, url=None, path="a.txt", text=text)
    return Retrieved(Passage("a", 0, 0, len(text), text), article, 1.0, 1.0, 0.0)


def test_an_answer_that_the_model_finds_wrong_is_not_told(retriever: Retriever) -> None:
    right, wrong = asked(retriever, chat(0.9)), asked(retriever, chat(0.01))
    assert right.found and not wrong.found
    assert right.confidence > 0.9 > 0.4 > wrong.confidence
    assert not right.notes
    assert wrong.sources == right.sources  # the leads


def test_where_it_cannot_tell_the_answer_is_as_sure_as_without_it(retriever: Retriever) -> None:
    without = replace(WEIGHTS, second=None)
    assert asked(retriever, chat(0.5)).confidence == pytest.approx(
        asked(retriever, chat(0.5), without).confidence, abs=1e-6
    )


def test_without_its_weights_the_model_is_not_asked_again(retriever: Retriever) -> None:
    model = chat(0.01)
    assert asked(retriever, model, replace(WEIGHTS, second=None)).found
    assert model.checked == []


def test_it_is_asked_of_the_likeliest_answer_after_the_words_were_shown(retriever: Retriever) -> None:
    model = chat(0.9)
    shown: list[int] = []
    for event in Assistant(retriever, model, weights=WEIGHTS).stream(QUESTION):
        if isinstance(event, Token):
            shown.append(len(model.checked))
    assert shown == [0, 0]  # "40", " pedagang"
    evidence = "Pasar ikan. Pasar ikan itu dibuka Senin. Pasar itu menampung 40 pedagang."
    assert model.checked == [check_prompt(QUESTION, "40 pedagang", evidence)]


def test_what_is_hardly_likely_is_not_asked_about(retriever: Retriever) -> None:
    model = chat(0.9)
    assert not asked(retriever, model, replace(WEIGHTS, constant=-9.0)).found
    assert model.checked == []


def test_who_stops_the_answer_is_not_kept_for_a_second_opinion(retriever: Retriever) -> None:
    model, handle = chat(0.9), Handle()
    for event in Assistant(retriever, model, weights=WEIGHTS).stream(QUESTION, None, handle):
        if isinstance(event, Token):
            handle.cancel()
    assert model.checked == []


def test_the_evidence_is_the_sentence_with_the_one_before_and_the_headline() -> None:
    assert evidence_of(found(TEXT), "40  pedagang") == (
        "Pasar ikan. Pasar ikan itu dibuka Senin. Pasar itu menampung 40 pedagang."
    )
    assert evidence_of(found(TEXT, None), "Senin") == "Pasar ikan itu dibuka Senin."
    long = "Kata " * 150 + "akhir. " + "Isi " * 200 + "40 pedagang."
    assert len(evidence_of(found(long), "40 pedagang")) <= 620


def test_the_leaning_is_the_odds_that_the_model_gives() -> None:
    item = found(TEXT)
    leanings = [second_opinion(chat(holds), QUESTION, "40 pedagang", item) for holds in (0.1, 0.5, 0.9)]
    assert leanings == pytest.approx([-2.197, 0.0, 2.197], abs=0.01)
    handle = Handle()
    handle.cancel()
    assert second_opinion(chat(0.9), QUESTION, "40 pedagang", item, handle) is None


def test_both_count_by_their_weights() -> None:
    assert with_second_opinion(0.9, 0.0, SECOND) == pytest.approx(0.9)
    assert with_second_opinion(0.5, -1.0, SECOND) == pytest.approx(0.269, abs=0.001)
    assert with_second_opinion(1.0, -20.0, SECOND) < 0.01


def test_the_weights_stand_beside_those_of_confidence(tmp_path: Path) -> None:
    assert ReadWeights.load().second is not None
    assert SecondWeights.load(tmp_path / "none.json") is None
