from collections.abc import Iterator, Sequence

from rag.chat_encoding import Message
from rag.llm import Handle, Trace


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
        trace: Trace | None = None,
    ) -> Iterator[str]:
        self.asked.append(messages)
        self.copied_from.append(copy_from)
        answer = self._answers.pop(0)
        for at in range(0, len(answer), 7):
            if handle is not None and handle.cancelled:
                return
            yield answer[at : at + 7]
