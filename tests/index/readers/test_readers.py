"""Which files are read, and by which reader."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from reading import docx, epub, found_in, html, msg, odt, pdf, rss, rtf, tarred, warc, zipped

from index.articles import RawArticle
from index.errors import InputError
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_FILE_BYTES
from index.readers.files import could_be_read, open_file, read
from index.readers.formats import SUFFIXES, format_of
from index.readers.saved_page_assets import is_page_furniture


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".xml"])
def test_a_known_suffix_could_be_read_even_where_the_file_cannot(suffix: str) -> None:
    assert could_be_read(Path(f"tak-ada/a{suffix}"))
    assert could_be_read(Path(f"tak-ada/a.b{suffix.upper()}"))


@pytest.mark.parametrize("name", ["a.heic", "a.GIF", "a.mp4", "a.css", "a.js", "a.py", "a.exe", "a.mdb", "a.sqlite3"])
def test_media_and_code_are_not_even_opened(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(pdf())
    assert not could_be_read(tmp_path / name)


@pytest.mark.parametrize("name", ["txt", ".txt", "a.txt.asli", "a", "a.xml", "a.dat"])
def test_an_unknown_suffix_is_decided_by_the_content(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert not could_be_read(path)
    path.write_text("Warga panen kopi.\n")
    assert not could_be_read(path)
    path.write_bytes(rss())
    assert could_be_read(path)


def test_a_folder_or_a_broken_link_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "putus").symlink_to(tmp_path / "tak-ada")
    assert not could_be_read(tmp_path)
    assert not could_be_read(tmp_path / "putus")


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("berita.txt", pdf(), "pdf"),
        ("berita.txt", b"Kata pertama: %PDF-1.4", "txt"),
        ("berita.pdf", b"\n\n%PDF-1.4", "pdf"),
        ("arsip.zip", docx(), "docx"),
        ("berita.doc", docx(), "docx"),
        ("berita.doc", rtf(), "rtf"),
        ("berita.doc", html().encode(), "html"),
        ("berita.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        ("tabel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        ("a.zip", odt(), "odt"),
        ("a.zip", epub(), "epub"),
        ("a.docx", zipped({"a.txt": b"Isi."}), "zip"),
        ("a.docx", docx()[:-300], "docx"),
        ("surat", msg(), "msg"),
        ("a.dat", zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "sheet"),
        ("a.dat", zipped({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "pptx"),
        ("a.dat", zipped({"[Content_Types].xml": b"", "visio/document.xml": b""}), None),
        ("a.dat", zipped({"META-INF/MANIFEST.MF": b""}), None),
        ("a.gz", tarred({"a.txt": b"Isi."}), "tar"),
        ("a.dat", tarred({"a.txt": b"Isi."}, "w:"), "tar"),
        ("a.txt", warc(), "warc"),
        ("a.txt", b"<!-- saved -->\r\n<!DOCTYPE HTML><p>Isi.", "html"),
        ("a.txt", b"\xef\xbb\xbf  <html lang=id>", "html"),
        ("a.txt", '<?xml version="1.0"?><!DOCTYPE html><html>'.encode("utf-16"), "html"),
        ("a.txt", b"<htmlx>", "txt"),
        ("a.txt", b"Tag <html> dijelaskan.", "txt"),
        ("a.xml", b"<?xml version='1.0'?><!-- x --><!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'>", "feed"),
        ("a.xml", b'<rdf:RDF xmlns="x">', "feed"),
        ("a.xml", b'<a:feed xmlns:a="x">', "feed"),
        ("a.xml", b"<catatan>", None),
        ("surat", b"From: a@b\nTo: c@d\nSubject: e\n\nIsi.", "eml"),
        ("surat.txt", b"From: a@b\nTo: c@d\nSubject: e\n\nIsi.", "txt"),
        ("a.jsonl", b"", "jsonl"),
        ("a.ndjson", b"{}", None),
        ("a", b"", None),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,  # a packed file holds the time it was made
)
def test_the_content_tells_the_format_before_the_name(name: str, content: bytes, format: str | None) -> None:
    stream = BytesIO(content)
    stream.seek(len(content))
    assert format_of(name, stream) == format
    assert stream.tell() == 0


def test_unknown_format_names_the_file_and_what_can_be_read() -> None:
    with pytest.raises(InputError, match=r"foto\.heic tidak dikenal.*\.txt.*\.jsonl.*\.xml"):
        read("foto.heic", BytesIO(b"\xff\xd8\xff"))


def test_missing_file(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"hilang\.txt tidak dapat dibaca: .+; periksa izinnya"),
        open_file(tmp_path / "hilang.txt"),
    ):
        pass


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "besar.txt"
    path.touch()
    os.truncate(path, MAX_FILE_BYTES + 1)  # a hole: it takes no room on the disk
    with pytest.raises(InputError, match=r"besar\.txt terlalu besar \(512 MB, batas 512 MB\)"), open_file(path):
        pass


def test_an_open_file_is_read_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Isi.")
    with open_file(path) as stream:
        assert list(read(path.name, stream)) == [RawArticle("Isi.")]
    assert stream.closed


@pytest.mark.parametrize(
    ("page", "inner", "furniture"),
    [
        ("panen.html", "panen_files/iklan.html", True),
        ("panen.HTM".lower(), "panen_files/a/b/iklan.html", True),
        ("panen.html", "panen_berkas/iklan.htm", True),
        ("lain.html", "panen_files/iklan.html", False),
        ("panen.html", "panen/iklan.html", False),
        ("panen.html", "_files/iklan.html", False),
        ("panen.html", "panen.html", False),
    ],
)
def test_the_folder_saved_with_a_page_holds_no_articles(tmp_path: Path, page: str, inner: str, furniture: bool) -> None:
    (tmp_path / page).write_text(html())
    path = tmp_path / inner
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html())
    assert is_page_furniture(path) == furniture


def test_an_old_or_locked_word_document_says_what_to_do() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
    (told,) = found_in("a.doc", old)
    assert told == BadRecord("format Word lama (.doc) belum dapat dibaca; simpan ulang sebagai .docx", skipped=True)
    (told,) = found_in("a.docx", old + "EncryptedPackage".encode("utf-16-le"))
    assert told == BadRecord("dokumen Word ini dikunci dengan kata sandi; simpan ulang tanpa kunci")
