"""A statement and what was found → yes, no, or unclear, with the whole sentence that says so. No model call.

What speaks: the reader's own judgement where it gives one; a figure or a day of the statement that the sentence gives
otherwise; a negation, a word like "batal", or an opposite on one side alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from index.text.analysis import STOP_WORDS, index_stems, stem, tokens
from index.text.polarity import NEGATIONS, OPPOSITES, contradicts
from index.text.quantities import Quantity, quantities
from rag.answering.found_sentences import FoundSentence, found_sentences
from rag.query.yes_no import YesNo
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved


class Polarity(Enum):
    """What a source says to a question; the value is what is shown."""

    YES = "Ya"
    NO = "Tidak"
    UNCLEAR = "Belum jelas"


@dataclass(frozen=True)
class Ruling:
    """``said`` opens the answer ("Ya", "Tidak", or the chosen one of two); ``sentence`` stands in source ``source``.

    ``sure`` is the probability that the answer holds.
    """

    said: str
    sentence: str
    source: int
    sure: float
    polarity: Polarity


# So much of the statement must a sentence and its passage speak of to rule on it; by hand.
MIN_SPOKEN = 0.4
_MIN_ANSWERING = 0.05  # below it the reader finds that the passage does not say; by hand
# Words that deny without a negation, by their stems.
_DENYING = frozenset(
    map(
        stem,
        "batal membatalkan dibatalkan urung absen gagal menolak ditolak membantah dibantah menyangkal menampik "
        "mustahil "
        "menepis tanpa melarang dilarang menggagalkan mangkir keliru hoaks bohong mencabut dicabut ketiadaan "
        "nihil".split(),
    )
)
_NO_NEGATION = re.compile(
    r"\b(?:(?:tidak|tak|bukan)\s+(?:hanya|cuma|sekadar|sekedar|saja|lain|kurang|terkecuali|jarang|sedikit)|"
    r"bukan\s+tidak|"
    r"mau\s+tidak\s+mau|belum\s+(?:lama|lagi)|tak\s+(?:lama|ayal|pelak)|tidak\s+lama|"
    r"tidak\s+tertutup\s+kemungkinan|tidak\s+menutup|"
    r"sebelum|kalau\s+tidak|jika\s+tidak)\b",
    re.I,
)
_CLAUSE = re.compile(
    r"[,;:–—()]\s*|\s+(?=(?:tetapi|tapi|namun|sedangkan|sementara|karena|sebab|meski\w*|walau\w*|sehingga|"
    r"melainkan)\b)",
    re.I,
)
_MORE = re.compile(
    r"\b(?:lebih\s+dari|di\s?atas|melebihi|minimal|sedikitnya|setidaknya|paling\s+sedikit)\s*(?:rp\.?\s?)?$", re.I
)
_LESS = re.compile(
    r"\b(?:kurang\s+dari|di\s?bawah|maksimal|paling\s+banyak|tidak\s+sampai|hampir)\s*(?:rp\.?\s?)?$", re.I
)
_ONLY = re.compile(r"\b(?:cuma|hanya|sekadar|satu-satunya|pertama\s+kali)\b", re.I)
_OTHER_FIGURE, _TURNED = -2, -1
_BEFORE_WORDS, _NEAR_WORDS = 5, 6
_LOOKED_AT = 6
_BREAK = "xxjeda"  # where a clause ends
_MODAL = frozenset(
    "sudah telah akan masih pernah bisa dapat boleh harus ada jadi sedang memang juga perlu mau ikut benar "
    "betul sempat tetap "
    "langsung akhirnya cuma hanya mungkin disebut mengaku merasa soal demi menurut kah bisakah".split()
)


def ruling(question: YesNo, found: Sequence[Retrieved], weights: Mapping[str, float]) -> Ruling | None:
    """Return what the sources say to a statement, None where none of them speaks of it.

    ``weights`` are the inverse document frequencies of the statement's stems.
    """
    ranked = sorted(
        ((_speaks(question.claim, one, found[one.source], weights), one) for one in found_sentences(found, weights)),
        key=lambda pair: (-round(pair[0], 6), pair[1].source, pair[1].start),
    )
    ranked = [(spoken, one) for spoken, one in ranked if spoken >= MIN_SPOKEN and one.answering >= _MIN_ANSWERING]
    if not ranked:
        return None
    if question.choices and question.claims:
        return _chosen(question.choices, ranked)
    spoken, best = ranked[0]
    polarity, clear = judged(question.claim, best, found[best.source])
    return Ruling(polarity.value, best.text, best.source, _sure(spoken, best) * clear, polarity)


def _speaks(claim: str, sentence: FoundSentence, item: Retrieved, weights: Mapping[str, float]) -> float:
    """Return how far a sentence says of the statement's things what the statement says of them, or denies it, 0 to 1.

    The things may be named around it, what is said of them must stand in the sentence itself.
    """
    predicate = _predicate(claim)
    said = {one: weights.get(one, 1.0) for one in predicate}
    things = {one: weight for one, weight in weights.items() if one not in predicate}
    held = coverage(said, sentence.text, said) if said else sentence.own
    if any(word in _DENYING for word in map(stem, tokens(sentence.text))):
        held = max(held, 0.5)
    around = coverage(things, item.titled_text, things) if things else 1.0
    beside = coverage(things, sentence.text, things) if things else 1.0
    spoken = 0.3 * around + 0.2 * beside + 0.5 * held
    return spoken * (0.4 + 0.6 * sentence.answering) + 0.1 * sentence.named * sentence.answering


def _predicate(claim: str) -> frozenset[str]:
    """Return the stems of what a statement says, without the names in it and without what denies.

    >>> sorted(_predicate("Menteri Budi tidak hadir di Solo"))
    ['hadir']
    """
    words = [word for word in claim.split() if not re.match(r"[\W]*[A-ZÀ-Þ\d]", word)]
    skipped = NEGATIONS | STOP_WORDS | _MODAL
    stems = {stem(word) for word in tokens(" ".join(words)) if word not in skipped}
    return frozenset(stems - _DENYING) or frozenset(stems)  # "bisa dilarang": what is asked is the denying word itself


def _sure(spoken: float, sentence: FoundSentence) -> float:
    return min(1.0, 0.3 + 0.7 * spoken) * (0.4 + 0.6 * sentence.answering)


_WEIGHT_OF_VOTE = {_OTHER_FIGURE: -2.0, _TURNED: -1.0, 0: 0.0, 1: 2.0}  # logits, by hand


def judged(claim: str, sentence: FoundSentence, item: Retrieved) -> tuple[Polarity, float]:
    """Return what a sentence says to a statement, and how plainly, 0 to 1."""
    votes = denial(claim, sentence.text, item.titled_text)
    if sentence.affirms:
        # A figure that differs is plain; a negation is weighed against what the reader says of the whole.
        value = sentence.affirms + (
            2.0 if votes > 0 else -2.0 if votes == _OTHER_FIGURE else -1.0 if votes < 0 else 0.0
        )
        if abs(value) < 0.5:
            return Polarity.UNCLEAR, 0.6
        return (Polarity.YES if value > 0 else Polarity.NO), min(1.0, 0.6 + 0.15 * abs(value))
    if votes < 0:
        return Polarity.NO, 0.9
    predicate = _predicate(claim)
    if predicate and not predicate & set(index_stems(sentence.text)):
        return Polarity.UNCLEAR, 0.6
    return Polarity.YES, 0.9 if votes > 0 else 0.7  # the same words are not yet a yes


def denial(claim: str, sentence: str, context: str = "") -> int:
    """Return -2 where a sentence gives another figure, -1 where it turns a statement round, 1 for the same figure.

    >>> denial("Gempa itu berpotensi tsunami", "Gempa itu tidak berpotensi tsunami.")
    -1
    >>> denial("Konser tidak jadi digelar", "Konser itu batal digelar."), denial("Sidang dua jam", "Sidang tiga jam.")
    (0, -2)
    >>> denial("Panen 40 ton", "Panen mencapai 40 ton.")
    1

    ``context`` is what stands around the sentence: a year that it gives is no other year.
    """
    figures = _figures(claim, sentence, context)
    if figures < 0:
        return _OTHER_FIGURE
    # A denying word that both have is what is asked: "bisa dilarang", "tak bisa dilarang".
    shared = _DENYING & {stem(word) for word in tokens(claim)} & {stem(word) for word in tokens(sentence)}
    turned = (_denials(claim, claim, shared) + _denials(sentence, claim, shared)) % 2
    opposites = len(contradicts(claim, sentence)) % 2
    if (turned + opposites) % 2:
        return _TURNED
    return figures


def _figures(claim: str, sentence: str, context: str) -> int:
    """Return -1 where a figure of the claim is another in the sentence, 1 where one is the same, else 0."""
    given = quantities(sentence)
    agreed = 0
    for asked in quantities(claim):
        alike = [one for one in given if one.unit == asked.unit]
        if not alike:
            continue
        if any(_fits(asked, one, claim) for one in alike):
            agreed = 1
        elif asked.unit != "tanggal" or not _held(asked, context):
            return -1
    return agreed


def _held(asked: Quantity, context: str) -> bool:
    return any(one.unit == asked.unit and one.value == asked.value for one in quantities(context))


def _fits(asked: Quantity, given: Quantity, claim: str) -> bool:
    before = claim[: asked.start]
    if _MORE.search(before):
        return given.value >= asked.value
    if _LESS.search(before):
        return given.value <= asked.value
    return given.value == asked.value


def _denials(text: str, claim: str, shared: frozenset[str] = frozenset()) -> int:
    """Return how often a text denies what a statement says: a negation shortly before it, a word like "batal" near it.

    >>> _denials("Budi hadir, Tono tidak", "Budi hadir"), _denials("Budi tidak jadi hadir", "Budi hadir")
    (0, 1)
    """
    words = tokens(
        _NO_NEGATION.sub(" x ", _CLAUSE.sub(lambda match: f" {_BREAK} {match.group().strip(' ,;:–—()')} ", text))
    )
    stems = [stem(word) for word in words]
    predicate = _predicate(claim) | shared
    opposites = {stem(other) for word in tokens(claim) for other in OPPOSITES.get(word, ())}
    hits = [at for at, one in enumerate(stems) if one in predicate or one in opposites]
    denials = 0
    for at, word in enumerate(words):
        if word in NEGATIONS:
            denials += any(0 < hit - at <= _BEFORE_WORDS and _BREAK not in words[at:hit] for hit in hits)
        elif stems[at] in _DENYING and stems[at] not in predicate:
            near = [hit for hit in hits if abs(hit - at) <= _NEAR_WORDS]
            denials += bool(near) or not hits
    return denials


def _chosen(choices: tuple[str, str], ranked: Sequence[tuple[float, FoundSentence]]) -> Ruling | None:
    """Return which of two the sources name: the one that stands alone in the best sentence with either."""
    own = [_words(choices[0]) - _words(choices[1]), _words(choices[1]) - _words(choices[0])]
    if not own[0] or not own[1]:
        return None
    for spoken, sentence in ranked[:_LOOKED_AT]:
        held = [words <= _words(sentence.text) for words in own]
        if held[0] == held[1]:
            continue
        choice = choices[0] if held[0] else choices[1]
        if _denies(sentence.text, choice):
            choice = choices[1] if held[0] else choices[0]
        return Ruling(_opened(choice), sentence.text, sentence.source, _sure(spoken, sentence), Polarity.YES)
    spoken, best = ranked[0]
    return Ruling(Polarity.UNCLEAR.value, best.text, best.source, 0.5 * _sure(spoken, best), Polarity.UNCLEAR)


def _denies(text: str, choice: str) -> bool:
    """Tell whether a negation stands right before a choice: "bukan di Solo"."""
    words, first = tokens(text), tokens(choice)
    at = next((place for place in range(len(words)) if words[place : place + len(first)] == first), None)
    return at is not None and bool(NEGATIONS & set(words[max(0, at - 2) : at]))


def _words(text: str) -> set[str]:
    return {stem(word) for word in tokens(text) if word not in STOP_WORDS} or set(tokens(text))


def _opened(text: str) -> str:
    return text[:1].upper() + text[1:]
