import json
from pathlib import Path

import bench
import pytest

scale = bench.load("scale")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made archive of 60 articles of few words."""
    monkeypatch.setattr(scale, "VOCABULARY", 400)
    monkeypatch.setattr(scale, "SUBJECTS", 5)
    scale.make(tmp_path, 240)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, float]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_the_archive_is_whole_and_made_only_once(folder: Path) -> None:
    with scale.Store(folder / scale.FILE) as store:
        assert store.counts() == (60, 240)
        assert store.embedders() == [scale.StubEmbedder.identity]
        assert scale.Runs(store).waiting() == scale.FullText(store).waiting() == []
        before = store.generation
    scale.make(folder, 240)
    with scale.Store(folder / scale.FILE) as store:
        assert (store.counts(), store.generation) == ((60, 240), before)


def test_the_first_search_finds_something(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    scale.opened(folder)
    (row,) = told(capsys)
    assert row["found"] == 5


def test_recall_is_told_for_all_and_for_few_passages(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale.vectors, "EXACT_ROWS", 50_000)  # put back what the script sets
    capsys.readouterr()
    scale.recall(folder)
    rows = told(capsys)
    assert [(row["among"], row["count"]) for row in rows] == [
        (240, 50), (240, 200), (24, 50), (24, 200), (1, 50), (1, 200)
    ]  # fmt: skip
    assert all(row["mean"] >= 0.995 for row in rows)


def test_a_question_naming_a_year_is_searched_within_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = scale.Made()
    with scale.Store(folder / scale.FILE) as store:
        retriever = scale.Retriever(store, scale.StubEmbedder(made))
        question = f"Apa berita tahun 2018 tentang {made.words[0]}?"
        plan = scale.understand(question, retriever, today=scale.TODAY)
        assert (plan.filters.date_from, plan.filters.date_to) == ("2018-01-01", "2018-12-31")
        found, plan = scale.find(plan, retriever, 8)
        assert found
        assert {item.article.date[:4] for item in found} == {"2018"}
