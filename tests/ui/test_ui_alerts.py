"""What a reader keeps is told on the first page, once it has come in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import violations
from browser import CHROMIUM, ask, chromium, scripted_at, watched
from fakes import WordEmbedder
from playwright.sync_api import Page, expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.kept_searches import KeptSearches
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
SAID = "Harga beras turun 12 persen sejak panen raya dimulai di seluruh kabupaten"


class Archive:
    def __init__(self, folder: Path) -> None:
        self.data, self.folder = folder / "data", folder / "artikel"
        self.folder.mkdir()

    def bring(self, name: str, title: str, text: str) -> None:
        """A file comes in by `tanya index`, which looks for what is kept."""
        (self.folder / name).write_text(f"---\ntitle: {title}\ndate: 2024-03-04\n---\n{text}\n", "utf-8")
        with Store(self.data / STORE_FILE, create=True) as store:
            Indexer(store, WordEmbedder()).run([self.folder])
            KeptSearches(store, WordEmbedder).check()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path)
    archive.bring("lama.md", "Panen raya", f"“{SAID},” kata Kepala Pasar Budi Santoso, Senin.")
    return archive


@pytest.fixture
def address(archive: Archive) -> Iterator[str]:
    with scripted_at(archive.data, {"beras": "Harga beras turun 12 persen"}) as address:
        yield address


def keep(page: Page, name: str, told: str) -> None:
    page.get_by_role("button", name="Kabari saya").first.click(timeout=60_000)
    page.get_by_label("Nama", exact=True).fill(name)
    page.get_by_label("Nama", exact=True).press("Enter")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text(told)).to_be_visible(timeout=60_000)


def test_a_search_and_a_quotation_are_kept_and_told_of(archive: Archive, address: str) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser)
        page.goto(f"{address}/cari?q=gabah")
        keep(page, "Gabah", "Tersimpan. 0 artikel sudah cocok; yang baru akan dikabarkan.")
        assert violations(page) == []
        page.goto(f"{address}/kutipan")
        page.get_by_label("Kutipan atau seluruh naskah").fill(SAID)
        page.get_by_role("button", name="Periksa", exact=True).click()
        page.locator(".ta-badges").first.wait_for(timeout=60_000)
        keep(page, "Panen Budi", "Tersimpan. 1 artikel sudah cocok; yang baru akan dikabarkan.")
        page.goto(address)
        page.get_by_text("Yang Anda simpan").click(timeout=60_000)
        expect(page.get_by_text("2 tersimpan; tidak ada yang baru.")).to_be_visible(timeout=60_000)
        archive.bring("gabah.md", "Gabah naik", "Harga gabah naik di tingkat petani sejak pekan lalu.")
        archive.bring("ubah.md", "Panen lagi", f"“{SAID.replace('12', '21')},” kata Budi Santoso, Selasa.")
        page.reload()
        expect(page.get_by_role("heading", name="Kabar baru")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("1 artikel baru cocok.")).to_be_visible()
        expect(page.get_by_text("1 artikel baru memuat kutipan ini, 1 di antaranya dengan kata yang")).to_be_visible()
        expect(page.get_by_text("media tidak diketahui · 4 Maret 2024 · BERUBAH")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("link", name="Gabah naik").click()
        expect(page.get_by_role("heading", name="Gabah naik")).to_be_visible(timeout=60_000)
        page.goto(address)
        for left in (1, 0):
            page.get_by_role("button", name="Tandai sudah dilihat").first.click(timeout=60_000)
            expect(page.get_by_role("button", name="Tandai sudah dilihat")).to_have_count(left, timeout=60_000)
        page.get_by_text("Yang Anda simpan").click()
        page.get_by_role("button", name="Hapus", exact=True).first.click()
        expect(page.get_by_text("1 tersimpan; tidak ada yang baru.")).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Periksa lagi").click()
        expect(page.get_by_label("Kutipan atau seluruh naskah")).to_have_value(SAID, timeout=60_000)


def test_a_question_is_kept_below_its_answer(address: str) -> None:
    with chromium() as browser:
        page, _, _ = watched(browser, width=390, scheme="dark")
        page.goto(address)
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        ask(page, "Berapa persen harga beras turun?")
        page.get_by_role("button", name="Tanya lagi").wait_for(timeout=60_000)
        keep(page, "", "Tersimpan. 1 artikel terdekat; yang baru akan dikabarkan.")
        assert violations(page) == []
