import pytest

from rag.query.answer_type import Kind, answer_kind, asked_abbreviation
from rag.query.query import Query


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Siapa ketua panitia itu?", Kind.NAME),
        ("Siapakah yang datang?", Kind.NAME),
        ("Berapa pedagang di pasar itu?", Kind.NUMBER),
        ("Berapakah luasnya?", Kind.NUMBER),
        ("Kapan pasar dibuka?", Kind.DATE),
        ("Pada tahun berapa pasar dibuka?", Kind.DATE),
        ("Tanggal berapakah itu?", Kind.DATE),
        ("Di mana pasar itu?", Kind.PLACE),
        ("Dimanakah pasar itu?", Kind.PLACE),
        ("Apa kepanjangan KIPP?", Kind.NAME),
        ("Apa itu pasar?", Kind.ANY),
        ("", Kind.ANY),
    ],
)
def test_question_words_tell_the_kind(question: str, kind: Kind) -> None:
    assert answer_kind(question) == kind


def test_only_a_question_for_its_meaning_names_an_abbreviation() -> None:
    assert asked_abbreviation("Apa kepanjangan dari KIPP?") == "KIPP"
    assert asked_abbreviation("Apa singkatan badan itu?") is None
    assert asked_abbreviation("Kapan KIPP dibuka?") is None


def test_what_only_repeats_the_question_is_no_answer() -> None:
    form = Query("Siapa Kepala Dinas Kesehatan Jombang?").answer_form()
    assert form.search("Kepala Dinas Kesehatan dan Dinas Jombang") is None
    found = form.search("Kepala Dinas Kesehatan Akmal")
    assert found is not None and found[0] == "Akmal"


def test_the_long_form_answers_what_an_abbreviation_means_where_a_text_holds_it() -> None:
    text = "Inisiatif Kolaborasi Inovasi (IKI) dibuka."
    found = Query("Apa kepanjangan IKI?").answer_form(["Pasar dibuka.", text]).search(text)
    assert found is not None and found[0] == "Inisiatif Kolaborasi Inovasi"
    found = Query("Apa kepanjangan IKI?").answer_form(["Pasar dibuka."]).search(text)
    assert found is not None and found[0] == "Inisiatif"
