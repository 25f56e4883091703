"""Question and passage → the token numbers that the reader reads, and token places → characters. Pure but for the
tokenizer; used alike by training and by reading, so that both see the same.

    <s> question </s> </s> header </s> passage </s>
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BOS, PAD, EOS = 0, 1, 2  # XLM-RoBERTa's
# A passage has at most 128 tokens (index.passages); a neighbour joined to it, or a single long word, may exceed that.
QUESTION_TOKENS, HEADER_TOKENS, PASSAGE_TOKENS = 48, 40, 160


@dataclass(frozen=True)
class Layout:
    """``ids`` and ``types`` (0 question, 1 the rest) of equal length; the passage's tokens begin at ``at``, and
    ``offsets`` are their characters in it.
    """

    ids: list[int]
    types: list[int]
    at: int
    offsets: list[tuple[int, int]]

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and last token of these characters of the passage, None where they were cut off."""
        inside = [n for n, (s, e) in enumerate(self.offsets) if e > start and s < end and e > s]
        return (self.at + inside[0], self.at + inside[-1]) if inside else None


def lay_out(tokenizer: Tokenizer, question: str, header: str, passages: Sequence[str]) -> list[Layout]:
    """Return the layouts of passages that share a question and a header."""
    asked = _ids(tokenizer, question)[:QUESTION_TOKENS]
    head = [*_ids(tokenizer, header)[:HEADER_TOKENS], EOS] if header else []
    first = [BOS, *asked, EOS, EOS]
    made = []
    for text, encoded in zip(passages, tokenizer.encode_batch(list(passages), add_special_tokens=False), strict=True):
        second = [*head, *encoded.ids[:PASSAGE_TOKENS], EOS]
        types = [0] * len(first) + [1] * len(second)
        # The tokenizer counts the white space before a word as the word's.
        offsets = [(end - len(text[start:end].lstrip()), end) for start, end in encoded.offsets[:PASSAGE_TOKENS]]
        made.append(Layout(first + second, types, len(first) + len(head), offsets))
    return made


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False).ids)
