import json
import os
from pathlib import Path

import pytest

from index.articles import RawArticle
from index.errors import InputError
from index.readers import MAX_FILE_BYTES, could_be_read, read_file
from index.readers.bad_record import BadRecord
from index.readers.decoding import decode, is_binary


def found_in(folder: Path, name: str, content: bytes) -> list[RawArticle | BadRecord]:
    path = folder / name
    path.write_bytes(content)
    read, found = read_file(path)
    assert read == content
    return list(found)


def article_in(folder: Path, name: str, content: bytes) -> RawArticle:
    (found,) = found_in(folder, name, content)
    assert isinstance(found, RawArticle)
    return found


# --- which files, and files that cannot be read ---


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "a.md", "a.markdown", "a.html", "a.htm", "a.b.jsonl"])
def test_readable(name: str) -> None:
    assert could_be_read(Path(name))


@pytest.mark.parametrize("name", ["a.jpg", "txt", ".txt", "a.txt.bak", "a.json", "a"])
def test_not_readable(name: str) -> None:
    assert not could_be_read(Path(name))


def test_unknown_format_names_the_file_and_what_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"foto\.jpg tidak dikenal.*\.txt.*\.jsonl"):
        read_file(tmp_path / "foto.jpg")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"hilang\.txt tidak dapat dibaca: .+; periksa izinnya"):
        read_file(tmp_path / "hilang.txt")


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "besar.txt"
    path.touch()
    os.truncate(path, MAX_FILE_BYTES + 1)  # a hole: it takes no room on the disk
    with pytest.raises(InputError, match=r"besar\.txt terlalu besar \(512 MB, batas 512 MB\)"):
        read_file(path)


# --- bytes to text ---


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"Warga", "Warga"),
        ("Warga “é” 🙂".encode(), "Warga “é” 🙂"),
        ("Warga é".encode("utf-8-sig"), "Warga é"),
        ("Warga é 🙂".encode("utf-16"), "Warga é 🙂"),
        (b"\xfe\xff" + "Warga é".encode("utf-16-be"), "Warga é"),
        ("“Warga” – é".encode("cp1252"), "“Warga” – é"),
        # torn UTF-8: in the middle of much that holds, and at the end
        ("“Warga” é ".encode() + b"\xff lalu pulang", "“Warga” é \ufffd lalu pulang"),
        ("Warga 🙂".encode()[:-1], "Warga \ufffd"),
        # the one byte among those that cp1252 leaves open
        (b"Warga \x81 dan teman-teman", "Warga \ufffd dan teman-teman"),
        (b"\xff\xfeW\x00a", "W\ufffd"),
    ],
)
def test_decode(content: bytes, text: str) -> None:
    assert decode(content) == text


def test_binary_is_told_from_text() -> None:
    assert is_binary(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert is_binary("Warga".encode("utf-16-le"))  # without its mark it is as good as binary
    assert not is_binary("Warga".encode("utf-16"))
    assert not is_binary("“Warga”".encode("cp1252"))
    assert not is_binary(b"")


# --- .txt ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_stands_as_it_is(tmp_path: Path, encoding: str) -> None:
    text = "Judul\r\n\r\n“Warga senang,” kata gubernur – é."
    assert article_in(tmp_path, "a.txt", text.encode(encoding)) == RawArticle(text=text)


def test_empty_file_is_an_empty_article(tmp_path: Path) -> None:
    assert article_in(tmp_path, "a.txt", b"") == RawArticle(text="")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_binary_under_a_text_name_is_a_bad_record(tmp_path: Path, name: str) -> None:
    assert found_in(tmp_path, name, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") == [BadRecord("isinya bukan teks")]


# --- .md ---


def test_front_matter_is_read_and_leaves_the_text(tmp_path: Path) -> None:
    content = (
        b"\xef\xbb\xbf---\r\nTitle: 'Warga Panen'\r\ndate: 2021-11-17\r\npublisher: Warta Desa\r\nauthor: Redaksi\r\n"
        b"url: https://warta.example/1\r\nid: panen-1\r\nkota: Bahari\r\n---\r\n\r\nIsi.\r\n"
    )
    assert article_in(tmp_path, "a.md", content) == RawArticle(
        text="Isi.",
        id="panen-1",
        title="Warga Panen",
        date="2021-11-17",
        publisher="Warta Desa",
        author="Redaksi",
        url="https://warta.example/1",
        has_fields=True,
    )


@pytest.mark.parametrize(
    ("front_matter", "title", "date"),
    [
        ("title: Rapat: hasilnya\ndate: 17/11/2021", "Rapat: hasilnya", "17/11/2021"),  # no YAML
        ('title: "Kami siap", kata warga\ndate: "2021-11-17"', '"Kami siap", kata warga', "2021-11-17"),
        ('title: "Siap" dan "maju"\ndate: 2021-11-17', '"Siap" dan "maju"', "2021-11-17"),
        ("title: [Foto\ndate: '2021-11-17'", "[Foto", "2021-11-17"),
        ("title: Rapat\ndate: 2021-13-45", "Rapat", "2021-13-45"),  # YAML, but no such day
        ("title: Rapat\ndate: 2021-11-17 08:00:00", "Rapat", "2021-11-17 08:00:00"),
        ("title: 2045\ndate:", "2045", None),
        ("title: null\ndate: 2021-11-17", None, "2021-11-17"),
        ("title:\ndate:", None, None),
    ],
)
def test_front_matter_of_many_kinds(tmp_path: Path, front_matter: str, title: str | None, date: str | None) -> None:
    article = article_in(tmp_path, "a.md", f"---\n{front_matter}\n---\nIsi.".encode())
    assert (article.title, article.date, article.text, article.has_fields) == (title, date, "Isi.", True)


def test_a_rule_above_the_text_is_no_front_matter(tmp_path: Path) -> None:
    article = article_in(tmp_path, "a.md", b"---\nWarga panen.\n---\nLalu pulang.")
    assert article == RawArticle(text="Warga panen.\nLalu pulang.")


def test_without_front_matter_the_file_states_nothing(tmp_path: Path) -> None:
    assert article_in(tmp_path, "a.md", b"# Judul\n\nIsi.") == RawArticle(text="Judul\nIsi.")


def test_marks_go_and_words_stay(tmp_path: Path) -> None:
    markdown = (
        "# Judul *miring*\n\nWarga **senang** dan\nmembaca [situs desa](https://desa.example/x?y) `kode`.\n\n"
        "> “Kutipan.”\n\n- satu\n- dua\n\n1. tiga\n\n![foto](foto.jpg)Akhir<b>nya</b> 3 < 5 &amp; 2\\*2\n\n"
        "```\nbaris kode\n```\n<script>alert(1)</script>\n"
    )
    assert article_in(tmp_path, "a.md", markdown.encode()).text.split("\n") == [
        "Judul miring",
        "Warga senang dan",
        "membaca situs desa kode.",
        "“Kutipan.”",
        "satu",
        "dua",
        "tiga",
        "Akhirnya 3 < 5 & 2*2",
        "baris kode",
        "",
    ]


def test_half_an_emoji_in_yaml_does_not_stop_the_run(tmp_path: Path) -> None:
    assert article_in(tmp_path, "a.md", b'---\ntitle: "Panen \\ud83d"\n---\nIsi.').title == "Panen \ufffd"


# --- .html ---

PAGE = """<!DOCTYPE html>
<html lang="id"><head>
<title>Warga Panen Kopi - Warta Desa</title>
<meta property="og:title" content="Warga Panen Kopi">
<meta property="og:site_name" content="Warta Desa">
<meta property="article:published_time" content="2021-11-17T08:00:00+07:00">
<link rel="canonical" href="https://warta.example/panen">
<style>body { color: red }</style>
<script>var pelacak = "SKRIP-KEPALA";</script>
</head><body>
<nav><ul><li><a href="/">MENU-BERANDA</a></li><li><a href="/olahraga">MENU-OLAHRAGA</a></li></ul></nav>
<article><h1>Warga Panen Kopi</h1>
<p>Warga desa di lereng gunung memanen kopi sejak pagi bersama perangkat desa dan para pemuda setempat.</p>
<script>document.write("SKRIP-ISI");</script>
<p>Gubernur menyebut panen tahun ini naik 12,5 persen &amp; mutunya lebih baik daripada musim lalu.</p>
<p>“Kami akan membangun gudang baru di dekat pasar agar biji kopi tetap kering,” ujar gubernur kepada warga.</p>
</article>
<footer><p>KAKI-HALAMAN hubungi kami</p></footer>
</body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_html_gives_the_article_without_the_page(tmp_path: Path, encoding: str) -> None:
    article = article_in(tmp_path, "a.html", PAGE.encode(encoding))
    assert (article.title, article.date, article.publisher) == ("Warga Panen Kopi", "2021-11-17", "Warta Desa")
    assert article.url == "https://warta.example/panen"
    paragraphs = article.text.split("\n")[-3:]
    assert paragraphs[0].startswith("Warga desa di lereng gunung memanen kopi")
    assert paragraphs[1] == (
        "Gubernur menyebut panen tahun ini naik 12,5 persen & mutunya lebih baik daripada musim lalu."
    )
    assert paragraphs[2].startswith("“Kami akan membangun gudang baru")
    for noise in ("SKRIP", "MENU", "KAKI", "color", "<"):
        assert noise not in article.text


def page_without_fields() -> str:
    fields = ("published_time", "site_name", "canonical")
    kept = [line for line in PAGE.split("\n") if not any(field in line for field in fields)]
    return "\n".join(kept).replace(" - Warta Desa", "")


def test_html_that_states_no_date_or_site(tmp_path: Path) -> None:
    article = article_in(tmp_path, "a.htm", page_without_fields().encode())
    assert (article.title, article.date, article.publisher) == ("Warga Panen Kopi", None, None)


@pytest.mark.parametrize(
    ("place", "loose"),
    [
        ("KAKI-HALAMAN", "Diperbarui 1 Mei 2024"),
        ("KAKI-HALAMAN", "2024-05-01"),
        ("KAKI-HALAMAN", "1/5/2024"),
        ("KAKI-HALAMAN", "Warta<br>2024-05-01"),
        ("sejak pagi", "sejak 2010-01-01"),
        ("</head>", '<link rel="canonical" href="https://warta.example/2019/02/03/panen"></head>'),
    ],
)
def test_a_date_anywhere_in_the_page_is_no_stated_date(tmp_path: Path, place: str, loose: str) -> None:
    page = page_without_fields()
    assert place in page
    assert article_in(tmp_path, "a.html", page.replace(place, loose).encode()).date is None


def test_a_whole_article_whose_mark_looks_like_a_date_is_no_field(tmp_path: Path) -> None:
    page = (
        page_without_fields()
        .replace("<article>", '<article class="updates">')
        .replace("sejak pagi", "sejak 2010-01-01")
    )
    assert article_in(tmp_path, "a.html", page.encode()).date is None


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("</head>", '<script type="application/ld+json">{"datePublished": "2019-02-03T10:00"}</script></head>'),
        ("<h1>", '<time datetime="2019-02-03T10:00">Minggu</time><h1>'),
        ("<h1>", '<div class="date"><span>Minggu, 3 Februari 2019 10:00 WIB</span></div><h1>'),
    ],
)
def test_a_field_of_the_page_states_the_date(tmp_path: Path, place: str, field: str) -> None:
    assert article_in(tmp_path, "a.html", page_without_fields().replace(place, field).encode()).date == "2019-02-03"


@pytest.mark.parametrize("content", [b"<html><body></body></html>", b"<html><script>1</script></html>", b"<!-- -->"])
def test_html_without_an_article_is_a_bad_record(tmp_path: Path, content: bytes) -> None:
    assert found_in(tmp_path, "a.html", content) == [BadRecord("tidak ada isi artikel yang ditemukan di halaman ini")]


# --- .jsonl ---


def test_every_field_of_a_line_is_read(tmp_path: Path) -> None:
    record = {
        "id": "panen-1",
        "title": "Warga: “Panen”",
        "date": "2021-11-17",
        "source": "Warta Desa",
        "url": "https://warta.example/1",
        "author": "Redaksi",
        "text": "Baris satu.\nBaris dua.",
        "lain": [1],
    }
    assert article_in(tmp_path, "a.jsonl", json.dumps(record).encode()) == RawArticle(
        text="Baris satu.\nBaris dua.",
        id="panen-1",
        title="Warga: “Panen”",
        date="2021-11-17",
        publisher="Warta Desa",
        author="Redaksi",
        url="https://warta.example/1",
        has_fields=True,
    )


def test_only_the_text_must_be_there_and_a_number_serves_as_id(tmp_path: Path) -> None:
    assert found_in(tmp_path, "a.jsonl", b'{"text": "Satu."}\n{"text": "", "id": 7, "title": null}') == [
        RawArticle(text="Satu.", has_fields=True),
        RawArticle(text="", id="7", has_fields=True),
    ]


def test_a_broken_line_costs_no_other_and_its_number_is_right(tmp_path: Path) -> None:
    lines = b'{"text": "Satu."}\r\n\r\n{"text": "Du\n{"text": "Empat."}\n  \n[1]\n{"text": "Tujuh."}\n'
    one, broken, four, no_object, seven = found_in(tmp_path, "a.jsonl", lines)
    read = [found.text for found in (one, four, seven) if isinstance(found, RawArticle)]
    assert read == ["Satu.", "Empat.", "Tujuh."]
    assert isinstance(broken, BadRecord)
    assert broken.line == 3
    assert broken.reason.startswith("JSON tidak sah")
    assert broken.reason.endswith("di kolom 10")
    assert no_object == BadRecord("barisnya bukan objek JSON {...}", 6)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "a"}', 'tidak punya "text" berupa teks'),
        ('{"text": null}', 'tidak punya "text" berupa teks'),
        ('{"text": ["Isi."]}', 'tidak punya "text" berupa teks'),
        ('{"text": "Isi.", "title": ["Judul"]}', '"title" harus teks atau null'),
        ('{"text": "Isi.", "source": {"name": "Warta"}}', '"source" harus teks atau null'),
        ('{"text": "Isi.", "date": 2021.5}', '"date" harus teks atau null'),
        ("[" * 100_000, "JSON bersarang terlalu dalam"),
    ],
)
def test_a_line_that_is_no_article_says_why(tmp_path: Path, line: str, reason: str) -> None:
    assert found_in(tmp_path, "a.jsonl", f'\n{line}\n{{"text": "Lalu."}}'.encode()) == [
        BadRecord(reason, 2),
        RawArticle(text="Lalu.", has_fields=True),
    ]


def test_half_an_emoji_is_mended_and_a_whole_one_kept(tmp_path: Path) -> None:
    content = rb'{"text": "Ya \ud83d\ude42 dan \ud83d", "title": "\ude42", "id": "x\ud83d"}'
    assert article_in(tmp_path, "a.jsonl", content) == RawArticle(
        text="Ya 🙂 dan \ufffd", title="\ufffd", id="x\ufffd", has_fields=True
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_lines_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    text = '{"text": "“Satu” é."}\n{"text": "Dua."}\n'
    assert found_in(tmp_path, "a.jsonl", text.encode(encoding)) == [
        RawArticle(text="“Satu” é.", has_fields=True),
        RawArticle(text="Dua.", has_fields=True),
    ]


def test_empty_jsonl_holds_nothing(tmp_path: Path) -> None:
    assert found_in(tmp_path, "a.jsonl", b"") == []
