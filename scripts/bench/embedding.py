"""How fast are passages embedded, and how near to float32? Plain `encode` beside the embedder of this project.

    python scripts/bench/embedding.py .../news/articles.jsonl [--passages 300] [--rounds 3]

Each round measures all of them in turn, in one process; medians are printed. "alike" is the least cosine to the vectors
of plain float32 `encode`; "alone" tells whether a passage's vector is bit for bit the same when it is embedded alone.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from index.passages import split_passages
from index.pipeline.embedder import SentenceTransformerEmbedder
from index.pipeline.preparation import prepare
from index.pipeline.writer import embedded_text
from index.readers.bad_record import BadRecord
from index.readers.files import open_file, read
from index.storage.vectors import Vectors
from rag.serving import loading
from rag.settings import Settings, go_offline


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--passages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    go_offline()
    embedder = loading.open_embedder(Settings.load())
    assert isinstance(embedder, SentenceTransformerEmbedder)
    texts = passages(options.corpus, embedder, options.passages)

    import torch
    from sentence_transformers import SentenceTransformer

    folder = str(embedder._folder)
    plain = {
        name: SentenceTransformer(folder, device="cpu", local_files_only=True, model_kwargs={"dtype": dtype})
        for name, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16))
    }
    ways: dict[str, Callable[[list[str]], Vectors]] = {
        f"plain encode, {name}": lambda texts, model=model: np.asarray(  # type: ignore[misc]
            model.encode_document(texts, normalize_embeddings=True, show_progress_bar=False), dtype=np.float32
        )
        for name, model in plain.items()
    }
    for budget in (1024, 2048, 4096, 8192):
        ways[f"ours, {budget} tokens a batch"] = lambda texts, budget=budget: ours(embedder, texts, budget)  # type: ignore[misc]

    rates: dict[str, list[float]] = {name: [] for name in ways}
    vectors: dict[str, Vectors] = {}
    for _ in range(options.rounds):
        for name, way in ways.items():
            began = time.monotonic()
            vectors[name] = way(texts)
            rates[name].append(len(texts) / (time.monotonic() - began))
    exact = vectors["plain encode, float32"]
    for name, way in ways.items():
        alike = float((exact * vectors[name]).sum(axis=1).min())
        alone = all(np.array_equal(way([texts[i]])[0], vectors[name][i]) for i in range(0, len(texts), 10))
        print(f"{name:28} {statistics.median(rates[name]):6.1f} passages/s   alike {alike:.5f}   alone {alone}")


def ours(embedder: SentenceTransformerEmbedder, texts: list[str], budget: int) -> Vectors:
    """Embed with another batch size."""
    embedder._BATCH_TOKENS = budget
    return embedder.embed_passages(texts)


def passages(corpus: Path, embedder: SentenceTransformerEmbedder, count: int) -> list[str]:
    """Return the embedded texts of the first ``count`` passages of a corpus."""
    texts: list[str] = []
    with open_file(corpus) as stream:
        for raw in read(corpus.name, stream):
            if isinstance(raw, BadRecord):
                continue
            article = prepare(raw, id="a", path="a").article
            texts += [embedded_text(article, passage) for passage in split_passages(article, embedder.count_tokens)]
            if len(texts) >= count:
                break
    return texts[:count]


if __name__ == "__main__":
    main()
