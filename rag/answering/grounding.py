"""Where in its source a sentence of an answer is proven. Deterministic; no model."""

from __future__ import annotations

from index.text.analysis import index_stems
from index.text.sentences import sentence_spans


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
