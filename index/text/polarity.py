"""Words that turn a statement round: negations, conditions, pairs of opposites."""

from __future__ import annotations

from index.text.analysis import tokens
from index.text.lexicon import lexicon

_POLARITY = lexicon("polarity")
NEGATIONS = _POLARITY.set("negations")
CONDITIONS = _POLARITY.set("conditions")


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _POLARITY.words("opposites"):
        one, other = pair.split()
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _opposites()


def contradicts(question: str, text: str) -> list[str]:
    """Return the words of a question that a text does not hold while it holds an opposite of theirs.

    >>> contradicts("Apa pulau terkecil?", "Pulau terbesar adalah Kalimantan.")
    ['terkecil']
    """
    held = set(tokens(text))
    return [word for word in tokens(question) if word not in held and held & OPPOSITES.get(word, frozenset())]
