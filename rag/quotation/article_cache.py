"""The articles that a quotation is compared with: read once, their words as numbers, the latest ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.articles import Article
from index.storage.repository import Store
from index.text.notation import Written, written
from index.text.verbatim import Spoken, search_keys, spoken
from rag.quotation.detection import Bounds

_KEPT = 256  # articles; about 30 kB each
_MAX_KEYS = 500_000  # words known by number; then all is forgotten and begun anew
Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Read:
    """An article's words. ``keys`` and ``stems`` are one number a word; equal numbers are equal words, or stems."""

    article: Article
    words: Spoken
    keys: Codes
    stems: Codes

    @cached_property
    def bounds(self) -> Bounds:
        """Its sentences and quotations."""
        return Bounds(self.words)

    @cached_property
    def written(self) -> list[Written]:
        """Its words with numbers and units in one notation."""
        return written(self.words)

    def places(self, wanted: Codes) -> list[int]:
        """Return the first word of each place where these words stand one after another."""
        whole, sought = self.keys.tobytes(), wanted.tobytes()
        found: list[int] = []
        at = whole.find(sought)
        while at >= 0:
            if at % wanted.itemsize == 0:
                found.append(at // wanted.itemsize)
            at = whole.find(sought, at + 1)
        return found


class Texts:
    """Reads articles of one store, as they are now."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._codes: dict[str, int] = {}
        self._read: OrderedDict[str, Read] = OrderedDict()
        self._generation = store.generation

    def read(self, id: str) -> Read | None:
        """Return one article, None where it has gone."""
        if id not in self._read:
            article = self._store.article(id)
            if article is None:
                return None
            words = spoken(article.text)
            self._read[id] = Read(article, words, self.codes(words.keys), self.codes(search_keys(words), "~"))
        self._read.move_to_end(id)
        while len(self._read) > _KEPT:
            self._read.popitem(last=False)
        return self._read[id]

    def codes(self, keys: Sequence[str], prefix: str = "") -> Codes:
        """Return the number of each word."""
        known = self._codes
        return np.array([known.setdefault(prefix + key, len(known)) for key in keys], dtype=np.int32)

    def refresh(self) -> None:
        """Forget what may have changed since the last time."""
        generation = self._store.generation
        if generation != self._generation or len(self._codes) > _MAX_KEYS:
            self._read.clear()
            self._codes.clear()
            self._generation = generation
