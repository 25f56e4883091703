"""The process that reads files for another: ``python -m index.pipeline.reading_process LIMITS PARENT``.

It takes a file a line of JSON on stdin and answers in lines of JSON on stdout: where it is, each article as it would be
indexed, what cannot be read, the end. Time, memory and what it writes are limited by the kernel; whoever started it
sees it die, and knows at which part. It never outlives that process.
"""

from __future__ import annotations

import base64
import ctypes
import json
import logging
import math
import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from index.articles import RawArticle
from index.errors import InputError
from index.pipeline.preparation import prepare
from index.pipeline.sidecar import Stated, load_sidecar
from index.readers import allowance
from index.readers.bad_record import BadRecord
from index.readers.bounds import Unreadable
from index.readers.decompression_limits import MAX_UNPACKED_BYTES
from index.readers.files import open_file, read
from index.readers.ocr import is_picture
from index.readers.ocr import opened as pictures
from index.readers.page_view import page_view
from index.readers.pdf_page import opened
from index.readers.rows import rows_of
from index.storage.digest import sha256_of

if sys.platform != "win32":
    import resource

Message = dict[str, Any]
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
_CLEANING = "cleaning"
_MAX_PAGE_BYTES = 16 * 1024**2  # of a page's picture; one of print takes a hundredth of it
_MAX_ROWS_BYTES = 32 * 1024**2  # of a table's rows, which are kept in memory: a thousand books of quotations
OUT_OF_MEMORY = "membutuhkan memori melebihi batas membaca; pecah atau simpan ulang berkasnya"
TOO_MUCH = "berisi teks jauh melebihi ukuran berkasnya; periksa lalu simpan ulang berkasnya"


class _TooMuch(Exception):
    """More text came out of a file than its size explains."""


class _Answers:
    """Lines of JSON to the process that asked, and what they may come to for one file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = sys.maxsize
        self._is_held = False
        self._place: Message = {}  # what the next message says of the part that it comes from

    def begin(self, max_bytes: int) -> None:
        self._left = max_bytes

    def hold(self) -> None:
        """Have the next message, of the part that is read, be said by the one after it."""
        self._is_held = True

    def reach(self, part: int, seconds: float) -> None:
        """Say which part is read, and how long that may take."""
        if self._is_held:
            self._place = {"part": part, "seconds": seconds}
            self._is_held = False
        else:
            self._write(b'{"part": %d, "seconds": %r}\n' % (part, seconds))  # twice an article

    def say(self, **message: Any) -> None:
        line = json.dumps(message | self._place).encode("ascii") + b"\n"
        self._place = {}
        self._left -= len(line)
        if self._left < 0 and message.keys() & {"article", "row", "page"}:
            raise _TooMuch
        self._write(line)

    def _write(self, line: bytes) -> None:
        try:
            self._stream.write(line)
            self._stream.flush()
        except OSError:
            os._exit(0)  # whoever asked is gone


class _Forwarded(logging.Handler):
    """Sends what the readers log to the process that has a log; of an exception its kind, as its message may quote."""

    def __init__(self, answers: _Answers) -> None:
        super().__init__()
        self._answers = answers

    def emit(self, record: logging.LogRecord) -> None:
        values = {name: str(value) for name, value in getattr(record, "fields", {}).items()}
        if record.exc_info and (error := record.exc_info[1]) is not None:
            values["error"] = type(error).__name__
            frame = error.__traceback__
            while frame is not None and frame.tb_next is not None:
                frame = frame.tb_next
            if frame is not None:
                values["where"] = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
        self._answers.say(log=record.name, level=record.levelno, event=record.getMessage(), fields=values)


def main(limits: Message, parent: int) -> None:
    """Answer until the process that asks is done or gone."""
    answers = _Answers(os.fdopen(os.dup(1), "wb"))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    _die_with(parent, limits["main_thread"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; this process goes when it does
    _limit(limits)
    logging.getLogger("tanya").addHandler(_Forwarded(answers))
    logging.getLogger("tanya").setLevel(logging.INFO)
    asked: queue.Queue[Message] = queue.Queue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    while True:
        _answer(asked.get(), answers)


def _listen(asked: queue.Queue[Message]) -> None:
    """Take requests; their end is the end of this process, also in the middle of a file."""
    for line in sys.stdin.buffer:
        asked.put(json.loads(line))
    os._exit(0)


def _answer(request: Message, answers: _Answers) -> None:
    path = Path(request["path"])
    given_up = {int(number): reason for number, reason in request["given_up"].items()}
    out_of_memory = False

    def tell(number: int, seconds: float) -> None:
        _allow(seconds * request["patience"])
        answers.reach(number, seconds)

    try:
        with allowance.guarded(allowance.Allowance(given_up, tell)):
            if request.get("rows"):
                _read_rows(path, request, answers)
            elif request.get("page"):
                _draw_page(path, request["page"], answers)
            elif request["sidecar"]:
                _read_sidecar(path, answers)
            else:
                _read_articles(path, request, answers)
    except allowance.GivenUp as refusal:
        answers.say(bad={"reason": str(refusal), "limit": True})
    except _TooMuch:
        answers.say(bad={"reason": TOO_MUCH, "limit": True})
    except MemoryError:
        out_of_memory = True
    except InputError as error:
        answers.say(bad={"reason": str(error)}, input_error=True)
    except Unreadable as error:
        answers.say(bad={"reason": error.record.reason})
    except Exception as error:
        logging.getLogger("tanya.indexer").exception("not-read", extra={"fields": {"file": str(path)}})
        reason = f"tidak dapat dibaca ({type(error).__name__}: {error}); periksa berkasnya"
        answers.say(bad={"reason": reason})
    if out_of_memory:  # said when what filled the memory is let go
        answers.say(bad={"reason": OUT_OF_MEMORY, "limit": True})
    answers.say(end=True, peak_bytes=_peak_bytes())


def _read_sidecar(path: Path, answers: _Answers) -> None:
    with path.open("rb") as stream, allowance.part(stream, "sidecar"):
        rows = load_sidecar(path, lambda line: answers.say(told=line))
    answers.say(rows={name: asdict(row) for name, row in rows.items()})


def _read_rows(path: Path, request: Message, answers: _Answers) -> None:
    with open_file(path) as stream:
        answers.begin(_MAX_ROWS_BYTES)
        count = 0
        for row in rows_of(stream, request["max_cell_chars"]):
            if isinstance(row, BadRecord):
                answers.say(bad=asdict(row))
            elif count < request["rows"]:
                count += 1
                answers.say(row=asdict(row))
            else:
                answers.say(more=True)
                return


def _draw_page(path: Path, asked: Message, answers: _Answers) -> None:
    """Say one page of a file as ``index.readers.page_view`` has it, or that the file is not what it was."""
    with open_file(path) as stream, allowance.part(stream, "pdf"):
        answers.begin(_MAX_PAGE_BYTES)
        if asked["sha256"] is not None and sha256_of(stream) != asked["sha256"]:
            answers.say(changed=True)
            return
        stream.seek(0)
        with pictures(stream) if is_picture(path.name) else opened(stream) as pages:
            around = (asked["before"], asked["cited"], asked["after"])
            view = page_view(pages, *around, asked["number"], asked["likely"])
        answers.say(page=asdict(view) | {"picture": base64.b64encode(view.picture).decode("ascii")})


def _read_articles(path: Path, request: Message, answers: _Answers) -> None:
    zone = timezone(timedelta(seconds=request["zone_s"]))
    stated = {place: Stated(**row) for place, row in request["stated"].items()}
    with open_file(path) as stream:
        size = stream.seek(0, 2)
        answers.begin(request["output_bytes"] + request["output_ratio"] * size)
        stream.seek(0)
        for raw in read(path.name, stream):
            if isinstance(raw, BadRecord):
                answers.say(bad=asdict(raw))
                continue
            at = 0 if stream.closed else min(size, stream.tell())  # some libraries close what they read
            _clean(raw, stated.get(raw.place or ""), path, zone, at, answers, with_lines=request["lines"])


def _clean(
    raw: RawArticle, stated: Stated | None, path: Path, zone: timezone, at: int, answers: _Answers, *, with_lines: bool
) -> None:
    known: Message = {"id": "", "text": "", "path": str(path)}
    lines: list[Message] = []
    try:
        with allowance.part(None, _CLEANING, chars=len(raw.text)):
            if with_lines or raw.text.strip():  # a table may hold 200,000 rows with nothing to clean
                prepared = prepare(raw, id="", path=str(path), stated=stated, zone=zone)
                known = {name: value for name, value in vars(prepared.article).items() if value is not None}
                lines = [asdict(line) for line in prepared.lines] if with_lines else []
            answers.hold()  # that this part has ended
    except allowance.GivenUp as refusal:
        answers.say(bad={"reason": str(refusal), "place": raw.place, "limit": True})
        return
    answers.say(article=known, id=raw.id, place=raw.place, at=at, lines=lines)


# --- limits ---


def _limit(limits: Message) -> None:
    if sys.platform == "win32":
        return
    wanted = {
        resource.RLIMIT_AS: limits["memory_bytes"],
        resource.RLIMIT_FSIZE: MAX_UNPACKED_BYTES,  # what an archive unpacks beside the memory
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        with suppress(OSError, ValueError):  # macOS knows no limit of the address space
            resource.setrlimit(kind, (most, most))


def _allow(seconds: float) -> None:
    """Let this process live for so many more seconds of processor time."""
    if sys.platform != "win32":
        with suppress(OSError, ValueError):
            wanted = (math.ceil(time.process_time() + seconds), _most_cpu_s())
            resource.setrlimit(resource.RLIMIT_CPU, wanted)


@lru_cache(maxsize=1)
def _most_cpu_s() -> int:
    """Return the limit above all limits, which nobody here changes."""
    return resource.getrlimit(resource.RLIMIT_CPU)[1]


def _peak_bytes() -> int:
    """Return the most memory that this process has held.

    subtle: ``ru_maxrss`` starts at what the process that started this one held, a gigabyte and more where that has
    the models in memory.
    """
    if sys.platform == "win32":
        return 0
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _die_with(parent: int, by_main_thread: bool) -> None:
    """Have the kernel end this process with its parent, also while it hangs.

    subtle: the signal comes when the *thread* that started it ends, so only a main thread's child may ask for it; the
    end of stdin tells the others.
    """
    if sys.platform == "linux" and by_main_thread:
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if sys.platform != "win32" and os.getppid() != parent:  # it was gone before
        os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), int(sys.argv[2]))
