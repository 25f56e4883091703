import pytest

from rag.answering.grounding import Evidence, Sentence, cited_sentences, ground, is_not_found, proof_span, supports
from rag.query.query import Query
from rag.retrieval.bm25 import coverage

MARKET = Evidence(
    1,
    "Pasar Sidomulyo dibuka pada Rabu. Pasar itu menampung 40 pedagang, turun 85% dari tahun lalu.",
    "Pasar Sidomulyo Dibuka\n2022-05-04\nBupati Klaten meresmikannya. Pasar Sidomulyo dibuka pada Rabu.",
)
HARBOUR = Evidence(
    2, "Pelabuhan Tanjung tidak dibuka. “Kami menunggu izin pusat,” kata pengelola.", "Pelabuhan Tanjung"
)
SOURCES = [MARKET, HARBOUR]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Satu hal [1].", [("Satu hal.", [1])]),
        ("Satu hal. [1]", [("Satu hal.", [1])]),
        ("Satu hal. [1] Hal lain. [2]", [("Satu hal.", [1]), ("Hal lain.", [2])]),
        ("Satu hal [1, 2].", [("Satu hal.", [1, 2])]),
        ("Satu hal [1][2]. Tanpa sitasi.", [("Satu hal.", [1, 2]), ("Tanpa sitasi.", [])]),
        ("[1] Satu hal.", [("Satu hal.", [1])]),
        ("", []),
        ("[1]", []),
    ],
)
def test_marks_belong_to_their_sentence(raw: str, expected: list[tuple[str, list[int]]]) -> None:
    assert cited_sentences(raw) == expected


def test_right_citation_stays() -> None:
    checked = ground("Pasar itu menampung 40 pedagang [1].", SOURCES, Query("Berapa pedagang?"))
    assert checked.sentences == (Sentence("Pasar itu menampung 40 pedagang.", (1,), True),)
    assert checked.notes == ()


def test_percent_sign_and_words_are_one_number() -> None:
    assert supports(MARKET, "Turun delapan puluh lima persen.", Query("Turun berapa?"))
    assert not supports(MARKET, "Turun 58 persen dari tahun lalu.", Query("Turun berapa?"))


def test_citation_that_does_not_exist_is_dropped_and_told() -> None:
    checked = ground("Pasar itu menampung 40 pedagang [7].", SOURCES, Query("Berapa pedagang?"))
    assert checked.sentences[0].citations == (1,)
    assert "[7]" in checked.notes[0]


def test_wrong_citation_is_exchanged_for_the_source_that_holds() -> None:
    checked = ground("Pasar itu menampung 40 pedagang [2].", SOURCES, Query("Berapa pedagang?"))
    assert checked.sentences == (Sentence("Pasar itu menampung 40 pedagang.", (1,), True),)
    assert "[1]" in checked.notes[0]


def test_uncited_sentence_gets_its_source() -> None:
    assert ground("Pelabuhan Tanjung tidak dibuka.", SOURCES, Query("Apakah dibuka?")).sentences[0].citations == (2,)


@pytest.mark.parametrize(
    "sentence",
    [
        "Pasar itu menampung 41 pedagang.",
        "Pasar Sidomulyo dibuka pada Rabu tahun 2019.",
        "Pasar Sidomulyo di Korea dibuka pada Rabu.",
        "Pasar Sidomulyo tidak dibuka pada Rabu.",
        "Menurut pengelola, “kami menunggu izin daerah”.",
        "Harga cabai melonjak tajam.",
    ],
)
def test_what_nothing_holds_is_marked(sentence: str) -> None:
    checked = ground(f"{sentence[:-1]} [1].", SOURCES, Query("Bagaimana kabarnya?"))
    assert [(item.supported, item.citations) for item in checked.sentences] == [(False, ())]
    assert not checked.found


def test_quotation_must_stand_word_for_word() -> None:
    assert supports(HARBOUR, "Pengelola berkata “Kami menunggu izin pusat”.", Query("Apa kata pengelola?"))


def test_words_of_the_question_may_stand_elsewhere_in_the_article() -> None:
    sentence = "Pasar Sidomulyo yang diresmikan Bupati Klaten menampung 40 pedagang."
    assert supports(MARKET, sentence, Query("Berapa pedagang di pasar yang diresmikan Bupati Klaten?"))
    assert not supports(MARKET, sentence, Query("Berapa pedagang di pasar itu?"))


def test_the_model_s_no_is_no_sentence() -> None:
    assert is_not_found("Tidak ditemukan dalam korpus.")
    assert not is_not_found("Dua korban tidak ditemukan.")
    assert ground("Tidak ditemukan dalam korpus.", SOURCES, Query("Apa?")).sentences == ()


def test_coverage_weighs_rare_words() -> None:
    weights = {"harga": 1.0, "beras": 3.0}
    assert coverage(["harga", "beras"], "Harga naik.", weights) == 0.25
    assert coverage(["harga", "beras"], "Harga beras naik.", weights) == 1.0
    assert coverage([], "Harga", {}) == 0.0


def test_proof_is_the_sentence_that_says_it() -> None:
    start, end = proof_span(MARKET.passage, "40 pedagang.")
    assert MARKET.passage[start:end].startswith("Pasar itu menampung 40 pedagang")
