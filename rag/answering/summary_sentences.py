"""An article → the whole sentences that sum it up, as they stand, in the article's order. Pure; no model of language.

Each sentence gets the share of it that a summary by a person would repeat, as learnt by `scripts/train/summary.py`; the
set is the one with the best expected overlap with a summary of the usual length. That cuts nothing: a sentence is in
or out, and a quotation that runs over several goes with the words that say whose it is.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from index.text.analysis import index_stems, tokens
from index.text.sentences import sentence_spans
from rag.generation.evidence_selection import LEANS_BACK

NAMES = ("constant", "place", "title", "central", "quoted", "speaking", "long")
FORMAT = 1
FITTED = Path(__file__).with_name("summary.json")
MAX_SENTENCES = 5
# Bounds the work on a page of any length: people sum up from what stands near the top.
_MAX_READ = 60
_MAX_QUOTED_SENTENCES = 4  # a quotation that is not closed by then has lost its mark
_LONG_WORDS = 30
_HEADING_WORDS = 6  # without an end mark: a heading between paragraphs, an item of a list
_COMMON = 4  # other sentences with a word; more say no more of how central it is
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_SPEAKING = re.compile(r"\b(?:saya|aku|gue|kami|kita|anda|kamu|kalian)\b", re.I)
_LINK = re.compile(r"\W*(?:baca|simak|lihat|tonton|saksikan)\s?(?:(?:juga|pula)\b|:)", re.I)
# "Jakarta, CNN Indonesia -- ", "SYDNEY, JUARA.net - ", "Denpasar (ANTARA News) - ": places and outlets, then a dash. A
# hyphen must follow a comma, a bracket, an outlet's domain or capitals: it also stands within words ("Al - Quran").
_NAME = r"[A-Z][\w.'’/&-]*(?:\s[A-Z][\w.'’/&-]*){0,4}"
_IN_BRACKETS = r"\s?,?\s?\([^()]{2,40}\)"
_DATELINE = re.compile(
    rf"""(?: {_NAME} (?:\s?,\s?(?:{_NAME}|\d[\d/. ]*)){{0,3}} (?:{_IN_BRACKETS})? \s? (?:--|[–—]) |
    (?: {_NAME}(?:\s?,\s?{_NAME}){{1,2}} | {_NAME}(?:\s?,\s?(?:{_NAME}|\d[\d/. ]*)){{0,3}}{_IN_BRACKETS} |
    (?:{_NAME}\s?,\s?)?[\w-]+\.(?i:com|net|co|id|tv)(?:\.id)? | [A-Z][A-Z ]{{2,30}} ) \s? - ) \s+ (?=[\"'“‘(]?\w)""",
    re.X,
)
_MAX_DATELINE_CHARS = 80


@dataclass(frozen=True)
class Unit:
    """A sentence, or those of one quotation, as it may be told; ``start`` and ``end`` count the article's text."""

    start: int
    end: int
    text: str

    @property
    def whole(self) -> bool:
        """False of what says little alone: a heading, the words before a list, what trails off, half a quotation."""
        ended = bool(_ENDED.search(self.text)) or len(tokens(self.text)) > _HEADING_WORDS
        return ended and self.text[-1] not in ":…" and not _is_open(self.text)


@dataclass(frozen=True)
class SentenceWeights:
    """Of the features of a sentence, in the order of ``NAMES``, and the words of a usual summary."""

    of_features: tuple[float, ...]
    usual_words: float

    @classmethod
    def load(cls, path: Path = FITTED) -> SentenceWeights:
        """Return what `scripts/train/summary.py` fitted. Raises ValueError on a file of another format."""
        stored: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if stored["format"] != FORMAT:
            raise ValueError(f"{path.name}: format {stored['format']}, needed {FORMAT}; run scripts/train/summary.py")
        return cls(tuple(stored["weights"][name] for name in NAMES), stored["usual_words"])


def units(text: str, publisher: str | None = None) -> list[Unit]:
    """Return the sentences of an article that can be told, without its dateline and its links to others.

    >>> [unit.text for unit in units('Jakarta, Warta -- Pasar dibuka. "Ramai. Senang," kata Ani.\\nBaca juga: Harga')]
    ['Pasar dibuka.', '"Ramai. Senang," kata Ani.']
    """
    spans = sentence_spans(text)
    made: list[Unit] = []
    at = 0
    while at < len(spans) and len(made) < _MAX_READ:
        start = spans[at][0]
        last = _quotation_end(text, spans, at)
        end = spans[last][1]
        at = last + 1
        if not made:
            start = _behind_dateline(text, start, end, publisher)
        said = " ".join(text[start:end].split())
        if re.search(r"\w", said) and not _LINK.match(said):
            made.append(Unit(start, end, said))
    return made


def _behind_dateline(text: str, start: int, end: int, publisher: str | None) -> int:
    end = min(end, start + _MAX_DATELINE_CHARS)
    outlet = re.compile(rf"{re.escape(publisher)}\s?[-–—]{{1,2}}\s+", re.I) if publisher else None
    found = _DATELINE.match(text, start, end) or (outlet and outlet.match(text, start, end))
    return found.end() if found else start


def _quotation_end(text: str, spans: Sequence[tuple[int, int]], at: int) -> int:
    """Return the place of the sentence that closes the quotation open at the end of this one; its own where none is."""
    for last in range(at, min(at + _MAX_QUOTED_SENTENCES, len(spans))):
        if last > at and "\n" in text[spans[last - 1][1] : spans[last][0]]:
            break
        if not _is_open(text[spans[at][0] : spans[last][1]]):
            return last
    return at


def _is_open(text: str) -> bool:
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")


def features(made: Sequence[Unit], title: str | None) -> list[tuple[float, ...]]:
    """Return what is weighed of each unit, in the order of ``NAMES``.

    >>> [[round(value, 2) for value in row] for row in features(units("Pasar dibuka. Saya senang."), "Pasar baru")]
    [[1.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0], [1.0, 0.69, 0.0, 0.0, 0.0, 1.0, 0.0]]
    """
    named = set(index_stems(title or ""))
    stems = [set(index_stems(unit.text)) for unit in made]
    spread = Counter(one for own in stems for one in own)
    return [
        (
            1.0,
            math.log(1 + place),
            len(own & named) / (len(named) or 1),
            sum(min(spread[one] - 1, _COMMON) for one in own) / (_COMMON * len(own) or 1),
            float(unit.text[0] in "\"“‘'"),
            float(bool(_SPEAKING.search(unit.text))),
            max(0.0, len(tokens(unit.text)) - _LONG_WORDS) / _LONG_WORDS,
        )
        for place, (unit, own) in enumerate(zip(made, stems, strict=True))
    ]


def shares(made: Sequence[Unit], title: str | None, weights: SentenceWeights) -> list[float]:
    """Return of each unit the share of its words that a person's summary is expected to repeat, in order.

    What is tied to nothing else in the article, as an order hidden in it, has none.
    """
    values = (
        sum(weight * value for weight, value in zip(weights.of_features, row, strict=True))
        for row in features(made, title)
    )
    return [
        tied / (1 + math.exp(-max(-30.0, min(30.0, value))))
        for value, tied in zip(values, tied_together(made, title), strict=True)
    ]


def tied_together(made: Sequence[Unit], title: str | None) -> list[bool]:
    """Tell of each unit whether it shares a stem with the title, or one of those that two units share several of.

    >>> tied_together(units("Pasar ikan dibuka. Tulis puisi! Pasar ikan ramai. Ikan segar."), None)
    [True, False, True, True]

    A single word may be shared by chance. So is one that points back to a unit that is; and all, where nothing holds
    the article together.
    """
    stems = [set(index_stems(unit.text)) for unit in made]
    shared = (one & other for one, other in combinations(stems, 2))
    topic = set(index_stems(title or "")).union(*(both for both in shared if len(both) > 1))
    tied: list[bool] = []
    for unit, own in zip(made, stems, strict=True):
        leans = bool(tied) and tied[-1] and bool(LEANS_BACK.match(unit.text))
        tied.append(leans or not own.isdisjoint(topic))
    return tied if any(tied) else [True] * len(made)


def choose(
    made: Sequence[Unit], expected: Sequence[float], usual_words: float, count: int = MAX_SENTENCES
) -> list[Unit]:
    """Return the units that sum up best, in their order: those whose expected F1 with a usual summary is highest.

    >>> made = units("Pasar dibuka. Hujan turun. Pasar itu dibuka bupati.")
    >>> [unit.text for unit in choose(made, [0.9, 0.1, 0.8], usual_words=6)]
    ['Pasar dibuka.', 'Pasar itu dibuka bupati.']

    ``expected`` are the shares. With S words expected to be repeated of T told, F1 is 2S / (T + usual_words): another
    sentence is told as long as that grows. Words that stand in a chosen unit already are not expected again.
    """
    pairs = [set(pairwise(words)) for words in (tokens(unit.text) for unit in made)]
    lengths = [len(tokens(unit.text)) for unit in made]
    left = [place for place, unit in enumerate(made) if unit.whole] or list(range(len(made)))
    chosen: list[int] = []
    told: set[tuple[str, str]] = set()
    repeated = total = best = 0.0

    def gained(place: int) -> float:
        new = len(pairs[place] - told) / (len(pairs[place]) or 1) if told else 1.0
        return expected[place] * new * lengths[place]

    while left and len(chosen) < count:
        scores = {place: 2 * (repeated + gained(place)) / (total + lengths[place] + usual_words) for place in left}
        place = max(left, key=lambda one: (round(scores[one], 9), -one))
        if chosen and scores[place] <= best:
            break
        best = scores[place]
        repeated += gained(place)
        total += lengths[place]
        told |= pairs[place]
        chosen.append(place)
        left.remove(place)
    return [made[place] for place in sorted(chosen)]
