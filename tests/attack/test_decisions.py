"""What editors decided holds: through a kill at any statement, a new name, a move, a copy, an older program."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import WordEmbedder
from indexed import RICE, rice_and_coffee
from killed import kills

from index.pipeline.editor import Desk
from index.pipeline.indexer import Indexer
from index.pipeline.progress import Report
from index.storage.corrections import Corrections
from index.storage.repository import Store
from rag.quotation.checker import QuoteChecker

QUOTE = "Pedagang menaikkan harga sejak Senin pagi."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return rice_and_coffee(tmp_path)


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> Iterator[Store]:
    with Store(tmp_path / "data" / "arsip.sqlite3", create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
        QuoteChecker(store).check(QUOTE)
        yield store


def run(store: Store, folder: Path) -> Report:
    return Indexer(store, WordEmbedder()).run([folder])


def desk(store: Store) -> Desk:
    return Desk(store, WordEmbedder())


def is_listed_as_removed(store: Store) -> bool:
    return bool(Corrections(store.database).put_away_articles())


def is_found(store: Store) -> tuple[bool, bool, bool]:
    """Whether it is there to be read, found by its words, and quoted."""
    return (
        store.article("beras.txt") is not None,
        bool(store.search_words(["beras"], 5)),
        QuoteChecker(store).check(QUOTE).verdict == "exact",
    )


def titles(store: Store) -> dict[str, str | None]:
    articles = {id: store.article(id) for id in store.stored_articles()}
    return {id: article.title for id, article in articles.items() if article}


def test_killed_at_any_statement_an_article_is_taken_out_whole_or_not_at_all(store: Store, folder: Path) -> None:
    states = []
    for left in kills(store.path, lambda store: desk(store).remove("beras.txt")):
        removed = is_listed_as_removed(left)
        assert is_found(left) == (not removed,) * 3
        assert run(left, folder).decided == []
        states.append(removed)
    assert (states[0], states[-1], sorted(states)) == (False, True, states)


def test_killed_at_any_statement_a_correction_is_stored_and_applied_or_neither(store: Store) -> None:
    right = {"title": "Harga Beras Naik"}
    states = []
    for left in kills(store.path, lambda store: desk(store).correct("beras.txt", right)):
        stated = Corrections(left.database).stated("beras.txt") == right
        assert (titles(left)["beras.txt"] == "Harga Beras Naik") is stated
        assert bool(left.search_words(["bears"], 5)) is not stated
        states.append(stated)
    assert (states[0], states[-1], sorted(states)) == (False, True, states)


def test_killed_at_any_statement_an_article_is_put_back_whole_or_not_at_all(store: Store) -> None:
    desk(store).correct("beras.txt", {"title": "Harga Beras Naik"})
    desk(store).remove("beras.txt")
    states = []
    for left in kills(store.path, lambda store: desk(store).restore("beras.txt")):
        back = not is_listed_as_removed(left)
        assert is_found(left) == (back,) * 3
        assert titles(left).get("beras.txt") == ("Harga Beras Naik" if back else None)
        states.append(back)
    assert (states[0], states[-1], sorted(states)) == (False, True, states)


@pytest.mark.parametrize("name", ["baru.txt", "2024/beras.txt", "salinan.md"])
@pytest.mark.parametrize("copied", [False, True])
def test_a_removed_article_stays_out_under_another_name(store: Store, folder: Path, name: str, copied: bool) -> None:
    desk(store).remove("beras.txt")
    (folder / name).parent.mkdir(exist_ok=True)
    (shutil.copy if copied else shutil.move)(folder / "beras.txt", folder / name)
    report = run(store, folder)
    assert report.decided == [
        f"{folder / name}: artikel {name} tidak dimasukkan: teksnya sama dengan beras.txt yang dihapus redaksi; "
        "kembalikan lewat Arsip, Dihapus"
    ]
    assert (report.added, report.moved, report.failed) == (0, 0, [])
    assert store.search_words(["beras"], 5) == []
    assert QuoteChecker(store).check(QUOTE).verdict == "not_found"
    # The name holds from now on as well: a comma more makes it no other article.
    (folder / name).write_text(f"Harga Bears Naik\n{RICE} Warga mengeluh.", "utf-8")
    assert (run(store, folder).added, store.search_words(["beras"], 5)) == (0, [])
    # And so does what it says now, under a third name.
    shutil.move(folder / name, folder / "ketiga.txt")
    assert (run(store, folder).added, store.search_words(["beras"], 5)) == (0, [])


def test_put_back_it_comes_from_where_its_file_is_now_with_its_correction(store: Store, folder: Path) -> None:
    desk(store).correct("beras.txt", {"title": "Harga Beras Naik"})
    desk(store).remove("beras.txt")
    shutil.move(folder / "beras.txt", folder / "baru.txt")
    run(store, folder)
    desk(store).restore("beras.txt")
    assert titles(store)["beras.txt"] == "Harga Beras Naik"
    run(store, folder)
    assert titles(store) == {"baru.txt": "Harga Beras Naik", "kopi.txt": "Kopi Laris"}
    assert run(store, folder) == Report(unchanged=2)


def test_a_removed_article_stays_out_as_a_line_of_another_file(store: Store, folder: Path) -> None:
    desk(store).remove("beras.txt")
    (folder / "lain.jsonl").write_text(json.dumps({"id": "x-1", "title": "Lain", "text": RICE}), "utf-8")
    assert len(run(store, folder).decided) == 1
    assert store.article("x-1") is None


def test_a_copy_that_was_here_before_stays_and_is_told(store: Store, folder: Path) -> None:
    shutil.copy(folder / "beras.txt", folder / "kembar.txt")
    run(store, folder)
    assert desk(store).remove("beras.txt") == ["kembar.txt"]
    shutil.move(folder / "kembar.txt", folder / "kembar-2.txt")
    assert run(store, folder).moved == 1
    assert store.article("kembar-2.txt") is not None


@pytest.mark.parametrize("copied", [False, True])
def test_a_correction_goes_along_with_the_text(store: Store, folder: Path, copied: bool) -> None:
    desk(store).correct("beras.txt", {"title": "Harga Beras Naik", "publisher": "Warta"})
    (shutil.copy if copied else shutil.move)(folder / "beras.txt", folder / "baru.txt")
    assert run(store, folder).decided == [
        f"{folder / 'baru.txt'}: perbaikan redaksi atas beras.txt diterapkan pada baru.txt karena teksnya sama"
    ]
    assert titles(store)["baru.txt"] == "Harga Beras Naik"
    assert run(store, folder).decided == []
    desk(store).correct("baru.txt", {"title": "Harga Bears Naik", "publisher": ""})  # and is taken back there
    article = store.article("baru.txt")
    assert article is not None
    assert (article.title, article.publisher) == ("Harga Bears Naik", None)
    assert Corrections(store.database).stated("baru.txt") == {}
    assert bool(Corrections(store.database).stated("beras.txt")) is copied


def test_another_outlet_s_copy_keeps_what_it_says_of_itself(store: Store, folder: Path) -> None:
    desk(store).correct("beras.txt", {"title": "Harga Beras Naik", "publisher": "Warta"})
    record = {"id": "lain-1", "title": "Beras Mahal", "source": "Kabar", "text": RICE}
    (folder / "lain.jsonl").write_text(json.dumps(record), "utf-8")
    assert run(store, folder).decided == []
    article = store.article("lain-1")
    assert article is not None
    assert (article.title, article.publisher) == ("Beras Mahal", "Kabar")


def test_what_an_earlier_program_left_half_done_is_finished(store: Store, folder: Path) -> None:
    corrections = Corrections(store.database)
    beras, kopi = store.article("beras.txt"), store.article("kopi.txt")
    assert beras and kopi
    corrections.put_away(beras)  # and killed
    corrections.state(kopi, {"title": "Kopi Jember Laris"})
    assert run(store, folder).decided == [
        "beras.txt: tercatat dihapus tetapi masih ada di arsip; sekarang dikeluarkan",
        "kopi.txt: perbaikan redaksi yang belum diterapkan sekarang berlaku",
    ]
    assert titles(store) == {"kopi.txt": "Kopi Jember Laris"}
    assert run(store, folder).decided == []
