"""Fits how sure answers from the reader's marks alone are: lists, reasons, and single facts (a side of a comparison).

    scripts/train/read_confidence.py collect --questions FILE.jsonl --data INDEX --out ROWS.jsonl [--sample N]
    scripts/train/read_confidence.py fit ROWS.jsonl... --out rag/answering/read_confidence.json

A question is ``{"id", "question", "answers": [...]}``; all of a list's answers must be told, one of any other's.
Without answers it has none in its archive. Questions of other forms are left out. ``fit`` chooses the two points on the
scale: above *unsure* the share --promise of the answers held (of lists --promise-whole), and at *threshold* the share
--answered of the answerable questions is answered.
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
from two_steps import ROUNDS, collected, drawn, folds, signed_logistic, two_steps  # type: ignore[import-not-found]

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
_AGAINST = {"rival", "unsaid"}
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
                elif form == "reason":
                    items = [one.text for one in reason_in(plan.topic, found, at)]
                else:
                    items = [marked_words(plan.query, item)]
                made.append({"items": items, "article": item.article.id, "features": list(astuple(features))})
            out.write(json.dumps({**row, "form": form, "candidates": made}, ensure_ascii=False) + "\n")
            out.flush()


def _good(row: dict[str, Any], candidate: dict[str, Any], least: float) -> bool:
    told = share_told(". ".join(candidate["items"]), row["answers"])
    return bool(row["answers"]) and told >= (least if row["form"] == "list" else 0.01)


def fit(arguments: argparse.Namespace) -> None:
    """Fit all forms, tell how well that does on questions left out, choose the two points of each, write the file."""
    rows = [row for row in collected(arguments) if row["candidates"]]
    fold_of = folds(rows)
    told: dict[str, list[tuple[float, bool, bool, bool]]] = {form: [] for form in _FORMS.values()}
    for fold in range(ROUNDS):
        others = [row for row, f in zip(rows, fold_of, strict=True) if f != fold]
        constants, weights = _learn(others, arguments.strength)
        for row, f in zip(rows, fold_of, strict=True):
            if f == fold:
                sures = [_probability(one["features"], constants[row["form"]], weights) for one in row["candidates"]]
                sure, candidate = max(zip(sures, row["candidates"], strict=True), key=lambda two: two[0])
                marks = bool(row["answers"]), _good(row, candidate, 1.0), _good(row, candidate, 0.5)
                told[row["form"]].append((sure, *marks))
    constants, weights = _learn(rows, arguments.strength)
    stored = {
        form: {
            "constant": round(constants[form], 4),
            "weights": {name: round(float(w), 4) for name, w in zip(NAMES, weights, strict=True)},
            **_points(form, sorted(of, reverse=True), arguments),
            "questions": len(of),
        }
        for form, of in told.items()
    }
    arguments.out.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def _points(form: str, out: list[tuple[float, bool, bool, bool]], arguments: argparse.Namespace) -> dict[str, float]:
    """Print the curve of one form, and return its two points."""
    from sklearn.metrics import roc_auc_score

    answerable = sum(one[1] for one in out)
    sures = [one[0] for one in out]
    areas = [roc_auc_score([one[n] for one in out], sures) for n in (1, 2)]
    whole, half = (sum(one[n] for one in out) / answerable for n in (2, 3))
    print(f"{form}: {len(out)} questions, {answerable} answerable; whole {whole:.3f}, half {half:.3f}")
    print(f" area, answerable {areas[0]:.3f}, whole {areas[1]:.3f}")
    threshold, unsure, told, held = 0.0, 1.0, 0, 0
    promise = arguments.promise_whole if form == "list" else arguments.promise
    for n, (sure, truth, good, _) in enumerate(out, start=1):
        told, held = told + truth, held + good
        if told / answerable >= arguments.answered and not threshold:
            threshold = sure
        if n >= 10 and held / n >= promise:
            unsure = sure
        if n % max(1, len(out) // 12) == 0:
            refused = 1 - (n - told) / max(1, len(out) - answerable)
            print(f" at {sure:.3f} answered {told / answerable:.3f} refused {refused:.3f} right {held / n:.3f}")
    return {"threshold": round(threshold, 4), "unsure": round(unsure, 4)}


def _learn(rows: list[dict[str, Any]], strength: float) -> tuple[dict[str, float], Any]:
    """Return a constant for each form and weights for all; an answer of which half is told has a right source.

    One form alone has too few questions, and none speaks against an answer that means to speak for it: on 104 lists a
    passage's high place in the order did.
    """
    forms = tuple(_FORMS.values())
    pairs = [(row, one) for row in rows for one in row["candidates"]]
    x = [[*one["features"], *(float(row["form"] == form) for form in forms)] for row, one in pairs]
    y = [_good(row, one, 0.5) for row, one in pairs]
    signs = [-1 if name in _AGAINST else 1 for name in NAMES] + [0] * len(forms)
    weights, constant = signed_logistic(x, y, signs, strength)
    constants = {form: constant + float(w) for form, w in zip(forms, weights[len(NAMES) :], strict=True)}
    return constants, weights[: len(NAMES)]


def _probability(features: list[float], constant: float, weights: Any) -> float:
    return float(1 / (1 + np.exp(-(constant + weights @ np.array(features)))))


def main() -> None:
    """Collect or fit."""
    parser, _, two = two_steps(__doc__, collect, fit)
    two.add_argument("--out", type=Path, required=True)
    two.add_argument("--answered", type=float, default=0.85)
    two.add_argument("--promise", type=float, default=0.93)
    two.add_argument("--promise-whole", type=float, default=0.8, help="of lists, of which each item is there")
    two.add_argument("--strength", type=float, default=0.1)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
