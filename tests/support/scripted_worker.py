"""The process of a model that needs no weights, served as the real one is: `rag.generation.worker` with another model
in it.

    python scripted_worker.py SCRIPT SOCKET PARENT

SCRIPT is JSON: `answers` maps a word of the question to what would be said, `piece_s` is the time a piece takes,
`load_error` is what opening it says; `reads` is a file that gets a line for every prompt read ahead; `starts` is a file
that gets the process's id at every start, and from line `dies_from` of it on the process dies at once.
A question may hold an order to its process: "SIGNAL SEGV" is sent to itself in the middle of the answer.
"""

import json
import os
import re
import signal
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from scripted_chat import Answers, KnowingChat

from index.errors import ModelError
from rag.generation.chat_template import Message
from rag.generation.decoder import Stream
from rag.generation.worker import run

WORKER = Path(__file__)


class Served(KnowingChat):
    def __init__(self, script: dict[str, Any]) -> None:
        super().__init__(script.get("answers", {}), script.get("piece_s", 0.0))
        self._reads = script.get("reads", os.devnull)

    def warm(self, messages: Sequence[Message]) -> None:
        with Path(self._reads).open("a") as file:
            file.write(f"{messages[-1]['content']}\n")

    def stream(self, messages: Sequence[Message], *asked: Any, **how: Any) -> Stream:
        order = re.search(r"SIGNAL (\w+)", messages[-1]["content"])
        stream = super().stream(messages, *asked, **how)
        if order:
            yield from islice(stream, 3)
            die(order[1])
        return (yield from stream)

    def _known(self, messages: Sequence[Message]) -> Answers:
        asked = messages[-1]["content"]
        if "GAGAL" in asked:
            raise ModelError("Prompt 9000 token melebihi ruang 4096; persempit pertanyaannya.")
        if "RUSAK" in asked:
            raise ZeroDivisionError("di dalam")
        return super()._known(messages)


def die(name: str) -> None:
    os.kill(os.getpid(), getattr(signal, f"SIG{name}"))
    time.sleep(5)  # another thread may be the one that handles it


def opened(script: dict[str, Any]) -> Served:
    if starts := script.get("starts"):
        with Path(starts).open("a") as file:
            file.write(f"{os.getpid()}\n")
        if len(Path(starts).read_text().splitlines()) >= script.get("dies_from", 10**9):
            die("ILL")
    if "load_error" in script:
        raise ModelError(script["load_error"])
    return Served(script)


if __name__ == "__main__":
    script = json.loads(sys.argv[1])
    run(lambda wanted: opened(script), int(sys.argv[2]), int(sys.argv[3]))
