"""``.eml``: a saved mail, such as a press release. Its subject is the title.

What it quotes of another mail is somebody else's: it is left out and shown as such. A forwarded mail and an attachment
that can be read are articles of their own, each in its place; the other attachments are named.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr
from io import BytesIO
from itertools import groupby
from types import MappingProxyType
from typing import BinaryIO

from index.articles import LeftOut, RawArticle
from index.readers.bad_record import BadRecord
from index.readers.bounds import Unreadable, whole
from index.readers.decoding import decode, is_binary
from index.readers.dispatch import Found, checked, found_in
from index.readers.formats import format_of, is_never_article
from index.readers.fragment import lines_of_html
from index.readers.mail_date import sent_at

# Mail servers take 25 to 50 MB, attachments included; a page saved with its pictures is of that size too.
MAX_MAIL_BYTES = 64 * 1024**2
_MAX_HEADER_CHARS = 2000
_MAX_PARTS = 1000
_TOO_MANY_PARTS = "terdiri dari terlalu banyak bagian; simpan ulang suratnya tanpa surat-surat di dalamnya"
_NO_TEXT = "surat ini tidak berisi teks; simpan lampirannya lalu indeks lampirannya"
_WRAP_CHARS = 80  # mail programs break plain text at 72 to 78 characters
_MAX_LEVELS = 4  # a mail attached to a mail attached to a mail
_SHOWN_NAMES = 20
QUOTED = "kutipan surat lain"

# --- another mail within a mail's text ---

_QUOTE_MARK = re.compile(r"\s?>")
_ATTRIBUTION = re.compile(
    r"""(?: (?:pada|on|tanggal) \b .{4,250} (?: menulis | wrote | berkata | mengatakan ) \s?: [\s>]*
    | \W{0,3} (?:dari|from) \s?: .{4,250} : )""",
    re.I | re.X,
)
_ORIGINAL_MARK = re.compile(
    r"[-_\s]{2,}(?:original message|pesan asli|pesan awal|reply message|balasan)[-_\s]{2,}", re.I
)
_FORWARD_MARK = re.compile(
    r"^\W*-{2,}\s?(?:forwarded message|pesan terusan|pesan yang diteruskan|diteruskan)\s?-{2,}"
    r"|^\W*begin forwarded message\s?:|^\W*mulai pesan yang diteruskan\s?:",
    re.I,
)
_RULE = re.compile(r"[-_=*\s]{3,}")
_FIELDS = MappingProxyType(
    {"from": "from", "dari": "from", "sent": "date", "dikirim": "date", "date": "date", "tanggal": "date"}
    | {"to": "to", "kepada": "to", "ke": "to", "subject": "subject", "perihal": "subject", "subjek": "subject"}
    | {"cc": "cc", "tembusan": "cc"}
)
_HEAD_FIELD = re.compile(rf"(?P<name>{'|'.join(_FIELDS)})\s?:\*?\s?(?P<value>.{{0,500}})", re.I)
_HEAD_LINES = 5
_QUOTING_PAGE = re.compile(r"gmail_quote|yahoo_quoted|type\s?=\s?[\"']?cite", re.I)
_QUOTING = (
    "//*[(self::blockquote and (@type='cite' or contains(@class, 'gmail_quote'))) or contains(@class, 'yahoo_quoted')]"
)
_DECLARATION = re.compile(r"<\?xml[^>]*>")


def read(stream: BinaryIO) -> Iterator[Found]:
    """Yield the mail as one article, then what is forwarded or attached.

    >>> from io import BytesIO
    >>> mail = b"Subject: Panen\\nFrom: Tono <t@warta.id>\\nDate: Wed, 17 Nov 2021 23:30:00 +0700\\n\\nIsi.\\n> Kapan"
    >>> raw = next(read(BytesIO(mail)))
    >>> raw.title, raw.author, raw.date, raw.text
    ('Panen', 'Tono', '2021-11-17T23:30:00+07:00', 'Isi.')
    >>> raw.left_out[0].text, raw.left_out[0].kind
    ('> Kapan', 'kutipan surat lain')
    """
    yield from read_mail(stream)


def read_mail(stream: BinaryIO, *, opens_archives: bool = True) -> Iterator[Found]:
    """Yield what a mail holds; one that came out of an archive opens none itself, so that the depth stays bounded."""
    yield from _in_message(message_of(stream), opens_archives, level=1)


def _in_message(message: Message, opens_archives: bool, level: int) -> Iterator[Found]:
    attached = [Attachment(*part) for part in _attached(message)]
    parts = [part for part in leaves(message) if not part.get_filename()]
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    if not plain and not pages and not attached:
        raise Unreadable(_NO_TEXT)
    lines = [line for part in plain for line in _plain_lines(part)]
    if not any(line.text for line in lines):
        lines = [line for part in pages for line in quoted_apart(lines_of_mail_page(text_of(part)))]
    head = RawArticle(
        text="",
        title=header(message, "Subject"),
        date=sent_at(header(message, "Date") or ""),
        author=_name_in(str(message.get("From") or "")),
        has_fields=True,
    )
    yield from found_in_mail(head, lines, attached, opens_archives=opens_archives, level=level)


@dataclass(frozen=True)
class Attachment:
    """What hangs on a mail: its name, and its bytes or, for a mail, that mail."""

    name: str
    content: bytes | Message


@dataclass(frozen=True)
class MailLine:
    """A line of a mail. ``owner`` says whose it is: "" the sender's, "quoted" or "forwarded" somebody else's."""

    text: str
    owner: str = ""


def found_in_mail(
    head: RawArticle,
    lines: Sequence[MailLine],
    attached: Sequence[Attachment],
    *,
    opens_archives: bool = True,
    level: int = 1,
) -> Iterator[Found]:
    """Yield the sender's words as one article with the fields of ``head``, then what is forwarded and attached."""
    text: list[str] = []
    left_out: list[LeftOut] = []
    for line in lines:
        if line.owner == "quoted" and line.text.strip():
            left_out.append(LeftOut(len(text), line.text, QUOTED))
        elif not line.owner:
            text.append(line.text)
    forwarded = [line.text for line in lines if line.owner == "forwarded"]
    found = False
    if any(text) or (left_out and not forwarded and not attached):
        found = True
        yield replace(head, text="\n".join(text), left_out=tuple(left_out))
    if any(line.strip() for line in forwarded):
        found = True
        yield _forwarded(forwarded)
    unread: list[str] = []
    for attachment in attached:
        for told in _in_attachment(attachment, opens_archives, level):
            if told is None:
                unread.append(attachment.name)
            else:
                found = True
                yield told
    if unread:
        yield BadRecord(f"{len(unread)} lampiran tidak dibaca: {', '.join(unread[:_SHOWN_NAMES])}", skipped=True)
    elif not found:
        raise Unreadable(_NO_TEXT)


def _in_attachment(attachment: Attachment, opens_archives: bool, level: int) -> Iterator[Found | None]:
    """Yield what an attachment holds, None where it is nothing to read."""
    name, content = attachment.name, attachment.content
    if level > _MAX_LEVELS:
        yield None
        return
    if isinstance(content, Message):
        inner = content
        articles = checked(lambda _: _in_message(inner, opens_archives, level + 1), BytesIO())
    else:
        stream = BytesIO(content)
        format = None if is_never_article(name) or not content else format_of(name, stream)
        if format is None or (format in ("zip", "tar") and not opens_archives):
            yield None
            return
        if format == "eml":
            articles = checked(lambda mail: _in_message(message_of(mail), opens_archives, level + 1), stream)
        else:
            articles = found_in(format, stream)
    for number, found in enumerate(articles, start=1):
        inner_place = found.place or (str(number) if number > 1 else None)
        yield replace(found, place=f"{name}:{inner_place}" if inner_place else name)


def _head_end(lines: Sequence[str]) -> int:
    """Return where the words of a forwarded mail begin, below its mark and the fields of its head."""
    fields = False
    for i, line in enumerate(lines):
        if _HEAD_FIELD.match(line.strip(" *")):
            fields = True
        elif (fields and not line.strip()) or not (_FORWARD_MARK.search(line) or _RULE.fullmatch(f"---{line}")):
            return i
    return len(lines)


def _forwarded(lines: Sequence[str]) -> RawArticle:
    """Return a mail that was forwarded in the text of another, with the fields that its own head states."""
    fields: dict[str, str] = {}
    start = _head_end(lines)
    for line in lines[:start]:
        stated = _HEAD_FIELD.match(line.strip(" *"))
        if stated:
            fields.setdefault(_FIELDS[stated["name"].lower()], stated["value"].strip(" *"))
    return RawArticle(
        text="\n".join(lines[start:]),
        title=fields.get("subject") or None,
        author=_name_in(fields.get("from", "")),
        date=sent_at(fields.get("date", "")),
        place="terusan",
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


def _attached(message: Message) -> Iterator[tuple[str, bytes | Message]]:
    """Yield the name and the content of what hangs on a mail; pictures that its own page shows are part of that."""
    waiting = [message]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        inner = part.get_payload()
        name = " ".join(_decoded(part.get_filename() or "").split()).replace("/", "_")
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(held for held in reversed(inner) if isinstance(held, Message))
        elif part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
            held = inner[0]
            if isinstance(held, Message):
                yield name or f"{header(held, 'Subject') or 'surat'}.eml".replace("/", "_"), held
        elif part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment":
            continue
        elif name or part.get_content_disposition() == "attachment":
            content = part.get_payload(decode=True)
            kind = part.get_content_type()
            yield name or f"tanpa nama ({kind})", content if isinstance(content, bytes) else b""


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


def _name_in(raw: str) -> str | None:
    try:
        name = parseaddr(raw)[0] or parseaddr(_decoded(raw))[0]
    except RecursionError:  # a thousand brackets
        return None
    return " ".join(_decoded(name).split()) or None


def _plain_lines(part: Message) -> list[MailLine]:
    lines = text_of(part).replace("\r\n", "\n").split("\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        deletes_space = str(part.get_param("delsp", "")).lower() == "yes"
        return quoted_apart(lines, lambda own: _joined_flowed(own, deletes_space=deletes_space))
    return quoted_apart(lines, unwrapped)


def quoted_apart(
    lines: Sequence[str], joined: Callable[[list[str]], list[str]] = lambda lines: lines
) -> list[MailLine]:
    """Tell the sender's lines from those quoted or forwarded; ``joined`` mends the line breaks of each stretch.

    >>> [line.owner for line in quoted_apart(["Benar.", "Pada Sel, 19 Nov 2024 Redaksi menulis:", "> Selasa?"])]
    ['', 'quoted', 'quoted']
    """
    owners = ["quoted" if _QUOTE_MARK.match(line) else "" for line in lines]
    for i, owner in enumerate(owners):
        if owner == "quoted" and (i == 0 or owners[i - 1] != "quoted"):
            _mark_attribution(lines, owners, i)
    tail, owner = _other_mail(lines)
    if owner == "quoted":
        _mark_attribution(lines, owners, tail)
    owners[tail:] = [owner] * (len(lines) - tail)
    found: list[MailLine] = []
    for whose, stretch in groupby(zip(owners, lines, strict=True), key=lambda pair: pair[0]):
        own = [line for _, line in stretch]
        head = _head_end(own) if whose == "forwarded" else len(own) if whose else 0
        found += [MailLine(line, whose) for line in (*own[:head], *joined(own[head:]))]
    return found


def _mark_attribution(lines: Sequence[str], owners: list[str], quote: int) -> None:
    """Mark "Pada …, Redaksi <…> menulis:" above a quoted stretch; programs break it into two lines or three."""
    above = [i for i in range(max(0, quote - 4), quote) if lines[i].strip() and not owners[i]]
    for start in reversed(above):
        between = [lines[i].strip() for i in above if i >= start]
        if _ATTRIBUTION.fullmatch(" ".join(between)):
            for i in above:
                if i >= start:
                    owners[i] = "quoted"
            return


def _other_mail(lines: Sequence[str]) -> tuple[int, str]:
    """Return from which line on another mail stands below this one, and whether it is quoted or forwarded."""
    for i, line in enumerate(lines):
        if _FORWARD_MARK.search(line):
            return i, "forwarded"
        if _ORIGINAL_MARK.fullmatch(line.strip()):
            return i, "quoted"
        stated = _HEAD_FIELD.match(line.strip(" *"))
        if stated and _FIELDS[stated["name"].lower()] == "from":
            below = (_HEAD_FIELD.match(other.strip(" *")) for other in lines[i + 1 : i + 1 + _HEAD_LINES])
            names = {_FIELDS[other["name"].lower()] for other in below if other}
            if {"date", "to"} <= names or {"date", "subject"} <= names:
                return i, "quoted"
    return len(lines), ""


def lines_of_mail_page(page: str) -> list[str]:
    """Return the lines of a mail written as a page, those of another mail that it quotes behind a ">".

    >>> lines_of_mail_page("<p>Benar.</p><blockquote type='cite'><p>Selasa?</p></blockquote>")
    ['Benar.', '> Selasa?']
    """
    from lxml import html
    from lxml.html.builder import DIV

    if not _QUOTING_PAGE.search(page):
        return lines_of_html(page)
    tree = html.document_fromstring(f"<html><body>{_DECLARATION.sub('', page)}</body></html>")
    quotes = list(tree.xpath(_QUOTING))
    for quote in quotes:
        if any(outer in quotes for outer in quote.iterancestors()):
            continue  # its words stand among those of the outer one
        lines = lines_of_html(html.tostring(quote, encoding="unicode", with_tail=False))
        quote.clear(keep_tail=True)
        quote.tag = "div"
        quote.extend(DIV(f"> {line}") for line in lines)
    return lines_of_html(html.tostring(tree, encoding="unicode"))


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
