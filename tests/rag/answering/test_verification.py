"""What is said of copied words: where they stand, what speaks against them, and whose year they are of."""

import math

import pytest

from index.articles import Article
from index.passages import Passage
from rag.answering.verification import VerifiedSpan, judge_copy
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import Excerpt
from rag.retrieval.results import Retrieved

TEXT = "Pasar ikan (PI) dibuka pada 2017. Pedagangnya 40 orang."


def judged(question: str, raw: str, *, date: str | None = None, text: str = TEXT) -> VerifiedSpan | None:
    other = Retrieved(Passage("b", 0, 0, 12, "Beras mahal."), Article("b", "", "b.txt"), 0.2, 0.81, 0.0)
    item = Retrieved(Passage("a", 0, 0, len(text), text), Article("a", "", "a.txt", date=date), 0.9, 0.9, 1.0)
    pieces = [Excerpt(1, 0, len(text), text)]
    trace = Trace("Tidak", refusal=-4.0, begin=-0.5, words=[-0.5, -0.1])
    return judge_copy(question, raw, pieces, [other, item], {"pasar": 1.0, "dagang": 1.0}, lambda _: text, trace)


def test_the_answer_is_told_with_its_passage_and_signs() -> None:
    found = judged("Berapa pedagang pasar itu?", "40 orang")
    assert found is not None
    assert (found.text, found.source, found.against) == ("40 orang", 1, None)
    assert (found.features.covered, found.features.doubt) == (1.0, pytest.approx(-3.5))
    assert found.features.said == pytest.approx(math.fsum((-0.5, -0.1)) / 2)


def test_words_that_stand_nowhere_are_not_judged() -> None:
    assert judged("Berapa pedagang pasar itu?", "lima puluh orang") is None


@pytest.mark.parametrize(
    ("question", "raw", "against"),
    [
        ("Kapan pasar itu ditutup?", "2017", "Sumber terdekat tidak menyebut “ditutup”."),
        ("Berapa luas pasar itu?", "40 orang", "Sumber terdekat menyebut ukuran lain dari yang ditanyakan."),
    ],
)
def test_a_plain_reason_is_told(question: str, raw: str, against: str) -> None:
    found = judged(question, raw)
    assert found is not None
    assert found.against == against


@pytest.mark.parametrize(("date", "holds"), [("2018-05-01", True), ("2025-05-01", False), (None, True)])
def test_a_year_may_be_that_of_the_article(date: str | None, holds: bool) -> None:
    found = judged("Berapa pedagang pasar itu pada tahun 2019?", "40 orang", date=date)
    assert found is not None
    assert (found.against is None) == holds


def test_the_meaning_of_an_abbreviation_is_cut_to_its_long_form() -> None:
    found = judged("Apa kepanjangan PI?", "Pasar ikan (PI) dibuka")
    assert found is not None
    assert found.text == "Pasar ikan"
