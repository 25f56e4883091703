"""A draft is checked on the page: what needs a look comes first, each mark leads to its card, its address stays."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, chromium, free_port, go, hosts, scripted, watched
from docx import Document
from fakes import WordEmbedder
from playwright.sync_api import Page, expect
from test_ui_access import tab_to, violations

from index.articles import Article
from index.pipeline.writer import Writer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
ADDRESS = "https://warta.test/panen"
ARTICLES = [
    Article(
        id="panen.txt", path="panen.txt", title="Harga beras turun", date="2023-04-03", publisher="Warta Desa",
        url=ADDRESS,
        text="Harga beras turun. “Harga beras di pasar induk turun 85 persen sejak panen raya dimulai,” kata Kepala "
        "Pasar Budi Santoso, Senin. Gudang penuh.",
    ),
    Article(
        id="jalan.txt", path="jalan.txt", title="Jalan desa diperbaiki", date="2023-05-10", publisher="Kabar Kota",
        text="“Jalan menuju pasar akan diperbaiki sebelum musim hujan tiba,” kata Bupati Ratna Dewi, Rabu. Warga "
        "menunggu. “Kami tidak akan menaikkan retribusi pedagang tahun ini,” ujar Sekretaris Daerah Anton Wijaya.",
    ),
    Article(
        id="sungai.txt", path="sungai.txt", title="Sungai meluap", date="2024-01-20", publisher="Harian Kali",
        text="“Sungai meluap karena pintu air macet sejak dini hari” tertulis di spanduk warga.",
    ),
]  # fmt: skip
STARTS = "Pasar Induk Bersiap Menyambut Musim Hujan"
DRAFT = (
    f"{STARTS}\n\n"
    "“Jalan menuju pasar akan diperbaiki sebelum musim hujan tiba,” kata Bupati Ratna Dewi.\n"
    "Kepala Pasar Budi Santoso mengatakan, “Harga beras di pasar induk turun 58 persen sejak panen raya dimulai.”\n"
    "“Kami tidak akan menaikkan retribusi pedagang tahun ini,” kata Budi Santoso.\n"
    "“Sungai meluap karena pintu air macet sejak dini hari,” kata Siti Aminah.\n"
    "“Jalan menuju pasar akan diperbaiki sebelum musim hujan dan harga beras di pasar induk turun 85 persen sejak "
    "panen raya,” kata Ratna Dewi.\n"
    "“Bandara ditutup tiga hari karena kabut asap tebal dari hutan,” kata Joko Susilo. Istilah “harga gila” ramai.\n"
    + "Demikian catatan ini ditutup dengan harapan baik. " * 12
    + "AKHIR NASKAH"
)  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    with Store(data / STORE_FILE, create=True) as store:
        writer = Writer(store, WordEmbedder(), 1)
        for article in ARTICLES:
            writer.add(article)
        writer.flush()
    port = free_port()
    with scripted(data, port, {}):
        yield f"http://127.0.0.1:{port}"


def check(page: Page, address: str, text: str, speaker: str = "") -> None:
    page.goto(f"{address}/kutipan")
    page.get_by_label("Kutipan atau seluruh naskah").fill(text)
    page.get_by_label("Narasumber (boleh kosong)").fill(speaker)
    page.get_by_role("button", name="Periksa", exact=True).click()
    page.locator(".ta-badges").first.wait_for(timeout=60_000)
