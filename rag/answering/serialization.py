"""An answer as it is kept: to JSON and back, also one that an older version of the program wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, asdict, fields
from typing import Any

from rag.answering.answer import Answer, Copy, Sentence, Source, numbered_source
from rag.retrieval.results import Retrieved
from rag.retrieval.search_plan import SearchPlan

Record = dict[str, Any]


def record_of(answer: Answer) -> Record:
    """Return an answer as plain values.

    >>> restored(record_of(answer)) == answer  # doctest: +SKIP
    True
    """
    return asdict(answer)


def record_of_part(question: str, sources: tuple[Source, ...], raw: str) -> Record:
    """Return what is there of an answer that is still being written."""
    return {"question": question, "sources": [asdict(source) for source in sources], "raw": raw}


def restored(record: Record) -> Answer:
    """Return the answer of a record; of a part of one, what is there, as an answer that was stopped."""
    values = {**_NOTHING, **record}
    values["sentences"] = tuple(map(_sentence, values["sentences"]))
    values["sources"] = tuple(restored_source(item) for item in values["sources"])
    values["notes"] = tuple(values["notes"])
    values["implied"] = tuple(values.get("implied") or ())
    answer: Answer = _made(Answer, values)
    return answer


def _sentence(record: Record) -> Sentence:
    """Return a sentence of a record; one that nothing supports, as earlier versions told, says so."""
    text = record["text"] if record.get("supported", True) else f"{record['text']} [tidak didukung arsip]"
    values = {**record, "text": text, "citations": tuple(record["citations"]), "supported": True}
    sentence: Sentence = _made(Sentence, values)
    return sentence


def restored_source(record: Record) -> Source:
    """Return a source of a record."""
    copies = tuple(_made(Copy, item) for item in record.get("also_in", ()))
    source: Source = _made(Source, {**record, "also_in": copies})
    return source


_NOTHING: Record = {
    "question": "", "answer": "", "found": False, "sentences": (), "sources": (), "articles_searched": 0,
    "passages_searched": 0, "timings_ms": {}, "model": "", "raw": "", "notes": (), "cancelled": True,
}  # fmt: skip


def _made(kind: Any, values: Record) -> Any:
    """Make a dataclass of the values it knows; a field that the record lacks gets its default, else None."""
    known = {field.name: field for field in fields(kind)}
    given = {name: value for name, value in values.items() if name in known}
    for name, field in known.items():
        if name not in given and field.default is MISSING and field.default_factory is MISSING:
            given[name] = None
    return kind(**given)


def search_record(id: str | None, question: str, results: Sequence[Retrieved], how: SearchPlan) -> Record:
    """Return what ``tanya search`` says of one question, from what ``find`` gave."""
    shown = [_result(rank, item) for rank, item in enumerate(results, start=1)]
    return {"id": id, "query": question, "results": shown, **how.as_json(), "notes": how.messages()}


def _result(rank: int, item: Retrieved) -> Record:
    fields = asdict(numbered_source(rank, item))
    return {"rank": fields.pop("n"), **fields}
