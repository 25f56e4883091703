"""Bytes → what the readers find, and one invented article in every format that can be read."""

import csv
import gzip
import io
import json
import struct
import tarfile
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from html import escape

from index.articles import RawArticle
from index.readers.dispatch import Found
from index.readers.files import read

TITLE = "Warga Panen Kopi"
LINES = [
    "Warga desa di lereng Gunung Contoh memanen kopi sejak pagi, dan hasilnya naik 85 persen.",
    "“Kami akan membangun gudang baru senilai Rp1,5 triliun,” ujar Tono Contoh di kafé desa.",
    "Orang-orang datang dari jauh untuk melihat panen raya itu bersama keluarga mereka.",
]
TEXT = "\n".join(LINES)
URL = "https://warta.example/panen"
STAMP = "2021-11-17T23:30:00+07:00"  # of the formats that write a moment
FIELDS = {"title": TITLE, "date": "2021-11-17", "publisher": "Warta Desa", "author": "Tono Contoh", "url": URL}
RECORD = {
    "id": "p-1",
    "title": TITLE,
    "date": "2021-11-17",
    "source": "Warta Desa",
    "author": "Tono Contoh",
    "url": URL,
    "text": TEXT,
}


def found_in(name: str, content: bytes) -> list[Found]:
    return list(read(name, io.BytesIO(content)))


def article_in(name: str, content: bytes) -> RawArticle:
    (found,) = found_in(name, content)
    assert isinstance(found, RawArticle), found
    return found


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def paragraphs() -> str:
    return "".join(f"<p>{escape(line)}</p>\n" for line in LINES)


def html(body: str | None = None) -> str:
    return f"""<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{TITLE}</title>
<meta property="og:site_name" content="Warta Desa"><meta name="author" content="Tono Contoh">
<meta property="article:published_time" content="2021-11-17T23:30:00+07:00">
<link rel="canonical" href="{URL}"></head>
<body><nav><a href="/">MENU</a></nav><article>{paragraphs() if body is None else body}</article></body></html>"""


def mhtml(page: str | None = None) -> bytes:
    page = page or html()
    message = EmailMessage()
    message["Snapshot-Content-Location"] = URL
    message["Subject"] = TITLE
    message.set_content(page, subtype="html", charset="utf-8", cte="quoted-printable")
    message.make_related()
    message.add_related(b"GIF89a", maintype="image", subtype="gif", filename="foto.gif")
    return bytes(message)


def eml() -> bytes:
    message = EmailMessage()
    message["Subject"] = TITLE
    message["From"] = "Tono Contoh <tono@warta.example>"
    message["Date"] = "Wed, 17 Nov 2021 23:30:00 +0700"
    message.set_content("\n\n".join(LINES))
    message.add_alternative("<p>HTML-LAIN</p>", subtype="html")
    return bytes(message)


def xlsx(*sheets: tuple[str, list[list[object]]]) -> bytes:
    from xlsxwriter import Workbook

    saved = io.BytesIO()
    with Workbook(saved, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets or [("Berita", [list(RECORD), list(RECORD.values())])]:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return saved.getvalue()


def pptx(*slides: list[str]) -> bytes:
    import pptx as library

    presentation = library.Presentation()
    presentation.core_properties.author = "Tono Contoh"
    presentation.core_properties.title = TITLE
    for title, *lines in slides or [[TITLE, *LINES]]:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(lines)
    saved = io.BytesIO()
    presentation.save(saved)
    return saved.getvalue()


def msg(body: str = "\r\n\r\n".join(LINES), attachments: dict[str, bytes] | None = None) -> bytes:
    """Return a mail as Outlook saves it: named streams in a compound file."""
    head = (
        f"From: Tono Contoh <tono@warta.example>\r\nDate: Wed, 17 Nov 2021 23:30:00 +0700\r\nSubject: {TITLE}\r\n\r\n"
    )
    attached = attachments or {}
    tree: dict[str, object] = _properties(
        {0x0037: TITLE, 0x1000: body, 0x007D: head, 0x001A: "IPM.Note"}, struct.pack("<8x4I8x", 0, 0, 0, len(attached))
    )
    for number, (name, content) in enumerate(attached.items()):
        held = _properties({0x3707: name, 0x3701: content}, bytes(8), {0x3705: 1})
        tree[f"__attach_version1.0_#{number:08X}"] = held
    return compound(tree)


def _properties(
    values: dict[int, str | bytes], header: bytes, numbers: dict[int, int] | None = None
) -> dict[str, object]:
    """Return MAPI properties as the streams that hold them ([MS-OXMSG] 2.4)."""
    streams: dict[str, object] = {}
    entries = header
    for id, value in values.items():
        kind = 0x1F if isinstance(value, str) else 0x102
        content = value.encode("utf-16-le") if isinstance(value, str) else value
        streams[f"__substg1.0_{id:04X}{kind:04X}"] = content
        entries += struct.pack("<HHIII", kind, id, 6, len(content) + 2 * (kind == 0x1F), 0)
    for id, number in (numbers or {}).items():
        entries += struct.pack("<HHIII", 3, id, 6, number, 0)
    streams["__properties_version1.0"] = entries
    return streams


def compound(tree: dict[str, object]) -> bytes:
    """Return a compound file ([MS-CFB]) of storages (dict) and streams (bytes)."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    entries: list[list[object]] = []  # name, kind, child, right, content

    def add(name: str, held: object) -> int:
        number = len(entries)
        entries.append([name, 1 if isinstance(held, dict) else 2, free, free, held if isinstance(held, bytes) else b""])
        if isinstance(held, dict):
            previous = None
            for inner in sorted(held, key=lambda inner: (len(inner), inner.upper())):
                child = add(inner, held[inner])
                if previous is None:
                    entries[number][2] = child
                else:
                    entries[previous][3] = child
                previous = child
        return number

    add("Root Entry", tree)
    entries[0][1] = 5
    sectors: list[bytes] = []
    table: list[int] = []

    def put(content: bytes) -> int:
        start, count = len(sectors), -(-len(content) // 512)
        sectors.extend(content[i * 512 : i * 512 + 512].ljust(512, b"\0") for i in range(count))
        table.extend([*range(start + 1, start + count), end][:count])
        return start if count else end

    small: list[bytes] = []
    small_table: list[int] = []
    placed: list[tuple[int, int]] = []
    for _, kind, _, _, content in entries:
        assert isinstance(content, bytes)
        if kind != 2:
            placed.append((end if kind == 5 else 0, 0))
        elif len(content) >= 4096:
            placed.append((put(content), len(content)))
        else:
            start, count = len(small), -(-len(content) // 64)
            small += [content[i * 64 : i * 64 + 64].ljust(64, b"\0") for i in range(count)]
            small_table += [*range(start + 1, start + count), end][:count]
            placed.append((start if count else end, len(content)))
    placed[0] = (put(b"".join(small)), 64 * len(small))
    small_fat = struct.pack(f"<{len(small_table)}I", *small_table)
    small_fat = small_fat.ljust(-(-len(small_fat) // 512) * 512, b"\xff")
    small_fat_place = put(small_fat)
    listing = b""
    for (name, kind, child, right, _), (start, size) in zip(entries, placed, strict=True):
        assert isinstance(name, str)
        words = name.encode("utf-16-le") + b"\0\0"
        listing += words.ljust(64, b"\0") + struct.pack("<HBBIII", len(words), kind, 1, free, right, child)
        listing += bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)
    listing = listing.ljust(-(-len(listing) // 512) * 512, b"\0")
    directory = put(listing)
    fat_sectors = 1
    while (len(sectors) + fat_sectors) > 128 * fat_sectors:
        fat_sectors += 1
    first = len(sectors)
    whole_table = (table + [0xFFFFFFFD] * fat_sectors + [free] * 128 * fat_sectors)[: 128 * fat_sectors]
    fat = struct.pack(f"<{len(whole_table)}I", *whole_table)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, fat_sectors, directory, 0, 4096, small_fat_place, len(small_fat) // 512, end, 0)
    places = [*range(first, first + fat_sectors)]
    header += struct.pack("<109I", *(places + [free] * (109 - len(places))))
    return header + b"".join(sectors) + fat


def docx() -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.author = "Tono Contoh"
    document.core_properties.title = TITLE
    document.add_heading(TITLE, 1)
    for line in LINES:
        document.add_paragraph(line)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def odt() -> bytes:
    from odfdo import Document, Header, Paragraph

    document = Document("text")
    document.meta.title = TITLE
    document.meta.creator = document.meta.initial_creator = "Tono Contoh"
    document.body.clear()
    document.body.append(Header(1, TITLE))
    for line in LINES:
        document.body.append(Paragraph(line))
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def rtf(body: str | None = None) -> bytes:
    body = "\\par\n".join(LINES) if body is None else body
    return f"{{\\rtf1\\ansi\\ansicpg1252{{\\info{{\\title {TITLE}}}}}\n{body}}}".encode("cp1252")


def epub(chapters: list[str] | None = None, metadata: str = "") -> bytes:
    chapters = chapters or [paragraphs()]
    items = "".join(f'<item id="c{n}" href="bab%20{n}.xhtml" media-type="x"/>' for n in range(len(chapters)))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = f"""<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"
xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>{TITLE}</dc:title><dc:creator>Tono Contoh</dc:creator>
<dc:publisher>Warta Desa</dc:publisher><dc:date>2021-11-17</dc:date>{metadata}</metadata>
<manifest>{items}</manifest><spine>{spine}</spine></package>"""
    container = '<container><rootfiles><rootfile full-path="OEBPS/isi.opf"/></rootfiles></container>'
    pages = {
        f"OEBPS/bab {n}.xhtml": f"<html xmlns='http://www.w3.org/1999/xhtml'><head><title/></head><body>{c}</body></html>"
        for n, c in enumerate(chapters)
    }
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/isi.opf": package, **pages}
    return zipped({name: part.encode() for name, part in parts.items()})


def pdf(pages: list[list[str]] | None = None, **options: object) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    story: list[object] = []
    for page in pages or [[TITLE, *LINES]]:
        story += [PageBreak()] if story else []
        story += [Paragraph(escape(line), styles["Title" if line == TITLE else "BodyText"]) for line in page]
    saved = io.BytesIO()
    SimpleDocTemplate(saved, title=TITLE, author="Tono Contoh", **options).build(story)
    return saved.getvalue()


def table(delimiter: str = ",") -> bytes:
    saved = io.StringIO()
    csv.writer(saved, delimiter=delimiter).writerows([RECORD, RECORD.values()])
    return saved.getvalue().encode()


def rss(items: str | None = None, channel: str = "<title>Warta Desa</title>") -> bytes:
    item = f"""<item><title>{TITLE}</title><link>{URL}</link><guid>panen-1</guid>
<pubDate>Wed, 17 Nov 2021 23:30:00 +0700</pubDate><dc:creator>Tono Contoh</dc:creator>
<description>Ringkas.</description><content:encoded><![CDATA[{paragraphs()}]]></content:encoded></item>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>{channel}{item if items is None else items}</channel></rss>""".encode()


def atom() -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">
<title>Warta Desa</title><link rel="self" href="https://warta.example/umpan"/>
<entry><title type="html">Warga &lt;b&gt;Panen&lt;/b&gt; Kopi</title><link rel="edit" href="https://warta.example/ubah"/>
<link href="{URL}"/><id>panen-1</id><updated>2022-01-02T03:04:05Z</updated>
<published>2021-11-17T23:30:00+07:00</published><author><name>Tono Contoh</name><uri>x</uri></author>
<content type="html">{escape(paragraphs())}</content></entry></feed>""".encode()


def warc(pages: list[tuple[str, bytes, str]] | None = None) -> bytes:
    """Return a crawl; each page has an address, a body and the line of its HTTP status."""
    records = []
    for url, body, status in pages or [(URL, html().encode(), "200 OK")]:
        http = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{len(records)}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        records.append(head.encode() + http + b"\r\n\r\n")
    return b"".join(records)


_STAMPED = {**FIELDS, "date": STAMP}
_PAGE = RawArticle(TEXT, **_STAMPED)
_STATED = RawArticle(TEXT, **FIELDS, has_fields=True)
_MAIL = RawArticle("\n\n".join(LINES) + "\n", title=TITLE, date=STAMP, author="Tono Contoh", has_fields=True)
_DOCUMENT = RawArticle(f"{TITLE}\n{TEXT}", title=TITLE, author="Tono Contoh")
_ROW = RawArticle(TEXT, **FIELDS, id="p-1", has_fields=True)
_ENTRY = RawArticle(TEXT, **_STAMPED, place="panen-1", has_fields=True)
_FRONT_MATTER = "".join(f"{name}: {value}\n" for name, value in FIELDS.items())

# Name → the file, and the one article in it.
FILES: dict[str, tuple[bytes, RawArticle]] = {
    "a.txt": (TEXT.encode(), RawArticle(TEXT)),
    "a.md": (f"---\n{_FRONT_MATTER}---\n\n{TEXT}\n".encode(), _STATED),
    "a.html": (html().encode(), _PAGE),
    "a.mhtml": (mhtml(), _PAGE),
    "a.pdf": (pdf(), _DOCUMENT),
    "a.docx": (docx(), _DOCUMENT),
    "a.odt": (odt(), _DOCUMENT),
    "a.rtf": (rtf(), RawArticle(TEXT)),
    "a.epub": (epub(), RawArticle(TEXT, **{**FIELDS, "url": None})),
    "a.eml": (eml(), _MAIL),
    "a.msg": (msg(), replace(_MAIL, text="\n\n".join(LINES))),
    "a.pptx": (pptx(), _DOCUMENT),
    "a.xlsx": (xlsx(), replace(_ROW, place="Berita:2")),
    "a.csv": (table(), _ROW),
    "a.tsv": (table("\t"), _ROW),
    "a.json": (json.dumps(RECORD).encode(), _ROW),
    "a.jsonl": (json.dumps(RECORD).encode(), _ROW),
    "a.rss": (rss(), _ENTRY),
    "a.atom": (atom(), _ENTRY),
    "a.warc": (warc(), RawArticle(TEXT, **_STAMPED, place=URL)),
    "a.warc.gz": (gzip.compress(warc()), RawArticle(TEXT, **_STAMPED, place=URL)),
}
