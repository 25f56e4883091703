"""Which words differ between what is claimed and what stands in the article, and how much each difference matters.

The parts, joined, give both texts again. Words are aligned by RapidFuzz; the only file that imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.text.analysis import STOP_WORDS
from index.text.verbatim import Spoken, has_look_alikes, search_key
from rag.quotation.grades import grade, same_number


@dataclass(frozen=True)
class Difference:
    """One part of both texts. ``op`` is equal, replace, insert (only claimed) or delete (only in the source).

    ``grade`` says what a difference touches: number, unit, negation, name, meaning or wording; None where it is equal.
    ``note`` is a word to the reader in Indonesian, as for a number in another notation.
    """

    op: str
    claimed: str
    source: str
    grade: str | None = None
    note: str | None = None


SAME_NUMBER = "bilangan sama, penulisan lain"
# Words i1 to i2 of the claimed text stand for words j1 to j2 of the source.
Block = tuple[bool, int, int, int, int]


def differences(claimed: Spoken, source: Spoken, first: int, last: int) -> tuple[Difference, ...]:
    """Compare a quotation with the words ``first`` to ``last`` of a source, both included.

    >>> from index.text.verbatim import spoken
    >>> parts = differences(spoken("Turun 58 persen"), spoken("Ia turun 85% kini"), 1, 3)
    >>> [(part.op, part.claimed, part.source, part.grade) for part in parts]
    [('equal', 'Turun ', 'turun ', None), ('replace', '58 ', '85', 'number'), ('equal', 'persen', '%', None)]
    """
    keys = source.keys[first : last + 1]
    blocks = _with_numbers(claimed.keys, keys, _blocks(claimed.keys, keys))
    parts: list[Difference] = []
    for position, (equal, i1, i2, j1, j2) in enumerate(blocks):
        a, b = first + j1, first + j2
        goes_on = position + 1 < len(blocks) and blocks[position + 1][0]
        if equal and claimed.keys[i1:i2] == source.keys[a:b]:
            parts += _equal(claimed, i1, i2, source, a, b, last, goes_on)
        elif equal and not any(claimed.marks[i1 : i2 - 1]) and not any(source.marks[a : b - 1]):
            parts += _same_number(claimed, i1, i2, source, a, b, last, goes_on)
        else:
            new, old = _piece(claimed, i1, i2, len(claimed) - 1), _piece(source, a, b, last)
            op = "replace" if i1 < i2 and j1 < j2 else "insert" if i1 < i2 else "delete"
            alike = [search_key(key) for key in claimed.keys[i1:i2]] == [search_key(key) for key in source.keys[a:b]]
            note = "huruf serupa dari aksara lain" if alike and has_look_alikes(new) != has_look_alikes(old) else None
            parts.append(Difference(op, new, old, grade(claimed, i1, i2, source, a, b), note))
    return tuple(_moved(parts))


def is_same(parts: Sequence[Difference]) -> bool:
    """Tell whether nothing differs."""
    return all(part.op == "equal" for part in parts)


def similarity(claimed: Spoken, source: Spoken, first: int, last: int) -> float:
    """Return how alike the words are, 0 to 1: 1 less the share of words to be put in or left out."""
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(claimed.keys, source.keys[first : last + 1]))


def _blocks(claimed: Sequence[str], source: Sequence[str]) -> list[Block]:
    from rapidfuzz.distance import Levenshtein

    blocks: list[Block] = []
    for op in Levenshtein.opcodes(claimed, source):
        equal = op.tag == "equal"
        if blocks and blocks[-1][0] == equal:
            blocks[-1] = (equal, blocks[-1][1], op.src_end, blocks[-1][3], op.dest_end)
        else:
            blocks.append((equal, op.src_start, op.src_end, op.dest_start, op.dest_end))
    return blocks


def _with_numbers(claimed: Sequence[str], source: Sequence[str], blocks: list[Block]) -> list[Block]:
    """Mark as equal what is the same number in another notation, taking the words of the number beside it along."""
    result: list[Block] = []
    for position, block in enumerate(blocks):
        equal, i1, i2, j1, j2 = block
        if not equal:
            before = blocks[position - 1][2] - blocks[position - 1][1] if position else 0
            after = blocks[position + 1][2] - blocks[position + 1][1] if position + 1 < len(blocks) else 0
            if same := same_number(claimed, source, (i1, i2, j1, j2), before, after):
                left, right = same
                if left and result:
                    _, a1, a2, b1, b2 = result.pop()
                    if a2 - left > a1:
                        result.append((True, a1, a2 - left, b1, b2 - left))
                if right:
                    _, a1, a2, b1, b2 = blocks[position + 1]
                    blocks[position + 1] = (True, a1 + right, a2, b1 + right, b2)
                result.append((True, i1 - left, i2 + right, j1 - left, j2 + right))
                continue
        if i1 < i2 or j1 < j2:
            result.append((equal, i1, i2, j1, j2))
    return result


def _equal(
    claimed: Spoken, i1: int, i2: int, source: Spoken, j1: int, j2: int, last: int, goes_on: bool
) -> Iterator[Difference]:
    """Yield equal words, cut where the punctuation between two of them differs; the last mark of all does not count.

    ``goes_on`` says that equal words follow; the mark before changed ones goes with them.
    """
    begun = 0
    for step in range(i2 - i1):
        i, j = i1 + step, j1 + step
        if i == len(claimed) - 1 or j == last or (i + 1 == i2 and not goes_on) or claimed.marks[i] == source.marks[j]:
            continue
        yield Difference(
            "equal",
            claimed.text[claimed.starts[i1 + begun] : claimed.ends[i]],
            source.text[source.starts[j1 + begun] : source.ends[j]],
        )
        yield _mark(claimed, i, source, j)
        begun = step + 1
    if begun < i2 - i1:
        yield Difference(
            "equal", _piece(claimed, i1 + begun, i2, len(claimed) - 1), _piece(source, j1 + begun, j2, last)
        )


def _same_number(
    claimed: Spoken, i1: int, i2: int, source: Spoken, j1: int, j2: int, last: int, goes_on: bool
) -> Iterator[Difference]:
    new, old = _piece(claimed, i1, i2, len(claimed) - 1), _piece(source, j1, j2, last)
    i, j = i2 - 1, j2 - 1
    if not goes_on or i == len(claimed) - 1 or j == last or claimed.marks[i] == source.marks[j]:
        yield Difference("equal", new, old, None, SAME_NUMBER)
    else:
        yield Difference("equal", claimed.between(i1, i2), source.between(j1, j2), None, SAME_NUMBER)
        yield _mark(claimed, i, source, j)


def _mark(claimed: Spoken, i: int, source: Spoken, j: int) -> Difference:
    """Return the difference of the punctuation behind two equal words; a question is another thing than a statement."""
    asks = ("?" in claimed.marks[i]) != ("?" in source.marks[j])
    new = claimed.text[claimed.ends[i] : claimed.starts[i + 1]]
    old = source.text[source.ends[j] : source.starts[j + 1]]
    op = "replace" if new and old else "insert" if new else "delete"
    return Difference(op, new, old, "meaning" if asks else "wording", "tanda baca lain")


def _piece(words: Spoken, start: int, end: int, last: int) -> str:
    """Return the text of words with what follows up to the next word, nothing after the last word of all."""
    if start >= end:
        return ""
    return words.text[words.starts[start] : words.ends[end - 1] if end > last else words.starts[end]]


def _moved(parts: Sequence[Difference]) -> Iterator[Difference]:
    """Note words that were not changed but stand in another place; who did what to whom may turn with them."""
    put_in = {_stems(part.claimed): part for part in parts if part.op != "equal"}
    for part in parts:
        other = put_in.get(_stems(part.source)) if part.op in ("replace", "delete") and part.source else None
        if other is not None and other is not part and part.grade in ("wording", "meaning"):
            yield Difference(part.op, part.claimed, part.source, "meaning", "kata berpindah tempat")
        else:
            yield part


def _stems(text: str) -> tuple[str, ...]:
    return tuple(search_key(word) for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS) or (text,)
