import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, one_line, tanya, tanya_started

HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "faiss",
    "llama_cpp",
    "streamlit",
    "numpy",
    "trafilatura",
    "matplotlib",
)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from rag.cli.parser import build_parser; build_parser().format_help(); "
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert finished.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["nonsense"],
        ["status", "--data", "tiada"],
        ["inspect", "articles", "--json"],
        ["ask", "a\udcff", " "],
    ],
)
def test_a_process_that_starts_from_nothing_says_the_same(arguments: list[str]) -> None:
    started, forked = tanya_started(*arguments), tanya(*arguments)
    assert (started.args, started.returncode) == (forked.args, forked.returncode)
    assert (started.stdout, started.stderr) == (forked.stdout, forked.stderr)
    assert started.stdout or started.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["search", "x", "--top", "0"],
        ["ask", "x", "--from", "31-12-2021"],
        ["search", "x", "--today", "kemarin"],
        ["ui", "--port", "99999"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    assert tanya(*arguments).returncode == 2


def test_missing_path_is_told(tmp_path: Path) -> None:
    assert str(tmp_path / "absent") in one_line(tanya("index", tmp_path / "absent", "--data", tmp_path / "data"))


@pytest.mark.parametrize("name", [None, "foto.gif", ".tersembunyi.txt"])
def test_folder_without_an_article_is_told(tmp_path: Path, name: str | None) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    if name:
        (folder / name).write_text("x")
    line = one_line(tanya("index", folder, "--data", tmp_path / "data", TANYA_EMBEDDER=str(own_embedder(tmp_path))))
    assert "tidak berisi artikel" in line
    assert ".jsonl" in line


def test_without_an_index_the_command_to_make_one_is_told(tmp_path: Path) -> None:
    for command in (["ask", "Apa?"], ["search", "Apa?"], ["status"], ["ui"]):
        assert "tanya index" in one_line(tanya(*command, "--data", tmp_path / "none"))


def test_without_models_the_command_to_get_them_is_told(tmp_path: Path) -> None:
    line = one_line(tanya("index", ROOT / "articles", "--data", tmp_path / "data", "--models", tmp_path / "none"))
    assert "tanya models fetch" in line


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"id": "a", "question": "Apa?"}\n{"id": \n', ":2: "),
        ('{"id": "a"}\n', ":1: "),
        ('\n["x"]\n', ":2: "),
        ('{"id": "a", "question": " "}\n', "kosong"),
    ],
)
def test_broken_batch_line_is_told_with_its_place(tmp_path: Path, content: str, told: str) -> None:
    batch = tmp_path / "in.jsonl"
    batch.write_text(content)
    out = tmp_path / "out.jsonl"
    line = one_line(tanya("search", "--batch", batch, "--out", out, "--data", tmp_path / "none"))
    assert str(batch) in line
    assert told in line
    assert not out.exists()


def test_batch_and_out_go_together(tmp_path: Path) -> None:
    assert "--out" in one_line(tanya("ask", "--batch", tmp_path / "in.jsonl"))
    assert "satu pertanyaan" in one_line(tanya("ask"))
    assert "kosong" in one_line(tanya("ask", "  "))


def test_a_file_that_is_no_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "arsip.sqlite3").write_text("no database at all, but long enough to be read as one" * 30)
    assert "arsip.sqlite3" in one_line(tanya("status", "--data", tmp_path))


def own_embedder(tmp_path: Path) -> Path:
    """A folder that is found, so that the command gets as far as the articles; it is never loaded."""
    folder = tmp_path / "encoder"
    folder.mkdir(exist_ok=True)
    (folder / "modules.json").write_text("[]")
    return folder


@pytest.mark.models
def test_index_search_and_status_end_to_end(real_settings: object, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = tanya("index", ROOT / "articles", "--data", data, "--json")
    assert first.returncode == 0, first.stderr
    assert (json.loads(first.stdout)["added"], json.loads(first.stdout)["articles"]) == (10, 10)
    again = json.loads(tanya("index", ROOT / "articles", "--data", data, "--json").stdout)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 10)

    batch, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    batch.write_text('{"id": "x", "question": "Apa itu BerAKHLAK?", "unknown": 1}\n')
    assert tanya("search", "--top", 3, "--batch", batch, "--out", out, "--data", data).returncode == 0
    (record,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (record["id"], len(record["results"])) == ("x", 3)
    assert record["results"][0]["article_id"] == "berakhlak-nilai-dasar-asn.md"
    assert [result["rank"] for result in record["results"]] == [1, 2, 3]

    status = json.loads(tanya("status", "--json", "--data", data).stdout)
    assert (status["articles"], status["files"], status["models_missing"]) == (10, 10, [])


@pytest.mark.models
def test_a_broken_line_costs_only_itself(real_settings: object, tmp_path: Path) -> None:
    corpus = tmp_path / "berita.jsonl"
    corpus.write_text(
        '{"id": "a", "text": "Pasar dibuka."}\n{"id": "b", "text": \n{"id": "c", "text": "Kapal tiba."}\n'
    )
    finished = tanya("index", corpus, "--data", tmp_path / "data")
    assert finished.returncode == 1
    assert f"{corpus}:2: JSON tidak sah" in finished.stderr
    assert "2 artikel baru" in finished.stdout
