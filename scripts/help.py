"""Write what `tanya COMMAND --help` says into docs/commands.md, below its line "## Every option".

.venv/bin/python scripts/help.py [--check]     --check: write nothing; exit 1 where the document says otherwise
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "commands.md"
HEADING = "## Every option\n"


def help_texts() -> dict[str, str]:
    """Return each command's help, by its name, at one width wherever this runs."""
    os.environ["COLUMNS"] = "110"
    sys.path.insert(0, str(ROOT))
    from rag.cli.parser import build_parser

    (commands,) = (action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    return {name: parser.format_help() for name, parser in commands.choices.items()}


def words_of(text: str) -> list[str]:
    """Return the words of a text; how a help is broken into lines differs between versions of Python."""
    return text.split()


def main() -> int:
    """Write, or compare."""
    whole = DOCUMENT.read_text("utf-8")
    before, _, told = whole.partition(HEADING)
    introduction = told.partition("### ")[0]
    blocks = (f"### tanya {name}\n\n```\n{text.strip()}\n```\n" for name, text in help_texts().items())
    written = before + HEADING + introduction + "\n".join(blocks)
    if "--check" in sys.argv[1:]:
        same = words_of(whole) == words_of(written)
        print("" if same else f"{DOCUMENT.relative_to(ROOT)} is not what the program says: run scripts/help.py", end="")
        return 0 if same else 1
    DOCUMENT.write_text(written, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
