import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from archive import archive
from docx import Document

from index.articles import Article
from rag.quotation.claims_export import FILL, ClaimResult, cell, iso_day, to_claim_review, to_csv, to_docx
from rag.quotation.evidence_record import check_record

SAID = "Harga beras turun 12 persen sejak panen raya dimulai"
URL = "https://warta.test/beras"
ARTICLE = Article(
    id="beras", path="beras.txt", title="Harga beras turun", date="2023-04-03", publisher="Warta Desa", url=URL,
    text=f"“{SAID},” kata Kepala Pasar Budi Santoso, Senin. Pasar itu ramai sekali.",
)  # fmt: skip
EVIL = '=HYPERLINK("http://x","klik")'


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[ClaimResult]:
    found = []
    rows = [
        (2, SAID, "Budi Santoso", "3 April 2023", "Warta Desa", URL),
        (3, SAID.replace("12", "21"), "Budi Santoso", "", "", ""),
        (4, SAID, "Khofifah", "", "", "javascript:alert(1)"),
        (5, "Bandara ditutup tiga hari karena kabut asap", "", "April 2023", EVIL, ""),
    ]
    with archive(tmp_path_factory.mktemp("data"), ARTICLE) as checker:
        for number, quote, speaker, day, outlet, url in rows:
            claim = {"number": number, "quote": quote, "speaker": speaker, "date": day, "publisher": outlet, "url": url}
            result = checker.check(quote, speaker or None)
            found.append(ClaimResult(number, claim, check_record(result, {"beras": "abc"})))
    bad = {"number": 6, "quote": EVIL, "speaker": "+1", "date": "-2", "publisher": "@x", "url": ""}
    return [*found, ClaimResult(6, bad, None, "barisnya kosong")]


def test_csv_has_a_row_each_and_no_formula(results: list[ClaimResult]) -> None:
    content = to_csv(results)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [(row["baris"], row["verdik"]) for row in rows] == [
        ("2", "PERSIS"), ("3", "BERUBAH"), ("4", "PERSIS"), ("5", "TIDAK DITEMUKAN"), ("6", "TIDAK DIPERIKSA"),
    ]  # fmt: skip
    assert rows[0]["alamat_artikel"] == URL
    assert rows[0]["jumlah_tempat"] == "1"
    assert rows[1]["beda"] == "“21” di artikel: “12” (bilangan)"
    assert rows[2]["perlu_dilihat"] == "dikatakan Budi Santoso, bukan Khofifah"
    assert rows[4]["sebab_tidak_diperiksa"] == "barisnya kosong"
    assert (rows[4]["kutipan"], rows[4]["tokoh"], rows[4]["tanggal"], rows[4]["media"]) == (
        f"'{EVIL}",
        "'+1",
        "'-2",
        "'@x",
    )
    assert all(
        "Tanya Arsip" in row["pernyataan"] and "Peraturan Dewan Pers 1/2025" in row["pernyataan"] for row in rows
    )
    assert all(value[:1] not in tuple("=+-@\t\r") for row in rows for value in row.values())


@pytest.mark.parametrize("text", ["=1+1", "\t=1", " =1", "\n@x", "'=1", '"=1', "+1", "-1", "|x", "%0A=1"])
def test_what_a_spreadsheet_might_run_is_text(text: str) -> None:
    assert cell(text).startswith("'")


def test_the_word_file_has_what_needs_a_look_first_and_says_that_a_machine_took_part(
    results: list[ClaimResult],
) -> None:
    document = Document(io.BytesIO(to_docx("klaim.csv", ["Indeks: 1 artikel"], results)))
    headings = [part.text for part in document.paragraphs if part.style.name == "Heading 2"]
    assert headings == ["Perlu dilihat (3)", "Sesuai arsip (1)", "Tidak diperiksa (1)"]
    rows = [part.text for part in document.paragraphs if part.style.name == "Heading 3"]
    assert rows == ["Baris 3 BERUBAH", "Baris 4 PERSIS", "Baris 5 TIDAK DITEMUKAN", "Baris 2 PERSIS"]
    text = "\n".join(part.text for part in document.paragraphs)
    assert "kutipan dicocokkan kata demi kata dengan arsip oleh mesin (Tanya Arsip" in text
    assert "Diperiksa oleh (diisi redaksi)" in text
    assert "Baris 6: barisnya kosong" in text
    assert [[one.text for one in row.cells] for row in document.tables[0].rows] == [
        ["PERSIS", "2"], ["BERUBAH", "1"], ["TIDAK DITEMUKAN", "1"], ["TIDAK DIPERIKSA", "1"],
    ]  # fmt: skip


def graph(results: list[ClaimResult]) -> list[dict[str, Any]]:
    told = json.loads(to_claim_review(results, date(2026, 1, 2)))
    assert told["@context"] == "https://schema.org"
    found: list[dict[str, Any]] = told["@graph"]
    return found


def test_a_claim_review_holds_what_is_known_and_marks_what_only_people_know(results: list[ClaimResult]) -> None:
    found = graph(results)
    assert len(found) == 4  # the row that was not checked is none
    first = found[0]
    assert (first["@type"], first["claimReviewed"], first["dateCreated"]) == ("ClaimReview", SAID, "2026-01-02")
    assert first["itemReviewed"] == {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Budi Santoso"},
        "datePublished": "2023-04-03",
        "appearance": {
            "@type": "CreativeWork",
            "url": URL,
            "publisher": {"@type": "Organization", "name": "Warta Desa"},
        },
    }
    assert first["isBasedOn"] == [
        {
            "@type": "NewsArticle", "headline": "Harga beras turun", "datePublished": "2023-04-03", "url": URL,
            "publisher": {"@type": "Organization", "name": "Warta Desa"}, "text": SAID,
        }
    ]  # fmt: skip
    assert first["creativeWorkStatus"] == "Draft"
    for value in (first["url"], first["datePublished"], first["author"]["name"], first["author"]["url"]):
        assert value.startswith(FILL)
    assert "oleh mesin" in first["creditText"]


def test_the_rating_follows_the_verdict_and_an_archive_without_it_proves_nothing(results: list[ClaimResult]) -> None:
    ratings = [review["reviewRating"] for review in graph(results)]
    assert [(rating["ratingValue"], rating["alternateName"].partition(":")[0]) for rating in ratings[:3]] == [
        (5, "Benar"), (2, "Keliru"), (2, "Keliru"),
    ]  # fmt: skip
    assert ratings[2]["alternateName"] == "Keliru: dikatakan orang lain"
    assert ratings[3]["ratingValue"].startswith(FILL)
    assert ratings[3]["alternateName"].startswith("Belum terbukti")
    assert {(rating["bestRating"], rating["worstRating"]) for rating in ratings} == {(5, 1)}


def test_only_a_web_address_and_a_sure_day_are_taken_over(results: list[ClaimResult]) -> None:
    found = graph(results)
    assert found[2]["itemReviewed"]["appearance"]["url"].startswith(FILL)
    assert found[3]["itemReviewed"]["datePublished"].startswith(FILL)
    assert iso_day("") is None
    assert iso_day("3 April 2023 atau 4 April 2023") is None


def test_no_quotation_ends_the_script_that_the_drafts_are_pasted_into(results: list[ClaimResult]) -> None:
    first = results[0]
    assert first.check is not None
    evil = replace(first, check={**first.check, "quote": "</script><script>alert(1)</script><!--"})
    content = to_claim_review([evil])
    assert b"<" not in content
    assert json.loads(content)["@graph"][0]["claimReviewed"] == "</script><script>alert(1)</script><!--"
