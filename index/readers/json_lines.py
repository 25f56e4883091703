"""``.jsonl``: one JSON object a line with ``id, title, date, source, url, text``; ``source`` is the publisher."""

from __future__ import annotations

import json
from collections.abc import Iterator

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.decoding import decode, mend


def read(content: bytes) -> Iterator[RawArticle | BadRecord]:
    """Yield one article a line; a line that cannot be read is yielded as BadRecord and the rest goes on.

    >>> [type(found).__name__ for found in read(b'{"id": "a", "text": "Isi."}\\n{"id": \\n')]
    ['RawArticle', 'BadRecord']
    """
    for number, line in enumerate(decode(content).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _article(json.loads(line))
        except json.JSONDecodeError as error:
            yield BadRecord(f"JSON tidak sah, {error.msg} di kolom {error.colno}", number)
        except RecursionError:
            yield BadRecord("JSON bersarang terlalu dalam", number)
        except (TypeError, ValueError) as error:
            yield BadRecord(str(error), number)


def _article(record: object) -> RawArticle:
    if not isinstance(record, dict):
        raise TypeError("barisnya bukan objek JSON {...}")
    if not isinstance(record.get("text"), str):
        raise ValueError('tidak punya "text" berupa teks')
    fields = {name: record.get(name) for name in ("id", "title", "date", "source", "url", "author")}
    wrong = [name for name, value in fields.items() if value is not None and not isinstance(value, str | int)]
    if wrong:
        raise ValueError(f'"{wrong[0]}" harus teks atau null')
    said = {name: None if value is None else mend(str(value)) for name, value in fields.items()}
    return RawArticle(
        text=mend(record["text"]),
        id=said["id"],
        title=said["title"],
        date=said["date"],
        publisher=said["source"],
        author=said["author"],
        url=said["url"],
        has_fields=True,
    )
