"""The same content in other words: a lead to a sentence that may be meant, never a proof."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from index.text.analysis import STOP_WORDS
from index.text.sentences import sentence_spans
from index.text.verbatim import Spoken, search_key
from rag.quotation.article_cache import Read
from rag.quotation.candidates import Search

# Share of a quotation's content, rare words weighing more, that two sentences must hold. Quotations of other articles
# on the same events reach .55. By hand; `tanya eval quote CASES.jsonl` tells what is called a paraphrase and is none.
MIN_SHARED = 0.7
MIN_SHARED_STEMS = 4


def paraphrase(words: Spoken, reads: Sequence[Read], search: Search) -> tuple[Read, int, int, float] | None:
    """Return article, first and last word and shared weight (0 to 1) of the sentences that say most of it."""
    wanted = _content(words.keys)
    if len(wanted) < MIN_SHARED_STEMS:
        return None
    weights = search.weights(sorted(wanted))
    total = sum(weights.values()) or 1.0
    best: tuple[float, Read, int, int] | None = None
    for read in reads:
        spans = [_word_span(read.words, span) for span in sentence_spans(read.words.text)]
        stems = [_content(read.words.keys[first : last + 1]) & wanted for first, last in spans]
        for at, (first, _) in enumerate(spans):
            for end in range(at, min(at + 2, len(spans))):
                shared = set().union(*stems[at : end + 1])
                share = sum(weights[stem] for stem in shared) / total
                if len(shared) >= MIN_SHARED_STEMS and (best is None or share > best[0] + 0.05 * (end > at)):
                    best = (share, read, first, spans[end][1])
    if best is None or best[0] < MIN_SHARED:
        return None
    return best[1], best[2], best[3], best[0]


def _content(keys: Sequence[str]) -> set[str]:
    return {search_key(key) for key in keys if key not in STOP_WORDS and key[0].isalnum()}


def _word_span(words: Spoken, span: tuple[int, int]) -> tuple[int, int]:
    return bisect_left(words.starts, span[0]), bisect_right(words.ends, span[1]) - 1
