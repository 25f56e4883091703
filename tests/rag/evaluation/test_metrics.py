"""The figures against those of score.py, an independent program, on outputs made up here."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rag.evaluation.figures import figures
from rag.evaluation.kinds import KINDS, VERDICTS
from rag.evaluation.metrics import contains, judge_ask, judge_quote, judge_search, token_f1, words

WORDS = "lima 85 persen Rp1,5 triliun Surabaya pada Senin [1] tidak Khofifah".split()


def scored(shared: Path, folder: Path, kind: str, gold: list[Any], records: list[Any]) -> dict[str, Any]:
    files = []
    for name, lines in (("gold", gold), ("out", records)):
        files.append(folder / f"{name}.jsonl")
        files[-1].write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = [sys.executable, str(shared / "eval" / "score.py"), kind, *map(str, files)]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def ours(kind: str, gold: list[Any], records: list[Any]) -> dict[str, float]:
    known = {record["id"]: record for record in records}
    outcomes = [KINDS[kind].judge(row, known.get(row["id"])) for row in gold]
    found = figures(KINDS[kind].measures, outcomes)
    return {name: round(figure.value, figure.measure.digits) for name, figure in found.items()}


def phrase(dice: random.Random, longest: int = 4) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(1, longest)))


@pytest.mark.parametrize("seed", range(5))
def test_search_figures_are_those_of_score(shared: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    gold, records = [], []
    for number in range(40):
        gold.append({"id": f"q{number}", "question": "Apa?", "answers": [phrase(dice, 2)], "passage_id": "p3"})
        results = [
            {"article_id": f"p{dice.randint(0, 9)}", "text": phrase(dice, 8)} for _ in range(dice.choice([0, 3, 12]))
        ]
        if number % 7:
            records.append({"id": f"q{number}", "results": results})
    theirs = scored(shared, tmp_path, "search", gold, records)
    assert theirs.pop("questions") == 40
    assert ours("search", gold, records) == theirs


@pytest.mark.parametrize("seed", range(5))
def test_ask_figures_are_those_of_score(shared: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    gold, records = [], []
    for number in range(60):
        answerable = dice.random() < 0.6
        answers = [phrase(dice, 3) for _ in range(dice.randint(1, 2))] if answerable else []
        gold.append({"id": f"q{number}", "question": "Apa?", "answers": answers, "is_answerable": answerable})
        if dice.random() < 0.1:
            continue
        sentences = [
            {
                "text": phrase(dice),
                "citations": dice.sample(range(1, 6), dice.randint(0, 2)),
                "supported": bool(number % 3),
            }
            for _ in range(dice.randint(1, 3))
        ]
        records.append(
            {
                "id": f"q{number}",
                "answer": phrase(dice, 7),
                "found": dice.random() < 0.7,
                "sentences": sentences,
                "sources": [{"n": n, "text": phrase(dice, 9)} for n in range(1, 5)],
                "timings_ms": {"first_token": dice.choice([None, dice.uniform(1, 9e3)]), "total": dice.uniform(1, 9e3)},
            }
        )
    theirs = scored(shared, tmp_path, "ask", gold, records)
    assert theirs.pop("questions") == 60
    found = ours("ask", gold, records)
    assert found.pop("first_token_ms_p95") >= found["first_token_ms_median"]
    assert found == theirs


@pytest.mark.parametrize("seed", range(5))
def test_quote_figures_are_those_of_score(shared: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    names = ["Bapak Anas", "Bapak Emil Dardak", "Azwar Anas", None]
    gold, records = [], []
    for number in range(80):
        speaker = dice.choice(names)
        row = {
            "id": f"q{number}",
            "quote": "x",
            "expect": dice.choice(VERDICTS),
            "speaker": speaker,
            "article_id": "a1",
        }
        gold.append(row | ({"speaker_full": "Azwar Anas"} if speaker and number % 4 == 0 else {}))
        matches = [{"article_id": f"a{dice.randint(0, 2)}", "speaker": dice.choice(names)} for _ in range(number % 4)]
        if number % 11:
            records.append({"id": f"q{number}", "verdict": dice.choice(VERDICTS), "matches": matches})
    theirs = scored(shared, tmp_path, "quote", gold, records)
    found = ours("quote", gold, records)
    assert {name.removeprefix("right/"): found[name] for name in found if "/" in name} == theirs["right"]
    for name in ("accuracy", "not_exact_but_called_exact", "speaker_right"):
        assert found[name] == theirs[name]


def test_nothing_answered_at_all(shared: Path, tmp_path: Path) -> None:
    gold = [{"id": "a", "question": "Apa?", "answers": ["x"]}]
    theirs = scored(shared, tmp_path, "ask", gold, [])
    found = ours("ask", gold, [])
    assert {name: value for name, value in theirs.items() if value is not None and name != "questions"} == found
    assert (found["missing"], found["answered_though_answerable"]) == (1, 0)


def test_words_and_what_is_held() -> None:
    assert words("Rp1,5 triliun [2].") == ["rp1", "5", "triliun", "2"]
    assert contains("Ia tiba pada Senin.", "senin")
    assert not contains("Seninnya", "senin")
    assert token_f1("satu dua", "tiga") == 0.0


def test_a_no_is_right_only_where_there_is_no_answer() -> None:
    no = {"found": False, "answer": "Tidak ditemukan dalam korpus.", "sentences": [], "sources": []}
    assert judge_ask({"answers": ["85"]}, no)["right"] == (0.0,)
    assert judge_ask({"answers": [], "is_answerable": False}, no)["right"] == (1.0,)
    assert "answer_contained" not in judge_ask({"answers": [], "is_answerable": False}, no)


def test_a_citation_counts_only_by_the_passage_it_names() -> None:
    record = {
        "found": True,
        "answer": "85 persen. [2]",
        "sentences": [{"text": "85 persen.", "citations": [2], "supported": True}],
        "sources": [{"n": 1, "text": "Sebesar 85 persen."}, {"n": 2, "text": "Lain."}],
    }
    outcomes = judge_ask({"answers": ["85"]}, record)
    assert (outcomes["answer_contained"], outcomes["citation_holds_the_answer"]) == ((1.0,), (0.0,))


def test_the_answer_stands_in_its_mark_only() -> None:
    record = {"found": True, "answer": "Ada [85].", "sentences": [], "sources": []}
    assert judge_ask({"answers": ["85"]}, record)["answer_contained"] == (0.0,)


def test_search_looks_at_ten_and_at_five() -> None:
    results = [{"article_id": f"p{n}", "text": "x" if n != 6 else "jawaban"} for n in range(1, 12)]
    outcomes = judge_search({"passage_id": "p6", "answers": ["jawaban"]}, {"results": results})
    assert (outcomes["recall@5"], outcomes["recall@10"], outcomes["mrr@10"]) == ((0.0,), (1.0,), (1 / 6,))
    assert outcomes["answer@5"] == (0.0,)
    assert judge_search({"passage_id": "p11", "answers": []}, {"results": results})["mrr@10"] == (0.0,)


def test_titles_do_not_make_two_speakers_one() -> None:
    gold = {"expect": "exact", "speaker": "Bapak Anas", "article_id": "a"}
    record = {"verdict": "exact", "matches": [{"article_id": "a", "speaker": "Bapak Emil"}]}
    assert judge_quote(gold, record)["speaker_right"] == (0.0,)
