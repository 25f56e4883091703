"""Plain reasons why words of a source do not answer a question, however sure the model is. No model, no weighing.

Who asks for an area wants no length, who asks where wants no founder, and who asks what a term means wants a sentence
that explains that term. Each reason is one that a reader would give; its price is the right answers it turns away,
counted by `scripts/bench/misfit.py`. What a source leaves unsaid is told by ``rag.answering.missing_terms``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.text.analysis import STOP_WORDS, index_stems, stem, tokens
from index.text.lexicon import lexicon
from index.text.numbers import numbers
from index.text.polarity import NEGATIONS
from index.text.sentences import sentence_spans
from rag.generation.evidence_selection import POINTS_BACK
from rag.query.answer_type import TIME_WORDS, Kind, long_form
from rag.query.query import Query

_ASKS_TERM = re.compile(
    r"^\W*(?:apa|apakah|siapa|siapakah) (?:itu|sih)\b|\bdi ?maksud\b|\bmaksud (?:dari )?(?:kata|istilah)\b|"
    r"\b(?:definisi|pengertian|makna|arti)(?:nya)?\b(?! penting)",
    re.I,
)
_TERM_WORDS = frozenset(map(stem, "kata istilah frasa sederhana singkat".split()))
_IS = re.compile(r"\b(?:adalah|ialah|merupakan|yaitu|yakni|berarti|diartikan|artinya)\b", re.I)
# What follows an explanation and brings its term: "… (IKI)", "… atau IKI", "…, yang disebut IKI".
_THEN_TERM = re.compile(
    r"\W*(?:\(|\batau\b|(?:yang )?(?:biasa |lazim |sering )?(?:disebut|dikenal|dinamakan|dinamai|bernama)\b)", re.I
)
# The weighted share of the term's words that stand beside the explanation. By hand; what it costs is counted by
# `scripts/bench/misfit.py`.
_EXPLAINED = 0.6
_MIN_EXPLANATION_WORDS = 2
_STATEMENT_WORDS = 6  # so many of its own make an answer a statement, which may hold its term anywhere
_BRACKETED = re.compile(r"\([^)]*\)")
_MIN_ALIKE_CHARS, _MAX_ENDING_CHARS, _MIN_SLIP_CHARS = 5, 2, 8
_WHO = re.compile(r"\bsiapa(?:kah)?\b", re.I)
_SHORT = re.compile(r"\b[A-Z]{2,}\b")
_EXCLUDED = re.compile(r"\b(?:bukan|bukanlah|non)\b", re.I)
_NEGATED = re.compile(rf"\b(?:{'|'.join(sorted(NEGATIONS))})\b", re.I)
_MEASURES = {
    "area": r"(?:km|m|cm)\s?[²2](?!\d)|(?:kilo|senti)?meter persegi|(?:mil|kaki) persegi|\b(?:hektare?|ha|are)\b",
    "length": r"\b(?:\d+ ?)?(?:km|cm|mm|m|(?:kilo|senti|mili)?meter|mil|kaki|inci)\b(?! ?[²2³]| persegi| kubik)",
    "mass": r"\b(?:\d+ ?)?(?:kg|mg|(?:kilo|mili)?gram|ton|kuintal)\b",
    "temperature": r"\bderajat\b|°",
    "money": r"\bRp\b|\bRp(?=\d)|\brupiah\b|\bdoll?ar\b|\$|\bUSD\b|\beuro\b|€",
    "persons": r"\b(?:jiwa|orang)\b",
    "time": r"\b(?:tahun|bulan|minggu|hari|jam|menit|detik)\b",
}
_UNITS = {measure: re.compile(pattern, re.I) for measure, pattern in _MEASURES.items()}
_PER = re.compile(r"(?:\bper\b|/)\s*\w+", re.I)  # "Rp12.000 per kilogram" is money
_ASKS_MEASURE = (
    (re.compile(r"\bberapa(?:kah)? (?:total )?luas(?:nya)?\b", re.I), "area"),
    (re.compile(r"\bberapa(?:kah)? (?:tinggi|panjang|lebar|jarak|kedalaman|ketinggian)(?:nya)?\b", re.I), "length"),
    (re.compile(r"\bberapa(?:kah)? (?:berat|bobot|massa)(?:nya)?\b", re.I), "mass"),
    (re.compile(r"\bberapa(?:kah)? (?:suhu|temperatur)(?:nya)?\b", re.I), "temperature"),
    (re.compile(r"\bberapa(?:kah)? (?:harga|biaya|tarif|gaji)(?:nya)?\b", re.I), "money"),
    (re.compile(r"\bberapa(?:kah)? (?:usia|umur)(?:nya)?\b", re.I), "time"),
)
# Of things of one family, one is counted where another is asked for.
_FAMILIES = tuple(frozenset(family.split()) for family in lexicon("kinds").words("families"))
_ASKS_COUNT = re.compile(r"\bberapa(?:kah)? (?:(?:jumlah|banyak(?:nya)?|total) )?(?P<thing>[a-z]+)", re.I)
_COUNTED = re.compile(r"\d\W+(?:buah )?(?P<thing>[a-z]+)", re.I)
_DOER = re.compile(r"\boleh\W*$", re.I)
_TIME = re.compile(
    r"\d{3,}|\d ?[/:.-] ?\d|\b(?:abad|tahun|bulan|minggu|hari|jam|pukul|tanggal|masa|periode|dekade|era|SM|M)\b|"
    + TIME_WORDS,
    re.I,
)


def misfit(query: Query, text: str, start: int, end: int, stem_weights: Mapping[str, float]) -> str | None:
    """Return what the user is told where ``text[start:end]`` cannot be the answer, None where it may be.

    >>> misfit(Query("Berapa luas pulau itu?"), "Pulau itu panjangnya 3 km.", 21, 25, {"luas": 1.0, "pulau": 1.0})
    'Sumber terdekat menyebut ukuran lain dari yang ditanyakan.'

    ``text`` is what the model read of the source; ``stem_weights`` are those of the question's topic.
    """
    question, answer, kind = query.text, text[start:end], query.kind
    sentence, at = _sentence(text, start)
    if _EXCLUDED.search(question) and not _NEGATED.search(text):
        return "Sumber terdekat menyebut yang sebaliknya dari yang ditanyakan."
    if _only_repeats(query, answer):
        return "Sumber terdekat hanya mengulang isi pertanyaan."
    if _other_measure(question, answer):
        return "Sumber terdekat menyebut ukuran lain dari yang ditanyakan."
    if _other_thing_counted(query, answer):
        return "Sumber terdekat menghitung hal lain dari yang ditanyakan."
    if kind & Kind.PLACE and _DOER.search(text[:start]):
        return "Sumber terdekat menyebut pelaku, bukan tempat."
    if kind is Kind.DATE and not _TIME.search(answer):
        return "Sumber terdekat tidak menyebut waktunya."
    if _ASKS_TERM.search(question) and not _explains(query, sentence, at, answer, stem_weights):
        return "Sumber terdekat tidak menjelaskan istilah yang ditanyakan."
    return None


def _only_repeats(query: Query, answer: str) -> bool:
    """Tell whether a number or a time is but that of the question, or a name but its abbreviation written out."""
    if _WHO.search(query.text) and not _ASKS_TERM.search(query.text):
        return any(long_form(short).fullmatch(answer) for short in _SHORT.findall(query.text))
    if not query.kind & (Kind.NUMBER | Kind.DATE):
        return False
    known = query.words | STOP_WORDS
    return bool(numbers(answer)) and all(token in known for token in tokens(answer))


def _other_measure(question: str, answer: str) -> bool:
    for asks, measure in _ASKS_MEASURE:
        if asks.search(question):
            plain = _PER.sub("", answer)
            held = {name for name, unit in _UNITS.items() if unit.search(plain)}
            return bool(held - {"time"}) and measure not in held  # two hours may be a distance
    return False


def _other_thing_counted(query: Query, answer: str) -> bool:
    asked, counted = _ASKS_COUNT.search(query.text), _COUNTED.search(answer)
    if not asked or not counted or counted["thing"].lower() in query.words:
        return False
    return any(asked["thing"].lower() in things and counted["thing"].lower() in things for things in _FAMILIES)


def _explains(query: Query, sentence: str, at: int, answer: str, stem_weights: Mapping[str, float]) -> bool:
    """Tell whether a sentence, apart from the explanation in it, names the term that is asked for."""
    term = [one for one in query.topic if one not in _TERM_WORDS]
    after = sentence[at + len(answer) :]
    if not _THEN_TERM.match(after):  # "Direktur Jenderal Akmal Malik": a title stands before its name
        after = " ".join(after.split()[: len(term) + 1])
    beside = [sentence[:at], _head(answer, term), after, *_BRACKETED.findall(answer)]
    if sum(stem(token) not in term for token in tokens(answer) if token not in STOP_WORDS) >= _STATEMENT_WORDS:
        beside.append(answer)
    held = set(index_stems(" ".join(beside)))
    total = sum(stem_weights.get(one, 0.0) for one in term)
    named = sum(stem_weights.get(one, 0.0) for one in term if any(_alike(one, other) for other in held))
    return total == 0 or named / total >= _EXPLAINED


def _head(answer: str, term: Sequence[str]) -> str:
    """Return what an answer begins with before it explains: "Banjir adalah …", "hewan yang …" for an animal."""
    if found := _IS.search(answer):
        return answer[: found.start()]
    words = list(re.finditer(r"\w+", answer))
    known = set(term)
    length = 0
    for word in words:
        lower = word.group().lower()
        if lower not in STOP_WORDS and stem(lower) not in known:
            break
        length += 1
    enough = len(words) - length >= _MIN_EXPLANATION_WORDS
    return answer[: words[length - 1].end()] if length and enough else ""


def _alike(one: str, other: str) -> bool:
    """Tell whether stems are the same but for a short ending ("herbivor", "herbivora") or a slip in a long word."""
    from rapidfuzz.distance import OSA

    short, long = sorted((one, other), key=len)
    if short == long:
        return True
    if len(short) >= _MIN_ALIKE_CHARS and len(long) - len(short) <= _MAX_ENDING_CHARS and long.startswith(short):
        return True
    return len(short) >= _MIN_SLIP_CHARS and OSA.distance(short, long, score_cutoff=1) <= 1


def _sentence(text: str, start: int) -> tuple[str, int]:
    """Return the sentence around ``start`` and where in it that is; with the one before where it points back."""
    spans = sentence_spans(text)
    place = next((place for place, (_, end) in enumerate(spans) if start < end), len(spans) - 1)
    first = spans[place][0]
    if place and POINTS_BACK.match(text[first : spans[place][1]]):
        first = spans[place - 1][0]
    return text[first : spans[place][1]], start - first
