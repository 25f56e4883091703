"""How many of what is asked a text says there are: "enam lokasi", "lima tersangka". No model call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.analysis import QUESTION_WORDS, STOP_WORDS, stem, tokens
from index.text.quantities import quantities
from rag.query.query import Query

_MOST = 40  # a greater number counts people at an event, not items that an article names
_ASKED = re.compile(r"(?P<before>[\w-]+)?\s*\b(?:apa|siapa|mana)(?:kah)?\s+(?:saja|aja)\b\s*(?P<after>[\w-]+)?", re.I)
_LISTED = re.compile(
    r"\b(?:sebutkan|sebutin|daftar)\s+(?:semua\s+|nama(?:-nama)?\s+|para\s+|ke\w+\s+)?(?P<thing>[\w-]+)", re.I
)


@dataclass(frozen=True)
class ToldCount:
    """``count`` of ``thing``, as written in ``text``."""

    count: int
    text: str


def asked_thing(question: str) -> str:
    """Return the stem of what a list is asked of, "" where the question does not say.

    >>> asked_thing("Lokasi apa saja yang ditutup?"), asked_thing("Siapa saja tersangka suap itu?")
    ('lokasi', 'sangka')
    """
    if match := _ASKED.search(question):
        for word in (match["before"], match["after"]):
            if word and word.lower() not in STOP_WORDS | QUESTION_WORDS | {"nama"}:
                return stem(word.lower().split("-")[0])
    if match := _LISTED.search(question):
        return stem(match["thing"].lower().split("-")[0])
    return ""


def told_count(query: Query, texts: Sequence[str]) -> ToldCount | None:
    """Return how many a list should have, by the text that shares most with the question; None where none says.

    >>> told_count(Query("Lokasi apa saja yang ditutup?"), ["Polisi menutup enam lokasi.", "Dua jalan rusak."])
    ToldCount(count=6, text='enam lokasi')
    """
    thing = asked_thing(query.text)
    people = re.search(r"\bsiapa\b", query.text, re.I) is not None
    best: tuple[int, ToldCount] | None = None
    for text in texts:
        shared = len(query.all_stems & {stem(word) for word in tokens(text)})
        for one in quantities(text):
            if not 2 <= one.value <= _MOST or one.value % 1:
                continue
            counted = one.unit == thing or (people and one.unit == "orang" and thing in ("", "orang"))
            if (counted and thing != "") or (counted and people):
                told = ToldCount(int(one.value), " ".join(one.text.split()))
                if best is None or shared > best[0]:
                    best = shared, told
    return best[1] if best else None
