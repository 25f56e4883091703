"""The fact-checker's desk: a table is read, its columns told, its rows checked, and all of it found again."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import tab_to, violations
from archive import RICE, SAID, data_folder, put
from browser import CHROMIUM, chromium, free_port, hosts, scripted, scripted_at, watched
from docx import Document
from playwright.sync_api import Page, expect
from sheets import xlsx

from index.articles import Article
from index.storage.batches import Batches
from index.storage.history import DONE
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
NEW = "Jalan menuju pasar akan diperbaiki sebelum musim hujan tiba"
LATER = Article(
    id="jalan.txt", path="jalan.txt", title="Jalan desa diperbaiki", date="2023-05-10", publisher="Kabar Kota",
    text=f"“{NEW},” kata Bupati Ratna Dewi, Rabu. Warga menunggu kabar baik.",
)  # fmt: skip
TABLE = [
    ["No", "Narasumber", "Isi kutipan", "Tautan"],
    ["1", "Budi Santoso", SAID, "https://warta.test/1"],
    ["2", "Budi Santoso", SAID.replace("85", "58"), ""],
    ["3", "Ratna Dewi", NEW, ""],
    ["4", "Ani", "", ""],
    ["5", "Ani", "...", ""],
    ["6", "<b>Ani</b>", "<script>alert(1)</script> ![x](http://x/y.png)", "javascript:alert(1)"],
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return data_folder(tmp_path / "data", RICE)


@pytest.fixture
def address(data: Path) -> Iterator[str]:
    with scripted_at(data) as address:
        yield address


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "klaim.xlsx"
    path.write_bytes(xlsx({"Sampul": [["Catatan"]], "Klaim": TABLE}))
    return path


def open_desk(page: Page, address: str) -> None:
    page.goto(f"{address}/kutipan")
    page.get_by_text("Daftar kutipan (CSV, XLSX)").click(timeout=60_000)
    page.get_by_text("Satu kutipan tiap baris").wait_for(timeout=60_000)


def check(page: Page, address: str, table: Path) -> None:
    open_desk(page, address)
    page.locator("input[type=file]").set_input_files(str(table))
    page.get_by_role("button", name="Periksa 5 kutipan").click(timeout=60_000)
    page.get_by_role("button", name="Periksa ulang").wait_for(timeout=60_000)


def test_a_table_is_read_checked_found_again_and_taken_along(address: str, data: Path, table: Path) -> None:
    with chromium() as browser:
        page, requests, _ = watched(browser)
        open_desk(page, address)
        page.locator("input[type=file]").set_input_files(str(table))
        told = "Kolom yang dikenali: Kutipan = Isi kutipan; Tokoh = Narasumber; Tautan = Tautan. Ubah bila keliru."
        expect(page.get_by_text(told)).to_be_visible(timeout=60_000)
        expect(page.get_by_text("6 baris, 1 di antaranya tidak dapat diperiksa.")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Periksa 5 kutipan").click()
        page.get_by_role("button", name="Periksa ulang").wait_for(timeout=60_000)
        expect(page.get_by_text("PERSIS 1 · BERUBAH 1 · TIDAK DITEMUKAN 2")).to_be_visible()
        cards = page.locator("h3.ta-card")
        expect(cards).to_have_text(
            ["Baris 3: katanya tidak sama", "Baris 4: tidak ada di arsip", "Baris 7: tidak ada di arsip"]
        )
        assert page.locator("script:has-text('alert(1)')").count() == 0
        assert page.locator(".ta-words b").count() == 0
        assert violations(page) == []
        page.reload()
        expect(page.get_by_text("PERSIS 1 · BERUBAH 1 · TIDAK DITEMUKAN 2")).to_be_visible(timeout=60_000)
        page.get_by_text("Tidak diperiksa (2)").click()
        expect(cards).to_have_text(
            [
                "Baris 5: kolom Isi kutipan kosong",
                "Baris 6: Kutipan '...' tidak berisi kata; tulis kalimat yang dikutip.",
            ],
            timeout=60_000,
        )
        found = {}
        for name in ("CSV", "DOCX", "ClaimReview"):
            with page.expect_download() as download:
                page.get_by_role("button", name=f"Unduh {name}").click()
            found[name] = Path(download.value.path()).read_bytes()
        rows = list(csv.DictReader(io.StringIO(found["CSV"].decode("utf-8-sig"), newline="")))
        assert [row["verdik"] for row in rows] == [
            "PERSIS", "BERUBAH", "TIDAK DITEMUKAN", "TIDAK DIPERIKSA", "TIDAK DIPERIKSA", "TIDAK DITEMUKAN",
        ]  # fmt: skip
        text = "\n".join(part.text for part in Document(io.BytesIO(found["DOCX"])).paragraphs)
        assert "oleh mesin (Tanya Arsip" in text and "Berkas: klaim.xlsx" in text and "Indeks: 1 artikel" in text
        reviews = json.loads(found["ClaimReview"])["@graph"]
        assert [review["reviewRating"]["ratingValue"] for review in reviews[:2]] == [5, 2]
        assert hosts(requests) == {"127.0.0.1"}
    assert list((data / "unggahan-sementara").glob("*")) == []  # the file itself is not kept


def test_checked_again_after_the_archive_changed_it_shows_what_is_other(address: str, data: Path, table: Path) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser)
        check(page, address, table)
        first = page.url
        with Store(data / STORE_FILE) as store:
            put(store, LATER)
        page.reload()
        expect(page.get_by_text("Arsip sudah berubah sejak pemeriksaan ini.")).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Periksa ulang").click()
        expect(page.get_by_text("Sejak pemeriksaan sebelumnya: TIDAK DITEMUKAN → PERSIS")).to_be_visible(timeout=60_000)
        expect(page.locator("h3.ta-card")).to_have_text(["Baris 4"])
        assert page.url != first
        page.get_by_role("button", name="Kembali ke semua daftar").click()
        expect(page.get_by_role("button", name="klaim.xlsx")).to_have_count(2, timeout=60_000)
        page.get_by_role("button", name="klaim.xlsx").first.click()
        page.get_by_role("button", name="Hapus daftar ini").click()
        expect(page.get_by_role("button", name="klaim.xlsx")).to_have_count(1, timeout=60_000)
        page.goto(f"{address}/kutipan?daftar=999")
        expect(page.get_by_text("Daftar 999 tidak ada")).to_be_visible(timeout=60_000)


def test_a_stopped_program_takes_the_table_up_again(data: Path) -> None:
    claims = [
        {"number": n, "quote": SAID, "speaker": "", "date": "", "publisher": "", "url": "", "problem": None}
        for n in range(2, 22)
    ]
    with Store(data / STORE_FILE) as store:  # as a program leaves it that was killed
        id = Batches(store.database).begin("lokal", "a.csv", {"columns": "x", "filters": None}, claims)
    port = free_port()
    with scripted(data, port, {}), chromium() as browser:
        page, _, _ = watched(browser)
        page.goto(f"http://127.0.0.1:{port}/kutipan?daftar={id}")
        expect(page.get_by_text("PERSIS 20")).to_be_visible(timeout=60_000)
    with Store(data / STORE_FILE) as store:
        batch = Batches(store.database).batch("lokal", id)
        assert batch is not None and batch.state == DONE


def test_the_desk_by_keyboard_alone_and_on_a_phone(address: str, table: Path) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser, width=390, scheme="dark")
        open_desk(page, address)
        page.locator("input[type=file]").set_input_files(str(table))
        page.get_by_role("button", name="Periksa 5 kutipan").wait_for(timeout=60_000)
        tab_to(page, "stBaseButton-primary")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Periksa ulang").wait_for(timeout=60_000)
        assert violations(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0


def test_a_bad_file_is_told_and_another_one_is_read(address: str, tmp_path: Path, table: Path) -> None:
    bad = tmp_path / "bukan.csv"
    bad.write_bytes(b"%PDF-1.7 bukan tabel")
    with chromium() as browser:
        page, _, _ = watched(browser)
        open_desk(page, address)
        page.locator("input[type=file]").set_input_files(str(bad))
        told = "bukan.csv: Tabel tidak dapat dibaca: bukan tabel CSV atau XLSX; simpan ulang sebagai salah satunya."
        expect(page.get_by_text(told)).to_be_visible(timeout=60_000)
        page.locator("input[type=file]").set_input_files(str(table))
        page.get_by_role("button", name="Periksa 5 kutipan").wait_for(timeout=60_000)
