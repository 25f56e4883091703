"""The answers to several questions in one → one answer, each under its heading with its own sources or its own no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.answer import Sentence, Verdict
from rag.answering.verdicts import MISSING_NOTE, UNSURE_NOTE, opened
from rag.generation.prompts import NOT_FOUND
from rag.query.parts import Part

_MAX_CHAINED_CHARS = 80  # what is longer is no name that a question can be asked of


def joined(parts: Sequence[Part], verdicts: Sequence[Verdict]) -> Verdict:
    """Return the answers to several questions as one, each under its own heading, as sure as the least sure of them.

    A no among them is a doubt: where the archive has an answer it gets a no oftener than a promise allows.
    """
    sentences: list[Sentence] = []
    notes: dict[str, None] = {}
    missing = [part.asked for part, verdict in zip(parts, verdicts, strict=True) if not verdict.found]
    found = [verdict for verdict in verdicts if verdict.found]
    if not found:
        notes = dict.fromkeys(note for verdict in verdicts for note in verdict.notes)
        return Verdict(notes=tuple(notes), confidence=max(verdict.confidence for verdict in verdicts))
    for part, verdict in zip(parts, verdicts, strict=True):
        told = verdict.sentences if verdict.found else (Sentence(NOT_FOUND, ()),)
        sentences += [replace(told[0], heading=opened(part.asked)), *told[1:]]
        notes |= dict.fromkeys(verdict.notes if verdict.found else ())
    if missing:
        notes = {UNSURE_NOTE: None} | notes
        notes[MISSING_NOTE.format(" ".join(f"“{asked}”" for asked in missing))] = None
    return Verdict(tuple(sentences), tuple(notes), min(verdict.confidence for verdict in found))


def short_answer(verdict: Verdict) -> str:
    """Return the words of an answer that another question may be asked of, "" where there are none or it is long."""
    names = [sentence.text.rstrip(". ") for sentence in verdict.sentences]
    if not verdict.found or UNSURE_NOTE in verdict.notes or sum(map(len, names)) > _MAX_CHAINED_CHARS:
        return ""
    return " dan ".join(names)
