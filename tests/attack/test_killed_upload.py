"""The run that takes an upload in is killed again and again, alone or with its page: all comes in all the same."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import WordEmbedder
from scripted_chat import KnowingChat

from index.storage.database import is_sound
from index.storage.repository import Store
from rag.serving import loading
from rag.serving.service import Workplace
from rag.settings import Settings

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, str(ROOT / "tests" / "support" / "scripted_indexing.py"))
FILES = 5


class Upload(io.BytesIO):
    def __init__(self, number: int) -> None:
        super().__init__(f"Judul {number}\nSURABAYA - Warga desa {number} memanen kopi{number} sejak Senin.".encode())
        self.name, self.size = f"{number}.txt", len(self.getvalue())


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())
    monkeypatch.setattr(loading, "open_llm", lambda settings: KnowingChat({}))
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests' / 'support'}")
    monkeypatch.setenv("PASSAGE_S", "0.2")


def until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 90
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def runs(parent: int) -> list[int]:
    """The processes that take uploads in, of one page."""
    command = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(parent)]
    told = subprocess.run(command, capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in told.splitlines() if "scripted_indexing" in line]


def of_uploads(data: Path) -> list[str]:
    with Store(data / "arsip.sqlite3") as store:
        assert is_sound(data / "arsip.sqlite3")
        articles = [store.article(id) for id in store.stored_articles()]
        held = store.database.rows("SELECT count(DISTINCT article_id) FROM passages")[0][0]
        assert held == len(articles)
        return sorted(Path(article.path).name for article in articles if article)


def test_a_run_that_is_killed_is_told_and_taken_up_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    Store(data / "arsip.sqlite3", create=True).close()
    place = Workplace(Settings(data, tmp_path), indexing=COMMAND)
    place.upload([Upload(number) for number in range(FILES)], "ani")
    for kill in range(2):
        until(lambda: runs(os.getpid()))
        if kill:
            until(lambda: place.background.run.report.get("added"))
        os.kill(runs(os.getpid())[0], signal.SIGKILL)
        until(lambda: not place.background.run.running)
        told = "Pengindeksan berhenti sendiri (kode -9); yang sudah masuk tersimpan, mulai lagi."
        assert place.background.run.error == told
        assert (data / "pengindeksan.json").exists()
        place.background.start()
    until(lambda: not place.background.run.running)
    place.store.close()
    assert place.background.run.error is None
    assert of_uploads(data) == [f"{number}.txt" for number in range(FILES)]
    assert not (data / "pengindeksan.json").exists()


PAGE = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_killed_upload import COMMAND, FILES, Upload
from rag.serving.service import Workplace
from rag.settings import Settings
place = Workplace(Settings(Path(sys.argv[1]), Path(sys.argv[1])), indexing=COMMAND)
if sys.argv[3] == "0":
    place.upload([Upload(number) for number in range(FILES)], "ani")
while place.background.run.running:
    time.sleep(0.02)
"""


def test_a_page_that_is_killed_with_its_run_takes_it_up_at_its_next_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    Store(data / "arsip.sqlite3", create=True).close()
    for kill, after_s in enumerate((0.0, 2.0)):
        page = subprocess.Popen([sys.executable, "-c", PAGE, str(data), str(Path(__file__).parent), str(kill)])
        until(lambda page=page: runs(page.pid))  # type: ignore[misc]
        time.sleep(after_s)
        page.send_signal(signal.SIGKILL)
        page.wait()
    page = subprocess.Popen([sys.executable, "-c", PAGE, str(data), str(Path(__file__).parent), "1"])
    assert page.wait(90) == 0
    assert of_uploads(data) == [f"{number}.txt" for number in range(FILES)]
    with Store(data / "arsip.sqlite3") as store:
        assert {article.uploaded_by for id in store.stored_articles() if (article := store.article(id))} == {"ani"}
