import json
import subprocess
import sys
from pathlib import Path

import pytest
from archive import archive
from command_line import ROOT, one_line, tanya

SAID = "Harga beras turun 12 persen sejak panen raya dimulai"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with archive(folder, f"“{SAID},” kata Kepala Pasar Budi Santoso, Senin. Pasar itu ramai sekali."):
        pass
    return folder


def test_one_quotation_is_told_in_words(data: Path) -> None:
    finished = tanya("quote", SAID.replace("12", "21"), "--speaker", "Khofifah", "--data", data)
    assert finished.returncode == 0, finished.stderr
    assert "BERUBAH" in finished.stdout
    assert "dikatakan oleh Budi Santoso, bukan Khofifah" in finished.stdout
    assert "“21” di artikel: “12” (bilangan)" in finished.stdout


def test_json_has_the_fields_of_the_contract(data: Path) -> None:
    record = json.loads(tanya("quote", SAID, "--json", "--data", data).stdout)
    assert (record["quote"], record["verdict"], record["searched"]) == (SAID, "exact", {"articles": 1})
    assert record["speaker"] == {"claimed": None, "found": "Budi Santoso", "agrees": None, "how": "behind"}
    (match,) = record["matches"]
    assert {"article_id", "title", "publisher", "date", "path", "start", "end", "text", "similarity", "speaker"} <= set(
        match
    )
    assert (match["text"], match["start"], match["speaker"]) == (SAID, 1, "Budi Santoso")
    assert [part["op"] for part in match["difference"]] == ["equal"]


def test_a_batch_goes_on_after_a_line_that_cannot_be_checked(data: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "quote": SAID, "speaker": "Budi", "other": 1},
        {"id": "b", "quote": "?!"},
        {"id": "c", "quote": "x" * 100_000, "speaker": None},
        {"id": "d", "quote": "tidak ada\u2028di sini \ud800"},
    ]
    batch, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n")
    finished = tanya("quote", "--batch", batch, "--out", out, "--data", data)
    assert finished.returncode == 0, finished.stderr
    records = [json.loads(line) for line in out.read_text("utf-8").split("\n") if line]
    assert [(record["id"], record["verdict"]) for record in records] == [
        ("a", "exact"), ("b", None), ("c", None), ("d", "not_found"),
    ]  # fmt: skip
    assert "tidak berisi kata" in records[1]["error"]
    assert "2 tidak dapat diperiksa" in finished.stderr


@pytest.mark.parametrize(
    ("line", "told"),
    [('{"id": "a"}', "quote"), ('{"quote": 3}', "teks"), ("[1]", ":1:"), ('{"quote": "a", "speaker": 1}', "teks")],
)
def test_a_broken_line_is_told_before_anything_is_written(data: Path, tmp_path: Path, line: str, told: str) -> None:
    batch, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    batch.write_text(line)
    assert told in one_line(tanya("quote", "--batch", batch, "--out", out, "--data", data))
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "satu kutipan"),
        (["a", "--draft", "x"], "satu kutipan"),
        (["--batch", "x"], "--out"),
        (["a", "--record", "x.pdf"], ".docx"),
        (["--draft", "tidak-ada.txt"], "tidak-ada.txt"),
        (["--draft", "x", "--speaker", "y"], "--speaker"),
        ([" "], "tidak berisi kata"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(data: Path, arguments: list[str], told: str) -> None:
    assert told in one_line(tanya("quote", *arguments, "--data", data))


@pytest.mark.parametrize("form", ["json", "md", "docx"])
def test_a_draft_and_its_record(data: Path, tmp_path: Path, form: str) -> None:
    path, record = tmp_path / "naskah.txt", tmp_path / f"bukti.{form}"
    path.write_text(f"Pembuka.\n“{SAID},” kata Budi.\n“{SAID.replace('12', '21')},” kata Budi.\n", "utf-8")
    finished = tanya("quote", "--draft", path, "--record", record, "--data", data)
    assert finished.returncode == 0, finished.stderr
    assert "2 kutipan diperiksa, 1 perlu dilihat" in finished.stdout
    assert "! 2. (baris 3)" in finished.stdout
    assert record.stat().st_size > 500
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted([path.name, record.name])


def test_a_record_that_cannot_be_written_is_told(data: Path, tmp_path: Path) -> None:
    assert "bukti.md" in one_line(tanya("quote", SAID, "--record", tmp_path / "tidak" / "bukti.md", "--data", data))


def test_no_model_and_no_vector_library_is_loaded(data: Path) -> None:
    code = (
        "import sys; from rag.cli.parser import main; "
        f"main(['quote', {SAID!r}, '--data', {str(data)!r}]); "
        "print([name for name in ('torch', 'faiss', 'transformers', 'llama_cpp', 'sentence_transformers', 'docx') "
        "if name in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert finished.stdout.splitlines()[-1] == "[]"
