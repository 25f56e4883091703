"""Scans and pictures read by OCR: what is printed on them, how sure it is, and where it stands."""

import io
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from fakes import WordEmbedder
from ocr_pages import HEIGHT, LINES, WIDTH, needs_ocr, picture, scan
from reading import found_in

from index.articles import Article, RawArticle, ReadPage
from index.errors import InputError
from index.pipeline.discovery import files_of
from index.pipeline.indexer import Indexer
from index.pipeline.progress import Report
from index.pipeline.reading import PageAsked, Read, Reading
from index.readers import allowance, ocr
from index.readers.bad_record import BadRecord
from index.readers.files import could_be_read
from index.storage.repository import Store

TEXT = f"{LINES[0][:-1]}{LINES[1]}\n{LINES[2]}"


@needs_ocr
@pytest.mark.parametrize(
    ("name", "format"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.TIF", "TIFF"), ("a.webp", "WEBP")]
)
def test_a_picture_of_print_is_an_article(name: str, format: str) -> None:
    (found,) = found_in(name, picture(LINES, format))
    assert isinstance(found, RawArticle)
    assert found.text == TEXT
    (page,) = found.read_pages
    assert page.number == 1 and page.confidence is not None and 80 < page.confidence <= 100
    assert could_be_read(Path(name))


@needs_ocr
def test_pages_that_are_pictures_are_read_and_the_others_are_not(tmp_path: Path) -> None:
    (found,) = found_in("a.pdf", scan("Halaman pertama berisi teks dan bukan gambar.", LINES))
    assert isinstance(found, RawArticle)
    assert found.text == f"Halaman pertama berisi teks dan bukan gambar.\n{TEXT}"
    first, second = found.read_pages
    assert (first.number, first.confidence, second.number) == (1, None, 2)
    assert second.confidence is not None and second.confidence > 80


@needs_ocr
def test_a_photograph_is_no_article() -> None:
    from PIL import Image

    saved = io.BytesIO()
    Image.effect_noise((300, 200), 80).save(saved, "PNG")
    (found,) = found_in("a.png", saved.getvalue())
    assert found == BadRecord("gambar ini tidak berisi teks yang terbaca", skipped=True)


@needs_ocr
def test_torn_and_huge_pictures_cost_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = picture(LINES)
    for content in (whole[:2000], b"\x89PNG\r\n\x1a\n", b"bukan gambar"):
        (found,) = found_in("a.png", content)
        assert isinstance(found, BadRecord) and "gambar ini rusak" in found.reason
    monkeypatch.setattr(ocr, "MAX_DOTS", 1000)
    (found,) = found_in("a.png", whole)
    assert isinstance(found, BadRecord) and "gambar terlalu besar (1653 x 2339 titik)" in found.reason


@needs_ocr
def test_a_sentence_is_marked_on_the_scan_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(scan(["Halaman pertama berisi kalimat lain tentang teh dan pasar."], LINES))
    with closing(Reading()) as reading:
        (found,) = reading.articles(path)
        assert isinstance(found, Read) and [page.number for page in found.article.read_pages] == [1, 2]
        cited = LINES[2]
        view = reading.page(path, PageAsked(cited=cited, likely=(2, 1)))
        assert view is not None and (view.number, view.told) == (2, "")
        assert view.letters == ("gubernurmenyebutmutunyalebihbaikdaripadamusimlalu",)
        ((left, top, right, bottom),) = view.boxes
        line = HEIGHT - 700 + 36  # where the third line stands on the paper
        assert top * HEIGHT == pytest.approx(line - 9, abs=3) and bottom * HEIGHT == pytest.approx(line + 2, abs=4)
        assert left * WIDTH == pytest.approx(70, abs=3) and right > 0.5


@needs_ocr
def test_a_page_that_took_too_long_is_left_out_and_told() -> None:
    content = scan("Halaman pertama berisi teks dan bukan gambar.", LINES, LINES)
    with allowance.guarded(allowance.Allowance({2: "terlalu lama"}, lambda number, seconds: None)):
        refused, found = found_in("a.pdf", content)
    assert refused == BadRecord("halaman 2: terlalu lama", skipped=True, limit=True)
    assert isinstance(found, RawArticle)
    assert found.text == f"Halaman pertama berisi teks dan bukan gambar.\n{TEXT}"
    assert [(page.number, page.confidence is None) for page in found.read_pages] == [(1, True), (2, True), (3, False)]


@needs_ocr
def test_a_failure_of_tesseract_costs_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    import pytesseract

    def fail(*_: object, **__: object) -> None:
        raise pytesseract.TesseractError(-24, "")

    monkeypatch.setattr(pytesseract, "image_to_data", fail)
    monkeypatch.setattr(ocr, "_known", {})
    told = BadRecord("halaman 1: OCR gagal membacanya (kode -24)", skipped=True, limit=True)
    assert found_in("a.png", picture(LINES)) == [told]
    assert found_in("a.pdf", scan(LINES))[0] == told


def test_without_ocr_a_picture_is_passed_over_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.readers.files.missing", lambda: ocr.NEEDS_EXTRA)
    assert not could_be_read(Path("a.png"))
    monkeypatch.setattr(ocr, "missing", lambda: ocr.NEEDS_TESSERACT)
    (found,) = found_in("a.png", b"\x89PNG")
    assert found == BadRecord(f"hanya berisi gambar; {ocr.NEEDS_TESSERACT}", skipped=True, limit=True)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    ocr.missing.cache_clear()
    monkeypatch.setitem(sys.modules, "pytesseract", None)
    monkeypatch.setattr("index.readers.ocr.find_spec", lambda name: None)
    assert ocr.missing() == ocr.NEEDS_EXTRA
    ocr.missing.cache_clear()
    monkeypatch.setattr("index.readers.ocr.find_spec", lambda name: name)
    monkeypatch.setattr("index.readers.ocr.shutil.which", lambda name: None)
    assert ocr.missing() == ocr.NEEDS_TESSERACT
    ocr.missing.cache_clear()


def test_a_scan_that_waits_for_ocr_is_told_each_time_and_read_with_retry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"%PDF-1.4")
    (folder / "b.txt").write_text("Warga memanen kopi di lereng.")

    class Process:
        """Answers for the PDF as the real one does without OCR, then with it."""

        has_ocr = False

        def articles(self, path: Path, *rest: object, **options: object) -> Iterator[Read | BadRecord]:
            if path.suffix == ".txt":
                yield Read(Article(id="", text="Warga memanen kopi di lereng.", path=""), None, None, 1)
            elif not self.has_ocr:
                yield BadRecord(f"hanya berisi gambar; {ocr.NEEDS_EXTRA}", skipped=True, limit=True)
            else:
                text = "Gubernur menyebut mutunya baik."
                yield Read(Article(id="", text=text, path="", ocr="[[1, 91, 27]]"), None, None, 1)

    with Store(tmp_path / "indeks.db", create=True) as store:
        reading = Process()

        def run(*, retry: bool = False) -> Report:
            return Indexer(store, WordEmbedder(), reading=cast(Reading, reading), retry=retry).run([folder])

        first = run()
        assert first.failed == [] and first.skipped == [f"{folder / 'a.pdf'}: hanya berisi gambar; {ocr.NEEDS_EXTRA}"]
        assert "hanya berisi gambar; dilewati sampai" in run().skipped[0]
        reading.has_ocr = True
        assert "tanya index --retry" in run().skipped[0]
        assert run(retry=True).added == 1
        article = store.article("a.pdf")
        assert article is not None and article.ocr_confidence == 91
        assert article.read_pages == (ReadPage(1, 91, 27),)
        assert run().skipped == []


def test_a_picture_given_by_name_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    monkeypatch.setattr("index.pipeline.discovery.missing", lambda: ocr.NEEDS_EXTRA)
    with pytest.raises(
        InputError, match=r'a\.jpg hanya berisi gambar; pasang OCR dengan: pip install "tanya-arsip\[ocr\]"$'
    ):
        list(files_of(path, print, print))
