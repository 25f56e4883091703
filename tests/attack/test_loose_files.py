"""A folder of many loose files, by a small run of `scripts/bench/loose.py`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_many_loose_files_leave_nothing_open_and_nothing_out() -> None:
    done = subprocess.run([sys.executable, "scripts/bench/loose.py", "600"], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout[:17]) == (0, "600 loose files: "), done.stdout + done.stderr[-2000:]
