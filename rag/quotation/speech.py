"""The words by which Indonesian news says who speaks: verbs of saying, titles and roles, pronouns, what ends a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.text.lexicon import lexicon

_SPEECH, _ROLES, _ORGANISATIONS = map(lexicon, ("speech", "roles", "organisations"))
# Before their subject: "…," kata Budi. With -nya the subject is the one named before.
BARE_VERBS = _SPEECH.words("bare")
# Behind their subject: Budi mengatakan, "…"
ACTIVE_VERBS = _SPEECH.words("active")
PASSIVE_VERBS = _SPEECH.words("passive")
PRONOUNS = _SPEECH.set("pronouns")
# What ends a name behind its verb.
STOPPERS = _SPEECH.set("stoppers")
# Within a name, in small letters.
NAME_LINKS = lexicon("names").set("links")
# Titles and offices that a person holds. What stands behind the last word of a title is the name.
PERSON_ROLES = _ROLES.set("titles", "degrees", "address", "occupations", "callings")
# Words of organisations and the rest of titles.
ROLE_WORDS = (
    PERSON_ROLES
    | _ROLES.set("words_of_titles")
    | lexicon("regions").set("places", "countries", "directions")
    | _ORGANISATIONS.set("institutions", "governments", "parts", "fields", "proper", "english")
)
# The word behind one of these names its place, not a person, where a name follows between commas.
PLACED_ROLES = _ORGANISATIONS.set("placed", "governments")

_BARE = "|".join(BARE_VERBS)
SPEECH = re.compile(
    rf"\b(?:(?P<bare>{_BARE})(?P<own>nya)?|(?P<by>menurut(?:nya)?)|(?P<passive>{'|'.join(PASSIVE_VERBS)})"
    rf"(?P<agent>nya)?(?:\s+oleh)?|(?P<active>{'|'.join(ACTIVE_VERBS)}))\b",
    re.IGNORECASE,
)


_WORD = re.compile(r"[^\W\d_]+")
_VERBS = frozenset(map(str.lower, (*BARE_VERBS, *ACTIVE_VERBS, *PASSIVE_VERBS, "menurut")))


def speech_in(text: str, begin: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Yield the matches of ``SPEECH`` in a stretch of text, as its ``finditer`` would.

    subtle: the pattern has 200 words to try at each place; to look each word up first takes an eighth of the time.

    >>> [match.group() for match in speech_in("Kata Ani, Budi mengatakan itu, katanya.")]
    ['Kata', 'mengatakan', 'katanya']
    """
    stop = len(text) if end is None else end
    for word in _WORD.finditer(text, begin, stop):
        low = word.group().lower()
        if low in _VERBS or (low.endswith("nya") and low[:-3] in _VERBS):
            match = SPEECH.match(text, word.start(), stop)
            if match is not None:
                yield match


def last_before(text: str, at: int, left_out: str = "") -> str:
    """Return the last character before a place that is no space, nor one of those left out; "" where there is none.

    >>> last_before("Ia diam.  Budi", 10), last_before("(Budi", 1, "(")
    ('.', '')

    subtle: a cut of all the text before it would be made for each place, which takes their number times its length.
    """
    while at > 0 and (text[at - 1] in left_out if left_out else text[at - 1].isspace()):
        at -= 1
    return text[max(0, at - 1) : at]
