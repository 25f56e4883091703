"""A store that is opened or closed: no index yet, no index at all, one of another version."""

import os
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


@pytest.mark.parametrize("becomes", ["gone", "another"])
def test_an_index_put_away_under_an_open_store_is_neither_made_anew_nor_written_to(store: Store, becomes: str) -> None:
    put(store, "a", ["kopi"])
    away = store.path.with_name("lama.sqlite3")
    store.path.rename(away)
    if becomes == "another":
        for ending in ("-wal", "-shm"):
            store.path.with_name(store.path.name + ending).rename(away.with_name(away.name + ending))
        Store(store.path, create=True).close()
    for act in (store.counts, lambda: put(store, "b", ["teh"]), lambda: list(store.vector_chunks())):
        with pytest.raises(StoreError, match=r"sudah diganti atau dipindahkan sejak dibuka; hentikan program ini"):
            act()
    assert store.path.exists() == (becomes == "another")
    store.close()
    if becomes == "another":
        with Store(store.path) as new, Store(away) as old:
            assert (new.counts(), old.counts()) == ((0, 0), (1, 1))


def test_a_change_begun_as_the_index_is_put_away_writes_nothing(store: Store) -> None:
    put(store, "a", ["kopi"])
    away = store.path.with_name("lama.sqlite3")
    with pytest.raises(StoreError, match="hentikan program ini lalu jalankan lagi"), store.database.change() as one:
        one.execute("DELETE FROM articles")
        store.path.rename(away)
    assert not away.with_name("arsip.sqlite3").exists()
    away.rename(store.path)
    assert store.article("a") is not None


def test_another_working_folder_makes_no_other_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Store(Path("arsip.sqlite3"), create=True) as store:
        put(store, "a", ["kopi"])
        (tmp_path / "lain").mkdir()
        monkeypatch.chdir(tmp_path / "lain")
        assert store.counts() == (1, 1)
        put(store, "b", ["teh"])
    assert list((tmp_path / "lain").iterdir()) == []


def read_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        return Store(path)


def test_a_reader_that_may_not_write_follows_what_the_owner_writes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a", ["kopi"])
    store.close()
    with read_only(store.path, monkeypatch) as reader:
        assert (reader.database.read_only, reader.counts()) == (True, (1, 1))
        stems = reader.database.stream("SELECT stems FROM words")
        assert next(stems) == ("kopi",)
        with Store(store.path) as owner:
            for number in range(300):
                put(owner, f"b{number}", [f"teh gula{number}"])
        assert list(stems) == []  # its connection is of before and is not lent again
        assert reader.counts() == (301, 301)
        assert len(reader.search_words(["teh"], 1000)) == 300
        with Store(store.path) as owner:
            owner.remove_articles([f"b{number}" for number in range(200)])
            assert len(owner.search_words(["teh"], 1000)) == 100
        assert len(reader.search_words(["teh"], 1000)) == 100


def test_no_restore_is_advised_to_a_reader_that_may_not_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "a", ["kopi"])
    store.close()
    with read_only(store.path, monkeypatch) as reader:
        content = store.path.read_bytes()
        store.path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
        with pytest.raises(StoreError, match="mungkin sedang ditulis pemiliknya; ulangi sebentar lagi") as told:
            reader.article("a")
    assert "tanya restore" not in str(told.value)
