"""Which weights find the right article? Prints recall and MRR for each choice, the one in use marked with a star.

    tanya index .../facqa/corpus.jsonl --data /tmp/facqa
    python scripts/bench/fusion.py /tmp/facqa .../facqa/train.jsonl [--sample 500] [--fit]

First the fusion that chooses candidates, then the final order; ``--fit`` prints the weights of a softmax over each
question's candidates that makes the right article likeliest. Tune on training questions only. Higher is better.
"""

import argparse
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.query.query import Query
from rag.retrieval.results import titled
from rag.retrieval.retriever import DENSE_WEIGHT, RERANKED, RankingWeights, Retriever, features, fuse, rerank
from rag.serving import loading
from rag.settings import Settings, go_offline

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Order = Callable[[Query, Mapping[int, str], Mapping[int, float], Mapping[int, float], Mapping[str, float]], list[int]]


def choices() -> dict[str, Order]:
    """Return what is compared: name → a way to order the candidates."""

    def fused(weight: float) -> Order:
        return lambda query, texts, dense, words, stems: [id for id, _ in fuse(dense, words, weight)]

    def reranked(weights: RankingWeights) -> Order:
        return lambda query, texts, dense, words, stems: [
            id for id, _ in rerank(query, texts, dense, words, stems, weights)
        ]

    used = RankingWeights()
    found = {
        f"fusion, dense {weight}{' *' if weight == DENSE_WEIGHT else ''}": fused(weight)
        for weight in (0.0, 0.3, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 1.0)
    }
    found["order as in use *"] = reranked(used)
    for name, values in {
        "dense": (0.3, 0.9),
        "words": (0.0, 0.1),
        "exact": (0.0, 0.15),
        "nearness": (0.0, 0.1, 0.3),
        "abbreviation": (0.0, 0.2),
        "rarest": (0.0, 0.02, 0.04),
    }.items():
        for value in values:
            found[f"order, {name} {value}"] = reranked(replace(used, **{name: value}))
    return found


def fit(examples: list[tuple[Floats, Flags]], steps: int = 200, rate: float = 0.5, l2: float = 1.0) -> Floats:
    """Return the weights under which a softmax over each question's ``(n, d)`` candidates picks a right one."""
    known = [(values, right) for values, right in examples if right.any()]
    spread = np.std(np.vstack([values for values, _ in known]), axis=0) + 1e-6
    weights: Floats = np.zeros(len(spread))
    for _ in range(steps):
        step = -l2 * weights / len(known)
        for values, right in known:
            scores = np.exp(values / spread @ weights)
            wanted = right * scores
            step += (values / spread).T @ (wanted / wanted.sum() - scores / scores.sum()) / len(known)
        weights += rate * step
    fitted: Floats = weights / spread
    return fitted


def main() -> None:
    """Run every question once and order its candidates in every way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--sample", type=int, help="this many questions, drawn with a fixed seed")
    options = parser.parse_args()
    go_offline()
    settings = Settings.load(data=str(options.data))
    questions = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    questions = [question for question in questions if question.get("is_answerable", True)]
    if options.sample:
        questions = random.Random(0).sample(questions, options.sample)
    ways = choices()
    places: dict[str, list[int | None]] = {name: [] for name in ways}
    article_of: dict[int, str] = {}
    examples: list[tuple[Floats, Flags]] = []
    with loading.open_store(settings) as store:
        retriever = Retriever(store, loading.open_embedder(settings))
        for gold in questions:
            query = Query(gold["question"])
            dense, words = retriever.candidates(query)
            new = [id for id in dense.keys() | words.keys() if id not in article_of]
            article_of |= {id: passage.article_id for id, (passage, _) in store.passages(new).items()}
            best = store.passages([id for id, _ in fuse(dense, words)[:RERANKED]])
            texts = {id: titled(article, passage.text) for id, (passage, article) in best.items()}
            stems = retriever.stem_weights(query.stems)
            if options.fit:
                of = features(query, texts, dense, words, stems)
                right = np.array([article_of[id] == gold["passage_id"] for id in of])
                examples.append((np.array(list(of.values())), right))
            for name, order in ways.items():
                names = [article_of[id] for id in order(query, texts, dense, words, stems)[:10]]
                places[name].append(names.index(gold["passage_id"]) + 1 if gold["passage_id"] in names else None)
    print(f"{len(questions)} questions of {options.questions.name}\n")
    print(f"{'':28}recall@1  recall@5  recall@10  MRR@10")
    for name, found in places.items():
        at = [sum(place is not None and place <= k for place in found) / len(found) for k in (1, 5, 10)]
        mrr = sum(1 / place for place in found if place) / len(found)
        print(f"{name:28}{at[0]:8.4f}  {at[1]:8.4f}  {at[2]:9.4f}  {mrr:6.4f}")
    if options.fit:
        fitted = fit(examples)
        told = (
            f"{field.name} {weight:.3f}"
            for field, weight in zip(fields(RankingWeights), fitted / fitted.sum(), strict=True)
        )
        print(f"\nfitted: {', '.join(told)}")


if __name__ == "__main__":
    main()
