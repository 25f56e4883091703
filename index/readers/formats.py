"""Which format a file is: by its first bytes, then by its name. A PDF that somebody named ``berita.txt`` is a PDF."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from index.readers.decoding import decode
from index.readers.decompression_limits import Meter

# Suffix → format, the longer suffix first. Any XML may bear ".xml"; only a feed counts.
_SUFFIXES = MappingProxyType(
    {
        ".txt": "txt",
        ".md": "md",
        ".markdown": "md",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".mhtml": "mhtml",
        ".mht": "mhtml",
        ".pdf": "pdf",
        ".docx": "docx",
        ".doc": "doc",
        ".odt": "odt",
        ".rtf": "rtf",
        ".epub": "epub",
        ".eml": "eml",
        ".msg": "msg",
        ".xlsx": "sheet",
        ".xlsm": "sheet",
        ".ods": "sheet",
        ".xls": "sheet",
        ".pptx": "pptx",
        ".csv": "csv",
        ".tsv": "csv",
        ".json": "json",
        ".jsonl": "jsonl",
        ".rss": "feed",
        ".atom": "feed",
        ".zip": "zip",
        ".tar.gz": "tar",
        ".tgz": "tar",
        ".tar": "tar",
        ".warc.gz": "warc",
        ".warc": "warc",
    }
)
SUFFIXES = (*_SUFFIXES, ".xml")
READ = tuple(suffix for suffix in SUFFIXES if _SUFFIXES.get(suffix) != "doc")  # what is told of ".doc" is what to do
# Media, code, fonts, office files without prose: never looked into. A folder of photographs is walked at once.
_NEVER = frozenset(
    """.jpg .jpeg .png .gif .webp .bmp .tif .tiff .svg .ico .heic .psd .ai .eps .raw .cr2 .nef .dng .mp3 .m4a .wav
    .ogg .amr .aac .flac .mp4 .mov .avi .mkv .webm .3gp .mpg .css .js .mjs .ts .map .py .pyc .java .class .jar
    .c .h .cpp .go .rs .php .sh .bat .cmd .exe .dll .so .dylib .msi .apk .iso .dmg .bin .o .a .woff .woff2 .ttf
    .otf .eot .ppt .odp .mdb .accdb .sqlite .sqlite3 .db .faiss .npy .pkl .gguf
    .safetensors .parquet .7z .rar .xz .bz2 .lnk .url .ini .log .tmp .bak .part .crdownload .swp .lock .yaml
    .yml .toml""".split()
)
_HEAD_BYTES = 4096
_XML = re.compile(r"\s*<(?:!--|(?:\?xml|!doctype|html|rss|rdf:RDF|(?:\w+:)?feed)\b)", re.I)
_BEFORE_ROOT = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!doctype\s+(?!html)[^>\[]*(?:\[.*?\]\s*)?>)", re.I | re.S)
_ROOTS = re.compile(r"\s*<(?:(?P<html>!doctype\s+html|html)\b|(?P<feed>rss|rdf:RDF|(?:\w+:)?feed)[\s>])", re.I)
_MAIL_HEADER = re.compile(r"^(from|date|subject|to|mime-version|message-id|received|return-path)\s*:", re.I | re.M)
_MIN_MAIL_HEADERS = 3
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word before 2007, and today's documents with a password
_OLE_HEAD_BYTES = 512
_OUTLOOK = ("__nameid_version", "__properties_version", "__substg1.0_", "__recip_version", "__attach_version")
_WORD_DOCUMENT = re.compile(r"word/document\d*\.xml")
_TAR_MARK = slice(257, 262)


def format_by_name(name: str) -> str | None:
    """Return the format that a file's name promises.

    >>> format_by_name("berita.TXT"), format_by_name("arsip.tar.gz"), format_by_name("foto.jpg")
    ('txt', 'tar', None)
    """
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    return _SUFFIXES.get("".join(suffixes[-2:])) or _SUFFIXES.get("".join(suffixes[-1:]))


def is_never_article(name: str) -> bool:
    """Tell whether the name alone says that there is nothing to read: a photograph, a program.

    >>> is_never_article("foto.JPG"), is_never_article("berita.txt"), is_never_article("berita")
    (True, False, False)
    """
    return Path(name).suffix.lower() in _NEVER


def format_of(name: str, stream: BinaryIO) -> str | None:
    """Return the format of a file, None where it is none that can be read; the stream is left at its beginning.

    >>> from io import BytesIO
    >>> format_of("berita.txt", BytesIO(b"%PDF-1.4 ...")), format_of("berita.txt", BytesIO(b"Isi."))
    ('pdf', 'txt')
    >>> print(format_of("berita", BytesIO(b"Isi.")))
    None
    """
    named = format_by_name(name)
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    try:
        return _by_mark(head, stream, named) or _by_markup(head, named) or named
    finally:
        stream.seek(0)


def _by_mark(head: bytes, stream: BinaryIO, named: str | None) -> str | None:
    """Return the format of a file that begins with a mark of its own."""
    if head.startswith(b"%PDF-") or (named in (None, "pdf") and b"%PDF-" in head[:1024]):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if re.match(rb"WARC/\d", head):
        return "warc"
    if head[_TAR_MARK] == b"ustar":
        return "tar"
    if head.startswith(_OLD_OFFICE):
        return _in_ole(head, stream, named)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(stream, named)
    if head.startswith(b"\x1f\x8b"):
        return _in_gzip(stream, named)
    return None


def _in_zip(stream: BinaryIO, named: str | None) -> str | None:
    try:
        with zipfile.ZipFile(Meter(stream)) as archive:
            names = set(archive.namelist())
            kind = archive.open("mimetype").read(64).decode("latin-1").strip() if "mimetype" in names else ""
    except Exception:  # torn, in one of the many ways that zipfile raises: the format's reader tells
        return named if named in ("docx", "odt", "epub", "sheet", "pptx") else "zip"
    if any(_WORD_DOCUMENT.fullmatch(name) for name in names):
        return "docx"
    if "xl/workbook.xml" in names or kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        return "sheet"
    if "ppt/presentation.xml" in names:
        return "pptx"
    if kind == "application/epub+zip" or "META-INF/container.xml" in names:
        return "epub"
    if kind.startswith("application/vnd.oasis.opendocument.text"):
        return "odt"
    other = kind or "[Content_Types].xml" in names or "META-INF/MANIFEST.MF" in names  # a drawing, a program
    return None if other else "zip"


def _in_ole(head: bytes, stream: BinaryIO, named: str | None) -> str | None:
    """Return the format of a file of Office's old container: what it holds is listed in its directory."""
    if named in ("doc", "docx"):
        return "doc"
    if len(head) < _OLE_HEAD_BYTES:
        return None
    sector_bytes = 1 << min(head[30], 12)
    stream.seek((int.from_bytes(head[48:52], "little") + 1) * sector_bytes)
    listed = stream.read(sector_bytes).decode("utf-16-le", "replace")
    if any(mark in listed for mark in _OUTLOOK):
        return "msg"
    return named if named in ("msg", "sheet") else None


def _in_gzip(stream: BinaryIO, named: str | None) -> str | None:
    stream.seek(0)
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            head = unpacked.read(_TAR_MARK.stop)
    except (OSError, EOFError, zlib.error):
        return named
    if head[_TAR_MARK] == b"ustar":
        return "tar"
    return "warc" if re.match(rb"WARC/\d", head) else named if named in ("tar", "warc") else None


def _by_markup(head: bytes, named: str | None) -> str | None:
    """Return the format of a text that opens as a page, a feed or a mail."""
    text = decode(head).lstrip("\ufeff")
    if _XML.match(text):
        while match := _BEFORE_ROOT.match(text):
            text = text[match.end() :]
        root = _ROOTS.match(text)
        if root:
            return "html" if root["html"] else "feed"
    if named is None and re.search(r"^snapshot-content-location:", text, re.I | re.M):
        return "mhtml"
    mailed = {name.lower() for name in _MAIL_HEADER.findall(text)}
    return "eml" if named is None and len(mailed) >= _MIN_MAIL_HEADERS else None
