"""Fits how likely an article is on a subject that a summary is asked of, and tells how often the first one is right.

    scripts/train/subject.py --articles FILE.jsonl --data INDEX [--sample 600]

Subjects are cut from titles and openings: two to six words that follow one another. Right is the article they come
from; others that hold all of the subject are left out, as nobody knows. Every other subject is asked once more with
its article taken away, so that the near misses are learnt as well. The figures are of subjects held out (five folds).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.text.analysis import STOP_WORDS, tokens
from rag.answering.summary_sentences import units
from rag.query.query import Query
from rag.retrieval.named_articles import about_features, subject_stems
from rag.retrieval.retriever import Retriever
from rag.serving import loading
from rag.settings import Settings, go_offline

_FOLDS, _ROUNDS, _RIDGE = 5, 40, 0.5
_WORDS = range(2, 7)
_READ = 40


@dataclass(frozen=True)
class Asked:
    """A subject: the features of the articles found, and which of them is right."""

    rows: tuple[tuple[float, ...], ...]
    right: tuple[bool, ...]


def cut(text: str, chosen: random.Random) -> str:
    """Return a few words of a text that follow one another, function words out.

    >>> cut("Pasar ikan", random.Random(1))
    'pasar ikan'
    """
    said = tokens(text)
    length = chosen.choice(_WORDS)
    start = chosen.randrange(max(1, len(said) - length + 1))
    return " ".join(word for word in said[start : start + length] if word not in STOP_WORDS)


def ask(subject: str, right: str, retriever: Retriever, *, gone: bool) -> Asked:
    """Return the best features of each article found; with ``gone`` as if the right one were not in the archive."""
    stems = subject_stems(subject)
    rarity = retriever.stem_weights(stems)
    best: dict[str, tuple[float, ...]] = {}
    for item in retriever.ranked(Query(subject), _READ)[:_READ]:
        row = about_features(stems, item, rarity)
        best[item.article.id] = max(row, best.get(item.article.id, row), key=sum)
    kept = {id: row for id, row in best.items() if (not gone if id == right else row[1] < 1 - 1e-9)}
    return Asked(tuple(kept.values()), tuple(id == right for id in kept))


def fit(asked: Sequence[Asked]) -> tuple[float, ...]:
    """Return the constant and the weights of a logistic regression."""
    rows = np.array([(1.0, *row) for one in asked for row in one.rows])
    target = np.array([float(right) for one in asked for right in one.right])
    ridge = np.diag([1e-6] + [_RIDGE] * (rows.shape[1] - 1))
    found = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        expected = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (expected - target) + ridge @ found
        found -= np.linalg.solve((rows.T * (expected * (1 - expected))) @ rows + ridge, slope)
    return tuple(round(float(value), 2) for value in found)


def first(asked: Asked, weights: Sequence[float]) -> tuple[float, bool]:
    """Return the probability of the likeliest article and whether it is the right one."""
    values = [weights[0] + float(np.dot(weights[1:], row)) for row in asked.rows]
    place = max(range(len(values)), key=values.__getitem__)
    return float(1 / (1 + np.exp(-values[place]))), asked.right[place]


def main() -> None:
    """Print what held of the subjects held out, by probability, and the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=600)
    arguments = parser.parse_args()
    go_offline()
    chosen = random.Random(5)
    articles = [json.loads(line) for line in arguments.articles.read_text("utf-8").splitlines()]
    sample = chosen.sample(articles, min(arguments.sample, len(articles)))
    settings = Settings.load(data=str(arguments.data))
    asked: list[Asked] = []
    with loading.open_store(settings) as store:
        retriever = loading.open_retriever(settings, store)
        for place, article in enumerate(sample):
            opening = next((unit.text for unit in units(article["text"], article["source"])), "")
            subject = cut(article["title"] if place % 2 else opening, chosen)
            if len(subject.split()) < min(_WORDS):
                continue
            asked.append(ask(subject, article["id"], retriever, gone=False))
            if place % 4 < 2:
                asked.append(ask(subject, article["id"], retriever, gone=True))
    asked = [one for one in asked if one.rows]
    chosen.shuffle(asked)
    told = []
    for fold in range(_FOLDS):
        weights = fit([one for place, one in enumerate(asked) if place % _FOLDS != fold])
        told += [(first(one, weights), any(one.right)) for one in asked[fold::_FOLDS]]
    there = [right for (_, right), known in told if known]
    print(f"subjects with their article {len(there)}, first is right {sum(there) / len(there):.3f}")
    for low, high in ((0.0, 0.3), (0.3, 0.5), (0.5, 0.9), (0.9, 1.01)):
        held = [right for (sure, right), _ in told if low <= sure < high]
        print(f"said {low:.1f}-{min(high, 1):.1f}: {len(held):4}, right {sum(held) / (len(held) or 1):.3f}")
    print(fit(asked))


if __name__ == "__main__":
    main()
