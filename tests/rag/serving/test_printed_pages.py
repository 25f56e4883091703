"""The page of an article's file: drawn from the file that was read, or not at all."""

from pathlib import Path

import pytest
from indexed import index
from ocr_pages import LINES, needs_ocr, picture, scan
from printed import printed

from index.articles import Article
from index.errors import InputError
from index.storage.repository import Store
from rag.quotation.checker import QuoteChecker
from rag.retrieval.provenance import flags_of, provenance
from rag.serving.printed_pages import PrintedPages, has_pages


def never(article: Article, reader: str) -> bool:
    return False


def read_in(folder: Path, store: Store, id: str = "a.pdf") -> Article:
    index(store, folder)
    article = store.article(id)
    assert article is not None
    return article


def test_a_page_is_drawn_once_and_again_when_the_file_is_read_anew(tmp_path: Path) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    path = folder / "a.pdf"
    path.write_bytes(printed(0))
    with Store(tmp_path / "indeks.db", create=True) as store:
        article = read_in(folder, store)
        pages = PrintedPages(store, never)
        first = pages.page(article, None, None, "a")
        assert (first.number, first.count, first.boxes) == (1, 1, ())
        assert pages.page(article, None, None, "b") is first
        path.write_bytes(printed(1))
        with pytest.raises(InputError, match="sudah berubah, jadi halamannya tidak ditunjukkan"):
            pages.page(article, None, None, "a")
        assert pages.page(read_in(folder, store), None, None, "a").picture != first.picture
        path.unlink()
        with pytest.raises(InputError, match="tidak ada lagi"):
            pages.page(article, None, None, "a")


def test_a_file_of_which_a_sidecar_tells_is_known_by_its_text(tmp_path: Path) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(printed(0))
    (folder / "metadata.csv").write_text("file,title\na.pdf,Judul Contoh\n")
    asked: list[str] = []

    def is_as_read(article: Article, reader: str) -> bool:
        asked.append(article.id)
        return True

    with Store(tmp_path / "indeks.db", create=True) as store:
        article = read_in(folder, store)
        assert article.title == "Judul Contoh"
        assert PrintedPages(store, is_as_read).page(article, (0, 20), None, "a").count == 1
        assert asked == ["a.pdf"]
        with pytest.raises(InputError, match="sudah berubah"):
            PrintedPages(store, never).page(article, (0, 20), None, "a")


def test_a_pdf_within_an_archive_has_no_page() -> None:
    assert has_pages(Article(id="a", text="", path="/arsip/a.pdf"))
    assert not has_pages(Article(id="a", text="", path="/arsip/a.zip", place="a.pdf"))


@needs_ocr
def test_a_scan_is_shown_where_its_sentence_stands_and_told_as_read_by_ocr(tmp_path: Path) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    first = ["Halaman pertama berisi kalimat lain tentang teh dan pasar", "yang sepi sejak pekan lalu."]
    (folder / "a.pdf").write_bytes(scan(first, LINES, first[::-1]))
    (folder / "b.png").write_bytes(picture(LINES))
    with Store(tmp_path / "indeks.db", create=True) as store:
        article = read_in(folder, store)
        start = article.text.index("Gubernur")
        view = PrintedPages(store, never).page(article, (start, start + len(LINES[2])), None, "a")
        assert (view.number, view.count, view.told) == (2, 3, "")
        assert view.letters == ("gubernurmenyebutmutunyalebihbaikdaripadamusimlalu",)
        assert any("dibaca OCR (keyakinan 9" in flag for flag in flags_of(provenance(article)))
        image = read_in(folder, store, "b.png")
        start = image.text.index("Gubernur")
        assert PrintedPages(store, never).page(image, (start, len(image.text)), None, "a").letters == view.letters
        checked = QuoteChecker(store).check(LINES[2])
        assert checked.verdict == "partial" and "dibaca OCR" in checked.notes[0]
