"""What a report tells: the comparison with the run before, the curve, and hostile text as text."""

import json
from pathlib import Path

import pytest
from evaluated import RIGHT, ROWS, indexed_articles, models, one_set, run

from index.errors import StoreError
from rag.cli.evaluate import run_sets
from rag.evaluation.report import changes, literal, markdown, screen
from rag.generation.prompts import NOT_FOUND

pytestmark = pytest.mark.usefixtures("steady_weights")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return indexed_articles(tmp_path)


def test_the_second_run_is_compared_with_the_first(data: Path) -> None:
    run(data, RIGHT[0], NOT_FOUND, RIGHT[2], RIGHT[3])
    now, before = run(data, NOT_FOUND, *RIGHT[1:3], RIGHT[2])
    assert before is not None
    changed = changes(now, before)
    assert (changed.better, changed.worse) == (("q2",), ("q1", "q4"))
    assert changed.chance == 1.0
    report = markdown(now, before)
    assert "Menjadi benar: 1; menjadi salah: 2" in report
    worse, better = report.split("### Menjadi salah")[1].split("### Menjadi benar")
    assert ("`q1`" in worse, "`q4`" in worse, "`q2`" in better) == (True, True, True)
    (line,) = [line for line in report.splitlines() if line.startswith("| abstained_when_unanswerable")]
    assert line.endswith(
        "| 0.0000 | 0.2065 – 1.0000 | 1 | 1.0000 | -1.0000 |".replace("0.2065 – 1.0000", "0.0000 – 0.7935")
    )
    assert "Menjadi benar: 1" in screen(now, before)


def test_a_delta_beyond_both_intervals_has_a_star(data: Path) -> None:
    rows = [{**ROWS[0], "id": f"q{number}"} for number in range(20)]
    for answers in ([NOT_FOUND] * 20, [RIGHT[0]] * 20):
        ((now, before),) = run_sets([one_set(data, rows=rows)], models(*answers))
    (line,) = [line for line in screen(now, before).splitlines() if line.startswith("answer_contained")]
    assert line.endswith("+1.0000 *")


def test_only_runs_of_the_very_same_questions_are_compared(data: Path) -> None:
    run(data, *RIGHT)
    other = [*ROWS[:3], {**ROWS[3], "question": "Siapa nakhoda?"}]
    ((_, before),) = run_sets([one_set(data, rows=other)], models(*RIGHT))
    assert before is None
    _, before = run(data, *RIGHT)
    assert before is not None
    _, before = run(data, kind="search")
    assert before is None


def test_foreign_folders_among_the_reports_do_no_harm(data: Path) -> None:
    first, _ = run(data, *RIGHT)
    for name, content in {"a": "", "b": "[]", "c": '{"version": 1}', "d": '{"version": 99}'}.items():
        (data / "evaluasi" / name).mkdir()
        (data / "evaluasi" / name / "run.json").write_text(content)
    _, before = run(data, *RIGHT)
    assert before is not None
    assert before.run.folder == first.run.folder


def test_a_report_folder_that_cannot_be_written_is_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("x")
    with pytest.raises(StoreError, match="tidak dapat ditulis"):
        list(run_sets([one_set(data, "search")], models(), tmp_path / "berkas"))


def test_the_curve_is_reported_where_answers_say_how_sure_they_are(data: Path) -> None:
    now, _ = run(data, *RIGHT[:3], RIGHT[2])
    (now.run.folder / "answers.jsonl").write_text(
        "".join(
            json.dumps({name: value for name, value in record.items() if name != "confidence"}) + "\n"
            for record in now.records.values()
        )
    )
    now, _ = run(data, resume=True)
    assert "Kurva abstain" not in markdown(now, None)
    sure = {"q1": 0.9, "q2": 0.3, "q3": 0.8, "q4": 0.5}
    (now.run.folder / "answers.jsonl").write_text(
        "".join(json.dumps({**record, "confidence": sure[id]}) + "\n" for id, record in now.records.items())
    )
    now, _ = run(data, resume=True)
    report = markdown(now, None)
    assert "Daya pisah 0.667." in report  # two of the three answerable are surer than the other one
    assert "| 0.60 | 0.667 | 1.000 | 0.667 | 1.000 | 0.667 |" in report
    assert "(kepercayaan 0.500)" in report.split("padahal tidak ada jawabannya")[1]


def test_hostile_text_stays_text_in_a_report(data: Path) -> None:
    hostile = "Berapa pedagang di pasar ikan? ![x](http://contoh.test/x.png) <script>`|\u202e`</script>\n# Judul"
    rows = [{**ROWS[0], "question": hostile}]
    ((now, _),) = run_sets([one_set(data, rows=rows)], models(NOT_FOUND))
    (line,) = [line for line in markdown(now, None).splitlines() if "<script" in line]
    assert line.removesuffix(" (kepercayaan 0.000)").endswith(
        "`` Berapa pedagang di pasar ikan? ![x](http://contoh.test/x.png) <script>`|`</script> # Judul ``"
    )
    assert literal("") == "` `"
