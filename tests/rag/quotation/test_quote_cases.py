"""The verdicts on real news, read in place: what must hold for quotations nobody wrote for this program."""

import json
from collections import Counter
from pathlib import Path

from archive import archive

from index.articles import Article
from index.pipeline.preparation import prepare
from index.readers.bad_record import BadRecord
from index.readers.files import open_file, read


def articles(path: Path) -> list[Article]:
    with open_file(path) as stream:
        raws = list(read(path.name, stream))
    assert not any(isinstance(raw, BadRecord) for raw in raws)
    return [prepare(raw, id=raw.id or path.name, path=str(path)).article for raw in raws]  # type: ignore[union-attr,arg-type]


def test_real_quotations_get_their_verdicts(shared: Path, tmp_path: Path) -> None:
    lines = (shared / "eval" / "quotes" / "cases.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines[::4]]
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    spoken_by = []
    with archive(tmp_path, *articles(shared / "eval" / "quotes" / "corpus.jsonl")) as checker:
        for case in cases:
            result = checker.check(case["quote"], case["speaker"])
            total[case["expect"]] += 1
            right[case["expect"]] += result.verdict == case["expect"]
            assert case["expect"] == "exact" or result.verdict != "exact", case["id"]
            if case["speaker"] and case["expect"] in ("exact", "altered", "partial"):
                spoken_by.append(result.speaker.agrees is True)
    assert sum(right.values()) >= 0.96 * sum(total.values())
    assert all(right[kind] >= 0.9 * total[kind] for kind in total), (right, total)
    assert sum(spoken_by) >= 0.9 * len(spoken_by)


def test_the_five_articles(shared: Path, tmp_path: Path) -> None:
    paths = sorted((shared / "articles").glob("*.txt"))
    assert len(paths) == 5
    cases = (shared / "eval" / "articles" / "quotes.jsonl").read_text("utf-8").splitlines()
    with archive(tmp_path, *(article for path in paths for article in articles(path))) as checker:
        for case in map(json.loads, cases):
            result = checker.check(case["quote"], case["speaker"])
            assert result.verdict == case["expect"], case["id"]
            if "agrees" in case:
                assert result.speaker.agrees is case["agrees"]
