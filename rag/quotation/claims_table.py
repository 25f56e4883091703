"""A table of quotations → claims to be checked: which column is what, and which rows cannot be checked and why.

kutipan;tokoh;tanggal;media;tautan  →  {"quote": 0, "speaker": 1, "date": 2, "publisher": 3, "url": 4}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.errors import InputError
from index.readers.rows import TableRow
from rag.quotation.checker import MAX_QUOTE_CHARS

MAX_ROWS = 5_000  # by hand: at some 50 ms a quotation, four minutes of the turns of all who wait
MAX_TABLE_MB = 10
MAX_CELL_CHARS = 2 * MAX_QUOTE_CHARS  # what is longer is no quotation, whatever stands behind it
QUOTE, SPEAKER, DATE, PUBLISHER, URL = "quote", "speaker", "date", "publisher", "url"
# Field → how its column may be called, besides in Indonesian as the page calls it (``LABELS``).
_NAMES = {
    QUOTE: "kutipan quote quotation klaim claim pernyataan statement ucapan kalimat isi teks text perkataan ujaran",
    SPEAKER: "tokoh speaker narasumber pembicara pengucap nama name penutur oleh siapa author source sumber",
    DATE: "tanggal date tgl waktu hari",
    PUBLISHER: "media publisher outlet penerbit koran situs",
    URL: "tautan url link alamat laman",
}
LABELS = {QUOTE: "Kutipan", SPEAKER: "Tokoh", DATE: "Tanggal", PUBLISHER: "Media", URL: "Tautan"}
FIELDS = tuple(LABELS)
_LETTERS = re.compile(r"[a-z]+")
_MAX_NAME_CHARS = 60  # of a column; a longer first row is a quotation already


@dataclass(frozen=True)
class Claim:
    """A row to be checked; ``number`` is that of the row in the file. ``problem`` says why it cannot be checked."""

    number: int
    quote: str
    speaker: str = ""
    date: str = ""
    publisher: str = ""
    url: str = ""
    problem: str | None = None


@dataclass(frozen=True)
class Columns:
    """How a table is read: ``at`` is field → column, ``has_names`` whether its first row names them."""

    at: Mapping[str, int]
    names: tuple[str, ...]
    has_names: bool
    sheet: str | None = None

    @property
    def told(self) -> str:
        """Which column was taken for what, in one line."""
        taken = (f"{LABELS[field]} = {self.names[self.at[field]]}" for field in FIELDS if field in self.at)
        return "; ".join(taken)


def sheets_of(rows: Sequence[TableRow]) -> list[str]:
    """Return the sheets that hold something, in order; none for a file that has none."""
    return list(dict.fromkeys(row.sheet for row in rows if row.sheet is not None and any(row.cells)))


def columns_of(rows: Sequence[TableRow], sheet: str | None = None, has_names: bool | None = None) -> Columns:
    """Return what each column is, told by its name; without names the longest texts are the quotations.

    >>> rows = [TableRow(1, ("No", "Kutipan", "Nama tokoh")), TableRow(2, ("1", "Panen raya tiba.", "Ani"))]
    >>> columns_of(rows).at
    {'quote': 1, 'speaker': 2}

    Of several sheets the first that has a column of quotations counts. Raises InputError where nothing is in it.
    """
    if sheet is None and (sheets := sheets_of(rows)):
        sheet = next((name for name in sheets if QUOTE in _by_name(_filled(rows, name)[0].cells)), sheets[0])
    own = _filled(rows, sheet)
    if not own:
        raise InputError("Tabel ini tidak berisi satu baris pun; periksa berkasnya.")
    first = own[0].cells
    by_name = _by_name(first)
    if has_names is None:
        has_names = bool(by_name)
    width = len(first) if has_names else max(len(row.cells) for row in own)
    names = tuple((first[at] if has_names else "") or f"kolom {at + 1}" for at in range(width))
    found = dict(by_name) if has_names else {}
    body = own[1:] if has_names else own
    if QUOTE not in found:
        free = [at for at in range(width) if at not in found.values()] or list(range(width))
        found[QUOTE] = max(free, key=lambda at: sum(len(row.cells[at]) for row in body if at < len(row.cells)))
    ordered = {field: found[field] for field in FIELDS if field in found}
    return Columns(ordered, names, has_names, sheet)


def _filled(rows: Sequence[TableRow], sheet: str | None) -> list[TableRow]:
    return [row for row in rows if row.sheet == sheet and any(row.cells)]


def _by_name(names: Sequence[str]) -> dict[str, int]:
    """Return field → column; a name that is the word itself comes before one that holds it, and each counts once."""
    found: dict[str, int] = {}
    words = [_LETTERS.findall(name.lower()) if len(name) <= _MAX_NAME_CHARS else [] for name in names]
    for exact in (True, False):
        for field, known in _NAMES.items():
            for alias in known.split():
                for at, parts in enumerate(words):
                    if field in found or at in found.values() or alias not in parts:
                        continue
                    if not exact or len(parts) == 1:
                        found[field] = at
    return found


def claims_of(rows: Sequence[TableRow], columns: Columns) -> list[Claim]:
    """Return a claim for each row below the names, up to the last that holds something; none is dropped in silence."""
    own = [row for row in rows if row.sheet == columns.sheet]
    while own and not any(own[-1].cells) and own[-1].problem is None:
        own.pop()
    if columns.has_names:
        named = next((at for at, row in enumerate(own) if any(row.cells)), 0)
        own = own[named + 1 :]
    return [_claim(row, columns) for row in own]


def _claim(row: TableRow, columns: Columns) -> Claim:
    def cell(field: str) -> str:
        at = columns.at.get(field)
        return row.cells[at] if at is not None and at < len(row.cells) else ""

    return Claim(
        row.number, cell(QUOTE), cell(SPEAKER), cell(DATE), cell(PUBLISHER), cell(URL), _problem(row, columns, cell)
    )


def _problem(row: TableRow, columns: Columns, cell: Callable[[str], str]) -> str | None:
    """Return why a row cannot be checked, as far as that is known without checking it."""
    if row.problem:
        return f"barisnya tidak dapat dibaca: {row.problem}"
    if not any(row.cells):
        return "barisnya kosong"
    width = len(columns.names)
    if columns.has_names and any(row.cells[width:]):
        return f"punya {len(row.cells)} kolom, baris judulnya {width}; apit teks yang berisi pemisah dengan tanda kutip"
    if not cell(QUOTE):
        return f"kolom {columns.names[columns.at[QUOTE]]} kosong"
    if len(cell(QUOTE)) > MAX_QUOTE_CHARS:
        return f"kutipan terlalu panjang (lebih dari {MAX_QUOTE_CHARS} karakter); pecah menjadi beberapa baris"
    return None
