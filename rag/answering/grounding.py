"""Raw answer + sources → sentences, each with citations that hold, or marked as unsupported. Deterministic; no model.

A source supports a sentence when it holds every number, name and quoted word of it, does not lack its negation, and
shares most of its content words. What the sentence merely repeats from the question may stand elsewhere in the same
article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.analysis import QUESTION_WORDS, STOP_WORDS, index_stems, tokens
from index.text.numbers import NUMBER_WORDS, numbers
from index.text.polarity import NEGATIONS
from index.text.sentences import sentence_spans
from rag.generation.prompts import NOT_FOUND
from rag.query.query import Query

# By hand. Share of a sentence's content words that its source must hold: half leaves room for the model's own verbs
# ("menyatakan" for "kata"), while a sentence about something else shares few.
MIN_SHARED_WORDS = 0.5

_CITATION = re.compile(r"\s*\[\s*(\d+(?:\s*[,;]\s*\d+)*)\s*\]")
_QUOTED = re.compile(r"[\"“„«]([^\"”“»]{3,})[\"”»]")
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’-]*")
_TRAILING = re.compile(r"^[\s.,;:)]+$")


@dataclass(frozen=True)
class Evidence:
    """A source as the check sees it: the passage that is cited, and its whole article with title and date."""

    number: int
    passage: str
    article: str


@dataclass(frozen=True)
class Sentence:
    """One sentence of the answer; ``citations`` are source numbers that hold, none where ``supported`` is False.

    ``heading`` is shown above it: the question that it answers, where several were asked. A sentence of the program's
    own ("Tidak ditemukan dalam korpus.") is supported and cites nothing.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool
    heading: str = ""


@dataclass(frozen=True)
class Grounded:
    """A checked answer. ``notes`` tells, in Indonesian, what was changed in the model's citations."""

    sentences: tuple[Sentence, ...]
    notes: tuple[str, ...]

    @property
    def found(self) -> bool:
        """True when at least one sentence is supported."""
        return any(sentence.supported for sentence in self.sentences)


def ground(raw: str, evidence: Sequence[Evidence], query: Query) -> Grounded:
    """Check each sentence of a raw answer.

    >>> sources = [Evidence(1, "Forum digelar di Grahadi pada Senin.", "")]
    >>> ground("Forum digelar di Grahadi [1][9].", sources, Query("Di mana forum digelar?"))  # doctest: +ELLIPSIS
    Grounded(sentences=(Sentence(text='Forum digelar di Grahadi.', citations=(1,), supported=True, heading=''),), ...)

    A citation of a source that does not exist is dropped and told. One that does not hold is exchanged for the sources
    that do; a sentence that none supports is marked.
    """
    known = {item.number: item for item in evidence}
    sentences: list[Sentence] = []
    notes: list[str] = []
    for text, cited in cited_sentences(raw):
        if is_not_found(text):
            continue
        notes += [
            f"Sitasi [{number}] tidak ada di antara sumber dan dibuang." for number in cited if number not in known
        ]
        holding = [number for number in cited if number in known and supports(known[number], text, query)]
        if not holding:
            holding = _best(text, evidence, query)
            if holding and any(number in known for number in cited):
                notes.append(f"Sitasi kalimat “{text}” dipindah ke [{holding[0]}], yang memuatnya.")
        sentences.append(Sentence(text, tuple(holding), bool(holding)))
    return Grounded(tuple(sentences), tuple(notes))


def is_not_found(text: str) -> bool:
    """Tell whether a sentence is the model's honest no.

    >>> is_not_found("Tidak ditemukan dalam korpus"), is_not_found("Korban tidak ditemukan.")
    (True, False)
    """
    return tokens(text)[:4] == tokens(NOT_FOUND)


def cited_sentences(raw: str) -> list[tuple[str, list[int]]]:
    """Split a raw answer into sentences without their marks, each with the numbers it cites, in order, each once.

    >>> cited_sentences("Satu hal [1]. Hal lain. [2, 3]")
    [('Satu hal.', [1]), ('Hal lain.', [2, 3])]

    A mark behind the full stop belongs to the sentence before it.
    """
    plain, marks, last = "", [], 0
    for match in _CITATION.finditer(raw):
        plain += raw[last : match.start()]
        marks.append((len(plain), [int(number) for number in re.findall(r"\d+", match.group(1))]))
        last = match.end()
    plain += raw[last:]
    spans = [span for span in sentence_spans(plain) if not _TRAILING.match(plain[span[0] : span[1]])]
    found: list[tuple[str, list[int]]] = []
    for position, (start, end) in enumerate(spans):
        following = spans[position + 1][0] if position + 1 < len(spans) else len(plain) + 1
        lowest = start if position else -1
        numbers_here = [number for at, cited in marks if lowest < at <= following - 1 for number in cited]
        found.append((plain[start:end], list(dict.fromkeys(numbers_here))))
    return found


def supports(source: Evidence, sentence: str, query: Query) -> bool:
    """Tell whether a source holds what a sentence says."""
    held = source.passage
    # What the question says already may stand in another paragraph of the article.
    echoed = f"{held}\n{source.article}"
    if not numbers(sentence) <= numbers(held) | (numbers(echoed) & query.numbers):
        return False
    words_held, words_echoed = set(tokens(held)), set(tokens(echoed))
    for name in _names(sentence):
        if name not in words_held and not (name in query.words and name in words_echoed):
            return False
    if any(_even(quoted) not in _even(held) for quoted in _QUOTED.findall(sentence)):
        return False
    if NEGATIONS & set(tokens(sentence)) and not NEGATIONS & words_held:
        return False
    return shared_words(source, sentence, query) >= MIN_SHARED_WORDS


def shared_words(source: Evidence, sentence: str, query: Query) -> float:
    """Return the share of a sentence's content words (stems) that the source holds, 0 to 1.

    Words of a number are left out, as ``numbers`` compares those; a sentence of nothing but numbers shares all.
    """
    stems = {item for item in index_stems(sentence) if item not in NUMBER_WORDS and not item.isdigit()}
    if not stems:
        return 1.0 if numbers(sentence) else 0.0
    held = set(index_stems(source.passage))
    echoed = query.all_stems & set(index_stems(source.article))
    return len(stems & (held | echoed)) / len(stems) if stems & held else 0.0


def proof_span(passage: str, sentence: str) -> tuple[int, int]:
    """Return ``(start, end)``, in characters of the passage, of the sentence in it that says most of ``sentence``.

    >>> passage = "Forum itu ramai. Forum digelar di Grahadi."
    >>> start, end = proof_span(passage, "Di Grahadi.")
    >>> passage[start:end]
    'Forum digelar di Grahadi.'
    """
    said = set(index_stems(sentence))
    spans = sentence_spans(passage) or [(0, len(passage))]
    return max(spans, key=lambda span: (len(said & set(index_stems(passage[span[0] : span[1]]))), -span[0]))


def _best(sentence: str, evidence: Sequence[Evidence], query: Query) -> list[int]:
    fitting = [item for item in evidence if supports(item, sentence, query)]
    if not fitting:
        return []
    return [max(fitting, key=lambda item: (shared_words(item, sentence, query), -item.number)).number]


def _names(sentence: str) -> set[str]:
    """Return the words of names, lower case. The first word counts when a capital marks it out or goes on after it."""
    found = list(_NAME.finditer(sentence))
    names: set[str] = set()
    for position, match in enumerate(found):
        word = match.group()
        if match.start() == 0 and word[1:].islower():
            following = found[position + 1] if position + 1 < len(found) else None
            if following is None or following.start() != match.end() + 1:
                continue
        names |= {token for token in tokens(word) if not token.isdigit()}
    return names - STOP_WORDS - QUESTION_WORDS - NEGATIONS


def _even(text: str) -> str:
    return " ".join(tokens(text))
