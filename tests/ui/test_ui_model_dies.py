"""An answer ends in the middle, its model killed or its reader stopping it: page, evidence and history live on."""

import os
import re
import signal
import time
from pathlib import Path

import pytest
from browser import CHROMIUM, ask, chromium, free_port, go, scripted, watched
from fakes import WordEmbedder
from long_sentence import ARTICLE, ASKS_LONG, ASKS_SHORT, BEGUN, LONG
from playwright.sync_api import expect

from index.pipeline.indexer import Indexer
from index.storage.history import ASKED, DONE, FAILED, History
from index.storage.history import STOPPED as ENDED_BY_READER
from index.storage.repository import Store
from rag.generation.remote_chat import STOPPED
from rag.serving.access.accounts import LOCAL
from rag.serving.loading import LLM_LOG, STORE_FILE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Debian's chromium is not installed; scripts/test does it"),
]
SAID = {"dihubungkan": LONG, "Berapa": "120 meter"}
KILLS = 20


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "jembatan.txt").write_text(ARTICLE, "utf-8")
    with Store(tmp_path / "data" / STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([tmp_path / "corpus"])
    return tmp_path / "data"


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()]


def after(file: Path, pid: int) -> int:
    """Wait for the process that follows one; return its id."""
    deadline = time.monotonic() + 30
    while pids(file)[-1] == pid:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return pids(file)[-1]


def in_the_middle(said: str) -> bool:
    """Tell whether this is what a model says that ends while it copies the long sentence."""
    return said.startswith(BEGUN) and LONG.startswith(said) and said != LONG


def test_killed_in_the_middle_of_answers(data: Path, tmp_path: Path) -> None:
    port, started = free_port(), tmp_path / "pids"
    served = scripted(data, port, SAID, piece_s=0.15, model_pids=started)
    with served as server, chromium() as browser:
        page, _, errors = watched(browser)
        page.goto(f"http://127.0.0.1:{port}")
        said = page.locator(".ta-words")  # as the model said it; a checked answer is in .words
        pid = 0
        for number in range(KILLS):
            ask(page, ASKS_LONG)
            expect(said).to_contain_text([BEGUN], timeout=60_000)
            pid = after(started, pid) if number else pids(started)[-1]
            os.kill(pid, signal.SIGSEGV if number % 2 else signal.SIGKILL)
            expect(page.get_by_text(STOPPED, exact=True)).to_have_count(1, timeout=60_000)
            expect(page.locator(".ta-source")).to_have_count(1)
            expect(said).to_contain_text([BEGUN])
            ask(page, ASKS_SHORT)
            page.locator(".ta-cite").first.wait_for(timeout=60_000)
            expect(said).to_contain_text([BEGUN])
            expect(page.get_by_text(STOPPED, exact=True)).to_have_count(1)  # it stays, below the new answer
            expect(page.locator(".ta-source")).to_have_count(2)
            page.get_by_role("button", name="Percakapan baru").click()
            page.locator(".ta-source").first.wait_for(state="detached")
        assert server.poll() is None
        assert errors == []
        go(page, "Riwayat")
        page.get_by_text(ASKS_LONG).first.wait_for(timeout=60_000)
    with Store(data / STORE_FILE) as store:
        entries = History(store.database).search(LOCAL.name, kind=ASKED, count=1000)
    assert sorted(entry.question for entry in entries) == sorted([ASKS_LONG, ASKS_SHORT] * KILLS)
    for entry in entries:
        record = entry.record or {}
        assert len(record["sources"]) == 1
        if entry.question == ASKS_LONG:
            assert (entry.state, record["notes"]) == (FAILED, [STOPPED])
            assert in_the_middle(record["raw"])
        else:
            assert (entry.state, record["found"]) == (DONE, True)
    assert (data / LLM_LOG).read_text().count("Segmentation fault") == KILLS // 2


def test_stopped_in_the_middle_of_an_answer(data: Path, tmp_path: Path) -> None:
    port, started = free_port(), tmp_path / "pids"
    # the rest of the long sentence would take over half a minute: an answer before that had a model that was free
    with scripted(data, port, SAID, piece_s=1.0, model_pids=started), chromium() as browser:
        page, _, errors = watched(browser)
        page.goto(f"http://127.0.0.1:{port}")
        ask(page, ASKS_LONG)
        expect(page.locator(".ta-words")).to_contain_text(BEGUN, timeout=60_000)
        page.get_by_role("button", name="Berhenti").click()
        expect(page.get_by_text(re.compile("Jawaban ini Anda hentikan"))).to_be_visible(timeout=60_000)
        expect(page.get_by_role("button", name="Berhenti")).to_have_count(0)
        expect(page.locator(".ta-source")).to_have_count(1)
        words, _, _ = page.locator(".words .said").inner_text().partition("\xa0[")  # the number of its source
        assert in_the_middle(words.removesuffix("."))
        ask(page, ASKS_SHORT)
        expect(page.locator(".words").first).to_contain_text("120 meter", timeout=60_000)
        expect(page.get_by_text(re.compile("Jawaban ini Anda hentikan"))).to_have_count(1)
        assert errors == []
    with Store(data / STORE_FILE) as store:
        entries = History(store.database).search(LOCAL.name, kind=ASKED, count=1000)
    assert {entry.question: entry.state for entry in entries} == {ASKS_LONG: ENDED_BY_READER, ASKS_SHORT: DONE}
    stopped = next(entry.record or {} for entry in entries if entry.question == ASKS_LONG)
    assert in_the_middle(stopped["raw"])
    assert stopped["cancelled"]
    assert len(pids(started)) == 1  # it was asked to stop, not ended
