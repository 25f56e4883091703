"""A text → who is quoted in it, by name: what the quotation check tells of each quotation, one entry a person.

Who has no name ("seorang warga", "sumber"), an account, a paper and a body are not among them. Several names are one
person where the article itself says so: it gives the fuller name, another name ("alias", "akrab disapa"), or a short
form of which only one speaker can be meant ("Jokowi" beside Joko Widodo).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from index.storage.speakers import Quoted, Speakers, bare_name, name_key
from index.text.lexicon import lexicon
from rag.quotation.attribution import Speaker, speakers_in
from rag.quotation.detection import quotations
from rag.quotation.person_names import is_over_place, is_short_for, split_role
from rag.quotation.speech import PERSON_ROLES

if TYPE_CHECKING:
    from index.storage.repository import Store

_MAX_CHARS = 200_000  # of a text: a hundred pages, ten times a long article of news; no more is read
_MAX_QUOTATIONS = 500  # of a text: what one takes grows with how often a name stands in it
_MAX_WORDS = 8  # of a name; more is a list or no name
# "K.H. Said", "Kombes Pol. Endra": a stop that ends no sentence, of which the rules for speech know only some.
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}(?= ?[A-Z])")
_SHORT = re.compile(r"\b(Muh|Moh|Mgr|Pol|Purn|Plt|Plh|Pj)\.(?=[ )])")
_MIN_BEGINNING = 5  # letters of a short form that only begins a name: Risma for Rismaharini, but Rina is not Rinaldi
_MAX_PERSONS = 64  # in a text, among whom short forms are looked for; whoever tells of more lists them
_NOBODY = lexicon("speech").set("one_of_many", "documents", "pronouns")


def read_speakers(store: Store, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Take in who is quoted in the articles of a store that were not read for it yet; return how many they were."""
    return Speakers(store, named_speakers).refresh(progress)


def named_speakers(text: str) -> list[Quoted]:
    """Return who is quoted in a text, in the order of the first quotation of each.

    >>> named_speakers("“Panen,” kata Presiden Joko Widodo. “Baik,” ujar Jokowi. “Ya,” kata seorang warga.")
    [Quoted(name='Joko Widodo', aliases=('Jokowi',))]
    """
    text = _INITIALS.sub(lambda found: found.group().replace(".", ""), text[:_MAX_CHARS])
    text = _SHORT.sub(r"\1", text)
    quoted = quotations(text, single=False)
    if not quoted:
        return []
    told: set[str] = set()  # who is told once need not be weighed again, which is a third of the work
    speaker_of = speakers_in(text, quoted, named=told)
    forms: dict[str, str] = {}  # key → the name as it is written first
    persons: dict[str, list[str]] = {}  # key → the keys of the same person, one list for all of them
    for speaker in filter(None, map(speaker_of, quoted[:_MAX_QUOTATIONS])):
        told.add(speaker.name)
        name = _name_of(speaker)
        for one in [name, *_bare(speaker.aliases)] if name else ():
            forms.setdefault(name_key(one), one)
            _join(name_key(name or ""), name_key(one), persons)
    _join_short_forms(persons)
    apart = {id(keys): keys for keys in persons.values()}
    return [_entry(keys, forms) for keys in apart.values()]


def _join(one: str, other: str, persons: dict[str, list[str]]) -> None:
    """Make two keys those of one person."""
    first, second = (persons.setdefault(key, [key]) for key in (one, other))
    if first is not second:
        first.extend(second)
        persons.update(dict.fromkeys(second, first))


def _join_short_forms(persons: dict[str, list[str]]) -> None:
    """Give the one word by which somebody is called to the only speaker whose name it is short for."""
    if len(persons) > _MAX_PERSONS:
        return
    whole = [key for key in persons if " " in key]
    for word in [key for key in persons if " " not in key and len(persons[key]) == 1]:
        bearers = {id(persons[key]): key for key in whole if _is_short(word, key.split())}
        if len(bearers) == 1:
            _join(next(iter(bearers.values())), word, persons)


def _name_of(speaker: Speaker) -> str | None:
    """Return the bare name of a speaker, None for somebody, or something, without one."""
    role, name = split_role(speaker.name)
    if not speaker.name[0].isupper() or speaker.name.split()[0].lower() in _NOBODY:
        return None  # "mantan pelatih Lazio", "Seorang warga"
    if name is None or not name[0].isupper() or name.startswith("The "):
        return None
    if len(name.split()) > _MAX_WORDS or len(name) < 3:  # "K", what is left of initials
        return None
    words = set(role.lower().split()) if role else set()
    if role and (PERSON_ROLES.isdisjoint(words) or (is_over_place(role) and " " not in name)):
        return None  # "Bank Dunia", "Camat Lasem"
    return bare_name(name)


def _bare(aliases: Iterable[str]) -> list[str]:
    """Return other names without titles; an office alone ("Gubernur") is none."""
    return [bare_name(name) for _, name in map(split_role, aliases) if name]


def _is_short(word: str, words: list[str]) -> bool:
    if not is_short_for(word, words):
        return False
    return len(word) >= _MIN_BEGINNING or not any(one.startswith(word) for one in words)


def _entry(keys: list[str], forms: dict[str, str]) -> Quoted:
    """Return one person by the fullest of her names."""
    fullest = max(keys, key=lambda key: (len(key.split()), len(key)))
    return Quoted(forms[fullest], tuple(forms[key] for key in sorted(keys) if key != fullest))
