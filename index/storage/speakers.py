"""Who is quoted in which article, by name: read from the articles' own words, kept in step with the store.

    article → who is quoted in it (what ``read`` tells) → a row for each name → counts, and the articles of a name

What an article holds goes with it and comes anew with another text, as the rows hang on the article's. Two names are
one here where their words are, titles and case aside (``name_key``); nothing is guessed.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index.articles import text_digest
from index.errors import StoreError
from index.storage.repository import Store
from index.text.lexicon import lexicon
from index.text.verbatim import plain_key, spoken

# Of what reads the articles (`rag.quotation.named_speakers`). Raise it when that tells others: they are read again.
_VERSION = 1
_CHUNK = 64  # articles a transaction, read before it begins: all that a kill loses
_AT_ONCE = 32  # articles read while somebody waits for counts: a tenth of a second
# What stands before a name and is no part of it, also where whoever asks writes it: "Pak Budi", "Presiden Budi".
_TITLES = lexicon("roles").set("titles", "degrees", "address", "address_short") - lexicon("roles").set("names_too")
_log = logging.getLogger("tanya.indexer")


@dataclass(frozen=True)
class Quoted:
    """Somebody who is quoted in an article: the fullest name that it gives, and its other names for the same person."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpeakerCounts:
    """In how many of some articles each one is quoted, most first; ``unread`` of the articles are not in yet."""

    names: tuple[tuple[str, int], ...]
    unread: int


class Speakers:
    """The names of one store's speakers.

    >>> Speakers(store, named_speakers).articles_of("Joko Widodo")  # doctest: +SKIP
    ['a.txt', 'b.txt']

    ``read`` tells who is quoted in a text. Without it nothing is taken in.
    """

    def __init__(self, store: Store, read: Callable[[str], Iterable[Quoted]] | None = None) -> None:
        self._store = store
        self._database = store.database
        self._read = read
        self._complete_as_of: int | None = None  # the generation of the store

    # --- kept in step ---

    def refresh(
        self,
        progress: Callable[[int, int], None] = lambda done, total: None,
        give_way: Callable[[], None] = lambda: None,
    ) -> int:
        """Take in the articles that are not in yet; return how many they were.

        ``give_way`` is called before each part of them. Raises StoreError where there are some and they cannot be taken
        in: none may be left out unseen.
        """
        if self._is_complete():
            return 0
        waiting = self.waiting()
        if waiting and self._read is None:
            raise StoreError(f"Pembicara di {len(waiting)} artikel belum dibaca; jalankan: tanya index FOLDER")
        for at in range(0, len(waiting), _CHUNK):
            give_way()
            self._take_in(waiting[at : at + _CHUNK])
            progress(min(at + _CHUNK, len(waiting)), len(waiting))
        return len(waiting)

    def waiting(self) -> list[str]:
        """Return the ids of the articles that are not in yet."""
        rows = self._database.rows(
            "SELECT a.id FROM articles a LEFT JOIN speakers_read r ON r.article_id = a.id AND r.version = ? "
            "WHERE r.article_id IS NULL ORDER BY a.id",
            (_VERSION,),
        )
        return [str(id) for (id,) in rows]

    def _is_complete(self) -> bool:
        """Tell whether every article is in, counted anew only after a change."""
        generation = self._store.generation
        if self._complete_as_of != generation:
            query = "SELECT count(*) FROM speakers_read WHERE version = ?"  # they go with their articles
            if self._database.rows(query, (_VERSION,))[0][0] != self._store.counts()[0]:
                return False
            self._complete_as_of = generation
        return True

    def copy(self, source: Store, id: str) -> None:
        """Take over an article's names from another store that has the same article; it may not have them yet."""
        read = source.database.rows("SELECT 1 FROM speakers_read WHERE article_id = ? AND version = ?", (id, _VERSION))
        if read:
            rows = source.database.rows("SELECT key, name FROM speakers WHERE article_id = ?", (id,))
            self._put(id, rows)

    def _take_in(self, ids: Sequence[str]) -> None:
        if self._read is None:
            return
        found = []
        for id in ids:
            if (article := self._store.article(id)) is not None:
                found.append((id, text_digest(article.text), self._rows_of(id, article.text)))
        with self._database.change(bump=False) as connection:
            for id, digest, rows in found:
                query = "SELECT 1 FROM texts WHERE article_id = ? AND sha256 = ?"
                if connection.execute(query, (id, digest or "")).fetchone():  # else it is another by now
                    self._put(id, rows)

    def _rows_of(self, id: str, text: str) -> list[tuple[str, str | None]]:
        """Return key and name of everybody quoted in a text; the other names without a name."""
        assert self._read is not None
        try:
            quoted = list(self._read(text))
        except Exception:  # a text that cannot be read must not keep all others out
            _log.exception("speakers-not-read", extra={"fields": {"article": id}})
            return []
        rows: dict[str, str | None] = {}
        for one in quoted:
            rows.update(dict.fromkeys(map(name_key, one.aliases)))
        rows.update({name_key(one.name): one.name for one in quoted})
        return [(key, name) for key, name in rows.items() if key]

    def _put(self, id: str, rows: Iterable[tuple[str, str | None]]) -> None:
        with self._database.change(bump=False) as connection:
            connection.execute("DELETE FROM speakers WHERE article_id = ?", (id,))
            connection.executemany(
                "INSERT INTO speakers (article_id, key, name) VALUES (?, ?, ?)", [(id, *row) for row in rows]
            )
            connection.execute("INSERT OR REPLACE INTO speakers_read VALUES (?, ?)", (id, _VERSION))

    # --- asked ---

    def counts(self, ids: Sequence[str]) -> SpeakerCounts:
        """Return who is quoted in these articles.

        A few of them that are not in yet are taken in now, so that an article just corrected is counted.
        """
        unread = [] if self._is_complete() else self._unread(ids)
        if unread and self._read is not None and not self._database.read_only:
            try:
                self._take_in(unread[:_AT_ONCE])
                unread = unread[_AT_ONCE:]
            except StoreError:  # a full disk, say: the counts are told without them
                _log.exception("speakers-not-read")
        rows = self._database.rows(
            "SELECT s.key, s.name FROM json_each(?) asked CROSS JOIN speakers s ON s.article_id = asked.value",
            (json.dumps(list(ids)),),
        )
        counts: Counter[str] = Counter()
        names: dict[str, tuple[int, str]] = {}  # the form that most articles have, negative counts first
        for (key, name), count in Counter(rows).items():
            counts[key] += count
            if name is not None:
                names[key] = min(names.get(key, (0, "")), (-count, name))
        told = sorted((-counts[key], name) for key, (_, name) in names.items())
        return SpeakerCounts(tuple((name, -count) for count, name in told), len(unread))

    def articles_of(self, name: str) -> list[str]:
        """Return the ids of the articles that quote whoever is called just so, titles and case aside."""
        return self._articles("s.key = ?", name_key(name))

    def articles_with(self, words: str, *, cut: bool = False) -> list[str]:
        """Return the ids of the articles that quote somebody with these words in her name; the last may be ``cut``.

        It reads all names, of which there is about one to an article: 80 ms at 150,000 articles.
        """
        key = " ".join(_keys(words))
        where, sought = ("' ' || key", f" {key}") if cut else ("' ' || key || ' '", f" {key} ")
        if not key:
            return []
        return self._articles(f"s.key IN (SELECT DISTINCT key FROM speakers WHERE instr({where}, ?))", sought)

    def _articles(self, condition: str, value: str) -> list[str]:
        query = f"SELECT DISTINCT s.article_id FROM speakers s WHERE {condition} ORDER BY s.article_id"
        return [str(id) for (id,) in self._database.rows(query, (value,))]

    def _unread(self, ids: Sequence[str]) -> list[str]:
        rows = self._database.rows(
            "SELECT a.id FROM json_each(?) asked CROSS JOIN articles a ON a.id = asked.value "
            "LEFT JOIN speakers_read r ON r.article_id = a.id AND r.version = ? WHERE r.article_id IS NULL",
            (json.dumps(list(ids)), _VERSION),
        )
        return [str(id) for (id,) in rows]


def bare_name(name: str) -> str:
    """Return a name without the titles and forms of address before it.

    >>> bare_name("H. Joko Widodo"), bare_name("Pak Budi"), bare_name("Bupati")
    ('Joko Widodo', 'Budi', 'Bupati')
    """
    words = name.split()
    while len(words) > 1 and words[0].strip(".,").lower() in _TITLES:
        words = words[1:]
    return " ".join(words)


def name_key(name: str) -> str:
    """Return what two forms of one name have in common: its words in small letters, titles before it aside.

    >>> name_key("Pak Ma’ruf Amin") == name_key("ma'ruf AMIN"), name_key("Budi")
    (True, 'budi')
    """
    return " ".join(_keys(bare_name(name)))


def _keys(text: str) -> list[str]:
    return [plain_key(key) or key for key in spoken(text).keys]
