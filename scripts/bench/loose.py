"""A folder of ten thousand loose files: how long, how much memory, and does anything stay open?

    python scripts/bench/loose.py [FILES]

They are indexed, indexed again unchanged, and again with one changed and one gone. No model is needed: words are
counted. Exit 1 where an article is missing, more files are open after it than before, or memory grows with the files.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

from index.pipeline.indexer import Indexer
from index.storage.repository import Store

FILES = 10_000
# By hand: the store's caches and ten thousand names; a text kept by mistake in every step would be more.
MOST_MB = 400


def open_files() -> int:
    """Return how many files this process has open."""
    return len(os.listdir("/dev/fd"))


def peak_bytes() -> int:
    """Return the most memory that this process has had; what Linux keeps of the one that started it is not its own."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> int:
    """Index them three times and print a line."""
    from fakes import WordEmbedder  # type: ignore[import-not-found]

    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    took, wrong = [], []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "artikel"
        folder.mkdir()
        for number in range(count):
            text = f"Judul {number}\nSURABAYA - Warga desa {number} memanen kopi{number}. Harga naik {number} rupiah."
            (folder / f"{number:05}.txt").write_text(text, "utf-8")
        with Store(Path(place) / "data" / "arsip.sqlite3", create=True) as store:
            opened = 0
            for expected in ((count, 0, 0, 0), (0, 0, 0, count), (0, 1, 1, count - 2)):
                if expected[1]:
                    (folder / "00000.txt").write_text("Judul lain\nSURABAYA - Isinya lain.", "utf-8")
                    (folder / "00001.txt").unlink()
                began = time.monotonic()
                report = Indexer(store, WordEmbedder()).run([folder])
                took.append(time.monotonic() - began)
                found = (report.added, report.changed, report.removed, report.unchanged)
                if found != expected or report.failed:
                    wrong.append(f"{found} where {expected} was due; {report.failed[:3]}")
                opened = opened or open_files()  # the reading process stays
            if open_files() > opened:
                wrong.append(f"{open_files()} files are open, {opened} were")
    peak_mb = peak_bytes() // 1000**2
    if peak_mb > MOST_MB:
        wrong.append(f"{peak_mb} MB")
    seconds = ", ".join(f"{one:.1f}" for one in took)
    print("\n".join(wrong) or f"{count} loose files: {seconds} s (new, unchanged, one changed), {peak_mb} MB")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
