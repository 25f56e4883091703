import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_reader import FakeReader, KnowingReader
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.pipeline.indexer import Indexer
from index.storage.filters import Filters
from index.storage.repository import Store
from rag.answering.answer import EvidenceFound, Finished, Token
from rag.answering.confidence import ReadWeights
from rag.answering.conversation import turn_after
from rag.answering.pipeline import Assistant
from rag.generation.prompts import MAX_COPIED_TOKENS, NOT_FOUND
from rag.generation.scheduling import Handle
from rag.retrieval.retriever import Retriever

ARTICLES = [
    {"id": "pasar", "title": "Pasar ikan", "date": "2021-05-04", "text": "Pasar ikan itu menampung 40 pedagang."},
    {"id": "beras", "title": None, "date": None, "text": "Harga beras naik tajam menjadi Rp15.000."},
]


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    source = tmp_path / "corpus.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in ARTICLES))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return Retriever(store, WordEmbedder(), FakeReader())


def cited(answer) -> str:  # type: ignore[no-untyped-def]
    (number,) = answer.sentences[0].citations
    return next(source.article_id for source in answer.sources if source.n == number)


def test_evidence_then_words_then_the_checked_answer(retriever: Retriever) -> None:
    model = ScriptedChat("40 pedagang")
    events = list(Assistant(retriever, model).stream("Berapa pedagang di pasar ikan?"))
    assert [type(event) for event in events] == [EvidenceFound, Token, Token, Finished]
    assert "".join(event.text for event in events if isinstance(event, Token)) == "40 pedagang"
    answer = events[-1].answer  # type: ignore[union-attr]
    assert answer.found
    assert cited(answer) == "pasar"
    assert answer.answer.startswith("40 pedagang. [")


def test_json_has_the_fields_of_the_contract(retriever: Retriever) -> None:
    record = Assistant(retriever, ScriptedChat("40 pedagang")).ask("Berapa pedagang di pasar ikan?").as_json("q1")
    assert record["id"] == "q1"
    assert record["searched"] == {"articles": 2, "passages": 2}
    assert set(record["timings_ms"]) == {"retrieve", "first_token", "total"}
    source = next(item for item in record["sources"] if item["article_id"] == "pasar")
    assert source["text"] == ARTICLES[0]["text"][source["start"] : source["end"]]
    assert source["date"] == "2021-05-04"
    assert source["publisher"] is None
    json.dumps(record)


def test_the_model_s_no_is_the_answer(retriever: Retriever) -> None:
    answer = Assistant(retriever, ScriptedChat(NOT_FOUND)).ask("Berapa harga beras di pasar ikan?")
    assert (answer.found, answer.answer, answer.sentences) == (False, NOT_FOUND, ())
    assert answer.sources


def test_only_a_question_for_one_fact_asks_the_model(retriever: Retriever) -> None:
    model = ScriptedChat("Pasar ikan menampung 900 pedagang [1].")
    answer = Assistant(retriever, model).ask("Sebutkan pedagang pasar ikan.")
    assert model.asked == [] and "900" not in answer.answer


def test_an_answer_that_cannot_fit_is_a_no_with_its_reason(retriever: Retriever) -> None:
    never = replace(ReadWeights.load(), threshold=1.0)
    answer = Assistant(retriever, ScriptedChat("40 pedagang"), weights=never).ask(
        "Berapa pedagang di pasar ikan terluas?"
    )
    assert (answer.found, answer.answer, answer.sentences) == (False, NOT_FOUND, ())
    assert answer.notes == ("Sumber terdekat tidak menyebut “terluas”.",)
    assert answer.sources  # leads


def test_question_about_something_else_never_reaches_the_model(retriever: Retriever) -> None:
    model = ScriptedChat()
    answer = Assistant(retriever, model).ask("Siapa pelatih tim sepak bola itu?")
    assert (answer.found, model.asked) == (False, [])
    assert answer.timings_ms["first_token"] is None
    assert len(answer.sources) == 2  # leads


def test_filters_reach_the_search(retriever: Retriever) -> None:
    answer = Assistant(retriever, ScriptedChat()).ask("Berapa harga beras?", Filters(date_from="2021-01-01"))
    assert {source.article_id for source in answer.sources} == {"pasar"}
    assert answer.articles_searched == 1


def test_cancel_ends_with_what_was_said(retriever: Retriever) -> None:
    handle = Handle()
    events = []
    for event in Assistant(retriever, ScriptedChat("Pasar ikan itu menampung 40 pedagang [1].")).stream(
        "Berapa pedagang di pasar ikan?", handle=handle
    ):
        events.append(event)
        if isinstance(event, Token):
            handle.cancel()
    assert sum(isinstance(event, Token) for event in events) == 1
    assert events[-1].answer.cancelled


def test_empty_archive_says_no(tmp_path: Path) -> None:
    store = Store(tmp_path / "arsip.sqlite3", create=True)
    answer = Assistant(Retriever(store, WordEmbedder(), FakeReader()), ScriptedChat()).ask("Apa saja?")
    assert (answer.found, answer.sources, answer.articles_searched) == (False, (), 0)


def test_two_copies_of_a_story_are_one_witness(tmp_path: Path) -> None:
    story = (
        "Bupati meresmikan pasar baru di Desa Sukamaju pada Senin pagi. Pasar itu menampung 120 pedagang dari enam "
        "desa di sekitarnya. Para pedagang pindah mulai pekan depan setelah kios selesai dicat."
    )
    own = "Di Sukamaju, pasar baru menampung 120 pedagang; parkirnya diperluas bulan depan, kata kepala pasar."
    articles = [
        {"id": "warta", "date": "2021-03-01", "text": story},
        {"id": "kabar", "date": "2021-03-02", "text": f"{story}\n{own}"},
        {"id": "lain", "date": "2021-03-03", "text": "Sebanyak 120 pedagang menempati pasar baru Sukamaju."},
    ]
    source = tmp_path / "kawat.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in articles))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    embedder = WordEmbedder(max_tokens=30)
    assert Indexer(store, embedder).run([source]).grouped == 2
    answer = Assistant(
        Retriever(store, embedder, FakeReader()), ScriptedChat("120 pedagang"), weights=ReadWeights.load()
    ).ask("Berapa pedagang di pasar baru Sukamaju?")
    (sentence,) = answer.sentences
    ids = {source.n: source.article_id for source in answer.sources}
    assert {"warta", "kabar", "lain"} == set(ids.values())  # each has something of its own to show
    witnesses = [ids[number] for number in sentence.citations]
    assert "lain" in witnesses
    assert len({"warta", "kabar"} & set(witnesses)) == 1
    shown = next(source for source in answer.sources if source.article_id == "warta")
    assert [copy.article_id for copy in shown.also_in] == ["kabar"]


@pytest.fixture
def newsroom(tmp_path: Path) -> Retriever:
    articles = [
        {"id": "garut", "title": "Banjir Garut", "text": "Banjir di Garut menelan 200 korban jiwa, kata bupati Garut."},
        {"id": "garut-lain", "title": "Banjir", "text": "Warga mencatat banjir di Garut menelan 20 korban jiwa saja."},
        {"id": "samsat", "title": "Samsat OPOP", "text": "Samsat OPOP melayani pajak kendaraan di pesantren Jombang."},
        {"id": "kipp", "title": "Lomba KIPP", "text": "KIPP adalah lomba inovasi pelayanan publik antarinstansi."},
    ]
    source = tmp_path / "warta.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in articles))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    return Retriever(store, WordEmbedder(), FakeReader())


def of(answer, number: int) -> list[str]:  # type: ignore[no-untyped-def]
    ids = {source.n: source.article_id for source in answer.sources}
    return [ids[n] for n in answer.sentences[number].citations]


def test_a_copied_answer_comes_from_the_sentences_shown(newsroom: Retriever) -> None:
    model = ScriptedChat("200 korban jiwa")
    answer = Assistant(newsroom, model).ask("Berapa korban jiwa banjir di Garut?")
    (texts,) = model.copied_from
    assert any("200 korban jiwa" in text for text in texts)
    assert of(answer, 0) == ["garut"]


def test_sources_that_differ_are_both_told(newsroom: Retriever) -> None:
    answer = Assistant(newsroom, ScriptedChat("200 korban jiwa")).ask("Berapa korban jiwa banjir di Garut?")
    assert [sentence.text for sentence in answer.sentences] == [
        "200 korban jiwa.", "Sumber lain menyebut: Warga mencatat banjir di Garut menelan 20 korban jiwa saja.",
    ]  # fmt: skip
    assert (of(answer, 0), of(answer, 1)) == (["garut"], ["garut-lain"])


def test_a_word_cut_at_the_token_limit_is_left_out(tmp_path: Path) -> None:
    said = "200 korban jiwa di enam desa yang terendam sejak Senin malam hingga pagi"
    source = tmp_path / "warta.jsonl"
    source.write_text(json.dumps({"id": "garut", "text": f"Banjir di Garut menelan {said}."}))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    model = ScriptedChat(said, letters=True)
    reader = KnowingReader({"korban": said[:MAX_COPIED_TOKENS].rpartition(" ")[0]})
    answer = Assistant(Retriever(store, WordEmbedder(), reader), model).ask("Berapa korban jiwa banjir di Garut?")
    assert answer.raw == said[:MAX_COPIED_TOKENS] == f"{answer.sentences[0].text.removesuffix('.')} hin"


def test_a_comparison_reads_of_both(newsroom: Retriever) -> None:
    reader = KnowingReader({"Samsat": "pajak kendaraan", "KIPP": "lomba inovasi"})
    answer = Assistant(Retriever(newsroom.store, WordEmbedder(), reader), ScriptedChat()).ask(
        "Bandingkan Samsat OPOP dan KIPP"
    )
    assert {source.article_id for source in answer.sources[:2]} == {"samsat", "kipp"}
    assert all(sentence.supported for sentence in answer.sentences)
    assert {*of(answer, 0), *of(answer, 1)} == {"samsat", "kipp"}


def test_a_summary_reads_one_article(newsroom: Retriever) -> None:
    model = ScriptedChat("KIPP adalah lomba inovasi pelayanan publik [1].")
    answer = Assistant(newsroom, model).ask("Ringkas artikel tentang lomba KIPP")
    assert {source.article_id for source in answer.sources} == {"kipp"}
    assert answer.found


def test_a_follow_up_is_answered_within_its_conversation(newsroom: Retriever) -> None:
    read = Retriever(
        newsroom.store, WordEmbedder(), KnowingReader({"mana": "pesantren Jombang", "layani": "pajak kendaraan"})
    )
    assistant = Assistant(read, ScriptedChat("pajak kendaraan", "pesantren Jombang"))
    first = assistant.ask("Apa yang dilayani Samsat OPOP?")
    assert first.rewritten is None
    second = assistant.ask("Di mana?", turns=[turn_after(first, newsroom.store)])
    assert second.rewritten is not None
    assert "Samsat OPOP" in second.asked
    assert of(second, 0) == ["samsat"]
    record = second.as_json("q")
    assert record["question"] == "Di mana?"
    assert 0 < record["confidence"] <= 1


def test_a_doubtful_answer_is_a_no_with_leads(newsroom: Retriever) -> None:
    model = ScriptedChat({NOT_FOUND: 0.9999, "20 korban jiwa": 0.0001})
    answer = Assistant(newsroom, model).ask("Berapa korban jiwa banjir di Garut?")
    assert answer.raw == "20 korban jiwa"
    assert (answer.found, answer.answer, answer.sentences) == (False, NOT_FOUND, ())
    assert answer.sources


def test_the_meaning_of_an_abbreviation_is_its_long_form_alone(tmp_path: Path) -> None:
    source = tmp_path / "warta.jsonl"
    text = "Gubernur menyebut ‘IKI’ (Inisiatif, Kolaborasi dan Inovasi) dalam forum itu."
    source.write_text(json.dumps({"id": "iki", "text": text}))
    store = Store(tmp_path / "data" / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder()).run([source])
    model = ScriptedChat("IKI’ (Inisiatif, Kolaborasi dan Inovasi)")
    reader = KnowingReader({"IKI": "Inisiatif, Kolaborasi dan Inovasi"})
    answer = Assistant(Retriever(store, WordEmbedder(), reader), model).ask("Apa kepanjangan IKI?")
    assert answer.answer == "Inisiatif, Kolaborasi dan Inovasi. [1]"


def test_a_first_look_is_not_read_and_is_told_as_such(retriever: Retriever) -> None:
    reader = FakeReader()
    assistant = Assistant(Retriever(retriever.store, WordEmbedder(), reader), ScriptedChat("40 pedagang"))
    look = assistant.first_look("Berapa pedagang di pasar ikan?")
    assert look is not None and look.is_first_look
    assert look.sources[0].article_id == "pasar" and look.articles_searched == 2
    assert not reader.asked
    evidence = next(assistant.stream("Berapa pedagang di pasar ikan?"))
    assert isinstance(evidence, EvidenceFound) and not evidence.is_first_look
    assert reader.asked


def test_a_first_look_keeps_to_the_filters_and_greets_nobody(retriever: Retriever) -> None:
    assistant = Assistant(retriever, ScriptedChat("40 pedagang"))
    look = assistant.first_look("Berapa pedagang di pasar ikan?", Filters(date_from="2022-01-01"))
    assert look is not None and look.sources == ()
    assert assistant.first_look("Selamat pagi!") is None
