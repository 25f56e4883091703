"""A question that leans on the conversation before it → one that stands alone. Rules only, no model.

Three things show that a question leans: words that point back ("katanya", "di sana", "perusahaan itu"), words left out
("Kalau Khofifah?", "Kapan?"), and a topic that goes on ("Siapa yang ditangkap?"). What it points to is put in its place
where that is one person, or one name for another; else what the conversation is about is set before it, in plain sight:
"Tentang …: gudangnya milik siapa?" A question that names its own subject stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.analysis import QUESTION_WORDS, STOP_WORDS, index_stems, stem, tokens
from rag.query.anaphora import GENERIC_WORDS, PERSON_WORDS, Pointer, pointers_in
from rag.query.names import ROLES, names_in

_TOPIC = "Tentang"
# Share of a question's content stems that the last articles must hold for it to go on with them. On FacQA train, a
# question put after another one is then rewritten in 2 of 100 cases (`python scripts/bench/followups.py --strangers`).
MIN_SHARED = 0.6
_MAX_CHARS = 600  # what is longer says itself what it is about
_MAX_GOING_ON = 6  # content stems; a longer question says itself what it is about
_TITLES = frozenset(map(stem, ROLES))
_LEAD = re.compile(
    r"^\s*(?:(?:oke|baik|nah|dan|lalu|terus|kemudian)\s*,?\s+)*(?P<lead>bagaimana\s+(?:dengan|kalau|jika)|gimana\s+(?:dengan|kalau)|"
    r"kalau|dan|lalu|terus|lantas|sedangkan|sementara)\s+(?P<rest>.+)$",
    re.I | re.S,
)
_DEFINES = re.compile(
    r"\b(?:apa(?:kah)?\s+(?:itu|arti|artinya|definisi|pengertian|maksud|kepanjangan|singkatan)|"
    r"(?:yang\s+)?dimaksud)\b|\b(?:kepanjangan|singkatan)\b",
    re.I,
)
_YEAR = re.compile(r"(?:\b(?:pada\s+)?tahun\s+)?\b(?:19|20)\d\d\b", re.I)
_BARE_YEAR = re.compile(r"^(?:pada\s+|di\s+)?(?:tahun\s+)?(?P<year>(?:19|20)\d\d)$", re.I)
_ASKS_WHO = re.compile(r"\bsiapa(?:kah)?\b", re.I)
_PASSIVE = re.compile(r"\byang\s+(?:\w+\s+)?di\w{4,}\W*$", re.I)
_MAX_SAID_OF = 3
_MOST = re.compile(r"\bpaling\s\w+|\bter(?:banyak|besar|tinggi|kecil|rendah|sedikit)\b", re.I)
_COUNTED = re.compile(
    r"\b(?:berapa(?:kah)?|seberapa)\s+(?:(?:banyak|besar|jumlah|persen|orang|ton|kilogram|kg|buah|kali|ekor|unit|lama|"
    r"juta|miliar|triliun|hektare|meter|kilometer|hari|jam|tahun|rupiah)\b\s*)?",
    re.I,
)
_ASKING = re.compile(
    r"\b(?:apa(?:kah)?|siapa(?:kah)?|kapan(?:kah)?|(?:di|ke|dari)?\s?mana(?:kah)?|berapa(?:kah)?|mengapa(?:kah)?|kenapa|"
    r"bagaimana(?:kah)?|gimana|sebutkan|jelaskan|tolong|saja)\b",
    re.I,
)
_EDGES = re.compile(
    r"^(?:itu|di|ke|dari|pada|untuk|dalam|adalah|dan|oleh|sejak|dengan|menurut)\s+|\s+(?:yang|itu|di|ke|dari|pada|untuk|dalam|adalah|dan|oleh|sejak|dengan|menurut)$",
    re.I,
)


@dataclass(frozen=True)
class Turn:
    """One question of the conversation and what was found for it.

    ``question`` is the one that was searched with: the rewritten one where it was rewritten. ``text`` is title and text
    of the articles that answer it, ``articles`` are their ids, those cited first. What is not known stays empty.
    """

    question: str
    answer: str = ""
    text: str = ""
    articles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rewritten:
    """A question that stands alone; ``reason`` tells the user in Indonesian why it was rewritten, None if not.

    ``prefer`` are the articles that the conversation is about: they come forward in the search, none is left out.
    ``own`` is what is asked of the topic that was set before it, None where none was.
    """

    question: str
    reason: str | None = None
    prefer: tuple[str, ...] = ()
    own: str | None = None


@dataclass(frozen=True)
class _Wording:
    """A question in other words; ``own`` as in ``Rewritten``."""

    question: str
    own: str | None = None

    def because(self, reason: str, prefer: tuple[str, ...]) -> Rewritten:
        return Rewritten(self.question, reason, prefer, self.own)


def standalone(question: str, turns: Sequence[Turn]) -> Rewritten:
    """Return the question as it stands alone after the turns before it, the last turn last.

    >>> turns = [Turn("Siapa Dirjen Otonomi Daerah yang hadir?", "Akmal Malik [1].")]
    >>> standalone("Apa katanya tentang UMKM?", turns).question
    'Apa kata Akmal Malik tentang UMKM?'
    >>> standalone("Berapa harga GSX-S150?", [Turn("Berapa harga GSX-R150?")]).reason is None
    True
    """
    text = " ".join(question.split())
    if not text or not turns or len(text) > _MAX_CHARS or not _topic(turns[-1].question):
        return Rewritten(text)
    last = turns[-1]
    if (lead := _LEAD.match(text)) and (found := _continued(lead, last)):
        wording, reason = found
        # what is asked of something else may well stand in another article
        return wording.because(reason, last.articles if wording.own else ())
    pointers = pointers_in(text)
    if pointers:
        rewritten = _pointed(text, pointers, last) or _about(_topic(last.question), text)
        words = ", ".join(f"“{one.words}”" for one in pointers[:2])
        return rewritten.because(f"{words} merujuk ke pertanyaan sebelumnya", last.articles)
    if _leaves_out(text):
        return _about(_topic(last.question), text).because("melengkapi pertanyaan sebelumnya", last.articles)
    if _goes_on(text, last):
        return _about(_topic(last.question), text).because("melanjutkan topik sebelumnya", last.articles)
    return Rewritten(text)


def _continued(lead: re.Match[str], last: Turn) -> tuple[_Wording, str] | None:
    """Return question and reason of "Kalau X?", "Bagaimana dengan X?", "Kalau X, apa …?"; None for any other."""
    subject, _, clause = lead["rest"].partition(",")
    subject, clause = subject.strip(" ?!."), clause.strip()
    if clause:
        names = names_in("x " + subject)
        if len(names) == 1 and names[0].text == subject:
            return _said_of(subject, clause), f"“{lead['lead'].strip()} {subject}” menjadi pokok pertanyaan"
        return None
    if lead["lead"].lower() in ("dan", "lalu", "terus", "lantas", "sedangkan", "sementara", "kalau") and (
        _ASKING.search(subject) or pointers_in(subject)
    ):
        return None  # "Lalu siapa ketuanya?" is a question of its own
    if pointers_in(subject):
        return None
    replaced = _exchanged(subject, last.question)
    wording = _Wording(replaced) if replaced else _about(_topic(last.question), subject + "?")
    return wording, f"“{subject}” pada pertanyaan sebelumnya"


def _exchanged(subject: str, before: str) -> str | None:
    """Return the question before with a name or a year in it exchanged for another one."""
    if before.startswith(_TOPIC + " "):
        return None
    if year := _BARE_YEAR.match(subject):
        if match := re.search(r"\b(?:19|20)\d\d\b", before):
            return before[: match.start()] + year["year"] + before[match.end() :]
        return f"{before.rstrip(' ?')} pada tahun {year['year']}?"
    names = names_in(before)
    if not names or not names_in("x " + subject):
        return None
    words = subject.split()
    if words[0].lower() in ("di", "ke", "dari", "pada", "untuk", "oleh", "menurut"):
        kin = [name for name in names if re.search(rf"\b{words[0]}\s$", before[: name.start], re.I)]
        if not kin:
            return f"{before.rstrip(' ?')} {subject}?"
        return before[: kin[0].start] + " ".join(words[1:]) + before[kin[0].end :]
    for name in names:
        for word in name.text.split():
            if _kin(word, subject):  # "Suzuki GSX-R150" and "GSX-S150"
                return before.replace(word, subject, 1)
    acting = [name for name in names if not name.placed] or names
    return before[: acting[0].start] + subject + before[acting[0].end :]


def _kin(word: str, other: str) -> bool:
    """Tell whether two model numbers are of one make."""
    coded = all(any(map(str.isdigit, one)) and len(one) > 3 for one in (word, other))
    return coded and word != other and word[:3].lower() == other[:3].lower()


def _pointed(text: str, pointers: Sequence[Pointer], last: Turn) -> _Wording | None:
    """Return the question with its one word for a person exchanged for whom it means, None where that is not clear."""
    if len(pointers) != 1 or not pointers[0].person:
        return None
    who = _person(last)
    return _said_of(who, text) if who else None


def _person(last: Turn) -> str | None:
    """Return the one person the last turn is about: who was asked for and answered, else who was asked about."""
    topic = _topic(last.question)
    if tokens(topic)[0] in ROLES:  # "Siapa Dirjen …": the words describe who was asked for
        topic = ""
    named = [name for name in names_in("x " + topic) if name.may_be_person]
    if _ASKS_WHO.search(last.question.partition(": ")[2] or last.question):
        answered = _answered(last)
        if not last.question.startswith(_TOPIC + " "):
            return answered
        if answered and named:
            return None  # the one the conversation is about, or the one just named
    for some in ([name for name in named if name.titled], named):
        if len({name.text for name in some}) == 1:
            return some[0].text
    return None


def _answered(last: Turn) -> str | None:
    """Return the first person an answer names, without the words that repeat the question."""
    asked = set(tokens(last.question))
    words = [word for word in re.sub(r"\[\d+\]", "", last.answer).split() if not asked & set(tokens(word))]
    persons = [name for name in names_in("x " + " ".join(words)) if name.may_be_person]
    return persons[0].text if persons else None


def _said_of(who: str, clause: str) -> _Wording:
    """Return a question with the words that point to a person exchanged for a name.

    >>> _said_of("Azwar Anas", "apa pesannya soal SPBE?").question
    'Apa pesan Azwar Anas soal SPBE?'
    """
    pointers = [one for one in pointers_in(clause) if one.person or one.owned]
    if not pointers:
        return _about(who, clause)
    one = pointers[0]
    said = f"{one.owned} {who}" if one.owned else who
    text = clause[: one.start] + said + clause[one.end :]
    return _Wording(text[:1].upper() + text[1:])


def _about(topic: str, text: str) -> _Wording:
    own = _lowered(text)
    return _Wording(f"{_TOPIC} {_lowered(topic)}: {own}", own)


def _lowered(text: str) -> str:
    """Return a text with a small first letter, unless a name or a title with its name opens it."""
    named = any(name.start == 0 for name in names_in(text)) or re.match(r"[A-Z]\w+\s[A-Z]", text)
    return text if named else text[:1].lower() + text[1:]


def _topic(question: str) -> str:
    """Return what a question is about, without the words that ask.

    >>> _topic("Berapa ton bawang putih yang ditimbun di Marunda?")
    'bawang putih yang ditimbun di Marunda'
    >>> _topic("Tentang bawang putih: siapa yang ditangkap?")
    'bawang putih'
    """
    text = question.strip(" ?!.")
    if text.startswith(_TOPIC + " ") and ": " in text:
        return text[len(_TOPIC) + 1 :].partition(": ")[0]
    text = _ASKING.sub(" ", _COUNTED.sub(" ", text, count=1))
    text = " ".join(text.split())
    while (shorter := _EDGES.sub("", text).strip(" ,")) != text:
        text = shorter
    return text


def _leaves_out(text: str) -> bool:
    """Tell whether a question has nothing to search for but words that hold for anything, and at most one name."""
    if _DEFINES.search(text):
        return False
    names = names_in(text)
    named = {word for name in names for word in index_stems(name.text)}
    content = [word for word in _content(text) if word not in named and word not in (_TITLES if names else ())]
    if not names:
        most = len(content) == 1 and _MOST.search(text)
        passive = len(content) <= _MAX_SAID_OF and _PASSIVE.search(text)
        return not content or bool(most or passive)
    return not content and len(names) == 1 and bool(set(tokens(text)) & PERSON_WORDS)


def _goes_on(text: str, last: Turn) -> bool:
    """Tell whether a question without a name of its own speaks of what the last articles say."""
    stems = _content(text)
    if _DEFINES.search(text) or names_in(text) or not last.text or not 0 < len(stems) <= _MAX_GOING_ON:
        return False
    held = set(index_stems(last.text))
    return sum(word in held for word in stems) >= MIN_SHARED * len(stems)


def _content(text: str) -> list[str]:
    """Return the stems of a question's words that tell one topic from another."""
    without = STOP_WORDS | QUESTION_WORDS | GENERIC_WORDS
    return list(dict.fromkeys(stem(word) for word in tokens(text) if word not in without))
