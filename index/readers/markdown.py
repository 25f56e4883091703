"""``.md``: optional front matter (title, date, publisher, author, url), then Markdown; the marks go, the words stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.articles import RawArticle
from index.readers.decoding import mend
from index.readers.plain_text import text_of

if TYPE_CHECKING:
    from markdown_it.token import Token

_QUOTED = re.compile(r"""(["'])((?:(?!\1).)*)\1""")
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.S)


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield one article.

    >>> from io import BytesIO
    >>> raw = next(read(BytesIO(b"---\\ntitle: Judul\\ndate: 2021-11-17\\n---\\nIsi *tebal*.")))
    >>> raw.title, raw.date, raw.text
    ('Judul', '2021-11-17', 'Isi tebal.')
    """
    from markdown_it import MarkdownIt

    text = text_of(stream)
    fields: dict[str, str | None] = {}
    match = _FRONT_MATTER.match(text)
    if match and (fields := _fields(match.group(1))):  # else a rule above the text, not front matter
        text = text[match.end() :]
    lines = [_words(token) for token in MarkdownIt().parse(text) if token.type in ("inline", "fence", "code_block")]
    yield RawArticle(
        text="\n".join(lines),
        id=fields.get("id"),
        title=fields.get("title"),
        date=fields.get("date"),
        publisher=fields.get("publisher"),
        author=fields.get("author"),
        url=fields.get("url"),
        has_fields=bool(fields),
    )


def _fields(front_matter: str) -> dict[str, str | None]:
    """Return the stated fields; "title: Rapat: hasilnya" is no YAML, yet plain, so lines of name: value serve too."""
    import yaml

    try:
        stated = yaml.safe_load(front_matter)
    except (yaml.YAMLError, ValueError):  # ValueError: a date that no calendar has
        stated = None
    if not isinstance(stated, dict):
        lines = (line.partition(":") for line in front_matter.splitlines())
        stated = {name.strip(): _unquoted(value.strip()) for name, colon, value in lines if colon and value.strip()}
    return {str(name).lower(): None if value is None else mend(str(value)) for name, value in stated.items()}


def _unquoted(value: str) -> str:
    """Return a value without the quotes around all of it; '"Kami siap", kata warga' keeps its own."""
    match = _QUOTED.fullmatch(value)
    return match.group(2) if match else value


def _words(token: Token) -> str:
    """Return the visible words of one block: link texts stay, addresses and HTML go."""
    if token.children is None:
        return token.content
    shown = {"text", "code_inline"}
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(child.content if child.type in shown else breaks.get(child.type, "") for child in token.children)
