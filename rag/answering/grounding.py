"""A sentence of an answer, and where in its source it is proven. Deterministic; no model."""

from __future__ import annotations

from dataclasses import dataclass

from index.text.analysis import index_stems, tokens
from index.text.sentences import sentence_spans
from rag.generation.prompts import NOT_FOUND


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


def is_not_found(text: str) -> bool:
    """Tell whether a sentence is the model's honest no.

    >>> is_not_found("Tidak ditemukan dalam korpus"), is_not_found("Korban tidak ditemukan.")
    (True, False)
    """
    return tokens(text)[:4] == tokens(NOT_FOUND)


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
