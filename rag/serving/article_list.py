"""Some articles of the archive → a CSV file with a row for each, or a file with a JSON line for each, texts and all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence

from index.articles import Article
from index.storage.collections import Collections
from index.storage.repository import Store
from rag.serving.hit_list import cell

_COLUMNS = ("article_id", "title", "publisher", "date", "author", "url", "collections")


def as_csv(store: Store, ids: Sequence[str]) -> bytes:
    """Return a row for each article that is there; what others wrote is no formula in it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    kept = Collections(store.database).of(ids)
    for one in store.heads_of(ids):
        values = (one.id, one.title, one.publisher, one.date, one.author, one.url, "; ".join(kept.get(one.id, ())))
        writer.writerow([cell(value) for value in values])
    return stream.getvalue().encode("utf-8-sig")  # the mark by which Excel knows UTF-8


def as_json_lines(store: Store, ids: Sequence[str]) -> bytes:
    """Return a JSON line for each article that is there, which ``tanya index`` reads again."""
    return "".join(json.dumps(_record(one), ensure_ascii=False) + "\n" for one in _articles(store, ids)).encode("utf-8")


def _articles(store: Store, ids: Sequence[str]) -> Iterator[Article]:
    return filter(None, map(store.article, ids))


def _record(article: Article) -> dict[str, str | None]:
    names = ("id", "title", "publisher", "date", "author", "url", "text")
    return {name: getattr(article, name) for name in names}
