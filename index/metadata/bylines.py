"""Who wrote an article, by its byline: "Penulis: …", "Oleh …", "Laporan wartawan …". An editor is no author.

Initials ("(msd)") and a desk ("Redaksi") name nobody. Addresses, dates and places are cut off a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.articles import RawArticle
from index.cleaning.page_lines import HEAD_LINES
from index.text.dates import WEEKDAY_PATTERN
from index.text.lexicon import lexicon

_MAX_LINE_CHARS = 160
_MAX_NAMES_CHARS = 300
_MAX_NAME_WORDS = 6
_ROLE = r"(?:penulis|reporter|pewarta|jurnalis|wartawan|kontributor|koresponden|peliput|laporan|liputan|teks|naskah)"
_LABELLED = re.compile(
    rf"^\(?\s?{_ROLE}(?:\s?[/&]\s?(?:editor|foto(?:grafer)?|{_ROLE}))?\s?[:|]\s?(?P<names>.+)$", re.I
)
_IN_BRACKETS = re.compile(rf"\(\s?(?:{_ROLE}|oleh)\s?:\s?(?P<names>[^()]+)\)\W*$", re.I)
_REPORTED = re.compile(rf"^\(?(?:laporan|liputan)\s{_ROLE}\s[^,:]{{2,40}}[,:]\s?(?P<names>.+)$", re.I)
_BY = re.compile(r"^(?:Oleh|OLEH|By|BY)\s?:?\s(?P<names>.+)$")  # in the head only: "Oleh" begins sentences too
# What follows the names on their line: another credit, a date, a place, an address.
_REST = re.compile(
    rf"""\s?[|•·–—\[(] | \s-{{1,2}}\s |
    \s?[,;/]?\s?\b(?:editor|penyunting|redaktur|foto(?:grafer)?|sumber|copyright|dari)\b |
    \s?,?\s?\b(?:{WEEKDAY_PATTERN})\b | \s?,?\s?\d | \s\S*@ | \bhttps?:""",
    re.I | re.X,
)
_ADDRESS = re.compile(r"[(<\[]?\S+@\S+|https?:\S+|@\w+")
_SEPARATOR = re.compile(r"\s?[;,&/]\s?|\s(?:dan|and)\s")
_NAME = re.compile(r"[A-Z][\w.'’-]*(?:\s[\w.'’-]+)*")
_LINKS = lexicon("names").set("links")
_DEGREE = re.compile(r"(?:[A-Z][A-Za-z]{0,4}\.\s?){1,3}[A-Za-z]{0,4}|MM|MH|SH|SE|MBA|PhD")
_NOBODY = lexicon("press").set("nobody")


def signing_author(lines: Sequence[str], head: int) -> str | None:
    """Return the author that a byline names, several joined with ", ", else None.

    >>> signing_author(["Panen Raya", "Penulis: Tono Contoh | Editor: Tini Contoh", "Panen dimulai."], head=8)
    'Tono Contoh'
    >>> signing_author(["Panen dimulai.", "(Reporter: Tono Contoh/Tini Contoh)"], head=8)
    'Tono Contoh, Tini Contoh'

    "Oleh …" counts only in the first ``head`` lines; the other labels anywhere, since wires put them at the end.
    """
    for number, line in enumerate(lines):
        if names := _byline(line, in_head=number < head):
            return names
    return None


def is_byline(line: str) -> bool:
    """Tell whether a line is a byline of its own.

    >>> is_byline("Reporter: Tono Contoh"), is_byline("Oleh karena itu, panen ditunda.")
    (True, False)
    """
    return len(line) <= _MAX_LINE_CHARS and (
        _LABELLED.match(line) is not None or _byline(line, in_head=True) is not None
    )


def clean_names(names: str) -> str | None:
    """Return the persons of a byline's names without addresses, dates and places, or None if there is nobody.

    >>> clean_names("Dr. Tono Contoh, M.Si. (tono@warta.id) dan Tini Contoh - Senin, 29 Nov 2021")
    'Dr. Tono Contoh, M.Si., Tini Contoh'
    """
    text = re.sub(r"\([^()]*\)", "", _ADDRESS.sub("", " ".join(names[:_MAX_NAMES_CHARS].split()))).strip()
    found: list[str] = []
    for part in _SEPARATOR.split(_REST.split(text, maxsplit=1)[0]):
        name = part.strip(" .,:*\"'") if not _DEGREE.fullmatch(part.strip()) else part.strip()
        if found and _DEGREE.fullmatch(name):
            found[-1] += f", {name}"
        elif _is_person(name):
            if name not in found:
                found.append(name)
        elif name:
            break  # a place or a sentence begins
    return ", ".join(found) or None


def _byline(line: str, *, in_head: bool) -> str | None:
    if len(line) > _MAX_LINE_CHARS:
        bracketed = _IN_BRACKETS.search(line, len(line) - _MAX_LINE_CHARS)  # at the end of the last paragraph
        return clean_names(bracketed["names"]) if bracketed else None
    forms = (_LABELLED, _REPORTED, _BY) if in_head else (_LABELLED, _REPORTED)
    for match in (*(form.match(line) for form in forms), _IN_BRACKETS.search(line)):
        if match and (names := clean_names(match["names"].rstrip(")"))):
            return names
    return None


def _is_person(name: str) -> bool:
    words = name.split()
    if not _NAME.fullmatch(name) or len(words) > _MAX_NAME_WORDS or name.lower() in _NOBODY:
        return False
    if len(words) == 1 and (len(name) <= 3 or "." in name):  # initials, a site
        return False
    return all(word[0].isupper() or word in _LINKS for word in words)


def find_author(raw: RawArticle, text: str) -> str | None:
    """Return the author the file states, else the one that a byline in the text names, else None.

    >>> find_author(RawArticle(text=""), "Panen Raya\\nOleh: Tono Contoh\\nPanen dimulai.")
    'Tono Contoh'
    """
    if raw.author and raw.author.strip():
        return clean_names(raw.author) or " ".join(raw.author.split())
    return signing_author(text.split("\n"), HEAD_LINES)
