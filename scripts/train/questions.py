"""Questions of one split, as the fits of the order, of the answer's probability and of yes or no ask them.

    scripts/train/questions.py --shared SHARED --news-questions FILE.jsonl --split calibration --out FOLDER

writes ``FOLDER/{idk_mrc,squad_id,facqa,news,abbreviations}.jsonl``, each line
``{"id", "kind", "question", "answers", "passage_id", "is_answerable", "affirms"}``, and for the sets of paragraphs what
is to be indexed, ``FOLDER/archive/{idk_mrc,squad_id,facqa}.jsonl``. The news are indexed as they stand in SHARED.
*abbreviations* asks what those mean that the news explain in brackets, and those that they never explain.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from examples import CALIBRATION, Question, Text, load, split_of

from rag.query.answer_type import long_form
from rag.retrieval.proximity import explains

_SEED = 5
_ABBREVIATION = re.compile(r"\b[A-Z]{3,7}\b")
_ASKED = (
    "Apa kepanjangan {}?",
    "{} singkatan dari apa?",
    "Apa kepanjangan dari {}?",
    "{} itu singkatan apa?",
    "Apa arti singkatan {}?",
    "Kepanjangan {} apa ya?",
)
_PARAGRAPHS = ("idk_mrc", "squad_id", "facqa")


def row(question: Question, texts: Mapping[str, Text]) -> dict[str, Any]:
    """Return a question as the fits read it."""
    text = texts[question.text_id].text
    return {
        "id": question.id,
        "kind": question.kind,
        "question": question.question,
        "answers": [text[start:end] for start, end in question.spans],
        "passage_id": question.text_id,
        "is_answerable": bool(question.spans),
        "affirms": question.affirms,
    }


def abbreviations(texts: Iterable[Text], split: str, seed: int = _SEED) -> list[dict[str, Any]]:
    """Return questions for what abbreviations mean; one that no text explains has no answer.

    >>> [one["answers"] for one in abbreviations([Text("t1", "Kompetisi Inovasi Publik (KIP).")], split_of("t1"))]
    [['Kompetisi Inovasi Publik']]
    """
    means: dict[str, set[str]] = defaultdict(set)
    explained: dict[str, set[str]] = defaultdict(set)
    bare: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for short in set(_ABBREVIATION.findall(text.text)):
            if not explains(text.text, short):
                bare[short].add(split_of(text.id))
                continue
            explained[short].add(split_of(text.id))
            long = long_form(short).pattern
            for one in re.finditer(rf"({long})\s*\({short}\b|\b{short}['’”]? \(({long})\)", text.text):
                means[short].add(one[1] or one[2])
    rng = random.Random(seed)
    made = []
    for short in sorted({*explained, *bare}):
        answers = sorted(means[short])
        if (answers and split in explained[short]) or (not explained[short] and split in bare[short]):
            asked = rng.choice(_ASKED).format(short)
            made.append({"id": f"abbreviation-{short}", "kind": "abbreviation", "question": asked, "answers": answers})
    return made


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for one in rows:
            file.write(json.dumps(one, ensure_ascii=False) + "\n")


def main() -> None:
    """Write the questions of one split, and the paragraphs that they are asked among."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--news-questions", type=Path, nargs="*", default=[])
    parser.add_argument("--split", default=CALIBRATION)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    texts, questions = load(arguments.shared, arguments.news_questions)
    (arguments.out / "archive").mkdir(parents=True, exist_ok=True)
    asked = [one for one in questions if split_of(one.text_id) == arguments.split]
    for name in (*_PARAGRAPHS, "news"):
        chosen = [one for one in asked if one.kind.startswith(name)]
        _write(arguments.out / f"{name}.jsonl", (row(one, texts) for one in chosen))
        if name in _PARAGRAPHS:
            used = sorted({one.text_id for one in questions if one.kind == name})
            _write(arguments.out / f"archive/{name}.jsonl", ({"id": id, "text": texts[id].text} for id in used))
    news = [text for id, text in texts.items() if id.startswith("indosum")]
    _write(arguments.out / "abbreviations.jsonl", abbreviations(news, arguments.split))


if __name__ == "__main__":
    main()
