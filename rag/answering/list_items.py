"""The items of a list, as the reader marks them in what was found: each word for word, each once, with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.analysis import tokens
from index.text.sentences import sentence_spans
from rag.answering import written
from rag.answering.answer import Verdict
from rag.answering.answer_span import expand_span
from rag.answering.grounding import Sentence
from rag.answering.told_count import told_count
from rag.answering.verdicts import doubted, ended
from rag.answering.way import Said, Search, Tools
from rag.generation.evidence_selection import Excerpt
from rag.query.query import Query
from rag.retrieval.results import Retrieved

# A passage gives items where the reader finds it likelier than not that it answers, or nearly so. By hand: the
# calibration questions hold too few lists to fit them.
_LEAST_ANSWERS = -0.5
_LIKELY = 0.0  # where nothing is marked, the likeliest words of a passage that answers are one item of its list
_NEARLY_AS_WELL = 1.0  # logit; what answers far less well than the best passage is of another matter
_MAX_ITEM_CHARS = 160  # what is longer is a sentence, not an item


@dataclass(frozen=True)
class Item:
    """One item; ``source`` is the place of its passage among those found."""

    text: str
    source: int


def choose(tools: Tools, search: Search) -> list[Excerpt]:
    """Return nothing to read where the reader marks the items: the model would only be waited for."""
    return [] if len(list_items(search.plan.query, search.found)) > 1 else written.choose(tools, search)


def check(tools: Tools, search: Search, said: Said) -> Verdict:
    """Return the items that the reader marks; what the model wrote where it marks fewer than two."""
    query, found = search.plan.query, search.found
    items = list_items(query, found)
    if len(items) < 2:
        return written.check(tools, search, said)
    sentences = tuple(Sentence(ended(item.text), (item.source + 1,), True) for item in items)
    sources = sorted({item.source for item in items})
    told = told_count(query, [found[source].titled_text for source in sources])
    notes: tuple[str, ...] = ()
    if told and told.count > len(items):
        notes = (f"Daftar ini mungkin tidak lengkap: sumber menyebut “{told.text}”.",)
    return doubted(sentences, notes, [item.source for item in items], found)


def list_items(query: Query, found: Sequence[Retrieved]) -> list[Item]:
    """Return the items in the order of the sources and of their text; what the question names itself is none.

    An item within another ("Surabaya" in "Kota Surabaya") is the same. A passage counts where it answers nearly as well
    as the best one; what an enumeration has between two items, or right behind the last, is an item of it too.
    """
    best = max((reading.answers for item in found for reading in item.readings), default=0.0)
    kept: list[tuple[set[str], Item]] = []
    for source, item in enumerate(found):
        base, text = item.passage.start, item.passage.text
        for reading in item.readings:
            if reading.answers < max(_LEAST_ANSWERS, best - _NEARLY_AS_WELL):
                continue
            named = reading.items or (reading.spans[:1] if reading.answers >= _LIKELY else ())
            seeds = [_whole_words(text, span.start - base, span.end - base) for span in named]
            spans = [expand_span(text, start, end, query) for start, end in enumerated(text, seeds)]
            for start, end in sorted({span for span in spans if span[0] < span[1]}):
                said = " ".join(text[start:end].split())
                words = set(tokens(said))
                if not words or words <= query.words or len(said) > _MAX_ITEM_CHARS:
                    continue
                if not any(words <= other or other <= words for other, _ in kept):
                    kept.append((words, Item(said, source)))
    return [item for _, item in kept]


_JOINT = re.compile(r"\s*(?:,\s*(?:(?:dan|serta|atau|hingga)\b)?|\b(?:dan|serta|atau)\b)\s*")
_BREAK = re.compile(r"[:;](?=\s|$)|\n")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_WORD = r"[A-ZÀ-Þ0-9][\w.'’/-]*"
_NAME = rf"{_WORD}(?:\s+(?:{_WORD}|bin|binti|van|de|al))*"
_NAME_FIRST, _NAME_LAST = re.compile(_NAME), re.compile(rf"(?:(?<=\s)|^){_NAME}\s*$")
_MAX_PLAIN_WORDS, _MAX_LAST_WORDS = 4, 2  # of a part that is no name and yet an item, and of the last part


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
        for n in inside:
            found.add((max(start, parts[n][0]), min(end, parts[n][1])))
        is_name = text[start : start + 1].isupper()
        # "Rini dari Solo, dan Jaya": what follows the item within its part ends the enumeration there
        back = range(first - 1, -1, -1) if start <= parts[first][0] else ()
        on = range(last + 1, len(parts)) if end >= parts[last][1] else ()
        for steps, ahead in ((back, False), (on, True)):
            for n in steps:
                if not is_name:  # the first part holds what is said of all, too much may follow the last
                    words = len(text[slice(*parts[n])].split())
                    if n == 0 or words > (_MAX_LAST_WORDS if n == len(parts) - 1 else _MAX_PLAIN_WORDS):
                        break
                    found.add(parts[n])
                    continue
                item, whole = _named(text, *parts[n], ahead=ahead)
                if item is None:
                    break
                found.add(item)
                if not whole:
                    break
    return sorted(found)


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of a sentence between its commas and its "dan"; what stands in brackets is in none."""
    plain = _IN_BRACKETS.sub(lambda match: " " * len(match.group()), text)
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
    part = _IN_BRACKETS.sub(lambda match: " " * len(match.group()), text[start:end])
    name = _NAME_FIRST.match(part) if ahead else _NAME_LAST.search(part)
    if name is None:
        return None, False
    stripped = len(name.group().rstrip(" ."))
    return (start + name.start(), start + name.start() + stripped), name.start() == 0 and name.end() == len(part)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span whose ends do not cut a word: the reader's tokens are parts of words."""
    while start > 0 and text[start - 1].isalnum() and text[start : start + 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1 : end].isalnum():
        end += 1
    return start, end
