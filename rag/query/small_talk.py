"""Greetings, thanks and questions about the program itself: answered with one friendly line, without a search."""

from __future__ import annotations

import re
from enum import Enum


class SmallTalk(Enum):
    """What was said; the value is the reply."""

    GREETING = "Halo! Tulis pertanyaan tentang isi arsip, misalnya: Siapa ketua panitianya?"
    THANKS = "Sama-sama. Silakan bertanya lagi kapan saja."
    FAREWELL = "Sampai jumpa."
    WHO_ARE_YOU = (
        "Saya Tanya Arsip: saya mencari jawaban di artikel arsip ini dan menunjukkan kalimat sumbernya, "
        "tanpa mengirim apa pun keluar dari mesin ini."
    )


_CALLED = (
    r"(?:\s+(?:semua(?:nya)?|kak(?:ak)?|min|admin|pak|bu|mas|mbak|bang|teman(?:-teman)?|tanya\s+arsip|"
    r"arsip|ya|dong|there|all))*"
)
_HOW = r"(?:[\s,.!]+(?:apa\s+kabar(?:nya|mu)?|how\s+are\s+you))?"
_HELLO = (
    r"(?:ha+lo+|ha?i+|hey|hello|hi|permisi|punten|assala?mu'?\s?alaikum(?:\s+wr\.?\s*wb)?\.?|salam|pagi|siang|"
    r"sore|malam|"
    r"(?:selamat|met)\s+(?:pagi|siang|sore|malam|datang)|good\s+(?:morning|afternoon|evening)|tes(?:t|ting)?|ping|"
    r"apa\s+kabar(?:nya|mu)?)"
)
_THANKS = (
    r"(?:(?:ok(?:e|ay)?|baik(?:lah)?|sip|wah|nah|mantap)[\s,.!]+)?(?:terima\s?kasih|makasih|trims|"
    r"thanks?(?:\s+you)?|thx|"
    r"matur\s?nuwun|hatur\s?nuhun|tengkyu)(?:\s+(?:banyak|sekali|banget|ya|atas\s+(?:bantuan|jawaban|"
    r"infonya?)\w*|so\s+much|a\s+lot|you))*"
)
_FORMS = (
    (SmallTalk.WHO_ARE_YOU, r"(?:siapa(?:kah)?|apa(?:kah)?)\s+(?:kamu|anda|kau|dirimu|namamu|nama(?:\s+(?:kamu|"
                            r"anda)))(?:\s+(?:ini|itu|sih))?"),
    (SmallTalk.WHO_ARE_YOU, r"(?:kamu|anda|kau)\s+(?:(?:itu|ini)\s+)?(?:siapa|apa)(?:\s+(?:sih|ya))?|"
                            r"who\s+are\s+you|nama(?:mu|\s+kamu|\s+anda)\s+siapa"),
    (SmallTalk.WHO_ARE_YOU, r"(?:kamu|anda)\s+bisa\s+(?:apa|bantu\s+apa)(?:\s+saja|\s+aja)?|"
                            r"apa\s+(?:saja\s+)?yang\s+(?:bisa|dapat)\s+(?:kamu|anda)\s+(?:lakukan|bantu)"),
    (SmallTalk.THANKS, _THANKS),
    (SmallTalk.FAREWELL, r"sampai\s+(?:jumpa|nanti)|selamat\s+(?:tinggal|tidur)|da+h|bye(?:\s+bye)?|good\s?bye"),
    (SmallTalk.GREETING, rf"{_HELLO}(?:[\s,.!]+{_HELLO})*"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(rf"\W*(?:{form}){_CALLED}{_HOW}\W*", re.I)) for kind, form in _FORMS)
_MAX_CHARS = 80


def small_talk(text: str) -> SmallTalk | None:
    """Return what kind of small talk a text is, None where it asks anything of the archive.

    >>> small_talk("Selamat pagi!"), small_talk("Selamat pagi, siapa gubernur Bali?")
    (<SmallTalk.GREETING: 'Halo! Tulis pertanyaan tentang isi arsip, misalnya: Siapa ketua panitianya?'>, None)

    Nothing but the whole text counts: a greeting before a question is part of the question.
    """
    text = " ".join(text.split())
    if len(text) > _MAX_CHARS:
        return None
    return next((kind for kind, form in _COMPILED if form.fullmatch(text)), None)


_OPENS = re.compile(
    rf"^\W*(?:(?:{_HELLO}|{_THANKS}){_CALLED}[\s,.!]+)+(?=\w)",
    re.I,
)


def without_greeting(question: str) -> str:
    """Return a question without the greeting or thanks that open it.

    >>> without_greeting("Halo kak, selamat pagi. Siapa gubernur Bali?")
    'Siapa gubernur Bali?'

    One word that opens a question may be part of it ("Pagi buta, siapa yang …"): it goes only where a mark follows.
    """
    match = _OPENS.match(question)
    if not match or not re.search(r"[,.!]\s*$", match.group()):
        return question
    rest = question[match.end() :]
    return rest if len(rest.split()) > 1 else question
