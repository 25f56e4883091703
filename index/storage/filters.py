"""Which articles count for a search."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.articles import Article

_IN_COLLECTION = (
    "SELECT c.article_id FROM collections k JOIN collected c ON c.collection = k.id "
    "WHERE k.name = ? AND k.deleted_at IS NULL AND NOT c.moved"
)


@dataclass(frozen=True)
class Filters:
    """Dates are ISO and inclusive; the publisher is compared without case. None, and no articles, do not limit.

    >>> bool(Filters()), bool(Filters(date_from="2021-01-01"))
    (False, True)

    An article whose date is unknown is outside every date range. A ``collection`` comes with the ids of its articles
    (``index.storage.collections.Collections.within`` sets both).
    """

    date_from: str | None = None
    date_to: str | None = None
    publisher: str | None = None
    articles: tuple[str, ...] = ()
    collection: str | None = None
    members: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def __bool__(self) -> bool:
        return any((self.date_from, self.date_to, self.publisher, self.articles, self.collection))

    def accepts(self, article: Article) -> bool:
        """Tell whether one article is within them.

        >>> Filters(publisher="Warta").accepts(Article(id="a", text="", path="", publisher="WARTA"))
        True
        """
        if self.articles and article.id not in self.articles:
            return False
        if self.collection is not None and article.id not in self.members:
            return False
        if self.publisher and (article.publisher or "").lower() != self.publisher.lower():
            return False
        if (self.date_from or self.date_to) and article.date is None:
            return False
        date = article.date or ""
        return (self.date_from or date) <= date <= (self.date_to or date)

    def condition(
        self, date: str = "a.date", publisher: str = "lower(a.publisher)", id: str = "a.id"
    ) -> tuple[str, tuple[str, ...]]:
        """Return the same as SQL on a table of articles named ``a``, or on these columns, with its values.

        >>> Filters(publisher="Warta").condition()
        ('AND lower(a.publisher) = lower(?)', ('Warta',))
        """
        parts = {
            f"AND {date} >= ?": self.date_from,
            f"AND {date} <= ?": self.date_to,
            f"AND {publisher} = lower(?)": self.publisher,
        }
        used = {part: value for part, value in parts.items() if value}
        where, values = list(used), [str(value) for value in used.values()]
        if self.articles:
            where.append(f"AND {id} IN ({', '.join('?' * len(self.articles))})")
            values += self.articles
        if self.collection is not None:
            where.append(f"AND {id} IN ({_IN_COLLECTION})")
            values.append(self.collection)
        return " ".join(where), tuple(values)
