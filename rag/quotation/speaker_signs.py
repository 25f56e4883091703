"""What speaks for and against somebody named before a quotation as its speaker: the signs of one article's text.

    a person, a place in the text → counts of who is named, who speaks, what is done between → SpeakerFeatures

How much each of them weighs is `rag.quotation.speaker_confidence`'s; who may be meant, `rag.quotation.attribution`'s.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property

from index.text.lexicon import lexicon
from rag.quotation.detection import Quotation
from rag.quotation.person_names import Mention, People, Person
from rag.quotation.speaker_confidence import SpeakerFeatures
from rag.quotation.speech import PERSON_ROLES

MAX_SENTENCE = 4000  # characters; what goes on longer without an end is no sentence, and is read in parts
_MAX_OPENING = 20  # characters of a sentence within which whoever it is about stands as a rule
# Somebody or something acts: what is named behind it is what it is done to, or by.
DOES = re.compile(r"\b(?:[Dd]ia|[Ii]a|[Bb]eliau|[Mm]ereka|yang|(?:me|di|ber|ter)[a-z]{4,})\b")
# "mengatakan itu" behind a quotation that a full stop ends; "mengatakan," would lead to the next one.
POINTED = re.compile(r"(?: dan(?: [A-Z][\w’'-]*){1,3})? (?:itu|ini|tersebut)\b")
_TURNS = re.compile(
    r"(?:Sementara|Sedangkan|Adapun|Di sisi lain|Di pihak lain|Di tempat lain|Di lain pihak|Pada kesempatan|"
    r"Dalam kesempatan|Senada|Hal senada|Terpisah|Secara terpisah|Sebelumnya|Menanggapi)\b"
)
_MOST = 3  # what is counted further tells no more
_HONORIFICS = lexicon("roles").set("degrees", "address", "address_short")


class Signs:
    """The signs of one article.

    ``plain`` is its text with what is quoted made blank; ``behind`` returns who is named behind a quotation, ``said``
    the verbs of saying in the article's own words: place, and the words of the name of who says it, None for a pronoun
    and no words where the subject was not understood.
    """

    def __init__(
        self,
        text: str,
        plain: str,
        people: People,
        sentences: Sequence[tuple[int, int]],
        quoted: Sequence[Quotation],
        behind: Callable[[Quotation], Person | None],
        said: Callable[[], Sequence[tuple[int, frozenset[str] | None]]],
    ) -> None:
        self._text = text
        self._plain = plain
        self._people = people
        self._sentences = sentences
        self._starts = [begin for begin, _ in sentences]
        self._ends = [end for _, end in sentences]
        self._quoted = quoted
        self._quoted_starts = [item.start for item in quoted]
        self._behind = behind
        self._said = said
        self._standings: dict[frozenset[str], tuple[float, int, bool]] = {}

    def of(self, person: Person, at: int, *, carried: bool, described: bool) -> SpeakerFeatures:
        """Return the signs for and against somebody named before a place as who says what stands there."""
        name = person.name or self._people.holder(person.role or "", person.start) or person.role or ""
        full = self._people.full_name(name, person.start)
        hers = frozenset(name_words(full))
        here = bisect_right(self._starts, person.start) - 1
        begin, end = self._sentences[max(0, here)]
        there = max(here, bisect_left(self._starts, at) - 1)
        between = [one for one in self._mentions(person.end, at) if hers.isdisjoint(one.words)]
        said = self._said_in(person.end, at)
        titles = (person.role or "").lower().split()
        last, following = self._quoted_beside(at)
        spoke = any(words and hers & words for words in self._said_in(begin, end))
        others_say = sum(bool(words) and hers.isdisjoint(words) for words in said if words is not None)
        unread = sum(words is not None and not words for words in said)
        opened = sum(self._opened_by_other(place, hers) for place in range(here + 1, there + 1))
        heads = opens(self._plain, begin, person)
        share, says, alone = self._standing(hers)
        line = max(at - MAX_SENTENCE, self._text.rfind("\n", 0, at) + 1)
        return SpeakerFeatures(
            carried=float(carried),
            described=float(described),
            sentences=float(min(_MOST, there - here)),
            paragraphs=float(min(_MOST, self._text.count("\n", person.end, at))),
            spoke=float(spoke),
            straight=float(
                spoke and heads and not (others_say or unread or opened or any(one.known for one in between))
            ),
            others=_cut(len({one.words for one in between if one.known})),
            strangers=_cut(len({one.words for one in between if not one.known})),
            introduced=_cut(len({one.words for one in between if self._is_new(one)})),
            opened=_cut(opened),
            heads=float(heads),
            beside=_cut(
                len({one.words for one in self._mentions(begin, end) if one.known and hers.isdisjoint(one.words)})
            ),
            goes_on=_cut(sum(words is None for words in said)),
            others_say=_cut(others_say),
            unread=_cut(unread),
            turns=float(any(_TURNS.match(self._text, start) for start in self._starts[here + 1 : there + 1])),
            alone=float(alone),
            share=share,
            words=_cut(len(full.split())),
            titled=float(not PERSON_ROLES.isdisjoint(titles)),
            called=float(not self._people.called.isdisjoint(hers)),
            known=float(not self._people.known.isdisjoint(hers)),
            placed=float(not self._people.placed_words.isdisjoint(hers)),
            says=_cut(says),
            capitals=float(any(len(word) > 1 and word.isupper() for word in name.split())),
            pointed=float(POINTED.match(self._text, person.end) is not None),
            last_hers=float(bool(hers & last)),
            last_others=float(bool(last) and hers.isdisjoint(last)),
            next_hers=float(bool(hers & following)),
            next_others=float(bool(following) and hers.isdisjoint(following)),
            opening=float(any(hers & one.words for one in self._mentions(0, self._ends[:2][-1]))),
            led=float(re.search(r"\w", self._plain[line:at]) is not None),
        )

    def _mentions(self, begin: int, end: int) -> list[Mention]:
        """Return what is named in a stretch."""
        first, last = (bisect_left(self._mention_starts, place) for place in (begin, end))
        return self._people.mentions[first:last]

    @cached_property
    def _mention_starts(self) -> list[int]:
        return [one.start for one in self._people.mentions]

    @cached_property
    def _first_named(self) -> dict[str, int]:
        """Where each word of a name stands first."""
        found: dict[str, int] = {}
        for one in self._people.mentions:
            for word in one.words:
                found.setdefault(word, one.start)
        return found

    def _is_new(self, mention: Mention) -> bool:
        """Tell whether two words or more are named for the first time."""
        return len(mention.words) > 1 and all(self._first_named[word] >= mention.start for word in mention.words)

    def _said_in(self, begin: int, end: int) -> list[frozenset[str] | None]:
        """Return the subjects of the verbs of saying in a stretch (``_said``)."""
        first, last = (bisect_left(self._said_starts, place) for place in (begin, end))
        return [words for _, words in self._said()[first:last]]

    @cached_property
    def _said_starts(self) -> list[int]:
        return [start for start, _ in self._said()]

    def _standing(self, hers: frozenset[str]) -> tuple[float, int, bool]:
        """Return somebody's share of what is named, how often she says something, whether nobody else does."""
        if hers not in self._standings:
            mentions = self._people.mentions
            share = sum(not hers.isdisjoint(one.words) for one in mentions) / max(1, len(mentions))
            said = [words for _, words in self._said() if words]
            says = sum(not hers.isdisjoint(words) for words in said)
            self._standings[hers] = share, says, says == len(said)
        return self._standings[hers]

    def _opened_by_other(self, sentence: int, hers: frozenset[str]) -> bool:
        """Tell whether a sentence is about a person who is another."""
        begin, end = self._sentences[sentence]
        first = next(iter(self._mentions(begin, min(end, begin + _MAX_OPENING))), None)
        if first is not None and first.known:
            return hers.isdisjoint(first.words)  # "Bagi Ani, pasar itu perlu."
        person = self._people.subject(self._plain[begin:end], begin)
        if person is None or not person.name or not self._people.is_person(person, says=True):
            return False
        return hers.isdisjoint(name_words(self._people.full_name(person.name, person.start)))

    def _quoted_beside(self, at: int) -> tuple[frozenset[str], frozenset[str]]:
        """Return the words of the names behind the quotation before a place and behind the one that follows."""
        after = bisect_right(self._quoted_starts, at)
        before = bisect_left(self._quoted_starts, at) - 1
        return self._named_at(before), self._named_at(after)

    def _named_at(self, position: int) -> frozenset[str]:
        if not 0 <= position < len(self._quoted):
            return frozenset()
        person = self._behind(self._quoted[position])
        if person is None or not person.name:
            return frozenset()
        return frozenset(name_words(self._people.full_name(person.name, person.start)))


def name_words(text: str) -> set[str]:
    """Return the words of a name in small letters, forms of address aside.

    >>> sorted(name_words("Pak Budi Santoso"))
    ['budi', 'santoso']
    """
    return set(re.findall(r"\w+", text.lower().replace("’", "'"))) - _HONORIFICS


def opens(plain: str, begin: int, person: Person) -> bool:
    """Tell whether nothing is done in a sentence before somebody: "yang dibuat Budi" is not about Budi."""
    return DOES.search(plain[begin : person.start].rpartition(",")[2]) is None


def _cut(count: int) -> float:
    return float(min(_MOST, count))
