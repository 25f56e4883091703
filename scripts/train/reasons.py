"""Fits which sentences of an article tell a reason or a way, and tells how well that does on questions left out.

    scripts/train/reasons.py collect --questions FILE.jsonl --data INDEX --out ROWS.jsonl
    scripts/train/reasons.py fit ROWS.jsonl... --out rag/answering/reason_sentences.json

A question is ``{"id", "question", "answers": [...], "passage_id"}``; those that are no reason or way, or have no
answer, are left out. A sentence tells the reason where one of the answers, or most of its words, stands in it. Printed,
in five rounds of questions left out: the share of which a part is told by the best sentence alone, by what ``--least``
tells, and by the best three, with the sentences told.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from read_confidence import share_told  # type: ignore[import-not-found]
from two_steps import ROUNDS, collected, drawn, folds, two_steps  # type: ignore[import-not-found]

from rag.answering.read_confidence import likeliest_source, source_weights
from rag.answering.reason_sentences import MAX_SENTENCES, NAMES, candidates
from rag.answering.way import SOURCES
from rag.query.intent import Wanted
from rag.retrieval.search import find
from rag.retrieval.search_plan import understand
from rag.serving import loading
from rag.settings import Settings, go_offline

_TOLD = 0.01  # of the answers


def collect(arguments: argparse.Namespace) -> None:
    """Write the sentences of the likeliest source's article for each question, with their features."""
    go_offline()
    settings = Settings.load(data=str(arguments.data))
    with loading.open_store(settings) as store, arguments.out.open("w", encoding="utf-8") as out:
        retriever = loading.open_retriever(settings, store)
        for row in drawn(arguments):
            plan = understand(row["question"], retriever, today=date(2018, 6, 1))
            if not row["answers"] or plan.intent.wanted is not Wanted.REASON or len(plan.query.parts) > 1:
                continue
            found, plan = find(plan, retriever, SOURCES)
            weights = source_weights("reason")
            likeliest = likeliest_source(plan.query, plan.topic, found, retriever.context, weights)
            if likeliest is None:
                continue
            made = candidates(plan.topic, found, likeliest[0])
            right = found[likeliest[0]].article.id == row["passage_id"]
            sentences = [
                {
                    "features": list(astuple(one.features)),
                    "tells": right and share_told(one.text, row["answers"]) >= _TOLD,
                }
                for one in made
            ]
            out.write(json.dumps({"id": row["id"], "article": row["passage_id"], "sentences": sentences}) + "\n")


def fit(arguments: argparse.Namespace) -> None:
    """Fit, tell how well that does on questions left out, write the file."""
    rows = [row for row in collected(arguments) if row["sentences"]]
    fold_of = folds([{"id": row["article"]} for row in rows])
    told: dict[float, list[tuple[bool, int]]] = {least: [] for least in (2.0, arguments.least, 0.0)}
    for fold in range(ROUNDS):
        constant, weights = _learn([row for row, f in zip(rows, fold_of, strict=True) if f != fold], arguments.strength)
        for row, f in zip(rows, fold_of, strict=True):
            if f == fold:
                for least, out in told.items():
                    out.append(_told(row, constant, weights, least))
    for least, out in told.items():
        share, count = np.mean(np.array(out, dtype=float), axis=0)
        print(f"second and third at {least}: a part told of {share:.3f}, sentences {count:.2f}, {len(out)} questions")
    constant, weights = _learn(rows, arguments.strength)
    stored = {
        "constant": round(constant, 4),
        "weights": {name: round(float(w), 4) for name, w in zip(NAMES, weights, strict=True)},
        "least": arguments.least,
        "questions": len(rows),
    }
    arguments.out.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def _learn(rows: list[dict[str, Any]], strength: float) -> tuple[float, Any]:
    from sklearn.linear_model import LogisticRegression

    sentences = [one for row in rows for one in row["sentences"]]
    learnt = LogisticRegression(C=strength, max_iter=2000)
    learnt.fit([one["features"] for one in sentences], [one["tells"] for one in sentences])
    return float(learnt.intercept_[0]), learnt.coef_[0]


def _told(row: dict[str, Any], constant: float, weights: Any, least: float) -> tuple[bool, int]:
    """Return whether a part of the answer is told, and by how many sentences."""
    logits = np.array([one["features"] for one in row["sentences"]]) @ weights + constant
    sure = 1 / (1 + np.exp(-logits))
    order = [n for place, n in enumerate(np.argsort(-sure)[:MAX_SENTENCES]) if not place or sure[n] >= least]
    return any(row["sentences"][n]["tells"] for n in order), len(order)


def main() -> None:
    """Collect or fit."""
    parser, _, two = two_steps(__doc__, collect, fit)
    two.add_argument("--out", type=Path, required=True)
    two.add_argument("--strength", type=float, default=0.1)
    two.add_argument("--least", type=float, default=0.1, help="the probability at which another sentence is told")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
