"""The kinds of evaluation: how each is run, judged and measured. A new kind is a row of ``KINDS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from index.pipeline.embedder import Embedder
from index.storage.candidate_index import CandidateIndex, EmbeddedIndex
from index.storage.repository import Store
from rag.answering.pipeline import Assistant
from rag.answering.serialization import search_record
from rag.evaluation.figures import Measure
from rag.evaluation.metrics import Outcomes, Row, judge_ask, judge_quote, judge_search
from rag.generation.protocol import ChatModel
from rag.quotation.checker import QuoteChecker
from rag.quotation.serialization import as_json
from rag.reading.reading import Reader
from rag.retrieval.retriever import Retriever
from rag.retrieval.search import find
from rag.retrieval.search_plan import understand

TOP = 10  # results a search is judged by: MRR@10 looks at no more
VERDICTS = ("exact", "partial", "altered", "stitched", "paraphrase", "not_found")
Record = dict[str, Any]


class Models:
    """The models, each loaded once and only when a kind needs it.

    >>> Models(lambda: embedder, lambda: model, lambda: reader).llm is model  # doctest: +SKIP
    True
    """

    def __init__(
        self,
        open_embedder: Callable[[], Embedder],
        open_llm: Callable[[], ChatModel],
        open_reader: Callable[[], Reader],
        open_index: Callable[[Store], CandidateIndex] = EmbeddedIndex,
    ) -> None:
        self._open_embedder = open_embedder
        self._open_llm = open_llm
        self._open_reader = open_reader
        self.open_index = open_index

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        return self._open_embedder()

    @cached_property
    def reader(self) -> Reader:
        """The reader."""
        return self._open_reader()

    @cached_property
    def llm(self) -> ChatModel:
        """The language model."""
        return self._open_llm()


@dataclass(frozen=True)
class Kind:
    """One kind: ``open`` gives what runs a gold row, ``counts`` tells whether a row can be judged at all."""

    name: str
    open: Callable[[Store, Models], Callable[[Row], Record]]
    judge: Callable[[Row, Row | None], Outcomes]
    check: Callable[[Row], None]
    measures: tuple[Measure, ...]
    counts: Callable[[Row], bool] = lambda row: True


def _open_search(store: Store, models: Models) -> Callable[[Row], Record]:
    retriever = Retriever(store, models.embedder, models.reader, models.open_index(store))

    def found(row: Row) -> Record:
        plan = understand(row["question"], retriever, today=date.today())
        return search_record(row["id"], row["question"], *find(plan, retriever, TOP, keep_undated=True))

    return found


def _open_ask(store: Store, models: Models) -> Callable[[Row], Record]:
    assistant = Assistant(Retriever(store, models.embedder, models.reader, models.open_index(store)), models.llm)
    return lambda row: assistant.ask(row["question"]).as_json(row["id"])


def _open_quote(store: Store, models: Models) -> Callable[[Row], Record]:
    checker = QuoteChecker(store)
    return lambda row: as_json(checker.check(row["quote"], row.get("speaker")), row["id"])


def _check_search(row: Row) -> None:
    _text(row, "question")
    _answers(row)
    if _answerable(row):
        _text(row, "passage_id")


def _check_ask(row: Row) -> None:
    _text(row, "question")
    _answers(row)


def _check_quote(row: Row) -> None:
    _text(row, "quote")
    if row["expect"] not in VERDICTS:
        raise ValueError(f"expect {row['expect']!r} bukan salah satu dari {', '.join(VERDICTS)}")


def _text(row: Row, field: str) -> None:
    if not isinstance(row[field], str) or not row[field].strip():
        raise ValueError(f"{field} bukan teks")


def _answers(row: Row) -> None:
    if not isinstance(row["answers"], list) or not all(isinstance(answer, str) for answer in row["answers"]):
        raise ValueError("answers bukan daftar teks")


def _answerable(row: Row) -> bool:
    return bool(row.get("is_answerable", True))


def _plain(*names: str) -> tuple[Measure, ...]:
    return tuple(Measure(name, name) for name in names)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "search",
            _open_search,
            judge_search,
            _check_search,
            _plain("recall@1", "recall@5", "recall@10", "mrr@10", "answer@5"),
            counts=_answerable,  # a question without an answer has no right article
        ),
        Kind(
            "ask",
            _open_ask,
            judge_ask,
            _check_ask,
            (
                *_plain("answer_contained", "token_f1", "answered_though_answerable", "abstained_when_unanswerable"),
                *_plain("answers_with_citation", "citation_holds_the_answer"),
                Measure("sentences_marked_unsupported", "sentences_marked_unsupported", better=-1),
                Measure("missing", "missing", "sum", better=-1),
                Measure("first_token_ms_median", "first_token_ms", "median", better=-1),
                Measure("first_token_ms_p95", "first_token_ms", "p95", better=-1),
                Measure("total_ms_median", "total_ms", "median", better=-1),
            ),
        ),
        Kind(
            "quote",
            _open_quote,
            judge_quote,
            _check_quote,
            (
                *_plain("accuracy", *(f"right/{verdict}" for verdict in VERDICTS), "speaker_right"),
                Measure("not_exact_but_called_exact", "not_exact_but_called_exact", "sum", better=-1),
            ),
        ),
    )
}
