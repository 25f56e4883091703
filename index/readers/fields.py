"""A record of named values (JSON object, row of a table) → article. Names are Indonesian, English or schema.org's."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from index.articles import RawArticle
from index.readers.fragment import lines_of_html, looks_like_html

# Field → the names under which exports keep it, the surest first; compared without case, spaces and underscores.
NAMES = MappingProxyType(
    {
        "id": ("id",),
        "title": ("title", "judul", "headline"),
        "date": ("date", "tanggal", "published", "publishdate", "datepublished", "publishedat", "tanggalterbit"),
        "publisher": ("publisher", "media", "outlet", "source", "sumber"),
        "author": ("author", "penulis", "wartawan"),
        "url": ("url", "link", "tautan"),
        "text": ("text", "isi", "teks", "content", "body", "konten", "artikel", "articlebody"),
    }
)


def article_of(record: Mapping[str, object]) -> RawArticle:
    """Return the article of a record; ValueError says, in Indonesian, why it is none.

    >>> article_of({"Judul": "Panen", "Isi": "Warga panen.", "author": {"name": "Tono"}}).author
    'Tono'
    """
    found: dict[str, tuple[str, object]] = {}
    named = {_folded(name): name for name in reversed(list(record))}  # the first of two alike counts
    for field, names in NAMES.items():
        if given := [named[name] for name in names if name in named]:
            name = next((one for one in given if record[one] not in (None, "")), given[0])
            found[field] = (name, _unwrapped(record[name], several=field == "author"))
    text = found.pop("text", ("text", None))[1]
    if not isinstance(text, str):
        raise ValueError('tidak punya "text" berupa teks')
    said = {field: _said(name, value) for field, (name, value) in found.items()}
    if looks_like_html(text):
        text = "\n".join(lines_of_html(text))
    return RawArticle(
        text=text,
        id=said.get("id"),
        title=said.get("title"),
        date=said.get("date"),
        publisher=said.get("publisher"),
        author=said.get("author"),
        url=said.get("url"),
        has_fields=True,
    )


def has_text(names: Collection[str]) -> bool:
    """Tell whether one of these names holds an article's text.

    >>> has_text(["Judul", "Isi"]), has_text(["nama", "harga"])
    (True, False)
    """
    return any(_folded(name) in NAMES["text"] for name in names)


def stated_in(record: Mapping[str, str | None], field: str) -> str | None:
    """Return what a record of plain words states for a field, under whichever of its names.

    >>> stated_in({"Judul": "Panen"}, "title")
    'Panen'
    """
    named = {_folded(name): value for name, value in record.items()}
    return next((value for name in NAMES[field] if (value := named.get(name))), None)


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _unwrapped(value: object, *, several: bool = False) -> object:
    """Return the words of {"name": …} (schema.org) or {"rendered": …} (WordPress), and of a list of names."""
    if isinstance(value, dict):
        return value.get("name") or value.get("rendered") or value
    if several and isinstance(value, list) and value:
        parts = [_unwrapped(part) for part in value]
        return ", ".join(map(str, parts)) if all(isinstance(part, str) and part for part in parts) else value
    return value


def _said(name: str, value: object) -> str | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise ValueError(f'"{name}" harus teks atau null')
    return None if value is None or not str(value).strip() else str(value)
