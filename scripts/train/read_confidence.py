"""Fits how sure answers from the reader's marks alone are: lists, reasons, and single facts (a side of a comparison).

    scripts/train/read_confidence.py collect --questions FILE.jsonl --data INDEX --out ROWS.jsonl [--sample N]
    scripts/train/read_confidence.py fit ROWS.jsonl... --out rag/answering/read_confidence.json

A question is ``{"id", "question", "answers": [...]}``; all of a list's answers must be told, one of any other's.
Without answers it has none in its archive. Questions of other forms are left out. ``fit`` chooses the two points on the
scale: above *unsure* the share --promise of the answers held, and at *threshold* the share --answered of the answerable
questions is answered.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from two_steps import ROUNDS, collected, drawn, folds, two_steps  # type: ignore[import-not-found]

from rag.answering.list_items import list_items
from rag.answering.read_confidence import NAMES, marked_words, source_features
from rag.answering.reasons import reason_in
from rag.answering.way import SOURCES
from rag.evaluation.metrics import contains, words
from rag.query.intent import Wanted
from rag.retrieval.search import find
from rag.retrieval.search_plan import understand
from rag.serving import loading
from rag.settings import Settings, go_offline

_MOST_OF_A_CLAUSE = 0.7
_FORMS = {Wanted.FACT: "fact", Wanted.LIST: "list", Wanted.REASON: "reason"}


def share_told(told: str, golds: Sequence[str]) -> float:
    """Return the share of the gold answers that are told; most words of a clause are enough.

    >>> share_told("Budi. Tono.", ["Budi", "Siti"])
    0.5
    """
    said = set(words(told))
    held = [contains(told, gold) or _share(set(words(gold)), said) >= _MOST_OF_A_CLAUSE for gold in golds]
    return sum(held) / len(held) if held else 0.0


def _share(some: set[str], of: set[str]) -> float:
    return len(some & of) / len(some) if len(some) > 2 else 0.0


def collect(arguments: argparse.Namespace) -> None:
    """Write what would be told from each source of each question, with the source's features."""
    go_offline()
    settings = Settings.load(data=str(arguments.data))
    with loading.open_store(settings) as store, arguments.out.open("w", encoding="utf-8") as out:
        retriever = loading.open_retriever(settings, store)
        for row in drawn(arguments):
            plan = understand(row["question"], retriever, today=date(2018, 6, 1))
            form = _FORMS.get(plan.intent.wanted)
            if form is None or len(plan.query.parts) > 1:
                continue
            found, plan = find(plan, retriever, SOURCES)
            made = []
            for at, item in enumerate(found):
                features = source_features(plan.query, plan.topic, found, at, retriever.context)
                if features is None:
                    continue
                if form == "list":
                    items = [one.text for one in list_items(plan.query, found, at)]
                else:
                    items = [(reason_in if form == "reason" else marked_words)(plan.query, item)]
                made.append({"items": items, "article": item.article.id, "features": list(astuple(features))})
            out.write(json.dumps({**row, "form": form, "candidates": made}, ensure_ascii=False) + "\n")
            out.flush()


def _good(row: dict[str, Any], candidate: dict[str, Any], least: float) -> bool:
    told = share_told(". ".join(candidate["items"]), row["answers"])
    return bool(row["answers"]) and told >= (least if row["form"] == "list" else 0.01)


def fit(arguments: argparse.Namespace) -> None:
    """Fit each form, tell how well it does on questions left out, choose the two points, write the file."""
    rows = collected(arguments)
    rows = [row for row in rows if row["candidates"]]
    stored = {}
    for form in _FORMS.values():
        stored[form] = _fitted(form, [row for row in rows if row["form"] == form], arguments)
    arguments.out.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def _fitted(form: str, rows: list[dict[str, Any]], arguments: argparse.Namespace) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    fold_of = folds(rows)
    out = []
    for fold in range(ROUNDS):
        weights = _learn([row for row, f in zip(rows, fold_of, strict=True) if f != fold], arguments.strength)
        for row, f in zip(rows, fold_of, strict=True):
            if f == fold:
                sure, candidate = max(
                    ((_probability(one["features"], weights), one) for one in row["candidates"]), key=lambda two: two[0]
                )
                out.append((sure, bool(row["answers"]), _good(row, candidate, 1.0), _good(row, candidate, 0.5)))
    out.sort(reverse=True)
    answerable = sum(one[1] for one in out)
    sures = [one[0] for one in out]
    areas = [roc_auc_score([one[n] for one in out], sures) for n in (1, 2)]
    whole, half = (sum(one[n] for one in out) / answerable for n in (2, 3))
    print(f"{form}: {len(out)} questions, {answerable} answerable; whole {whole:.3f}, half {half:.3f}")
    print(f" area, answerable {areas[0]:.3f}, whole {areas[1]:.3f}")
    threshold, unsure, told, held = 0.0, 1.0, 0, 0
    for n, (sure, truth, good, _) in enumerate(out, start=1):
        told, held = told + truth, held + good
        if told / answerable >= arguments.answered and not threshold:
            threshold = sure
        if n >= 10 and held / n >= arguments.promise:
            unsure = sure
        if n % max(1, len(out) // 12) == 0:
            refused = 1 - (n - told) / max(1, len(out) - answerable)
            print(f" at {sure:.3f} answered {told / answerable:.3f} refused {refused:.3f} right {held / n:.3f}")
    weights = _learn(rows, arguments.strength)
    return {
        "constant": round(float(weights[0]), 4),
        "weights": {name: round(float(w), 4) for name, w in zip(NAMES, weights[1:], strict=True)},
        "threshold": round(threshold, 4),
        "unsure": round(unsure, 4),
        "questions": len(rows),
    }


def _learn(rows: list[dict[str, Any]], strength: float) -> Any:
    """Return the constant and the weights; an answer of which half is told has a right source."""
    from sklearn.linear_model import LogisticRegression

    x = np.array([one["features"] for row in rows for one in row["candidates"]])
    y = np.array([_good(row, one, 0.5) for row in rows for one in row["candidates"]])
    spread = x.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=strength, max_iter=5000).fit(x / spread, y)
    return np.array([model.intercept_[0], *(model.coef_[0] / spread)])


def _probability(features: list[float], weights: Any) -> float:
    return float(1 / (1 + np.exp(-(weights[0] + weights[1:] @ np.array(features)))))


def main() -> None:
    """Collect or fit."""
    parser, _, two = two_steps(__doc__, collect, fit)
    two.add_argument("--out", type=Path, required=True)
    two.add_argument("--answered", type=float, default=0.85)
    two.add_argument("--promise", type=float, default=0.93)
    two.add_argument("--strength", type=float, default=0.1)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
