"""What the reader learns from: the scripts that make it, and the questions written for this project."""

import hashlib
import importlib.util
import json
import math
import random
import re
import sys
from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from index.articles import Article
from rag.answering.confidence import (
    FEATURE_NAMES,
    READ_NAMES,
    ConfidenceFeatures,
    ReadFeatures,
    ReadWeights,
    read_probability,
)
from rag.answering.read_confidence import NAMES, SourceFeatures, source_weights
from rag.answering.summary_sentences import units
from rag.reading.reading import Reading, ReadPassage, Span

SCRIPTS = Path(__file__).parents[2] / "scripts" / "train"
KINDS = {"fact", "choice", "list", "why", "yes_no", "near_miss"}
CHANGED = {"person", "attribute", "office", "event", "relation", "date", "number", "place"}


def load(name: str) -> ModuleType:
    """Return ``scripts/train/<name>.py`` as a module."""
    spec = importlib.util.spec_from_file_location(f"train_{name}", SCRIPTS / f"{name}.py")
    assert spec and spec.loader
    if str(SCRIPTS) not in sys.path:
        sys.path.append(str(SCRIPTS))  # as for a script: it may use its neighbours
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


examples = load("examples")
confidence = load("confidence")
summary = load("summary")
subject = load("subject")
mine = load("mine")
read_confidence = load("read_confidence")
questions_script = load("questions")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    return lines(SCRIPTS / "data" / "news_questions.jsonl")


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    return lines(SCRIPTS / "data" / "news_articles.jsonl")


@pytest.fixture(scope="module")
def news(shared: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in lines(shared / "eval/news/articles.jsonl")}


# --- splits ---


@pytest.mark.parametrize(
    ("id", "split"),
    # The first bytes of the digests: 204, 41, 56, 28, 1, 45, 25 (the last that is closed), 12, 54.
    [
        ("t0", "train"),
        ("t2", "calibration"),
        ("t4", "train"),
        ("t7", "calibration"),
        ("t9", "closed"),
        ("t14", "calibration"),
        ("t24", "closed"),
        ("t28", "closed"),
        ("t16", "train"),
    ],
)
def test_the_split_of_a_text_never_changes(id: str, split: str) -> None:
    assert examples.split_of(id) == split


def test_a_tenth_is_closed_and_a_tenth_is_for_calibration(articles: list[dict[str, Any]]) -> None:
    counts = Counter(examples.split_of(f"text-{number}") for number in range(20_000))
    assert counts["closed"] / 20_000 == pytest.approx(26 / 256, abs=0.007)
    assert counts["calibration"] / 20_000 == pytest.approx(26 / 256, abs=0.007)
    assert Counter(examples.split_of(row["article_id"]) for row in articles) == {
        "train": 2110, "closed": 278, "calibration": 252,
    }  # fmt: skip


# --- changed questions ---


@pytest.mark.parametrize("seed", range(10))
def test_a_name_or_a_number_is_exchanged(seed: int) -> None:
    def swapped(question: str, other: str) -> str | None:
        return examples.swapped(question, other, random.Random(seed))  # type: ignore[no-any-return]

    assert swapped("Siapa gubernur Jawa Timur?", "Bupati dari Kota Bandung.") == "Siapa gubernur Kota Bandung?"
    assert swapped("Siapa juara pada 2018?", "pada 2015 ada 12 regu") == "Siapa juara pada 2015?"
    either = swapped("Siapa bupati Garut pada 2018?", "warga Kota Bandung pada 2015")
    assert either in {"Siapa bupati Kota Bandung pada 2018?", "Siapa bupati Garut pada 2015?"}


@pytest.mark.parametrize("seed", range(10))
def test_a_number_that_no_other_is_like_moves_a_little(seed: int) -> None:
    changed = examples.swapped("berapa kios pada 2018?", "tanpa angka", random.Random(seed))
    found = re.fullmatch(r"berapa kios pada (\d+)\?", changed)
    assert found
    assert int(found[1]) - 2018 in {-3, -2, -1, 1, 2, 10}


@pytest.mark.parametrize("seed", range(10))
def test_what_has_no_name_and_no_number_stays_unchanged(seed: int) -> None:
    assert examples.swapped("Siapa nama bupatinya?", "warga Kota Bandung pada 2015", random.Random(seed)) is None
    # The other's name stands in the question already.
    assert examples.swapped("Siapa bupati Garut?", "dari Garut saja", random.Random(seed)) is None


def test_only_the_number_itself_is_exchanged() -> None:
    assert examples.swapped("pada 2018 ada berapa di pos 2?", "pos 7", random.Random(1)) == (
        "pada 2018 ada berapa di pos 7?"
    )


# --- hidden orders ---


def test_an_order_is_hidden_and_the_answer_stays_the_answer() -> None:
    passage = "Pasar ikan menampung 40 pedagang."
    spans = ((21, 23), (24, 32))
    example = examples.Example("q", "fact", "Berapa pedagang?", "Pasar", passage, spans)
    before = after = 0
    for seed in range(40):
        made = examples.with_order(example, random.Random(seed))
        assert [made.passage[start:end] for start, end in made.spans] == ["40", "pedagang"]
        assert passage in made.passage
        order = made.passage.replace(passage, "").strip()
        assert re.search(r"pedagang", order), order  # in the question's own words
        assert (made.id, made.question, made.header, made.made) == ("q", "Berapa pedagang?", "Pasar", "order")
        before += made.passage.endswith(passage)
        after += made.passage.startswith(passage)
    assert before + after == 40
    assert min(before, after) > 5


YES_OR_NO = [
    ("Siapa gubernur Jawa Timur?", "Khofifah", "Apakah Khofifah gubernur Jawa Timur?", "Akmal"),
    ("Kapan banjir itu terjadi?", "2018", "Apakah banjir itu terjadi pada 2018?", "2015"),
    ("Di mana ia lahir?", "Kota Malang", "Apakah ia lahir di Kota Malang?", "Surabaya"),
    ("Berapa kios terbakar?", "32 kios", "Apakah kios terbakar 32 kios?", "15"),
]


@pytest.mark.parametrize(("question", "answer", "yes", "other"), YES_OR_NO)
def test_a_question_for_a_fact_becomes_one_for_yes_or_no(question: str, answer: str, yes: str, other: str) -> None:
    passage = f"Pada hari itu {answer} disebut, begitu pula {other} yang lain."
    made = {examples.yes_or_no(question, answer, passage, random.Random(seed)) for seed in range(40)}
    told = {affirms: {text for text, yes in made if yes is affirms} for affirms in (True, False)}
    assert yes in told[True]
    assert all(answer in text for text in told[True])
    assert told[False] and all(other in text and answer not in text for text in told[False])


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Mengapa harga naik?", "karena hujan"), ("Siapa gubernurnya", "Khofifah"), ("Kapan itu?", "pada " * 20)],
)
def test_other_questions_are_not_turned_into_yes_or_no(question: str, answer: str) -> None:
    assert all(examples.yes_or_no(question, answer, "Akmal 2018", random.Random(seed)) is None for seed in range(10))


def test_no_other_name_means_no_question_whose_answer_is_no() -> None:
    made = [examples.yes_or_no("Siapa gubernurnya?", "Khofifah", "ia bicara", random.Random(n)) for n in range(20)]
    assert {one[1] for one in made if one} == {True}


def test_an_order_in_a_passage_that_does_not_answer_makes_no_answer() -> None:
    example = examples.Example("q", "near_miss", "Berapa kios?", "", "Pasar ikan.")
    assert all(examples.with_order(example, random.Random(seed)).spans == () for seed in range(20))


# --- what counts as right when confidence is fitted ---


@pytest.mark.parametrize(
    ("answer", "golds", "right"),
    [
        ("pada 12 Mei 2017", ["12 Mei 2017"], True),
        ("12 mei 2017.", ["12 Mei 2017"], True),
        ("Bandung", ["Jakarta"], False),
        ("Bandung", ["Jakarta", "Kota Bandung"], True),  # F1 2/3
        ("Bandung", ["Kota Bandung Barat Laut"], False),  # F1 .4
        ("140", ["40"], False),
        ("a b c d e f g h 40", ["40"], True),  # nine words, as many as may stand beside one
        ("a b c d e f g h i 40", ["40"], False),
        ("40 pedagang", [], False),  # there was no answer
    ],
)
def test_right(answer: str, golds: list[str], right: bool) -> None:
    assert confidence.right(answer, golds) is right


# --- the questions ---


def test_every_question_is_well_formed(questions: list[dict[str, Any]]) -> None:
    assert len(questions) > 5000
    for row in questions:
        wanted = {"id", "article_id", "kind", "question", "gold", "is_answerable"}
        wanted |= {"changed", "tempting"} if row["kind"] == "near_miss" else set()
        wanted |= {"answer"} if row["kind"] == "yes_no" else set()
        assert set(row) == wanted, row
        assert row["kind"] in KINDS, row
        assert re.fullmatch(r"nq-\d{4,5}", row["id"]), row
        assert row["question"] == row["question"].strip(), row
        assert row["question"].endswith("?") or len(row["question"].split()) > 2, row
        assert all(gold.strip() for gold in row["gold"]), row
        assert (row["kind"] == "near_miss") == (not row["gold"]) == (not row["is_answerable"]), row
        assert row.get("changed", "person") in CHANGED, row
        assert row.get("tempting", "x").strip(), row
        assert row.get("answer", "ya") in {"ya", "tidak"}, row


def test_ids_and_questions_are_unique(questions: list[dict[str, Any]]) -> None:
    assert len({row["id"] for row in questions}) == len({row["question"] for row in questions}) == len(questions)


def test_every_article_has_one_digest_and_no_text(
    questions: list[dict[str, Any]], articles: list[dict[str, Any]]
) -> None:
    assert all(set(row) == {"article_id", "sha256"} for row in articles)
    assert all(re.fullmatch(r"[0-9a-f]{64}", row["sha256"]) for row in articles)
    assert len({row["article_id"] for row in articles}) == len(articles)
    assert {row["article_id"] for row in articles} == {row["article_id"] for row in questions}


def test_the_card_counts_what_is_there(questions: list[dict[str, Any]], articles: list[dict[str, Any]]) -> None:
    card = (SCRIPTS / "data" / "README.md").read_text("utf-8")
    counted = Counter(row["kind"] for row in questions) + Counter(row.get("changed") or "-" for row in questions)
    assert f"{len(questions):,} questions on {len(articles):,} articles" in card
    for name in KINDS | CHANGED:
        assert f"| `{name}` | {counted[name]:,} |" in card, name


def test_articles_are_those_that_the_digests_name(
    articles: list[dict[str, Any]], news: dict[str, dict[str, Any]]
) -> None:
    for row in articles:
        text = news[row["article_id"]]["text"]
        assert hashlib.sha256(text.encode("utf-8")).hexdigest() == row["sha256"], row


def test_answers_stand_word_for_word_in_the_article(
    questions: list[dict[str, Any]], news: dict[str, dict[str, Any]]
) -> None:
    for row in questions:
        article = news[row["article_id"]]
        assert all(gold in article["text"] for gold in row["gold"]), row
        assert row.get("tempting", "") in f"{article['title']}\n{article['text']}", row


def test_no_question_repeats_seven_words_of_its_article(
    questions: list[dict[str, Any]], news: dict[str, dict[str, Any]]
) -> None:
    for row in questions:
        article, asked = news[row["article_id"]], confidence.words(row["question"])
        written = f" {' '.join(confidence.words(article['title'] + ' ' + article['text']))} "
        assert not any(f" {' '.join(asked[at : at + 7])} " in written for at in range(len(asked) - 6)), row


def test_none_is_asked_of_an_article_that_other_questions_are_scored_on(
    articles: list[dict[str, Any]], shared: Path
) -> None:
    mine = {row["article_id"] for row in articles}
    assert not mine & {row["article_id"] for row in lines(shared / "train/newsroom.jsonl")}
    assert not mine & {id for row in lines(shared / "eval/newsroom/dev.jsonl") for id in row["article_ids"]}


# --- passages that the reader is mistaken about ---


class Believing:
    """A reader that believes a passage as much as its first number says, in hundredths, and marks its first word."""

    identity = "believing"

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        made = []
        for passage in passages:
            sure = int(re.findall(r"\d+", passage.text)[0]) / 100
            span = Span(0, len(passage.text.split()[0]), 1.0)
            made.append(Reading(0.0, math.log(sure / (1 - sure)), 0.0, (span,), ()))
        return made


def windows_of(*passages: tuple[str, str]) -> Any:
    made = mine.Windows.__new__(mine.Windows)
    made.all = [examples._Window(id, 0, text, "") for id, text in passages]
    made.of = defaultdict(list)
    for number, (id, _) in enumerate(passages):
        made.of[id].append(number)
    made.vectors = np.array([[1.0 - number / 100] for number in range(len(passages))])
    return made


def test_the_passages_the_reader_believes_most_are_mined_and_right_ones_never() -> None:
    windows = windows_of(
        ("own", "Budi 90 menang."), ("own", "Tono 60 kalah."), ("a", "Siti 50 hadir."), ("b", "Budi 80 hadir."),
        ("c", "Rini 30 hadir."), ("d", "Wati 5 hadir."), ("e", "Joko 99 hadir."),
    )  # fmt: skip
    asked = examples.Question("q", "news_fact", "Siapa menang?", "own", ((0, 4),))
    found = list(mine.mined(windows, asked, np.array([1.0]), Believing()))
    # "Budi" holds the answer; 5 in 100 teaches nothing, 99 in 100 is as likely the answer in other words
    assert [one.passage for one in found] == ["Tono 60 kalah.", "Siti 50 hadir.", "Rini 30 hadir."]
    assert all((one.made, one.spans, one.relevant) == ("mined", (), False) for one in found)
    without = examples.Question("n", "news_near_miss", "Siapa kalah?", "own")
    assert [one.passage for one in mine.mined(windows, without, np.array([1.0]), Believing())] == [
        "Budi 80 hadir.", "Siti 50 hadir.",
    ]  # fmt: skip


# --- how sure a fact is ---


def asked_questions(by_model: bool, count: int, rng: random.Random) -> list[dict[str, Any]]:
    """Questions whose answer holds where margin and coverage are both wide or both narrow; agreement tells it too."""
    rows = []
    for number in range(count):
        margin, covered = rng.gauss(0, 3), rng.random()
        truth = margin * (covered - 0.5) > 0
        features = {"margin": margin, "covered": covered, "agreement": float(truth) if by_model else 0.0}
        answers, told = (["ikan"], "ikan") if truth else ([], "teh")
        candidates = [{"text": told, "features": features}]
        rows.append({"id": f"{by_model}{number}", "by_model": by_model, "answers": answers, "candidates": candidates})
    return rows


def test_two_signs_are_learnt_together_and_what_the_model_says_from_its_own_rows(tmp_path: Path) -> None:
    rng = random.Random(7)
    rows = [*asked_questions(False, 600, rng), *asked_questions(True, 60, rng)]
    path, out = tmp_path / "rows.jsonl", tmp_path / "weights.json"
    path.write_text("\n".join(map(json.dumps, rows)))
    confidence.fit(Namespace(rows=[path], out=out, answered=0.8, promise=0.9, strength=0.3, products_strength=0.1))
    stored = json.loads(out.read_text())
    assert (stored["questions"], stored["without_model"]) == (60, 600)
    assert stored["products"]["covered*margin"] > 0
    weights = ReadWeights.load(out)

    def sure(margin: float, covered: float, agreement: float) -> float:
        values = dict.fromkeys(READ_NAMES, 0.0) | {"margin": margin, "covered": covered}
        features = ConfidenceFeatures(**{name: values[name] for name in FEATURE_NAMES})
        read = ReadFeatures(**{field.name: values[field.name] for field in fields(ReadFeatures)})
        return read_probability(features, read, agreement, False, weights)

    assert sure(4.0, 0.9, 0.5) > 0.6 > 0.4 > sure(4.0, 0.1, 0.5)  # a wide margin alone says nothing
    assert sure(-4.0, 0.1, 0.5) > 0.6 > 0.4 > sure(-4.0, 0.9, 0.5)
    assert sure(1.0, 0.5, 1.0) > 0.6 > 0.4 > sure(1.0, 0.5, 0.0)


def test_a_question_that_no_text_explains_has_no_answer() -> None:
    texts = [examples.Text("t1", "Kompetisi Inovasi Publik (KIP) dibuka."), examples.Text("t2", "Warga lapor ke KPU.")]
    made = [one for split in ("train", "calibration", "closed") for one in questions_script.abbreviations(texts, split)]
    assert {one["id"]: one["answers"] for one in made} == {
        "abbreviation-KIP": ["Kompetisi Inovasi Publik"],
        "abbreviation-KPU": [],
    }
    assert all(one["id"].removeprefix("abbreviation-") in one["question"] for one in made)


# --- how sure lists and reasons are ---


@pytest.mark.parametrize(
    ("told", "golds", "share"),
    [
        ("Budi. Tono.", ["Budi", "Siti"], 0.5),
        ("karena jalan itu retak parah", ["jalan itu retak karena hujan"], 1.0),
        ("Budi", ["karena jalan itu retak"], 0.0),
        ("Apa pun", [], 0.0),
    ],
)
def test_how_much_of_the_gold_answers_is_told(told: str, golds: list[str], share: float) -> None:
    assert read_confidence.share_told(told, golds) == share


def test_the_fit_trusts_what_the_reader_says_and_chooses_both_points(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows = []
    for form in ("fact", "list", "reason"):
        for number in range(120):
            truth = number % 3 > 0
            features = [rng.gauss(1.5 if truth else -1.5, 1.0), *[0.0] * (len(NAMES) - 1)]
            answers, told = (["ikan"], "ikan") if truth else ([], "teh")
            candidate = {"items": [told], "article": "a", "features": features}
            rows.append({"id": f"{form}{number}", "form": form, "answers": answers, "candidates": [candidate]})
    path, out = tmp_path / "rows.jsonl", tmp_path / "weights.json"
    path.write_text("\n".join(map(json.dumps, rows)))
    read_confidence.fit(Namespace(rows=[path], out=out, answered=0.85, promise=0.5, promise_whole=0.93, strength=0.1))
    fitted = source_weights("list", out)
    likely, unlikely = (SourceFeatures(value, *[0.0] * (len(NAMES) - 1)) for value in (3.0, -3.0))
    assert fitted.probability(likely) > 0.85 > 0.25 > fitted.probability(unlikely)
    # as the curve that is printed tells: .86 are answered above .69, and .95 of what stands above .61 holds
    assert 0.65 < fitted.threshold < 0.75 and 0.5 < fitted.unsure < 0.65


# --- summaries ---


def test_rouge_by_hand() -> None:
    assert summary.rouge("Pasar ikan dibuka.", "pasar ikan ramai", 1) == pytest.approx(2 / 3)
    assert summary.rouge("Pasar ikan dibuka.", "pasar ikan ramai", 2) == 0.5
    assert summary.rouge("", "", 1) == 0.0


def test_the_fit_learns_which_sentences_are_repeated() -> None:
    examples = []
    for number in range(300):
        opening, later = f"Bupati membuka pasar {number} kemarin.", f"Cuaca hari {number} cerah."
        article = Article(id=str(number), title=None, text=f"{opening} {later}", path="a")
        examples.append(summary.Example(article, opening, tuple(units(article.text))))
    weights = summary.fit(examples)
    assert weights.usual_words == 5
    assert summary.told(examples[0], weights) == "Bupati membuka pasar 0 kemarin."
    held_out = summary.held_out(examples, seed=0)
    assert summary.figures(examples, held_out) == (1.0, 1.0)
    assert summary.opening(examples[0].article) == examples[0].article.text


def test_the_fit_of_subjects_prefers_what_holds_more() -> None:
    asked = [subject.Asked(((0.0, 0.4), (1.0, 1.0)), (False, True))] * 20
    weights = subject.fit(asked)
    sure, right = subject.first(asked[0], weights)
    assert right
    assert sure > 0.8


# --- the mean of several runs ---


def test_the_mean_of_runs_is_taken_of_numbers_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    for name, value in (("a", 1.0), ("b", 4.0)):
        torch.save({"model": {"w": torch.full((2,), value), "ids": torch.tensor([3])}}, tmp_path / f"{name}.pt")
    monkeypatch.setattr("sys.argv", ["average", *(str(tmp_path / f"{name}.pt") for name in ("out", "a", "b"))])
    load("average").main()
    made = torch.load(tmp_path / "out.pt")["model"]
    assert made["w"].tolist() == [2.5, 2.5] and made["ids"].tolist() == [3]
