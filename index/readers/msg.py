"""``.msg``: a mail that Outlook saved, read as any other mail.  [only oxmsg]"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from index.articles import RawArticle
from index.readers.bounds import whole
from index.readers.dispatch import Found
from index.readers.mail import (
    MAX_MAIL_BYTES,
    Attachment,
    found_in_mail,
    lines_of_mail_page,
    quoted_apart,
)
from index.readers.mail_date import sent_at


def read(stream: BinaryIO) -> Iterator[Found]:
    """Yield the mail as one article, then what is forwarded or attached."""
    from oxmsg import Message

    message = Message.load(BytesIO(whole(stream, MAX_MAIL_BYTES)))
    lines = (message.body or "").replace("\r\n", "\n").split("\n")
    if not any(line.strip() for line in lines):
        lines = lines_of_mail_page(message.html_body or "")
    sender = " ".join((message.sender or "").partition("<")[0].strip(' "').split())
    head = RawArticle(
        text="",
        title=" ".join((message.subject or "").split()) or None,
        date=sent_at(message.message_headers.get("Date", "")) or _day_of(message.sent_date),
        author=sender or None,
        has_fields=True,
    )
    attached = [
        Attachment((part.file_name or "tanpa nama").replace("/", "_"), part.file_bytes or b"")
        for part in message.attachments
    ]
    yield from found_in_mail(head, quoted_apart(lines), attached)


def _day_of(sent: datetime | None) -> str | None:
    """Return when it was sent, with its zone: the day depends on it."""
    return sent.isoformat() if sent else None
