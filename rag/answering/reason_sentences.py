"""The words that give a reason or a way → the whole sentences that tell it, in order. No model call.

A reason is a clause, and what it is the reason of stands beside it; a quotation tells who says so. So whole sentences
are shown: the one of the words, and those beside it that go on with the reason or lead to it.
"""

from __future__ import annotations

import re

from index.text.sentences import sentence_spans
from rag.generation.evidence_selection import POINTS_BACK
from rag.quotation.speech import ACTIVE_VERBS, BARE_VERBS

MAX_SENTENCES = 3
# The sentence that begins so tells what came of the one before it.
_THEREFORE = re.compile(
    r"\W*(?:akibatnya|karena\s+(?:itu|hal\s+(?:itu|ini))|oleh\s+(?:karena|sebab)\s+(?:itu|hal)|hal\s+(?:itu|ini|"
    r"tersebut)(?:lah)?\s+(?:yang\s+)?"
    r"(?:membuat|menyebabkan|mengakibatkan|memicu|lantaran|karena|dilakukan)|itulah\s+(?:sebabnya|yang)|"
    r"itu\s+sebabnya|maka\s+dari\s+itu|sehingga|alhasil|"
    r"atas\s+dasar|dengan\s+(?:begitu|demikian)|dampaknya|untuk\s+itu)\b",
    re.I,
)
# A sentence that begins so gives the reason of the one before it.
_BECAUSE = re.compile(r"\W*(?:sebab|pasalnya|soalnya|alasannya|karena|ini\s+(?:karena|lantaran|disebabkan)|"
                      r"hal\s+(?:itu|ini|tersebut)\s+(?:karena|lantaran|disebabkan)|"
                      r"penyebabnya|pertimbangannya|mengingat|maklum)\b", re.I)  # fmt: skip
_CAUSE = re.compile(
    r"\b(?:karena|sebab|lantaran|akibat|gara-gara|dikarenakan|disebabkan|menyebabkan|mengakibatkan|dipicu|"
    r"memicu|berkat|demi|agar|supaya|guna|"
    r"alasan\w*|penyebab\w*|pasalnya|dipengaruhi|mengingat|pertimbangan|khawatir|takut)\b",
    re.I,
)
_STEP = re.compile(
    r"\W*(?:kemudian|lalu|selanjutnya|setelah\s+itu|pertama|kedua|ketiga|selain\s+itu|caranya|dengan\s+cara|"
    r"selain|berikutnya)\b",
    re.I,
)
_SPEAKS = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, {*BARE_VERBS, *ACTIVE_VERBS})))})(?:nya)?\b", re.I)
_OPENED, _CLOSED = "“", "”"


def reason_span(text: str, start: int, end: int, *, way: bool = False) -> tuple[int, int]:
    """Return ``(start, end)`` of the whole sentences that tell the reason or way whose words are ``text[start:end]``.

    >>> text = "Jalan itu retak. Akibatnya, pasar ditutup. Warga pindah."
    >>> at = text.index("pasar")
    >>> text[slice(*reason_span(text, at, at + 5))]
    'Jalan itu retak. Akibatnya, pasar ditutup.'

    At most three, one after another, of one paragraph unless the words themselves run on.
    """
    spans = sentence_spans(text)
    inside = [at for at, (first, last) in enumerate(spans) if first < end and start < last]
    if not inside:
        return start, end
    low, high = inside[0], min(inside[-1], inside[0] + MAX_SENTENCES - 1)
    said = [text[first:last] for first, last in spans]
    while high - low + 1 < MAX_SENTENCES:
        if low and (_THEREFORE.match(said[low]) or _BECAUSE.match(said[low]) or _leans(said[low])):
            low -= 1
        elif high + 1 < len(said) and _goes_on(said[high], said[high + 1], way=way):
            high += 1
        else:
            break
    return spans[low][0], spans[high][1]


def _leans(sentence: str) -> bool:
    """Tell whether a sentence cannot be read without the one before it: it points back or closes its quotation."""
    return POINTS_BACK.match(sentence) is not None or sentence.count(_CLOSED) > sentence.count(_OPENED)


def _goes_on(sentence: str, following: str, *, way: bool) -> bool:
    """Tell whether the next sentence goes on with the reason, or says whose words they are."""
    if sentence.count(_OPENED) > sentence.count(_CLOSED):
        return True
    if way and (_STEP.match(following) or POINTS_BACK.match(following)):
        return True
    if _BECAUSE.match(following) or _THEREFORE.match(following):
        return True
    if not _SPEAKS.search(sentence) and following.count(_CLOSED) > following.count(_OPENED):
        return True
    return _CAUSE.search(sentence) is None and _CAUSE.search(following) is not None
