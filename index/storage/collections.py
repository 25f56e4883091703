"""Collections of articles that editors made, and who may see each: an article may stand in several. It keeps decisions.

A place in a collection holds for the article's id and for its text: renamed, moved, copied in or indexed again, the
article stands in it still. Two articles with the same text are one here. What a reader may not see is taken out in
``index.storage.mirror``, in one place for all that searches.
"""

from __future__ import annotations

import json
from collections.abc import Collection as Some
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from index.errors import InputError
from index.storage.database import Database
from index.storage.filters import Filters

if TYPE_CHECKING:
    import sqlite3

MAX_NAME_CHARS = 80
_MAX_TOLD = 8  # names in a message
_LIVE = "deleted_at IS NULL"
# The collection's articles that are in the archive now.
_HERE = "collected c JOIN articles a ON a.id = c.article_id AND NOT c.moved"


@dataclass(frozen=True)
class Collection:
    """One collection. ``readers`` may see it beside the editors; None is every reader, () the editors alone."""

    id: int
    name: str
    articles: int
    readers: tuple[str, ...] | None = None
    made_at: str = ""

    @property
    def is_restricted(self) -> bool:
        """Whether some reader may not see it, nor any article in it."""
        return self.readers is not None


class Collections:
    """The collections kept in one store. Names are compared without case.

    >>> collections.make("Pemilu 2024"); collections.add("Pemilu 2024", ["a.txt"])  # doctest: +SKIP

    Raises InputError for a name or an article that is not there.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- reading ---

    @property
    def revision(self) -> int:
        """A number that grows with every decision about a collection."""
        rows = self._database.rows("SELECT value FROM state WHERE name = 'collections'")
        return int(rows[0][0]) if rows else 0

    def all(self) -> list[Collection]:
        """Return all collections by name."""
        return self._found("", ())

    def named(self, name: str) -> Collection:
        """Return the collection of this name."""
        found = self._found("AND k.name = ? COLLATE NOCASE", (_tidy(name),))
        if not found:
            known = [one.name for one in self.all()]
            told = ", ".join(known[:_MAX_TOLD]) + (", …" if len(known) > _MAX_TOLD else "")
            raise InputError(f"Kumpulan {name!r} tidak ada; yang ada: {told or 'belum satu pun'}.")
        return found[0]

    def members(self, name: str) -> list[str]:
        """Return the ids of the articles in a collection that are in the archive."""
        query = f"SELECT c.article_id FROM {_HERE} WHERE c.collection = ? ORDER BY c.article_id"
        return [str(id) for (id,) in self._database.rows(query, (self.named(name).id,))]

    def of(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Return article id → the names of its collections, of the articles that stand in one."""
        if not self._database.rows("SELECT 1 FROM collected LIMIT 1"):  # ids by the ten thousand take their time
            return {}
        rows = self._database.rows(
            f"SELECT c.article_id, k.name FROM {_HERE} JOIN collections k ON k.id = c.collection AND k.{_LIVE} "
            "WHERE c.article_id IN (SELECT value FROM json_each(?)) ORDER BY k.name COLLATE NOCASE",
            (json.dumps(list(ids)),),
        )
        found: dict[str, list[str]] = {}
        for id, name in rows:
            found.setdefault(str(id), []).append(str(name))
        return found

    def within(self, filters: Filters | None, name: str | None) -> Filters:
        """Return filters that leave only a collection's articles; no name changes nothing."""
        filters = filters or Filters()
        if not name:
            return filters
        found = self.named(name)
        return replace(filters, collection=found.name, members=frozenset(self.members(found.name)))

    def folders(self, name: str) -> list[str]:
        """Return the folders whose articles come into a collection by themselves."""
        query = "SELECT folder FROM collected_folders WHERE collection = ? ORDER BY folder"
        return [str(folder) for (folder,) in self._database.rows(query, (self.named(name).id,))]

    def deleted(self) -> list[tuple[int, str]]:
        """Return number and name of the collections that were deleted, last first."""
        query = "SELECT id, name FROM collections WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC"
        return [(int(id), str(name)) for id, name in self._database.rows(query)]

    def hidden_from(self, reader: str, *, is_editor: bool) -> tuple[int, ...]:
        """Return the collections that a reader may not see; an article in any of them is not that reader's."""
        if is_editor:
            return ()
        rows = self._database.rows(f"SELECT id, readers FROM collections WHERE readers IS NOT NULL AND {_LIVE}")
        return tuple(sorted(int(id) for id, readers in rows if reader not in json.loads(readers)))

    def articles_in(self, collections: Some[int], *, moved: bool = False) -> frozenset[str]:
        """Return the ids of all articles in these collections, also of those that have gone.

        With ``moved`` also those by which they were known before their file had another name.
        """
        query = "SELECT DISTINCT article_id FROM collected WHERE collection IN (SELECT value FROM json_each(?))"
        query += "" if moved else " AND NOT moved"
        return frozenset(str(id) for (id,) in self._database.rows(query, (json.dumps(sorted(collections)),)))

    def _found(self, where: str, values: Sequence[object]) -> list[Collection]:
        rows = self._database.rows(
            f"SELECT k.id, k.name, (SELECT count(*) FROM {_HERE} WHERE c.collection = k.id), k.readers, k.made_at "
            f"FROM collections k WHERE k.{_LIVE} {where} ORDER BY k.name COLLATE NOCASE",
            values,
        )
        return [
            Collection(int(id), str(name), int(count), None if readers is None else tuple(json.loads(readers)), str(at))
            for id, name, count, readers, at in rows
        ]

    # --- decisions, one transaction each ---

    def make(self, name: str) -> Collection:
        """Make an empty collection that every reader may see."""
        name = self._free(name)
        with self._database.change(bump=False) as connection:
            at = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
            connection.execute("INSERT INTO collections (name, made_at) VALUES (?, ?)", (name, at))
            _revise(connection)
        return self.named(name)

    def rename(self, name: str, other: str) -> Collection:
        """Give a collection another name."""
        found = self.named(name)
        if _tidy(other).casefold() != found.name.casefold():
            other = self._free(other)
        self._change("UPDATE collections SET name = ? WHERE id = ?", (_tidy(other), found.id))
        return self.named(other)

    def add(self, name: str, ids: Iterable[str]) -> list[str]:
        """Put articles into a collection; return those that were not in it, others of the same text among them."""
        collection, wanted = self.named(name).id, list(dict.fromkeys(ids))
        with self._database.change(bump=False) as connection:
            text = json.dumps(wanted)
            query = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT article_id FROM texts)"
            if missing := connection.execute(query, (text,)).fetchall():
                raise InputError(f"Artikel {missing[0][0]} tidak ada di arsip; mungkin sudah dihapus.")
            same = (
                "SELECT article_id, sha256 FROM texts WHERE sha256 IN "
                "(SELECT sha256 FROM texts WHERE article_id IN (SELECT value FROM json_each(?)))"
            )
            already = "SELECT article_id FROM collected WHERE collection = ? AND NOT moved"
            before = {id for (id,) in connection.execute(already, (collection,))}
            rows = [(collection, id, sha256) for id, sha256 in connection.execute(same, (text,)).fetchall()]
            connection.executemany(
                "INSERT INTO collected (collection, article_id, text_sha256) VALUES (?, ?, ?) ON CONFLICT "
                "(collection, article_id) DO UPDATE SET moved = 0, text_sha256 = excluded.text_sha256",
                rows,
            )
            _revise(connection)
        return sorted(id for _, id, _ in rows if id not in before)

    def add_folder(self, name: str, folder: str) -> list[str]:
        """Put all articles of a folder into a collection, and those that come into it from now on.

        Return those that were not in it.
        """
        collection = self.named(name).id
        with self._database.change(bump=False) as connection:
            connection.execute("INSERT OR IGNORE INTO collected_folders VALUES (?, ?)", (collection, folder))
            query = "SELECT id FROM articles WHERE substr(path, 1, length(?1)) = ?1"
            inside = [str(id) for (id,) in connection.execute(query, (_beginning(folder),))]
            return self.add(name, inside)

    def remove_folder(self, name: str, folder: str) -> list[str]:
        """Take a folder and its articles out of a collection; return those that were in it."""
        collection = self.named(name).id
        with self._database.change(bump=False) as connection:
            values = (collection, folder)
            connection.execute("DELETE FROM collected_folders WHERE collection = ? AND folder = ?", values)
            query = "SELECT id FROM articles WHERE substr(path, 1, length(?1)) = ?1"
            return self.remove(name, [str(id) for (id,) in connection.execute(query, (_beginning(folder),))])

    def remove(self, name: str, ids: Iterable[str]) -> list[str]:
        """Take articles, and others of the same text, out of a collection; return those that were in it."""
        collection = self.named(name).id
        where = (
            "collection = ?1 AND (article_id IN (SELECT value FROM json_each(?2)) OR text_sha256 IN (SELECT "
            "text_sha256 FROM collected WHERE collection = ?1 AND article_id IN (SELECT value FROM json_each(?2))))"
        )
        values = (collection, json.dumps(list(ids)))
        with self._database.change(bump=False) as connection:
            query = f"SELECT article_id FROM collected WHERE {where} AND NOT moved ORDER BY article_id"
            gone = [str(id) for (id,) in connection.execute(query, values)]
            connection.execute(f"DELETE FROM collected WHERE {where}", values)
            _revise(connection)
        return gone

    def delete(self, name: str) -> Collection:
        """Delete a collection, not its articles; ``undelete`` brings it back.

        Raises InputError for a restricted one: its articles would come into everybody's sight at once.
        """
        found = self.named(name)
        if found.is_restricted:
            raise InputError(
                f"Kumpulan {found.name!r} terbatas; bila dihapus, artikelnya terlihat semua pembaca. "
                "Buka dahulu untuk semua pembaca, lalu hapus."
            )
        at = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
        self._change("UPDATE collections SET deleted_at = ? WHERE id = ?", (at, found.id))
        return found

    def undelete(self, id: int) -> Collection:
        """Bring a deleted collection back with its articles."""
        query = "SELECT name FROM collections WHERE id = ? AND deleted_at IS NOT NULL"
        rows = self._database.rows(query, (id,))
        if not rows:
            raise InputError("Kumpulan itu tidak ada di antara yang dihapus; mungkin sudah dikembalikan.")
        name = self._free(str(rows[0][0]))
        self._change("UPDATE collections SET deleted_at = NULL WHERE id = ?", (id,))
        return self.named(name)

    def show_to(self, name: str, readers: Iterable[str] | None) -> Collection:
        """Let these readers see a collection beside the editors: None every reader, none of them the editors alone."""
        found = self.named(name)
        text = None if readers is None else json.dumps(sorted(set(filter(None, map(str.strip, readers)))))
        self._change("UPDATE collections SET readers = ? WHERE id = ?", (text, found.id))
        return self.named(found.name)

    def forget_moved(self, ids: Iterable[str]) -> None:
        """Let go of the ids of articles whose file has gone where their text stands in the collection by another id.

        What comes under such an id next is another article. The row stays: older answers name the article so.
        """
        with self._database.change(bump=False) as connection:
            connection.executemany(
                "UPDATE collected SET moved = 1 WHERE article_id = ?1 AND EXISTS (SELECT 1 FROM collected o "
                "JOIN articles a ON a.id = o.article_id WHERE o.collection = collected.collection "
                "AND o.text_sha256 = collected.text_sha256 AND o.article_id <> ?1 AND NOT o.moved)",
                [(id,) for id in ids],
            )

    def _free(self, name: str) -> str:
        """Return a name as it is kept; InputError where it cannot be one, or another collection has it."""
        name = _tidy(name)
        if not name or len(name) > MAX_NAME_CHARS or '"' in name:
            raise InputError(f"Nama kumpulan {name[:40]!r}: tulis 1–{MAX_NAME_CHARS} huruf tanpa tanda kutip.")
        if self._found("AND k.name = ? COLLATE NOCASE", (name,)):
            raise InputError(f"Kumpulan {name!r} sudah ada; pilih nama lain.")
        return name

    def _change(self, statement: str, values: Sequence[object]) -> None:
        with self._database.change(bump=False) as connection:
            connection.execute(statement, tuple(values))
            _revise(connection)


def follow(connection: sqlite3.Connection, texts: Sequence[tuple[str, str, str]]) -> None:
    """Keep articles that are being written in their collections, and put them into those of their texts and folders.

    ``texts`` are the id, the digest of the text and the path of each.
    """
    some = "SELECT EXISTS (SELECT 1 FROM collected) OR EXISTS (SELECT 1 FROM collected_folders)"
    if not connection.execute(some).fetchone()[0]:
        return
    for id, text_sha256, path in texts:
        connection.execute(
            "UPDATE collected SET text_sha256 = ?2 WHERE article_id = ?1 AND NOT moved", (id, text_sha256)
        )
        connection.execute(
            "INSERT INTO collected (collection, article_id, text_sha256) "
            "SELECT DISTINCT collection, ?1, ?2 FROM collected WHERE text_sha256 = ?2 AND article_id <> ?1 "
            "ON CONFLICT (collection, article_id) DO UPDATE SET moved = 0, text_sha256 = excluded.text_sha256",
            (id, text_sha256),
        )
        connection.execute(
            "INSERT INTO collected (collection, article_id, text_sha256) "
            "SELECT collection, ?1, ?2 FROM collected_folders "
            "WHERE substr(?3, 1, length(folder) + 1) = folder || '/' "
            "ON CONFLICT (collection, article_id) DO UPDATE SET moved = 0, text_sha256 = excluded.text_sha256",
            (id, text_sha256, path),
        )


def _beginning(folder: str) -> str:
    return f"{folder}/"


def _revise(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO state VALUES ('collections', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1")


def _tidy(name: str) -> str:
    return " ".join(name.split())
