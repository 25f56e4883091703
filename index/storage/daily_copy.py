"""A copy a day of what cannot be rebuilt from the articles, the last seven kept; and an index put in place from it.

    salinan/2026-11-27.sqlite3      history, names of conversations, kept searches, tables of quotations, corrections,
                                    removed articles, collections, uploads, the readers' accounts

Articles, passages, vectors and words come back by indexing their files again.
"""

from __future__ import annotations

import logging
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from index.errors import StoreError
from index.storage import alerts, batches
from index.storage.conversations import TABLE as CONVERSATIONS
from index.storage.database import KEEP, RESTORED, holds_rows, is_sound, rows_kept, tables_of
from index.storage.repository import Store

FOLDER = "salinan"
KEPT_COPIES = 7  # a week: what was lost on a Friday is seen on Monday
# Those that are made with their first row.
_MADE_LATER = {"conversations": CONVERSATIONS, **batches.TABLES, **alerts.TABLES}
TABLES = (
    "history",
    "corrections",
    "removed",
    "held_back",
    "uploads",
    "collections",
    "collected",
    "collected_folders",
    *_MADE_LATER,
)
_LEFT_OVER_S = 3600.0  # a copy that was begun so long ago is not being made any more
FILES = ("pembaca.json",)  # beside the index
_ENDINGS = ("", "-wal", "-shm")  # an index and what SQLite keeps beside it
_log = logging.getLogger("tanya.copy")


@dataclass(frozen=True)
class Restored:
    """What came back: rows of each table, files, from which copy; ``set_aside`` is where the damaged index lies now."""

    rows: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    copy: Path | None = None
    set_aside: Path | None = None


def copies(data_dir: Path, today: date | None = None) -> list[Path]:
    """Return the copies of a data folder, the newest first.

    A copy with a date to come was made while the clock was wrong, so before those of the days since: it comes last.
    """
    this_day = f"{today or date.today():%Y-%m-%d}"
    found = (data_dir / FOLDER).glob("????-??-??.sqlite3")
    return sorted(found, key=lambda one: (one.stem <= this_day, one.stem), reverse=True)


def keep_daily(store: Path, today: date | None = None) -> Path | None:
    """Make today's copy where there is none yet; return it where one was made.

    A folder that cannot be written, a full disk: one line in the log, and the work goes on.
    """
    folder = store.parent / FOLDER
    target = folder / f"{today or date.today():%Y-%m-%d}.sqlite3"
    if target.exists() or not store.is_file() or not os.access(store.parent, os.W_OK):
        return None
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))  # it holds what readers asked
        tables_of(store, TABLES, part, {name: content for name in FILES if (content := _content(store.parent / name))})
        part.replace(target)
        _tidy(folder, copies(store.parent, today))
    except (OSError, StoreError):
        _log.exception("not-copied")
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return None
    return target


def _tidy(folder: Path, found: list[Path]) -> None:
    """Delete the copies beyond the last seven and what a kill left half.

    Where those seven hold nothing, the newest of the others that holds something stays.
    """
    old = found[KEPT_COPIES:]
    if old and not any(holds_rows(one, TABLES) for one in found[:KEPT_COPIES]):
        last = next((one for one in old if holds_rows(one, TABLES)), None)
        old = [one for one in old if one != last]
    half = [one for one in folder.glob("*.part*") if abs(time.time() - one.stat().st_mtime) > _LEFT_OVER_S]
    for one in [*old, *half]:
        one.unlink(missing_ok=True)


def restore(store: Path, copy: Path | None = None) -> Restored:
    """Put an index in place of a damaged or missing one, with what cannot be rebuilt.

    What the damaged file still gives comes first, then the newest sound copy that holds something, or ``copy``. The
    damaged file is kept; it stays in its place until the new one is whole, so a kill is made good by another try.
    Raises StoreError where the index is sound and no copy is named, or where there is no copy to take.
    """
    if copy is None and store.is_file() and store.stat().st_size and is_sound(store) and _opens(store):
        raise StoreError(f"Indeks {store} utuh; tidak ada yang perlu dipulihkan (salinan tertentu: --copy BERKAS).")
    if copy is not None and not is_sound(copy):
        raise StoreError(f"Salinan {copy} tidak dapat dibaca; pilih yang lain di {store.parent / FOLDER}.")
    sound = [one for one in copies(store.parent) if is_sound(one)] if copy is None else [copy]
    chosen = next((one for one in sound if holds_rows(one, TABLES)), next(iter(sound), None))
    new = store.with_name(store.name + RESTORED)
    if copy is None and not store.is_file() and new.is_file() and is_sound(new):  # cut off just before the end
        rows = {name: len(rows_kept(new, name)[1]) for name in TABLES}
    else:
        rows = _build(new, [copy] if copy else [store, *([chosen] if chosen else [])])
    aside = _put_aside(store)
    try:
        new.replace(store)
        for ending in _ENDINGS[1:]:  # looking at it left them, with nothing in them
            new.with_name(new.name + ending).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"Indeks {store} tidak dapat dipulihkan: {error.strerror}; {KEEP}.") from error
    return Restored(rows, _files_back(store.parent, chosen), chosen, aside)


def _build(target: Path, sources: list[Path]) -> dict[str, int]:
    """Write a new index with what the sources hold, the first first; return how many rows of each table.

    It has its name only when it is whole: what lies there is from an earlier try and is made anew.
    """
    part = target.with_name(f"{target.name}.part")
    rows: dict[str, int] = {}
    try:
        for left in (target, *(part.with_name(part.name + ending) for ending in _ENDINGS)):
            left.unlink(missing_ok=True)
        _fill(part, sources, rows)
        part.replace(target)
    except OSError as error:
        raise StoreError(f"Indeks {target} tidak dapat ditulis: {error.strerror}; periksa ruang disk.") from error
    return rows


def _fill(target: Path, sources: list[Path], rows: dict[str, int]) -> None:
    with Store(target, create=True) as new, new.database.change(bump=False) as connection:
        for name in TABLES:
            if name in _MADE_LATER:
                connection.execute(_MADE_LATER[name])
            known = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            for source in sources:
                columns, found = rows_kept(source, name)
                used = [column for column in columns if column in known]
                marks = ", ".join("?" * len(used))
                for row in found:
                    values = [value for column, value in zip(columns, row, strict=True) if column in known]
                    added = connection.execute(
                        f"INSERT OR IGNORE INTO {name} ({', '.join(used)}) VALUES ({marks})", values
                    )
                    rows[name] = rows.get(name, 0) + added.rowcount


def _opens(store: Path) -> bool:
    try:
        Store(store).close()
    except StoreError:
        return False
    return True


def _put_aside(store: Path) -> Path | None:
    """Move an index and what SQLite keeps beside it out of the way; nothing of it is deleted.

    The index goes first: without it, the next try knows that its own is whole.
    """
    aside = store.with_name(f"{store.name}.rusak-{datetime.now():%Y%m%d-%H%M%S}")
    moved = None
    try:
        for ending in _ENDINGS:
            part = store.with_name(store.name + ending)
            if part.is_file():
                part.rename(aside.with_name(aside.name + ending))
                moved = aside
    except OSError as error:
        raise StoreError(f"Indeks {store} tidak dapat dipindahkan: {error.strerror}; {KEEP}.") from error
    return moved


def _files_back(data_dir: Path, copy: Path | None) -> list[str]:
    """Write the files of a copy that are missing or empty."""
    back = []
    for name, content in rows_kept(copy, "kept_files")[1] if copy else []:
        path = data_dir / name
        if name in FILES and not _content(path):
            part = path.with_name(f"{path.name}.part")
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(content)
            part.replace(path)
            back.append(str(name))
    return back


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
