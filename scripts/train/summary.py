"""Fits which sentences of an article a summary by a person repeats, and tells how well that does on articles held out.

    scripts/train/summary.py --summaries FILE.jsonl --data INDEX [--out rag/answering/summary.json]

A line is ``{"article_id", "summary"}``. Printed side by side, as ROUGE-1 and ROUGE-2 (F1 of words): the first three
sentences, the fit on articles that it did not see (five folds), and its spread over ways to fold. The weights are then
fitted on all of them. A logistic regression of the share of a sentence's word pairs that the summary holds, each
sentence weighing as much as it has words.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from index.articles import Article
from index.text.sentences import sentence_spans
from rag.answering.summary_sentences import FORMAT, NAMES, SentenceWeights, Unit, choose, features, shares, units
from rag.evaluation.metrics import words
from rag.serving import loading
from rag.settings import Settings

FOLDS, WAYS = 5, 5
_RIDGE = 3.0  # of all but the constant; between 1 and 30 the held-out figures are within .003 of one another
_WORDS_OF_WEIGHT = 20.0  # so many words weigh as one observation
_ROUNDS = 30


@dataclass(frozen=True)
class Example:
    """One article with the summary that a person wrote of it."""

    article: Article
    summary: str
    made: tuple[Unit, ...]


def pairs(text: str, length: int) -> Counter[tuple[str, ...]]:
    """Return how often each run of ``length`` words stands in a text.

    >>> pairs("Pasar ikan dibuka", 2)[("ikan", "dibuka")]
    1
    """
    said = words(text)
    return Counter(zip(*(said[at:] for at in range(length)), strict=False))


def rouge(text: str, summary: str, length: int) -> float:
    """Return ROUGE-N as F1, 0 where there is nothing to compare.

    >>> rouge("Pasar ikan dibuka.", "Pasar ikan ramai", 1)
    0.6666666666666666
    """
    told, gold = pairs(text, length), pairs(summary, length)
    total = sum(told.values()) + sum(gold.values())
    return 2 * sum((told & gold).values()) / total if total else 0.0


def fit(examples: Sequence[Example]) -> SentenceWeights:
    """Return the weights that tell best which share of a sentence these summaries repeat."""
    rows = np.array([row for one in examples for row in features(one.made, one.article.title)])
    repeated, weights = [], []
    for one in examples:
        gold = pairs(one.summary, 2)
        for unit in one.made:
            said = pairs(unit.text, 2)
            repeated.append(sum((said & gold).values()) / (sum(said.values()) or 1))
            weights.append(len(words(unit.text)) / _WORDS_OF_WEIGHT)
    target, weight = np.array(repeated), np.array(weights)
    ridge = np.diag([1e-6] + [_RIDGE] * (len(NAMES) - 1))
    found = np.zeros(len(NAMES))
    for _ in range(_ROUNDS):
        expected = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weight * (expected - target)) + ridge @ found
        found -= np.linalg.solve((rows.T * (weight * expected * (1 - expected))) @ rows + ridge, slope)
    usual = mean(len(words(one.summary)) for one in examples)
    return SentenceWeights(tuple(round(float(value), 3) for value in found), round(usual, 1))


def told(example: Example, weights: SentenceWeights) -> str:
    """Return the summary of an article by these weights."""
    expected = shares(example.made, example.article.title, weights)
    return " ".join(unit.text for unit in choose(example.made, expected, weights.usual_words))


def held_out(examples: Sequence[Example], seed: int) -> list[str]:
    """Return the summary of each article by weights that were fitted without it."""
    order = list(range(len(examples)))
    random.Random(seed).shuffle(order)
    made: dict[int, str] = {}
    for fold in range(FOLDS):
        left_out = set(order[fold::FOLDS])
        weights = fit([one for place, one in enumerate(examples) if place not in left_out])
        made.update((place, told(examples[place], weights)) for place in left_out)
    return [made[place] for place in range(len(examples))]


def opening(article: Article, count: int = 3) -> str:
    """Return the first sentences of an article as they stand."""
    return " ".join(article.text[start:end] for start, end in sentence_spans(article.text)[:count])


def figures(examples: Sequence[Example], summaries: Sequence[str]) -> tuple[float, float]:
    """Return the mean ROUGE-1 and ROUGE-2 of summaries in the order of their articles."""
    one, two = (
        mean(rouge(text, example.summary, length) for text, example in zip(summaries, examples, strict=True))
        for length in (1, 2)
    )
    return one, two


def read(summaries: Path, data: Path) -> list[Example]:
    """Return the articles of an index that have a summary."""
    examples = []
    with loading.open_store(Settings.load(data=str(data))) as store:
        for row in map(json.loads, summaries.read_text("utf-8").splitlines()):
            if article := store.article(row["article_id"]):
                examples.append(Example(article, row["summary"], tuple(units(article.text, article.publisher))))
    return examples


def main() -> None:
    """Print the figures and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--summaries", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    examples = read(arguments.summaries, arguments.data)
    ways = [figures(examples, held_out(examples, seed)) for seed in range(WAYS)]
    print(f"{'articles':34}{len(examples)}")
    for name, (one, two) in {
        "first three sentences": figures(examples, [opening(example.article) for example in examples]),
        "held out": (mean(one for one, _ in ways), mean(two for _, two in ways)),
        "held out, worst way to fold": min(ways),
    }.items():
        print(f"{name:34}ROUGE-1 {one:.3f}  ROUGE-2 {two:.3f}")
    weights = fit(examples)
    print(json.dumps(dict(zip(NAMES, weights.of_features, strict=True))))
    if arguments.out:
        stored = {
            "format": FORMAT, "usual_words": weights.usual_words,
            "weights": dict(zip(NAMES, weights.of_features, strict=True)),
        }  # fmt: skip
        arguments.out.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
