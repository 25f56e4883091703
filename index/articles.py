"""The article as the newsroom knows it, after cleaning. It carries data only; readers and cleaning make it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field


@dataclass(frozen=True)
class LeftOut:
    """A line of a file that its reader did not take for the article's: ``kind`` says why, in Indonesian.

    ``before`` counts the lines of the article's raw text that stand above it.
    """

    before: int
    text: str
    kind: str


@dataclass(frozen=True)
class PageRecord:
    """What a web page says of its own article beside the text, as it says it; ``index.metadata`` judges it.

    ``titles``, ``authors`` and ``published`` come from the page's record (JSON-LD, head, microdata) and from what it
    marks as headline or author, the surest first; ``modified`` are the stamps of changes. ``head`` are the short lines
    around the headline, those behind it first, ``tail`` the short ones further down. What stands in header, menu,
    sidebar, related stories, comments and footer is in none of them.
    """

    titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    has_headline: bool = False


@dataclass(frozen=True)
class ReadPage:
    """A page of a file that was read by OCR in whole or in part: how many ``letters`` it gave.

    ``confidence`` of 100 is OCR's own; None for a page whose text the file itself holds.
    """

    number: int
    confidence: int | None
    letters: int


@dataclass(frozen=True)
class RawArticle:
    """What one reader found in one file, before cleaning.

    ``text`` is the whole visible text; the other fields hold only what the file says of itself, else None.
    ``id`` is set when the file names one (JSONL). ``place`` names the part of a file that holds several articles (a
    member of an archive, the guid of a feed's entry); it stays the same when other parts come or go. ``has_fields``
    marks a format that keeps title, date and outlet apart from the text, so that nothing need be looked for in it.
    ``left_out`` holds what the reader saw and did not take, so that it can be shown.
    ``page`` is what a web page says of its article beside the text. ``read_pages`` are the pages, where OCR read some.
    """

    text: str
    id: str | None = None
    title: str | None = None
    date: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    place: str | None = None
    has_fields: bool = False
    left_out: tuple[LeftOut, ...] = field(default=(), compare=False)
    page: PageRecord | None = field(default=None, compare=False, repr=False)
    read_pages: tuple[ReadPage, ...] = ()


@dataclass(frozen=True)
class Article:
    """A cleaned article. Every offset in this program counts characters of ``text``.

    >>> Article(id="a", text="Isi.", path="a.txt").sha256[:8]
    '61eb83be'

    ``date`` is ISO (``2021-11-29``) or None; ``date_rule`` says how it was found (see ``index.metadata``).
    ``folder`` is what was indexed, ``place`` the part of the file (a member of an archive); ``entered_at`` and
    ``changed_at`` are local ISO times: when its text came into the archive, when it was last another one there.
    ``uploaded_by`` and ``uploaded_at`` say who brought it from the page, and when. None is unknown.
    ``ocr`` is None for text that a file holds; of what was read by OCR its pages, as ``read_pages`` gives them.
    """

    id: str
    text: str
    path: str
    title: str | None = None
    date: str | None = None
    date_rule: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    sha256: str = field(default="")
    folder: str | None = field(default=None, compare=False)
    place: str | None = field(default=None, compare=False)
    entered_at: str | None = field(default=None, compare=False)
    changed_at: str | None = field(default=None, compare=False)
    uploaded_by: str | None = field(default=None, compare=False)
    uploaded_at: str | None = field(default=None, compare=False)
    ocr: str | None = field(default=None, compare=False)

    @property
    def read_pages(self) -> tuple[ReadPage, ...]:
        """The pages of a file that was read by OCR, () of any other.

        >>> Article(id="a", text="", path="a.pdf", ocr=pages_as_text([ReadPage(1, 93, 200)])).read_pages
        (ReadPage(number=1, confidence=93, letters=200),)
        """
        return tuple(ReadPage(*row) for row in json.loads(self.ocr)) if self.ocr else ()

    @property
    def ocr_confidence(self) -> int | None:
        """How sure OCR was of the page that it was least sure of, of 100; None for text that a file holds."""
        return min((page.confidence for page in self.read_pages if page.confidence is not None), default=None)

    def __post_init__(self) -> None:
        if not self.sha256:
            fields = (self.title, self.date, self.date_rule, self.publisher, self.author, self.url, self.text)
            digest = hashlib.sha256(repr(fields).encode("utf-8"))
            object.__setattr__(self, "sha256", digest.hexdigest())


def pages_as_text(pages: Sequence[ReadPage]) -> str | None:
    """Return the pages of what was read by OCR as they are stored, None where there are none."""
    return json.dumps([astuple(page) for page in pages]) if pages else None


def text_digest(text: str | None) -> str | None:
    """Return the name of a text, whatever file it stands in and however its lines are broken.

    >>> text_digest("Warga  panen\\nkopi.") == text_digest("Warga panen kopi.")
    True
    """
    if text is None:
        return None
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
