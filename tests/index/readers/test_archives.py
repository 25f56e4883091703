"""Zip, tar and crawls: the members, their places, and what is not followed."""

import gzip
import io
import tarfile
import zipfile

import pytest
from reading import TEXT, URL, found_in, html, rss, tarred, warc, zipped

from index.articles import RawArticle
from index.readers import archive
from index.readers.bad_record import BadRecord

OUTSIDE = ["../a.txt", "a/../../b.txt", "/etc/a.txt", "C:/a.txt", "a\\b.txt", "c:a.txt"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_path_out_of_the_archive_is_not_followed(name: str) -> None:
    expected = [BadRecord("jalurnya keluar dari arsip", place=name, skipped=True), RawArticle("Isi.", place="b.txt")]
    members = {name: b"Jahat.", "b.txt": b"Isi."}
    assert found_in("a.zip", zipped(members)) == expected
    assert found_in("a.tgz", tarred(members)) == expected


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_not_followed(kind: bytes) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as target:
        info = tarfile.TarInfo("tautan.txt")
        info.type, info.linkname = kind, "/etc/passwd"
        target.addfile(info)
    assert found_in("a.tar.gz", packed.getvalue()) == [
        BadRecord("jalurnya keluar dari arsip", place="tautan.txt", skipped=True)
    ]


def test_a_link_in_a_zip_is_not_followed() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        info = zipfile.ZipInfo("tautan.txt")
        info.external_attr = 0o120777 << 16
        target.writestr(info, "/etc/passwd")
    assert found_in("a.zip", packed.getvalue()) == [
        BadRecord("jalurnya keluar dari arsip", place="tautan.txt", skipped=True)
    ]


def test_what_is_no_article_is_passed_over_silently() -> None:
    members = {
        "__MACOSX/._a.txt": b"x",
        ".DS_Store": b"x",
        "2021/.sembunyi/a.txt": b"x",
        "2021/foto.jpg": b"\xff\xd8",
        "2021/tanpa-akhiran": b"bukan berita",
        "halaman.html": html().encode(),
        "halaman_files/iklan.html": html().encode(),
        "2021/": b"",
    }
    assert [found.place for found in found_in("a.zip", zipped(members))] == ["halaman.html"]
    del members["halaman_files/iklan.html"], members["2021/"]
    assert [found.place for found in found_in("a.tgz", tarred(members))] == ["halaman.html"]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_each_article_has_a_place_of_its_own(pack: object) -> None:
    members = {
        "./a.jsonl" if pack is tarred else "a.jsonl": b'{"text": "1"}\n{"te\n{"text": "3"}\n',
        "umpan.rss": rss("<item><guid>x</guid></item><item><guid>x</guid></item><item/>"),
        "kosong.txt": b"",
    }
    found = found_in("a.zip", pack(members))  # type: ignore[operator]
    assert [(one.place, type(one).__name__) for one in found] == [
        ("a.jsonl", "RawArticle"),
        ("a.jsonl", "BadRecord"),
        ("a.jsonl:3", "RawArticle"),
        ("umpan.rss:x", "RawArticle"),
        ("umpan.rss:x:2", "RawArticle"),
        ("umpan.rss:3", "RawArticle"),
        ("kosong.txt", "BadRecord"),
    ]
    assert found[1] == BadRecord("JSON tidak sah, Unterminated string starting at di kolom 2", 2, "a.jsonl")
    assert found[-1] == BadRecord("kosong", place="kosong.txt", skipped=True)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("a.txt", "Satu.")
        target.writestr("a.txt", "Dua.")
    assert found_in("a.zip", packed.getvalue()) == [
        RawArticle("Satu.", place="a.txt"),
        RawArticle("Dua.", place="a.txt:2"),
    ]


def test_an_archive_in_an_archive_is_read_and_a_deeper_one_is_not() -> None:
    deepest = zipped({"c.txt": b"Terdalam."})
    inner = tarred({"b.txt": b"Dalam.", "c.zip": deepest})
    assert found_in("a.zip", zipped({"2021/b.tgz": inner, "d.txt": b"Luar."})) == [
        RawArticle("Dalam.", place="2021/b.tgz/b.txt"),
        BadRecord(
            "arsip di dalam arsip di dalam arsip tidak dibuka; buka dahulu lalu indeks foldernya",
            place="2021/b.tgz/c.zip",
        ),
        RawArticle("Luar.", place="d.txt"),
    ]


def test_a_locked_member_costs_no_other() -> None:
    content = bytearray(zipped({"a.txt": b"Rahasia.", "b.txt": b"Isi."}, zipfile.ZIP_STORED))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    assert found_in("a.zip", bytes(content)) == [
        BadRecord("dikunci dengan kata sandi; buka arsipnya lalu indeks foldernya", place="a.txt"),
        RawArticle("Isi.", place="b.txt"),
    ]


def test_a_damaged_member_costs_no_other() -> None:
    content = zipped({"a.txt": b"Satu.", "b.txt": b"Dua."}, zipfile.ZIP_STORED).replace(b"Satu.", b"Xatu.")
    assert found_in("a.zip", content) == [
        BadRecord("anggota arsip ini rusak; salin ulang arsipnya dari sumbernya", place="a.txt"),
        RawArticle("Dua.", place="b.txt"),
    ]


def test_packings_that_python_unpacks_without_bound_are_not_opened() -> None:
    content = zipped({"a.txt": b"Isi."}, zipfile.ZIP_BZIP2)
    assert found_in("a.zip", content) == [
        BadRecord("cara pemampatannya tidak didukung; pak ulang sebagai ZIP biasa", place="a.txt")
    ]


def test_a_torn_archive_gives_what_came_before() -> None:
    torn = BadRecord("arsipnya rusak atau terpotong; salin ulang dari sumbernya")
    members = {f"{number}.txt": bytes(range(32, 127)) * 300 for number in range(20)}
    assert found_in("a.zip", zipped(members)[:-30]) == [torn]
    plain = tarred(members, "w:")
    assert [found.place for found in found_in("a.tar", plain[:70_000])] == ["0.txt", "1.txt", None]
    packed = tarred(members)
    found = found_in("a.tgz", packed[: len(packed) * 2 // 3])
    assert found[-1] == torn
    assert [one.place for one in found[:-1]] == list(members)[: len(found) - 1]
    assert len(found) > 5


def test_a_member_beyond_the_memory_lies_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MEMORY_BYTES", 10)
    monkeypatch.setattr(archive, "_BLOCK_BYTES", 7)
    content = b'{"text": "Satu."}\n{"text": "Dua."}\n'
    for packed in (zipped({"a.jsonl": content}), tarred({"a.jsonl": content})):
        assert [raw.text for raw in found_in("a.zip", packed) if isinstance(raw, RawArticle)] == ["Satu.", "Dua."]


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    members = {f"{number}.txt": b"Isi." for number in range(5)}
    for packed in (zipped(members), tarred(members)):
        assert found_in("a.zip", packed) == [
            RawArticle("Isi.", place="0.txt"),
            RawArticle("Isi.", place="1.txt"),
            BadRecord("berisi lebih dari 2 berkas; pecah arsipnya dahulu"),
        ]


# --- crawls ---


def test_the_pages_of_a_crawl_and_those_without_an_article() -> None:
    page = html().replace(URL, "https://warta.example/lain").encode()
    pages = [
        (URL, page, "200 OK"),
        (f"{URL}/2", b"<html><body></body></html>", "200 OK"),
        (f"{URL}/3", page, "404 Not Found"),
        (URL, page, "200 OK"),
        (f"{URL}/4", page.replace(b"<html", b"<html "), "301 Moved"),
    ]
    one, two, told = found_in("a.warc", warc(pages))
    assert isinstance(one, RawArticle)
    assert isinstance(two, RawArticle)
    assert (one.text, one.url, one.place, one.date) == (TEXT, URL, URL, "2021-11-17T23:30:00+07:00")
    assert (two.text, two.place) == (TEXT, f"{URL}:2")
    assert told == BadRecord("1 halaman tanpa isi artikel (daftar berita, beranda)", skipped=True)


def test_a_crawl_does_not_date_its_pages() -> None:
    page = html().replace("2021-11-17T23:30:00+07:00", "").encode()
    (found,) = found_in("a.warc", warc([(URL, page, "200 OK")]))
    assert isinstance(found, RawArticle)
    assert found.date is None


def test_a_crawl_packed_record_by_record_and_torn() -> None:
    records = [warc([(f"{URL}/{number}", html().encode(), "200 OK")]) for number in range(3)]
    packed = b"".join(gzip.compress(record) for record in records)
    assert [one.place for one in found_in("a.warc.gz", packed)] == [f"{URL}/{number}" for number in range(3)]
    found = found_in("a.warc.gz", packed[:-200])
    assert [one.place for one in found] == [f"{URL}/0", f"{URL}/1", None]
    assert found[-1] == BadRecord("rusak atau terpotong (EOFError); buka lalu simpan ulang berkasnya")
