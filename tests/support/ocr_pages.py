"""Pages of print as a scanner gives them: pictures, and PDFs of pictures."""

import io
from contextlib import closing

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.readers import ocr

WIDTH, HEIGHT = 595, 842
LINES = [
    "Warga desa di lereng Gunung Contoh memanen kopi sejak pagi, dan hasil-",
    "nya naik 85 persen menurut Tono Contoh.",
    "Gubernur menyebut mutunya lebih baik daripada musim lalu.",
]
needs_ocr = pytest.mark.skipif(bool(ocr.missing()), reason=f"no OCR here: {ocr.missing()}")


def drawn(lines: list[str], top: int = 700) -> bytes:
    saved = io.BytesIO()
    canvas = Canvas(saved, pagesize=(WIDTH, HEIGHT))
    canvas.setFont("Times-Roman", 12)
    for number, line in enumerate(lines):
        canvas.drawString(70, top - 18 * number, line)
    canvas.save()
    return saved.getvalue()


def picture(lines: list[str], format: str = "PNG") -> bytes:
    import pypdfium2

    saved = io.BytesIO()
    with closing(pypdfium2.PdfDocument(drawn(lines))) as document:
        document[0].render(scale=200 / 72).to_pil().convert("RGB").save(saved, format)
    return saved.getvalue()


def scan(*pages: list[str] | str) -> bytes:
    """Pages that are pictures of lines, and pages that hold a line as text."""
    saved = io.BytesIO()
    canvas = Canvas(saved, pagesize=(WIDTH, HEIGHT))
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(70, 700, page)
        else:
            canvas.drawImage(ImageReader(io.BytesIO(picture(page))), 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    canvas.save()
    return saved.getvalue()
