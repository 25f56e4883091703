"""What a script takes on its command line, read off its source; nothing is run."""

import ast
from pathlib import Path


def taken(script: Path) -> tuple[set[str], set[str]]:
    """The options and the actions that a script takes, read off its calls of argparse and those of its neighbours.

    An option that is looked for in ``sys.argv`` counts too.
    """
    options: set[str] = set()
    actions: set[str] = set()
    for node in ast.walk(ast.parse(script.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (beside := script.with_name(f"{node.module}.py")).is_file():
            more = taken(beside)
            options, actions = options | more[0], actions | more[1]
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Constant):
            options |= {node.left.value} if str(node.left.value).startswith("--") else set()
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if node.func.attr == "add_argument":
                options |= {word for word in words if word.startswith("--")}
            elif node.func.attr == "add_parser":
                actions |= set(words[:1])
    return options, actions
