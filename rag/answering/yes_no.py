"""A statement and what was found → yes, no, or unclear, with the whole sentence that says so.

What tells yes from no: a figure or a day of the statement that the sentence gives otherwise; a negation right before
what the statement says, or a word like "batal" or an opposite near it; a denial in both; and whether the language model
finds that the statement holds by the sentence. Where these leave it open, the sentence is shown, and nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import log

from index.text.analysis import STOP_WORDS, stem, tokens
from index.text.polarity import NEGATIONS, OPPOSITES, contradicts
from index.text.quantities import Quantity, quantities
from rag.answering.answer import Sentence, Verdict
from rag.answering.found_sentences import FoundSentence, found_sentences
from rag.answering.verdicts import MOST_SURE, UNSURE_NOTE, ended, opened
from rag.answering.way import Asking, Said, Search, Tools, speak_of_it
from rag.generation.decoder import heard
from rag.generation.prompts import NO, YES, judge_prompt
from rag.generation.protocol import ChatModel
from rag.generation.scheduling import Handle
from rag.query.query import Query
from rag.query.yes_no import YesNo
from rag.reading.reading import logistic
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


class Evidence(Enum):
    """What tells yes from no in a sentence; the value is the share in which it holds, 0.5 where nothing tells.

    From `scripts/train/yes_no_evidence.py`: questions of the training articles in pairs that differ in one thing, with
    the sentence that was marked for them.
    """

    OTHER_FIGURE = 0.94
    NEGATED = 0.91
    BOTH_DENY = 0.9
    TURNED = 0.83
    NONE = 0.5


# How the words of a sentence and the model's leaning tell together whether a statement holds: constant, and weights of
# the log odds by the words and of the leaning, fitted by `scripts/train/yes_no_evidence.py` on calibration.
HOLDS = (0.54, 1.04, 1.26)
LEAST_TOLD = 0.55  # below it neither yes nor no is said; by hand
# So much of the statement must a sentence and its passage speak of to rule on it; by hand.
MIN_SPOKEN = 0.4
_MIN_ANSWERING = 0.05  # below it the reader finds that the passage does not say; by hand
LEAST_RULING, RULING_UNSURE = 0.25, 0.8  # of yes or no; by hand: of 17 right sentences 15 told the right one
_UNCLEAR = "Belum jelas; sumber terdekat menyatakan: "
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
_SCORE = re.compile(r"(?<![\w./,-])(\d{1,2})\s?[-–]\s?(\d{1,2})(?![\w./,-]*\d)")
_OTHER_FIGURE, _TURNED = -2, -1
_BEFORE_WORDS, _NEAR_WORDS, _RIGHT_BEFORE_WORDS = 5, 6, 2
_LOOKED_AT = 6
_BREAK = "xxjeda"  # where a clause ends
_MODAL = frozenset(
    "sudah telah akan masih pernah bisa dapat boleh harus ada jadi sedang memang juga perlu mau ikut benar "
    "betul sempat tetap "
    "langsung akhirnya cuma hanya mungkin disebut mengaku merasa soal demi menurut kah bisakah".split()
)


@dataclass(frozen=True)
class Candidate:
    """A sentence that may rule, and what in it tells yes from no.

    ``features`` say how far it speaks of the statement: by words (0 to 1), the reader's logit that the passage answers,
    and 1 where its likeliest words stand in the sentence.
    """

    sentence: FoundSentence
    evidence: Evidence
    features: tuple[float, float, float]


# How sure it is that a sentence speaks of the statement: constant and weights of ``Candidate.features``, fitted by
# `scripts/train/yes_no.py fit` on 86 calibration questions.
SPEAKS_OF_IT = (0.3846, -0.0711, 0.4272, 0.3848)


def ask(tools: Tools, search: Search, handle: Handle) -> Asking:
    """Ask the model whether the statement holds by the sentence that speaks most of it."""
    yield from ()  # nothing of it is shown
    statement = search.plan.intent.statement
    if statement is None or statement.choices or not speak_of_it(search):
        return Said()
    ranked = candidates(statement.claim, search.found, _claim_weights(tools, statement))
    if not ranked:
        return Said()
    shown = with_title(ranked[0].sentence, search.found)
    return Said(leaning=model_leaning(tools.model, statement.claim, shown, handle))


def with_title(sentence: FoundSentence, found: Sequence[Retrieved]) -> str:
    """Return a sentence behind its article's title, which says of whom and what it speaks."""
    title = found[sentence.source].article.title
    return f"{ended(title)} {sentence.text}" if title else sentence.text


def model_leaning(model: ChatModel, claim: str, shown: str, handle: Handle | None = None) -> float | None:
    """Return how much likelier the model finds that a statement holds by what is shown than that it does not.

    A natural logarithm; None where it was stopped before it said anything.
    """
    _, trace = heard(model.stream(judge_prompt(claim, shown), 1, handle, copy_from=[YES], refusal=NO))
    return None if trace.begin is None or trace.refusal is None else trace.begin - trace.refusal


def _claim_weights(tools: Tools, statement: YesNo) -> Mapping[str, float]:
    return tools.retriever.stem_weights(Query(statement.claim).topic)


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return yes or no with the sentence that says so; a statement that no source speaks of is a no answer."""
    statement = search.plan.intent.statement
    if statement is None or not speak_of_it(search):
        return Verdict()
    ruled = ruling(statement, search.found, _claim_weights(tools, statement), said.leaning)
    if ruled is None or ruled.sure < LEAST_RULING:
        return Verdict(confidence=ruled.sure if ruled else 0.0)
    unclear = ruled.polarity is Polarity.UNCLEAR
    text = f"{_UNCLEAR}{ruled.sentence}" if unclear else f"{ended(ruled.said)} {ruled.sentence}"
    notes = (UNSURE_NOTE,) if unclear or ruled.sure < RULING_UNSURE else ()
    return Verdict((Sentence(ended(text), (ruled.source + 1,), True),), notes, min(MOST_SURE, ruled.sure))


def candidates(claim: str, found: Sequence[Retrieved], weights: Mapping[str, float]) -> list[Candidate]:
    """Return the sentences that speak of a statement, best first; ``weights`` are those of the statement's stems."""
    ranked = sorted(
        ((_speaks(claim, one, found[one.source], weights), one) for one in found_sentences(found, weights)),
        key=lambda pair: (-round(pair[0], 6), pair[1].source, pair[1].start),
    )
    return [
        _candidate(claim, spoken, one, found[one.source])
        for spoken, one in ranked[:_LOOKED_AT]
        if spoken >= MIN_SPOKEN and one.answering >= _MIN_ANSWERING
    ]


def ruling(
    question: YesNo, found: Sequence[Retrieved], weights: Mapping[str, float], leans: float | None = None
) -> Ruling | None:
    """Return what the sources say to a statement, None where none of them speaks of it.

    ``weights`` are the inverse document frequencies of the statement's stems; ``leans`` is the model's, on the
    sentence that speaks most of it.
    """
    ranked = candidates(question.claim, found, weights)
    if not ranked:
        return None
    if question.choices and question.claims:
        return _chosen(question.choices, ranked)
    best = ranked[0]
    holds = holding(best.evidence, leans)
    told = max(holds, 1 - holds)
    polarity = Polarity.YES if holds > 0.5 else Polarity.NO
    if told < LEAST_TOLD:
        polarity = Polarity.UNCLEAR
    return Ruling(polarity.value, best.sentence.text, best.sentence.source, _speaks_of_it(best) * told, polarity)


def holding(told: Evidence, leans: float | None) -> float:
    """Return the probability that a statement holds, by the words of a sentence and by the model's leaning.

    >>> round(holding(Evidence.NEGATED, None), 2), holding(Evidence.NONE, None)
    (0.09, 0.5)
    """
    words = log_odds(told)
    if leans is None:
        return logistic(words)
    constant, of_words, of_leaning = HOLDS
    return logistic(constant + of_words * words + of_leaning * leans)


def log_odds(told: Evidence) -> float:
    """Return how much likelier a statement holds than not by the words of a sentence, as a natural logarithm."""
    share = float(told.value)
    return log(share / (1 - share)) * (1 if told is Evidence.BOTH_DENY else -1)


def _candidate(claim: str, spoken: float, sentence: FoundSentence, item: Retrieved) -> Candidate:
    told = evidence(claim, sentence.text, item.titled_text)
    return Candidate(sentence, told, (spoken, _within(sentence.answers), float(sentence.named)))


def _speaks_of_it(candidate: Candidate) -> float:
    constant, *weights = SPEAKS_OF_IT
    return logistic(constant + sum(w * one for w, one in zip(weights, candidate.features, strict=True)))


def _within(value: float) -> float:
    return max(-6.0, min(6.0, value))


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


def evidence(claim: str, sentence: str, context: str = "") -> Evidence:
    """Return what tells whether a statement holds by a sentence that speaks of it.

    >>> evidence("Gempa itu berpotensi tsunami", "Gempa itu tidak berpotensi tsunami.").name
    'NEGATED'
    >>> evidence("Konser tidak jadi digelar", "Konser itu batal digelar.").name
    'BOTH_DENY'
    >>> evidence("Sidang dua jam", "Sidang tiga jam.").name, evidence("Konser digelar", "Konser itu ramai.").name
    ('OTHER_FIGURE', 'NONE')

    ``context`` is what stands around the sentence: a year that it gives is no other year.
    """
    said = denial(claim, sentence, context)
    if said == _OTHER_FIGURE:
        return Evidence.OTHER_FIGURE
    words = tokens(sentence)
    stems = [stem(word) for word in words]
    claim_denies = _has_denial(tokens(claim))
    predicate = _predicate(claim)
    negated = any(
        word in NEGATIONS and predicate & set(stems[at + 1 : at + 1 + _RIGHT_BEFORE_WORDS])
        for at, word in enumerate(words)
    )
    if negated and not claim_denies:
        return Evidence.NEGATED
    if said == _TURNED and not claim_denies:
        return Evidence.TURNED
    if said != _TURNED and claim_denies and _has_denial(words):
        return Evidence.BOTH_DENY
    return Evidence.NONE


def _has_denial(words: Sequence[str]) -> bool:
    return any(word in NEGATIONS or stem(word) in _DENYING for word in words)


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
    # subtle: "menerima" against "menolak" is one denial, and "menolak" was counted as such above
    counted = _DENYING - _predicate(claim) - shared
    held = set(tokens(sentence))
    opposites = sum(
        not counted & {stem(one) for one in (word, *(OPPOSITES[word] & held))} for word in contradicts(claim, sentence)
    )
    if (turned + opposites) % 2:
        return _TURNED
    return figures


def _figures(claim: str, sentence: str, context: str) -> int:
    """Return -1 where a figure of the claim is another in the sentence, 1 where one is the same, else 0."""
    given = quantities(sentence)
    agreed = 0
    scores, others = (set(_SCORE.findall(text)) for text in (claim, sentence))
    if scores and others:  # "2-1", a score or a range
        if not scores & others:
            return -1
        agreed = 1
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


def _chosen(choices: tuple[str, str], ranked: Sequence[Candidate]) -> Ruling | None:
    """Return which of two the sources name: the one that stands alone in the best sentence with either."""
    own = [_words(choices[0]) - _words(choices[1]), _words(choices[1]) - _words(choices[0])]
    if not own[0] or not own[1]:
        return None
    for candidate in ranked:
        sentence = candidate.sentence
        held = [words <= _words(sentence.text) for words in own]
        if held[0] == held[1]:
            continue
        choice = choices[0] if held[0] else choices[1]
        if _denies(sentence.text, choice):
            choice = choices[1] if held[0] else choices[0]
        return Ruling(opened(choice), sentence.text, sentence.source, _speaks_of_it(candidate), Polarity.YES)
    best = ranked[0]
    sure = Evidence.NONE.value * _speaks_of_it(best)
    return Ruling(Polarity.UNCLEAR.value, best.sentence.text, best.sentence.source, sure, Polarity.UNCLEAR)


def _denies(text: str, choice: str) -> bool:
    """Tell whether a negation stands right before a choice: "bukan di Solo"."""
    words, first = tokens(text), tokens(choice)
    at = next((place for place in range(len(words)) if words[place : place + len(first)] == first), None)
    return at is not None and bool(NEGATIONS & set(words[max(0, at - 2) : at]))


def _words(text: str) -> set[str]:
    return {stem(word) for word in tokens(text) if word not in STOP_WORDS} or set(tokens(text))
