"""What exact search found → a CSV file with a row for each hit. What others wrote stays text in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from index.storage.full_text import Head
from rag.quotation import statement
from rag.retrieval.full_text import Found, Place

_CONTEXT_CHARS = 80  # on each side of a hit
_COLUMNS = (
    "article_id", "title", "publisher", "date", "author", "path", "field", "start", "end", "before", "hit", "after",
    "statement",
)  # fmt: skip


def write_hits(found: Found, stream: TextIO) -> None:
    """Write all hits of all articles; for Excel the stream is to be ``utf-8-sig``, for ``csv`` without newlines."""
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    told = statement.of_hits()  # with the first hit alone: there may be hundreds of thousands
    for row in hit_rows(found):
        writer.writerow((*row, told))
        told = ""


def hit_rows(found: Found) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each hit of all articles, in order; one without a place for an article that has no hit."""
    for match in found.matches:
        detail = found.detail(match)
        head = tuple(cell(value) for value in head_of(match.article).values())
        for place in detail.places:
            text = match.article.title or "" if place.field == "title" else detail.text
            yield (*head, place.field, place.start, place.end, *map(cell, _context(text, place)))
        if not detail.places:
            yield (*head, *[""] * (len(_COLUMNS) - 1 - len(head)))


def head_of(article: Head) -> dict[str, Any]:
    """Return what is told of an article that was found."""
    return {
        "article_id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "date": article.date,
        "author": article.author,
        "path": article.path,
    }


def on_one_line(text: str) -> str:
    """Return a text on one line, without what a terminal would take for an order."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _context(text: str, place: Place) -> tuple[str, str, str]:
    before = text[max(0, place.start - _CONTEXT_CHARS) : place.start]
    after = text[place.end : place.end + _CONTEXT_CHARS]
    return before, text[place.start : place.end], after


def cell(value: str | None) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = on_one_line(value or "")
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
