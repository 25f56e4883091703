"""One token after another, copied from the archive's texts, and how sure the model was of each.

Only the proof of the library (``rag.generation.proof``) and measurements have it write freely. The most likely token is
taken, so no seed or penalty plays a part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.generation.chat_template import whole_characters
from rag.generation.constrained_decoding import CopyGuide
from rag.generation.scheduling import Cancelled, Handle

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


@dataclass(frozen=True)
class Trace:
    """How sure a model was of what it said, as natural logarithms of probabilities; empty where it does not tell.

    ``refusal`` is that of beginning with the refusal asked about, ``begin`` that of the best token that copies, and
    ``words`` those of the tokens said, among all tokens.
    """

    refusal: float | None = None
    begin: float | None = None
    words: tuple[float, ...] = ()


Stream = Generator[str, None, Trace]  # an answer piece by piece; where it ends, how sure the model was


def passed_on(stream: Stream) -> Generator[str, None, tuple[str, Trace]]:
    """Yield what a stream yields; return all of it, and its trace."""
    said = ""
    with closing(stream):
        while True:
            try:
                piece = next(stream)
            except StopIteration as end:
                return said, end.value
            said += piece
            yield piece


def heard(stream: Stream, hear: Callable[[str], object] = lambda piece: None) -> tuple[str, Trace]:
    """Return all that a stream says, and its trace; ``hear`` is called with each piece as it comes.

    >>> def stream() -> Stream:
    ...     yield "40"
    ...     yield " kios"
    ...     return Trace(words=(-0.5, -0.1))
    >>> heard(stream(), print)
    40
     kios
    ('40 kios', Trace(refusal=None, begin=None, words=(-0.5, -0.1)))
    """
    pieces = passed_on(stream)
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            said, trace = end.value
            return said, trace
        hear(piece)


@dataclass(frozen=True)
class Decoder:
    """Says one answer: ``step`` computes a token and returns the scores after it, ``back`` forgets the last one.

    Scores may be overwritten by the next step. ``refusal`` is what the answer's beginning is weighed against.
    """

    encoder: TokenEncoder
    step: Callable[[int], Scores]
    back: Callable[[], None]
    handle: Handle
    refusal: str = ""

    def answer(
        self,
        scores: Scores,
        max_tokens: int,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
    ) -> Stream:
        """Yield one answer as ``ChatModel.stream`` does, ``scores`` being those after the prompt."""
        if not copy_from:
            return self.write(scores, max_tokens)
        return self.copy(CopyGuide(copy_from, self.encoder.vocabulary_bytes, must_hold), scores, max_tokens)

    def write(self, scores: Scores, max_tokens: int) -> Stream:
        """Yield what the model says, piece by piece, until it ends or is cancelled."""
        said = b""
        words: list[float] = []
        with suppress(Cancelled):
            for _ in range(max_tokens):
                token = scores.likeliest()
                if token in self.encoder.stops:
                    break
                words.append(scores.log_probability(token))
                said += self.encoder.bytes_of(token)
                piece, said = whole_characters(said)
                if piece:
                    yield piece
                if self.handle.cancelled:
                    break
                scores = self.step(token)
        return Trace(words=tuple(words))

    def copy(self, guide: CopyGuide, scores: Scores, max_tokens: int) -> Stream:
        """Yield what the model says within what ``guide`` allows, until it ends or is cancelled."""
        given, begun = "", Trace()
        words: list[float] = []
        refusal = self.encoder.plain(self.refusal) if self.refusal else []
        with suppress(Cancelled):
            for count in range(max_tokens):
                token = scores.choose(guide, self.encoder.stops)
                if token is None:
                    break
                if count == 0:
                    begin = scores.log_probability(token)
                    begun = Trace(scores.log_probability(refusal[0]) if refusal else None, begin)
                    if len(refusal) > 1 and token == refusal[0]:
                        token, begun = self._meant(token, begin, refusal[1], guide, scores)
                words.append(scores.log_probability(token))
                guide.take(token)
                piece, given = guide.said[len(given) :], guide.said
                if piece:
                    yield piece
                if self.handle.cancelled:
                    break
                scores = self.step(token)
        return replace(begun, words=tuple(words))

    def _meant(self, best: int, begin: float, second: int, guide: CopyGuide, scores: Scores) -> tuple[int, Trace]:
        """Return the token to begin copying with, ``best`` or the next best, and how sure that is.

        A word of the archive may begin with the token that the refusal begins with ("T" of "Tanah" and of "Tidak").
        What the model would say after it, ``second`` where it refuses, tells which of the two is meant.
        """
        other = scores.best(guide.allowed() - {best})
        other_begin = -math.inf if other is None else scores.log_probability(other)
        after = guide.after(best)
        following = self.step(best)
        self.back()
        on = following.best(after.allowed() | (self.encoder.stops if after.may_end else set()))
        copied = begin + (following.log_probability(on) if on is not None else 0.0)
        refused = begin + following.log_probability(second)
        if other is None or other_begin <= copied:
            return best, Trace(refused, copied)
        return other, Trace(refused, other_begin)
