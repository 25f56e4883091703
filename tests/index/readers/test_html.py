"""``.html`` and ``.mhtml``: the article without the page around it, its words untouched."""

import pytest
from reading import LINES, TEXT, URL, article_in, found_in, html, mhtml

from index.readers.bad_record import BadRecord

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
def test_html_gives_the_article_without_the_page(encoding: str) -> None:
    article = article_in("a.html", PAGE.encode(encoding))
    assert (article.title, article.date, article.publisher) == (
        "Warga Panen Kopi",
        "2021-11-17T08:00:00+07:00",
        "Warta Desa",
    )
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


def test_html_that_states_no_date_or_site() -> None:
    article = article_in("a.htm", page_without_fields().encode())
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
def test_a_date_anywhere_in_the_page_is_no_stated_date(place: str, loose: str) -> None:
    page = page_without_fields()
    assert place in page
    assert article_in("a.html", page.replace(place, loose).encode()).date is None


def test_a_whole_article_whose_mark_looks_like_a_date_is_no_field() -> None:
    page = (
        page_without_fields()
        .replace("<article>", '<article class="updates">')
        .replace("sejak pagi", "sejak 2010-01-01")
    )
    assert article_in("a.html", page.encode()).date is None


def test_a_record_of_the_page_states_the_date() -> None:
    record = '<script type="application/ld+json">{"@type": "Article", "datePublished": "2019-02-03T10:00"}</script>'
    page = page_without_fields().replace("</head>", f"{record}</head>")
    assert article_in("a.html", page.encode()).date == "2019-02-03T10:00"


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ('<time datetime="2019-02-03T10:00">Minggu</time>', "2019-02-03T10:00"),
        (
            '<div class="date"><span>Minggu, 3 Februari 2019 10:00 WIB</span></div>',
            "Minggu, 3 Februari 2019 10:00 WIB",
        ),
    ],
)
def test_a_date_beside_the_headline_is_shown_not_stated(field: str, shown: str) -> None:
    article = article_in("a.html", page_without_fields().replace("<h1>", f"{field}<h1>").encode())
    assert article.date is None
    assert article.page is not None
    assert shown in article.page.head


@pytest.mark.parametrize("content", [b"<html><body></body></html>", b"<html><script>1</script></html>", b"<!-- -->"])
def test_html_without_an_article_is_a_bad_record(content: bytes) -> None:
    assert found_in("a.html", content) == [BadRecord("tidak ada isi artikel yang ditemukan di halaman ini")]


def test_what_the_journalist_wrote_stays_word_for_word() -> None:
    body = """<h1>Warga Panen Kopi</h1>
<p>Warga me<b>ma</b>nen <a href="/x">kopi <em>arabika</em></a>, sejak pagi bersama <span>perangkat</span> desa.</p>
<p>Gubernur menyebut panen naik 12,5 persen &amp; mutunya lebih baik.<br>Baris kedua sesudah jeda.</p>
<blockquote><p>“Kami akan membangun gudang baru,” ujar Tono Contoh.</p></blockquote>
<blockquote>Kutipan tanpa paragraf di dalamnya, kata warga.</blockquote>
<h2>Sub-judul di tengah</h2><p>Daftar kebutuhan warga:</p>
<ul><li>Gudang <strong>baru</strong> senilai Rp1,5 triliun</li><li>Jalan desa</li></ul>
<ol><li>Langkah pertama</li><li><p>Langkah kedua</p></li></ol>
<table><tr><th>Nama</th><th>Jumlah</th></tr><tr><td>Arabika</td><td>85 persen</td></tr></table>
<div>Paragraf dalam div tanpa p, cukup panjang untuk dibaca sebagai isi artikel oleh siapa pun.</div>
<p>H<sub>2</sub>O serta <q>kutipan pendek</q> dan <mark>yang ditandai</mark> di kafé.</p><p>Ya.</p>
<p>Akhir berita ini ditulis oleh redaksi pada hari Rabu.</p>"""
    assert article_in("a.html", html(body).encode()).text.split("\n") == [
        "Warga Panen Kopi",
        "Warga memanen kopi arabika, sejak pagi bersama perangkat desa.",
        "Gubernur menyebut panen naik 12,5 persen & mutunya lebih baik.",
        "Baris kedua sesudah jeda.",
        "“Kami akan membangun gudang baru,” ujar Tono Contoh.",
        "Kutipan tanpa paragraf di dalamnya, kata warga.",
        "Sub-judul di tengah",
        "Daftar kebutuhan warga:",
        "Gudang baru senilai Rp1,5 triliun",
        "Jalan desa",
        "Langkah pertama",
        "Langkah kedua",
        "Nama Jumlah",
        "Arabika 85 persen",
        "Paragraf dalam div tanpa p, cukup panjang untuk dibaca sebagai isi artikel oleh siapa pun.",
        "H2O serta “kutipan pendek” dan yang ditandai di kafé.",
        "Ya.",
        "Akhir berita ini ditulis oleh redaksi pada hari Rabu.",
    ]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("windows-1252", "cp1252"),
        ("iso-8859-1", "cp1252"),
        ("utf-8", "utf-8"),
        ("utf-8", "utf-16"),
        ("windows-1252", "utf-8"),
        ("macintosh", "mac_roman"),
        ("tidak-dikenal", "cp1252"),
    ],
)
def test_the_charset_that_the_page_declares(declared: str, encoding: str) -> None:
    for meta in (f'<meta charset="{declared}">', f'<meta http-equiv=X content="text/html; charset={declared}">'):
        page = html().replace('<meta charset="utf-8">', meta)
        assert meta in page
        assert article_in("a.html", page.encode(encoding)).text == TEXT


# --- .mhtml ---


def test_a_saved_page_names_where_it_came_from() -> None:
    article = article_in("a.mhtml", mhtml(html().replace(f'<link rel="canonical" href="{URL}">', "")))
    assert (article.text, article.url) == (TEXT, URL)


@pytest.mark.parametrize(
    ("header", "encoding", "meta"),
    [
        ("text/html; charset=windows-1252", "cp1252", "utf-8"),
        ("text/html; charset=tidak-dikenal", "cp1252", "utf-8"),
        ("text/html", "mac_roman", "macintosh"),
        ("text/html", "utf-8", "utf-8"),
    ],
)
def test_the_charset_of_a_part(header: str, encoding: str, meta: str) -> None:
    page = html().replace('"utf-8"', f'"{meta}"').encode(encoding)
    head = f"Content-Type: multipart/related; boundary=batas\r\n\r\n--batas\r\nContent-Type: {header}\r\n"
    content = (
        head.encode() + b"Content-Location: cid:x\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + page + b"\r\n--batas--"
    )
    article = article_in("a.mht", content)
    assert (article.text.split("\n"), article.url) == (LINES, URL)


def test_a_saved_page_without_a_page_in_it() -> None:
    assert found_in("a.mht", b"Subject: x\nContent-Type: image/gif\n\nGIF89a") == [
        BadRecord("tidak ada isi artikel yang ditemukan di halaman ini")
    ]
