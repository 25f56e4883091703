"""``.mhtml``, ``.mht``: a page that a browser saved in one file, as a mail with the page as its first HTML part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from index.articles import RawArticle
from index.readers.bounds import Unreadable
from index.readers.html import NO_ARTICLE, article_in, charset_of
from index.readers.mail import header, leaves, message_of, text_of


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the article of the saved page; the page's address is the one it was saved from."""
    message = message_of(stream)
    page = next((part for part in leaves(message) if part.get_content_type() in _PAGES), None)
    if page is None:
        raise Unreadable(NO_ARTICLE)
    if page.get_content_charset() is None:
        payload = page.get_payload(decode=True)
        page.set_param("charset", charset_of(payload if isinstance(payload, bytes) else b"") or "utf-8")
    addresses = (header(message, "Snapshot-Content-Location"), header(page, "Content-Location"))
    url = next((address for address in addresses if address and address.startswith(("http://", "https://"))), None)
    yield article_in(text_of(page), url)


_PAGES = ("text/html", "application/xhtml+xml")
