import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import ModelError
from index.storage.history import DONE, FAILED, RUNNING, STOPPED, History
from index.storage.repository import Store
from rag.answering.answer import Answer, EvidenceFound, Finished, Sentence, Source, Token
from rag.answering.serialization import record_of, restored
from rag.generation.scheduling import Handle
from rag.serving.jobs import Events, Job, Jobs

SOURCE = Source(1, "a", "Judul", "Warta", "2021-11-29", "a.txt", 0, 5, "Satu.", 1.0)
ANSWER = Answer(
    "Apa?",
    "Satu. [1]",
    True,
    (Sentence("Satu.", (1,), True),),
    (SOURCE,),
    3,
    4,
    {"total": 1.0},
    "m",
    "Satu. [1]",
    ("n",),
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        yield History(store.database)


def ended(job: Job) -> Job:
    view = job.view
    while not view.ended:
        view = job.wait(view, timeout_s=10)
    return job


def after(jobs: Jobs, job: Job) -> None:
    while jobs.running(job.id):
        threading.Event().wait(0.005)


def begin(history: History, ask: Callable[[Handle], Events]) -> tuple[Jobs, Job]:
    jobs = Jobs(history)
    return jobs, jobs.begin("ani", "s1", "Apa?", ask)


def test_an_answer_comes_by_steps_and_ends_in_the_history(history: History) -> None:
    go_on = threading.Event()

    def ask(handle: Handle) -> Events:
        yield EvidenceFound((SOURCE,), 3, 4)
        yield Token("Satu")
        yield Token(". [1]")
        go_on.wait(10)
        yield Finished(ANSWER)

    jobs, job = begin(history, ask)
    view = job.view
    while not view.said.endswith("[1]"):
        view = job.wait(view, timeout_s=10)
    assert (view.sources, view.said, view.answer) == ((SOURCE,), "Satu. [1]", None)
    # What a kill would leave from now on. It is shown first and written at once after: a reader waits for no writer.
    deadline = time.monotonic() + 10
    while (part := history.entry("ani", job.id)) is None or part.record is None or part.record["raw"] != view.said:
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)
    assert (part.state, part.record["raw"]) == (RUNNING, "Satu. [1]")
    assert jobs.running(job.id) is job

    go_on.set()
    assert ended(job).view.answer == ANSWER
    after(jobs, job)
    kept = history.entry("ani", job.id)
    assert kept is not None and kept.record is not None
    assert (kept.state, restored(kept.record)) == (DONE, ANSWER)
    assert jobs.count() == 0


def test_a_stop_keeps_what_was_said(history: History) -> None:
    def ask(handle: Handle) -> Events:
        yield Token("Satu.")
        while not handle.cancelled:
            threading.Event().wait(0.005)
        yield Finished(Answer(**{**record_of(ANSWER), "sentences": (), "sources": (), "notes": (), "cancelled": True}))

    jobs, job = begin(history, ask)
    job.stop()
    ended(job)
    after(jobs, job)
    entry = history.entry("ani", job.id)
    assert entry is not None and entry.state == STOPPED


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ModelError("Memori tersisa 1 MB."), "Memori tersisa 1 MB."),
        (RuntimeError("x"), r"gagal dibuat (RuntimeError: x)"),
    ],
)
def test_what_goes_wrong_is_told_and_kept(history: History, error: Exception, told: str) -> None:
    def ask(handle: Handle) -> Events:
        yield EvidenceFound((SOURCE,), 3, 4)
        raise error

    jobs, job = begin(history, ask)
    assert told in str(ended(job).view.error)
    after(jobs, job)
    entry = history.entry("ani", job.id)
    assert entry is not None and entry.record is not None
    assert entry.state == FAILED
    assert told in entry.record["notes"][0]
    assert restored(entry.record).sources == (SOURCE,)


def test_the_place_in_line_is_seen(history: History) -> None:
    go_on = threading.Event()

    def ask(handle: Handle) -> Events:
        handle.on_wait(3)
        go_on.wait(10)
        yield Token("x")
        yield Finished(ANSWER)

    _, job = begin(history, ask)
    view = job.view
    while view.place != 3:
        view = job.wait(view, timeout_s=10)
    go_on.set()
    assert ended(job).view.place == 0


def test_records_of_other_versions_are_read() -> None:
    record = record_of(ANSWER)
    del record["cancelled"], record["timings_ms"]
    record["something_new"] = 1
    record["sources"][0]["something_new"] = 2
    old = restored(record)
    assert (old.sentences, old.sources, old.found) == (ANSWER.sentences, ANSWER.sources, True)
    assert restored({"question": "Apa?", "raw": "Sebagian"}).raw == "Sebagian"
    record["sentences"] = [{"text": "Karangan.", "citations": [], "supported": False}]
    assert restored(record).sentences == (Sentence("Karangan. [tidak didukung arsip]", ()),)
