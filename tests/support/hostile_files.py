"""Files made to do harm, of every format that is read:  each a name and its bytes, made when asked for.

They aim at what libraries do without a bound: filters in a chain, tables as long as a number says, recursion, patterns
that look back. None of them is an article; what matters is what reading them costs.
"""

import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

Make = Callable[[], bytes]


def hostile_files() -> Iterator[tuple[str, Make]]:
    """Yield the name and the maker of every file, in an order that stays the same."""
    for family in (_pdf, _html, _text, _markdown, _xml, _office, _archives, _mail, _records, _rtf, _binary):
        yield from family()


def hostile_file(name: str) -> bytes:
    """Return one of them."""
    return dict(hostile_files())[name]()


# --- PDF ---


def _pdf_of(*objects: bytes, root: int = 1) -> bytes:
    """Return a PDF of these objects, numbered from 1, the first its catalogue."""
    out, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out + b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, root, start))


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def _page(content: bytes, resources: bytes = b"<<>>", *others: bytes) -> bytes:
    """Return a PDF of one page; ``others`` are objects 5 and on."""
    return _pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources %s>>" % resources,
        content,
        *others,
    )


def _packed(levels: int, size: int) -> bytes:
    content = bytes(size)
    for _ in range(levels):
        content = zlib.compress(content, 9)
    return _page(_stream(content, b"/Filter[%s]" % (b"/FlateDecode" * levels)))


def _hex_of_flate(size: int) -> bytes:
    content = zlib.compress(bytes(size), 9).hex().encode() + b">"
    return _page(_stream(content, b"/Filter[/ASCIIHexDecode/FlateDecode]"))


def _run_lengths(count: int, levels: int) -> bytes:
    content = b"\x81A" * count + b"\x80"
    for _ in range(levels - 1):
        content = b"".join(b"%c%s" % (len(part) - 1, part) for part in _cut(content)) + b"\x80"
    packed = zlib.compress(content, 9)
    return _page(_stream(packed, b"/Filter[/FlateDecode%s]" % (b"/RunLengthDecode" * levels)))


def _cut(content: bytes) -> list[bytes]:
    return [content[at : at + 128] for at in range(0, len(content), 128)]


def _font(font: bytes, *more: bytes) -> bytes:
    resources = b"<</Font<</F1 5 0 R>>>>"
    return _page(_stream(b"BT /F1 12 Tf 72 720 Td <0041004200430044> Tj ET"), resources, font, *more)


def _cmap(body: bytes) -> bytes:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>"
    below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)>>>>"
    text = b"/CIDInit /ProcSet findresource begin begincmap\n%s\nendcmap end" % body
    return _font(font, _stream(text), below)


def _encoding(body: bytes) -> bytes:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding 6 0 R/DescendantFonts[7 0 R]>>"
    below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)>>>>"
    text = b"/CIDInit /ProcSet findresource begin begincmap\n%s\nendcmap end" % body
    return _font(font, _stream(text, b"/Type/CMap/CMapName/A"), below)


def _widths(widths: bytes) -> bytes:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
    below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/W %s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)>>>>"
    return _font(font, below % widths)


def _forms(levels: int, calls: int) -> bytes:
    """Return forms that each draw the next one several times."""
    forms = []
    for level in range(levels):
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (6 + level)
        forms.append(_stream(b"/X Do " * calls, entries))
    forms.append(_stream(b"0 0 m 1 1 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"))
    return _page(_stream(b"/X Do"), b"<</XObject<</X 5 0 R>>>>", *forms)


def _form_loop() -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    one, two = _stream(b"/X Do /X Do", entries % 6), _stream(b"/X Do /X Do", entries % 5)
    return _page(_stream(b"/X Do"), b"<</XObject<</X 5 0 R>>>>", one, two)


def _pages_loop() -> bytes:
    return _pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>")


def _pages_tree(levels: int) -> bytes:
    nodes = [b"<</Type/Pages/Kids[%d 0 R %d 0 R]/Count 9>>" % (n + 3, n + 3) for n in range(levels)]
    return _pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Page/MediaBox[0 0 9 9]>>")


def _xref(text: bytes) -> bytes:
    return b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + text


def _pdf() -> Iterator[tuple[str, Make]]:
    for levels in (2, 3, 4):
        yield f"flate-{levels}.pdf", lambda levels=levels: _packed(levels, 150 * 1024**2)
    yield "flate-1.pdf", lambda: _packed(1, 300 * 1024**2)
    yield "hex-flate.pdf", lambda: _hex_of_flate(150 * 1024**2)
    for levels in (1, 2):
        yield f"run-length-{levels}.pdf", lambda levels=levels: _run_lengths(4_000_000, levels)
    for columns in (10**6, 10**9):
        yield (
            f"predictor-{columns}.pdf",
            lambda columns=columns: _page(
                _stream(
                    zlib.compress(bytes(10**6)),
                    b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns %d/Colors 4>>" % columns,
                )
            ),
        )
    for name, body in {
        "bfrange": b"1 beginbfrange <0000> <ffffff> <0000> endbfrange",
        "bfrange-4": b"1 beginbfrange <00000000> <ffffffff> <0000> endbfrange",
        "bfrange-long": b"1 beginbfrange <0000> <ffff> <%s> endbfrange" % (b"0041" * 5000),
        "bfranges": b"9 beginbfrange %s endbfrange" % (b"<0000> <ffff> <0000> " * 200),
        "cidrange": b"1 begincidrange <00000000> <7fffffff> 0 endcidrange",
        "bfchar": b"9 beginbfchar %s endbfchar" % (b"<0041> <0042> " * 100_000),
        "usecmap": b"/A usecmap " * 1000,
        "deep": b"[" * 50_000,
    }.items():
        yield f"tounicode-{name}.pdf", lambda body=body: _cmap(body)
        yield f"encoding-{name}.pdf", lambda body=body: _encoding(body)
    for name, widths in {
        "range": b"[0 200000000 500]",
        "ranges": b"[%s]" % (b"0 65535 500 " * 3000),
        "negative": b"[-5 -1 500 1 [%s]]" % (b"5 " * 100_000),
        "nested": b"[" * 20_000 + b"]" * 20_000,
    }.items():
        yield f"widths-{name}.pdf", lambda widths=widths: _widths(widths)
    differences = b"<</Type/Encoding/Differences[0 %s]>>" % (b"/A " * 200_000)
    yield "differences.pdf", lambda: _font(b"<</Type/Font/Subtype/Type1/BaseFont/A/Encoding %s>>" % differences)
    for levels, calls in ((30, 2), (8, 20), (3, 500), (900, 1)):
        yield f"forms-{levels}-{calls}.pdf", lambda levels=levels, calls=calls: _forms(levels, calls)
    yield "form-loop.pdf", _form_loop
    yield "pages-loop.pdf", _pages_loop
    for levels in (25, 3000):
        yield f"pages-tree-{levels}.pdf", lambda levels=levels: _pages_tree(levels)
    for name, text in {
        "count": b"xref\n0 99999999\ntrailer<</Root 1 0 R>>\nstartxref\n52\n%%EOF",
        "loop": b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 52>>\nstartxref\n52\n%%EOF",
        "none": b"startxref\n999999999\n%%EOF" * 20_000,
        "objects": b"9 0 obj " * 200_000,
        "open": b"<<" * 100_000,
        "string": b"(" * 500_000,
    }.items():
        yield f"xref-{name}.pdf", lambda text=text: _xref(text)
    for name, content in {
        "states": b"q " * 500_000,
        "operands": b"1 " * 2_000_000,
        "arrays": b"[" * 200_000,
        "inline-image": b"BI /W 99999 /H 99999 ID " + b"x" * 500_000,
        "letters": b"BT /F1 1 Tf " + b"(a) Tj 1 0 Td " * 150_000 + b"ET",
        "one-place": b"BT /F1 1 Tf " + b"(abc) Tj " * 150_000 + b"ET",
        "curves": b"0 0 m " + b"1 1 2 2 3 3 c " * 200_000 + b"S",
        "far": b"BT /F1 1e30 Tf 1e30 1e30 Td (abc) Tj ET",
    }.items():
        font = b"<</Font<</F1 5 0 R>>>>"
        yield (
            f"content-{name}.pdf",
            lambda content=content, font=font: _page(
                _stream(zlib.compress(content), b"/Filter/FlateDecode"),
                font,
                b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            ),
        )


# --- pages ---


def _html() -> Iterator[tuple[str, Make]]:
    article = "<p>SURABAYA - Harga beras naik tajam di pasar sejak Senin pagi.</p>"
    for name, body in {
        "attributes": lambda: f"<p {' '.join(f'a{n}=1' for n in range(40_000))}>Isi.</p>",
        "attribute-long": lambda: f"<p title='{'x' * 4_000_000}'>Isi.</p>",
        "class-words": lambda: f"<p class='{'a ' * 500_000}'>Isi.</p>",
        "deep-divs": lambda: "<div>" * 200_000 + article,
        "deep-spans": lambda: "<p>" + "<span>" * 100_000 + "Isi.",
        "deep-tables": lambda: "<table><tr><td>" * 20_000 + article,
        "deep-lists": lambda: "<ul><li>" * 50_000 + article,
        "deep-quotes": lambda: "<blockquote>" * 50_000 + article,
        "deep-bold": lambda: "<b><i>" * 50_000 + article,
        "links": lambda: "<a href='/x'>Baca juga: harga</a> " * 60_000,
        "links-open": lambda: "<a href='/x'>Baca " * 60_000,
        "breaks": lambda: "Isi<br>" * 300_000,
        "paragraphs": lambda: "<p>Isi.</p>" * 150_000,
        "cells": lambda: "<table>" + "<tr><td>1</td></tr>" * 80_000 + "</table>",
        "colspan": lambda: "<table><tr>" + "<td colspan=99999999 rowspan=99999999>1</td>" * 300 + "</tr></table>",
        "images": lambda: "<figure><img src=x><figcaption>Foto: A</figcaption></figure>" * 30_000,
        "comments": lambda: "<!--" * 200_000,
        "entities": lambda: "&amp;" * 800_000,
        "scripts": lambda: "<script>" * 100_000,
        "styles": lambda: "<style>" + "a{}" * 500_000,
        "json-ld-deep": lambda: f"<script type='application/ld+json'>{'[' * 100_000}</script>{article}",
        "json-ld-many": lambda: '<script type=\'application/ld+json\'>{"@type":"NewsArticle"}</script>' * 20_000,
        "meta": lambda: "<meta property='article:published_time' content='2021-01-01'>" * 50_000 + article,
        "meta-date": lambda: f"<meta name='date' content='{'2021-' * 300_000}'>{article}",
        "titles": lambda: "<h1>Harga Beras Naik</h1>" * 50_000 + article,
        "one-word": lambda: f"<p>{'x' * 3_000_000}</p>",
        "spaces": lambda: f"<p>{' ' * 3_000_000}x</p>",
        "dates": lambda: "<p>" + "Senin, 1 Januari 2021 10:00 WIB " * 40_000 + "</p>",
        "marks": lambda: "<p>" + "“" * 1_000_000 + "</p>",
        "forms": lambda: "<form><input>" * 50_000 + article,
        "svg": lambda: "<svg><g>" * 50_000 + article,
        "base": lambda: "<base href='//x'>" * 20_000 + article,
        "open-tags": lambda: "<" * 2_000_000,
        "bad-names": lambda: "".join(f"<x{n}>" for n in range(60_000)) + article,
        "times": lambda: "<time datetime='2021-01-01T10:00:00+07:00'>Senin</time>" * 50_000 + article,
    }.items():
        yield f"{name}.html", lambda body=body: f"<html><body><article><h1>Judul</h1>{body()}".encode()
    page = b"<html><body><p>Isi.</p></body></html>"
    head = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\nSnapshot-Content-Location: http://x\n\n"
    yield "parts.mhtml", lambda: head + b"--x\nContent-Type: text/html\n\n" * 40_000 + page
    yield "boundary.mhtml", lambda: head + b"--" * 1_000_000


# --- text ---


def _text() -> Iterator[tuple[str, Make]]:
    size = 1_900_000
    for name, unit in {
        "letter": "x",
        "line": "\n",
        "line-x": "x\n",
        "space": " ",
        "space-x": "x ",
        "tab": "\t",
        "full-stop": ".",
        "a-full-stop": "a. ",
        "quote": "“",
        "quotes": "“a” ",
        "apostrophe": "'",
        "digit": "1",
        "number": "1.000.000 ",
        "rupiah": "Rp1.000.000,00 juta ",
        "date": "Senin, 1 Januari 2021 ",
        "date-broken": "1 Januari 1 Januari/",
        "time": "10:10:10 WIB ",
        "iso": "2021-01-01T",
        "upper": "AAAA ",
        "name": "Dr. H. Ir. ",
        "byline": "Penulis: A\n",
        "dateline": "JAKARTA - ",
        "read-too": "Baca juga: a\n",
        "dash": "- ",
        "colon": "a: ",
        "bracket": "(",
        "brackets": "(a) ",
        "url": "http://a.b/",
        "www": "www.",
        "mail": "a@b.c ",
        "at": "a@",
        "hyphen": "a-",
        "accent": "a\u0301\u0316",
        "accents": "\u0301",
        "joiner": "\u200d",
        "right-to-left": "\u202e",
        "emoji": "👩‍👩‍👧",
        "hangul": "\u1100",
        "nul": "\0",
        "escape": "\x1b[2J",
        "title-case": "Aa ",
        "se-": "seseorang ",
        "me-": "mememememe",
    }.items():
        yield f"text-{name}.txt", lambda unit=unit: (unit * (size // len(unit))).encode()
    yield "utf16.txt", lambda: b"\xff\xfe" + b"\x00\xd8" * 900_000
    yield "bytes.txt", lambda: bytes(range(256)) * 7000


def _markdown() -> Iterator[tuple[str, Make]]:
    for name, body in {
        "quotes": ">" * 200_000,
        "quote-lines": "> " * 50_000 + "a",
        "brackets": "[" * 200_000,
        "links": "[a](" * 50_000,
        "stars": "*a **b " * 60_000,
        "underscores": "_" * 300_000,
        "backticks": "".join("`" * n + " " for n in range(1, 1200)),
        "lists": "".join("  " * min(n, 400) + "- a\n" for n in range(3000)),
        "html": "<a " * 100_000,
        "tables": "|" * 300_000 + "\n" + "|-" * 150_000,
        "images": "![" * 100_000,
        "references": "".join(f"[a{n}]: <b\n" for n in range(30_000)),
        "entities": "&" * 300_000,
        "yaml-laughs": "---\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8))
        + "title: *i\n---\nIsi.",
        "yaml-deep": f"---\ntitle: {'[' * 20_000}\n---\nIsi.",
        "yaml-keys": "---\n" + "".join(f"k{n}: 1\n" for n in range(30_000)) + "---\nIsi.",
        "yaml-merge": "---\na: &a {x: 1}\n" + "b: {<<: [" + "*a," * 5000 + "]}\n---\nIsi.",
    }.items():
        yield f"md-{name}.md", lambda body=body: body.encode()


# --- XML ---


def _xml() -> Iterator[tuple[str, Make]]:
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    item = "<item><title>Judul</title><description>Isi.</description></item>"
    for name, text in {
        "laughs": f'<!DOCTYPE rss [<!ENTITY a0 "ha">{laughs}]><rss><channel><title>&a9;</title></channel></rss>',
        "quadratic": f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]><rss><channel>{"&a;" * 5000}</channel></rss>',
        "outside": '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///dev/zero">]><rss><channel>&a;</channel></rss>',
        "deep": f"<rss><channel>{'<a>' * 200_000}",
        "items": f"<rss><channel>{item * 30_000}</channel></rss>",
        "namespaces": "<rss "
        + " ".join(f'xmlns:a{n}="u{n}"' for n in range(30_000))
        + f"><channel>{item}</channel></rss>",
        "attributes": "<rss><channel><item "
        + " ".join(f'a{n}="1"' for n in range(60_000))
        + f">{item}</item></channel></rss>",
        "html-deep": f"<rss><channel><item><title>J</title><description><![CDATA[{'<div>' * 100_000}]]></description>"
        "</item></channel></rss>",
        "dates": f"<rss><channel><item><pubDate>{'Mon, ' * 200_000}</pubDate><description>Isi</description></item>"
        "</channel></rss>",
    }.items():
        yield f"feed-{name}.rss", lambda text=text: f"<?xml version='1.0'?>{text}".encode()


# --- office ---


def _zip(members: dict[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _docx(body: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    main = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return _zip(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{main}" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        }
    )


def _ods(rows: str) -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet><table:table>{rows}</table:table></office:spreadsheet></office:body>"
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {names}>{body}</office:document-content>",
        }
    )


def _odt(body: str) -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {names}>{text}</office:document-content>",
        }
    )


def _xlsx(sheet: str, strings: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return _zip(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{base}"><sheets>'
            '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="r1" Type="{base}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{base}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        }
    )


def _epub(pages: int, page: str) -> bytes:
    items = "".join(f'<item id="i{n}" href="a.xhtml" media-type="application/xhtml+xml"/>' for n in range(pages))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(pages))
    return _zip(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="a.opf"/></rootfiles></container>',
            "a.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest>'
            f"<spine>{spine}</spine></package>",
            "a.xhtml": f"<html><body>{page}</body></html>",
        }
    )


def _office() -> Iterator[tuple[str, Make]]:
    word = "<w:p><w:r><w:t>Isi.</w:t></w:r></w:p>"
    yield "docx-paragraphs.docx", lambda: _docx(word * 100_000)
    yield "docx-tables.docx", lambda: _docx("<w:tbl><w:tr><w:tc>" * 5000 + word + "</w:tc></w:tr></w:tbl>" * 5000)
    yield "docx-cells.docx", lambda: _docx(f"<w:tbl><w:tr>{f'<w:tc>{word}</w:tc>' * 30_000}</w:tr></w:tbl>")
    span = f'<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>{word}</w:tc>'
    yield "docx-span.docx", lambda: _docx(f"<w:tbl><w:tr>{span}</w:tr></w:tbl>")
    yield "docx-deep.docx", lambda: _docx("<w:sdt><w:sdtContent>" * 20_000)
    yield "docx-runs.docx", lambda: _docx(f"<w:p>{'<w:r><w:t>a</w:t></w:r>' * 200_000}</w:p>")
    cell = '<table:table-cell table:number-columns-repeated="{}"><text:p>a</text:p></table:table-cell>'
    for rows, columns in ((1, 10**9), (10**9, 1), (10**5, 10**5), (1000, 16_000)):
        row = f'<table:table-row table:number-rows-repeated="{rows}">{cell.format(columns)}</table:table-row>'
        yield f"ods-{rows}-{columns}.ods", lambda row=row: _ods(row)
    yield "odt-spaces.odt", lambda: _odt('<text:p>a<text:s text:c="2000000000"/>b</text:p>')
    yield "odt-deep.odt", lambda: _odt("<text:section>" * 50_000)
    yield "odt-paragraphs.odt", lambda: _odt("<text:p>Isi.</text:p>" * 150_000)
    yield "xlsx-far.xlsx", lambda: _xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="1"/>')
    yield (
        "xlsx-corners.xlsx",
        lambda: _xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    )
    yield (
        "xlsx-strings.xlsx",
        lambda: _xlsx(
            ("<row r='1'>" + "<c t='s'><v>0</v></c>" * 16_000 + "</row>") * 3, f"<si><t>{'x' * 30_000}</t></si>"
        ),
    )
    yield "epub-pages.epub", lambda: _epub(20_000, "<p>Isi.</p>")
    yield "epub-heavy.epub", lambda: _epub(3000, "<p>Isi yang panjang sekali.</p>" * 500)
    yield "epub-deep.epub", lambda: _epub(1, "<div>" * 100_000)
    slide = '<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">' + "<p:grpSp>" * 50_000
    yield "deep.pptx", lambda: _zip({"ppt/presentation.xml": slide, "ppt/slides/slide1.xml": slide})


# --- archives ---


def _tar(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _archives() -> Iterator[tuple[str, Make]]:
    yield "zip-bomb.zip", lambda: _zip({"a.txt": bytes(150 * 1024**2)})
    yield "zip-members.zip", lambda: _zip({f"{n}.txt": b"Isi." for n in range(30_000)})
    yield "zip-empty.zip", lambda: _zip({f"{n}.txt": b"" for n in range(60_000)})
    yield "zip-pdf.zip", lambda: _zip({"a.txt": b"Isi.", "b.pdf": _forms(30, 2), "c.txt": b"Isi."})
    yield "zip-deep.zip", lambda: _zip({"a.zip": _zip({"b.zip": _zip({"c.txt": b"Isi."})})})
    yield "zip-name.zip", lambda: _zip({"../" * 20_000 + "a.txt": b"Isi."})
    yield "zip-html.zip", lambda: _zip({"a.html": b"<div>" * 200_000, "b.txt": b"Isi."})
    yield "tar-members.tar", lambda: _tar([(f"{n}.txt", b"Isi.") for n in range(10_000)])
    yield "tar-gzip.tar.gz", lambda: gzip.compress(_tar([("a.txt", bytes(200 * 1024**2))]))
    yield "gzip-gzip.tar.gz", lambda: gzip.compress(gzip.compress(bytes(200 * 1024**2)))
    yield "warc-headers.warc", lambda: b"WARC/1.0\r\n" + b"A: b\r\n" * 300_000
    yield (
        "warc-endless.warc",
        lambda: b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\n" * 20_000,
    )
    yield "warc-gzip.warc.gz", lambda: gzip.compress(b"WARC/1.0\r\n" + bytes(150 * 1024**2))


# --- mail ---


def _mail() -> Iterator[tuple[str, Make]]:
    head = "From: a@b\nTo: c@d\nDate: Mon, 1 Jan 2021 10:00:00 +0700\nSubject: {}\nMIME-Version: 1.0\n"
    nested = "".join(f"Content-Type: multipart/mixed; boundary=x{n}\n\n--x{n}\n" for n in range(3000))
    for name, text in {
        "nested": head.format("a") + nested,
        "headers": head.format("a") + "".join(f"X-{n}: b\n" for n in range(100_000)) + "\nIsi.",
        "received": head.format("a") + "Received: from a by b; Mon, 1 Jan 2021\n" * 60_000 + "\nIsi.",
        "encoded": head.format("=?utf-8?q?a?= " * 50_000) + "\nIsi.",
        "encoded-open": head.format("=?utf-8?q?" * 50_000) + "\nIsi.",
        "folded": head.format("a\n " * 100_000) + "\nIsi.",
        "addresses": head.format("a") + f"Cc: {'<' * 100_000}\n\nIsi.",
        "comments": head.format("a") + f"Cc: {'(' * 100_000}\n\nIsi.",
        "parameters": head.format("a")
        + "Content-Type: text/plain; "
        + "; ".join(f"a*{n}*=b" for n in range(30_000))
        + "\n\nIsi.",
        "quoted": head.format("a") + "\n" + "> " * 300_000 + "\nIsi.",
        "quoted-lines": head.format("a") + "\n" + "> > a\n" * 150_000,
        "date": head.format("a").replace("Mon, 1", "Mon, " * 50_000) + "\nIsi.",
        "parts": head.format("a")
        + "Content-Type: multipart/mixed; boundary=x\n\n"
        + "--x\nContent-Type: text/plain\n\na\n" * 30_000,
        "digest": head.format("a")
        + "Content-Type: multipart/digest; boundary=x\n\n"
        + f"--x\n\n{head.format('b')}\nIsi.\n" * 10_000,
        "base64": head.format("a") + "Content-Transfer-Encoding: base64\n\n" + "=" * 2_000_000,
        "html": head.format("a") + "Content-Type: text/html\n\n" + "<div>" * 150_000,
    }.items():
        yield f"mail-{name}.eml", lambda text=text: text.encode()


# --- records ---


def _records() -> Iterator[tuple[str, Make]]:
    for name, text in {
        "deep.json": "[" * 1_000_000,
        "deep-keys.json": '{"a":' * 300_000,
        "digits.json": "9" * 3_000_000,
        "escapes.json": '{"text": "' + "\\u0041" * 300_000 + '"}',
        "open.json": '{"text": "' + "x" * 3_000_000,
        "keys.json": "{" + ",".join(f'"k{n}": 1' for n in range(200_000)) + "}",
        "list.json": "[" + ",".join(['{"text": "Isi."}'] * 30_000) + "]",
        "backslashes.json": '{"text": "' + "\\\\" * 1_000_000,
        "numbers.json": "[" + "1e999999," * 200_000 + "1]",
        "brackets.jsonl": "[\n" * 500_000,
        "lines.jsonl": "{}\n" * 300_000,
        "long.jsonl": json.dumps({"text": "a. " * 600_000}),
        "quotes.csv": "text\n" + '"' * 2_000_001,
        "columns.csv": "text" + ",a" * 300_000 + "\n" + "x," * 300_000,
        "rows.csv": "title,text\n" + "a,\n" * 200_000,
        "open.csv": 'text\n"' + "a\n" * 900_000,
        "semicolons.csv": ";" * 2_000_000,
        "tabs.tsv": "\t" * 2_000_000,
        "nul.csv": "text\n" + "\0" * 1_000_000,
    }.items():
        yield f"record-{name}", lambda text=text: text.encode()


def _rtf() -> Iterator[tuple[str, Make]]:
    for name, text in {
        "deep": "{" * 300_000,
        "words": "\\b " * 500_000,
        "hex": "\\'e9" * 400_000,
        "unicode": "\\u8220?" * 250_000,
        "bin": "\\bin999999999 " * 1000,
        "tables": "\\trowd\\cell\\row " * 80_000,
        "letters": "a" * 3_000_000,
        "skips": "\\uc99999 \\u1 " * 50_000,
        "fonts": "{\\fonttbl" + "{\\f1 a;}" * 80_000,
        "pictures": "{\\pict " + "00" * 2_000_000,
    }.items():
        yield f"{name}.rtf", lambda text=text: ("{\\rtf1 " + text).encode()


def _binary() -> Iterator[tuple[str, Make]]:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    zeros = ole + bytes(10) + struct.pack("<IIIIIIIII", 1, 0, 0, 4096, 0, 1, 0, 0, 0) + bytes(400)
    yield "zeros.doc", lambda: zeros + bytes(2_000_000)
    yield "ones.doc", lambda: zeros + b"\xff" * 2_000_000
    yield "zeros.msg", lambda: zeros + bytes(2_000_000)
    yield "ones.xls", lambda: zeros + b"\xff" * 2_000_000
    yield "loop.xls", lambda: zeros + struct.pack("<I", 0) * 500_000
    yield "pdf-head.txt", lambda: b"%PDF-1.4\n" * 200_000
    yield "zip-head.docx", lambda: b"PK\x03\x04" * 400_000
    yield "gzip-head.tar.gz", lambda: b"\x1f\x8b\x08" * 400_000
