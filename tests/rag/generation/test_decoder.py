"""The choice of the next token, on a model of eight tokens whose numbers are written down here."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from rag.generation.constrained_decoding import CopyGuide
from rag.generation.decoder import ArrayScores, Decoder, Stream, Trace, heard, passed_on
from rag.generation.scheduling import Cancelled, Handle

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

    def decoder(self, refusal: str = "", handle: Handle | None = None) -> Any:
        return Decoder(Encoder(), self.step, lambda: self.said.pop(), handle or Handle(), refusal)  # type: ignore[arg-type]


def copied(chances: Mapping[str, Mapping[int, float]], refusal: str = "") -> tuple[str, Trace]:
    model = Scripted(chances)
    guide = CopyGuide(["Tanah di Bali"], SPELLING)
    return heard(model.decoder(refusal).copy(guide, model.scores(), 9))


def chance(logarithm: float | None) -> float:
    assert logarithm is not None
    return math.exp(logarithm)


def test_a_refusal_that_begins_like_a_word_is_no_word() -> None:
    said, trace = copied({"": {T: 0.8, BALI: 0.2}, "T": {IDAK: 0.9, ANAH: 0.1}}, "Tidak")
    assert said == "Bali"
    assert chance(trace.refusal) == pytest.approx(0.72, abs=1e-4)
    assert chance(trace.begin) == pytest.approx(0.2, abs=1e-4)
    assert chance(trace.words[0]) == pytest.approx(0.2, abs=1e-4)


def test_a_word_that_begins_like_the_refusal_may_be_meant() -> None:
    said, trace = copied({"": {T: 0.8, BALI: 0.2}, "T": {IDAK: 0.4, ANAH: 0.6}}, "Tidak")
    assert said == "Tanah"
    assert chance(trace.refusal) == pytest.approx(0.32, abs=1e-4)
    assert chance(trace.begin) == pytest.approx(0.48, abs=1e-4)


def test_another_beginning_is_weighed_against_the_refusal_s_first_token() -> None:
    said, trace = copied({"": {BALI: 0.6, T: 0.4}}, "Tidak")
    assert said == "Bali"
    assert (chance(trace.refusal), chance(trace.begin)) == (pytest.approx(0.4, abs=1e-4), pytest.approx(0.6, abs=1e-4))


def test_without_a_refusal_the_likeliest_begins() -> None:
    said, trace = copied({"": {T: 0.8, BALI: 0.2}, "T": {IDAK: 0.9, ANAH: 0.1}})
    assert said == "Tanah"
    assert trace.refusal is None
    assert chance(trace.begin) == pytest.approx(0.8, abs=1e-4)


def test_a_copy_ends_where_ending_is_likelier_and_goes_on_where_not() -> None:
    chances = {"": {T: 1.0}, "T": {ANAH: 1.0}, "Tanah": {SPACE: 0.7, END: 0.3}, "Tanah ": {DI: 1.0}}
    assert copied(chances)[0] == "Tanah di"


def test_what_is_written_is_the_likeliest_and_may_be_cancelled() -> None:
    handle = Handle()
    model = Scripted({"": {BALI: 0.7, T: 0.3}, "Bali": {TITIK: 0.6, END: 0.4}})
    said, trace = heard(model.decoder(handle=handle).write(model.scores(), 9))
    assert said == "Bali."
    assert [round(chance(word), 3) for word in trace.words] == [0.7, 0.6]
    handle.cancel()
    model = Scripted({"": {BALI: 0.7}, "Bali": {TITIK: 1.0}})
    said, trace = heard(model.decoder(handle=handle).write(model.scores(), 9))
    assert said == "Bali"
    assert len(trace.words) == 1  # as far as it came


@pytest.mark.parametrize("way", ["write", "copy"])
def test_given_up_while_it_waits_for_a_token_it_ends_with_the_trace_so_far(way: str) -> None:
    model = Scripted({"": {BALI: 0.7, T: 0.3}})

    def given_up(token: int) -> ArrayScores:
        raise Cancelled

    decoder = Decoder(Encoder(), given_up, lambda: None, Handle(), "Bali")  # type: ignore[arg-type]
    guide, scores = CopyGuide(["Bali di"], SPELLING), model.scores()
    said, trace = heard(decoder.copy(guide, scores, 9) if way == "copy" else decoder.write(scores, 9))
    assert (said, len(trace.words)) == ("Bali", 1)
    assert chance(trace.words[0]) == pytest.approx(0.7, abs=1e-4)
    if way == "copy":
        assert trace.begin == trace.refusal == trace.words[0]


def test_who_closes_a_stream_passed_on_closes_the_stream() -> None:
    ended: list[str] = []

    def stream() -> Stream:
        try:
            yield "40"
            yield " kios"
        finally:
            ended.append("freed")
        return Trace(begin=-0.5)

    kept = stream()  # nothing but closing it ends it
    passing = passed_on(kept)
    assert (next(passing), ended) == ("40", [])
    passing.close()
    assert ended == ["freed"]
    assert heard(stream()) == ("40 kios", Trace(begin=-0.5))
