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
