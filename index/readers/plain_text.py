"""``.txt``: one file is one article."""

from collections.abc import Iterator
from typing import BinaryIO

from index.articles import RawArticle
from index.readers.bounds import Unreadable, whole
from index.readers.decoding import decode, is_binary


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the file's text as it stands.

    >>> from io import BytesIO
    >>> [raw.text for raw in read(BytesIO(b"Isi berita."))]
    ['Isi berita.']
    """
    yield RawArticle(text=text_of(stream))


def text_of(stream: BinaryIO) -> str:
    """Return the text of a file that is one article; a binary file is refused."""
    content = whole(stream)
    if is_binary(content):
        raise Unreadable("isinya bukan teks")
    return decode(content)
