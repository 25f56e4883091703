"""One token after another, copied from the archive's texts, and how sure the model was of each.

Only the proof of the library (``rag.generation.proof``) and measurements have it write freely. The most likely token is
taken, so no seed or penalty plays a part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.generation.chat_template import whole_characters
from rag.generation.constrained_decoding import CopyGuide
from rag.generation.scheduling import Handle

Logits = NDArray[np.float32]


class Scores(Protocol):
    """How likely each token is to come next, as natural logarithms of probabilities."""

    def likeliest(self) -> int:
        """Return the likeliest of all tokens, the lowest of equals."""

    def choose(self, guide: CopyGuide, stops: AbstractSet[int]) -> int | None:
        """Return the likeliest token that ``guide`` allows; None where to end is as likely, or nothing can follow."""

    def best(self, tokens: AbstractSet[int]) -> int | None:
        """Return the likeliest of some tokens, the lowest of equals."""

    def log_probability(self, token: int) -> float:
        """Return how likely one token is, among all tokens."""


class ArrayScores:
    """Scores from the logits of a model at hand, ``(vocabulary,)``; they may be overwritten by its next step."""

    def __init__(self, logits: Logits) -> None:
        self._logits = logits
        self._total: float | None = None

    def likeliest(self) -> int:
        return int(np.argmax(self._logits))

    def choose(self, guide: CopyGuide, stops: AbstractSet[int]) -> int | None:
        token = self.best(guide.allowed())
        end = self.best(stops) if guide.may_end else None
        if token is None or (end is not None and self._logits[end] >= self._logits[token]):
            return None
        return token

    def best(self, tokens: AbstractSet[int]) -> int | None:
        ordered: Sequence[int] = sorted(tokens)
        return ordered[int(np.argmax(self._logits[ordered]))] if ordered else None

    def log_probability(self, token: int) -> float:
        if self._total is None:
            top = float(self._logits.max())
            self._total = top + float(np.log(np.exp(self._logits - top).sum()))
        return float(self._logits[token]) - self._total


class TokenEncoder(Protocol):
    """What decoding needs of a vocabulary; ``stops`` are the tokens that end an answer."""

    @property
    def stops(self) -> AbstractSet[int]: ...

    @property
    def vocabulary_bytes(self) -> Mapping[bytes, int]:
        """The bytes of each ordinary token with its id."""

    def plain(self, text: str) -> list[int]:
        """Encode text so that none of it becomes a token with a meaning of its own."""

    def bytes_of(self, token: int) -> bytes:
        """Return what an ordinary token spells."""


@dataclass
class Trace:
    """How sure a model was of what it said, as natural logarithms of probabilities; empty where it does not tell.

    ``refusal`` is that of beginning with the refusal asked about (``refusal_text``), ``begin`` that of the best token
    that copies, and ``words`` those of the tokens said, among all tokens.
    """

    refusal_text: str = ""
    refusal: float | None = None
    begin: float | None = None
    words: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Decoder:
    """Says one answer: ``step`` computes a token and returns the scores after it, ``back`` forgets the last one.

    Scores may be overwritten by the next step.
    """

    encoder: TokenEncoder
    step: Callable[[int], Scores]
    back: Callable[[], None]
    handle: Handle
    trace: Trace

    def answer(
        self,
        scores: Scores,
        max_tokens: int,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
    ) -> Iterator[str]:
        """Yield one answer as ``ChatModel.stream`` does, ``scores`` being those after the prompt."""
        if not copy_from:
            return self.write(scores, max_tokens)
        return self.copy(CopyGuide(copy_from, self.encoder.vocabulary_bytes, must_hold), scores, max_tokens)

    def write(self, scores: Scores, max_tokens: int) -> Iterator[str]:
        """Yield what the model says, piece by piece, until it ends or is cancelled."""
        said = b""
        for _ in range(max_tokens):
            token = scores.likeliest()
            if token in self.encoder.stops:
                return
            self.trace.words.append(scores.log_probability(token))
            said += self.encoder.bytes_of(token)
            piece, said = whole_characters(said)
            if piece:
                yield piece
            if self.handle.cancelled:
                return
            scores = self.step(token)

    def copy(self, guide: CopyGuide, scores: Scores, max_tokens: int) -> Iterator[str]:
        """Yield what the model says within what ``guide`` allows."""
        given = ""
        for count in range(max_tokens):
            token = scores.choose(guide, self.encoder.stops)
            if token is None:
                return
            if count == 0:
                token = self._beginning(token, guide, scores)
            self.trace.words.append(scores.log_probability(token))
            guide.take(token)
            piece, given = guide.said[len(given) :], guide.said
            if piece:
                yield piece
            if self.handle.cancelled:
                return
            scores = self.step(token)

    def _beginning(self, best: int, guide: CopyGuide, scores: Scores) -> int:
        """Return the token to begin copying with, ``best`` or the next best, and tell the trace how sure that is.

        A word of the archive may begin with the token that the refusal begins with ("T" of "Tanah" and of "Tidak").
        What the model would say after it tells which of the two is meant.
        """
        refusal = self._refusal()
        begin = scores.log_probability(best)
        self.trace.begin, self.trace.refusal = begin, scores.log_probability(refusal[0]) if refusal else None
        if len(refusal) < 2 or best != refusal[0]:
            return best
        other = scores.best(guide.allowed() - {best})
        other_begin = -math.inf if other is None else scores.log_probability(other)
        after = guide.after(best)
        following = self.step(best)
        self.back()
        on = following.best(after.allowed() | (self.encoder.stops if after.may_end else set()))
        self.trace.begin = begin + (following.log_probability(on) if on is not None else 0.0)
        self.trace.refusal = begin + following.log_probability(refusal[1])
        if other is None or other_begin <= self.trace.begin:
            return best
        self.trace.begin = other_begin
        return other

    def _refusal(self) -> list[int]:
        return self.encoder.plain(self.trace.refusal_text) if self.trace.refusal_text else []
