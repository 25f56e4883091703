"""The process of a model that needs no weights, served as the real one is: `rag.generation.worker` with another model
in it.

    python scripted_worker.py SCRIPT SOCKET PARENT

SCRIPT is JSON: `answers` maps a word of the question to what is said, `piece_s` is the time a piece takes, `load_error`
is what opening it says; with `echoes` the trace tells what was asked; `starts` is a file that gets the process's id at
every start, and from line `dies_from` of it on the process dies at once.
A question may hold an order to its process: "SIGNAL SEGV" is sent to itself in the middle of the answer.
"""

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scripted_chat import KnowingChat

from index.errors import ModelError
from rag.generation.chat_template import Message
from rag.generation.decoder import Trace
from rag.generation.scheduling import Handle
from rag.generation.worker import run

WORKER = Path(__file__)


class Served(KnowingChat):
    def __init__(self, answers: dict[str, str], piece_s: float, echoes: bool) -> None:
        super().__init__(answers, piece_s)
        self._echoes = echoes
        self.give_way: Callable[[], None] = lambda: None
        self.warmed = 0

    def count_tokens(self, text: str) -> int:
        return self.warmed if text == "WARMED" else super().count_tokens(text)

    def warm(self, prompts: Iterable[Sequence[Message]]) -> None:
        self.warmed += len(list(prompts))

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        handle: Handle | None = None,
        *,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
        trace: Trace | None = None,
    ) -> Iterator[str]:
        handle = handle or Handle()
        asked = messages[-1]["content"]
        if "GAGAL" in asked:
            raise ModelError("Prompt 9000 token melebihi ruang 4096; persempit pertanyaannya.")
        if "RUSAK" in asked:
            raise ZeroDivisionError("di dalam")
        order = re.search(r"SIGNAL (\w+)", asked)
        for count, piece in enumerate(super().stream(messages, max_tokens, handle)):
            if count == 0:
                handle.on_wait(0)
            if order and count == 3:
                die(order[1])
            self.give_way()
            yield piece
        if self._echoes and trace is not None:
            found = must_hold.search(asked) if must_hold else None
            trace.begin, trace.refusal, trace.words = (
                -1 / 3,
                None,
                [float(len(copy_from)), found.start() if found else -1],
            )
            if trace.refusal_text:
                yield trace.refusal_text  # as it came here


def die(name: str) -> None:
    os.kill(os.getpid(), getattr(signal, f"SIG{name}"))
    time.sleep(5)  # another thread may be the one that handles it


def opened(script: dict[str, Any], wanted: dict[str, Any]) -> Served:
    if starts := script.get("starts"):
        with Path(starts).open("a") as file:
            file.write(f"{os.getpid()}\n")
        if len(Path(starts).read_text().splitlines()) >= script.get("dies_from", 10**9):
            die("ILL")
    if "load_error" in script:
        raise ModelError(script["load_error"])
    return Served(script.get("answers", {}) | wanted.get("answers", {}), script.get("piece_s", 0.0), "echoes" in script)


if __name__ == "__main__":
    script = json.loads(sys.argv[1])
    run(lambda wanted: opened(script, wanted), int(sys.argv[2]), int(sys.argv[3]))
