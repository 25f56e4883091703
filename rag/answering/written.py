"""An answer that the model writes itself: what it reads, its words, and what of them the sources hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answering.answer import Verdict
from rag.answering.grounding import Evidence, ground
from rag.answering.verdicts import LEAST_ANSWERING, doubted, witnesses
from rag.answering.way import Said, Search, Tools, speak_of_it
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import WRITTEN_EVIDENCE_TOKENS, Excerpt, choose_sentences
from rag.generation.prompts import MAX_WRITTEN_TOKENS, write_prompt
from rag.generation.scheduling import Handle


def choose(tools: Tools, search: Search) -> list[Excerpt]:
    """Return what is read for an answer of several sentences; nothing where it would be turned away afterwards."""
    likely = [reading.answering for item in search.found for reading in item.readings]
    if not speak_of_it(search) or (likely and max(likely) < LEAST_ANSWERING):
        return []
    plan, count = search.plan, tools.model.count_tokens
    return choose_sentences(plan.query, search.found, plan.topic, count, WRITTEN_EVIDENCE_TOKENS, topic=plan.topic)


def speak(tools: Tools, search: Search, pieces: Sequence[Excerpt], handle: Handle, trace: Trace) -> Iterator[str]:
    """Return the model's words as they come."""
    return tools.model.stream(write_prompt(search.plan.query.text, pieces), MAX_WRITTEN_TOKENS, handle, trace=trace)


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the sentences that a source supports."""
    if said.refused:
        return Verdict()
    found = search.found
    evidence = [
        Evidence(number, item.passage.text, tools.retriever.context(item)) for number, item in enumerate(found, start=1)
    ]
    checked = ground(said.raw, evidence, search.plan.query)
    if not checked.sentences:
        return Verdict(notes=checked.notes)
    sentences = tuple(
        replace(sentence, citations=tuple(n + 1 for n in witnesses([n - 1 for n in sentence.citations], found)))
        for sentence in checked.sentences
        if sentence.supported or not checked.found  # what nothing supports is told only where there is nothing else
    )
    cited = [number - 1 for sentence in sentences for number in sentence.citations]
    return doubted(sentences, checked.notes, cited, found)
