"""A language model in a process of its own: the same words, and a crash of it takes nothing else down.

    ask → wait until it is ready → its process → pieces … done
                                         ╰ died → who was being answered is told, the others wait; started anew

One thread owns the process: it starts it, hands its replies to who waits for them, and starts it again when it has
died, with growing pauses. After several deaths without an answer between them it is given up; then it is started once
for a question that comes after a rest.
"""

from __future__ import annotations

import itertools
import logging
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.errors import ModelError, ModelStopped
from rag.generation.chat_template import Message
from rag.generation.decoder import Stream, Trace
from rag.generation.scheduling import Handle
from rag.generation.wire import Connection
from rag.generation.wire import Message as Reply

COMMAND = (sys.executable, "-m", "rag.generation.worker")
# After a crash by chance half a second is hardly noticed; memory that ran out needs longer to come back.
PAUSES_S = (0.5, 2.0, 8.0, 30.0)
_REST_S = 30.0  # given up: a question that comes later than this after the last death has it started once
_END_S = 5.0  # how long a process may take to end once its socket has
_LOG_BYTES = 1024**2  # what the processes before this one wrote is dropped beyond it
_COUNTED = 4096  # texts whose length is remembered; the same passages are found again and again
_LOG = logging.getLogger("tanya.model")
STOPPED = "Model bahasa berhenti di tengah jawaban; pertanyaan dapat diajukan lagi."


@dataclass(frozen=True)
class _Request:
    """One request that the process was sent; ``replies`` has None at its end where the process died."""

    id: int
    connection: Connection
    replies: queue.SimpleQueue[Reply | None]

    def send(self, **message: Any) -> None:
        with suppress(OSError):  # it died: the replies end
            self.connection.send(id=self.id, **message)

    def cancel(self) -> None:
        self.send(do="cancel")

    def reply(self) -> Reply | None:
        """Wait for the next reply, None where the process died. Raises ModelError where it tells of one."""
        reply = self.replies.get()
        if reply is not None and "error" in reply:
            raise ModelError(reply["error"])
        return reply


class RemoteChat:
    """A chat model in another process. Safe to share by threads; one generation runs at a time, others wait in line.

    >>> with RemoteChat("model", {"path": "model.gguf", ...}) as model:  # doctest: +SKIP
    ...     "".join(model.stream([{"role": "user", "content": "Halo"}], 20))

    ``wanted`` tells the process what to open. ``command`` starts it; two arguments are added, its end of a socket and
    this process's id. What it says on stderr goes to the end of the file ``log``. Raises ModelError where the model
    cannot be opened, and ModelStopped from a stream whose process died.
    """

    def __init__(
        self,
        name: str,
        wanted: Mapping[str, Any],
        *,
        log: Path | None = None,
        command: Sequence[str] = COMMAND,
        pauses_s: Sequence[float] = PAUSES_S,
        rest_s: float = _REST_S,
    ) -> None:
        self.name = name
        self._wanted = dict(wanted)
        self._log = log
        self._command = tuple(command)
        self._pauses_s = tuple(pauses_s)
        self._rest_s = rest_s
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()  # of all that follows
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._ready = False  # it may be asked
        self._was_ready = False
        self._replies: dict[int, queue.SimpleQueue[Reply | None]] = {}  # by the number of the request
        self._deaths = 0  # since the last answer
        self._failure = ""  # why it is not being started any more
        self._failed_at = 0.0
        self._closed = False
        self._busy = False  # with quick work, elsewhere
        self._ahead: list[Message] = []  # to be read ahead after each start
        self._count = lru_cache(_COUNTED)(self._counted)
        with self._changed:
            self._begin()
            self._changed.wait_for(lambda: self._ready or self._failure)
            if self._failure:
                raise ModelError(self._failure)

    def __enter__(self) -> RemoteChat:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The id of the process that can be asked now, None while there is none."""
        with self._changed:
            return self._process.pid if self._process and self._ready else None

    def close(self) -> None:
        """End the process and have its memory back; who waits for it is told so."""
        with self._changed:
            self._closed = True
            if self._connection:
                self._connection.end()
            self._changed.notify_all()
        self._owner.join()

    def count_tokens(self, text: str) -> int:
        return self._count(text)

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        handle: Handle | None = None,
        *,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
        refusal: str = "",
    ) -> Stream:
        handle = handle or Handle()
        message = {
            "do": "stream",
            "messages": list(messages),
            "max_tokens": max_tokens,
            "copy_from": list(copy_from),
            "must_hold": [must_hold.pattern, must_hold.flags] if must_hold else None,
            "refusal_text": refusal,
        }
        while (trace := (yield from self._tried(message, handle))) is None:
            pass
        return trace

    def _tried(self, message: Reply, handle: Handle) -> Generator[str, None, Trace | None]:
        """Yield the pieces of one try; return None where the process died while this one only waited in line."""
        place = 0
        with self._asked(message, handle) as request:
            if request is None:
                return Trace()
            with handle.cancelling(request.cancel):
                while (reply := request.reply()) is not None:
                    if "piece" in reply:
                        yield reply["piece"]
                    elif "place" in reply:
                        place = reply["place"]
                        handle.on_wait(place)
                    else:
                        return Trace(reply["refusal"], reply["begin"], tuple(reply["words"]))
        if place:
            return None  # it was another's answer that the process died of, or nobody's
        raise ModelStopped(STOPPED)

    def warm(self, messages: Sequence[Message]) -> None:
        """Compute what prompts begin with, so that the first question need not wait for it.

        It is done again whenever the process is started anew.
        """
        self._ahead = list(messages)
        self._ask({"do": "warm", "messages": self._ahead})

    def make_way(self, busy: bool) -> None:
        """Tell the model whether quick work is being done, which goes before its next step (``QuickFirst``)."""
        with self._changed:
            changed, self._busy = busy != self._busy, busy
            if changed and self._ready and self._connection:
                with suppress(OSError):
                    self._connection.send(do="pause" if busy else "resume")

    def _counted(self, text: str) -> int:
        while (reply := self._ask({"do": "count", "texts": [text]})) is None:
            pass  # it died, and nothing is lost: the next one is asked, and when it is given up, that raises
        return int(reply["counts"][0])

    def _ask(self, message: Reply) -> Reply | None:
        """Return the one reply to a request, None where the process died."""
        with self._asked(message, Handle()) as request:
            return request.reply() if request else None

    @contextmanager
    def _asked(self, message: Reply, handle: Handle) -> Iterator[_Request | None]:
        """Send a request as soon as the process is ready; None where it was cancelled before.

        Raises ModelError where there is no process and none is being started.
        """
        with handle.cancelling(self._wake), self._changed:
            self._begin_again()
            self._changed.wait_for(lambda: self._ready or self._failure or handle.cancelled)
            if self._failure:
                raise ModelError(self._failure)
            request = None
            if not handle.cancelled:
                assert self._connection
                request = _Request(next(self._numbers), self._connection, queue.SimpleQueue())
                self._replies[request.id] = request.replies
        if request is None:
            yield None
            return
        try:
            request.send(**message)
            yield request
        finally:
            with self._changed:
                ended = self._replies.pop(request.id, None) is None
            if not ended:  # who asked wants no more of it
                request.cancel()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    # --- the thread that owns the process ---

    def _begin(self) -> None:
        self._owner = threading.Thread(target=self._own, name="model", daemon=True)
        self._owner.start()

    def _begin_again(self) -> None:
        """Start what was given up, once, when it has rested."""
        if self._failure and not self._closed and time.monotonic() - self._failed_at >= self._rest_s:
            _LOG.info("started again for a question")
            self._failure = ""
            self._begin()

    def _own(self) -> None:
        """Start the process, and again when it has died, until it is given up or not wanted any more.

        subtle: the kernel ends the process with the thread that started it, so this thread stays as long as it.
        """
        while True:
            try:
                line = self._run()
            except OSError as error:
                _LOG.exception("not started")
                line = f"Proses model bahasa tidak dapat dimulai ({error}); periksa memori dan ruang disk."
            with self._changed:
                self._deaths += 1
                if self._closed:
                    line = "Model bahasa sudah ditutup; ajukan pertanyaannya lagi."
                elif self._was_ready and self._deaths <= len(self._pauses_s):
                    pause_s = self._pauses_s[self._deaths - 1]
                    _LOG.warning("starting again in %g s after death %d", pause_s, self._deaths)
                    if not self._changed.wait_for(lambda: self._closed, pause_s):
                        continue
                    line = "Model bahasa sudah ditutup; ajukan pertanyaannya lagi."
                elif self._was_ready:
                    line = (
                        f"{line} Sudah {self._deaths} kali berturut-turut; jalankan: tanya doctor, lalu tanyakan lagi."
                    )
                if not self._closed:
                    _LOG.error("given up after death %d: %s", self._deaths, line)
                self._failure, self._failed_at = line, time.monotonic()
                self._changed.notify_all()
                return

    def _run(self) -> str:
        """Start the process and hand its replies out until it ends; return how it ended, in one line."""
        began = time.monotonic()
        here, there = socket.socketpair()
        connection = Connection(here)
        try:
            with there, self._errors() as errors:
                command = [*self._command, str(there.fileno()), str(os.getpid())]
                process = subprocess.Popen(
                    command, pass_fds=[there.fileno()], cwd=Path(__file__).parents[2],
                    stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                )  # fmt: skip
        except OSError:
            connection.close()
            raise
        with self._changed:
            self._process, self._connection = process, connection
            if self._closed:
                connection.end()
        refusal: str | None = None
        try:
            with suppress(OSError):
                connection.send(do="open", id=0, model=self._wanted)
            while (reply := connection.receive()) is not None:
                if reply["id"] == 0 and "error" in reply:
                    refusal = reply["error"]
                    break
                if reply["id"] == 0:
                    _LOG.info("ready pid=%d after_s=%.2f", process.pid, time.monotonic() - began)
                    self._make_ready(connection)
                else:
                    self._hand_out(reply)
        finally:
            was_ready = self._make_unready()
            connection.close()
            code = _ended(process)
        if self._closed:
            return ""
        if refusal is not None:
            _LOG.error("not loaded: %s", refusal)
            return refusal
        how = signal.Signals(-code).name if code < 0 else f"kode {code}"
        _LOG.error("died pid=%d of %s after_s=%.2f ready=%s", process.pid, how, time.monotonic() - began, was_ready)
        where = f"; catatannya di {self._log}" if self._log else ""
        return f"Proses model bahasa mati{'' if was_ready else ' saat dimuat'} ({how}){where}."

    def _make_ready(self, connection: Connection) -> None:
        with self._changed, suppress(OSError):
            self._ready = self._was_ready = True
            self._changed.notify_all()
            if self._busy:
                connection.send(do="pause")
            if self._ahead:
                connection.send(do="warm", id=next(self._numbers), messages=self._ahead)

    def _make_unready(self) -> bool:
        """Tell all who wait that no reply will come; return whether it could have."""
        with self._changed:
            was_ready, self._ready = self._ready, False
            self._process = self._connection = None
            for replies in self._replies.values():
                replies.put(None)
            self._replies.clear()
        return was_ready

    def _hand_out(self, reply: Reply) -> None:
        with self._changed:
            if reply.get("answered"):
                self._deaths = 0
            more = "piece" in reply or "place" in reply
            replies = self._replies.get(reply["id"]) if more else self._replies.pop(reply["id"], None)
        if replies:
            replies.put(reply)

    @contextmanager
    def _errors(self) -> Iterator[Any]:
        """Open the file that the process writes what goes wrong to; nothing where it cannot be written."""
        if self._log is None:
            yield subprocess.DEVNULL
            return
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            full = self._log.exists() and self._log.stat().st_size > _LOG_BYTES
            file = self._log.open("wb" if full else "ab")
        except OSError:
            yield subprocess.DEVNULL
            return
        with file:
            yield file


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Return the exit code of a process whose socket has ended, minus the number of the signal it died of."""
    try:
        return process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
