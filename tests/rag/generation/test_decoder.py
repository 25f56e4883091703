"""The choice of the next token, on a model of eight tokens whose numbers are written down here."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from rag.generation.constrained_decoding import CopyGuide
from rag.generation.decoder import ArrayScores, Decoder, Trace
from rag.generation.scheduling import Handle

END, T, IDAK, ANAH, BALI, TITIK, SPACE, DI = range(8)
SPELLING = {b"T": T, b"idak": IDAK, b"anah": ANAH, b"Bali": BALI, b".": TITIK, b" ": SPACE, b"di": DI}


class Encoder:
    stops = frozenset({END})

    def plain(self, text: str) -> list[int]:
        return {"Tidak": [T, IDAK], "Bali": [BALI]}[text]

    def bytes_of(self, token: int) -> bytes:
        return {number: spelled for spelled, number in SPELLING.items()}[token]


class Scripted:
    """Gives the scores for what was said so far, a text to probabilities of the next token."""

    def __init__(self, chances: Mapping[str, Mapping[int, float]]) -> None:
        self.chances = chances
        self.said: list[int] = []

    def scores(self) -> ArrayScores:
        text = b"".join(Encoder().bytes_of(token) for token in self.said).decode()
        chances = self.chances.get(text, {END: 1.0})
        return ArrayScores(np.log(np.array([chances.get(token, 1e-9) for token in range(8)], dtype=np.float32)))

    def step(self, token: int) -> ArrayScores:
        self.said.append(token)
        return self.scores()

    def decoder(self, trace: Trace, handle: Handle | None = None) -> Any:
        return Decoder(Encoder(), self.step, lambda: self.said.pop(), handle or Handle(), trace)  # type: ignore[arg-type]


def copied(chances: Mapping[str, Mapping[int, float]], trace: Trace) -> str:
    model = Scripted(chances)
    guide = CopyGuide(["Tanah di Bali"], SPELLING)
    return "".join(model.decoder(trace).copy(guide, model.scores(), 9))


def chance(logarithm: float | None) -> float:
    assert logarithm is not None
    return math.exp(logarithm)


def test_a_refusal_that_begins_like_a_word_is_no_word() -> None:
    trace = Trace("Tidak")
    assert copied({"": {T: 0.8, BALI: 0.2}, "T": {IDAK: 0.9, ANAH: 0.1}}, trace) == "Bali"
    assert chance(trace.refusal) == pytest.approx(0.72, abs=1e-4)
    assert chance(trace.begin) == pytest.approx(0.2, abs=1e-4)
    assert chance(trace.words[0]) == pytest.approx(0.2, abs=1e-4)


def test_a_word_that_begins_like_the_refusal_may_be_meant() -> None:
    trace = Trace("Tidak")
    assert copied({"": {T: 0.8, BALI: 0.2}, "T": {IDAK: 0.4, ANAH: 0.6}}, trace) == "Tanah"
    assert chance(trace.refusal) == pytest.approx(0.32, abs=1e-4)
    assert chance(trace.begin) == pytest.approx(0.48, abs=1e-4)


def test_another_beginning_is_weighed_against_the_refusal_s_first_token() -> None:
    trace = Trace("Tidak")
    assert copied({"": {BALI: 0.6, T: 0.4}}, trace) == "Bali"
    assert (chance(trace.refusal), chance(trace.begin)) == (pytest.approx(0.4, abs=1e-4), pytest.approx(0.6, abs=1e-4))


def test_without_a_refusal_the_likeliest_begins() -> None:
    trace = Trace()
    assert copied({"": {T: 0.8, BALI: 0.2}, "T": {IDAK: 0.9, ANAH: 0.1}}, trace) == "Tanah"
    assert trace.refusal is None
    assert chance(trace.begin) == pytest.approx(0.8, abs=1e-4)


def test_a_copy_ends_where_ending_is_likelier_and_goes_on_where_not() -> None:
    chances = {"": {T: 1.0}, "T": {ANAH: 1.0}, "Tanah": {SPACE: 0.7, END: 0.3}, "Tanah ": {DI: 1.0}}
    assert copied(chances, Trace()) == "Tanah di"


def test_what_is_written_is_the_likeliest_and_may_be_cancelled() -> None:
    trace, handle = Trace(), Handle()
    model = Scripted({"": {BALI: 0.7, T: 0.3}, "Bali": {TITIK: 0.6, END: 0.4}})
    assert "".join(model.decoder(trace, handle).write(model.scores(), 9)) == "Bali."
    assert [round(chance(word), 3) for word in trace.words] == [0.7, 0.6]
    handle.cancel()
    model = Scripted({"": {BALI: 1.0}, "Bali": {TITIK: 1.0}})
    assert list(model.decoder(Trace(), handle).write(model.scores(), 9)) == ["Bali"]
