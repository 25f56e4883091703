"""Article → passages: runs of whole sentences that fit the embedder. ``text == article.text[start:end]``, always."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.articles import Article
from index.text.sentences import sentence_spans

# Two to four news sentences: two of them fill the prompt's budget (rag.generation.prompts), and one mostly holds who,
# what and when together.
MAX_PASSAGE_TOKENS = 128

TokenCounter = Callable[[list[str]], list[int]]


@dataclass(frozen=True)
class Passage:
    """A piece of an article's text; ``start`` and ``end`` count characters of that text."""

    article_id: str
    position: int
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """``article_id#position``, the passage's name in results."""
        return f"{self.article_id}#{self.position}"


def split_passages(article: Article, count_tokens: TokenCounter, max_tokens: int = MAX_PASSAGE_TOKENS) -> list[Passage]:
    """Cut an article at sentence bounds into passages of at most ``max_tokens`` of the embedder's own tokens.

    >>> article = Article(id="a", text="Satu dua. Tiga empat. Lima.", path="a.txt")
    >>> [p.text for p in split_passages(article, lambda texts: [len(t.split()) for t in texts], max_tokens=4)]
    ['Satu dua. Tiga empat.', 'Lima.']

    Every sentence lies in exactly one passage. A sentence longer than the limit is cut between words, so that nothing
    is lost to the embedder's truncation; only a single word longer than the limit stays over it.
    """
    spans = _fitting_spans(article.text, count_tokens, max_tokens)
    passages: list[Passage] = []
    start = end = filled = 0
    for span_start, span_end, length in spans:
        if filled and filled + length > max_tokens:
            passages.append(_passage(article, len(passages), start, end))
            filled = 0
        if not filled:
            start = span_start
        end = span_end
        filled += length
    if filled:
        passages.append(_passage(article, len(passages), start, end))
    return passages


def _passage(article: Article, position: int, start: int, end: int) -> Passage:
    return Passage(article.id, position, start, end, article.text[start:end])


def _fitting_spans(text: str, count_tokens: TokenCounter, max_tokens: int) -> list[tuple[int, int, int]]:
    """Return ``(start, end, tokens)`` of each sentence, longer ones halved between words until they fit."""
    waiting = sentence_spans(text)[::-1]
    lengths = dict(zip(waiting, count_tokens([text[start:end] for start, end in waiting]), strict=True))
    fitting: list[tuple[int, int, int]] = []
    while waiting:
        start, end = waiting.pop()
        length = lengths.get((start, end)) or max(1, count_tokens([text[start:end]])[0])
        middle = _space_near_middle(text, start, end) if length > max_tokens else None
        if middle is None:
            fitting.append((start, end, max(1, length)))
        else:
            waiting += [(middle + 1, end), (start, middle)]
    return fitting


def _space_near_middle(text: str, start: int, end: int) -> int | None:
    middle = (start + end) // 2
    left, right = text.rfind(" ", start + 1, middle), text.find(" ", middle, end - 1)
    places = [place for place in (left, right) if place > start]
    return min(places, key=lambda place: abs(place - middle)) if places else None
