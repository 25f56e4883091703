"""Where direct speech stands in a text: between quotation marks of any kind, with exact offsets."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from index.text.sentences import sentence_spans
from index.text.verbatim import Spoken

_PAIRS = {"“": '”“„"', "„": "“”", "«": "»", "»": "«", '"': '"”“', "”": "”", "‘": "’", "'": "'", "‹": "›", "「": "」"}
_MARK = re.compile("[“”„«»\"‘’'‹›「」]|''|\n+")
_INNER_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_MIN_SINGLE_WORDS = 3  # between single marks: less is a scare quote, a title or an apostrophe gone astray


@dataclass(frozen=True)
class Quotation:
    """The text between two quotation marks: ``text[start:end]``; its marks lie at ``start - 1`` and ``end``."""

    start: int
    end: int


def quotations(text: str, *, single: bool = True) -> list[Quotation]:
    """Return all quotations of a text, in order, outermost ones only.

    >>> text = 'Ia berkata, “Saya “setuju” saja,” lalu pergi. "Ayo!"'
    >>> [text[found.start : found.end] for found in quotations(text)]
    ['Saya “setuju” saja,', 'Ayo!']

    One that is not closed ends with its paragraph. ``single`` takes ‘…’ and '…' too.
    """
    found: list[Quotation] = []
    opened: tuple[str, int] | None = None
    depth = 0
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        if mark[0] == "\n":
            if opened is not None:
                _add(found, text, *opened, at)
            opened, depth = None, 0
        elif opened is None:
            if _opens(text, mark, at, single):
                opened = (mark, match.end())
        elif mark in "‘’'" and opened[0] not in "‘'":
            continue
        elif mark in _PAIRS[opened[0]] and not (mark == "“" and opened[0] != "„" and _opens_at(text, at)):
            if depth:
                depth -= 1
            elif not (opened[0] in "‘'" and _is_inner(text, at)):
                _add(found, text, *opened, at)
                opened = None
        elif mark == opened[0] or mark == "“":
            depth += 1
    if opened is not None:
        _add(found, text, *opened, len(text))
    return found


def _opens(text: str, mark: str, at: int, single: bool) -> bool:
    if mark in "‘'":
        return single and _opens_at(text, at)
    return mark in _PAIRS and (mark in "“„«" or _opens_at(text, at))


def _opens_at(text: str, at: int) -> bool:
    """Tell whether a mark stands before a word and not behind one."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return (
        not (before.isalnum() or (before and before in ".,!?…"))
        and bool(after)
        and not after.isspace()
        and after not in ".,;"
    )


def _is_inner(text: str, at: int) -> bool:
    return _INNER_APOSTROPHE.match(text, at) is not None


def _add(found: list[Quotation], text: str, mark: str, start: int, end: int) -> None:
    if text[start:end].strip() and (mark not in "‘'" or len(text[start:end].split()) >= _MIN_SINGLE_WORDS):
        found.append(Quotation(start, end))


_ENDED = re.compile(r"[.!?…:][\"'”’»)\]]*$|[\"”»]$")
_STATEMENT_END = re.compile(r"[.,!?…] ?[”\"»]")


class Bounds:
    """Where whole sentences and whole quotations begin and end among the words of a text."""

    def __init__(self, words: Spoken) -> None:
        self._words = words

    @cached_property
    def quoted(self) -> list[Quotation]:
        """The quotations of the text, double marks only."""
        return quotations(self._words.text, single=False)

    @cached_property
    def _sentences(self) -> tuple[frozenset[int], frozenset[int]]:
        spans = _unwrapped(self._words.text, sentence_spans(self._words.text))
        return self._first_words(spans), self._last_words(spans)

    @cached_property
    def _quotations(self) -> dict[tuple[int, int], Quotation]:
        found = {}
        for item in self.quoted:
            first, last = self.words_of(item.start, item.end)
            if first <= last:
                found[first, last] = item
        return found

    def words_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last word that lie in a span of characters."""
        return bisect_left(self._words.starts, start), bisect_right(self._words.ends, end) - 1

    def is_whole(self, first: int, last: int) -> bool:
        """Tell whether the words ``first`` to ``last`` are complete sentences or a complete quotation."""
        if (first, last) in self._quotations:
            return True
        return self._begins(first, last) and self._ends(first, last)

    def quotation_of(self, word: int) -> Quotation | None:
        """Return the quotation that holds a word."""
        start = self._words.starts[word]
        at = bisect_right([item.start for item in self.quoted], start) - 1
        return self.quoted[at] if at >= 0 and start < self.quoted[at].end else None

    def sentence_from(self, word: int) -> int:
        """Return the first word of the sentence (or of the quotation) that a word is in."""
        starts = self._sentences[0] | {first for first, _ in self._quotations}
        return max((first for first in starts if first <= word), default=0)

    def sentence_to(self, word: int) -> int:
        """Return the last word of the sentence (or of the quotation) that a word is in."""
        ends = self._sentences[1] | {last for _, last in self._quotations}
        return min((last for last in ends if last >= word), default=len(self._words) - 1)

    def _begins(self, first: int, last: int) -> bool:
        opened = (begin == first and end >= last for begin, end in self._quotations)
        return first in self._sentences[0] or any(opened)

    def _ends(self, first: int, last: int) -> bool:
        if last in self._sentences[1]:
            return True
        # News puts a comma before the mark that ends what was said; a word in scare quotes has none.
        if any(end == last and begin <= first for begin, end in self._quotations):
            return True
        behind = self._words.text[self._words.ends[last] : self._words.ends[last] + 4]
        return _STATEMENT_END.match(behind) is not None

    def _first_words(self, spans: list[tuple[int, int]]) -> frozenset[int]:
        return frozenset(bisect_left(self._words.starts, start) for start, _ in spans)

    def _last_words(self, spans: list[tuple[int, int]]) -> frozenset[int]:
        return frozenset(bisect_right(self._words.ends, end) - 1 for _, end in spans)


def _unwrapped(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join sentences that a line break parts where the second goes on in small letters: a line of fixed width.

    >>> text = "Kami pergi ke\\npasar. Ia ikut."
    >>> [text[start:end] for start, end in _unwrapped(text, sentence_spans(text))]
    ['Kami pergi ke\\npasar.', 'Ia ikut.']
    """
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and text[start].islower() and not _ENDED.search(text[max(0, joined[-1][1] - 4) : joined[-1][1]]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
