"""Articles → passages, vectors and stems → store, in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from index.articles import Article
from index.passages import MAX_PASSAGE_TOKENS, Passage, split_passages
from index.pipeline.embedder import Embedder
from index.storage.repository import Entry, Store
from index.storage.vectors import Vectors
from index.text.analysis import index_stems

# Embedded together: enough to sort by length and fill the embedder's batches, few enough that a kill loses little.
BATCH_TOKENS = 16_384
# What an article counts at least: of short ones 512 wait, and are written while others are read.
_LEAST_TOKENS = 32
# Articles written together: a commit costs as much as a short article, and an editor's click waits for one of these.
_TRANSACTION = 100
_TITLE_CHARS = 200  # a title helps its passages to be found; a page-long one must not crowd them out


@dataclass(frozen=True)
class _Pending:
    article: Article
    passages: list[Passage]
    texts: list[str]
    digests: list[bytes]  # of the texts


class Writer:
    """Takes articles one by one and writes each of them whole; ``flush`` writes what is still waiting.

    ``embedded`` counts the passages that had to be embedded: a text that was embedded before keeps its vector.
    """

    def __init__(self, store: Store, embedder: Embedder, pipeline: int, batch_tokens: int = BATCH_TOKENS) -> None:
        self.embedded = 0
        self._store = store
        self._embedder = embedder
        self._pipeline = pipeline
        self._batch_tokens = batch_tokens
        self._pending: list[_Pending] = []
        self._pending_tokens = 0
        self._waiting: dict[str, str] = {}  # id → path of those pending: thousands, where they are short
        self._done_files: list[tuple[str, str, str]] = []

    def add(self, article: Article) -> None:
        """Take an article; it is written now or with the ones after it."""
        if article.id in self._waiting:
            self.flush()  # a transaction holds an article once
        (title_tokens,) = self._embedder.count_tokens([(article.title or "")[:_TITLE_CHARS]])
        limit = max(1, min(MAX_PASSAGE_TOKENS, self._embedder.max_tokens - title_tokens))
        passages = split_passages(article, self._embedder.count_tokens, limit)
        texts = [embedded_text(article, passage) for passage in passages]
        self._pending.append(_Pending(article, passages, texts, list(map(_digest, texts))))
        self._waiting.setdefault(article.id, article.path)
        self._pending_tokens += max(_LEAST_TOKENS, sum(self._embedder.count_tokens(texts)))
        if self._pending_tokens >= self._batch_tokens:
            self.flush()

    def finish_file(self, name: str, digest: str, *, beyond: str = "") -> None:
        """Record a file as done as soon as all articles taken so far are written.

        ``beyond`` says which limit of reading it went beyond: it is set aside then, not done.
        """
        self._done_files.append((name, digest, beyond))

    def owner(self, id: str) -> str | None:
        """Return the path of the file that the article of this id comes from, written or waiting."""
        return self._waiting.get(id) or self._store.owner(id)

    def flush(self, decide: Callable[[], None] | None = None) -> None:
        """Embed and write what is waiting, many articles in one transaction, each of them whole.

        ``decide`` writes an editor's decision: it and all the articles are one transaction, after all is embedded.
        """
        if not (decide or self._pending or self._done_files):
            return
        vectors = self._vectors()
        at_once = len(self._pending) if decide else _TRANSACTION
        for first in range(0, len(self._pending) or 1, at_once or 1):
            some = self._pending[first : first + at_once]
            with self._store.database.change(bump=bool(some)):
                if decide:
                    decide()
                self._write(some, vectors)
                if first + at_once >= len(self._pending):
                    self._finish_files()
        self._pending.clear()
        self._waiting.clear()
        self._pending_tokens = 0
        self._done_files.clear()

    def _finish_files(self) -> None:
        for name, digest, beyond in self._done_files:
            if beyond:
                self._store.put_aside(name, digest, self._pipeline, beyond)
            else:
                self._store.put_file(name, digest, self._pipeline)

    def _write(self, items: list[_Pending], vectors: dict[bytes, Vectors]) -> None:
        entries = [
            Entry(
                item.article,
                item.passages,
                [vectors[digest] for digest in item.digests],
                [" ".join(index_stems(text)) for text in item.texts],
                item.digests,
            )
            for item in items
        ]
        self._store.put_articles(entries, embedder=self._embedder.identity, pipeline=self._pipeline)

    def _vectors(self) -> dict[bytes, Vectors]:
        """Return digest → vector of each text that waits, embedding only what never was."""
        named = {digest: text for item in self._pending for digest, text in zip(item.digests, item.texts, strict=True)}
        vectors = self._store.vectors_of(list(named), self._embedder.identity)
        new = [digest for digest in named if digest not in vectors]
        if new:
            vectors.update(zip(new, self._embedder.embed_passages([named[digest] for digest in new]), strict=True))
            self.embedded += len(new)
        return vectors


def embedded_text(article: Article, passage: Passage) -> str:
    """Return what is embedded and word-indexed for a passage: its article's title, then its text.

    >>> article = Article(id="a", text="Isi.", path="a.txt", title="Judul")
    >>> embedded_text(article, Passage("a", 0, 0, 4, "Isi."))
    'Judul\\nIsi.'
    """
    return f"{article.title[:_TITLE_CHARS]}\n{passage.text}" if article.title else passage.text


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()[:16]
