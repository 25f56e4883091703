"""Files are read in a process of their own: one that takes too long, too much memory or dies costs one line.

    file → another process (``reading_process``) → articles as they would be indexed

The process lives on for the next file, so that reading is as fast as before. When it dies at a part of a file, another
one reads the rest without that part. Two at most read at once, whoever asks: each may take a gigabyte.
"""

from __future__ import annotations

import atexit
import base64
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from index.articles import Article
from index.cleaning.page_lines import Line
from index.errors import InputError
from index.fair_turns import FairTurns
from index.pipeline.sidecar import Stated
from index.readers.bad_record import BadRecord
from index.readers.page_view import PageView
from index.readers.rows import TableRow
from index.text.timestamps import WIB

_WAITING = 16  # times that answers are taken in ahead, while the articles before them are embedded
_TAKEN_BYTES = 64 * 1024  # at a time: thousands of short answers cost as much to hand over as to make
_MAX_LINE_BYTES = 256 * 1024**2  # the longest article with its lines; no honest answer is longer
_START_S = 60.0
_STOP_S = 5.0
AT_ONCE = 2  # by hand: one for uploads being taken in, one for whoever looks at a file meanwhile
# Of a file, by number; one with more than these is not worth its reading.
MAX_GIVEN_UP = 4
_ADVICE = "periksa atau simpan ulang berkasnya, lalu tanya index --retry"
_SEE_FILE = "unduh berkasnya untuk melihatnya"
Message = dict[str, Any]
_log = logging.getLogger("tanya.indexer")


@dataclass(frozen=True)
class Limits:
    """What reading one file may take; chosen by hand, far above any article that we saw.

    ``patience`` multiplies the processor time of a part (``index.readers.allowance``), ``wall`` that again, for a
    reader that waits or a machine that is busy. What comes out of a file may be ``output_bytes`` and ``output_ratio``
    times its size.
    """

    memory_bytes: int = 1200 * 1024**2
    patience: float = 1.0
    wall: float = 15.0
    output_bytes: int = 128 * 1024**2
    output_ratio: int = 50
    retire_bytes: int = 500 * 1024**2


@dataclass(frozen=True)
class Read:
    """An article as it would be indexed, still without an id; ``id`` and ``place`` are those of the raw article.

    ``at`` is how far the file is read, ``lines`` the article's lines where they were asked for.
    """

    article: Article
    id: str | None
    place: str | None
    at: int
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class PageAsked:
    """A page of a file: by its ``number``, or the one that bears ``cited``, which stands between what is around it.

    ``likely`` are the pages that may bear it, where OCR has to read them.
    ``sha256`` is the file's, None where that need not be looked at.
    """

    before: str = ""
    cited: str = ""
    after: str = ""
    number: int | None = None
    sha256: str | None = None
    likely: tuple[int, ...] = ()


class _Died(Exception):
    """The reading process is gone; ``reason`` says why, for the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reading:
    """Reads files in processes of their own. Safe to share by threads; each file has a process to itself.

    ``places`` are the turns of those who read, ``AT_ONCE`` in all and one for each line: a thread reads one file to
    its end, or closes it, before it begins another.

    >>> [found.article.title for found in Reading().articles(Path("a.txt"))]  # doctest: +SKIP
    ['Harga Beras Naik']
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.places = FairTurns(AT_ONCE)
        self._limits = limits or Limits()
        self._idle: list[_Process] = []
        self._lock = threading.Lock()
        self._pid = os.getpid()

    def close(self) -> None:
        """End the processes that wait for a file."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.stop()

    def articles(
        self,
        path: Path,
        stated: Mapping[str, Stated] | None = None,
        zone: tzinfo = WIB,
        *,
        with_lines: bool = False,
        line: str = "",
    ) -> Iterator[Read | BadRecord]:
        """Yield what a file holds, in order; ``stated`` is what a sidecar says of its parts, ``line`` who waits for it.

        Raises InputError where it cannot be opened or is of no known format.
        """
        away = zone.utcoffset(None)
        request = {
            "path": str(path.absolute()),
            "stated": {place: asdict(row) for place, row in (stated or {}).items()},
            "zone_s": away.total_seconds() if away else 0,
            "lines": with_lines,
            "sidecar": False,
        }
        for message in self._answers(request, line):
            if "article" in message:
                lines = tuple(Line(**one) for one in message["lines"])
                article = Article(**message["article"])
                yield Read(article, message["id"], message["place"], int(message["at"]), lines)
            elif message.get("input_error"):
                raise InputError(message["bad"]["reason"])
            elif "bad" in message:
                yield BadRecord(**message["bad"])

    def sidecar(self, path: Path, tell: Callable[[str], None], line: str = "") -> tuple[dict[str, Stated], str | None]:
        """Return the rows of a sidecar, and why it went beyond the limits, or None; ``tell`` gets its bad rows."""
        rows: dict[str, Stated] = {}
        for message in self._answers({"path": str(path.absolute()), "sidecar": True}, line):
            if "told" in message:
                tell(message["told"])
            elif "rows" in message:
                rows = {name: Stated(**row) for name, row in message["rows"].items()}
            elif "bad" in message:
                return {}, message["bad"]["reason"]
        return rows, None

    def rows(self, path: Path, most: int, max_cell_chars: int, line: str = "") -> list[TableRow]:
        """Return the rows of a table, of all its sheets. Raises InputError where it is none or has more than ``most``.

        A sheet that is too large is left out where another one can be read.
        """
        request = {"path": str(path.absolute()), "sidecar": False, "rows": most, "max_cell_chars": max_cell_chars}
        found: list[TableRow] = []
        reason = ""
        for message in self._answers(request, line):
            if "row" in message:
                row = message["row"]
                found.append(TableRow(**{**row, "cells": tuple(row["cells"])}))
            elif message.get("more"):
                raise InputError(f"Tabel ini lebih dari {most} baris; bagi menjadi beberapa berkas.")
            elif "bad" in message:
                reason = reason or message["bad"]["reason"].replace(_ADVICE, "simpan ulang berkasnya")
        if not any(row.cells or row.problem for row in found):
            raise InputError(f"Tabel tidak dapat dibaca: {reason or 'berkas ini kosong'}.")
        return found

    def page(self, path: Path, asked: PageAsked, line: str = "") -> PageView | None:
        """Return a page of a PDF, None where the file is not the one that was asked for.

        Raises InputError, in one line, where the page cannot be drawn.
        """
        request = {"path": str(path.absolute()), "sidecar": False, "page": asdict(asked)}
        view, reason, changed = None, "", False
        for message in self._answers(request, line):
            if "page" in message:
                view = _page_of(message["page"])
            elif "bad" in message:
                reason = message["bad"]["reason"].replace(_ADVICE, _SEE_FILE)
            changed = changed or bool(message.get("changed"))
        if view is None and not changed:
            raise InputError(f"Halaman ini tidak dapat digambar: {reason or _SEE_FILE}.")
        return view

    def _answers(self, request: Message, line: str) -> Iterator[Message]:
        """Yield the answers to one request, each once: what a process had said before it died is not said again.

        subtle: a part that is given up says nothing but that, also where it had said something before; so what is not
        said again is what came before the part began. The numbers of the parts behind it are others then.
        """
        self._take_stock()
        given_up: dict[int, str] = {}
        skip = deaths = 0
        while True:
            part = at = 0
            begun: dict[int, int] = {}  # part → how many answers came before it
            try:
                with self.places.turn(line), self._process() as process:
                    for message in process.ask(self._with_limits(request, given_up), self._limits):
                        if "part" in message:
                            part = int(message.pop("part"))
                            begun.setdefault(part, at)
                            del message["seconds"]
                        if message:
                            at += 1
                            if at > skip:
                                yield message
                return
            except _Died as death:
                _log.warning("reader-died", extra={"fields": {"file": request["path"], "part": part}})
                reason = f"{death.reason}; {_ADVICE}"
                if part <= 1 or deaths == MAX_GIVEN_UP:
                    yield {"bad": {"reason": reason, "limit": True}}
                    return
                deaths += 1
                skip = begun[part]
                given_up = {number: why for number, why in given_up.items() if number < part} | {part: reason}

    def _with_limits(self, request: Message, given_up: dict[int, str]) -> Message:
        limits = self._limits
        return request | {
            "given_up": given_up,
            "patience": limits.patience,
            "output_bytes": limits.output_bytes,
            "output_ratio": limits.output_ratio,
        }

    def _take_stock(self) -> None:
        """Begin anew in a forked process: processes and turns belong to the other one."""
        with self._lock:
            if self._pid != os.getpid():
                self._idle, self.places, self._pid = [], FairTurns(AT_ONCE), os.getpid()

    @contextmanager
    def _process(self) -> Iterator[_Process]:
        """Lend a process for one request; one that is not done with it at the end is ended."""
        with self._lock:
            process = self._idle.pop() if self._idle else None
        process = process if process is not None and process.alive else _Process(self._limits)
        try:
            yield process
        finally:
            if process.free:
                with self._lock:
                    self._idle.append(process)
            else:
                process.stop()


class _Process:
    """One reading process and the thread that takes in its answers."""

    def __init__(self, limits: Limits) -> None:
        self.free = False  # ready for another file
        self._allowed_s = 0.0
        self._limits = limits
        is_main = threading.current_thread() is threading.main_thread()
        told = json.dumps({"memory_bytes": limits.memory_bytes, "main_thread": is_main})
        command = [sys.executable, "-m", "index.pipeline.reading_process", told, str(os.getpid())]
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # each thread takes address space
        self._popen = subprocess.Popen(
            command, cwd=Path(__file__).parents[2], env=os.environ | single,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._said: queue.Queue[list[bytes]] = queue.Queue(_WAITING)  # lines; none of them: it says no more
        self._lines: deque[bytes] = deque()  # taken out of the queue, not yet looked at
        self._stopped = threading.Event()
        self._follower = threading.Thread(target=self._follow, daemon=True)
        self._follower.start()

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    def ask(self, request: Message, limits: Limits) -> Iterator[Message]:
        """Yield the answers to one request. Raises _Died where the process dies or has to be ended."""
        self.free = False
        assert self._popen.stdin is not None
        with suppress(OSError):  # then it is gone, which is seen below
            self._popen.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            self._popen.stdin.flush()
        patience_s = _START_S
        while True:
            if not self._lines:
                try:
                    self._lines.extend(self._said.get(timeout=patience_s))
                except queue.Empty:
                    self.stop()
                    raise _Died(_too_long(patience_s / limits.wall)) from None
            if not self._lines:
                raise _Died(self._why())
            message: Message = json.loads(self._lines.popleft())
            if "log" in message:
                logging.getLogger(message["log"]).log(
                    message["level"], message["event"], extra={"fields": message["fields"]}
                )
            elif message.get("end"):
                self.free = message["peak_bytes"] < limits.retire_bytes
                return
            else:
                if "part" in message:  # which it is in now, by itself or with what it says of the one before
                    self._allowed_s = message["seconds"] * limits.patience
                    patience_s = self._allowed_s * limits.wall
                yield message

    def stop(self) -> None:
        """End it, whatever it does."""
        self.free = False
        self._stopped.set()
        self._popen.kill()
        self._popen.wait()
        while self._follower.is_alive():  # it may wait for room
            with suppress(queue.Empty):
                self._said.get(timeout=0.01)
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _follow(self) -> None:
        assert self._popen.stdout is not None
        begun: list[bytes] = []  # a line whose end has not come
        at = self._popen.stdout.fileno()
        with suppress(OSError, ValueError):
            while (taken := os.read(at, _TAKEN_BYTES)) and sum(map(len, begun)) <= _MAX_LINE_BYTES:
                begun.append(taken)
                if b"\n" in taken:
                    *lines, rest = b"".join(begun).split(b"\n")
                    begun = [rest]
                    self._said.put(lines)
                if self._stopped.is_set():
                    return
        self._said.put([])

    def _why(self) -> str:
        """Say what the process died of."""
        try:
            code = self._popen.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            return "jawaban pembacanya melebihi batas"
        if sys.platform != "win32" and code == -signal.SIGXCPU:
            return _too_long(self._allowed_s)
        if sys.platform != "win32" and code == -signal.SIGKILL:
            return "pembacanya dihentikan sistem, biasanya karena memori habis"
        name = signal.Signals(-code).name if code < 0 else f"kode {code}"
        return f"membuat pembacanya mati ({name}), biasanya karena rusak atau melebihi batas memori"


def _page_of(message: Message) -> PageView:
    """Return a page from what the process said of it."""
    boxes = tuple((left, top, right, bottom) for left, top, right, bottom in message["boxes"])
    tuples = {name: tuple(message[name]) for name in ("letters", "marked")}
    return PageView(**{**message, **tuples, "boxes": boxes, "picture": base64.b64decode(message["picture"])})


def _too_long(seconds: float) -> str:
    return f"dihentikan karena membacanya melebihi batas waktu {seconds:.0f} detik"


_shared = Reading()
atexit.register(_shared.close)


def shared() -> Reading:
    """Return the processes that all of this program share."""
    return _shared
