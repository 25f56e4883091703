"""Bytes → text. It never fails: newsroom files come in UTF-8, UTF-16 and cp1252, at times broken."""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def decode(content: bytes) -> str:
    """Return the text of a file; a byte that no encoding explains becomes U+FFFD.

    >>> decode("“Ya”".encode("cp1252")), decode("é".encode("utf-16"))
    ('“Ya”', 'é')
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # Valid UTF-8 beyond ASCII with a few torn bytes is UTF-8; otherwise Windows wrote it.
        mended = content.decode("utf-8", errors="replace")
        torn = mended.count("\ufffd")
        multibyte = sum(character > "\x7f" for character in mended) - torn
        if multibyte > torn or error.start > len(content) - 4:
            return mended
        return content.decode("cp1252", errors="replace")


def mend(text: str) -> str:
    """Return a text that can be written: half of a cut emoji ("\\ud83d" in JSON or YAML) becomes U+FFFD.

    >>> mend("ya \\ud83d")
    'ya \ufffd'
    """
    return _LONE_SURROGATES.sub("\ufffd", text)


def is_binary(content: bytes) -> bool:
    """Tell whether these bytes are no text in any of those encodings.

    >>> is_binary(b"\\x89PNG\\x00\\x01"), is_binary("teks".encode("utf-16"))
    (True, False)
    """
    return not any(content.startswith(bom) for bom, _ in _BOMS) and b"\0" in content[:8192]
