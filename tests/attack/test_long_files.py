"""The attacks on files and store that take minutes: `scripts/attack` runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.environ.get("ATTACK_LONG") != "1", reason="minutes; scripts/attack runs it")


@pytest.mark.parametrize("script", ["hostile.py", "kills.py"])
def test_no_file_and_no_kill_does_harm(script: str) -> None:
    assert subprocess.run([sys.executable, f"scripts/bench/{script}"], cwd=ROOT).returncode == 0
