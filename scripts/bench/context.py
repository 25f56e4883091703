"""How many answers stand in the sentences that the model is given? Prints share and length for each choice.

    tanya index .../facqa/corpus.jsonl --data /tmp/facqa
    python scripts/bench/context.py /tmp/facqa .../facqa/train.jsonl [--sample 300]

Tied is whether sentences beside the topic are left out. A budget in tokens is what the reader waits for; the share is
the most that a model which reads them can answer. Tune on training questions only.
"""

import argparse
import json
import math
import random
import statistics
from itertools import product
from pathlib import Path

from rag.answering.way import SOURCES
from rag.evaluation.metrics import contains
from rag.generation import evidence_selection
from rag.models.registry import locate_llm
from rag.query.query import Query
from rag.serving import loading
from rag.settings import Settings, go_offline

BUDGETS = (100, 130, 160, 200)
WITHIN = (0.15, 0.2, 0.3, math.inf)
WEIGHTS = ((0.0, 0.0), (0.15, 0.15), (0.3, 0.3), (0.5, 0.3), (0.3, 0.6))


def main() -> None:
    """Search every question once and choose sentences in every way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sample", type=int, help="this many questions, drawn with a fixed seed")
    options = parser.parse_args()
    go_offline()
    settings = Settings.load(data=str(options.data))
    gold = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    gold = [row for row in gold if row.get("is_answerable", True)]
    if options.sample:
        gold = random.Random(0).sample(gold, options.sample)
    import llama_cpp

    tokenizer = llama_cpp.Llama(str(locate_llm(settings).path), vocab_only=True, verbose=False)
    lengths: dict[str, int] = {}

    def count(text: str) -> int:
        if text not in lengths:
            lengths[text] = len(tokenizer.tokenize(text.encode("utf-8"), add_bos=False))
        return lengths[text]

    with loading.open_store(settings) as store:
        retriever = loading.open_retriever(settings, store)
        found = [
            (row, query, retriever.search(query, SOURCES), retriever.stem_weights(query.topic))
            for row in gold
            for query in [Query(row["question"])]
        ]
    print(f"{len(gold)} questions\n\ncovered  read  within  tied  budget  holds the answer  tokens: median  p95")
    ours = evidence_selection.COVERED, evidence_selection.READ
    choices = [(*weights, math.inf, True) for weights in WEIGHTS] + [(*ours, one, True) for one in WITHIN]
    choices.append((*ours, evidence_selection.NEARLY_AS_WELL, False))
    for (covered, read, within, tied), budget in product(choices, BUDGETS):
        evidence_selection.COVERED, evidence_selection.READ = covered, read
        holds, used = 0, []
        for row, query, items, weights in found:
            pieces = evidence_selection.choose_sentences(
                query, items, weights, count, budget, within, weights if tied else ()
            )
            holds += any(contains(piece.text, answer) for piece in pieces for answer in row["answers"])
            used.append(sum(count(piece.text) for piece in pieces))
        p95 = sorted(used)[int(0.95 * (len(used) - 1))]
        shares = f"{covered:7.2f}  {read:4.2f}  {within:6.2f}  {tied:4}  {budget:6}  {holds / len(gold):16.3f}"
        print(f"{shares}  {statistics.median(used):14.0f}  {p95:3}")


if __name__ == "__main__":
    main()
