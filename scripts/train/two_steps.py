"""What the scripts that first collect and then fit have in common: their command line, and the questions drawn."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Step = Callable[[argparse.Namespace], None]
Parser = argparse.ArgumentParser
ROUNDS = 5


def two_steps(told: str | None, collect: Step, fit: Step) -> tuple[Parser, Parser, Parser]:
    """Return the parser of a script, and those of its actions with what all take; ``run`` is what is to be done."""
    parser = Parser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(required=True)
    one, two = actions.add_parser("collect"), actions.add_parser("fit")
    one.set_defaults(run=collect)
    two.set_defaults(run=fit)
    one.add_argument("--questions", type=Path, required=True)
    one.add_argument("--data", type=Path, required=True)
    one.add_argument("--out", type=Path, required=True)
    one.add_argument("--sample", type=int, default=100_000)
    two.add_argument("rows", type=Path, nargs="+")
    return parser, one, two


def collected(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the rows of all files that were collected."""
    return [json.loads(line) for path in arguments.rows for line in path.read_text("utf-8").splitlines()]


def folds(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return, for each row, the one of ``ROUNDS`` rounds in which it is left out, always the same by its id."""
    return [int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % ROUNDS for row in rows]


def drawn(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the questions of a file, at most ``--sample`` of them, always the same."""
    lines = [json.loads(line) for line in arguments.questions.read_text("utf-8").splitlines()]
    return random.Random(3).sample(lines, min(arguments.sample, len(lines)))


def signed_logistic(
    x: Any, y: Any, signs: Sequence[int], strength: float, counts: Any | None = None
) -> tuple[Any, float]:
    """Return the weights and the constant of a logistic regression whose weights keep their signs.

    >>> weights, _ = signed_logistic([[0.0], [1.0], [2.0]], [True, False, False], [1], 1.0)
    >>> weights.tolist()
    [0.0]

    ``x`` is ``(rows, features)``, ``y`` ``(rows,)`` truths; ``signs`` are 1 for what may only speak for, -1 for what
    may only speak against, 0 for either. ``strength`` is the inverse of the penalty on squared weights, features having
    one spread; ``counts``, where given, is for how many each row stands. Few questions fit a sign by chance: what means
    to speak against an answer must not speak for it.
    """
    import numpy as np
    from scipy.optimize import minimize

    rows = np.asarray(x, dtype=float)
    spread = rows.std(axis=0)
    spread[spread == 0] = 1.0
    rows = np.hstack([rows / spread, np.ones((len(rows), 1))])
    truth = np.where(np.asarray(y, dtype=bool), 1.0, -1.0)
    many = np.ones(len(truth)) if counts is None else np.asarray(counts, dtype=float)

    def loss(values: Any) -> tuple[float, Any]:
        margins = truth * (rows @ values)
        total = (many * np.logaddexp(0, -margins)).sum() + (values[:-1] ** 2).sum() / (2 * strength)
        # far from the border the exponential may overflow to infinity, whose share is rightly nothing
        with np.errstate(over="ignore"):
            gradient = rows.T @ (-many * truth / (1 + np.exp(margins)))
        gradient[:-1] += values[:-1] / strength
        return float(total), gradient

    bounds = [(None if sign < 1 else 0.0, None if sign > -1 else 0.0) for sign in signs] + [(None, None)]
    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return found[:-1] / spread, float(found[-1])
