import io
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from archive import archive, put

from index.articles import Article
from rag.quotation.evidence_record import as_json_text, as_markdown, evidence_record
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
    struck = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.font.strike]
    assert [text.strip() for text in struck] == ["12"]


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
