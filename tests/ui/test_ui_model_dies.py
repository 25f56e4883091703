"""The model's process is killed in the middle of answers: the page, the evidence and the history live on."""

import os
import signal
import time
from pathlib import Path

import pytest
from browser import CHROMIUM, ask, chromium, free_port, go, scripted, watched
from fakes import WordEmbedder
from playwright.sync_api import expect

from index.pipeline.indexer import Indexer
from index.storage.history import ASKED, DONE, FAILED, History
from index.storage.repository import Store
from rag.generation.remote_chat import STOPPED
from rag.serving.access.accounts import LOCAL
from rag.serving.loading import LLM_LOG, STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
TEXT = "Jembatan Kalirejo dibangun sepanjang 120 meter. Jembatan Kalirejo menghubungkan dua desa di Jombang."
SAID = {"dihubungkan": "Jembatan Kalirejo menghubungkan dua desa. " * 40, "Berapa": "120 meter"}
LONG, SHORT = "Sebutkan semua desa yang dihubungkan Jembatan Kalirejo.", "Berapa panjang Jembatan Kalirejo?"
KILLS = 20


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()]


def after(file: Path, pid: int) -> int:
    """Wait for the process that follows one; return its id."""
    deadline = time.monotonic() + 30
    while pids(file)[-1] == pid:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return pids(file)[-1]


def test_killed_in_the_middle_of_answers(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "jembatan.txt").write_text(TEXT, "utf-8")
    data, port, started = tmp_path / "data", free_port(), tmp_path / "pids"
    with Store(data / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([tmp_path / "corpus"])
    served = scripted(data, port, SAID, piece_s=0.05, model_pids=started)
    with served as server, chromium() as browser:
        page, _, errors = watched(browser)
        page.goto(f"http://127.0.0.1:{port}")
        pid = 0
        for number in range(KILLS):
            ask(page, LONG)
            page.get_by_text("menghubungkan dua desa. Jembatan").wait_for(timeout=60_000)
            pid = after(started, pid) if number else pids(started)[-1]
            os.kill(pid, signal.SIGSEGV if number % 2 else signal.SIGKILL)
            expect(page.get_by_text(STOPPED, exact=True)).to_have_count(1, timeout=30_000)
            expect(page.locator(".ta-source")).to_have_count(1)
            expect(page.get_by_text("Jembatan Kalirejo menghubungkan dua desa.").first).to_be_visible()
            ask(page, SHORT)
            page.locator(".ta-cite").first.wait_for(timeout=60_000)
            expect(page.get_by_text(STOPPED, exact=True)).to_have_count(1)  # it stays, below the new answer
            expect(page.locator(".ta-source")).to_have_count(2)
            page.get_by_role("button", name="Percakapan baru").click()
            page.locator(".ta-source").first.wait_for(state="detached")
        assert server.poll() is None
        assert errors == []
        go(page, "Riwayat")
        page.get_by_text(LONG).first.wait_for(timeout=30_000)
    with Store(data / STORE_FILE) as store:
        entries = History(store.database).search(LOCAL.name, kind=ASKED, count=1000)
    assert sorted(entry.question for entry in entries) == sorted([LONG, SHORT] * KILLS)
    for entry in entries:
        record = entry.record or {}
        assert len(record["sources"]) == 1
        if entry.question == LONG:
            assert (entry.state, record["notes"]) == (FAILED, [STOPPED])
            assert SAID["dihubungkan"].startswith(record["raw"])
        else:
            assert (entry.state, record["found"]) == (DONE, True)
    assert (data / LLM_LOG).read_text().count("Segmentation fault") == KILLS // 2
