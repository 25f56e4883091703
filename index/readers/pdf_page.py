"""A page of a PDF as it is printed: its picture, and its letters with their places.  [only pypdfium2]

PDFium is not safe for threads and opens what strangers wrote: this runs in the limited process alone
(``index.pipeline.reading_process``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from index.readers import ocr
from index.readers.bounds import Unreadable
from index.readers.page_marks import Box, Glyph, letters_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

    Point = tuple[float, float]

TORN = "rusak atau terkunci; unduh berkasnya untuk melihatnya"
# 1,240 dots are an A4 page at 150 to the inch: sharp on a screen, and small.
_MAX_WIDTH, _MAX_DOTS = 1240, 3_000_000
_MAX_OCR_DOTS = 40_000_000
_QUALITY = 82  # of WebP, in its quickest way; print stays sharp
_MAX_CHARS = 200_000  # of a page
_MANY = 10_000  # points from the corner, to see how a page is turned with whole numbers


class PrintedPages:
    """The pages of one PDF, numbered from 1."""

    def __init__(self, document: PdfDocument) -> None:
        self._document = document
        self.count = len(document)

    @contextmanager
    def _page(self, number: int) -> Iterator[PdfPage]:
        from pypdfium2 import PdfiumError

        try:
            page = self._document[number - 1]
        except PdfiumError as error:
            raise Unreadable(TORN) from error
        with closing(page):
            yield page

    def letters(self, number: int) -> str:
        """Return the letters and digits of a page, quickly and in no certain order; "" for a torn page."""
        try:
            with self._page(number) as page, closing(page.get_textpage()) as text:
                return letters_of(text.get_text_range(0, min(text.count_chars(), _MAX_CHARS)))
        except Unreadable:
            return ""

    def glyphs(self, number: int) -> list[Glyph]:
        """Return the letters and digits of a page with their places, in points from its upper left corner."""
        from pypdfium2.raw import FPDFText_GetUnicode

        found: list[Glyph] = []
        with self._page(number) as page, closing(page.get_textpage()) as text:
            turned = _Turned(page)
            apart = True
            for at in range(min(text.count_chars(), _MAX_CHARS)):
                mark = chr(FPDFText_GetUnicode(text, at))
                letters = letters_of(mark)
                if letters or (mark.isprintable() and not mark.isspace()):
                    _, top, _, bottom = turned.box(text.get_charbox(at, loose=True))
                    found.append(Glyph(number, letters, turned.box(text.get_charbox(at)), (top, bottom), apart))
                apart = not letters
        return found

    def size(self, number: int) -> Point:
        """Return width and height of a page as it is shown, in points."""
        with self._page(number) as page:
            width, height = page.get_size()
        return max(width, 1.0), max(height, 1.0)

    def drawn(self, number: int, dpi: int) -> Any:
        """Return a page as a grey picture of Pillow, ``dpi`` dots to the inch, fewer where that were too large."""
        width, height = self.size(number)
        scale = min(dpi / 72, math.sqrt(_MAX_OCR_DOTS / (width * height)))
        with self._page(number) as page, closing(page.render(scale=scale, grayscale=True)) as bitmap:
            return bitmap.to_pil().convert("L")

    def picture(self, number: int, max_width: int = _MAX_WIDTH) -> bytes:
        """Return the picture of a page as WebP."""
        drawn = BytesIO()
        with self._page(number) as page:
            width, height = self.size(number)
            scale = min(max_width / width, math.sqrt(_MAX_DOTS / (width * height)))
            with closing(page.render(scale=scale)) as bitmap:
                bitmap.to_pil().convert("RGB").save(drawn, "WEBP", quality=_QUALITY, method=0)
        return drawn.getvalue()


class _Turned:
    """Turns places in a PDF (upwards, from anywhere) into places on the page as it is shown."""

    def __init__(self, page: PdfPage) -> None:
        self._page = page
        self._width, self._height = page.get_size()
        self._origin = self._at(0.0, 0.0)
        self._right = self._at(float(_MANY), 0.0)
        self._up = self._at(0.0, float(_MANY))

    def _at(self, x: float, y: float) -> Point:
        from ctypes import byref, c_int

        from pypdfium2.raw import FPDF_PageToDevice

        across, down = c_int(), c_int()
        fine = 100  # dots a point
        FPDF_PageToDevice(
            self._page, 0, 0, round(self._width * fine), round(self._height * fine), 0, x, y, byref(across), byref(down)
        )
        return across.value / fine, down.value / fine

    def box(self, sides: Sequence[float]) -> Box:
        left, bottom, right, top = sides
        (x0, y0), (x1, y1) = self._shown(left, bottom), self._shown(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _shown(self, x: float, y: float) -> Point:
        (ox, oy), (rx, ry), (ux, uy) = self._origin, self._right, self._up
        return ox + (rx - ox) * x / _MANY + (ux - ox) * y / _MANY, oy + (ry - oy) * x / _MANY + (uy - oy) * y / _MANY


class ScannedPages(PrintedPages):
    """The same, where a page without letters of its own is read by OCR when its letters are asked for."""

    def glyphs(self, number: int) -> list[Glyph]:
        if (found := super().glyphs(number)) or ocr.missing():
            return found
        picture = self.drawn(number, ocr.DPI)
        return ocr.read_picture(picture).glyphs(number, self.size(number)[0] / picture.size[0])


@contextmanager
def opened(stream: BinaryIO) -> Iterator[PrintedPages]:
    """Open a PDF. Raises Unreadable where it cannot be drawn."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(stream)
    except PdfiumError as error:
        raise Unreadable(TORN) from error
    with closing(document):
        yield ScannedPages(document)
