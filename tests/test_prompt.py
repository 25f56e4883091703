from scripted_chat import ScriptedChat

from index.articles import Article
from index.passages import Passage
from rag.prompt import NOT_FOUND, build_prompt, constant_messages
from rag.retrieve import Retrieved


def retrieved(article: str, position: int, text: str) -> Retrieved:
    passage = Passage(article, position, 0, len(text), text)
    return Retrieved(passage, Article(article, "", "a.txt", sha256="x"), 1.0, 1.0, 1.0)


FIRST = retrieved("b", 0, "Isi dari artikel b.")
SECOND = retrieved("a", 1, "Isi kedua\ndari artikel a.")
THIRD = retrieved("a", 0, "Isi pertama dari artikel a " + "panjang " * 50)


def test_constant_part_comes_first_and_never_changes() -> None:
    one = build_prompt("Apa?", [FIRST], ScriptedChat())
    other = build_prompt("Siapa?", [SECOND, FIRST], ScriptedChat())
    constant = constant_messages()
    assert one.messages[: len(constant)] == constant == other.messages[: len(constant)]
    assert NOT_FOUND in constant[0]["content"]
    assert one.messages[-1]["content"] == "Arsip:\n[1] Isi dari artikel b.\n\nPertanyaan: Apa?"


def test_same_passages_in_any_rank_give_the_same_beginning() -> None:
    one = build_prompt("Apa?", [FIRST, SECOND], ScriptedChat())
    other = build_prompt("Apa?", [SECOND, FIRST], ScriptedChat())
    assert one.messages == other.messages
    assert [item.article.id for item in one.sources] == ["a", "b"]


def test_budget_limits_what_is_shown_and_keeps_the_rest_as_leads() -> None:
    prompt = build_prompt("Apa?", [FIRST, SECOND, THIRD], ScriptedChat(), evidence_tokens=30)
    assert prompt.shown == 2
    assert prompt.sources == [SECOND, FIRST, THIRD]
    assert "panjang" not in prompt.messages[-1]["content"]


def test_the_best_passage_is_shown_even_over_budget() -> None:
    assert build_prompt("Apa?", [THIRD, FIRST], ScriptedChat(), evidence_tokens=5).shown == 1


def test_no_passages_at_all() -> None:
    assert build_prompt("Apa?", [], ScriptedChat()).sources == []
