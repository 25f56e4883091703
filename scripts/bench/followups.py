"""Do follow-up questions find the right passage? Plays conversations through the search and prints how many do.

    tanya index .../articles .../news/articles.jsonl --data /tmp/talks
    python scripts/bench/followups.py /tmp/talks tests/support/conversations.jsonl [--answers] [--misses]
    python scripts/bench/followups.py --strangers .../facqa/corpus.jsonl .../facqa/train.jsonl

A turn is right when a passage of the expected article that holds one of its keys is among the first; a conversation
when all its turns are. "as asked" searches without the rules. ``--answers`` lets each turn know the answer before it,
as after `tanya ask`; without, it knows passages only, as after `tanya search`. ``--strangers`` puts each question after
one on another text: none of them should be rewritten. Only the tuned half may be looked at while rules are written.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from rag.query.rewriting import Rewritten, Turn, standalone
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search import find
from rag.retrieval.search_plan import turn_of, understand
from rag.serving import loading
from rag.settings import Settings, go_offline

TOP = 3
SHOWN = 10


def rank(found: Sequence[Retrieved], turn: dict[str, Any]) -> int | None:
    """Return the place of the first right passage, from 1."""
    for place, item in enumerate(found, start=1):
        right = any(item.article.id.startswith(article) for article in turn["articles"])
        if right and any(key.lower() in item.passage.text.lower() for key in turn["keys"]):
            return place
    return None


def play(retriever: Retriever, talk: dict[str, Any], *, ruled: bool, answers: bool, prefer: bool) -> list[int | None]:
    """Return the place of the right passage in each turn."""
    turns: list[Turn] = []
    places = []
    for turn in talk["turns"]:
        how = understand(turn["question"], retriever, today=date(2023, 3, 14), turns=turns if ruled else ())
        if not prefer:
            how = replace(how, rewritten=replace(how.rewritten, prefer=()))
        found, how = find(how, retriever, SHOWN)
        places.append(rank(found, turn))
        answer = turn["keys"][0] if answers else ""
        turns.append(turn_of(how.question, [item.article.id for item in found[:1]], retriever.store, answer))
        turn["searched"] = how.question
    return places


def report(name: str, talks: list[dict[str, Any]], places: list[list[int | None]]) -> None:
    """Print one line of figures."""
    later = [place for talk in places for place in talk[1:]]
    whole = sum(all(place is not None and place <= TOP for place in talk) for talk in places)

    def share(places: list[int | None], top: int) -> float:
        return sum(place is not None and place <= top for place in places) / len(places)

    first = [talk[0] for talk in places]
    print(
        f"{name:34} {len(talks):3} talks: first questions top 1 {share(first, 1):.2f} "
        f"top {TOP} {share(first, TOP):.2f}; "
        f"{len(later)} follow-ups top 1 {share(later, 1):.2f} top {TOP} {share(later, TOP):.2f}; "
        f"whole talks {whole}/{len(talks)}"
    )


def strangers(corpus: Path, questions: Path) -> None:
    """Print how many questions are rewritten after a question on another text."""
    texts = {row["id"]: row["text"] for row in map(json.loads, corpus.read_text("utf-8").splitlines())}
    rows = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    random.Random(5).shuffle(rows)
    pairs = [(one, two) for one, two in pairwise(rows) if one["passage_id"] != two["passage_id"]]
    rewritten: list[Rewritten] = []
    for one, two in pairs:
        turn = Turn(one["question"], (one["answers"] or [""])[0], texts[one["passage_id"]])
        rewritten += [how for how in [standalone(two["question"], [turn])] if how.reason]
    print(f"{len(rewritten)} of {len(pairs)} questions on another text rewritten ({len(rewritten) / len(pairs):.3f})")


def main() -> None:
    """Play the conversations, or count rewritten strangers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--answers", action="store_true")
    parser.add_argument("--misses", action="store_true", help="show the missed turns of the tuned half")
    parser.add_argument("--half", choices=["tuned", "unseen"])
    parser.add_argument("--strangers", action="store_true")
    options = parser.parse_args()
    if options.strangers:
        strangers(options.data, options.questions)
        return
    go_offline()
    settings = Settings.load(data=str(options.data))
    talks = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    with loading.open_store(settings) as store:
        retriever = loading.open_retriever(settings, store)
        for half in ("tuned", "unseen"):
            some = [talk for talk in talks if talk["half"] == half]
            if options.half not in (None, half):
                continue
            for name, ruled, prefer in (("as asked", False, False), ("rewritten", True, False), ("in use", True, True)):
                places = [play(retriever, talk, ruled=ruled, answers=options.answers, prefer=prefer) for talk in some]
                report(f"{half}, {name}", some, places)
            if options.misses and half == "tuned":
                for talk, found in zip(some, places, strict=True):
                    for turn, place in zip(talk["turns"], found, strict=True):
                        if place is None or place > TOP:
                            print(f"  {talk['id']} place {place}: {turn['question']} → {turn['searched']}")


if __name__ == "__main__":
    main()
