from rag.generation.evidence_selection import Excerpt
from rag.generation.prompts import NOT_FOUND, copy_prompt

FIRST, SECOND = Excerpt(0, 0, 19, "Isi dari artikel b."), Excerpt(2, 0, 20, "Isi kedua artikel a.")


def test_constant_part_comes_first_and_never_changes() -> None:
    empty = copy_prompt("", ())
    one, other = copy_prompt("Apa?", [FIRST]), copy_prompt("Siapa?", [SECOND, FIRST])
    assert one[:-1] == other[:-1] == empty[:-1]
    assert NOT_FOUND in one[0]["content"]


def test_what_never_changes_reaches_into_the_evidence() -> None:
    last = copy_prompt("Apa?", [SECOND, FIRST])[-1]
    assert last["opening"] == "Arsip:\n[1]" == copy_prompt("Siapa?", [FIRST])[-1]["opening"]
    assert last["content"] == " Isi kedua artikel a.\n[2] Isi dari artikel b.\nPertanyaan: Apa?"


def test_examples_answer_in_the_words_of_their_evidence() -> None:
    messages = copy_prompt("", ())[1:-1]
    for asked, answered in zip(messages[::2], messages[1::2], strict=True):
        assert answered["content"] == NOT_FOUND or answered["content"] in asked["content"]
