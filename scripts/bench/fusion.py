"""Which weight of meaning against words finds the right article? Prints recall and MRR for each weight.

    tanya index .../facqa/corpus.jsonl --data /tmp/facqa
    python scripts/bench/fusion.py /tmp/facqa .../facqa/train.jsonl [--sample 500]

Tune on training questions only. Higher is better in every column.
"""

import argparse
import json
import random
from pathlib import Path

from index.embedder import SentenceTransformerEmbedder
from index.store import Store
from rag.models import locate_embedder
from rag.retrieve import Retriever, fuse
from rag.settings import Settings, go_offline

WEIGHTS = [0.0, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 1.0]


def main() -> None:
    """Run every question once, fuse its candidates with every weight."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sample", type=int, help="this many questions, drawn with a fixed seed")
    options = parser.parse_args()
    go_offline()
    settings = Settings.load(data=str(options.data))
    located = locate_embedder(settings)
    identity = f"{located.name}@{located.digest[:16]}"
    questions = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    questions = [question for question in questions if question.get("is_answerable", True)]
    if options.sample:
        questions = random.Random(0).sample(questions, options.sample)
    with Store(settings.data_dir / "arsip.sqlite3") as store:
        retriever = Retriever(store, SentenceTransformerEmbedder(located.path, identity, settings.threads))
        article_of: dict[int, str] = {}
        places: dict[float, list[int | None]] = {weight: [] for weight in WEIGHTS}
        for question in questions:
            dense, words = retriever.candidates(question["question"])
            new = [id for id in dense.keys() | words.keys() if id not in article_of]
            article_of |= {id: passage.article_id for id, (passage, _) in store.passages(new).items()}
            for weight in WEIGHTS:
                names = [article_of[id] for id, _ in fuse(dense, words, weight)[:10]]
                right = question["passage_id"]
                places[weight].append(names.index(right) + 1 if right in names else None)
    print(f"{len(questions)} questions of {options.questions.name}\n\nweight  recall@1  recall@5  recall@10  MRR@10")
    for weight, found in places.items():
        at = [sum(place is not None and place <= k for place in found) / len(found) for k in (1, 5, 10)]
        mrr = sum(1 / place for place in found if place) / len(found)
        print(f"{weight:6.2f}  {at[0]:8.4f}  {at[1]:8.4f}  {at[2]:9.4f}  {mrr:6.4f}")


if __name__ == "__main__":
    main()
