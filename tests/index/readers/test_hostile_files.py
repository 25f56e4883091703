"""Files made or broken to do harm: each costs a line or a part, within seconds and bounded memory, and no exception."""

import gzip
import random
import struct
import tarfile
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from reading import FILES, TITLE, docx, epub, found_in, odt, pdf, rss, zipped

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.files import read
from index.readers.office import parts_of
from index.readers.pdf_lines import PrintedLine, paragraphs

MAX_SECONDS = 60  # of processor time; the worst takes 5 to 15 under tracemalloc; what is not linear never ends
MAX_BYTES = 200 * 1024**2
BLOCK = 16 * 1024**2
BLOCKS = 64
BOMB = BadRecord("isinya mengembang tak wajar saat dibuka (bom arsip); jangan dibuka, minta salinan yang utuh")
TOO_DEEP = BadRecord("isinya bersarang terlalu dalam; simpan ulang dalam bentuk yang lebih sederhana")


@contextmanager
def within_bounds() -> Iterator[None]:
    tracemalloc.start()
    start = time.process_time()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
        assert time.process_time() - start < MAX_SECONDS
    finally:
        tracemalloc.stop()


def deflated(wbits: int) -> bytes:
    """Return one gigabyte of zeros as a stream of deflate, made of copies of one block."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    first = packer.compress(bytes(BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + block * (BLOCKS - 1) + packer.flush()


def with_bomb(members: dict[str, bytes], name: str, stated: int = BLOCK * BLOCKS) -> bytes:
    """Return a zip in which one member unpacks to a gigabyte, whatever size it states."""
    content = bytearray(zipped({**members, name: deflated(-15)}, packing=0))
    local, central = content.rindex(b"PK\x03\x04"), content.rindex(b"PK\x01\x02")
    for start in (local + 8, central + 10):
        struct.pack_into("<H", content, start, zlib.DEFLATED)
        struct.pack_into("<I", content, start + 14, stated)
    return bytes(content)


def test_a_zip_that_unpacks_to_a_gigabyte() -> None:
    content = with_bomb({"a.txt": b"Isi."}, "b.txt")
    assert len(content) < 2 * 1024**2
    with within_bounds():
        assert found_in("a.zip", content) == [RawArticle("Isi.", place="a.txt"), BOMB]


def test_a_bomb_stops_the_archives_around_it() -> None:
    content = zipped({"a.zip": with_bomb({}, "b.txt"), "c.txt": b"Isi."})
    with within_bounds():
        assert found_in("a.zip", content) == [BadRecord(BOMB.reason, place="a.zip"), BOMB]


def test_a_tar_that_unpacks_to_a_gigabyte() -> None:
    header = tarfile.TarInfo("a.txt")
    header.size = BLOCK * BLOCKS
    with within_bounds():
        assert found_in("a.tgz", gzip.compress(header.tobuf()) + gzip.compress(bytes(BLOCK)) * BLOCKS) == [BOMB]
        photo = tarfile.TarInfo("a.jpg")
        photo.size = header.size
        assert found_in("a.tgz", gzip.compress(photo.tobuf()) + gzip.compress(bytes(BLOCK)) * BLOCKS) == [BOMB]


def test_a_tar_whose_header_asks_for_a_gigabyte() -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, BLOCK * BLOCKS
    torn = BadRecord("arsipnya rusak atau terpotong; salin ulang dari sumbernya")
    with within_bounds():
        assert found_in("a.tgz", gzip.compress(header.tobuf()) + gzip.compress(bytes(BLOCK)) * BLOCKS) == [torn]


def test_a_tar_with_a_hole_in_it_is_not_filled() -> None:
    header = tarfile.TarInfo("a.txt")
    header.type = tarfile.GNUTYPE_SPARSE
    block = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    block[386:410] = b"%011o\0%011o\0" % (0, 0)
    block[483:495] = b"%011o\0" % (8 * 1024**3 - 1)
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:]))
    with within_bounds():
        assert found_in("a.tar", bytes(block) + bytes(1024)) == [
            BadRecord("jalurnya keluar dari arsip", place="a.txt", skipped=True)
        ]


@pytest.mark.parametrize("stated", [BLOCK * BLOCKS, 100])
@pytest.mark.parametrize(
    ("name", "part"), [("a.docx", "word/document.xml"), ("a.odt", "content.xml"), ("a.epub", "a.opf")]
)
def test_a_document_that_unpacks_to_a_gigabyte(name: str, part: str, stated: int) -> None:
    others = {"a.docx": {"[Content_Types].xml": b""}, "a.odt": {"mimetype": b"application/vnd.oasis.opendocument.text"}}
    content = with_bomb(others.get(name, {"mimetype": b"application/epub+zip"}), part, stated)
    with within_bounds():
        (found,) = found_in(name, content)
    torn = BadRecord("dokumen ini rusak atau terpotong; buka lalu simpan ulang")
    assert found == (BOMB if stated > 100 else torn)


def test_a_pdf_that_unpacks_to_a_gigabyte() -> None:
    packed = deflated(15)
    page = b"1 0 obj<</Type/Page/Parent 2 0 R/Contents 3 0 R>>endobj 2 0 obj<</Type/Pages/Kids[1 0 R]/Count 1>>endobj "
    stream = b"3 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj " % (len(packed), packed)
    content = b"%PDF-1.4\n" + page + stream + b"4 0 obj<</Type/Catalog/Pages 2 0 R>>endobj trailer<</Root 4 0 R>>"
    with within_bounds():
        assert found_in("a.pdf", content) == [
            BadRecord("isinya mengembang tak wajar saat dibuka; minta salinan yang utuh")
        ]


def entity_bomb(document: str) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    declared = f'<!DOCTYPE r [<!ENTITY a0 "lolololol">{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return f'<?xml version="1.0"?>{declared}{document}'.encode()


def test_entities_are_not_unfolded_and_no_file_is_read() -> None:
    feed = entity_bomb("<rss><channel><item><description>Isi &a11; &f;</description></item></channel></rss>")
    parts = {"META-INF/container.xml": entity_bomb('<c><rootfile full-path="a.opf">&a11;&f;</rootfile></c>')}
    parts["a.opf"] = entity_bomb('<p><item id="1" href="b.html"/><itemref idref="1"/>&a11;&f;</p>')
    parts["b.html"] = entity_bomb("<html><body><p>Isi &a11; &f;</p></body></html>")
    with within_bounds():
        assert found_in("a.rss", feed) == [RawArticle("Isi &a11; &f;", has_fields=True)]
        assert found_in("a.epub", zipped(parts)) == [RawArticle("Isi &a11; &f;")]
        inner = parts_of(BytesIO(FILES["a.docx"][0]))
        text = inner["word/document.xml"].decode().partition("?>")[2].replace("Warga desa", "Isi &a11;&f;")
        inner["word/document.xml"] = entity_bomb(text)
        (found,) = found_in("a.docx", zipped(inner))
        assert isinstance(found, BadRecord) or found.text.startswith(TITLE)
        assert "lolol" not in str(found)
        assert "root:" not in str(found)


HTML_TOO_RICH = BadRecord("halaman ini terlalu rumit untuk satu artikel; simpan artikelnya saja")
NO_ARTICLE = BadRecord("tidak ada isi artikel yang ditemukan di halaman ini")
MIXED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000))
YAML = b"---\na: &a [x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 110)
)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.html", b"<html><body>" + b"<div>" * 200_001 + b"Isi", HTML_TOO_RICH),
        ("a.html", b"<html><body>" + b"<div>" * 5_000 + b"Isi", NO_ARTICLE),
        ("a.mht", b"Content-Type: text/html\n\n" + b"<b><i>" * 50_000 + b"Isi", NO_ARTICLE),
        ("a.xml", b"<rss><channel>" + b"<a>" * 100_000, BadRecord("tidak berisi entri; umpannya kosong atau rusak")),
        ("a.json", b"[" * 100_000, TOO_DEEP),
        ("a.json", b'{"a":' * 100_000, TOO_DEEP),
        ("a.json", b"[" * 21_000_000, TOO_DEEP),
        (
            "a.eml",
            MIXED + b"Isi",
            BadRecord("terdiri dari terlalu banyak bagian; simpan ulang suratnya tanpa surat-surat di dalamnya"),
        ),
        ("a.eml", b"From: " + b"(" * 1_000_000 + b"\n\nIsi", RawArticle("Isi", has_fields=True)),
        ("a.eml", b"Date: " + b"1 " * 1_000_000 + b"\n\nIsi", RawArticle("Isi", has_fields=True)),
        ("a.eml", b"Content-Type: text/plain;" + b" a*0=x;" * 200_000 + b"\n\nIsi", RawArticle("Isi", has_fields=True)),
        ("a.rtf", b"{\\rtf1 " + b"{" * 100_000 + b"Isi", RawArticle("Isi")),
        ("a.rtf", b"{\\rtf1 {\\fonttbl " + b"\\f1 " * 50_000 + b"}Isi}", RawArticle("Isi")),
        ("a.rtf", b"{\\rtf1 Isi" + b"{\\field{\\*\\fldinst{ HYPERLINK " * 20_000, RawArticle("Isi")),
        ("a.md", YAML + b"---\nIsi.", RawArticle("Isi.", has_fields=True)),
        ("a.md", b"---\na: " + b"[" * 5_000 + b"\n---\nIsi.", RawArticle("Isi.", has_fields=True)),
        ("a.md", b"---\n" + b"a: [1, 2]\n" * 100_000 + b"---\nIsi.", RawArticle("Isi.", has_fields=True)),
        ("a.md", b"---\n" + b"\n" * 300_000 + b"x", RawArticle("x")),
        ("a.md", b"> " * 50_000 + b"Isi.", RawArticle("")),
        ("a.pdf", b"%PDF-1.4\n" + b"stream\n" * 30_000, None),
        ("a.pdf", b"%PDF-1.4\n" + b"1 0 obj <<" * 20_000, None),
        ("a.csv", b'isi\n"' + b"a," * 1_500_000, None),
        ("a.txt", b"a" * (20 * 1024**2 + 1), BadRecord("terlalu besar untuk satu artikel (batas 20 MB); pecah dahulu")),
        (
            "a.txt",
            b"a" * 2_300_000,
            BadRecord("terlalu panjang untuk satu artikel (2,3 juta karakter, batas 2 juta); pecah dahulu"),
        ),
        ("a.rss", b"<rss><channel><item>" + b"<a>" + b"isi " * 5_500_000, None),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value)[:20],
)
def test_what_is_made_to_exhaust_a_reader(name: str, content: bytes, told: object) -> None:
    with within_bounds():
        (found,) = found_in(name, content)
    if told is None:
        assert isinstance(found, BadRecord)
    else:
        assert found == told


def test_an_endless_word_and_an_endless_paragraph_in_print() -> None:
    def line(text: str, top: float) -> PrintedLine:
        return PrintedLine(text, x0=60, x1=500, top=top, size=10, first_width=440)

    word = "a" * 300_000
    with within_bounds():
        assert paragraphs([[line(word, 700), line(f"{word}-", 688), line("b", 676)]]) == [f"{word} {word}b"]
        pages = [[line("kata tanpa akhir kalimat yang terus berlanjut", number)] for number in range(20_000)]
        assert paragraphs(pages) == [" ".join(["kata tanpa akhir kalimat yang terus berlanjut"] * 20_000)]


def test_a_crawl_with_a_header_that_does_not_end() -> None:
    with within_bounds():
        found = found_in("a.warc", b"WARC/1.0\r\n" + b"a" * 10_000_000)
    assert not any(isinstance(one, RawArticle) for one in found)


def test_a_line_of_a_hundred_megabytes_costs_no_memory() -> None:
    content = b'{"text": "' + b"a" * 100_000_000 + b'"}\n{"text": "Dua."}\n'
    with within_bounds():
        first, second = found_in("a.jsonl", content)
    assert isinstance(first, BadRecord)
    assert (first.line, second) == (1, RawArticle("Dua.", has_fields=True))


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.rss", "a.zip"])
def test_a_large_collection_is_read_in_little_memory(name: str) -> None:
    text = "Warga panen kopi. " * 100
    if name == "a.jsonl":
        content = f'{{"text": "{text}"}}\n'.encode() * 5_000
    elif name == "a.csv":
        content = b"isi\n" + f'"{text}"\n'.encode() * 5_000
    elif name == "a.rss":
        content = rss(f"<item><description>{text}</description></item>\n" * 1_500)
    else:
        content = zipped({f"{number}.txt": text.encode() * 10 for number in range(500)})
    stream = BytesIO(content)
    tracemalloc.start()
    try:
        count = sum(isinstance(one, RawArticle) for one in read(name, stream))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == {"a.jsonl": 5_000, "a.csv": 5_000, "a.rss": 1_500, "a.zip": 500}[name]
    assert peak < 4 * 1024**2


NAMES = [*FILES, "a.doc", "a.zip", "a.tar", "a.tar.gz"]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_file(name: str) -> None:
    assert [one for one in found_in(name, b"") if isinstance(one, RawArticle) and one.text] == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_noise(name: str, seed: int) -> None:
    noise = random.Random(seed).randbytes(20_000)
    assert not any(isinstance(one, RawArticle) for one in found_in(name, noise))


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_damage_anywhere(name: str) -> None:
    whole = FILES[name][0]
    chance = random.Random(name)
    for _ in range(10):
        damaged = bytearray(whole)
        for _ in range(5):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        for content in (bytes(damaged), whole[: chance.randrange(len(whole))]):
            assert all(isinstance(one, RawArticle | BadRecord) for one in found_in(name, content))


@pytest.mark.parametrize("make", [pdf, docx, odt, epub, rss], ids=lambda make: make.__name__)
def test_libraries_say_nothing_on_their_own(
    make: object, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    content = make()  # type: ignore[operator]
    for share in (0.2, 0.5, 0.8, 1):
        found_in(f"a.{make.__name__}", content[: int(len(content) * share)])  # type: ignore[attr-defined]
    assert capfd.readouterr() == ("", "")
    # ours may be heard where an earlier test opened the log
    assert not [record for record in caplog.records if not record.name.startswith("tanya.")]
