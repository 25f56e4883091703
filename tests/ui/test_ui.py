"""The page as its reader meets it: real models, real Chromium, each flow from the first key to the last click."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, ROOT, ask, free_port, go, hosts, opened, served
from docx import Document
from installed import keep_in
from playwright.sync_api import Page, expect

from index.pipeline.embedder import Embedder
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.models,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
ANSWER_MS = 180_000
HOSTILE = "<script>window.hacked=1</script> ![gambar](http://192.0.2.1/y.png)"
UPLOADS = {
    "pasar.txt": "Pasar Simpang Lima dibuka kembali pada 3 Mei 2024. Pasar Simpang Lima menampung 412 pedagang.",
    "waduk.html": "<html><h1>Waduk Tirta</h1><p>Waduk Tirta menampung 38 juta meter kubik air, kata Sri Wahyuni.</p>",
    "bus.jsonl": json.dumps({"id": "bus", "title": "Bus", "text": "Bus kota Malang memakai 64 armada listrik baru."}),
}


@pytest.fixture(scope="module")
def address(real_embedder: Embedder, prompt_states: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(ROOT / "articles", folder / "articles")
    data = keep_in(prompt_states, tmp_path_factory.mktemp("data"))
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, real_embedder).run([folder])
    with served(data, free_port()) as found:
        yield found


def answered(page: Page, question: str) -> str:
    """The checked answer to the question asked last, once it is there."""
    expect(page.locator(".ta-asked").first).to_have_text(question, timeout=60_000)
    expect(page.get_by_role("button", name="Berhenti")).to_have_count(0, timeout=ANSWER_MS)
    page.locator(".ta-cite").first.wait_for(timeout=60_000)
    return page.locator(".words").first.inner_text()


def test_ask_and_follow_a_citation_to_its_sentence(address: str) -> None:
    with opened(address) as (page, requests, errors):
        ask(page, "Apa itu BerAKHLAK?")
        page.locator(".ta-source").first.wait_for(timeout=60_000)
        assert page.locator(".ta-cite").count() == 0  # the sources are there before the answer is
        said = answered(page, "Apa itu BerAKHLAK?")
        for value in "Berorientasi Pelayanan|Akuntabel|Kompeten|Harmonis|Loyal|Adaptif|Kolaboratif".split("|"):
            assert value in said
        citation = page.locator(".ta-cite").first
        number = citation.inner_text().strip("[]")
        card = page.locator(f".ta-source[id$='-{number}']").first
        expect(card).to_contain_text("Tujuh nilai BerAKHLAK")
        expect(card).to_contain_text("17 November 2021")

        citation.hover()
        expect(page.locator(".tip").first).to_contain_text("Kolaboratif")
        citation.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator("#ta-bagian .ta-proof")).to_be_in_viewport(timeout=60_000)
        expect(dialog.locator(".ta-proof")).to_contain_text("Kolaboratif")
        expect(dialog).to_contain_text("Laporan ini diolah dari pemberitaan Sindopos")  # the whole article
        assert hosts(requests) == {"127.0.0.1"}
        assert errors == []


def test_an_honest_no_and_the_first_question_stays(address: str) -> None:
    with opened(address) as (page, _, errors):
        ask(page, "Apa itu BerAKHLAK?")
        answered(page, "Apa itu BerAKHLAK?")
        ask(page, "Berapa harga cabai di pasar Kediri kemarin?")
        expect(page.get_by_text("Tidak ditemukan di arsip ini.")).to_be_visible(timeout=ANSWER_MS)
        expect(page.get_by_text(re.compile(r"^1\d artikel diperiksa"))).to_be_visible()
        assert page.locator(".ta-cite").count() >= 1
        assert errors == []


def test_check_an_altered_quotation(address: str) -> None:
    altered = "Khofifah menyebut slogan tersebut berpijak pada perintah Presiden Joko Widodo"
    with opened(address) as (page, _, errors):
        go(page, "Cek Kutipan")
        page.get_by_label("Kutipan atau seluruh naskah").fill(altered)
        page.get_by_role("button", name="Periksa", exact=True).click()
        expect(page.locator(".ta-verdict")).to_have_text(re.compile("≠ BERUBAH"), timeout=60_000)
        expect(page.locator(".ta-wrong")).to_have_text(["perintah"])
        expect(page.locator(".ta-right")).to_have_text(["arahan"])
        expect(page.locator(".ta-time")).to_contain_text("17 November 2021")
        with page.expect_download() as download:
            page.get_by_role("button", name="Unduh bukti JSON").click()
        record = json.loads(Path(download.value.path()).read_text("utf-8"))
        assert record["checks"][0]["verdict"] == "altered"
        page.get_by_label("Kutipan atau seluruh naskah").fill(altered.replace("perintah", "arahan"))
        page.get_by_role("button", name="Periksa", exact=True).click()
        expect(page.locator(".ta-verdict")).to_have_text(re.compile("SEPOTONG|PERSIS"), timeout=60_000)
        assert errors == []


def test_drop_three_files_in_and_ask_about_them(address: str, tmp_path: Path) -> None:
    for name, text in UPLOADS.items():
        (tmp_path / name).write_text(text, "utf-8")
    with opened(address) as (page, _, errors):
        go(page, "Arsip")
        page.get_by_text("Tambah", exact=True).click()
        page.locator("input[type=file]").first.set_input_files([tmp_path / name for name in UPLOADS])
        page.get_by_role("button", name="Masukkan ke arsip").click()
        expect(page.get_by_text("3 berkas diterima, 0 tidak.")).to_be_visible(timeout=60_000)
        expect(page.get_by_text(re.compile("Pengindeksan terakhir: 3 artikel baru"))).to_be_visible(timeout=ANSWER_MS)
        go(page, "Tanya", "Tanya Arsip")
        ask(page, "Berapa pedagang yang ditampung Pasar Simpang Lima?")
        assert "412" in answered(page, "Berapa pedagang yang ditampung Pasar Simpang Lima?")
        assert errors == []


def test_export_a_conversation_and_read_it_back(address: str) -> None:
    with opened(address) as (page, _, errors):
        ask(page, "Apa itu Samsat OPOP?")
        said = answered(page, "Apa itu Samsat OPOP?")
        go(page, "Riwayat")
        with page.expect_download() as download:
            page.get_by_role("button", name="Unduh DOCX").first.click()
        document = Document(io.BytesIO(Path(download.value.path()).read_bytes()))
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        assert "Apa itu Samsat OPOP?" in text
        assert said.split(".")[0] in text
        assert "Samsat OPOP libatkan pesantren" in text  # the source's title
        assert errors == []


def test_delete_an_article_and_undo(address: str) -> None:
    with opened(address) as (page, _, errors):
        go(page, "Arsip")
        page.get_by_role("link", name=re.compile("^Mainan otok")).click(timeout=60_000)
        page.get_by_role("button", name="Hapus dari arsip").click(timeout=60_000)
        expect(page.get_by_text(re.compile(r"Artikel .* dihapus dari arsip"))).to_be_visible(timeout=60_000)
        expect(page.get_by_text(re.compile(r"^(9|12) dari (9|12) artikel"))).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Batalkan").click()
        expect(
            page.get_by_text("Artikel Mainan otok-otok tandai peluncuran KIPP di Grahadi dikembalikan")
        ).to_be_visible(timeout=60_000)
        expect(page.get_by_text(re.compile(r"^(10|13) dari (10|13) artikel"))).to_be_visible(timeout=60_000)
        assert errors == []


def test_metadata_corrected_by_hand(address: str) -> None:
    with opened(address) as (page, _, errors):
        go(page, "Arsip")
        page.get_by_role("link", name=re.compile("^SPBE diarahkan")).click(timeout=60_000)
        page.get_by_text("Perbaiki keterangan").click(timeout=60_000)
        page.get_by_label("Penulis").fill(HOSTILE)
        page.get_by_role("button", name="Simpan").click()
        expect(page.get_by_text("Keterangan artikel disimpan.")).to_be_visible(timeout=60_000)
        expect(page.locator(".ta-table")).to_contain_text(HOSTILE)
        assert page.evaluate("window.hacked") is None
        assert errors == []


def test_two_readers_get_their_own_answers(address: str) -> None:
    with opened(address) as (page, _, _):
        other = page.context.browser.new_page()  # type: ignore[union-attr]
        other.goto(address)
        other.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        ask(page, "Apa itu BerAKHLAK?")
        ask(other, "Apa itu Samsat OPOP?")
        assert "Kolaboratif" in answered(page, "Apa itu BerAKHLAK?")
        assert "Kolaboratif" not in answered(other, "Apa itu Samsat OPOP?")
