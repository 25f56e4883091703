"""A second opinion on an answer: the language model is asked whether it holds by the sentences in which it stands.

The reader was taught by questions; the model knows what words mean. Asked for a yes or no about one answer it tells
apart what both of them, looking for words that answer, take for one: the office of another province, a demand for a
sentence. Its leaning and how sure the answer is without it are weighed together (``rag.answering.confidence``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.sentences import sentence_spans
from rag.generation.chat_template import Message
from rag.generation.decoder import heard
from rag.generation.prompts import NO, YES, check_prompt
from rag.generation.protocol import ChatModel
from rag.generation.scheduling import Handle
from rag.retrieval.results import Retrieved

LEAST_ASKED = 0.05  # what is less sure without it is a no whatever the model says; by hand
_MAX_CHARS = 600  # of the sentences that are shown to the model: each ten cost a tenth of a second; by hand


def second_opinion(
    model: ChatModel, question: str, answer: str, item: Retrieved, handle: Handle | None = None
) -> float | None:
    """Return how much likelier the model finds that an answer from this passage holds than that it does not.

    As ``leaning``.
    """
    return leaning(model, check_prompt(question, answer, evidence_of(item, answer)), handle)


def leaning(model: ChatModel, asked: Sequence[Message], handle: Handle | None = None) -> float | None:
    """Return how much likelier the model says yes than no to what it is asked, as a natural logarithm.

    None where it was stopped before it said anything.
    """
    _, trace = heard(model.stream(asked, 1, handle, copy_from=[YES], refusal=NO))
    return None if trace.begin is None or trace.refusal is None else trace.begin - trace.refusal


def evidence_of(item: Retrieved, answer: str) -> str:
    """Return the headline, the sentence in which an answer stands and the one before it, at most 600 characters."""
    text = item.passage.text
    place = re.search(r"\s+".join(map(re.escape, answer.split())), text)
    start, end = place.span() if place else (0, 0)
    before, shown = "", ""
    for first, last in sentence_spans(text):
        if last <= start:
            before = text[first:last]
        elif first < max(end, 1):
            shown += text[first:last] + " "
    title = f"{item.article.title}. " if item.article.title else ""
    lead = f"{title}{before} " if len(before) + len(shown) < _MAX_CHARS else title
    return " ".join(f"{lead}{shown[:_MAX_CHARS]}".split())
