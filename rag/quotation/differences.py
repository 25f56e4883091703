"""Which words differ between what is claimed and what stands in the article, and how much each difference matters.

The parts, joined, give both texts again. Words are aligned by RapidFuzz; the only file that imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.text.analysis import STOP_WORDS
from index.text.notation import Written, has_notation, written
from index.text.verbatim import Spoken, has_look_alikes, search_key
from rag.quotation.grades import grade, is_bracketed, is_respelt


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
BRACKETED, SKIPPED, RESPELT = (
    "tambahan redaksi dalam kurung siku",
    "bagian yang dilewati dengan tanda elipsis",
    "ejaan lain dari “tidak”",
)
# Words i1 to i2 of the claimed text stand for words j1 to j2 of the source.
Block = tuple[bool, int, int, int, int]


def differences(claimed: Spoken, source: Spoken, first: int, last: int) -> tuple[Difference, ...]:
    """Compare a quotation with the words ``first`` to ``last`` of a source, both included.

    >>> from index.text.verbatim import spoken
    >>> parts = differences(spoken("Turun 58 persen"), spoken("Ia turun 85% kini"), 1, 3)
    >>> [(part.op, part.claimed, part.source, part.grade) for part in parts]
    [('equal', 'Turun ', 'turun ', None), ('replace', '58 ', '85', 'number'), ('equal', 'persen', '%', None)]
    """
    blocks = _in_one_notation(claimed, source, first, last)
    parts: list[Difference] = []
    for position, (equal, i1, i2, j1, j2) in enumerate(blocks):
        a, b = first + j1, first + j2
        goes_on = position + 1 < len(blocks) and blocks[position + 1][0]
        if equal and claimed.keys[i1:i2] == source.keys[a:b]:
            parts += _equal(claimed, i1, i2, source, a, b, last, goes_on)
        elif equal:
            parts += _same_number(claimed, i1, i2, source, a, b, last, goes_on)
        else:
            new, old = _piece(claimed, i1, i2, len(claimed) - 1), _piece(source, a, b, last)
            op = "replace" if i1 < i2 and j1 < j2 else "insert" if i1 < i2 else "delete"
            alike = [search_key(key) for key in claimed.keys[i1:i2]] == [search_key(key) for key in source.keys[a:b]]
            note = "huruf serupa dari aksara lain" if alike and has_look_alikes(new) != has_look_alikes(old) else None
            note = note or _editing(claimed, i1, i2, source.keys[a:b])
            parts.append(Difference(op, new, old, grade(claimed, i1, i2, source, a, b), note))
    return tuple(_moved(parts))


def _editing(claimed: Spoken, start: int, end: int, old: Sequence[str]) -> str | None:
    """Say what an editor's marks tell of a difference: brackets, an ellipsis, another spelling of "tidak"."""
    if is_bracketed(claimed, start, end):
        return BRACKETED
    if start == end and start and "..." in claimed.marks[start - 1]:
        return SKIPPED
    return RESPELT if is_respelt(claimed.keys[start:end], old) else None


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


def _in_one_notation(claimed: Spoken, source: Spoken, first: int, last: int) -> list[Block]:
    """Align two texts, numbers and units in one notation; where they differ even so, word by word.

    Each stretch that is written in another way is a block of its own, marked as equal.
    """
    from rapidfuzz.distance import Levenshtein

    keys = source.keys[first : last + 1]
    if not has_notation(claimed):
        return _blocks(claimed.keys, keys)
    new, old = written(claimed), written(source, first, last + 1)
    blocks: list[Block] = []
    for op in Levenshtein.opcodes([piece.value for piece in new], [piece.value for piece in old]):
        if op.tag == "equal":
            for one, other in zip(new[op.src_start : op.src_end], old[op.dest_start : op.dest_end], strict=True):
                block = (True, one.start, one.end, other.start - first, other.end - first)
                same = _is_same(claimed.keys, keys, block)
                if same and blocks and blocks[-1][0] and _is_same(claimed.keys, keys, blocks[-1]):
                    block = (True, blocks[-1][1], block[2], blocks[-1][3], block[4])
                    blocks.pop()
                blocks.append(block)
            continue
        i1, i2 = _span(new, op.src_start, op.src_end, len(claimed))
        j1, j2 = _span(old, op.dest_start, op.dest_end, last + 1)
        for equal, a1, a2, b1, b2 in _blocks(claimed.keys[i1:i2], keys[j1 - first : j2 - first]):
            blocks.append((equal, a1 + i1, a2 + i1, b1 + j1 - first, b2 + j1 - first))
    return _joined(claimed.keys, keys, blocks)


def _span(pieces: Sequence[Written], start: int, end: int, size: int) -> tuple[int, int]:
    begin = pieces[start].start if start < len(pieces) else size
    return begin, pieces[end - 1].end if end > start else begin


def _is_same(claimed: Sequence[str], source: Sequence[str], block: Block) -> bool:
    return claimed[block[1] : block[2]] == source[block[3] : block[4]]


def _joined(claimed: Sequence[str], source: Sequence[str], blocks: list[Block]) -> list[Block]:
    """Join neighbours that are both equal word by word, or both changed."""
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        alike = before is not None and before[0] == block[0]
        if (
            before
            and alike
            and (not block[0] or (_is_same(claimed, source, before) and _is_same(claimed, source, block)))
        ):
            joined[-1] = (block[0], before[1], block[2], before[3], block[4])
        else:
            joined.append(block)
    return joined


def _equal(
    claimed: Spoken, i1: int, i2: int, source: Spoken, j1: int, j2: int, last: int, goes_on: bool
) -> Iterator[Difference]:
    """Yield equal words, cut where the punctuation between two of them differs; the last mark of all does not count.

    ``goes_on`` says that equal words follow; the mark before changed ones goes with them.
    """
    begun = 0
    for step in range(i2 - i1):
        i, j = i1 + step, j1 + step
        if i == len(claimed) - 1 or j == last or (i + 1 == i2 and not goes_on) or _same_mark(claimed, i, source, j):
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
    if not goes_on or i == len(claimed) - 1 or j == last or _same_mark(claimed, i, source, j):
        yield Difference("equal", new, old, None, SAME_NUMBER)
    else:
        yield Difference("equal", claimed.between(i1, i2), source.between(j1, j2), None, SAME_NUMBER)
        yield _mark(claimed, i, source, j)


def _same_mark(claimed: Spoken, i: int, source: Spoken, j: int) -> bool:
    """Tell whether the same punctuation stands behind two words; a stroke is "per" where the other text says so."""
    new, old = claimed.marks[i], source.marks[j]
    if claimed.keys[i + 1 : i + 2] == ("per",):
        old = old.replace("/", "")
    if source.keys[j + 1 : j + 2] == ("per",):
        new = new.replace("/", "")
    return new == old


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
