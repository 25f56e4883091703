"""Summaries made of the articles' own sentences, asked through the real pipeline."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_reader import FakeReader
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.pipeline.indexer import Indexer
from index.storage.filters import Filters
from index.storage.repository import Store
from rag.answering.answer import Answer
from rag.answering.conversation import turn_after
from rag.answering.pipeline import Assistant
from rag.generation.prompts import NOT_FOUND
from rag.retrieval.retriever import Retriever

ROOT = Path(__file__).parents[3]


def indexed(source: Path, data: Path) -> Store:
    store = Store(data / "arsip.sqlite3", create=True)
    Indexer(store, WordEmbedder(max_tokens=40)).run([source])
    return store


def assistant(store: Store) -> Assistant:
    return Assistant(Retriever(store, WordEmbedder(), FakeReader()), ScriptedChat())


@pytest.fixture(scope="module")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demonstration corpus of the repository."""
    return indexed(ROOT / "articles", tmp_path_factory.mktemp("contoh"))


@pytest.fixture(scope="module")
def demo(demo_store: Store) -> Assistant:
    """A model that was asked would fail for want of words."""
    return assistant(demo_store)


Made = Callable[..., Assistant]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def build(*articles: dict[str, str | None]) -> Assistant:
        source = tmp_path / "warta.jsonl"
        source.write_text("\n".join(json.dumps(article) for article in articles))
        return assistant(indexed(source, tmp_path / "data"))

    return build


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def articles_of(answer: Answer) -> list[str]:
    return list(dict.fromkeys(source.article_id for source in answer.sources))


def holds(answer: Answer) -> bool:
    """Tell whether each sentence stands, white space aside, in the sources that it cites."""
    by_number = {source.n: source.text for source in answer.sources}
    cited = (
        (sentence.text, " ".join(" ".join(by_number[n].split()) for n in sentence.citations))
        for sentence in answer.sentences
    )
    return all(text.rstrip(".") in source for text, source in cited)


BERAKHLAK = [
    "Aparatur sipil negara (ASN) di Jawa Timur diminta menjadikan BerAKHLAK sebagai pegangan ketika bekerja.",
    "Permintaan itu disampaikan Gubernur Khofifah Indar Parawansa di hadapan peserta Latsar dan pelatihan di BPSDM "
    "Jatim, Selasa, 16 November 2021.",
    "BerAKHLAK adalah singkatan dari Berorientasi Pelayanan, Akuntabel, Kompeten, Harmonis, Loyal, Adaptif, dan "
    "Kolaboratif.",
]


@pytest.mark.parametrize(
    "name",
    [
        "“Tujuh nilai BerAKHLAK jadi pegangan ASN Jawa Timur”",
        "tujuh nilai berakhlak - jadi pegangan ASN Jawa Timur",  # neither marks nor signs count
        "berakhlak-nilai-dasar-asn.md",
    ],
)
def test_an_article_named_by_its_title_or_file(demo: Assistant, name: str) -> None:
    answer = demo.ask(f"Ringkas artikel {name}")
    assert texts(answer) == BERAKHLAK
    assert articles_of(answer) == ["berakhlak-nilai-dasar-asn.md"]
    assert (answer.confidence, answer.notes, answer.raw) == (0.99, (), "")
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,), (3,)]
    assert holds(answer)


def test_an_article_that_a_subject_describes(demo: Assistant) -> None:
    answer = demo.ask("Ringkas artikel tentang Samsat OPOP")
    assert articles_of(answer) == ["samsat-opop-pajak-kendaraan-di-pesantren.md"]
    assert texts(answer)[0] == (
        "Pemerintah Provinsi Jawa Timur bekerja sama dengan pondok pesantren melalui Samsat OPOP."
    )
    assert answer.confidence == pytest.approx(0.9526, abs=1e-4)  # 1 / (1 + e^-3.00): all of it, also in the title
    assert answer.notes == ()
    assert holds(answer)


def test_a_subject_that_no_title_names_is_less_sure(demo: Assistant) -> None:
    answer = demo.ask("Ringkas artikel tentang Latsar di BPSDM Jatim")
    assert articles_of(answer) == ["berakhlak-nilai-dasar-asn.md"]
    assert answer.confidence == pytest.approx(0.7558, abs=1e-4)  # 1 / (1 + e^-1.13): all of it, in one passage
    assert answer.notes == ("Jawaban ini kurang pasti; baca sumbernya sebelum dipakai.",)


@pytest.mark.parametrize("what", ["artikel tentang Taylor Swift", "berita tentang Taylor Swift", "Taylor Swift"])
def test_what_no_article_is_on_is_a_no_with_leads(demo: Assistant, what: str) -> None:
    answer = demo.ask(f"Ringkas {what}")
    assert (answer.found, answer.answer, answer.sentences) == (False, NOT_FOUND, ())
    assert answer.confidence < 0.01
    assert len(answer.sources) == 4


def test_the_article_of_the_conversation(demo: Assistant, demo_store: Store) -> None:
    first = demo.ask("Ringkas artikel “Tujuh nilai BerAKHLAK jadi pegangan ASN Jawa Timur”")
    answer = demo.ask("Ringkas artikel itu", turns=[turn_after(first, demo_store)])
    assert (texts(answer), answer.confidence) == (BERAKHLAK, 0.95)


def test_an_article_pointed_at_without_a_conversation_is_asked_for(demo: Assistant) -> None:
    answer = demo.ask("Ringkas artikel ini")
    assert (answer.found, answer.confidence, answer.sources) == (False, 0.0, ())
    assert answer.notes == (
        "Belum jelas artikel mana yang dimaksud; sebut judulnya, misalnya: Ringkas artikel “Judul Artikel”.",
    )


def test_the_year_of_a_title_is_no_filter(made: Made) -> None:
    story = {"id": "a", "title": "Pasar Ikan 2018", "date": "2017-12-01", "text": "Pasar ikan dibuka tahun depan."}
    assistant = made(story)
    answer = assistant.ask("Ringkas artikel “Pasar Ikan 2018”")
    assert (texts(answer), answer.implied, answer.articles_searched) == (["Pasar ikan dibuka tahun depan."], (), 1)
    assert not assistant.ask("Ringkas artikel “Pasar Ikan 2018”", Filters(date_from="2018-01-01")).found


def test_of_several_articles_of_a_title_the_latest_is_told_and_less_sure(made: Made) -> None:
    answer = made(
        {"id": "lama", "title": "Kurs hari ini", "date": "2021-05-04", "text": "Rupiah ditutup pada 14.400."},
        {"id": "baru", "title": "Kurs hari ini", "date": "2021-05-05", "text": "Rupiah dibuka pada 14.350."},
    ).ask("Ringkas artikel “Kurs hari ini”")
    assert (texts(answer), answer.confidence) == (["Rupiah dibuka pada 14.350."], 0.495)
    assert answer.notes[0] == "2 artikel berjudul itu; yang diringkas: 5 Mei 2021."


def test_a_subject_is_a_dated_line_for_each_article_oldest_first(made: Made) -> None:
    wire = (
        "Banjir merendam enam desa di Garut pada Senin malam. Sebanyak 200 rumah rusak berat dan warga mengungsi ke "
        "balai desa terdekat sejak dini hari. Bupati Garut meminta bantuan selimut dan makanan."
    )
    answer = made(
        {"id": "c", "date": None, "source": "Kabar", "text": "Warga membersihkan lumpur sisa banjir Garut."},
        {"id": "b", "date": "2021-03-09", "source": "Warta", "text": "Harga beras naik. Banjir Garut surut."},
        {"id": "a", "date": "2021-03-02", "source": "Warta", "text": wire},
        {"id": "a2", "date": "2021-03-03", "source": "Harian", "text": wire},
        {"id": "lain", "date": "2021-03-04", "source": "Warta", "text": "Pasar ikan dibuka di Garut."},
    ).ask("Ringkas berita tentang banjir Garut")
    assert answer.answer.split("\n") == [
        "2 Maret 2021, Warta: Banjir merendam enam desa di Garut pada Senin malam. [1]",
        "9 Maret 2021, Warta: Banjir Garut surut. [2]",
        "tanpa tanggal, Kabar: Warga membersihkan lumpur sisa banjir Garut. [3]",
    ]
    assert articles_of(answer) == ["a", "b", "c"]
    assert [copy.article_id for copy in answer.sources[0].also_in] == ["a2"]


def test_time_words_choose_among_the_articles_of_a_subject(made: Made) -> None:
    answer = made(
        {"id": "lama", "date": "2019-03-02", "text": "Banjir Garut merendam dua desa."},
        {"id": "satu", "date": "2021-03-02", "text": "Banjir Garut merendam enam desa."},
        {"id": "dua", "date": "2021-03-09", "text": "Banjir Garut surut."},
    ).ask("Ringkas berita tentang banjir Garut pada tahun 2021")
    assert articles_of(answer) == ["satu", "dua"]
