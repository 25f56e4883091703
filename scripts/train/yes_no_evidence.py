"""Counts what tells yes from no: how often each kind of evidence goes with yes and with no.

    scripts/train/yes_no_evidence.py --shared SHARED --news-questions FILE.jsonl [--split train]

asks the questions of one split's articles for yes or no, each of the sentence that holds what was marked for it. The
shares stand in ``rag.answering.yes_no.Evidence``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from examples import TRAIN, load, split_of  # type: ignore[import-not-found]

from index.text.sentences import sentence_spans
from rag.answering.yes_no import Evidence, evidence
from rag.query.intent import intent


def main() -> None:
    """Count and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--news-questions", type=Path, nargs="*", default=[])
    parser.add_argument("--split", default=TRAIN)
    arguments = parser.parse_args()
    texts, questions = load(arguments.shared, arguments.news_questions)
    counts: Counter[tuple[str, bool]] = Counter()
    for question in questions:
        statement = intent(question.question).statement
        if question.affirms is None or not question.spans or statement is None or statement.choices:
            continue
        if split_of(question.text_id) == arguments.split:
            text = texts[question.text_id].text
            marked = next((text[s:e] for s, e in sentence_spans(text) if s <= question.spans[0][0] < e), "")
            counts[evidence(statement.claim, marked, text).name, question.affirms] += 1
    for one in Evidence:
        print(f"{one.name}: yes {counts[one.name, True]}, no {counts[one.name, False]}")


if __name__ == "__main__":
    main()
