"""Fits how likely a speaker is right who is found through a pronoun or carried over from the quotation before.

    scripts/train/speaker.py collect --data INDEX --out ROWS.jsonl [--judged scripts/train/data/speakers.jsonl]
    scripts/train/speaker.py fit ROWS.jsonl --out rag/quotation/speaker_confidence.json
    scripts/train/speaker.py measure --data INDEX [--judged scripts/train/data/speakers_closed.jsonl]

Most rows need nobody to judge them: of a quotation with a name behind it ("kata Budi") the name is hidden ("katanya"),
or all that stands behind it, and the program is asked who speaks. So the text itself tells what is right. A writer
leaves a name out where it is plain, though, so that the scale is set on quotations that were judged by reading. ``fit``
sets the point below which nobody is told so that, by the fitted probabilities of all such speakers in the index, at
most the share --wrong of those told is wrong. Nothing
is hidden in the articles of the closed part (`is_closed`); those of ``speakers_closed.jsonl`` teach nothing at all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from two_steps import ROUNDS, folds, signed_logistic  # type: ignore[import-not-found]

from index.articles import Article
from rag.quotation.attribution import BEHIND, CARRIED, PRONOUN, Speaker, speakers_in
from rag.quotation.detection import Quotation, quotations
from rag.quotation.reporting import GAP
from rag.quotation.speaker_confidence import NAMES, SpeakerFeatures
from rag.serving import loading
from rag.settings import Settings, go_offline

Row = dict[str, Any]
HIDDEN, SILENT, JUDGED, ALL = "hidden", "silent", "judged", "all"
# For how many rows one stands. Who goes on without a word behind her is seldom another, so that such rows tell less.
# By hand: of the judged rows, each left out of its fit, 5 of the 304 likeliest are wrong so, and 6 where one that is
# judged stands for three.
_COUNTS = {HIDDEN: 1.0, SILENT: 0.3, JUDGED: 1.0}
_CLOSED_SHARE = 30  # of 100 articles
_MIN_WORDS = 5  # of a quotation: less is a name or a phrase more often than speech
_MAX_HIDDEN = 160  # characters
_BARE = re.compile(r"(?!me)[a-z]{2,}(?<!nya)(?= )")
_FOR = {"straight", "spoke", "heads", "alone", "known", "says", "next_hers"}
_AGAINST = {
    *("described", "others", "strangers", "introduced", "opened", "beside", "others_say", "unread", "turns"),
    *("paragraphs", "placed", "capitals", "pointed", "next_others"),
}


class Recorder:
    """Weighs nobody: keeps what it is asked about last, and lets every speaker through."""

    def __init__(self) -> None:
        self.features: SpeakerFeatures | None = None

    def __call__(self, features: SpeakerFeatures) -> float:
        """Keep the features."""
        self.features = features
        return 1.0


def is_closed(article_id: str) -> bool:
    """Tell whether an article is left for measuring, always the same by its id."""
    return int(hashlib.sha256(article_id.encode()).hexdigest(), 16) % 100 < _CLOSED_SHARE


def words(text: str) -> set[str]:
    """Return the words of a name.

    >>> sorted(words("Budi Santoso"))
    ['budi', 'santoso']
    """
    return set(re.findall(r"\w+", text.lower()))


def without_name(text: str, quotation: Quotation, speaker: Speaker) -> str | None:
    """Return a text with the name behind a quotation hidden, lengths kept; None where it cannot be.

    >>> text = '"Harga beras turun," kata Budi Santoso. Pasar ramai.'
    >>> without_name(text, Quotation(1, 19), Speaker("Budi Santoso", None, "", 26, 38, True))
    '"Harga beras turun," katanya          . Pasar ramai.'
    """
    gap = GAP.match(text, quotation.end + 1)
    start = gap.end() if gap else quotation.end + 1
    verb = _BARE.match(text, start)
    hidden = f"{verb.group()}nya" if verb else ""
    length = speaker.end - start
    if verb is None or verb.end() >= speaker.start + 1 or not len(hidden) <= length <= _MAX_HIDDEN:
        return None
    return None if "\n" in text[start : speaker.end] else text[:start] + hidden.ljust(length) + text[speaker.end :]


def without_tail(text: str, quotation: Quotation) -> str:
    """Return a text with all behind a quotation up to the end of its paragraph made blank, lengths kept."""
    at = quotation.end + 1
    line = text.find("\n", at)
    stop = line if line >= 0 else len(text)
    return text[:at] + " " * (stop - at) + text[stop:]


def asked(text: str, quotation: Quotation) -> tuple[Speaker | None, SpeakerFeatures | None]:
    """Return who the program would tell, were every speaker likely, and the features it weighed."""
    found = quotations(text, single=False)
    if quotation not in found:
        return None, None
    recorder = Recorder()
    speaker = speakers_in(text, found, recorder)(quotation)
    return speaker, recorder.features


def _row(article: Article, quotation: Quotation, kind: str, features: SpeakerFeatures, right: bool | None) -> Row:
    place = {"id": article.id, "start": quotation.start, "end": quotation.end}
    return {**place, "kind": kind, "features": list(astuple(features)), "right": right}


def of_itself(article: Article) -> Iterator[Row]:
    """Yield the rows of an article that nobody needs to judge, and those of all speakers who are not named beside."""
    text = article.text
    found = quotations(text, single=False)
    recorder = Recorder()
    speaker_of = speakers_in(text, found, recorder)
    for quotation in found:
        if len(text[quotation.start : quotation.end].split()) < _MIN_WORDS:
            continue
        recorder.features = None
        speaker = speaker_of(quotation)
        if speaker is None:
            continue
        if speaker.how in (PRONOUN, CARRIED) and recorder.features is not None:
            yield _row(article, quotation, ALL, recorder.features, None)
        if speaker.how != BEHIND or not speaker.sure or not words(speaker.name) & words(text[: quotation.start]):
            continue
        hidden = without_name(text, quotation, speaker)
        if hidden is None:
            continue
        for kind, changed in ((HIDDEN, hidden), (SILENT, without_tail(text, quotation))):
            told, features = asked(changed, quotation)
            if told is not None and features is not None:
                yield _row(article, quotation, kind, features, bool(words(told.name) & words(speaker.name)))


def of_judged(article: Article, judged: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield the rows of an article's quotations of which it was judged by reading who says them."""
    for one in judged:
        told, features = asked(article.text, Quotation(one["start"], one["end"]))
        if told is not None and features is not None:
            names = {word for start, end in one["speaker"] for word in words(article.text[start:end])}
            yield _row(article, Quotation(one["start"], one["end"]), JUDGED, features, bool(words(told.name) & names))


def collect(arguments: argparse.Namespace) -> None:
    """Write the rows of all articles of an index but the closed ones."""
    go_offline()
    judged: dict[str, list[dict[str, Any]]] = {}
    for line in arguments.judged.read_text("utf-8").splitlines():
        one = json.loads(line)
        judged.setdefault(one["article_id"], []).append(one)
    with loading.open_store(Settings.load(data=str(arguments.data))) as store, arguments.out.open("w") as out:
        for id in sorted(store.stored_articles()):
            article = store.article(id)
            if article is None:
                continue
            digest = hashlib.sha256(article.text.encode()).hexdigest()
            here = [one for one in judged.get(id, ()) if one["sha256"] == digest]
            own = () if is_closed(id) else of_itself(article)
            for row in (*own, *of_judged(article, here)):
                out.write(json.dumps(row) + "\n")


def fitted(rows: Sequence[Row], strength: float) -> tuple[Any, float]:
    """Return the weights and the constant that tell the right rows from the wrong ones."""
    signs = [1 if name in _FOR else -1 if name in _AGAINST else 0 for name in NAMES]
    counts = [_COUNTS[row["kind"]] for row in rows]
    found: tuple[Any, float] = signed_logistic(
        [row["features"] for row in rows], [row["right"] for row in rows], signs, strength, counts
    )
    return found


def fit(arguments: argparse.Namespace) -> None:
    """Fit the weights, set their scale on the judged rows, each left out of its fit, and choose the point."""
    rows = [json.loads(line) for line in arguments.rows.read_text("utf-8").splitlines()]
    known = [row for row in rows if row["right"] is not None]
    rounds = folds(known)
    scores, right = [], []
    for left_out in range(ROUNDS):
        others = [row for row, at in zip(known, rounds, strict=True) if at != left_out]
        weights, constant = fitted(others, arguments.strength)
        for row, at in zip(known, rounds, strict=True):
            if at == left_out and row["kind"] == JUDGED:
                scores.append(float(np.dot(weights, row["features"])) + constant)
                right.append(row["right"])
    (scale,), shift = signed_logistic(np.array(scores)[:, None], right, [1], 100.0)
    weights, constant = fitted(known, arguments.strength)
    weights, constant = scale * weights, scale * constant + shift
    logits = [float(np.dot(weights, row["features"])) + constant for row in rows if row["kind"] == ALL]
    chances = np.sort(1 / (1 + np.exp(-np.array(logits))))[::-1]
    wrong = np.cumsum(1 - chances) / np.arange(1, len(chances) + 1)
    last = np.append(chances[1:] < chances[:-1], True)  # those alike are all told or none
    told = int(max(np.flatnonzero(last & (wrong <= arguments.wrong)), default=-1)) + 1
    threshold = round(float(chances[max(0, told - 1)]), 4)
    out_of_fit = 1 / (1 + np.exp(-(scale * np.array(scores) + shift)))
    kept = out_of_fit >= threshold
    print(f"{len(known)} rows, of them {len(right)} judged; told from {threshold}: {told} of {len(chances)}")
    wrong_told = int((~np.array(right))[kept].sum())
    print(f"judged, left out: {kept.sum()} told, {wrong_told} of them wrong; of all {len(right) - sum(right)} wrong")
    arguments.out.write_text(
        json.dumps(
            {
                "constant": round(constant, 5),
                "weights": {name: round(float(weight), 5) for name, weight in zip(NAMES, weights, strict=True)},
                "threshold": threshold,
                "rows": {kind: sum(row["kind"] == kind for row in known) for kind in _COUNTS},
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )


def measure(arguments: argparse.Namespace) -> None:
    """Print how many speakers of quotations that were judged by reading are told and wrong, by how they are known."""
    go_offline()
    counts: Counter[tuple[str, str]] = Counter()
    with loading.open_store(Settings.load(data=str(arguments.data))) as store:
        for line in arguments.judged.read_text("utf-8").splitlines():
            one = json.loads(line)
            article = store.article(one["article_id"])
            if article is None or hashlib.sha256(article.text.encode()).hexdigest() != one["sha256"]:
                counts["not in the index as judged", ""] += 1
                continue
            found = quotations(article.text, single=False)
            speaker = speakers_in(article.text, found)(Quotation(one["start"], one["end"]))
            names = {word for start, end in one["speaker"] for word in words(article.text[start:end])}
            state = "unknown" if speaker is None else "right" if names & words(speaker.name) else "wrong"
            counts[speaker.how if speaker else "", state] += 1
            if state == "wrong":
                print(f"wrong: {one['article_id']} at {one['start']}")
    told = sum(count for (_, state), count in counts.items() if state in ("right", "wrong"))
    wrong = sum(count for (_, state), count in counts.items() if state == "wrong")
    for (how, state), count in sorted(counts.items()):
        print(f"{how or '-':24} {state:8} {count}")
    print(f"wrong {wrong} of {told} told ({wrong / max(1, told):.3f})")


def main() -> None:
    """Run one of the steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(required=True)
    one, two = actions.add_parser("collect"), actions.add_parser("fit")
    one.set_defaults(run=collect)
    two.set_defaults(run=fit)
    one.add_argument("--data", type=Path, required=True)
    one.add_argument("--out", type=Path, required=True)
    one.add_argument("--judged", type=Path, default=Path(__file__).parent / "data" / "speakers.jsonl")
    two.add_argument("rows", type=Path)
    two.add_argument("--out", type=Path, required=True)
    two.add_argument("--strength", type=float, default=0.03)
    two.add_argument("--wrong", type=float, default=0.02)
    three = actions.add_parser("measure")
    three.set_defaults(run=measure)
    three.add_argument("--data", type=Path, required=True)
    three.add_argument("--judged", type=Path, default=Path(__file__).parent / "data" / "speakers_closed.jsonl")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
