"""Printed text back into paragraphs."""

import io
import re
from collections.abc import Callable

import pytest
from reading import LINES, TITLE, article_in, found_in, pdf
from reportlab.pdfgen.canvas import Canvas

from index.articles import RawArticle
from index.readers import ocr
from index.readers.bad_record import BadRecord

WIDTH, HEIGHT = 595, 842
COLUMN = 150
WORDS = """Warga desa di lereng Gunung Contoh memanen kopi sejak pagi bersama perangkat desa dan para pemuda
setempat, lalu membawa hasilnya ke gudang baru di dekat pasar. Gubernur menyebut mutunya lebih baik daripada musim lalu
karena hujan turun tepat waktu. “Kami senang,” ujar Tono Contoh.""".split()


def drawn(*pages: Callable[[Canvas], None], **options: object) -> bytes:
    saved = io.BytesIO()
    canvas = Canvas(saved, pagesize=(WIDTH, HEIGHT), **options)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return saved.getvalue()


def column(canvas: Canvas, words: list[str], x: float, y: float, width: float = COLUMN, leading: float = 12) -> float:
    """Draw words line by line, as wide as they go; return where the next line would stand."""
    line = ""
    for word in [*words, None]:
        longer = f"{line} {word}".strip()
        if word is None or canvas.stringWidth(longer, "Helvetica", 10) > width:
            canvas.drawString(x, y, line)
            y -= leading
            line = word or ""
        else:
            line = longer
    return y


def lines_in(content: bytes) -> list[str]:
    return article_in("a.pdf", content).text.split("\n")


def test_columns_are_read_one_after_the_other_with_headlines_between() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(60, 760, "Panen di Lereng Gunung Contoh Naik")
        canvas.setFont("Helvetica", 10)
        column(canvas, ["Satu.", *WORDS], 60, 730)
        column(canvas, ["Dua.", *WORDS], 222, 730)
        column(canvas, ["Tiga.", *WORDS], 384, 730)
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(60, 500, "Warga desa sebelah menanam teh di lahan bekas tambang itu")
        canvas.setFont("Helvetica", 10)
        column(canvas, ["Empat.", *WORDS], 60, 480)
        column(canvas, ["Lima.", *WORDS], 222, 480)

    assert lines_in(drawn(page)) == [
        "Panen di Lereng Gunung Contoh Naik",
        *(" ".join([number, *WORDS]) for number in ("Satu.", "Dua.", "Tiga.")),
        "Warga desa sebelah menanam teh di lahan bekas tambang itu",
        *(" ".join([number, *WORDS]) for number in ("Empat.", "Lima.")),
    ]


def test_a_table_is_read_row_by_row() -> None:
    def page(canvas: Canvas) -> None:
        y = column(canvas, WORDS, 60, 760, 400)
        for row, (name, amount) in enumerate((("Arabika", "85"), ("Robusta", "70"), ("Liberika", "9"), ("Teh", "12"))):
            canvas.drawString(60, y - 20 - 14 * row, name)
            canvas.drawString(300, y - 20 - 14 * row, amount)

    assert lines_in(drawn(page)) == [" ".join(WORDS), "Arabika 85", "Robusta 70", "Liberika 9", "Teh 12"]


@pytest.mark.parametrize(("gap", "indent"), [(8, 0), (0, 15)])
def test_paragraphs_are_told_by_space_or_indent(gap: float, indent: float) -> None:
    def page(canvas: Canvas) -> None:
        y = 760.0
        for _ in range(4):
            first = column(canvas, WORDS[:6], 60 + indent, y, 400)
            y = column(canvas, WORDS[6:], 60, first, 300) - gap

    assert lines_in(drawn(page)) == [" ".join(WORDS)] * 4


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("Mereka datang bersama orang-", "orang dari jauh.", "Mereka datang bersama orang-orang dari jauh."),
        ("Langit tampak kemerah-", "merahan sore itu.", "Langit tampak kemerah-merahan sore itu."),
        ("Anak-anak itu berlari-", "lari di sawah.", "Anak-anak itu berlari-lari di sawah."),
        ("Warga desa sedang mema-", "nen kopi.", "Warga desa sedang memanen kopi."),
        ("Ia membeli sayur-mayur, lalu sayur-", "mayur lagi.", "Ia membeli sayur-mayur, lalu sayur-mayur lagi."),
        ("Wabah itu bernama Contoh-", "19 dan menyebar.", "Wabah itu bernama Contoh-19 dan menyebar."),
        ("Mereka naik kereta Timur-", "Barat ke kota.", "Mereka naik kereta Timur-Barat ke kota."),
        ("Harga kopi naik – ", "kata warga.", "Harga kopi naik – kata warga."),
    ],
)
def test_a_hyphen_at_the_end_of_a_line(first: str, second: str, joined: str) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 700, first)
        canvas.drawString(60, 688, second)

    assert lines_in(drawn(page)) == [joined]


def numbered(first: list[str], second: list[str], last: list[str]) -> bytes:
    """Return three pages with a head and a number on each."""

    def page(number: int, words: list[str]) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(60, 810, f"Warta Desa, edisi {number + 10}")
            column(canvas, words, 60, 760, 400)
            canvas.drawCentredString(300, 30, f"{number} / 3")

        return draw

    return drawn(page(1, first), page(2, second), page(3, last))


def test_running_heads_and_page_numbers_go_and_a_paragraph_runs_over_the_page() -> None:
    content = numbered(WORDS[:20], WORDS[20:], ["Bagian", "akhir", "naskah."])
    assert WORDS[20][0].islower()
    assert lines_in(content) == [" ".join(WORDS), "Bagian akhir naskah."]


def test_a_sentence_that_ended_does_not_run_over_the_page() -> None:
    assert lines_in(numbered(["Satu", "kalimat."], ["dua", "kalimat."], ["Tiga", "kata"])) == [
        "Satu kalimat.",
        "dua kalimat.",
        "Tiga kata",
    ]


def test_heads_of_two_pages_may_be_text_and_stay() -> None:
    content = pdf([["Warta Desa", LINES[0]], ["Warta Desa", LINES[1]]])
    assert lines_in(content) == ["Warta Desa", LINES[0], "Warta Desa", LINES[1]]


def test_bold_that_is_printed_twice_is_read_once_and_marks_up_the_margin_are_not() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "Judul tebal")
        canvas.drawString(60.3, 700, "Judul tebal")
        canvas.rotate(90)
        canvas.drawString(300, -20, "TEPI HALAMAN")

    assert lines_in(drawn(page)) == ["Judul tebal"]


def test_properties_of_a_file_count_where_they_are_real() -> None:
    assert article_in("a.pdf", pdf()) == RawArticle("\n".join([TITLE, *LINES]), title=TITLE, author="Tono Contoh")
    told = re.sub(rb"/Title \(.*?\)", b"/Title (Microsoft Word - a.docx)", pdf())
    assert article_in("a.pdf", told.replace(b"(Tono Contoh)", b"(Admin)")) == RawArticle("\n".join([TITLE, *LINES]))


# --- files that cannot be read, or not whole ---


def locked(user: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt(user_password=user, owner_password="pemilik", algorithm="RC4-128")
    saved = io.BytesIO()
    writer.write(saved)
    return saved.getvalue()


def test_a_password_is_asked_for_only_where_it_is_needed() -> None:
    assert found_in("a.pdf", locked("rahasia")) == [
        BadRecord("PDF ini dikunci dengan kata sandi; simpan ulang tanpa kunci")
    ]
    assert lines_in(locked("")) == [TITLE, *LINES]


def test_a_scan_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "missing", lambda: ocr.NEEDS_EXTRA)
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("RGB", (8, 8), "gray"))
    scan = drawn(lambda canvas: canvas.drawImage(picture, 0, 0, WIDTH, HEIGHT))
    assert found_in("a.pdf", scan) == [BadRecord(f"hanya berisi gambar; {ocr.NEEDS_EXTRA}", skipped=True, limit=True)]


def test_scans_with_a_stamp_on_each_page_are_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "missing", lambda: ocr.NEEDS_TESSERACT)
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("RGB", (8, 8), "gray"))

    def page(canvas: Canvas) -> None:
        canvas.drawImage(picture, 0, 0, WIDTH, HEIGHT)
        canvas.drawString(60, 20, "Arsip Warta Desa")

    scan = drawn(page, page, page)
    assert found_in("a.pdf", scan) == [
        BadRecord(f"hanya berisi gambar; {ocr.NEEDS_TESSERACT}", skipped=True, limit=True)
    ]


def test_an_empty_page_has_no_text() -> None:
    assert found_in("a.pdf", drawn(lambda canvas: None)) == [BadRecord("PDF ini tidak berisi teks", skipped=True)]


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_a_torn_file_gives_what_can_be_read_or_says_so(share: float) -> None:
    whole = pdf([[line] for line in LINES])
    found = found_in("a.pdf", whole[: int(len(whole) * share)])
    for one in found:
        if isinstance(one, RawArticle):
            assert set(one.text.split("\n")) <= set(LINES)
        else:
            assert one.reason in (
                "PDF ini rusak atau terpotong; simpan ulang atau minta salinannya",
                "PDF ini tidak berisi teks",
            )
    assert found


def test_a_file_without_its_table_of_objects_is_still_read() -> None:
    objects, _, after = pdf().rpartition(b"\nxref\n")
    assert lines_in(objects + after[after.index(b"\ntrailer") :]) == [TITLE, *LINES]
