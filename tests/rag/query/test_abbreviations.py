import pytest

from rag.query.query import Query


@pytest.mark.parametrize(
    ("question", "text", "read"),
    [
        ("Apa nama bandara di Medan?", "di Bandar Udara Polonia", "di bandara Polonia"),
        ("Apa nama Bandar Udara di Medan?", "Bandara Polonia", "Bandar Udara Polonia"),
        ("Siapa Wapres saat itu?", "Wakil Presiden Jusuf Kalla", "Wapres Jusuf Kalla"),
        ("Siapa presiden AS?", "Presiden Amerika  Serikat", "Presiden AS"),
        ("Siapa presiden Amerika Serikat?", "pasukan AS", "pasukan Amerika Serikat"),
        ("Siapa presiden Amerika Serikat?", "as roda patah", "as roda patah"),  # a word of its own
        ("Apa itu as roda?", "Amerika Serikat", "Amerika Serikat"),
        ("Siapa wakil presiden?", "Wapresiden", "Wapresiden"),  # only whole words
        ("Apa kepanjangan KPK?", "Komisi Pemberantasan Korupsi (KPK)", "Komisi Pemberantasan Korupsi (KPK)"),
        ("Apa beda bandara dan bandar udara?", "Bandar Udara Polonia", "Bandar Udara Polonia"),
        ("Di mana pasar ikan?", "Bandar Udara Polonia", "Bandar Udara Polonia"),
    ],
)
def test_a_text_is_read_in_the_form_of_the_question(question: str, text: str, read: str) -> None:
    assert Query(question).read_as_asked(text) == read


def test_stems_and_search_terms() -> None:
    query = Query("Kapan pemilu diadakan?")
    assert query.terms == ("pilu", "ada", "pilu ada", "pilih umum")
    assert query.stems_as_asked("tahap pilih umum mulai") == "tahap pilu mulai"
    assert query.stems_as_asked("pilih umumnya") == "pilih umumnya"
    assert Query("Di mana pasar ikan?").terms == ("pasar", "ikan", "pasar ikan")


def test_a_text_with_a_backslash_or_a_group_is_left_as_it_is() -> None:
    assert Query(r"Bandara \\1 di mana?").read_as_asked(r"\\1 Bandar Udara \\g<0>") == r"\\1 Bandara \\g<0>"
