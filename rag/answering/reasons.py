"""Why, or how → the whole sentences that tell it, around the words that the reader marks. No model call."""

from __future__ import annotations

from index.text.sentences import sentence_spans
from rag.answering.answer import Sentence, Verdict
from rag.answering.read_confidence import likeliest_source, source_weights
from rag.answering.reason_sentences import MAX_SENTENCES, reason_span
from rag.answering.verdicts import MOST_SURE, UNSURE_NOTE, ended
from rag.answering.way import Said, Search, Tools, speak_of_it
from rag.query.query import Query
from rag.retrieval.results import Retrieved

# Of the words that may answer, those that are about as likely (logit) as the likeliest are told too. By hand.
_NEARLY_AS_LIKELY = 1.0
_SPANS = 2


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the sentences of the likeliest source, a no where it is too unlikely."""
    plan, found = search.plan, search.found
    weights = source_weights("reason")
    likeliest = likeliest_source(plan.query, plan.topic, found, tools.retriever.context, weights)
    if likeliest is None:
        return Verdict()
    source, sure = likeliest
    told = reason_in(plan.query, found[source])
    if not told or not speak_of_it(search):
        return Verdict()
    if sure < weights.threshold:
        return Verdict(confidence=sure)
    notes = (UNSURE_NOTE,) if sure < weights.unsure else ()
    return Verdict((Sentence(ended(told), (source + 1,), True),), notes, min(MOST_SURE, sure))


def reason_in(query: Query, item: Retrieved) -> str:
    """Return the sentences of a passage that tell the reason or way, in its order, "" where the reader marks none.

    At most three.
    """
    text, base = item.passage.text, item.passage.start
    spans = max(item.readings, key=lambda one: one.answers).spans
    if not spans:
        return ""
    sentences = sentence_spans(text)
    chosen: set[int] = set()
    for span in spans[:_SPANS]:
        if span.logit < spans[0].logit - _NEARLY_AS_LIKELY:
            break
        first, last = reason_span(text, span.start - base, span.end - base, way=query.asks_way)
        wanted = {n for n, (start, end) in enumerate(sentences) if start < last and first < end}
        if not chosen or len(chosen | wanted) <= MAX_SENTENCES:
            chosen |= wanted
    return " ".join(" ".join(text[slice(*sentences[n])].split()) for n in sorted(chosen))
