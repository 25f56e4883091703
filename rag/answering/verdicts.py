"""What the forms of answer have in common when they are told: how sure, with which doubt, by which witnesses."""

from __future__ import annotations

from collections.abc import Sequence

from rag.retrieval.results import Retrieved

# A summary is given where its article is this likely the one that was asked for, and without a word of doubt above the
# second. By hand.
LEAST_SURE, SUMMARY_UNSURE = 0.3, 0.9
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


def witnesses(numbers: Sequence[int], found: Sequence[Retrieved]) -> list[int]:
    """Return places in ``found`` without those of a copy of a story that is cited already: it is the same witness."""
    kept: list[int] = []
    for number in numbers:
        item = found[number]
        if all(found[other].story != item.story or found[other].article.id == item.article.id for other in kept):
            kept.append(number)
    return kept
