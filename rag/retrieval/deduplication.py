"""What several copies of one story hold is shown once, where it stood first. Two copies are never two witnesses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from index.articles import Article
from index.passages import Passage
from index.text.minhash import shingles
from index.text.sentences import sentence_spans

# Share of a text's word triples that must stand in the other for it to say the same: a changed dateline or a mended
# word stays above it, a sentence of its own does not. By hand.
MIN_CONTAINED = 0.8

Found = tuple[Passage, Article]


def without_copies(
    ordered: Sequence[int],
    found: Mapping[int, Found],
    stories: Mapping[str, Sequence[Article]],
    *,
    keep_undated: bool = False,
) -> list[int]:
    """Return the row ids in order, less each passage that better ones from other copies of its story already hold.

    ``stories`` maps an article's id to all articles of its story. ``keep_undated``: where no article of a story has a
    date, none is known to be the first, and all stay.
    """
    kept: list[int] = []
    held: dict[str, list[int]] = {}  # story → what is kept of it
    for row in ordered:
        passage, article = found[row]
        story = stories.get(article.id, ())
        if story and not (keep_undated and all(member.date is None for member in story)):
            before = held.setdefault(min(member.id for member in story), [])
            others = " ".join(found[other][0].text for other in before if found[other][1].id != article.id)
            if others and contained(passage.text, others) >= MIN_CONTAINED:
                continue
            before.append(row)
        kept.append(row)
    return kept


def at_first(
    passage: Passage,
    article: Article,
    story: Sequence[Article],
    text_of: Callable[[str], str],
    fits: Callable[[Article], bool],
) -> Found:
    """Return the passage where it stood first, word for word as it stands there; itself where that is not known.

    ``story`` is earliest first. Only a date tells what came first: among articles without one, none is taken for it.
    """
    for earlier in story:
        if earlier.id == article.id or earlier.date is None:
            break
        if fits(earlier) and (place := _place(passage.text, text_of(earlier.id))):
            start, end = place
            return Passage(earlier.id, passage.position, start, end, text_of(earlier.id)[start:end]), earlier
    return passage, article


def contained(text: str, other: str) -> float:
    """Return the share of a text's word triples that stand in the other.

    >>> contained("Harga beras naik.", "Kini harga beras naik tajam."), contained("Harga beras naik.", "Beras habis.")
    (1.0, 0.0)
    """
    runs = shingles(text)
    return len(runs & shingles(other)) / len(runs) if runs else float(text in other)


def _place(wanted: str, text: str) -> tuple[int, int] | None:
    """Return the span of the sentences of ``text`` that say what is wanted, None where they do not hold it all."""
    spans = [span for span in sentence_spans(text) if contained(text[span[0] : span[1]], wanted) >= MIN_CONTAINED]
    if not spans:
        return None
    start, end = spans[0][0], spans[-1][1]
    gap = (end - start) - sum(stop - begin for begin, stop in spans)
    whole = contained(wanted, text[start:end]) >= MIN_CONTAINED
    return (start, end) if whole and gap <= (end - start) / 3 else None
