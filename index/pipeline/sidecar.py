"""``metadata.csv`` beside articles: what the newsroom states of them, above all that a file says or a rule finds.

Columns: ``file`` (path below the sidecar's folder; for a part of an archive ``arsip.zip/2021/a.txt``), then any of
``title, date, publisher, author, url``. An empty cell states nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.readers.decoding import decode
from index.text.dates import date_mentions

NAME = "metadata.csv"
_FIELDS = ("title", "date", "publisher", "author", "url")
_MAX_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class Stated:
    """What a row states of an article; ``date`` is ISO."""

    title: str | None = None
    date: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None


Load = Callable[[Path, Callable[[str], None]], dict[str, Stated]]


class Sidecars:
    """The ``metadata.csv`` files of the indexed folders, each read once; ``tell`` gets a line for each bad row."""

    def __init__(self, tell: Callable[[str], None], load: Load | None = None) -> None:
        """``load`` reads one of them, given its path and ``tell``."""
        self._tell = tell
        self._load = load or load_sidecar
        self._read: dict[Path, dict[str, dict[str, Stated]]] = {}

    def rows_for(self, path: Path, root: Path) -> dict[str, Stated]:
        """Return place → row for a file below ``root``: "" for the file itself, else a part of it.

        The sidecar nearest to the file counts, field by field.
        """
        found: dict[str, Stated] = {}
        for folder in path.parents:
            name = path.relative_to(folder).as_posix()
            for place, row in self._rows(folder).get(name, {}).items():
                found[place] = _first_of(found.get(place), row)
            if folder == root:
                break
        return found

    def _rows(self, folder: Path) -> dict[str, dict[str, Stated]]:
        """Return name → place → row. A row's path may name a file, or a file and a part of it: it stands under each."""
        if folder not in self._read:
            path = folder / NAME
            rows = self._load(path, self._tell) if path.is_file() else {}
            named: dict[str, dict[str, Stated]] = {}
            for key, row in rows.items():
                parts = key.split("/")
                for count in range(1, len(parts) + 1):
                    named.setdefault("/".join(parts[:count]), {})["/".join(parts[count:])] = row
            self._read[folder] = named
        return self._read[folder]


def load_sidecar(path: Path, tell: Callable[[str], None]) -> dict[str, Stated]:
    """Return file → row of one sidecar; ``tell`` gets a line for each bad row."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise OSError(0, "terlalu besar")
        text = decode(path.read_bytes())
    except OSError as error:
        tell(f"{path}: tidak dapat dibaca: {error.strerror}; periksa izinnya")
        return {}
    first_line = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter)
    rows: dict[str, Stated] = {}
    try:
        columns = [(name or "").strip().lower() for name in reader.fieldnames or []]
        if "file" not in columns:
            tell(f"{path}: tidak punya kolom file; kolomnya harus: file, {', '.join(_FIELDS)}")
            return {}
        reader.fieldnames = columns
        for row in reader:
            _add(rows, row, path, reader.line_num, tell)
    except csv.Error as error:
        tell(f"{path}:{reader.line_num}: bukan CSV yang sah ({error}); perbaiki baris itu")
    return rows


def _add(rows: dict[str, Stated], row: dict[str, str], path: Path, line: int, tell: Callable[[str], None]) -> None:
    values = {name: " ".join((row.get(name) or "").split()) or None for name in ("file", *_FIELDS)}
    file = (values.pop("file") or "").replace("\\", "/").removeprefix("./")
    if not file:
        return
    if values["date"]:
        iso = next((mention.iso for mention in date_mentions(values["date"]) if mention.iso), None)
        if iso is None:
            tell(f"{path}:{line}: tanggal {values['date']!r} tidak dikenal; tulis seperti 2021-11-29")
        values["date"] = iso
    rows[file] = Stated(**values)


def _first_of(nearer: Stated | None, farther: Stated) -> Stated:
    if nearer is None:
        return farther
    return Stated(**{name: getattr(nearer, name) or getattr(farther, name) for name in _FIELDS})
