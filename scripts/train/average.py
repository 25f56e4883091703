"""Several runs of training → their mean, which reads better than each of them.

    scripts/train/average.py OUT.pt RUN/reader.pt RUN/reader.pt...

The runs must go on from one another, or from one beginning: numbers of unrelated runs have no common mean. After
Wortsman and others, "Model soups" (2022).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch


def mean(weights: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean of each tensor; what is no number of training is the first run's.

    >>> mean([{"a": torch.tensor([1.0])}, {"a": torch.tensor([3.0])}])
    {'a': tensor([2.])}
    """
    return {
        name: sum(one[name].float() for one in weights) / len(weights) if value.is_floating_point() else value
        for name, value in weights[0].items()
    }


def main() -> None:
    """Write the mean."""
    out, *runs = map(Path, sys.argv[1:])
    torch.save({"model": mean([torch.load(run, map_location="cpu")["model"] for run in runs])}, out)


if __name__ == "__main__":
    main()
