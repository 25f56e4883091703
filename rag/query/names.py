"""Names in a question, told by their capitals: whom or what it is about, and what it leaves open.

A question has no sentence before it that tells a name from a word; so a capital at its very start counts only where
more speaks for a name. Who types without capitals has no names here, and is understood by other signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.analysis import ASKING_WORDS
from index.text.dates import MONTHS
from index.text.lexicon import lexicon

_TOKEN = re.compile(r"[^\s“”\"()\[\],;:?!]+")
_INSIDE = lexicon("names").set("links", "links_of_works")  # "Virgil van Dijk"
_PLACE_BEFORE = lexicon("function_words").set("beside_no_actor")
_ROLES = lexicon("roles")
# Titles: they stand before a person's name, or for one.
ROLES = _ROLES.set("titles", "degrees", "address", "words_of_titles")
# What is named with these is no person.
_BODIES = lexicon("organisations").set("placed", "impersonal") | lexicon("regions").set("places", "directions")
_OPENERS = ASKING_WORDS | lexicon("questions").set("opener")


@dataclass(frozen=True)
class Name:
    """A name as it stands in a question, with the characters it spans.

    ``titled`` tells that a title stands before it; ``placed`` that a preposition does: it hardly names who acts.
    """

    text: str
    start: int
    end: int
    titled: bool = False
    placed: bool = False

    @property
    def may_be_person(self) -> bool:
        """Whether the name can be a person's: no abbreviation, no number, not where something happens."""
        return (self.titled or not self.placed) and not any(
            word.lower() in _BODIES or any(map(str.isdigit, word)) or _abbreviation(word) for word in self.text.split()
        )


def names_in(question: str) -> list[Name]:
    """Return the names of a question in order; titles before them are not part of them.

    >>> [name.text for name in names_in("Apa kata Menteri Azwar Anas tentang SPBE di Jatim?")]
    ['Azwar Anas', 'SPBE', 'Jatim']
    >>> [name.text for name in names_in("Turnamen apa yang diikuti timnas U-19?")]
    ['U-19']
    """
    tokens = list(_TOKEN.finditer(question))
    found: list[Name] = []
    at = 0
    while at < len(tokens):
        last = _last_of_name(question, tokens, at)
        if last is None:
            at += 1
            continue
        first = at
        while first <= last and _bare(tokens[first][0]).lower() in ROLES:
            first += 1
        if last - first > 1 and _abbreviation(tokens[first][0]) and not _abbreviation(tokens[first + 1][0]):
            last = first  # "tes DNA Ario Kiswinar": two names
        titled = first > at or (at > 0 and _bare(tokens[at - 1][0]).lower() in ROLES)
        before = at - 1
        while before >= 0 and _bare(tokens[before][0]).lower() in ROLES:
            before -= 1
        if first <= last and not (first == 0 and not _named_at_start(tokens, last)):
            placed = before >= 0 and tokens[before][0].lower() in _PLACE_BEFORE
            end = tokens[first].start() + len(question[tokens[first].start() : tokens[last].end()].rstrip(".'’"))
            found.append(Name(question[tokens[first].start() : end], tokens[first].start(), end, titled, placed))
        at = last + 1
    return found


def _last_of_name(question: str, tokens: list[re.Match[str]], at: int) -> int | None:
    """Return the index of the last token of the name that starts at a token, None where none does."""
    if (
        not _capital(tokens[at][0])
        or tokens[at][0].lower() in MONTHS
        or (at == 0 and _bare(tokens[at][0]).lower() in _OPENERS)
    ):
        return None
    last = at
    for next in range(at + 1, len(tokens)):
        if question[tokens[next - 1].end() : tokens[next].start()] != " ":
            break  # a comma or a bracket stands between
        word = tokens[next][0]
        if _capital(word) or (last == next - 1 and re.fullmatch(r"\d{1,3}[A-Z]?", word)):
            last = next
        elif word.lower() not in _INSIDE or not any(_capital(token[0]) for token in tokens[next + 1 : next + 2]):
            break
    return last


def _named_at_start(tokens: list[re.Match[str]], last: int) -> bool:
    """Tell whether what opens a question is a name: several words, an abbreviation, or capitals within the word."""
    first = tokens[0][0]
    return last > 0 or (first.isupper() and len(first) > 1) or _mixed(first) or any(map(str.isdigit, first))


def _abbreviation(word: str) -> bool:
    return (word.isupper() and len(word) > 2) or (_mixed(word) and not re.match(r"Ma?c[A-Z]", word))


def _capital(word: str) -> bool:
    return word[:1].isupper() or _mixed(word) or (any(map(str.isdigit, word)) and any(map(str.isupper, word)))


def _mixed(word: str) -> bool:
    return any(letter.isupper() for letter in word[1:]) and not word.isupper() and "-" not in word and "." not in word


def _bare(word: str) -> str:
    return word.strip(".'’")
