"""How likely a speaker is right who is not named beside the quotation: found through a pronoun, or carried over.

Signs of the text around, weighed by a logistic regression that `scripts/train/speaker.py` fits. Below a point the
speaker is told as unknown: a wrong name costs more than none.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from pathlib import Path

from rag.reading.reading import logistic

FITTED = Path(__file__).with_name("speaker_confidence.json")


@dataclass(frozen=True)
class SpeakerFeatures:
    """What speaks for and against somebody named before a quotation as its speaker. Counts are cut at 3.

    *Here* is where she is named last before the quotation, *between* is what stands from there to the quotation.
    """

    carried: float  # 1: nothing points to a speaker, the quotation goes on with the sentence before
    described: float  # 1: a description points back ("pria itu"), no pronoun
    sentences: float  # ends of sentences between
    paragraphs: float  # ends of paragraphs between
    spoke: float  # 1: she says something here
    straight: float  # 1: she does, her name before all that is done, and nobody else may have come in between
    others: float  # other persons named between
    strangers: float  # other capitalised words between that may name somebody
    introduced: float  # those of two words or more that are named for the first time
    opened: float  # sentences between that are about another person
    heads: float  # 1: nothing is done in her sentence before she is named
    beside: float  # other persons named in the same sentence before or behind her
    goes_on: float  # verbs of saying between whose subject is a pronoun
    others_say: float  # those whose subject is somebody else, by name or office
    unread: float  # those whose subject was not understood
    turns: float  # 1: a sentence between opens with "Sementara itu" or another turn to somebody else
    alone: float  # 1: nobody else says anything in the article
    share: float  # her share of what is named in the article, 0 to 1
    words: float  # words of her full name
    titled: float  # 1: a title or an office of a person stands before her name
    called: float  # 1: she is called by one name elsewhere ("kata Clara", "Pak Ndut")
    known: float  # 1: a word of her name is one of a person elsewhere
    placed: float  # 1: a word of her name is that of a place or a body elsewhere
    says: float  # how often she says something elsewhere
    capitals: float  # 1: a word of her name is in capitals
    pointed: float  # 1: "itu", "ini", "tersebut" follows her name
    last_hers: float  # 1: she is named behind the quotation before
    last_others: float  # 1: somebody else is
    next_hers: float  # 1: she is named behind the quotation that follows
    next_others: float  # 1: somebody else is
    opening: float  # 1: she is named in the first two sentences
    led: float  # 1: own words of the paragraph stand before the quotation


NAMES = tuple(field.name for field in fields(SpeakerFeatures))


@dataclass(frozen=True)
class Fitted:
    """Weights by feature, in the order of ``NAMES``, and the probability below which nobody is told."""

    constant: float
    weights: tuple[float, ...]
    threshold: float

    def probability(self, features: SpeakerFeatures) -> float:
        """Return how likely it is that the speaker is the right one."""
        values = zip(self.weights, astuple(features), strict=True)
        return logistic(self.constant + sum(weight * value for weight, value in values))


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    """Return the weights that the program carries."""
    told = json.loads(FITTED.read_text("utf-8"))
    return Fitted(told["constant"], tuple(told["weights"][name] for name in NAMES), told["threshold"])
