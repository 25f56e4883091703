"""Counts what tells yes from no: how often each kind of evidence goes with yes and with no.

    scripts/train/yes_no_evidence.py --shared SHARED --news-questions FILE.jsonl [--split train] [--ask-model N]

asks the questions of one split's articles for yes or no, each of the sentence that holds what was marked for it. The
shares stand in ``rag.answering.yes_no.Evidence``. With ``--ask-model`` the language model is asked N of them, and how
its leaning and the words tell together is fitted: the numbers of ``HOLDS``, and how often they would be right, each
article's questions left out in one of five rounds.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from examples import TRAIN, load, split_of  # type: ignore[import-not-found]
from two_steps import ROUNDS, folds  # type: ignore[import-not-found]

from index.text.sentences import sentence_spans
from rag.answering.yes_no import LEAST_TOLD, Evidence, evidence, log_odds, model_leaning
from rag.query.intent import intent
from rag.serving import loading
from rag.settings import Settings, go_offline

_SEED = 3
Judged = tuple[str, Evidence, float, bool]  # the article, what the words tell, the model's leaning, whether it holds


def main() -> None:
    """Count and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--news-questions", type=Path, nargs="*", default=[])
    parser.add_argument("--split", default=TRAIN)
    parser.add_argument("--ask-model", type=int, default=0, metavar="N")
    arguments = parser.parse_args()
    texts, questions = load(arguments.shared, arguments.news_questions)
    counts: Counter[tuple[str, bool]] = Counter()
    asked: list[tuple[str, Evidence, str, str, bool]] = []
    for question in questions:
        statement = intent(question.question).statement
        if question.affirms is None or not question.spans or statement is None or statement.choices:
            continue
        if split_of(question.text_id) == arguments.split:
            text = texts[question.text_id].text
            marked = next((text[s:e] for s, e in sentence_spans(text) if s <= question.spans[0][0] < e), "")
            told = evidence(statement.claim, marked, text)
            counts[told.name, question.affirms] += 1
            header = texts[question.text_id].header
            title = header.rpartition(" (")[0] or header
            shown = f"{title}. {' '.join(marked.split())}"
            asked.append((question.text_id, told, statement.claim, shown, question.affirms))
    for one in Evidence:
        print(f"{one.name}: yes {counts[one.name, True]}, no {counts[one.name, False]}")
    if arguments.ask_model:
        go_offline()
        model = loading.open_llm_here(Settings.load())
        random.Random(_SEED).shuffle(asked)
        drawn = asked[: arguments.ask_model]
        fit([(id, told, model_leaning(model, claim, shown) or 0.0, holds) for id, told, claim, shown, holds in drawn])


def fit(rows: Sequence[Judged]) -> None:
    """Print how words and model tell together whether a statement holds, and how often they would be right."""
    from sklearn.linear_model import LogisticRegression

    x = np.array([[log_odds(told), leaning] for _, told, leaning, _ in rows])
    holds = np.array([row[3] for row in rows])
    fold_of = np.array(folds([{"id": row[0]} for row in rows]))
    out = np.full(len(rows), 0.5)
    for fold in set(fold_of) if len(set(fold_of)) == ROUNDS else ():
        model = LogisticRegression(C=1.0).fit(x[fold_of != fold], holds[fold_of != fold])
        out[fold_of == fold] = model.predict_proba(x[fold_of == fold])[:, 1]
    sure = np.maximum(out, 1 - out)
    for least in (LEAST_TOLD, 0.7, 0.8, 0.9):
        told = sure >= least
        print(f"above {least}: of {len(rows)} told {told.sum()}, right {((out > 0.5) == holds)[told].sum()}")
    model = LogisticRegression(C=1.0).fit(x, holds)
    print("holds", [round(float(w), 2) for w in (model.intercept_[0], *model.coef_[0])])


if __name__ == "__main__":
    main()
