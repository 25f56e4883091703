"""A file → its articles as they would be indexed, with every line left out; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from index.pipeline.preparation import Prepared
from index.pipeline.reading import shared
from index.pipeline.sidecar import Sidecars, Stated
from index.readers.bad_record import BadRecord
from index.text.timestamps import WIB


def inspected(path: Path, problem: Callable[[str], None], zone: tzinfo = WIB, line: str = "") -> Generator[Prepared]:
    """Yield the articles of a file as they are read; ``problem`` is told, in one line, of what cannot be.

    ``line`` is who waits for it: one file of a line is read at a time.

    >>> [item.article.title for item in inspected(Path("a.txt"), print)]  # doctest: +SKIP
    ['Harga Beras Naik']

    Raises InputError where the file cannot be opened.
    """
    reading = shared()

    def rows_of(sidecar: Path, tell: Callable[[str], None]) -> dict[str, Stated]:
        rows, reason = reading.sidecar(sidecar, tell, line)
        if reason is not None:
            tell(f"{sidecar}: {reason}")
        return rows

    stated = Sidecars(problem, rows_of).rows_for(path.resolve(), path.resolve().parent)
    for number, raw in enumerate(reading.articles(path, stated, zone, with_lines=True, line=line), start=1):
        if isinstance(raw, BadRecord):
            parts = (raw.place, raw.line and f"baris {raw.line}", raw.reason)
            problem(": ".join(part for part in parts if part))
            continue
        id = raw.id or raw.place or (path.name if number == 1 else f"{path.name}:{number}")
        yield Prepared(replace(raw.article, id=id, path=str(path), place=raw.place), raw.lines)
