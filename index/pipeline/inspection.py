"""A file → its articles as they would be indexed, with every line left out; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo
from pathlib import Path

from index.pipeline.preparation import Prepared, prepare
from index.pipeline.sidecar import Sidecars
from index.readers.bad_record import BadRecord
from index.readers.files import open_file, read
from index.text.timestamps import WIB


def inspected(path: Path, problem: Callable[[str], None], zone: tzinfo = WIB) -> Iterator[Prepared]:
    """Yield the articles of a file as they are read; ``problem`` is told, in one line, of what cannot be.

    >>> [item.article.title for item in inspected(Path("a.txt"), print)]  # doctest: +SKIP
    ['Harga Beras Naik']

    Raises InputError where the file cannot be opened.
    """
    stated = Sidecars(problem).rows_for(path.resolve(), path.resolve().parent)
    with open_file(path) as stream:
        for number, raw in enumerate(read(path.name, stream), start=1):
            if isinstance(raw, BadRecord):
                parts = (raw.place, raw.line and f"baris {raw.line}", raw.reason)
                problem(": ".join(part for part in parts if part))
                continue
            id = raw.id or raw.place or (path.name if number == 1 else f"{path.name}:{number}")
            yield prepare(raw, id=id, path=str(path), stated=stated.get(raw.place or ""), zone=zone)
