"""Many readers at once: each gets its own answer, sees its place in line, and one who stops frees it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, ask, chromium, free_port, scripted, watched
from fakes import WordEmbedder
from playwright.sync_api import Page, expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
PLACES = ["Kalirejo", "Wonosari", "Sukodadi", "Ngasem", "Pujon", "Tulangan", "Gondang", "Lawang", "Kesamben"]


def said(place: str) -> str:
    return f"Jembatan {place} dibangun sepanjang {PLACES.index(place) + 101} meter."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, data = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("data")
    for place in PLACES:
        (folder / f"{place}.txt").write_text(f"{said(place)} Warga {place} gembira.", "utf-8")
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
    port = free_port()
    answers = {f"Jembatan {place}?": said(place) for place in PLACES}
    with scripted(data, port, answers, piece_s=0.25):  # about two seconds an answer
        yield f"http://127.0.0.1:{port}"


def test_eight_ask_together_and_a_ninth_stops(address: str) -> None:
    with chromium() as browser:
        pages: list[Page] = []
        for _ in PLACES:
            page, _, _ = watched(browser)
            page.goto(address)
            page.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
            pages.append(page)
        for page, place in zip(pages, PLACES, strict=True):
            ask(page, f"Berapa panjang Jembatan {place}?")
        for page in pages:
            page.locator(".ta-source").first.wait_for(timeout=60_000)  # evidence does not wait for the line
        ninth = pages[-1]
        expect(ninth.get_by_text(re.compile(r"Menunggu giliran, nomor \d dalam antrean"))).to_be_visible(timeout=60_000)
        ninth.get_by_role("button", name="Berhenti").click()
        expect(ninth.get_by_text(re.compile("Anda hentikan"))).to_be_visible(timeout=60_000)
        for page, place in zip(pages[:-1], PLACES, strict=False):
            page.locator(".ta-cite").first.wait_for(timeout=120_000)
            expect(page.locator("body")).to_contain_text(said(place))
            words = page.locator("body").inner_text()
            assert not any(said(other) in page.locator(".words").inner_text() for other in PLACES if other != place)
            assert "gagal" not in words
