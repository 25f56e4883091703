"""What is read in a folder, what is left out or told, and when nothing is changed at all."""

import os
import shutil
from pathlib import Path

import pytest
from indexed import contents, index, texts, two_files

from index.errors import InputError
from index.pipeline.progress import Report
from index.storage.repository import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_files(tmp_path)


def test_hidden_files_loops_and_other_formats_are_left_out(store: Store, folder: Path) -> None:
    (folder / ".rahasia.txt").write_text("Isi tersembunyi.")
    (folder / ".git").mkdir()
    (folder / ".git" / "catatan.txt").write_text("Isi tersembunyi.")
    (folder / "foto.gif").write_bytes(b"\xff\xd8")
    (folder / "putar").symlink_to(folder, target_is_directory=True)
    (folder / "diri.txt").symlink_to(folder / "diri.txt")
    (folder / "hilang.txt").symlink_to(folder / "tidak ada.txt")
    (folder / "map.txt").mkdir()
    report = index(store, folder)
    assert (report.added, report.failed, report.other_files) == (2, [], 1)  # the picture
    assert report.skipped == [
        f"{folder / 'putar'}: tautan ke folder lain tidak diikuti; indeks folder aslinya",
        f"{folder / 'diri.txt'}: tautan ini putus atau berputar",
        f"{folder / 'hilang.txt'}: tautan ini putus atau berputar",
    ]
    assert set(texts(store)) == {"kopi.txt", "desa/teh.md"}


def test_a_name_that_is_no_text_is_told_and_the_rest_read(store: Store, folder: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xe9.txt")).write_text("Isi.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    report = index(store, folder)
    assert (report.added, len(report.failed)) == (2, 1)
    assert report.failed[0].endswith(r"\udce9.txt': nama berkasnya bukan UTF-8; ganti namanya lalu jalankan lagi")


def test_a_binary_file_is_told_and_the_rest_read(store: Store, folder: Path) -> None:
    (folder / "aneh.txt").write_bytes(b"\x89PNG\0\0")
    assert index(store, folder) == Report(
        added=2, failed=[f"{folder / 'aneh.txt'}: isinya bukan teks; perbaiki lalu jalankan lagi"]
    )


@pytest.mark.parametrize("kind", ["missing", "empty", "unreadable", "image"])
def test_nothing_to_read_is_an_error_that_changes_nothing(store: Store, folder: Path, kind: str) -> None:
    index(store, folder)
    before, generation = contents(store), store.generation
    (folder / "kopi.txt").unlink()  # a deletion that must not be taken up either
    path = folder.parent / kind
    expected = f"Folder {path} tidak berisi artikel yang dapat dibaca"
    if kind == "missing":
        expected = f"{path} tidak ada; periksa ejaan foldernya."
    elif kind == "image":
        path = path.with_suffix(".gif")
        path.touch()
        expected = f"Format berkas {path} tidak dikenal"
    else:
        path.mkdir()
        if kind == "unreadable":
            (path / "foto.gif").touch()
            (path / ".rahasia.txt").write_text("Isi.")
    with pytest.raises(InputError) as error:
        index(store, folder, path)
    assert str(error.value).startswith(expected)
    assert (contents(store), store.generation) == (before, generation)


def test_a_folder_emptied_by_mistake_keeps_its_articles(store: Store, folder: Path) -> None:
    index(store, folder)
    shutil.rmtree(folder)
    folder.mkdir()
    with pytest.raises(InputError, match="tidak berisi artikel"):
        index(store, folder)
    assert len(texts(store)) == 2
