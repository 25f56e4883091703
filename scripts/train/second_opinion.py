"""Fits how much a second opinion of the language model counts beside how sure an answer is without it.

    scripts/train/second_opinion.py collect --questions FILE.jsonl --data INDEX --out ROWS.jsonl [--kept FILE]
    scripts/train/second_opinion.py fit ROWS.jsonl... --out rag/answering/second_opinion.json

A question is ``{"id", "question", "answers": [...]}``; without answers it has none in its archive. ``collect`` asks the
product itself, then the language model whether the likeliest answer holds. ``fit`` tells what the second opinion does
to questions left out; --answered and --promise choose the two points as in `confidence.py`.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from confidence import KeptChat, right
from two_steps import ROUNDS, collected, drawn, folds, signed_logistic, two_steps

from rag.answering.confidence import ReadWeights, log_odds
from rag.answering.fact import rated
from rag.answering.pipeline import Assistant
from rag.answering.second_opinion import LEAST_ASKED, second_opinion
from rag.serving import loading
from rag.settings import Settings, go_offline


def collect(arguments: argparse.Namespace) -> None:
    """Write the likeliest answer of each question, how sure it is, and the model's leaning."""
    go_offline()
    settings = Settings.load(data=str(arguments.data))
    weights = ReadWeights.load()
    with loading.open_store(settings) as store, arguments.out.open("w", encoding="utf-8") as out:
        model = KeptChat(loading.open_llm(settings), arguments.kept)
        assistant = Assistant(loading.open_retriever(settings, store), model, date(2018, 6, 1))
        for row in drawn(arguments):
            judged = assistant.judged(row["question"])
            if judged is None:
                continue
            judging, copied = judged
            sure, best = next(iter(rated(judging, copied, weights)), (0.0, None))
            if best is None or sure < LEAST_ASKED or not best.text:
                continue
            lean = second_opinion(model, row["question"], best.text, judging.found[best.source])
            told = {"text": best.text, "sure": sure, "leaning": lean, "right": right(best.text, row["answers"])}
            out.write(json.dumps({**row, **told}, ensure_ascii=False) + "\n")
            out.flush()


def fit(arguments: argparse.Namespace) -> None:
    """Fit, tell how well it does on questions left out, choose the two points, write the file."""
    from sklearn.metrics import roc_auc_score

    rows = collected(arguments)
    x = np.array([[log_odds(row["sure"]), row["leaning"]] for row in rows])
    good = np.array([row["right"] for row in rows])
    truth = np.array([bool(row["answers"]) for row in rows])
    fold_of = np.array(folds(rows))
    out = np.zeros(len(rows))
    for fold in range(ROUNDS):
        left = fold_of == fold
        out[left] = _probabilities(x[left], _learnt(x[~left], good[~left]))
    print(f"{len(rows)} answers, {good.sum()} right, to {truth.sum()} questions that have one")
    for name, scores in (("without it", x[:, 0]), ("it alone", x[:, 1]), ("with it", out)):
        order = np.argsort(-scores, kind="stable")
        told = [f"area right {roc_auc_score(good, scores):.3f}, answerable {roc_auc_score(truth, scores):.3f}"]
        for share in (0.9, 0.85, 0.8, 0.75):
            first = order[: 1 + int(np.searchsorted(np.cumsum(truth[order]), share * truth.sum()))]
            told.append(f"answered {share} refused {1 - (~truth[first]).sum() / max(1, (~truth).sum()):.3f}")
        for share in (0.2, 0.3, 0.4):
            told.append(f"surest {share} right {good[order[: int(share * len(rows))]].mean():.3f}")
        print(f"{name}: {'; '.join(told)}")
    order = np.argsort(-out, kind="stable")
    answered = 1 + int(np.searchsorted(np.cumsum(truth[order]), arguments.answered * truth.sum()))
    held = np.cumsum(good[order]) / np.arange(1, len(rows) + 1)
    sure = max((n for n in range(29, len(rows)) if held[n] >= arguments.promise), default=0)
    constant, of_sure, of_leaning = _learnt(x, good)
    stored = {
        "constant": round(constant, 5),
        "sure": round(of_sure, 5),
        "leaning": round(of_leaning, 5),
        "threshold": round(float(out[order[answered - 1]]), 4),
        "unsure": round(float(out[order[sure]]), 4),
        "questions": len(rows),
    }
    arguments.out.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    print(json.dumps(stored, indent=1))


def _learnt(x: Any, good: Any) -> tuple[float, float, float]:
    (of_sure, of_leaning), constant = signed_logistic(x, good, [1, 1], 1.0)
    return float(constant), float(of_sure), float(of_leaning)


def _probabilities(x: Any, numbers: tuple[float, float, float]) -> Any:
    constant, *weights = numbers
    return 1 / (1 + np.exp(-(constant + x @ np.array(weights))))


def main() -> None:
    """Collect or fit."""
    parser, one, two = two_steps(__doc__, collect, fit)
    one.add_argument("--kept", type=Path, help="a file that keeps the language model's answers")
    two.add_argument("--out", type=Path, required=True)
    two.add_argument("--answered", type=float, default=0.85)
    two.add_argument("--promise", type=float, default=0.87, help="by the letter of the gold answers")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
