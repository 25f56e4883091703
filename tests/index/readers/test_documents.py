"""Word processors' documents, books and mails."""

import io
import zipfile

import pytest
from reading import LINES, TEXT, TITLE, article_in, docx, epub, found_in, odt, rtf, zipped

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.office import real_author, real_title

# --- .docx ---


def word(body: str, **properties: str) -> bytes:
    """Return a document of this WordprocessingML."""
    import docx as library
    from docx.oxml import parse_xml

    document = library.Document()
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:x="x"'
    for element in parse_xml(f"<w:body {space} {mc}>{body}</w:body>"):
        document.element.body.append(element)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*parts: str) -> str:
    return f"<w:p>{''.join(part if part.startswith('<') else run(part) for part in parts)}</w:p>"


def cells(*contents: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{content}</w:tc>' for content in contents)}</w:tr>"


BOX = f"<w:txbxContent>{paragraph('kotak')}</w:txbxContent>"
TABLE = (
    cells(paragraph("Nama"), paragraph("Jumlah"))
    + cells(paragraph("Satu") + paragraph("dua"), paragraph("tiga"))
    + cells(paragraph("hapus")).replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>")
)


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            paragraph(
                "Warga ", "<w:del><w:r><w:delText>lama </w:delText></w:r></w:del>", f"<w:ins>{run('baru')}</w:ins>"
            ),
            ["Warga baru"],
        ),
        (paragraph(f"<w:moveFrom>{run('x')}</w:moveFrom>", "a", f"<w:moveTo>{run('b')}</w:moveTo>"), ["ab"]),
        (paragraph("<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "Satu ") + paragraph("dua"), ["Satu dua"]),
        (paragraph("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>", "A", "<w:r><w:tab/></w:r>", "B"), ["A\tB"]),
        (paragraph("A", "<w:r><w:br/></w:r>", "B", "<w:r><w:br w:type='page'/></w:r>", "C"), ["A", "B C"]),
        (paragraph("orang", "<w:r><w:noBreakHyphen/></w:r>", "orang"), ["orang-orang"]),
        (paragraph(f"<w:hyperlink>{run('tautan')}</w:hyperlink>", " ini"), ["tautan ini"]),
        (paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>gaib</w:t></w:r>", "ada"), ["ada"]),
        (
            paragraph("<w:r><w:instrText>HYPERLINK x</w:instrText></w:r>", f"<w:fldSimple>{run('isi')}</w:fldSimple>"),
            ["isi"],
        ),
        (
            f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{paragraph('kendali')}</w:sdtContent></w:sdt>",
            ["kendali"],
        ),
        (
            paragraph(
                "Sisi",
                f"<mc:AlternateContent><mc:Choice Requires='x'>{BOX}</mc:Choice>"
                f"<mc:Fallback>{BOX}</mc:Fallback></mc:AlternateContent>",
            ),
            ["Sisi", "kotak"],
        ),
        (
            paragraph("Awal") + f"<w:tbl>{TABLE}</w:tbl>" + paragraph("Akhir"),
            ["Awal", "Nama\tJumlah", "Satu", "dua", "tiga", "Akhir"],
        ),
    ],
)
def test_the_words_of_a_word_document(body: str, lines: list[str]) -> None:
    assert article_in("a.docx", word(body)).text.split("\n") == lines


def test_days_of_a_document_are_no_day_of_publication_and_defaults_no_author() -> None:
    article = article_in("a.docx", word(f"<w:p>{run('Isi.')}</w:p>", author="Windows User", title="Document1"))
    assert article == RawArticle("Isi.")


@pytest.mark.parametrize(
    "author", ["User", "ADMIN", "Pengguna", "PC 12", "user1", "HP", "Unknown", "a@b.id", "", " ", "-"]
)
def test_an_author_that_nobody_wrote(author: str) -> None:
    assert real_author(author) is None


@pytest.mark.parametrize("author", ["Tono Contoh", "Tim Redaksi", "Usman Contoh", "Admiral Contoh"])
def test_an_author_that_somebody_wrote(author: str) -> None:
    assert real_author(author) == author


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Warga  Panen", True),
        ("warga panen kopi", True),
        ("Rapat Tahun Lalu", False),
        ("Microsoft Word - panen.docx", False),
        ("panen.indd", False),
        ("untitled", False),
        ("Dokumen1", False),
        ("", False),
    ],
)
def test_a_title_counts_where_the_text_opens_with_it(title: str, kept: bool) -> None:
    text = "Bahari\nWarga Panen\nKopi\nMicrosoft Word - panen.docx panen.indd untitled Dokumen1"
    assert real_title(title, text) == (" ".join(title.split()) if kept else None)


def test_notes_of_a_word_document_follow_its_text_and_what_is_left_out_can_be_shown() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def note(kind: str, id: int, text: str, type: str = "") -> str:
        return f'<w:{kind} w:id="{id}"{type}><w:p><w:r><w:footnoteRef/></w:r>{run(text)}</w:p></w:{kind}>'

    body = paragraph(
        "Dana cair.",
        '<w:r><w:endnoteReference w:id="1"/></w:r>',
        " Lagi.",
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        "<w:del><w:r><w:delText>BATAL</w:delText></w:r></w:del>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>GAIB</w:t></w:r>",
    )
    separator = note("footnote", 0, "GARIS", ' w:type="separator"')
    parts = {
        "word/footnotes.xml": f"<w:footnotes {space}>{separator}{note('footnote', 2, ' Sementara.')}</w:footnotes>",
        "word/endnotes.xml": f"<w:endnotes {space}>{note('endnote', 1, 'Kata bendahara.')}</w:endnotes>",
        "word/comments.xml": f"<w:comments {space}><w:comment>{paragraph('Cek lagi')}</w:comment></w:comments>",
        "word/footer1.xml": f"<w:ftr {space}>{paragraph('Halaman 1')}</w:ftr>",
    }
    with zipfile.ZipFile(io.BytesIO(word(body))) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    article = article_in("a.docx", zipped({**members, **{name: part.encode() for name, part in parts.items()}}))
    assert article.text.split("\n") == [
        "Dana cair. Lagi.",
        "Catatan kaki 1: Kata bendahara.",
        "Catatan kaki 2: Sementara.",
    ]
    assert [(line.text, line.kind) for line in article.left_out] == [
        ("BATAL", "dihapus penyunting"),
        ("GAIB", "teks tersembunyi"),
        ("Cek lagi", "komentar penyunting"),
        ("Halaman 1", "kaki halaman"),
    ]


# --- .odt ---


def test_the_words_of_an_odt() -> None:
    from odfdo import Document, Element, List, Paragraph

    document = Document("text")
    document.body.clear()
    row = "".join(f"<table:table-cell><text:p>{words}</text:p></table:table-cell>" for words in ("Nama", "85"))
    deleted = "<text:changed-region><text:deletion><text:p>HAPUS</text:p></text:deletion></text:changed-region>"
    note = "<text:note-citation>1</text:note-citation><text:note-body><text:p>KAKI</text:p></text:note-body>"
    spaced = 'Satu<text:s text:c="2"/>dua<text:tab/>tiga<text:line-break/>empat'
    for xml in (
        f"<text:tracked-changes>{deleted}</text:tracked-changes>",
        f"<text:p>{spaced} <text:span>te<text:span>b</text:span></text:span>al.</text:p>",
        f"<text:p>Catatan<text:note>{note}</text:note> usai.</text:p>",
        "<text:p>Kata<office:annotation><text:p>KOMENTAR</text:p></office:annotation> lagi.</text:p>",
        f"<table:table><table:table-row>{row}</table:table-row></table:table>",
        "<text:section><text:h>Sub</text:h></text:section>",
        "<text:p>Luar<draw:frame><draw:text-box><text:p>kotak</text:p></draw:text-box></draw:frame></text:p>",
    ):
        document.body.append(Element.from_tag(xml))
    document.body.append(List(["butir"]))
    document.body.append(Paragraph("Akhir"))
    saved = io.BytesIO()
    document.save(saved)
    assert article_in("a.odt", saved.getvalue()).text.split("\n") == [
        "Satu  dua\ttiga",
        "empat tebal.",
        "Catatan usai.",
        "Kata lagi.",
        "Nama\t85",
        "Sub",
        "Luar",
        "kotak",
        "butir",
        "Akhir",
        "Catatan kaki 1: KAKI",
    ]


@pytest.mark.parametrize("content", [docx()[:-900], odt()[: len(odt()) // 2], epub()[:-10]])
@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.epub"])
def test_a_torn_document_says_so(name: str, content: bytes) -> None:
    assert found_in(name, content) == [BadRecord("dokumen ini rusak atau terpotong; buka lalu simpan ulang")]


# --- .rtf ---


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (r"\'93Kafé\'94 \emdash  \u8220?x\u8221?\par Rp1,5\~triliun", ["“Kafé” — “x”", "Rp1,5\xa0triliun"]),
        (r"{\b te}bal{\*\generator x;}{\header KEPALA}{\footnote KAKI}", ["tebal", "Catatan kaki 1: KAKI"]),
        (
            r"Desa berdiri{\super\chftn}{\footnote\pard{\super\chftn} Menurut {\i arsip}.} lama."
            r"{\*\footnote Dua.}\par Usai",
            ["Desa berdiri lama.", "Usai", "Catatan kaki 1: Menurut arsip.", "Catatan kaki 2: Dua."],
        ),
        (r'{\field{\*\fldinst{HYPERLINK "https://x.example/a"}}{\fldrslt{\ul tautan}}} usai', ["tautan usai"]),
        (r"\trowd Nama\cell 85\cell\row Akhir", ["Nama\t85", "Akhir"]),
        (r"{\listtext\'b7\tab}Butir\par{\pict\pngblip " + "89504e47" * 40 + "}Usai", ["Butir", "Usai"]),
        (r"\u-10179?\u-8638? senang", ["🙂 senang"]),
        ("satu\ndua \\par\ntiga", ["satudua", "tiga"]),
        (r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}}{\colortbl;\red0;}\f0 Isi", ["Isi"]),
    ],
)
def test_the_words_of_an_rtf(body: str, lines: list[str]) -> None:
    assert article_in("a.rtf", rtf(body)).text.split("\n") == lines


# --- .epub ---


def test_chapters_follow_the_spine_and_navigation_is_left_out() -> None:
    chapters = [
        "<h1>Bab&nbsp;satu</h1><p>A <i>b</i>c<a id='x'/></p>",
        "<p>Bab dua &amp; tiga<br/>baris</p><script/><p>usai</p>",
    ]
    article = article_in("a.epub", epub(chapters))
    assert article.text.split("\n") == ["Bab satu", "A bc", "Bab dua & tiga", "baris", "usai"]
    assert (article.title, article.date, article.publisher) == (TITLE, "2021-11-17", "Warta Desa")


def test_a_book_without_its_package_says_so() -> None:
    content = zipped({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<container/>"})
    assert found_in("a.epub", content) == [BadRecord("susunan EPUB ini rusak; buka lalu simpan ulang")]


def test_a_book_that_its_publisher_locked_says_so() -> None:
    parts = {"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<container/>"}
    lock = b'<encryption><CipherReference URI="OEBPS/bab1.xhtml"/></encryption>'
    assert found_in("a.epub", zipped({**parts, "META-INF/encryption.xml": lock})) == [
        BadRecord("EPUB ini dikunci penerbitnya (DRM); mintalah berkas tanpa kunci")
    ]


# --- .eml ---


def mail(head: str, body: str, encoding: str = "utf-8") -> RawArticle:
    return article_in("a.eml", head.encode() + b"\r\n\r\n" + body.encode(encoding))


def test_headers_in_other_charsets() -> None:
    head = "Subject: =?utf-8?b?4oCcUGFuZW7igJ0=?=\r\n kopi\r\nFrom: =?iso-8859-1?q?Ren=E9?= <r@w.example>"
    article = mail(head, "Isi.")
    assert (article.title, article.author, article.text, article.date) == ("“Panen” kopi", "René", "Isi.", None)


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("utf-8", "utf-8"), ("windows-1252", "cp1252"), ("iso-8859-1", "cp1252"), ("aneh", "cp1252"), ("x", "utf-8")],
)
def test_the_charset_of_a_mail(header: str, encoding: str) -> None:
    head = f"Subject: x\r\nContent-Type: text/plain; charset={header}\r\nContent-Transfer-Encoding: 8bit"
    assert mail(head, "“Kafé” – ya", encoding).text == "“Kafé” – ya"


def test_lines_that_the_mail_program_broke_are_joined() -> None:
    body = "Warga desa di lereng Gunung Contoh memanen\nkopi sejak pagi bersama perangkat desa dan\npara pemuda."
    assert mail("Subject: x", f"{body}\n\n- satu\n- dua\nSalam,\nTono").text.split("\n") == [
        "Warga desa di lereng Gunung Contoh memanen kopi sejak pagi bersama perangkat desa dan para pemuda.",
        "",
        "- satu",
        "- dua",
        "Salam,",
        "Tono",
    ]


def test_a_flowed_mail_says_itself_which_lines_go_on() -> None:
    head = "Subject: x\r\nContent-Type: text/plain; format=flowed"
    assert mail(head, "Satu \r\ndua \r\ntiga.\r\nEmpat.").text.split("\n") == ["Satu dua tiga.", "Empat."]
    assert mail(head + "; delsp=yes", "Sa \r\ntu.").text == "Satu."


def test_a_mail_of_html_alone() -> None:
    body = "<p>Satu <a href='https://x.example'>te</a>bal</p><ul><li>butir</li></ul>"
    page = f"<html><head><style>p{{}}</style></head><body>{body}</body></html>"
    assert mail("Subject: x\r\nContent-Type: text/html", page).text == "Satu tebal\nbutir"


def test_a_mail_without_words_says_so() -> None:
    assert found_in("a.eml", b"Subject: x\r\nContent-Type: image/png\r\n\r\nx") == [
        BadRecord("surat ini tidak berisi teks; simpan lampirannya lalu indeks lampirannya")
    ]


def test_documents_are_not_searched_for_fields_that_only_the_text_has() -> None:
    for name, content in (("a.docx", docx()), ("a.odt", odt()), ("a.rtf", rtf()), ("a.epub", epub())):
        article = article_in(name, content)
        assert not article.has_fields
        assert article.text.split("\n")[-3:] == LINES
        assert article.text.endswith(TEXT)
