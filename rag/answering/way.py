"""What a way of answering is: how it searches, and what it tells of what it found. One a form of answer; which form a
question wants is told by ``rag.query.intent``."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from rag.answering.answer import Verdict
from rag.answering.confidence import ReadWeights
from rag.generation.decoder import Trace
from rag.generation.evidence_selection import Excerpt
from rag.generation.protocol import ChatModel
from rag.generation.scheduling import Handle
from rag.retrieval.bm25 import coverage
from rag.retrieval.results import Retrieved
from rag.retrieval.retriever import Retriever
from rag.retrieval.search import find
from rag.retrieval.search_plan import SearchPlan

# Where no passage holds this share of the question's weighted stems, the model is not asked. On FacQA train every right
# passage holds more (`scripts/bench/coverage.py`).
MIN_COVERAGE = 0.2
SOURCES = 4  # passages on the page: those the model reads from, and the next nearest as leads


@dataclass(frozen=True)
class Tools:
    """What answers are made with."""

    retriever: Retriever
    model: ChatModel
    weights: ReadWeights


@dataclass(frozen=True)
class Search:
    """One question as it was searched.

    ``halves`` are the passages of both sides of a comparison, each read for its own side; ``ready`` is the answer where
    the search itself makes it, a summary.
    """

    plan: SearchPlan
    found: Sequence[Retrieved]
    halves: Sequence[Sequence[Retrieved]] = ()
    ready: Verdict | None = None


_UNASKED = Trace()


@dataclass(frozen=True)
class Said:
    """What the model copied (``raw``) of the sentences it read (``pieces``), nothing where it was not asked.

    ``trace`` is how sure it was; ``leaning`` is how much likelier it finds than not that a statement holds, None where
    it was not asked for that.
    """

    pieces: Sequence[Excerpt] = ()
    raw: str = ""
    trace: Trace = _UNASKED
    leaning: float | None = None

    @property
    def refused(self) -> bool:
        """True where it copied nothing."""
        return not self.raw


def nearest(tools: Tools, plan: SearchPlan, count: int) -> Search:
    """Return the passages nearest to a question."""
    found, plan = find(plan, tools.retriever, count)
    return Search(plan, found)


Asking = Generator[str, None, Said]  # the model's words as they come, where they are shown; then all it said


def in_silence(tools: Tools, search: Search, handle: Handle) -> Asking:
    """Ask the model nothing."""
    yield from ()
    return Said()


@dataclass(frozen=True)
class Way:
    """How one form of answer is made: what is told of the passages, how they are found, what the model is asked."""

    check: Callable[[Tools, Search, Said], Verdict]
    search: Callable[[Tools, SearchPlan, int], Search] = nearest
    ask: Callable[[Tools, Search, Handle], Asking] = in_silence


def speak_of_it(search: Search) -> bool:
    """Tell whether any passage speaks of the question; in another language words tell nothing."""
    plan = search.plan
    texts = (plan.query.read_as_asked(item.titled_text) for item in search.found)
    speaks = (coverage(plan.topic, text, plan.topic) for text in texts)
    return plan.query.is_english or max(speaks, default=0.0) >= MIN_COVERAGE
