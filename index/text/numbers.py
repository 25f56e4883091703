"""Numbers as Indonesian news writes them, brought to one value: 85% = 85 persen = delapan puluh lima persen.

Units are not compared here; "Rp1,5 triliun" is 1.5 × 10¹².
"""

from __future__ import annotations

import re
from decimal import Decimal

from index.text.lexicon import lexicon

_NUMBERS = lexicon("numbers")
DIGITS, WHOLE, SCALES = map(_NUMBERS.numbers, ("digits", "whole", "scales"))
_JOINTS = _NUMBERS.words("joints")
# Behind a number they are part of it: "16 ribu", "dua belas".
SCALE_WORDS = frozenset([*SCALES, *_JOINTS])
NUMBER_UNITS = frozenset(DIGITS)
# Words that are part of a number; "persen" is its sign.
NUMBER_WORDS = frozenset([*DIGITS, *WHOLE, *SCALE_WORDS, "persen", "rp"])
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+")


def numbers(text: str) -> set[Decimal]:
    """Return the values of the numbers in a text, in digits or in words.

    >>> sorted(map(int, numbers("turun 85%, dari 1.500 menjadi delapan puluh lima orang, Rp1,5 triliun")))
    [85, 1500, 1500000000000]

    A lone "satu" is left out: it is an article more often than a count ("salah satu").
    """
    found: set[Decimal] = set()
    written: list[str] = []
    tokens = _TOKEN.findall(text.lower().replace("rp", " "))
    for position, token in enumerate(tokens):
        if token[0].isdigit():
            following = tokens[position + 1] if position + 1 < len(tokens) else ""
            found.add(_digits(token) * SCALES.get(following, 1))
        elif token in DIGITS or token in WHOLE or (written and token in SCALE_WORDS):
            written.append(token)
            continue
        found |= _spelled(written)
        written = []
    return found | _spelled(written)


def _digits(token: str) -> Decimal:
    """Read Indonesian separators: dots between thousands, a comma before decimals; "5.0" and "10.30" are decimals."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", token):
        return Decimal(token.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}", token):  # English thousands in quoted reports
        return Decimal(token.replace(",", ""))
    head, *rest = re.split(r"[.,]", token)
    return Decimal(f"{head}.{''.join(rest)}") if rest else Decimal(head)


def _spelled(words: list[str]) -> set[Decimal]:
    if not words or words == ["satu"]:
        return set()
    total, group, unit = 0, 0, 0
    for word in words:
        if word in DIGITS:
            group, unit = group + unit, DIGITS[word]
        elif word == "belas":
            group, unit = group + unit + 10, 0
        elif word in ("puluh", "ratus"):
            group, unit = group + unit * (10 if word == "puluh" else 100), 0
        elif word in SCALES or word in ("seribu", "sejuta"):
            scale = SCALES.get(word, 1000 if word == "seribu" else 10**6)
            total, group, unit = total + ((group + unit) or 1) * scale, 0, 0
        else:
            group, unit = group + unit + WHOLE[word], 0
    return {Decimal(total + group + unit)}
