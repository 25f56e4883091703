"""Whole evaluations with fakes: what is written, resumed, compared and told."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fakes import WordEmbedder
from scripted_chat import ScriptedChat

from index.errors import InputError, StoreError
from index.indexer import Indexer
from index.store import Store
from rag import assembly
from rag.evaluation import Set, run_sets
from rag.evaluation.gold import Gold, read_gold, sample
from rag.evaluation.kinds import KINDS, Models
from rag.evaluation.report import Judged, changes, literal, markdown, screen
from rag.llm import Handle, Message, Trace
from rag.prompt import NOT_FOUND
from rag.settings import Settings

ROOT = Path(__file__).parents[1]
ARTICLES = [
    {"id": "pasar", "text": "Pasar ikan itu menampung 40 pedagang."},
    {"id": "beras", "text": "Harga beras naik tajam menjadi Rp15.000."},
    {"id": "kapal", "text": "Kapal perintis Sabuk tiba di Ambon."},
]
ROWS: list[dict[str, Any]] = [
    {"id": "q1", "question": "Berapa pedagang di pasar ikan?", "answers": ["40"], "passage_id": "pasar"},
    {"id": "q2", "question": "Berapa harga beras?", "answers": ["Rp15.000"], "passage_id": "beras"},
    {"id": "q3", "question": "Kapal apa tiba di Ambon?", "answers": ["Sabuk"], "passage_id": "kapal"},
    {"id": "q4", "question": "Siapa nakhoda kapal perintis?", "answers": [], "passage_id": "x", "is_answerable": False},
]
RIGHT = ["40 pedagang [1].", "Rp15.000 [1].", "Kapal perintis Sabuk [1].", NOT_FOUND]
PNG = b"\x89PNG\r\n\x1a\n"


class StoppedChat(ScriptedChat):
    """Says what it is told to; then Ctrl-C is pressed."""

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        handle: Handle | None = None,
        *,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
        trace: Trace | None = None,
    ) -> Iterator[str]:
        if not self._answers:
            raise KeyboardInterrupt
        return super().stream(messages, max_tokens, handle)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("\n".join(map(json.dumps, ARTICLES)))
    with Store(tmp_path / "data" / assembly.STORE_FILE, create=True) as store:
        Indexer(store, WordEmbedder()).run([corpus])
    return tmp_path / "data"


def models(*answers: str, chat: type[ScriptedChat] = ScriptedChat) -> Models:
    return Models(WordEmbedder, lambda: chat(*answers))


def one_set(data: Path, kind: str = "ask", rows: Sequence[dict[str, Any]] = ROWS) -> Set:
    counted = tuple(row for row in rows if KINDS[kind].counts(row))
    return Set(kind, Gold("uji", counted, len(counted)), Settings(data, data))


def run(data: Path, *answers: str, kind: str = "ask", **options: Any) -> tuple[Judged, Judged | None]:
    ((now, before),) = run_sets([one_set(data, kind)], models(*answers), **options)
    return now, before


def value(judged: Judged, name: str) -> float:
    return judged.figures[name].value


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


def test_ask_is_run_and_the_wrong_are_listed(data: Path) -> None:
    now, _ = run(data, RIGHT[0], NOT_FOUND, "Kapal perintis tiba [1].", "Kapal perintis Sabuk [1].")
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


def test_a_stopped_run_is_carried_on(data: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        list(run_sets([one_set(data)], models(*RIGHT[:2], chat=StoppedChat)))
    (folder,) = (data / "evaluasi").iterdir()
    assert len((folder / "answers.jsonl").read_text().splitlines()) == 2
    assert not (folder / "report.md").exists()
    with (folder / "answers.jsonl").open("a") as out:
        out.write('{"id": "q3", "answer": "terpo')  # the power went
    now, before = run(data, *RIGHT[2:], resume=True)
    assert (now.run.folder, before) == (folder, None)
    assert list(now.records) == ["q1", "q2", "q3", "q4"]
    assert value(now, "answer_contained") == value(now, "abstained_when_unanswerable") == 1.0


def test_a_finished_run_is_shown_again_and_no_question_asked(data: Path) -> None:
    first, _ = run(data, *RIGHT)
    again, _ = run(data, resume=True)
    assert again.run.folder == first.run.folder
    assert again.figures == first.figures


def test_a_stop_in_the_first_set_leaves_the_second_to_be_resumed(data: Path) -> None:
    both = [one_set(data), one_set(data, "search")]
    list(run_sets(both, models(*RIGHT)))
    with pytest.raises(KeyboardInterrupt):
        list(run_sets(both, models(RIGHT[0], chat=StoppedChat)))
    resumed = list(run_sets(both, models(*RIGHT[1:]), resume=True))
    assert [before is not None for _, before in resumed] == [True, True]
    assert len(list((data / "evaluasi").iterdir())) == 4


def test_a_run_is_not_carried_on_over_another_index_or_model(data: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        list(run_sets([one_set(data)], models(*RIGHT[:2], chat=StoppedChat)))

    class Other(ScriptedChat):
        name = "lain"

    with pytest.raises(InputError, match="Model sudah lain"):
        list(run_sets([one_set(data)], models(*RIGHT[2:], chat=Other), resume=True))
    (tmp_path / "baru.txt").write_text("Artikel baru tentang jalan tol.")
    with Store(data / assembly.STORE_FILE) as store:
        Indexer(store, WordEmbedder()).run([tmp_path / "baru.txt"])
    with pytest.raises(InputError, match="Indeks sudah lain"):
        list(run_sets([one_set(data)], models(*RIGHT[2:]), resume=True))


def test_quotations_are_checked_and_the_verdicts_told_apart(data: Path) -> None:
    pytest.importorskip("rag.quotation.quotes")
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
        list(run_sets([one_set(data, "search"), one_set(data)], Models(WordEmbedder, none)))
    assert not (data / "evaluasi").exists()


def test_a_report_folder_that_cannot_be_written_is_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("x")
    with pytest.raises(StoreError, match="tidak dapat ditulis"):
        list(run_sets([one_set(data, "search")], models(), tmp_path / "berkas"))


def test_foreign_folders_among_the_reports_do_no_harm(data: Path) -> None:
    first, _ = run(data, *RIGHT)
    for name, content in {"a": "", "b": "[]", "c": '{"version": 1}', "d": '{"version": 99}'}.items():
        (data / "evaluasi" / name).mkdir()
        (data / "evaluasi" / name / "run.json").write_text(content)
    _, before = run(data, *RIGHT)
    assert before is not None
    assert before.run.folder == first.run.folder


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


def test_gold_lines_are_checked_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    good = json.dumps(ROWS[0])
    for line, told in (
        ('{"id": "a"', ":2: "),
        ("[]", ":2: "),
        ('{"id": 7, "question": "Apa?", "answers": []}', "bukan teks"),
        (good, "sudah dipakai"),
        ('{"id": "b", "answers": []}', "question"),
        ('{"id": "b", "question": " ", "answers": []}', "question"),
        ('{"id": "b", "question": "Apa?", "answers": "x"}', "answers"),
    ):
        path.write_text(f"{good}\n{line}\n")
        with pytest.raises(InputError, match=told):
            read_gold(path, KINDS["ask"].check, KINDS["ask"].counts)
    path.write_text('{"id": "a", "quote": "x", "expect": "benar"}')
    with pytest.raises(InputError, match="'benar' bukan salah satu"):
        read_gold(path, KINDS["quote"].check, KINDS["quote"].counts)
    path.write_text("\n")
    with pytest.raises(InputError, match="satu pun"):
        read_gold(path, KINDS["ask"].check, KINDS["ask"].counts)


def test_a_sample_is_stable_nested_and_in_order() -> None:
    rows = tuple({"id": f"q{number}"} for number in range(200))
    gold = Gold("g", rows, 200)
    small, large = sample(gold, 20, 0), sample(gold, 60, 0)
    ids = [row["id"] for row in small.rows]
    assert ids == [row["id"] for row in sample(gold, 20, 0).rows]
    assert ids == sorted(ids, key=lambda name: int(name[1:]))
    assert set(ids) < {row["id"] for row in large.rows}
    assert {row["id"] for row in sample(Gold("g", rows[::-1], 200), 20, 0).rows} == set(ids)
    assert set(ids) != {row["id"] for row in sample(gold, 20, 1).rows}
    assert (len(small.rows), small.total, sample(gold, 999, 0)) == (20, 200, gold)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--set"),
        (["ask"], "GOLD"),
        (["tebak", "gold.jsonl"], "tebak"),
        (["--set", "ask"], "JENIS:GOLD"),
        (["ask", "tidak-ada.jsonl"], "tidak-ada.jsonl"),
    ],
)
def test_what_cannot_be_run_is_told_in_one_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    command = [sys.executable, "-m", "rag.cli", "eval", *arguments, "--data", str(tmp_path)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ)
    assert (finished.returncode, finished.stdout) == (1, "")
    (line,) = finished.stderr.splitlines()
    assert told in line


@pytest.mark.models
def test_the_command_with_the_real_models(real_settings: Settings, tmp_path: Path) -> None:
    corpus, gold = tmp_path / "corpus.jsonl", tmp_path / "gold.jsonl"
    corpus.write_text("\n".join(map(json.dumps, ARTICLES)))
    gold.write_text("\n".join(map(json.dumps, ROWS)))
    for arguments in (
        ["index", str(corpus)],
        ["eval", "ask", str(gold), "--set", f"search:{gold}:{tmp_path / 'data'}", "--json"],
    ):
        command = [sys.executable, "-m", "rag.cli", *arguments, "--data", str(tmp_path / "data")]
        finished = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ)
    asked, searched = map(json.loads, finished.stdout.splitlines())
    assert (asked["questions"], searched["figures"]["recall@1"]["value"]) == (4, 1.0)
