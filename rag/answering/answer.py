"""What an answer is: its sentences, its sources and all that is told of it. Data only; the pipeline makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rag.retrieval.provenance import provenance
from rag.retrieval.results import Retrieved


@dataclass(frozen=True)
class Copy:
    """Another article of a source's story: wire copy, a mirrored page."""

    article_id: str
    title: str | None
    publisher: str | None
    date: str | None
    path: str


@dataclass(frozen=True)
class Source:
    """A numbered passage as it is shown; ``start`` and ``end`` count characters of the article's cleaned text.

    ``also_in`` lists where else the story appeared, earliest first; ``provenance`` tells how the article came into the
    archive (``rag.retrieval.provenance``).
    """

    n: int
    article_id: str
    title: str | None
    publisher: str | None
    date: str | None
    path: str
    start: int
    end: int
    text: str
    score: float
    also_in: tuple[Copy, ...] = ()
    provenance: dict[str, Any] | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence of the answer; ``citations`` are source numbers, none where it is the program's own.

    ``supported`` is always true: what no source holds is not told, and a field of the contract stays. ``heading`` is
    shown above it: the question that it answers, where several were asked.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool = True
    heading: str = ""


@dataclass(frozen=True)
class Answer:
    """What ``tanya ask`` says. ``raw`` is the model's own text; all else about the answer is derived from it.

    ``confidence`` in [0, 1] is how sure it is that the archive answers the question; ``found`` is whether it is sure
    enough. ``rewritten`` is the question as it stands alone and why it was rewritten, None if not; ``implied`` are the
    filters read from it (see ``rag.retrieval.search_plan``).
    """

    question: str
    answer: str
    found: bool
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...]
    articles_searched: int
    passages_searched: int
    timings_ms: dict[str, float | None]
    model: str
    raw: str
    notes: tuple[str, ...]
    confidence: float = 0.0
    rewritten: dict[str, Any] | None = None
    implied: tuple[dict[str, Any], ...] = ()
    cancelled: bool = False

    @property
    def asked(self) -> str:
        """The question as it stands alone."""
        return str(self.rewritten["question"]) if self.rewritten else self.question

    def as_json(self, id: str | None = None) -> dict[str, Any]:
        """Return the answer in the form of the command line's contract."""
        return {
            "id": id,
            "question": self.question,
            "answer": self.answer,
            "found": self.found,
            "sentences": [asdict(sentence) for sentence in self.sentences],
            "sources": [asdict(source) for source in self.sources],
            "searched": {"articles": self.articles_searched, "passages": self.passages_searched},
            "timings_ms": self.timings_ms,
            "model": self.model,
            "confidence": round(self.confidence, 4),
            "rewritten": self.rewritten,
            "implied": list(self.implied),
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Verdict:
    """What is told; without sentences it is a no, and ``notes`` may say why."""

    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()
    confidence: float = 0.0
    lines: bool = False  # each sentence is a line of its own

    @property
    def found(self) -> bool:
        """True when there is something to tell."""
        return bool(self.sentences)


@dataclass(frozen=True)
class EvidenceFound:
    """First event of a stream: the sources, before the model has said a word.

    Where many ask at once it may come twice: as ``is_first_look``, in the order of meaning and words, then as read.
    """

    sources: tuple[Source, ...]
    articles_searched: int
    passages_searched: int
    rewritten: dict[str, Any] | None = None
    implied: tuple[dict[str, Any], ...] = ()
    is_first_look: bool = False


@dataclass(frozen=True)
class Token:
    """A piece of the model's raw text."""

    text: str


@dataclass(frozen=True)
class Finished:
    """Last event of a stream."""

    answer: Answer


def numbered_source(number: int, item: Retrieved) -> Source:
    """Return a found passage under its number, as answers and search results show it."""
    article, passage = item.article, item.passage
    return Source(
        n=number,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        date=article.date,
        path=article.path,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        score=round(item.score, 4),
        also_in=tuple(Copy(other.id, other.title, other.publisher, other.date, other.path) for other in item.also_in),
        provenance=provenance(article),
    )


def appeared_in(copies: Sequence[Copy]) -> str:
    """Return where else a story appeared, as the end of a line; "" where it did not.

    >>> appeared_in([Copy("a", None, "Warta", "2021-11-29", "a.txt"), Copy("b", None, None, None, "b.txt")])
    ' · juga dimuat di Warta, 2021-11-29; b'
    """
    places = [", ".join(part for part in (copy.publisher or copy.article_id, copy.date) if part) for copy in copies]
    return f" · juga dimuat di {'; '.join(places)}" if places else ""


def as_text(sentences: Sequence[Sentence], *, lines: bool = False) -> str:
    """Return the sentences with their numbers, a line for each heading, or for each of them (``lines``).

    >>> as_text([Sentence("40 kios.", (1, 2)), Sentence("Pasar itu tutup.", (3,))])
    '40 kios. [1][2] Pasar itu tutup. [3]'
    """
    text = ""
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations)
        heading = f"{sentence.heading} " if sentence.heading else ""
        text += ("\n" if (heading or lines) and text else " ") + f"{heading}{sentence.text} {marks}".strip()
    return text.strip()
