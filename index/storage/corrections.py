"""What people decided about single articles: fields corrected by hand, articles taken out. It outlives re-indexing.

    the file's word, the sidecar's, what rules find → corrected by hand

A decision holds for the article's id and for its text: renamed, moved or copied in, the text meets it again. It keeps
decisions; ``index.pipeline.editor`` carries them out in the store.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from index.articles import Article, text_digest
from index.storage.database import Database

FIELDS = ("title", "date", "publisher", "author", "url")
RULE = "desk"  # the rule of a date that was corrected by hand
Fields = dict[str, str | None]


class Corrections:
    """The decisions kept in one store.

    >>> Corrections(store.database).applied(article)[0].title  # doctest: +SKIP
    'Judul yang benar'
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Tell whether anything was decided about any article."""
        tables = ("corrections", "removed", "held_back")
        found = " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables)
        return bool(self._database.rows(f"SELECT {found}")[0][0])

    # --- fields ---

    def stated(self, id: str) -> Fields:
        """Return the fields corrected by hand; None as a value says that the field is unknown."""
        return self._read("stated", id)

    def applied(
        self, found: Article, *, is_new: bool = False, is_gone: Callable[[str], bool] = lambda _: False
    ) -> tuple[Article, str | None]:
        """Return an article as corrected, and the id of the article whose correction its text brought along, or None.

        What was found this time is kept, to go back to. ``is_new`` says that the archive holds this text under no such
        id so far, ``is_gone`` of an id that its file is there no more.
        """
        stated, source = self.stated(found.id), None
        if not stated and is_new:
            stated, source = self._stated_of_text(found, is_gone)
        if not stated:
            return found, None
        self.state(found, stated)
        return corrected(found, stated), source

    def _stated_of_text(self, found: Article, is_gone: Callable[[str], bool]) -> tuple[Fields, str | None]:
        query = "SELECT article_id, stated, found FROM corrections WHERE text_sha256 = ? ORDER BY article_id"
        for id, stated, before in self._database.rows(query, (text_digest(found.text),)):
            fields, wrong = dict(json.loads(stated)), json.loads(before)
            if not is_gone(id):  # a copy: another outlet's may well be right where the first was wrong
                fields = {name: value for name, value in fields.items() if wrong.get(name) == getattr(found, name)}
            if fields:
                return fields, str(id)
        return {}, None

    def state(self, found: Article, stated: Fields) -> None:
        """Keep the corrected fields of an article, beside what they were; no fields: forget the correction."""
        before = {name: getattr(found, name) for name in (*FIELDS, "date_rule")}
        with self._database.change(bump=False) as connection:
            if stated:
                texts = (json.dumps(stated, ensure_ascii=False), json.dumps(before, ensure_ascii=False))
                connection.execute(
                    "INSERT OR REPLACE INTO corrections (article_id, stated, found, text_sha256) VALUES (?, ?, ?, ?)",
                    (found.id, *texts, text_digest(found.text)),
                )
            else:
                connection.execute("DELETE FROM corrections WHERE article_id = ?", (found.id,))

    def as_found(self, article: Article) -> Article:
        """Return a stored article as it was before it was corrected."""
        found = self._read("found", article.id)
        return replace(article, **found, sha256="") if found else article

    def forget_moved(self, ids: list[str]) -> None:
        """Forget the corrections of articles whose file has gone where their text has taken them along."""
        with self._database.change(bump=False) as connection:
            connection.executemany(
                "DELETE FROM corrections WHERE article_id = ?1 AND EXISTS (SELECT 1 FROM corrections o "
                "JOIN articles a ON a.id = o.article_id "
                "WHERE o.text_sha256 = corrections.text_sha256 AND o.article_id <> ?1)",
                [(id,) for id in ids],
            )

    def _read(self, column: str, id: str) -> dict[str, Any]:
        rows = self._database.rows(f"SELECT {column} FROM corrections WHERE article_id = ?", (id,))
        return dict(json.loads(rows[0][0])) if rows else {}

    # --- articles taken out ---

    def removed_as(self, id: str) -> str | None:
        """Return the id under which an article was taken out, so that it must not come back with its file, or None.

        It is another than ``id`` where the text was held back under this id before.
        """
        rows = self._database.rows(
            "SELECT article_id FROM removed WHERE article_id = ?1 "
            "UNION ALL SELECT removed_id FROM held_back WHERE article_id = ?1 LIMIT 1",
            (id,),
        )
        return str(rows[0][0]) if rows else None

    def text_removed_as(self, text: str) -> str | None:
        """Return the id of an article that was taken out with this text, None where there is none."""
        rows = self._database.rows(
            "SELECT article_id FROM removed WHERE text_sha256 = ?1 "
            "UNION ALL SELECT removed_id FROM held_back WHERE text_sha256 = ?1 LIMIT 1",
            (text_digest(text),),
        )
        return str(rows[0][0]) if rows else None

    def hold_back(self, article: Article, removed_id: str) -> None:
        """Write down that an article does not come in since it, or its text, was taken out."""
        row = (article.id, article.path, text_digest(article.text), removed_id)
        with self._database.change(bump=False) as connection:
            connection.execute("INSERT OR REPLACE INTO held_back VALUES (?, ?, ?, ?)", row)

    def put_away(self, article: Article) -> None:
        """Keep an article that is taken out, so that it can be put back."""
        at = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
        row = (article.id, json.dumps(asdict(article), ensure_ascii=False), at, text_digest(article.text))
        with self._database.change(bump=False) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO removed (article_id, article, removed_at, text_sha256) VALUES (?, ?, ?, ?)", row
            )

    def put_away_articles(self) -> list[tuple[Article, str]]:
        """Return the articles that were taken out, last first, each with the time."""
        rows = self._database.rows("SELECT article, removed_at FROM removed ORDER BY removed_at DESC, article_id")
        return [(Article(**json.loads(text)), str(at)) for text, at in rows]

    def take_back(self, id: str) -> Article | None:
        """Return an article that was taken out, None where there is none of that id."""
        rows = self._database.rows("SELECT article FROM removed WHERE article_id = ?", (id,))
        return Article(**json.loads(rows[0][0])) if rows else None

    def forget_removed(self, id: str) -> None:
        """Let an article come in again; the files that were held back for it are read anew by the next run."""
        with self._database.change(bump=False) as connection:
            held = "SELECT path FROM held_back WHERE removed_id = ?"
            connection.execute(f"DELETE FROM files WHERE path IN ({held})", (id,))
            connection.execute("DELETE FROM held_back WHERE removed_id = ?", (id,))
            connection.execute("DELETE FROM removed WHERE article_id = ?", (id,))

    # --- what an earlier version of the program left half done ---

    def undone(self) -> tuple[list[str], list[str]]:
        """Return the ids of articles that are taken out and still here, and of those whose correction is not in."""
        rows = self._database.rows("SELECT article_id FROM removed JOIN articles ON id = article_id ORDER BY 1")
        names = ", ".join(f"a.{name}" for name in FIELDS)
        stated = self._database.rows(
            f"SELECT c.article_id, c.stated, {names} FROM corrections c JOIN articles a ON a.id = c.article_id "
            "ORDER BY c.article_id"
        )
        return [str(id) for (id,) in rows], [
            str(id)
            for id, text, *values in stated
            if any(
                dict(zip(FIELDS, values, strict=True)).get(name) != value for name, value in json.loads(text).items()
            )
        ]


def corrected(article: Article, stated: Fields) -> Article:
    """Return an article with the fields that were stated by hand.

    >>> corrected(Article(id="a", text="Isi.", path="a.txt", title="Jdul"), {"title": "Judul"}).title
    'Judul'
    """
    changes: dict[str, Any] = {name: value for name, value in stated.items() if name in FIELDS}
    if "date" in changes:
        changes["date_rule"] = RULE if changes["date"] else None
    return replace(article, **changes, sha256="")
