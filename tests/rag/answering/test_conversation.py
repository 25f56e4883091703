"""An answer, fresh or kept in the history, is one and the same turn to the question after it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_reader import FakeReader, KnowingReader
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.answering.answer import Answer
from rag.answering.conversation import turn_after
from rag.answering.pipeline import Assistant
from rag.answering.serialization import record_of, restored
from rag.generation.prompts import NOT_FOUND
from rag.query.rewriting import standalone
from rag.reading.reading import Reader
from rag.retrieval.retriever import Retriever

ARTICLE = {"id": "opop", "title": "OPOP", "text": "Program OPOP dijelaskan Akmal Malik di Surabaya."}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    source = tmp_path / "corpus.jsonl"
    source.write_text(json.dumps(ARTICLE))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return store


def asked(store: Store, said: str, question: str, reader: Reader) -> Answer:
    return Assistant(Retriever(store, WordEmbedder(), reader), ScriptedChat(said)).ask(question)


def kept(answer: Answer) -> Answer:
    return restored(json.loads(json.dumps(record_of(answer))))


def test_the_articles_that_are_cited_and_the_words_are_kept(store: Store) -> None:
    answer = asked(store, "Akmal Malik", "Siapa yang menjelaskan program OPOP?", KnowingReader({"OPOP": "Akmal Malik"}))
    turn = turn_after(answer, store)
    assert (turn.question, turn.answer, turn.articles) == (answer.question, "Akmal Malik. [1]", ("opop",))
    assert turn.text == "OPOP\nProgram OPOP dijelaskan Akmal Malik di Surabaya."
    assert turn_after(kept(answer), store) == turn
    assert standalone("Apa katanya tentang UMKM?", [turn]).question == "Apa kata Akmal Malik tentang UMKM?"


def test_a_no_names_nobody_fresh_or_kept(store: Store) -> None:
    answer = asked(store, NOT_FOUND, "Siapa yang membubarkan program OPOP?", FakeReader())
    assert (answer.found, answer.answer) == (False, NOT_FOUND)
    for turn in (turn_after(answer, store), turn_after(kept(answer), store)):
        assert (turn.answer, turn.articles) == ("", ())
        assert "Tidak" not in standalone("Apa katanya tentang UMKM?", [turn]).question


def test_the_question_of_a_turn_is_the_one_that_stands_alone(store: Store) -> None:
    answer = asked(store, NOT_FOUND, "Siapa yang hadir?", FakeReader())
    rewritten = {"question": "Tentang OPOP: siapa yang hadir?", "reason": "melengkapi"}
    assert turn_after(replace(answer, rewritten=rewritten), store).question == "Tentang OPOP: siapa yang hadir?"
