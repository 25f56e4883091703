"""A small run of `scripts/bench/kills.py`: SIGKILL at random moments of all that writes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nothing_is_lost_or_half_done_by_kills_at_random_moments() -> None:
    command = [sys.executable, "scripts/bench/kills.py", "--rounds", "16", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, "16 kills, nothing lost and nothing half done\n"), done.stderr[-2000:]
