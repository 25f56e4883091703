"""``.warc``, ``.warc.gz``: pages collected by a crawler.  [only warcio, brotli]

The day of the crawl is not the day of publication; it is not used.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from typing import Any, BinaryIO, cast

from index.articles import RawArticle
from index.readers.bad_record import BadRecord
from index.readers.bounds import MAX_ARTICLE_BYTES, Unreadable
from index.readers.decoding import decode
from index.readers.decompression_limits import Budget, Meter, is_bomb
from index.readers.entry_names import Places
from index.readers.html import article_in, charset_of

_BLOCK_BYTES = 1024**2  # by smaller blocks a torn header without an end takes warcio minutes
_PAGES = ("text/html", "application/xhtml+xml")


def read(stream: BinaryIO) -> Iterator[RawArticle | BadRecord]:
    """Yield the article of each page that was found; the pages without one are counted in one line."""
    from warcio.archiveiterator import ArchiveIterator

    is_packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    plain = Meter(cast(BinaryIO, gzip.GzipFile(fileobj=stream)), Budget(), stream) if is_packed else stream
    places = Places()
    without = 0
    unopened: dict[str, int] = {}
    for record in ArchiveIterator(plain, block_size=_BLOCK_BYTES):
        if (
            record.rec_type != "response"
            or record.http_headers is None
            or record.http_headers.get_statuscode() != "200"
        ):
            continue
        kind = Message()
        kind["Content-Type"] = record.http_headers.get_header("Content-Type", "")
        if kind.get_content_type() not in _PAGES:
            continue
        url = record.rec_headers.get_header("WARC-Target-URI")
        try:
            content = _content_of(record)
            if len(content) > MAX_ARTICLE_BYTES:
                raise Unreadable("too large")
            raw = article_in(decode(content, charset_of(content) or kind.get_content_charset()), url)
        except _Packed as packed:
            unopened[str(packed)] = unopened.get(str(packed), 0) + 1
            continue
        except Unreadable:
            without += 1
            continue
        yield replace(raw, place=places.own(url))
    for packing, pages in unopened.items():
        yield BadRecord(f"{pages} halaman: kompresi {packing} tidak dapat dibuka; rekam ulang tanpa kompresi itu")
    if without:
        yield BadRecord(f"{without} halaman tanpa isi artikel (daftar berita, beranda)", skipped=True)


class _Packed(Exception):
    """Raised with the name of a packing that cannot be opened."""


def _content_of(record: Any) -> bytes:
    """Return a page's bytes unpacked, at most one more than an article may have."""
    packing = (record.http_headers.get_header("Content-Encoding") or "").strip().lower()
    if packing in ("", "identity", "gzip", "x-gzip", "deflate"):
        return bytes(record.content_stream().read(MAX_ARTICLE_BYTES + 1))
    # What warcio does not know it gives as it stands, and brotli it would unpack without bound.
    record.http_headers.replace_header("Content-Encoding", "identity")
    packed = record.content_stream().read(MAX_ARTICLE_BYTES + 1)
    if packing != "br" or len(packed) > MAX_ARTICLE_BYTES:
        raise _Packed(packing)
    import brotli

    unpacking, blocks, size = brotli.Decompressor(), [], 0
    try:
        block = unpacking.process(packed, output_buffer_limit=_BLOCK_BYTES)
        while block or not (unpacking.is_finished() or unpacking.can_accept_more_data()):
            blocks.append(block)
            size += len(block)
            if size > MAX_ARTICLE_BYTES or is_bomb(size, len(packed)):
                raise Unreadable("too large")
            block = unpacking.process(b"", output_buffer_limit=_BLOCK_BYTES)
    except brotli.error as error:
        raise _Packed(packing) from error
    return b"".join(blocks)
