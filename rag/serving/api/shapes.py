"""The shapes of what programs send and get, as HTTP and MCP tell them to others. Data only; the answers themselves are
made by the serializers of the command line, and these say what is in them: fields may be added, none renamed.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from index.articles import Article
from index.errors import InputError
from index.storage.filters import Filters
from rag.quotation.checker import MAX_QUOTE_CHARS
from rag.quotation.draft import MAX_DRAFT_CHARS
from rag.retrieval.provenance import provenance
from rag.serving.service import MAX_QUESTION_CHARS

MAX_TOP = 100
DEFAULT_TOP = 10
MAX_NAME_CHARS = 200
MAX_ARTICLE_CHARS = 1_000_000
MAX_ID_CHARS = 2_000
Record = dict[str, Any]


def _real_date(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _whole(value: Any) -> Any:
    """Return 5 for 5.0: JSON has one kind of number, and assistants write either."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
Date = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_real_date),
]
Name = Annotated[str, Field(max_length=MAX_NAME_CHARS)]
Question = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS, pattern=r"[^\s]")]
ArticleId = Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARS)]


class Request(BaseModel):
    """What every request is: its fields and no others, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Filtered(Request):
    """What may be limited to some of the articles."""

    date_from: Date | None = Field(None, description="hanya artikel sejak tanggal ini, YYYY-MM-DD")
    date_to: Date | None = Field(None, description="hanya artikel sampai tanggal ini, YYYY-MM-DD")
    publisher: Name | None = Field(None, description="hanya artikel dari media ini")

    @property
    def filters(self) -> Filters:
        """The articles that count."""
        return Filters(self.date_from, self.date_to, self.publisher)


class SearchRequest(Filtered):
    """A search for passages."""

    question: Question = Field(description="pertanyaan atau kata-kata, dalam bahasa Indonesia")
    top: Whole = Field(DEFAULT_TOP, ge=1, le=MAX_TOP, description="jumlah hasil")
    implied: bool = Field(True, description="saring menurut kata waktu dan nama media di pertanyaan")


class AskRequest(Filtered):
    """A question to be answered."""

    question: Question = Field(description="pertanyaan dalam bahasa Indonesia")
    implied: bool = Field(True, description="saring menurut kata waktu dan nama media di pertanyaan")
    conversation: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9]{1,64}$",
        description="nama percakapan: pertanyaannya disimpan di riwayat pembaca dan boleh bersandar pada yang "
        "sebelumnya; tanpa ini tidak disimpan",
    )


class AskOverHttp(AskRequest):
    """A question to be answered, at once or as it comes."""

    stream: bool = Field(False, description="jawaban sebagai server-sent events: evidence, words, answer")


class QuoteRequest(Filtered):
    """A quotation to be checked."""

    quote: str = Field(min_length=1, max_length=MAX_QUOTE_CHARS, description="kata-kata yang dikutip, tanpa diubah")
    speaker: Name | None = Field(None, description="narasumber yang disebut mengatakannya")


class DraftRequest(Filtered):
    """A draft of which every quotation is to be checked."""

    draft: str = Field(min_length=1, max_length=MAX_DRAFT_CHARS, description="seluruh teks naskah")


class ArticleRequest(Request):
    """An article to be read, or a part of its text."""

    article_id: ArticleId = Field(description="article_id dari hasil pencarian, jawaban, atau pemeriksaan kutipan")
    start: Whole = Field(0, ge=0, le=10**9, description="mulai dari huruf ke sekian")
    max_chars: Whole = Field(20_000, ge=1, le=MAX_ARTICLE_CHARS, description="paling banyak sekian huruf")


class Shape(BaseModel):
    """What every answer is: these fields, and others that may be added."""

    model_config = ConfigDict(extra="allow")


class Problem(Shape):
    """Why there is no answer: one line in Indonesian."""

    error: str


class Place(Shape):
    """A passage of an article; start and end count characters of its text. What is unknown is null."""

    article_id: str
    title: str | None
    publisher: str | None
    date: str | None
    path: str
    also_in: list[Record]
    provenance: Record | None
    start: int
    end: int
    text: str


class Result(Place):
    """A passage found."""

    rank: int
    score: float


class Source(Place):
    """A passage that an answer cites by its number."""

    n: int
    score: float


class Sentence(Shape):
    """A sentence of an answer and the numbers of its sources."""

    text: str
    citations: list[int]
    supported: bool


class Found(Shape):
    """What a search found, the best first."""

    id: str | None
    query: str
    results: list[Result]
    rewritten: Record | None
    implied: list[Record]
    notes: list[str]


class Answered(Shape):
    """An answer in words of the archive; found is false where the archive does not tell."""

    id: str | None
    question: str
    answer: str
    found: bool
    confidence: float = Field(description="peluang bahwa jawabannya benar, 0 sampai 1")
    sentences: list[Sentence]
    sources: list[Source]
    searched: Record
    timings_ms: Record
    model: str
    rewritten: Record | None
    implied: list[Record]
    notes: list[str]


VerdictName = Literal["exact", "partial", "altered", "stitched", "paraphrase", "not_found"]


class Difference(Shape):
    """A piece of the quotation beside what the source has in its place."""

    op: Literal["equal", "replace", "insert", "delete"]
    claimed: str
    source: str
    grade: str | None
    note: str | None


class Match(Place):
    """A place of a quotation and how it differs there."""

    url: str | None
    verdict: str
    similarity: float
    speaker: str | None
    difference: list[Difference]
    notes: list[str]


class SpeakerCheck(Shape):
    """Who is claimed to have said it and who says it in the article; agrees is null where that is not known."""

    claimed: str | None
    found: str | None
    agrees: bool | None


class Quoted(Shape):
    """The verdict on a quotation, with its places: the best verdict first, then the earliest."""

    id: str | None
    quote: str
    checked: str
    verdict: VerdictName
    speaker: SpeakerCheck
    searched: Record
    matches: list[Match]
    notes: list[str]


class DraftQuote(Quoted):
    """One quotation of a draft; start and end count characters of the draft."""

    start: int
    end: int
    flagged: bool


class Draft(Shape):
    """All quotations of a draft; flagged counts those that an editor must look at."""

    quotes: list[DraftQuote]
    flagged: int
    left_out: list[str]


class ArticleText(Shape):
    """An article, or a part of its text from start to end of chars characters."""

    id: str
    title: str | None
    date: str | None
    date_rule: str | None
    publisher: str | None
    author: str | None
    url: str | None
    path: str
    sha256: str
    chars: int
    start: int
    end: int
    text: str
    provenance: Record


class Alive(Shape):
    """The program runs."""

    alive: bool


class Ready(Shape):
    """Whether the models are loaded and the archive can be read; if not, why."""

    ready: bool
    reason: str


def article_record(article: Article, start: int, max_chars: int) -> Record:
    """Return an article as it is told to programs."""
    part = article.text[start : start + max_chars]
    return {
        "id": article.id,
        "title": article.title,
        "date": article.date,
        "date_rule": article.date_rule,
        "publisher": article.publisher,
        "author": article.author,
        "url": article.url,
        "path": article.path,
        "sha256": article.sha256,
        "chars": len(article.text),
        "start": min(start, len(article.text)),
        "end": min(start, len(article.text)) + len(part),
        "text": part,
        "provenance": provenance(article),
    }


def parsed(kind: type[Request], values: Any) -> Any:
    """Return a request of this kind. Raises InputError, one line in Indonesian, where it is none.

    >>> parsed(SearchRequest, {"question": "harga beras"}).top
    10
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise InputError(told_of(error.errors(include_url=False, include_context=True, include_input=False))) from None


def told_of(errors: Any) -> str:
    """Return the first of these errors on one line; no word of what was sent stands in it but the fields' names.

    >>> told_of([{"type": "missing", "loc": ("body", "question"), "ctx": {}}])
    "Isian 'question' belum ada; perbaiki permintaannya."
    """
    first = errors[0]
    fields = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
    name, limits, kind = ".".join(fields)[:80], first.get("ctx") or {}, str(first["type"])
    why = {
        "missing": "belum ada",
        "extra_forbidden": "tidak dikenal",
        "string_too_short": "kosong",
        "string_too_long": f"terlalu panjang, paling banyak {limits.get('max_length')} huruf",
        "string_pattern_mismatch": "bukan bentuk yang diminta",
        "string_type": "bukan teks",
        "string_unicode": "bukan teks yang sah",
        "int_type": "bukan bilangan bulat",
        "int_parsing": "bukan bilangan bulat",
        "bool_type": "bukan true atau false",
        "greater_than_equal": f"terlalu kecil, paling sedikit {limits.get('ge')}",
        "less_than_equal": f"terlalu besar, paling banyak {limits.get('le')}",
        "value_error": "bukan tanggal yang ada",
        "json_invalid": "bukan JSON",
    }.get(kind, "bukan yang diminta")
    if not name or kind == "json_invalid":
        return "Isi permintaan bukan objek JSON yang diminta; perbaiki bentuknya."
    return f"Isian {name!r} {why}; perbaiki permintaannya."
