"""Names of people in an article: capitalised words read apart from titles and offices, short forms made full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from index.text.analysis import ANSWER_KIND_WORDS, QUESTION_WORDS, STOP_WORDS
from index.text.dates import MONTH_WORDS, WEEKDAY_WORDS
from index.text.lexicon import lexicon
from rag.quotation.name_phrases import name_phrase
from rag.quotation.speech import (
    ACTIVE_VERBS,
    NAME_LINKS,
    PERSON_ROLES,
    PLACED_ROLES,
    PRONOUNS,
    ROLE_WORDS,
    SPEECH,
    STOPPERS,
)

# A full stop goes with initials and short forms only: "KH.", "M.", "Prof."
_CAPITAL = r"(?:(?:[A-Z]\w{0,2}|Prof|Drs)\.(?= [A-Z])|[A-ZÀ-Þ][\w’'‘`-]*)"
_SEQUENCE = re.compile(rf"{_CAPITAL}(?: (?:{_CAPITAL}|{'|'.join(sorted(NAME_LINKS))})(?=[\s,.;:()”\"]|$))*")
_PREPOSITIONS = lexicon("function_words").set("prepositions")
_NOT_NAMES = frozenset[str]().union(
    STOP_WORDS, QUESTION_WORDS, ANSWER_KIND_WORDS, WEEKDAY_WORDS, MONTH_WORDS, PRONOUNS, STOPPERS, ACTIVE_VERBS
)
_MAX_NAME_WORDS = 6
_SHORT_ORGANISATIONS = frozenset(map(str.upper, lexicon("organisations").words("short_forms")))
_AGED = re.compile(rf"({_CAPITAL}(?: {_CAPITAL}){{0,4}}) \(\d{{2}}\)")
_APPOSED = re.compile(rf"(?: \([^()]*\))?, ({_CAPITAL}(?: {_CAPITAL}){{0,5}})(?=[,. (]|$)")


@dataclass(frozen=True)
class Person:
    """Somebody as the article calls her: name, title or office (either may be missing), and where that stands."""

    name: str | None
    role: str | None
    start: int
    end: int

    @property
    def shown(self) -> str:
        """How she is called: an office without a name stays as it is."""
        return self.name or self.role or ""


def split_role(text: str) -> tuple[str | None, str | None]:
    """Split a run of words into title or office and name.

    >>> split_role("Kepala Polres Metro Jakarta Utara Komisaris Besar Budhi Herdi")
    ('Kepala Polres Metro Jakarta Utara Komisaris Besar', 'Budhi Herdi')
    >>> split_role("Presiden"), split_role("Fikser")
    (('Presiden', None), (None, 'Fikser'))
    """
    words = text.split()
    last = -1
    for position in range(len(words)):
        if _is_role_word(words, position):
            last = position
    role, name = " ".join(words[: last + 1]), " ".join(words[last + 1 :])
    return role or None, name.strip(".,") or None


def _is_role_word(words: list[str], position: int) -> bool:
    """Tell whether a word belongs to a title, an office or a place, not to a name."""
    word = words[position]
    bare = word.strip(".,'’‘`").lower()
    before = words[position - 1].lower() if position else ""
    if bare == "agung":
        return before in ("jaksa", "mahkamah", "hakim", "kejaksaan", "imam")
    if len(bare) == 1 and word[0].isupper() and bare not in "ivx":
        return False  # an initial
    if bare in ROLE_WORDS or bare in _NOT_NAMES:
        return True
    if re.fullmatch(r"[IVX]+|\d+", word):
        return position > 0 and before in ROLE_WORDS
    if word[0].islower():
        return bare not in NAME_LINKS
    if len(bare) < 2 or not word.isupper() or "." in word:
        return False
    final = position == len(words) - 1 and position and not _is_role_word(words, position - 1)
    return bare.upper() in _SHORT_ORGANISATIONS or (len(bare) > 2 and not final)


class People:
    """The people of one article's text."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _small(self) -> frozenset[str]:
        """The words that stand in small letters somewhere: one of them is no name because it opens a sentence."""
        return frozenset(re.findall(r"\b[a-z]{2,}\b", self._text))

    @cached_property
    def _sequences(self) -> list[str]:
        """Capitalised words in a row, without one that only opens a sentence."""
        found = []
        for match in _SEQUENCE.finditer(self._text):
            words = match.group().strip(".").split()
            before = self._text[: match.start()].rstrip(" “\"'(")[-1:]
            if before in ("", ".", "!", "?", "\n") and words[0].lower() in self._small:
                words = words[1:]
            if words:
                found.append(" ".join(words))
        return found

    @cached_property
    def known(self) -> frozenset[str]:
        """The words of names of people: who says something, holds an office or has her age in brackets behind her."""
        found: set[str] = set()
        for match in SPEECH.finditer(self._text):
            if (match.group("bare") and not match.group("own")) or match.group("by"):
                rest = self._text[match.end() : match.end() + 120].lstrip()
                if rest[:1].isupper() or rest.split(" ", 1)[0] in PERSON_ROLES:
                    person = self.leading(rest, 0)
                    found |= _name_words(person.name if person else None)
        for sequence in self._sequences:
            role, name = split_role(sequence)
            if role and set(role.lower().split()) & PERSON_ROLES:
                found |= _name_words(name)
        for match in _AGED.finditer(self._text):
            found |= _name_words(split_role(match.group(1))[1])
        return frozenset(found)

    def is_person(self, person: Person, *, says: bool) -> bool:
        """Tell whether it is somebody; ``says``: it is the subject of a verb of saying."""
        if person.name is None:
            return bool(person.role) and bool(set(str(person.role).lower().split()) & PERSON_ROLES)
        words = _name_words(person.name)
        return bool(words & self.known) or (says and len(words) >= 2)

    def full_name(self, name: str) -> str:
        """Return the fullest form of a name in the article.

        >>> People("Menteri Yuddy Chrisnandi datang. Yuddy senang.").full_name("Yuddy")
        'Yuddy Chrisnandi'
        """
        wanted = [word.lower() for word in name.split()]
        best, size = name, len(wanted)
        for sequence in self._sequences:
            _, full = split_role(sequence)
            words = full.split() if full else []
            if size < len(words) <= _MAX_NAME_WORDS and _holds([word.lower() for word in words], wanted):
                best, size = " ".join(words), len(words)
        return best

    def holder(self, role: str) -> str | None:
        """Return the name of the one who holds an office, where the article names just one.

        >>> People("Presiden Joko Widodo hadir. Presiden Jokowi pulang.").holder("Presiden")
        'Joko Widodo'
        """
        wanted = role.lower().split()
        names: list[str] = []
        for sequence in self._sequences:
            office, name = split_role(sequence)
            if office and name and office.lower().split()[: len(wanted)] == wanted:
                names.append(name)
        return max(names, key=lambda name: (len(name.split()), -names.index(name)), default=None)

    def leading(self, text: str, offset: int) -> Person | None:
        """Return the person that a run of words begins with: a role in small letters, a name, or both.

        >>> people = People("")
        >>> people.leading("Ketua KPUD Muna, Kubais, Senin", 0).name
        'Kubais'
        """
        found = name_phrase(text)
        if not found:
            return None
        plain = re.sub(r"\([^)]*\)", " ", found)
        role, name = split_role(plain)
        end = len(found)
        words = plain.split()
        begins_with_role = words[0].lower() in ROLE_WORDS or words[0][0].islower()
        if begins_with_role and (name is None or len(name.split()) == 1):
            of_place = name is not None and len(words) > 1 and words[-2].lower() in PLACED_ROLES
            if apposed := _apposed(text, end, single=name is None or of_place):
                role, name, end = plain, text[apposed[0] : apposed[1]], apposed[1]
        return Person(name, role, offset, offset + end)

    def subject(self, clause: str, offset: int) -> Person | None:
        """Return the person that a clause is about: who is named first and not behind a preposition."""
        office: Person | None = None
        for at, part in _parts(clause):
            for match in _SEQUENCE.finditer(part):
                before = part[: match.start()].split()
                if before and before[-1].lower() in _PREPOSITIONS:
                    continue
                words = match.group().split()
                skip = 0
                while skip < len(words) and words[skip].strip(".,").lower() in _NOT_NAMES | _PREPOSITIONS:
                    skip += 1
                if not before and at == 0 and skip == 0 and len(words) > 1 and words[0].lower() in self._small:
                    skip = 1
                opens = not before and at == 0 and skip == 0
                if skip == len(words) or (skip and words[skip - 1].lower() in _PREPOSITIONS):
                    break
                if opens and len(words) == 1 and not _name_words(words[0]) & self.known:
                    continue
                start = at + match.start() + len(" ".join(words[:skip])) + bool(skip)
                role, name = split_role(" ".join(words[skip:]))
                small = _small_role(before)
                role = " ".join(filter(None, [small, role])) or None
                if small and name and not _is_person_role(small):
                    continue
                person = Person(name, role, offset + start, offset + at + match.end())
                if name:
                    return person
                office = office or person
        return office


def _name_words(name: str | None) -> set[str]:
    return {word.strip(".,'’‘`").lower() for word in (name or "").split() if len(word.strip(".,")) > 1}


def _apposed(text: str, end: int, *, single: bool) -> tuple[int, int] | None:
    """Return where the name stands that follows an office between commas, further places left aside."""
    at = end
    while match := _APPOSED.match(text, at):
        start, at = match.start(1), match.end(1)
        role, name = split_role(match.group(1))
        words = match.group(1).split()
        if words[0].lower().strip(".") in _NOT_NAMES:
            return None
        if name and not role and (len(words) > 1 or single):
            return start, at
    return None


def _parts(clause: str) -> Iterator[tuple[int, str]]:
    """Yield the parts between commas, each with its offset; what stands in brackets is blanked."""
    plain = re.sub(r"\([^)]*\)", lambda match: " " * len(match.group()), clause)
    at = 0
    for part in plain.split(","):
        yield at, part
        at += len(part) + 1


def _small_role(before: list[str]) -> str | None:
    words: list[str] = []
    for word in reversed(before):
        if not word.isalpha() or not word.islower() or word in _NOT_NAMES:
            break
        words.append(word)
    return " ".join(reversed(words)) or None


def _is_person_role(text: str) -> bool:
    return bool(set(text.split()) & PERSON_ROLES)


def _holds(words: list[str], wanted: list[str]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))
