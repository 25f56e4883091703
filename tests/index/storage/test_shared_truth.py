"""One archive in PostgreSQL, several machines that read and write it: a real server, real processes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import WordEmbedder
from news_folder import TEXTS, news_folder
from postgres import IS_HERE, PASSWORD, WHY_NOT, Server

from index.articles import Article
from index.errors import IndexLocked, StoreAway, StoreError
from index.passages import Passage
from index.pipeline.editor import Desk
from index.pipeline.indexer import Indexer
from index.storage import postgres_server, shared_truth
from index.storage.alerts import SEARCH, Alerts
from index.storage.collections import Collections
from index.storage.corrections import Corrections
from index.storage.daily_copy import keep_daily, restore
from index.storage.history import ASKED, History
from index.storage.postgres_server import PostgresServer
from index.storage.repository import Store
from index.storage.shared_truth import SharedTruth
from index.storage.story_groups import Stories
from index.storage.vectors import Vectors

pytestmark = pytest.mark.skipif(not IS_HERE, reason=WHY_NOT)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("postgres") / "server")
    yield running
    running.close()


@pytest.fixture
def url(server: Server, request: pytest.FixtureRequest) -> str:
    return server.database(request.node.name[:60])


Machine = Callable[[str], Store]


@pytest.fixture
def machine(tmp_path: Path, url: str) -> Iterator[Machine]:
    """Return what opens the data folder of a machine, made of the server where there is none."""
    opened: list[Store] = []

    def open_one(name: str) -> Store:
        store = Store(tmp_path / name / "arsip.sqlite3", create=True)
        truth = SharedTruth(store, url)
        store.truth = truth
        opened.append(store)
        truth.open()
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return news_folder(tmp_path)


def indexed(store: Store, *folders: Path) -> None:
    with store.sole_writer():
        report = Indexer(store, WordEmbedder()).run(folders)
    assert report.failed == []


def contents(store: Store) -> str:
    """Return all that two machines must have in common, as one text."""
    rows = store.database.rows
    told = {
        "articles": rows("SELECT * FROM articles ORDER BY id"),
        "passages": rows(
            'SELECT p.article_id, p.position, p.start, p."end", hex(p.vector), hex(p.digest), w.stems FROM passages p '
            "JOIN words w ON w.rowid = p.rowid ORDER BY p.article_id, p.position"
        ),
        **{
            name: rows(f"SELECT * FROM {name} ORDER BY 1, 2")
            for name in ("files", "corrections", "removed", "held_back", "collections", "collected", "texts")
        },
        "spans": rows("SELECT article_id, date, publisher, passages FROM spans ORDER BY article_id"),
        "tallies": rows("SELECT * FROM tallies ORDER BY kind, name"),
        "stories": rows("SELECT article_id, story FROM stories ORDER BY article_id"),
        "counts": store.counts(),
        "average": store.average_stems(),
    }
    return json.dumps(told, indent=1)


def test_a_second_machine_has_all_that_the_first_has(machine: Machine, folder: Path) -> None:
    first = machine("satu")
    indexed(first, folder)
    assert first.counts() == (3, 3)
    second = machine("dua")
    assert contents(second) == contents(first)
    assert second.elsewhere() == {str(folder / f"{name}.txt") for name in TEXTS}
    assert first.elsewhere() == set()


def test_changes_go_both_ways(machine: Machine, folder: Path) -> None:
    first, second = machine("satu"), machine("dua")
    indexed(first, folder)
    assert second.truth is not None and second.truth.follow() and not second.truth.follow()
    Desk(second, WordEmbedder()).correct("teh.txt", {"title": "Harga Teh"})
    Desk(second, WordEmbedder()).remove("kopi.txt")
    kept = Collections(second.database)
    kept.make("Pasar")
    kept.add("Pasar", ["ikan.txt"])
    kept.show_to("Pasar", ["ani"])
    assert first.truth is not None and first.truth.follow()
    assert contents(first) == contents(second)
    assert Collections(first.database).hidden_from("budi", is_editor=False) == (1,)
    assert [article.id for article, _ in Corrections(first.database).put_away_articles()] == ["kopi.txt"]
    assert (first.article("teh.txt") or pytest.fail()).title == "Harga Teh"
    # what is decided on one machine holds on the other, and is undone there
    indexed(first, folder)
    assert first.counts() == (2, 2)
    Desk(first, WordEmbedder()).restore("kopi.txt")
    (folder / "ikan.txt").unlink()
    indexed(first, folder)
    assert second.truth.follow()
    assert contents(second) == contents(first)
    assert second.counts() == (2, 2)
    assert contents(machine("tiga")) == contents(first)


def test_an_article_that_is_put_into_a_collection_again(machine: Machine, folder: Path) -> None:
    first, second = machine("satu"), machine("dua")
    indexed(first, folder)
    kept = Collections(first.database)
    kept.make("Pasar")
    for _ in range(2):
        kept.add("Pasar", ["ikan.txt"])
    with first.database.change(bump=False):
        kept.remove("Pasar", ["ikan.txt"])
        kept.add("Pasar", ["ikan.txt", "teh.txt"])
    (folder / "teh.txt").write_text(TEXTS["teh"] + "Pedagang mengeluh.\n")
    indexed(first, folder)
    assert second.truth is not None and second.truth.follow()
    assert contents(second) == contents(first)
    assert Collections(second.database).members("Pasar") == ["ikan.txt", "teh.txt"]


def test_names_that_go_from_one_collection_to_another(machine: Machine, folder: Path) -> None:
    first, second = machine("satu"), machine("dua")
    kept = Collections(first.database)
    for name in ("a", "b"):
        kept.make(name)
    assert second.truth is not None and second.truth.follow()
    for old, new in (("a", "c"), ("b", "a"), ("c", "b")):
        kept.rename(old, new)
    assert second.truth.follow()
    assert [(one.id, one.name) for one in Collections(second.database).all()] == [(2, "a"), (1, "b")]


def test_one_writer_and_decisions_beside_it(machine: Machine, folder: Path) -> None:
    first, second = machine("satu"), machine("dua")
    indexed(first, folder)
    assert second.truth is not None and second.truth.follow()
    (folder / "jalan.txt").write_text("Jalan Rusak\nSelasa, 13 April 2021\nJalan desa rusak, kata warga.\n")
    with first.sole_writer():
        with pytest.raises(IndexLocked, match=r"127\.0\.0\.1:\d+/\S+ sedang ditulis oleh \S+ sejak 20"):
            Desk(second, WordEmbedder()).remove("teh.txt")
        Collections(second.database).make("Pasar")  # a decision waits for nobody
        Collections(second.database).add("Pasar", ["ikan.txt"])
        report = Indexer(first, WordEmbedder()).run([folder])  # its changes come after those
        assert (report.added, report.failed) == (1, [])
        assert [one.name for one in Collections(first.database).all()] == ["Pasar"]
        assert not second.truth.problem
    assert second.truth.follow()
    assert contents(second) == contents(first)
    Desk(second, WordEmbedder()).remove("teh.txt")  # the right is free again


def test_two_who_change_the_same_at_once(machine: Machine, folder: Path) -> None:
    first, second = machine("satu"), machine("dua")
    Collections(first.database).make("Pemilu")
    with pytest.raises(StoreError, match="baru saja diubah di tempat yang sama dari mesin lain; ulangi"):
        Collections(second.database).make("Bencana")  # number 1, as the other
    assert Collections(second.database).all() == []
    assert second.truth is not None and second.truth.follow()
    Collections(second.database).make("Bencana")
    assert first.truth is not None and first.truth.follow()
    Collections(first.database).make("Panen")
    with pytest.raises(StoreError, match="baru saja diubah di tempat yang sama"):
        Collections(second.database).rename("Bencana", "panen")  # another, by the same name
    assert second.truth.follow()
    Collections(second.database).delete("Panen")
    assert first.truth.follow()
    assert [one.name for one in Collections(first.database).all()] == ["Bencana", "Pemilu"]


def test_what_was_here_before_is_sent(machine: Machine, folder: Path, tmp_path: Path, url: str) -> None:
    with Store(tmp_path / "lama" / "arsip.sqlite3", create=True) as alone:
        Indexer(alone, WordEmbedder()).run([folder])
        Collections(alone.database).make("Pasar")
        Desk(alone, WordEmbedder()).remove("kopi.txt")
        expected = contents(alone)
    old = machine("lama")
    assert old.truth is not None
    assert "belum dikirim ke PostgreSQL 127.0.0.1:" in old.truth.problem
    assert contents(old) == expected  # it is read as it is
    with old.sole_writer():
        pass
    assert old.truth.problem == "" and contents(old) == expected
    assert contents(machine("baru")) == expected
    # another filled one is not mixed in
    with Store(tmp_path / "lain" / "arsip.sqlite3", create=True) as alone:
        Indexer(alone, WordEmbedder()).run([folder])
    with pytest.raises(StoreError, match=r"berisi 3 artikel yang bukan dari PostgreSQL 127.*--data folder lain"):
        machine("lain")


def test_a_change_that_the_others_would_not_hear_of_is_refused(machine: Machine, folder: Path, tmp_path: Path) -> None:
    indexed(machine("satu"), folder)
    with Store(tmp_path / "satu" / "arsip.sqlite3") as store:
        expected = contents(store)
        with pytest.raises(StoreError, match="milik bersama di PostgreSQL; sebutkan alamatnya: --store atau TANYA_ST"):
            Desk(store, WordEmbedder()).remove("teh.txt")
        assert contents(store) == expected
        History(store.database).begin("ani", "s1", ASKED, "Apa itu OPOP?")  # each machine's own


def test_what_readers_ask_is_never_sent(machine: Machine, folder: Path, url: str) -> None:
    first = machine("satu")
    indexed(first, folder)
    number = first.truth.number if first.truth else 0
    History(first.database).begin("ani", "s1", ASKED, "Apa itu OPOP?")
    Alerts(first.database).add("ani", SEARCH, "beras impor")
    assert first.truth is not None and first.truth.number == number
    assert machine("dua").truth.number == number  # type: ignore[union-attr]
    with psycopg_connection(url) as connection:
        kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT kind FROM tanya_rows")}
    assert kinds == {"articles", "files"}


def test_a_file_of_another_machine_is_not_gone(machine: Machine, folder: Path, tmp_path: Path) -> None:
    first, second = machine("satu"), machine("dua")
    indexed(first, folder)
    first.close()
    away = tmp_path / "tak-terjangkau"
    folder.rename(away)  # as from a machine that does not see the folder
    (tmp_path / "lain").mkdir()
    (tmp_path / "lain" / "teh.txt").write_text("Teh Lain\nSabtu, 17 April 2021\nKebun teh dibuka untuk umum.\n")
    indexed(second, tmp_path / "lain")
    ids = sorted(second.stored_articles())
    assert [id.partition("~")[0] for id in ids] == ["ikan.txt", "kopi.txt", "teh.txt", "teh.txt"]
    folder.mkdir()  # nor when a folder of that name is there, and empty of them
    (folder / "baru.txt").write_text("Baru\nSabtu, 17 April 2021\nTaman kota dibuka.\n")
    indexed(second, folder)
    assert second.counts()[0] == 5


def test_a_machine_that_lost_its_folder_misses_its_files_again(machine: Machine, folder: Path) -> None:
    first = machine("satu")
    indexed(first, folder)
    first.close()
    again = machine("satu-lagi")  # all is from another machine, as far as it knows
    assert len(again.elsewhere()) == 3
    indexed(again, folder)
    assert again.elsewhere() == set()
    (folder / "teh.txt").unlink()
    indexed(again, folder)
    assert sorted(again.stored_articles()) == ["ikan.txt", "kopi.txt"]


def test_a_copied_folder_is_another_machine(machine: Machine, folder: Path, tmp_path: Path) -> None:
    first = machine("satu")
    indexed(first, folder)
    first.close()
    shutil.copytree(tmp_path / "satu", tmp_path / "salinan")
    copied = machine("salinan")
    assert len(copied.elsewhere()) == 3
    assert machine("satu").elsewhere() == set()
    # and what the copy writes is another machine's to the first
    (tmp_path / "lain").mkdir()
    (tmp_path / "lain" / "padi.txt").write_text("Padi\nSabtu, 17 April 2021\nPadi dipanen warga.\n")
    indexed(copied, tmp_path / "lain")
    assert machine("satu").elsewhere() == {str(tmp_path / "lain" / "padi.txt")}


def test_what_is_made_of_the_articles_is_made_after_a_kill(
    machine: Machine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = machine("satu")
    for name in TEXTS:  # copies of one another
        (folder / f"{name}.txt").write_text(TEXTS["kopi"] + "Bupati hadir di sana sejak pagi bersama warga desa.\n" * 4)
    indexed(first, folder)
    with monkeypatch.context() as cut:
        cut.setattr(Stories, "refresh", lambda stories: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            machine("dua")
    second = machine("dua")
    assert contents(second) == contents(first)
    assert len(second.database.rows("SELECT 1 FROM stories WHERE story IS NOT NULL")) == 3


def test_a_decision_waits_while_the_machine_is_far_behind(
    machine: Machine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = machine("satu"), machine("dua")
    indexed(first, folder)
    monkeypatch.setattr(shared_truth, "_ONCE", 2)
    with pytest.raises(StoreError, match=r"belum menyusul PostgreSQL .*; tunggu sampai semuanya masuk"):
        Collections(second.database).make("Pasar")
    assert second.truth is not None and second.truth.follow()
    Collections(second.database).make("Pasar")


def test_what_is_shown_to_all_and_what_it_now_says_come_at_once(
    machine: Machine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = machine("satu"), machine("dua")
    indexed(first, folder)
    kept = Collections(first.database)
    kept.make("Embargo")
    kept.add("Embargo", ["ikan.txt"])
    kept.show_to("Embargo", [])
    assert second.truth is not None and second.truth.follow()
    for name in ("ikan", "teh"):
        (folder / f"{name}.txt").write_text("Pasar dibuka lagi.\n")
    indexed(first, folder)
    kept.remove("Embargo", ["ikan.txt"])
    monkeypatch.setattr(shared_truth, "_ONCE", 1)
    monkeypatch.setattr(postgres_server, "_CHUNK", 1)
    with monkeypatch.context() as cut:
        cut.setattr(Store, "copy_article", lambda *values, **named: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            second.truth.follow()
    assert Collections(second.database).members("Embargo") == ["ikan.txt"]
    assert second.truth.follow() and contents(second) == contents(first)
    assert Collections(second.database).members("Embargo") == []


def test_a_long_way_behind_it_goes_on_where_it_was_killed(
    machine: Machine, folder: Path, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = machine("satu")
    indexed(first, folder)
    Collections(first.database).make("Pasar")
    Collections(first.database).add("Pasar", ["ikan.txt"])
    monkeypatch.setattr(shared_truth, "_ONCE", 1)
    monkeypatch.setattr(postgres_server, "_CHUNK", 1)
    with monkeypatch.context() as cut:
        copied = Store.copy_article
        done: list[str] = []

        def at_the_third(store: Store, article: Article, *values: object, **named: object) -> None:
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(article.id)
            copied(store, article, *values, **named)  # type: ignore[arg-type]

        cut.setattr(Store, "copy_article", at_the_third)
        with pytest.raises(KeyboardInterrupt):
            machine("dua")
    with Store(tmp_path / "dua" / "arsip.sqlite3") as cut_off:
        assert sorted(cut_off.stored_articles()) == sorted(done)
        # who may see what is there before any article
        assert [one.name for one in Collections(cut_off.database).all()] == ["Pasar"]
    second = machine("dua")
    assert contents(second) == contents(first)


def test_an_older_server_is_not_followed(machine: Machine, folder: Path, url: str) -> None:
    first = machine("satu")
    indexed(first, folder)
    number = first.truth.number if first.truth else 0
    with psycopg_connection(url) as connection:  # as a copy of before the last change
        connection.execute("DELETE FROM tanya_changes WHERE number = (SELECT max(number) FROM tanya_changes)")
        connection.execute("UPDATE tanya_state SET value = value - 1 WHERE name = 'number'")
    told = rf"tidak lagi memuat perubahan {number} yang sudah ada di sini \(yang terakhir {number - 1}\)"
    with pytest.raises(StoreError, match=told):
        machine("satu")
    with pytest.raises(StoreError, match=told):
        Collections(first.database).make("Pasar")
    assert Collections(first.database).all() == []
    # emptied, it is filled again from here, by who may write
    with psycopg_connection(url) as connection:
        connection.execute("DROP TABLE tanya_state, tanya_changes, tanya_passages, tanya_rows")
    again = machine("satu")
    assert "belum dikirim" in (again.truth.problem if again.truth else "")
    with again.sole_writer():
        pass
    assert contents(machine("dua")) == contents(first)


def test_a_text_that_postgresql_does_not_take_as_it_is(machine: Machine, tmp_path: Path) -> None:
    first = machine("satu")
    article = Article(id="a\x00b" + "x" * 5000, text="Isi\x00 dengan “tanda” 😀.", path="/a", title="T\x00")
    vector = np.ones((1, 4), dtype=np.float32)
    passage = Passage(article.id, 0, 0, len(article.text), article.text)
    first.put_article(article, [passage], vector, ["isi tanda"], embedder="e", pipeline=1)
    Stories(first).refresh()
    second = machine("dua")
    assert (second.article(article.id) or pytest.fail()).text == article.text
    assert contents(second) == contents(first)
    first.remove_articles([article.id])
    assert second.truth is not None and second.truth.follow() and second.counts() == (0, 0)


KILLED = """
import os, signal, sys
from pathlib import Path
from fakes import WordEmbedder
from index.pipeline.indexer import Indexer
from index.storage.repository import Store
from index.storage.shared_truth import SharedTruth
from index.storage.story_groups import Stories

store = Store(Path(sys.argv[1]), create=True)
store.truth = SharedTruth(store, sys.argv[2])
store.truth.open()
left = int(sys.argv[4])
whole = SharedTruth._before_commit

def dies(truth, connection):
    global left
    number = truth.number
    whole(truth, connection)
    if truth.number > number:  # it has been sent, and is not committed here
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

with store.sole_writer():
    store.database.before_commit = lambda connection: dies(store.truth, connection)
    Indexer(store, WordEmbedder(), batch_tokens=1).run([Path(sys.argv[3])])
"""


@pytest.mark.parametrize("change", [1, 2, 4])
def test_killed_between_the_two_commits(machine: Machine, folder: Path, tmp_path: Path, url: str, change: int) -> None:
    path = tmp_path / "satu" / "arsip.sqlite3"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", KILLED, str(path), url, str(folder), str(change)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with Store(path) as left:
        behind = left.counts()[0]
    second = machine("dua")
    sent = second.truth.number if second.truth else 0
    assert sent == change
    first = machine("satu")  # what was sent is here again
    assert first.truth is not None and first.truth.number == change and first.counts()[0] >= behind
    assert contents(first) == contents(second)
    indexed(first, folder)
    assert first.counts() == (3, 3) and second.truth is not None
    assert second.truth.follow() == (change < 4)
    assert contents(first) == contents(second)


def test_the_server_is_killed_and_comes_back(
    server: Server, machine: Machine, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = machine("satu"), machine("dua")
    assert first.truth is not None and second.truth is not None
    (folder / "teh.txt").rename(folder.parent / "teh.txt")
    indexed(first, folder)
    assert second.truth.follow()
    before = contents(first)
    number = first.truth.number
    server.kill()
    try:
        assert not second.truth.follow()
        assert re.fullmatch(
            rf"PostgreSQL 127\.0\.0\.1:{server.port}/\S+ tidak terjangkau \(.+\); arsip dibaca sampai perubahan "
            rf"{number}\.",
            second.truth.problem,
        )
        assert contents(second) == before
        with pytest.raises(StoreAway, match="tidak terjangkau"), second.sole_writer():
            pytest.fail("nothing may be written")
        with pytest.raises(StoreAway, match=r"perubahan ini tidak ditulis\. Nyalakan servernya lalu ulangi"):
            Collections(second.database).make("Pasar")
        assert Collections(second.database).all() == [] and contents(second) == before
        assert "sampai perubahan" in (machine("dua").truth.problem)  # type: ignore[union-attr]
    finally:
        server.start()
    assert not second.truth.follow() and second.truth.problem == ""
    Collections(second.database).make("Pasar")

    # in the middle of a run, again and again: the run waits, and loses nothing
    starting: list[threading.Timer] = []

    class Killing(WordEmbedder):
        def embed_passages(self, texts: list[str]) -> Vectors:
            for one in starting:
                one.join()
            server.kill()
            starting.append(threading.Timer(0.3, server.start))
            starting[-1].start()
            return super().embed_passages(texts)

    for number_, text in enumerate(TEXTS.values()):
        (folder / f"lagi-{number_}.txt").write_text(text.replace("\n", f" {number_}\n"))
    with first.sole_writer():
        report = Indexer(first, Killing(), batch_tokens=1).run([folder])
    starting[-1].join()
    assert len(starting) == 3 and (report.added, report.failed) == (3, [])
    assert second.truth.follow()
    assert contents(second) == contents(first) and second.counts()[0] == 5

    # gone for longer than a run waits: it ends in one line, and the next one goes on
    monkeypatch.setattr(postgres_server, "PATIENCE_S", 0.2)

    class KillingForGood(WordEmbedder):
        def embed_passages(self, texts: list[str]) -> Vectors:
            server.kill()
            return super().embed_passages(texts)

    (folder.parent / "teh.txt").rename(folder / "teh.txt")
    with pytest.raises(StoreAway, match="tidak ditulis"), first.sole_writer():
        Indexer(first, KillingForGood(), batch_tokens=1).run([folder])
    assert first.counts()[0] == 5
    server.start()
    indexed(first, folder)
    assert first.counts()[0] == 6 and second.truth.follow()
    assert contents(second) == contents(first)
    assert PASSWORD not in caplog.text


def test_a_connection_that_is_cut_is_made_again_with_its_right(machine: Machine, folder: Path, url: str) -> None:
    first, second = machine("satu"), machine("dua")

    class Cutting(WordEmbedder):
        def embed_passages(self, texts: list[str]) -> Vectors:
            with psycopg_connection(url) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'tanya%' "
                    "AND datname = current_database()"
                )
            return super().embed_passages(texts)

    with first.sole_writer():
        report = Indexer(first, Cutting(), batch_tokens=1).run([folder])
        with pytest.raises(IndexLocked):
            Desk(second, WordEmbedder()).remove("teh.txt")
    assert (report.added, report.failed) == (3, [])
    Desk(second, WordEmbedder()).remove("teh.txt")
    assert first.truth is not None and first.truth.follow() and first.counts() == (2, 2)


def test_an_index_put_back_from_a_copy_takes_all_from_the_server(
    machine: Machine, folder: Path, tmp_path: Path
) -> None:
    first = machine("satu")
    indexed(first, folder)
    Desk(first, WordEmbedder()).remove("kopi.txt")
    Collections(first.database).make("Pasar")
    History(first.database).begin("ani", "s1", ASKED, "Apa itu OPOP?")
    keep_daily(first.path)
    Collections(first.database).delete("Pasar")  # after the copy
    expected = contents(first)
    first.close()
    first.path.write_bytes(b"rusak")
    restore(first.path)
    again = machine("satu")
    assert contents(again) == expected
    assert [entry.question for entry in History(again.database).search("ani")] == ["Apa itu OPOP?"]
    assert Collections(again.database).all() == [] and len(Collections(again.database).deleted()) == 1


@pytest.mark.parametrize("patience_s", [0.0, 5.0])  # of an editor's click, of an index run
def test_a_commit_whose_answer_was_lost_is_not_made_twice(
    machine: Machine, folder: Path, monkeypatch: pytest.MonkeyPatch, patience_s: float
) -> None:
    import psycopg

    first, second = machine("satu"), machine("dua")
    first.truth._sending.patience_s = patience_s  # type: ignore[union-attr]
    written = PostgresServer._write
    lost = 0

    def write(self: PostgresServer, connection: Any, *values: Any) -> None:
        nonlocal lost
        written(self, connection, *values)
        if not lost:
            lost += 1
            connection.execute("COMMIT")
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(PostgresServer, "_write", write)
    Collections(first.database).make("Pasar")
    assert lost == 1 and first.truth is not None and first.truth.number == 1
    assert second.truth is not None and second.truth.follow() and second.truth.number == 1


def psycopg_connection(url: str) -> Any:
    import psycopg

    return psycopg.connect(url, autocommit=True)
