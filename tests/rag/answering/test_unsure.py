"""The band between a no and an answer said without a doubt: there, and only there, a note says "kurang pasti"."""

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
    {"id": "pasar", "title": "Pasar ikan", "text": "Pasar ikan itu menampung 40 pedagang."},
    {"id": "beras", "title": None, "text": "Harga beras naik tajam menjadi Rp15.000."},
]
QUESTION = "Berapa pedagang di pasar ikan?"
SURE = 1 / (1 + math.exp(-3.0))  # pedagang, pasar and ikan are shared: the margin of "40" is 3
NO, DOUBTED, PLAIN = (False, False), (True, True), (True, False)  # found, and with the note


@pytest.fixture
def store(tmp_path: Path) -> Store:
    source = tmp_path / "corpus.jsonl"
    source.write_text("\n".join(map(json.dumps, ARTICLES)))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return store


def asked(
    store: Store,
    model: ScriptedChat,
    question: str = QUESTION,
    weights: ReadWeights | None = None,
) -> Answer:
    return Assistant(Retriever(store, WordEmbedder(), FakeReader()), model, weights=weights).ask(question)


def told(answer: Answer) -> tuple[bool, bool]:
    assert (answer.answer == NOT_FOUND) is not answer.found
    assert answer.sources  # an answer's, or leads
    return answer.found, any("kurang pasti" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("threshold", "unsure", "expected"),
    [
        (SURE + 0.001, 0.99, NO),
        (SURE, 0.99, DOUBTED),  # the threshold itself is told
        (0.5, SURE + 0.001, DOUBTED),
        (0.5, SURE, PLAIN),  # and the second point is certain
        (0.5, 0.8, PLAIN),
    ],
)
def test_a_fact_with_a_reader(store: Store, threshold: float, unsure: float, expected: tuple[bool, bool]) -> None:
    weights = ReadWeights(0.0, tuple(float(name == "margin") for name in READ_NAMES), threshold, unsure)
    answer = asked(store, ScriptedChat("40 pedagang"), weights=weights)
    assert answer.confidence == SURE
    assert told(answer) == expected


def test_the_note_is_one_line_that_says_what_to_do(store: Store) -> None:
    weights = ReadWeights(0.0, tuple(float(name == "margin") for name in READ_NAMES), 0.5, 0.99)
    (note,) = asked(store, ScriptedChat("40 pedagang"), weights=weights).notes
    assert note == "Jawaban ini kurang pasti; baca sumbernya sebelum dipakai."
