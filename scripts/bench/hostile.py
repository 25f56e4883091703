"""Does a hostile file cost more than a line? Indexes each of `hostile_files`, with three good files behind it.

    python scripts/bench/hostile.py [--only TEXT] [--part K/N] [--patience N] [--out REPORT.json]

For each file: seconds of the clock and of processor time, peak memory in MB of this process and of the one that read,
the records in it, what was told, whether the three behind it are in. Exit 1 where one took over 20 s of processor
time or 1.5 GB, or kept a good file out; a file of very many records may take 2 ms for each instead.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

MOST_S, MOST_MB = 20.0, 1500
RECORD_S = 0.002


def used_s() -> float:
    """Return the processor time of this process and of the children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def is_bad(row: dict[str, Any]) -> bool:
    """Tell whether a file took too much, or kept a good one out."""
    return bool(
        row["processor_s"] > max(MOST_S, RECORD_S * row["records"]) or max(row["peak_mb"]) > MOST_MB or row["good"] < 3
    )


def main() -> int:
    """Index them one by one and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only files whose name holds this")
    parser.add_argument("--part", default="1/1", help="the K-th of N parts of the kinds, each of all sorts")
    parser.add_argument("--each", type=int, default=1, help="only every so many of them")
    parser.add_argument("--out", type=Path, help="the figures as JSON")
    parser.add_argument("--patience", type=float, default=1.0, help="of the processor time that a part may take")
    options = parser.parse_args()
    from fakes import WordEmbedder  # type: ignore[import-not-found]
    from hostile_files import hostile_files  # type: ignore[import-not-found]

    from index.pipeline.indexer import Indexer
    from index.pipeline.reading import Limits, Reading
    from index.storage.repository import Store

    rows: list[dict[str, Any]] = []
    part, parts = map(int, options.part.split("/"))
    kinds = [(name, make) for name, make in hostile_files() if options.only in name]
    for name, make in kinds[part - 1 :: parts][:: options.each]:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "artikel"
            folder.mkdir()
            (folder / f"0-{name}").write_bytes(make())
            for number in (1, 2, 3):
                text = f"Judul {number}\nSURABAYA - Harga beras naik {number} persen di pasar sejak Senin pagi."
                (folder / f"z{number}.txt").write_text(text, "utf-8")
            reading = Reading(Limits(patience=options.patience))
            began, used = time.monotonic(), used_s()
            with Store(Path(place) / "data" / "arsip.sqlite3", create=True) as store:
                report = Indexer(store, WordEmbedder(), reading=reading).run([folder])
                good = sum(store.article(f"z{number}.txt") is not None for number in (1, 2, 3))
            reading.close()  # its time counts once it has ended
            peaks = [
                resource.getrusage(who).ru_maxrss // 1000 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            ]
            told = (report.failed + report.skipped)[:1]
            row = {
                "name": name,
                "seconds": round(time.monotonic() - began, 1),
                "processor_s": round(used_s() - used, 1),
                "peak_mb": peaks,
                "good": good,
                "records": report.added + len(report.skipped),
                "told": told[0].rpartition(f"0-{name}")[2][:110] if told else "",
            }
            rows.append(row)
            print(f"{'BAD ' if is_bad(row) else ''}{json.dumps(row, ensure_ascii=False)}", flush=True)
    if options.out:
        options.out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    slowest = max(rows, key=lambda row: float(row["processor_s"]))
    print(f"{len(rows)} files; slowest {slowest['name']} {slowest['processor_s']} s; peaks {rows[-1]['peak_mb']} MB")
    return 1 if any(map(is_bad, rows)) else 0


if __name__ == "__main__":
    sys.exit(main())
