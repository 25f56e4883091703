"""Why, or how → the whole sentences that tell it. No call of the language model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.answering.answer import Sentence, Verdict
from rag.answering.read_confidence import likeliest_source, source_weights
from rag.answering.reason_sentences import Candidate, reason_sentences
from rag.answering.verdicts import MOST_SURE, UNSURE_NOTE, ended
from rag.answering.way import Said, Search, Tools, speak_of_it
from rag.retrieval.results import Retrieved


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the sentences of the likeliest source, a no where it is too unlikely."""
    plan, found = search.plan, search.found
    weights = source_weights("reason")
    likeliest = likeliest_source(plan.query, plan.topic, found, tools.retriever.context, weights)
    if likeliest is None:
        return Verdict()
    source, sure = likeliest
    told = reason_in(plan.topic, found, source)
    if not told or not speak_of_it(search):
        return Verdict()
    if sure < weights.threshold:
        return Verdict(confidence=sure)
    notes = (UNSURE_NOTE,) if sure < weights.unsure else ()
    return Verdict(tuple(told), notes, min(MOST_SURE, sure))


def reason_in(topic: Mapping[str, float], found: Sequence[Retrieved], source: int) -> list[Sentence]:
    """Return what the source's article tells of the reason; what stands together is told together.

    ``topic`` are the inverse document frequencies of the question's topic, ``source`` is a place in ``found``. Nothing
    where the reader marks no words of it.
    """
    return [
        Sentence(ended(" ".join(" ".join(one.text.split()) for one in run)), (run[0].place + 1,), True)
        for run in _runs(reason_sentences(topic, found, source), found)
    ]


def _runs(sentences: Sequence[Candidate], found: Sequence[Retrieved]) -> Iterator[list[Candidate]]:
    """Yield the sentences that follow one another in one passage."""
    run: list[Candidate] = []
    for one in sentences:
        passage = found[one.place].passage
        if run and (
            run[-1].place != one.place or passage.text[run[-1].end - passage.start : one.start - passage.start].strip()
        ):
            yield run
            run = []
        run.append(one)
    if run:
        yield run
