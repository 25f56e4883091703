"""What answering needs of a language model. Only the names of types are imported here; any model fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from rag.generation.chat_template import Message
from rag.generation.decoder import Trace
from rag.generation.scheduling import Handle


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
        trace: Trace | None = None,
    ) -> Iterator[str]:
        """Yield the answer piece by piece; with ``copy_from`` it is one run of words of one of these texts, and
        ``must_hold`` matches in it.

        ``trace`` learns how sure the model was.
        """
