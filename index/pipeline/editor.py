"""What an editor does to single articles of the store: correct their fields, take them out, put them back.

Each decision and what it changes in the store are one transaction: a kill leaves both or neither.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from index.articles import Article
from index.errors import InputError
from index.pipeline.embedder import Embedder
from index.pipeline.indexer import PIPELINE_VERSION, check_embedder
from index.pipeline.writer import Writer
from index.storage.corrections import FIELDS, Corrections, Fields, corrected
from index.storage.full_text import FullText
from index.storage.lock import writing
from index.storage.ngram_index import Runs
from index.storage.repository import Store
from index.storage.story_groups import Stories
from index.text.dates import date_mentions

MAX_FIELD_CHARS = 500


class Desk:
    """Changes single articles; each change survives the next run of the indexer.

    >>> Desk(store, embedder).remove("a.txt")  # doctest: +SKIP

    Raises IndexLocked while the index is being written, InputError for an id that is not there, and EmbedderMismatch
    where an article would be written with another embedder than the store was made with.
    """

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._corrections = Corrections(store.database)

    def correct(self, id: str, wanted: Mapping[str, str], *, sure_of_date: bool = False) -> Article:
        """Give an article these fields ("" for unknown); those that are as found are no correction.

        With ``sure_of_date`` the day is the editor's word even where it is the one that was found: no guess any more.
        """
        with writing(self._store.path.parent), self._store.sole_writer():
            found = self._corrections.as_found(self._stored(id))
            values = {name: _clean(name, wanted[name]) for name in FIELDS if name in wanted}
            stated: Fields = {name: value for name, value in values.items() if value != getattr(found, name)}
            if sure_of_date and values.get("date"):
                stated["date"] = values["date"]
            article = corrected(found, stated) if stated else found
            self._write(article, lambda: self._corrections.state(found, stated))
        return article

    def remove(self, id: str) -> list[str]:
        """Take an article out of the archive; its file stays where it is and brings it no more, nor does another.

        Return the ids of the articles with the same text that were here before and stay.
        """
        with writing(self._store.path.parent), self._store.sole_writer():
            article = self._stored(id)
            with self._store.database.change():
                self._corrections.put_away(article)
                self._store.remove_articles([id])
            same = self._store.with_text(article.text)
            Stories(self._store).refresh()
        return same

    def restore(self, id: str) -> Article:
        """Put back an article that was taken out, as it was."""
        with writing(self._store.path.parent), self._store.sole_writer():
            article = self._corrections.take_back(id)
            if article is None:
                raise InputError(f"Artikel {id} tidak ada di antara yang dihapus; mungkin sudah dikembalikan.")
            self._write(article, lambda: self._corrections.forget_removed(id))
        return article

    def _write(self, article: Article, decide: Callable[[], None]) -> None:
        """Write an article and the decision that made it so, both or neither."""
        check_embedder(self._store, self._embedder.identity)
        writer = Writer(self._store, self._embedder, PIPELINE_VERSION, batch_tokens=sys.maxsize)
        writer.add(article)
        writer.flush(decide)
        Stories(self._store).refresh()
        Runs(self._store).refresh()
        FullText(self._store).refresh()

    def _stored(self, id: str) -> Article:
        article = self._store.article(id)
        if article is None:
            raise InputError(f"Artikel {id} tidak ada di arsip; mungkin sudah dihapus.")
        return article


def _clean(name: str, value: str) -> str | None:
    value = " ".join(value.split())
    if len(value) > MAX_FIELD_CHARS:
        raise InputError(f"Isian {name} terlalu panjang ({len(value)} huruf, batas {MAX_FIELD_CHARS}); ringkaskan.")
    if name == "date" and value:
        iso = next((mention.iso for mention in date_mentions(value) if mention.iso), None)
        if iso is None:
            raise InputError(f"Tanggal {value!r} tidak dikenal; tulis seperti 2021-11-29 atau 29 November 2021.")
        return iso
    return value or None
