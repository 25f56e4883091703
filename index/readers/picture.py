"""Pictures of print (png, jpg, tiff, webp): read by OCR page by page, one article a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from index.articles import RawArticle, ReadPage
from index.readers import ocr
from index.readers.allowance import GivenUp
from index.readers.bad_record import BadRecord
from index.readers.bounds import Unreadable
from index.readers.page_marks import letters_of

MAX_PAGES = 3000


def read(stream: BinaryIO) -> Iterator[RawArticle | BadRecord]:
    """Yield what is printed on a picture as one article; a photograph is no article."""
    if why := ocr.missing():
        yield BadRecord(f"hanya berisi gambar; {why}", skipped=True, limit=True)
        return
    texts: list[str] = []
    pages: list[ReadPage] = []
    failed = number = 0
    with ocr.opened(stream) as pictures:
        for number in range(1, min(pictures.count, MAX_PAGES) + 1):
            try:
                page = ocr.read_picture(pictures.drawn(number))
            except (GivenUp, Unreadable) as refusal:
                failed += 1
                yield BadRecord(f"halaman {number}: {refusal}", skipped=True, limit=True)
                continue
            if page.is_print:
                texts.append(page.text)
                pages.append(ReadPage(number, page.confidence, len(letters_of(page.text))))
    if texts:
        yield RawArticle(text="\n".join(texts), read_pages=tuple(pages))
    elif failed < number:
        yield BadRecord("gambar ini tidak berisi teks yang terbaca", skipped=True)
