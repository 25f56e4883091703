"""How sure is it that the archive answers this question, and with these words? A number from 0 to 1; no model call.

It weighs the language model's own doubt, how much of the question the source speaks of, and signs that the source
speaks of something else: a number of the question that does not stand there, an opposite that does, an answer of the
wrong kind or one that only repeats the question; and what the reader says of the passage and of the words. The weights
are those of a logistic regression, also on products of two signs, fitted by `scripts/train/confidence.py` on the
calibration questions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from index.text.analysis import index_stems, stem, tokens
from index.text.numbers import numbers
from index.text.polarity import contradicts
from rag.generation.decoder import Trace
from rag.query.answer_type import Kind, long_form
from rag.query.query import Query
from rag.reading.reading import logistic
from rag.retrieval.proximity import classified, explains

FITTED = Path(__file__).with_name("confidence.json")
# The range of cosines that e5 gives to a question and passages that may answer it. By hand: the weights follow it.
_NO_SIMILARITY, _FULL_SIMILARITY = 0.8, 0.95


@dataclass(frozen=True)
class ConfidenceFeatures:
    """What speaks for and against an answer; each is about 0 to 1 but for the logarithms."""

    doubt: float  # log odds of the model's refusal against its best beginning
    begin: float  # log probability of the first token
    said: float  # mean log probability of the tokens
    least: float  # the lowest of them
    covered: float  # weighted share of the question's topic that stands beside the answer
    elsewhere: float  # of what does not stand there, the share that stands in the rest of the article
    numbers: float  # 1 where all the question's numbers stand in the source
    opposite: float  # 1 where the source holds the opposite of a question's word
    kind: float  # 1 where the answer is of the kind asked for
    echo: float  # share of the answer that repeats the question
    similarity: float  # cosine of question and passage, within the range that tells
    named_beside: float  # share of the question's names that stand beside the answer, with the title
    named: float  # and of those that stand anywhere in the article
    long_form: float  # 1 where it is what the abbreviation asked for means, by the source's own words


def confidence_features(
    query: Query,
    answer: str,
    beside: str,
    article: str,
    similarity: float,
    stem_weights: Mapping[str, float],
    trace: Trace,
) -> ConfidenceFeatures:
    """Return the features for one answer.

    ``beside`` is the text the model read from the answer's source, ``article`` the whole article with its title and
    date, ``similarity`` the cosine between question and passage, ``stem_weights`` the inverse document frequencies of
    the question's topic.
    """
    covered, elsewhere = topic_shares(query, stem_weights, beside, article)
    answer_stems = index_stems(answer)
    begin = trace.begin if trace.begin is not None else (trace.words[0] if trace.words else 0.0)
    return ConfidenceFeatures(
        doubt=(trace.refusal - begin) if trace.refusal is not None else -5.0,
        begin=begin,
        said=sum(trace.words) / len(trace.words) if trace.words else 0.0,
        least=min(trace.words, default=0.0),
        covered=covered,
        elsewhere=elsewhere,
        numbers=float(query.numbers <= numbers(f"{beside}\n{article}")),
        opposite=float(bool(contradicts(query.text, beside))),
        kind=float(_is_of_kind(answer, beside, query.kind)),
        echo=sum(one in stem_weights for one in answer_stems) / len(answer_stems) if answer_stems else 0.0,
        similarity=telling_similarity(similarity),
        named_beside=query.named_in(f"{article.partition(chr(10))[0]}\n{beside}"),
        named=query.named_in(article),
        long_form=float(_is_long_form(answer, beside, query.abbreviation)),
    )


def topic_shares(query: Query, topic: Mapping[str, float], beside: str, article: str) -> tuple[float, float]:
    """Return the weighted share of a topic that a text speaks of, and of the rest that which its article does.

    >>> topic_shares(Query("Harga beras di Solo?"), {"beras": 1.0, "solo": 1.0}, "Harga beras naik.", "Beras di Solo.")
    (0.5, 1.0)

    ``topic`` are inverse document frequencies; the second share is 1 where nothing is left.
    """
    held, wider = (set(index_stems(query.read_as_asked(text))) for text in (beside, article))
    missing = {one: weight for one, weight in topic.items() if one not in held}
    lacking = sum(missing.values())
    far = sum(weight for one, weight in missing.items() if one not in wider)
    return 1 - lacking / (sum(topic.values()) or 1.0), 1 - far / (lacking or 1.0) if missing else 1.0


def telling_similarity(cosine: float) -> float:
    """Return a cosine within the range that tells."""
    return min(_FULL_SIMILARITY, max(_NO_SIMILARITY, cosine))


@dataclass(frozen=True)
class ReadFeatures:
    """What the reader says of an answer; logits, but for ``score`` and ``against``."""

    margin: float  # of the answer's words against "none of these"
    behind: float  # how far they stand behind the likeliest words of all passages
    answers: float  # the passage answers
    relevant: float  # it is the passage asked about
    rival: float  # the margin of the likeliest words that are others
    score: float  # the passage's, in the order
    against: float  # 1 where a plain reason speaks against the answer


@dataclass(frozen=True)
class ReadWeights:
    """Of ``ConfidenceFeatures``, ``ReadFeatures``, agreement and whose words they are, with two points on the scale.

    ``threshold``: below it the answer is a no. ``unsure``: below it a note says so. ``of_products`` are those of two
    features together, by their places in ``READ_NAMES``: a wide margin says less where little of the question is near.
    """

    constant: float
    of_features: tuple[float, ...]
    threshold: float
    unsure: float
    of_products: tuple[tuple[int, int, float], ...] = ()

    @classmethod
    def load(cls, path: Path = FITTED) -> ReadWeights:
        """Return what `scripts/train/confidence.py` fitted."""
        stored = json.loads(path.read_text("utf-8"))
        weights = tuple(stored["weights"][name] for name in READ_NAMES)
        places = {name: place for place, name in enumerate(READ_NAMES)}
        products = tuple(
            (places[one], places[other], weight)
            for pair, weight in stored.get("products", {}).items()
            for one, other in [pair.split("*")]
        )
        return cls(stored["constant"], weights, stored["threshold"], stored["unsure"], products)


def read_probability(
    features: ConfidenceFeatures, read: ReadFeatures, agreement: float, copied: bool, weights: ReadWeights
) -> float:
    """Return the probability that an answer holds, with what the reader says of it.

    ``agreement`` (0 to 1) is how far the model's and the reader's words are the same, ``copied`` tells whose these are.
    """
    values = (*astuple(features), *astuple(read), agreement, float(copied))
    value = weights.constant + sum(w * one for w, one in zip(weights.of_features, values, strict=True))
    return logistic(value + sum(w * values[one] * values[other] for one, other, w in weights.of_products))


FEATURE_NAMES = tuple(field.name for field in fields(ConfidenceFeatures))
READ_NAMES = (*FEATURE_NAMES, *(field.name for field in fields(ReadFeatures)), "agreement", "copied")


def _is_long_form(answer: str, beside: str, abbreviation: str | None) -> bool:
    return bool(abbreviation and explains(beside, abbreviation) and long_form(abbreviation).fullmatch(answer))


def _is_of_kind(answer: str, beside: str, kind: Kind) -> bool:
    """Tell whether an answer holds a word of the kind asked for; its words are judged where they stand."""
    if not kind:
        return True
    wanted = {stem(token) for token in tokens(answer)}
    return any(word.stem in wanted and bool(word.kind & kind) for word in classified(beside) if word.stem)
