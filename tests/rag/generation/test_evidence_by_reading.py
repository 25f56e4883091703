"""Sentences for the model, chosen by what the reader names in them."""

import math
from dataclasses import replace

import pytest

from index.articles import Article
from index.passages import Passage
from rag.generation.evidence_selection import READ, choose_sentences
from rag.query.query import Query
from rag.reading.reading import Reading, Span
from rag.retrieval.results import Retrieved

TEXT = "Pasar ikan punya 12 kios. Pasar ikan punya cat biru. Pasar ikan punya atap seng."
BASE = 1000  # the passage stands in the midst of its article
WEIGHTS = {"pasar": 1.0, "ikan": 1.0}
QUESTION = "Berapa kios pasar ikan?"


def item(*named: tuple[str, float], none: float = 0.0, name: str = "a", score: float = 0.5) -> Retrieved:
    """Return the passage, read: these words with these logits."""
    spans = tuple(Span(BASE + TEXT.index(w), BASE + TEXT.index(w) + len(w), logit) for w, logit in named)
    passage = Passage(name, 0, BASE, BASE + len(TEXT), TEXT)
    article = Article(name, "", "a.txt", sha256="x")
    return Retrieved(passage, article, score, 1.0, 1.0, readings=(Reading(0.0, 0.0, none, spans, ()),))


def chosen(*found: Retrieved, budget: int = 10, within: float = math.inf) -> list[tuple[int, str]]:
    pieces = choose_sentences(Query(QUESTION), found, WEIGHTS, lambda text: len(text.split()), budget, within)
    return [(piece.source, piece.text) for piece in pieces]


@pytest.mark.parametrize(("words", "sentence"), [("12", 0), ("cat biru", 1), ("atap seng", 2)])
def test_the_sentence_with_the_words_that_the_reader_names_is_taken(words: str, sentence: int) -> None:
    expected = ["Pasar ikan punya 12 kios.", "Pasar ikan punya cat biru.", "Pasar ikan punya atap seng."][sentence]
    assert chosen(item((words, 2.0))) == [(0, expected)]


def test_without_readings_rules_choose() -> None:
    assert chosen(replace(item(("atap seng", 2.0)), readings=())) == [(0, "Pasar ikan punya 12 kios.")]


def test_a_sentence_counts_by_the_probability_against_none() -> None:
    # Both sources score alike but for .4 × the probability: 1 / (1 + e^0) = .5 against 1 / (1 + e^-ln 3) = .75.
    even, likely = item(("12", 1.0), none=1.0, name="a"), item(("12", math.log(3)), name="b")
    assert pytest.approx(0.1) == READ * (0.75 - 0.5)
    assert chosen(even, likely, within=0.099) == [(1, "Pasar ikan punya 12 kios.")]
    assert chosen(even, likely, budget=100, within=0.101) == [
        (0, "Pasar ikan punya 12 kios."),
        (1, "Pasar ikan punya 12 kios."),
    ]


def test_a_second_likeliest_span_counts_too() -> None:
    assert chosen(item(("12", 3.0), ("atap seng", 2.5)), budget=20, within=0.1) == [
        (0, "Pasar ikan punya 12 kios."),
        (0, "Pasar ikan punya atap seng."),
    ]
