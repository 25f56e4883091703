"""Who says a quotation in its article: named behind it, before it, within it, or by a pronoun. Unknown is said so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.text.lexicon import lexicon
from index.text.sentences import sentence_spans
from rag.quotation.article_cache import Read
from rag.quotation.detection import Quotation, quotations
from rag.quotation.person_names import People, Person, split_role
from rag.quotation.speech import PRONOUNS, SPEECH

_MAX_BACK = 8  # sentences before a quotation that a pronoun may point back to
# First names so common that they alone do not make two full names one person.
_COMMON_NAMES = lexicon("names").set("common")
_HONORIFICS = lexicon("roles").set("degrees", "address", "address_short")
# Offices that news uses as a name: "kata Presiden". The name of their holder is set behind them.
_OFFICES = lexicon("roles").set("names_by_office")
_POINTS_BACK = re.compile(r"(?: [\w-]+){0,4} (?:itu|ini|tersebut)\b")  # "pria 67 tahun itu"
_BEHIND = re.compile(r"[\s\"”“»’'.,!?…–—-]*")


@dataclass(frozen=True)
class Speaker:
    """Who says it. ``name`` is the fullest form found; ``role`` the title or office that stands with it.

    ``written`` is how the article attributes it, at ``start`` to ``end`` of its text. ``direct`` is speech between
    quotation marks; else the article tells it in its own words.
    """

    name: str
    role: str | None
    written: str
    start: int
    end: int
    direct: bool

    @property
    def shown(self) -> str:
        """Name and office."""
        return f"{self.name} ({self.role})" if self.role and self.role.lower() not in self.name.lower() else self.name


def speaker_of(read: Read, first: int, last: int) -> Speaker | None:
    """Return who says the words ``first`` to ``last`` of an article, None where the article does not tell."""
    text = read.article.text
    quotation = read.bounds.quotation_of(first) or read.bounds.quotation_of(last)
    finder = _finder(text)
    if quotation is not None:
        return finder.of_quotation(quotation)
    return finder.of_indirect(read.words.starts[first], read.words.ends[last])


def speaker_in(text: str, quoted: list[Quotation], quotation: Quotation) -> Speaker | None:
    """Return who says a quotation of any text, as that text tells it.

    >>> text = "“Harga beras turun di pasar,” kata Budi Santoso."
    >>> from rag.quotation.detection import quotations
    >>> speaker_in(text, quotations(text), quotations(text)[0]).name
    'Budi Santoso'
    """
    return _Finder(text, quoted).of_quotation(quotation)


def agrees(claimed: str, speaker: Speaker) -> bool:
    """Tell whether a claimed speaker may be the one found: a word of the name in common, titles aside.

    >>> agrees("Bu Khofifah", Speaker("Khofifah Indar Parawansa", "Gubernur", "", 0, 0, True))
    True
    >>> agrees("Jokowi", Speaker("Presiden Joko Widodo", None, "", 0, 0, True))
    True
    """
    names = _words(speaker.name)
    asked = _words(claimed)
    if split_role(claimed.title())[1] is None:  # an office is claimed
        names |= _words(speaker.role or "")
    shared = asked & names
    if len(asked) > 1 and len(names) > 1:  # Budi Santoso is not Budi Karya
        shared -= _COMMON_NAMES
    return bool(shared) or any(_is_short_for(word, speaker.name.lower().split()) for word in asked)


def _is_short_for(word: str, names: list[str]) -> bool:
    """Tell whether a word is short for a name: Risma for Rismaharini, Jokowi for Joko Widodo, SBY by its initials."""
    if any(len(word) >= 4 and name != word and name.startswith(word) for name in names):
        return True
    for first, second in pairwise(names):
        for cut in range(2, len(word)):
            if first.startswith(word[:cut]) and second.startswith(word[cut:]) and len(word) >= 4:
                return True
    initials = "".join(name[0] for name in names)
    return 2 <= len(word) <= 4 and word in initials and len(initials) == len(word)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower().replace("’", "'"))) - _HONORIFICS


@lru_cache(maxsize=16)
def _finder(text: str) -> _Finder:
    """Return the finder of an article; a text may hold many places of one quotation."""
    return _Finder(text, quotations(text, single=False))


class _Finder:
    """Looks for attributions in one article."""

    def __init__(self, text: str, quoted: list[Quotation]) -> None:
        self._text = text
        self._quoted = quoted
        self._people = People(text)
        self._sentences = sentence_spans(_blanked(text, quoted))
        self._plain = _blanked(text, quoted)

    def of_quotation(self, quotation: Quotation) -> Speaker | None:
        """Behind it first, as news does; then before it, then the one who spoke last."""
        person = self._behind(quotation) or self._before(quotation) or self._continued(quotation)
        return self._speaker(person, quotation.start, True)

    def of_indirect(self, start: int, end: int) -> Speaker | None:
        """The sentence itself must say who says it."""
        spans = [span for span in self._sentences if span[0] < end and span[1] > start]
        for begin, stop in spans:
            person = self._event(begin, stop)
            if person is not None:
                return self._speaker(person, begin, False)
        return None

    def _behind(self, quotation: Quotation) -> Person | None:
        at = quotation.end + 1
        gap = _BEHIND.match(self._text, at)
        start = gap.end() if gap else at
        match = SPEECH.match(self._text, start)
        if match is None:
            # "…," Budi menambahkan; "…," demikian kata Budi; "…," begitu kata Budi
            stop = self._sentence_end(at)
            tail = self._plain[at:stop]
            early = SPEECH.search(tail[:60])
            if early is None or "\n" in tail[: early.start()].strip(" ") or "." in tail[: early.start()].strip():
                return None
            match = SPEECH.match(self._text, at + early.start())
            if match is None:
                return None
        elif self._text[start].isupper() and "\n" in self._text[at:start]:
            return None  # a new sentence with a subject of its own
        return self._named_by(match, at, self._sentence_end(start))

    def _before(self, quotation: Quotation) -> Person | None:
        """Budi mengatakan, “…”: the verb stands in the sentence that leads to the mark."""
        begin = self._sentence_begin(quotation.start - 1)
        lead = self._plain[begin : quotation.start - 1]
        if not lead.strip():
            return None
        if person := self._event(begin, quotation.start - 1):
            return person
        if lead.rstrip().endswith(":") or lead.rstrip().endswith(","):
            return self._people.subject(lead, begin)
        return None

    def _continued(self, quotation: Quotation) -> Person | None:
        """A quotation alone goes on with what the sentence before it began."""
        before = [span for span in self._sentences if span[1] <= quotation.start - 1]
        if not before:
            return None
        begin, end = before[-1]
        return self._event(begin, end)

    def _event(self, begin: int, end: int) -> Person | None:
        """Return who says something in a stretch of the article's own words."""
        for match in SPEECH.finditer(self._plain, begin, end):
            if (
                match.group("bare")
                and match.group("bare").lower()
                in (
                    "tutup",
                    "tambah",
                    "lanjut",
                    "aku",
                    "terang",
                    "jelas",
                    "tegas",
                    "harap",
                    "pesan",
                    "cerita",
                    "kisah",
                    "tanya",
                    "jawab",
                )
                and not self._text[match.end() : match.end() + 40].lstrip()[:1].isupper()
                and not match.group("own")
            ):
                continue
            if person := self._named_by(match, begin, end):
                return person
        return None

    def _named_by(self, match: re.Match[str], begin: int, end: int) -> Person | None:
        """Return the subject of a verb of saying."""
        if match.group("active"):
            left = self._plain[begin : match.start()]
            last = left.split()[-1:] or [""]
            if last[0].lower().strip(",") in PRONOUNS:
                return Person(None, "-nya", match.start(), match.end())
            return self._people.subject(left, begin)
        if match.group("own") or match.group("agent") or match.group().lower() == "menurutnya":
            return Person(None, "-nya", match.start(), match.end())
        rest = self._text[match.end() : end]
        person = self._people.leading(rest.lstrip(), match.end() + len(rest) - len(rest.lstrip()))
        if person is None or (person.name is None and (person.role or "").lower() in PRONOUNS):
            return Person(None, "-nya", match.start(), person.end if person else match.end()) if rest.strip() else None
        return person

    def _speaker(self, person: Person | None, at: int, direct: bool) -> Speaker | None:
        if person is None:
            return None
        written = " ".join(self._text[person.start : person.end].split())
        said = person
        described = None
        if person.name is None and not _is_office(person.role):
            described = person.role if person.role not in PRONOUNS and person.role != "-nya" else None
            if described and not _POINTS_BACK.match(self._text, person.end):
                return Speaker(described, None, written, said.start, said.end, direct)  # "seorang warga": nobody named
            person = self._named_before(at, person.start)
            if person is None:
                return Speaker(described, None, written, said.start, said.end, direct) if described else None
        if person.name is None:
            holder = self._people.holder(person.role or "")
            if holder and str(person.role).lower() not in _OFFICES:
                return Speaker(holder, person.role, written, said.start, said.end, direct)
            name = f"{person.role} {holder}" if holder else person.role or ""
            return Speaker(name, None, written, said.start, said.end, direct)
        name = self._people.full_name(person.name)
        return Speaker(name, described or person.role, written, said.start, said.end, direct)

    def _named_before(self, at: int, mention: int) -> Person | None:
        """Return the one that a pronoun points back to: who spoke last or was last spoken of."""
        before = [span for span in self._sentences if span[0] < at][-_MAX_BACK:]
        for begin, end in reversed(before):
            end = min(end, at - 1)
            if begin >= end:
                continue
            person = self._event(begin, end)
            if person is not None and person.start < at and (person.name or _is_office(person.role)):
                if self._people.is_person(person, says=True):
                    return person
            elif person is None:
                named = self._people.subject(self._plain[begin:end], begin)
                if named is not None and named.name and named.start < at and self._people.is_person(named, says=False):
                    return named
        return None

    def _sentence_end(self, at: int) -> int:
        return next((end for begin, end in self._sentences if end > at), len(self._text))

    def _sentence_begin(self, at: int) -> int:
        return max((begin for begin, end in self._sentences if begin <= at), default=0)


def _is_office(role: str | None) -> bool:
    """Tell whether it is an office as a name ("Presiden"), not a description ("pria itu")."""
    return bool(role) and str(role)[0].isupper()


def _blanked(text: str, quoted: list[Quotation]) -> str:
    """Return the text with what is quoted made blank, lengths kept."""
    parts: list[str] = []
    at = 0
    for item in quoted:
        parts += [text[at : item.start], re.sub(r"\S", " ", text[item.start : item.end])]
        at = item.end
    return "".join(parts) + text[at:]
