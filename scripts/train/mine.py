"""Passages that the reader itself takes for an answer and that are none: what it should read next.

For each question the passages that look likest (by the embedder) are read by the reader as it stands; those that it
believes to answer, though they hold none of the answer's words, become examples without an answer.

    scripts/train/mine.py --shared SHARED --news-questions FILE.jsonl --split train --out FILE.jsonl [--minutes M]

Questions come in a random order of a fixed seed; what was found by then is kept when the time is over.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from examples import CALIBRATION, CLOSED, TRAIN, Example, Question, Windows, load, split_of

from index.pipeline.embedder import SentenceTransformerEmbedder
from rag.reading.encoder import TrainedReader
from rag.reading.reading import Reader, ReadPassage
from rag.settings import Settings, go_offline

_READ = 5
# Above: as likely the answer in other words as a mistake. Below: nothing is learnt.
_MISTAKEN = (0.1, 0.97)
_KEPT = 2


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2 or word.isdigit()}


def mined(windows: Windows, question: Question, vector: np.ndarray, reader: Reader) -> Iterator[Example]:
    """Yield the passages that the reader is most mistaken about, at most two of other texts and one of its own."""
    held = windows.holding(question.text_id, question.spans) if question.spans else None
    if question.spans and held is None:
        return
    answers = [windows.all[held[0]].text[s:e].lower() for s, e in held[1]] if held else []
    own = [n for n in windows.of[question.text_id] if held is None or n != held[0]]
    others = [int(n) for n in np.argsort(-(windows.vectors @ vector))[: 3 * _READ]]
    others = [n for n in others if windows.all[n].text_id != question.text_id][:_READ]
    numbers = [n for n in own[:4] + others if not any(a in windows.all[n].text.lower() for a in answers)]
    if not question.spans:
        numbers = [n for n in numbers if n not in own]  # they are read already
    if not numbers:
        return
    told = set().union(*(_words(a) for a in answers)) if answers else set()
    read = reader.read(question.question, [ReadPassage(windows.all[n].text, windows.all[n].header) for n in numbers])
    mistaken = []
    for number, reading in zip(numbers, read, strict=True):
        window = windows.all[number]
        best = window.text[reading.spans[0].start : reading.spans[0].end] if reading.spans else ""
        if _MISTAKEN[0] < reading.answering < _MISTAKEN[1] and not told & _words(best):
            mistaken.append((reading.answering, number))
    mistaken.sort(reverse=True)
    kept = [n for _, n in mistaken if n in own][:1] + [n for _, n in mistaken if n not in own][:_KEPT]
    for number in kept:
        window = windows.all[number]
        yield Example(
            question.id, question.kind, question.question, window.header, window.text, relevant=False, made="mined"
        )


def rows_of(
    windows: Windows, asked: Sequence[Question], vectors: np.ndarray, reader: Reader, minutes: float
) -> Iterator[Example]:
    """Yield what is found within ``minutes``."""
    until = time.monotonic() + 60 * minutes
    order = list(range(len(asked)))
    random.Random(20).shuffle(order)
    for number in order:
        if time.monotonic() > until:
            return
        yield from mined(windows, asked[number], vectors[number], reader)


def main() -> None:
    """Write the examples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--news-questions", type=Path, nargs="*", default=[])
    parser.add_argument("--split", choices=[TRAIN, CALIBRATION, CLOSED], default=TRAIN)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=1e9)
    arguments = parser.parse_args()
    go_offline()
    settings = Settings.load()
    folder = settings.models_dir / "multilingual-e5-small"
    embedder = SentenceTransformerEmbedder(folder, "e5", settings.threads)
    texts, questions = load(arguments.shared, arguments.news_questions)
    asked = [q for q in questions if split_of(q.text_id) == arguments.split and q.kind != "squad_id"]
    windows = Windows(texts, sorted({q.text_id for q in asked}), embedder)
    vectors = embedder.embed_queries([question.question for question in asked])
    with arguments.out.open("w", encoding="utf-8") as file:
        for example in rows_of(windows, asked, vectors, TrainedReader(folder, settings.threads), arguments.minutes):
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            file.flush()


if __name__ == "__main__":
    main()
