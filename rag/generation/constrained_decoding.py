"""Lets a language model answer only in the archive's own words: what it says is one run of one text, word for word.

At each step the model may go on only with what goes on somewhere in the texts; it ends where a word ends. It chooses
where to begin and where to stop, and cannot make up, mix or half-spell a name. Where a number or a date is asked, it
begins near one and does not end before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy

_NEAR_CHARS = 40  # "lebih dari dua ratus", "Kamis malam, 28 Juli"
_OPENERS = "\"'“‘«(["


class CopyGuide:
    """What may come next, as tokens.

    ``vocabulary`` maps the bytes of each ordinary token to its id; ``must_hold`` has to match in what is copied.

    >>> guide = CopyGuide(["di Grahadi, Surabaya"], {b"di": 1, b" Gra": 2, b"hadi": 3, b"Sura": 4, b"S": 5})
    >>> sorted(guide.allowed()), guide.may_end
    ([1, 4, 5], False)
    >>> guide.take(1); guide.take(2); guide.take(3)
    >>> guide.may_end, guide.said
    (True, 'di Grahadi')
    """

    def __init__(
        self, texts: Sequence[str], vocabulary: Mapping[bytes, int], must_hold: re.Pattern[str] | None = None
    ) -> None:
        self._texts = [text.encode("utf-8") for text in texts]
        self._vocabulary = vocabulary
        self._bytes_of = {id: token for token, id in vocabulary.items()}
        self._longest = max(map(len, vocabulary), default=0)
        self._must_hold = must_hold
        self._places = [(number, at) for number, text in enumerate(texts) for at in _word_starts(text, must_hold)]
        self._ends = [_word_ends(text) for text in texts]
        self._said = b""

    @property
    def said(self) -> str:
        """What was copied so far."""
        return self._said.decode("utf-8", "ignore")

    @property
    def may_end(self) -> bool:
        """True where at least one of the places copied from is at the end of a word."""
        if not self._said or (self._must_hold and not self._must_hold.search(self.said)):
            return False
        return any(at in self._ends[number] for number, at in self._places)

    def allowed(self) -> set[int]:
        """Return the ids of the tokens that may come next; none where every place is at the end of its text."""
        following = {self._texts[number][at : at + self._longest] for number, at in self._places}
        found = set()
        for piece in following:
            for length in range(1, len(piece) + 1):
                id = self._vocabulary.get(piece[:length])
                if id is not None:
                    found.add(id)
        return found

    def remainders(self) -> list[tuple[int, int, int | None]]:
        """Return the places copied from: number of the text, byte offset, and where the copy may end at the earliest.

        That is None where nothing before the end of the text will do.
        """
        return [(number, at, self._earliest_end(number, at)) for number, at in sorted(set(self._places))]

    def ends(self, number: int, start: int) -> list[int]:
        """Return the byte offsets of one text, from ``start`` on, where a word has just ended."""
        return sorted(at for at in self._ends[number] if at >= start)

    def text(self, number: int) -> bytes:
        """Return one of the texts."""
        return self._texts[number]

    def _earliest_end(self, number: int, at: int) -> int | None:
        for end in self.ends(number, at):
            said = self._said + self._texts[number][at:end]
            if said and (not self._must_hold or self._must_hold.search(said.decode("utf-8", "ignore"))):
                return end
        return None

    def after(self, token: int) -> CopyGuide:
        """Return what ``take`` would make of this guide, which itself stays as it is."""
        other = copy(self)
        other.take(token)
        return other

    def take(self, token: int) -> None:
        """Go on with one of the allowed tokens; the places where it does not stand are given up."""
        piece = self._bytes_of[token]
        self._places = [
            (number, at + len(piece)) for number, at in self._places if self._texts[number].startswith(piece, at)
        ]
        self._said += piece


def _word_starts(text: str, near: re.Pattern[str] | None) -> list[int]:
    """Return the byte offsets where a word, or a mark that opens one, begins, ``near`` matching soon after."""
    starts, at = [], 0
    before = " "
    for position, letter in enumerate(text):
        opens = letter.isalnum() or letter in _OPENERS
        begins = opens and not before.isalnum() and before not in ".,-/'’"
        if begins and (
            near is None or near.match(text, position) or near.search(text, position, position + _NEAR_CHARS)
        ):
            starts.append(at)
        at += len(letter.encode("utf-8"))
        before = letter
    return starts


def _word_ends(text: str) -> set[int]:
    """Return the byte offsets where a word has just ended."""
    ends, at = set(), 0
    for position, letter in enumerate(text):
        at += len(letter.encode("utf-8"))
        following = text[position + 1 : position + 2]
        joined = following in tuple(".,-/'’") and text[position + 2 : position + 3].isalnum()
        if not letter.isspace() and not following.isalnum() and not joined:
            ends.add(at)
    return ends
