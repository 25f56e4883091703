"""The second copy of a text inside one page: a scraper often takes the same paragraphs twice, broken differently.

Words are compared, not their typography: quotes, dashes, spaces and capitals do not count, numbers, percent signs and
question marks do. Time grows with the length of the text only.
"""

from __future__ import annotations

import re

# Shorter repeats ("Ya.", a sub-heading, a refrain) may be meant; a doubled sentence of the news is longer.
MIN_REPEAT_CHARS = 60
_KEY_WORDS = 6  # words that open a run; fewer find too many places
_MAX_PLACES = 8  # places looked at for one run: keeps a page of one sentence a thousand times quick
_TOKEN = re.compile(r"(?:(?<=\s)[-−–])?\d+(?:[.,:/]\d+)*|[^\W\d_]+|[?%$€£]")
_END = re.compile(r"[.!?…\"“”]")


def folded(line: str) -> str:
    """Return the words of a line without what typography adds.

    >>> folded("“Panen” – usai!") == folded('"PANEN" usai')
    True
    """
    return " ".join(_words(line)[0])


class Words:
    """The words of the lines kept so far, and where sentences and quotations begin and end among them."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._ends: list[bool] = []  # whether a sentence or a quotation ends behind a word
        self._places: dict[tuple[str, ...], list[int]] = {}  # first words of a sentence → where such a one begins
        self._unplaced: list[int] = []  # beginnings whose first words are not all here yet
        self._lines: set[str] = set()
        self._pairs: set[tuple[str, str]] = set()  # the end of a line and the whole next one
        self._last = ""

    def add(self, line: str) -> None:
        """Keep a line to compare later ones with."""
        words, ends = _words(line)
        offset = len(self._words)
        begins = [True, *ends[:-1]]
        self._words += words
        self._ends += ends
        self._lines.add(" ".join(words))
        self._pairs.add((self._last, " ".join(words)))
        self._last = " ".join(words[-_KEY_WORDS:])
        self._unplaced += [offset + i for i, begin in enumerate(begins) if begin and i < len(words)]
        waiting = []
        for place in self._unplaced:
            key = tuple(self._words[place : place + _KEY_WORDS])
            if len(key) < _KEY_WORDS:
                waiting.append(place)
                continue
            places = self._places.setdefault(key, [])
            if len(places) < _MAX_PLACES:
                places.append(place)
        self._unplaced = waiting

    def hold(self, line: str) -> bool:
        """Tell whether all of a long line stood before, whole sentences or quotations in runs of some length.

        >>> seen = Words()
        >>> seen.add('Panen kopi di lereng usai. "Kami senang, dan harga baik tahun ini," kata warga desa itu.')
        >>> seen.hold("Panen kopi di lereng usai. “Kami senang – dan harga baik tahun ini”, kata warga desa itu.")
        True
        >>> seen.hold("Panen kopi di lereng usai. “Kami senang, dan harga baik tahun ini,” kata warga desa lain.")
        False
        """
        if len(line) < MIN_REPEAT_CHARS:
            return False
        words, _ = _words(line)
        if " ".join(words) in self._lines:
            return True
        done = 0
        while done < len(words):
            key = tuple(words[done : done + _KEY_WORDS])
            run = max((self._run(words, done, place) for place in self._places.get(key, ())), default=0)
            if sum(map(len, words[done : done + run])) + run - 1 < MIN_REPEAT_CHARS:
                return False
            done += run
        return bool(words)

    def follows(self, line: str, short: str) -> bool:
        """Tell whether a short line stood before, right behind a line that ended like ``line``."""
        return (" ".join(_words(line)[0][-_KEY_WORDS:]), folded(short)) in self._pairs

    def _run(self, words: list[str], start: int, place: int) -> int:
        """Return how many words from ``start`` on stand at ``place`` too, up to the last end of a sentence there."""
        run = count = 0
        longest = min(len(words) - start, len(self._words) - place)
        while count < longest and words[start + count] == self._words[place + count]:
            if self._ends[place + count]:
                run = count + 1
            count += 1
        return run


def _words(line: str) -> tuple[list[str], list[bool]]:
    """Return the words of a line, folded, and whether a sentence or a quotation ends behind each."""
    words: list[str] = []
    ends: list[bool] = []
    previous = 0
    for match in _TOKEN.finditer(line):
        if words:
            ends.append(_END.search(line, previous, match.start()) is not None)
        words.append(match.group().casefold())
        previous = match.end()
    if words:
        ends.append(True)
    return words, ends
