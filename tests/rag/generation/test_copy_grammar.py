"""The grammar allows what the guide allows, read by a reader of grammars of its own."""

import random
import re

import pytest
from fake_llama_server import language
from scripted_chat import WordEncoder

from rag.generation.constrained_decoding import CopyGuide
from rag.generation.copy_grammar import copy_grammar


def rests(guide: CopyGuide) -> set[bytes]:
    """All that may follow what a guide has copied, token by token."""
    found: set[bytes] = {b""} if guide.may_end else set()
    for token in guide.allowed():
        found |= {SPELLING[token] + rest for rest in rests(guide.after(token))}
    return found


TEXTS = ["di Grahadi, Surabaya", 'kata "itu" di\tpasar\\', "“Kopi” 2.500 kg di Bali", "di Grahadi 12"]
VOCABULARY = WordEncoder(TEXTS, letters=True).vocabulary_bytes
SPELLING = {token: spelled for spelled, token in VOCABULARY.items()}


@pytest.mark.parametrize("must_hold", [None, re.compile(r"\d+")])
def test_the_grammar_spells_what_the_guide_allows(must_hold: re.Pattern[str] | None) -> None:
    tried = 0
    for seed in range(40):
        chance = random.Random(seed)
        guide = CopyGuide(TEXTS, VOCABULARY, must_hold)
        for _ in range(chance.randint(1, 12)):
            if allowed := guide.allowed():
                guide.take(chance.choice(sorted(allowed)))
        grammar = copy_grammar(guide)
        wanted = rests(guide)
        if grammar is None or not wanted:
            continue
        tried += 1
        assert language(grammar) == wanted
    assert tried > 30


def test_within_a_character_there_is_none() -> None:
    guide = CopyGuide(["“Kopi”"], {"“".encode()[:1]: 1, "“".encode()[1:]: 2})
    guide.take(1)
    assert copy_grammar(guide) is None
    guide.take(2)
    assert copy_grammar(guide) is not None


def test_it_grows_with_the_text_and_not_with_its_square() -> None:
    def size(words: int) -> int:
        guide = CopyGuide([" ".join(f"di{number}" for number in range(words))], {b"di": 1})
        guide.take(1)
        return len(copy_grammar(guide) or "")

    assert size(800) < 9 * size(100)
