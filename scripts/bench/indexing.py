"""How long does indexing take beside plain encoding of the same passages, and how much memory? Is it kept in step?

    python scripts/bench/indexing.py .../news/articles.jsonl [--articles N] [--rounds 3]

Each round runs plain `encode_document` of the passages (sentence-transformers' own defaults) and then `tanya index`
from nothing, each in a process of its own. Then: a run with nothing changed, one with an article changed, one
with an article deleted and a comparison with a fresh index, and the peak memory for twice the articles.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index.pipeline.writer import embedded_text
from index.storage.repository import Store
from rag.serving import loading
from rag.settings import Settings

PLAIN = """
import json, sys, time
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
texts = json.load(open(sys.argv[2]))
began = time.monotonic()
model.encode_document(texts)
print(time.monotonic() - began)
"""


def run(command: list[str]) -> tuple[str, float, float]:
    """Return a command's output, its seconds and its peak memory in GB."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert child.stdout is not None
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    return output, time.monotonic() - began, usage.ru_maxrss / 1e6


def index(corpus: Path, data: Path) -> tuple[dict[str, int], float, float]:
    """Index a file; return the report, seconds and peak memory in GB."""
    output, seconds, memory = run(
        [sys.executable, "-m", "rag.cli", "index", str(corpus), "--data", str(data), "--json"]
    )
    return json.loads(output), seconds, memory


def contents(data: Path) -> dict[str, tuple[str, bytes]]:
    """Return passage id → embedded text and vector."""
    with loading.open_store(Settings.load(data=str(data))) as store:
        ids, vectors = store.vectors()
        return {
            passage.id: (embedded_text(article, passage), vector.tobytes())
            for at in range(0, len(ids), 500)
            for vector, (passage, article) in zip(
                vectors[at : at + 500], passages(store, ids[at : at + 500].tolist()), strict=True
            )
        }


def passages(store: Store, rows: list[int]) -> list[tuple]:  # type: ignore[type-arg]
    """Return passages and articles in the order of the rows."""
    found = store.passages(rows)
    return [found[row] for row in rows]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, help="only this many, from the start")
    parser.add_argument("--rounds", type=int, default=3, help="of the comparison with plain encoding; 0 for none")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tanya-bench-"))
    lines = options.corpus.read_text("utf-8").splitlines()[: options.articles]
    corpus, texts = folder / "corpus.jsonl", folder / "texts.json"
    corpus.write_text("\n".join(lines), encoding="utf-8")
    settings = Settings.load()
    embedder = settings.embedder_path or settings.models_dir / "multilingual-e5-small"

    data = folder / "data"
    report, seconds, memory = index(corpus, data)
    print(
        f"{report['articles']} articles, {report['passages']} passages: {seconds:.1f} s, peak {memory:.2f} GB",
        flush=True,
    )
    texts.write_text(json.dumps([text for text, _ in contents(data).values()]), encoding="utf-8")
    ratios = []
    for number in range(options.rounds):
        plain = float(run([sys.executable, "-c", PLAIN, str(embedder), str(texts)])[0])
        _, seconds, _ = index(corpus, folder / f"again{number}")
        ratios.append(seconds / plain)
        print(f"plain encode {plain:.1f} s, index {seconds:.1f} s, ratio {ratios[-1]:.2f}", flush=True)
    if ratios:
        print(f"median ratio {statistics.median(ratios):.2f}", flush=True)

    report, seconds, _ = index(corpus, data)
    print(f"nothing changed: {seconds:.2f} s, {report['embedded']} passages embedded")
    changed = json.loads(lines[0])
    first, rest = changed["text"].split("\n", 1) if "\n" in changed["text"] else (changed["text"], "")
    changed["text"] = f"{first} Redaksi menambah satu kalimat.\n{rest}"
    corpus.write_text("\n".join([json.dumps(changed), *lines[2:]]), encoding="utf-8")
    report, seconds, _ = index(corpus, data)
    print(
        f"one article changed, one deleted: {seconds:.2f} s, {report['changed']} changed, {report['removed']} removed, "
        f"{report['embedded']} passages embedded"
    )
    index(corpus, folder / "fresh")
    kept, fresh = contents(data), contents(folder / "fresh")
    same_texts = {id: text for id, (text, _) in kept.items()} == {id: text for id, (text, _) in fresh.items()}
    print(f"equal to a fresh index: texts {same_texts}, vectors bit for bit {kept == fresh}")

    twice = [
        json.dumps(
            json.loads(line) | {"id": f"dua-{n}", "text": " ".join(reversed(json.loads(line)["text"].split(" ")))}
        )
        for n, line in enumerate(lines)
    ]
    corpus.write_text("\n".join([*lines, *twice]), encoding="utf-8")
    report, seconds, memory = index(corpus, folder / "twice")
    print(f"twice the articles ({report['articles']}): {seconds:.1f} s, peak {memory:.2f} GB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
