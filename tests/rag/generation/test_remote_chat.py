"""The model in a process of its own, with a scripted model: the process, the socket and the signals are real."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_chat import KnowingChat
from scripted_worker import WORKER

from index.errors import ModelError, ModelStopped
from rag.generation.chat_template import Message
from rag.generation.decoder import Trace, heard
from rag.generation.remote_chat import RemoteChat
from rag.generation.scheduling import Handle, QuickFirst
from rag.generation.wire import Connection

ROOT = Path(__file__).parents[3]
LONG = " ".join(["Jembatan itu panjangnya 120 meter."] * 30)  # 150 tokens
ANSWERS = {"panjang": LONG, "pendek": "Ya, sudah."}


def command(**script: Any) -> list[str]:
    return [sys.executable, str(WORKER), json.dumps({"answers": ANSWERS, **script})]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(WORKER.parent)]))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., RemoteChat]]:
    """Opens scripted models whose pauses are short, and closes them."""
    made: list[RemoteChat] = []

    def open_model(pauses_s: tuple[float, ...] = (0.01,) * 4, rest_s: float = 60.0, **script: Any) -> RemoteChat:
        log = tmp_path / "log" / "model.stderr"
        made.append(RemoteChat("scripted", {}, log=log, command=command(**script), pauses_s=pauses_s, rest_s=rest_s))
        return made[-1]

    yield open_model
    for model in made:
        model.close()


def asking(words: str) -> list[Message]:
    return [{"role": "user", "content": words}]


def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def test_words_come_piece_by_piece_and_the_length_of_texts(opened: Callable[..., RemoteChat]) -> None:
    model = opened(piece_s=0.05)
    began = time.monotonic()
    stream = model.stream(asking("Kata panjang"), 200)
    assert next(stream) == "Jembatan"
    assert time.monotonic() - began < 4  # the whole takes 7.5 s
    assert model.count_tokens("satu dua tiga") == 3  # while it writes
    assert next(stream) == " itu"
    stream.close()
    assert "".join(model.stream(asking("pendek"), 100)) == "Ya, sudah."
    assert (model.name, model.pid != os.getpid()) == ("scripted", True)


def test_all_that_is_asked_and_traced_goes_through(opened: Callable[..., RemoteChat]) -> None:
    refusal = "“Tidak”😀\x00dalam\u2060korpus."  # one token, and the answer to "serah"
    messages, archive = asking("pendek\n JAWA \n"), ["Tidak.", "Kata 😀: Ya, sudah\nJAWA\nlalu."]
    must_hold = re.compile(r"^ja\w+$", re.I | re.M)
    asked = {"max_tokens": 9, "copy_from": archive, "must_hold": must_hold, "refusal": refusal}
    answers = {"pendek": "Ya, sudah", "serah": refusal}
    apart, here = opened(answers=answers), KnowingChat(answers)
    pieces: list[str] = []
    said, trace = heard(apart.stream(messages, **asked), pieces.append)
    assert pieces == ["Ya,", " sudah", "\nJAWA"]  # copied, and on to what it must hold
    assert heard(here.stream(messages, **asked)) == (said, trace)
    assert len(trace.words) == 3
    _, given_up = heard(apart.stream(asking("serah"), 1, copy_from=archive, refusal=refusal))
    assert given_up.refusal == pytest.approx(0, abs=1e-3)  # of the whole token: every byte of it came through
    assert given_up.begin is not None and given_up.begin < -5  # no word of the archive was meant


def test_a_text_of_megabytes_with_half_a_pair_of_surrogates(opened: Callable[..., RemoteChat]) -> None:
    model = opened()
    text = " ".join(["日本 é 😀 \ud800 kata"] * 200_000)
    assert model.count_tokens(text) == 1_000_000
    assert "".join(model.stream(asking("pendek " + text), 9)) == "Ya, sudah."
    archive = "日本 é 😀. " * 20_000 + "Ya, sudah."
    assert "".join(model.stream(asking("pendek"), 9, copy_from=[archive])) == "Ya, sudah."


def test_what_goes_wrong_in_it_is_told_in_one_line_and_it_goes_on(
    opened: Callable[..., RemoteChat], tmp_path: Path
) -> None:
    model = opened()
    pid = model.pid
    with pytest.raises(ModelError, match=r"^Prompt 9000 token melebihi ruang 4096; persempit pertanyaannya\.$"):
        list(model.stream(asking("GAGAL"), 9))
    with pytest.raises(ModelError, match=r"^Model bahasa gagal \(ZeroDivisionError: di dalam\); ajukan lagi\.$"):
        list(model.stream(asking("RUSAK"), 9))
    assert "in stream" in (tmp_path / "log" / "model.stderr").read_text()  # the traceback
    assert "".join(model.stream(asking("pendek"), 9)) == "Ya, sudah."
    assert model.pid == pid


def test_a_model_that_does_not_load_is_the_same_clear_error(opened: Callable[..., RemoteChat], tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    with pytest.raises(ModelError, match=r"^Memori tersisa 1 MB, model X perlu 2 MB; tutup program lain\.$"):
        opened(load_error="Memori tersisa 1 MB, model X perlu 2 MB;\ntutup program lain.", starts=str(starts))
    assert len(starts.read_text().splitlines()) == 1  # it is not tried again and again
    with pytest.raises(ModelError, match=r"mati saat dimuat \(SIGILL\); catatannya di .*model\.stderr"):
        opened(starts=str(starts), dies_from=2)
    with pytest.raises(ModelError, match="tidak dapat dimulai"):
        RemoteChat("scripted", {}, command=["/tidak/ada"])


@pytest.mark.parametrize("name", ["KILL", "SEGV", "TERM"])
def test_it_dies_in_the_middle_and_the_next_question_is_answered(
    opened: Callable[..., RemoteChat], tmp_path: Path, name: str
) -> None:
    model = opened(piece_s=0.01)
    for _ in range(3):
        said, pid = [], model.pid
        with pytest.raises(ModelStopped, match=r"^Model bahasa berhenti di tengah jawaban; .* diajukan lagi\.$"):
            for piece in model.stream(asking("panjang"), 200):
                said.append(piece)
                if len(said) == 3:
                    assert pid is not None
                    os.kill(pid, getattr(signal, f"SIG{name}"))
        assert LONG.startswith("".join(said))
        assert len(said) < 150
        assert "".join(model.stream(asking("pendek"), 9)) == "Ya, sudah."  # waits for the new process
        assert model.pid not in (pid, None)
    told = (tmp_path / "log" / "model.stderr").read_text()
    assert ("Fatal Python error: Segmentation fault" in told) == (name == "SEGV")


def test_one_that_dies_by_itself_leaves_its_traceback(opened: Callable[..., RemoteChat], tmp_path: Path) -> None:
    model = opened()
    with pytest.raises(ModelStopped):
        list(model.stream(asking("panjang SIGNAL SEGV"), 9))
    told = (tmp_path / "log" / "model.stderr").read_text()
    assert "Segmentation fault" in told
    assert "scripted_worker.py" in told


def test_given_up_after_deaths_without_an_answer_and_started_again_for_a_later_question(
    opened: Callable[..., RemoteChat], tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    model = opened(pauses_s=(0.01, 0.02), rest_s=0.5, starts=str(starts))

    def started() -> int:
        return len(starts.read_text().splitlines())

    for _ in range(2):
        with pytest.raises(ModelStopped):
            list(model.stream(asking("panjang SIGNAL KILL"), 9))
    assert "".join(model.stream(asking("pendek"), 9)) == "Ya, sudah."  # an answer: counted anew
    for _ in range(3):
        with pytest.raises(ModelStopped):
            list(model.stream(asking("panjang SIGNAL KILL"), 9))
    given_up = r"mati \(SIGKILL\); catatannya di \S+\. Sudah 3 kali berturut-turut; jalankan: tanya doctor, lalu"
    with pytest.raises(ModelError, match=given_up):
        list(model.stream(asking("pendek"), 9))
    with pytest.raises(ModelError, match=given_up):
        model.count_tokens("satu dua")
    assert (started(), model.pid) == (5, None)
    time.sleep(0.5)
    assert "".join(model.stream(asking("pendek"), 9)) == "Ya, sudah."
    assert started() == 6


def test_a_start_that_fails_is_tried_again_with_growing_pauses(
    opened: Callable[..., RemoteChat], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    starts = tmp_path / "starts"
    with caplog.at_level("INFO", "tanya.model"):
        model = opened(pauses_s=(0.1, 0.2, 0.4), starts=str(starts), dies_from=2)
        began = time.monotonic()
        with pytest.raises(ModelStopped):
            list(model.stream(asking("panjang SIGNAL ABRT"), 9))
        with pytest.raises(ModelError, match=r"mati saat dimuat \(SIGILL\).*Sudah 4 kali berturut-turut"):
            list(model.stream(asking("pendek"), 9))
        assert time.monotonic() - began > 0.7
    assert len(starts.read_text().splitlines()) == 4
    told = [record.getMessage() for record in caplog.records]
    assert [line for line in told if line.startswith("starting")] == [
        f"starting again in {pause} s after death {n}" for n, pause in enumerate(("0.1", "0.2", "0.4"), start=1)
    ]
    assert sum("SIGABRT" in line for line in told) == 1
    assert [record.levelname for record in caplog.records][-1] == "ERROR"
    assert "panjang" not in " ".join(told)  # no question


def test_cancel_stops_the_one_in_flight_and_one_in_line(opened: Callable[..., RemoteChat]) -> None:
    model = opened(piece_s=0.02)
    writing, waiting = Handle(), Handle()
    first = model.stream(asking("panjang"), 200, writing)
    next(first)
    threading.Timer(0.1, waiting.cancel).start()
    assert list(model.stream(asking("pendek"), 9, waiting)) == []
    assert next(first) != ""
    writing.cancel()
    more: list[str] = []
    _, trace = heard(first, more.append)
    assert len(more) < 100  # of 150
    assert len(trace.words) == 2 + len(more)  # of those said before it was cancelled, too
    assert "".join(model.stream(asking("pendek"), 9)) == "Ya, sudah."
    before = Handle()
    before.cancel()
    assert heard(model.stream(asking("pendek"), 9, before)) == ("", Trace())


def test_cancel_while_the_process_is_started_anew(opened: Callable[..., RemoteChat]) -> None:
    model = opened(pauses_s=(60.0,))
    with pytest.raises(ModelStopped):
        list(model.stream(asking("panjang SIGNAL KILL"), 9))
    handle = Handle()
    threading.Timer(0.1, handle.cancel).start()
    began = time.monotonic()
    assert list(model.stream(asking("pendek"), 9, handle)) == []
    assert time.monotonic() - began < 5


def test_the_place_in_line_is_told_and_the_line_moves_in_order(opened: Callable[..., RemoteChat]) -> None:
    model = opened(piece_s=0.02)
    first = model.stream(asking("panjang"), 200)
    next(first)
    places: dict[str, list[int]] = {"b": [], "c": []}
    ended: list[str] = []

    def work(name: str) -> None:
        assert "".join(model.stream(asking("pendek"), 9, Handle(places[name].append))) == "Ya, sudah."
        ended.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in places]
    for name, thread in zip(places, threads, strict=True):
        thread.start()
        until(lambda name=name: places[name])  # type: ignore[misc]
    first.close()
    for thread in threads:
        thread.join(10)
    assert places == {"b": [1, 0], "c": [2, 1, 0]}
    assert ended == ["b", "c"]


def test_who_only_waits_in_line_is_answered_though_the_one_before_died(opened: Callable[..., RemoteChat]) -> None:
    model = opened(piece_s=0.02)
    first = model.stream(asking("panjang"), 200)
    next(first)
    places: list[int] = []
    said: list[str] = []
    second = threading.Thread(target=lambda: said.extend(model.stream(asking("pendek"), 9, Handle(places.append))))
    second.start()
    until(lambda: places)
    assert model.pid is not None
    os.kill(model.pid, signal.SIGKILL)
    with pytest.raises(ModelStopped):
        list(first)
    second.join(10)
    assert "".join(said) == "Ya, sudah."


def test_it_dies_while_nobody_asks(opened: Callable[..., RemoteChat]) -> None:
    model = opened()
    pid = model.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: model.pid not in (None, pid))
    assert model.count_tokens("satu dua") == 2


def test_what_was_read_ahead_is_read_again_by_the_next_process(
    opened: Callable[..., RemoteChat], tmp_path: Path
) -> None:
    reads = tmp_path / "reads"
    model = opened(reads=str(reads))
    model.warm(asking("a"))
    assert reads.read_text().split() == ["a"]
    with pytest.raises(ModelStopped):
        list(model.stream(asking("panjang SIGNAL KILL"), 9))
    until(lambda: reads.read_text().split() == ["a"] * 2)


def test_quick_work_goes_before_its_next_step(opened: Callable[..., RemoteChat]) -> None:
    model = opened(piece_s=0.005)
    quick = QuickFirst(model.make_way)
    came: list[float] = []
    stream = model.stream(asking("panjang"), 200)
    next(stream)
    reading = threading.Thread(target=lambda: came.extend(time.monotonic() for _ in stream))
    reading.start()
    with quick.quick(), quick.quick():
        model.count_tokens("sampai sini")  # answered after the pause was read
        time.sleep(0.3)  # the step in flight, and what this process has still to read
        paused = time.monotonic()
        time.sleep(0.4)
        resumed = time.monotonic()
    reading.join(10)  # were it not resumed, each of 150 steps would wait a second
    assert [at for at in came if paused < at < resumed] == []
    assert len([at for at in came if at >= resumed]) > 50


def test_quick_work_that_began_before_the_model_was_there_may_end(opened: Callable[..., RemoteChat]) -> None:
    model = opened()
    model.make_way(False)  # its beginning was told to nobody
    began = time.monotonic()
    assert "".join(model.stream(asking("panjang"), 200)) == LONG
    assert time.monotonic() - began < 20  # were each of 150 steps held up, it would take 150 s


PARENT = """
import json, sys
from rag.generation.remote_chat import RemoteChat
model = RemoteChat("scripted", {}, command=json.loads(sys.argv[1]))
print(model.pid, flush=True)
for piece in model.stream([{"role": "user", "content": "panjang"}], 100):
    print(piece, flush=True)
"""


@pytest.mark.parametrize("hangs", [False, True])
def test_no_process_outlives_its_parent(hangs: bool) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, json.dumps(command(piece_s=0.5))], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() != ""
    if hangs:
        os.kill(child, signal.SIGSTOP)  # it cannot notice that the socket has ended
    assert not gone(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: gone(child), 5)


def test_the_socket_s_end_alone_ends_it(opened: Callable[..., RemoteChat]) -> None:
    """As a server on another machine would notice that it is not asked any more."""
    here, there = socket.socketpair()
    with there:
        process = subprocess.Popen(
            [*command(piece_s=0.5), str(there.fileno()), str(os.getpid())], pass_fds=[there.fileno()]
        )
    connection = Connection(here)
    connection.send(do="open", id=0, model={})
    assert connection.receive() == {"id": 0, "ready": True}
    connection.send(
        do="stream", id=1, messages=asking("panjang"), max_tokens=9, copy_from=[], must_hold=None, refusal_text=""
    )
    while "piece" not in (connection.receive() or {"piece": "ended"}):
        pass
    connection.close()
    assert process.wait(5) == 0


def test_closed_it_leaves_no_process_and_answers_nobody(opened: Callable[..., RemoteChat]) -> None:
    model = opened()
    pid = model.pid
    assert pid is not None
    model.close()
    assert gone(pid)
    with pytest.raises(ModelError, match="sudah ditutup"):
        list(model.stream(asking("pendek"), 9))
