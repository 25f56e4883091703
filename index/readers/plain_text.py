"""``.txt``: one file is one article."""

from collections.abc import Iterator

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.decoding import decode, is_binary


def read(content: bytes) -> Iterator[RawArticle | BadRecord]:
    """Yield the file's text as it stands.

    >>> [raw.text for raw in read(b"Isi berita.")]
    ['Isi berita.']
    """
    if is_binary(content):
        yield BadRecord("isinya bukan teks")
    else:
        yield RawArticle(text=decode(content))
