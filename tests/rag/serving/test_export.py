import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from archive import archive
from docx import Document

from index.articles import Article
from index.storage.history import ASKED, CHECKED, DONE, RUNNING, Entry
from rag.answering.answer import Answer, Copy, Sentence, Source
from rag.answering.serialization import record_of
from rag.quotation.evidence_record import evidence_record
from rag.serving.credits import cited_sources, credit_forms
from rag.serving.export import title_of, to_docx, to_json, to_markdown, told_in_short, with_citations

HOSTILE = "<script>alert(1)</script> ![a](http://x/y.png) [b](javascript:alert(1)) $x$ *c* \x00\x0b"
SOURCE = Source(
    1, "a.txt", "Judul", "Warta", "2021-11-29", "/arsip/a.txt", 5, 10, "Satu.", 1.0,
    (Copy("b", None, "Kabar", "2021-11-30", "b.txt"),),
)  # fmt: skip
OTHER = Source(2, "c.txt", None, None, None, "/arsip/c.txt", 0, 4, "Dua.", 0.5)
ANSWER = Answer(
    "Apa?", "Satu. [1]", True, (Sentence("Satu.", (1,)), Sentence("Lagi.", (1,))), (SOURCE, OTHER),
    7, 20, {}, "model-x", "raw", ("Sitasi [9] dibuang.",),
)  # fmt: skip


def entry(question: str = "Apa?", record: dict[str, object] | None = None, kind: str = ASKED) -> Entry:
    return Entry(1, "ani", "s1", kind, "2026-11-25T13:00:00", question, DONE if record else RUNNING, record, None)


def test_a_word_document_holds_answer_marks_and_all_sources() -> None:
    document = Document(io.BytesIO(to_docx([entry(record=record_of(ANSWER)), entry("Lagi?")])))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Satu. [1] Lagi. [1]" in text
    assert "[1] Judul, Warta, 2021-11-29 · juga dimuat di Kabar, 2021-11-30" in text
    assert "“Satu.”\n(a.txt, huruf 5–10, berkas /arsip/a.txt)" in text
    assert "[2] c.txt\n“Dua.”" in text
    assert "Sitasi [9] dibuang." in text
    assert "Model model-x; 7 artikel diperiksa." in text
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == ["Apa?", "Lagi?"]


def test_hostile_text_stays_text_in_every_form() -> None:
    hostile = Answer(**{**vars(ANSWER), "sentences": (Sentence(HOSTILE, (1,)),)})
    entries = [entry(HOSTILE, record_of(hostile))]
    shown = HOSTILE.replace("\x00", "").replace("\x0b", "")
    assert shown in "\n".join(paragraph.text for paragraph in Document(io.BytesIO(to_docx(entries))).paragraphs)
    assert json.loads(to_json(entries))["entries"][0]["question"] == HOSTILE
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").render(to_markdown(entries).decode("utf-8").replace("\x00", "").replace("\x0b", ""))
    assert not any(tag in html for tag in ("<script", "<img", "<a "))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ![a](http://x/y.png)" in html


def test_json_holds_the_records_and_no_reader() -> None:
    told = json.loads(to_json([entry(record=record_of(ANSWER))]))
    assert told["entries"][0]["record"]["sources"][0]["path"] == "/arsip/a.txt"
    assert "ani" not in json.dumps(told)


def test_a_check_is_told_with_its_places() -> None:
    match = {"article_id": "a", "start": 1, "end": 2, "path": "a.txt", "text": "Satu.", "speaker": "Anas"}
    told = {"lines": ["PERSIS: begitu.", "Pembicara: Anas."], "places": ["Judul, Warta"]}
    checked = entry("Satu.", {"checks": [{"quote": "Satu.", "matches": [match], "told": told}]}, CHECKED)
    text = to_markdown([checked]).decode("utf-8")
    for part in ("PERSIS: begitu", "**Judul, Warta**", "Pembicara: Anas", "a.txt"):
        assert part in text
    assert told_in_short(checked) == "PERSIS: begitu."
    assert told_in_short(entry(record=record_of(ANSWER))) == "Satu. [1]"
    assert told_in_short(entry()) == ""
    named = {
        "draft": {},
        "flagged": [1],
        "checks": [{"verdict": "exact"}, {"verdict": "altered"}, {"verdict": "exact"}],
    }
    short = "Naskah dengan 3 kutipan (2 PERSIS, 1 BERUBAH); 1 perlu dilihat."
    assert told_in_short(entry("x", named, CHECKED)) == short


def test_a_long_text_that_was_checked_is_called_by_how_it_begins() -> None:
    long = "Pasar ramai. " * 40
    assert title_of(entry(long, None, CHECKED)) == " ".join(["Pasar ramai."] * 6) + " …"
    assert title_of(entry(long, None, ASKED)) == long  # a question is told whole


def test_a_check_in_the_history_marks_words_and_links_in_word(tmp_path: Path) -> None:
    article = Article(
        id="a",
        text="“Harga beras turun 12 persen,” kata Budi.",
        path="a.txt",
        url="https://warta.test/1",
        title="Beras",
    )
    with archive(tmp_path, article) as checker:
        record = evidence_record(checker.store, [checker.check("Harga beras turun 21 persen")])
    paragraphs = Document(io.BytesIO(to_docx([entry("Harga beras turun", record, CHECKED)]))).paragraphs
    assert [run.text for part in paragraphs for run in part.runs if run.bold] == ["✗\xa021", "✓\xa012"]
    assert [link.address for part in paragraphs for link in part.hyperlinks] == ["https://warta.test/1"]
    assert [part.text for part in paragraphs if part.style.name == "Heading 1"] == ["Harga beras turun"]
    markdown = to_markdown([entry("Harga beras turun", record, CHECKED)]).decode("utf-8").replace("\\", "")
    assert "“21” di artikel: “12” (bilangan)" in markdown
    assert "Alamat: https://warta.test/1" in markdown


@pytest.mark.parametrize("make", [to_docx, to_markdown, to_json])
def test_nothing_asked_is_no_error(make: object) -> None:
    assert make([])  # type: ignore[operator]


def test_text_to_paste_names_only_what_is_cited() -> None:
    *told, last = with_citations(ANSWER, {"a.txt": "https://warta.test/1", "c.txt": "https://warta.test/2"}).split("\n")
    assert told == [
        "Satu. [1] Lagi. [1]",
        "",
        "[1] Judul, Warta, 2021-11-29 · juga dimuat di Kabar, 2021-11-30 · https://warta.test/1",
        "",
    ]
    assert "dengan bantuan kecerdasan buatan (Tanya Arsip" in last


def test_every_form_says_that_a_machine_took_part() -> None:
    entries = [entry(record=record_of(ANSWER))]
    document = "\n".join(part.text for part in Document(io.BytesIO(to_docx(entries))).paragraphs)
    told = json.loads(to_json(entries))["statement"]
    for text in (document, to_markdown(entries).decode("utf-8").replace("\\", ""), told):
        assert "dengan bantuan kecerdasan buatan (Tanya Arsip" in text
        assert "Peraturan Dewan Pers 1/2025" in text
    checks = [entry("x", {"draft": None, "checks": []}, CHECKED)]
    assert "tanpa kecerdasan buatan generatif" in json.loads(to_json(checks))["statement"]


def test_a_credit_names_what_is_known_and_each_article_once() -> None:
    again = replace(SOURCE, n=3, start=20, end=30)
    answer = replace(
        ANSWER, sentences=(Sentence("Satu.", (1,)), Sentence("Lagi.", (3, 2))), sources=(SOURCE, OTHER, again)
    )
    sources = cited_sources(answer)
    assert [source.article_id for source in sources] == ["a.txt", "c.txt"]
    assert credit_forms(sources, {"a.txt": "https://warta.test/1"}) == [
        ("Di dalam kalimat", "dikutip dari Warta, 29 November 2021 dan media tidak diketahui"),
        ("Baris sumber", "Sumber: “Judul”, Warta, 29 November 2021, https://warta.test/1; media tidak diketahui"),
        ("Catatan kaki", "“Judul,” Warta, 29 November 2021. https://warta.test/1\nmedia tidak diketahui."),
    ]
    assert cited_sources(replace(ANSWER, sentences=())) == []
