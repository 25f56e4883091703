"""``.html``, ``.htm``: a saved page. Trafilatura tells the article from the page around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.decoding import decode, is_binary

# How pages name the element that holds their date, and the most such an element holds ("Diterbitkan …, 08:00 WIB").
_DATE_MARK = re.compile(r"date|time|publi|posted|tanggal|tgl|waktu", re.I)
_MAX_DATE_CHARS = 100


def read(content: bytes) -> Iterator[RawArticle | BadRecord]:
    """Yield the page's article with the metadata that the page states.

    Nothing is fetched: links and images in the page are not followed.
    """
    import trafilatura

    if is_binary(content):
        yield BadRecord("isinya bukan teks")
        return
    page = decode(content)
    found = trafilatura.bare_extraction(
        page,
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False},  # not used, and then quicker
    )
    if found is None or not found.text:
        yield BadRecord("tidak ada isi artikel yang ditemukan di halaman ini")
        return
    yield RawArticle(
        text=found.text,
        title=found.title,
        date=_stated_date(page),
        publisher=found.sitename,
        author=found.author,
        url=found.url,
    )


def _stated_date(page: str) -> str | None:
    """Return the date in the page's own fields: its head, its JSON-LD and the short elements marked as a date.

    All other words are blanked first: a date out of a footer, a sentence or an address is a guess.
    """
    from htmldate import find_date
    from trafilatura import load_html

    tree = load_html(page)
    if tree is None:
        return None
    fields = set(tree.iter("script", "title"))
    for element in tree.iter("*"):
        marks = " ".join([str(element.tag), *(element.get(name) or "" for name in ("class", "id", "itemprop"))])
        if _DATE_MARK.search(marks) and len("".join(element.itertext()).strip()) <= _MAX_DATE_CHARS:
            fields.update(element.iter())
    for element in tree.iter():
        if element not in fields:
            element.text = None
        if element.getparent() not in fields:
            element.tail = None
        if element.tag == "link":
            element.attrib.pop("href", None)
    return find_date(tree, extensive_search=False, original_date=True)
