"""Where does a passage stop speaking of the question? Prints, for each threshold, what it keeps and what it turns away.

    tanya index .../facqa/corpus.jsonl --data /tmp/facqa
    python scripts/bench/coverage.py /tmp/facqa .../facqa/train.jsonl [--sample 500]

For each question the right article's best passage is held against the best of all others among the candidates: the
right one should be kept, the other turned away (though now and then it answers too). Tune on training questions only.
"""

import argparse
import json
import random
from pathlib import Path

from rag.answering.way import MIN_COVERAGE
from rag.query.query import Query
from rag.retrieval.bm25 import coverage
from rag.serving import loading
from rag.settings import Settings, go_offline

THRESHOLDS = (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
CANDIDATES = 30


def main() -> None:
    """Measure every question's coverage by right and wrong passages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sample", type=int, help="this many questions, drawn with a fixed seed")
    options = parser.parse_args()
    go_offline()
    settings = Settings.load(data=str(options.data))
    questions = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    if options.sample:
        questions = random.Random(0).sample(questions, options.sample)
    right, wrong = [], []
    with loading.open_store(settings) as store:
        retriever = loading.open_retriever(settings, store)
        for gold in questions:
            query = Query(gold["question"])
            weights = retriever.stem_weights(query.topic)
            shares: dict[bool, list[float]] = {True: [], False: []}
            for item in retriever.search(query, CANDIDATES):
                shares[item.article.id == gold["passage_id"]].append(coverage(weights, item.titled_text, weights))
            right += [max(shares[True])] if shares[True] else []
            wrong += [max(shares[False])] if shares[False] else []
    print(f"{len(right)} right and {len(wrong)} best wrong passages\n\nthreshold  right kept  wrong turned away")
    for threshold in THRESHOLDS:
        kept = sum(share >= threshold for share in right) / len(right)
        away = sum(share < threshold for share in wrong) / len(wrong)
        print(f"{threshold:9.2f}  {kept:10.3f}  {away:17.3f}{'  *' if threshold == MIN_COVERAGE else ''}")


if __name__ == "__main__":
    main()
