"""How fast quotations are checked, how much memory that takes, and how both grow with the archive.

    python scripts/bench/quotes.py CORPUS.jsonl CASES.jsonl NEWS.jsonl [--sizes 1000,3000,...] [--cases-each 240]

The archive is CORPUS, then NEWS, then NEWS again and again with its words shifted: each word of content is exchanged
for another one as frequent, another in each round, so that the texts differ while their words stay as common as before.
No vectors and no passages are written; a check reads neither. Each size is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import numpy as np

from index.articles import Article
from index.storage.ngram_index import Runs
from index.storage.repository import Store

_WORD = re.compile(r"([a-z]{3,})")
_COMMON = 150  # words that are not shifted: those that make up the grammar
_BAND = 400  # a word is exchanged for one at most so far away in the order of frequency


def main() -> None:
    """Print a row for each size, then the fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("cases", type=Path)
    parser.add_argument("news", type=Path)
    parser.add_argument("--sizes", default="1000,3687,10000,30000,100000")
    parser.add_argument("--cases-each", type=int, default=240)
    options = parser.parse_args()
    quotes = [(case["quote"], case.get("speaker")) for case in _lines(options.cases)]
    random.Random(1).shuffle(quotes)
    rows: list[tuple[int, float]] = []
    print("articles  index s  file MB  median ms  p95 ms  max ms  CPU p95 ms  memory MB", flush=True)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "arsip.sqlite3", create=True) as store:
        source = archive(options.corpus, options.news)
        held = 0
        for size in map(int, options.sizes.split(",")):
            for article in islice(source, size - held):
                store.put_article(article, [], np.empty((0, 1), dtype=np.float32), [], embedder="tanpa", pipeline=1)
            held = size
            begun = time.perf_counter()
            Runs(store).refresh()
            took = time.perf_counter() - begun
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                wall, cpu, memory = pool.apply(measured, (store.path, quotes[: options.cases_each]))
            file_mb = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
            rows.append((size, float(np.percentile(cpu, 95))))
            print(
                f"{size:8}  {took:7.1f}  {file_mb:7.0f}  {np.percentile(wall, 50):9.1f}  "
                f"{np.percentile(wall, 95):6.1f}  {max(wall):6.1f}  {np.percentile(cpu, 95):10.1f}  {memory:9.0f}",
                flush=True,
            )
    if len(rows) > 1:
        power, level = np.polyfit([math.log(size) for size, _ in rows], [math.log(ms) for _, ms in rows], 1)
        print(f"fit: CPU p95 ms = {math.exp(level):.3g} x articles^{power:.2f}")


def measured(path: Path, quotes: list[tuple[str, str | None]]) -> tuple[list[float], list[float], float]:
    """Return milliseconds by the clock and of the processor for each quotation, and the peak of memory in MB."""
    from rag.quotation.checker import QuoteChecker

    with Store(path) as store:
        checker = QuoteChecker(store)
        wall, cpu = [], []
        for quote, speaker in quotes:
            clock, processor = time.perf_counter(), time.process_time()
            checker.check(quote, speaker)
            wall.append(1000 * (time.perf_counter() - clock))
            cpu.append(1000 * (time.process_time() - processor))
    return wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def archive(corpus: Path, news: Path) -> Iterator[Article]:
    """Yield the articles of both, then the news with its words shifted, without end."""
    told = [*_lines(corpus), *_lines(news)]
    counts = Counter(word for record in told for word in _WORD.findall(record["text"].lower()))
    order = [word for word, _ in counts.most_common()]
    ranks = {word: rank for rank, word in enumerate(order)}
    for number, record in enumerate(told):
        yield Article(id=str(number), text=record["text"], path="a", date=record.get("date"))
    for turn in count(1):
        for number, record in enumerate(_lines(news)):
            text = "".join(_shifted(part, turn, order, ranks) for part in _WORD.split(record["text"]))
            yield Article(id=f"{turn}-{number}", text=text, path="a", date=record.get("date"))


def _shifted(word: str, turn: int, order: list[str], ranks: dict[str, int]) -> str:
    rank = ranks.get(word, 0)
    if rank < _COMMON:
        return word
    start = rank - (rank - _COMMON) % _BAND
    band = order[start : start + _BAND]
    return band[(rank - start + 37 * turn) % len(band)]


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
