"""A quotation broken by its attribution, “…,” kata X. “…”, and pasted as one: whole pieces in order, one speaker."""

from __future__ import annotations

from collections.abc import Sequence

from index.text.sentences import sentence_spans
from index.text.verbatim import Spoken
from rag.quotation.alignment import Asked, Piece
from rag.quotation.article_cache import Read
from rag.quotation.differences import Difference, differences, is_same
from rag.quotation.speech import SPEECH

MAX_ATTRIBUTION_WORDS = 25
Interrupted = tuple[Read, int, int, tuple[Difference, ...], tuple[str, ...]]


def interrupted(words: Spoken, parts: Sequence[Piece]) -> Interrupted | None:
    """Return the place of a quotation whose pieces only an attribution divides, None where it is not so.

    Each piece must be a whole quotation or sentence, all words equal, nothing claimed between them, and what divides
    them must stand in one paragraph and hold a verb of saying and no other statement.
    """
    if len(parts) < 2 or len({id(part.read) for part in parts}) != 1:
        return None
    read = parts[0].read
    bounds, source = read.bounds, read.words
    ends = [0, *(part.end for part in parts)]
    if [part.start for part in parts] != ends[:-1] or ends[-1] != len(words):
        return None
    told: list[Difference] = []
    notes: list[str] = []
    for position, part in enumerate(parts):
        if not bounds.is_whole(part.first, part.last) or bounds.quotation_of(part.first) is None:
            return None
        claimed = Spoken(
            words.text,
            words.keys[part.start : part.end],
            words.starts[part.start : part.end],
            words.ends[part.start : part.end],
            words.marks[part.start : part.end],
        )
        same = differences(claimed, source, part.first, part.last)
        if not is_same(same):
            return None
        if position:
            before = parts[position - 1]
            gap = source.text[source.ends[before.last] : source.starts[part.first]]
            if not _is_attribution(read, before.last, part.first, gap):
                return None
            between = words.text[words.ends[before.end - 1] : words.starts[part.start]]
            told.append(Difference("replace" if between else "delete", between, gap, None, "disela atribusi"))
            notes.append(f"Di artikel kutipan ini disela: {' '.join(gap.split())}")
        told += same
    return read, parts[0].first, parts[-1].last, tuple(told), tuple(notes)


def with_ends(asked: Asked, parts: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with what is left at the quotation's beginning and end, however short, where it stands near."""
    found = list(parts)
    read, count = parts[0].read, len(asked.keys)
    for start, end in ((0, parts[0].start), (parts[-1].end, count)):
        if start == end:
            continue
        for place in read.places(asked.keys[start:end]):
            piece = Piece(read, start, end, place, place + end - start - 1, end - start, 0)
            if start == 0 and 0 < parts[0].first - piece.last <= MAX_ATTRIBUTION_WORDS:
                found.insert(0, piece)
                break
            if end == count and start > 0 and 0 < piece.first - parts[-1].last <= MAX_ATTRIBUTION_WORDS:
                found.append(piece)
                break
    return found


def _is_attribution(read: Read, before: int, after: int, gap: str) -> bool:
    outside = [word for word in range(before + 1, after) if read.bounds.quotation_of(word) is None]
    return (
        0 < after - before - 1 <= MAX_ATTRIBUTION_WORDS
        and len(outside) == after - before - 1
        and "\n" not in gap
        and len(sentence_spans(gap.strip("“”„«»\"'‘’.,!?… "))) == 1  # no statement beside it
        and len(SPEECH.findall(gap)) == 1  # nor a second speaker
    )
