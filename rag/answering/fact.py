"""A question for one fact → the words that answer it, copied by the model or marked by the reader, and told as far as
they are sure: with the other sources that hold them, and those that give another number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.answer import Sentence, Verdict
from rag.answering.answer_span import locate, other_numbers
from rag.answering.confidence import ReadWeights, read_probability
from rag.answering.qualifiers import other_value
from rag.answering.reason_sentences import sentence_around
from rag.answering.verdicts import UNSURE_NOTE, ended, witnesses
from rag.answering.verification import Judging, VerifiedSpan, agreement
from rag.answering.way import Asking, Said, Search, Tools, speak_of_it
from rag.generation.decoder import Stream, passed_on
from rag.generation.evidence_selection import Excerpt, choose_evidence
from rag.generation.prompts import MAX_COPIED_TOKENS, NOT_FOUND, copy_prompt
from rag.generation.scheduling import Handle
from rag.query.answer_type import Kind

_CITED = 2  # sources shown for one copied answer


def ask(tools: Tools, search: Search, handle: Handle) -> Asking:
    """Have the model copy what answers, where any passage speaks of the question."""
    pieces = choose(tools, search)
    if not pieces:
        return Said()
    raw, trace = yield from passed_on(speak(tools, search, pieces, handle))
    return Said(pieces, raw.strip(), trace)


def choose(tools: Tools, search: Search) -> list[Excerpt]:
    """Return the sentences that the model copies from."""
    if not speak_of_it(search):
        return []
    return choose_evidence(search.plan.query, search.found, search.plan.topic, tools.model.count_tokens)


def speak(tools: Tools, search: Search, pieces: Sequence[Excerpt], handle: Handle) -> Stream:
    """Return the words that the model copies, as they come, and how sure it was of them and of a no."""
    query, texts = search.plan.query, [piece.text for piece in pieces]
    return tools.model.stream(
        copy_prompt(query.text, pieces),
        MAX_COPIED_TOKENS,
        handle,
        copy_from=texts,
        must_hold=query.answer_form(texts),
        refusal=NOT_FOUND,
    )


def judged(tools: Tools, search: Search, said: Said) -> tuple[Judging, VerifiedSpan | None]:
    """Return what the answer is chosen from: all that was found and read, and the words that the model copied."""
    plan = search.plan
    judging = Judging(plan.query, plan.topic, search.found, said.pieces, tools.retriever.context, said.trace)
    return judging, None if said.refused else judging.copied(said.raw)


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the likeliest answer of those the model copied and the reader named, or a no."""
    judging, copied = judged(tools, search, said)
    candidates = rated(judging, copied, tools.weights)
    if not candidates:
        return Verdict()
    sure, best = candidates[0]
    if sure < tools.weights.threshold or not best.text:
        return Verdict(confidence=sure, notes=(best.against,) if best.against else ())
    return _told(judging, best, sure, unsure=sure < tools.weights.unsure)


def rated(judging: Judging, copied: VerifiedSpan | None, weights: ReadWeights) -> list[tuple[float, VerifiedSpan]]:
    """Return the possible answers with their probabilities, likeliest first."""
    named = judging.read()
    made = []
    for one in ([copied] if copied else []) + named:
        other = copied if one is not copied else next(iter(named), None)
        sure = read_probability(one.features, one.read, agreement(one, other), one is copied, weights)
        made.append((sure, one))
    return sorted(made, key=lambda pair: -round(pair[0], 6))


def _told(judging: Judging, best: VerifiedSpan, sure: float, *, unsure: bool) -> Verdict:
    """Return the answer where it stands, with other sources that hold it and those that give another number."""
    pieces, topic = judging.pieces, judging.topic
    holding = [pieces[place.piece].source for place in locate(best.text, pieces, topic)]
    others = (source for source in holding if source != best.source)
    cited = witnesses([best.source, *others], judging.found)[:_CITED]
    text, other = _told_text(judging, best)
    sentences = [Sentence(ended(text), tuple(number + 1 for number in cited), True)]
    if other:
        sentences.append(Sentence(f"Artikel itu juga menyebut: {ended(other)}", (best.source + 1,), True))
    for piece, other in other_numbers(best.text, [best.source, *holding], pieces, topic)[:1]:
        sentences.append(Sentence(f"Sumber lain menyebut: {ended(other)}", (piece.source + 1,), True))
    notes = (UNSURE_NOTE, *((best.against,) if best.against else ())) if unsure else ()
    day = judging.found[best.source].article.date
    if day and judging.query.asks_who_is:
        notes = (*notes, f"Keterangan per {day}, tanggal artikelnya.")
    return Verdict(tuple(sentences), notes, sure)


def _told_text(judging: Judging, best: VerifiedSpan) -> tuple[str, str]:
    """Return what is told of an answer, whole sentences of a reason or way, and another value beside it."""
    query, passage = judging.query, judging.found[best.source].passage.text
    if query.asks_reason or query.asks_way:
        place = re.search(r"\s+".join(map(re.escape, best.text.split())), passage)
        if place:
            start, end = sentence_around(passage, *place.span())
            return " ".join(passage[start:end].split()), ""
    measured = query.kind & (Kind.NUMBER | Kind.DATE)
    if measured and (value := other_value(query, best.text, passage, judging.topic)):
        return value.sentence, value.other
    return best.text, ""
