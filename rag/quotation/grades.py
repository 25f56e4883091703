"""What a difference touches: number, unit, negation, name, meaning or wording, the gravest first. Rules, no model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from index.text.lexicon import lexicon
from index.text.numbers import NUMBER_UNITS, NUMBER_WORDS, SCALE_WORDS, numbers
from index.text.polarity import NEGATIONS
from index.text.verbatim import Spoken, search_key

GRADES = ("number", "unit", "negation", "name", "meaning", "wording")
UNITS = lexicon("units").set("counted")
# Words that hardly weigh: what is said stays the same with or without them.
_LIGHT = lexicon("function_words").set("light")
_VOICE = ("di", "ter")
# One number: money, then digits with a scale or words (u: one to nine, s: others), then a sign. "dua tiga" is two.
_READABLE = re.compile("r?(?:ds?|(?:u?s+)*u?)[rp]?")


def grade(claimed: Spoken, i1: int, i2: int, source: Spoken, j1: int, j2: int) -> str:
    """Return what the difference between claimed words ``i1`` to ``i2`` and source words ``j1`` to ``j2`` touches."""
    new, old = claimed.keys[i1:i2], source.keys[j1:j2]
    changed = _uneven(new, old)
    if not changed:
        return "meaning"  # the same words in another order
    if any(_is_number(word) for word in changed):
        return "number"
    if changed & UNITS and (_beside_number(claimed, i1, i2) or _beside_number(source, j1, j2)):
        return "unit"
    if changed & NEGATIONS:
        return "negation"
    if _names(claimed, i1, i2) ^ _names(source, j1, j2):
        return "name"
    return "wording" if all(_is_light(word) for word in changed) or _same_words(new, old) else "meaning"


def same_number(
    claimed: Sequence[str], source: Sequence[str], block: tuple[int, int, int, int], before: int, after: int
) -> tuple[int, int] | None:
    """Return how many equal words before and after a changed block make it the same number, None where none do.

    >>> same_number(["ada", "16", "ribu"], ["ada", "16000"], (1, 3, 1, 2), 1, 0)
    (0, 0)
    """
    i1, i2, j1, j2 = block
    if not (_all_number(claimed[i1:i2]) and _all_number(source[j1:j2])):
        return None
    left = right = 0
    while left < before and _is_counting(claimed[i1 - left - 1]):
        left += 1
    while right < after and _is_counting(claimed[i2 + right]):
        right += 1
    new, old = claimed[i1 - left : i2 + right], source[j1 - left : j2 + right]
    if [word for word in new if not word[0].isdigit()] == [word for word in old if not word[0].isdigit()]:
        return None  # only digits differ: another number, and 10.30 (a time) is not 10,3
    value = _value(new)
    return (left, right) if value is not None and value == _value(old) else None


def _value(words: Sequence[str]) -> tuple[Decimal, bool, bool] | None:
    """Return one number's value, whether it is money and whether it is a share; None where it is no single number."""
    money = any(word in ("rp", "rupiah") for word in words)
    share = "persen" in words
    text = " ".join(word.replace(".", ",") for word in words if word not in ("rp", "rupiah", "persen"))
    found = numbers(text) or ({Decimal(1)} if text == "satu" else set())
    if len(found) != 1 or not _READABLE.fullmatch("".join(_kind(word) for word in words)):
        return None
    return (found.pop(), money, share)


def _kind(word: str) -> str:
    if word[0].isdigit():
        return "d" if word[0] != "0" or word.startswith("0.") or word == "0" else "?"
    if word in ("rp", "rupiah", "persen"):
        return word[0]
    return "u" if word in NUMBER_UNITS else "s"


def _all_number(words: Sequence[str]) -> bool:
    return all(_is_counting(word) or word == "rupiah" for word in words)


def _is_counting(word: str) -> bool:
    return word[0].isdigit() or word in NUMBER_WORDS


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in SCALE_WORDS or (word in NUMBER_WORDS and word not in ("persen", "rp"))


def _uneven(new: Sequence[str], old: Sequence[str]) -> set[str]:
    """Return the words that one side has more often than the other."""
    return {word for word in {*new, *old} if list(new).count(word) != list(old).count(word)}


def _beside_number(words: Spoken, start: int, end: int) -> bool:
    near = words.keys[max(0, start - 1) : start] + words.keys[start : end + 1]
    return any(_is_counting(word) and word not in ("persen", "rp") for word in near)


def _names(words: Spoken, start: int, end: int) -> set[str]:
    """Return the words of names among these: capitalised within a sentence, in a text that is not all capitals."""
    if words.text.isupper():
        return set()
    found: set[str] = set()
    for position in range(start, end):
        letter = words.text[words.starts[position]]
        opens = position == 0 or any(mark in words.marks[position - 1] for mark in ".?!")
        if letter.isupper() and not opens and words.keys[position] not in _LIGHT:
            found.add(words.keys[position])
    return found


def _is_light(word: str) -> bool:
    return word in _LIGHT


def _same_words(new: Sequence[str], old: Sequence[str]) -> bool:
    """Tell whether each word is the other's stem in another form, without a change of who does and who suffers."""
    if len(new) != len(old):
        return False
    pairs = list(zip(new, old, strict=True))
    return all(
        search_key(one) == search_key(other) and one.startswith(_VOICE) == other.startswith(_VOICE)
        for one, other in pairs
    )
