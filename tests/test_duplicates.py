"""No run of eight or more equal lines stands in two places of the product: what two need is written once."""

import ast
import io
import tokenize
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = sorted(path for room in ("index", "rag", "ui", "scripts") for path in (ROOT / room).rglob("*.py"))
RUN = 8


def code_lines(text: str) -> list[tuple[int, str]]:
    """The lines of a file that say something, with their numbers: no blanks, no comments, no imports.

    Nor the heads of functions: what a Protocol asks of its implementations stands in each of them.
    """
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    heads = {line for node in functions for line in range(node.lineno, node.body[0].lineno)}
    comments = {
        token.start[0]: token.start[1]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    found, inside = [], False
    for number, line in enumerate(text.splitlines(), start=1):
        said = line[: comments.get(number)].strip()
        imports = said.startswith(("import ", "from ")) or inside
        inside = imports and (inside or "(" in said) and ")" not in said
        if said and not imports and number not in heads:
            found.append((number, said))
    return found


def repeated(texts: dict[str, str]) -> list[str]:
    """The places of runs of equal lines that stand somewhere before."""
    first: dict[tuple[str, ...], str] = {}
    told: dict[str, list[str]] = defaultdict(list)
    for name, text in texts.items():
        lines = code_lines(text)
        for at in range(len(lines) - RUN + 1):
            run = tuple(said for _, said in lines[at : at + RUN])
            place = f"{name}:{lines[at][0]}"
            if first.setdefault(run, place) != place:
                told[first[run]].append(place)
    return [f"{place} again at {', '.join(others)}" for place, others in told.items()]


def test_a_repeated_run_is_seen_and_a_shorter_one_is_not() -> None:
    lines = [f"x{number} = {number}  # said" for number in range(RUN)]
    same = "\n\n".join(lines).replace("said", "otherwise")
    assert repeated({"a": "\n".join(lines), "b": f"import os\n{same}"}) == ["a:1 again at b:2"]
    assert repeated({"a": "\n".join(lines), "b": "\n".join([*lines[:-1], "y = 1"])}) == []


def test_no_run_of_lines_stands_in_two_places() -> None:
    assert len(FILES) >= 200
    assert repeated({path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in FILES}) == []
