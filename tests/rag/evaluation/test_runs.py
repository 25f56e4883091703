"""Each kind of evaluation is run, judged and written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from evaluated import RIGHT, indexed_articles, models, one_set, run, value
from fake_reader import FakeReader
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.errors import InputError
from rag.cli.evaluate import run_sets
from rag.evaluation.kinds import Models
from rag.evaluation.report import markdown
from rag.generation.prompts import NOT_FOUND

pytestmark = pytest.mark.usefixtures("steady_weights")

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return indexed_articles(tmp_path)


def test_search_is_run_judged_and_written(data: Path) -> None:
    now, before = run(data, kind="search")
    assert before is None
    assert now.run.questions == 3  # without the one that has no answer
    assert [record["results"][0]["article_id"] for record in now.records.values()] == ["pasar", "beras", "kapal"]
    assert value(now, "recall@1") == value(now, "answer@5") == 1.0
    assert now.run.folder.parent == data / "evaluasi"
    assert (now.run.folder / "plot.png").read_bytes().startswith(PNG)
    told = json.loads((now.run.folder / "figures.json").read_text())
    assert told["figures"]["recall@1"]["value"] == 1.0
    assert told["figures"]["recall@1"]["low"] == 0.4385  # Wilson, 3 of 3: 3 / (3 + z²)


def test_a_question_is_searched_as_the_command_searches_it(data: Path) -> None:
    rows = [{"id": "q1", "question": "Kapal apa tiba di Amboon?", "answers": ["Sabuk"], "passage_id": "kapal"}]
    ((now, _),) = run_sets([one_set(data, "search", rows)], models())
    (record,) = now.records.values()
    assert record["notes"] == ["“Amboon” tidak ada di arsip; dicari “ambon”."]
    assert value(now, "recall@1") == 1.0


def test_ask_is_run_and_the_wrong_are_listed(data: Path) -> None:
    now, _ = run(data, RIGHT[0], NOT_FOUND, "Kapal perintis", "Kapal perintis Sabuk")
    assert value(now, "answer_contained") == pytest.approx(1 / 3)
    assert value(now, "abstained_when_unanswerable") == 0.0
    report = (now.run.folder / "report.md").read_text("utf-8")
    invented, rest = report.split("padahal tidak ada jawabannya (1)")[1].split("tidak memuat jawaban yang benar (1)")
    wrong, declined = rest.split("padahal ada jawabannya (1)")
    assert ("`q4`" in invented, "Kapal perintis Sabuk" in invented) == (True, True)
    assert ("`q3`" in wrong, "`q2`" in declined, "`q1`" in invented + wrong + declined) == (True, True, False)


def test_the_written_answers_are_what_score_reads(data: Path, shared: Path) -> None:
    now, _ = run(data, *RIGHT)
    files = [str(now.run.folder / name) for name in ("gold.jsonl", "answers.jsonl")]
    command = [sys.executable, str(shared / "eval" / "score.py"), "ask", *files]
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert theirs["answer_contained"] == 1.0
    assert theirs["token_f1"] == round(value(now, "token_f1"), 4)


def test_quotations_are_checked_and_the_verdicts_told_apart(data: Path) -> None:
    pytest.importorskip("rag.quotation.checker")
    rows = [
        {"id": "c1", "quote": "Harga beras naik tajam menjadi Rp15.000.", "expect": "exact", "article_id": "beras"},
        {"id": "c2", "quote": "Presiden meresmikan bandar udara baru di Papua.", "expect": "not_found"},
        {"id": "c3", "quote": "Kapal perintis Sabuk tiba di Ambon.", "expect": "altered", "article_id": "kapal"},
    ]
    ((now, _),) = run_sets([one_set(data, "quote", rows)], models())
    assert value(now, "accuracy") == pytest.approx(2 / 3)
    assert value(now, "not_exact_but_called_exact") == 1
    report = markdown(now, None)
    assert "| altered | 1 | 0 |" in report
    assert "`c3`" in report.split("## Yang salah")[1]


def test_a_missing_model_leaves_nothing_behind(data: Path) -> None:
    def none() -> ScriptedChat:
        raise InputError("tidak ada model")

    with pytest.raises(InputError, match="tidak ada model"):
        list(run_sets([one_set(data, "search"), one_set(data)], Models(WordEmbedder, none, FakeReader)))
    assert not (data / "evaluasi").exists()
