"""Where a text reports speech: verbs of saying, and any other word that stands in a verb's place behind a quotation.

No list holds all verbs that news lends to speech ("…," desak Lestari; "…," gerutu Yohana; "…," protes keras Budi). The
place tells: behind a quotation that a comma, a question or an exclamation mark ends, a word in small letters and then
whoever says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.text.analysis import QUESTION_WORDS, STOP_WORDS
from index.text.lexicon import lexicon
from rag.quotation.detection import Quotation
from rag.quotation.speech import PERSON_ROLES, PRONOUNS, SPEECH, STOPPERS, last_before, speech_in

_SPEECH = lexicon("speech")
# What stands between a quotation and its verb: the closing mark, a comma, white space.
GAP = re.compile(r"[\s\"”“»’'.,!?…–—-]*")
_WORD = re.compile(r"[a-z][a-z-]*[a-z]\b")
_ACTIVE = re.compile(r"(?:,? (?:kemudian|lalu|lantas|juga|pun|kembali|langsung))? ((?:me|ber)[a-z]{3,})\b")
_THUS = re.compile(r"(?:demikian|begitu)(?:lah)? ")
_BEGINS_SUBJECT = re.compile(r"[A-ZÀ-Þ]")
_DASHED = re.compile(r"[,?!…–—-]$")
# Between a verb and its subject: an adverb or two ("protes keras Budi", "kata dengan tegas Budi").
_ADVERBS = _SPEECH.set("adverbs")
_SOMEBODY = _SPEECH.set("somebody")
_MAX_ADVERBS = 2
# Words in small letters that are no verbs though they may stand in a verb's place.
_NO_VERBS = frozenset[str]().union(
    STOP_WORDS, QUESTION_WORDS, STOPPERS, PRONOUNS, PERSON_ROLES, _SPEECH.set("no_verbs")
) - {"tegas"}
# Verbs that stand before their subject and are other words as well: they count where somebody is named behind them.
_AMBIGUOUS = _SPEECH.set("ambiguous")


@dataclass(frozen=True)
class Report:
    """A verb that reports speech, at ``start`` to ``end``.

    ``form`` is where its subject stands: ``bare``, ``by`` and ``passive`` before it ("kata Budi"), ``active`` behind it
    ("Budi mengatakan"), ``own`` in it ("katanya"). ``known`` tells a verb of saying from a word in its place.
    """

    form: str
    start: int
    end: int
    known: bool = True


def reports(text: str, begin: int, end: int) -> Iterator[Report]:
    """Yield the verbs of saying in a stretch of text.

    >>> [(found.form, found.start) for found in reports("Budi mengatakan itu. Menurut Ani, tidak.", 0, 40)]
    [('active', 5), ('by', 21)]
    """
    for match in speech_in(text, begin, end):
        found = _report(match)
        bare = (match.group("bare") or "").lower()
        behind_it = text[match.end() : match.end() + 40].lstrip()
        if found.form == "bare" and bare in _AMBIGUOUS and not behind_it[:1].isupper():
            continue
        if found.form == "bare" and last_before(text, match.start()) == "-":
            continue  # "kerap disebut - sebut"
        yield found


def report_at(text: str, at: int) -> Report | None:
    """Return the verb of saying that begins at a place of a text."""
    match = SPEECH.match(text, at)
    return _report(match) if match else None


def _report(match: re.Match[str]) -> Report:
    if match.group("active"):
        form = "active"
    elif match.group("own") or match.group("agent") or match.group().lower() == "menurutnya":
        form = "own"
    else:
        form = "bare" if match.group("bare") else "by" if match.group("by") else "passive"
    return Report(form, match.start(), match.end())


def behind(text: str, quotation: Quotation) -> Report | None:
    """Return the word in a verb's place behind a quotation, whatever word it is; None where there is none.

    >>> text = '"Jangan begitu," desak anggota DPRD Lestari Ningsih.'
    >>> behind(text, Quotation(1, 15))
    Report(form='bare', start=17, end=22, known=False)
    >>> behind('Program "Sehat" milik Kota Pati', Quotation(9, 14)) is None
    True
    """
    gap = GAP.match(text, quotation.end)
    start = gap.end() if gap else quotation.end
    between = text[quotation.end : start]
    if "\n" in between or not (_DASHED.search(last_before(text, quotation.end)) or "," in between):
        return None
    thus = _THUS.match(text, start)
    match = _WORD.match(text, thus.end() if thus else start)
    if match is None:
        return _subject_first(text, start)
    verb = match.group()
    if verb in _NO_VERBS or verb.startswith("di"):
        return _subject_first(text, start) if verb in PRONOUNS | PERSON_ROLES else None
    behind_it = text[match.end() : match.end() + 80]
    if verb.endswith("nya") and len(verb) > 6 and verb not in STOP_WORDS:
        word = re.match(r"[.,;]|$|\s+([\w-]+)", behind_it)
        if word and not (word.group(1) and (word.group(1) in PRONOUNS or word.group(1)[0].isupper())):
            return Report("own", match.start(), match.end(), known=False)
    if _leads_to_somebody(behind_it):
        return Report("bare", match.start(), match.end(), known=False)
    return None


def _subject_first(text: str, start: int) -> Report | None:
    """…," Budi Santoso bersikeras; …", ia menyela."""
    opening = re.match(
        r"(?:ia|dia|beliau|mereka)\b|(?:[a-z]+ ){0,3}(?:[A-Z][\w.'’-]*(?: |(?=,))){1,7}", text[start : start + 120]
    )
    if opening is None:
        return None
    at = start + len(opening.group().rstrip())
    match = _ACTIVE.match(text, at)
    return Report("active", match.start(1), match.end(1), known=False) if match else None


def _leads_to_somebody(text: str) -> bool:
    """Tell whether a text begins with who does it: a pronoun, or a name behind titles and an adverb or two."""
    for word in text.split()[: _MAX_ADVERBS + 1]:
        bare = word.strip(".,;")
        if bare in PRONOUNS or bare in PERSON_ROLES or bare in _SOMEBODY or _BEGINS_SUBJECT.match(bare):
            return True
        if bare != word:
            return False
        if bare in STOPPERS and bare not in _ADVERBS:
            return False
    return False


def unquoted(text: str, quoted: Sequence[Quotation]) -> str:
    """Return the text with what is quoted made blank, lengths kept."""
    return _filled(text, quoted, lambda said: re.sub(r"\S", " ", said))


def for_sentences(text: str, quoted: Sequence[Quotation]) -> str:
    """Return the text with each quotation as one word that keeps its end mark, so that no sentence ends within it."""

    def one_word(said: str) -> str:
        end = len(said.rstrip(".,!?… "))
        return ("X" + "x" * (end - 1) if end else "") + said[max(end, 0) :]

    return _filled(text, quoted, one_word)


def _filled(text: str, quoted: Sequence[Quotation], fill: Callable[[str], str]) -> str:
    parts: list[str] = []
    at = 0
    for item in quoted:
        parts += [text[at : item.start], fill(text[item.start : item.end])]
        at = item.end
    return "".join(parts) + text[at:]
