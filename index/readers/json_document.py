"""``.json``: one article, a list of articles, or an object that holds such a list ({"articles": [...]}).

A large list is read element by element, so that memory stays flat.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_ARTICLE_BYTES, MAX_ARTICLE_CHARS, Unreadable, too_long
from index.readers.decoding import decoded_pieces
from index.readers.fields import article_of, has_text

_NO_ARTICLE = 'tidak berisi artikel: tidak ada objek dengan "text" atau "isi" berupa teks'
_SPACE = " \t\r\n\ufeff"
_BLOCK_CHARS = 1 << 20
_FIRST_CHARS = 1 << 16  # most articles fit; what does not is tried with twice as many
_DECODER = json.JSONDecoder()


def read(stream: BinaryIO) -> Iterator[RawArticle | BadRecord]:
    """Yield the articles of the document.

    >>> from io import BytesIO
    >>> [raw.text for raw in read(BytesIO(b'{"articles": [{"isi": "Satu."}, {"isi": "Dua."}]}'))]
    ['Satu.', 'Dua.']
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    text = _Text(stream)
    found = _articles(text.values(MAX_ARTICLE_BYTES)) if size <= MAX_ARTICLE_BYTES else _each(text.elements())
    number = 0
    try:
        for number, article in enumerate(found, start=1):  # noqa: B007 — how many there were
            yield article
        if not number:
            yield BadRecord(_NO_ARTICLE)
    except json.JSONDecodeError as error:
        yield BadRecord(f"JSON tidak sah, {error.msg}; simpan ulang berkasnya")


def _articles(values: Iterator[Any]) -> Iterator[RawArticle | BadRecord]:
    """Yield the articles of a whole document; several values one after the other are JSON lines."""
    number = 0
    for value in values:
        lists = _lists_in(value)
        if lists == []:
            yield BadRecord(_NO_ARTICLE)
        elif lists:
            yield from _each(element for held in lists for element in held)
        else:
            number += 1
            yield _found(value, number)


def _lists_in(value: object) -> list[list[Any]] | None:
    """Return the lists of articles that a value is or holds; None for what stands for one article itself."""
    if isinstance(value, list):
        held = [value]
    elif isinstance(value, dict) and not has_text(value):
        held = [inner for inner in value.values() if isinstance(inner, list)]
    else:
        return None
    return [inner for inner in held if any(isinstance(part, dict) and has_text(part) for part in inner)]


def _each(elements: Iterator[Any]) -> Iterator[RawArticle | BadRecord]:
    for number, element in enumerate(elements, start=1):
        yield _found(element, number)


def _found(value: object, number: int) -> RawArticle | BadRecord:
    if not isinstance(value, dict):
        return BadRecord(f"unsur ke-{number} bukan objek JSON {{...}}")
    try:
        article = article_of(value)
    except ValueError as error:
        return BadRecord(f"unsur ke-{number} {error}")
    too_many = len(article.text) > MAX_ARTICLE_CHARS
    return BadRecord(f"unsur ke-{number} {too_long(len(article.text))}") if too_many else article


class _Text:
    """A JSON text of which only the part in hand is in memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._pieces = decoded_pieces(stream)
        self._text = ""
        self._at = 0
        self._whole = False

    def values(self, max_chars: int = 2 * MAX_ARTICLE_CHARS) -> Iterator[Any]:
        """Yield one value after the other to the end."""
        while self._next():
            yield self._value(max_chars)

    def elements(self) -> Iterator[Any]:
        """Yield the elements of the outer list, or of each list in the outer object."""
        if self._next() == "{":
            self._at += 1
            while self._next() not in ("}", ""):
                self._value()
                self._expect(":")
                if self._next() == "[":
                    yield from self._list()
                else:
                    self._value()
                self._skip_comma("}")
        elif self._next() == "[":
            yield from self._list()
        else:
            raise Unreadable(_NO_ARTICLE)

    def _list(self) -> Iterator[Any]:
        self._at += 1
        while self._next() not in ("]", ""):
            yield self._value()
            self._skip_comma("]")
        self._at += 1

    def _skip_comma(self, end: str) -> None:
        if self._next() not in (end, ""):
            self._expect(",")

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            raise json.JSONDecodeError(f"{mark!r} diharapkan", self._text, self._at)
        self._at += 1

    def _next(self) -> str:
        """Go to the next character that is no space; return it, "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(1):
                return ""

    def _value(self, max_chars: int = 2 * MAX_ARTICLE_CHARS) -> Any:
        self._next()
        wanted = _FIRST_CHARS
        while True:
            self._more(wanted)
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._whole or len(self._text) - self._at > max_chars:
                    # What precedes the error would be copied to count its lines; only the message is of use.
                    raise json.JSONDecodeError(error.msg, "", 0) from None
            else:
                if self._whole or end < len(self._text):  # a number may go on where the text in hand ends
                    self._at = end
                    return value
            wanted = 2 * max(wanted, len(self._text) - self._at)

    def _more(self, wanted: int) -> bool:
        """Have this many characters in hand, if there are so many; False at the end."""
        if len(self._text) - self._at < wanted and not self._whole:
            parts = [self._text[self._at :]]
            chars = len(parts[0])
            while chars < max(wanted, _BLOCK_CHARS) and not self._whole:
                piece = next(self._pieces, None)
                self._whole = piece is None
                parts.append(piece or "")
                chars += len(parts[-1])
            self._text, self._at = "".join(parts), 0
        return len(self._text) > self._at
