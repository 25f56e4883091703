"""A tuned number says where it comes from: a script that repeats it, or "by hand" and why."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from script_options import taken

ROOT = Path(__file__).parents[1]
FILES = sorted(path for room in ("index", "rag") for path in (ROOT / room).rglob("*.py"))
CITING = sorted({*FILES, *(ROOT / "ui").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")})
# With its options: between backticks, or on a line of a docstring that shows how it is called.
IN_BACKTICKS = re.compile(r"`(?:python )?(scripts/(?:bench|train)/\w+\.py[^`]*)`")
AS_CALLED = re.compile(r"^ *python (scripts/(?:bench|train)/\w+\.py(?:.*\\\n)*.*)$", re.M)
SAYS_WHY = re.compile(r"scripts/(?:bench|train)/\w+\.py|\bby hand\b|\bby the curve\b", re.I)
NOT_TUNED = {
    ("rag/evaluation/figures.py", "_Z"): "a value of the normal distribution",
    ("rag/reading/weights.py", "_LEAST"): "what half precision can hold",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def floats(node: ast.AST) -> bool:
    parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return any(isinstance(value, float) and value not in (0.0, 1.0) for value in parts)  # these say none, and all


def above(lines: list[str], line: int) -> str:
    """The lines from the blank one before a statement to the statement: its comments, and those it stands with."""
    first = line - 1
    while first > 0 and lines[first - 1].strip():
        first -= 1
    return "\n".join(lines[first:line])


def unexplained(path: Path) -> tuple[int, list[str]]:
    """How many tuned numbers a file has at its top or as defaults of a class, and those that do not say why."""
    text = path.read_text("utf-8")
    lines, count, silent = text.splitlines(), 0, []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            if any(isinstance(part, ast.AnnAssign) and part.value and floats(part.value) for part in node.body):
                told = f"{above(lines, node.lineno)}\n{ast.get_docstring(node) or ''}"
                count += 1
                silent += [] if SAYS_WHY.search(told) else [node.name]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value and floats(node.value):
            target = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target).strip("()")
            units = re.search(r"_(?:S|MS|BYTES)\b", target)  # a time or a size is a limit, not fitted to answers
            if target.upper() == target and not units and (name(path), target) not in NOT_TUNED:
                count += 1
                silent += [] if SAYS_WHY.search(above(lines, node.end_lineno or node.lineno)) else [target]
    return count, silent


def test_every_tuned_number_says_where_it_comes_from() -> None:
    found = {name(path): unexplained(path) for path in FILES}
    assert sum(count for count, _ in found.values()) >= 40
    assert {file: silent for file, (_, silent) in found.items() if silent} == {}


def test_what_is_not_tuned_is_there() -> None:
    for file, constant in NOT_TUNED:
        assert re.search(rf"^{constant} = ", (ROOT / file).read_text("utf-8"), flags=re.M), (file, constant)


def prose(path: Path) -> list[str]:
    """The comments of a file, each run of them as one, and its docstrings."""
    text = path.read_text("utf-8")
    comments: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            line, told = token.start[0], token.string.lstrip("# ")
            if comments and comments[-1][0] == line - 1:
                comments[-1] = (line, f"{comments[-1][1]} {told}")
            else:
                comments.append((line, told))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
    return [told for _, told in comments] + docstrings


def wrong(citation: str) -> str | None:
    """What a citation names that its script does not take, None where it takes all.

    A word behind the script that is no option is a file; where the script has actions, the first word is one.
    """
    script, *words = citation.replace("\\", " ").split()
    if not (ROOT / script).is_file():
        return f"{script} is not there"
    options, actions = taken(ROOT / script)
    for word in (word.strip("[]") for word in words):
        if word.startswith("--") and word not in options:
            return f"{script} takes no {word}"
    if actions and words and words[0] not in actions:
        return f"{script} has no action {words[0]}"
    return None


def test_a_wrong_citation_is_seen() -> None:
    assert wrong("scripts/bench/fusion.py --fit") is None
    assert wrong("scripts/train/order.py fit rows.jsonl") is None
    assert wrong("scripts/bench/fusion.py --tune") == "scripts/bench/fusion.py takes no --tune"
    assert wrong("scripts/train/order.py guess") == "scripts/train/order.py has no action guess"
    assert wrong("scripts/bench/nothing.py") == "scripts/bench/nothing.py is not there"


def test_citations_are_read() -> None:
    assert IN_BACKTICKS.findall("as `scripts/train/order.py fit` has it") == ["scripts/train/order.py fit"]
    assert AS_CALLED.findall("    python scripts/bench/misfit.py A \\\n    --b\nso") == [
        "scripts/bench/misfit.py A \\\n    --b"
    ]


@pytest.mark.parametrize("path", CITING, ids=name)
def test_a_cited_script_is_there_and_takes_what_is_named(path: Path) -> None:
    cited = [call for told in prose(path) for form in (IN_BACKTICKS, AS_CALLED) for call in form.findall(told)]
    assert [problem for problem in map(wrong, cited) if problem] == []
