"""``.html``, ``.htm``: a saved page. Trafilatura tells the article from the page around it."""

from __future__ import annotations

from collections.abc import Iterator

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.decoding import decode, is_binary


def read(content: bytes) -> Iterator[RawArticle | BadRecord]:
    """Yield the page's article with the metadata that the page states.

    Nothing is fetched: links and images in the page are not followed.
    """
    import trafilatura

    if is_binary(content):
        yield BadRecord("isinya bukan teks")
        return
    found = trafilatura.bare_extraction(
        decode(content),
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        # The page's own date fields only: a date out of a footer or an address is a guess.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or not found.text:
        yield BadRecord("tidak ada isi artikel yang ditemukan di halaman ini")
        return
    yield RawArticle(
        text=found.text,
        title=found.title,
        date=found.date,
        publisher=found.sitename,
        author=found.author,
        url=found.url,
    )
