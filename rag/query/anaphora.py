"""Words of a question that point to something outside it: "dia", "katanya", "di sana", "perusahaan itu"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.analysis import QUESTION_WORDS, STOP_WORDS, tokens
from index.text.lexicon import lexicon
from rag.query.names import names_in

_POINTERS = lexicon("pointers")
# What a person says or thinks: "-nya" after them is that person.
PERSON_WORDS = _POINTERS.set("said")
# Words that hold for any topic: alone they say nothing of which.
GENERIC_WORDS = PERSON_WORDS | _POINTERS.set("generic")
_PERSON = re.compile(r"\b(?:dia|ia|beliau)\b", re.I)
_PEOPLE = re.compile(r"\bmereka\b", re.I)
_PLACE = re.compile(r"\b(?:di|ke|dari)\s?(?:sana|situ)\b", re.I)
_DETERMINED = re.compile(r"\b(?P<noun>\w+)\s(?P<that>itu|tersebut|tadi|ini)\b", re.I)
_ALONE = re.compile(
    r"^(?:itu|ini)\b|\b(?:untuk|tentang|soal|seperti|dengan|dari|hal|setelah|sebelum|karena)\s(?:itu|ini|hal\situ)\b",
    re.I,
)
_NYA = re.compile(r"\b(?P<word>\w{2,})nya\b", re.I)
_NO_OWNER = _POINTERS.set("no_owner")  # "-nya" belongs to the word
_TIME_NOUNS = _POINTERS.set("time_nouns")
_OURS = frozenset("negara negeri bangsa dunia bumi".split())
_NOMINAL = re.compile(  # "besarnya kerugian", "ditandatanganinya kontrak": a noun made of another word
    r"(?:di|ter|ber|me)\w{3,}|besar|banyak|tinggi|luas|lama|naik|turun|berat|jauh|panjang|penting|kurang|beda|jumlah|"
    r"mahal|murah|cepat|kuat|lebar|dalam|keluar|masuk|lahir|tewas|jatuh|mati|kalah|menang|tepat|rencana|runtuh|pecah|bubar",
    re.I,
)
_AFTER_NOMINAL = STOP_WORDS | QUESTION_WORDS | frozenset("saja sekarang kini tiap setiap per".split())
_VERB = re.compile(r"(?:di|ber|me|ter)\w{3,}", re.I)
_OBJECT = re.compile(r"me\w{4,}", re.I)
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_MANY_WORDS = 3  # content words before it: what "-nya" means then stands in the question itself


@dataclass(frozen=True)
class Pointer:
    """Words that point back, with the characters they span. ``owned`` is the noun of "pesannya", "" of a pronoun.

    ``person`` tells that it can only be a person.
    """

    words: str
    start: int
    end: int
    person: bool
    owned: str = ""


def pointers_in(question: str) -> list[Pointer]:
    """Return the words that point out of a question, in order.

    >>> [one.words for one in pointers_in("Berapa gol yang ia cetak untuk klub itu?")]
    ['ia', 'klub itu']
    >>> pointers_in("Di mana Soekarno menghabiskan masa kecilnya?")
    []

    What has its antecedent in the question, before it, does not point out of it.
    """
    question = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), question)
    found: list[Pointer] = []
    for one in sorted((*_pronouns(question), *_determined(question), *_owned(question)), key=lambda one: one.start):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def _pronouns(question: str) -> Iterator[Pointer]:
    for form in (_PERSON, _PEOPLE, _PLACE):
        for match in form.finditer(question):
            if form is _PLACE or not _bound(question, match.start()):
                yield Pointer(match[0], match.start(), match.end(), form is _PERSON)


def _determined(question: str) -> Iterator[Pointer]:
    names = names_in(question)
    for match in _DETERMINED.finditer(question):
        noun = match["noun"].lower()
        named = any(name.start <= match.start() < name.end for name in names)
        asked = (
            noun in QUESTION_WORDS
            or noun in _TIME_NOUNS
            or noun.isdigit()
            or (match["that"].lower() == "ini" and noun in _OURS)
        )
        again = re.search(rf"\b{re.escape(noun)}\b", question[: match.start()], re.I)
        if named or asked or again or noun in STOP_WORDS:
            continue
        yield Pointer(match[0], match.start(), match.end(), False)
    for match in _ALONE.finditer(question):
        yield Pointer(match[0], match.start(), match.end(), False)


def _owned(question: str) -> Iterator[Pointer]:
    for match in _NYA.finditer(question):
        word = match["word"].lower()
        if word in _NO_OWNER or (match[0][0].isupper() and match.start() > 0):
            continue
        after = re.match(r"\s(\w+)", question[match.end() :])
        follows = after[1].lower() if after else ""
        if _NOMINAL.fullmatch(word) and follows and follows not in _AFTER_NOMINAL and not _VERB.fullmatch(follows):
            continue
        before = question[: match.start()]
        if re.search(r"\byang\s(?:\w+\s|pada\s)?$", before, re.I) and not _VERB.fullmatch(word):
            continue  # "hewan yang (nama) latinnya"
        if re.search(r"\b(?:dalam|pada)\s$", before, re.I) and _person_after(question, match.end()):
            continue  # "Dalam pidatonya, Bush …"
        if _bound(question, match.start()) and not _object(question, match):
            continue
        speech = word in PERSON_WORDS
        owned = match["word"] if speech or not _VERB.fullmatch(word) else ""
        yield Pointer(match[0], match.start(), match.end(), speech, owned)


def _person_after(question: str, at: int) -> bool:
    return any(name.start > at and name.may_be_person for name in names_in(question))


def _object(question: str, match: re.Match[str]) -> bool:
    """Tell whether "-nya" is what a verb acts on ("memilikinya"), which is seldom what acts."""
    return bool(_OBJECT.fullmatch(match["word"])) and len(names_in(question[: match.start()])) < 2


def _bound(question: str, at: int) -> bool:
    """Tell whether what stands before a word gives it something to mean: a name, or several words of content."""
    before = question[:at]
    content = [
        word
        for word in tokens(before)
        if word not in STOP_WORDS and word not in QUESTION_WORDS and word not in _TIME_NOUNS and not word.isdigit()
    ]
    return bool(names_in(before)) or len(content) >= _MANY_WORDS
