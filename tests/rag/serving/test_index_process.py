import json
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.serving.index_process import Background, Run
from rag.settings import Settings

# A stand-in for the indexing process: tells what it is asked to, then ends as it is asked to.
TELLING = "import sys, json; [print(line, flush=True) for line in json.loads(sys.argv[1])]; sys.exit(int(sys.argv[2]))"
TIMEOUT_S = 60.0


def process(code: int, *lines: dict[str, object]) -> list[str]:
    return [sys.executable, "-c", TELLING, json.dumps([json.dumps(line) for line in lines]), str(code)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "unggahan").mkdir()
    return Settings(tmp_path, tmp_path)


def finished(background: Background) -> Run:
    deadline = time.monotonic() + TIMEOUT_S
    while background.run.running:
        assert time.monotonic() < deadline, "the run does not end"
        threading.Event().wait(0.01)
    return background.run


def test_a_run_tells_how_far_it_is_and_leaves_no_mark(settings: Settings) -> None:
    done = {"done_bytes": 5, "total_bytes": 10, "report": {"added": 1}}
    background = Background(settings, settings.data_dir / "unggahan", process(0, done, {**done, "done_bytes": 10}))
    background.start()
    run = finished(background)
    assert (run.done_bytes, run.total_bytes, run.report, run.error, run.share) == (10, 10, {"added": 1}, None, 1.0)
    assert not (settings.data_dir / "pengindeksan.json").exists()
    assert not background.resume()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (process(1, {"error": "Memori habis."}), "Memori habis."),
        (process(9), "Pengindeksan berhenti sendiri (kode 9); yang sudah masuk tersimpan, mulai lagi."),
        (
            ["/tiada/program"],
            "Pengindeksan tidak dapat dimulai: No such file or directory; periksa ruang disk lalu coba lagi.",
        ),
    ],
)
def test_a_run_that_fails_is_told_and_taken_up_at_the_next_start(
    settings: Settings, command: list[str], told: str
) -> None:
    background = Background(settings, settings.data_dir / "unggahan", command)
    background.start()
    assert finished(background).error == told
    again = Background(settings, settings.data_dir / "unggahan", process(0, {"report": {"added": 2}}))
    assert again.resume()
    assert again.run.resumed
    assert finished(again).report == {"added": 2}


def test_what_comes_during_a_run_is_taken_in_after_it(settings: Settings) -> None:
    log = settings.data_dir / "log"
    script = f"open({str(log)!r}, 'a').write('x'); import time; time.sleep(0.3)"
    background = Background(settings, settings.data_dir / "unggahan", [sys.executable, "-c", script])
    background.start()
    background.start()
    background.start()
    finished(background)
    assert log.read_text() == "xx"


def test_a_run_that_ends_while_an_upload_comes_in_leaves_its_mark(settings: Settings) -> None:
    state = settings.data_dir / "pengindeksan.json"
    background = Background(settings, settings.data_dir / "unggahan", process(0))
    with background.awaiting() as mark:
        background.start()
        mark()
        assert finished(background).error is None
        assert state.exists()
        background.start()
    finished(background)
    assert not state.exists()


def test_an_upload_of_nothing_leaves_the_mark_of_a_run_that_failed(settings: Settings) -> None:
    state = settings.data_dir / "pengindeksan.json"
    background = Background(settings, settings.data_dir / "unggahan", process(9))
    with background.awaiting():
        pass
    assert not state.exists()
    background.start()
    finished(background)
    with background.awaiting():
        pass
    assert state.exists()


def test_time_left_follows_the_rate_so_far() -> None:
    assert Run(done_bytes=25, total_bytes=100, elapsed_s=10.0).left_s == 30.0
    assert Run().left_s is None
    assert Run(done_bytes=11, total_bytes=10).share == 1.0
