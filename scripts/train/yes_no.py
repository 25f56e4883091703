"""Fits how sure it is that a sentence speaks of a statement, and tells how often yes or no would be told rightly.

    scripts/train/yes_no.py collect --questions FILE.jsonl --data INDEX --out ROWS.jsonl [--sample N]
    scripts/train/yes_no.py fit ROWS.jsonl...

A question is ``{"id", "question", "answers": [...], "affirms": true | false | null}``; without answers it has none in
its archive. Those that do not ask for yes or no are left out. ``fit`` prints the numbers of ``SPEAKS_OF_IT``.
"""

from __future__ import annotations

import argparse
import json
from datetime import date

import numpy as np
from two_steps import ROUNDS, collected, drawn, folds, two_steps  # type: ignore[import-not-found]

from rag.answering.way import SOURCES
from rag.answering.yes_no import Evidence, candidates
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
                    "evidence": one.evidence.name,
                    "right": max((token_f1(one.sentence.text, gold) for gold in row["answers"]), default=0.0) > 0
                    and any(gold in found[one.sentence.source].passage.text for gold in row["answers"]),
                }
                for one in candidates(statement.claim, found, weights)
            ]
            out.write(json.dumps({**row, "candidates": made}, ensure_ascii=False) + "\n")


def fit(arguments: argparse.Namespace) -> None:
    """Fit and tell."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    rows = [row for row in collected(arguments) if row["candidates"]]
    x = np.array([row["candidates"][0]["features"] for row in rows])
    right = np.array([bool(row["answers"]) and row["candidates"][0]["right"] for row in rows])
    fold_of = np.array(folds(rows))
    out = np.zeros(len(rows))
    for fold in range(ROUNDS):
        model = LogisticRegression(C=1.0).fit(x[fold_of != fold], right[fold_of != fold])
        if (fold_of == fold).any():
            out[fold_of == fold] = model.predict_proba(x[fold_of == fold])[:, 1]
    print(
        f"{len(rows)} questions; the first sentence is right {right.mean():.3f}; area {roc_auc_score(right, out):.3f}"
    )
    for one in Evidence:
        told = [row for row in rows if row["candidates"][0]["evidence"] == one.name]
        held = [row for row in told if row["candidates"][0]["right"] and row["affirms"] is (one is Evidence.BOTH_DENY)]
        print(f"{one.name}: {len(told)}" + (f", holds in {len(held)}" if one is not Evidence.NONE else ""))
    model = LogisticRegression(C=1.0).fit(x, right)
    print("speaks of it", [round(float(w), 4) for w in (model.intercept_[0], *model.coef_[0])])


def main() -> None:
    """Collect or fit."""
    parser, _, _ = two_steps(__doc__, collect, fit)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
