from dataclasses import replace

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


def test_a_passage_that_does_not_answer_gives_none() -> None:
    question = "Apa saja yang dijual?"
    assert list_items(Query(question), [found(MARKET, "kerang", answers=-0.6)]) == []
    items = list_items(Query(question), [found(MARKET, "kerang", answers=-0.4)])
    assert items == [Item("udang windu", 0), Item("kerang", 0)]


def test_a_whole_page_is_no_item() -> None:
    text = "kata " * 40 + "akhir"
    assert list_items(Query("Apa saja?"), [found(text, text)]) == []


NAMED = "Yang hadir ialah Agus Wiguna (ketua), Kodar, Ade Arif dan Ramlan Suryadi dari Solo, kata polisi."


def test_the_names_of_an_enumeration_belong_together_and_are_whole() -> None:
    whole = ["Agus Wiguna", "Kodar", "Ade Arif", "Ramlan Suryadi"]
    for marked in (["Kodar"], ["Agus Wi"], ["Kodar, Ade Arif"], ["Agus Wiguna", "Ramlan Sur"]):
        items = list_items(Query("Siapa saja yang hadir?"), [found(NAMED, *marked)])
        assert [item.text for item in items] == whole


def test_where_nothing_is_marked_the_likeliest_words_begin_the_list() -> None:
    read = found(NAMED)
    at = NAMED.index("Kodar")
    span = Span(BASE + at, BASE + at + 5, 2.0)
    likely = replace(read, readings=(replace(read.readings[0], spans=(span,), answers=0.5),))
    assert len(list_items(Query("Siapa saja yang hadir?"), [likely])) == 4
    doubtful = replace(read, readings=(replace(read.readings[0], spans=(span,), answers=-0.2),))
    assert list_items(Query("Siapa saja yang hadir?"), [doubtful]) == []
