"""Fits the order of passages: how much the reader's judgements count beside meaning and words.

    scripts/train/order.py collect --questions FILE.jsonl --data INDEX --out ROWS.jsonl [--sample N] [--weights FILE]
    scripts/train/order.py fit ROWS.jsonl...

``fit`` makes the passage that holds the answer the likeliest of those found (a conditional logit), tells right first
and right among five on questions left out, and prints the numbers for ``rag.retrieval.retriever.ReadWeights``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from two_steps import ROUNDS, collected, drawn, folds, two_steps

from rag.query.query import Query
from rag.reading.encoder import WEIGHTS, TrainedReader
from rag.reading.reading import ReadPassage, header
from rag.retrieval.retriever import READ, Retriever
from rag.serving import loading
from rag.settings import Settings, go_offline

_WIDEST = 20.0


def collect(arguments: argparse.Namespace) -> None:
    """Write, for each question, the passages in the order without a reader and how they read."""
    go_offline()
    settings = Settings.load(data=str(arguments.data))
    asked = drawn(arguments)
    reader = TrainedReader(settings.models_dir / "multilingual-e5-small", settings.threads, arguments.weights)
    seconds = []
    with loading.open_store(settings) as store, arguments.out.open("w", encoding="utf-8") as out:
        retriever = Retriever(store, loading.open_embedder(settings))
        for row in asked:
            found = retriever.ranked(Query(row["question"]), READ)
            passages = [
                ReadPassage(one.passage.text, header(one.article.title, one.article.publisher, one.article.date))
                for one in found
            ]
            began = time.monotonic()
            readings = reader.read(row["question"], passages)
            seconds.append(time.monotonic() - began)
            candidates = [
                {
                    "article": one.article.id,
                    "also_in": [other.id for other in one.also_in],
                    "features": [one.score, reading.relevant, reading.answers, reading.margin],
                    "words": one.passage.text[reading.spans[0].start : reading.spans[0].end] if reading.spans else "",
                }
                for one, reading in zip(found, readings, strict=True)
            ]
            out.write(json.dumps({**row, "candidates": candidates}, ensure_ascii=False) + "\n")
    print(f"{len(asked)} questions; {READ} passages are read in {statistics.median(seconds):.2f} s (median)")


def fit(arguments: argparse.Namespace) -> None:
    """Fit and tell."""
    rows = collected(arguments)
    cases = [case for row in rows if row["answers"] and row["candidates"] and (case := _case(row)) is not None]
    fold_of = folds(cases)
    before, after = [], []
    for fold in range(ROUNDS):
        weights = _learn([case for case, f in zip(cases, fold_of, strict=True) if f != fold])
        for case, f in zip(cases, fold_of, strict=True):
            if f == fold:
                before.append(_place(case, case["x"][:, 0]))
                after.append(_place(case, case["x"] @ weights))
    for name, places in (("without the reader", before), ("with it, left out", after)):
        first, five = (np.mean([place is not None and place < k for place in places]) for k in (1, 5))
        print(f"{len(places)} questions, {name}: right first {first:.4f}, among five {five:.4f}")
    weights = _learn(cases)
    print("weights", dict(zip(("score", "relevant", "answers", "margin"), weights.round(4).tolist(), strict=True)))
    print("constant", round(_constant(rows, weights), 4))


def _case(row: dict[str, Any]) -> dict[str, Any] | None:
    x = np.array([one["features"] for one in row["candidates"]])
    x[:, 3] = x[:, 3].clip(-_WIDEST, _WIDEST)
    right = [row["passage_id"] in (one["article"], *one["also_in"]) for one in row["candidates"]]
    return {
        "id": row["id"],
        "x": x,
        "right": np.array(right),
        "articles": [one["article"] for one in row["candidates"]],
    }


def _learn(cases: list[dict[str, Any]]) -> Any:
    from scipy.optimize import minimize

    def loss(weights: Any) -> float:
        total = 0.0
        for case in cases:
            if case["right"].any():
                values = case["x"] @ weights
                values -= values.max()
                total -= np.log(np.exp(values[case["right"]]).sum() / np.exp(values).sum())
        return total / len(cases) + 0.001 * float((weights**2).sum())

    return minimize(loss, np.array([6.0, 0.5, 0.2, 0.1]), method="BFGS").x


def _place(case: dict[str, Any], values: Any) -> int | None:
    """Return the place of the right article among the articles, each counted once."""
    order = list(dict.fromkeys(bool(case["right"][n]) or case["articles"][n] for n in np.argsort(-values)))
    return order.index(True) if True in order else None


def _constant(rows: list[dict[str, Any]], weights: Any) -> float:
    """Return what makes the likeliest passage's score the probability that it is the right one."""
    from scipy.optimize import minimize_scalar

    pairs = []
    for row in rows:
        if row["candidates"] and (case := _case(row)) is not None:
            values = case["x"] @ weights
            best = int(values.argmax())
            pairs.append((values[best], bool(row["answers"]) and bool(case["right"][best])))
    values, truths = np.array([v for v, _ in pairs]), np.array([t for _, t in pairs])

    def loss(constant: float) -> float:
        return float(np.logaddexp(0, np.where(truths, -1, 1) * (values + constant)).mean())

    return float(minimize_scalar(loss, bounds=(-20, 20), method="bounded").x)


def main() -> None:
    """Collect or fit."""
    parser, one, _ = two_steps(__doc__, collect, fit)
    one.add_argument("--weights", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
