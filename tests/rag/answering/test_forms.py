"""Questions for more than one fact, through the whole assistant."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from fake_reader import FakeReader
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.answering.answer import Answer, EvidenceFound, Finished, Token
from rag.answering.confidence import READ_NAMES, ReadWeights
from rag.answering.pipeline import Assistant
from rag.answering.read_confidence import source_weights
from rag.answering.verdicts import UNSURE_NOTE
from rag.generation.prompts import NO, NOT_FOUND, YES, judge_prompt
from rag.query.small_talk import SmallTalk
from rag.reading.reading import Reading, ReadPassage, Span
from rag.retrieval.retriever import Retriever
from rag.serving.export import with_citations

ARTICLES = [
    {"id": "pasar", "title": "Pasar ikan", "date": "2021-05-04", "text": "Pasar ikan Muara menampung 40 pedagang."},
    {"id": "kopi", "title": "Kebun kopi", "date": "2021-03-02", "text": "Kebun kopi Bajawa menghasilkan 12 ton biji."},
    {"id": "teh", "title": "Kebun teh", "date": "2021-04-02", "text": "Kebun teh Malabar menghasilkan 9 ton daun."},
    {"id": "rapat", "title": "Rapat desa", "date": "2021-06-01", "text": "Rapat desa Muara batal digelar di balai."},
]


class Marking(FakeReader):
    """A fake reader that marks these words, the first ones likeliest, wherever they stand; where none stand ``answers``
    is -4."""

    def __init__(self, *marked: str, answers: float = 4.0) -> None:
        super().__init__()
        self._marked, self._answers = marked, answers

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        return [self._marking(passage.text) for passage in passages]

    def _marking(self, text: str) -> Reading:
        places = [(at, text.find(word), word) for at, word in enumerate(self._marked) if word in text]
        spans = tuple(Span(start, start + len(word), self._answers - 0.5 * at) for at, start, word in places)
        answers = self._answers if spans else -4.0
        return Reading(answers, answers, 0.0, spans, ())


def retriever_of(folder: Path, reader: FakeReader, *more: dict[str, str]) -> Retriever:
    folder.mkdir(exist_ok=True)
    source = folder / "corpus.jsonl"
    source.write_text("\n".join(map(json.dumps, [*ARTICLES, *more])))
    store = Store(folder / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return Retriever(store, WordEmbedder(), reader)


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    return retriever_of(tmp_path, FakeReader())


def asked(retriever: Retriever, question: str, *said: str, unsure: float = 0.7) -> Answer:
    """Return the answer by the margin alone; the model says ``said``, one text a question, and may say no more."""
    weights = ReadWeights(0.0, tuple(float(name == "margin") for name in READ_NAMES), 0.6, unsure)
    return Assistant(retriever, ScriptedChat(*said), weights=weights).ask(question)


def test_two_questions_are_answered_under_their_headings(retriever: Retriever) -> None:
    question = "Berapa pedagang di pasar ikan Muara, dan berapa ton biji kebun kopi Bajawa?"
    answer = asked(retriever, question, "40 pedagang", "12 ton")
    assert [(one.heading, one.text) for one in answer.sentences] == [
        ("Berapa pedagang di pasar ikan Muara?", "40 pedagang."),
        ("Berapa ton biji kebun kopi Bajawa?", "12 ton."),
    ]
    by_number = {source.n: source.article_id for source in answer.sources}
    assert [by_number[n] for one in answer.sentences for n in one.citations] == ["pasar", "kopi"]
    assert [source.n for source in answer.sources] == list(range(1, len(answer.sources) + 1))
    assert len({(source.article_id, source.start) for source in answer.sources}) == len(answer.sources)
    lines = answer.answer.split("\n")
    assert lines[0].startswith("Berapa pedagang di pasar ikan Muara? 40 pedagang. [")
    assert lines[1].startswith("Berapa ton biji kebun kopi Bajawa? 12 ton. [")
    assert with_citations(answer).startswith("Berapa pedagang di pasar ikan Muara?\n40 pedagang. [")
    assert answer.raw == "40 pedagang\n12 ton"


def test_a_question_without_an_answer_has_its_own_no(retriever: Retriever) -> None:
    answer = asked(retriever, "Berapa pedagang di pasar ikan Muara, dan siapa pelatih klub Persib?", "40 pedagang")
    assert [(one.text, one.supported, bool(one.citations)) for one in answer.sentences] == [
        ("40 pedagang.", True, True),
        (NOT_FOUND, True, False),
    ]
    assert answer.found and "siapa pelatih klub Persib?" in answer.notes[-1]
    assert UNSURE_NOTE in answer.notes  # a no is right less often than what is said without a doubt
    none = asked(retriever, "Siapa pelatih klub Persib, dan siapa wasit laga Persib?")
    assert (none.found, none.answer, none.sentences) == (False, NOT_FOUND, ())


def test_a_question_that_leans_on_the_first_is_looked_for_where_that_is_answered(tmp_path: Path) -> None:
    wedding = {"id": "nikah", "title": "Pernikahan", "text": "Tono Contoh menikahi Siti Warna. Ia habis 5 juta rupiah."}
    others = [
        {"id": f"pesta-{n}", "title": "Biaya pesta", "text": f"Biaya pesta Tono Contoh nomor {n} itu {n} juta rupiah."}
        for n in (6, 7, 8, 9)
    ]
    retriever = retriever_of(tmp_path, FakeReader(), wedding, *others)
    leaning, apart = ScriptedChat("Siti Warna", "5 juta rupiah"), ScriptedChat("Siti Warna", "6 juta rupiah")
    Assistant(retriever, leaning).ask("Siapa yang dinikahi Tono Contoh, dan berapa biaya pestanya?")
    Assistant(retriever, apart).ask("Siapa yang dinikahi Tono Contoh, dan berapa biaya pesta Tono Contoh?")
    assert ["5 juta" in " ".join(model.copied_from[1]) for model in (leaning, apart)] == [True, False]


def test_several_answers_are_as_sure_as_the_least_sure(retriever: Retriever) -> None:
    first = asked(retriever, "Berapa pedagang di pasar ikan Muara?", "40 pedagang").confidence
    second = asked(retriever, "Berapa ton kebun kopi?", "12 ton").confidence
    both = asked(retriever, "Berapa pedagang di pasar ikan Muara, dan berapa ton kebun kopi?", "40 pedagang", "12 ton")
    assert first != second
    assert both.confidence == pytest.approx(min(first, second), abs=1e-6)


def test_a_comparison_is_computed_without_the_model(retriever: Retriever) -> None:
    answer = asked(retriever, "Mana yang lebih banyak, ton kebun kopi Bajawa atau ton kebun teh Malabar?")
    assert answer.sentences[0].text == "Lebih banyak: ton kebun kopi Bajawa; selisihnya 3 ton (dihitung)."
    assert [one.text for one in answer.sentences[1:]] == [ARTICLES[1]["text"], ARTICLES[2]["text"]]
    by_number = {source.n: source.article_id for source in answer.sources}
    assert [by_number[n] for n in answer.sentences[0].citations] == ["kopi", "teh"]
    assert 0 < answer.confidence <= 0.95


def test_a_side_that_is_missing_is_said_and_not_filled(retriever: Retriever) -> None:
    answer = asked(retriever, "Mana yang lebih banyak, ton kebun kopi Bajawa atau ton kebun kina Cinyiruan?")
    assert [one.text for one in answer.sentences] == [
        ARTICLES[1]["text"],
        "Ton kebun kina Cinyiruan: tidak ditemukan dalam arsip.",
    ]
    assert answer.found and any("kebun kina" in note for note in answer.notes)
    assert UNSURE_NOTE in answer.notes


def leaning_chat(yes: float) -> ScriptedChat:
    """A model that finds a statement to hold with this probability."""
    return ScriptedChat({YES: yes, NO: 1 - yes})


def test_yes_or_no_comes_first_with_the_sentence_that_says_so(retriever: Retriever) -> None:
    answer = Assistant(retriever, leaning_chat(0.2)).ask("Apakah rapat desa Muara jadi digelar di balai?")
    assert answer.answer.startswith("Tidak. Rapat desa Muara batal digelar di balai. [")
    assert 0 < answer.confidence <= 0.95


def test_where_no_word_tells_yes_from_no_the_model_does(retriever: Retriever) -> None:
    question = "Apakah pasar ikan Muara menampung pedagang?"
    yes, no = (Assistant(retriever, leaning_chat(likely)).ask(question) for likely in (0.95, 0.01))
    assert yes.answer.startswith("Ya. ") and no.answer.startswith("Tidak. ")
    assert yes.raw == ""  # it copied nothing


def test_the_model_is_asked_of_the_sentence_that_is_told_behind_its_title(retriever: Retriever) -> None:
    model = leaning_chat(0.95)
    answer = Assistant(retriever, model).ask("Apakah pasar ikan Muara menampung pedagang?")
    evidence = f"Pasar ikan. {answer.sentences[0].text.removeprefix('Ya. ')}"
    assert list(model.asked[0]) == judge_prompt("pasar ikan Muara menampung pedagang", evidence)


def test_where_neither_words_nor_model_tell_the_sentence_is_shown_with_a_doubt(retriever: Retriever) -> None:
    answer = Assistant(retriever, leaning_chat(0.4)).ask("Apakah pasar ikan Muara menampung pedagang?")
    assert answer.answer.startswith("Belum jelas; sumber terdekat menyatakan: ")
    assert UNSURE_NOTE in answer.notes
    assert 0 < answer.confidence < 0.6


def test_a_statement_of_which_nothing_speaks_is_a_no_answer(retriever: Retriever) -> None:
    answer = asked(retriever, "Apakah Persib mengalahkan Persija di Gelora?")
    assert (answer.found, answer.answer) == (False, NOT_FOUND)


def test_articles_are_listed_by_date_without_the_model(retriever: Retriever) -> None:
    answer = asked(retriever, "Berita apa saja tentang kebun?")
    assert [one.text for one in answer.sentences] == ["2021-03-02: Kebun kopi.", "2021-04-02: Kebun teh."]
    by_number = {source.n: source.article_id for source in answer.sources}
    assert [by_number[one.citations[0]] for one in answer.sentences] == ["kopi", "teh"]


def test_small_talk_searches_nothing(retriever: Retriever) -> None:
    events = list(Assistant(retriever, ScriptedChat()).stream("Selamat pagi!"))
    assert [type(event) for event in events] == [EvidenceFound, Token, Finished]
    assert isinstance(events[0], EvidenceFound) and events[0].sources == ()
    assert isinstance(events[2], Finished) and events[2].answer.answer == SmallTalk.GREETING.value
    assert events[2].answer.sources == () and not events[2].answer.found  # nothing of the archive is told


def test_a_greeting_before_a_question_does_not_matter(retriever: Retriever) -> None:
    answer = asked(retriever, "Halo kak, berapa pedagang di pasar ikan Muara?", "40 pedagang")
    assert answer.sentences[0].text == "40 pedagang."


def test_a_list_is_told_from_the_readers_marks_without_the_model(tmp_path: Path) -> None:
    articles = "Tanaman kebun itu ialah kopi robusta, teh hijau, dan kina. Harganya Rp12.000."
    retriever = retriever_of(tmp_path, Marking("teh hijau"), {"id": "tanaman", "title": "Kebun", "text": articles})
    answer = asked(retriever, "Tanaman apa saja yang ada di kebun itu?")
    assert [one.text for one in answer.sentences] == ["teh hijau.", "kina."]
    assert {answer.sources[n - 1].article_id for one in answer.sentences for n in one.citations} == {"tanaman"}
    assert 0.5 < answer.confidence <= 0.95


def test_a_list_of_a_passage_that_hardly_answers_is_a_no(tmp_path: Path) -> None:
    answer = asked(
        retriever_of(tmp_path, Marking("40 pedagang", answers=-3.9)), "Siapa saja pedagang pasar ikan Muara?"
    )
    assert (answer.found, answer.answer) == (False, NOT_FOUND)
    assert 0 < answer.confidence < source_weights("list").threshold


def test_one_item_only_is_told_with_a_doubt(tmp_path: Path) -> None:
    answer = asked(retriever_of(tmp_path, Marking("12 ton biji")), "Apa saja hasil kebun kopi Bajawa?")
    assert [one.text for one in answer.sentences] == ["12 ton biji."]
    assert any("hanya satu" in note for note in answer.notes) and any("kurang pasti" in note for note in answer.notes)


def test_a_reason_is_told_in_whole_sentences_without_the_model(tmp_path: Path) -> None:
    text = "Pasar Muara ditutup kemarin. Lantainya retak akibat hujan. Warga pindah ke Balai Desa."
    retriever = retriever_of(tmp_path, Marking("retak akibat hujan"), {"id": "tutup", "title": "Pasar", "text": text})
    answer = asked(retriever, "Kenapa Pasar Muara ditutup?")
    assert [one.text for one in answer.sentences] == ["Lantainya retak akibat hujan."]
    assert answer.found and answer.sources[answer.sentences[0].citations[0] - 1].article_id == "tutup"
    weak = retriever_of(tmp_path / "lemah", Marking("retak akibat hujan", answers=-3.9), {"id": "tutup", "text": text})
    assert not asked(weak, "Kenapa Pasar Muara ditutup?").found
