"""Numbers as Indonesian news writes them, brought to one value: 85% = 85 persen = delapan puluh lima persen.

Units are not compared here; "Rp1,5 triliun" is 1.5 × 10¹². Source of the number words: the language itself.
"""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
}  # fmt: skip
_WHOLE = {"sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000, "sejuta": 10**6}
_SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12}
NUMBER_UNITS = frozenset(_UNITS)
# Words that are part of a number; "persen" is its sign.
NUMBER_WORDS = frozenset([*_UNITS, *_WHOLE, *_SCALES, "belas", "puluh", "ratus", "persen", "rp"])
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
            found.add(_digits(token) * _SCALES.get(following, 1))
        elif token in _UNITS or token in _WHOLE or (written and token in ("belas", "puluh", "ratus", *_SCALES)):
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
        if word in _UNITS:
            group, unit = group + unit, _UNITS[word]
        elif word == "belas":
            group, unit = group + unit + 10, 0
        elif word in ("puluh", "ratus"):
            group, unit = group + unit * (10 if word == "puluh" else 100), 0
        elif word in _SCALES or word in ("seribu", "sejuta"):
            scale = _SCALES.get(word, 1000 if word == "seribu" else 10**6)
            total, group, unit = total + ((group + unit) or 1) * scale, 0, 0
        else:
            group, unit = group + unit + _WHOLE[word], 0
    return {Decimal(total + group + unit)}
