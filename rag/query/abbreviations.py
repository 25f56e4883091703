"""Short forms of Indonesian news: whoever asks for the "bandara" also means the "Bandar Udara" of the text.

A text is read in the question's own form before its words are counted. Only for finding and weighing: what is shown,
copied and checked is always the text itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.text.analysis import index_stems
from index.text.lexicon import lexicon
from rag.query.answer_type import asked_abbreviation

_LONG_FORMS = lexicon("abbreviations").meanings("long_forms")


@dataclass(frozen=True)
class _Form:
    """A form as stems, with the patterns that find it in a text and among stems."""

    stems: str
    in_text: re.Pattern[str]
    in_stems: re.Pattern[str]


@dataclass(frozen=True)
class _Swap:
    """The form that stands in a question (as it stands there), and the other one."""

    asked: str
    asked_stems: str
    other: _Form


def read_as_asked(question: str, text: str) -> str:
    """Return a text with short and long forms as the question has them.

    >>> read_as_asked("Apa nama bandara di Medan?", "Pesawat mendarat di Bandar Udara Polonia.")
    'Pesawat mendarat di bandara Polonia.'

    A question for what an abbreviation means changes nothing, as the long form is then the answer.
    """
    for swap in _swaps(question):
        text = swap.other.in_text.sub(swap.asked, text)  # one of the forms above: no backslash in it
    return text


def stems_as_asked(question: str, stems: str) -> str:
    """Do the same in a text's stems, with spaces between.

    >>> stems_as_asked("Apa nama bandara di Medan?", "darat bandar udara polonia")
    'darat bandara polonia'
    """
    for swap in _swaps(question):
        stems = swap.other.in_stems.sub(swap.asked_stems, stems)
    return stems


def other_terms(question: str) -> list[str]:
    """Return the other forms as terms for the word index.

    >>> other_terms("Siapa Wapres Jusuf Kalla?")
    ['wakil presiden']
    """
    return [swap.other.stems for swap in _swaps(question)]


@lru_cache(maxsize=256)
def _swaps(question: str) -> tuple[_Swap, ...]:
    if asked_abbreviation(question):
        return ()
    swaps = []
    for short, long in _forms():
        written_short, written_long = short.in_text.search(question), long.in_text.search(question)
        if written_short and not written_long:
            swaps.append(_Swap(written_short.group(), short.stems, long))
        elif written_long and not written_short:
            swaps.append(_Swap(written_long.group(), long.stems, short))
    return tuple(swaps)


@lru_cache(maxsize=1)
def _forms() -> tuple[tuple[_Form, _Form], ...]:
    return tuple((_form(short), _form(long)) for short, long in _LONG_FORMS.items())


def _form(text: str) -> _Form:
    stems = " ".join(index_stems(text))
    # In capitals only as such: "as" is a word of its own.
    flags = re.NOFLAG if text.isupper() else re.IGNORECASE
    spaced = r"\s+".join(map(re.escape, text.split()))
    return _Form(stems, re.compile(rf"\b{spaced}\b", flags), re.compile(rf"(?<!\S){re.escape(stems)}(?!\S)"))
