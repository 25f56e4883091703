"""Who wrote an article, by its byline: "Penulis: …", "Oleh …", "Laporan wartawan …". An editor is no author.

Initials ("(msd)") and a desk ("Redaksi") name nobody. Addresses, dates and places are cut off a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from index.articles import RawArticle
from index.cleaning.page_lines import HEAD_LINES
from index.metadata.outlets import names_outlet
from index.text.dates import WEEKDAY_PATTERN, is_dateline
from index.text.lexicon import lexicon

_MAX_LINE_CHARS = 160
_MAX_NAMES_CHARS = 300
_MAX_NAME_WORDS = 6
_ROLE = (
    r"(?:penulis|reporter|pewarta|jurnalis|wartawan|kontributor|koresponden|peliput|laporan|liputan|teks|naskah|rep)"
)
_OTHER_ROLE = r"(?:editor|red(?:aktur)?|foto(?:grafer)?|penyunting)"
_LABELLED = re.compile(
    rf"^\(?\s?(?:{_OTHER_ROLE}\s?[/&]\s?)?{_ROLE}(?:\s?[/&]\s?(?:{_OTHER_ROLE}|{_ROLE}))?\s?[:|]\s?(?P<names>.+)$",
    re.I,
)
# A label alone on its line, the name on the next one or on the one before: "Oleh", "Rahmat Contoh", "Penulis".
_LABEL = re.compile(rf"(?:{_ROLE}|oleh|by)\s?:?", re.I)
_LABEL_BELOW = re.compile(rf"(?:{_ROLE}|tim\sredaksi)\s?", re.I)
_OTHER_LABEL = re.compile(rf"(?:{_ROLE}|{_OTHER_ROLE}|tim\sredaksi)\s?:?", re.I)
# "Tono Contoh - detikNews", "Tono Contoh, Jurnalis", "Tono Contoh | CNN Indonesia"
_WITH_DESK = re.compile(r"^(?P<names>[A-Z][\w.'’-]*(?:\s[\w.'’-]+){1,4})\s?(?:\s[-–—|]\s|,\s)(?P<desk>[\w. ]{3,30})$")
_DESK = re.compile(r"detik\w+|kumparan\w*|jurnalis|okezone|sindonews|tirto(?:\.id)?|reporter|wartawan", re.I)
# A paragraph that ran into its byline: "… di Jakarta, Rabu.Pewarta: Tono Contoh"
_AT_END = re.compile(rf"[.!?\"”)]\s?(?:{_ROLE})\s?:\s?(?P<names>[A-Z][^!?]{{2,120}})$", re.I)
_GLUED = re.compile(r"(?<=[a-z.])(?=(?:Editor|Penyunting|Redaktur|Fotografer|Foto|Uploader|Copyright|COPYRIGHT)\b)")
_CLOCK = re.compile(r"\d[:.]\d\d")
_IN_BRACKETS = re.compile(rf"\(\s?(?:{_ROLE}|oleh)\s?:\s?(?P<names>[^()]+)\)\W*$", re.I)
_REPORTED = re.compile(rf"^\(?(?:laporan|liputan)\s{_ROLE}\s[^,:]{{2,40}}[,:]\s?(?P<names>.+)$", re.I)
_BY = re.compile(r"^(?:Oleh|OLEH|By|BY)\s?:?\s(?P<names>.+)$")  # in the head only: "Oleh" begins sentences too
# What follows the names on their line: another credit, a date, a place, an address.
_REST = re.compile(
    rf"""\s?[|•·–—\[(] | \s-{{1,2}}\s |
    \s?[,;/]?\s?\b(?:editor|penyunting|redaktur|uploader|foto(?:grafer)?|sumber|copyright|dari|pada)\b |
    \s?,?\s?\b(?:{WEEKDAY_PATTERN})\b | \s?,?\s?\d | \s\S*@ | \bhttps?:""",
    re.I | re.X,
)
_ADDRESS = re.compile(r"[(<\[]?\S+@\S+|https?:\S+|@\w+")
_SEPARATOR = re.compile(r"\s?[;,&/]\s?|\s(?:dan|and)\s")
_NAME = re.compile(r"[A-Z][\w.'’-]*(?:\s[\w.'’-]+)*")
_LINKS = lexicon("names").set("links")
_DEGREE = re.compile(r"(?:[A-Z][A-Za-z]{0,4}\.\s?){1,3}[A-Za-z]{0,4}|MM|MH|SH|SE|MBA|PhD")
_NOBODY = lexicon("press").set("nobody")
_PLACE_WORDS = lexicon("press").set("sections")
_ROLE_BEFORE = re.compile(rf"^\W{{0,3}}(?:oleh|by|ditulis\soleh|{_ROLE})\b\s?[:|]?\s?", re.I)
_MAX_LABEL_CHARS = 20


def signing_author(lines: Sequence[str], head: int) -> str | None:
    """Return the author that a byline names, several joined with ", ", else None.

    >>> signing_author(["Panen Raya", "Penulis: Tono Contoh | Editor: Tini Contoh", "Panen dimulai."], head=8)
    'Tono Contoh'
    >>> signing_author(["Panen dimulai.", "(Reporter: Tono Contoh/Tini Contoh)"], head=8)
    'Tono Contoh, Tini Contoh'

    "Oleh …" counts only in the first ``head`` lines; the other labels anywhere, since wires put them at the end.
    """
    for number, line in enumerate(lines):
        in_head = number < head
        if names := _byline(line, in_head=in_head) or _labelled_beside(lines, number, in_head=in_head):
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
    text = _GLUED.sub(" ", " ".join(names[:_MAX_NAMES_CHARS].split()))
    text = re.sub(r"\([^()]*\)", "", _ADDRESS.sub("", text)).strip()
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
        start = len(line) - _MAX_LINE_CHARS  # at the end of the last paragraph
        closing = _IN_BRACKETS.search(line, start) or _AT_END.search(line, start)
        return clean_names(closing["names"]) if closing else None
    forms = (_LABELLED, _REPORTED, _BY) if in_head else (_LABELLED, _REPORTED)
    desk = _WITH_DESK.match(line) if in_head else None
    if desk and (_DESK.fullmatch(desk["desk"]) or names_outlet(desk["desk"])) and (name := _person(desk["names"])):
        return name
    for match in (*(form.match(line) for form in forms), _IN_BRACKETS.search(line), _AT_END.search(line)):
        if match and (names := clean_names(match["names"].rstrip(")"))):
            return names
    return None


def _labelled_beside(lines: Sequence[str], at: int, *, in_head: bool) -> str | None:
    """Return the name that a label on a line of its own stands above or below.

    >>> _labelled_beside(["Tono Contoh", "Penulis", "Tini Contoh", "Editor", "Panen dimulai."], 1, in_head=True)
    'Tono Contoh'
    >>> _labelled_beside(["Panen Raya", "Penulis", "Tono Contoh", "Editor", "Tini Contoh"], 1, in_head=True)
    'Tono Contoh'
    """
    label = lines[at].strip()
    if len(label) > _MAX_LABEL_CHARS or not (_LABEL.fullmatch(label) or _LABEL_BELOW.fullmatch(label)):
        return None
    if not (in_head or label.endswith(":")):
        return None
    above, below, then, last = (
        lines[i].strip() if 0 <= i < len(lines) else "" for i in (at - 1, at + 1, at + 2, at + 3)
    )
    while at > 1 and lines[at - 2].strip().endswith(",") and (before := _person(lines[at - 2])):
        above, at = before, at - 1  # "Tono Contoh,", "Tini Contoh", "Tim Redaksi": the first one wrote it
    pairs_end_here = _OTHER_LABEL.fullmatch(then) is not None and not _person(last)
    if _LABEL_BELOW.fullmatch(label) and (person := _person(above)) and (pairs_end_here or not _person(below)):
        return person
    return _person(below) if _LABEL.fullmatch(label) else None


def _person(line: str) -> str | None:
    """Return the name that a line consists of, if it is that of a person."""
    words = line.strip(" ,").split()
    if not 2 <= len(words) <= _MAX_NAME_WORDS or names_outlet(line) or not _is_person(" ".join(words)):
        return None
    return clean_names(" ".join(words))


def _is_person(name: str) -> bool:
    words = name.split()
    if not _NAME.fullmatch(name) or len(words) > _MAX_NAME_WORDS or name.lower() in _NOBODY:
        return False
    if len(words) == 1 and (len(name) <= 3 or "." in name):  # initials, a site
        return False
    return all(word[0].isupper() or word in _LINKS for word in words)


def find_author(raw: RawArticle, text: str, title: str | None = None, publisher: str | None = None) -> str | None:
    """Return the author the file states, else the one that a byline in the text names, else None.

    >>> find_author(RawArticle(text=""), "Panen Raya\\nOleh: Tono Contoh\\nPanen dimulai.")
    'Tono Contoh'

    ``title`` and ``publisher`` were found before: the head begins behind the one, the other is no person.
    """
    if raw.page is None and raw.author and raw.author.strip():
        return clean_names(raw.author) or " ".join(raw.author.split())
    lines = [line for line in text.split("\n") if line]
    behind = lines[lines.index(title) + 1 :] if title in lines else lines
    if raw.page is None:
        found = signing_author(behind, HEAD_LINES) or _beside_date(behind, title)
        return None if found is None or names_outlet(found, publisher) else found
    stated = (clean_names(_ROLE_BEFORE.sub("", words)) for words in raw.page.authors)
    signed = (signing_author(part, len(raw.page.head)) for part in (raw.page.head, raw.page.tail))
    for names in chain(stated, signed, (signing_author(behind, HEAD_LINES) for _ in (0,))):
        if names and not any(names_outlet(name, publisher) for name in names.split(", ")):
            return names
    return None


def _beside_date(behind: Sequence[str], title: str | None) -> str | None:
    """Return the name alone on its line between headline and dateline, of whom the article does not speak.

    >>> _beside_date(["Tono Contoh", "4 Maret 2024 10:11 WIB", "Warga panen."], "Panen Raya")
    'Tono Contoh'
    >>> _beside_date(["Liga Contoh", "4 Maret 2024 10:11 WIB", "Liga panen."], "Panen Raya") is None
    True

    A section stands there too, but the text speaks of it.
    """
    if title is None:
        return None
    for at, line in enumerate(behind[:2]):
        dated = at + 1 < len(behind) and is_dateline(behind[at + 1]) and _CLOCK.search(behind[at + 1])
        if dated and (name := _person(line)):
            words = {word.lower() for word in name.split()}
            told = {word.lower() for told in (title, *behind[at + 2 :]) for word in re.findall(r"\w+", told)}
            return None if words & (told | _PLACE_WORDS) else name
    return None
