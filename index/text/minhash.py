"""Which articles are copies of one story: wire copy in ten outlets, a mirrored page, one article in two files.

Candidates are found by MinHash: likely copies share one of their `band_keys`. `is_copy` reads both texts and decides.
Different reports of one event, a template filled in on two days, and a digest and its stories stay apart. It stores
nothing. The only file that imports datasketch; another scheme, seed or constant makes stored signatures worthless.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, wraps
from itertools import groupby
from typing import Any, TypeVar

import numpy as np

from index.text.analysis import tokens

# Chosen on the train half of the made set, quoted on the other: python scripts/bench/copies.py .../articles.jsonl
SHINGLE_WORDS = 3
PERMUTATIONS = 192
# Finds .986 of pairs with similarity .4 (a copy cut to half with a sentence added) and .83 at .3. With two rows an
# outlet's standing last paragraph (similarity .07 to .1) would make candidates of every third pair that has it.
BANDS = 64
ROWS = PERMUTATIONS // BANDS
# Shorter is a caption or a teaser. Of 3,463 articles cut to 20 words three pairs are told, to 40 one, to 60 none.
MIN_WORDS = 20
MIN_CONTAINMENT = 0.55
# Wire copy is cut from its end, so a copy has the longer text's opening. Of 3,463 articles, reports that repeat their
# background paragraphs share up to .74 of the shorter one, but at most .46 of the opening; made copies .74 or more.
MIN_OPENING = 0.5
# Two sentences may be added in one place. None of 2,000 digests links its two stories; without this limit, one in ten.
MAX_FOREIGN_WORDS = 70
MAX_FOREIGN_SHARE = 0.2  # of the shorter text, where it is long
MAX_TIMES_LONGER = 3.0  # beyond it the longer text is a digest or a later, fuller report
MIN_SIMILARITY = 0.15  # what the limits above leave is .159 or more
MIN_NUMBERS = 0.8  # made copies 1.0; nine in ten templates with half their numbers changed are below
# Made copies .93 or more, lightly edited ones mostly .8; templates with half their names changed, eight in ten below.
MIN_NAMES = 0.75

# Of a template filled in every day each text is held against hundreds of others: what was read of the last short ones
# is kept, some 25 MB at most. By hand.
_KEPT, _MAX_KEPT_CHARS = 512, 2_000

_T = TypeVar("_T")
_Slots = dict[tuple[str, ...], set[str]]
_SEED = 1
_BLOCK = 10_000  # shingles hashed at once: 8 MB of permutations, however long the text
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NUMBER_MARK = re.compile(r"(?<=\d)[.,:](?=\d)")
_BESIDE_NUMBER = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)|_")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Overlap:
    """What two texts share. The first three count words, the others are shares of 1.

    ``foreign``: the longest stretch of the shorter text, or of as much of the longer one's beginning, that the other
    text has not. ``containment``: of the shorter text's shingles, those in the longer one; ``opening``: of as many from
    the longer one's beginning, those in the shorter one. ``numbers``, ``names``: of those between the same words in
    both, the equal ones; 1.0 where there are none.
    """

    shorter: int
    longer: int
    foreign: int
    containment: float
    opening: float
    numbers: float
    names: float

    @property
    def is_copy(self) -> bool:
        """Whether it is the overlap of copies."""
        return (
            self.longer <= MAX_TIMES_LONGER * self.shorter
            and self.foreign <= max(MAX_FOREIGN_WORDS, MAX_FOREIGN_SHARE * self.shorter)
            and self.containment >= MIN_CONTAINMENT
            and self.opening >= MIN_OPENING
            and self.numbers >= MIN_NUMBERS
            and self.names >= MIN_NAMES
        )


def shingles(text: str) -> frozenset[str]:
    """Return each run of three words of a text; notation, punctuation and typography do not matter.

    >>> sorted(shingles("Harga beras naik 5%."))
    ['beras naik 5', 'harga beras naik', 'naik 5 persen']
    >>> shingles("Rp1.500,50 – “katanya”") == shingles('rp 1500,50 - "Katanya"')
    True
    """
    return frozenset(_runs(tokens(_plain(text))))


def signature(text: str) -> bytes:
    """Return what stands for a text when candidates are looked for; equal on every machine and in every run.

    >>> len(signature("kata " * 20)) == 4 * PERMUTATIONS, len(signature("Terlalu pendek.")), signature("—")
    (True, 8, b'')

    The MinHash of its shingles as little-endian uint32. A text of fewer than ``MIN_WORDS`` words gets a digest of its
    words instead, which only equal texts share; a text without words gets ``b""``.
    """
    words = _words(text)
    if len(words) < MIN_WORDS:
        return hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest() if words else b""
    minhash = _empty_minhash().copy()
    runs = [run.encode() for run in set(_runs(words))]
    for start in range(0, len(runs), _BLOCK):
        minhash.update_batch(runs[start : start + _BLOCK])
    return bytes(minhash.hashvalues.astype("<u4").tobytes())


def band_keys(signature: bytes) -> list[int]:
    """Return the keys (signed 64 bits) under which a signature is stored; candidates share at least one.

    >>> len(band_keys(signature("kata " * 20))), len(band_keys(signature("Terlalu pendek."))), band_keys(b"")
    (64, 1, [])
    """
    bands = [(start, signature[start : start + 4 * ROWS]) for start in range(0, len(signature), 4 * ROWS)]
    digests = (hashlib.blake2b(start.to_bytes(4, "little") + band, digest_size=8).digest() for start, band in bands)
    return [int.from_bytes(digest, "little", signed=True) for digest in digests]


def similarity(a: bytes, b: bytes) -> float:
    """Return the estimated Jaccard similarity of two texts from their signatures, 0 to 1; higher is nearer.

    >>> one = signature("kata " * 20)
    >>> similarity(one, one), similarity(one, b""), similarity(b"", b"")
    (1.0, 0.0, 0.0)

    The standard error is at most .036. A pair below ``MIN_SIMILARITY`` need not have its texts loaded.
    """
    if not a or len(a) != len(b):
        return 0.0
    if len(a) != 4 * PERMUTATIONS:
        return float(a == b)
    return float(np.mean(np.frombuffer(a, "<u4") == np.frombuffer(b, "<u4")))


def is_copy(text_a: str, text_b: str) -> bool:
    """Tell whether two texts are one story, word for word or nearly so, in whichever order they are given.

    >>> text = "Bupati meresmikan pasar baru di Desa Sukamaju pada Senin pagi. Pasar itu dibangun dengan dana desa. "
    >>> text += "Para pedagang pindah mulai pekan depan, kata bupati."
    >>> is_copy(text, "SUKAMAJU - " + text), is_copy(text, "Pasar baru dibuka."), is_copy("", "")
    (True, False, False)
    """
    words_a, words_b = _words(text_a), _words(text_b)
    if words_a == words_b:
        return bool(words_a)
    return min(len(words_a), len(words_b)) >= MIN_WORDS and overlap(text_a, text_b).is_copy


def overlap(text_a: str, text_b: str) -> Overlap:
    """Return what two texts of three words or more share.

    >>> overlap("a b c d 1 e f", "a b c d 2 e f x y")
    Overlap(shorter=7, longer=9, foreign=5, containment=0.4, opening=0.4, numbers=0.0, names=1.0)
    """
    # subtle: ties are broken by the words themselves, else the verdict would depend on the order of the two
    words = sorted((_words(text) for text in (text_a, text_b)), key=lambda words: (len(words), words))
    short, long = (_runs(each) for each in words)
    opening, in_short, in_long = long[: len(short)], set(short), set(long)
    if _in_capitals(text_a) or _in_capitals(text_b):  # which of its words are names is open; its numbers still stand
        text_a, text_b = text_a.lower(), text_b.lower()
    numbers, names = (_agreement(a, b) for a, b in zip(_slots(text_a), _slots(text_b), strict=True))
    return Overlap(
        shorter=len(words[0]),
        longer=len(words[1]),
        foreign=max(_longest_foreign(short, in_long), _longest_foreign(opening, in_short)),
        containment=len(in_short & in_long) / len(in_short),
        opening=len(in_short.intersection(opening)) / len(set(opening)),
        numbers=numbers,
        names=names,
    )


def groups(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the group of each article in any pair of copies, named by the smallest id in it.

    >>> groups([("b", "a"), ("c", "b"), ("x", "y")])
    {'a': 'a', 'b': 'a', 'c': 'a', 'x': 'x', 'y': 'x'}

    A copy of a copy joins the group; that a digest does not link its stories is the work of `is_copy`.
    """
    parent: dict[str, str] = {}

    def root(id: str) -> str:
        parent.setdefault(id, id)
        while parent[id] != id:
            parent[id] = id = parent[parent[id]]
        return id

    for a, b in pairs:
        first, second = sorted((root(a), root(b)))
        parent[second] = first
    return {id: root(id) for id in sorted(parent)}


def _kept(read: Callable[[str], _T]) -> Callable[[str], _T]:
    """Keep what is read of short texts, as of a template hundreds of times; nobody may change it."""
    keeping = lru_cache(_KEPT)(read)

    @wraps(read)
    def of(text: str) -> _T:
        return keeping(text) if len(text) <= _MAX_KEPT_CHARS else read(text)

    return of


@_kept
def _words(text: str) -> list[str]:
    return tokens(_plain(text))


def _plain(text: str) -> str:
    text = _INVISIBLE.sub("", text).replace("%", " persen ")
    return _BESIDE_NUMBER.sub(" ", _NUMBER_MARK.sub("", text))


def _runs(words: list[str]) -> list[str]:
    return [" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)]


def _longest_foreign(runs: list[str], known: set[str]) -> int:
    longest = now = 0
    for is_known, same in groupby(runs, known.__contains__):
        count = len(list(same))
        # A turn of phrase that both texts happen to have ("Presiden Joko Widodo mengatakan") does not end a stretch.
        now = 0 if is_known and count >= 3 else now + count
        longest = max(longest, now)
    return longest


def _agreement(a: _Slots, b: _Slots) -> float:
    both = a.keys() & b.keys()
    most = sum(min(len(a[place]), len(b[place])) for place in both)
    return sum(len(a[place] & b[place]) for place in both) / most if most else 1.0


@_kept
def _in_capitals(text: str) -> bool:
    """Tell whether most letters of a text are capitals."""
    return sum(map(str.isupper, text)) > sum(map(str.islower, text))


@_kept
def _slots(text: str) -> tuple[_Slots, _Slots]:
    """Return the numbers and the names (capitals) of a text, each by the two words on either side.

    Numbers and names among these are masked, and names side by side are one; a place needs two plain words.
    """
    filled: list[tuple[str, str]] = []  # (what it is to its neighbours, what stands there)
    for word in _WORD.findall(_plain(text)):
        mask = "0" if word.isdecimal() else "A" if word[0].isupper() else word.lower()
        if mask == "A" and filled and filled[-1][0] == "A":
            filled[-1] = ("A", f"{filled[-1][1]} {word.lower()}")
        else:
            filled.append((mask, word.lower()))
    masks = ["", "", *(mask for mask, _ in filled), "", ""]
    found: dict[str, _Slots] = {"0": {}, "A": {}}
    for i, (mask, value) in enumerate(filled):
        place = (masks[i], masks[i + 1], masks[i + 3], masks[i + 4])
        if mask in found and sum(near not in ("", "0", "A") for near in place) >= 2:
            found[mask].setdefault(place, set()).add(value)
    return found["0"], found["A"]


@lru_cache(maxsize=1)
def _empty_minhash() -> Any:
    from datasketch import MinHash  # type: ignore[import-untyped]

    return MinHash(num_perm=PERMUTATIONS, seed=_SEED, scheme="affine32")
