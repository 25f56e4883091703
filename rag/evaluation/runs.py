"""Runs on disk: a folder each, with the questions, the answers as they came, and in the end the report.

    <reports>/ask-valid-200-20210504-101500/run.json       what was run, on which index; "finished" once it is
                                            gold.jsonl      the questions, as `score.py` reads them
                                            answers.jsonl   what was said, in the form of --batch
                                            report.md, plot.png, figures.json

Two runs are of one set when kind and questions are the same, byte for byte; the index may differ, as that is what one
may want to compare.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from index.errors import InputError, StoreError
from rag.evaluation.gold import Gold, as_lines

_VERSION = 1
_RUN, _GOLD, _ANSWERS = "run.json", "gold.jsonl", "answers.jsonl"


@dataclass(frozen=True)
class Run:
    """One evaluation of one set on one index. ``finished`` is None until all is answered and the report is written."""

    folder: Path
    kind: str
    gold: str
    digest: str
    questions: int
    total: int
    seed: int
    data: str
    generation: int
    articles: int
    passages: int
    embedder: str
    started: str
    finished: str | None = None

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return id → what was said; a last line that was cut off is dropped from the file."""
        path = self.folder / _ANSWERS
        records, good = {}, 0
        with path.open("rb") as lines:
            for line in lines:
                try:
                    record = json.loads(line)
                except ValueError:
                    break
                if not line.endswith(b"\n"):
                    break
                records[record["id"]] = record
                good += len(line)
        if good < path.stat().st_size:
            os.truncate(path, good)
        return records

    def rows(self) -> list[dict[str, Any]]:
        """Return the gold rows."""
        return [json.loads(line) for line in (self.folder / _GOLD).read_text("utf-8").splitlines()]

    def append(self, record: dict[str, Any]) -> None:
        """Keep an answer, so that a stop loses none but the one in flight."""
        with writable(self.folder), (self.folder / _ANSWERS).open("a", encoding="utf-8") as out:
            out.write(as_lines([record]))

    def finish(self) -> Run:
        """Mark the run as done; from now on the next one is compared with it."""
        done = replace(self, finished=datetime.now().isoformat(timespec="seconds"))
        done.write()
        return done

    def write(self) -> None:
        """Write run.json, whole or not at all."""
        told = {**asdict(self), "version": _VERSION}
        del told["folder"]
        with writable(self.folder):
            partial = self.folder / f"{_RUN}.part"
            partial.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
            os.replace(partial, self.folder / _RUN)


def create(reports: Path, kind: str, gold: Gold, **told: Any) -> Run:
    """Make the folder of a new run."""
    now = datetime.now()
    name = re.sub(r"[^\w.-]+", "-", gold.name)[:60]
    stem = f"{kind}-{name}-{len(gold.rows)}-{now:%Y%m%d-%H%M%S}"
    with writable(reports):
        reports.mkdir(parents=True, exist_ok=True)
        folder = _new_folder(reports, stem)
        (folder / _GOLD).write_text(as_lines(gold.rows), "utf-8")
        (folder / _ANSWERS).touch()
    run = Run(folder, kind, gold.name, gold.digest, len(gold.rows), gold.total, started=now.isoformat(), **told)
    run.write()
    return run


def runs_of(reports: Path, kind: str, digest: str) -> list[Run]:
    """Return all runs of one set, oldest first; folders of another make are passed over."""
    found = []
    for path in reports.glob(f"*/{_RUN}"):
        try:
            told = json.loads(path.read_text("utf-8"))
            if told.pop("version") != _VERSION:
                continue
            run = Run(folder=path.parent, **told)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if (run.kind, run.digest) == (kind, digest):
            found.append(run)
    return sorted(found, key=lambda run: (run.started, run.folder.name))


def last_before(reports: Path, run: Run) -> Run | None:
    """Return the newest finished run of the same set that was begun before this one."""
    return next(
        (
            other
            for other in reversed(runs_of(reports, run.kind, run.digest))
            if other.finished and other.folder != run.folder and other.started <= run.started
        ),
        None,
    )


@contextmanager
def alone(run: Run) -> Iterator[None]:
    """Hold a run for this process. Raises InputError where another one is at it."""
    with writable(run.folder):
        stream = (run.folder / "run.lock").open("a")
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(f"Evaluasi {run.folder} sedang dijalankan proses lain; tunggu sampai selesai.") from error
        yield


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Tell in one line where a report cannot be written: no right, a full disk, a file in the way."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"Laporan di {folder} tidak dapat ditulis: {error.strerror or error}; kosongkan cakram atau ganti --out."
        ) from error


def _new_folder(reports: Path, stem: str) -> Path:
    number = 1
    while True:
        folder = reports / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            number += 1
