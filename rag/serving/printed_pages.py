"""Pages of articles as they are printed, with a cited sentence marked: drawn apart, a few kept in memory.

Who may see an article may see its page, so an article is asked for here only by whoever has it from their own archive.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from index.articles import Article
from index.errors import InputError
from index.pipeline.reading import PageAsked, shared
from index.readers.formats import format_by_name
from index.readers.ocr import is_picture
from index.readers.page_marks import CONTEXT_CHARS, letters_of
from index.readers.page_view import PageView
from index.storage.repository import Store

CHANGED = "Berkas aslinya tidak ada lagi atau sudah berubah, jadi halamannya tidak ditunjukkan; bacalah teksnya."
_KEPT = 24  # pages, some 100 kB each
_SHOWN = ("pdf",)


def has_pages(article: Article) -> bool:
    """Tell whether an article came from a file that is shown page by page.

    >>> has_pages(Article(id="a", text="", path="/arsip/a.PDF")), has_pages(Article(id="b", text="", path="b.txt"))
    (True, False)
    """
    return article.place is None and (format_by_name(article.path) in _SHOWN or is_picture(article.path))


def likely_pages(article: Article, start: int) -> tuple[int, ...]:
    """Return the pages of a file read by OCR on which a place in its text may stand, the likeliest first.

    >>> article = Article(id="a", text="a" * 30, path="a.pdf", ocr="[[1, 90, 10], [2, 90, 10], [4, 90, 10]]")
    >>> likely_pages(article, 14), likely_pages(article, 0)
    ((2, 1, 4), (1, 2))
    """
    pages = article.read_pages
    letters = max(len(letters_of(article.text)), 1)
    at = len(letters_of(article.text[:start])) * sum(page.letters for page in pages) / letters
    here = 0
    for number, page in enumerate(pages):
        here = number
        at -= page.letters
        if at < 0:
            break
    near = (here, here - 1, here + 1)  # cleaning left something out
    return tuple(pages[number].number for number in near if 0 <= number < len(pages))


class PrintedPages:
    """Shows pages of one archive's articles. Safe to share by threads."""

    def __init__(self, store: Store, is_as_read: Callable[[Article, str], bool]) -> None:
        """``is_as_read`` reads a file anew and tells whether it still gives the article; it is slow."""
        self._store = store
        self._is_as_read = is_as_read
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, PageView] = OrderedDict()

    def page(self, article: Article, span: tuple[int, int] | None, number: int | None, reader: str) -> PageView:
        """Return a page of an article's file with ``span`` of its text marked: page ``number``, else where that begins.

        Raises InputError, in one line, where the file is not what the article was read from, or cannot be drawn.
        """
        path, (start, end) = Path(article.path), span or (0, 0)
        try:
            stat = path.stat()
        except OSError as error:
            raise InputError(CHANGED) from error
        file = (article.path, stat.st_size, stat.st_mtime_ns)
        key = (*file, article.sha256, self._store.file_digest(article.path), start, end, number)
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
        view = self._drawn(article, start, end, number, reader)
        with self._lock:
            self._kept[key] = view
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return view

    def _drawn(self, article: Article, start: int, end: int, number: int | None, reader: str) -> PageView:
        text, path = article.text, Path(article.path)
        around = text[max(0, start - CONTEXT_CHARS) : start], text[start:end], text[end : end + CONTEXT_CHARS]
        likely = likely_pages(article, start) if end else ()
        known = self._store.file_digest(article.path)
        view = shared().page(path, PageAsked(*around, number, known, likely), reader) if known else None
        # A file's digest may cover more than its bytes: what a sidecar states of it. Then its text decides.
        if view is None and self._is_as_read(article, reader):
            view = shared().page(path, PageAsked(*around, number, None, likely), reader)
        if view is None:
            raise InputError(CHANGED)
        return view
