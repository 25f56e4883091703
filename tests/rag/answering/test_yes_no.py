"""What a sentence says to a statement."""

from dataclasses import replace

import pytest
from scripted_chat import ScriptedChat

from index.articles import Article
from index.passages import Passage
from rag.answering.yes_no import LEAST_TOLD, Evidence, Polarity, denial, evidence, holding, model_leaning, ruling
from rag.generation.prompts import NO, YES
from rag.generation.scheduling import Handle
from rag.query.yes_no import YesNo, yes_no
from rag.reading.reading import Reading, Span
from rag.retrieval.results import Retrieved


def found(text: str, *, answers: float = 3.0, title: str = "Berita") -> Retrieved:
    reading = Reading(1.0, answers, 0.0, (Span(0, 3, 1.0),), ())
    article = Article(id="a", text="", path="a.txt", title=title)
    return Retrieved(Passage("a", 0, 0, len(text), text), article, 0.9, 0.9, 1.0, readings=(reading,))


WEIGHTS = {"gempa": 1.0, "poso": 2.0, "potensi": 1.5, "tsunami": 2.0}


def ruled(question: str, *texts: Retrieved) -> tuple[str, str] | None:
    statement = yes_no(question)
    assert statement is not None
    told = ruling(statement, texts, WEIGHTS)
    return (told.said, told.sentence) if told else None


@pytest.mark.parametrize(
    ("claim", "sentence", "said"),
    [
        ("Gempa itu berpotensi tsunami", "Gempa itu tidak berpotensi tsunami.", -1),
        ("Gempa itu berpotensi tsunami", "BMKG: gempa itu berpotensi tsunami.", 0),
        ("Budi turun di Solo", "Budi dipastikan absen di Solo.", -1),
        ("Konser jadi digelar", "Konser itu batal digelar.", -1),
        ("Konser tidak jadi digelar", "Konser itu batal digelar.", 0),
        ("Konser batal digelar", "Konser itu tetap digelar.", -1),
        ("demo bisa dilarang", "Sebab demo tak bisa dilarang.", -1),
        ("Budi menerima uang", "Budi membantah menerima uang itu.", -1),
        ("Harga beras naik", "Harga beras turun di Solo.", -1),
        ("Budi hadir", "Budi hadir, Tono tidak.", 0),
        ("Jembatan dibuka", "Jembatan dibuka bukan hanya untuk mobil.", 0),
        ("Sidang berlangsung dua jam", "Sidang berlangsung tiga jam.", -2),
        ("Sidang berlangsung dua jam", "Sidang berlangsung 2 jam.", 1),
        ("Panen lebih dari 40 ton", "Panen mencapai 55 ton.", 1),
        ("Panen kurang dari 40 ton", "Panen mencapai 55 ton.", -2),
        ("Harganya Rp2 juta", "Harganya Rp2.500.000.", -2),
        ("Jam itu tahan air tanpa pelindung", "Jam itu tahan air tanpa bantuan pelindung.", 0),
    ],
)
def test_a_sentence_denies_or_holds(claim: str, sentence: str, said: int) -> None:
    assert denial(claim, sentence) == said


@pytest.mark.parametrize(
    ("claim", "sentence", "told"),
    [
        ("Gempa itu berpotensi tsunami", "Gempa itu tidak berpotensi tsunami.", Evidence.NEGATED),
        ("Presiden berpihak ke satu calon", "Presiden tidak memihak kepada satu calon.", Evidence.NEGATED),
        ("Gempa itu tidak berpotensi tsunami", "Gempa itu tidak berpotensi tsunami.", Evidence.BOTH_DENY),
        ("Konser tidak jadi digelar", "Konser itu batal digelar.", Evidence.BOTH_DENY),
        ("Sidang berlangsung dua jam", "Sidang berlangsung tiga jam.", Evidence.OTHER_FIGURE),
        ("Sidang berlangsung dua jam", "Sidang berlangsung dua jam.", Evidence.NONE),
        ("Budi hadir", "Budi hadir, Tono tidak.", Evidence.NONE),
        ("Harga beras naik", "Harga beras turun di Solo.", Evidence.TURNED),
        ("Budi turun di Solo", "Budi dipastikan absen di Solo.", Evidence.TURNED),
        ("Harga beras tidak naik", "Harga beras turun di Solo.", Evidence.NONE),
    ],
)
def test_what_tells_yes_from_no(claim: str, sentence: str, told: Evidence) -> None:
    assert evidence(claim, sentence) is told


def test_the_sentence_that_says_so_is_told() -> None:
    text = "Gempa mengguncang Poso. Gempa Poso itu tidak berpotensi tsunami."
    assert ruled("Apakah gempa Poso berpotensi tsunami?", found(text)) == ("Tidak", text[24:])
    assert ruled("Gempa Poso tidak berpotensi tsunami?", found(text)) == ("Ya", text[24:])


def test_a_figure_that_differs_is_a_no() -> None:
    text = "Gempa Poso itu berkekuatan 5 skala."
    assert ruled("Apakah gempa Poso berkekuatan 6 skala?", found(text)) == ("Tidak", text)


def test_where_no_word_tells_neither_yes_nor_no_is_said() -> None:
    text = "Gempa Poso itu berpotensi tsunami."
    assert ruled("Apakah gempa Poso berpotensi tsunami?", found(text)) == ("Belum jelas", text)


def test_how_sure_it_is_hangs_on_the_sentence_and_on_what_tells() -> None:
    statement = yes_no("Apakah gempa Poso berpotensi tsunami?")
    assert statement is not None
    plain, negated = "Gempa Poso itu berpotensi tsunami.", "Gempa Poso itu tidak berpotensi tsunami."
    unclear, no, weak = (
        ruling(statement, [found(text, answers=answers)], WEIGHTS)
        for text, answers in ((plain, 3.0), (negated, 3.0), (negated, -1.0))
    )
    assert unclear is not None and no is not None and weak is not None
    assert unclear.sure < 0.5 < weak.sure < no.sure < Evidence.NEGATED.value


def test_the_words_and_the_model_tell_together() -> None:
    assert holding(Evidence.BOTH_DENY, None) == pytest.approx(Evidence.BOTH_DENY.value)
    assert holding(Evidence.NONE, 3.0) > LEAST_TOLD > 1 - LEAST_TOLD > holding(Evidence.NONE, -3.0)
    for one in Evidence:
        assert holding(one, -1.0) < holding(one, 1.0)
    assert holding(Evidence.NEGATED, 1.0) < holding(Evidence.NONE, 1.0) < holding(Evidence.BOTH_DENY, 1.0)


def test_the_model_leans_as_far_as_it_finds_yes_likelier() -> None:
    leanings = [
        model_leaning(ScriptedChat({YES: yes, NO: 1 - yes}), "Pasar dibuka", "Pasar itu ramai.")
        for yes in (0.1, 0.5, 0.9)
    ]
    assert leanings == pytest.approx([-2.197, 0.0, 2.197], abs=0.01)
    stopped = Handle()
    stopped.cancel()
    assert model_leaning(ScriptedChat({YES: 1.0}), "Pasar dibuka", "Pasar itu ramai.", stopped) is None


def test_where_nothing_speaks_of_it_there_is_no_ruling() -> None:
    assert ruled("Apakah gempa Poso berpotensi tsunami?", found("Harga kopi naik tajam di Solo.")) is None
    assert ruled("Apakah gempa Poso berpotensi tsunami?", found("Gempa Poso berpotensi tsunami.", answers=-9.0)) is None
    assert ruled("Apakah gempa Poso berpotensi tsunami?") is None


def test_a_sentence_without_what_is_asked_is_unclear() -> None:
    statement = YesNo("Gempa Poso berpotensi tsunami")
    told = ruling(statement, [found("Gempa mengguncang Poso kemarin.", title="Gempa Poso potensi tsunami")], WEIGHTS)
    assert told is None or told.polarity is Polarity.UNCLEAR


def test_one_of_two_is_chosen() -> None:
    weights = {"konser": 1.0, "solo": 2.0, "batu": 2.0, "gelar": 1.0}
    statement = yes_no("Konser itu digelar di Solo atau di Batu?")
    assert statement is not None
    told = ruling(statement, [found("Konser itu digelar di Batu malam ini.")], weights)
    assert told is not None and (told.said, told.sentence) == ("Di Batu", "Konser itu digelar di Batu malam ini.")
    told = ruling(statement, [found("Konser digelar di Batu lalu di Solo.")], weights)
    assert told is not None and told.polarity is Polarity.UNCLEAR


def test_a_reading_moves_with_all_it_says() -> None:
    reading = Reading(1.0, 2.0, 3.0, (Span(0, 3, 1.0),), (Span(4, 6, 1.0),), -2.0)
    assert reading.shifted(10) == replace(reading, spans=(Span(10, 13, 1.0),), items=(Span(14, 16, 1.0),))
