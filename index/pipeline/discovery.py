"""A folder → the files in it that may be articles, and what stands in the way of reading others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from index.errors import InputError
from index.pipeline.sidecar import NAME as SIDECAR
from index.readers.files import could_be_read
from index.readers.formats import READ
from index.readers.ocr import is_picture, missing
from index.readers.saved_page_assets import is_page_furniture


def files_of(root: Path, skip: Callable[[str], None], other: Callable[[Path], None]) -> Iterator[Path]:
    """Yield the files to be read of a folder, or the one file, resolved and in order.

    ``skip`` is told, in one line, of what looks like an article but cannot be followed; ``other`` gets each file that
    is none. Hidden files, sidecars and the furniture of saved pages are passed over.

    Raises InputError where ``root`` is missing, of an unknown format, or a folder with nothing to read.
    """
    if root.is_file():
        if is_picture(root.name) and (why := missing()):
            raise InputError(f"Berkas {root} hanya berisi gambar; {why.partition(', lalu')[0]}")
        if not could_be_read(root):
            raise InputError(f"Format berkas {root} tidak dikenal; yang dapat dibaca: {', '.join(READ)}.")
        yield root.resolve()
        return
    if not root.is_dir():
        raise InputError(f"{root} tidak ada; periksa ejaan foldernya.")
    found = False
    for folder, folders, names in os.walk(root.resolve(), onerror=_unreadable):
        here = Path(folder)
        for name in sorted(folders):
            if (here / name).is_symlink() and not name.startswith("."):
                skip(f"{here / name}: tautan ke folder lain tidak diikuti; indeks folder aslinya")
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = here / name
            if name.startswith(".") or name == SIDECAR or is_page_furniture(path):
                continue
            if path.is_symlink() and not path.exists():
                skip(f"{path}: tautan ini putus atau berputar")
            elif path.is_file() and could_be_read(path):
                found = True
                yield path
            else:
                other(path)
    if not found:
        raise InputError(f"Folder {root} tidak berisi artikel yang dapat dibaca ({', '.join(READ)}).")


def _unreadable(error: OSError) -> NoReturn:
    # Passed over, its articles would seem deleted.
    raise InputError(f"Folder {error.filename} tidak dapat dibaca: {error.strerror}; periksa izinnya.") from error
