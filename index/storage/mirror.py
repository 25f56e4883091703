"""A store of its own with what some readers may see: what is hidden from them was never in it.

    the archive − the articles of the collections that they may not see → another store, kept in step

Whatever searches, counts, suggests or spells works on this store as on the whole one and needs no rule about rights: no
path can forget it, and what is not there takes no time. It is a cache: it can be deleted at any moment.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import StoreError
from index.passages import Passage
from index.storage.collections import Collections
from index.storage.full_text import FullText
from index.storage.ngram_index import Runs
from index.storage.repository import Store
from index.storage.speakers import Speakers
from index.storage.story_groups import Stories

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = "terlihat"
_CHUNK = 256  # articles a transaction: all that a kill loses
_HOW_STORED = "sha256, path, embedder, pipeline, folder, place, uploaded_by, uploaded_at"


class Mirror:
    """What is left of a store without the articles of some collections.

    >>> mirror = Mirror(store, [3]); mirror.refresh(); mirror.store.counts()  # doctest: +SKIP
    (3667, 14920)

    Raises StoreError where it cannot be written: nobody gets the whole store instead.
    """

    def __init__(self, source: Store, hidden: Iterable[int]) -> None:
        """``hidden`` are the numbers of the collections that must not be seen."""
        self._source = source
        self._hidden = frozenset(hidden)
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self.folder = _folder(source, self._hidden)
        try:
            self.store = Store(self.folder / source.path.name, create=True)
        except StoreError:  # damaged, or of another version
            shutil.rmtree(self.folder, ignore_errors=True)
            self.store = Store(self.folder / source.path.name, create=True)

    @property
    def is_current(self) -> bool:
        """Whether it holds what it should, as the whole store and the decisions about collections are now."""
        return self._seen == self._now()

    def withholds(self) -> frozenset[str]:
        """Return the ids of the articles that it leaves out, also those by which they were known before."""
        return Collections(self._source.database).articles_in(self._hidden, moved=True)

    def refresh(self) -> None:
        """Bring it in step with the whole store; once it returns, nothing hidden is in it."""
        with self._lock:
            now = self._now()
            if now == self._seen:
                return
            # subtle: the articles first. One that comes in hidden is in its collection in the same transaction, so it
            # is among the hidden ones when these are read later; and what is copied must still be what was listed.
            wanted = _stored(self._source)
            hidden = Collections(self._source.database).articles_in(self._hidden)
            wanted = {id: how for id, how in wanted.items() if id not in hidden}
            stand = _stored(self.store)
            self._erase([id for id, how in stand.items() if wanted.get(id) != how], frozenset(wanted))
            rest = iter([id for id, how in wanted.items() if stand.get(id) != how])
            while some := list(islice(rest, _CHUNK)):
                with self.store.database.change():
                    for id in some:
                        self._copy(id, wanted[id][0])
            self._decide(frozenset(wanted))
            self.store.packed_words.pack()
            Runs(self.store).refresh()
            FullText(self.store).refresh()
            Stories(self.store).refresh()
            self._seen = now

    def close(self) -> None:
        """Release the file."""
        self.store.close()

    def _now(self) -> tuple[int, int]:
        return self._source.generation, Collections(self._source.database).revision

    def _erase(self, ids: list[str], wanted: frozenset[str]) -> None:
        for at in range(0, len(ids), _CHUNK):
            some = ids[at : at + _CHUNK]
            with self.store.database.change():
                Runs(self.store).erase(some)
                FullText(self.store).erase(some)
                self.store.erase_articles(some)
        if ids:
            self._decide(wanted)

    def _copy(self, id: str, sha256: str) -> None:
        article = self._source.article(id)
        rows = self._source.database.rows(
            'SELECT a.sha256, a.embedder, a.pipeline, p.position, p.start, p."end", p.vector, p.digest, w.stems '
            "FROM passages p JOIN articles a ON a.id = p.article_id JOIN words w ON w.rowid = p.rowid "
            "WHERE p.article_id = ? ORDER BY p.position",
            (id,),
        )
        if article is None or not rows or {article.sha256, *(row[0] for row in rows)} != {sha256}:
            return  # it has changed since it was listed: next time
        self.store.put_article(
            article,
            [Passage(id, at, start, end, article.text[start:end]) for _, _, _, at, start, end, *_ in rows],
            np.stack([np.frombuffer(row[6], dtype="<f4") for row in rows]),
            [row[8] for row in rows],
            embedder=rows[0][1],
            pipeline=rows[0][2],
            digests=[row[7] for row in rows],
        )
        Speakers(self.store).copy(self._source, id)

    def _decide(self, wanted: frozenset[str]) -> None:
        """Write the collections that may be seen, with those of their articles that may be."""
        database = self._source.database
        kept = database.rows(
            "SELECT id, name, readers IS NOT NULL, made_at FROM collections WHERE deleted_at IS NULL ORDER BY id"
        )
        # numbered anew: a gap would tell that there are others
        numbers = {row[0]: new for new, row in enumerate((r for r in kept if r[0] not in self._hidden), start=1)}
        rows = database.rows("SELECT collection, article_id, text_sha256 FROM collected WHERE NOT moved")
        with self.store.database.change(bump=False) as connection:
            for table in ("collections", "collected", "collected_folders"):
                connection.execute(f"DELETE FROM {table}")
            connection.executemany(  # that it is restricted is told, not who else may see it
                "INSERT INTO collections (id, name, readers, made_at) VALUES (?, ?, ?, ?)",
                [(numbers[id], name, "[]" if limited else None, at) for id, name, limited, at in kept if id in numbers],
            )
            connection.executemany(
                "INSERT INTO collected (collection, article_id, text_sha256) VALUES (?, ?, ?)",
                [(numbers[one], id, text) for one, id, text in rows if one in numbers and id in wanted],
            )
            connection.execute(
                "INSERT INTO state VALUES ('collections', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
            )


def tidy(source: Store) -> None:
    """Delete what is left of mirrors for readers of whom none is there any more."""
    rows = source.database.rows("SELECT id FROM collections WHERE readers IS NOT NULL AND deleted_at IS NULL")
    limited = {str(id) for (id,) in rows}
    for folder in _folders(source):
        if not set(folder.name.split("-")) <= limited:
            shutil.rmtree(folder, ignore_errors=True)


def _folders(source: Store) -> Iterator[Path]:
    with suppress(OSError):
        yield from list((source.path.parent / FOLDER).iterdir())


def _folder(source: Store, hidden: frozenset[int]) -> Path:
    name = "-".join(map(str, sorted(hidden)))
    try:
        if source.database.read_only:
            return Path(tempfile.mkdtemp(prefix="tanya-terlihat-"))
        folder = source.path.parent / FOLDER / name
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Folder {source.path.parent / FOLDER} tidak dapat ditulis: {error.strerror}.") from error
    return folder


def _stored(store: Store) -> dict[str, tuple[Any, ...]]:
    rows = store.database.rows(f"SELECT id, {_HOW_STORED} FROM articles")
    return {str(id): tuple(how) for id, *how in rows}
