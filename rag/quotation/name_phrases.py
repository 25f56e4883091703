"""A run of words → the phrase that may name somebody: titles, offices and names up to what ends them."""

from __future__ import annotations

import re

from index.text.dates import WEEKDAY_WORDS
from index.text.lexicon import lexicon
from rag.quotation.speech import NAME_LINKS, PRONOUNS, ROLE_WORDS, STOPPERS

_WORD = re.compile(r"[\w’'‘`/-]+")
_DEGREES = lexicon("roles").set("degrees")


def name_phrase(text: str) -> str:
    """Return the words up to what ends a name, without those that do.

    >>> name_phrase("Ketua KPUD Muna, Kubais, Senin"), name_phrase("dr. Budi Herdi dalam rapat")
    ('Ketua KPUD Muna', 'dr. Budi Herdi')
    """
    end = 0
    capital = named = False
    last = ""
    for match in _WORD.finditer(text):
        gap, word = text[end : match.start()], match.group()
        low = word.lower().strip("’'‘`")
        if end and gap == ". " and len(last) <= 4 and word[0].isupper():
            gap = " "  # an initial or an abbreviation
        if re.fullmatch(r" \([^()]{1,40}\) ?", gap) and word[0].isupper():
            gap = " "  # the short form of an office: Patroli Jalan Raya (PJR) Tol ...
        if gap != " " and not (end == 0 and not gap.strip()):
            if not (gap.startswith(" (") and ")" not in gap):
                break
            continue  # within brackets
        role = last.lower() in ROLE_WORDS or not capital
        following = text[match.end() :].lstrip()[:1]
        if word[0].isdigit() and not (role and following.isupper() and len(word) < 3):
            break
        joins = (
            low in ("dan", "untuk", "di", "ke")
            and role
            and not named
            and capital
            and following.isupper()
            and low == "dan"
        )
        if not joins and (
            low in STOPPERS
            or low in WEEKDAY_WORDS
            or (capital and word[0].islower() and low not in NAME_LINKS | _DEGREES)
        ):
            break
        named = named or (word[0].isupper() and low not in ROLE_WORDS and not word.isupper())
        capital = capital or word[0].isupper()
        end, last = match.end(), word
        if low in PRONOUNS:
            break
    return text[:end].strip()
