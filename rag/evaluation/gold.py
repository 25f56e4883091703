"""A gold file → its rows, checked; a sample of them that is the same every time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import InputError

Check = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Gold:
    """The rows of a gold file that are run, in its order; ``total`` is how many it has of this kind."""

    name: str
    rows: tuple[dict[str, Any], ...]
    total: int

    @property
    def digest(self) -> str:
        """What names this very set: a hash of its rows."""
        return hashlib.sha256(as_lines(self.rows).encode("utf-8")).hexdigest()


def read_gold(path: Path, check: Check, counts: Callable[[dict[str, Any]], bool]) -> Gold:
    """Return the rows of a gold file for which ``counts`` holds.

    ``check`` raises ValueError, KeyError or TypeError for a row that cannot be used; InputError then names its line.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Berkas {path} tidak dapat dibaca ({error}); periksa nama dan izinnya.") from error
    rows, ids = [], set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row["id"], str) or row["id"] in ids:
                raise ValueError(f"id {row['id']!r} bukan teks atau sudah dipakai")
            check(row)
        except (ValueError, TypeError) as error:
            raise InputError(f"{path}:{number}: bukan baris uji ({error}); perbaiki baris itu.") from error
        except KeyError as error:
            raise InputError(f"{path}:{number}: bukan baris uji (tanpa {error}); perbaiki baris itu.") from error
        ids.add(row["id"])
        if counts(row):
            rows.append(row)
    if not rows:
        raise InputError(f"Berkas {path} tidak berisi satu pun baris uji; pilih berkas lain.")
    return Gold(path.stem, tuple(rows), len(rows))


def sample(gold: Gold, count: int | None, seed: int) -> Gold:
    """Return ``count`` of the rows, in their order; all of them where there are no more.

    The same count and seed draw the same rows on every machine, and a larger sample holds the smaller one: the rows
    with the lowest hashes are taken, whatever their order in the file.
    """
    if count is None or count >= gold.total:
        return gold

    def lot(row: dict[str, Any]) -> bytes:
        return hashlib.sha256(f"{seed}:{row['id']}".encode()).digest()

    drawn = {row["id"] for row in sorted(gold.rows, key=lot)[:count]}
    return Gold(gold.name, tuple(row for row in gold.rows if row["id"] in drawn), gold.total)


def as_lines(records: Sequence[dict[str, Any]]) -> str:
    """Return records as JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
