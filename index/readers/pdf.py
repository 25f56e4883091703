"""``.pdf``: printed text, put back into paragraphs by ``pdf_lines``. Scans need OCR (``ocr``).  [only pdfminer]

The days on which a file was made or changed are not its day of publication; they are not used.
"""

from __future__ import annotations

import logging
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any, BinaryIO

from index.articles import RawArticle, ReadPage
from index.readers import ocr, pdf_page
from index.readers.allowance import GivenUp
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_ARTICLE_CHARS, Unreadable, too_long
from index.readers.decoding import decode
from index.readers.decompression_limits import is_bomb
from index.readers.ocr import OcrPage
from index.readers.office import real_author, real_title
from index.readers.page_marks import letters_of
from index.readers.pdf_lines import PrintedLine, paragraphs

if TYPE_CHECKING:
    from pdfminer.layout import LTTextLine
    from pdfminer.pdfdocument import PDFDocument

MAX_PAGES = 3000
_log = logging.getLogger("tanya.readers")
_LOCKED = "PDF ini dikunci dengan kata sandi; simpan ulang tanpa kunci"
_TORN = "PDF ini rusak atau terpotong; simpan ulang atau minta salinannya"
_SCAN = "hanya berisi gambar; {}"
_NO_PRINT = "hanya berisi gambar tanpa teks yang terbaca"
_NO_TEXT = "PDF ini tidak berisi teks"
_GIBBERISH = "huruf PDF ini tidak dapat diterjemahkan menjadi teks; jalankan OCR dahulu"
_BOMB = "isinya mengembang tak wajar saat dibuka; minta salinan yang utuh"
_UNKNOWN_LETTER = re.compile(r"\(cid:\d+\)")
# By hand: above it so many words are broken that no question would find them.
_MAX_UNKNOWN_SHARE = 0.2
_BLOCK_BYTES = 1024**2
_STREAM = re.compile(rb"stream\r?\n")
_LIGATURES = range(0xFB00, 0xFB07)


def read(stream: BinaryIO) -> Iterator[RawArticle | BadRecord]:
    """Yield the document as one article, and a line on the pages that were torn."""
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
    from pdfminer.pdfparser import PDFParser

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it logs each odd object of a torn file
    _refuse_bomb(stream)
    stream.seek(0)
    try:
        document = PDFDocument(PDFParser(stream))
    except PDFEncryptionError as error:
        raise Unreadable(_LOCKED) from error
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(_TORN) from error
    pages, torn = _pages(document)
    has_text = bool(paragraphs([page.lines for page in pages]))  # a stamp on each page is none
    scans = [at for at, page in enumerate(pages) if page.has_picture and not (has_text and page.lines)]
    read_by_ocr: dict[int, OcrPage] = {}
    if scans and not (why_not := ocr.missing()):
        for at, found in _by_ocr(stream, pages, scans):
            if isinstance(found, BadRecord):
                yield found
            else:
                read_by_ocr[at] = found
    text = _text(pages, read_by_ocr)
    if not text:
        if scans and why_not:
            yield BadRecord(_SCAN.format(why_not), skipped=True, limit=True)
            return
        if torn and not scans:
            raise Unreadable(_TORN)
        raise Unreadable(_NO_PRINT if scans else _NO_TEXT, skipped=True)
    unknown = text.count("\ufffd")
    if unknown > _MAX_UNKNOWN_SHARE * len(text):
        raise Unreadable(_GIBBERISH, skipped=True)
    title, author = _properties(document)
    yield RawArticle(
        text=text,
        title=real_title(title, text),
        author=real_author(author),
        read_pages=_read_pages(pages, read_by_ocr) if read_by_ocr else (),
    )
    if torn:
        yield BadRecord(f"{torn} halaman rusak dan terlewat; minta salinan yang utuh", skipped=True)


def _by_ocr(stream: BinaryIO, pages: list[_Page], scans: list[int]) -> Iterator[tuple[int, OcrPage | BadRecord]]:
    """Yield what OCR reads of the pages that hold no text of their own; a photograph gives nothing."""
    stream.seek(0)
    with pdf_page.opened(stream) as printed:
        for at in scans:
            number = pages[at].number
            try:
                read = ocr.read_picture(printed.drawn(number, ocr.DPI))
            except (GivenUp, Unreadable) as refusal:
                yield at, BadRecord(f"halaman {number}: {refusal}", skipped=True, limit=True)
                continue
            if read.is_print:
                yield at, read


def _text(pages: list[_Page], read_by_ocr: dict[int, OcrPage]) -> str:
    """Return the paragraphs of all pages in their order."""
    found: list[str] = []
    for is_read, some in groupby(range(len(pages)), key=lambda at: at in read_by_ocr):
        if is_read:
            found += [read_by_ocr[at].text for at in some]
        else:
            found += paragraphs([pages[at].lines for at in some])
    return "\n".join(found)


def _read_pages(pages: list[_Page], read_by_ocr: dict[int, OcrPage]) -> tuple[ReadPage, ...]:
    told = []
    for at, page in enumerate(pages):
        read = read_by_ocr.get(at)
        printed = read.text if read else "".join(line.text for line in page.lines)
        told.append(ReadPage(page.number, read.confidence if read else None, len(letters_of(printed))))
    return tuple(told)


@dataclass(frozen=True)
class _Page:
    number: int
    lines: list[PrintedLine]
    has_picture: bool


def _pages(document: PDFDocument) -> tuple[list[_Page], int]:
    """Return the pages, and how many could not be read."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    manager = PDFResourceManager()
    # all_texts: designers' programs keep text in figures. boxes_flow: the order is found here, in time that is bounded.
    device = PDFPageAggregator(manager, laparams=LAParams(all_texts=True, boxes_flow=None))
    interpreter = PDFPageInterpreter(manager, device)
    pages: list[_Page] = []
    torn, chars, number = 0, 0, 0
    found = PDFPage.create_pages(document)
    while True:
        try:
            page = next(found, None)
            if page is None:
                break
            number += 1
            interpreter.process_page(page)
            lines, pictures = _lines(device.get_result())
        except MemoryError:
            raise  # the whole file's, not a torn page's
        except Exception:  # pdfminer raises whatever a torn object leads it to
            if not torn:  # the others of a torn file are alike
                _log.warning("torn-page", exc_info=True)
            torn += 1
            if torn > MAX_PAGES:
                break
            continue
        pages.append(_Page(number, lines, pictures))
        chars += sum(len(line.text) for line in lines)
        if len(pages) > MAX_PAGES:
            raise Unreadable(f"lebih dari {MAX_PAGES} halaman; pecah dahulu")
        if chars > MAX_ARTICLE_CHARS:
            raise Unreadable(too_long(chars))
    return pages, torn


def _lines(page: Any) -> tuple[list[PrintedLine], bool]:
    """Return the upright lines of a page, each once, and whether it has pictures."""
    from pdfminer.layout import LTContainer, LTImage, LTTextLine

    lines: dict[tuple[str, int, int], PrintedLine] = {}
    has_pictures = False
    waiting = [page]
    while waiting:
        item = waiting.pop()
        if isinstance(item, LTTextLine):
            line = _line(item)
            if line is not None:
                # Bold is at times the same line printed twice.
                lines.setdefault((line.text, round(line.x0 / 2), round(line.top / 2)), line)
        elif isinstance(item, LTContainer):
            waiting.extend(reversed(list(item)))
        elif isinstance(item, LTImage):
            has_pictures = True
    return list(lines.values()), has_pictures


def _line(item: LTTextLine) -> PrintedLine | None:
    from pdfminer.layout import LTChar

    letters = [letter for letter in item if isinstance(letter, LTChar)]
    upright = [letter for letter in letters if letter.upright]
    text = _legible(item.get_text())
    if not text or 2 * len(upright) < len(letters):  # marks that run up the margin
        return None
    first: list[LTChar] = []
    for letter in item:
        if letter.get_text().isspace() and first:
            break
        first += [letter] if isinstance(letter, LTChar) else []
    return PrintedLine(
        text=text,
        x0=item.x0,
        x1=item.x1,
        top=item.y1,
        size=median(letter.size for letter in letters),
        first_width=(first[-1].x1 - first[0].x0) if first else 0.0,
    )


def _legible(text: str) -> str:
    """Return a line's words: "ﬁ" as two letters, letters that the font does not name as U+FFFD, a bullet of it dropped.

    >>> _legible("(cid:127) ﬁlm  baru")
    'film baru'
    """
    text = _UNKNOWN_LETTER.sub("\ufffd", text)
    text = "".join(unicodedata.normalize("NFKC", mark) if ord(mark) in _LIGATURES else mark for mark in text)
    words = text.split()
    return " ".join(words[1:] if words[:1] == ["\ufffd"] and len(words) > 1 else words)


def _properties(document: PDFDocument) -> tuple[str | None, str | None]:
    from pdfminer.pdftypes import resolve1

    said: dict[str, str | None] = {"Title": None, "Author": None}
    for info in document.info:
        for name in said:
            try:
                value = resolve1(info.get(name))
            except Exception:  # a property is not worth the article
                continue
            if isinstance(value, bytes) and value:
                said[name] = decode(value)
    return said["Title"], said["Author"]


def _refuse_bomb(stream: BinaryIO) -> None:
    """Refuse a file with a packed part that unpacks beyond reason; pdfminer unpacks each part at once.

    Only parts packed once with Flate are tried, which is how nearly all are.
    """
    size = stream.seek(0, 2)
    at = 0
    while at < size:
        stream.seek(at)
        block = stream.read(_BLOCK_BYTES)
        for match in _STREAM.finditer(block):
            if block[match.end() : match.end() + 1] == b"\x78" or match.end() == len(block):
                _refuse_part(stream, at + match.end())
        at += max(len(block) - len(b"stream\r\n"), 1) if at + len(block) < size else len(block)


def _refuse_part(stream: BinaryIO, start: int) -> None:
    stream.seek(start)
    unpacker = zlib.decompressobj()
    unpacked, packed = 0, 0
    data = b""
    while not unpacker.eof:
        if not data:
            data = stream.read(1 << 16)
            packed += len(data)
            if not data:
                return
        try:
            unpacked += len(unpacker.decompress(data, _BLOCK_BYTES))
        except zlib.error:
            return
        data = unpacker.unconsumed_tail
        if is_bomb(unpacked, packed):
            raise Unreadable(_BOMB)
