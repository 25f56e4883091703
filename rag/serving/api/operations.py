"""What programs may ask, whatever they ask by: the same service as the page, with its limits and its roles.

    request → so many at once of one reader? → this reader's turn → the service → the record of the command line

Evidence and searches of all readers take turns in rotation, so nobody waits for another's hundred requests. Who is gone
is not worked for: an answer is stopped, a draft ends at its next quotation.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from index.errors import InputError, ModelError, TanyaError
from index.fair_turns import FairTurns
from rag import log
from rag.quotation.serialization import as_json, draft_json
from rag.serving.access.accounts import Reader
from rag.serving.api.shapes import (
    ArticleRequest,
    AskRequest,
    DraftRequest,
    QuoteRequest,
    Record,
    SearchRequest,
    article_record,
)
from rag.serving.jobs import Job, View
from rag.serving.service import Workplace
from rag.serving.visibility import Places

_log = logging.getLogger("tanya.api")
MAX_AT_ONCE = 16  # requests of one reader, waiting ones too: two pages of tabs
MAX_IN_ALL = 256  # each may hold a thread
AT_ONCE = 2  # searches and evidence, each of another reader
ANSWER_S = 300.0
PING_S = 15.0
Returned = TypeVar("Returned")


class TooMany(TanyaError):
    """One reader, or all of them, ask for more at once than is worked on."""


class NotThere(InputError):
    """What is asked for is not in the archive."""


@dataclass(frozen=True)
class Event:
    """News of an answer: ``waiting``, ``evidence``, ``words``, ``answer``, ``error``, or a bare ``ping``."""

    kind: str
    data: Record


class Operations:
    """All that programs may ask of one archive; its methods are awaited in the server's loop.

    >>> await Operations(place).search(LOCAL, SearchRequest(question="harga beras"))  # doctest: +SKIP
    """

    def __init__(self, place: Workplace, *, answer_s: float = ANSWER_S) -> None:
        self._whole = place
        self._places = Places(place)
        self._answer_s = answer_s
        self._turns = FairTurns(AT_ONCE)
        self._pool = ThreadPoolExecutor(MAX_IN_ALL, thread_name_prefix="permintaan")
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    async def search(self, reader: Reader, asked: SearchRequest) -> Record:
        """Return what ``tanya search --json`` says."""

        def work(is_wanted: Callable[[], bool]) -> Record:
            with self._turns.turn(reader.name):
                if not is_wanted():
                    return {}
                return self._places.of(reader).search(asked.question, asked.top, asked.filters, implied=asked.implied)

        return as_shown(await self._worked("search", reader, work), reader)

    async def quote(self, reader: Reader, asked: QuoteRequest) -> Record:
        """Return what ``tanya quote --json`` says."""

        def work(is_wanted: Callable[[], bool]) -> Record:
            return as_json(self._places.of(reader).quote(asked.quote, asked.speaker or "", asked.filters, reader.name))

        return as_shown(await self._worked("quote", reader, work), reader)

    async def draft(self, reader: Reader, asked: DraftRequest) -> Record:
        """Return what ``tanya quote --draft --json`` says of this text."""

        def work(is_wanted: Callable[[], bool]) -> Record:
            return draft_json(self._places.of(reader).draft(asked.draft, asked.filters, reader.name, is_wanted))

        return as_shown(await self._worked("draft", reader, work), reader)

    async def article(self, reader: Reader, asked: ArticleRequest) -> Record:
        """Return an article, or a part of its text."""

        def work(is_wanted: Callable[[], bool]) -> Record:
            article = self._places.of(reader).store.article(asked.article_id)
            if article is None:
                raise NotThere("Artikel itu tidak ada di arsip; pakai article_id dari hasil pencarian.")
            return article_record(article, asked.start, asked.max_chars)

        return as_shown(await self._worked("article", reader, work), reader)

    async def ask(self, reader: Reader, asked: AskRequest) -> Record:
        """Return what ``tanya ask --json`` says. Raises ModelError where the answer could not be made."""
        async for event in self.events(reader, asked):
            if event.kind == "answer":
                return event.data
            if event.kind == "error":
                raise ModelError(event.data["error"])
        raise AssertionError("news of an answer end with it or with an error")

    async def events(self, reader: Reader, asked: AskRequest) -> AsyncGenerator[Event]:
        """Yield the news of an answer as they come; who stops listening stops the answer."""
        release = self._admit(reader)
        loop, changed, began = asyncio.get_running_loop(), asyncio.Event(), time.monotonic()

        def tell() -> None:
            with suppress(RuntimeError):  # the server has ended
                loop.call_soon_threadsafe(changed.set)

        beginning = self._pool.submit(self._begin, reader, asked, release)

        def abandon(begun: Future[Job]) -> None:
            if begun.cancelled() or begun.exception() is not None:
                release()
            else:
                begun.result().stop()

        try:
            job = await asyncio.wrap_future(beginning)
        except BaseException:  # who leaves while it begins would leave it running
            beginning.add_done_callback(abandon)
            raise
        job.watch(tell)
        seen = View(version=-1)
        try:
            while not seen.ended:
                changed.clear()
                view = job.view
                left_s = began + self._answer_s - time.monotonic()
                if left_s <= 0 and not view.ended:
                    told = f"Jawaban belum selesai dalam {self._answer_s:.0f} detik dan dihentikan; tanyakan lagi."
                    yield Event("error", {"error": told})
                    return
                for event in _news(seen, view, job):
                    yield Event(event.kind, as_shown(event.data, reader))
                seen = view
                if not view.ended:
                    try:
                        await asyncio.wait_for(changed.wait(), min(PING_S, left_s))
                    except asyncio.TimeoutError:  # in Python 3.10 not yet the built-in one
                        yield Event("ping", {})
        finally:
            job.stop()

    @property
    def state(self) -> tuple[bool, str]:
        """Whether questions can be answered, and in a few words why not; it tells nothing of this machine."""
        try:
            self._whole.store.counts()
        except TanyaError:
            return False, "indeks tidak dapat dibaca"
        if self._whole.ready:
            return True, ""
        return False, "model tidak dapat dimuat" if self._whole.problem else "model sedang dimuat"

    def _begin(self, reader: Reader, asked: AskRequest, release: Callable[[], None]) -> Job:
        job = self._places.of(reader).begin(
            reader.name,
            asked.conversation or "",
            asked.question,
            asked.filters,
            implied=asked.implied,
            turn=lambda: self._turns.turn(reader.name),
        )

        def when_ended() -> None:
            if job.view.ended:
                release()

        job.watch(when_ended)
        when_ended()  # it may have ended before it was watched
        return job

    async def _worked(self, name: str, reader: Reader, work: Callable[[Callable[[], bool]], Returned]) -> Returned:
        """Do blocking work in a thread; it is told when nobody waits for it any more."""
        release = self._admit(reader)
        gone, began = threading.Event(), time.monotonic()
        future = self._pool.submit(work, lambda: not gone.is_set())
        future.add_done_callback(lambda _: release())  # not before: who asks and leaves still has it worked on
        try:
            found = await asyncio.wrap_future(future)
        except TanyaError:
            raise
        except BaseException:
            gone.set()
            raise
        _log.info(name, extra=log.fields(duration_s=round(time.monotonic() - began, 3)))
        return found

    def _admit(self, reader: Reader) -> Callable[[], None]:
        """Count a request; return what ends it, which may be called twice. Raises TooMany."""
        with self._lock:
            if self._running[reader.name] >= MAX_AT_ONCE or self._running.total() >= MAX_IN_ALL:
                raise TooMany("Terlalu banyak permintaan sekaligus; tunggu sampai sebagian dijawab lalu ulangi.")
            self._running[reader.name] += 1
        counted = [reader.name]

        def release() -> None:
            with self._lock:
                if counted:
                    name = counted.pop()
                    self._running[name] -= 1
                    if not self._running[name]:
                        del self._running[name]

        return release


def _news(seen: View, view: View, job: Job) -> list[Event]:
    """Return what a view tells beyond the one seen before."""
    news = []
    if view.place and view.place != seen.place:
        news.append(Event("waiting", {"place": view.place}))
    if view.sources is not None and view.sources != seen.sources:
        sources = [asdict(source) for source in view.sources]
        news.append(Event("evidence", {"question": job.question, "sources": sources, **job.read}))
    if len(view.said) > len(seen.said):
        news.append(Event("words", {"text": view.said[len(seen.said) :]}))
    if view.answer is not None:
        news.append(Event("answer", view.answer.as_json()))
    if view.error is not None:
        news.append(Event("error", {"error": view.error}))
    return news


def as_shown(record: Record, reader: Reader) -> Record:
    """Return a record as this reader may see it: of the server's folders only an editor is told, as on the page.

    >>> as_shown({"path": "/arsip/2021/a.txt", "n": 1}, Reader("ani", "pembaca"))
    {'path': 'a.txt', 'n': 1}
    """
    return record if reader.is_editor else {name: _without_folders(name, value) for name, value in record.items()}


def _without_folders(name: str, value: Any) -> Any:
    if name == "folder":
        return None
    if name in ("path", "file") and isinstance(value, str):
        return value.replace("\\", "/").rpartition("/")[2]
    if isinstance(value, dict):
        return {inner: _without_folders(inner, held) for inner, held in value.items()}
    return [_without_folders("", item) for item in value] if isinstance(value, (list, tuple)) else value


def as_line(record: Record) -> str:
    """Return a record as the line of JSON that the command line prints."""
    return json.dumps(record, ensure_ascii=False)
