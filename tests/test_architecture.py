"""The house: who may import whom, and where a library from outside comes in. Read from the files; nothing is run."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("ui", "rag", "index")  # imports point to the right
# The rooms of each package; imports point downwards. A file beside the rooms is a room of its own.
FLOORS = {
    "ui": (
        {"app", "server"},
        {"views"},
        {"alerts", "choosing", "cited", "compared", "conversations", "filters", "printed"},
        {"shared", "door"},
        {"charts", "copying", "frame", "render"},
        {"frame_keys", "frame_words", "style"},
    ),
    "rag": (
        {"cli"},
        {"serving"},
        {"evaluation"},
        {"answering"},
        {"quotation"},
        {"generation"},
        {"retrieval"},
        {"reading"},
        {"query"},
        {"models"},
        {"settings", "log"},
    ),
    "index": (
        {"pipeline"},
        {"storage"},
        {"metadata"},
        {"cleaning"},
        {"readers"},
        {"passages"},
        {"articles"},
        {"text"},
        {"errors", "fair_turns"},
    ),
}
# Libraries that more than one file imports, and why.
SHARED_LIBRARIES = {
    "numpy": "the form in which vectors and scores are passed on",
    "streamlit": "what every page is made of",
    "lxml": "the readers of HTML, feeds, EPUB and Word share the parser",
    "docx": "read by its reader; written by the export of answers and by the record of a quotation",
    "torch": "the embedder and the reader are two models on one engine",
    "transformers": "the same",
    "safetensors": "the embedder's weights are written, the reader's written and read, the shared ones mapped",
    "tokenizers": "loaded by the reader; its layout names the type",
    "rapidfuzz": "a string distance of single words, in three rooms",
}
# Libraries that are imported when the file is, and why; every other one only when it is used.
AT_ONCE = {
    "numpy": "needed by all that the file does",
    "streamlit": "the page itself",
    "starlette": "the server itself",
    "uvicorn": "the server's connections",
    "fastapi": "the service for programs, imported by its start alone",
    "pydantic": "the shapes of that service",
    "mcp": "the assistant's tools, imported by the start alone",
    "mcp_types": "the same",
}
# What reads a question off its string. Only Query and what makes one may: the rest takes what Query holds.
READS_A_QUESTION = {
    "answer_kind",
    "asked_abbreviation",
    "asks_reason",
    "asks_way",
    "asks_who_is",
    "intent",
    "question_parts",
    "query_stems",
    "query_terms",
    "swaps_for",
    "topic_stems",
    "ENGLISH_WORDS",
}
PASSED_IN = {"rag.reading.encoder", "rag.generation.remote_chat"}  # models: known to their users as a Protocol


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


def statements(node: ast.AST, at_once: bool = True) -> Iterator[tuple[ast.stmt, bool]]:
    """Every statement below a node, and whether it is run as soon as the file is imported."""
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        inner = getattr(node, name, None)
        for child in inner if isinstance(inner, list) else []:
            if isinstance(child, ast.stmt):
                yield child, at_once
            for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            late = for_types or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
            yield from statements(child, at_once and not late)


@cache
def import_statements(module: str) -> list[tuple[ast.Import | ast.ImportFrom, bool]]:
    tree = ast.parse(FILES[module].read_text("utf-8"))
    return [(node, at_once) for node, at_once in statements(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def imports_of(module: str) -> list[tuple[str, bool]]:
    """Every module that a file imports, and whether it does so as soon as it is imported itself."""
    found = []
    for node, at_once in import_statements(module):
        if isinstance(node, ast.Import):
            found += [(alias.name, at_once) for alias in node.names]
        else:
            assert node.level == 0, f"{module} imports relatively"
            name = node.module or ""
            names = [f"{name}.{alias.name}" for alias in node.names]
            found += [(full if full in FILES else name, at_once) for full in names]
    return found


def floor_of(module: str) -> int:
    package, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    floors = [number for number, rooms in enumerate(FLOORS[package]) if room in rooms]
    assert floors, f"{module} is in no room of FLOORS"
    return floors[0]


@cache
def own() -> dict[str, set[str]]:
    """What each file imports of the project; read once, and only where these tests are run."""
    return {module: {name for name, _ in imports_of(module) if name in FILES} for module in FILES}


def outside(module: str) -> set[tuple[str, bool]]:
    """The libraries that a file imports, and whether it does so at once."""
    return {
        (name.split(".")[0], at_once)
        for name, at_once in imports_of(module)
        if name.split(".")[0] not in (*PACKAGES, *sys.stdlib_module_names)
    }


def test_every_import_is_seen_and_when_it_is_run() -> None:
    text = """
import a
if TYPE_CHECKING:
    import b
else:
    import c
class C:
    import d
    def f(self):
        import e
        class D:
            import f
try:
    import g
except OSError:
    import h
else:
    import i
finally:
    import j
match 1:
    case 1:
        import k
with x:
    for y in z:
        import l
    else:
        import m
while x:
    import n
async def o():
    import o
"""
    found = {
        node.names[0].name: at_once for node, at_once in statements(ast.parse(text)) if isinstance(node, ast.Import)
    }
    assert found == {name: name not in "bcefo" for name in "abcdefghijklmno"}


def test_the_files_are_read() -> None:
    assert {"rag.cli.parser", "index.text.analysis", "ui.app"} <= FILES.keys()
    assert "rag.settings" in own()["rag.cli.console"]
    assert outside("index.storage.vectors") >= {("faiss", False), ("numpy", True)}


def test_imports_point_from_the_page_to_the_answers_to_the_articles() -> None:
    order = {package: number for number, package in enumerate(PACKAGES)}
    wrong = [
        f"{module} imports {name}"
        for module, names in own().items()
        for name in names
        if order[name.split(".")[0]] < order[module.split(".")[0]]
    ]
    assert wrong == []


def test_within_a_package_imports_point_downwards() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, names in own().items()
        if "." in module
        for name in names
        if name.split(".")[0] == module.split(".")[0] and floor_of(name) < floor_of(module)
    ]
    assert wrong == []


def test_no_files_import_one_another_in_a_ring() -> None:
    assert len(list(TopologicalSorter(own()).static_order())) == len(FILES)


def test_a_library_comes_in_through_one_file() -> None:
    users = defaultdict(list)
    for module in FILES:
        for library in {library for library, _ in outside(module)}:
            users[library].append(module)
    several = {library for library, modules in users.items() if len(modules) > 1}
    assert {library: users[library] for library in several - SHARED_LIBRARIES.keys()} == {}
    assert several == SHARED_LIBRARIES.keys()  # one that no longer needs its exception loses it
    assert all(module.startswith("ui.") for module in users["streamlit"])


@pytest.mark.parametrize("module", FILES)
def test_a_library_is_imported_only_when_it_is_used(module: str) -> None:
    assert {library for library, at_once in outside(module) if at_once} - AT_ONCE.keys() == set()


def test_a_question_is_read_in_one_room() -> None:
    readers = {
        f"{module}: {alias.name}"
        for module in FILES
        for node, _ in import_statements(module)
        if isinstance(node, ast.ImportFrom) and node.module != "rag.query"
        for alias in node.names
        if alias.name in READS_A_QUESTION and not module.startswith("rag.query.")
    }
    assert readers == set()
    query = FILES["rag.query.query"].read_text("utf-8")
    assert [name for name in READS_A_QUESTION if not re.search(rf"\b{name}\b", query)] == []


def test_the_flow_names_the_files_that_a_question_passes() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    flow = re.findall(r"^\d+\. `([\w/]+\.py)`", told.partition("\n## Flow\n")[2].partition("\n## ")[0], flags=re.M)
    assert 1 < len(flow) <= 12 and len(set(flow)) == len(flow)
    modules = [module_of(ROOT / file) for file in flow]
    known = {modules[0]}
    for module in modules[1:]:
        assert module in PASSED_IN or any(module in own()[earlier] for earlier in known), (
            f"nobody before {module} uses it"
        )
        known.add(module)
    for module in PASSED_IN:
        assert module in modules
