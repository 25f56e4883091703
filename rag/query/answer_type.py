"""What a question asks for, read off its question words: a name, a number, a date, a place, or anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import Flag

from index.text.analysis import STOP_WORDS, tokens
from index.text.dates import MONTH_NAMES, WEEKDAY_PATTERN
from index.text.lexicon import lexicon
from index.text.numbers import DIGITS, WHOLE

_ASKS_MEANING = re.compile(r"\b(?:kepanjangan\w*|singkatan|akronim)\b", re.I)
_ASKS_DATE = re.compile(r"\b(?:tahun|tanggal|bulan|hari|pukul|jam|abad) (?:berapa|apa)(?:kah)?\b")
_ASKS_NAME = re.compile(r"\b(?:nama|namanya|bernama|julukan|sebutan)\b", re.I)
_ASKS_REASON = re.compile(
    r"\b(?:mengapa|kenapa|kok|apa\s+(?:saja\s+)?(?:alasan|penyebab|sebab|tujuan|pemicu|motif|dasar)\w*|"
    r"apa\s+yang\s+(?:bikin|membuat|menyebabkan|"
    r"memicu|mendorong|melatarbelakangi)|gara-gara\s+apa|karena\s+apa|(?:alasan|penyebab|sebab|pemicu|"
    r"motif)\w*\s+apa|why)\b",
    re.I,
)
_ASKS_WAY = re.compile(
    r"\b(?:bagaimana(?:kah)?|gimana|apa\s+(?:saja\s+)?(?:cara|langkah|upaya)\w*|caranya\s+apa|how(?!\s+(?:many|"
    r"much|old|long|far)))\b",
    re.I,
)
_ASKS_WHO_IS = re.compile(
    r"^\W*[Ss]iapa(?:kah)?\s+(?:itu\s+|sebenarnya\s+|sosok\s+)?(?=[A-Z])(?:[A-Z][\w.'’-]*\s*)+(?:itu|sih|sebenarnya)?\W*$"
)
_QUESTIONS = lexicon("questions")
_WHEN, _HOW_MANY, _WHO, _WHERE = map(_QUESTIONS.set, ("when", "how_many", "who", "where"))
_WORD = re.compile(r"\w+")


class Kind(Flag):
    """Kinds of answer; a word of a text can be of several. No kind at all means that anything may answer."""

    ANY = 0
    NUMBER = 1
    DATE = 2
    NAME = 4
    PLACE = 8


def answer_kind(question: str) -> Kind:
    """Return the kind of answer a question asks for.

    >>> answer_kind("Siapakah gubernur itu?"), answer_kind("Pada tahun berapa?"), answer_kind("Apa itu?")
    (<Kind.NAME: 4>, <Kind.DATE: 2>, <Kind.ANY: 0>)
    """
    words = set(tokens(question))
    if _ASKS_MEANING.search(question):
        return Kind.NAME
    if words & _WHEN or _ASKS_DATE.search(question.lower()):
        return Kind.DATE
    for asked, kind in ((_HOW_MANY, Kind.NUMBER), (_WHO, Kind.NAME), (_WHERE, Kind.PLACE)):
        if words & asked:
            return kind
    return Kind.NAME if _ASKS_NAME.search(question) else Kind.ANY


def asks_reason(question: str) -> bool:
    """Tell whether a question asks why.

    >>> asks_reason("Kenapa pasar ditutup?"), asks_reason("Siapa menutup pasar?")
    (True, False)
    """
    return _ASKS_REASON.search(question) is not None


def asks_way(question: str) -> bool:
    """Tell whether a question asks how something was done or happened."""
    return _ASKS_WAY.search(question) is not None


def asks_who_is(question: str) -> bool:
    """Tell whether a question asks who somebody is, by name.

    >>> asks_who_is("Siapa Budi Contoh?"), asks_who_is("Siapa ketua Forum?")
    (True, False)
    """
    return _ASKS_WHO_IS.match(question) is not None


_NUMBERS = (*DIGITS, *WHOLE, *lexicon("numbers").words("about"))
_COUNT = rf"\d|\b(?:{'|'.join(_NUMBERS)}|pertama|kedua|ketiga|setengah|sekali|tidak ada|nol)\b"
# Words that tell a time by themselves, as a pattern.
TIME_WORDS = (
    rf"\b(?:{WEEKDAY_PATTERN}|abad|kemarin|besok|lusa|"
    rf"{'|'.join(MONTH_NAMES).lower()}|pagi|siang|sore|malam|subuh)\b"
)
_FORMS = {Kind.NUMBER: re.compile(_COUNT, re.I), Kind.DATE: re.compile(f"{_COUNT}|{TIME_WORDS}", re.I)}


def answer_form(
    kind: Kind, abbreviation: str | None, words: Collection[str], texts: Sequence[str] = ()
) -> re.Pattern[str]:
    """Return what must stand in an answer, whatever it is: a number for "berapa", a time for "kapan", else a new word.

    For the meaning of an abbreviation it is the long form, where one of ``texts`` holds it. ``words`` are those of the
    question.

    >>> form = answer_form(Kind.DATE, None, ["kapan", "pasar", "dibuka"])
    >>> bool(form.search("Rabu pagi")), bool(form.search("pasar ikan"))
    (True, False)
    >>> form = answer_form(Kind.NAME, "IKI", ["apa", "kepanjangan", "iki"])
    >>> bool(form.search("IKI")), bool(form.search("IKI (Inisiatif)"))
    (False, True)

    What only repeats the question is no answer to it.
    """
    if abbreviation and any(map(long_form(abbreviation).search, texts)):
        return long_form(abbreviation)
    if form := _FORMS.get(kind):
        return form
    known = "|".join(sorted(map(re.escape, {*words, *STOP_WORDS})))
    return re.compile(rf"\b(?!(?:{known})\b)[^\W_]{{2,}}", re.I)


def asked_abbreviation(question: str) -> str | None:
    """Return the abbreviation whose meaning is asked, None where none is.

    >>> asked_abbreviation("Apa kepanjangan dari KIPP?")
    'KIPP'
    """
    if not _ASKS_MEANING.search(question):
        return None
    found = [word for word in _WORD.findall(question) if sum(letter.isupper() for letter in word) > 1]
    return found[-1] if found else None


def long_form(abbreviation: str) -> re.Pattern[str]:
    """Return what an abbreviation of initials may stand for: a word for each letter, small words between.

    >>> long_form("IKI").search("Apa? Inisiatif, Kolaborasi, dan Inovasi.")[0]
    'Inisiatif, Kolaborasi, dan Inovasi'
    """
    initials = [letter for letter in abbreviation if letter.isalpha()]
    words = (rf"[{letter.upper()}{letter.lower()}][^\W\d_]+" for letter in initials)
    return re.compile(r"\b" + r"[\s,]+(?:(?:dan|dan/atau|untuk|di|ke|atas|bagi)\s+)?".join(words) + r"\b")
