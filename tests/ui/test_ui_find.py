"""Cari in a real Chromium: what is found, narrowed down, opened at the hit, taken away as a file."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, go, opened, scripted_at
from fakes import WordEmbedder
from playwright.sync_api import expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
LONG = "Warga menunggu di balai desa sejak pagi. " * 120
ARTICLES = {
    "panjang.txt": f"{LONG}Harga beras naik <b>lagi</b> hari ini. {LONG}",
    "impor.html": "<html><h1>Beras impor</h1><p>Beras impor tiba di pelabuhan hari Senin, kata pedagang.</p>"
    "<p>“Beras ini murah,” kata Kepala Pasar Budi Santoso. “Saya senang,” kata seorang warga.</p></html>",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, data = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("data")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    for number in range(21):
        (folder / f"cuaca{number:02}.txt").write_text(f"Cuaca cerah di kota nomor {number}.", "utf-8")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
    with scripted_at(data) as address:
        yield address


def test_what_is_found_opens_at_its_hit(address: str, tmp_path: Path) -> None:
    with opened(address) as (page, _, errors):
        go(page, "Cari")
        box = page.get_by_label("Yang dicari")
        box.fill("beras DAN")
        box.press("Enter")
        expect(page.locator(".ta-note")).to_contain_text(
            "sesudah DAN belum ada yang dicari: beras DAN^", timeout=60_000
        )
        box.fill("beras TIDAK impor")
        box.press("Enter")
        expect(page.locator(".ta-asked")).to_have_text("1 artikel, 1 temuan.", timeout=60_000)
        expect(page.locator(".ta-proof")).to_have_text(["beras"])
        expect(page.locator(".ta-passage-words")).to_contain_text("naik <b>lagi</b> hari")  # text, not markup
        page.get_by_role("button", name="Buka di sini").click()
        proof = page.get_by_role("dialog").locator("#ta-bagian .ta-proof")
        expect(proof).to_have_text("beras", timeout=60_000)
        expect(proof).to_be_in_viewport(timeout=60_000)
        page.keyboard.press("Escape")
        with page.expect_download() as download:
            page.get_by_role("button", name="Unduh semua temuan (CSV)").click()
        with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert (row["article_id"], row["hit"], row["start"]) == ("panjang.txt", "beras", str(len(LONG) + 6))
        assert errors == []


def test_counts_narrow_and_pages_turn(address: str) -> None:
    with opened(address) as (page, _, errors):
        go(page, "Cari")
        box = page.get_by_label("Yang dicari")
        box.fill("beras")
        box.press("Enter")
        expect(page.locator(".ta-asked")).to_contain_text("2 artikel", timeout=60_000)
        page.get_by_text("Menurut media, tahun, jenis berkas, dan pembicara").click()
        page.get_by_role("button", name="html 1").click()
        expect(box).to_have_value("(beras) jenis:html", timeout=60_000)
        expect(page.locator(".ta-asked")).to_contain_text("1 artikel")
        page.get_by_role("button", name="Budi Santoso 1").click()
        expect(box).to_have_value('((beras) jenis:html) pembicara:"Budi Santoso"', timeout=60_000)
        expect(page.locator(".ta-asked")).to_contain_text("1 artikel")
        expect(page).to_have_url(re.compile(r"pembicara%3A%22Budi\+Santoso%22"))
        kept = page.url
        box.fill("cuaca")
        box.press("Enter")
        expect(page.locator(".ta-asked")).to_have_text("21 artikel, 21 temuan. Halaman 1 dari 2.", timeout=60_000)
        page.get_by_role("button", name="Halaman berikutnya").click()
        expect(page.locator(".ta-asked")).to_contain_text("Halaman 2 dari 2.", timeout=60_000)
        expect(page.locator(".ta-proof")).to_have_count(1)
        expect(page.get_by_role("button", name="Halaman berikutnya")).to_have_count(0)
        assert errors == []
        page.goto(kept)  # an address opens the same search again
        expect(box).to_have_value('((beras) jenis:html) pembicara:"Budi Santoso"', timeout=60_000)
        expect(page.locator(".ta-asked")).to_contain_text("1 artikel", timeout=60_000)
