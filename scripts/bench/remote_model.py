"""Are answers the same when the language model computes on a llama.cpp server, and does one that dies leave them whole?

    LLAMA_SERVER=/path/to/llama-server python scripts/bench/remote_model.py --data DIR QUESTIONS.jsonl
        [--count 50] [--slots 1] [--flag=--flash-attn --flag=off] [--killed 6] [--threads N]

Each question ({"question": …} a line, every so-manieth of the file) is asked of the model at hand and of a server that
this script starts on 127.0.0.1. Exit 1 where fewer than 49 of 50 answers are the same, word for word.

Then two servers are asked ``--killed`` questions, and one is killed in the middle of an answer: exit 1 where one is not
answered, or otherwise than by both.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from rag.answering.answer import Answer, Finished, Token
from rag.answering.pipeline import Assistant
from rag.models.registry import locate_llm
from rag.serving import loading
from rag.settings import Settings, go_offline

LEAST = 0.98  # 49 of 50
_READY_S = 300.0


@contextmanager
def served(binary: str, settings: Settings, flags: Sequence[str], slots: int) -> Iterator[tuple[str, int]]:
    """Run a server with the model, and give its address and the id of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    threads = str(settings.threads)
    command = [
        binary, "-m", str(locate_llm(settings).path), "--host", "127.0.0.1", "--port", str(port), "-np", str(slots),
        "-c", str(4096 * slots), "-t", threads, "-tb", threads, "--offline", *flags,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.kill()
        process.wait()


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Return when a server is ready."""
    until = time.monotonic() + _READY_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{url} is not ready (exit code {process.poll()})")


def timed(assistant: Assistant, question: str) -> tuple[Answer, float]:
    """Return an answer and the seconds it took."""
    began = time.perf_counter()
    answer = assistant.ask(question)
    return answer, time.perf_counter() - began


def compare(here: Assistant, there: Assistant, questions: Sequence[str]) -> bool:
    """Ask both everything, print what differs, and return whether the bar is met."""
    same = words = surely = 0
    seconds: tuple[list[float], list[float]] = ([], [])
    for number, question in enumerate(questions, start=1):
        (one, first_s), (other, second_s) = timed(here, question), timed(there, question)
        seconds[0].append(first_s)
        seconds[1].append(second_s)
        same += one.answer == other.answer
        words += one.raw == other.raw
        apart = abs((one.confidence or 0.0) - (other.confidence or 0.0))
        surely += apart < 0.02
        mark = "same" if one.answer == other.answer else f"DIFFER {one.answer!r} | {other.answer!r}"
        raw = "" if one.raw == other.raw else f" words {one.raw!r} | {other.raw!r}"
        print(f"{number:3} {first_s:5.1f} s {second_s:5.1f} s {apart:.3f} {mark}{raw}", flush=True)
    count = len(questions)
    print(f"same answers {same} of {count}, same words of the model {words}, probability within .02 {surely}")
    print(f"median seconds: at hand {median(seconds[0]):.2f}, on the server {median(seconds[1]):.2f}")
    return same >= LEAST * count


def killed(assistant: Assistant, questions: Sequence[str], victim: int) -> bool:
    """Ask all, kill one server at the first word of the second answer, and return whether all were answered."""
    answered = 0
    dead = False
    for number, question in enumerate(questions):
        told = None
        for event in assistant.stream(question):
            if isinstance(event, Token) and number >= 1 and not dead:
                os.kill(victim, signal.SIGKILL)
                dead = True
                print(f"killed after {event.text!r}", flush=True)
            if isinstance(event, Finished):
                told = event.answer
        answered += told is not None
        print(f"  {question} → {told.answer if told else None}", flush=True)
    print(f"two servers, one killed: {answered} of {len(questions)} answered")
    return dead and answered == len(questions)


def main() -> int:
    """Measure, print, and exit as the module says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--slots", type=int, default=1)
    parser.add_argument("--flag", action="append", default=[], help="of llama-server")
    parser.add_argument("--killed", type=int, default=6, metavar="N", help="questions asked while one is killed")
    options = parser.parse_args()
    binary = os.environ.get("LLAMA_SERVER")
    if not binary:
        raise SystemExit("LLAMA_SERVER must name a llama-server of llama.cpp")
    go_offline()
    settings = replace(Settings.load(data=options.data), llm_path=None, llm_servers=())
    rows = [json.loads(line)["question"] for line in options.questions.read_text("utf-8").splitlines()]
    asked = rows[:: max(1, len(rows) // max(1, options.count, options.killed))]
    sound = True
    with loading.open_store(settings) as store, ExitStack() as stack:
        retriever = loading.open_retriever(settings, store)
        first, _ = stack.enter_context(served(binary, settings, options.flag, options.slots))
        if options.count:
            there = stack.enter_context(loading.open_llm(replace(settings, llm_servers=(first,))))
            here = Assistant(retriever, loading.open_llm_here(settings))
            sound &= compare(here, Assistant(retriever, there), asked[: options.count])
        if options.killed:
            second, pid = stack.enter_context(served(binary, settings, options.flag, options.slots))
            both = stack.enter_context(loading.open_llm(replace(settings, llm_servers=(second, first))))
            sound &= killed(Assistant(retriever, both), asked[: options.killed], pid)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
