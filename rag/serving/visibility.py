"""The archive as one reader may see it: the whole workplace, or one without the collections kept from that reader.

    reader → collections that she may not see → none: the whole workplace; else one on a store without their articles

A restricted workplace is the same program on another store (``index.storage.mirror``), so nothing in it has to think of
rights. History and conversations are the reader's own; what rests on an article that she may no longer see is left out.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from index.articles import Article
from index.errors import InputError, StoreError, TanyaError
from index.pipeline.editor import Desk
from index.pipeline.embedder import Embedder
from index.readers.rows import TableRow
from index.storage.collections import Collections
from index.storage.conversations import Conversation, Conversations
from index.storage.database import Database
from index.storage.history import Entry, History
from index.storage.listing import Listing
from index.storage.mirror import Mirror, tidy
from index.storage.repository import Store
from rag.answering.pipeline import Assistant
from rag.retrieval.retriever import Retriever
from rag.serving.access.accounts import READER, Accounts, Reader
from rag.serving.batch_checks import BatchChecks
from rag.serving.examples import TriedExamples
from rag.serving.kept_searches import KeptSearches
from rag.serving.service import EXAMPLES_FILE, Workplace
from rag.serving.uploads import Taken, Upload

_WAIT_S = 20.0  # for the first copy of a large archive: then the reader is told to come back
# While articles come in, what a reader may see follows them at most this share of the time, by hand; a decision about
# who may see what is followed at once.
_SHARE = 0.1
_LOOK_S = 1.0  # between looks whether articles have come in or gone; by hand
_MANY = 100_000  # of a reader's conversations and entries: all
_log = logging.getLogger("tanya.page")


class Places:
    """The workplaces of all readers.

    >>> Places(whole).of(Reader("budi", READER)).store.counts()  # doctest: +SKIP
    """

    def __init__(self, whole: Workplace) -> None:
        self.whole = whole
        self._lock = threading.Lock()
        self._views: dict[tuple[int, ...], _View] = {}
        self._closed = threading.Event()
        self._watching: threading.Thread | None = None
        tidy(whole.store)

    def of(self, reader: Reader) -> Workplace:
        """Return the archive as a reader may see it now. To be asked for at every request, never kept.

        Raises StoreError where that cannot be had; nobody gets more instead.
        """
        kept = Collections(self.whole.store.database)
        hidden = kept.hidden_from(reader.name, is_editor=reader.is_editor)
        if not hidden:
            return self.whole
        with self._lock:
            view = self._views.setdefault(hidden, _View(self.whole, hidden))
            if self._watching is None:
                self._watching = threading.Thread(target=self._watch, name="terlihat", daemon=True)
                self._watching.start()
        return view.place()

    def _watch(self) -> None:
        """Follow what comes in and goes beside the page: no request is held up by it, which would tell of it."""
        while not self._closed.wait(_LOOK_S):
            with self._lock:
                views = list(self._views.values())
            for view in views:
                with suppress(TanyaError):  # told to whoever asks
                    view.follow()

    def prepare(self) -> None:
        """Begin, beside the page, what the readers will see, so that none of them has to wait for it."""
        threading.Thread(target=self._prepare, name="terlihat", daemon=True).start()

    def _prepare(self) -> None:
        with suppress(TanyaError):  # told to the reader whom it concerns
            self.of(Reader("", READER))  # whoever is named nowhere
            for one in Accounts(self.whole.settings.data_dir).readers():
                self.of(one)

    def close(self) -> None:
        """Release what was opened for single readers."""
        self._closed.set()
        if self._watching is not None:
            self._watching.join(_WAIT_S)
        for view in self._views.values():
            view.close()


class _View:
    """What those see who may not see some collections; opened when the first of them comes."""

    def __init__(self, whole: Workplace, hidden: tuple[int, ...]) -> None:
        self._whole = whole
        self._hidden = hidden
        self._lock = threading.Lock()
        self._mirror: Mirror | None = None
        self._place: Workplace | None = None
        self._revision = -1
        self._next_at = 0.0  # when it may follow again what was indexed
        self._working: threading.Thread | None = None
        self._problem: Exception | None = None

    def place(self) -> Workplace:
        """Return the workplace, in step with all decisions."""
        if self._revision != self._decided() and (working := self.follow()) is not None:
            working.join(_WAIT_S)
            if self._revision != self._decided() and (working := self.follow()) is not None:
                working.join(_WAIT_S)  # what was under way had begun before the decision
        if self._problem is not None:
            raise StoreError(f"Arsip untuk Anda tidak dapat disiapkan ({self._problem}); beri tahu redaksi.")
        if self._place is None or self._revision != self._decided():
            raise StoreError("Arsip yang boleh Anda lihat sedang disiapkan; muat ulang sebentar lagi.")
        return self._place

    def follow(self) -> threading.Thread | None:
        """Begin to bring it in step where that is due; return the work that is under way."""
        with self._lock:
            if (self._working is None or not self._working.is_alive()) and self._is_due():
                self._working = threading.Thread(target=self._follow, name="terlihat-baru", daemon=True)
                self._working.start()
            return self._working

    def _decided(self) -> int:
        return Collections(self._whole.store.database).revision

    def _is_due(self) -> bool:
        if self._revision != self._decided() or self._mirror is None:
            return True
        return time.monotonic() >= self._next_at and not self._mirror.is_current

    def _follow(self) -> None:
        began = time.monotonic()
        try:
            if self._mirror is None:
                self._mirror = Mirror(self._whole.store, self._hidden)
            revision = self._decided()  # read before what it leads to
            self._mirror.refresh()
            if self._place is None:
                self._place = ReadersPlace(self._whole, self._mirror)
            self._revision, self._problem = revision, None
        except Exception as error:  # whoever waits is told
            _log.exception("not-prepared")
            self._problem = error
        self._next_at = time.monotonic() + (time.monotonic() - began) / _SHARE

    def close(self) -> None:
        if self._working is not None:
            self._working.join(_WAIT_S)
        if self._mirror is not None:
            self._mirror.close()


class ReadersPlace(Workplace):
    """A workplace without what some readers may not see; models and turns are shared with the whole one.

    Nothing can be changed from it: its readers are no editors. Nor is a search or a table of quotations kept here: what
    is new is looked for in the whole archive, and would tell what these readers may not see.
    """

    keeps = False

    def __init__(self, whole: Workplace, mirror: Mirror) -> None:
        self._whole = whole
        self.settings = whole.settings
        self.store = mirror.store
        database = whole.store.database
        self.history = ReadersHistory(database, mirror.withholds)
        self.conversations = ReadersConversations(database, self.history)
        self.cut_off = whole.cut_off
        self.jobs = whole.jobs
        self.listing = Listing(self.store.database)
        self.collections = Collections(self.store.database)
        self.background = whole.background
        self.tried = TriedExamples(
            self.store, self._try, lambda: self.jobs.count() > 0, Path(mirror.folder) / EXAMPLES_FILE
        )
        self._quick = whole._quick
        self._checking = whole._checking
        self._loading = threading.RLock()
        self._opening_checker = threading.Lock()
        self._copying = whole._copying
        self._drafts = defaultdict(threading.Lock)
        self._assistant = None
        self._shared: Assistant | None = None

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        return self._whole.embedder

    @cached_property
    def retriever(self) -> Retriever:
        """Finds passages among those that may be seen."""
        with self._loading:
            return self._whole.retriever.on(self.store)

    @property
    def assistant(self) -> Assistant:
        """Answers questions from what may be seen. Raises ModelError where a model cannot be loaded."""
        with self._loading:
            shared = self._whole.assistant
            if self._assistant is None or self._shared is not shared:  # another model may have been chosen
                self._shared = shared
                self._assistant = shared.on(self.retriever)
            return self._assistant

    @property
    def ready(self) -> bool:
        """Whether the models are loaded; it never waits for them."""
        return self._whole.ready

    @property
    def problem(self) -> str:
        """Why there are no answers."""
        return self._whole.problem

    @problem.setter
    def problem(self, told: str) -> None:
        self._whole.problem = told

    @property
    def store_problem(self) -> str:
        """Why the archive is read as it was."""
        return self._whole.store_problem

    @property
    def desk(self) -> Desk:
        """Nobody's here."""
        raise _not_here()

    @property
    def batches(self) -> BatchChecks:  # type: ignore[override]
        """Nobody's here."""
        raise _whole_only()

    @property
    def kept_searches(self) -> KeptSearches:  # type: ignore[override]
        """Nobody's here."""
        raise _whole_only()

    @property
    def _file_store(self) -> Store:
        return self._whole.store  # the mirror knows articles, not files

    def table(self, upload: Upload, reader: str = "") -> list[TableRow]:
        """Refuse it."""
        raise _whole_only()

    def removed(self) -> list[tuple[Article, str]]:
        """Return nothing: what was taken out is the editors' to see."""
        return []

    def upload(self, uploads: Iterable[Upload], reader: str = "", collection: str | None = None) -> Taken:
        """Refuse it."""
        raise _not_here()

    def choose_llm(self, path: Path | None) -> None:
        """Refuse it."""
        raise _not_here()


class ReadersHistory(History):
    """A history without the entries whose records name an article that must not be seen."""

    def __init__(self, database: Database, withheld: Callable[[], frozenset[str]]) -> None:
        super().__init__(database)
        self._withheld = withheld

    def entry(self, reader: str, id: int) -> Entry | None:
        one = super().entry(reader, id)
        return one if one is not None and self._seen([one]) else None

    def session(self, reader: str, session: str) -> list[Entry]:
        return self._seen(super().session(reader, session))

    def search(self, reader: str, text: str = "", *, kind: str | None = None, count: int = 50) -> list[Entry]:
        return self._seen(super().search(reader, text, kind=kind, count=_MANY))[:count]

    def _seen(self, entries: list[Entry]) -> list[Entry]:
        withheld = self._withheld()
        return [one for one in entries if not _names(one.record, withheld)]


class ReadersConversations(Conversations):
    """Conversations that a search finds only by what may be seen of them."""

    def __init__(self, database: Database, history: ReadersHistory) -> None:
        super().__init__(database)
        self._history = history

    def list(self, reader: str, text: str = "", count: int = 50) -> list[Conversation]:
        found = super().list(reader, "", _MANY)
        if text:
            holding = {entry.session for entry in self._history.search(reader, text, count=_MANY)}
            wanted = text.casefold()
            found = [one for one in found if one.session in holding or wanted in one.title.casefold()]
        return found[:count]


def _names(value: Any, ids: frozenset[str]) -> bool:
    """Tell whether one of these ids stands anywhere in a record."""
    if isinstance(value, str):
        return value in ids
    if isinstance(value, dict):
        return any(key in ids or _names(inner, ids) for key, inner in value.items())
    return isinstance(value, list | tuple) and any(_names(inner, ids) for inner in value)


def _whole_only() -> InputError:
    return InputError("Hanya bagi pembaca yang boleh melihat seluruh arsip.")


def _not_here() -> InputError:
    return InputError("Hanya redaktur yang dapat mengubah arsip.")
