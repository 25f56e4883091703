"""``.eml``: a saved mail, such as a press release. Its subject is the title; its attachments are left alone."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr
from typing import BinaryIO

from index.articles import RawArticle
from index.readers.bounds import Unreadable, whole
from index.readers.decoding import decode, is_binary
from index.readers.fragment import lines_of_html
from index.readers.mail_date import sent_at

# Mail servers take 25 to 50 MB, attachments included; a page saved with its pictures is of that size too.
MAX_MAIL_BYTES = 64 * 1024**2
_MAX_HEADER_CHARS = 2000
_MAX_PARTS = 1000
_TOO_MANY_PARTS = "terdiri dari terlalu banyak bagian; simpan ulang suratnya tanpa surat-surat di dalamnya"
_WRAP_CHARS = 80  # mail programs break plain text at 72 to 78 characters


def read(stream: BinaryIO) -> Iterator[RawArticle]:
    """Yield the mail as one article.

    >>> from io import BytesIO
    >>> mail = b"Subject: Panen\\nFrom: Tono <t@warta.example>\\nDate: Wed, 17 Nov 2021 23:30:00 +0700\\n\\nIsi."
    >>> raw = next(read(BytesIO(mail)))
    >>> raw.title, raw.author, raw.date, raw.text
    ('Panen', 'Tono', '2021-11-17T23:30:00+07:00', 'Isi.')
    """
    message = message_of(stream)
    parts = [part for part in leaves(message) if not part.get_filename()]
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    if not plain and not pages:
        raise Unreadable("surat ini tidak berisi teks; simpan lampirannya lalu indeks lampirannya")
    lines = [line for part in plain for line in _plain_lines(part)]
    if not any(lines):
        lines = [line for part in pages for line in lines_of_html(text_of(part))]
    yield RawArticle(
        text="\n".join(lines),
        title=header(message, "Subject"),
        date=sent_at(header(message, "Date") or ""),
        author=_sender(message),
        has_fields=True,
    )


class _ShortHeaders(Compat32):
    """Headers cut to a sane length: the parsers of names and parameters take time in its square."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_HEADER_CHARS]


def message_of(stream: BinaryIO) -> Message:
    """Return the parsed mail or saved page."""
    content = whole(stream, MAX_MAIL_BYTES)
    if is_binary(content):
        raise Unreadable("isinya bukan surat atau halaman tersimpan")
    if content.count(b"boundary=") > _MAX_PARTS:  # parts in parts: Python's parser goes through each level line by line
        raise Unreadable(_TOO_MANY_PARTS)
    return message_from_bytes(content, policy=_ShortHeaders())


def leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something themselves, in order; attachments and forwarded mails are left out."""
    waiting = [message]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(held for held in reversed(inner) if isinstance(held, Message))
        elif part.get_content_maintype() != "message" and part.get_content_disposition() != "attachment":
            yield part


def text_of(part: Message) -> str:
    """Return the words of a part in the charset that it names."""
    payload = part.get_payload(decode=True)
    try:
        charset = part.get_content_charset()
    except (LookupError, ValueError, TypeError):
        charset = None
    return decode(payload, charset) if isinstance(payload, bytes) else ""


def header(message: Message, name: str) -> str | None:
    """Return a header's words, those of other charsets decoded."""
    raw = str(message.get(name) or "")
    return " ".join(_decoded(raw).split()) or None


def _decoded(raw: str) -> str:
    raw = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # bytes that no charset explains
    try:
        return str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError, binascii.Error):
        return raw


def _sender(message: Message) -> str | None:
    raw = str(message.get("From") or "")
    try:
        name = parseaddr(raw)[0] or parseaddr(_decoded(raw))[0]
    except RecursionError:  # a thousand brackets
        return None
    return " ".join(_decoded(name).split()) or None


def _plain_lines(part: Message) -> list[str]:
    lines = text_of(part).replace("\r\n", "\n").split("\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        return _joined_flowed(lines, deletes_space=str(part.get_param("delsp", "")).lower() == "yes")
    return unwrapped(lines)


def _joined_flowed(lines: list[str], *, deletes_space: bool) -> list[str]:
    """Join the lines that end in a space, as RFC 3676 has it."""
    joined: list[str] = []
    goes_on = False
    for line in lines:
        line = line.removeprefix(" ")
        soft = line.endswith(" ") and line != "-- "
        words = line[:-1] if soft and deletes_space else line
        if goes_on:
            joined[-1] += words
        else:
            joined.append(words)
        goes_on = soft
    return [line.rstrip() for line in joined]


def unwrapped(lines: list[str]) -> list[str]:
    """Join the lines that a mail program broke: those whose next word would have gone beyond the margin.

    >>> unwrapped(["Warga desa memanen", "kopi sejak pagi.", "", "Lalu pulang."])
    ['Warga desa memanen kopi sejak pagi.', '', 'Lalu pulang.']
    """
    margin = max((len(line.rstrip()) for line in lines), default=0)
    if margin > _WRAP_CHARS:
        return [line.rstrip() for line in lines]
    joined: list[str] = []
    room = margin
    for line in lines:
        words = line.split()
        if joined and joined[-1] and words and not line[:1].isspace() and len(words[0]) >= room:
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line.rstrip())
        room = margin - len(line.rstrip())
    return joined
