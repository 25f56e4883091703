"""Greetings, thanks, and questions that only begin with them."""

import pytest

from rag.query.small_talk import SmallTalk, small_talk, without_greeting


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("halo", SmallTalk.GREETING),
        ("Selamat pagi!", SmallTalk.GREETING),
        ("Halo, apa kabar?", SmallTalk.GREETING),
        ("hai kak", SmallTalk.GREETING),
        ("Terima kasih banyak ya", SmallTalk.THANKS),
        ("Oke, makasih", SmallTalk.THANKS),
        ("thanks", SmallTalk.THANKS),
        ("kamu siapa?", SmallTalk.WHO_ARE_YOU),
        ("Siapa kamu?", SmallTalk.WHO_ARE_YOU),
        ("Kamu bisa apa saja?", SmallTalk.WHO_ARE_YOU),
        ("sampai jumpa", SmallTalk.FAREWELL),
    ],
)
def test_nothing_is_asked_of_the_archive(text: str, kind: SmallTalk) -> None:
    assert small_talk(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Selamat pagi, siapa gubernur Bali?",
        "Siapa penyanyi Halo Halo Bandung?",
        "Siapa kamu yang disebut Budi?",
        "Apa kabar terbaru gempa Poso?",
        "Terima kasih diucapkan oleh siapa?",
        "",
        "Malam Lailatul Qadar kapan?",
    ],
)
def test_something_is_asked_of_the_archive(text: str) -> None:
    assert small_talk(text) is None


def test_a_greeting_before_a_question_is_left_out() -> None:
    assert without_greeting("Halo kak, selamat pagi. Siapa gubernur Bali?") == "Siapa gubernur Bali?"
    assert without_greeting("Halo Halo Bandung ciptaan siapa?") == "Halo Halo Bandung ciptaan siapa?"
    assert without_greeting("Malam Jumat apa?") == "Malam Jumat apa?"
