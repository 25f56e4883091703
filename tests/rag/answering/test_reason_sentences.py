"""Whole sentences of a reason or a way, told counts, and which of several figures is meant."""

import pytest

from rag.answering.list_items import enumerated
from rag.answering.qualifiers import other_value
from rag.answering.reason_sentences import reason_span
from rag.answering.told_count import ToldCount, told_count
from rag.query.query import Query


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("Pasar sepi. Pasar ditutup karena retak. Warga pindah.", "karena retak", "Pasar ditutup karena retak."),
        ("Tanah retak. Akibatnya, pasar ditutup. Warga pindah.", "ditutup", "Tanah retak. Akibatnya, pasar ditutup."),
        ("Pasar ditutup. Sebab, tanah retak. Warga pindah.", "tanah retak", "Pasar ditutup. Sebab, tanah retak."),
        ("Pasar ditutup kemarin. Pasalnya, tanah retak. Warga pindah.", "ditutup",
         "Pasar ditutup kemarin. Pasalnya, tanah retak."),
        ("“Kami takut. Tanah retak,” kata Budi. Warga pindah.", "takut", "“Kami takut. Tanah retak,” kata Budi."),
    ],
)  # fmt: skip
def test_a_reason_is_told_whole(text: str, words: str, told: str) -> None:
    start = text.index(words)
    assert text[slice(*reason_span(text, start, start + len(words)))] == told


def test_a_way_takes_its_steps_three_sentences_at_most() -> None:
    text = "Biji direndam dulu. Lalu biji dijemur. Kemudian disangrai. Setelah itu digiling. Selesai."
    start, end = reason_span(text, 0, 4, way=True)
    assert text[start:end] == "Biji direndam dulu. Lalu biji dijemur. Kemudian disangrai."


def test_a_told_count_is_of_what_is_asked() -> None:
    query = Query("Lokasi apa saja yang ditutup polisi?")
    texts = ["Dua jalan rusak.", "Polisi menutup enam lokasi malam ini."]
    assert told_count(query, texts) == ToldCount(6, "enam lokasi")
    assert told_count(query, ["Polisi menutup enam jalan."]) is None
    assert told_count(Query("Siapa saja yang ditangkap?"), ["Polisi menangkap lima orang."]) == ToldCount(
        5, "lima orang"
    )


def test_an_enumeration_has_no_gap_and_no_stranger() -> None:
    text = "Mereka: Budi, Tono, dan Siti. Hadir pula Rini dari Solo, dan Jaya."
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
