"""How long a table of quotations takes beside an archive, and what looking for kept searches adds to new articles.

    python scripts/bench/claims.py CORPUS.jsonl CASES.jsonl NEWS.jsonl [--rows 480]

The archive is CORPUS and NEWS; the table the first CASES with 20 bad rows among them, read as an uploaded one is. Then
ten searches and ten quotations are kept, and the last 500 articles are looked at as if they had just come in.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.articles import Article
from index.pipeline.reading import shared
from index.storage.alerts import QUOTE, SEARCH
from index.storage.filters import Filters
from index.storage.full_text import FullText
from index.storage.ngram_index import Runs
from index.storage.repository import Store
from rag.cli.quote_table import checked
from rag.quotation.claims_export import to_claim_review, to_csv, to_docx
from rag.quotation.claims_table import MAX_CELL_CHARS, MAX_ROWS, claims_of, columns_of
from rag.serving.kept_searches import KeptSearches

BAD = [
    "", "   ", "...", "—", "?!", "x" * 10_001, "kata " * 2_500, "😀", "\u200b", "“”", "()", "-", "\u00a0", "***",
    "1" * 12_000, "…", "''", "a " * 2_001, "«»", "!",
]  # fmt: skip
SEARCHES = [
    "beras", '"harga beras"', "beras TIDAK impor", "judul:presiden", "gubern*", "menteri DAN kesehatan", "covid~",
    "tanggal:2020.. vaksin", "media:kompas banjir", '"kata dia"~3',
]  # fmt: skip
NEW = 500


def main() -> None:
    """Build the archive, check the table, look for what is kept; print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("cases", type=Path)
    parser.add_argument("news", type=Path)
    parser.add_argument("--rows", type=int, default=480)
    options = parser.parse_args()
    cases = _lines(options.cases)[: options.rows]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "arsip.sqlite3", create=True) as store:
        for number, record in enumerate([*_lines(options.corpus), *_lines(options.news)]):
            article = Article(id=str(number), text=record["text"], path="a", date=record.get("date"))
            store.put_article(article, [], np.empty((0, 1), dtype=np.float32), [], embedder="none", pipeline=1)
        Runs(store).refresh()
        FullText(store).refresh()
        table = Path(folder) / "klaim.csv"
        _write(table, cases)
        with _timed("table read"):
            rows = shared().rows(table, MAX_ROWS + 1, MAX_CELL_CHARS)
            claims = claims_of(rows, columns_of(rows))
        with _timed(f"{len(claims)} rows checked beside {store.counts()[0]} articles"):
            results = checked(store, claims, Filters())
        problems = [result.problem for result in results if result.problem]
        print(len(results) - len(problems), "results,", len(problems), "reasons", dict(Counter(map(str, problems))))
        with _timed("CSV"):
            to_csv(results)
        with _timed("DOCX"):
            to_docx("klaim.csv", [], results)
        with _timed("ClaimReview"):
            to_claim_review(results)
        _look_for_kept(store, [case["quote"] for case in cases[:10]])


def _look_for_kept(store: Store, quotes: list[str]) -> None:
    def no_embedder() -> None:
        raise AssertionError("no question is kept")

    searches = KeptSearches(store, no_embedder)  # type: ignore[arg-type]
    with _timed("nothing kept"):
        searches.check()
    for query in SEARCHES:
        searches.add("x", SEARCH, query)
    for quote in quotes:
        searches.add("x", QUOTE, quote)
    with store.database.change(bump=False) as connection:
        after = FullText(store).highest() - NEW
        connection.execute("UPDATE alerts SET after = ?, made_at = '2000-01-01T00:00:00', known = x''", (after,))
    with _timed(f"{len(SEARCHES)} searches and {len(quotes)} quotations looked for in {NEW} new articles"):
        news = searches.check()
    print({one.alert.name: one.articles for one in news})


def _write(path: Path, cases: list[dict[str, str]]) -> None:
    """Write the cases as a table, a bad row behind every 24th."""
    bad = iter(BAD)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Kutipan", "Tokoh", "Tanggal"])
        for number, case in enumerate(cases):
            writer.writerow([case["quote"], case.get("speaker") or "", ""])
            if number % 24 == 0 and (row := next(bad, None)) is not None:
                writer.writerow([row, "", "2024"])


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began, used = time.monotonic(), time.process_time()
    yield
    print(
        f"{what}: {time.monotonic() - began:.2f} s by the clock, {time.process_time() - used:.2f} s of processor time"
    )


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
