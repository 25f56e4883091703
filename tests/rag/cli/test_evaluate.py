"""tanya eval as a command: what cannot be run, and a run with the real models."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import one_line, tanya
from evaluated import ARTICLES, ROWS
from installed import keep_in

from rag.settings import Settings

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--set"),
        (["ask"], "GOLD"),
        (["tebak", "gold.jsonl"], "tebak"),
        (["--set", "ask"], "JENIS:GOLD"),
        (["ask", "tidak-ada.jsonl"], "tidak-ada.jsonl"),
    ],
)
def test_what_cannot_be_run_is_told_in_one_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    assert told in one_line(tanya("eval", *arguments, "--data", tmp_path))


@pytest.mark.models
def test_the_command_with_the_real_models(real_settings: Settings, prompt_states: Path, tmp_path: Path) -> None:
    keep_in(prompt_states, tmp_path / "data")
    corpus, gold = tmp_path / "corpus.jsonl", tmp_path / "gold.jsonl"
    corpus.write_text("\n".join(map(json.dumps, ARTICLES)))
    gold.write_text("\n".join(map(json.dumps, ROWS)))
    for arguments in (
        ["index", str(corpus)],
        ["eval", "ask", str(gold), "--set", f"search:{gold}:{tmp_path / 'data'}", "--json"],
    ):
        command = [sys.executable, "-m", "rag.cli", *arguments, "--data", str(tmp_path / "data")]
        finished = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ)
    asked, searched = map(json.loads, finished.stdout.splitlines())
    assert (asked["questions"], searched["figures"]["recall@1"]["value"]) == (4, 1.0)
