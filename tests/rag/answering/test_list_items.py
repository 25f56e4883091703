from dataclasses import replace

import pytest

from index.articles import Article
from index.passages import Passage
from rag.answering.list_items import Item, list_items
from rag.query.query import Query
from rag.reading.reading import Reading, Span
from rag.retrieval.results import Retrieved

BASE = 300  # where the passage begins in its article
MARKET = "Pasar itu menjual ikan tongkol, udang windu, dan kerang; pasar buka pukul 05.00."


def found(text: str, *items: str, answers: float = 1.0) -> Retrieved:
    spans = tuple(Span(BASE + text.index(item), BASE + text.index(item) + len(item), 1.0) for item in items)
    reading = Reading(0.0, answers, 0.0, (), spans)
    passage = Passage("a", 0, BASE, BASE + len(text), text)
    return Retrieved(passage, Article("a", "", "a.txt"), 0.5, 0.9, 1.0, readings=(reading,))


def test_items_in_the_order_of_the_text_without_marks() -> None:
    read = found(MARKET, " ikan tongkol,", "udang windu", "kerang;")
    assert list_items(Query("Apa saja yang dijual?"), [read]) == [
        Item("ikan tongkol", 0),
        Item("udang windu", 0),
        Item("kerang", 0),
    ]


def test_an_item_is_told_once_with_its_first_source() -> None:
    other = found("Di pasar ada kerang dan cumi.", "kerang", "cumi")
    items = list_items(Query("Apa saja yang dijual?"), [found(MARKET, "udang windu", "kerang"), other])
    assert items == [Item("udang windu", 0), Item("kerang", 0), Item("cumi", 1)]


def test_what_the_question_names_is_no_item() -> None:
    assert list_items(Query("Apa saja selain kerang?"), [found(MARKET, "kerang", "udang windu")]) == [
        Item("udang windu", 0)
    ]


def test_a_passage_that_answers_far_less_well_than_the_likeliest_gives_none() -> None:
    question, other = Query("Apa saja yang dijual?"), found("Di pasar ada kerang dan cumi.", "cumi", answers=0.6)
    assert [item.text for item in list_items(question, [found(MARKET, "kerang"), other])] == ["udang windu", "kerang"]
    assert [item.text for item in list_items(question, [other, found(MARKET, "kerang", answers=1.6)], 1)] == [
        "udang windu",
        "kerang",
    ]


def test_what_leads_to_an_enumeration_is_no_part_of_its_first_item() -> None:
    text = "Semua pemain siap, kecuali Arif Suyono, Benny Wahyudi, dan Fery Aman."
    items = list_items(Query("Siapa saja yang cedera?"), [found(text, "kecuali Arif Suyono", "Benny Wahyudi")])
    assert [item.text for item in items] == ["Arif Suyono", "Benny Wahyudi", "Fery Aman"]


def test_a_whole_page_is_no_item() -> None:
    text = "kata " * 40 + "akhir"
    assert list_items(Query("Apa saja?"), [found(text, text)]) == []


NAMED = "Yang hadir ialah Agus Wiguna (ketua), Kodar, Ade Arif dan Ramlan Suryadi dari Solo, kata polisi."


def test_the_names_of_an_enumeration_belong_together_and_are_whole() -> None:
    whole = ["Agus Wiguna", "Kodar", "Ade Arif", "Ramlan Suryadi"]
    for marked in (["Kodar"], ["Agus Wi"], ["Kodar, Ade Arif"], ["Agus Wiguna", "Ramlan Sur"]):
        items = list_items(Query("Siapa saja yang hadir?"), [found(NAMED, *marked)])
        assert [item.text for item in items] == whole


def with_spans(text: str, *likely: tuple[str, float]) -> Retrieved:
    read = found(text)
    spans = tuple(Span(BASE + text.index(said), BASE + text.index(said) + len(said), logit) for said, logit in likely)
    return replace(read, readings=(replace(read.readings[0], spans=spans),))


def test_words_about_as_likely_as_the_likeliest_begin_the_list() -> None:
    text = "Salah satu pendirinya Siti Aisyah. Selain dia ada Budi Santoso, Tono, dan Rini."
    both = with_spans(text, ("Siti Aisyah", 3.0), ("Tono", 2.5))
    assert [item.text for item in list_items(Query("Siapa saja?"), [both])] == [
        "Siti Aisyah", "Budi Santoso", "Tono", "Rini",
    ]  # fmt: skip
    one = with_spans(text, ("Siti Aisyah", 3.0), ("Tono", 1.5))
    assert [item.text for item in list_items(Query("Siapa saja?"), [one])] == ["Siti Aisyah"]


def test_what_leads_to_the_last_name_is_no_part_of_it_and_a_number_is_no_name() -> None:
    text = "Ada Air Terjun Bening bertingkat 12, Taman Anggrek, serta terakhir Patung Batu yang tua."
    read = found(text, "Taman Anggrek")
    assert [item.text for item in list_items(Query("Apa saja?"), [read])] == ["Taman Anggrek", "Patung Batu"]
    read = found("Laptop itu ialah Acer Swift 3, Envy x360, dan beberapa varian Dell Inspiron.", "Acer Swift 3")
    assert [item.text for item in list_items(Query("Laptop apa saja?"), [read])] == [
        "Acer Swift 3", "Envy x360", "Dell Inspiron",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "marked", "items"),
    [
        ("Bantuan itu 2,5 ton beras, 1,5 ton gula, dan 300 liter minyak.", "2,5 ton beras",
         ["2,5 ton beras", "1,5 ton gula", "300 liter minyak"]),
        ("Pemenangnya Tono, Budi, dan Rini.", "Tono", ["Tono", "Budi", "Rini"]),
        ("Narasumber itu ialah Budi Santoso, S.Pd., Tono Hadi, M.Si., dan Siti Aminah.", "Tono Hadi",
         ["Budi Santoso", "Tono Hadi", "Siti Aminah"]),
    ],
)  # fmt: skip
def test_decimals_degrees_and_first_words_stay_what_they_are(text: str, marked: str, items: list[str]) -> None:
    assert [item.text for item in list_items(Query("Apa saja?"), [found(text, marked)])] == items


@pytest.mark.parametrize(
    ("question", "text", "marked", "items"),
    [
        ("Kereta Solo berhenti di stasiun mana saja?", "Kereta berhenti di Garut, Batu, dan Solo.", "Batu",
         ["Garut", "Batu", "Solo"]),
        ("Siapa saja yang hadir bersama Budi?", "Hadir di sana Tono, Siti, dan Budi.", "Siti", ["Tono", "Siti"]),
        ("Kereta Solo berhenti di mana saja?", "Di Solo, kereta berhenti.", "Solo", []),
        ("Apa saja isi dawet?", "Dawet berisi gula, santan, dan bubur sumsum dengan es segar.", "santan",
         ["santan", "bubur sumsum"]),
        ("Apa saja yang disita?", "Polisi menyita motor, boneka beruang, dan pengeras suara yang rusak.", "boneka",
         ["boneka beruang", "pengeras suara"]),
        ("Apa saja yang disita?", "Polisi menyita motor, pengeras suara, dan boneka beruang, kata Budi.", "pengeras",
         ["pengeras suara", "boneka beruang"]),
        ("Kereta Solo berhenti di stasiun mana saja?", "Kereta berhenti di Batu dan Solo.", "Batu", ["Batu"]),
        ("Daerah mana saja yang naik?", "Yang naik yaitu Solo 5,8 persen, Batu 5,2 persen, Garut 3 persen.", "Solo",
         ["Solo", "Batu", "Garut"]),
        ("Film apa saja yang kalah?", "Yang kalah ialah Senja, The Shape of Water, dan Nova.", "The Shape",
         ["Senja", "The Shape of Water", "Nova"]),
        ("Kereta berhenti di mana saja?", "Kereta berhenti di Batu, Garut, dan Solo - Balapan.", "Garut",
         ["Batu", "Garut", "Solo - Balapan"]),
        ("Siapa saja yang hadir?", "Yang hadir ialah Budi dari Solo, Tono dari Batu, dan Siti Warna.", "Siti Warna",
         ["Budi", "Tono", "Siti Warna"]),
        ("Siapa saja yang hadir?", "Yang hadir ialah Budi dari Solo, Tono dari Batu, dan Siti Warna.", "Budi",
         ["Budi", "Tono", "Siti Warna"]),
        ("Apa saja yang terjadi?", "Ada ledakan bom di pasar besar Solo, penembakan di markas kecil Batu, dan "
         "penembakan di klub Garut.", "penembakan di markas",
         ["penembakan di markas kecil Batu", "penembakan di klub Garut"]),
    ],
)  # fmt: skip
def test_an_enumeration_is_followed_to_its_ends(question: str, text: str, marked: str, items: list[str]) -> None:
    assert [item.text for item in list_items(Query(question), [found(text, marked)])] == items
