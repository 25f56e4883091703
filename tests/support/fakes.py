"""Small real implementations of the models, for tests without weights. Their output can be worked out by hand."""

import re
import zlib

import numpy as np

from index.storage.vectors import Vectors


class WordEmbedder:
    """A hashed bag of words: one count an axis, then length 1. Texts that share no word are orthogonal.

    >>> embedder = WordEmbedder()
    >>> float(embedder.embed_query("kopi teh") @ embedder.embed_query("Kopi"))  # 1 / sqrt(2)
    0.7071067690849304

    A text without words lies on axis 0, where words may lie too. ``embedded`` keeps every text that was embedded as
    a passage, a list a call.
    """

    def __init__(self, identity: str = "words-256", *, dimensions: int = 256, max_tokens: int = 512) -> None:
        self.identity = identity
        self.max_tokens = max_tokens
        self._dimensions = dimensions
        self.embedded: list[list[str]] = []

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: list[str]) -> Vectors:
        self.embedded.append(list(texts))
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> Vectors:
        counts = np.zeros(self._dimensions, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            counts[self.axis(word)] += 1
        if not counts.any():
            counts[0] = 1
        return counts / np.float32(np.linalg.norm(counts))

    def axis(self, word: str) -> int:
        """Return the axis a lower-case word counts on; the same in every process, unlike hash()."""
        return zlib.crc32(word.encode("utf-8")) % self._dimensions


class InterruptedEmbedder(WordEmbedder):
    """Embeds ``calls`` times, then raises ``error`` for good."""

    def __init__(self, calls: int, error: BaseException, identity: str = "words-256", *, max_tokens: int = 512) -> None:
        super().__init__(identity, max_tokens=max_tokens)
        self._calls = calls
        self._error = error

    def embed_passages(self, texts: list[str]) -> Vectors:
        if len(self.embedded) == self._calls:
            raise self._error
        return super().embed_passages(texts)
