"""For everyone: axe-core finds nothing serious, light and dark, wide and narrow; the whole flow by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from accessible import tab_to, violations
from browser import CHROMIUM, ROOT, ask, chromium, scripted_at, watched
from fakes import WordEmbedder
from playwright.sync_api import expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
SAID = (
    "BerAKHLAK adalah singkatan dari Berorientasi Pelayanan, Akuntabel, Kompeten, Harmonis, Loyal, Adaptif, dan "
    "Kolaboratif"
)
QUOTE = "Khofifah menyebut slogan tersebut berpijak pada perintah Presiden Joko Widodo."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([ROOT / "articles"])
    with scripted_at(data, {"BerAKHLAK": SAID}) as address:
        yield address


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 390)])
def test_no_page_has_a_serious_violation(address: str, scheme: Any, width: int) -> None:
    found: dict[str, list[str]] = {}
    with chromium() as browser:
        page, _, _ = watched(browser, width, scheme)
        page.goto(address)
        page.get_by_text("Coba tanyakan:").wait_for(timeout=60_000)
        found["kosong"] = violations(page)
        ask(page, "Apa itu BerAKHLAK?")
        page.locator(".ta-cite").first.wait_for(timeout=60_000)
        found["jawaban"] = violations(page)
        page.locator(".ta-cite").first.click()
        page.get_by_role("dialog").locator(".ta-proof").wait_for()
        page.wait_for_timeout(500)
        found["artikel"] = violations(page)

        page.goto(f"{address}/cari?q=gubernur")
        page.get_by_text("Menurut media, tahun, jenis berkas, dan pembicara").click(timeout=60_000)
        page.wait_for_timeout(500)
        found["cari"] = violations(page)
        page.goto(f"{address}/cari?q=tidakadasamasekali")
        page.get_by_text("Tidak ada artikel yang memuatnya.").wait_for(timeout=60_000)
        found["cari kosong"] = violations(page)
        page.goto(f"{address}/kutipan")
        page.get_by_label("Kutipan atau seluruh naskah").fill(QUOTE)
        page.get_by_role("button", name="Periksa", exact=True).click()
        page.locator(".ta-time").wait_for(timeout=60_000)
        found["kutipan"] = violations(page)

        page.goto(f"{address}/arsip")
        for view in ("Daftar", "Tambah", "Grafik", "Dihapus"):
            page.get_by_text(view, exact=True).click(timeout=60_000)
            page.wait_for_timeout(1200)
            found[f"arsip {view}"] = violations(page)
        page.goto(f"{address}/arsip?artikel=berakhlak-nilai-dasar-asn.md")
        page.get_by_role("button", name="Hapus dari arsip").wait_for(timeout=60_000)
        found["satu artikel"] = violations(page)
        for name, shown in (("riwayat", "Unduh DOCX"), ("sistem", "Kecepatan")):
            page.goto(f"{address}/{name}")
            page.get_by_text(shown).first.wait_for(timeout=60_000)
            page.wait_for_timeout(500)
            found[name] = violations(page)
    told = [f"{name}: {item}" for name, items in found.items() for item in items]
    assert not told, "\n".join(told)


def test_ask_and_open_by_keyboard_alone(address: str) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser)
        page.goto(address)
        page.get_by_text("Coba tanyakan:").wait_for(timeout=60_000)
        tab_to(page, "stChatInputTextArea")
        page.keyboard.type("Apa itu BerAKHLAK?")
        page.keyboard.press("Enter")
        page.locator(".ta-cite").first.wait_for(timeout=60_000)
        page.wait_for_timeout(500)
        tab_to(page, "ta-cite")
        expect(page.locator(".tip").first).to_be_visible()  # the sentence is shown on focus
        page.keyboard.press("Escape")
        expect(page.locator(".tip").first).to_be_hidden()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog.locator(".ta-proof")).to_be_in_viewport(timeout=60_000)
        expect(dialog.locator(".ta-proof")).to_contain_text("Kolaboratif")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
