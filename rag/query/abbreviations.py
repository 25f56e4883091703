"""Short forms of Indonesian news: whoever asks for the "bandara" also means the "Bandar Udara" of the text.

A text is read in the question's own form before its words are counted. Only for finding and weighing: what is shown,
copied and checked is always the text itself. A ``Query`` holds the forms of its question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.text.analysis import index_stems
from index.text.lexicon import lexicon

_LONG_FORMS = lexicon("abbreviations").meanings("long_forms")


@dataclass(frozen=True)
class _Form:
    """A form as stems, with the patterns that find it in a text and among stems."""

    stems: str
    in_text: re.Pattern[str]
    in_stems: re.Pattern[str]


@dataclass(frozen=True)
class Swap:
    """The form that stands in a question (as it stands there), and the other one."""

    asked: str
    asked_stems: str
    other: _Form

    def in_text(self, text: str) -> str:
        """Return a text with the question's form in the place of the other."""
        return self.other.in_text.sub(self.asked, text)  # one of the forms above: no backslash in it

    def in_stems(self, stems: str) -> str:
        """Do the same in a text's stems, with spaces between."""
        return self.other.in_stems.sub(self.asked_stems, stems)


def swaps_for(question: str) -> tuple[Swap, ...]:
    """Return the forms that a question has of those that are written in two ways.

    >>> [(swap.asked, swap.other.stems) for swap in swaps_for("Siapa Wapres Jusuf Kalla?")]
    [('Wapres', 'wakil presiden')]
    """
    swaps = []
    for short, long in _forms():
        written_short, written_long = short.in_text.search(question), long.in_text.search(question)
        if written_short and not written_long:
            swaps.append(Swap(written_short.group(), short.stems, long))
        elif written_long and not written_short:
            swaps.append(Swap(written_long.group(), long.stems, short))
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
