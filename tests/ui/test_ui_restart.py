"""The server is killed in the middle of things: nothing is lost but the sentence in flight, and the page goes on."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser import CHROMIUM, ask, chromium, free_port, go, scripted, watched
from fakes import WordEmbedder
from long_sentence import ARTICLE, ASKS_LONG, ASKS_SHORT, BEGUN, LONG, SHORT
from playwright.sync_api import expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
SAID = {"dihubungkan": ARTICLE, "Berapa": "120 meter"}
UPLOADED = f"{SHORT} Jembatan Kalirejo menghubungkan dua desa di Jombang. " * 60


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "jembatan.txt").write_text(ARTICLE, "utf-8")
    with Store(tmp_path / "data" / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([tmp_path / "corpus"])
    return tmp_path / "data"


@contextmanager
def killable(data: Path, port: int, piece_s: float) -> Iterator[int]:
    """The server, to be killed: yields its process id."""
    with scripted(data, port, SAID, piece_s=piece_s) as process:
        yield process.pid


def test_during_an_answer(data: Path) -> None:
    port = free_port()
    with chromium() as browser:
        page, _, _ = watched(browser)
        said = page.locator(".ta-words")  # as the model said it; a checked answer is in .words
        with killable(data, port, piece_s=0.2) as server:
            page.goto(f"http://127.0.0.1:{port}")
            ask(page, ASKS_LONG)
            expect(said).to_contain_text(f"{SHORT} {BEGUN}", timeout=60_000)
            os.killpg(server, signal.SIGKILL)
        with killable(data, port, piece_s=0.0):
            # The page finds the server again by itself, or by being loaded again: its address names the conversation.
            page.reload()
            told = page.get_by_text("Jawaban ini terputus ketika program berhenti.")
            told.wait_for(timeout=60_000)
            expect(page.locator(".ta-asked")).to_have_text([ASKS_LONG])
            expect(said).to_have_text([SHORT])
            expect(page.locator(".ta-source")).to_have_count(1)
            page.get_by_role("button", name="Tanya lagi").click()
            page.locator(".ta-cite").first.wait_for(timeout=60_000)
            expect(page.locator(".words")).to_contain_text(LONG)
            expect(told).to_be_visible()
            expect(said).to_have_text([SHORT])


def test_while_an_upload_is_indexed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    count = 30
    files = [
        {"name": f"berita {n}.txt", "mimeType": "text/plain", "buffer": f"Pasar nomor {n} ramai. {UPLOADED}".encode()}
        for n in range(count)
    ]
    monkeypatch.setenv("PASSAGE_S", "0.15")
    with chromium() as browser:
        page, _, _ = watched(browser)
        with killable(data, port, piece_s=0.0) as server:
            page.goto(f"http://127.0.0.1:{port}/arsip")
            page.get_by_text("Tambah", exact=True).click(timeout=60_000)
            page.locator("input[type=file]").first.set_input_files(files)  # type: ignore[arg-type]
            page.get_by_role("button", name="Masukkan ke arsip").click()
            page.get_by_text(f"{count} berkas diterima, 0 tidak.").wait_for(timeout=60_000)
            page.get_by_text(re.compile("Anda tetap dapat bertanya")).wait_for(timeout=60_000)
            go(page, "Tanya", "Tanya Arsip")  # asking goes on beside it
            ask(page, ASKS_SHORT)
            page.locator(".ta-cite").first.wait_for(timeout=60_000)
            os.kill(server, signal.SIGKILL)  # the indexing process is left alone, as a crash would
        with Store(data / STORE_FILE) as store:
            assert store.counts()[0] < count + 1
        monkeypatch.setenv("PASSAGE_S", "0.005")
        with killable(data, port, piece_s=0.0):
            page.goto(f"http://127.0.0.1:{port}/arsip")
            page.get_by_text(re.compile("Melanjutkan pengindeksan yang terputus")).wait_for(timeout=60_000)
            page.get_by_text("Melanjutkan").wait_for(state="detached", timeout=120_000)
            page.get_by_text(f"{count + 1} dari {count + 1} artikel").wait_for(timeout=60_000)
        with Store(data / STORE_FILE) as store:
            assert store.counts()[0] == count + 1
