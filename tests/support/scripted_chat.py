import re
import time
from collections.abc import Iterator, Sequence

from rag.generation.chat_template import Message
from rag.generation.decoder import Trace
from rag.generation.scheduling import Handle, Turns


class ScriptedChat:
    """A chat model that says what it is told to, in pieces of a few characters, and keeps what it was asked."""

    name = "scripted"

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[Sequence[Message]] = []
        self.copied_from: list[Sequence[str]] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

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
        self.asked.append(messages)
        self.copied_from.append(copy_from)
        answer = self._answers.pop(0)
        for at in range(0, len(answer), 7):
            if handle is not None and handle.cancelled:
                return
            yield answer[at : at + 7]


class KnowingChat:
    """A chat model that knows an answer for each of some words in the question; one turn at a time, as the real one."""

    name = "scripted"

    def __init__(self, answers: dict[str, str], piece_s: float = 0.0) -> None:
        self._answers = answers
        self._piece_s = piece_s
        self._turns = Turns()

    def count_tokens(self, text: str) -> int:
        return len(text.split())

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
        answer = next((said for word, said in self._answers.items() if word in asked), "Tidak ditemukan dalam korpus.")
        with self._turns.turn(lambda: handle.cancelled, handle.on_wait) as mine:
            for at in range(0, len(answer) if mine else 0, 7):
                if handle.cancelled:
                    return
                time.sleep(self._piece_s)
                yield answer[at : at + 7]
