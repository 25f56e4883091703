"""One gold line and what was said of it → outcomes: which figures it counts for, and with what values.

It does not run, read or print anything, and knows nothing of averages: a figure is the mean (or median) over all
questions of the outcomes of its name. A question that does not count for a figure has no outcome of that name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Outcomes = dict[str, tuple[float, ...]]

RIGHT = "right"  # the outcome by which two runs are compared question by question
RECALLS = (1, 5, 10)
_TITLES = frozenset("bapak ibu dr prof h hj".split())  # they agree between people who are not the same
_MARK = re.compile(r"\[\d+\]")


def words(text: str) -> list[str]:
    """Return the words of a text, lower case, without signs.

    >>> words("Rp85,5 [1]")
    ['rp85', '5', '1']
    """
    return re.findall(r"\w+", text.lower())


def contains(text: str, answer: str) -> bool:
    """Tell whether the words of an answer stand in a text, whole and in order.

    >>> contains("Sebesar 85 persen.", "85"), contains("Sebesar 850.", "85")
    (True, False)
    """
    return f" {' '.join(words(answer))} " in f" {' '.join(words(text))} "


def token_f1(text: str, answer: str) -> float:
    """Return the harmonic mean of the shares of words that text and answer have in common, 0 to 1.

    >>> token_f1("85 persen", "85")  # precision 1/2, recall 1
    0.6666666666666666
    """
    said, wanted = Counter(words(text)), Counter(words(answer))
    common = (said & wanted).total()
    return 2 * common / (said.total() + wanted.total()) if common else 0.0


def judge_search(gold: Row, record: Row | None) -> Outcomes:
    """Return the outcomes of one search.

    >>> found = {"results": [{"article_id": "b", "text": "x"}, {"article_id": "a", "text": "Lima orang."}]}
    >>> judge_search({"passage_id": "a", "answers": ["lima"]}, found)["mrr@10"]
    (0.5,)
    """
    results = (record or {}).get("results", [])
    ids = [result["article_id"] for result in results]
    place = ids.index(gold["passage_id"]) + 1 if gold["passage_id"] in ids else None
    outcomes: Outcomes = {f"recall@{k}": _one(place is not None and place <= k) for k in RECALLS}
    outcomes["mrr@10"] = (1 / place if place is not None and place <= 10 else 0.0,)
    texts = [result["text"] for result in results[:5]]
    outcomes["answer@5"] = _one(_holds_any(texts, gold["answers"]))
    return outcomes | {RIGHT: outcomes["recall@1"]}


def judge_ask(gold: Row, record: Row | None) -> Outcomes:
    """Return the outcomes of one answer; none given counts as an empty no.

    >>> gold = {"answers": [], "is_answerable": False}
    >>> judge_ask(gold, {"found": False, "answer": "Tidak."})["abstained_when_unanswerable"]
    (1.0,)
    """
    said: Row = record or {"answer": "", "found": False, "sentences": [], "sources": []}
    timings = said.get("timings_ms") or {}
    outcomes: Outcomes = {"missing": _one(record is None)}
    for name in ("first_token", "total"):
        if timings.get(name) is not None:
            outcomes[f"{name}_ms"] = (float(timings[name]),)
    if not gold.get("is_answerable", True):
        abstained = _one(not said["found"])
        return outcomes | {"abstained_when_unanswerable": abstained, RIGHT: abstained}
    plain = _MARK.sub(" ", said["answer"])
    outcomes["answer_contained"] = _one(any(contains(plain, answer) for answer in gold["answers"]))
    outcomes["token_f1"] = (max((token_f1(plain, answer) for answer in gold["answers"]), default=0.0),)
    outcomes["answered_though_answerable"] = _one(said["found"])
    if said["found"]:
        cited = {number for sentence in said["sentences"] for number in sentence["citations"]}
        texts = [source["text"] for source in said["sources"] if source["n"] in cited]
        outcomes["answers_with_citation"] = _one(cited)
        outcomes["citation_holds_the_answer"] = _one(_holds_any(texts, gold["answers"]))
        unsupported = tuple(float(not sentence["supported"]) for sentence in said["sentences"])
        outcomes["sentences_marked_unsupported"] = unsupported
    return outcomes | {RIGHT: outcomes["answer_contained"]}


def judge_quote(gold: Row, record: Row | None) -> Outcomes:
    """Return the outcomes of one checked quotation.

    >>> judge_quote({"expect": "altered"}, {"verdict": "exact", "matches": []})["not_exact_but_called_exact"]
    (1.0,)
    """
    said: Row = record or {"verdict": "missing", "matches": []}
    expected = gold["expect"]
    right = _one(said["verdict"] == expected)
    outcomes: Outcomes = {"accuracy": right, f"right/{expected}": right, RIGHT: right}
    if expected != "exact":
        outcomes["not_exact_but_called_exact"] = _one(said["verdict"] == "exact")
    if expected in ("exact", "altered", "partial") and gold.get("speaker"):
        named = [match.get("speaker") for match in said["matches"] if match["article_id"] == gold.get("article_id")]
        outcomes["speaker_right"] = _one(named and _same_person(named[0], gold.get("speaker_full") or gold["speaker"]))
    return outcomes


def _same_person(named: str | None, expected: str) -> bool:
    return bool(set(words(named or "")) & set(words(expected)) - _TITLES)


def _holds_any(texts: Sequence[str], answers: Sequence[str]) -> bool:
    return any(contains(text, answer) for text in texts for answer in answers)


def _one(value: object) -> tuple[float]:
    return (float(bool(value)),)
