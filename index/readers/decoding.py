"""Bytes → text. It never fails: newsroom files come in UTF-8, UTF-16 and cp1252, at times broken."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
# Codecs that a page, a mail or a feed may name. Python knows others ("idna", "unicode_escape") that are no charsets.
_CHARSETS = re.compile(r"(?:utf-(?:8|16|32)|cp\d|iso8859|iso2022|koi8|mac|gb|big5|shift_jis|euc|hz|tis).*")
_LATIN = ("ascii", "iso8859-1")  # what calls itself so was mostly written as cp1252 (WHATWG Encoding Standard)
_HEAD_BYTES = 8192
# By hand: text has next to none, compressed bytes have one in nine; a damaged file may still be read.
_MAX_CONTROL_SHARE = 0.05
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x08\x1a\x1b"))
# UTF-16 text of a European language has a NUL in nearly every second byte. By hand, between that and none.
_MIN_NUL_SHARE, _MAX_OTHER_SHARE = 0.7, 0.1
_PIECE_BYTES = 1024**2


def decode(content: bytes, declared: str | None = None) -> str:
    """Return the text of a file; a byte that no encoding explains becomes U+FFFD.

    >>> decode("“Ya”".encode("cp1252")), decode("é".encode("utf-16")), decode(b"\\xe9", "koi8-r")
    ('“Ya”', 'é', 'И')

    ``declared`` is the charset that the file names. Valid UTF-8 beyond ASCII wins over it: nothing else looks so.
    """
    encoding = encoding_of(content)
    if encoding:
        return content.decode(encoding, errors="replace")
    try:
        text = content.decode("utf-8")
        if not text.isascii() or not _is_stateful(declared):
            return text
    except UnicodeDecodeError as error:
        # UTF-8 with a few torn bytes, or one that ends amid a character, is UTF-8; otherwise Windows wrote it.
        mended = content.decode("utf-8", errors="replace")
        torn = mended.count("\ufffd")
        multibyte = sum(character > "\x7f" for character in mended) - torn
        ends_torn = error.reason == "unexpected end of data" and error.start < len(content) - 1
        if multibyte > torn or ends_torn:
            return mended
    return content.decode(_codec(declared) or "cp1252", errors="replace")


def encoding_of(head: bytes) -> str | None:
    """Return the encoding that a file's first bytes settle: UTF-8 with its mark, or UTF-16; else None.

    >>> encoding_of("Warga".encode("utf-16-le")), encoding_of(b"Warga")
    ('utf-16-le', None)
    """
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    head = head[: min(_HEAD_BYTES, len(head) // 2 * 2)]
    if not head:
        return None
    even, odd = head[::2].count(0) / len(head) * 2, head[1::2].count(0) / len(head) * 2
    if odd >= _MIN_NUL_SHARE and even <= _MAX_OTHER_SHARE:
        return "utf-16-le"
    return "utf-16-be" if even >= _MIN_NUL_SHARE and odd <= _MAX_OTHER_SHARE else None


def mend(text: str) -> str:
    """Return a text that can be written: half of a cut emoji ("\\ud83d" in JSON or YAML) becomes U+FFFD.

    >>> mend("ya \\ud83d")
    'ya \ufffd'
    """
    return text if text.isascii() else _LONE_SURROGATES.sub("\ufffd", text)


def is_binary(content: bytes) -> bool:
    """Tell whether these bytes are no text in any of those encodings.

    >>> is_binary(b"\\x89PNG\\x00\\x01"), is_binary("teks".encode("utf-16")), is_binary("teks".encode("utf-16-le"))
    (True, False, False)
    """
    head = content[:_HEAD_BYTES]
    if encoding_of(head):
        return False
    return b"\0" in head or len(head) - len(head.translate(None, _CONTROL)) > _MAX_CONTROL_SHARE * len(head)


def decoded_pieces(stream: BinaryIO, declared: str | None = None) -> Iterator[str]:
    """Yield the text of a large file bit by bit; a piece is a line with its end, or a part of a very long line.

    >>> from io import BytesIO
    >>> list(decoded_pieces(BytesIO("“Ya”\\né".encode("cp1252"))))
    ['“Ya”\\n', 'é']
    """
    head = stream.read(_HEAD_BYTES)
    stream.seek(-len(head), 1)
    encoding = encoding_of(head)
    if encoding and encoding.startswith("utf-16"):
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        while block := stream.read(_PIECE_BYTES):
            yield from decoder.decode(block).splitlines(keepends=True)
        yield decoder.decode(b"", final=True)
        return
    if encoding:
        stream.read(len(codecs.BOM_UTF8))
    rest = b""
    while piece := stream.readline(_PIECE_BYTES):
        piece, rest = rest + piece, b""
        if len(piece) >= _PIECE_BYTES and not piece.endswith(b"\n"):
            cut = _whole_characters(piece)
            piece, rest = piece[:cut], piece[cut:]
        yield decode(piece, declared)
    if rest:
        yield decode(rest, declared)


def decoded_lines(stream: BinaryIO, max_chars: int, declared: str | None = None) -> Iterator[str | None]:
    """Yield line after line with its end; None for a line that is longer than an article may be.

    >>> from io import BytesIO
    >>> list(decoded_lines(BytesIO(b"satu\\npanjang sekali\\ndua"), max_chars=5))
    ['satu\\n', None, 'dua']
    """
    parts: list[str] = []
    chars = 0
    for piece in decoded_pieces(stream, declared):
        chars += len(piece)
        if chars <= max_chars:
            parts.append(piece)
        if piece.endswith("\n"):
            yield "".join(parts) if chars <= max_chars else None
            parts, chars = [], 0
    if chars:
        yield "".join(parts) if chars <= max_chars else None


def _codec(declared: str | None) -> str | None:
    """Return Python's codec for a declared charset, None where there is none to be trusted."""
    try:
        name = codecs.lookup((declared or "").strip()).name
    except (LookupError, ValueError):
        return None
    if name in _LATIN or name == "utf-8":
        return "cp1252"  # it was tried as UTF-8 before
    return name if _CHARSETS.fullmatch(name) else None


def _is_stateful(declared: str | None) -> bool:
    return (_codec(declared) or "").startswith(("iso2022", "hz"))


def _whole_characters(piece: bytes) -> int:
    """Return the length of a piece of UTF-8 without a character that is cut at its end."""
    for back in range(1, min(4, len(piece)) + 1):
        if piece[-back] >= 0xC0:
            return len(piece) - back
        if piece[-back] < 0x80:
            break
    return len(piece)
