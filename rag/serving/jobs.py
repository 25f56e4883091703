"""Answers in the making: each in a thread of its own, so that it goes on whatever its page does.

    begin → history, a thread → evidence, words → history at every sentence → the checked answer → history

The page looks at a job whenever it likes; a program may be called at every change (``Job.watch``). A kill loses the
sentence in flight: all before it is in the history. A question of no conversation is kept nowhere (`Unkept`).
"""

from __future__ import annotations

import itertools
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Protocol

from index.errors import TanyaError
from index.storage.history import ASKED, DONE, FAILED, STOPPED, History
from rag import log
from rag.answering.answer import Answer, EvidenceFound, Finished, Source, Token
from rag.answering.serialization import Record, record_of, record_of_part
from rag.generation.scheduling import Handle

_log = logging.getLogger("tanya.answer")
Events = Iterator[EvidenceFound | Token | Finished]
_SENTENCE_END = re.compile(r"[.!?](?:\s*\[[\d,\s]+\])*(?=\s|$)")


@dataclass(frozen=True)
class View:
    """How far an answer is. ``place`` is the place in line, 0 at its turn; ``sources`` is None until they are found."""

    version: int = 0
    place: int = 0
    sources: tuple[Source, ...] | None = None
    said: str = ""
    answer: Answer | None = None
    error: str | None = None

    @property
    def ended(self) -> bool:
        """True when nothing more will come."""
        return self.answer is not None or self.error is not None


class Keeps(Protocol):
    """Where questions and what comes of them are written down."""

    def begin(self, reader: str, session: str, kind: str, question: str) -> int:
        """Write down a question; return its id."""

    def keep(self, id: int, record: Record, state: str = ...) -> None:
        """Write down how far its answer is."""


class Unkept:
    """Keeps nothing: for a question that belongs to no conversation. Its ids are negative, so they are no entry's.

    >>> Unkept().begin("ani", "", ASKED, "Apa itu OPOP?")
    -1
    """

    def __init__(self) -> None:
        self._ids = itertools.count(-1, -1)

    def begin(self, reader: str, session: str, kind: str, question: str) -> int:
        return next(self._ids)

    def keep(self, id: int, record: Record, state: str = "") -> None:
        """Forget it."""


class Job:
    """One question being answered.

    >>> job = Jobs(history).begin("ani", "s1", "Apa itu OPOP?", assistant.stream)  # doctest: +SKIP
    >>> job.wait(job.view, timeout_s=1).sources  # doctest: +SKIP
    """

    def __init__(self, id: int, question: str, history: Keeps) -> None:
        self.id = id
        self.question = question
        self.read: Record = {}  # what was read into the question, once the evidence is there
        self._history = history
        self._handle = Handle(on_wait=lambda place: self._set(place=place))
        self._changed = threading.Condition()
        self._view = View()
        self._watchers: list[Callable[[], None]] = []

    @property
    def view(self) -> View:
        """How far it is now."""
        with self._changed:
            return self._view

    def wait(self, seen: View, timeout_s: float) -> View:
        """Return the view as soon as it differs from the one seen, or as it is after the time."""
        with self._changed:
            self._changed.wait_for(lambda: self._view.version != seen.version, timeout_s)
            return self._view

    def watch(self, call: Callable[[], None]) -> None:
        """Have ``call`` called, in the job's own thread, at every change from now on: look at ``view`` after this."""
        with self._changed:
            self._watchers.append(call)

    def stop(self) -> None:
        """End it with what was said; one that waits leaves the line."""
        self._handle.cancel()

    def run(self, ask: Callable[[Handle], Events]) -> None:
        """Answer, to the end; what goes wrong is told in the view and in the history."""
        began = time.monotonic()

        def told() -> dict[str, Any]:
            return log.fields(entry=self.id, question=self.question, duration_s=round(time.monotonic() - began, 3))

        try:
            with closing(ask(self._handle)) as events:  # type: ignore[type-var]
                for event in events:
                    self._take(event)
            _log.info("done", extra=told())
        except TanyaError as error:
            _log.exception("failed", extra=told())
            self._fail(str(error))
        except Exception as error:  # the page must not wait for a thread that is gone
            _log.exception("failed", extra=told())
            self._fail(f"Jawaban gagal dibuat ({type(error).__name__}: {error}); tanyakan lagi.")

    def _take(self, event: EvidenceFound | Token | Finished) -> None:
        if isinstance(event, EvidenceFound):
            self.read = {"rewritten": event.rewritten, "implied": list(event.implied)}
            self._set(sources=event.sources)
            self._keep_part()
        elif isinstance(event, Token):
            before = self.view.said
            said = before + event.text
            self._set(said=said, place=0)
            if len(_SENTENCE_END.findall(said)) > len(_SENTENCE_END.findall(before)):
                self._keep_part()
        else:
            state = STOPPED if event.answer.cancelled else DONE
            self._history.keep(self.id, record_of(event.answer), state)
            self._set(answer=event.answer)

    def _keep_part(self) -> None:
        view = self.view
        self._history.keep(self.id, {**record_of_part(self.question, view.sources or (), view.said), **self.read})

    def _fail(self, message: str) -> None:
        try:
            view = self.view
            part = record_of_part(self.question, view.sources or (), view.said)
            self._history.keep(self.id, {**part, **self.read, "notes": [message]}, FAILED)
        except TanyaError:
            # The message at hand tells more than the second one, of a store that cannot be written.
            _log.exception("not-kept", extra=log.fields(entry=self.id))
        self._set(error=message)

    def _set(self, **changes: Any) -> None:
        with self._changed:
            self._view = replace(self._view, version=self._view.version + 1, **changes)
            self._changed.notify_all()
            watchers = list(self._watchers)
        for call in watchers:
            call()


class Jobs:
    """The answers in the making, of all readers of one archive."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._unkept = Unkept()
        self._running: dict[int, Job] = {}
        self._lock = threading.Lock()

    def begin(self, reader: str, session: str, question: str, ask: Callable[[Handle], Events]) -> Job:
        """Write the question down, unless its session is "", and start to answer it."""
        history: Keeps = self._history if session else self._unkept
        job = Job(history.begin(reader, session, ASKED, question), question, history)
        with self._lock:
            self._running[job.id] = job

        def work() -> None:
            try:
                job.run(ask)
            finally:
                with self._lock:
                    del self._running[job.id]

        threading.Thread(target=work, name=f"jawaban-{job.id}", daemon=True).start()
        return job

    def running(self, id: int) -> Job | None:
        """Return the job of a history entry, None when it has ended."""
        with self._lock:
            return self._running.get(id)

    def count(self) -> int:
        """Return how many are being answered or wait for it."""
        with self._lock:
            return len(self._running)
