"""What documents that are zips of XML (DOCX, ODT, EPUB) share: opened within bounds; properties told from defaults."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import BinaryIO

from index.readers.bounds import Unreadable
from index.readers.decompression_limits import BOMB, Meter, is_bomb

# All XML of a document. An article of the greatest length takes some 40 MB in Word's wordy XML.
MAX_MARKUP_BYTES = 64 * 1024**2
MAX_PARTS = 10_000
_BLOCK_BYTES = 1024**2
_MARKUP = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".rdf", "mimetype")
_TORN = "dokumen ini rusak atau terpotong; buka lalu simpan ulang"
_LOCKED = "dokumen ini dikunci dengan kata sandi; simpan ulang tanpa kunci"
# What word processors write where nobody wrote anything.
_NO_TITLE = re.compile(
    r"""(?ix) microsoft\ (?:word|powerpoint)\b.* | untitled.* | tanpa\ judul.* | (?:document|dokumen|doc)\ ?\d* |
    word\ document | (?:slide|page|layout|halaman)\ ?\d* | (?:siaran\ pers|press\ release|berita|artikel|judul|title) |
    .*\.(?:docx?|odt|rtf|pdf|indd|qxd|pmd|p65|txt|html?|tmp|cdr|psd|ai) | [\W\d_]*"""
)
_NO_AUTHOR = re.compile(
    r"""(?ix) (?:windows|microsoft(?:\ office)?|office|pc|my)?\ ?
    (?:user|pengguna|pemakai|owner|pc|computer|komputer)\ ?\d* |
    admin\w* | administrator | user\w{0,3} | asus | acer | hp | lenovo | dell | toshiba | axioo | samsung | compaq |
    (?:unknown|anonymous)(?:\ author)? | (?:un)?specified | (?:tidak\ )?(?:di)?ketahui | python-docx |
    openoffice.* | libreoffice.* |
    wps.* | microsoft.* | adobe.* | test\w* | root | guest | tamu | author | penulis | [\W\d_]* | .*@.*"""
)
_HEAD_LINES = 12


def rebuilt(stream: BinaryIO) -> BytesIO:
    """Return the document with its XML parts unpacked, and its pictures empty, for a library that trusts its sizes."""
    return packed(parts_of(stream))


def packed(parts: dict[str, bytes]) -> BytesIO:
    """Return these parts as a document."""
    copy = BytesIO()
    with zipfile.ZipFile(copy, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    copy.seek(0)
    return copy


def parts_of(stream: BinaryIO) -> dict[str, bytes]:
    """Return the parts of a document by name; those that are no XML are left empty."""
    parts: dict[str, bytes] = {}
    size = stream.seek(0, 2)
    unpacked = 0
    try:
        with zipfile.ZipFile(Meter(stream)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PARTS:
                raise Unreadable(_TORN)
            for info in infos:
                if info.flag_bits & 1:
                    raise Unreadable(_LOCKED)
                blocks = []
                if info.filename.lower().endswith(_MARKUP) and info.compress_type in (0, zipfile.ZIP_DEFLATED):
                    with archive.open(info) as part:
                        while block := part.read(_BLOCK_BYTES):
                            unpacked += len(block)
                            if unpacked > MAX_MARKUP_BYTES or is_bomb(unpacked, size):
                                raise Unreadable(BOMB)
                            blocks.append(block)
                parts[info.filename] = b"".join(blocks)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Unreadable(_TORN) from error
    return parts


def real_title(title: str | None, text: str) -> str | None:
    """Return a document's title where its text opens with it; many bear that of the document they were copied from.

    >>> real_title("Panen Kopi", "Panen Kopi\\nWarga panen."), real_title("Microsoft Word - a.docx", "Panen.")
    ('Panen Kopi', None)
    """
    words = " ".join((title or "").split())
    if not words or _NO_TITLE.fullmatch(words):
        return None
    head = " ".join(" ".join(text.split("\n", _HEAD_LINES)[:_HEAD_LINES]).split())
    return words if words.casefold() in head.casefold() else None


def real_author(author: str | None) -> str | None:
    """Return a document's author unless the word processor made the name up.

    >>> real_author("Tono Contoh"), real_author("Windows User"), real_author("ASUS")
    ('Tono Contoh', None, None)
    """
    words = " ".join((author or "").split())
    return None if _NO_AUTHOR.fullmatch(words) else words
