import re

import pytest

from rag.generation.constrained_decoding import CopyGuide

LETTERS = {
    letter.encode(): number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyzABCSG0123456789 ,.-'“”(é")
}
LETTERS |= {"é".encode()[:1]: 900, "é".encode()[1:]: 901, b"Gra": 902, b"hadi": 903, b" di": 904}


def spell(guide: CopyGuide, text: str) -> None:
    for letter in text:
        guide.take(LETTERS[letter.encode()])


def test_only_what_goes_on_somewhere_is_allowed() -> None:
    guide = CopyGuide(["pasar ikan", "pasir besi"], LETTERS)
    spell(guide, "pas")
    assert guide.allowed() == {LETTERS[b"a"], LETTERS[b"i"]}
    spell(guide, "i")
    assert guide.allowed() == {LETTERS[b"r"]}


def test_begins_at_words_only() -> None:
    starts = CopyGuide(["di-Grahadi, 1.500 “ikan”"], LETTERS).allowed()
    assert {LETTERS[b"d"], LETTERS[b"1"], LETTERS["“".encode()], LETTERS[b"i"]} == starts


@pytest.mark.parametrize(
    ("text", "said", "ends"),
    [
        ("pasar ikan", "pasar", True),
        ("pasar ikan", "pas", False),
        ("harga 1.500 naik", "1", False),
        ("harga 1.500 naik", "1.500", True),
        ("harga 85. naik", "85", True),
        ("kata-kata", "kata", False),
        ("ikan.", "ikan.", True),
    ],
)
def test_ends_at_words_only(text: str, said: str, ends: bool) -> None:
    guide = CopyGuide([text], LETTERS)
    spell(guide, said)
    assert guide.may_end is ends


def test_nothing_follows_the_end_of_a_text() -> None:
    guide = CopyGuide(["ab"], LETTERS)
    spell(guide, "ab")
    assert (guide.allowed(), guide.may_end) == (set(), True)


def test_never_crosses_from_one_text_into_another() -> None:
    guide = CopyGuide(["satu", "dua"], LETTERS)
    spell(guide, "satu")
    assert guide.allowed() == set()


def test_a_character_of_two_tokens_comes_out_whole() -> None:
    guide = CopyGuide(["caf\u00e9"], LETTERS)
    spell(guide, "caf")
    guide.take(900)
    assert (guide.said, guide.may_end) == ("caf", False)
    guide.take(901)
    assert (guide.said, guide.may_end) == ("café", True)


def test_a_look_ahead_leaves_the_guide_as_it_is() -> None:
    guide = CopyGuide(["ab", "ac"], LETTERS)
    after = guide.after(LETTERS[b"a"])
    assert (after.said, guide.said) == ("a", "")
    assert after.allowed() == {LETTERS[b"b"], LETTERS[b"c"]}
    assert guide.allowed() == {LETTERS[b"a"]}


def test_no_texts_allow_nothing() -> None:
    guide = CopyGuide([], LETTERS)
    assert (guide.allowed(), guide.may_end) == (set(), False)


def test_where_a_number_is_asked_it_begins_near_one_and_holds_it() -> None:
    guide = CopyGuide(["pasar ikan " + "a " * 30 + "ada 40 ikan"], LETTERS, re.compile(r"\d"))
    assert LETTERS[b"p"] not in guide.allowed()
    spell(guide, "ada")
    assert not guide.may_end
    spell(guide, " 40")
    assert guide.may_end


def test_no_number_no_answer() -> None:
    guide = CopyGuide(["pasar ikan"], LETTERS, re.compile(r"\d"))
    assert (guide.allowed(), guide.may_end) == (set(), False)
