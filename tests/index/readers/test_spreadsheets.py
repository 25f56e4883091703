"""Tables and slides of the office, and a table of the old Macintosh."""

from datetime import date

from reading import LINES, article_in, found_in, pptx, xlsx

from index.articles import RawArticle


def test_a_sheet_without_a_column_of_text_is_one_article_and_an_empty_one_none() -> None:
    content = xlsx(
        ("Anggaran", [["Pos", "Rupiah", "Tanggal"], ["Irigasi", 800, date(2024, 3, 4)], ["Jalan", 2.5]]),
        ("Kosong", []),
    )
    article = article_in("a.xlsx", content)
    assert (article.text, article.place) == ("Pos\tRupiah\tTanggal\nIrigasi\t800\t2024-03-04\nJalan\t2,5", "Anggaran")


def test_a_sheet_with_a_column_of_text_holds_an_article_a_row() -> None:
    rows: list[list[object]] = [["judul", "isi"], ["Satu", "Isi satu."], ["", ""], ["Dua", "Isi dua."]]
    found = found_in("a.xlsx", xlsx(("A", rows), ("B", rows[:2])))
    assert [(one.title, one.text, one.place) for one in found if isinstance(one, RawArticle)] == [
        ("Satu", "Isi satu.", "A:2"),
        ("Dua", "Isi dua.", "A:4"),
        ("Satu", "Isi satu.", "B:2"),
    ]


def test_slides_with_a_table_notes_and_what_the_master_prints() -> None:
    import io

    import pptx as library
    from pptx.util import Inches

    presentation = library.Presentation(io.BytesIO(pptx(["Panen", "Naik 12 persen."], ["Harga", "Turun."])))
    slide = presentation.slides[0]
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(1), Inches(2), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Beras", "85"
    slide.notes_slide.notes_text_frame.text = "Tanyakan Camat."
    saved = io.BytesIO()
    presentation.save(saved)
    assert article_in("a.pptx", saved.getvalue()).text.split("\n") == [
        "Panen",
        "Naik 12 persen.",
        "Beras\t85",
        "Catatan salindia 1: Tanyakan Camat.",
        "Harga",
        "Turun.",
    ]


def test_a_table_whose_rows_end_in_returns_alone() -> None:
    table = 'judul;isi\rPanen;"“Harga bagus,” kata petani.\nUsai."\rRoboh;Dua luka.\r'
    for encoding in ("mac_roman", "utf-8", "utf-16"):
        found = found_in("a.csv", table.encode(encoding))
        assert [(one.title, one.text) for one in found if isinstance(one, RawArticle)] == [
            ("Panen", "“Harga bagus,” kata petani.\nUsai."),
            ("Roboh", "Dua luka."),
        ]
    assert LINES[2] in article_in("a.csv", f"isi\r\n{LINES[2]}\r\n".encode()).text
