"""Pictures of print → words with their places and how sure each is.  [only pytesseract and Pillow]

Tesseract is Debian's, with its model of Indonesian; it runs as a process of the one that reads, under the same limits.
A picture is opened within bounds: a small file may unpack to a huge one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from index.readers.allowance import part
from index.readers.bounds import Unreadable
from index.readers.page_marks import Glyph, letters_of
from index.readers.pdf_lines import joined

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
LANGUAGE = "ind"
NEEDS_EXTRA = 'pasang OCR dengan: pip install "tanya-arsip[ocr]", lalu tanya index --retry'
NEEDS_TESSERACT = "pasang OCR dengan: sudo apt install tesseract-ocr tesseract-ocr-ind, lalu tanya index --retry"
DPI = 300  # Tesseract's models were made on print of this size
MAX_DOTS = 40_000_000  # of a picture: two pages of a newspaper at 200 to the inch
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_TIMEOUT_S = 300.0  # on the clock, for a machine that is busy; its own time is limited with the reader's
# By hand: what Tesseract sees in a photograph are few words, of which it is not sure.
_MIN_WORDS, _MIN_CONFIDENCE = 3, 50
_SHOWN_WIDTH, _QUALITY = 1240, 82
_MAX_KNOWN = 16  # pages that were read last: whoever turns a page does not wait for the others again


@dataclass(frozen=True)
class OcrWord:
    """A word as it was read: ``confidence`` of 100, ``box`` in dots, and the paragraph and line it stands in."""

    text: str
    confidence: float
    box: tuple[float, float, float, float]
    paragraph: tuple[int, int]
    line: int


@dataclass(frozen=True)
class OcrPage:
    """What was read of one page; ``confidence`` is the mean of its letters."""

    words: tuple[OcrWord, ...]

    @property
    def confidence(self) -> int:
        letters = sum(len(word.text) for word in self.words)
        return round(sum(word.confidence * len(word.text) for word in self.words) / letters) if letters else 0

    @property
    def is_print(self) -> bool:
        """Whether there is text, not a photograph."""
        return len(self.words) >= _MIN_WORDS and self.confidence >= _MIN_CONFIDENCE

    @property
    def text(self) -> str:
        """The page's paragraphs, a line each, divided words whole."""
        paragraphs = (list(words) for _, words in groupby(self.words, key=lambda word: word.paragraph))
        return "\n".join(joined([" ".join(word.text for word in line) for line in _lines(one)]) for one in paragraphs)

    def glyphs(self, number: int, scale: float) -> list[Glyph]:
        """Return the words with their places, in ``scale`` points a dot."""
        found = []
        for line in _lines(self.words):
            top, bottom = min(word.box[1] for word in line) * scale, max(word.box[3] for word in line) * scale
            for word in line:
                left, upper, right, lower = (side * scale for side in word.box)
                found.append(Glyph(number, letters_of(word.text), (left, upper, right, lower), (top, bottom), True))
        return found


_known: dict[tuple[tuple[int, int], bytes], OcrPage] = {}


def _lines(words: Sequence[OcrWord]) -> list[list[OcrWord]]:
    return [list(line) for _, line in groupby(words, key=lambda word: (word.paragraph, word.line))]


def is_picture(name: str) -> bool:
    """Tell whether a file is a picture that may be of print.

    >>> is_picture("pindaian.TIF"), is_picture("berita.pdf")
    (True, False)
    """
    return Path(name).suffix.lower() in PICTURES


@cache
def missing() -> str:
    """Return what has to be installed before pictures can be read, "" where all is there."""
    if any(find_spec(name) is None for name in ("pytesseract", "pypdfium2", "PIL")):
        return NEEDS_EXTRA
    if shutil.which("tesseract") is None:
        return NEEDS_TESSERACT
    return "" if LANGUAGE in _library().get_languages(config="") else NEEDS_TESSERACT


@cache
def _library() -> Any:
    os.environ["OMP_THREAD_LIMIT"] = "1"  # its threads slow one another down
    import pytesseract

    return pytesseract


def read_picture(picture: Image) -> OcrPage:
    """Read one picture, as a part of the file of its own.

    Raises GivenUp where it took too much before, Unreadable where Tesseract fails or takes too long.
    """
    library = _library()
    key = (picture.size, hashlib.sha256(picture.tobytes()).digest())
    with part(None, "ocr"), _failures(library):  # also of a known one: parts are numbered the same every time
        page = _known.get(key) or _page_of(
            library.image_to_data(
                picture, lang=LANGUAGE, config=f"--dpi {DPI}", output_type=library.Output.DICT, timeout=_TIMEOUT_S
            )
        )
    _known[key] = page
    if len(_known) > _MAX_KNOWN:
        del _known[next(iter(_known))]
    return page


def _page_of(rows: dict[str, list[Any]]) -> OcrPage:
    """Return a page from what Tesseract says of it, column by column."""
    words = []
    for at, text in enumerate(rows["text"]):
        if text.strip() and float(rows["conf"][at]) >= 0:
            left, top = rows["left"][at], rows["top"][at]
            box = (left, top, left + rows["width"][at], top + rows["height"][at])
            paragraph = (rows["block_num"][at], rows["par_num"][at])
            words.append(OcrWord(text.strip(), float(rows["conf"][at]), box, paragraph, rows["line_num"][at]))
    return OcrPage(tuple(words))


@contextmanager
def _failures(library: Any) -> Iterator[None]:
    try:
        yield
    except library.TesseractError as error:
        raise Unreadable(f"OCR gagal membacanya (kode {error.status})") from error
    except RuntimeError as error:  # which is how the library says that its time is over
        raise Unreadable(f"OCR melebihi batas waktu {_TIMEOUT_S:.0f} detik") from error


class PicturePages:
    """The pages of one picture: more than one in a TIFF."""

    def __init__(self, picture: Image) -> None:
        self._picture = picture
        self.count = int(getattr(picture, "n_frames", 1))

    def drawn(self, number: int) -> Image:
        """Return a page in grey. Raises Unreadable where it is too large or torn."""
        from PIL import ImageOps

        try:
            self._picture.seek(number - 1)
            width, height = self._picture.size
            if width * height > MAX_DOTS:
                raise Unreadable(f"gambar terlalu besar ({width} x {height} titik); kecilkan dahulu")
            return ImageOps.exif_transpose(self._picture).convert("L")
        except (OSError, EOFError, ValueError, SyntaxError) as error:
            raise Unreadable("gambar ini rusak atau terpotong; simpan ulang") from error

    def letters(self, number: int) -> str:
        return ""  # nothing is known of it without reading it

    def glyphs(self, number: int) -> list[Glyph]:
        return read_picture(self.drawn(number)).glyphs(number, 1.0)

    def size(self, number: int) -> tuple[float, float]:
        return self.drawn(number).size

    def picture(self, number: int) -> bytes:
        shown, saved = self.drawn(number), BytesIO()
        shown.thumbnail((_SHOWN_WIDTH, 2 * _SHOWN_WIDTH))
        shown.convert("RGB").save(saved, "WEBP", quality=_QUALITY, method=0)
        return saved.getvalue()


@contextmanager
def opened(stream: BinaryIO) -> Iterator[PicturePages]:
    """Open a picture. Raises Unreadable where it is none."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # it is measured before it is unpacked
    try:
        picture = Image.open(stream, formats=_FORMATS)
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable("gambar ini rusak atau bukan png, jpg, tiff, webp; simpan ulang") from error
    with picture:
        yield PicturePages(picture)
