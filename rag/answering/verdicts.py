"""What the forms of answer have in common when they are told: how sure, with which doubt, by which witnesses."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.answer import Verdict
from rag.answering.grounding import Sentence
from rag.retrieval.results import Retrieved

# An answer of several sentences is given where the reader finds it this likely that a source of it answers, and without
# a word of doubt above the second. By hand: the calibration questions hold too few lists to fit them.
LEAST_ANSWERING, MANY_UNSURE = 0.3, 0.9
# What the program puts together is as sure as its parts, and never certain: nobody has read it against the question.
MOST_SURE = 0.95
# What only speaks most of a question, where the reader names no words, is this sure and told with a doubt; by hand.
SPOKEN_SURE = 0.55
UNSURE_NOTE = "Jawaban ini kurang pasti; baca sumbernya sebelum dipakai."
MISSING_NOTE = "Sebagian pertanyaan tidak terjawab: {}"


def ended(text: str) -> str:
    """Return a sentence with its full stop, which may stand before the mark that closes it.

    >>> ended("40 kios"), ended("“Pasar ditutup.”"), ended("Pasar ditutup,")
    ('40 kios.', '“Pasar ditutup.”', 'Pasar ditutup.')
    """
    return text if text.rstrip("\"'”’»)]").endswith((".", "!", "?")) else f"{text.rstrip(' ,;:…')}."


def opened(text: str) -> str:
    """Return a text with a capital at its head."""
    return text[:1].upper() + text[1:]


def doubted(
    sentences: tuple[Sentence, ...], notes: tuple[str, ...], cited: Sequence[int], found: Sequence[Retrieved]
) -> Verdict:
    """Return an answer of several sentences, as sure as its best source answers and as much of it is supported."""
    sure = sum(sentence.supported for sentence in sentences) / len(sentences)
    readings = [reading for source in cited for reading in found[source].readings]
    if not readings:
        return Verdict(sentences, notes, min(MOST_SURE, sure))
    sure = min(MOST_SURE, sure * max(reading.answering for reading in readings))
    if sure < LEAST_ANSWERING:
        return Verdict(confidence=sure)
    return Verdict(sentences, (*notes, *((UNSURE_NOTE,) if sure < MANY_UNSURE else ())), sure)


def witnesses(numbers: Sequence[int], found: Sequence[Retrieved]) -> list[int]:
    """Return places in ``found`` without those of a copy of a story that is cited already: it is the same witness."""
    kept: list[int] = []
    for number in numbers:
        item = found[number]
        if all(found[other].story != item.story or found[other].article.id == item.article.id for other in kept):
            kept.append(number)
    return kept
