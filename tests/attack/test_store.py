"""A store that is damaged, empty, lost or read-only: words that do no harm, and a way back."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from command_line import one_line, tanya
from fakes import WordEmbedder

from index.errors import StoreError
from index.pipeline.editor import Desk
from index.pipeline.indexer import Indexer
from index.storage import daily_copy
from index.storage.corrections import Corrections
from index.storage.daily_copy import copies, keep_daily, restore
from index.storage.history import CHECKED, DONE, History
from index.storage.lock import serving
from index.storage.repository import Store
from rag.query.find_language import parse
from rag.quotation.checker import QuoteChecker
from rag.retrieval.full_text import Finder

TEXT = "SURABAYA - Harga beras naik tajam. Pedagang menaikkan harga sejak Senin pagi."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "artikel"
    folder.mkdir()
    (folder / "beras.txt").write_text(f"Harga Bears Naik\n{TEXT}", "utf-8")
    (folder / "kopi.txt").write_text("Kopi Laris\nJEMBER - Kopi laris di pameran desa.", "utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path, folder: Path) -> Iterator[Path]:
    """A data folder with a history, a correction, a removed article, a reader and a copy of all that."""
    data = tmp_path / "data"
    with Store(data / "arsip.sqlite3", create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
        Desk(store, WordEmbedder()).correct("beras.txt", {"title": "Harga Beras Naik"})
        Desk(store, WordEmbedder()).remove("kopi.txt")
        history = History(store.database)
        history.keep(history.begin("ani", "s1", CHECKED, "Pedagang menaikkan harga"), {"checks": []}, DONE)
    (data / "pembaca.json").write_text('{"ani": {"role": "redaktur", "password": "x"}}')
    assert keep_daily(data / "arsip.sqlite3", date(2026, 3, 1)) == data / "salinan" / "2026-03-01.sqlite3"
    yield data


DAMAGE = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 3],
    "overwritten": lambda content: b"bukan basis data" * 1000,
    "zeros": lambda content: content[:4096] + bytes(len(content) - 4096),
    "schema-no-text": lambda content: content.replace(b"CREATE TABLE", b"\xff\xfe\xf0\xff TABLE"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_store_is_told_in_one_line_that_does_no_harm_and_comes_back(
    data: Path, folder: Path, damage: str
) -> None:
    path = data / "arsip.sqlite3"
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    line = one_line(tanya("status", "--data", data))
    assert "arsip.sqlite3" in line and f"tanya restore --data {data}" in line
    assert "hapus folder" not in line and "foldernya jangan dihapus" in line

    done = tanya("restore", "--data", data)
    assert done.returncode == 0, done.stderr
    assert "1 riwayat, 1 koreksi, 1 artikel dihapus" in done.stdout
    assert len([one for one in data.glob("arsip.sqlite3.rusak-*") if one.name[-4:] not in ("-wal", "-shm")]) == 1
    with Store(path) as store:
        assert [entry.question for entry in History(store.database).search("ani")] == ["Pedagang menaikkan harga"]
        Indexer(store, WordEmbedder()).run([folder])
        article = store.article("beras.txt")
        assert article is not None and article.title == "Harga Beras Naik"
        assert store.article("kopi.txt") is None
        assert [gone.id for gone, _ in Corrections(store.database).put_away_articles()] == ["kopi.txt"]


def test_nothing_is_restored_under_an_open_page(data: Path) -> None:
    path = data / "arsip.sqlite3"
    path.write_bytes(b"bukan basis data" * 1000)
    with serving(data):
        line = one_line(tanya("restore", "--data", data))
    assert "sudah dibuka oleh proses" in line and "hentikan dahulu" in line
    assert list(data.glob("*.rusak-*")) == []
    assert tanya("restore", "--data", data).returncode == 0


def test_what_the_damaged_file_still_gives_is_newer_than_the_copy(data: Path) -> None:
    path = data / "arsip.sqlite3"
    with Store(path) as store:
        History(store.database).begin("budi", "s2", CHECKED, "Sesudah salinan")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")
        connection.commit()
    back = restore(path)
    assert back.rows["history"] == 2
    with Store(path) as store:
        assert [entry.question for entry in History(store.database).search("budi")] == ["Sesudah salinan"]


def test_a_store_that_is_gone_comes_back_with_the_readers(data: Path) -> None:
    for path in data.glob("arsip.sqlite3*"):
        path.unlink()
    (data / "pembaca.json").write_text("")
    back = restore(data / "arsip.sqlite3")
    assert (back.rows["history"], back.files, back.set_aside) == (1, ["pembaca.json"], None)
    assert "redaktur" in (data / "pembaca.json").read_text()
    assert (data / "pembaca.json").stat().st_mode & 0o077 == 0


def test_a_sound_store_is_left_alone(data: Path) -> None:
    with pytest.raises(StoreError, match=r"utuh; tidak ada yang perlu dipulihkan"):
        restore(data / "arsip.sqlite3")
    assert list(data.glob("*.rusak-*")) == []


def test_a_copy_a_day_the_last_seven_kept(data: Path) -> None:
    path = data / "arsip.sqlite3"
    for number in range(1, 10):
        assert keep_daily(path, date(2026, 3, 1) + timedelta(number)) is not None
    assert keep_daily(path, date(2026, 3, 10)) is None  # there already
    assert [one.stem for one in copies(data)] == [f"2026-03-{day:02}" for day in range(10, 3, -1)]
    assert copies(data)[0].stat().st_mode & 0o077 == 0
    assert sorted(one.name for one in (data / "salinan").iterdir()) == sorted(one.name for one in copies(data))


def test_a_torn_copy_is_passed_over(data: Path) -> None:
    keep_daily(data / "arsip.sqlite3", date(2026, 3, 2))
    newest = copies(data)[0]
    newest.write_bytes(newest.read_bytes()[:1000])
    (data / "arsip.sqlite3").unlink()
    assert restore(data / "arsip.sqlite3").copy == data / "salinan" / "2026-03-01.sqlite3"


class Killed(BaseException):
    """Stands for a kill: nothing may make anything good after it."""


@pytest.mark.parametrize("moment", ["filled", "put aside", "put in place"])
@pytest.mark.parametrize("damage", ["overwritten", "gone"])
def test_a_restore_that_is_killed_is_made_good_by_the_next(
    data: Path, moment: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = data / "arsip.sqlite3"
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"bukan basis data" * 1000)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if moment == "filled":
            patched.setattr(daily_copy, "rows_kept", killed)
        else:
            moved = daily_copy._put_aside
            patched.setattr(daily_copy, "_put_aside", lambda store: killed(moment == "put in place" and moved(store)))
        with pytest.raises(Killed):
            restore(path)
    if moment == "put in place":
        assert not path.exists()
        with pytest.raises(StoreError, match=r"Pemulihan .* terputus; selesaikan: tanya restore"):
            Store(path, create=True)
    back = restore(path)
    assert (back.rows["history"], back.rows["corrections"], back.rows["removed"]) == (1, 1, 1)
    with Store(path) as store:
        assert [entry.question for entry in History(store.database).search("ani")] == ["Pedagang menaikkan harga"]
    assert list(data.glob("*.pulih*")) == []
    assert len(list(data.glob("arsip.sqlite3.rusak-????????-??????"))) == (damage != "gone")


def test_what_the_damaged_file_gave_outlives_a_kill_just_before_the_end(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = data / "arsip.sqlite3"
    with Store(path) as store:
        History(store.database).begin("budi", "s2", CHECKED, "Sesudah salinan")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")
        connection.commit()
    put_aside = daily_copy._put_aside

    def killed(store: Path) -> None:
        put_aside(store)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(daily_copy, "_put_aside", killed)
        with pytest.raises(Killed):
            restore(path)
    assert restore(path).rows["history"] == 2
    with Store(path) as store:
        assert [entry.question for entry in History(store.database).search("budi")] == ["Sesudah salinan"]


def test_copies_of_nothing_do_not_push_out_the_last_one_with_a_history(data: Path) -> None:
    path = data / "arsip.sqlite3"
    path.unlink()
    Store(path, create=True).close()
    for number in range(1, 10):
        assert keep_daily(path, date(2026, 3, 1) + timedelta(number)) is not None
    assert [one.stem for one in copies(data)] == [f"2026-03-{day:02}" for day in (10, 9, 8, 7, 6, 5, 4, 1)]
    path.unlink()
    back = restore(path)
    assert (back.copy, back.rows["history"]) == (data / "salinan" / "2026-03-01.sqlite3", 1)


def test_what_a_kill_left_of_a_copy_goes_with_the_next(data: Path) -> None:
    left, going_on = (data / "salinan" / f"2026-02-28.sqlite3.{number}.part" for number in (1, 2))
    for one in (left, going_on):
        one.write_bytes(b"")
    os.utime(left, (0, 0))
    keep_daily(data / "arsip.sqlite3", date(2026, 3, 2))
    assert (left.exists(), going_on.exists()) == (False, True)


def test_a_copy_that_cannot_be_written_stops_nothing(data: Path) -> None:
    path = data / "arsip.sqlite3"
    for one in copies(data):
        one.unlink()
    (data / "salinan").rmdir()
    (data / "salinan").write_text("tidak ada folder di sini")
    assert keep_daily(path) is None


@pytest.mark.parametrize("log", [False, True])
def test_a_folder_that_cannot_be_written_is_read(data: Path, log: bool) -> None:
    path = data / "arsip.sqlite3"
    with Store(path) as store:
        store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        QuoteChecker(store).check("Pedagang menaikkan harga sejak Senin pagi.")
    if not log:
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as place:
        there = Path(place) / "data"
        os.rename(data, there)
        for name in there.rglob("*"):
            name.chmod(0o555 if name.is_dir() else 0o444)
        there.chmod(0o555)
        Path(place).chmod(0o755)
        parse("pedagang")  # its library is loaded while it can be read
        child = os.fork()
        if not child:
            os._exit(_reads(there / path.name))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.chmod(there, 0o755)
    assert code == 0


def _reads(path: Path) -> int:
    """As somebody who owns nothing: exit code 0 where all is read and a change is refused in one line."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        with Store(path) as store:
            if not store.database.read_only or store.counts() != (1, 1):
                return 2
            if QuoteChecker(store).check("Pedagang menaikkan harga sejak Senin pagi.").verdict != "exact":
                return 3
            if Finder(store).find("pedagang").articles != 1:
                return 7
            try:
                History(store.database).begin("ani", "s1", CHECKED, "Apa?")
            except StoreError as error:
                return 0 if "hanya dapat dibaca" in str(error) else 4
            return 5
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        return 6


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;judul\x07\x1b[2J\x9b31m\u202emalam"
    (tmp_path / "a.jsonl").write_text(
        f'{{"id": "x\\u001b[1A", "title": "{evil.encode("unicode_escape").decode()}", "text": "Isi."}}'.replace(
            "\\x", "\\u00"
        ),
        "utf-8",
    )
    named = tmp_path / "b\x1b[2J\nx.jsonl"
    named.write_text("{\n")
    for path in (tmp_path / "a.jsonl", named):
        for more in ((), ("--json",)):
            done = tanya("inspect", path, *more)
            assert done.stdout + done.stderr
            for text in (done.stdout, done.stderr):
                assert not [mark for mark in text if mark != "\n" and (not mark.isprintable() or mark == "\u202e")]
