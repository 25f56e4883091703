"""A text as its words with offsets, typography aside: what two texts must share for one to be said as in the other.

Quotation marks, spaces, dashes, letter case and invisible characters do not count. Letters, digits, signs and the
punctuation between words do. Nothing else is lost: a character that is neither is a word of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from index.text.analysis import stem

# A soft hyphen, zero-width and direction marks, variation selectors: seen by no reader.
_INVISIBLE = (
    r"\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u206f\ufe00-\ufe0f\ufeff"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u20d0-\u20f0"
_APOSTROPHES = "'’‘ʼʻ`´′＇"
# A number, a word, or (the second group) any other character that is seen.
_TOKEN = re.compile(
    rf"(\d+(?:[{_INVISIBLE}]*[.,:]?[{_INVISIBLE}]*\d+)*"
    rf"|[^\W\d_](?:[^\W\d_]|[{_MARKS}{_INVISIBLE}]|[{_APOSTROPHES}](?=[^\W\d_]))*)"
    rf"|([^\s{_INVISIBLE}])"
)
_UNSEEN = re.compile(f"[{_INVISIBLE}{_APOSTROPHES}]")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_SAME_SIGNS = {"…": "...", "‚": "", "％": "%", "，": ",", "。": ".", "？": "?", "！": "!", "：": ":", "；": ";"}
_WORD_SIGNS = {"%": "persen"}
# Letters of other scripts that look like Latin ones (Unicode's confusables, the single lower-case letters of them).
_LOOK_ALIKES = str.maketrans("аеорсухіјѕһԁԛԝӏνοαρτυικıɑɡ", "aeopcyxijshdqwlvoaptuikiag")
_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True)
class Spoken:
    """The words of a text. ``text[starts[i]:ends[i]]`` is word ``i``; ``keys[i]`` is what it is compared by.

    ``marks[i]`` is the punctuation between word ``i`` and the next one, quotation marks aside.
    """

    text: str
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    marks: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def has_words(self) -> bool:
        """True when there is a letter or a digit in it."""
        return any(key[0].isalnum() for key in self.keys)

    def between(self, first: int, end: int) -> str:
        """Return the text of the words ``first`` to ``end``, the latter excluded."""
        return self.text[self.starts[first] : self.ends[end - 1]] if first < end else ""


def spoken(text: str) -> Spoken:
    """Return the words of a text.

    >>> spoken("“Turun 85%,” kata  MA’RUF.").keys
    ('turun', '85', 'persen', 'kata', "ma'ruf")
    >>> spoken("Ya, tidak!").marks
    (',', '!')
    """
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    marks: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if match.lastindex == 1 or _is_sign(token):
            keys.append(word_key(token))
            starts.append(match.start())
            ends.append(match.end())
            marks.append("")
            continue
        mark = _mark(token, text, match.start(), match.end()) if marks else ""
        # A mark is not doubled ("?!?" = "?!"), but an ellipsis is no full stop.
        if mark and (mark == "." or mark not in marks[-1]):
            marks[-1] = (marks[-1] + mark)[:4].replace("....", "...")
    return Spoken(text, tuple(keys), tuple(starts), tuple(ends), tuple(marks))


@lru_cache(maxsize=200_000)
def word_key(token: str) -> str:
    """Return what a word is compared by.

    >>> word_key("Ma’ruf"), word_key("1.500"), word_key("％"), word_key("fi")
    ("ma'ruf", '1500', 'persen', 'fi')
    """
    if token[0].isdigit():
        return _number_key(unicodedata.normalize("NFKC", _HIDDEN.sub("", token)))
    if token.isascii():
        return _WORD_SIGNS.get(token) or _UNSEEN.sub(lambda match: "'", token).lower()
    visible = _UNSEEN.sub(lambda match: "'" if match.group() in _APOSTROPHES else "", token)
    # A raised or a vulgar digit is another thing than the plain one: 10² is not 102.
    raised = any(unicodedata.category(letter) == "No" for letter in visible)
    visible = unicodedata.normalize("NFC" if raised else "NFKC", visible)
    return _WORD_SIGNS.get(visible) or visible.casefold() or token


@lru_cache(maxsize=200_000)
def plain_key(key: str) -> str:
    """Return a word without apostrophes and accents, look-alike letters made Latin.

    >>> plain_key("jum'at"), plain_key("kаta")  # the second with a Cyrillic letter
    ('jumat', 'kata')
    """
    if key.isascii():
        return key.replace("'", "")
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", key.translate(_LOOK_ALIKES))).replace("'", "") or key


@lru_cache(maxsize=200_000)
def search_key(key: str) -> str:
    """Return what a word is looked for by: the stem of its plain form.

    >>> search_key("melayani"), search_key("kаta")  # the second with a Cyrillic letter
    ('layan', 'kata')
    """
    return stem(plain_key(key))


def in_latin(key: str) -> str:
    """Return a word with the letters of other scripts that look like Latin ones made Latin."""
    return key.translate(_LOOK_ALIKES)


def has_look_alikes(text: str) -> bool:
    """Tell whether a text mixes Latin letters with look-alikes of another script.

    >>> has_look_alikes("kаta"), has_look_alikes("kata")
    (True, False)
    """
    words = re.findall(r"\w+", text.lower())
    return any(re.search("[a-z]", word) and word.translate(_LOOK_ALIKES) != word for word in words)


def has_hidden(text: str) -> bool:
    """Tell whether there are characters in a text that nobody sees."""
    return _HIDDEN.search(text) is not None


def search_keys(words: Spoken) -> list[str]:
    """Return the search key of each word."""
    return [search_key(key) for key in words.keys]


@lru_cache(maxsize=10_000)
def _is_sign(character: str) -> bool:
    """Tell whether a character that is no letter is a word of its own, as "%" and an emoji are."""
    return character.isalnum() or unicodedata.category(character)[0] in "SM" or character in "%‰&@#°"


def _mark(token: str, text: str, start: int, end: int) -> str:
    """Return a punctuation mark as it counts, "" where it is typography."""
    if unicodedata.category(token) in ("Pd", "Cc") or token in "-_":
        return "-" if _is_minus(text, start, end) else ""
    if unicodedata.category(token) in ("Pi", "Pf", "Cf", "Co", "Cn", "Cs") or token in '"*«»„‟' + _APOSTROPHES:
        return ""
    return _SAME_SIGNS.get(token, token)


def _is_minus(text: str, start: int, end: int) -> bool:
    """Tell whether a dash counts: from number to number ("24-27"), or a sign before a number ("suhu -5")."""
    before, after = _HIDDEN.sub("", text[max(0, start - 6) : start])[-3:], _HIDDEN.sub("", text[end : end + 6])[:3]
    if not after.strip()[:1].isdigit():
        return False
    return before.rstrip()[-1:].isdigit() or (after[:1].isdigit() and not before[-1:].isalnum())


def _number_key(token: str) -> str:
    """Read Indonesian separators: dots between thousands, a comma before decimals.

    With two decimals it may be a time: 10.30 = 10:30 = 10,30. A leading zero stays: 007 is not 7.
    """
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", token):
        token = token.replace(".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3}){2,}", token):  # English thousands in quoted reports
        token = token.replace(",", "")
    head, *rest = re.split("[.,:]", token)
    if len(rest) == 1 and len(rest[0]) != 2 and (head == "0" or not head.startswith("0")) and ":" not in token:
        try:
            return format(Decimal(f"{head}.{rest[0]}").normalize(), "f")
        except InvalidOperation:
            return token
    return ".".join([head, *rest])


def runs_of(keys: Sequence[str]) -> list[str]:
    """Return each word and each two that follow one another, in order, repeats kept.

    >>> runs_of(["harga", "beras", "naik"])
    ['harga', 'harga beras', 'beras', 'beras naik', 'naik']
    """
    runs: list[str] = []
    for position, key in enumerate(keys):
        runs.append(key)
        if position + 1 < len(keys):
            runs.append(f"{key} {keys[position + 1]}")
    return runs
