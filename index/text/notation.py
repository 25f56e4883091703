"""Numbers and units of a text brought to one notation: what two texts share though they write it in other ways.

85% = 85 persen = delapan puluh lima persen; Rp 2,5 juta = dua setengah juta rupiah; 12 ha = 12 hektare; km/jam =
kilometer per jam; °C = derajat Celsius; RT 03 = RT 3; 1/3 = sepertiga. A time stays as it is: 10.30 is not 10,3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from index.text.lexicon import lexicon
from index.text.numbers import NUMBER_UNITS, SCALES, WHOLE, spelled_value
from index.text.verbatim import Spoken

_NUMBERS, _UNIT_WORDS = lexicon("numbers"), lexicon("units")
_TENS = _NUMBERS.set("joints")
_WHOLE = frozenset(WHOLE)
_LONG_SCALES = _NUMBERS.meanings("scales_short")
_SCALES = {**SCALES, **{short: SCALES[word] for short, word in _LONG_SCALES.items()}}
_PARTS = _NUMBERS.meanings("parts")
_OF_PARTS = _NUMBERS.numbers("part_names")
_UNITS = _UNIT_WORDS.meanings("short")
_NUMBERED = _NUMBERS.set("numbered")
_READ = frozenset(["rp", "per", *_UNITS, *_PARTS, *_WHOLE, *NUMBER_UNITS])  # what a number or a unit may begin with


class Written(NamedTuple):
    """A piece of a text in its one notation: words ``start`` to ``end``, the latter excluded."""

    value: str
    start: int
    end: int


def written(words: Spoken, first: int = 0, end: int | None = None) -> list[Written]:
    """Return the words ``first`` to ``end`` of a text, numbers and their units in one notation.

    >>> from index.text.verbatim import spoken
    >>> [piece.value for piece in written(spoken("Empat puluh dua kios di RT 03, Rp 2,5 juta, 40 km/jam"))]
    ['#42', 'kios', 'di', 'rt', '#3', '#2500000 rp', '#40', 'km', 'per jam']
    >>> [piece.value for piece in written(spoken("pukul 10.30, dua tiga orang"))]
    ['pukul', '10.30', '#2', '#3', 'orang']
    """
    end = len(words) if end is None else end
    keys, marks = words.keys, words.marks
    found: list[Written] = []
    at = first
    while at < end:
        if keys[at] not in _READ and not keys[at][0].isdigit():
            found.append(Written(keys[at], at, at + 1))
            at += 1
            continue
        stop = next((place for place in range(at, end) if marks[place]), end - 1) + 1  # nothing reads across a mark
        piece = _number(words, at, min(stop, end), end) or _unit(words, at, end, found, first)
        if piece is None:
            value = keys[at]
            numbered = at > first and keys[at - 1] in _NUMBERED and re.fullmatch(r"0\d{1,2}", value)
            piece = Written(f"#{int(value)}" if numbered else value, at, at + 1)
        found.append(piece)
        at = piece.end
    return found


def has_notation(words: Spoken) -> bool:
    """Tell whether anything in a text may be written in another way."""
    return any(key[0].isdigit() or key in NUMBER_UNITS or key in _WHOLE or key in _PARTS for key in words.keys)


def _number(words: Spoken, at: int, stop: int, end: int) -> Written | None:
    keys = words.keys
    money = keys[at] == "rp" and at + 1 < stop
    begin = at + 1 if money else at
    read = _fraction(words, begin, end) or _digits(keys, begin, stop) or _words(keys, begin, stop)
    if read is None:
        return None
    value, at_end = read
    if at_end < stop and keys[at_end] == "rupiah":
        money, at_end = True, at_end + 1
    share = at_end < stop and keys[at_end] == "persen"
    return Written(f"#{value}{' rp' if money else ''}{' %' if share else ''}", at, at_end + share)


def _fraction(words: Spoken, at: int, end: int) -> tuple[str, int] | None:
    keys = words.keys
    if keys[at] in _PARTS:
        return _PARTS[keys[at]], at + 1
    follows = keys[at + 1] if at + 1 < end else ""
    if not words.marks[at] and follows in _OF_PARTS and keys[at] in NUMBER_UNITS:
        return f"{spelled_value([keys[at]])}/{_OF_PARTS[follows]}", at + 2
    if words.marks[at] == "/" and re.fullmatch(r"[1-9]", keys[at]) and re.fullmatch(r"[2-9]|10", follows):
        return f"{keys[at]}/{follows}", at + 2
    return None


def _digits(keys: Sequence[str], at: int, stop: int) -> tuple[str, int] | None:
    """Read digits with their scales: "1,5 juta", "4 juta 200 ribu"."""
    if not _is_value(keys[at]):
        return None
    total, smallest = Decimal(0), None
    while at < stop and _is_value(keys[at]):
        scale = _SCALES.get(keys[at + 1]) if at + 1 < stop else None
        if smallest is not None and (scale is None or scale >= smallest):
            break
        value, at = Decimal(keys[at]), at + 1
        if scale is None:
            if re.fullmatch(r"\d+\.\d\d", keys[at - 1]):
                return None  # a time, or two decimals
            total += value
            break
        total, smallest, at = total + value * scale, scale, at + 1
        while at < stop and keys[at] in _SCALES:  # "2 ribu triliun"
            total, at = total * _SCALES[keys[at]], at + 1
    return _plain(total), at


def _is_value(key: str) -> bool:
    return bool(re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+)?", key))


def _words(keys: Sequence[str], at: int, stop: int) -> tuple[str, int] | None:
    """Read number words as far as they make one number; "setengah" behind a unit is its half."""
    read: list[str] = []
    half = Decimal(0)
    while at < stop:
        word = _LONG_SCALES.get(keys[at], keys[at])
        last = read[-1] if read else ""
        fits = (
            (word in NUMBER_UNITS and last not in NUMBER_UNITS)
            or (
                word in _WHOLE
                and last not in NUMBER_UNITS | _WHOLE - {"seratus", "seribu", "sejuta"} | _TENS - {"ratus"}
            )
            or (word in _TENS and last in NUMBER_UNITS)
            or (word in SCALES and bool(read))
        )
        if word == "setengah" and last in NUMBER_UNITS and at + 1 < stop and keys[at + 1] in _SCALES:
            half = Decimal(_SCALES[keys[at + 1]]) / 2
            at += 1
            continue
        if not fits:
            break
        read.append(word)
        at += 1
    if not read:
        return None
    return _plain(spelled_value(read) + half), at


def _unit(words: Spoken, at: int, end: int, found: Sequence[Written], first: int) -> Written | None:
    """Read a unit behind a number, and what a rate is counted by ("per jam", "/jam")."""
    keys = words.keys
    last = found[-1].value if found else ""
    if keys[at] == "per" and at + 1 < end and keys[at + 1] in _UNITS and last:
        return Written(f"per {_UNITS[keys[at + 1]]}", at, at + 2)
    if keys[at] not in _UNITS:
        return None
    if at > first and words.marks[at - 1] == "/":
        return Written(f"per {_UNITS[keys[at]]}", at, at + 1)
    if not last.startswith("#"):
        return None
    if _UNITS[keys[at]] == "°" and at + 1 < end and keys[at + 1] in ("c", "celsius", "celcius"):
        return Written("°c", at, at + 2)
    squared = at + 1 < end and (
        keys[at + 1] == "persegi" or (keys[at + 1] == "2" and words.ends[at] == words.starts[at + 1])
    )
    return Written(f"{_UNITS[keys[at]]}{2 if squared else ''}", at, at + 1 + squared)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
