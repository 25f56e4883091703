"""What a word sounds like: words that share a sound differ only in how they are spelt."""

from __future__ import annotations

import re
from functools import lru_cache

# Letters that Indonesian writes one for another: old and new spelling, names from abroad, a mute h, doubled letters.
_SOUNDS = (
    ("oe", "u"), ("tj", "c"), ("dj", "j"), ("sj", "sy"), ("kw", "ku"), ("ph", "f"), ("ck", "k"), ("ie", "i"),
    ("x", "ks"), ("q", "k"), ("z", "s"), ("p", "f"), ("y", "i"), ("h", ""),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=100_000)
def sounds(word: str) -> frozenset[str]:
    """Return what a word sounds like; v has two sounds. Words that share one differ only in spelling.

    >>> sounds("propinsi") & sounds("provinsi"), sounds("frekwensi") == sounds("frekuensi")
    (frozenset({'frofinsi'}), True)
    """
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    return frozenset(_DOUBLED.sub(r"\1", word.replace("v", sound)) for sound in "fw")
