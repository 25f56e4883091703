"""Fits the weights of confidence on questions made here, some without an answer. Prints weights, threshold, curve.

    tanya index .../facqa/corpus.jsonl --data /tmp/facqa
    tanya index .../abstain/corpus.jsonl --data /tmp/abstain
    python scripts/bench/confidence.py /tmp/facqa .../facqa/train.jsonl --out made.jsonl [--sample 60] \\
        [--passages /tmp/abstain --without .../abstain/valid.jsonl]

Each training question is asked as it is, and then spoilt in up to three ways against the same evidence: a name
exchanged for one of another question, a negation, an opposite, an adjective of no place there, another number, or
another relation of a name in the evidence. Every third is also asked with the passages that hold its answer taken away.
With ``--passages``, questions are made of that archive's sentences too, and spoilt in two ways each; what is spoilt by
a name or relation is searched anew. Passages with a question in ``--without`` are left alone. A question counts as
answered when the words said share enough with the right answer; where a plain reason speaks against the answer,
confidence is never asked, and the question is left out. What was found is kept in ``--out``; a second run only fits.
Cross-validated by question.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from made_questions import from_passages, names_in, spoilt, spoilt_about  # type: ignore[import-not-found]
from numpy.typing import NDArray

from rag.answering.confidence import FEATURE_NAMES
from rag.answering.verification import Judging
from rag.evaluation.metrics import contains, token_f1
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import choose_evidence
from rag.generation.prompts import MAX_COPIED_TOKENS, NOT_FOUND, copy_prompt
from rag.generation.protocol import ChatModel
from rag.query.query import Query
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.serving import loading
from rag.settings import Settings, go_offline

SOURCES = 4
SPOILT, SPOILT_PASSAGE = 3, 2
PER_FORM = 14  # questions of each form of sentence
MIN_SHARED = 0.3  # token F1 with the gold answer from which an answer counts as right
Row = dict[str, Any]
Floats = NDArray[np.float64]


def asked(gold: Sequence[Row], retriever: Retriever, model: ChatModel) -> Iterator[Row]:
    """Yield every question with its signs, 1 for "right" where the archive answers it and the model said so."""
    lot = random.Random(11)
    names = [name for row in gold for name in names_in(row["question"])]
    for number, row in enumerate(gold):
        question = row["question"]
        found = retriever.search(Query(question), SOURCES)
        text = " ".join(item.passage.text for item in found)
        yield _row(number, "answerable", question, row["answers"], said_of(question, found, question, retriever, model))
        made = list(spoilt(question, text, names, lot))
        lot.shuffle(made)
        for kind, other in made[:SPOILT]:
            yield _row(number, kind, other, (), said_of(other, found, question, retriever, model))
        without = [item for item in found if not any(contains(item.passage.text, a) for a in row["answers"])]
        if number % 3 == 0 and without:
            yield _row(number, "taken away", question, (), said_of(question, without, question, retriever, model))


def asked_of_passages(
    texts: Sequence[str], retriever: Retriever, model: ChatModel, count: int, first_group: int
) -> Iterator[Row]:
    """Yield ``count`` questions made of passages, and what they are spoilt to, as ``asked`` does."""
    lot = random.Random(7)
    made = from_passages(texts, PER_FORM, lot)[:count]
    subjects = [one.subject for one in made]
    for number, one in enumerate(made, start=first_group):
        question = one.question
        found = retriever.search(Query(question), SOURCES)
        yield _row(number, "answerable", question, [one.answer], said_of(question, found, question, retriever, model))
        others = [(kind, text) for kind, text in spoilt_about(one, subjects, lot) if text != question]
        lot.shuffle(others)
        for kind, other in others[:SPOILT_PASSAGE]:
            anew = kind in ("name", "part of a name", "relation")
            among, chosen_for = (retriever.search(Query(other), SOURCES), other) if anew else (found, question)
            yield _row(number, kind, other, (), said_of(other, among, chosen_for, retriever, model))


def _row(group: int, kind: str, question: str, answers: Sequence[str], said: Row) -> Row:
    right = any(contains(said["said"], a) or token_f1(said["said"], a) >= MIN_SHARED for a in answers)
    return {"group": group, "kind": kind, "question": question, "right": right, **said}


def said_of(question: str, found: Sequence[Retrieved], chosen_for: str, retriever: Retriever, model: ChatModel) -> Row:
    """Return what the model copies for a question, its signs, and whether a plain reason speaks against it.

    The evidence is chosen for ``chosen_for``.
    """
    query, evidence_for = Query(question), Query(chosen_for)
    pieces = choose_evidence(evidence_for, found, retriever.stem_weights(evidence_for.topic), model.count_tokens)
    trace = Trace(refusal_text=NOT_FOUND)
    texts = [piece.text for piece in pieces]
    prompt, form = copy_prompt(question, pieces), query.answer_form(texts)
    said = "".join(model.stream(prompt, MAX_COPIED_TOKENS, copy_from=texts, must_hold=form, trace=trace))
    topic = retriever.stem_weights(query.topic)
    compared = retriever.compared(query, found)
    judged = Judging(query, topic, compared, pieces, retriever.context, trace).copied(said)
    if judged is None:
        return {"said": said, "turned away": True, "signs": []}
    return {"said": said, "turned away": bool(judged.against), "signs": list(astuple(judged.features))}


def fit(signs_: Floats, right: Floats, l2: float = 0.02) -> tuple[float, Floats]:
    """Return constant and weights of a logistic regression, ``(n, d)`` signs and ``(n,)`` outcomes.

    ``l2`` weighs half the squares of the weights, of scaled signs, against the mean loss.
    """
    from sklearn.linear_model import LogisticRegression

    mean, spread = signs_.mean(0), signs_.std(0) + 1e-6
    fitted = LogisticRegression(C=1 / (l2 * len(right)), max_iter=1000).fit((signs_ - mean) / spread, right > 0)
    real = fitted.coef_[0] / spread
    return float(fitted.intercept_[0] - (real * mean).sum()), real


def _all_asked(options: argparse.Namespace, gold: Sequence[Row], model: ChatModel) -> Iterator[Row]:
    with _opened(options.data) as retriever:
        yield from asked(gold, retriever, model)
    if options.passages:
        with _opened(options.passages) as retriever:
            yield from _of_archive(retriever, model, options)


@contextmanager
def _opened(data: Path) -> Iterator[Retriever]:
    settings = Settings.load(data=str(data))
    with loading.open_store(settings) as store:
        yield Retriever(store, loading.open_embedder(settings))


def _of_archive(retriever: Retriever, model: ChatModel, options: argparse.Namespace) -> Iterator[Row]:
    left_alone = {row["passage_id"] for row in _rows(options.without)} if options.without else set()
    ids = [id for id in sorted(retriever.store.stored_articles()) if id not in left_alone]
    random.Random(7).shuffle(ids)
    articles = [retriever.store.article(id) for id in ids]
    texts = [article.text for article in articles if article]
    yield from asked_of_passages(texts, retriever, model, options.sample, first_group=options.sample)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def main() -> None:
    """Ask what is not yet asked, then fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--passages", type=Path, help="an index of encyclopedic texts")
    parser.add_argument("--without", type=Path, help="questions whose passages are left alone")
    options = parser.parse_args()
    if not options.out.exists():
        go_offline()
        gold = random.Random(5).sample(_rows(options.questions), options.sample)
        model = loading.open_llm(Settings.load())
        with options.out.open("w", encoding="utf-8") as out:
            for row in _all_asked(options, gold, model):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                out.flush()
    rows = [row for row in _rows(options.out) if not row["turned away"]]
    values, right = np.array([row["signs"] for row in rows]), np.array([float(row["right"]) for row in rows])
    groups = np.array([row["group"] for row in rows])
    held = np.zeros(len(rows))
    for fold in range(5):
        other = groups % 5 != fold
        constant, weights = fit(values[other], right[other])
        held[~other] = 1 / (1 + np.exp(-(constant + values[~other] @ weights)))
    constant, weights = fit(values, right)
    print(f"{len(rows)} questions, {int(right.sum())} answered rightly\nconstant {constant:.3f}")
    for name, weight in zip(FEATURE_NAMES, weights, strict=True):
        print(f"  {name:12} {weight:8.3f}")
    none = np.array([row["kind"] != "answerable" for row in rows])
    print("\nright kept  threshold  turned away of those without an answer (cross-validated)")
    for kept in (0.97, 0.95, 0.93, 0.9, 0.85):
        threshold = float(np.quantile(held[right == 1], 1 - kept))
        print(f"{kept:10.2f}  {threshold:9.3f}  {float((held[none] < threshold).mean()):.3f}")


if __name__ == "__main__":
    main()
