"""What a search found: a passage, its article, its scores."""

from __future__ import annotations

from dataclasses import dataclass

from index.articles import Article
from index.passages import Passage
from rag.reading.reading import Reading


def titled(article: Article, text: str) -> str:
    """Return a text of an article below its title, as it is searched and judged."""
    return f"{article.title or ''}\n{text}"


@dataclass(frozen=True)
class Retrieved:
    """A passage found for a question. Every score is a similarity: higher is better.

    ``score`` is the final one in [0, 1], ``similarity`` the cosine to the question, ``bm25`` the word score (0: no word
    in common). ``article`` is without its text; ``also_in`` are the other articles of the same story, earliest first.
    ``readings`` are the reader's of the passages joined here, best first, none where nothing was read; their spans
    count characters of the article.
    """

    passage: Passage
    article: Article
    score: float
    similarity: float
    bm25: float
    also_in: tuple[Article, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def titled_text(self) -> str:
        """The article's title, a line break, and the passage."""
        return titled(self.article, self.passage.text)

    @property
    def story(self) -> str:
        """The same for all articles of one story."""
        return min(article.id for article in (self.article, *self.also_in))
