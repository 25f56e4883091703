"""The pieces of `scripts/attack`: what they cover, which are run again, and that a failing one is told."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_spec = spec_from_file_location("attack_pieces", ROOT / "scripts" / "bench" / "attack.py")
assert _spec is not None and _spec.loader is not None
attack = module_from_spec(_spec)
sys.modules["attack_pieces"] = attack  # where a dataclass looks for its module
_spec.loader.exec_module(attack)


def told(piece: object, option: str) -> str:
    command = piece.command  # type: ignore[attr-defined]
    return str(command[command.index(option) + 1])


def test_the_pieces_come_to_the_whole() -> None:
    pieces = {piece.name: piece for piece in attack.pieces(short=False)}
    alone = [piece for name, piece in pieces.items() if name.startswith("kills-")]
    assert sum(int(told(piece, "--rounds")) for piece in alone) == 500
    assert len({told(piece, "--seed") for piece in pieces.values() if "--seed" in piece.command}) == len(alone) + 4
    parts = [told(piece, "--part") for name, piece in pieces.items() if name.startswith("files-")]
    assert parts == [f"{part}/{len(parts)}" for part in range(1, len(parts) + 1)]
    kinds = list(range(246))
    assert sorted(kind for part in range(1, 9) for kind in kinds[part - 1 :: 8]) == kinds
    assert {"readers", "oidc", "loose"} <= pieces.keys()


def test_what_passed_on_this_commit_is_not_run_again(tmp_path: Path) -> None:
    results = tmp_path / "attack.jsonl"
    results.write_text(
        '{"piece": "kills-1", "passed": true, "commit": "abc"}\n'
        '{"piece": "kills-2", "passed": false, "commit": "abc"}\n'
        '{"piece": "kills-3", "passed": true, "commit": "abd"}\n'
    )
    assert attack.passed_on("abc", results) == {"kills-1"}
    assert attack.passed_on("abc+", results) == set()  # changed since
    assert attack.passed_on("abc", tmp_path / "none") == set()


@pytest.mark.parametrize(
    ("code", "passed", "figure"),
    [
        ("print('9 kills, nothing lost.')", True, "9 kills, nothing lost"),
        ("print('9 kills'); raise SystemExit(1)", False, "9 kills"),
        ("print('nothing was run')", False, "exit 0"),  # no figure, no pass
    ],
)
def test_a_piece_passes_by_its_exit_and_its_figure(code: str, passed: bool, figure: str) -> None:
    found = attack.run(attack.Piece("kills-1", (sys.executable, "-c", code), "kills"))
    assert found[:2] == (passed, figure)


def test_an_unknown_piece_is_wrong_usage() -> None:
    command = [sys.executable, "scripts/bench/attack.py", "kils-1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2 and "no piece kils-1; there are readers, oidc, loose, files-1" in done.stderr
