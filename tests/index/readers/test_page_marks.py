"""Where a cited sentence stands on a printed page: what other programs read under the boxes is the sentence."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytest
from PIL import Image
from printed import HEIGHT, KINDS, WIDTH, printed
from reportlab.pdfgen.canvas import Canvas

from index.errors import InputError
from index.pipeline.reading import Limits, PageAsked, Read, Reading
from index.readers.page_marks import MISSING, SEVERAL, Glyph, pieces_of, placed
from index.readers.page_view import Pages, PageView, page_view
from index.readers.pdf_page import opened
from index.text.sentences import sentence_spans

if TYPE_CHECKING:
    from pdfminer.layout import LTChar

CITATIONS = 5  # of each file


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    reading = Reading()
    yield reading
    reading.close()


def plain(text: str) -> str:
    return "".join(mark for mark in text.casefold() if mark.isalnum())


def article_of(reading: Reading, path: Path) -> str:
    (found,) = reading.articles(path)
    assert isinstance(found, Read)
    return found.article.text


def asked(text: str, start: int, end: int, number: int | None = None) -> PageAsked:
    return PageAsked(text[max(0, start - 400) : start], text[start:end], text[end : end + 400], number)


def views(draw: Callable[[PageAsked], PageView | None], text: str, start: int, end: int) -> list[PageView]:
    """Every page that bears some of a sentence."""
    first = draw(asked(text, start, end))
    assert first is not None
    others = [draw(asked(text, start, end, number)) for number in first.marked[1:]]
    return [first, *(view for view in others if view is not None)]


class LaidOut:
    """The pages of a file whose letters are laid out once and whose pictures are left out."""

    def __init__(self, pages: Pages) -> None:
        self.count = pages.count
        self.letters, self.glyphs, self.size = cache(pages.letters), cache(pages.glyphs), cache(pages.size)

    def picture(self, number: int) -> bytes:
        return b""

    def draw(self, asked: PageAsked) -> PageView:
        return page_view(self, asked.before, asked.cited, asked.after, asked.number)


@contextmanager
def laid_out(path: Path) -> Iterator[LaidOut]:
    with path.open("rb") as stream, opened(stream) as pages:
        yield LaidOut(pages)


def under(content: bytes, view: PageView) -> Iterator[str]:
    """What PDFium's own reading of a rectangle finds under each box."""
    document = pdfium.PdfDocument(content)
    page = document[view.number - 1]
    text = page.get_textpage()
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    for x0, y0, x1, y1 in view.boxes:
        if page.get_rotation() == 90:  # what is shown to the right is up on the page, what is shown down is right
            x0, y0, x1, y1 = y0, 1 - x1, y1, 1 - x0
        box = (left + x0 * width, top - y1 * height, left + x1 * width, top - y0 * height)
        yield text.get_text_bounded(box[0] + 0.2, box[1] + 0.5, box[2] - 0.2, box[3] - 0.5)
    text.close()
    page.close()
    document.close()


@lru_cache(maxsize=8)
def letters_by_pdfminer(content: bytes, number: int) -> list[LTChar]:
    """Return the letters that pdfminer finds on a page, from left to right."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams, LTChar, LTTextContainer, LTTextLine

    (page,) = extract_pages(io.BytesIO(content), page_numbers=[number - 1], laparams=LAParams())
    boxes = [item for item in page if isinstance(item, LTTextContainer)]
    chars = [char for box in boxes for line in box if isinstance(line, LTTextLine) for char in line]
    return sorted((char for char in chars if isinstance(char, LTChar)), key=lambda char: char.x0)


def under_by_pdfminer(content: bytes, view: PageView) -> Iterator[str]:
    """What pdfminer finds of letters whose middle is under each box, each once, from left to right."""
    for x0, y0, x1, y1 in view.boxes:
        inside: list[LTChar] = []
        for char in letters_by_pdfminer(content, view.number):
            x, y = (char.x0 + char.x1) / 2 / WIDTH, 1 - (char.y0 + 0.45 * char.size) / HEIGHT
            again = any(abs(char.x0 - one.x0) < 1 and char.get_text() == one.get_text() for one in inside[-3:])
            if x0 <= x <= x1 and y0 <= y <= y1 and not again:
                inside.append(char)
        yield "".join(char.get_text() for char in inside)


@pytest.mark.parametrize("number", range(len(KINDS)), ids=[name for name, _, _ in KINDS])
def test_what_stands_under_the_boxes_is_the_cited_sentence(reading: Reading, tmp_path: Path, number: int) -> None:
    content = printed(number)
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    text = article_of(reading, path)
    spans = [span for span in sentence_spans(text) if span[1] - span[0] > 25]
    chosen = random.Random(number).sample(spans, CITATIONS)
    with laid_out(path) as pages:
        found = [views(pages.draw, text, start, end) for start, end in chosen]
    by_process = views(lambda asked: reading.page(path, asked), text, *chosen[0])
    assert [replace(view, picture=b"") for view in by_process] == found[0]
    assert all(Image.open(io.BytesIO(view.picture)).format == "WEBP" for view in by_process)
    for (start, end), shown in zip(chosen, found, strict=True):
        cited = text[start:end]
        assert (shown[0].told, len(shown)) == ("", len(shown[0].marked)), cited
        if KINDS[number][0] != "tebal dua kali":  # all of it stands there twice
            assert "".join(plain(words) for view in shown for words in under(content, view)) == plain(cited)
        assert "".join(letters for view in shown for letters in view.letters) == plain(cited)
        if KINDS[number][0] not in ("diputar", "dipotong"):
            assert "".join(plain(words) for view in shown for words in under_by_pdfminer(content, view)) == plain(cited)


def on_page(*lines: str, left: float = 0.0, top: float = 0.0, page: int = 1) -> list[Glyph]:
    """Letters of lines of print, ten high and six wide, as a page has them."""
    found = []
    for row, line in enumerate(lines):
        for at, mark in enumerate(line):
            x, y = left + 6 * at, top + 12 * row
            apart = at == 0 or not line[at - 1].isalnum()
            if mark != " ":
                letters = mark.lower() if mark.isalnum() else ""
                found.append(Glyph(page, letters, (x, y, x + 5, y + 10), (y, y + 10), apart))
    return found


def test_a_sentence_is_marked_from_its_first_word_to_its_last() -> None:
    glyphs = on_page("Pagi cerah. Warga me-", "manen kopi, kata To-", "no. Sore hujan.")
    marks, told = placed(pieces_of(glyphs), "", "Warga memanen kopi, kata Tono.", "")
    assert told == ""
    assert [(mark.letters, mark.box) for mark in marks] == [
        ("wargame", (72, 0, 119, 10)),
        ("manenkopikatato", (0, 12, 6 * 19 - 1, 22)),
        ("no", (0, 24, 11, 34)),
    ]


@pytest.mark.parametrize("cited", ["arga memanen", "Warga memane", "Warga memanen teh", "Warga kopi", "…"])
def test_what_does_not_stand_there_word_for_word_is_not_marked(cited: str) -> None:
    assert placed(pieces_of(on_page("Warga memanen kopi.")), "", cited, "") == ([], MISSING)


def test_of_equal_sentences_the_one_is_marked_that_stands_between_the_same_words() -> None:
    pieces = pieces_of(on_page("Pagi itu warga pulang. Hujan.", "Sore itu warga pulang. Cerah."))
    marks, _ = placed(pieces, "Hujan. Sore itu ", "warga pulang.", "")
    assert [mark.box[1] for mark in marks] == [12]
    marks, _ = placed(pieces, "", "warga pulang.", " Hujan.")
    assert [mark.box[1] for mark in marks] == [0]
    assert placed(pieces, "", "warga pulang.", "") == ([], SEVERAL)
    assert placed(pieces_of(on_page("Warga pulang.", "Warga pulang.")), "", "Warga pulang.", "") == ([], SEVERAL)


def test_a_chain_leaves_out_nothing_of_a_line_nor_goes_back_up_the_column_nor_over_a_page() -> None:
    skipped = [glyph for at, word in enumerate(("Warga", "memanen", "kopi")) for glyph in on_page(word, left=90.0 * at)]
    assert placed(pieces_of(skipped), "", "Warga kopi", "") == ([], MISSING)
    marks, _ = placed(pieces_of(skipped), "", "Warga memanen kopi", "")
    assert [mark.letters for mark in marks] == ["warga", "memanen", "kopi"]
    torn = [*on_page("kopi di lereng."), *on_page("Warga memanen", top=300)]
    assert placed(pieces_of(torn), "", "Warga memanen kopi di lereng.", "") == ([], MISSING)
    beyond = [*on_page("Warga memanen"), *on_page("kopi di lereng.", page=3)]
    assert placed(pieces_of(beyond), "", "Warga memanen kopi di lereng.", "") == ([], MISSING)
    nextdoor = [*on_page("Warga memanen"), *on_page("kopi di lereng.", page=2)]
    marks, _ = placed(pieces_of(nextdoor), "", "Warga memanen kopi di lereng.", "")
    assert [mark.page for mark in marks] == [1, 2]


def test_a_page_made_to_be_slow_is_given_up() -> None:
    glyphs = [glyph for row in range(60) for glyph in on_page("aa  aa  aa  aa  aa  aa", top=12 * row)]
    marks, told = placed(pieces_of(glyphs), "", "a" * 3000 + "b", "")
    assert (marks, told) == ([], MISSING)


def test_a_file_that_is_another_one_or_no_pdf_shows_no_page(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(printed(0))
    assert reading.page(path, PageAsked(sha256="0" * 64)) is None
    assert reading.page(path, PageAsked(sha256=hashlib.sha256(printed(0)).hexdigest(), number=7)) is not None
    path.write_bytes(b"%PDF-1.4 bukan")
    with pytest.raises(InputError, match="tidak dapat digambar: rusak atau terkunci; unduh berkasnya"):
        reading.page(path, PageAsked())
    with pytest.raises(InputError, match="tidak dapat dibaca"):
        reading.page(tmp_path / "hilang.pdf", PageAsked())


def field(circles: int) -> bytes:
    """A page nearly five metres wide."""
    saved = io.BytesIO()
    canvas = Canvas(saved, pagesize=(14_000, 14_000))
    canvas.drawString(100, 13_000, "Warga memanen kopi.")
    for number in range(circles):
        canvas.circle(7000, 7000, 1 + number % 7000)
    canvas.save()
    return saved.getvalue()


def test_a_page_as_large_as_a_field_is_drawn_small_and_one_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(field(circles=10_000))
    with closing(Reading(Limits(patience=0.02))) as hasty, pytest.raises(InputError, match="batas waktu"):
        hasty.page(path, PageAsked())
    path.write_bytes(field(circles=100))
    with closing(Reading()) as reading:
        view = reading.page(path, PageAsked(cited="Warga memanen kopi."))
        assert view is not None and view.letters == ("wargamemanenkopi",)
        assert Image.open(io.BytesIO(view.picture)).size == (1240, 1240)
