"""What was pasted → the quotation itself and, where the paste says so, who said it."""

from __future__ import annotations

import re

from index.text.sentences import sentence_spans
from rag.quotation.detection import quotations
from rag.quotation.person_names import People
from rag.quotation.speech import SPEECH

_MAX_TAIL_WORDS = 25
# A mark that closes what was cut at its beginning, and the verb that was copied along.
_STRAY_VERB = re.compile(r"[,.!?…]?\s*[\"”»]\s*,?\s*(\w+)\s*[.,]?\s*$")


def pasted(text: str) -> tuple[str, str | None]:
    """Return the quotation in a pasted text, and its speaker.

    >>> pasted("“Inovasi itu ruhnya birokrasi,” kata Khofifah.")
    ('Inovasi itu ruhnya birokrasi,', 'Khofifah')
    >>> pasted("“Inovasi itu ruhnya birokrasi,” kata Khofifah. Ia lalu pergi.")[1] is None
    True

    Only an attribution is taken off: with a statement beside the quotation, all of it is checked.
    """
    found = quotations(text, single=False)
    if len(found) == 1 and not text[: max(0, found[0].start - 1)].strip():
        tail = text[found[0].end + 1 :]
        if not tail.strip():
            return text[found[0].start : found[0].end], None
        if _is_attribution(tail):
            return text[found[0].start : found[0].end], _named(tail)
    stray = _STRAY_VERB.search(text)
    if not found and stray and SPEECH.fullmatch(stray.group(1)):
        return text[: stray.start()], None
    return text, None


def _is_attribution(tail: str) -> bool:
    plain = tail.strip(" ,.\n")
    one = len(sentence_spans(plain)) == 1 and len(plain.split()) <= _MAX_TAIL_WORDS
    return one and SPEECH.match(plain) is not None


def _named(tail: str) -> str | None:
    match = SPEECH.search(tail)
    if match is None or match.group("own"):
        return None
    rest = tail[match.end() :].lstrip()
    person = People(rest).leading(rest, 0)
    return person.name if person else None
