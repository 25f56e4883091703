"""Indexes uploads with an embedder that needs no weights, as the process beside `scripted_page.py`."""

import os
import sys
import time

from fakes import WordEmbedder

from index.storage.vectors import Vectors
from rag.serving import index_process, loading


class SlowEmbedder(WordEmbedder):
    """Takes its time with each passage, so that a test can meet it at work."""

    def embed_passages(self, texts: list[str]) -> Vectors:
        time.sleep(float(os.environ.get("PASSAGE_S", "0")) * len(texts))
        return super().embed_passages(texts)


if __name__ == "__main__":
    loading.open_embedder = lambda settings: SlowEmbedder()  # type: ignore[assignment]
    sys.exit(index_process.main())
