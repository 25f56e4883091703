"""The truth: articles, passages, their vectors and the word index, read and written by name.

An article is written whole in one transaction (``index.storage.database``). Ids of passages here are SQLite row ids.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.articles import Article, text_digest
from index.passages import Passage
from index.storage.collections import Collections, follow
from index.storage.database import Database, parted, stems_in
from index.storage.filters import Filters
from index.storage.packed_words import PackedWords
from index.storage.vectors import Ids, Vectors
from index.text.analysis import tokens
from index.text.sounds import sounds

if TYPE_CHECKING:
    import sqlite3

_HEAD_FIELDS = (  # all but the text
    "id, path, title, date, date_rule, publisher, author, url, sha256, folder, place, entered_at, changed_at, "
    "uploaded_by, uploaded_at, ocr"
)
_FIELDS = f"{_HEAD_FIELDS}, text"
_TIMES = ("entered_at", "changed_at")
_Times = tuple[str | None, str | None]
_MAX_VALUES = 500  # in one query; SQLite takes 32,766
_MAX_COUNTS = 100_000  # of stems, kept in memory
_MAX_FILTERED = 4  # filters whose passages are kept in memory: 8 MB each at a million
_CHUNK_ROWS = 4096  # 6 MB of vectors at a time


@dataclass(frozen=True)
class Stored:
    """How an article is stored: digest of its content, its file, and what made its passages and vectors."""

    sha256: str
    path: str
    embedder: str
    pipeline: int


@dataclass(frozen=True)
class Entry:
    """An article to be written with its passages, their ``(n, d)`` vectors and stems.

    ``digests`` name what was embedded for each passage, so that the vector can serve again (``Store.vectors_of``).
    """

    article: Article
    passages: Sequence[Passage]
    vectors: Iterable[Vectors]
    stems: Sequence[str]
    digests: Sequence[bytes | None] = ()


class Truth(Protocol):
    """Where several machines keep one archive (``index.storage.shared_truth``)."""

    @property
    def problem(self) -> str:
        """One line where it could not be reached when it was last asked, "" otherwise."""
        ...

    @property
    def number(self) -> int:
        """The number of the last change that is in the store."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the right to write, on all machines."""
        ...

    def follow(self) -> bool:
        """Take in what others changed since; return whether there was anything."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Store:
    """The articles of one data folder. Safe to share by threads; use ``with`` or ``close`` it.

    Raises StoreError where the file is no index of this program, of a newer version, or cannot be read.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self.database = Database(path, create=create)
        self.packed_words = PackedWords(self.database)
        self._filtered_lock = threading.Lock()
        self._filtered: OrderedDict[tuple[int, int, Filters], Ids] = OrderedDict()
        self.truth: Truth | None = None  # which this store is the reading copy of
        self._stem_counts: tuple[int, dict[str, int]] = (-1, {})  # of this generation

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.truth is not None:
            self.truth.close()
        self.database.close()

    @contextmanager
    def sole_writer(self) -> Iterator[None]:
        """Hold the right to write on all machines that share the archive; the lock of the folder is held already."""
        with self.truth.writing() if self.truth else nullcontext():
            yield

    # --- writing ---

    def put_article(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: Vectors,
        stems: Sequence[str],
        *,
        embedder: str,
        pipeline: int,
        digests: Sequence[bytes] = (),
    ) -> None:
        """Write an article with its passages, ``(n, d)`` vectors and stems, in place of what stood under its id.

        ``digests`` name what was embedded for each passage, so that the vector can serve again (``vectors_of``).
        """
        entry = Entry(article, passages, vectors, stems, digests)
        self.put_articles([entry], embedder=embedder, pipeline=pipeline)

    def put_articles(self, entries: Sequence[Entry], *, embedder: str, pipeline: int) -> None:
        """Write many articles at once, each of another id, as ``put_article`` does one: all of them or none."""
        with self.database.change() as connection:
            stood = _standing(connection, [entry.article.id for entry in entries])
            _delete(connection, list(stood))
            now = f"{datetime.now():%Y-%m-%dT%H:%M:%S}"
            times = [_times(entry.article, stood.get(entry.article.id), now) for entry in entries]
            follow(connection, self._put(connection, entries, times, embedder, pipeline))

    def copy_article(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: Vectors,
        stems: Sequence[str],
        *,
        embedder: str,
        pipeline: int,
        digests: Sequence[bytes | None],
    ) -> None:
        """Write an article as ``put_article`` does, with the times that it has and into no collection by itself."""
        with self.database.change() as connection:
            _delete(connection, [article.id])
            entry, times = Entry(article, passages, vectors, stems, digests), (article.entered_at, article.changed_at)
            self._put(connection, [entry], [times], embedder, pipeline)

    def _put(
        self,
        connection: sqlite3.Connection,
        entries: Sequence[Entry],
        times: Sequence[_Times],
        embedder: str,
        pipeline: int,
    ) -> list[tuple[str, str, str]]:
        """Write articles that are not there and all that is beside them; return id, digest of the text, path of each.

        subtle: a statement for each table, not for each article: short articles cost little more than their statements.
        """
        names = [name for name in _FIELDS.split(", ") if name not in _TIMES]
        columns, value_of = (*names, *_TIMES, "embedder", "pipeline"), attrgetter(*names)
        connection.executemany(
            f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            [(*value_of(entry.article), *own, embedder, pipeline) for entry, own in zip(entries, times, strict=True)],
        )
        texts = [(one.article.id, text_digest(one.article.text) or "", one.article.path) for one in entries]
        connection.executemany("INSERT INTO texts VALUES (?, ?)", [(id, digest) for id, digest, _ in texts])
        # subtle: no row id is given twice, so that one that is gone finds nothing (index.storage.vector_cache)
        highest = _state(connection, "highest_passage")
        passages: list[tuple[object, ...]] = []
        words: list[tuple[int, str]] = []
        spans: list[tuple[object, ...]] = []
        for entry in entries:
            article, first = entry.article, highest + 1
            named: Sequence[bytes | None] = entry.digests or [None] * len(entry.passages)
            rows = zip(entry.passages, entry.vectors, entry.stems, named, strict=True)
            for highest, (passage, vector, stems, digest) in enumerate(rows, start=first):
                blob = vector.astype("<f4", copy=False).tobytes()
                passages.append((highest, article.id, passage.position, passage.start, passage.end, blob, digest))
                words.append((highest, stems))
            if entry.passages:
                spans.append((article.id, article.date, article.publisher, first, len(entry.passages)))
        connection.executemany(
            'INSERT INTO passages (rowid, article_id, position, start, "end", vector, digest) '
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            passages,
        )
        connection.executemany("INSERT INTO words (rowid, stems) VALUES (?, ?)", words)
        connection.executemany("INSERT INTO spans VALUES (?, ?, lower(?), ?, ?)", spans)
        connection.execute("UPDATE state SET value = ? WHERE name = 'highest_passage'", (highest,))
        every = {word for _, stems in words for word in stems.split()}
        connection.executemany(
            "INSERT OR IGNORE INTO sounds VALUES (?, ?)", [(sound, word) for word in every for sound in sounds(word)]
        )
        publishers = Counter(entry.article.publisher for entry in entries)
        _count(connection, {embedder: len(entries)}, publishers, [stems for _, stems in words])
        return texts

    def remove_articles(self, ids: Sequence[str]) -> None:
        """Forget these articles and all that hangs on them."""
        if ids:
            with self.database.change() as connection:
                _delete(connection, ids)

    def erase_articles(self, ids: Sequence[str]) -> None:
        """Forget these articles and that their words were ever written here."""
        with self.database.change() as connection:
            for id in ids:
                rows = connection.execute(
                    "SELECT w.stems FROM passages p JOIN words w ON w.rowid = p.rowid WHERE p.article_id = ?", (id,)
                )
                stems = {word for (words,) in rows for word in words.split()}
                _delete(connection, [id])
                still = "SELECT 1 FROM vocabulary WHERE term = ?"
                gone = [one for one in stems if connection.execute(still, (one,)).fetchone() is None]
                keys = [(sound, one) for one in gone for sound in sounds(one)]
                connection.executemany("DELETE FROM sounds WHERE sound = ? AND stem = ?", keys)

    def put_file(self, path: str, sha256: str, pipeline: int) -> None:
        """Record that all articles of this file, in this state, are in the store."""
        with self.database.change(bump=False) as connection:
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (path, sha256, pipeline))
            connection.execute("DELETE FROM set_aside WHERE path = ?", (path,))

    def put_aside(self, path: str, sha256: str, pipeline: int, reason: str) -> None:
        """Record that this file, in this state, went beyond the limits of reading."""
        with self.database.change(bump=False) as connection:
            row = (path, sha256, pipeline, reason, f"{datetime.now():%Y-%m-%dT%H:%M:%S}")
            connection.execute("INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?, ?, ?)", row)

    def note_upload(self, folder: str, reader: str) -> None:
        """Record who uploads the files of this folder, and that it is now."""
        with self.database.change(bump=False) as connection:
            row = (folder, reader, f"{datetime.now():%Y-%m-%dT%H:%M:%S}")
            connection.execute("INSERT OR REPLACE INTO uploads VALUES (?, ?, ?)", row)

    def uploads(self) -> dict[str, tuple[str, str]]:
        """Return folder → who uploaded it and when."""
        return {folder: (reader, at) for folder, reader, at in self.database.rows("SELECT * FROM uploads")}

    def elsewhere(self) -> set[str]:
        """Return the paths of the files that another machine reads: here they need not lie (``--store``)."""
        if not self.database.is_shared:
            return set()
        return {str(path) for (path,) in self.database.rows("SELECT path FROM elsewhere")}

    def claim(self, paths: Iterable[str]) -> None:
        """Record that these files are read on this machine too: where they go from here, they are gone."""
        with self.database.change(bump=False) as connection:
            connection.executemany("DELETE FROM elsewhere WHERE path = ?", [(path,) for path in paths])

    def forget_aside(self, paths: Sequence[str]) -> None:
        """Let these files be read again."""
        if paths:
            with self.database.change(bump=False) as connection:
                connection.executemany("DELETE FROM set_aside WHERE path = ?", [(path,) for path in paths])

    def set_aside(self) -> dict[str, tuple[str, int, str]]:
        """Return path → (SHA-256, pipeline version, reason) of every file that went beyond the limits of reading."""
        rows = self.database.rows("SELECT path, sha256, pipeline, reason FROM set_aside")
        return {path: (sha256, pipeline, reason) for path, sha256, pipeline, reason in rows}

    def remove_file(self, path: str) -> None:
        """Forget a file and its articles."""
        with self.database.change() as connection:
            _delete(connection, [id for (id,) in connection.execute("SELECT id FROM articles WHERE path = ?", (path,))])
            connection.execute("DELETE FROM files WHERE path = ?", (path,))
            connection.execute("DELETE FROM set_aside WHERE path = ?", (path,))

    # --- reading ---

    @property
    def generation(self) -> int:
        """A number that grows with every change."""
        return int(self.database.rows("SELECT value FROM state WHERE name = 'generation'")[0][0])

    def counts(self) -> tuple[int, int]:
        """Return how many articles and how many passages there are."""
        values = dict(self.database.rows("SELECT name, value FROM state WHERE name IN ('articles', 'passages')"))
        return int(values["articles"]), int(values["passages"])

    def embedders(self) -> list[str]:
        """Return the identities of the embedders whose vectors are here."""
        rows = self.database.rows("SELECT name FROM tallies WHERE kind = 'embedder' ORDER BY name")
        return [str(name) for (name,) in rows]

    def publishers(self) -> list[str]:
        """Return the outlets of the articles, those with most articles first; case makes no other outlet."""
        query = "SELECT min(name) FROM tallies WHERE kind = 'publisher' GROUP BY lower(name)"
        query += " ORDER BY sum(articles) DESC, 1"
        return [str(name) for (name,) in self.database.rows(query)]

    def files(self) -> dict[str, tuple[str, int]]:
        """Return path → (SHA-256 of its bytes, pipeline version) of every file that is wholly in."""
        return {path: (sha256, pipeline) for path, sha256, pipeline in self.database.rows("SELECT * FROM files")}

    def file_digest(self, path: str) -> str | None:
        """Return the SHA-256 that a file had when it was last wholly read, None where it was not."""
        rows = self.database.rows("SELECT sha256 FROM files WHERE path = ?", (path,))
        return str(rows[0][0]) if rows else None

    def stored_articles(self, path: str | None = None) -> dict[str, Stored]:
        """Return id → how it is stored, of all articles or of those from one file."""
        query = "SELECT id, sha256, path, embedder, pipeline FROM articles"
        rows = self.database.rows(query) if path is None else self.database.rows(query + " WHERE path = ?", (path,))
        return {row[0]: Stored(*row[1:]) for row in rows}

    def article_counts(self) -> dict[str, int]:
        """Return path → how many articles came from that file."""
        return dict(self.database.rows("SELECT path, count(*) FROM articles GROUP BY path"))

    def titled(self, title: str) -> list[str]:
        """Return the ids of the articles of this title, signs and case aside, latest first, undated last.

        The id of an article, which may be its file's name, names it as well.
        """
        words = tokens(title)
        plain = re.findall(r"[a-z0-9]+", title.lower())  # what LIKE compares without case
        if not plain:
            return []
        rows = self.database.rows(
            "SELECT id, title FROM articles WHERE title LIKE ? OR id = ? ORDER BY date IS NULL, date DESC, id",
            ("%" + "%".join(plain) + "%", title),
        )
        return [id for id, other in rows if id == title or tokens(other or "") == words]

    def owner(self, id: str) -> str | None:
        """Return the path of the file the article of this id came from, None where there is none."""
        rows = self.database.rows("SELECT path FROM articles WHERE id = ?", (id,))
        return str(rows[0][0]) if rows else None

    def paths(self) -> set[str]:
        """Return the paths of all files that are wholly or partly in."""
        return {path for (path,) in self.database.rows("SELECT path FROM articles UNION SELECT path FROM files")}

    def article(self, id: str) -> Article | None:
        """Return one article, None where there is none of that id."""
        rows = self.database.rows(f"SELECT {_FIELDS} FROM articles WHERE id = ?", (id,))
        if not rows:
            return None
        return Article(**dict(zip(_FIELDS.split(", "), rows[0], strict=True)))

    def texts(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield id and text of those of the articles that are here, one in memory at a time; ``ids`` are in order."""
        for at in range(0, len(ids), _MAX_VALUES):
            some = ids[at : at + _MAX_VALUES]
            marks = ", ".join("?" * len(some))
            yield from self.database.stream(f"SELECT id, text FROM articles WHERE id IN ({marks}) ORDER BY id", some)

    def passages(self, rowids: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """Return rowid → its passage and its article (the article without its text, to stay quick)."""
        found: dict[int, tuple[Passage, Article]] = {}
        fields = ", ".join(f"a.{name}" for name in _HEAD_FIELDS.split(", "))
        marks = ", ".join("?" * len(rowids))
        rows = self.database.rows(
            f'SELECT p.rowid, p.position, p.start, p."end", substr(a.text, p.start + 1, p."end" - p.start), {fields} '
            f"FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.rowid IN ({marks})",
            tuple(rowids),
        )
        for rowid, position, start, end, text, *head in rows:
            article = _head(head)
            found[rowid] = (Passage(article.id, position, start, end, text), article)
        return found

    def folders(self) -> list[str]:
        """Return the folders that the articles came from."""
        rows = self.database.rows("SELECT DISTINCT folder FROM articles WHERE folder IS NOT NULL ORDER BY folder")
        return [str(folder) for (folder,) in rows]

    def heads_of(self, ids: Sequence[str]) -> list[Article]:
        """Return the articles without their texts, those that are here, in this order; there may be many."""
        found: dict[str, Article] = {}
        for at in range(0, len(ids), _MAX_VALUES):
            found.update(self.heads(ids[at : at + _MAX_VALUES]))
        return [found[id] for id in ids if id in found]

    def heads(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return id → the article without its text, of those that are here."""
        marks = ", ".join("?" * len(ids))
        rows = self.database.rows(f"SELECT {_HEAD_FIELDS} FROM articles WHERE id IN ({marks})", tuple(ids))
        return {row[0]: _head(row) for row in rows}

    def digests(self, ids: Sequence[str]) -> dict[str, str]:
        """Return id → digest of the article, of those that are here."""
        marks = ", ".join("?" * len(ids))
        return dict(self.database.rows(f"SELECT id, sha256 FROM articles WHERE id IN ({marks})", tuple(ids)))

    def entered_at(self, path: str, text: str) -> str | None:
        """Return when a text came in with a file, None where the file has none such or that was not written down."""
        rows = self.database.rows("SELECT entered_at FROM articles WHERE path = ? AND text = ?", (path, text))
        return rows[0][0] if rows else None

    def with_text(self, text: str) -> list[str]:
        """Return the ids of the articles with exactly this text."""
        return [str(id) for (id,) in self.database.rows("SELECT id FROM articles WHERE text = ? ORDER BY id", (text,))]

    def holds(self, path: str, text: str) -> bool:
        """Tell whether a file brought this text, its spaces aside."""
        rows = self.database.rows("SELECT text FROM articles WHERE path = ?", (path,))
        return text_digest(text) in {text_digest(stood) for (stood,) in rows}

    def rowids(self, article_id: str) -> list[int]:
        """Return the row ids of an article's passages, in order."""
        query = "SELECT rowid FROM passages WHERE article_id = ? ORDER BY position"
        return [int(rowid) for (rowid,) in self.database.rows(query, (article_id,))]

    def vectors_of(self, digests: Sequence[bytes], embedder: str) -> dict[bytes, Vectors]:
        """Return digest → ``(d,)`` vector of what this embedder has embedded before and is still here."""
        found: dict[bytes, Vectors] = {}
        for at in range(0, len(digests), _MAX_VALUES):
            some = digests[at : at + _MAX_VALUES]
            marks = ", ".join(["(?)"] * len(some))
            # subtle: one of each, where thousands of passages may be of one text
            rows = self.database.rows(
                f"WITH asked (digest) AS (VALUES {marks}) SELECT asked.digest, (SELECT p.vector FROM passages p "
                "JOIN articles a ON a.id = p.article_id WHERE p.digest = asked.digest AND a.embedder = ? LIMIT 1) "
                "FROM asked",
                (*some, embedder),
            )
            found.update((digest, np.frombuffer(vector, dtype="<f4")) for digest, vector in rows if vector is not None)
        return found

    def vectors(self, after: int = 0) -> tuple[Ids, Vectors]:
        """Return the row ids ``(n,)`` above ``after`` and their vectors ``(n, d)``; d is 0 where there are none."""
        chunks = list(self.vector_chunks(after))
        if not chunks:
            return np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32)
        return np.concatenate([ids for ids, _ in chunks]), np.concatenate([vectors for _, vectors in chunks])

    def vector_chunks(self, after: int = 0) -> Iterator[tuple[Ids, Vectors]]:
        """Yield what ``vectors`` returns in pieces, in order of the rows, as of one moment."""
        rows = self.database.stream("SELECT rowid, vector FROM passages WHERE rowid > ? ORDER BY rowid", (after,))
        while some := list(islice(rows, _CHUNK_ROWS)):
            yield _gathered(some)

    def vectors_at(self, rowids: Sequence[int]) -> tuple[Ids, Vectors]:
        """Return those of the row ids ``(n,)`` that are here, and their vectors ``(n, d)``."""
        found: list[tuple[int, bytes]] = []
        for at in range(0, len(rowids), _MAX_VALUES):
            some = rowids[at : at + _MAX_VALUES]
            marks = ", ".join("?" * len(some))
            found += self.database.rows(f"SELECT rowid, vector FROM passages WHERE rowid IN ({marks})", some)
        return _gathered(found)

    def gone_since(self, generation: int) -> Ids:
        """Return the row ids of the passages that went in changes after this generation."""
        return _ids_of(self.database.rows("SELECT first, passages FROM gone WHERE generation > ?", (generation,)))

    @property
    def vectors_token(self) -> int:
        """Return what the file of the vectors is named by; a file of another is not of this store as it stands."""
        rows = self.database.rows("SELECT value FROM state WHERE name = 'vectors'")
        return int(rows[0][0]) if rows else -1

    def note_vectors(self, token: int) -> None:
        """Record which file of the vectors is this store's."""
        with self.database.change(bump=False) as connection:
            connection.execute("INSERT OR REPLACE INTO state VALUES ('vectors', ?)", (token,))

    def search_words(self, terms: Sequence[str], count: int, filters: Filters | None = None) -> list[tuple[int, float]]:
        """Return up to ``count`` pairs of row id and BM25 score (higher is better), best first.

        A term is a stem, or several stems with spaces between: a phrase. A passage counts when it holds any of the
        terms. Scores are FTS5's bm25() (k1 1.2, b 0.75; a phrase counts as one term), sign turned.
        """
        if not terms:
            return []
        if self.packed_words.is_ready:
            return self.packed_words.search(terms, count, self.filtered(filters) if filters else None)
        match = " OR ".join(map(quoted, terms))
        where, values = (filters or Filters()).condition()
        join = "JOIN passages p ON p.rowid = words.rowid JOIN articles a ON a.id = p.article_id" if where else ""
        rows = self.database.rows(
            f"SELECT words.rowid, -bm25(words) AS score FROM words {join} WHERE words MATCH ? {where} "
            "ORDER BY score DESC, words.rowid LIMIT ?",
            (match, *values, count),
        )
        return [(int(rowid), float(score)) for rowid, score in rows]

    def stems(self, rowids: Sequence[int]) -> dict[int, str]:
        """Return rowid → the passage's stems as they are indexed, with spaces between."""
        marks = ", ".join("?" * len(rowids))
        return dict(self.database.rows(f"SELECT rowid, stems FROM words WHERE rowid IN ({marks})", rowids))

    def average_stems(self) -> float:
        """Return how many stems a passage has on average, 0 in an empty store."""
        values = dict(self.database.rows("SELECT name, value FROM state WHERE name IN ('stems', 'passages')"))
        return float(values["stems"] / values["passages"]) if values["passages"] else 0.0

    def stem_counts(self, stems: Sequence[str]) -> dict[str, int]:
        """Return stem → how many passages hold it."""
        generation = self.generation
        of, known = self._stem_counts
        if of != generation or len(known) > _MAX_COUNTS:
            known = {}
            self._stem_counts = generation, known
        new = [one for one in dict.fromkeys(stems) if one not in known]
        for at in range(0, len(new), _MAX_VALUES):
            some = new[at : at + _MAX_VALUES]
            if self.packed_words.is_ready:
                known.update(self.packed_words.counts(some))
                continue
            marks = ", ".join("?" * len(some))
            rows = self.database.rows(f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})", some)
            known.update(dict.fromkeys(some, 0) | {str(term): int(count) for term, count in rows})
        return {one: known[one] for one in stems}

    def term_counts(self, terms: Sequence[str]) -> dict[str, int]:
        """Return term, as ``search_words`` takes it, → how many passages it is found in."""
        if self.packed_words.is_ready:
            return self.packed_words.term_counts(terms)
        query = "SELECT count(*) FROM words WHERE words MATCH ?"
        return {term: int(self.database.rows(query, (quoted(term),))[0][0]) for term in terms if parted(term)}

    def sounding(self, sounds: Iterable[str]) -> list[str]:
        """Return the stems that have one of these sounds (``index.text.sounds``), also some that have gone."""
        values = sorted(sounds)
        marks = ", ".join("?" * len(values))
        rows = self.database.rows(f"SELECT DISTINCT stem FROM sounds WHERE sound IN ({marks}) ORDER BY stem", values)
        return [str(stem) for (stem,) in rows]

    def filtered(self, filters: Filters) -> Ids:
        """Return the row ids ``(n,)`` of the passages within the filters, in order of the rows."""
        asked = self.generation, Collections(self.database).revision if filters.collection else 0, filters
        found = self._filtered.get(asked)
        if found is None:
            where, values = filters.condition("date", "publisher", "article_id")
            found = _ids_of(self.database.rows(f"SELECT first, passages FROM spans WHERE 1 {where}", values))
            with self._filtered_lock:
                self._filtered[asked] = found
                while len(self._filtered) > _MAX_FILTERED:
                    self._filtered.popitem(last=False)
        return found

    def within(self, rowids: Sequence[int], filters: Filters | None = None) -> list[int]:
        """Return those of the row ids that are here and within the filters, in their order."""
        found: set[int] = set()
        where, conditions = (filters or Filters()).condition()
        join = "JOIN articles a ON a.id = p.article_id" if where else ""
        for at in range(0, len(rowids), _MAX_VALUES):
            some = rowids[at : at + _MAX_VALUES]
            marks = ", ".join("?" * len(some))
            query = f"SELECT p.rowid FROM passages p {join} WHERE p.rowid IN ({marks}) {where}"
            found.update(rowid for (rowid,) in self.database.rows(query, (*some, *conditions)))
        return [rowid for rowid in rowids if rowid in found]

    def counted(self, filters: Filters) -> tuple[int, int]:
        """Return how many articles with passages, and how many passages, are within the filters."""
        where, values = filters.condition("date", "publisher", "article_id")
        query = f"SELECT count(*), coalesce(sum(passages), 0) FROM spans WHERE 1 {where}"
        articles, passages = self.database.rows(query, values)[0]
        return int(articles), int(passages)

    def ever_written(self, stems: Sequence[str]) -> list[str]:
        """Return those of the stems that a passage holds or has held, in their order."""
        found: set[str] = set()
        for at in range(0, len(stems), _MAX_VALUES):
            keys = [value for one in stems[at : at + _MAX_VALUES] for value in (min(sounds(one)), one)]
            marks = ", ".join(["(?, ?)"] * (len(keys) // 2))
            # subtle: a cross join looks each one up, where IN would read the whole table
            rows = self.database.rows(
                f"WITH asked (sound, stem) AS (VALUES {marks}) "
                "SELECT s.stem FROM asked CROSS JOIN sounds s ON s.sound = asked.sound AND s.stem = asked.stem",
                keys,
            )
            found.update(str(stem) for (stem,) in rows)
        return [one for one in stems if one in found]


def quoted(term: str) -> str:
    """Return a stem or phrase as FTS5 looks for it, whatever signs are in it.

    >>> quoted('12" layar')
    '"12"" layar"'
    """
    return '"' + term.replace('"', '""') + '"'


def _standing(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, tuple[str, _Times]]:
    """Return id → the text and the times of the article that stands under it."""
    found: dict[str, tuple[str, _Times]] = {}
    for at in range(0, len(ids), _MAX_VALUES):
        some = ids[at : at + _MAX_VALUES]
        query = f"SELECT id, text, {', '.join(_TIMES)} FROM articles WHERE id IN ({', '.join('?' * len(some))})"
        found.update((id, (text, (entered, changed))) for id, text, entered, changed in connection.execute(query, some))
    return found


def _times(article: Article, stood: tuple[str, _Times] | None, now: str) -> _Times:
    """Return when an article's text came in and when it last became another, beside what ``stood`` under its id."""
    if stood is None:
        return article.entered_at or now, article.changed_at
    text, (entered_at, changed_at) = stood
    return entered_at, changed_at if text == article.text else now


def _head(fields: Sequence[str]) -> Article:
    return Article(text="", **dict(zip(_HEAD_FIELDS.split(", "), fields, strict=True)))


def _gathered(rows: Sequence[tuple[int, bytes]]) -> tuple[Ids, Vectors]:
    ids = np.array([rowid for rowid, _ in rows], dtype=np.int64)
    vectors = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4").reshape(len(rows), -1 if rows else 0)
    return ids, vectors.astype(np.float32, copy=False)


def _ids_of(rows: Sequence[tuple[int, int]]) -> Ids:
    """Return the row ids of spans of (first, length), in order.

    >>> _ids_of([(7, 2), (3, 1)]).tolist()
    [3, 7, 8]
    """
    spans = np.array(rows, dtype=np.int64).reshape(-1, 2)
    spans = spans[np.argsort(spans[:, 0])]
    lengths = spans[:, 1]
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(int(lengths.sum())) + np.repeat(spans[:, 0] - before, lengths))


def _state(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()[0])


def _delete_beside(connection: sqlite3.Connection, id: str) -> None:
    """Take out what is kept beside an article, while it still stands, and note which passages go with it."""
    found = connection.execute("SELECT embedder, publisher FROM articles WHERE id = ?", (id,)).fetchone()
    if found is None:
        return
    span = connection.execute("SELECT first, passages FROM spans WHERE article_id = ?", (id,)).fetchone()
    stems: list[str] = []
    if span is not None:
        first, passages = span
        query = "SELECT stems FROM words WHERE rowid BETWEEN ? AND ?"
        stems = [words for (words,) in connection.execute(query, (first, first + passages - 1))]
        generation = _state(connection, "generation") + 1
        connection.execute("INSERT INTO gone VALUES (?, ?, ?)", (first, passages, generation))
    embedder, publisher = found
    _count(connection, {embedder: 1}, {publisher: 1}, stems, sign=-1)


def _count(
    connection: sqlite3.Connection,
    embedders: Mapping[str, int],
    publishers: Mapping[str | None, int],
    stems: Sequence[str],
    sign: int = 1,
) -> None:
    """Count articles that come (``sign`` 1) or go (-1), by embedder and by outlet, and the stems of their passages."""
    connection.executemany(
        "UPDATE state SET value = value + ? WHERE name = ?",
        [
            (sign * sum(embedders.values()), "articles"),
            (sign * len(stems), "passages"),
            (sign * sum(map(stems_in, stems)), "stems"),
        ],
    )
    tallies = [("embedder", name, sign * articles) for name, articles in embedders.items()]
    tallies += [("publisher", name, sign * articles) for name, articles in publishers.items() if name]
    connection.executemany(
        "INSERT INTO tallies VALUES (?, ?, ?) "
        "ON CONFLICT (kind, name) DO UPDATE SET articles = articles + excluded.articles",
        tallies,
    )
    if sign < 0:
        connection.execute("DELETE FROM tallies WHERE articles = 0")


def _delete(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    for id in ids:
        _delete_beside(connection, id)
        connection.execute(
            "UPDATE stories SET again = 1 WHERE story = (SELECT story FROM stories WHERE article_id = ?)", (id,)
        )  # its other articles are grouped anew (index.storage.story_groups)
        connection.execute("DELETE FROM words WHERE rowid IN (SELECT rowid FROM passages WHERE article_id = ?)", (id,))
        connection.execute("DELETE FROM articles WHERE id = ?", (id,))
