"""Raw article → article: its own words, its metadata, and each line that was left out, so that it can be seen."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from index.articles import Article, LeftOut, RawArticle, pages_as_text
from index.cleaning.page_lines import Line, lines_of, tidy
from index.metadata.bylines import find_author
from index.metadata.outlets import find_publisher
from index.metadata.publication_date import find_date
from index.metadata.title import find_title
from index.pipeline.sidecar import Stated
from index.text.timestamps import WIB


@dataclass(frozen=True)
class Prepared:
    """An article and the lines it was made from, kept and left out, in the order of the page."""

    article: Article
    lines: tuple[Line, ...]


def prepare(raw: RawArticle, *, id: str, path: str, stated: Stated | None = None, zone: tzinfo = WIB) -> Prepared:
    """Clean one raw article and find its metadata; what a sidecar states comes before all that is found.

    >>> raw = RawArticle(text="Warga Senang\\nSURABAYA - Warga senang.\\nloading...")
    >>> prepare(raw, id="a", path="a.txt").article.text
    'SURABAYA - Warga senang.'

    Headline and dateline that stand on lines of their own go into the fields and leave the text. A format with fields
    of its own (``raw.has_fields``) is taken at its word: what it leaves out is unknown, not searched for. A stamp with
    an offset is read in the archive's ``zone``.
    """
    text = tidy(raw.text)
    if raw.has_fields:
        title, publisher = raw.title and tidy(raw.title), raw.publisher and tidy(raw.publisher)
        author = raw.author and tidy(raw.author)
        iso, rule = find_date(raw, "", zone)
    else:
        title = find_title(raw, text)
        publisher = find_publisher(raw, text, title)
        author = find_author(raw, text, title, publisher)
        iso, rule = find_date(raw, text, zone, title)
    lines = lines_of(text, title=title, scraped=not raw.has_fields)
    if raw.left_out:
        lines = _with_left_out(lines, raw)
    stated = stated or Stated()
    article = Article(
        id=id,
        text="\n".join(line.text for line in lines if line.kind is None),
        path=path,
        title=stated.title or title or None,
        date=stated.date or iso,
        date_rule="sidecar" if stated.date else rule,
        publisher=stated.publisher or publisher or None,
        author=stated.author or author or None,
        url=stated.url or raw.url or None,
        ocr=pages_as_text(raw.read_pages),
    )
    return Prepared(article, tuple(lines))


def _with_left_out(lines: Sequence[Line], raw: RawArticle) -> list[Line]:
    """Put what the reader left out where it stood among the lines of its text."""
    merged: list[Line] = []
    waiting = deque(lines)
    left_out = deque(sorted(raw.left_out, key=lambda line: line.before))
    for number, line in enumerate(raw.text.split("\n")):
        while left_out and left_out[0].before <= number:
            merged += _line_of(left_out.popleft())
        chars = _solid(tidy(line)) if waiting else 0
        while waiting and chars > 0:
            merged.append(waiting.popleft())
            chars -= _solid(merged[-1].text)
    merged += waiting
    for told in left_out:
        merged += _line_of(told)
    return merged


def _line_of(told: LeftOut) -> list[Line]:
    text = tidy(told.text).replace("\n", " ")
    return [Line(text, told.kind)] if text else []


def _solid(text: str) -> int:
    """Count the characters that are no space."""
    return sum(map(len, text.split()))
