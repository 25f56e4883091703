"""Fits what a question for yes or no is answered with: which of the two, and how sure that is.

    scripts/train/yes_no.py collect --questions FILE.jsonl --data INDEX --out ROWS.jsonl [--sample N]
    scripts/train/yes_no.py fit ROWS.jsonl...

A question is ``{"id", "question", "answers": [...], "affirms": true | false | null}``; without answers it has none in
its archive. Those that do not ask for yes or no are left out. ``fit`` prints the numbers for
``rag.answering.yes_no.RulingWeights`` and how often they are right on questions left out.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

import numpy as np
from two_steps import ROUNDS, collected, drawn, folds, two_steps  # type: ignore[import-not-found]

from rag.answering.way import SOURCES
from rag.answering.yes_no import candidates
from rag.evaluation.metrics import token_f1
from rag.query.intent import Wanted
from rag.query.query import Query
from rag.retrieval.search import find
from rag.retrieval.search_plan import understand
from rag.serving import loading
from rag.settings import Settings, go_offline


def collect(arguments: argparse.Namespace) -> None:
    """Write the sentences that may rule on each question, with their features."""
    go_offline()
    settings = Settings.load(data=str(arguments.data))
    with loading.open_store(settings) as store, arguments.out.open("w", encoding="utf-8") as out:
        retriever = loading.open_retriever(settings, store)
        for row in drawn(arguments):
            plan = understand(row["question"], retriever, today=date(2018, 6, 1))
            statement = plan.intent.statement
            if plan.intent.wanted is not Wanted.YES_NO or statement is None or statement.choices:
                continue
            found, plan = find(plan, retriever, SOURCES)
            weights = retriever.stem_weights(Query(statement.claim).topic)
            made = [
                {
                    "text": one.sentence.text,
                    "features": list(one.features),
                    "votes": list(one.votes),
                    "right": max((token_f1(one.sentence.text, gold) for gold in row["answers"]), default=0.0) > 0
                    and any(gold in found[one.sentence.source].passage.text for gold in row["answers"]),
                }
                for one in candidates(statement.claim, found, weights)
            ]
            out.write(json.dumps({**row, "candidates": made}, ensure_ascii=False) + "\n")


def fit(arguments: argparse.Namespace) -> None:
    """Fit and tell."""
    from sklearn.metrics import roc_auc_score

    rows = collected(arguments)
    rows = [row for row in rows if row["candidates"] and (row["affirms"] is not None or not row["answers"])]
    fold_of = folds(rows)
    out = []
    for fold in range(ROUNDS):
        polarity, sure = _learn([row for row, f in zip(rows, fold_of, strict=True) if f != fold])
        for row, f in zip(rows, fold_of, strict=True):
            if f == fold:
                out.append((row, *_told(row, polarity, sure)))
    asked = [(told == row["affirms"], p) for row, told, p in out if row["answers"]]
    truth = [bool(row["answers"]) and told == row["affirms"] for row, told, _ in out]
    print(f"{len(out)} questions, {len(asked)} with an answer: yes or no right {np.mean([r for r, _ in asked]):.3f}")
    print(f"how sure tells right from wrong: area {roc_auc_score(truth, [p for *_, p in out]):.3f}")
    for at in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        told = [(row, t) for (row, _, p), t in zip(out, truth, strict=True) if p >= at]
        no = [row for row, _, p in out if not row["answers"] and p < at]
        none = sum(not row["answers"] for row in rows)
        share = np.mean([t for _, t in told]) if told else 0.0
        print(f"at {at}: told {len(told)}, right {share:.3f}; turned away {len(no)} of {none}")
    polarity, sure = _learn(rows)
    print("polarity", [round(float(w), 4) for w in polarity], "sure", [round(float(w), 4) for w in sure])


def _learn(rows: list[dict[str, Any]]) -> tuple[Any, Any]:
    """Return the weights of yes against no, and of how sure that is, each with its constant first."""
    from sklearn.linear_model import LogisticRegression

    said = [row for row in rows if row["affirms"] is not None]
    x = np.array([row["candidates"][0]["votes"] for row in said])
    model = LogisticRegression(C=1.0, max_iter=2000).fit(x, [row["affirms"] for row in said])
    polarity = np.array([model.intercept_[0], *model.coef_[0]])
    x = np.array([_with_margin(row, polarity) for row in rows])
    right = [bool(row["answers"]) and (_value(row, polarity) > 0) == row["affirms"] for row in rows]
    model = LogisticRegression(C=1.0, max_iter=2000).fit(x, right)
    return polarity, np.array([model.intercept_[0], *model.coef_[0]])


def _value(row: dict[str, Any], polarity: Any) -> float:
    return float(polarity[0] + polarity[1:] @ np.array(row["candidates"][0]["votes"]))


def _with_margin(row: dict[str, Any], polarity: Any) -> list[float]:
    return [abs(_value(row, polarity)), *row["candidates"][0]["features"]]


def _told(row: dict[str, Any], polarity: Any, sure: Any) -> tuple[bool, float]:
    value = float(sure[0] + sure[1:] @ np.array(_with_margin(row, polarity)))
    return _value(row, polarity) > 0, float(1 / (1 + np.exp(-value)))


def main() -> None:
    """Collect or fit."""
    parser, _, _ = two_steps(__doc__, collect, fit)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
