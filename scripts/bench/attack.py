"""The attacks that take minutes, in pieces of less than nine on a quiet machine; each piece prints one line of a table.

    scripts/attack                      every piece that has not passed on this commit
    scripts/attack --list               their names, and which have passed
    scripts/attack readers kills-3      these, whether they have passed or not
    scripts/attack --short              a little of each, to see that they run: nothing is written down

A piece that is stopped is run again by the next call. What passed is kept in ``build/attack.jsonl``. The bars: eight
readers, one of them hostile, and the others' evidence within 2 s (p95); no file over 20 s of processor time or 1.5 GB;
nothing lost by 500 kills. Exit 1 where a piece failed; what it said is then on stderr.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "build" / "attack.jsonl"
# By hand, from what a part took on two busy cores: each stays far below nine minutes.
FILE_PARTS, KILL_PARTS, BESIDE_PARTS = 8, 10, 4


@dataclass(frozen=True)
class Piece:
    """A command from the root of the checkout; ``mark`` stands in the line of its output that tells the figure."""

    name: str
    command: tuple[str, ...]
    mark: str
    settings: dict[str, str] = field(default_factory=dict)


def pieces(*, short: bool) -> list[Piece]:
    """Return all pieces, the quickest to fail first; ``short`` has each do a little of its work."""
    pytest: tuple[str, ...] = (sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider")
    bench: tuple[str, ...] = (sys.executable, "-u")
    rounds, beside, loose, each = ("3", "2", "300", "40") if short else ("50", "25", "10000", "1")
    found = [
        Piece(
            "readers",
            (*pytest, "tests/attack/test_eight_readers.py"),
            "evidence p50",
            {"ATTACK_LONG": "1", "ATTACK_SECONDS": "20" if short else "60"},
        ),
        Piece("oidc", (*pytest, "tests/attack/test_oidc.py"), "passed"),
        Piece("loose", (*bench, "scripts/bench/loose.py", loose), "loose files"),
    ]
    for part in range(1, FILE_PARTS + 1):
        command: tuple[str, ...] = (
            *bench,
            "scripts/bench/hostile.py",
            "--part",
            f"{part}/{FILE_PARTS}",
            "--each",
            each,
        )
        found.append(Piece(f"files-{part}", command, "slowest"))
    for part in range(1, KILL_PARTS + 1):
        command = (*bench, "scripts/bench/kills.py", "--rounds", rounds, "--seed", str(part))
        found.append(Piece(f"kills-{part}", command, "kills"))
    for part in range(1, BESIDE_PARTS + 1):
        seed = str(100 + part)
        command = (*bench, "scripts/bench/kills.py", "--rounds", beside, "--beside", "3", "--seed", seed)
        found.append(Piece(f"beside-{part}", command, "kills"))
    return found


def run(piece: Piece) -> tuple[bool, str, float]:
    """Return whether a piece passed, its figure, and the seconds that it took."""
    paths = {"PYTHONPATH": str(ROOT)}
    began = time.monotonic()
    done = subprocess.run(
        piece.command, cwd=ROOT, env=os.environ | paths | piece.settings, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    told = [line for line in done.stdout.splitlines() if piece.mark in line]
    passed = done.returncode == 0 and bool(told)
    if not passed:
        print(done.stdout[-6000:], file=sys.stderr)
    return passed, told[0].strip(". ") if told else f"exit {done.returncode}", time.monotonic() - began


def commit() -> str:
    """Return the commit of this checkout, with a + where files differ from it."""
    head = ("git", "rev-parse", "--short", "HEAD"), ("git", "status", "--porcelain", "--untracked-files=no")
    name, changed = (subprocess.run(one, cwd=ROOT, capture_output=True, text=True).stdout.strip() for one in head)
    return f"{name}{'+' if changed else ''}"


def passed_on(this: str, results: Path) -> set[str]:
    """Return the pieces that have passed on a commit; with changed files none has."""
    if this.endswith("+") or not results.is_file():
        return set()
    rows = map(json.loads, results.read_text("utf-8").splitlines())
    return {row["piece"] for row in rows if row["passed"] and row["commit"] == this}


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pieces", nargs="*", metavar="PIECE")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--short", action="store_true", help="a little of each piece")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    known = {piece.name: piece for piece in pieces(short=options.short)}
    if unknown := [name for name in options.pieces if name not in known]:
        parser.error(f"no piece {', '.join(unknown)}; there are {', '.join(known)}")
    this = commit()
    done = passed_on(this, options.results)
    if options.list:
        print("\n".join(f"{name} (passed)" if name in done else name for name in known))
        return 0
    failed = False
    print("| piece | passed | figure | seconds | load | commit |\n|---|---|---|---|---|---|", flush=True)
    for name in options.pieces or [name for name in known if options.short or name not in done]:
        load = os.getloadavg()[0]
        passed, figure, seconds = run(known[name])
        failed = failed or not passed
        cells = (name, "yes" if passed else "NO", figure, f"{seconds:.0f}", f"{load:.1f}", this)
        print(f"| {' | '.join(cells)} |", flush=True)
        if not options.short:
            row = {"piece": name, "passed": passed, "figure": figure, "seconds": round(seconds), "commit": this}
            options.results.parent.mkdir(parents=True, exist_ok=True)
            with options.results.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
