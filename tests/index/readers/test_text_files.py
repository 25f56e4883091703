"""Bytes → text, and the formats that are text: ``.txt``, ``.md``."""

from io import BytesIO

import pytest
from reading import article_in, found_in

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.decoding import decode, decoded_lines, decoded_pieces, encoding_of, is_binary

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
    assert is_binary(b"Warga\0panen kopi sejak pagi")
    assert is_binary(b"\x01\x02\x03\x04 Warga panen")
    assert is_binary(bytes(100))
    assert not is_binary("Warga".encode("utf-16-le"))
    assert not is_binary("Warga".encode("utf-16-be"))
    assert not is_binary("Warga".encode("utf-16"))
    assert not is_binary("“Warga”".encode("cp1252"))
    assert not is_binary(b"")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_told_by_its_zeros(encoding: str) -> None:
    content = "“Warga” kafé – ya.".encode(encoding)
    assert encoding_of(content) == encoding
    assert decode(content) == "“Warga” kafé – ya."
    assert article_in("a.txt", content) == RawArticle("“Warga” kafé – ya.")


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("“é”".encode("cp1252"), "iso-8859-1", "“é”"),  # what calls itself Latin-1 is cp1252
        ("“é”".encode("cp1252"), "US-ASCII", "“é”"),
        ("“é”".encode("cp1252"), "utf-8", "“é”"),
        ("“é”".encode(), "windows-1252", "“é”"),  # valid UTF-8 is UTF-8, whatever it says
        ("Жар".encode("koi8-r"), "KOI8-R", "Жар"),
        ("ş".encode("iso8859-9"), "iso-8859-9", "ş"),
        ("日本".encode("iso2022-jp"), "iso-2022-jp", "日本"),
        ("é".encode("cp1252"), "tidak-dikenal", "é"),
        ("é".encode("cp1252"), "", "é"),
        ("é".encode("cp1252"), "unicode_escape", "é"),
        ("é".encode("cp1252"), "idna", "é"),
        ("é".encode("cp1252"), "zlib", "é"),
        ("é".encode("cp1252"), "\0", "é"),
    ],
)
def test_a_declared_charset_is_honoured_where_it_can_be(content: bytes, declared: str, text: str) -> None:
    assert decode(content, declared) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_large_file_is_decoded_line_by_line(encoding: str) -> None:
    lines = ["“Satu” é\n", "\n", "dua\r\n", "tiga – selesai"]
    assert list(decoded_lines(BytesIO("".join(lines).encode(encoding)), max_chars=100)) == lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_line_longer_than_a_block_keeps_its_characters(encoding: str) -> None:
    text = "é“🙂x" if encoding != "cp1252" else "é“x"
    content = (text * 400_000).encode(encoding)
    pieces = list(decoded_pieces(BytesIO(content)))
    assert len(pieces) > 1
    assert "".join(pieces) == text * 400_000
    assert next(decoded_lines(BytesIO(content + b"\n"), max_chars=10)) is None


# --- .txt ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_stands_as_it_is(encoding: str) -> None:
    text = "Judul\r\n\r\n“Warga senang,” kata gubernur – é."
    assert article_in("a.txt", text.encode(encoding)) == RawArticle(text=text)


def test_empty_file_is_an_empty_article() -> None:
    assert article_in("a.txt", b"") == RawArticle(text="")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_binary_under_a_text_name_is_a_bad_record(name: str) -> None:
    assert found_in(name, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") == [BadRecord("isinya bukan teks")]


# --- .md ---


def test_front_matter_is_read_and_leaves_the_text() -> None:
    content = (
        b"\xef\xbb\xbf---\r\nTitle: 'Warga Panen'\r\ndate: 2021-11-17\r\npublisher: Warta Desa\r\nauthor: Redaksi\r\n"
        b"url: https://warta.example/1\r\nid: panen-1\r\nkota: Bahari\r\n---\r\n\r\nIsi.\r\n"
    )
    assert article_in("a.md", content) == RawArticle(
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
def test_front_matter_of_many_kinds(front_matter: str, title: str | None, date: str | None) -> None:
    article = article_in("a.md", f"---\n{front_matter}\n---\nIsi.".encode())
    assert (article.title, article.date, article.text, article.has_fields) == (title, date, "Isi.", True)


def test_a_rule_above_the_text_is_no_front_matter() -> None:
    article = article_in("a.md", b"---\nWarga panen.\n---\nLalu pulang.")
    assert article == RawArticle(text="Warga panen.\nLalu pulang.")


def test_without_front_matter_the_file_states_nothing() -> None:
    assert article_in("a.md", b"# Judul\n\nIsi.") == RawArticle(text="Judul\nIsi.")


def test_marks_go_and_words_stay() -> None:
    markdown = (
        "# Judul *miring*\n\nWarga **senang** dan\nmembaca [situs desa](https://desa.example/x?y) `kode`.\n\n"
        "> “Kutipan.”\n\n- satu\n- dua\n\n1. tiga\n\n![foto](foto.jpg)Akhir<b>nya</b> 3 < 5 &amp; 2\\*2\n\n"
        "```\nbaris kode\n```\n<script>alert(1)</script>\n"
    )
    assert article_in("a.md", markdown.encode()).text.split("\n") == [
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


def test_half_an_emoji_in_yaml_does_not_stop_the_run() -> None:
    assert article_in("a.md", b'---\ntitle: "Panen \\ud83d"\n---\nIsi.').title == "Panen \ufffd"


def test_front_matter_in_indonesian_and_lists() -> None:
    content = b"---\nJudul: Panen\nTanggal: 2021-11-17\nsumber: Warta\npenulis: [Tono, Tini]\ntautan: https://w.example\n---\nIsi."
    assert article_in("a.md", content) == RawArticle(
        "Isi.",
        title="Panen",
        date="2021-11-17",
        publisher="Warta",
        author="Tono, Tini",
        url="https://w.example",
        has_fields=True,
    )
