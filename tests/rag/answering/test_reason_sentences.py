"""Whole sentences of a reason or a way, told counts, and which of several figures is meant."""

import pytest

from index.articles import Article
from index.passages import Passage
from rag.answering.list_items import enumerated
from rag.answering.qualifiers import other_value
from rag.answering.reason_sentences import SentenceWeights, candidates, reason_sentences
from rag.answering.reasons import reason_in
from rag.answering.told_count import ToldCount, told_count
from rag.query.query import Query
from rag.reading.reading import Reading, Span
from rag.retrieval.results import Retrieved


def _found(text: str, words: str, *, start: int = 0, margin: float = 2.0, article: str = "a") -> Retrieved:
    """A passage whose likeliest words are ``words``; none are where they are empty."""
    at = text.index(words)
    spans = (Span(start + at, start + at + len(words), margin),) if words else ()
    passage = Passage(article, 0, start, start + len(text), text)
    reading = Reading(1.0, 1.0, 0.0, spans, ())
    return Retrieved(passage, Article(article, "", f"{article}.txt"), 0.9, 0.9, 1.0, readings=(reading,))


# The marked sentence, what speaks of the question, and what stands next behind the best.
BY_HAND = SentenceWeights(-3.0, (4.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0), 0.5)
TOPIC = {"pasar": 1.0, "tutup": 1.0}


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("Warga pindah. Tanah di sana retak.", "retak", ["Tanah di sana retak."]),
        ("Pasar ditutup. Warga pindah. Tanah di sana retak.", "retak", ["Tanah di sana retak."]),
        ("Tanah retak. Pasar ditutup. Warga pindah.", "retak", ["Tanah retak.", "Pasar ditutup."]),
        ("Tanah retak. Hal itu berbahaya. Warga pindah.", "berbahaya", ["Tanah retak.", "Hal itu berbahaya."]),
        ("“Kami takut. Tanah retak,” kata Budi. Warga pindah.", "retak", ["“Kami takut.", "Tanah retak,” kata Budi."]),
    ],
)
def test_a_reason_is_told_in_whole_sentences(text: str, words: str, told: list[str]) -> None:
    chosen = reason_sentences(TOPIC, [_found(text, words)], 0, BY_HAND)
    assert [one.text for one in chosen] == told


def test_three_sentences_at_most_and_none_where_nothing_is_marked() -> None:
    text = "Satu retak. Dua pindah. Tiga jatuh. Empat pulang."
    every = SentenceWeights(3.0, BY_HAND.of_features, 0.5)
    assert [one.text for one in reason_sentences(TOPIC, [_found(text, "jatuh")], 0, every)] == [
        "Satu retak.", "Tiga jatuh.", "Empat pulang.",
    ]  # fmt: skip
    assert reason_sentences(TOPIC, [_found(text, "")], 0, every) == []


def test_a_sentence_of_the_next_passage_is_told_with_its_own_source() -> None:
    first = _found("Tanah di sana retak.", "retak")
    other = _found("Pasar ditutup.", "Pasar", article="b")
    second = _found("Pasar ditutup. Warga pindah.", "", start=30)
    told = reason_in(TOPIC, [first, other, second], 0)
    assert [(one.text, one.citations) for one in told][:1] == [("Tanah di sana retak.", (1,))]
    assert all(2 not in one.citations for one in told)
    chosen = reason_sentences(TOPIC, [first, other, second], 0, BY_HAND)
    assert [(one.place, one.start, one.text) for one in chosen] == [
        (0, 0, "Tanah di sana retak."),
        (2, 30, "Pasar ditutup."),
    ]


def test_sentences_shared_by_two_passages_are_told_once() -> None:
    text = "Tanah di sana retak. Pasar ditutup."
    first, second = _found(text, "retak"), _found("Pasar ditutup. Warga pindah.", "", start=21)
    chosen = reason_sentences(TOPIC, [first, second], 0, BY_HAND)
    assert [(one.place, one.text) for one in chosen] == [(0, "Tanah di sana retak."), (0, "Pasar ditutup.")]


def test_the_fitted_weights_prefer_what_the_reader_marks_and_the_question_names() -> None:
    fitted = SentenceWeights.load()
    marked, plain = candidates(TOPIC, [_found("Pasar retak. Bupati datang.", "retak")], 0)
    assert fitted.probability(marked.features) > 0.5 > fitted.probability(plain.features)
    assert 0 < fitted.least < 0.5


def test_a_told_count_is_of_what_is_asked() -> None:
    query = Query("Lokasi apa saja yang ditutup polisi?")
    texts = ["Dua jalan rusak.", "Polisi menutup enam lokasi malam ini."]
    assert told_count(query, texts) == ToldCount(6, "enam lokasi")
    assert told_count(query, ["Polisi menutup enam jalan."]) is None
    assert told_count(Query("Siapa saja yang ditangkap?"), ["Polisi menangkap lima orang."]) == ToldCount(
        5, "lima orang"
    )


def test_an_enumeration_has_no_gap_and_no_stranger() -> None:
    text = "Mereka: Budi, Tono, dan Siti. Hadir pula Rini yang baru saja sembuh, dan Jaya."
    spans = [(text.index(name), text.index(name) + len(name)) for name in ("Budi", "Siti")]
    assert [text[slice(*span)] for span in enumerated(text, spans)] == ["Budi", "Tono", "Siti"]
    spans = [(text.index(name), text.index(name) + len(name)) for name in ("Siti", "Rini")]
    assert [text[slice(*span)] for span in enumerated(text, spans)] == ["Budi", "Tono", "Siti", "Rini"]


TRIAL = "Jaksa menuntut Budi lima tahun penjara. Hakim menghukum Budi tiga tahun penjara."


def test_the_other_figure_is_told_where_the_question_does_not_choose() -> None:
    value = other_value(Query("Berapa lama Budi dipenjara?"), "tiga tahun penjara", TRIAL, {"budi": 1.0})
    assert value is not None
    assert (value.sentence, value.other) == ("Hakim menghukum Budi tiga tahun penjara.", TRIAL[:39])


@pytest.mark.parametrize(
    ("question", "answer", "text"),
    [
        ("Berapa tuntutan jaksa untuk Budi?", "lima tahun penjara", TRIAL),
        ("Berapa lama Budi dipenjara pada 2017?", "tiga tahun penjara", TRIAL),
        ("Berapa lama Budi dipenjara?", "tiga tahun penjara", "Hakim menghukum Budi tiga tahun penjara. Ia diam."),
        ("Siapa Budi?", "terdakwa", TRIAL),
    ],
)
def test_one_figure_is_told_alone(question: str, answer: str, text: str) -> None:
    assert other_value(Query(question), answer, text, {"budi": 1.0}) is None
