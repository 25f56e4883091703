"""Format → its reader, held to the bounds: whatever a reader or its library meets is one BadRecord."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from typing import Any, BinaryIO

from index.articles import RawArticle
from index.readers.allowance import GivenUp, part
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_ARTICLE_CHARS, Unreadable, too_long
from index.readers.decoding import mend

_log = logging.getLogger("tanya.readers")
_WORDS = ("text", "id", "title", "date", "publisher", "author", "url", "place")  # the fields that hold words
Found = RawArticle | BadRecord
# A seekable stream at its beginning → what is found in it.
Reader = Callable[[BinaryIO], Iterator[Found]]

# Format → module in this folder with a function ``read``; imported when first needed.
_READERS = MappingProxyType(
    {
        "txt": "plain_text",
        "md": "markdown",
        "html": "html",
        "mhtml": "mhtml",
        "pdf": "pdf",
        "picture": "picture",
        "docx": "docx",
        "doc": "doc",
        "odt": "odt",
        "rtf": "rtf",
        "epub": "epub",
        "eml": "mail",
        "msg": "msg",
        "sheet": "spreadsheet",
        "pptx": "slides",
        "csv": "table",
        "json": "json_document",
        "jsonl": "json_lines",
        "feed": "feed",
        "zip": "archive",
        "tar": "archive",
        "warc": "warc",
    }
)


def found_in(format: str, stream: BinaryIO) -> Iterator[Found]:
    """Yield what a format's reader finds, never raising for what the file holds.

    >>> from io import BytesIO
    >>> [raw.text for raw in found_in("txt", BytesIO(b"Isi."))]
    ['Isi.']
    """
    read: Reader = import_module(f"index.readers.{_READERS[format]}").read
    return checked(read, stream)


def checked(read: Reader, stream: BinaryIO) -> Iterator[Found]:
    """Yield what a reader finds: no article too long, no text that cannot be written, no exception."""
    try:
        with part(stream, read.__module__.rpartition(".")[2]):
            for found in read(stream):
                yield _held_to_bounds(found) if isinstance(found, RawArticle) else found
    except GivenUp as refusal:
        yield BadRecord(str(refusal), limit=True)
    except Unreadable as refusal:
        _log.info("refused", exc_info=True, extra=_of(read))
        yield refusal.record
    except RecursionError:
        _log.exception("nested-too-deep", extra=_of(read))
        yield BadRecord("isinya bersarang terlalu dalam; simpan ulang dalam bentuk yang lebih sederhana")
    except MemoryError:
        _log.exception("out-of-memory", extra=_of(read))
        yield BadRecord("isinya terlalu besar untuk memori membaca; pecah dahulu", limit=True)
    except Exception as error:
        _log.exception("torn", extra=_of(read))
        # The libraries raise some forty kinds of errors for torn files, not all of them documented.
        yield BadRecord(f"rusak atau terpotong ({type(error).__name__}); buka lalu simpan ulang berkasnya")


def _of(read: Reader) -> dict[str, dict[str, str]]:
    return {"fields": {"reader": read.__module__.rpartition(".")[2]}}


def _held_to_bounds(raw: RawArticle) -> Found:
    if len(raw.text) > MAX_ARTICLE_CHARS:
        return BadRecord(too_long(len(raw.text)), place=raw.place)
    told = {name: text for name in _WORDS if (text := getattr(raw, name))}
    mended: dict[str, Any] = {name: good for name, text in told.items() if (good := mend(text)) != text}
    if raw.left_out:
        mended["left_out"] = tuple(replace(line, text=mend(line.text)) for line in raw.left_out)
    return replace(raw, **mended) if mended else raw
