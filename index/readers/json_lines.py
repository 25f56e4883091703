"""``.jsonl``: one JSON object a line with ``id, title, date, source, url, text``; ``source`` is the publisher."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_ARTICLE_CHARS, too_long
from index.readers.decoding import decoded_lines
from index.readers.fields import article_of

# JSON writes a character beyond ASCII as six ("\u201c"); most are not.
_MAX_LINE_CHARS = 2 * MAX_ARTICLE_CHARS


def read(stream: BinaryIO) -> Iterator[RawArticle | BadRecord]:
    """Yield one article a line; a line that cannot be read is yielded as BadRecord and the rest goes on.

    >>> from io import BytesIO
    >>> [type(found).__name__ for found in read(BytesIO(b'{"id": "a", "text": "Isi."}\\n{"id": \\n'))]
    ['RawArticle', 'BadRecord']
    """
    for number, line in enumerate(decoded_lines(stream, _MAX_LINE_CHARS), start=1):
        if line is None:
            yield BadRecord(too_long(_MAX_LINE_CHARS), number)
        elif line.strip():
            yield found_in_line(line.rstrip("\r\n"), number)


def found_in_line(line: str, number: int) -> RawArticle | BadRecord:
    """Return the article of one line, or why it is none.

    >>> found_in_line("[1]", 3)
    BadRecord(reason='barisnya bukan objek JSON {...}', line=3, place=None, skipped=False, limit=False)
    """
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            return BadRecord("barisnya bukan objek JSON {...}", number)
        article = article_of(record)
    except json.JSONDecodeError as error:
        return BadRecord(f"JSON tidak sah, {error.msg} di kolom {error.colno}", number)
    except RecursionError:
        return BadRecord("JSON bersarang terlalu dalam", number)
    except ValueError as error:
        return BadRecord(str(error), number)
    if len(article.text) > MAX_ARTICLE_CHARS:
        return BadRecord(too_long(len(article.text)), number)
    return article
