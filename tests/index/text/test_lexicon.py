"""The word lists: each says what it is for, stands once, and is read by somebody."""

import ast
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from index.text.lexicon import FOLDER, Lexicon, lexicon

ROOT = Path(__file__).parents[3]
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
ABOUT = ("purpose", "source")
CODE = "\n".join(path.read_text("utf-8") for room in ("index", "rag") for path in sorted((ROOT / room).rglob("*.py")))


def lists_of(name: str) -> dict[str, tuple[str, ...]]:
    found = lexicon(name)
    return {key: found.words(key) for key in found.lists if key not in ABOUT}


def test_every_way_of_writing_a_list_is_read() -> None:
    lists = Lexicon("made", {"plain": "satu\ndua", "whole": ["wali kota", "camat"], "table": {"dua": 2, "tiga": 3}})
    assert lists.words("plain", "whole") == ("satu", "dua", "wali kota", "camat")
    assert lists.set("plain", "plain") == {"satu", "dua"}
    assert lists.numbers("table") == {"dua": 2, "tiga": 3}
    assert lists.meanings("table") == {"dua": "2", "tiga": "3"}


def test_a_list_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="kosong"):
        lexicon("numbers").words("kosong")


def test_a_file_is_read_once() -> None:
    assert lexicon("numbers") is lexicon("numbers")


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_what_it_is_for_and_where_its_words_come_from(name: str) -> None:
    told = lexicon(name).lists
    assert list(told)[:2] == list(ABOUT)
    assert all(len(told[key].split()) >= 3 and told[key].endswith(".") for key in ABOUT)


@pytest.mark.parametrize("name", NAMES)
def test_no_entry_stands_twice_in_a_list(name: str) -> None:
    twice = {
        key: [entry for entry, count in Counter(entries).items() if count > 1 and entry]
        for key, entries in lists_of(name).items()
    }
    assert {key: entries for key, entries in twice.items() if entries} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_list_is_used(name: str) -> None:
    assert re.search(rf'\b(?:lexicon|map)\([^\n]*"{name}"', CODE), name
    assert [key for key in lists_of(name) if f'"{key}"' not in CODE] == []


def test_no_two_lists_say_the_same() -> None:
    """Two lists of six or more that share most of their words are one list with a difference: write that."""
    lists = {
        f"{name}.{key}": set(entries) for name in NAMES for key, entries in lists_of(name).items() if len(entries) >= 6
    }
    alike = [
        (one, other)
        for one, other in combinations(lists, 2)
        if len(lists[one] & lists[other]) > 0.6 * len(lists[one] | lists[other])
    ]
    assert len(lists) >= 30
    assert alike == []


def test_no_entry_has_white_space_around_it_or_a_capital_where_words_are_compared_in_lower_case() -> None:
    cased = {("calendar", "months"), ("abbreviations", "long_forms")}
    wrong = [
        (name, key, entry)
        for name in NAMES
        for key, entries in lists_of(name).items()
        for entry in entries
        if entry != entry.strip() or (entry != entry.lower() and (name, key) not in cased)
    ]
    assert wrong == []


def test_an_installed_package_has_every_file_that_is_no_code() -> None:
    told = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.setuptools.package-data]\n")[2]
    packed = {
        path
        for package, patterns in re.findall(r'^"?([\w.]+)"? = (\[.*\])$', told.partition("\n\n")[0], flags=re.M)
        for pattern in ast.literal_eval(patterns)
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    files = {path for room in ("index", "rag", "ui") for path in (ROOT / room).rglob("*") if path.is_file()}
    assert FOLDER / "numbers.toml" in packed
    assert {path for path in files if path.suffix not in (".py", ".pyc")} == packed
