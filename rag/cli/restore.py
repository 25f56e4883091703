"""``tanya restore``: an index in place of a damaged one, with all that cannot be rebuilt."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.errors import InputError
from index.storage.daily_copy import copies, restore
from index.storage.lock import serving, writing
from rag.serving.loading import STORE_FILE
from rag.settings import Settings

_NAMES = {
    "history": "riwayat",
    "corrections": "koreksi",
    "removed": "artikel dihapus",
    "uploads": "catatan unggahan",
    "collections": "kumpulan",
    "conversations": "nama percakapan",
    "batches": "daftar kutipan",
    "alerts": "pencarian tersimpan",
}


def run(options: argparse.Namespace) -> int:
    """``tanya restore [--copy BERKAS] [--list]``"""
    data_dir = Settings.load(data=options.data).data_dir
    if options.list:
        for path in copies(data_dir):
            print(path)
        return 0
    copy = Path(options.copy).expanduser() if options.copy else None
    if copy is not None and not copy.is_file():
        raise InputError(f"Salinan {copy} tidak ada; lihat: tanya restore --list --data {data_dir}")
    if not data_dir.is_dir():
        raise InputError(f"Folder {data_dir} tidak ada; periksa --data.")
    with serving(data_dir), writing(data_dir):  # an open page would go on writing to the file that was put aside
        back = restore(data_dir / STORE_FILE, copy)
    counts = ", ".join(f"{back.rows.get(name, 0)} {told}" for name, told in _NAMES.items())
    accounts = "; daftar pembaca dikembalikan" if back.files else ""
    print(f"Dipulihkan: {counts}{accounts}; salinan: {back.copy or 'tidak ada'}.")
    if back.set_aside is not None:
        print(f"Indeks lama disimpan di {back.set_aside}; hapus sendiri setelah semuanya benar.")
    print(
        f"Artikel dan vektor dibuat ulang dari berkasnya: tanya index FOLDER {data_dir / 'unggahan'} --data {data_dir}"
    )
    return 0
