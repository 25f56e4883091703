"""The documents say what is there: commands, their help, files, modules, scripts and options, settings, figures."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from script_options import taken

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# What cites: the documents, the code with its comments, the scripts. Not the tests: they name files that they make.
CITING = DOCUMENTS + sorted(
    path
    for folder in ("index", "rag", "ui", "scripts")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.suffix in ("", ".py", ".cmake")
)
# A file of the tree by its path, or a script by its folder: `rag/log.py`, scripts/bench/quotes.py, scripts/install.
CITED_FILE = re.compile(
    r"(?<![\w/.-])((?:index|rag|ui|tests|docs|scripts)/[\w./-]*\w\.(?:py|md|png|toml|cmake|jsonl)"
    r"|scripts/(?:install|start|test|check)\b)"
)
CITED_SCRIPT = re.compile(r"scripts/((?:bench|train)/)?(\w+)\.py((?: [^`\s]+)*)")
CITED_MODULE = re.compile(r"python -m ((?:index|rag|ui)\b[\w.]*\w)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def commands() -> set[str]:
    """Every command of the program, read off its help."""
    told = subprocess.run(
        [sys.executable, "-m", "rag.cli", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    return set(re.findall(r"^    ([a-z]+)(?: |$)", told, flags=re.M))


def test_what_is_read_here_is_there() -> None:
    assert {"README.md", "docs/architecture.md", "docs/commands.md", "docs/limits.md", "docs/measurements.md"} <= {
        name(path) for path in DOCUMENTS
    }
    assert {"scripts/install", "scripts/bench/quotes.py", "rag/settings.py"} <= {name(path) for path in CITING}
    assert CITED_FILE.findall("see `rag/log.py`, (docs/limits.md) and scripts/test") == [
        "rag/log.py",
        "docs/limits.md",
        "scripts/test",
    ]


def test_every_command_is_in_the_documents() -> None:
    found = commands()
    assert {"index", "ask", "search", "quote", "eval", "status", "doctor", "models", "ui", "readers"} <= found
    for document in ("README.md", "docs/commands.md"):
        told = text_of(ROOT / document)
        assert [command for command in sorted(found) if f"tanya {command}" not in told] == [], document


def test_no_document_names_a_command_that_is_not_there() -> None:
    known = commands()
    for document in DOCUMENTS:
        named = set(re.findall(r"(?:`|    )tanya ([a-z]+)\b", text_of(document)))
        assert named - known == set(), name(document)


def test_the_help_of_every_command_is_in_the_documents() -> None:
    done = subprocess.run([sys.executable, "scripts/help.py", "--check"], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("path", CITING, ids=name)
def test_what_is_cited_is_there(path: Path) -> None:
    told = text_of(path)
    assert [cited for cited in CITED_FILE.findall(told) if not (ROOT / cited).is_file()] == []
    for module in CITED_MODULE.findall(told):
        place = ROOT.joinpath(*module.split("."))
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module


@pytest.mark.parametrize("path", CITING, ids=name)
def test_a_cited_script_takes_the_named_options(path: Path) -> None:
    for folder, script, arguments in CITED_SCRIPT.findall(text_of(path)):
        options, _ = taken(ROOT / "scripts" / folder / f"{script}.py")
        named = re.findall(r"(?<!\S)\[?(--[a-z][a-z-]*)", arguments)
        assert [option for option in named if option not in options] == [], f"{script}.py{arguments}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_of_a_document_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", text_of(document))
    assert [link for link in links if "://" not in link and not (document.parent / link).is_file()] == []


def test_every_room_is_in_the_file_map() -> None:
    told = text_of(ROOT / "docs" / "architecture.md")
    rooms = [path.parent for package in ("index", "rag") for path in (ROOT / package).glob("*/__init__.py")]
    assert len(rooms) >= 16
    assert [name(room) for room in rooms if not re.search(rf"^      {room.name}/ ", told, flags=re.M)] == []
    mapped = re.findall(r"^      (\w+)/ ", told, flags=re.M)
    assert sorted(mapped) == sorted(room.name for room in rooms)


def test_every_setting_by_environment_is_in_the_documents() -> None:
    read = set(re.findall(r'"(TANYA_[A-Z]+(?:_[A-Z]+)*)"', text_of(ROOT / "rag" / "settings.py")))
    assert {"TANYA_DATA", "TANYA_MODELS", "TANYA_THREADS"} <= read
    told = set(re.findall(r"^\| `(TANYA_\w+)`", text_of(ROOT / "docs" / "commands.md"), flags=re.M))
    assert told == read | {"TANYA_PORT"}  # that one is read by scripts/start


def test_every_figure_of_the_readme_is_one_of_the_measurements() -> None:
    """The README's table is a choice from the full one; it says nothing of its own."""
    table = text_of(ROOT / "README.md").partition("## Measured")[2].partition("\n## ")[0]
    figures = re.findall(r"(?<![\w.])(?:\d*\.\d+)", table)
    assert len(figures) >= 10
    measured = text_of(ROOT / "docs" / "measurements.md")
    assert [figure for figure in figures if not re.search(rf"(?<![\w.]){re.escape(figure)}(?!\d)", measured)] == []


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) <= 120
