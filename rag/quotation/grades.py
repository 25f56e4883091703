"""What a difference touches: number, unit, negation, name, meaning or wording, the gravest first. Rules, no model."""

from __future__ import annotations

from collections.abc import Sequence

from index.text.lexicon import lexicon
from index.text.numbers import NUMBER_WORDS, SCALE_WORDS
from index.text.polarity import NEGATIONS
from index.text.verbatim import Spoken, search_key

GRADES = ("number", "unit", "negation", "name", "meaning", "wording")
UNITS = lexicon("units").set("counted")
# Words that hardly weigh: what is said stays the same with or without them.
_LIGHT = lexicon("function_words").set("light")
_VOICE = ("di", "ter")
# What is spoken for "tidak": another spelling, not another statement.
_SPOKEN_NOT = lexicon("polarity").set("spoken_not")


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
    if changed & NEGATIONS and not is_respelt(new, old):
        return "negation"
    if is_bracketed(claimed, i1, i2):
        return "wording"
    if _names(claimed, i1, i2) ^ _names(source, j1, j2):
        return "name"
    changed -= _SPOKEN_NOT
    return "wording" if all(_is_light(word) for word in changed) or _same_words(new, old) else "meaning"


def is_respelt(new: Sequence[str], old: Sequence[str]) -> bool:
    """Tell whether two wordings negate as often, each with a word for "tidak".

    >>> is_respelt(["nggak", "mau"], ["tidak", "mau"]), is_respelt(["nggak"], ["bukan"])
    (True, False)
    """
    one, other = ([word for word in words if word in NEGATIONS] for words in (new, old))
    return bool(one) and len(one) == len(other) and {*one, *other} <= _SPOKEN_NOT


def is_bracketed(words: Spoken, start: int, end: int) -> bool:
    """Tell whether all of some words stand in square brackets: an editor's own.

    >>> from index.text.verbatim import spoken
    >>> is_bracketed(spoken("Ia [Budi Santoso] pergi"), 1, 3), is_bracketed(spoken("Ia [Budi] pergi"), 1, 3)
    (True, False)
    """
    if start >= end or "[" not in words.text:
        return False
    opened = words.text.rfind("[", 0, words.starts[start] + 1)
    closed = words.text.find("]", opened)
    return opened >= 0 and closed >= words.ends[end - 1]


def is_counting(word: str) -> bool:
    """Tell whether a word is a number or a part of one."""
    return word[0].isdigit() or word in NUMBER_WORDS


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in SCALE_WORDS or (word in NUMBER_WORDS and word not in ("persen", "rp"))


def _uneven(new: Sequence[str], old: Sequence[str]) -> set[str]:
    """Return the words that one side has more often than the other."""
    return {word for word in {*new, *old} if list(new).count(word) != list(old).count(word)}


def _beside_number(words: Spoken, start: int, end: int) -> bool:
    near = words.keys[max(0, start - 1) : start] + words.keys[start : end + 1]
    return any(is_counting(word) and word not in ("persen", "rp") for word in near)


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
