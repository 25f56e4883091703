"""How much one reader takes in, and how it says no. A hostile or broken file costs a line of report, not the run."""

from __future__ import annotations

from typing import BinaryIO

from index.readers.bad_record import BadRecord

# Far above any article or corpus seen (the largest is 8 MB), far below what fills a laptop's memory.
MAX_FILE_BYTES = 512 * 1024**2
# A thick book has about one million characters; what is longer is a corpus, or noise.
MAX_ARTICLE_CHARS = 2_000_000
# The bytes of such an article with its marks (HTML, RTF, a mail's attachments), above which nothing is decoded.
MAX_ARTICLE_BYTES = 20 * 1024**2


class Unreadable(Exception):
    """Raised within the readers only; ``read`` turns it into a BadRecord."""

    def __init__(self, reason: str, *, skipped: bool = False) -> None:
        super().__init__(reason)
        self.record = BadRecord(reason, skipped=skipped)


def whole(stream: BinaryIO, max_bytes: int = MAX_ARTICLE_BYTES) -> bytes:
    """Return all bytes of a file that is one article.

    >>> from io import BytesIO
    >>> whole(BytesIO(b"Isi."))
    b'Isi.'
    """
    content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise Unreadable(f"terlalu besar untuk satu artikel (batas {max_bytes // 1024**2} MB); pecah dahulu")
    return content


def too_long(chars: int) -> str:
    """Say why a text is no article.

    >>> too_long(3_400_000)
    'terlalu panjang untuk satu artikel (3,4 juta karakter, batas 2 juta); pecah dahulu'
    """
    millions = f"{chars / 1e6:.1f}".replace(".", ",").removesuffix(",0")
    limit = MAX_ARTICLE_CHARS // 1_000_000
    return f"terlalu panjang untuk satu artikel ({millions} juta karakter, batas {limit} juta); pecah dahulu"
