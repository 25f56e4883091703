"""What people decided about single articles: fields corrected by hand, articles taken out. It outlives re-indexing.

    the file's word, the sidecar's, what rules find → corrected by hand

It keeps decisions; ``index.pipeline.editor`` carries them out in the store.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from index.articles import Article
from index.storage.database import Database

FIELDS = ("title", "date", "publisher", "author", "url")
RULE = "desk"  # the rule of a date that was corrected by hand
Fields = dict[str, str | None]


class Corrections:
    """The decisions kept in one store.

    >>> Corrections(store.database).applied(article).title  # doctest: +SKIP
    'Judul yang benar'
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- fields ---

    def stated(self, id: str) -> Fields:
        """Return the fields corrected by hand; None as a value says that the field is unknown."""
        return self._read("stated", id)

    def applied(self, found: Article) -> Article:
        """Return an article as corrected; what was found this time is kept, to go back to."""
        stated = self.stated(found.id)
        if not stated:
            return found
        self.state(found, stated)
        return corrected(found, stated)

    def state(self, found: Article, stated: Fields) -> None:
        """Keep the corrected fields of an article, beside what they were; no fields: forget the correction."""
        before = {name: getattr(found, name) for name in (*FIELDS, "date_rule")}
        with self._database.change(bump=False) as connection:
            if stated:
                row = (found.id, json.dumps(stated, ensure_ascii=False), json.dumps(before, ensure_ascii=False))
                connection.execute("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?)", row)
            else:
                connection.execute("DELETE FROM corrections WHERE article_id = ?", (found.id,))

    def as_found(self, article: Article) -> Article:
        """Return a stored article as it was before it was corrected."""
        found = self._read("found", article.id)
        return replace(article, **found, sha256="") if found else article

    def _read(self, column: str, id: str) -> dict[str, Any]:
        rows = self._database.rows(f"SELECT {column} FROM corrections WHERE article_id = ?", (id,))
        return dict(json.loads(rows[0][0])) if rows else {}

    # --- articles taken out ---

    def is_removed(self, id: str) -> bool:
        """Tell whether an article was taken out and must not come back with its file."""
        return bool(self._database.rows("SELECT 1 FROM removed WHERE article_id = ?", (id,)))

    def put_away(self, article: Article) -> None:
        """Keep an article that is taken out, so that it can be put back."""
        row = (article.id, json.dumps(asdict(article), ensure_ascii=False), f"{datetime.now():%Y-%m-%dT%H:%M:%S}")
        with self._database.change(bump=False) as connection:
            connection.execute("INSERT OR REPLACE INTO removed VALUES (?, ?, ?)", row)

    def put_away_articles(self) -> list[tuple[Article, str]]:
        """Return the articles that were taken out, last first, each with the time."""
        rows = self._database.rows("SELECT article, removed_at FROM removed ORDER BY removed_at DESC, article_id")
        return [(Article(**json.loads(text)), str(at)) for text, at in rows]

    def take_back(self, id: str) -> Article | None:
        """Return an article that was taken out, None where there is none of that id."""
        rows = self._database.rows("SELECT article FROM removed WHERE article_id = ?", (id,))
        return Article(**json.loads(rows[0][0])) if rows else None

    def forget_removed(self, id: str) -> None:
        """Let an article come in again."""
        with self._database.change(bump=False) as connection:
            connection.execute("DELETE FROM removed WHERE article_id = ?", (id,))


def corrected(article: Article, stated: Fields) -> Article:
    """Return an article with the fields that were stated by hand.

    >>> corrected(Article(id="a", text="Isi.", path="a.txt", title="Jdul"), {"title": "Judul"}).title
    'Judul'
    """
    changes: dict[str, Any] = {name: value for name, value in stated.items() if name in FIELDS}
    if "date" in changes:
        changes["date_rule"] = RULE if changes["date"] else None
    return replace(article, **changes, sha256="")
