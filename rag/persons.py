"""Names of people in an article: capitalised words read apart from titles and offices, short forms made full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from index.words import ANSWER_KIND_WORDS, QUESTION_WORDS, STOP_WORDS
from rag.speech import ACTIVE_VERBS, DAYS, MONTHS, PRONOUNS, ROLE_WORDS, STOPPERS

_CAPITAL = r"[A-ZÀ-Þ][\w’'‘`-]*\.?"
_SEQUENCE = re.compile(rf"{_CAPITAL}(?: (?:{_CAPITAL}|bin|binti|van|de|der|al|el|da|dos|von)(?=[\s,.;:()”\"]|$))*")
_WORD = re.compile(r"[\w’'‘`/-]+")
_PREPOSITIONS = frozenset("di ke dari pada dalam kepada untuk bagi tentang soal terhadap antara hingga sampai".split())
_NOT_NAMES = STOP_WORDS | QUESTION_WORDS | ANSWER_KIND_WORDS | DAYS | MONTHS | PRONOUNS | STOPPERS | frozenset(ACTIVE_VERBS)
_MAX_NAME_WORDS = 6


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
    for position, word in enumerate(words):
        bare = word.strip(".,'’‘`").lower()
        acronym = len(bare) > 1 and word.isupper() and "." not in word and not _is_initials(words, position)
        if bare in ROLE_WORDS or acronym or (word[0].islower() and bare not in ("bin", "binti", "van", "de", "al")):
            last = position
    # An initial or a family name may look like an office ("Sri", "H"): a name does not end with nothing.
    role, name = " ".join(words[: last + 1]), " ".join(words[last + 1 :])
    return role or None, name.strip(".,") or None


def _is_initials(words: list[str], position: int) -> bool:
    """Tell whether capitals are initials of a name: "AM Hendropriyono" at its start, "Budi SH" is a degree."""
    return len(words[position]) == 2 and position == 0 and len(words) > 1 and words[1][:1].isupper()


class People:
    """The people of one article's text."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _sequences(self) -> list[str]:
        return [match.group().strip(".") for match in _SEQUENCE.finditer(self._text)]

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
        """Return the person that a run of words begins with: a role in small letters, a name, or both."""
        found = _phrase(text)
        if not found:
            return None
        end = len(found)
        role, name = split_role(found)
        if name is None and role and (apposed := _apposed(text[end:])):
            name, end = apposed[0], end + apposed[1]
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
                opens = not before and at == 0 and skip == 0
                if skip == len(words) or (skip and words[skip - 1].lower() in _PREPOSITIONS):
                    break
                if opens and len(words) == 1 and not _names_alone(self._text, words[0]):
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


def _phrase(text: str) -> str:
    """Return the words up to what ends a name, without those that do."""
    taken: list[str] = []
    at = 0
    capital = False
    for match in _WORD.finditer(text):
        gap = text[at : match.start()]
        word = match.group()
        if taken and gap != " " and not (gap == ". " and len(taken[-1]) <= 4 and word[0].isupper()):
            break
        if not taken and gap.strip():
            break
        low = word.lower().strip("’'‘`")
        if low in STOPPERS or low in DAYS or (capital and word[0].islower() and low not in ("bin", "binti", "al")):
            break
        if word[0].isdigit():
            break
        capital = capital or word[0].isupper()
        taken.append(word)
        at = match.end()
        if low in PRONOUNS:
            break
    return text[: at].strip() if taken else ""


def _apposed(text: str) -> tuple[str, int] | None:
    """Return the name that follows an office between commas."""
    match = re.match(rf",? (?:{_CAPITAL})(?: {_CAPITAL}){{0,4}}(?=[,. (])", text)
    if match is None or not match.group().startswith(","):
        return None
    role, name = split_role(match.group()[2:])
    first = match.group()[2:].split()[0].lower().strip(".")
    return (name, match.end()) if name and not role and first not in _NOT_NAMES else None


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
    return text.split()[-1] in ROLE_WORDS or text.split()[0] in ROLE_WORDS


def _holds(words: list[str], wanted: list[str]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


def _names_alone(text: str, word: str) -> bool:
    """Tell whether a capitalised word that opens a sentence is a name: it stands so within one, or nowhere in small."""
    low = word.strip(".").lower()
    if low in _NOT_NAMES:
        return False
    inside = re.search(rf"(?<=[\w,] ){re.escape(word)}\b", text)
    return inside is not None or (re.search(rf"\b{re.escape(low)}\b", text) is None and _looks_like_name(low))


def _looks_like_name(low: str) -> bool:
    return not re.match(r"(me|ber|di|ter|pe|ke|se)[a-z]{4,}(kan|i|an|nya)?$", low)
