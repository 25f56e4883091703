"""Each story once: which articles of the store are copies of one another, kept in step with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.storage.repository import Store
from index.text import minhash

_CHUNK = 512  # articles looked at together: their texts are all that is in memory, and all that a kill loses
# A template filled in every day (exchange rates, match days) makes all its articles look alike without one being a copy
# of another: after so many of the most similar have proved to be none, the rest is not read.
_MAX_REJECTED = 100
# Of more that share a band, each is held against so many next to it: what makes them alike is a template or a feed of
# one item, true copies share rarer bands too, and those that are all equal are joined from one to the next. By hand.
_CROWD, _NEIGHBOURS = 256, 16
_FEW = 32  # articles that are compared with each signature instead of with the bands of all
_CHUNK_ROWS = 4096  # signatures at a time: 3 MB


class Stories:
    """Groups the copies in one store and tells which articles a story appeared in."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database = store.database

    def refresh(self) -> int:
        """Group what has come since the last time; return how many of it are copies of another article.

        Copies of one group may be found one after another; an interrupted run goes on where it was.
        """
        new, again = self._waiting()
        ids = sorted(new | again)
        if 0 < len(ids) <= _FEW:
            signatures = self._signed(ids)
            self._group(ids, self._candidates_of(signatures), signatures, _Groups(self._pairs()))
        elif ids:
            signatures = self._signatures()
            known = _Bands.of({id: signature for id, signature in signatures.items() if id not in again})
            together = _Groups(self._pairs())
            for chunk in _chunks(ids, _CHUNK):
                signatures.update(self._signed(chunk))
                bands = _Bands.of({id: signatures[id] for id in chunk})
                self._group(chunk, _candidates(bands, known), signatures, together)
                known = bands + known
        self._name_stories()
        rows = self._database.rows("SELECT article_id FROM stories WHERE story IS NOT NULL")
        return len(new & {id for (id,) in rows})

    def members(self, ids: Sequence[str]) -> dict[str, list[Article]]:
        """Return article id → all articles of its story without their texts, earliest first.

        An article that stands alone is left out; one without a date comes after those with one.
        """
        marks = ", ".join("?" * len(ids))
        rows = self._database.rows(
            "SELECT one.article_id, another.article_id FROM stories one JOIN stories another USING (story) "
            f"WHERE one.article_id IN ({marks})",
            tuple(ids),
        )
        heads = self._store.heads(sorted({other for _, other in rows}))
        found: dict[str, list[Article]] = {}
        for id, other in rows:
            if other in heads:
                found.setdefault(id, []).append(heads[other])
        for articles in found.values():
            articles.sort(key=lambda article: (article.date is None, article.date, article.id))
        return found

    def _waiting(self) -> tuple[set[str], set[str]]:
        """Return the articles that never were grouped, and those whose story has lost one."""
        new = self._database.rows(
            "SELECT a.id FROM articles a LEFT JOIN stories s ON s.article_id = a.id WHERE s.article_id IS NULL"
        )
        again = self._database.rows("SELECT article_id FROM stories WHERE again")
        return {id for (id,) in new}, {id for (id,) in again}

    def _group(
        self, ids: list[str], candidates: dict[str, set[str]], signatures: dict[str, bytes], together: _Groups
    ) -> None:
        text = lru_cache(maxsize=4 * _CHUNK)(self._text)
        pairs: list[tuple[str, str]] = []
        for id, others in candidates.items():
            apart = together.apart(id, others)
            likeness = {other: minhash.similarity(signatures[id], signatures[other]) for other in apart}
            likely = [other for other in apart if likeness[other] >= minhash.MIN_SIMILARITY]
            rejected = 0
            for other in sorted(likely, key=lambda other: (-likeness[other], other)):
                if together.joined(id, other):
                    continue
                if minhash.is_copy(text(id), text(other)):
                    pairs.append((min(id, other), max(id, other)))
                    together.join(id, other)
                elif (rejected := rejected + 1) == _MAX_REJECTED:
                    break
        with self._database.change() as connection:
            rows = [(id, signatures[id]) for id in ids]
            connection.executemany("INSERT OR REPLACE INTO stories (article_id, signature) VALUES (?, ?)", rows)
            connection.executemany("INSERT OR IGNORE INTO copies VALUES (?, ?)", pairs)

    def _candidates_of(self, signatures: dict[str, bytes]) -> dict[str, set[str]]:
        """Return what ``_candidates`` does for a few articles, without the bands of all others in memory.

        ``signatures`` are theirs; those of their candidates are added.
        """
        asked = dict(signatures)
        found = _candidates(_Bands.of(asked), _Bands.of({}))
        rows = self._database.stream("SELECT article_id, signature FROM stories")
        while some := list(islice(rows, _CHUNK_ROWS)):
            by_length: dict[int, list[tuple[str, bytes]]] = {}
            for other, signature in some:
                if other not in asked:
                    by_length.setdefault(len(signature), []).append((other, signature))
            for id, signature in asked.items():
                near = by_length.get(len(signature), []) if signature else []
                alike = np.flatnonzero(_share_a_band(signature, [other for _, other in near])).tolist()
                if len(alike) > _CROWD:
                    alike.sort(key=lambda at: -minhash.similarity(signature, near[at][1]))  # stable: the earlier first
                for at in alike[:_CROWD]:
                    found.setdefault(id, set()).add(near[at][0])
                    signatures[near[at][0]] = near[at][1]
        return found

    def _pairs(self) -> list[tuple[str, str]]:
        return [(a, b) for a, b in self._database.rows("SELECT a, b FROM copies ORDER BY a, b")]

    def _name_stories(self) -> None:
        """Write the story of each article where it is another than before."""
        wanted = minhash.groups(self._pairs())
        rows = self._database.rows("SELECT article_id, story FROM stories WHERE story IS NOT NULL")
        stand = dict(rows)
        changed = [(wanted.get(id), id) for id in wanted.keys() | stand.keys() if wanted.get(id) != stand.get(id)]
        if changed:
            with self._database.change() as connection:
                connection.executemany("UPDATE stories SET story = ? WHERE article_id = ?", changed)

    def _text(self, id: str) -> str:
        ((text,),) = self._database.rows("SELECT text FROM articles WHERE id = ?", (id,))
        return str(text)

    def _signed(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Return the signatures of articles, made of their texts."""
        return {id: minhash.signature(text) for id, text in self._store.texts(ids)}

    def _signatures(self) -> dict[str, bytes]:
        return dict(self._database.rows("SELECT article_id, signature FROM stories"))


@dataclass(frozen=True)
class _Bands:
    """The band keys of many articles, flat: ``keys[i]`` is one of ``ids[owners[i]]``."""

    ids: list[str]
    owners: NDArray[np.int32]
    keys: NDArray[np.int64]

    @classmethod
    def of(cls, signatures: dict[str, bytes]) -> _Bands:
        keys = [np.array(minhash.band_keys(signature), dtype=np.int64) for signature in signatures.values()]
        lengths = [len(each) for each in keys]
        owners = np.repeat(np.arange(len(keys), dtype=np.int32), lengths)
        return cls(list(signatures), owners, np.concatenate(keys) if keys else np.empty(0, dtype=np.int64))

    def __add__(self, other: _Bands) -> _Bands:
        owners = np.concatenate([self.owners, other.owners + np.int32(len(self.ids))])
        return _Bands(self.ids + other.ids, owners, np.concatenate([self.keys, other.keys]))


class _Groups:
    """Which articles are known to be one story, through others or directly."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._above: dict[str, str] = {}
        for a, b in pairs:
            self.join(a, b)

    def joined(self, a: str, b: str) -> bool:
        return self._top(a) == self._top(b)

    def apart(self, id: str, others: Iterable[str]) -> list[str]:
        """Return those of the others that are not known to be of the story of one."""
        top = self._top(id)
        return [other for other in others if self._top(other) != top]

    def join(self, a: str, b: str) -> None:
        self._above[self._top(a)] = self._top(b)

    def _top(self, id: str) -> str:
        while (above := self._above.get(id, id)) != id:
            self._above[id] = self._above.get(above, above)
            id = above
        return id


def _candidates(new: _Bands, known: _Bands) -> dict[str, set[str]]:
    """Return each new article with the others, new ones after it and known ones, that share a band with it.

    Of a crowd only the nearest in order.
    """
    both = new + known
    shared = np.isin(both.keys, new.keys)
    keys, owners = both.keys[shared], both.owners[shared]
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    found: dict[int, set[int]] = {}
    for bucket in np.split(owners, np.flatnonzero(np.diff(keys)) + 1):
        members = bucket.tolist()
        most = len(members) if len(members) <= _CROWD else _NEIGHBOURS
        for at, owner in enumerate(members[:-1]):
            if owner >= len(new.ids):
                break
            found.setdefault(owner, set()).update(members[at + 1 : at + 1 + most])
    return {both.ids[owner]: {both.ids[other] for other in others} for owner, others in found.items()}


def _share_a_band(signature: bytes, others: Sequence[bytes]) -> NDArray[np.bool_]:
    """Tell which others share one of ``minhash.band_keys`` with a signature; all are of one length."""
    if len(signature) != 4 * minhash.PERMUTATIONS:
        return np.array([other == signature for other in others], dtype=np.bool_)
    matrix = np.frombuffer(b"".join(others), dtype="<u4").reshape(len(others), minhash.BANDS, minhash.ROWS)
    one = np.frombuffer(signature, dtype="<u4").reshape(minhash.BANDS, minhash.ROWS)
    return np.asarray((matrix == one).all(axis=2).any(axis=1))


def _chunks(items: list[str], size: int) -> Iterator[list[str]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
