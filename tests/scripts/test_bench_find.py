import sys

import bench
import pytest

from rag.query.find_language import parse

find = bench.load("find")


def test_every_kind_of_query_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["find.py", "--passages", "80", "--each", "2"])
    monkeypatch.setattr(find, "_VOCABULARY", 500)
    find.main()
    told = capsys.readouterr().out
    assert told.startswith("20 articles stored\n20 articles, 0.0 million characters\n")
    rows = {line[:15].strip(): float(line.split()[-1]) for line in told.splitlines() if line[:15].strip() in KINDS}
    assert rows.keys() == KINDS
    assert rows["the commonest"] >= rows["phrase"] >= 1  # it is drawn from a text, so it is found


KINDS = {
    "word", "rare word", "two words", "either", "not", "phrase", "near", "beginning", "slip", "word and fields",
    "speaker", "word of a name", "the commonest",
}  # fmt: skip


def test_every_query_that_is_drawn_can_be_read() -> None:
    chance = find.random.Random(2)
    texts = find.made_texts(5, chance)
    assert {len(text.split()) for text in texts} == {300}
    for make in find.kinds(texts, chance).values():
        for _ in range(20):
            parse(make())
