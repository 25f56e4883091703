"""Indonesian sentences with exact offsets. Passages, citations and the support check all cut text here.

A rule-based splitter: an end mark, then space, then something that can open a sentence; abbreviations and initials
of Indonesian news are excepted. A line break always ends a sentence. It never changes a character.
"""

from __future__ import annotations

import re

from index.text.lexicon import lexicon

# Shortened words of Indonesian news after which a full stop does not end the sentence.
_ABBREVIATIONS = lexicon("abbreviations").set("before_a_word")
# Words of their own as well ("berbagai hal."): shortened only before a number.
_SHORT_MONTHS = " ".join(lexicon("calendar").words("months_short")).split()
_ABBREVIATIONS_BEFORE_NUMBER = lexicon("abbreviations").set("before_a_number").union(_SHORT_MONTHS)
# End marks with the closing quotes and brackets behind them, then white space, then an opener.
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[A-Z0-9ÀÉ])|\n+")
_WORD_BEFORE = re.compile(r"[\w.]+$")
_MAX_ABBREVIATION_CHARS = 40  # a page-long "word" must not cost its length squared
_DEGREE = re.compile(r"(?:[A-Z][A-Za-z]{0,3}\.)+$")  # S.H. M.Si. Ph.D.


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return ``(start, end)`` of each sentence, in order, without the white space between them.

    >>> text = 'Dr. Budi datang. "Saya senang," katanya.'
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Dr. Budi datang.', '"Saya senang," katanya.']

    Offsets count characters; every character that is not white space lies in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if "\n" not in match.group() and not _ends_sentence(text, start, match):
            continue
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return True
    word = _WORD_BEFORE.search(text, max(start, match.start() - _MAX_ABBREVIATION_CHARS), match.start())
    if word is None:
        return True
    token = word.group().strip(".")
    if len(token) == 1 and token.isupper():  # an initial: "A. Yani"
        return False
    if token.isdigit() and len(token) <= 2 and not text[start : word.start()].strip():  # "1. Pertama"
        return False
    if "." in token and _DEGREE.search(token + "."):
        return False
    if token.lower() in _ABBREVIATIONS_BEFORE_NUMBER:
        return not text[match.end() :].lstrip()[:1].isdigit()
    return token.lower() not in _ABBREVIATIONS


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        spans.append((start + left, start + right))
