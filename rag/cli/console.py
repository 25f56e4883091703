"""What all commands share: settings from their options, and words to the user on stderr."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from index.errors import InputError
from rag.settings import Settings, go_offline

if TYPE_CHECKING:
    from index.storage.repository import Store

# What a terminal obeys, or shows in another order than it stands: all but line ends and tabs.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

PROGRESS_S = 2.0


class Escaped:
    r"""A stream that shows control characters instead of passing them on: an id, a title, a path may hold any.

    >>> Escaped.around(sys.stdout).write("a.txt\x1b[2J\n") and None
    a.txt\u001b[2J

    So written, they stand in JSON as well.
    """

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    @classmethod
    def around(cls, stream: TextIO) -> TextIO:
        """Return a stream that writes to this one; once is enough."""
        return stream if isinstance(stream, cls) else cast(TextIO, cls(stream))

    def write(self, text: str) -> int:
        self.raw.write(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings for a command's options; from here on every library stays on this machine."""
    go_offline()
    today, engine = getattr(options, "today", None), getattr(options, "engine", None)
    store = getattr(options, "store", None)
    return Settings.load(data=options.data, models=options.models, today=today, engine=engine, store=store)


def open_archive(settings: Settings) -> Store:
    """Open the index for a command, and say so where the server that holds the archive cannot be reached."""
    from rag.serving import loading

    store = loading.open_store(settings, progress=taking_in())
    if store.truth is not None and store.truth.problem:
        tell(f"tanya: {store.truth.problem}")
    return store


def taking_in() -> Callable[[int, int], None]:
    """Return what tells how far the archive has been taken in from the server that holds it, or been sent there."""
    return progress("Arsip bersama", "bagian pekerjaan")


def tell(message: str) -> None:
    """Say something beside the result, at once, on one line."""
    print(message.replace("\n", "\\n"), file=sys.stderr, flush=True)


def progress(what: str, of: str) -> Callable[[int, int], None]:
    """Return what tells, now and then, how far a long step is."""
    told = time.monotonic()

    def tell_now_and_then(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > PROGRESS_S:
            told = time.monotonic()
            tell(f"{what}: {done} dari {total} {of}")

    return tell_now_and_then


def write_whole(path: Path, content: bytes, name: str = "Catatan") -> None:
    """Write a file at once; one half written is not left behind. Raises InputError, which names it ``name``."""
    new = path.with_name(f".{path.name}.baru")
    try:
        new.write_bytes(content)
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise InputError(f"{name} {path} tidak dapat ditulis: {error.strerror}; pilih tempat lain.") from error
