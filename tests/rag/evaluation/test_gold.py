"""The questions of an evaluation: lines checked with their place, and a stable sample of them."""

import json
from pathlib import Path

import pytest
from evaluated import ROWS

from index.errors import InputError
from rag.evaluation.gold import Gold, read_gold, sample
from rag.evaluation.kinds import KINDS


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
