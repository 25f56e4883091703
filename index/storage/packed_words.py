"""Where every stem stands, packed: the search by words of an archive that is too large to be read row by row.

    stem, block of 65,536 row ids → its places there, each as one number: row id within the block, number of the word

FTS5 scores each passage that holds any word of a question by itself, 2 microseconds each: at a million passages that is
a second. Here the places of a stem are one array, and all passages are scored together, by the same formula. What came
after the packing is read from the passages' stems and kept in memory; what went is left out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.storage.database import Database, parted
from index.storage.fts5_scores import K1, B, weight_of

# Below it FTS5 takes some 40 ms a question, and nothing is packed (`scripts/bench/scale.py`); by hand. Both ways give
# the same passages and scores.
MIN_PASSAGES = 50_000
MAX_UNPACKED = 4096  # passages behind the packing that are worth packing: read in 20 ms
_MOST_UNPACKED = 10 * MAX_UNPACKED  # more than that is left to FTS5 until the indexer has packed it
_RULE = 2  # how passages are parted into words (``parted``); what was packed by another is packed anew
_BLOCK_BITS = 16
_BLOCK = 1 << _BLOCK_BITS
_WORD_BITS = 16
_LAST_WORD = (1 << _WORD_BITS) - 2
_MAX_HELD_BYTES = 32 * 1024**2  # of the stems asked for last
_HELD_BYTES = 250  # of a stem and its array beside the places: `sys.getsizeof` of both and their share of the table
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


class PackedWords:
    """The packed places of one store's stems. ``is_ready`` tells whether they can be searched."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._packing = -1  # which packing is in memory
        self._generation = -1
        self._packed_to = self._read_to = 0
        self._lengths = np.zeros(0, dtype=np.float64)  # of each row id, in stems
        self._is_gone: Mask = np.zeros(0, dtype=np.bool_)
        self._came: defaultdict[str, list[int]] = defaultdict(list)  # stem → places behind the packing
        self._held: OrderedDict[str, Places] = OrderedDict()
        self._held_bytes = 0

    # --- written by the indexer ---

    def pack(self) -> int:
        """Pack what has come since the last time where that is much; return how many blocks were written.

        A block is one transaction: a kill leaves it as it was.
        """
        state = self._state()
        highest, done = state["highest_passage"], _packed_to(state)
        if state["passages"] < MIN_PASSAGES or highest - done <= MAX_UNPACKED:
            return 0
        if state.get("packing_rule") != _RULE:
            self._begin_anew()
        first, last = (done + 1) >> _BLOCK_BITS, highest >> _BLOCK_BITS
        for block in range(first, last + 1):
            self._pack_block(block)
        with self._database.change(bump=False) as connection:  # the last blocks may hold nothing any more
            connection.execute("UPDATE state SET value = max(value, ?) WHERE name = 'packed_to'", (highest,))
        return last - first + 1

    def _begin_anew(self) -> None:
        """Count all blocks as not packed; what is in them stays for a search that is under way."""
        with self._database.change(bump=False) as connection:
            connection.execute("INSERT OR REPLACE INTO state VALUES ('packed_to', 0)")
            connection.execute("INSERT OR REPLACE INTO state VALUES ('packing_rule', ?)", (_RULE,))
            connection.execute("UPDATE state SET value = (SELECT sum(stems_in(stems)) FROM words) WHERE name = 'stems'")

    def _pack_block(self, block: int) -> None:
        low, high = block << _BLOCK_BITS, (block + 1) << _BLOCK_BITS
        numbers: dict[str, int] = {}
        places: list[NDArray[np.uint32]] = []
        stems: list[NDArray[np.int64]] = []
        lengths = np.zeros(_BLOCK, dtype="<u2")
        highest = 0
        query = "SELECT rowid, stems FROM words WHERE rowid >= ? AND rowid < ? ORDER BY rowid"
        for rowid, text in self._database.stream(query, (low, high)):
            highest = rowid
            words = parted(text)
            lengths[rowid - low] = min(len(words), _LAST_WORD)
            words = words[:_LAST_WORD]
            stems.append(np.fromiter((numbers.setdefault(word, len(numbers)) for word in words), np.int64, len(words)))
            places.append(np.arange(len(words), dtype=np.uint32) + np.uint32((rowid - low) << _WORD_BITS))
        if not stems:
            return
        owners, every = np.concatenate(stems), np.concatenate(places)
        order = np.argsort(owners, kind="stable")
        every = every[order].astype("<u4")
        ends = np.cumsum(np.bincount(owners, minlength=len(numbers)))
        with self._database.change(bump=False) as connection:
            connection.execute("DELETE FROM packed WHERE block = ?", (block,))
            connection.execute("INSERT INTO packed VALUES ('', ?, ?)", (block, lengths.tobytes()))
            connection.executemany(
                "INSERT INTO packed VALUES (?, ?, ?)",
                (
                    (stem, block, every[ends[number - 1] if number else 0 : ends[number]].tobytes())
                    for stem, number in sorted(numbers.items())
                    if stem
                ),
            )
            connection.execute("INSERT OR REPLACE INTO state VALUES ('packed_to', ?)", (highest,))
            connection.execute(
                "INSERT INTO state VALUES ('packing', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
            )

    # --- read ---

    @property
    def is_ready(self) -> bool:
        """Whether the words can be searched here, as the store is now."""
        state = self._state()
        return 0 < _packed_to(state) >= state["highest_passage"] - _MOST_UNPACKED

    def search(self, terms: Sequence[str], count: int, among: Places | None = None) -> list[tuple[int, float]]:
        """Return what ``Store.search_words`` does; ``among`` are the row ids that may be found."""
        with self._lock:
            state = self._follow()
            allowed = ~self._is_gone
            if among is not None:
                allowed[:] = False
                allowed[among[among < len(allowed)]] = True  # the others came a moment ago
                allowed &= ~self._is_gone
            average = state["stems"] / state["passages"] if state["passages"] else 1.0
            scores = np.zeros(len(allowed))
            for term in terms:
                rows, times = self._holding(term)
                weight = weight_of(state["passages"], len(rows))
                if among is not None:
                    inside = allowed[rows]
                    rows, times = rows[inside], times[inside]
                norm = K1 * (1 - B + B * self._lengths[rows] / average)
                scores[rows] += weight * (times * (K1 + 1) / (times + norm))
            found = np.flatnonzero(scores)
            if len(found) > count:
                least = np.partition(scores[found], len(found) - count)[len(found) - count]
                found = found[scores[found] >= least]
            order = np.lexsort((found, -scores[found]))[:count]
            return [(int(row), float(scores[row])) for row in found[order]]

    def counts(self, stems: Sequence[str]) -> dict[str, int]:
        """Return stem → how many passages hold it."""
        with self._lock:
            self._follow()
            # subtle: what FTS5 parts or folds stands under no such name in its vocabulary
            return {stem: len(self._holding(stem)[0]) if parted(stem) == [stem] else 0 for stem in stems}

    def term_counts(self, terms: Sequence[str]) -> dict[str, int]:
        """Return term, a stem or phrase, → how many passages it is found in."""
        with self._lock:
            self._follow()
            return {term: len(self._holding(term)[0]) for term in terms}

    def _holding(self, term: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the row ids that hold a stem or phrase and are here, and how often each holds it."""
        words = parted(term)
        places = self._places(words[0]) if words else np.empty(0, dtype=np.int64)
        for behind, word in enumerate(words[1:], start=1):
            others = self._places(word) - behind
            places = np.intersect1d(places, others, assume_unique=True)
        rows = places >> _WORD_BITS
        starts = np.flatnonzero(np.diff(rows, prepend=-1))
        times = np.diff(starts, append=len(rows))
        rows = rows[starts]
        here = ~self._is_gone[rows]
        return rows[here].astype(np.intp), times[here].astype(np.float64)

    def _places(self, stem: str) -> Places:
        held = self._held.get(stem)
        if held is None:
            parts = [
                np.frombuffer(blob, dtype="<u4").astype(np.int64) + (block << (_BLOCK_BITS + _WORD_BITS))
                for block, blob in self._database.rows(
                    "SELECT block, places FROM packed WHERE stem = ? ORDER BY block", (stem,)
                )
            ]
            held = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
            # subtle: a block packed since ``_follow`` also holds what is in ``_came``
            held = held[: np.searchsorted(held, (self._packed_to + 1) << _WORD_BITS)]
            if len(held):  # else readers' slips would pile up
                self._held[stem] = held
                self._held_bytes += held.nbytes + _HELD_BYTES
            while self._held_bytes > _MAX_HELD_BYTES and len(self._held) > 1:
                self._held_bytes -= self._held.popitem(last=False)[1].nbytes + _HELD_BYTES
        else:
            self._held.move_to_end(stem)
        came = self._came.get(stem)
        return np.concatenate([held, np.array(came, dtype=np.int64)]) if came else held

    def _follow(self) -> dict[str, int]:
        """Bring what is in memory in step with the store; return its state."""
        state = self._state()
        if state["packing"] != self._packing:
            self._packing, self._packed_to = state["packing"], state["packed_to"]
            self._held.clear()
            self._came.clear()
            self._held_bytes = 0
            self._read_to, self._generation = self._packed_to, -1
            self._lengths = np.zeros(self._packed_to + 1)
            for block, blob in self._database.rows("SELECT block, places FROM packed WHERE stem = ''"):
                low = block << _BLOCK_BITS
                some = np.frombuffer(blob, dtype="<u2")[: max(0, self._packed_to + 1 - low)]
                self._lengths[low : low + len(some)] = some
            self._is_gone = np.zeros(len(self._lengths), dtype=np.bool_)
        if state["generation"] != self._generation:
            self._read_new(state["highest_passage"])
            for first, passages in self._database.rows(
                "SELECT first, passages FROM gone WHERE generation > ?", (self._generation,)
            ):
                self._is_gone[first : first + passages] = True
            self._generation = state["generation"]
        return state

    def _read_new(self, highest: int) -> None:
        more = max(0, highest + 1 - len(self._lengths))
        self._lengths = np.concatenate([self._lengths, np.zeros(more)])
        self._is_gone = np.concatenate([self._is_gone, np.zeros(more, dtype=np.bool_)])
        query = "SELECT rowid, stems FROM words WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
        for rowid, text in self._database.rows(query, (self._read_to, highest)):
            words = parted(text)
            self._lengths[rowid] = len(words)
            for number, word in enumerate(words[:_LAST_WORD]):
                self._came[word].append((rowid << _WORD_BITS) | number)
        self._read_to = max(self._read_to, highest)

    def _state(self) -> dict[str, int]:
        return dict(self._database.rows("SELECT name, value FROM state"))


def _packed_to(state: dict[str, int]) -> int:
    """Return the highest row id that is packed, 0 where that was by another rule."""
    return state.get("packed_to", 0) if state.get("packing_rule") == _RULE else 0
