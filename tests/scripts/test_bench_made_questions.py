import random

import pytest
from bench import load

made_questions = load("made_questions")
MANY = 9


def made(text: str) -> list[tuple[str, str]]:
    found = made_questions.from_passages([text], MANY, random.Random(1))
    return [(one.subject, one.answer) for one in found]


@pytest.mark.parametrize(
    ("text", "subject", "answer"),
    [
        ("Subak adalah sistem pengairan sawah di Bali.", "Subak", "sistem pengairan sawah di Bali"),
        ("Chairil Anwar lahir di Medan pada 26 Juli 1922.", "Chairil Anwar", "26 Juli 1922"),
        ("Kebun Raya Bogor didirikan pada 1817.", "Kebun Raya Bogor", "1817"),
        ("Candi Borobudur terletak di Magelang, Jawa Tengah.", "Candi Borobudur", "Magelang, Jawa Tengah"),
    ],
)
def test_a_sentence_of_a_known_form_gives_a_question(text: str, subject: str, answer: str) -> None:
    assert made(text) == [(subject, answer)]


@pytest.mark.parametrize("text", ["", "Hujan turun.", "Ia lahir di Medan pada 26 Juli 1922."])
def test_other_sentences_give_none(text: str) -> None:
    assert made(text) == []


def test_no_form_is_used_more_often_than_asked_for() -> None:
    texts = [f"Kebun Raya {letter}aru didirikan pada 1817." for letter in "BKLMN"]
    assert len(made_questions.from_passages(texts, 2, random.Random(1))) == 2


def test_what_is_spoilt_differs_from_the_question() -> None:
    one = made_questions.Made("Kapan Chairil Anwar lahir?", "Chairil Anwar", "26 Juli 1922")
    kinds = dict(made_questions.spoilt_about(one, ["Chairil Anwar", "Kebun Raya"], random.Random(1)))
    assert kinds["name"] == "Kapan Kebun Raya lahir?"
    assert {"part of a name", "adjective", "relation"} <= set(kinds)
    assert one.question not in kinds.values()


def test_a_question_is_spoilt_by_name_negation_and_number() -> None:
    question = "Siapa yang memimpin Pasar Bahari pada 2021?"
    kinds = dict(made_questions.spoilt(question, "", ["Kota Lama"], random.Random(1)))
    assert kinds["name"] == "Siapa yang memimpin Kota Lama pada 2021?"
    assert kinds["negation"] == "Siapa yang tidak memimpin Pasar Bahari pada 2021?"
    assert kinds["number"] != question
