"""What the weights of speakers who are not named beside a quotation are learnt from."""

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from index.articles import Article
from rag.quotation.attribution import Speaker
from rag.quotation.detection import Quotation
from rag.quotation.speaker_confidence import FITTED, NAMES, fitted

TRAIN = Path(__file__).parents[2] / "scripts" / "train"


@pytest.fixture
def speaker(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(TRAIN))
    import speaker as script  # type: ignore[import-not-found]

    yield script
    sys.modules.pop("speaker")


def judged(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TRAIN / "data" / name).read_text("utf-8").splitlines()]


TEXT = '"Harga beras turun sejak kemarin," kata Budi Santoso di pasar.\nHujan.'


def test_a_name_is_hidden_and_the_lengths_are_kept(speaker: Any) -> None:
    said = Speaker("Budi Santoso", None, "", TEXT.index("Budi"), TEXT.index(" di pasar"), True)
    hidden = speaker.without_name(TEXT, Quotation(1, TEXT.index('," ') + 1), said)
    assert hidden is not None
    assert len(hidden) == len(TEXT)
    assert "Budi" not in hidden and "Santoso" not in hidden
    assert "katanya" in hidden


def test_where_no_bare_verb_stands_behind_it_no_name_is_hidden(speaker: Any) -> None:
    text = '"Harga turun," Budi Santoso menambahkan.'
    said = Speaker("Budi Santoso", None, "", text.index("Budi"), text.index(" menambahkan"), True)
    assert speaker.without_name(text, Quotation(1, 13), said) is None


def test_all_behind_a_quotation_is_made_blank_to_the_end_of_its_paragraph(speaker: Any) -> None:
    blank = speaker.without_tail(TEXT, Quotation(1, TEXT.index('," ') + 1))
    assert blank.splitlines() == ['"Harga beras turun sejak kemarin,"' + " " * 28, "Hujan."]


def test_an_article_teaches_by_its_own_names(speaker: Any) -> None:
    text = (
        "Kepala Pasar Budi Santoso menata kios.\n“Harga beras turun sejak kemarin pagi,” kata Budi Santoso.\n"
        "Rini Astuti berkata lain. “Harga gula naik lagi sejak kemarin,” katanya."
    )
    rows = list(speaker.of_itself(Article(id="a", text=text, path="a")))
    hidden = [row for row in rows if row["kind"] == speaker.HIDDEN]
    assert [(row["right"], len(row["features"])) for row in hidden] == [(True, len(NAMES))]
    assert [row["right"] for row in rows if row["kind"] == speaker.ALL] == [None]


def test_nothing_that_is_measured_on_is_learnt_from(speaker: Any) -> None:
    learnt, closed = judged("speakers.jsonl"), judged("speakers_closed.jsonl")
    assert (len(learnt), len(closed)) == (400, 207)
    assert {row["article_id"] for row in learnt}.isdisjoint(row["article_id"] for row in closed)
    assert all(speaker.is_closed(row["article_id"]) for row in closed)
    for row in learnt + closed:
        assert set(row) == {"article_id", "sha256", "start", "end", "speaker"}  # no text
        assert len(row["sha256"]) == 64 and row["start"] < row["end"]


def test_fitted_on_made_rows_what_speaks_for_is_told_and_what_speaks_against_is_not(
    speaker: Any, tmp_path: Path
) -> None:
    rows = []
    for at in range(400):
        good = at % 2 == 0
        features = [float(good) if name == "straight" else float(not good) * (name == "turns") for name in NAMES]
        right = good if at % 20 > 1 else not good
        kind = (speaker.HIDDEN, speaker.JUDGED, speaker.ALL)[at // 2 % 3]
        told = None if kind == speaker.ALL else right
        rows.append({"id": str(at), "start": 0, "end": 1, "kind": kind, "features": features, "right": told})
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    out = tmp_path / "weights.json"
    speaker.fit(Namespace(rows=tmp_path / "rows.jsonl", out=out, strength=1.0, wrong=0.2))
    told = json.loads(out.read_text("utf-8"))
    assert set(told["weights"]) == set(NAMES)
    assert told["weights"]["straight"] > 0 > told["weights"]["turns"]
    assert told["weights"]["spoke"] == 0
    assert 0.5 < told["threshold"] < 1


def test_the_carried_weights_are_those_of_the_rows_they_name() -> None:
    told = json.loads(FITTED.read_text("utf-8"))
    assert told["rows"]["judged"] == 380  # of the 400, those of which somebody is found
    assert fitted().threshold == told["threshold"]
    assert tuple(told["weights"]) == NAMES
