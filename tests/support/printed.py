"""Twenty invented PDFs, as newspapers, offices and scanners print them: columns, divided words, tables, heads."""

import io
import random
from collections.abc import Callable, Iterator

from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595, 842
WORDS = """warga desa lereng gunung memanen kopi sejak pagi bersama perangkat pemuda setempat membawa hasilnya gudang
baru dekat pasar gubernur menyebut mutunya lebih baik daripada musim lalu karena hujan turun tepat waktu pemerintah
kabupaten menyalurkan bantuan pupuk kepada kelompok tani yang lahannya terendam banjir pada akhir tahun sementara
harga beras naik sepuluh persen menurut dinas perdagangan pedagang mengeluh pembeli berkurang orang-orang anak-anak
kemerah-merahan perekonomian pertanggungjawaban keanekaragaman""".split()


def sentence(chance: random.Random, length: int = 0) -> str:
    words = [chance.choice(WORDS) for _ in range(length or chance.randint(6, 22))]
    words.insert(chance.randrange(1, len(words)), f"{chance.randint(2, 9999)}")
    if chance.random() < 0.3:
        words[-2:] = [f"“{words[-2]}", f"{words[-1]},” ujar Tono Contoh"]
    return f"{' '.join(words).capitalize()}."


def paragraph(chance: random.Random, sentences: int = 5) -> str:
    return " ".join(sentence(chance) for _ in range(sentences))


def broken(canvas: Canvas, text: str, width: float, font: str, size: float, *, divides: bool) -> Iterator[str]:
    """Yield a text line by line, words divided at the ends of lines where that is wanted."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if canvas.stringWidth(longer, font, size) <= width:
            line = longer
            continue
        cut = len(word) // 2
        first = f"{line} {word[:cut]}-".strip()
        if divides and len(word) > 7 and word.isalpha() and canvas.stringWidth(first, font, size) <= width:
            yield first
            line = word[cut:]
        else:
            yield line
            line = word
    yield line


class Sheet:
    """A PDF in the making."""

    def __init__(self, chance: random.Random, **look: float) -> None:
        self.chance = chance
        self._saved = io.BytesIO()
        self.canvas = Canvas(self._saved, pagesize=(WIDTH, HEIGHT), invariant=True)
        self.size = look.get("size", 10.0)
        self.leading = look.get("leading", 12.0)
        self.font = "Helvetica"

    def lines(self, text: str, width: float, *, divides: bool = True) -> list[str]:
        return list(broken(self.canvas, text, width, self.font, self.size, divides=divides))

    def draw(self, line: str, x: float, y: float) -> None:
        self.canvas.setFont(self.font, self.size)
        self.canvas.drawString(x, y, line)

    def column(self, lines: list[str], x: float, y: float) -> None:
        for number, line in enumerate(lines):
            self.draw(line, x, y - number * self.leading)

    def done(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._saved.getvalue()


def columns(sheet: Sheet, count: int, *, row_by_row: bool = False) -> None:
    """Draw columns, one after the other or, as some programs write them, line by line across the page."""
    width = (WIDTH - 100) / count - 14
    text = " ".join(paragraph(sheet.chance) for _ in range(5))
    lines = sheet.lines(text, width)
    each = -(-len(lines) // count)
    parts = [lines[at : at + each] for at in range(0, len(lines), each)]
    if row_by_row:
        for row in range(each):
            for number, part in enumerate(parts):
                if row < len(part):
                    sheet.draw(part[row], 50 + number * (width + 14), 780 - row * sheet.leading)
    else:
        for number, part in enumerate(parts):
            sheet.column(part, 50 + number * (width + 14), 780)


def one_column(sheet: Sheet, top: float = 780.0) -> None:
    y = top
    for _ in range(4):
        lines = sheet.lines(paragraph(sheet.chance), 460)
        sheet.column(lines, 60, y)
        y -= len(lines) * sheet.leading + 8


def bold(sheet: Sheet) -> None:
    """Draw print that is bold by standing twice."""
    lines = sheet.lines(" ".join(paragraph(sheet.chance) for _ in range(2)), 400)
    for shift in (0.0, 0.3):
        sheet.column(lines, 60 + shift, 780)


def table(sheet: Sheet) -> None:
    first = sheet.lines(paragraph(sheet.chance, 4), 460)
    sheet.column(first, 60, 780)
    y = 780 - len(first) * sheet.leading - 20
    for row in range(12):
        for cell, x in enumerate((60, 220, 380)):
            text = f"{sheet.chance.choice(WORDS)} {sheet.chance.randint(10, 9999)}" if cell else f"Baris {row} kopi"
            sheet.draw(text, x, y - row * 16)
    last = sheet.lines(paragraph(sheet.chance, 4), 460)
    sheet.column(last, 60, y - 12 * 16 - 20)


def several_pages(sheet: Sheet) -> None:
    """Draw four pages whose sentences run over, with a head and a number on each."""
    text = " ".join(paragraph(sheet.chance) for _ in range(20))
    lines = sheet.lines(text, 440)
    each = -(-len(lines) // 4)
    for page in range(4):
        if page:
            sheet.canvas.showPage()
        sheet.draw(f"Warta Contoh, edisi {page + 11}", 60, 815)
        sheet.column(lines[page * each : page * each + each], 60, 780)
        sheet.draw(f"{page + 1}", 290, 30)


def repeated(sheet: Sheet) -> None:
    """Draw the same sentences again and again between others."""
    again = sentence(sheet.chance, 12)
    text = " ".join(f"{sentence(sheet.chance)} {again} {sentence(sheet.chance)}" for _ in range(6))
    sheet.column(sheet.lines(text, 440), 60, 780)


def turned(sheet: Sheet) -> None:
    """Draw a page that lies on its side in the file and is shown upright."""
    sheet.canvas.setPageRotation(90)
    sheet.canvas.translate(WIDTH, 0)
    sheet.canvas.rotate(90)
    one_column(sheet, 540.0)


def cropped(sheet: Sheet) -> None:
    one_column(sheet)
    sheet.canvas.setCropBox((40, 300, 560, 830))


KINDS: list[tuple[str, Callable[[Sheet], None], dict[str, float]]] = [
    ("satu kolom", one_column, {}),
    ("satu kolom rapat", one_column, {"size": 11, "leading": 11}),
    ("satu kolom kecil", one_column, {"size": 6, "leading": 7}),
    ("dua kolom", lambda sheet: columns(sheet, 2), {}),
    ("dua kolom rapat", lambda sheet: columns(sheet, 2), {"size": 9, "leading": 9.2}),
    ("dua kolom baris demi baris", lambda sheet: columns(sheet, 2, row_by_row=True), {}),
    ("tiga kolom", lambda sheet: columns(sheet, 3), {"size": 9, "leading": 11}),
    ("tiga kolom baris demi baris", lambda sheet: columns(sheet, 3, row_by_row=True), {"size": 8, "leading": 10}),
    ("tabel", table, {}),
    ("tabel kecil", table, {"size": 8, "leading": 10}),
    ("empat halaman", several_pages, {}),
    ("empat halaman lain", several_pages, {"size": 12, "leading": 15}),
    ("berulang", repeated, {}),
    ("tebal dua kali", bold, {}),
    ("diputar", turned, {}),
    ("dipotong", cropped, {}),
    ("tiga kolom lain", lambda sheet: columns(sheet, 3), {"size": 7, "leading": 8}),
    ("dua kolom lain", lambda sheet: columns(sheet, 2), {"size": 12, "leading": 14}),
    ("tabel besar", table, {"size": 12, "leading": 14}),
    ("empat halaman rapat", several_pages, {"size": 9, "leading": 9.5}),
]


def printed(number: int) -> bytes:
    """Return one of the PDFs, the same every time."""
    _, draw, look = KINDS[number]
    sheet = Sheet(random.Random(number), **look)
    draw(sheet)
    return sheet.done()


def newspaper(title: str, paragraphs: list[str]) -> bytes:
    """Return a page as a newspaper prints it: a headline over two columns, words divided at the ends of lines."""
    sheet = Sheet(random.Random(0), size=11.5, leading=15)
    sheet.canvas.setTitle(title)
    sheet.canvas.setFont("Helvetica-Bold", 22)
    sheet.canvas.drawString(50, 780, title)
    lines = [line for text in paragraphs for line in (*sheet.lines(text, 235), "")]
    each = -(-len(lines) // 2)
    for number, x in enumerate((50, 310)):
        sheet.column(lines[number * each : (number + 1) * each], x, 745)
    return sheet.done()
