"""Is anything lost when indexing is killed? Kills `tanya index` at random moments, lets it finish, compares searches.

    python scripts/bench/kill.py .../news/articles.jsonl .../facqa/valid.jsonl [--kills 10] [--articles N]

An undisturbed index is made first; the killed one must end with the same articles and passages and give the same
results for every question. Exit 1 where it does not.
"""

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index.storage.repository import Store
from rag.query.query import Query
from rag.serving import loading
from rag.settings import Settings, go_offline


def start(corpus: Path, data: Path) -> subprocess.Popen[bytes]:
    """Start indexing in a process of its own."""
    command = [sys.executable, "-m", "rag.cli", "index", str(corpus), "--data", str(data)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def results(data: Path, questions: list[str]) -> list[object]:
    """Return what a search tells for each question, scores to four places as they are printed."""
    settings = Settings.load(data=str(data))
    with loading.open_store(settings) as store:
        retriever = loading.open_retriever(settings, store)
        return [
            [
                (item.passage.id, item.passage.text, round(item.score, 4))
                for item in retriever.search(Query(question), 10)
            ]
            for question in questions
        ]


def tell(line: str) -> None:
    """Print at once: the run is long and its output often goes to a file."""
    print(line, flush=True)


def main() -> int:
    """Make both indexes and compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--articles", type=int, help="only this many, from the start")
    options = parser.parse_args()
    go_offline()
    dice = random.Random(20)
    folder = Path(tempfile.mkdtemp(prefix="tanya-kill-"))
    corpus = folder / "corpus.jsonl"
    lines = options.corpus.read_text("utf-8").splitlines()[: options.articles]
    corpus.write_text("\n".join(lines), "utf-8")

    began = time.monotonic()
    assert start(corpus, folder / "calm").wait() == 0
    calm_s = time.monotonic() - began
    tell(f"undisturbed: {calm_s:.0f} s")
    for number in range(options.kills):
        process = start(corpus, folder / "killed")
        time.sleep(dice.uniform(0.02, 0.95) * calm_s / options.kills + dice.choice([0, 8]))
        process.send_signal(signal.SIGKILL)
        finished = process.wait() == 0
        store_file = folder / "killed" / loading.STORE_FILE
        try:
            with Store(store_file) as store:
                held = store.counts()[0]
        except Exception as error:
            held = str(error)  # type: ignore[assignment]
        tell(f"kill {number + 1}: {'had finished' if finished else 'killed'}, {held} articles in")
    assert start(corpus, folder / "killed").wait() == 0
    questions = [json.loads(line)["question"] for line in options.questions.read_text("utf-8").splitlines()]
    counts = []
    for name in ("calm", "killed"):
        with Store(folder / name / loading.STORE_FILE) as store:
            counts.append(store.counts())
    calm, killed = results(folder / "calm", questions), results(folder / "killed", questions)
    equal = sum(one == other for one, other in zip(calm, killed, strict=True))
    tell(f"articles and passages: {counts[0]} and {counts[1]}; equal results: {equal} of {len(questions)} questions")
    shutil.rmtree(folder)
    return 0 if counts[0] == counts[1] and equal == len(questions) else 1


if __name__ == "__main__":
    sys.exit(main())
