"""The page before its models are there, without them, and after its server has gone."""

import os
import re
import signal
from pathlib import Path

import pytest
from browser import CHROMIUM, ask, chromium, free_port, go, scripted, watched
from fakes import WordEmbedder
from playwright.sync_api import expect

from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from rag.serving.loading import STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
TEXT = "Jembatan Kalirejo dibangun sepanjang 120 meter. Jembatan Kalirejo menghubungkan dua desa di Jombang."
QUESTION = "Berapa panjang Jembatan Kalirejo?"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "jembatan.txt").write_text(TEXT, "utf-8")
    with Store(tmp_path / "data" / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([tmp_path / "jembatan.txt"])
    return tmp_path / "data"


def test_the_first_question_is_echoed_while_the_model_is_loaded(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = data / "gate"
    monkeypatch.setenv("LOAD_GATE", str(gate))
    port = free_port()
    said = {"Kalirejo": "Jembatan Kalirejo dibangun sepanjang 120 meter."}
    with scripted(data, port, said), chromium() as browser:
        page, _, errors = watched(browser)
        page.goto(f"http://127.0.0.1:{port}")
        ask(page, QUESTION)
        page.get_by_text("Memuat model …").wait_for(timeout=60_000)
        expect(page.locator(".ta-asked").first).to_have_text(QUESTION)
        expect(page.get_by_role("button", name="Berhenti")).to_be_enabled()
        gate.touch()
        page.locator(".ta-cite").first.wait_for(timeout=60_000)
        assert errors == []


def test_without_a_model_the_page_says_so_and_the_rest_works(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAD_ERROR", "Model x mati saat diuji.")
    port = free_port()
    with scripted(data, port, {}), chromium() as browser:
        page, _, errors = watched(browser)
        page.goto(f"http://127.0.0.1:{port}")
        told = page.get_by_text("Pertanyaan belum dapat dijawab: Model x mati saat diuji.")
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
        ask(page, QUESTION)
        page.get_by_text("Model x mati saat diuji.", exact=True).wait_for(timeout=60_000)
        expect(page.locator(".ta-asked").first).to_have_text(QUESTION)
        page.reload()
        told.wait_for(timeout=60_000)
        go(page, "Cek Kutipan")
        page.get_by_label("Kutipan atau seluruh naskah").fill("Jembatan Kalirejo menghubungkan dua desa di Jombang.")
        page.get_by_role("button", name="Periksa", exact=True).click()
        page.get_by_text(re.compile("persis", re.I)).first.wait_for(timeout=60_000)
        go(page, "Sistem")
        expect(page.locator(".ta-log")).to_contain_text("ModelError: Model x mati saat diuji.")
        with page.expect_download() as download:
            page.get_by_role("button", name="Unduh log").click()
        assert "event=model-not-loaded" in Path(download.value.path()).read_text("utf-8")
        assert errors == []


def test_a_server_that_has_gone_is_told_in_indonesian(data: Path) -> None:
    port = free_port()
    with chromium() as browser:
        page, _, _ = watched(browser)
        with scripted(data, port, {}) as server:
            page.goto(f"http://127.0.0.1:{port}")
            page.get_by_test_id("stChatInputTextArea").wait_for(timeout=60_000)
            assert page.locator("html").get_attribute("lang") == "id"
            os.killpg(server.pid, signal.SIGKILL)
            page.get_by_text("Sambungan terputus").wait_for(timeout=60_000)
            page.get_by_text(re.compile(r"Tanya Arsip tidak menjawab: .*Jalankan lagi \(scripts/start")).wait_for()
            words = page.locator("body").inner_text()
            assert "internet?" not in words
            assert "Streamlit" not in words
