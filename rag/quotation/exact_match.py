"""Places where the words of a quotation stand one after another: whole, or cut out of a longer sentence."""

from __future__ import annotations

from dataclasses import dataclass

from index.text.numbers import SCALE_WORDS
from index.text.polarity import CONDITIONS, NEGATIONS
from index.text.verbatim import Spoken
from rag.quotation.alignment import Asked
from rag.quotation.article_cache import Read
from rag.quotation.differences import Difference, differences

_LEFT_OUT = NEGATIONS | CONDITIONS | {"tetapi", "tapi", "namun", "melainkan", "hanya", "mungkin", "seolah"}
_SCALES = SCALE_WORDS | {"persen"}


@dataclass(frozen=True)
class Found:
    """One place: article words ``first`` to ``last``, both included, for the claimed words ``start`` to ``end``.

    ``cut_start`` and ``cut_end`` are offsets in the article where a word is cut through, else None.
    """

    verdict: str
    read: Read
    first: int
    last: int
    similarity: float
    difference: tuple[Difference, ...]
    claimed_start: int
    claimed_end: int
    notes: tuple[str, ...] = ()
    cut_start: int | None = None
    cut_end: int | None = None


def equal_places(words: Spoken, asked: Asked, read: Read, *, cut: bool) -> list[tuple[int, tuple[bool, bool]]]:
    """Return the first word of each place with these words, and whether its first and last word are cut through."""
    count = len(words)
    if not cut:
        return [(first, (False, False)) for first in read.places(asked.keys)]
    inner = read.places(asked.keys[1:-1]) if count > 2 else range(1, len(read.words) + 1)
    found = []
    for first in (place - 1 for place in inner):
        last = first + count - 1
        if first < 0 or last >= len(read.words):
            continue
        begins, ends = read.words.keys[first], read.words.keys[last]
        if count == 1:
            if words.keys[0].isalpha() and words.keys[0] in begins and _is_plain(read.words, first):
                found.append((first, (True, True)))
        elif _is_tail(words.keys[0], begins) and _is_tail(words.keys[-1][::-1], ends[::-1]):
            through = (words.keys[0] != begins, words.keys[-1] != ends)
            if all(_is_plain(read.words, word) for word, is_cut in zip((first, last), through, strict=True) if is_cut):
                found.append((first, through))
    return found


def _is_plain(words: Spoken, word: int) -> bool:
    """Tell whether a word is written with as many characters as it is compared by, so that a part of it has a place."""
    return words.ends[word] - words.starts[word] == len(words.keys[word])


def _is_tail(part: str, word: str) -> bool:
    """Tell whether a word, or its end, is this; a number cut through is another number."""
    return part == word or (word.endswith(part) and not any(letter.isdigit() for letter in word))


def equal_place(words: Spoken, read: Read, first: int, cut: tuple[bool, bool]) -> Found:
    """Return what a place with equal words is: whole, cut, or altered in its punctuation."""
    last = first + len(words) - 1
    source = read.words
    start = source.ends[first] - len(words.between(0, 1)) if cut[0] else None
    if first == last and cut[0]:
        start = source.starts[first] + source.keys[first].find(words.keys[0])
    begun = start if first == last and start is not None else source.starts[last]
    end = begun + len(words.between(len(words) - 1, len(words))) if cut[1] else None
    if words.marks[:-1] != source.marks[first:last]:
        parts = differences(words, source, first, last)
        return Found("altered", read, first, last, 1.0, parts, 0, len(words), (), start, end)
    text = source.text[start or source.starts[first] : end or source.ends[last]]
    part = Difference("equal", words.between(0, len(words)), text)
    verdict = "exact" if not any(cut) and read.bounds.is_whole(first, last) else "partial"
    notes = () if verdict == "exact" else cut_notes(read, first, last, cut)
    return Found(verdict, read, first, last, 1.0, (part,), 0, len(words), notes, start, end)


def cut_notes(read: Read, first: int, last: int, cut: tuple[bool, bool] = (False, False)) -> tuple[str, ...]:
    """Tell what a cut leaves out of its sentence that may turn what is said."""
    words = read.words
    left_out = [
        words.keys[at]
        for at in [
            *range(read.bounds.sentence_from(first), first),
            *range(last + 1, read.bounds.sentence_to(last) + 1),
        ]
    ]
    notes = [
        f"Potongan ini menghilangkan “{word}” dari kalimatnya." for word in dict.fromkeys(left_out) if word in _LEFT_OUT
    ]
    after = words.keys[last + 1 : last + 2]
    if words.keys[last][0].isdigit() and after and after[0] in _SCALES and not words.marks[last]:
        notes.append(f"Potongan ini memutus bilangan: di artikel tertulis “{words.between(last, last + 2)}”.")
    before = words.keys[max(0, first - 1) : first]
    if before and words.keys[first] in _SCALES and (before[0][0].isdigit()):
        notes.append(f"Potongan ini memutus bilangan: di artikel tertulis “{words.between(first - 1, first + 1)}”.")
    if cut[0]:
        notes.append(f"Kata pertama terpotong: di artikel tertulis “{words.between(first, first + 1)}”.")
    if cut[1]:
        notes.append(f"Kata terakhir terpotong: di artikel tertulis “{words.between(last, last + 1)}”.")
    return tuple(notes)
