"""What answering needs of a language model. It loads no library; any model fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from index.errors import ModelError
from rag.generation.chat_template import Message
from rag.generation.decoder import Stream
from rag.generation.scheduling import Handle

# Prompt and answer together; an evidence budget far below it keeps the wait short (rag.generation.prompts).
CONTEXT_TOKENS = 4096


def check_room(prompt_tokens: int, max_tokens: int) -> None:
    """Raise ModelError where a prompt and its answer, both in tokens, are longer than a model reads at once."""
    if prompt_tokens + max_tokens > CONTEXT_TOKENS:
        raise ModelError(f"Prompt {prompt_tokens} token melebihi ruang {CONTEXT_TOKENS}; persempit pertanyaannya.")


class ChatModel(Protocol):
    """What answering needs of a language model; the fake of the tests speaks through the same decoder."""

    name: str

    def count_tokens(self, text: str) -> int:
        """Return the length of a text in the model's own tokens."""

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        handle: Handle | None = None,
        *,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
        refusal: str = "",
    ) -> Stream:
        """Yield the answer piece by piece; with ``copy_from`` it is one run of words of one of these texts, and
        ``must_hold`` matches in it.

        Its value is how sure the model was, also of beginning with ``refusal``; where it was cancelled, so far.
        """
