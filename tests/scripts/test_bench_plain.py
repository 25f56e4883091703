import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import bench
import pytest
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.answering.pipeline import Assistant
from rag.generation.chat_template import Message
from rag.retrieval.retriever import Retriever

plain = bench.load("plain")
QUESTION = "Berapa pedagang di pasar ikan?"


class BareFake:
    """The bare model's two methods: words are its tokens."""

    def __init__(self, answer: str) -> None:
        self._answer = answer
        self.asked: list[Sequence[Message]] = []

    def tokens(self, text: str) -> list[int]:
        return list(range(len(text.split())))

    def generate(self, messages: Sequence[Message], max_tokens: int) -> Iterator[int]:
        self.asked.append(messages)
        yield from self.tokens(self._answer)[:max_tokens]


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    source = tmp_path / "corpus.jsonl"
    texts = ["Pasar ikan itu menampung 40 pedagang.", "Pasar ikan lain ramai.", "Ikan mahal di pasar.", "Pasar malam."]
    source.write_text("\n".join(json.dumps({"id": f"a{n}", "text": text}) for n, text in enumerate(texts)))
    store = Store(tmp_path / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return Retriever(store, WordEmbedder())


def test_both_sides_are_asked_in_turn_and_the_plain_prompt_holds_three_whole_passages(retriever: Retriever) -> None:
    long = "kata " * 120
    chat = ScriptedChat("40 pedagang", long, "40 pedagang")
    bare = BareFake(long)
    found = plain.measure([QUESTION, QUESTION], 1, retriever, Assistant(retriever, chat), chat, bare)
    assert (len(found.ours_s), len(found.plain_s), found.unasked) == (2, 2, 0)
    assert (len(found.ours_speed), len(found.bare_speed)) == (1, 1)
    waited, wrote, _ = bare.asked
    content = waited[-1]["content"]
    assert [f"[{number}] " in content for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "Pasar ikan itu menampung 40 pedagang." in content
    assert content.endswith(QUESTION)
    assert chat.asked[1] == wrote  # generation: one and the same prompt


def test_questions_answered_without_the_model_are_left_out_on_both_sides(retriever: Retriever) -> None:
    chat = ScriptedChat()
    found = plain.measure(["Siapa presiden Mars?"], 0, retriever, Assistant(retriever, chat), chat, BareFake("x"))
    assert (found.ours_s, found.plain_s, found.unasked) == ([], [], 1)


def test_a_short_answer_tells_no_speed() -> None:
    assert plain.our_speed(ScriptedChat("Hanya ini."), BareFake("x"), []) is None
    assert plain.bare_speed(BareFake("satu dua"), []) is None


@pytest.mark.parametrize(("ours", "speed", "met"), [(1.0, 9.5, True), (1.2, 9.5, False), (1.0, 8.0, False)])
def test_bars(ours: float, speed: float, met: bool) -> None:
    found = plain.Measured([ours] * 20, [2.0] * 20, [speed], [10.0])
    table, said = plain.report(found)
    assert said is met
    assert f"{ours / 2:.3f}" in table
    assert f"{speed / 10:.3f}" in table


def test_a_late_tail_misses_the_bar_even_where_the_median_holds() -> None:
    found = plain.Measured([0.1] * 18 + [3.0] * 2, [2.0] * 20)
    assert plain.report(found)[1] is False
