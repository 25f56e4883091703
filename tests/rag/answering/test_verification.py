"""What is said of possible answers: where they stand, what speaks against them, how the reader sees them."""

import math
from dataclasses import replace

import pytest

from index.articles import Article
from index.passages import Passage
from rag.answering.confidence import READ_NAMES, ReadFeatures, ReadWeights, read_probability
from rag.answering.fact import rated
from rag.answering.verification import Judging, VerifiedSpan, agreement
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import Excerpt
from rag.query.query import Query
from rag.reading.reading import Reading, Span
from rag.retrieval.results import Retrieved

TEXT = "Pasar ikan (PI) dibuka pada 2017. Pedagangnya 40 orang."
BASE = 500  # where the passage begins in its article
OTHER = "Beras mahal."
QUESTION = "Berapa pedagang pasar itu?"


def judging(
    question: str,
    *,
    date: str | None = None,
    text: str = TEXT,
    read: tuple[Reading, ...] = (),
    other: tuple[Reading, ...] = (),
) -> Judging:
    first = Retrieved(Passage("b", 0, 0, 12, OTHER), Article("b", "", "b.txt"), 0.2, 0.81, 0.0, readings=other)
    passage = Passage("a", 0, BASE, BASE + len(text), text)
    second = Retrieved(passage, Article("a", "", "a.txt", date=date), 0.9, 0.9, 1.0, readings=read)
    pieces = [Excerpt(1, 0, len(text), text)]
    trace = Trace(refusal=-4.0, begin=-0.5, words=(-0.5, -0.1))
    return Judging(Query(question), {"pasar": 1.0, "dagang": 1.0}, [first, second], pieces, lambda _: text, trace)


def judged(question: str, raw: str, *, date: str | None = None, text: str = TEXT) -> VerifiedSpan | None:
    return judging(question, date=date, text=text).copied(raw)


def reading(*named: tuple[str, float], none: float = 1.0, relevant: float = 0.5, answers: float = 2.0) -> Reading:
    """Return a reading of TEXT, its spans counted in the article."""
    spans = (Span(BASE + TEXT.index(w), BASE + TEXT.index(w) + len(w), logit) for w, logit in named)
    return Reading(relevant, answers, none, tuple(spans), ())


BEREAD = Reading(-1.0, -2.0, 1.0, (Span(0, 5, 3.0),), ())  # "Beras", with the margin 2


def test_the_answer_is_told_with_its_passage_and_signs() -> None:
    found = judged(QUESTION, "40 orang")
    assert found is not None
    assert (found.text, found.source, found.against) == ("40 orang", 1, None)
    assert (found.features.covered, found.features.doubt) == (1.0, pytest.approx(-3.5))
    assert found.features.said == pytest.approx(math.fsum((-0.5, -0.1)) / 2)
    nothing_read = ReadFeatures(-15.0, 0.0, -15.0, -15.0, -15.0, score=0.9, against=0.0)
    assert found.read == nothing_read


def test_words_that_stand_nowhere_are_not_judged() -> None:
    assert judged(QUESTION, "lima puluh orang") is None


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


# --- with a reader ---


def test_what_the_reader_says_of_copied_words() -> None:
    found = judging(QUESTION, read=(reading(("40", 4.0), ("2017", 2.0)),), other=(BEREAD,)).copied("40 orang")
    assert found is not None
    # "40" and "40 orang" share one word of one and two: F1 2/3. Best margin: 4 - 1, its own; of other words: 3 - 1.
    assert found.read == ReadFeatures(
        margin=3.0, behind=0.0, answers=2.0, relevant=0.5, rival=2.0, score=0.9, against=0.0
    )


def test_words_that_the_reader_names_second_stand_behind() -> None:
    found = judging("Kapan pasar itu dibuka?", read=(reading(("40", 4.0), ("2017", 2.0)),)).copied("2017")
    assert found is not None
    assert found.read is not None
    assert (found.read.margin, found.read.behind, found.read.rival) == (1.0, 2.0, 3.0)  # "40" is the rival


def test_words_that_the_reader_does_not_name_stand_far_behind_within_bounds() -> None:
    read = replace(reading(("2017", 90.0)), answers=-99.0, relevant=99.0)
    found = judging(QUESTION, read=(read,)).copied("40 orang")
    assert found is not None
    assert found.read == ReadFeatures(
        margin=-15.0, behind=15.0, answers=-15.0, relevant=15.0, rival=15.0, score=0.9, against=0.0
    )


def test_a_plain_reason_is_a_feature_beside_the_reader() -> None:
    found = judging("Kapan pasar itu ditutup?", read=(reading(("2017", 2.0)),)).copied("2017")
    assert found is not None
    assert found.read is not None
    assert (found.against, found.read.against) == ("Sumber terdekat tidak menyebut “ditutup”.", 1.0)


def test_the_reader_names_answers_likeliest_first_and_whole() -> None:
    named = judging(QUESTION, read=(reading(("2017", 2.5), ("40", 2.0)),), other=(BEREAD,)).read()
    # Margins 3 - 1, 2.5 - 1 and 2 - 1, over both passages; the unit belongs to the number.
    assert [(one.text, one.source) for one in named] == [("Beras", 0), ("2017", 1), ("40 orang", 1)]
    assert [one.read.margin for one in named if one.read] == [2.0, 1.5, 1.0]
    assert [one.read.behind for one in named if one.read] == [0.0, 0.5, 1.0]


def test_three_are_named_at_most_and_none_where_nothing_was_read() -> None:
    four = reading(("2017", 5.0), ("40", 4.0), ("ikan", 3.0), ("Pedagangnya", 2.0))
    assert len(judging(QUESTION, read=(four,), other=(BEREAD,)).read()) == 3
    assert judging(QUESTION).read() == []


def test_agreement_is_the_share_of_like_words() -> None:
    forty, more = judged(QUESTION, "40 orang"), judged(QUESTION, "Pedagangnya 40 orang")
    year = judged("Kapan pasar itu dibuka?", "2017")
    assert forty and more and year
    assert agreement(forty, forty) == 1.0
    assert agreement(forty, more) == agreement(more, forty) == pytest.approx(0.8)  # two of two and three words
    assert agreement(forty, year) == 0.0
    assert agreement(forty, None) == 0.0


def weights(**of: float) -> ReadWeights:
    return ReadWeights(0.0, tuple(of.get(name, 0.0) for name in READ_NAMES), 0.5, 0.8)


def test_candidates_are_rated_by_hand_likeliest_first() -> None:
    judged_by = judging(QUESTION, read=(reading(("2017", 4.0), ("40", 2.0)),))
    copied = judged_by.copied("40 orang")
    by_margin = rated(judged_by, copied, weights(margin=1.0))
    # Margins: 2017 has 3, 40 has 1, once as the model's words and once as the reader's.
    assert [sure for sure, _ in by_margin] == pytest.approx([1 / (1 + math.exp(-m)) for m in (3, 1, 1)])
    assert by_margin[0][1].text.endswith("2017")
    copied_first = rated(judged_by, copied, weights(copied=2.0))
    assert copied_first[0] == (pytest.approx(1 / (1 + math.exp(-2))), copied)
    # The reader's second answer is the model's; its first is not.
    agreeing = rated(judged_by, copied, weights(agreement=1.0))
    assert agreeing[0][1].text == "40 orang"
    assert agreeing[0][1] is not copied
    assert [sure for sure, _ in agreeing] == pytest.approx([1 / (1 + math.exp(-1)), 0.5, 0.5])


def test_where_the_model_says_nothing_the_reader_s_words_are_rated() -> None:
    ((sure, only),) = rated(judging(QUESTION, read=(reading(("40", 2.0)),)), None, weights(margin=1.0))
    assert (only.text, sure) == ("40 orang", pytest.approx(1 / (1 + math.exp(-1))))


def test_where_nothing_was_read_only_the_model_s_words_count() -> None:
    unread = judging(QUESTION)
    copied = unread.copied("40 orang")
    assert [one for _, one in rated(unread, copied, weights(margin=1.0))] == [copied]
    assert rated(unread, None, weights(margin=1.0)) == []


def test_where_the_reader_names_nothing_its_weights_still_rate() -> None:
    silent = judging(QUESTION, read=(reading(),))
    copied = silent.copied("40 orang")
    assert copied is not None
    assert copied.read is not None
    with_reader = weights(margin=0.1)
    ((sure, _),) = rated(silent, copied, with_reader)
    assert sure == pytest.approx(read_probability(copied.features, copied.read, 0.0, True, with_reader))
