"""Word lists of Indonesian as data: one TOML file a subject, which says what it is for and where its words come from.

A list stands once. It is written as a string of words; as an array where an entry holds spaces; as a table where a
word means something (a number, a long form). What two rooms need a little differently is a list of its own beside the
common one, with the reason as a comment.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Lexicon:
    """The lists of one file, by their keys. A key that is not there is a KeyError: a mistake in the program."""

    name: str
    lists: Mapping[str, Any]

    def words(self, *keys: str) -> tuple[str, ...]:
        """Return the entries of lists, one list after the other, each in the order of its file.

        >>> lexicon("questions").words("who", "when")
        ('siapa', 'siapakah', 'kapan', 'kapankah')
        """
        return tuple(entry for key in keys for entry in _entries(self.lists[key]))

    def set(self, *keys: str) -> frozenset[str]:
        """Return the entries of lists as one set.

        >>> sorted(lexicon("questions").set("who"))
        ['siapa', 'siapakah']
        """
        return frozenset(self.words(*keys))

    def numbers(self, key: str) -> dict[str, int]:
        """Return a table of words and their numbers.

        >>> lexicon("numbers").numbers("digits")["dua"]
        2
        """
        return {word: int(number) for word, number in self.lists[key].items()}

    def meanings(self, key: str) -> dict[str, str]:
        """Return a table of words and what they stand for.

        >>> lexicon("abbreviations").meanings("long_forms")["capres"]
        'calon presiden'
        """
        return {word: str(meaning) for word, meaning in self.lists[key].items()}


@cache
def lexicon(name: str) -> Lexicon:
    """Read a file of word lists, once in a process."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    return Lexicon(name, tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")))


def _entries(value: object) -> tuple[str, ...]:
    return tuple(value.split()) if isinstance(value, str) else tuple(map(str, value))  # type: ignore[call-overload]
