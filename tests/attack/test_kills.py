"""A small run of `scripts/bench/kills.py`: SIGKILL at random moments of all that writes, alone and beside others."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("rounds", "seed", "beside"), [(10, 7, 0), (6, 3, 2)])
def test_nothing_is_lost_or_half_done_by_kills_at_random_moments(rounds: int, seed: int, beside: int) -> None:
    figures = ["--rounds", str(rounds), "--seed", str(seed), "--beside", str(beside)]
    command = [sys.executable, "scripts/bench/kills.py", *figures]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    told = f"{rounds} kills, nothing lost and nothing half done\n"
    assert (done.returncode, done.stdout) == (0, told), done.stderr[-2000:]
