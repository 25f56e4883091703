"""Indexing beside the page: a process of its own at low priority, so that asking never waits for it.

``python -m rag.serving.index_process`` is that process; it tells its progress in JSON lines. ``Background`` starts it
and knows how far it is. A file beside the index says that a run has begun: found at a start, the run is taken up again.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index.errors import EngineError, IndexLocked, TanyaError
from index.pipeline.reading import shared
from index.storage.lock import writing
from rag import log
from rag.settings import Settings

_log = logging.getLogger("tanya.index")
_STDERR_FILE = "index.stderr"
_STATE_FILE = "pengindeksan.json"
_LINE = "pengindeksan"  # those of readers begin otherwise
_NICE = 10
_TOLD_S = 0.5
# How long a run waits for another process to be done with the index: for one that was left over by a kill it takes a
# second, for `tanya index` of an evening's articles a minute.
_PATIENCE_S = 90.0
_SAID_S = 5.0  # how long the last words of a process that has ended are waited for
COMMAND = (sys.executable, "-m", "rag.serving.index_process")
Record = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """How far indexing is. ``report`` is that of ``tanya index --json`` so far; ``error`` is one line for the user."""

    running: bool = False
    resumed: bool = False
    done_bytes: int = 0
    total_bytes: int = 0
    elapsed_s: float = 0.0
    report: Record = field(default_factory=dict)
    error: str | None = None

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds left at the rate so far, None while that is not known."""
        return self.elapsed_s * (1 - self.share) / self.share if self.share > 0 else None


class Background:
    """Runs the indexer over a folder of one archive, one run at a time; what comes while it runs is taken in after it.

    >>> Background(settings, folder).start()  # doctest: +SKIP
    """

    def __init__(self, settings: Settings, folder: Path, command: Sequence[str] = COMMAND) -> None:
        """``command`` is the process that indexes the folder named after it."""
        self._settings = settings
        self._folder = folder
        self._command = [*command, str(folder)]
        self._state_file = settings.data_dir / _STATE_FILE
        self._lock = threading.Lock()
        self._run = Run()
        self._again = False
        self._awaited = 0  # uploads on their way in, whose run may not have begun
        self._all_in = False  # the last run went well, and nothing was marked since

    @property
    def run(self) -> Run:
        """How far the run is, or how the last one ended."""
        with self._lock:
            return self._run

    def start(self, *, resumed: bool = False) -> None:
        """Begin a run, or have one follow the run that goes on."""
        with self._lock:
            self._all_in = False
            if self._run.running:
                self._again = True
                return
            self._run = Run(running=True, resumed=resumed)
        threading.Thread(target=self._work, name="pengindeksan", daemon=True).start()

    def resume(self) -> bool:
        """Take up a run that was cut off when the program last ended; return whether there was one."""
        cut_off = self._state_file.is_file() and self._folder.is_dir()
        if cut_off:
            self.start(resumed=True)
        return cut_off

    @contextmanager
    def awaiting(self) -> Iterator[Callable[[], None]]:
        """Lend what leaves the mark of a run, for use before the files are in place: a kill leaves none unindexed.

        A run that ends meanwhile leaves the mark where it is.
        """
        with self._lock:
            self._awaited += 1
        try:
            yield self._mark
        finally:
            with self._lock:
                self._awaited -= 1
                self._unmark()

    def _mark(self) -> None:
        with self._lock:
            self._all_in = False
            self._state_file.write_text(json.dumps({"folder": str(self._folder)}), "utf-8")

    def _unmark(self) -> None:
        """Remove the mark where nothing is left to be indexed; within the lock."""
        if self._all_in and not self._awaited:
            self._state_file.unlink(missing_ok=True)

    def _work(self) -> None:
        again = True
        while again:
            try:
                error = self._index()
            except Exception as failure:  # a thread that is gone must not leave a run that never ends
                _log.exception("failed")
                error = f"Pengindeksan gagal ({type(failure).__name__}: {failure}); mulai lagi."
            with self._lock:
                again, self._again = self._again, False
                self._run = Run(**{**vars(self._run), "running": again, "error": error})
                self._all_in = not again and error is None
                self._unmark()

    def _index(self) -> str | None:
        """Run the process to its end; return what went wrong, in one line.

        It reads one file at a time, in one of the places that all of this program have for that.
        """
        with shared().places.turn(_LINE):
            return self._run_process()

    def _run_process(self) -> str | None:
        environment = os.environ | self._settings.environment()
        began = time.monotonic()
        try:
            self._mark()
            process = subprocess.Popen(
                self._command, env=environment, cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
        except OSError as failure:
            _log.exception("not-started")
            return f"Pengindeksan tidak dapat dimulai: {failure.strerror}; periksa ruang disk lalu coba lagi."
        assert process.stdout is not None and process.stderr is not None
        tail = log.Tail(log.log_path(self._settings.data_dir).with_name(_STDERR_FILE))
        said = threading.Thread(target=tail.follow, args=(process.stderr,), daemon=True)
        said.start()
        error: str | None = None
        with process.stdout as lines:
            for line in lines:
                told = json.loads(line)
                error = told.pop("error", None)
                with self._lock:
                    values = {**vars(self._run), **told, "elapsed_s": time.monotonic() - began}
                    self._run = Run(**values)
        code = process.wait()
        said.join(_SAID_S)
        told_s = round(time.monotonic() - began, 3)
        _log.log(logging.ERROR if code else logging.INFO, "ended", extra=log.fields(code=code, duration_s=told_s))
        if code and error is None:
            return f"Pengindeksan berhenti sendiri (kode {code}); yang sudah masuk tersimpan, mulai lagi."
        return error


def main() -> int:
    """Index a folder, as the process of its own."""
    os.nice(_NICE)
    from index.pipeline.indexer import Indexer
    from index.pipeline.progress import Progress
    from rag.quotation.named_speakers import read_speakers
    from rag.retrieval.retriever import Retriever
    from rag.serving import loading
    from rag.serving.kept_searches import KeptSearches
    from rag.settings import go_offline

    go_offline()
    settings = Settings.load()
    log.start(settings.data_dir, with_text=settings.log_text)
    log.keep_crashes(settings.data_dir, "index")
    last = 0.0

    def tell(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _TOLD_S:
            last = time.monotonic()
            _say(done_bytes=progress.done_bytes, total_bytes=progress.total_bytes, report=asdict(progress.report))

    try:
        embedder = loading.open_embedder(settings)
        with (
            _patiently(lambda: writing(settings.data_dir)),
            loading.open_store(settings, create=True) as store,
            _patiently(store.sole_writer),
        ):
            report = Indexer(store, embedder, tell, zone=settings.zone).run([Path(sys.argv[1])])
            retriever = Retriever(store, embedder, index=loading.open_index(settings, store))
            if settings.engine:  # the page's own vectors follow by themselves
                try:
                    retriever.refresh()
                except EngineError as error:  # the articles are in; the next run takes the engine up again
                    _log.exception("engine-not-refreshed")
                    report.failed.append(str(error))
            read_speakers(store)
            KeptSearches(store, lambda: embedder, lambda: retriever).check_quietly()
    except TanyaError as error:
        _log.exception("failed")
        _say(error=str(error))
        return 1
    except MemoryError:
        _log.exception("out-of-memory")
        _say(error="Memori habis saat mengindeks; tutup program lain lalu coba lagi.")
        return 1
    except Exception as failure:
        _log.exception("failed")
        _say(error=f"Pengindeksan gagal ({type(failure).__name__}: {failure}); mulai lagi.")
        return 1
    _say(done_bytes=1, total_bytes=1, report=asdict(report))
    return 0


@contextmanager
def _patiently(right: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Hold the right to write, once whoever has it is done."""
    deadline = time.monotonic() + _PATIENCE_S
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(right())
                break
            except IndexLocked:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_TOLD_S)
        yield


def _say(**told: Any) -> None:
    try:
        print(json.dumps(told, ensure_ascii=False), flush=True)
    except BrokenPipeError:
        os._exit(1)  # the page is gone: what is written stays, and the next start goes on


if __name__ == "__main__":
    sys.exit(main())
