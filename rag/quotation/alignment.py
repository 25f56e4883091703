"""How a quotation may have been put together: the cheapest way to read it off articles, word by word.

A dynamic program over all words of the candidate articles at once (a spliced alignment). Reading on costs nothing, a
word replaced, put in or left out costs something, to go on at another place costs more. What comes out are the pieces:
one for a quotation that was altered, several for one that was stitched. What differs is told by
``rag.quotation.differences``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.quotation.article_cache import Codes, Read

# Costs and gains of one word; a word of content counts 1. By hand, so that three words replaced in a row are an
# alteration, while three and more that stand elsewhere are read off there.
_FUNCTION_WORD = 0.6
_SAME_STEM = 0.5
_REPLACED = 0.7
_PUT_IN = 0.6
_LEFT_OUT = 0.4
_JUMP_WITHIN = 2.5
_JUMP_BETWEEN = 4.0
_FAR = 1_000_000.0
_MIN_GAP = 2  # words left out between two quotations that make them two places
_DIAGONAL, _INSERTED, _WITHIN, _BETWEEN, _BEGUN = range(5)
_Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """A run of the quotation read off one place: quotation words ``start`` to ``end``, article words ``first`` to
    ``last`` (both included there). ``same`` counts the words that are equal, ``close`` those of equal stem only.
    """

    read: Read
    start: int
    end: int
    first: int
    last: int
    same: int
    close: int


@dataclass(frozen=True)
class Asked:
    """The quotation's words as the articles' ones: numbers for words and stems, and what each weighs."""

    keys: Codes
    stems: Codes
    weights: _Floats


def pieces(asked: Asked, reads: Sequence[Read]) -> list[Piece]:
    """Return the pieces that a quotation is best read off from these articles, in the quotation's order."""
    reads = [read for read in reads if len(read.words)]
    if not reads or not len(asked.keys):
        return []
    lengths = [len(read.words) for read in reads]
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    keys = np.concatenate([read.keys for read in reads])
    stems = np.concatenate([read.stems for read in reads])
    owner = np.repeat(np.arange(len(reads)), lengths)
    moves, skipped, jumps, last = _table(asked, keys, stems, offsets, owner)
    return _traced(asked, reads, keys, stems, offsets, owner, moves, skipped, jumps, last)


def _table(
    asked: Asked, keys: Codes, stems: Codes, offsets: NDArray[np.int64], owner: NDArray[np.int64]
) -> tuple[NDArray[np.int8], NDArray[np.bool_], list[tuple[NDArray[np.int64], int]], int]:
    """Fill the table row by row; return the moves, where source words were left out, the jumps and the best end."""
    count, width = len(asked.keys), len(keys)
    moves = np.empty((count, width), dtype=np.int8)
    skipped = np.empty((count, width), dtype=np.bool_)
    jumps: list[tuple[NDArray[np.int64], int]] = []
    ramp = (np.arange(width) * _LEFT_OUT).astype(np.float64) + owner * _FAR
    row = np.zeros(width)
    for at in range(count):
        weight = float(asked.weights[at])
        gain = np.where(stems == asked.stems[at], weight * _SAME_STEM, -_REPLACED)
        gain[keys == asked.keys[at]] = weight
        if at == 0:
            best, move = gain, np.full(width, _BEGUN, dtype=np.int8)
            jumps.append((offsets, 0))
        else:
            diagonal = np.empty(width)
            diagonal[1:] = row[:-1]
            diagonal[offsets] = -_FAR
            best, move = diagonal + gain, np.zeros(width, dtype=np.int8)
            begun = gain - _PUT_IN * at
            move[begun > best] = _BEGUN
            best = np.maximum(best, begun)
            tops = np.maximum.reduceat(row, offsets)
            where = _argmax_each(row, tops, offsets, owner)
            top = int(np.argmax(row))
            jumps.append((where, top))
            for reached, name in ((tops[owner] - _JUMP_WITHIN, _WITHIN), (float(row[top]) - _JUMP_BETWEEN, _BETWEEN)):
                jumped = reached + gain
                better = (jumped > best) & (gain > 0)
                move[better] = name
                best = np.where(better, jumped, best)
            put_in = row - _PUT_IN
            move[put_in > best] = _INSERTED
            best = np.maximum(best, put_in)
        run = np.maximum.accumulate(best + ramp) - ramp
        skipped[at] = run > best + 1e-9
        moves[at] = move
        row = run
    return moves, skipped, jumps, int(np.argmax(row))


def _argmax_each(
    row: NDArray[np.float64], tops: NDArray[np.float64], offsets: NDArray[np.int64], owner: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the first place of each article's best value."""
    hits = np.flatnonzero(row == tops[owner])
    _, first = np.unique(owner[hits], return_index=True)
    found = offsets.copy()
    found[owner[hits[first]]] = hits[first]
    return found


def _traced(
    asked: Asked,
    reads: Sequence[Read],
    keys: Codes,
    stems: Codes,
    offsets: NDArray[np.int64],
    owner: NDArray[np.int64],
    moves: NDArray[np.int8],
    skipped: NDArray[np.bool_],
    jumps: list[tuple[NDArray[np.int64], int]],
    column: int,
) -> list[Piece]:
    """Walk the table back and return the pieces; a piece begins and ends with a word of its source."""
    found: list[Piece] = []
    pairs: list[tuple[int, int]] = []

    def close() -> None:
        hits = [(at, where) for at, where in reversed(pairs) if stems[where] == asked.stems[at]]
        if hits:
            article = int(owner[hits[0][1]])
            base = int(offsets[article])
            for run in reversed(_apart(reads[article], [(at, where - base) for at, where in hits])):
                (start, first), (end, last) = run[0], run[-1]
                same = sum(int(keys[where + base] == asked.keys[at]) for at, where in run)
                found.append(Piece(reads[article], start, end + 1, first, last, same, len(run) - same))
        pairs.clear()

    at = len(asked.keys) - 1
    while at >= 0:
        while skipped[at, column]:
            column -= 1
        move = moves[at, column]
        if move != _INSERTED:
            pairs.append((at, column))
        if move == _BEGUN:
            break
        if move == _DIAGONAL:
            column -= 1
        elif move in (_WITHIN, _BETWEEN):
            close()
            where, top = jumps[at]
            column = int(where[owner[column]]) if move == _WITHIN else top
        at -= 1
    close()
    return found[::-1]


def _apart(read: Read, hits: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Part what was read on from one quotation of the article into another, words between them left out."""
    runs = [hits[:1]]
    for before, hit in pairwise(hits):
        left_out = hit[1] - before[1] - 1
        if left_out >= _MIN_GAP and read.bounds.quotation_of(before[1]) != read.bounds.quotation_of(hit[1]):
            runs.append([])
        runs[-1].append(hit)
    return runs


def weights_of(is_function_word: Sequence[bool]) -> _Floats:
    """Return what each word of a quotation weighs."""
    return np.array([_FUNCTION_WORD if light else 1.0 for light in is_function_word], dtype=np.float32)
