"""The log: what gets in, what stays out, how large it grows, and that nothing stops for its sake."""

import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import WordEmbedder
from installed import stop_logging

from index.errors import ModelError, TanyaError
from index.pipeline.indexer import Indexer
from index.pipeline.reading import Read, Reading
from index.readers import dispatch
from index.readers.bad_record import BadRecord
from index.storage.history import History
from index.storage.repository import Store
from rag import log
from rag.cli import ask_search, parser
from rag.serving.index_process import Background
from rag.serving.jobs import Jobs
from rag.settings import Settings

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60.0


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    log.start(folder)
    yield folder
    stop_logging()


def written(data: Path) -> str:
    return log.whole(data).decode("utf-8")


def failing(message: str) -> Exception:
    """An error with a frame of its own name in its traceback."""
    try:
        raise ArithmeticError(message)
    except ArithmeticError as error:
        return error


def test_an_event_is_a_line_to_grep(data: Path) -> None:
    assert not data.exists()  # nothing is made before there is something to write
    logging.getLogger("tanya.answer").info("done", extra=log.fields(entry=41, duration_s=3.2, file="dua kata.txt"))
    (line,) = written(data).splitlines()
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 INFO part=answer event=done pid=\d+ entry=41 duration_s=3\.2 "
        r'file="dua kata\.txt"',
        line,
    )


def test_a_line_break_in_a_value_makes_no_second_event(data: Path) -> None:
    logging.getLogger("tanya.x").info("done", extra=log.fields(file="a\n2026-01-01T00:00:00 ERROR part=x"))
    assert len(written(data).splitlines()) == 1


def test_what_was_asked_and_read_stays_out_unless_switched_on(tmp_path: Path) -> None:
    secret = "Siapa yang menyuap bupati?"
    for with_text in (False, True):
        folder = tmp_path / str(with_text)
        log.start(folder, with_text=with_text)
        try:
            raise ValueError(secret)
        except ValueError:
            logging.getLogger("tanya.x").exception("failed", extra=log.fields(question=secret))
        said = written(folder)
        assert (said.count("menyuap") > 0) is with_text
        assert ("question_chars=26" in said) is not with_text
        assert "raise ValueError(secret)" in said  # the place is told in either case
    stop_logging()


def test_a_message_that_tells_of_the_machine_is_kept_with_its_cause(data: Path) -> None:
    try:
        try:
            raise OSError(28, "No space left on device")
        except OSError as error:
            raise ModelError("Model x tidak dapat dimuat.") from error
    except TanyaError:
        logging.getLogger("tanya.x").exception("failed")
    said = written(data)
    assert said.index("No space left on device") < said.index("ModelError: Model x tidak dapat dimuat.")
    (last,) = log.last_errors(data, 5)
    assert last.endswith("| ModelError: Model x tidak dapat dimuat.")


def test_the_log_stays_under_its_bound_after_as_many_bytes_as_a_hundred_thousand_events(data: Path) -> None:
    logger = logging.getLogger("tanya.many")
    for number in range(10_000):
        logger.info("event", extra=log.fields(file="x" * 900, number=number))
    sizes = [path.stat().st_size for path in (data / "log").iterdir()]
    assert sum(sizes) <= (log.MAX_BYTES + log.MAX_RECORD_BYTES) * (log.BACKUPS + 1)
    assert len([path for path in (data / "log").iterdir() if path.name.startswith("tanya.log")]) == log.BACKUPS + 1
    assert log.last_lines(data, 1)[0].endswith("number=9999")


def test_one_endless_traceback_is_cut(data: Path) -> None:
    logging.getLogger("tanya.x").info("event", extra=log.fields(file="x" * 500_000))
    assert len(written(data).encode()) < log.MAX_RECORD_BYTES + 100


def test_several_processes_write_one_log_and_lose_no_line(tmp_path: Path) -> None:
    code = (
        "import logging, sys; from pathlib import Path; from rag import log; log.MAX_BYTES = 100_000\n"
        "log.start(Path(sys.argv[1]))\n"
        "for n in range(1000): logging.getLogger('tanya.p').info('e', extra=log.fields(who=sys.argv[2], n=n))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name], cwd=ROOT) for name in ("a", "b", "c")
    ]
    assert [process.wait(timeout=TIMEOUT_S) for process in processes] == [0, 0, 0]
    lines = written(tmp_path).splitlines()
    assert all(re.search(r"who=[abc] n=\d+$", line) for line in lines)
    assert len(lines) == len({line.split("who=")[1] for line in lines}) == 3000


def test_a_folder_that_cannot_be_written_costs_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log").write_text("in the way")
    log.start(tmp_path)
    for _ in range(3):
        logging.getLogger("tanya.x").error("event")
    stop_logging()
    (line,) = capfd.readouterr().err.splitlines()
    assert "tidak dapat ditulis" in line


def test_a_full_disk_costs_one_line(capfd: pytest.CaptureFixture[str], data: Path) -> None:
    (data / "log").mkdir(parents=True)
    (data / "log" / "tanya.log").symlink_to("/dev/full")
    for _ in range(3):
        logging.getLogger("tanya.x").error("event")
    (line,) = capfd.readouterr().err.splitlines()
    assert "No space left on device" in line


# --- every place that folds an exception into one line leaves its traceback ---


def test_an_answer_that_fails(data: Path, store: Store) -> None:
    secret = "Siapa yang menyuap bupati?"

    def ask(handle: object) -> Iterator[None]:
        raise failing(secret)
        yield

    jobs = Jobs(History(store.database))
    job = jobs.begin("ani", "s", secret, ask)  # type: ignore[arg-type]
    view = job.view
    while not view.ended:
        view = job.wait(view, timeout_s=TIMEOUT_S)
    assert view.error == f"Jawaban gagal dibuat (ArithmeticError: {secret}); tanyakan lagi."
    said = written(data)
    assert "ERROR part=answer event=failed" in said
    assert "in failing" in said
    assert "menyuap" not in said


def test_a_reader_that_fails(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(stream: object) -> Iterator[dispatch.Found]:
        raise failing("isi berita")
        yield

    (found,) = dispatch.checked(read, None)  # type: ignore[arg-type]
    assert "rusak atau terpotong (ArithmeticError)" in found.reason  # type: ignore[union-attr]
    said = written(data)
    assert "ERROR part=readers event=torn" in said
    assert "in failing" in said


class FailingReading(Reading):
    """Fails in this process, behind all that a reader's own faults meet."""

    def articles(self, *_: object, **__: object) -> Iterator[Read | BadRecord]:  # type: ignore[override]
        raise failing("isi berita")
        yield


def test_a_file_that_the_indexer_cannot_read(data: Path, store: Store, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Isi.")
    report = Indexer(store, WordEmbedder(), reading=FailingReading()).run([tmp_path / "corpus"])
    (problem,) = report.failed
    assert "tidak dapat dibaca (ArithmeticError" in problem
    said = written(data)
    assert f"ERROR part=indexer event=not-read pid={os.getpid()} file={tmp_path}/corpus/a.txt" in said
    assert "in failing" in said


def test_what_a_reader_logs_in_its_own_process_is_in_the_log_without_words_of_the_file(
    data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK\x03\x04 isi berita yang rahasia")
    reading = Reading()
    (found,) = reading.articles(path)
    reading.close()
    assert isinstance(found, BadRecord)
    said = written(data)
    assert "part=readers event=" in said and "rahasia" not in said


def finished(background: Background) -> str | None:
    deadline = time.monotonic() + TIMEOUT_S
    while background.run.running:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    return background.run.error


def test_an_indexing_process_that_fails_in_the_middle(data: Path, tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(
        "import sys; from rag.serving import loading, index_process\n"
        "def broken(settings): raise ArithmeticError('isi')\n"
        "loading.open_embedder = broken\n"
        "sys.exit(index_process.main())"
    )
    (tmp_path / "unggahan").mkdir()
    settings = Settings(data, tmp_path)
    data.mkdir()
    command = [sys.executable, "-c", f"exec(open({str(script)!r}).read())"]
    background = Background(settings, tmp_path / "unggahan", command)
    background.start()
    error = finished(background)
    assert error == "Pengindeksan gagal (ArithmeticError: isi); mulai lagi."
    said = written(data)
    assert "ERROR part=index event=failed" in said
    assert "in broken" in said
    assert "ERROR part=index event=ended" in said


def test_an_indexing_process_that_dies_leaves_its_last_words(data: Path, tmp_path: Path) -> None:
    (tmp_path / "unggahan").mkdir()
    data.mkdir()
    code = "import sys; sys.stderr.write('x' * 300_000 + 'kata terakhir'); sys.exit(9)"
    background = Background(Settings(data, tmp_path), tmp_path / "unggahan", [sys.executable, "-c", code])
    background.start()
    assert finished(background) == "Pengindeksan berhenti sendiri (kode 9); yang sudah masuk tersimpan, mulai lagi."
    kept = (data / "log" / "index.stderr").read_text()
    assert kept.endswith("kata terakhir")
    assert len(kept) == 100_000


def test_a_segmentation_fault_of_the_indexing_process_leaves_its_stack(data: Path, tmp_path: Path) -> None:
    data.mkdir()
    code = (
        "import ctypes, sys; from pathlib import Path; from rag import log\n"
        "def the_bad_call(): ctypes.string_at(0)\n"
        "log.keep_crashes(Path(sys.argv[1]), 'index'); the_bad_call()"
    )
    assert subprocess.run([sys.executable, "-c", code, str(data)], cwd=ROOT, check=False).returncode == -11
    assert "the_bad_call" in (data / "log" / "index.crash").read_text()


def test_a_command_that_fails_unexpectedly_is_one_line(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(options: object) -> int:
        raise failing("isi")

    monkeypatch.setattr(ask_search, "status", broken)
    assert parser.main(["status", "--data", str(data)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("tanya: Kesalahan tak terduga (ArithmeticError: isi)")
    assert str(data / "log" / "tanya.log") in line
    said = written(data)
    assert "ERROR part=command event=failed" in said
    assert "in failing" in said


def test_an_error_with_a_cause_is_one_line_and_its_cause_is_logged(tmp_path: Path) -> None:
    (tmp_path / "arsip.sqlite3").write_text("no database at all, but long enough to be read as one" * 30)
    finished = subprocess.run(
        [sys.executable, "-m", "rag.cli", "status", "--data", str(tmp_path), "--json"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert (finished.returncode, len(finished.stderr.splitlines())) == (1, 1)
    said = written(tmp_path)
    assert "DatabaseError: file is not a database" in said
    assert "StoreError" in said
    assert "command=status" in said
