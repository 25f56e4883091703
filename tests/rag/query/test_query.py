from decimal import Decimal

import pytest

from index.text import analysis
from rag.query import answer_type
from rag.query.answer_type import Kind
from rag.query.intent import Wanted
from rag.query.query import Query


def test_what_is_asked_of_a_question() -> None:
    query = Query("Siapakah 2 pemimpin Forum Bandara itu?")
    assert query.tokens == ("siapakah", "2", "pemimpin", "forum", "bandara", "itu")
    assert query.content_words == ("2", "pemimpin", "forum", "bandara")
    assert query.stems == query.topic == ("2", "pimpin", "forum", "bandara")
    assert query.all_stems == {"siapa", "2", "pimpin", "forum", "bandara"}
    assert query.terms == (
        *("2", "pimpin", "forum", "bandara", "2 pimpin", "pimpin forum", "forum bandara"),
        "bandar udara",
    )
    assert (query.kind, query.numbers, query.abbreviation) == (Kind.NAME, {Decimal(2)}, None)
    assert (query.intent.wanted, query.is_english) == (Wanted.FACT, False)


def test_what_tells_the_kind_of_answer_is_no_topic() -> None:
    query = Query("Apa kepanjangan IKI?")
    assert (query.stems, query.topic, query.abbreviation) == (("panjang", "iki"), ("iki",), "IKI")


def test_english_is_told_by_a_word() -> None:
    assert Query("Who leads the forum?").is_english


def test_what_was_read_of_a_question_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str) -> list[str]:
        read.append(text)
        return [text]

    query = Query("Apa?")
    monkeypatch.setattr(analysis, "tokens", counted)
    monkeypatch.setattr(answer_type, "answer_kind", counted)
    assert query.tokens == tuple(query.words) == query.content_words == ("Apa?",)
    assert query.kind == query.kind == ["Apa?"]
    assert query.reworded("Apa?").kind is query.kind
    assert read == ["Apa?", "Apa?"]


def test_other_words_make_another_question() -> None:
    query = Query("Apa itu?")
    assert query.reworded("Siapa itu?") == Query("Siapa itu?") != query
    assert query.reworded("Apa itu?") is query


@pytest.mark.parametrize("question", ["Kenapa pasar ditutup?", "Apa yang bikin Budi marah?", "Apa penyebab banjir?"])
def test_why_is_asked(question: str) -> None:
    assert Query(question).asks_reason and not Query(question).asks_way


def test_how_is_asked() -> None:
    assert Query("Gimana caranya menanam kopi?").asks_way and not Query("Siapa menanam kopi?").asks_way
    assert not Query("Siapa menanam kopi?").asks_reason


def test_who_is_asked_by_name() -> None:
    assert Query("siapa Budi Contoh itu?").asks_who_is and not Query("siapa ketua Forum?").asks_who_is
    assert Query("Siapa Budi Contoh?").asks_who_is and Query("Siapakah sebenarnya Budi Contoh?").asks_who_is
    assert not Query("Siapa ketua Forum?").asks_who_is


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("Siapa Bupati Pati?", "Bupati Rembang hadir.", 0.0),
        ("Siapa Bupati Pati?", "Banjir di Pati surut.", 1.0),
        ("Kapan Budi Contoh ke Solo?", "Budi ke Solo kemarin.", 0.75),  # half of one name and all of the other
        ("berapa mesin di pati?", "Ada delapan mesin.", 1.0),  # typed without capitals: no names are known
    ],
)
def test_the_share_of_its_names_that_a_text_holds(question: str, text: str, share: float) -> None:
    assert Query(question).named_in(text) == share
