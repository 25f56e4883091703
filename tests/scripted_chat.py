from collections.abc import Iterator, Sequence

from rag.llm import Handle, Message


class ScriptedChat:
    """A chat model that says what it is told to, in pieces of a few characters, and keeps what it was asked."""

    name = "scripted"

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[Sequence[Message]] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, messages: Sequence[Message], max_tokens: int, handle: Handle | None = None) -> Iterator[str]:
        self.asked.append(messages)
        answer = self._answers.pop(0)
        for at in range(0, len(answer), 7):
            if handle is not None and handle.cancelled:
                return
            yield answer[at : at + 7]
