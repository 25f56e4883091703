"""The second copy of a text inside one page: a scraper often takes the same paragraphs twice, broken differently.

Words are compared, not their typography: quotes, dashes, spaces and capitals do not count, numbers, percent signs and
question marks do. Time grows with the length of the text only.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.cleaning.prose import SENTENCE_END, is_title_cased

# Shorter repeats ("Ya.", a sub-heading, a refrain) may be meant; a doubled sentence of the news is longer.
MIN_REPEAT_CHARS = 60
_MIN_OPEN_CHARS = 100
_KEY_WORDS = 6  # words that open a run; fewer find too many places
_MAX_PLACES = 8  # places looked at for one run: keeps a page of one sentence a thousand times quick
_TOKEN = re.compile(r"(?:(?<=\s)[-−–])?\d+(?:[.,:/]\d+)*|[^\W\d_]+|[?%$€£]")
_DIGIT = re.compile(r"\d")
_END = re.compile(r"[.!?…\"“”]")


def folded(line: str) -> str:
    """Return the words of a line without what typography adds.

    >>> folded("“Panen” – usai!") == folded('"PANEN" usai')
    True
    """
    return " ".join(_words(line)[0])


def is_long(line: str) -> bool:
    """Tell whether a line is too long to be repeated on purpose; one that ends no sentence may be an item of a list.

    >>> is_long("Hulu 12 karung, Tengah 10 karung, Hilir 9 karung, dan Pesisir 7 karung")
    False
    """
    if len(line) >= _MIN_OPEN_CHARS or len(line) < MIN_REPEAT_CHARS:
        return len(line) >= _MIN_OPEN_CHARS
    ended = SENTENCE_END.search(line) is not None or line[-1] in '"”'
    return ended or not (_DIGIT.search(line) or is_title_cased(line))


class Words:
    """The words of the lines kept so far, and where sentences and quotations begin and end among them."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._ends: list[bool] = []  # whether a sentence or a quotation ends behind a word
        self._places: dict[tuple[str, ...], list[int]] = {}  # first words of a sentence → where such a one begins
        self._unplaced: list[int] = []  # beginnings whose first words are not all here yet
        self._lines: dict[str, int] = {}  # a whole line → the place behind it

    def add(self, line: str) -> None:
        """Keep a line to compare later ones with."""
        words, ends = _words(line)
        offset = len(self._words)
        begins = [True, *ends[:-1]]
        self._words += words
        self._ends += ends
        self._lines.setdefault(" ".join(words), len(self._words))
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

    def behind_copy(self, line: str) -> int | None:
        """Return the place behind the first copy if all of a long line stood before, in runs of whole sentences.

        >>> seen = Words()
        >>> seen.add('Panen kopi di desa usai. "Kami senang, dan harga baik tahun ini," kata warga desa itu.')
        >>> seen.behind_copy("Panen kopi di desa usai. “Kami senang – dan harga baik tahun ini”, kata warga desa itu.")
        16
        >>> seen.behind_copy("Panen kopi di desa usai. “Kami senang, dan harga baik tahun ini,” kata warga desa lain.")
        """
        if not is_long(line):
            return None
        words, _ = _words(line)
        known = self._lines.get(" ".join(words))
        if known is not None:
            return known
        done = behind = 0
        while done < len(words):
            key = tuple(words[done : done + _KEY_WORDS])
            runs = [(self._run(words, done, place), place) for place in self._places.get(key, ())]
            run, place = max(runs, default=(0, 0), key=lambda found: found[0])
            if sum(map(len, words[done : done + run])) + run - 1 < MIN_REPEAT_CHARS:
                return None
            done, behind = done + run, place + run
        return behind if words else None

    def behind_next(self, line: str, place: int) -> int | None:
        """Return the place behind a short line if just that stood at ``place``, up to the end of a sentence."""
        words, _ = _words(line)
        behind = place + len(words)
        if words and self._words[place:behind] == words and self._ends[behind - 1]:
            return behind
        return None

    def _run(self, words: list[str], start: int, place: int) -> int:
        """Return how many words from ``start`` on stand at ``place`` too, up to the last end of a sentence there."""
        run = count = 0
        longest = min(len(words) - start, len(self._words) - place)
        while count < longest and words[start + count] == self._words[place + count]:
            if self._ends[place + count]:
                run = count + 1
            count += 1
        return run


@lru_cache(maxsize=4)  # a line is looked for first and kept then
def _words(line: str) -> tuple[list[str], list[bool]]:
    """Return the words of a line, folded, and whether a sentence or a quotation ends behind each; not to be changed."""
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
