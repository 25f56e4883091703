"""The assistant with a reader: its words beside the model's, one probability, two points on it."""

import json
import math
from pathlib import Path

import pytest
from fake_reader import FakeReader
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.answering.answer import Answer
from rag.answering.confidence import READ_NAMES, ReadWeights
from rag.answering.pipeline import Assistant
from rag.generation.prompts import NOT_FOUND
from rag.retrieval.retriever import Retriever

ARTICLES = [
    {"id": "pasar", "title": "Pasar ikan", "date": "2021-05-04", "text": "Pasar ikan itu menampung 40 pedagang."},
    {"id": "beras", "title": None, "date": None, "text": "Harga beras naik tajam menjadi Rp15.000."},
]
QUESTION = "Berapa pedagang di pasar ikan?"
# pedagang, pasar and ikan are shared: the margin of "40" is 3.
SURE = 1 / (1 + math.exp(-3))


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    source = tmp_path / "corpus.jsonl"
    source.write_text("\n".join(map(json.dumps, ARTICLES)))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return Retriever(store, WordEmbedder(), FakeReader())


def asked(
    retriever: Retriever, said: str, question: str = QUESTION, threshold: float = 0.5, unsure: float = 0.8, **of: float
) -> Answer:
    """Return the answer by weights that can be worked out: the margin, and what is given."""
    assistant = Assistant(retriever, ScriptedChat(said))
    chosen = {"margin": 1.0, **of}
    assistant._weights = ReadWeights(0.0, tuple(chosen.get(name, 0.0) for name in READ_NAMES), threshold, unsure)
    return assistant.ask(question)


def test_where_both_agree_it_is_said_without_a_doubt(retriever: Retriever) -> None:
    answer = asked(retriever, "40 pedagang")
    assert (answer.found, answer.notes, answer.confidence) == (True, (), pytest.approx(SURE))
    assert answer.answer.startswith("40 pedagang. [")
    (number,) = answer.sentences[0].citations
    assert answer.sources[number - 1].article_id == "pasar"


@pytest.mark.parametrize(
    ("threshold", "unsure", "found", "doubted"),
    [(0.5, 0.95, True, False), (0.5, 0.96, True, True), (0.95, 0.99, True, True), (0.96, 0.99, False, False)],
)
def test_two_points_on_one_scale(
    retriever: Retriever, threshold: float, unsure: float, found: bool, doubted: bool
) -> None:
    answer = asked(retriever, "40 pedagang", threshold=threshold, unsure=unsure)  # .9526
    assert (answer.found, any("kurang pasti" in note for note in answer.notes)) == (found, doubted)
    assert answer.confidence == pytest.approx(SURE)
    assert (answer.answer == NOT_FOUND) is not found
    assert answer.sources  # leads


def test_the_reader_answers_where_the_model_refuses(retriever: Retriever) -> None:
    answer = asked(retriever, NOT_FOUND)
    assert (answer.found, answer.sentences[0].text, answer.confidence) == (True, "40 pedagang.", pytest.approx(SURE))
    assert answer.raw == NOT_FOUND


def test_the_likelier_of_the_model_s_and_the_reader_s_words_is_said(retriever: Retriever) -> None:
    # "Pasar ikan" is named by no reading: margin -15.
    assert asked(retriever, "Pasar ikan").sentences[0].text == "40 pedagang."
    assert asked(retriever, "Pasar ikan", copied=40.0).sentences[0].text == "Pasar ikan."


def test_what_speaks_against_an_answer_weighs_and_is_told(retriever: Retriever) -> None:
    question, reason = "Berapa pedagang di pasar ikan terluas?", "Sumber terdekat tidak menyebut “terluas”."
    refused = asked(retriever, "40 pedagang", question, against=-4.0)  # 3 - 4
    assert (refused.found, refused.notes) == (False, (reason,))
    assert refused.confidence == pytest.approx(1 / (1 + math.exp(1)))
    doubted = asked(retriever, "40 pedagang", question, against=-2.5)  # 3 - 2.5
    assert doubted.found
    assert doubted.confidence == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert doubted.notes[1:] == (reason,)
    assert "kurang pasti" in doubted.notes[0]


@pytest.mark.parametrize(
    ("question", "shared", "found", "doubted"),
    [
        ("Sebutkan semua pedagang di pasar ikan.", 3, True, True),  # answers 3 - 2: e^1 against 1
        ("Sebutkan semua 40 pedagang yang pasar ikan itu menampung.", 6, True, False),
        ("Sebutkan semua nama pasar.", 1, False, False),  # 1 - 2
    ],
)
def test_several_sentences_are_as_sure_as_their_source_answers(
    retriever: Retriever, question: str, shared: int, found: bool, doubted: bool
) -> None:
    answer = asked(retriever, "Pasar ikan itu menampung 40 pedagang [1].", question)
    assert answer.confidence == pytest.approx(
        min(0.95, 1 / (1 + math.exp(2 - shared)))
    )  # what was written is never sure
    assert (answer.found, any("kurang pasti" in note for note in answer.notes)) == (found, doubted)


def test_a_reason_is_told_with_its_whole_sentence(retriever: Retriever) -> None:
    answer = asked(retriever, "40 pedagang", "Mengapa pasar ikan menampung pedagang?")
    assert answer.sentences[0].text == "Pasar ikan itu menampung 40 pedagang."


def test_what_an_answer_is_chosen_from_can_be_looked_at(retriever: Retriever) -> None:
    judged = Assistant(retriever, ScriptedChat("40 pedagang")).judged(QUESTION)
    assert judged is not None
    judging, copied = judged
    assert copied is not None
    assert (copied.text, judging.read()[0].text) == ("40 pedagang", "40 pedagang")
    assert Assistant(retriever, ScriptedChat()).judged("Bandingkan pasar ikan dan harga beras.") is None
