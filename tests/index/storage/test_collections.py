import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from fakes import WordEmbedder
from indexed import index, texts
from stored import put, row_ids, words_found

from index.articles import Article
from index.errors import InputError
from index.pipeline.editor import Desk
from index.storage.collections import Collection, Collections
from index.storage.daily_copy import keep_daily, restore
from index.storage.filters import Filters
from index.storage.listing import Listing
from index.storage.repository import Store

RICE, COFFEE, TEA = "Harga beras naik.", "Kopi laris di Jember.", "Harga teh turun."


@pytest.fixture
def kept(store: Store) -> Collections:
    for id, text in (("a", RICE), ("b", COFFEE), ("c", TEA)):
        put(store, id, [text], path=f"/arsip/{id}.txt", publisher="Warta")
    return Collections(store.database)


def test_an_article_may_stand_in_several(kept: Collections) -> None:
    kept.make("Pangan")
    kept.make(" Harga   naik ")
    assert kept.add("pangan", ["a", "b", "a"]) == ["a", "b"]
    assert kept.add("Harga naik", ["a"]) == ["a"]
    assert kept.add("Pangan", ["b", "c"]) == ["c"]
    assert [(one.name, one.articles) for one in kept.all()] == [("Harga naik", 1), ("Pangan", 3)]
    assert kept.of(["a", "b", "x"]) == {"a": ["Harga naik", "Pangan"], "b": ["Pangan"]}
    assert kept.remove("Pangan", ["b", "x"]) == ["b"]
    assert kept.members("Pangan") == ["a", "c"]


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, 'Yang "baru"'])
def test_a_name_that_cannot_be_one_is_refused(kept: Collections, name: str) -> None:
    with pytest.raises(InputError, match="Nama kumpulan"):
        kept.make(name)


def test_what_is_not_there_is_told_with_what_is(kept: Collections) -> None:
    with pytest.raises(InputError, match="belum satu pun"):
        kept.members("Pangan")
    kept.make("Pangan")
    with pytest.raises(InputError, match="sudah ada"):
        kept.make("PANGAN")
    with pytest.raises(InputError, match="'Pemilu' tidak ada; yang ada: Pangan"):
        kept.members("Pemilu")
    with pytest.raises(InputError, match="Artikel x tidak ada"):
        kept.add("Pangan", ["a", "x"])
    assert kept.members("Pangan") == []  # both or neither


def test_every_search_stays_within(store: Store, kept: Collections) -> None:
    kept.make("Pangan")
    kept.add("Pangan", ["a", "b"])
    within = kept.within(Filters(publisher="warta"), "pangan")
    assert (within.collection, within.members) == ("Pangan", {"a", "b"})
    assert [one for one, _ in words_found(store, ["Harga"], within)] == ["a#0"]
    assert store.counted(within) == (2, 2)
    assert store.filtered(within).tolist() == [row_ids(store)["a#0"], row_ids(store)["b#0"]]
    assert sorted(row.id for row in Listing(store.database).rows("", within)) == ["a", "b"]
    assert [within.accepts(Article(id=id, text="", path="", publisher="Warta")) for id in "abc"] == [True, True, False]
    kept.add("Pangan", ["c"])  # what was kept of the filter must not serve again
    assert len(store.filtered(kept.within(Filters(publisher="warta"), "Pangan"))) == 3
    kept.delete("Pangan")
    assert store.counted(within) == (0, 0)


def test_a_place_in_it_outlives_reindexing_and_moving(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "beras.txt").write_text(f"Beras\n{RICE}", "utf-8")
    (folder / "kopi.txt").write_text(f"Kopi\n{COFFEE}", "utf-8")
    index(store, folder)
    kept = Collections(store.database)
    kept.make("Pangan")
    kept.add("Pangan", ["beras.txt"])
    (folder / "beras.txt").write_text(f"Beras\n{RICE} Petani senang.", "utf-8")
    index(store, folder)
    assert kept.members("Pangan") == ["beras.txt"]
    (folder / "lama").mkdir()
    shutil.move(folder / "beras.txt", folder / "lama" / "panen.txt")
    index(store, folder)
    assert kept.members("Pangan") == ["lama/panen.txt"]
    (folder / "beras.txt").write_text("Lain\nCuaca cerah hari ini.", "utf-8")  # another article under the old name
    (folder / "salinan.txt").write_text(f"Beras\n{RICE}   Petani\nsenang.", "utf-8")  # and the same text once more
    index(store, folder)
    assert kept.members("Pangan") == ["lama/panen.txt", "salinan.txt"]
    number = kept.named("Pangan").id
    assert kept.articles_in([number]) == {"lama/panen.txt", "salinan.txt"}
    assert kept.articles_in([number], moved=True) == {"beras.txt", "lama/panen.txt", "salinan.txt"}
    assert kept.remove("Pangan", ["salinan.txt"]) == ["lama/panen.txt", "salinan.txt"]  # one text, one article
    assert kept.add("Pangan", ["salinan.txt"]) == ["lama/panen.txt", "salinan.txt"]
    for id in ("salinan.txt", "lama/panen.txt"):
        Desk(store, WordEmbedder()).remove(id)
    assert kept.members("Pangan") == []
    Desk(store, WordEmbedder()).restore("salinan.txt")
    assert kept.members("Pangan") == ["salinan.txt"]


def test_what_comes_into_its_folder_comes_into_it(store: Store, tmp_path: Path) -> None:
    inside, beside = tmp_path / "arsip" / "a_b", tmp_path / "arsip" / "aXb"
    for folder in (inside, beside):
        folder.mkdir(parents=True)
        (folder / "satu.txt").write_text(f"Satu\nCerita dari {folder.name}.", "utf-8")
    index(store, tmp_path / "arsip")
    kept = Collections(store.database)
    kept.make("Masuk")
    assert kept.add_folder("Masuk", str(inside)) == ["a_b/satu.txt"]
    (inside / "dua.txt").write_text(f"Dua\n{RICE}", "utf-8")
    (beside / "dua.txt").write_text(f"Dua\n{COFFEE}", "utf-8")
    index(store, tmp_path / "arsip")
    assert kept.members("Masuk") == ["a_b/dua.txt", "a_b/satu.txt"]
    assert kept.folders("Masuk") == [str(inside)]
    assert kept.remove_folder("Masuk", str(inside)) == ["a_b/dua.txt", "a_b/satu.txt"]
    (inside / "tiga.txt").write_text(f"Tiga\n{TEA}", "utf-8")
    index(store, tmp_path / "arsip")
    assert kept.members("Masuk") == [] == kept.folders("Masuk")


def test_who_may_see_it(kept: Collections) -> None:
    number = kept.make("Embargo").id
    assert kept.hidden_from("budi", is_editor=False) == ()
    assert kept.show_to("Embargo", [" ani ", ""]) == Collection(
        number, "Embargo", 0, ("ani",), kept.named("Embargo").made_at
    )
    assert kept.hidden_from("budi", is_editor=False) == (number,)
    assert kept.hidden_from("ani", is_editor=False) == kept.hidden_from("budi", is_editor=True) == ()
    kept.show_to("Embargo", ())
    assert kept.hidden_from("ani", is_editor=False) == (number,)
    with pytest.raises(InputError, match="Buka dahulu"):
        kept.delete("Embargo")
    kept.show_to("Embargo", None)
    assert kept.hidden_from("budi", is_editor=False) == ()


def test_a_deleted_one_comes_back(kept: Collections) -> None:
    kept.make("Pangan")
    kept.add("Pangan", ["a"])
    number = kept.delete("Pangan").id
    assert kept.all() == [] and kept.deleted() == [(number, "Pangan")]
    other = kept.make("pangan").id
    with pytest.raises(InputError, match="sudah ada"):
        kept.undelete(number)
    assert kept.rename("pangan", "Pangan baru").id == other
    assert kept.undelete(number).articles == 1
    assert [one.name for one in kept.all()] == ["Pangan", "Pangan baru"]
    assert kept.rename("Pangan", "PANGAN").name == "PANGAN"


def test_it_is_in_the_daily_copy_and_comes_back(store: Store, kept: Collections) -> None:
    kept.make("Embargo")
    kept.add("Embargo", ["a"])
    kept.show_to("Embargo", ["ani"])
    copy = keep_daily(store.path, date(2026, 11, 28))
    store.close()
    restored = restore(store.path, copy)
    assert (restored.rows["collections"], restored.rows["collected"]) == (1, 1)
    with Store(store.path) as again:
        kept = Collections(again.database)
        assert [(one.name, one.articles, one.readers) for one in kept.all()] == [("Embargo", 0, ("ani",))]
        put(again, "a", [RICE])
        put(again, "z", [COFFEE])
        assert kept.members("Embargo") == ["a"]


def test_an_index_of_before_gets_the_digests_of_its_texts(store: Store, kept: Collections) -> None:
    with store.database.change() as connection:
        for name in ("speakers", "speakers_read", "texts", "collections", "collected", "collected_folders"):
            connection.execute(f"DROP TABLE {name}")
        connection.execute("ALTER TABLE articles DROP COLUMN ocr")
        connection.execute("PRAGMA user_version = 7")
    store.close()
    with Store(store.path) as again:
        put(again, "d", [RICE])
        kept = Collections(again.database)
        kept.make("Pangan")
        assert kept.add("Pangan", ["a"]) == ["a", "d"]
        assert set(texts(again)) == {"a", "b", "c", "d"}
        assert json.dumps(kept.of(["d"])) == '{"d": ["Pangan"]}'
