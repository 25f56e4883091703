"""How a line reads: like speech, like a headline, like the text of an article. Shape only, no meaning."""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
INNER_END = re.compile(r"[a-z\d)\"”]{3}[.!?…][\"'”’)\]]{0,3}\s+[\"'“‘(]*[A-Z]")  # "dibuka. Warga", but not "Dr. Anu"
_QUOTED = re.compile(r"[\"“]([^\"“”]{12,})[\"”]")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_LIST_ITEM = re.compile(r"\d{1,2}[.)]\s")


def is_speech(line: str) -> bool:
    """Tell whether a line holds four quoted words or more that make a sentence, as spoken.

    >>> is_speech('"Kami panen kopi hari ini," kata warga.'), is_speech('Lagu "Kopi" diputar.')
    (True, False)
    """
    if '"' not in line and "“" not in line:
        return False
    ended = SENTENCE_END.search(line[-10:]) is not None
    return any(len(words.split()) >= 4 and (ended or words.rstrip()[-1] in ".,!?…") for words in _QUOTED.findall(line))


def is_title_cased(text: str) -> bool:
    """Tell whether most of the longer words begin with a capital, as in a headline.

    >>> is_title_cased("Warga Panen Kopi di Lereng"), is_title_cased("Warga memanen kopi di Lereng")
    (True, False)
    """
    words = [word for word in _WORD.findall(text) if len(word) >= 4]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.6 * len(words)


def is_title_like(line: str) -> bool:
    """Tell whether a line may be a headline: short, of three words or more, one sentence, no full stop, no speech.

    >>> is_title_like("Warga Panen Kopi"), is_title_like("Warga panen kopi."), is_title_like("Ya")
    (True, False, False)
    """
    return (
        len(line) <= 140
        and len(line.split()) >= 3
        and line[-1] not in ".,;:"
        and not _LIST_ITEM.match(line)
        and not INNER_END.search(line.replace("! ", " ").replace("? ", " "))
        and not is_speech(line)
    )


def is_body_like(line: str) -> bool:
    """Tell whether a line reads like the text of an article: long, or spoken, or a sentence of six words or more.

    >>> is_body_like("Warga desa memanen kopi sejak pagi."), is_body_like("Warga Desa Panen Kopi Sejak Pagi!")
    (True, False)
    """
    if len(line) >= 100 or is_speech(line):
        return True
    if len(line.split()) < 6 or not SENTENCE_END.search(line):
        return False
    return line.rstrip("\"'”’»)]").endswith(".") or not is_title_cased(line)
