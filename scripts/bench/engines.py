"""Do the engines agree? Questions through SQLite with FAISS and through a Milvus server, on one index; prints both.

    milvus-lite server --host 127.0.0.1 --port 19530 --data-dir /tmp/milvus
    python scripts/bench/engines.py DATA --engine milvus://127.0.0.1:19530 QUESTIONS.jsonl... [--sample 200] [--read]

The server is brought in step first, so give it a copy of the folder. Told are: how many questions have the same
candidates, the same first passage and the same ten, in order, and the times of each engine; they take turns.
``--years`` asks each question within a year drawn for it. ``--read`` has the reader judge the best, as the page does;
it takes a second a question and engine.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from index.storage.candidate_index import CandidateIndex, EmbeddedIndex
from index.storage.filters import Filters
from index.storage.milvus_index import MilvusIndex
from index.storage.milvus_server import MilvusServer
from index.storage.vectors import Vectors
from rag.query.query import Query
from rag.retrieval.retriever import Retriever
from rag.serving import loading
from rag.settings import Settings, go_offline

TOP = 10


def main() -> None:
    """Compare the engines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--engine", required=True, metavar="milvus://HOST:PORT")
    parser.add_argument("--sample", type=int, help="this many of each file, drawn with a fixed seed")
    parser.add_argument("--years", action="store_true", help="each question within one year")
    parser.add_argument("--read", action="store_true", help="with the reader")
    options = parser.parse_args()
    go_offline()
    settings = Settings.load(data=str(options.data), engine=options.engine)
    drawn = random.Random(0)
    questions: list[str] = []
    for path in options.questions:
        rows = [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines()]
        questions += drawn.sample(rows, min(len(rows), options.sample)) if options.sample else rows
    with loading.open_store(settings) as store:
        embedder = loading.open_embedder(settings)
        reader = loading.open_reader(settings) if options.read else None
        server = MilvusServer(settings.engine or "")
        engines = {"SQLite + FAISS": Kept(EmbeddedIndex(store)), "Milvus": Kept(MilvusIndex(store, server))}
        for name, index in engines.items():
            began = time.monotonic()
            index.refresh()
            print(f"{store.counts()[1]} passages; {name} in step after {time.monotonic() - began:.1f} s", flush=True)
        retrievers = {name: Retriever(store, embedder, reader, index) for name, index in engines.items()}
        dated = store.database.rows("SELECT DISTINCT substr(date, 1, 4) FROM spans WHERE date IS NOT NULL ORDER BY 1")
        compare(questions, engines, retrievers, [year for (year,) in dated] if options.years else [])


class Kept:
    """An index that keeps the candidates of the last question."""

    def __init__(self, index: CandidateIndex) -> None:
        self._index = index
        self.last: set[int] = set()

    def candidates(
        self, vector: Vectors, terms: Sequence[str], count: int, filters: Filters | None = None
    ) -> dict[int, float]:
        """Return what the index finds."""
        found = self._index.candidates(vector, terms, count, filters)
        self.last = set(found)
        return found

    def similarities(self, vector: Vectors, ids: list[int]) -> dict[int, float]:
        """Return what the index says."""
        return self._index.similarities(vector, ids)

    def refresh(self) -> None:
        """Have the index do it."""
        self._index.refresh()


def compare(
    questions: Sequence[str], engines: Mapping[str, Kept], retrievers: Mapping[str, Retriever], years: Sequence[str]
) -> None:
    """Ask both, and print in how much they agree and what they took."""
    drawn = random.Random(1)
    same = {"candidates": 0, "first passage": 0, f"first {TOP}": 0}
    shares: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in engines}
    for question in questions:
        query = Query(question)
        year = drawn.choice(years) if years else ""
        filters = Filters(date_from=f"{year}-01-01", date_to=f"{year}-12-31") if year else None
        candidates, found = [], []
        for name, retriever in retrievers.items():
            began = time.perf_counter()
            hits = retriever.search(query, TOP, filters)
            times[name].append(1000 * (time.perf_counter() - began))
            candidates.append(engines[name].last)
            found.append([(item.article.id, item.passage.position) for item in hits])
        one, other = found
        shares.append(len(candidates[0] & candidates[1]) / max(1, len(candidates[0])))
        same["candidates"] += candidates[0] == candidates[1]
        same["first passage"] += one[:1] == other[:1]
        same[f"first {TOP}"] += one == other
        if one[:1] != other[:1]:
            print(f"other first passage: {question}\n  {one[:1]}\n  {other[:1]}", flush=True)
    for what, count in same.items():
        print(f"same {what}: {count} of {len(questions)}")
    print(f"share of the candidates that the other has: mean {np.mean(shares):.4f}, least {min(shares):.4f}")
    for name, took in times.items():
        print(f"{name}: median {np.median(took):.0f} ms, 95th percentile {np.percentile(took, 95):.0f} ms a search")


if __name__ == "__main__":
    main()
