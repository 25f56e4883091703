"""Files from a browser → a folder of the archive's own: bounded, under safe names, never outside it."""

from __future__ import annotations

import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from index.errors import StoreError
from index.pipeline.sidecar import NAME as SIDECAR
from index.readers.files import could_be_read
from index.storage.digest import sha256_of

FOLDER = "unggahan"
# What is on its way in, beside the folder that is indexed: emptied at every start, so a kill leaves nothing half.
PART_FOLDER = "unggahan-sementara"
# What one upload may bring. The readers bound what a file may unpack to (index.readers.decompression_limits).
MAX_FILES = 500
MAX_FILE_MB = 100
MAX_TOTAL_BYTES = 500 * 1024**2
_MAX_NAME_BYTES = 120
_MAX_DEPTH = 5
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


class Upload(Protocol):
    """A file as the browser sends it; Streamlit's is one."""

    name: str
    size: int

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""


@dataclass
class Taken:
    """What became of an upload: the files that were kept, and the others with the reason, ``name: reason``."""

    kept: list[Path] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def take(
    data_dir: Path,
    uploads: Iterable[Upload],
    note: Callable[[Path], None] = lambda _: None,
    mark: Callable[[], None] = lambda: None,
) -> Taken:
    """Write what was uploaded into a new folder below ``data_dir``; ``note`` is told which, before the first file.

    ``mark`` is called just before the folder is put in place: what it writes is there when the files are.

    Refused, each with its reason: what is empty, too large, too much, of no known format, or there already. Raises
    StoreError where the disk is full or the folder cannot be written; nothing of the upload is left then. It is made
    aside and put in place whole.
    """
    root = data_dir / FOLDER
    place = root / f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    folder = data_dir / PART_FOLDER / place.name
    taken = Taken()
    note(place)
    try:
        known = {(path.stat().st_size, sha256_of_path(path)) for path in root.rglob("*") if path.is_file()}
        total = 0
        for upload in uploads:
            if len(taken.kept) >= MAX_FILES:
                taken.refused.append(f"{upload.name}: melebihi {MAX_FILES} berkas sekali unggah; unggah sisanya nanti")
            elif upload.size == 0:
                taken.refused.append(f"{upload.name}: kosong")
            elif upload.size > MAX_FILE_MB * 1024**2:
                taken.refused.append(f"{upload.name}: lebih dari {MAX_FILE_MB} MB; pecah dahulu")
            elif total + upload.size > MAX_TOTAL_BYTES:
                limit = MAX_TOTAL_BYTES // 1024**2
                taken.refused.append(f"{upload.name}: melebihi {limit} MB sekali unggah; unggah sisanya nanti")
            else:
                path = _free(folder / safe_name(upload.name))
                _write(upload, path)
                total += upload.size
                reason = _reason(path, known)
                if reason:
                    path.unlink()
                    taken.refused.append(f"{upload.name}: {reason}")
                else:
                    taken.kept.append(place / path.relative_to(folder))
        if taken.kept:
            mark()
            root.mkdir(parents=True, exist_ok=True)
            folder.rename(place)
    except OSError as error:
        raise StoreError(
            f"Unggahan tidak dapat disimpan di {place}: {error.strerror}; periksa ruang disk lalu unggah lagi."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return taken


@contextmanager
def copied(upload: Upload, folder: Path) -> Iterator[Path]:
    """Lend an upload as a file that is gone afterwards; the browser's name for it tells nothing here.

    Raises StoreError where it cannot be written.
    """
    path = folder / f"tabel-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(upload, path)
    except OSError as error:
        raise StoreError(f"Unggahan tidak dapat dibaca: {error.strerror}; unggah lagi.") from error
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def safe_name(name: str) -> Path:
    """Return a relative path that stays below its folder on every system, whatever a browser calls the file.

    >>> safe_name("../../etc/passwd.txt").as_posix(), safe_name("C:\\\\a\\\\.b.txt").as_posix()
    ('etc/passwd.txt', 'C/a/b.txt')
    """
    parts = []
    for part in re.split(r"[/\\]", unicodedata.normalize("NFC", name)):
        part = _UNSAFE.sub("", part.encode("utf-8", "ignore").decode("utf-8")).strip(" .")
        if part:
            parts.append(_shortened(part))
    return Path(*parts[-_MAX_DEPTH:]) if parts else Path("tanpa-nama")


def sha256_of_path(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return sha256_of(stream)


def _shortened(part: str) -> str:
    raw = part.encode("utf-8")
    if len(raw) <= _MAX_NAME_BYTES:
        return part
    suffix = Path(part).suffix if len(Path(part).suffix) <= 10 else ""
    return raw[: _MAX_NAME_BYTES - len(suffix)].decode("utf-8", "ignore").strip(" .") + suffix


def _free(path: Path) -> Path:
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free


def _write(upload: Upload, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    upload.seek(0)
    part = path.with_name(f".{path.name}.part")  # a hidden file is no article: a kill leaves none that is cut
    with part.open("wb") as stream:
        _copy(upload, stream)
    part.replace(path)


def _copy(upload: Upload, stream: BinaryIO) -> None:
    left = MAX_FILE_MB * 1024**2  # what a browser says of its size is not relied on
    while left > 0 and (block := upload.read(min(left, 1 << 20))):
        stream.write(block)
        left -= len(block)


def _reason(path: Path, known: set[tuple[int, str]]) -> str | None:
    """Return why a written file is not kept, None when it is."""
    if path.name == SIDECAR:
        return None
    if not could_be_read(path):
        return "formatnya tidak dikenal"
    identity = (path.stat().st_size, sha256_of_path(path))
    if identity in known:
        return "sudah pernah diunggah"
    known.add(identity)
    return None
