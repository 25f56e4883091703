import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import WordEmbedder

from index.errors import ModelError
from index.pipeline.editor import Desk
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.answering.answer import Answer
from rag.generation.scheduling import Handle
from rag.serving.examples import TriedExamples, example_questions

TEXTS = {
    "a.txt": "SURABAYA - Program One Pesantren One Product (OPOP) dimulai. “Ini baik,” kata Akmal Malik, Senin.",
    "b.txt": "JEMBER - Warga berkumpul sejak pagi. Festival Kopi Nusantara digelar di Jember pada akhir pekan.",
}
OPOP, AKMAL, KOPI = "Apa itu OPOP?", "Apa kata Akmal Malik?", "Di mana Festival Kopi Nusantara digelar?"


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    (tmp_path / "artikel").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "artikel" / name).write_text(text, "utf-8")
    Indexer(store, WordEmbedder()).run([tmp_path / "artikel"])
    return store


def test_a_short_form_may_be_explained_in_a_sentence(store: Store, tmp_path: Path) -> None:
    (tmp_path / "iki.txt").write_text("IKI adalah kependekan dari tiga kata, yaitu Inisiatif dan Inovasi.", "utf-8")
    Indexer(store, WordEmbedder()).run([tmp_path / "iki.txt"])
    assert example_questions(store) == ["Apa itu IKI?"]


def answer(question: str, *, found: bool, notes: tuple[str, ...] = ()) -> Answer:
    return Answer(question, "x", found, (), (), 2, 2, {}, "scripted", "x", notes)


def tried(store: Store, file: Path, ask: Callable[[str, Handle], Answer]) -> TriedExamples:
    return TriedExamples(store, ask, lambda: False, file)


def test_questions_come_from_the_archive(filled: Store) -> None:
    assert example_questions(filled) == [OPOP, AKMAL, KOPI]


def test_only_what_is_answered_without_a_doubt_is_shown_and_kept(filled: Store, tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(question: str, handle: Handle) -> Answer:
        asked.append(question)
        return answer(question, found=question != AKMAL, notes=("kurang pasti",) if question == KOPI else ())

    examples = tried(filled, tmp_path / "contoh.json", ask)
    examples.try_all()
    assert examples.questions() == [OPOP]
    assert sorted(asked) == sorted([OPOP, AKMAL, KOPI])
    again = tried(filled, tmp_path / "contoh.json", ask)
    assert again.questions() == [OPOP]  # after a restart, without another try
    assert len(asked) == 3
    Desk(filled, WordEmbedder()).remove("a.txt")
    assert again.questions() == []  # another archive: tried anew
    again._trying.join(20)  # type: ignore[union-attr]
    assert asked[3:] == [KOPI]


def test_a_reader_comes_first_and_the_try_is_taken_up_again(filled: Store, tmp_path: Path) -> None:
    began, asked = threading.Event(), list[str]()

    def ask(question: str, handle: Handle) -> Answer:
        asked.append(question)
        if len(asked) == 1:
            stopped = threading.Event()
            with handle.cancelling(stopped.set):
                began.set()
                assert stopped.wait(20)
            return answer(question, found=False)
        return answer(question, found=True)

    examples = tried(filled, tmp_path / "contoh.json", ask)
    assert examples.questions() == []
    assert began.wait(20)
    examples.give_way()
    examples._trying.join(20)  # type: ignore[union-attr]
    assert asked == [OPOP, OPOP, AKMAL, KOPI]
    assert examples.questions() == [OPOP, AKMAL, KOPI]


def test_a_model_that_fails_ends_it_quietly(filled: Store, tmp_path: Path) -> None:
    def ask(question: str, handle: Handle) -> Answer:
        raise ModelError("Model x mati.")

    examples = tried(filled, tmp_path / "contoh.json", ask)
    examples.try_all()
    assert examples.questions() == []
