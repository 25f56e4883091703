"""A store that is opened or closed: no index yet, no index at all, one of another version."""

import sqlite3
from pathlib import Path

import pytest
from stored import put

from index.errors import StoreError
from index.storage.repository import Store


def test_no_index_yet_tells_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"Belum ada indeks di .*; buat dahulu: tanya index FOLDER --data "):
        Store(tmp_path / "arsip.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_index(tmp_path: Path) -> None:
    path = tmp_path / "arsip.sqlite3"
    path.write_bytes(b"bukan basis data " * 100)
    with pytest.raises(StoreError, match=r"arsip\.sqlite3 tidak dapat dibuka \(file is not a database\)"):
        Store(path, create=True)


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "arsip.sqlite3"
    path.mkdir()
    with pytest.raises(StoreError, match="tidak dapat dibuka"):
        Store(path, create=True)


@pytest.mark.parametrize("create", [True, False])
def test_an_index_of_another_version_is_refused_and_left_alone(store: Store, create: bool) -> None:
    put(store, "a", ["kopi"])
    store.close()
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(
        StoreError,
        match=r"berversi 99, program ini memakai versi \d+; pilih --data lain .*; foldernya jangan dihapus",
    ):
        Store(store.path, create=create)
    connection = sqlite3.connect(store.path)
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    connection.close()


def test_opening_with_create_keeps_what_is_there(store: Store) -> None:
    put(store, "a", ["kopi"])
    with Store(store.path, create=True) as again:
        assert again.counts() == (1, 1)


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="tidak dapat dibaca"):
        store.counts()
    with pytest.raises(StoreError, match="tidak dapat ditulis"):
        store.remove_file("/a.txt")
