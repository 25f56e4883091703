"""The items of a list, as the reader marks them in what was found: each word for word, each once, with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.analysis import tokens
from index.text.sentences import sentence_spans
from rag.answering.answer import Sentence, Verdict
from rag.answering.answer_span import expand_span
from rag.answering.read_confidence import likeliest_source, source_weights
from rag.answering.told_count import told_count
from rag.answering.verdicts import MOST_SURE, UNSURE_NOTE, ended
from rag.answering.way import Said, Search, Tools, speak_of_it
from rag.query.query import Query
from rag.quotation.speech import BARE_VERBS
from rag.retrieval.results import Retrieved

# A passage gives items where it answers about as well as the likeliest one (logit), and of its words those that are
# about as likely as the likeliest. By hand, on 40 calibration lists: .70 are whole and .81 of what is told is right;
# with wider limits .77 and .77.
_NEARLY_AS_WELL = 0.3
_NEARLY_AS_LIKELY = 1.0
_SEEDS = 3
_MAX_ITEM_CHARS = 160  # what is longer is a sentence, not an item


@dataclass(frozen=True)
class Item:
    """One item; ``source`` is the place of its passage among those found."""

    text: str
    source: int


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the items that the reader marks, a no where the likeliest source is too unlikely."""
    plan, found = search.plan, search.found
    weights = source_weights("list")
    likeliest = likeliest_source(plan.query, plan.topic, found, tools.retriever.context, weights)
    if likeliest is None:
        return Verdict()
    source, sure = likeliest
    items = list_items(plan.query, found, source)
    if not items or not speak_of_it(search):
        return Verdict()
    if sure < weights.threshold:
        return Verdict(confidence=sure)
    sentences = tuple(Sentence(ended(item.text), (item.source + 1,), True) for item in items)
    told = told_count(plan.query, [found[at].titled_text for at in sorted({item.source for item in items})])
    notes: list[str] = []
    if told and told.count > len(items):
        notes.append(f"Daftar ini mungkin tidak lengkap: sumber menyebut “{told.text}”.")
    elif len(items) == 1:
        notes.append("Daftar ini mungkin tidak lengkap: hanya satu yang ditemukan.")
    if sure < weights.unsure or notes:
        notes.append(UNSURE_NOTE)
    return Verdict(sentences, tuple(notes), min(MOST_SURE, sure))


def list_items(query: Query, found: Sequence[Retrieved], likeliest: int = 0) -> list[Item]:
    """Return the items in the order of the sources and of their text; what the question names itself is none.

    ``likeliest`` is the place of the source that answers best; another gives items too where it answers nearly as well.
    An item within another ("Surabaya" in "Kota Surabaya") is the same. What an enumeration has between two items, or
    right behind the last, is an item of it too.
    """
    best = max((reading.answers for reading in found[likeliest].readings), default=0.0)
    kept: list[tuple[set[str], Item]] = []
    for source, item in enumerate(found):
        base, text = item.passage.start, item.passage.text
        for reading in item.readings:
            if reading.answers < best - _NEARLY_AS_WELL:
                continue
            least = max((span.logit for span in reading.spans), default=0.0) - _NEARLY_AS_LIKELY
            named = [*reading.items, *(span for span in reading.spans[:_SEEDS] if span.logit >= least)]
            seeds = [_whole_words(text, span.start - base, span.end - base) for span in named]
            spans = [expand_span(text, start, end, query) for start, end in enumerated(text, seeds)]
            beside = _beside_others(text, seeds, query)
            for start, end in sorted({span for span in spans if span[0] < span[1]}):
                said = _LEADS_IN.sub("", " ".join(text[start:end].split()))
                words = set(tokens(said))
                asked = words <= query.words and not any(s <= start and end <= e for s, e in beside)
                if not words or asked or len(said) > _MAX_ITEM_CHARS or _ATTRIBUTES.match(said):
                    continue
                if not any(words <= other or other <= words for other, _ in kept):
                    kept.append((words, Item(said, source)))
    return [item for _, item in kept]


def _beside_others(text: str, seeds: Sequence[tuple[int, int]], query: Query) -> list[tuple[int, int]]:
    """Return the items that stand in one enumeration with others that the question does not name: of "Garut, Batu, dan
    Solo" all are stations, though the line is called that of Solo."""
    if _LEAVES_OUT.search(query.text):
        return []
    groups = (enumerated(text, [seed]) for seed in seeds)
    return [
        span
        for group in groups
        if sum(not set(tokens(text[slice(*other)])) <= query.words for other in group) >= _OTHERS
        for span in group
    ]


_ATTRIBUTES = re.compile(rf"(?:{'|'.join(BARE_VERBS)})(?:nya\b|\s+[A-ZÀ-Þ])")  # ", kata Budi"
_OTHERS = 2  # so many items beside it tell that a name of the question is one too; by hand
_LEAVES_OUT = re.compile(r"\b(?:selain|kecuali|di\s?luar|bukan|bersama|dengan)\b", re.I)
# What leads to an enumeration is no part of its first item.
_LEADS_IN = re.compile(
    r"^(?:kecuali|yakni|yaitu|antara\s+lain|seperti|termasuk|misalnya|di\s?antaranya|meliputi|terdiri\s+(?:dari|atas))\s+",
    re.I,
)
_JOINT = re.compile(r"\s*(?:,(?!(?<=\d,)\d)\s*(?:(?:dan|serta|atau|hingga)\b)?|\b(?:dan|serta|atau)\b)\s*")
_AND = re.compile(r"\b(?:dan|serta|atau)\b")
_BREAK = re.compile(r"[:;](?=\s|$)|\n")
# "Budi Santoso, S.Pd., M.Si." is one name
_DEGREE = re.compile(
    r",\s*(?:[SM]|Dr|Ph|Sp|A\.?Md)\.\s?[A-Z][A-Za-z]{0,4}\.?(?:[A-Z][a-z]{0,3}\.?)*(?=\s*(?:,|$|[.;]|dan\b|serta\b))"
)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_WORD = r"(?:[A-ZÀ-Þ0-9]|[a-z]+\d)[\w.'’/-]*"  # "x360" is part of a name
_SMALL = "bin|binti|van|der|den|von|de|del|da|dos|la|le|al|el|of|the|and|in|on|for"  # within a name, before more of it
_NAME = rf"{_WORD}(?:\s+(?:[-–]\s+)?(?:(?:{_SMALL})\s+)*{_WORD})*"
# "Tono dari Solo", "Solo 5,2 persen": what is said of one item; the enumeration goes on beyond it.
_SAID_OF_ONE = rf"(?:\s+(?:dari|asal)\s+{_NAME}|\s+\d[\d.,]*(?:\s+[a-z]+)?)\s*$"
_FROM, _BEHIND_ONE = re.compile(rf"(?:(?<=\s)|^)(?P<name>{_NAME}){_SAID_OF_ONE}"), re.compile(_SAID_OF_ONE)
_NAME_FIRST, _NAME_LAST = re.compile(_NAME), re.compile(rf"(?:(?<=\s)|^){_NAME}\s*$")
_LAST_OF_ALL = re.compile(rf"(?:[a-z]+\s+){{1,2}}(?P<name>{_NAME})")  # "dan terakhir Yuki"
# Of a part that is no name and yet an item, and of the last part. By hand, on 61 calibration and 58 training lists.
_MAX_PLAIN_WORDS, _MAX_LAST_WORDS = 6, 4
# What is said of all items behind the last one: "gula, santan, dan bubur sumsum dengan es".
_SAID_BEHIND = re.compile(r"\s+(?:dengan|yang|untuk|pada|agar|supaya|sebagai|karena|saat|ketika|sehingga|guna|oleh)\s")


def enumerated(text: str, seeds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the items that are marked, each by itself, with the other items of the enumerations they stand in.

    >>> text = "Mereka adalah Budi (ketua), Tono, Siti, dan Rini dari Solo."
    >>> [text[slice(*span)] for span in enumerated(text, [(28, 32)])]
    ['Budi', 'Tono', 'Siti', 'Rini']

    Beside a name stand names: of the parts at both ends of an enumeration only the name is taken. Beside other words
    stand parts of a few words.
    """
    found: set[tuple[int, int]] = set()
    for start, end in seeds:
        parts = _parts(text, start, end)
        inside = [n for n, (s, e) in enumerate(parts) if s < end and start < e]
        if not inside:
            found.add((start, end))
            continue
        first, last = inside[0], inside[-1]
        if first == last and _NAME_FIRST.fullmatch(text[slice(*parts[first])]):
            # a piece of a name; the sentence's first word has its capital from its place
            start, end = (start if first == 0 else parts[first][0]), parts[first][1]
        elif first == last and first and not text[start : start + 1].isupper():
            start, end = _plain(text, parts, first) or (start, end)
        for n in inside:
            found.add((max(start, parts[n][0]), min(end, parts[n][1])))
        if not text[start : start + 1].isupper() and not _AND.search(text[parts[0][0] : parts[-1][1]]):
            found.add((start, end))  # commas alone are those of clauses
            continue
        is_name, is_word = text[start : start + 1].isupper(), not text[start:end].isdigit()
        # "Rini yang baru sembuh, dan Jaya": what is told of one item ends the enumeration, but not where she is from
        back = range(first - 1, -1, -1) if start <= parts[first][0] else ()
        ended = end >= parts[last][1] or _BEHIND_ONE.fullmatch(text[end : parts[last][1]])
        on = range(last + 1, len(parts)) if ended else ()
        for steps, ahead in ((back, False), (on, True)):
            for n in steps:
                if not is_name:  # the first part holds what is said of all, too much may follow the last
                    plain = _plain(text, parts, n) if n else None
                    if plain is None:
                        break
                    found.add(plain)
                    continue
                item, whole = _named(text, *parts[n], ahead=ahead)
                if item is None and n == len(parts) - 1 and (late := _LAST_OF_ALL.match(text, *parts[n])):
                    item, whole = late.span("name"), False
                if item is None or (is_word and text[slice(*item)].isdigit()):  # "bertingkat 12" ends in no name
                    break
                found.add(item)
                if not whole:
                    break
    return sorted(found)


def _plain(text: str, parts: Sequence[tuple[int, int]], n: int) -> tuple[int, int] | None:
    """Return a part that is an item of a few words, without what is said of all behind the last; None: too long."""
    start, end = parts[n]
    ends = n == len(parts) - 1
    if ends and (behind := _SAID_BEHIND.search(text, start, end)):
        end = behind.start()
    return (start, end) if len(text[start:end].split()) <= (_MAX_LAST_WORDS if ends else _MAX_PLAIN_WORDS) else None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of a sentence between its commas and its "dan"; what stands in brackets is in none."""
    plain = _DEGREE.sub(_blank, _IN_BRACKETS.sub(_blank, text))
    begin, close = next(((s, e) for s, e in sentence_spans(plain) if s <= start < e), (0, len(plain)))
    begin = max((match.end() for match in _BREAK.finditer(plain, begin, start)), default=begin)
    close = next((match.start() for match in _BREAK.finditer(plain, end, close)), close)
    if plain[begin:close].endswith((".", "!", "?")):
        close -= 1
    cuts = [(match.start(), match.end()) for match in _JOINT.finditer(plain, begin, close)]
    edges = [begin, *(at for cut in cuts for at in cut), close]
    made = []
    for s, e in zip(edges[::2], edges[1::2], strict=True):
        stripped = plain[s:e].strip()
        if stripped:
            at = s + plain[s:e].index(stripped)
            made.append((at, at + len(stripped)))
    return made


def _named(text: str, start: int, end: int, *, ahead: bool) -> tuple[tuple[int, int] | None, bool]:
    """Return the name in a part, and whether the enumeration may go on beyond it."""
    part = _IN_BRACKETS.sub(_blank, text[start:end])
    name = _NAME_FIRST.match(part) if ahead else _NAME_LAST.search(part)
    if name is None:
        return None, False
    if origin := _FROM.match(part) if ahead else _FROM.search(part):
        return (start + origin.start("name"), start + origin.end("name")), origin.start() == 0
    stripped = len(name.group().rstrip(" ."))
    return (start + name.start(), start + name.start() + stripped), name.start() == 0 and name.end() == len(part)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span whose ends do not cut a word: the reader's tokens are parts of words."""
    while start > 0 and text[start - 1].isalnum() and text[start : start + 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1 : end].isalnum():
        end += 1
    return start, end
