"""One token after another, copied from the archive's texts, and how sure the model was of each.

Only the proof of the library (``rag.generation.proof``) and measurements have it write freely. The most likely token is
taken, so no seed or penalty plays a part.
"""

from __future__ import annotations

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
    """Says one answer: ``step`` computes a token and returns the logits after it, ``back`` forgets the last one.

    Logits are ``(vocabulary,)``, and may be overwritten by the next step.
    """

    encoder: TokenEncoder
    step: Callable[[int], Logits]
    back: Callable[[], None]
    handle: Handle
    trace: Trace

    def answer(
        self,
        logits: Logits,
        max_tokens: int,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
    ) -> Iterator[str]:
        """Yield one answer as ``ChatModel.stream`` does, ``logits`` being those after the prompt."""
        if not copy_from:
            return self.write(logits, max_tokens)
        return self.copy(CopyGuide(copy_from, self.encoder.vocabulary_bytes, must_hold), logits, max_tokens)

    def write(self, logits: Logits, max_tokens: int) -> Iterator[str]:
        """Yield what the model says, piece by piece, until it ends or is cancelled."""
        said = b""
        for _ in range(max_tokens):
            token = int(np.argmax(logits))
            if token in self.encoder.stops:
                return
            self.trace.words.append(float(logits[token]) - _log_sum(logits))
            said += self.encoder.bytes_of(token)
            piece, said = whole_characters(said)
            if piece:
                yield piece
            if self.handle.cancelled:
                return
            logits = self.step(token)

    def copy(self, guide: CopyGuide, logits: Logits, max_tokens: int) -> Iterator[str]:
        """Yield what the model says within what ``guide`` allows."""
        given = ""
        for count in range(max_tokens):
            token = _best(logits, guide.allowed())
            end = _best(logits, self.encoder.stops) if guide.may_end else None
            if token is None or (end is not None and logits[end] >= logits[token]):
                return
            if count == 0:
                token = self._beginning(token, guide, logits)
            self.trace.words.append(float(logits[token]) - _log_sum(logits))
            guide.take(token)
            piece, given = guide.said[len(given) :], guide.said
            if piece:
                yield piece
            if self.handle.cancelled:
                return
            logits = self.step(token)

    def _beginning(self, best: int, guide: CopyGuide, logits: Logits) -> int:
        """Return the token to begin copying with, ``best`` or the next best, and tell the trace how sure that is.

        A word of the archive may begin with the token that the refusal begins with ("T" of "Tanah" and of "Tidak").
        What the model would say after it tells which of the two is meant.
        """
        total, refusal = _log_sum(logits), self._refusal()
        begin = float(logits[best]) - total
        self.trace.begin, self.trace.refusal = begin, float(logits[refusal[0]]) - total if refusal else None
        if len(refusal) < 2 or best != refusal[0]:
            return best
        after = guide.after(best)
        following = self.step(best)
        self.back()
        total_after = _log_sum(following)
        on = _best(following, after.allowed() | (self.encoder.stops if after.may_end else set()))
        self.trace.begin = begin + (float(following[on]) - total_after if on is not None else 0.0)
        self.trace.refusal = begin + float(following[refusal[1]]) - total_after
        other = _best(logits, guide.allowed() - {best})
        if other is None or float(logits[other]) - total <= self.trace.begin:
            return best
        self.trace.begin = float(logits[other]) - total
        return other

    def _refusal(self) -> list[int]:
        return self.encoder.plain(self.trace.refusal_text) if self.trace.refusal_text else []


def _best(logits: Logits, tokens: AbstractSet[int]) -> int | None:
    """Return the likeliest of some tokens, the lowest of equals."""
    ordered: Sequence[int] = sorted(tokens)
    return ordered[int(np.argmax(logits[ordered]))] if ordered else None


def _log_sum(logits: Logits) -> float:
    """Return the logarithm of the sum of exponentials."""
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))
