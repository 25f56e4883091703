"""Do the engines agree? Questions through SQLite with FAISS and through a Milvus server, on one index; prints both.

    milvus-lite server --host 127.0.0.1 --port 19530 --data-dir /tmp/milvus
    python scripts/bench/engines.py DATA --engine milvus://127.0.0.1:19530 QUESTIONS.jsonl... [--sample 200] [--read]
    python scripts/bench/engines.py DATA --store postgresql://user@127.0.0.1/empty QUESTIONS.jsonl... [--read]

The server is brought in step first, so give it a copy of the folder. With ``--store`` a copy of the index is sent to an
empty PostgreSQL database, a second machine is made of it, and both are asked; what each step took is told, and what
writing an article takes with and without it. Told are: how many questions have the same
candidates, the same first passage and the same ten, in order, and the times of each engine; they take turns.
``--years`` asks each question within a year drawn for it. ``--read`` has the reader judge the best, as the page does;
it takes a second a question and engine.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.storage.candidate_index import CandidateIndex, EmbeddedIndex
from index.storage.filters import Filters
from index.storage.milvus_index import MilvusIndex
from index.storage.milvus_server import MilvusServer
from index.storage.repository import Store
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
    beside = parser.add_mutually_exclusive_group(required=True)
    beside.add_argument("--engine", metavar="milvus://HOST:PORT")
    beside.add_argument("--store", metavar="postgresql://USER@HOST/NAME")
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
    if options.store:
        compare_machines(options, questions)
        return
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
        compare(questions, engines, retrievers, years_of(store) if options.years else [])


def years_of(store: Store) -> list[str]:
    """Return the years that an archive has articles of."""
    rows = store.database.rows("SELECT DISTINCT substr(date, 1, 4) FROM spans WHERE date IS NOT NULL ORDER BY 1")
    return [str(year) for (year,) in rows]


def compare_machines(options: argparse.Namespace, questions: Sequence[str]) -> None:
    """Ask the machine that filled a PostgreSQL database, and one that was made of it."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        source = held.enter_context(loading.open_store(Settings.load(data=str(options.data), environment={})))
        for name in ("first", "second", "alone"):
            Path(folder, name).mkdir()
        copy_of(source, Path(folder, "first", loading.STORE_FILE))
        stores = {}
        for name in ("first", "second"):
            settings = Settings.load(data=str(Path(folder, name)), store=options.store)
            began, worked = time.monotonic(), time.process_time()
            stores[name] = store = held.enter_context(loading.open_store(settings))
            with store.sole_writer():
                pass
            took, own = time.monotonic() - began, time.process_time() - worked
            articles, passages = store.counts()
            print(
                f"{articles} articles, {passages} passages; {name} after {took:.1f} s, {own:.1f} s of its own",
                flush=True,
            )
        with Store(Path(folder, "alone", loading.STORE_FILE), create=True) as alone:
            for name, store in (("without", alone), ("with", stores["first"])):
                took, own = written_ms(source, store)
                print(f"an article written {name} the server: median {took:.1f} ms, {own:.1f} ms own", flush=True)
        embedder = loading.open_embedder(Settings.load())
        reader = loading.open_reader(Settings.load()) if options.read else None
        engines = {name: Kept(EmbeddedIndex(store), store) for name, store in stores.items()}
        retrievers = {name: Retriever(stores[name], embedder, reader, index) for name, index in engines.items()}
        compare(questions, engines, retrievers, years_of(source) if options.years else [])


def copy_of(source: Store, target: Path) -> None:
    """Write a copy of an index."""
    with (
        sqlite3.connect(f"{source.path.absolute().as_uri()}?mode=ro", uri=True) as whole,
        sqlite3.connect(target) as to,
    ):
        whole.backup(to)


def written_ms(source: Store, target: Store, count: int = 200) -> tuple[float, float]:
    """Return what writing an article takes, with its vectors at hand, by the clock and of this process's own time.

    The target then has what it had before.
    """
    took = []
    worked = time.process_time()
    rows = source.database.rows("SELECT id FROM articles ORDER BY id LIMIT ?", (count,))
    for (id,) in rows:
        article = source.article(id)
        assert article is not None
        passages = [passage for passage, _ in source.passages(source.rowids(id)).values()]
        _, vectors = source.vectors_at(source.rowids(id))
        stems = list(source.stems(source.rowids(id)).values())
        began = time.perf_counter()
        target.put_article(
            replace(article, id=f"{id} lagi"), passages, vectors, stems, embedder=source.embedders()[0], pipeline=0
        )
        took.append(1000 * (time.perf_counter() - began))
    own = 1000 * (time.process_time() - worked) / len(rows)
    target.remove_articles([f"{id} lagi" for (id,) in rows])
    return float(np.median(took)), own


class Kept:
    """An index that keeps the candidates of the last question, by article and place where it is told the ``store``."""

    def __init__(self, index: CandidateIndex, store: Store | None = None) -> None:
        self._index = index
        self._store = store
        self.last: set[object] = set()

    def candidates(
        self, vector: Vectors, terms: Sequence[str], count: int, filters: Filters | None = None
    ) -> dict[int, float]:
        """Return what the index finds."""
        found = self._index.candidates(vector, terms, count, filters)
        self.last = set(found)
        if self._store is not None:
            named = self._store.passages(list(found)).values()
            self.last = {(passage.article_id, passage.position) for passage, _ in named}
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
