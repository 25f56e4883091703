"""``.md``: optional front matter (title, date, publisher, author, url), then Markdown; the marks go, the words stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.articles import RawArticle
from index.readers.decoding import mend
from index.readers.fields import stated_in
from index.readers.notes import with_notes
from index.readers.plain_text import text_of

if TYPE_CHECKING:
    from markdown_it.token import Token

# A front matter has some ten lines; PyYAML takes ten seconds for a megabyte, and as long for 5,000 brackets.
_MAX_YAML_CHARS = 20_000
_MAX_YAML_BRACKETS = 200
_QUOTED = re.compile(r"""(["'])((?:(?!\1).)*)\1""")
_NOTE = re.compile(r"^\[\^(?P<mark>[^\]\s]{1,40})\]:[ \t]*(?P<words>.*(?:\n[ \t]+\S.*)*)", re.M)
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,40}\]")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\n---[ \t]*\r?(?:\n|\Z)", re.S)


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
    notes = [(match["mark"], match["words"]) for match in _NOTE.finditer(text)]
    text = _NOTE_MARK.sub("", _NOTE.sub("", text)) if notes else text
    lines = [_words(token) for token in MarkdownIt().parse(text) if token.type in ("inline", "fence", "code_block")]
    lines = with_notes(lines, notes)
    yield RawArticle(
        text="\n".join(lines),
        id=stated_in(fields, "id"),
        title=stated_in(fields, "title"),
        date=stated_in(fields, "date"),
        publisher=stated_in(fields, "publisher"),
        author=stated_in(fields, "author"),
        url=stated_in(fields, "url"),
        has_fields=bool(fields),
    )


def _fields(front_matter: str) -> dict[str, str | None]:
    """Return the stated fields; "title: Rapat: hasilnya" is no YAML, yet plain, so lines of name: value serve too."""
    import yaml

    try:
        stated = yaml.safe_load(front_matter) if _is_small(front_matter) else None
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: a date that no calendar has
        stated = None
    if not isinstance(stated, dict):
        lines = (line.partition(":") for line in front_matter.splitlines())
        stated = {name.strip(): _unquoted(value.strip()) for name, colon, value in lines if colon and value.strip()}
    return {str(name): _said(value) for name, value in stated.items()}


def _is_small(front_matter: str) -> bool:
    return len(front_matter) <= _MAX_YAML_CHARS and sum(map(front_matter.count, "[{")) <= _MAX_YAML_BRACKETS


def _said(value: object) -> str | None:
    """Return a value as words, and a plain list of names; what is nested deeper (or refers to itself) is no field."""
    if isinstance(value, list):
        named = [str(part) for part in value if not isinstance(part, list | dict)]
        return mend(", ".join(named)) or None
    return None if value is None or isinstance(value, dict) else mend(str(value))


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
