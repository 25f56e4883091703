"""What do the plain reasons against an answer cost? Counts the right answers that each of them would turn away.

    tanya index .../facqa/corpus.jsonl --data /tmp/facqa
    python scripts/bench/misfit.py /tmp/facqa .../facqa/train.jsonl

Every known answer is looked up in its own passage and judged there, as if a model had copied it. No model runs.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from rag.answering.abstention import misfit
from rag.answering.missing_terms import unsaid
from rag.evaluation.metrics import contains
from rag.query.query import Query
from rag.serving import loading
from rag.settings import Settings, go_offline


def main() -> None:
    """Judge every known answer where it stands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    options = parser.parse_args()
    go_offline()
    settings = Settings.load(data=str(options.data))
    rows = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    reasons: Counter[str] = Counter()
    judged = 0
    with loading.open_store(settings) as store:
        retriever = loading.open_retriever(settings, store)
        for row in rows:
            article = store.article(row["passage_id"]) if row.get("is_answerable", True) else None
            text = " ".join(article.text.split()) if article else ""
            answer = next((one for one in map(" ".join, map(str.split, row["answers"])) if one in text), None)
            if answer is None or not contains(text, answer):
                continue
            judged += 1
            start = text.index(answer)
            query = Query(row["question"])
            weights = retriever.stem_weights(query.topic)
            word = unsaid(query, text, "")
            reason = f"“{word}” is not said" if word else misfit(query, text, start, start + len(answer), weights)
            if reason:
                reasons[reason] += 1
                print(f"{reason}  {row['question']}  {answer}")
    print(f"\n{judged} known answers, {sum(reasons.values())} turned away")
    for reason, count in reasons.most_common():
        print(f"{count:5}  {reason}")


if __name__ == "__main__":
    main()
