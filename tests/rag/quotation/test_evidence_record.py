import io
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from archive import archive, put

from index.articles import Article
from rag.quotation.draft import check_draft
from rag.quotation.evidence_record import as_json_text, as_markdown, asked_text, evidence_record, heading
from rag.quotation.record_word import as_docx

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=7)))
ARTICLE = Article(
    id="pasar.md", path="pasar.md", title="Harga <b>turun</b>", date="2023-04-03", publisher="Warta",
    text="“Harga beras turun 12 persen sejak panen raya dimulai,” kata Kepala Pasar Budi Santoso, Senin.",
)  # fmt: skip


def test_a_record_holds_all_that_is_needed_to_check_it_again(tmp_path: Path) -> None:
    with archive(tmp_path, ARTICLE, "Berita lain.") as checker:
        store = checker.store
        result = checker.check("Harga beras turun 21 persen sejak panen raya dimulai", "Khofifah")
        record = json.loads(as_json_text(evidence_record(store, [result], now=NOW)))
        again = evidence_record(store, [checker.check(result.quote, "Khofifah")], now=NOW)
        assert json.loads(json.dumps(again)) == record
        put(store, Article(id="baru", text="Baru.", path="x"))
        changed = evidence_record(store, [result], now=NOW)
    assert record["created"] == "2026-01-02T03:04:05+07:00"
    assert record["program"]["name"] == "Tanya Arsip"
    assert record["program"]["version"]
    assert record["index"]["articles"] == 2
    assert record["index"]["sha256"] != changed["index"]["sha256"]
    (check,) = record["checks"]
    assert (check["verdict"], check["speaker"]["agrees"]) == ("altered", False)
    (match,) = check["matches"]
    assert match["text"] == ARTICLE.text[match["start"] : match["end"]]
    assert (match["article_sha256"], match["publisher"], match["date"]) == (ARTICLE.sha256, "Warta", "2023-04-03")
    assert "dikatakan oleh Budi Santoso, bukan Khofifah" in " ".join(check["told"]["lines"])
    assert [part["grade"] for part in match["difference"] if part["op"] != "equal"] == ["number"]


def test_markdown_and_word_tell_the_same(tmp_path: Path) -> None:
    import docx

    with archive(tmp_path, ARTICLE) as checker:
        result = checker.check("Harga beras turun 21 persen sejak panen raya dimulai", "Khofifah")
        record = evidence_record(checker.store, [result], now=NOW, draft="naskah")
    markdown = as_markdown(record)
    document = docx.Document(io.BytesIO(as_docx(record)))
    word = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for expected in (
        "BERUBAH", "2026-01-02T03:04:05+07:00", ARTICLE.sha256, record["index"]["sha256"], record["draft"]["sha256"],
        "karakter 1–53", "bukan Khofifah", "“21” di artikel: “12” (bilangan)", "Warta",
    ):  # fmt: skip
        assert expected in markdown.replace("\\", ""), expected
        assert expected in word, expected
    assert "<b>" not in markdown.replace("\\<", "")


def test_the_word_file_marks_what_differs_and_links_to_the_address(tmp_path: Path) -> None:
    import docx
    from docx.enum.text import WD_UNDERLINE

    there = replace(ARTICLE, id="ada", url="https://warta.test/pasar?a=1&b=2")
    script = replace(ARTICLE, id="skrip", url="javascript:alert(1)", date="2023-04-04")
    with archive(tmp_path, there, script) as checker:
        result = checker.check("Harga beras turun 21 persen sejak panen raya dimulai", "Khofifah")
        record = evidence_record(checker.store, [result], now=NOW)
    paragraphs = docx.Document(io.BytesIO(as_docx(record))).paragraphs
    claimed, source = [part for part in paragraphs if part.text.startswith(("Yang diperiksa: ", "Di artikel: "))][:2]
    assert claimed.text == "Yang diperiksa: Harga beras turun ✗\xa021 persen sejak panen raya dimulai"
    assert source.text == "Di artikel: Harga beras turun ✓\xa012 persen sejak panen raya dimulai"
    (wrong,) = [run for run in claimed.runs if run.bold]
    (right,) = [run for run in source.runs if run.bold]
    assert (wrong.text, wrong.underline, str(wrong.font.color.rgb)) == ("✗\xa021", WD_UNDERLINE.WAVY, "9B1C10")
    assert (right.text, right.underline, str(right.font.color.rgb)) == ("✓\xa012", True, "1B5E2B")
    assert not any(run.font.strike for part in paragraphs for run in part.runs)
    links = [(link.text, link.address) for part in paragraphs for link in part.hyperlinks]
    assert set(links) == {(there.url, there.url)}
    text = [part.text for part in paragraphs]
    assert "Perlu dilihat: katanya tidak sama" in text
    assert "Perlu dilihat: dikatakan Budi Santoso, bukan Khofifah" in text
    assert any(script.url in line for line in text)  # told, and no link


def test_a_draft_is_kept_whole_with_its_places_and_what_needs_a_look(tmp_path: Path) -> None:
    said = "Harga beras turun 12 persen sejak panen raya dimulai"
    draft = f"Kata \ud800. “{said},” kata Budi Santoso. “{said},” kata Siti Aminah."
    with archive(tmp_path, ARTICLE) as checker:
        report = check_draft(draft, checker)
        record = evidence_record(
            checker.store, [item.result for item in report.quotes], draft=draft, now=NOW,
            spans=[(item.start, item.end) for item in report.quotes],
        )  # fmt: skip
    text = asked_text(record)
    assert text == draft.replace("\ud800", "\ufffd")
    assert [text[check["start"] : check["end"]] for check in record["checks"]] == [f"{said},"] * 2
    assert [check["told"]["speaker"] for check in record["checks"]] == ["agrees", "contradicted"]
    assert [check["told"]["look"] for check in record["checks"]] == [[], ["dikatakan Budi Santoso, bukan Siti Aminah"]]
    assert record["flagged"] == [1]
    assert "Perlu dilihat: 1 dari 2 kutipan, nomor 2" in as_markdown(record)


def test_what_was_asked_of_one_quotation_is_its_text(tmp_path: Path) -> None:
    with archive(tmp_path, ARTICLE) as checker:
        record = evidence_record(checker.store, [checker.check("“Harga beras,” kata Budi Santoso")], now=NOW)
    assert asked_text(record) == "“Harga beras,” kata Budi Santoso"
    assert asked_text({"draft": {"characters": 3, "sha256": "x"}, "checks": []}) is None  # an older record


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Satu kalimat saja.", "Satu kalimat saja."),
        ("\n\n  Judul   naskah \n\nIsi.", "Judul naskah …"),
        ("kata " * 100, " ".join(["kata"] * 16) + " …"),
        ("k" * 100, "k" * 80 + " …"),
        ("k" * 80, "k" * 80),
    ],
)
def test_a_heading_is_the_first_line_cut_at_a_word(text: str, told: str) -> None:
    assert heading(text) == told


@pytest.mark.parametrize(
    "quote", ["# Judul\n- butir <script> *tebal* | a", "kata\x00kata \u202ebalik", "\ud800 kata", "1. satu `kode`"]
)
def test_hostile_text_stays_text(tmp_path: Path, quote: str) -> None:
    with archive(tmp_path, f"“{quote.encode('utf-8', 'replace').decode()},” kata Budi.") as checker:
        record = evidence_record(checker.store, [checker.check(quote)], now=NOW)
    lines = as_markdown(record).encode("utf-8").decode().splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert all(line.startswith(("# Catatan", "## 1. ", "### 1.")) for line in headings)
    assert as_docx(record)[:2] == b"PK"
    json.loads(as_json_text(record).encode("utf-8"))
