"""A word of a question that stands nowhere in the archive → how the archive spells it.

"Djisamsoe" stands there as "Dji Sam Soe", "Khofifa" as "Khofifah", "thaun" as "tahun". Only a word that no passage
holds is respelled, and the user is told: a name that is not in the archive must not turn into another one unseen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from string import ascii_lowercase

from index.storage.repository import Store
from index.text.analysis import QUESTION_WORDS, STOP_WORDS, stem, tokens
from index.text.sounds import sounds
from rag.query.query import Query

_MIN_CHARS, _LONG_CHARS = 5, 8  # shorter words have too many neighbours
_MAX_CHARS = 30  # no word is longer, and what may be made of one grows with the square of its letters
_MIN_PART, _MAX_PARTS = 2, 3
_MAX_LONGER = 2  # letters that a word which sounds the same has more or fewer
_MAX_RUN = 3  # words written apart that the archive writes as one
_WORD = re.compile(r"\w+")
_ALIKE = ("pfvw", "sz", "cqkt", "iy", "jd")  # first letters that stand for one another; h may also be missing


@dataclass(frozen=True)
class Respelled:
    """A question in the archive's spelling; ``changes`` are what stood there and what stands there now."""

    query: Query
    changes: tuple[tuple[str, str], ...] = ()

    def notes(self) -> tuple[str, ...]:
        """Return what the user is told."""
        return tuple(f"“{old}” tidak ada di arsip; dicari “{new}”." for old, new in self.changes)


def respelled(query: Query, store: Store) -> Respelled:
    """Return the question with unknown words as the archive spells them.

    >>> respelled(Query("Di mana kantor pusat Djisamsoe?"), store).query.text  # doctest: +SKIP
    'Di mana kantor pusat dji sam soe?'

    A word is unknown when no passage holds its stem. It is taken for two or three words run together that stand in one
    passage as a phrase, for one of the archive's words that the question writes apart, for one that sounds the same
    (``sounds``), or for one a single slip away: letters exchanged, or any slip in a long word, but in no name, as names
    differ by a letter. English questions, words with digits, endless words and the names of outlets are left alone.
    """
    if query.is_english:
        return Respelled(query)
    question = query.text
    spots = [match for match in _WORD.finditer(question) if match.group().lower() not in STOP_WORDS | QUESTION_WORDS]
    known = store.stem_counts([_stem(spot.group()) for spot in spots])
    if all(known.values()):  # nearly every question: the outlets need not be read
        return Respelled(query)
    outlets = {token for name in store.publishers() for token in tokens(name)}
    spots = [spot for spot in spots if spot.group().lower() not in outlets]
    text, changes = question, []
    for start, end, new in reversed(list(_changes(question, spots, known, store))):
        changes.append((question[start:end], new))
        text = text[:start] + new + text[end:]
    return Respelled(query.reworded(text), tuple(changes[::-1]))


def _changes(
    question: str, spots: Sequence[re.Match[str]], known: Mapping[str, int], store: Store
) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and new spelling, in the order of the question."""
    done = 0
    for at, spot in enumerate(spots):
        word = spot.group().lower()
        if spot.start() < done or known[_stem(word)] or not word.isalpha():
            continue
        if run := _joined(question, spots, at, store):
            start, done, new = run
            yield start, done, new
        elif _MIN_CHARS <= len(word) <= _MAX_CHARS and (
            other := _apart(word, store) or _nearest(word, _is_name(question, spot), store)
        ):
            done = spot.end()
            yield spot.start(), done, other


def _joined(question: str, spots: Sequence[re.Match[str]], at: int, store: Store) -> tuple[int, int, str] | None:
    """Return the run of words around an unknown one that the archive writes as one word."""
    runs = [
        spots[first:last]
        for last in range(at + 1, min(len(spots), at + _MAX_RUN) + 1)
        for first in range(max(0, last - _MAX_RUN), at + 1)
        if last - first > 1 and not question[spots[first].start() : spots[last - 1].end()].count(",")
    ]
    whole = {"".join(spot.group().lower() for spot in run): run for run in runs}
    counts = store.stem_counts(list(whole))
    best = max((word for word in whole if counts[word]), key=lambda word: (len(word), counts[word]), default=None)
    if best is None:
        return None
    return whole[best][0].start(), whole[best][-1].end(), best


def _apart(word: str, store: Store) -> str | None:
    """Return the phrase that an unknown word is written together of, None where no passage holds one."""
    splits = [
        [word[a:b] for a, b in zip((0, *cuts), (*cuts, len(word)), strict=True)]
        for parts in range(2, _MAX_PARTS + 1)
        for cuts in combinations(range(_MIN_PART, len(word) - _MIN_PART + 1), parts - 1)
    ]
    splits = [split for split in splits if min(map(len, split)) >= _MIN_PART]
    counts = _counts({piece for split in splits for piece in split}, store)
    for split in splits:
        if all(counts.get(piece) for piece in split) and store.search_words([" ".join(split)], 1):
            return " ".join(split)
    return None


def _nearest(word: str, is_name: bool, store: Store) -> str | None:
    """Return the commonest word that sounds the same, or else, but for a name, the one a single slip away."""
    own = sounds(word)
    firsts = {word[0], min(own)[:1], "h"}.union(*(group for group in _ALIKE if word[0] in group))
    others = [
        other
        for other in store.sounding(own)
        if other[0] in firsts and abs(len(other) - len(word)) <= _MAX_LONGER and other.isalpha()
    ]
    counts = store.stem_counts(others)
    if not any(counts.values()) and not is_name:
        counts = _counts(slips(word) if len(word) >= _LONG_CHARS else swapped(word), store)
    alike = [(-count, other) for other, count in counts.items() if count]
    return min(alike)[1] if alike else None


def _counts(guesses: Collection[str], store: Store) -> dict[str, int]:
    """Return guess → how many passages hold it, of the few that were ever written; to count is a look for each."""
    return store.stem_counts(store.ever_written(sorted(guesses)))


def slips(word: str) -> set[str]:
    """Return all that a slip makes of a word behind its first letter: one letter less, more, other, or two swapped.

    >>> "jakrta" in slips("jakarta"), "jakatra" in slips("jakarta"), "akarta" in slips("jakarta")
    (True, True, False)
    """
    parts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    fewer = {head + tail[1:] for head, tail in parts if tail}
    more = {head + letter + tail for head, tail in parts for letter in ascii_lowercase}
    other = {head + letter + tail[1:] for head, tail in parts if tail for letter in ascii_lowercase}
    return (fewer | more | other | swapped(word)) - {word}


def swapped(word: str) -> set[str]:
    """Return a word with two neighbouring letters exchanged, its first letter kept.

    >>> sorted(swapped("thaun"))
    ['tahun', 'thanu', 'thuan']
    """
    pairs = range(1, len(word) - 1)
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs} - {word}


def _is_name(question: str, spot: re.Match[str]) -> bool:
    return spot.start() > 0 and spot.group()[0].isupper()


def _stem(word: str) -> str:
    folded = tokens(word)
    return stem(folded[0]) if folded else word
