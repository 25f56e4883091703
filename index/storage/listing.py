"""The archive as a list: articles by title, outlet and day, how many a month, which stories were copied most."""

from __future__ import annotations

from dataclasses import dataclass

from index.storage.database import Database
from index.storage.filters import Filters

_COPIES = "(SELECT count(*) FROM stories o WHERE o.story = s.story) - 1"


@dataclass(frozen=True)
class Row:
    """One article of the list; ``copies`` counts the other articles of its story."""

    id: str
    title: str | None
    publisher: str | None
    date: str | None
    path: str
    passages: int
    copies: int


class Listing:
    """Lists the articles of one store.

    >>> [row.title for row in Listing(store.database).rows("beras")]  # doctest: +SKIP
    ['Harga Beras Naik']
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, search: str = "", filters: Filters | None = None, count: int = 1000) -> list[Row]:
        """Return the articles, newest first, whose title, outlet or file name hold a text and that fit the filters."""
        where, values = (filters or Filters()).condition()
        pattern = "%" + search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        rows = self._database.rows(
            "SELECT a.id, a.title, a.publisher, a.date, a.path, "
            "(SELECT count(*) FROM passages p WHERE p.article_id = a.id), "
            f"CASE WHEN s.story IS NULL THEN 0 ELSE {_COPIES} END "
            "FROM articles a LEFT JOIN stories s ON s.article_id = a.id "
            r"WHERE (ifnull(a.title, '') || ' ' || ifnull(a.publisher, '') || ' ' || a.id) LIKE ? ESCAPE '\' "
            f"{where} ORDER BY a.date IS NULL, a.date DESC, a.id LIMIT ?",
            (pattern, *values, count),
        )
        return [Row(*row) for row in rows]

    def publishers(self) -> list[tuple[str, int]]:
        """Return outlet and number of articles, most first."""
        query = "SELECT publisher, count(*) AS n FROM articles WHERE publisher IS NOT NULL GROUP BY lower(publisher)"
        return [(str(name), int(n)) for name, n in self._database.rows(f"{query} ORDER BY n DESC, publisher")]

    def days(self) -> tuple[str, str] | None:
        """Return the first and the last day of the archive, None where no article has a date."""
        first, last = self._database.rows("SELECT min(date), max(date) FROM articles")[0]
        return (str(first), str(last)) if first else None

    def months(self) -> list[tuple[str, str | None, int]]:
        """Return month (``2021-11``), outlet and number of articles, in order of time; undated ones are left out."""
        rows = self._database.rows(
            "SELECT substr(date, 1, 7) AS month, min(publisher), count(*) FROM articles WHERE date IS NOT NULL "
            "GROUP BY month, lower(publisher) ORDER BY month, lower(publisher)"
        )
        return [(str(month), publisher, int(count)) for month, publisher, count in rows]

    def most_copied(self, count: int = 10) -> list[tuple[Row, int]]:
        """Return the stories that appeared most often: the first article of each, and in how many it appeared."""
        rows = self._database.rows(
            "SELECT story, count(*) AS n FROM stories WHERE story IS NOT NULL GROUP BY story "
            "HAVING n > 1 ORDER BY n DESC, story LIMIT ?",
            (count,),
        )
        first = (
            "SELECT a.id, a.title, a.publisher, a.date, a.path, 0 FROM articles a "
            "JOIN stories s ON s.article_id = a.id WHERE s.story = ? ORDER BY a.date IS NULL, a.date, a.id LIMIT 1"
        )
        return [(Row(*(*self._database.rows(first, (story,))[0], times - 1)), int(times)) for story, times in rows]
