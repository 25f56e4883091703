"""The log: one file in the data folder, bounded in size, written by every process of the program.

    2026-11-27T12:20:18.123+00:00 ERROR part=answer event=failed pid=812 entry=41 duration_s=3.2
    Traceback (most recent call last): ...

A part logs by the standard library alone: ``getLogger("tanya.answer").exception("failed", extra=fields(entry=4))``.
The logger's name is the part, the message the event, the rest are fields. No word of a question, an answer or an
article gets in, unless TANYA_LOG_TEXT is set: fields of such text become their length, and the message of an exception
is left out where it may quote what was read. A folder that cannot be written costs one line on stderr and nothing else.
"""

from __future__ import annotations

import faulthandler
import fcntl
import json
import logging
import logging.handlers
import os
import re
import sqlite3
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TextIO

from index.errors import TanyaError

FOLDER, FILE = "log", "tanya.log"
MAX_BYTES, BACKUPS = 1_000_000, 3  # four files of a megabyte: months of a desk, and small enough to be sent by mail
MAX_RECORD_BYTES = 20_000  # a traceback of two hundred frames
TEXT_FIELDS = frozenset({"question", "answer", "text", "quote"})
_ROOT = "tanya"
_LOCK_S = 0.05  # how long a process waits for another to have written its line
_MAX_SIDE_BYTES = 100_000  # what a child says on stderr, and what a crash leaves
# Exceptions whose message tells of the machine or of the program; that of any other may quote a text.
_PLAIN = (TanyaError, OSError, MemoryError, ImportError, AttributeError, NameError, RuntimeError, sqlite3.DatabaseError)
_QUOTING = re.compile(r"fts5|syntax error|no such column|unrecognized token")
_EVENT_LINE = re.compile(r"^\d{4}-\d\d-\d\dT\S+ [A-Z]+ part=")
_ERROR_LINE = re.compile(r"^\S+ (?:ERROR|CRITICAL) ")
_crash_file: TextIO | None = None


def fields(**values: Any) -> dict[str, Any]:
    """Return the fields of an event, as ``extra`` of a logging call.

    >>> fields(entry=41)
    {'fields': {'entry': 41}}
    """
    return {"fields": values}


def log_path(data_dir: Path) -> Path:
    """Return where the log of a data folder is."""
    return data_dir / FOLDER / FILE


def where() -> Path | None:
    """Return the file that this process logs to, None before ``start``."""
    return next(
        (Path(item.baseFilename) for item in logging.getLogger(_ROOT).handlers if isinstance(item, _File)), None
    )


def start(data_dir: Path, *, with_text: bool = False) -> None:
    """Send what the program's parts log to the data folder; nothing is written or made before the first event."""
    logger = logging.getLogger(_ROOT)
    for handler in logger.handlers[:]:
        if isinstance(handler, _File):
            logger.removeHandler(handler)
            handler.close()
    handler = _File(log_path(data_dir))
    handler.setFormatter(_Lines(with_text))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def keep_crashes(data_dir: Path, name: str) -> None:
    """Have a crash of this process (a segmentation fault) leave its stack in ``log/<name>.crash``."""
    global _crash_file
    path = log_path(data_dir).with_name(f"{name}.crash")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        full = path.is_file() and path.stat().st_size > _MAX_SIDE_BYTES
        stream = path.open("w" if full else "a", encoding="utf-8")
    except OSError:
        return
    faulthandler.enable(stream)
    if _crash_file is not None:
        _crash_file.close()
    _crash_file = stream  # the handler keeps no more than its number


def last_lines(data_dir: Path, count: int) -> list[str]:
    """Return the newest lines of the log, the newest last."""
    return list(deque(_lines(data_dir), count))


def last_errors(data_dir: Path, count: int) -> list[str]:
    """Return the newest errors: of each its line, and the last one of its traceback."""
    found: deque[str] = deque(maxlen=count)
    of_error = False
    for line in _lines(data_dir):
        if _EVENT_LINE.match(line):
            of_error = _ERROR_LINE.match(line) is not None
            if of_error:
                found.append(line)
        elif of_error and line[:1].isalpha() and not line.startswith("Traceback"):
            found[-1] = f"{found[-1].split(' | ')[0]} | {line}"
    return list(found)


def whole(data_dir: Path) -> bytes:
    """Return all that is kept of the log, the oldest first."""
    parts = []
    for path in _files(data_dir):
        with suppress(OSError):
            parts.append(path.read_bytes())
    return b"".join(parts)


def _files(data_dir: Path) -> list[Path]:
    path = log_path(data_dir)
    return [*(path.with_name(f"{FILE}.{number}") for number in range(BACKUPS, 0, -1)), path]


def _lines(data_dir: Path) -> list[str]:
    return whole(data_dir).decode("utf-8", "replace").splitlines()


class Tail:
    """A child's stderr, kept in a file that never grows beyond its bound: the newest half of it and more.

    >>> Tail(folder / "index.stderr").follow(process.stderr)  # doctest: +SKIP
    """

    def __init__(self, path: Path, max_bytes: int = _MAX_SIDE_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._kept = b""

    def follow(self, stream: Any) -> None:
        """Read a binary stream to its end, writing what came last to the file as it comes."""
        with stream:
            while block := stream.read1(8192):
                self._kept = (self._kept + block)[-self._max_bytes :]
                with suppress(OSError):
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                    self._path.write_bytes(self._kept)


class _Lines(logging.Formatter):
    """An event as a line to grep, its traceback below."""

    def __init__(self, with_text: bool) -> None:
        super().__init__()
        self._with_text = with_text

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        values = {"event": record.getMessage(), "pid": record.process, **getattr(record, "fields", {})}
        shown = [f"part={record.name.removeprefix(f'{_ROOT}.')}"]
        for name, value in values.items():
            if name in TEXT_FIELDS and not self._with_text:
                name, value = f"{name}_chars", len(str(value))
            shown.append(f"{name}={_value(value)}")
        line = f"{at} {record.levelname} {' '.join(shown)}"
        if record.exc_info and record.exc_info[1] is not None:
            line += f"\n{self._traceback(record.exc_info[1])}"
        return _cut(line)

    def _traceback(self, error: BaseException) -> str:
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        before = f"{self._traceback(cause)}\n-- lalu:\n" if cause is not None else ""
        frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
        return f"{before}Traceback (most recent call last):\n{frames}{type(error).__qualname__}: {self._message(error)}"

    def _message(self, error: BaseException) -> str:
        message = " ".join(str(error).split())
        if self._with_text or (isinstance(error, _PLAIN) and not _QUOTING.search(message)):
            return message
        return f"({len(message)} huruf; TANYA_LOG_TEXT=1 menuliskannya)" if message else ""


def _value(value: Any) -> str:
    """Return a field's value, in quotes where it is more than a word.

    >>> _value(3.2), _value("a.txt"), _value("dua kata")
    ('3.2', 'a.txt', '"dua kata"')
    """
    text = str(value)
    plain = text and text.isprintable() and not set(text) & set(" \"'=")
    return text if plain else json.dumps(text.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False)


def _cut(text: str) -> str:
    raw = text.encode("utf-8", "replace")
    if len(raw) <= MAX_RECORD_BYTES:
        return raw.decode("utf-8")
    half = MAX_RECORD_BYTES // 2
    return f"{raw[:half].decode('utf-8', 'ignore')}\n[...]\n{raw[-half:].decode('utf-8', 'ignore')}"


class _File(logging.handlers.RotatingFileHandler):
    """A rotating file that several processes write to, and that never stops the program.

    subtle: when another process has rotated the file, this one still holds the old one; under the lock it looks whether
    the name is still that of the file it has open.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", delay=True)
        self._told = False
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._alone():
                self._follow_rotation()
                if self.shouldRollover(record):
                    self.doRollover()
                if self.stream is None:
                    self.stream = self._open()
                self.stream.write(self.format(record) + self.terminator)
                self.stream.flush()
        except Exception as error:  # a full disk, a read-only folder: the program goes on
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        with suppress(Exception):
            if self.stream is not None:
                self.stream.close()
        self.stream = None
        if not self._told:
            self._told = True
            with suppress(Exception):
                reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
                print(f"tanya: Log {self._path} tidak dapat ditulis ({reason}); tanpa log.", file=sys.stderr)

    def _follow_rotation(self) -> None:
        if self.stream is None:
            return
        held = os.fstat(self.stream.fileno())
        try:
            named = self._path.stat()
        except OSError:
            named = None
        if named is None or (named.st_dev, named.st_ino) != (held.st_dev, held.st_ino):
            self.stream.close()
            self.stream = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the log for one line; a holder that hangs costs a moment, never the program."""
        with (self._path.parent / ".lock").open("a") as lock:
            deadline = time.monotonic() + _LOCK_S
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        break
                    time.sleep(0.001)
            yield
