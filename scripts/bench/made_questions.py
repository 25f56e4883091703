"""Questions with and without an answer, made of texts and of other questions, to fit confidence on.

``from_passages`` makes questions of sentences of a fixed form ("X lahir pada …"); ``spoilt`` and ``spoilt_about`` turn
an answerable question into one that its passage most likely does not answer.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.text.analysis import QUESTION_WORDS, STOP_WORDS
from index.text.dates import MONTH_NAMES
from index.text.polarity import OPPOSITES
from index.text.sentences import sentence_spans

_NAME = re.compile(r"\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")
ADJECTIVES = (
    "palsu", "terburuk", "termahal", "bawah tanah", "gagal", "ilegal", "pertama", "terakhir", "anak-anak", "kuno",
    "kedua", "terkecil", "di Brasil", "pada abad ke-3", "menurut hukum adat",
)  # fmt: skip
RELATIONS = (
    "Kapan {} lahir?", "Siapa pendiri {}?", "Berapa luas {}?", "Di mana {} meninggal?", "Apa arti nama {}?",
    "Siapa ayah {}?", "Berapa anggaran {}?", "Kapan {} dibubarkan?", "Siapa pemilik {}?", "Mengapa {} dikritik?",
    "Siapa istri {}?", "Berapa jumlah penduduk {}?", "Apa lambang {}?",
)  # fmt: skip
YEARS = (1600, 2021)
_DAY = rf"\d{{1,2}} (?:{'|'.join(MONTH_NAMES)}) \d{{3,4}}"
_SUBJECT = r"(?P<subject>[A-Z][\w'.-]*(?: (?:[A-Z][\w'.-]*|dan|of|de|the|van)){0,4})"
# Form of a sentence, with its subject and its answer, and questions for it.
_FORMS = tuple(
    (re.compile(form), questions)
    for form, questions in (
        (rf"^{_SUBJECT} (?:\([^)]*\) )?(?:adalah|merupakan|ialah) seorang (?P<answer>[^.,]{{8,80}})", ("Siapa {}?",)),
        (
            rf"^{_SUBJECT} (?:\([^)]*\) )?(?:adalah|merupakan|ialah) (?P<answer>(?!seorang)[^.]{{12,120}})",
            ("Apa itu {}?", "Apa yang dimaksud dengan {}?"),
        ),
        (
            rf"{_SUBJECT} (?:\w+ )?(?:di)?lahir(?:kan)? (?:di [\w ,]+?)?,? ?(?:pada )?(?:tanggal )?(?P<answer>{_DAY})",
            ("Kapan {} lahir?", "Kapankah {} dilahirkan?"),
        ),
        (
            rf"{_SUBJECT} (?:meninggal|wafat)(?: dunia)? (?:di [\w ,]+?)?,? ?(?:pada )?(?:tanggal |tahun )?"
            rf"(?P<answer>{_DAY}|\d{{4}})",
            ("Kapan {} meninggal?",),
        ),
        (
            rf"{_SUBJECT} di(?:dirikan|bentuk|resmikan|bangun) (?:\w+ )?(?:pada |sejak )?(?:tanggal |tahun )?"
            rf"(?P<answer>{_DAY}|\d{{4}})",
            ("Kapan {} didirikan?",),
        ),
        (
            rf"{_SUBJECT} (?:terletak|berada|berlokasi) di (?P<answer>[A-Z]\w+(?:,? [A-Z]\w+)*)",
            ("Di mana letak {}?", "Dimanakah {} berada?"),
        ),
        (rf"[Ll]uas {_SUBJECT}[^.]{{0,30}}? (?P<answer>[\d.,]+ (?:km|hektar|hektare|mil)\S*)", ("Berapa luas {}?",)),
        (rf"{_SUBJECT}[^.]{{0,60}}?ditulis oleh (?P<answer>[A-Z][\w'.-]+(?: [A-Z][\w'.-]+)*)", ("Siapa penulis {}?",)),
    )
)
_NO_SUBJECT = frozenset(
    "Ia Dia Pada Di Kota Hal Ini Itu Setelah Dalam Mereka Beliau Selain Sedangkan Namun Saat Ketika Secara Menurut "
    "Salah Luas Letak".split()
)
_OPENING_SENTENCES = 4


@dataclass(frozen=True)
class Made:
    """A question of a passage, what it asks about, and its answer."""

    question: str
    subject: str
    answer: str


def from_passages(texts: Iterable[str], per_form: int, lot: random.Random) -> list[Made]:
    """Return questions of passages, at most one of each and ``per_form`` of each form of sentence."""
    made: list[Made] = []
    used: Counter[int] = Counter()
    for text in texts:
        for start, end in sentence_spans(text)[:_OPENING_SENTENCES]:
            one = _from_sentence(text[start:end], [used[n] < per_form for n in range(len(_FORMS))], lot)
            if one:
                number, question = one
                used[number] += 1
                made.append(question)
                break
    lot.shuffle(made)
    return made


def _from_sentence(sentence: str, open_forms: Sequence[bool], lot: random.Random) -> tuple[int, Made] | None:
    for number, (form, questions) in enumerate(_FORMS):
        match = form.search(sentence)
        # A single word that does not open the sentence is often the last word of a longer name.
        if not match or not open_forms[number] or (" " not in match["subject"] and match.start("subject")):
            continue
        subject = match["subject"]
        if len(subject) > 3 and subject.split()[0] not in _NO_SUBJECT:
            return number, Made(lot.choice(questions).format(subject), subject, match["answer"])
    return None


def spoilt_about(made: Made, subjects: Sequence[str], lot: random.Random) -> Iterator[tuple[str, str]]:
    """Yield kind and text of questions near ``made`` that its passage most likely does not answer."""
    question, subject = made.question, made.subject
    other = lot.choice([one for one in subjects if one != subject])
    yield "name", question.replace(subject, other)
    if len(words := subject.split()) > 1:
        words[lot.randrange(len(words))] = other.split()[0]
        yield "part of a name", question.replace(subject, " ".join(words))
    yield "adjective", question.replace(subject, f"{subject} {lot.choice(ADJECTIVES)}")
    yield "relation", lot.choice(RELATIONS).format(subject)
    yield "year", f"{question.removesuffix('?')} pada tahun {lot.randrange(*YEARS)}?"
    yield from _turned(question)


def spoilt(question: str, evidence: str, names: Sequence[str], lot: random.Random) -> Iterator[tuple[str, str]]:
    """Yield kind and text of questions that the evidence most likely does not answer."""
    own = names_in(question)
    others = [name for name in names if name not in question]
    if own and others:
        yield "name", question.replace(lot.choice(own), lot.choice(others))
    for form in (r"\b(yang) (?!tidak)(\w+)", r"()\b((?:me|di|ber|ter)\w{4,})\b"):
        if verbs := list(re.finditer(form, question)):
            verb = lot.choice(verbs)
            lead = f"{verb[1]} " if verb[1] else ""
            yield "negation", f"{question[: verb.start()]}{lead}tidak {verb[2]}{question[verb.end() :]}"
            break
    yield from _turned(question)
    plain = [m for m in re.finditer(r"\b[a-z]{4,}\b", question) if m[0] not in QUESTION_WORDS | STOP_WORDS]
    if plain:
        at = lot.choice(plain).end()
        yield "adjective", f"{question[:at]} {lot.choice(ADJECTIVES)}{question[at:]}"
    if digits := list(re.finditer(r"\d+", question)):
        number = lot.choice(digits)
        changed = str(int(number[0]) + lot.choice((1, 2, 3, 7, 10)))
        yield "number", question[: number.start()] + changed + question[number.end() :]
    if inside := [name for name in names_in(evidence) if len(name) > 4]:
        yield "relation", lot.choice(RELATIONS).format(lot.choice(inside))


def names_in(text: str) -> list[str]:
    """Return the runs of capitalised words of a text, but for one that opens it.

    >>> names_in("Siapa Bupati Jombang itu?")
    ['Bupati Jombang']
    """
    return [m[0] for m in _NAME.finditer(text) if m.start() and m[0].lower() not in QUESTION_WORDS]


def _turned(question: str) -> Iterator[tuple[str, str]]:
    for word in re.findall(r"\w+", question):
        if word in OPPOSITES:
            yield "opposite", re.sub(rf"\b{word}\b", sorted(OPPOSITES[word])[0], question, count=1)
            return
