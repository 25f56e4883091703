"""What is kept is found in new articles alone, once each; the same as a search of the whole archive would find."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from archive import put
from fakes import WordEmbedder

from index.articles import Article
from index.errors import InputError
from index.pipeline.indexer import Indexer
from index.storage import alerts
from index.storage.alerts import QUESTION, QUOTE, SEARCH
from index.storage.collections import Collections
from index.storage.database import Database
from index.storage.full_text import FullText, LooseWords
from index.storage.repository import Store
from index.storage.speakers import Speakers
from rag.quotation.named_speakers import named_speakers
from rag.retrieval.full_text import Finder, articles_said_by, matching
from rag.serving import kept_searches
from rag.serving.kept_searches import KeptSearches

SAID = "Harga beras turun 12 persen sejak panen raya dimulai di seluruh kabupaten"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        add(store, "lama", f"“{SAID},” kata Kepala Pasar Budi Santoso. Beras impor ikut turun.")
        add(store, "lain", "Jalan desa diperbaiki sebelum musim hujan.")
        yield store


def add(store: Store, id: str, text: str, **fields: str) -> None:
    """An article comes in, as the indexer brings it."""
    put(store, Article(id=id, text=text, path=f"{id}.txt", **fields))
    FullText(store).refresh()


def kept(store: Store) -> KeptSearches:
    return KeptSearches(store, WordEmbedder)


def told(searches: KeptSearches) -> dict[str, tuple[int, int]]:
    return {one.alert.name: (one.articles, one.altered) for one in searches.check()}


QUERIES = [
    "beras", '"harga beras"', "beras TIDAK impor", "-beras", "(beras ATAU jalan) DAN panen", "judul:beras", "pan*",
    "beraz~", '"beras panen"~6', "media:warta", "penulis:ani beras", "tanggal:2021..2022", "jenis:txt beras", "turun",
    "TIDAK (beras ATAU jalan)", '"har* ber*"', 'pembicara:"Budi Santoso"', "pembicara:lestari panen",
    "beras kumpulan:Pangan",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_a_few_articles_are_searched_as_the_whole_archive_is(store: Store, query: str) -> None:
    texts = [
        "Harga beras naik.",
        "Panen raya; beras impor datang.",
        "Beras dan panen. “Lumbung penuh,” kata Ani Lestari.",
        "Menurunkan harga jalan.",
        "Kopi.",
    ]
    for number, text in enumerate(texts):
        add(
            store,
            f"n{number}",
            text,
            title=("Beras", "Panen", "")[number % 3],
            publisher="Warta",
            date=f"202{number}-01-01",
        )
    add(store, "a", "Beras ketan.", author="Ani Wati")
    Collections(store.database).make("Pangan")
    Collections(store.database).add("Pangan", ["n0", "n3", "lama"])
    found = {match.article.id for match in Finder(store, read_speakers=named_speakers).find(query).matches}
    assert found
    articles = [article for _, article in FullText(store).since(0, 100)]
    assert len(articles) == 8
    members, said_by = Collections(store.database).members, partial(articles_said_by, Speakers(store))
    assert set(matching(LooseWords(articles), query, members, said_by)) == found


def test_a_kept_search_for_a_speaker_or_a_collection_finds_what_comes_in(store: Store) -> None:
    collections = Collections(store.database)
    collections.make("Pangan")
    searches = kept(store)
    assert searches.add("ani", SEARCH, 'pembicara:"Budi Santoso"', name="Budi")[1] == 1
    assert searches.add("ani", SEARCH, "kumpulan:Pangan beras", name="Pangan")[1] == 0
    add(store, "b", "“Beras mahal,” kata Budi Santoso. “Ya,” ujar Ani Lestari.")
    add(store, "c", "Budi Santoso membeli beras.")
    collections.add("Pangan", ["c"])
    assert told(searches) == {"Budi": (1, 0), "Pangan": (1, 0)}


def test_a_search_tells_of_new_articles_once(store: Store) -> None:
    searches = kept(store)
    assert searches.add("ani", SEARCH, "beras TIDAK impor", name="Beras lokal") == (1, 0)
    assert searches.add("ani", SEARCH, "beras") == (2, 1)
    assert searches.check() == []  # what was there tells nobody
    add(store, "baru", "Beras dari desa.")
    add(store, "kopi", "Kopi dari desa.")
    assert told(searches) == {"Beras lokal": (1, 0), "beras": (1, 0)}
    assert searches.check() == []
    assert [hit.article_id for hit in searches.kept.hits(1)] == ["baru"]
    assert [one.told for one in searches.unseen("ani")] == ["1 artikel baru cocok", "1 artikel baru cocok"]
    assert searches.unseen("budi") == []
    searches.kept.mark_seen("budi", 1)
    searches.kept.mark_seen("ani", 1)
    assert [one.alert.id for one in searches.unseen("ani")] == [2]


def test_a_changed_a_moved_and_a_returned_article_tell_nothing_again(store: Store) -> None:
    searches = kept(store)
    searches.add("ani", SEARCH, "beras")
    add(store, "baru", "Beras dari desa.")
    assert told(searches) == {"beras": (1, 0)}
    add(store, "baru", "Beras dari desa, kata petani.")  # changed
    add(store, "lama", "Beras impor turun lagi.")  # matched before the search was kept
    assert searches.check() == []
    store.remove_articles(["baru"])
    assert searches.unseen("ani") == []  # it is not here any more
    add(store, "pindah", "Beras dari desa.")  # the text that was told, under another name
    add(store, "baru", "Beras dari desa, kata petani.")
    assert searches.check() == []
    assert [one.articles for one in searches.unseen("ani")] == [1]


def test_an_article_of_before_that_now_matches_is_told_where_its_text_has_changed(store: Store) -> None:
    searches = kept(store)
    searches.add("ani", SEARCH, "beras")
    later = f"{datetime.now() + timedelta(seconds=5):%Y-%m-%dT%H:%M:%S}"
    with store.database.change() as connection:
        connection.execute("UPDATE alerts SET made_at = ?", (later,))
    add(store, "lain", "Jalan desa dan beras.")  # as if both had been before the search was kept
    assert searches.check() == []
    with store.database.change() as connection:
        connection.execute("UPDATE alerts SET made_at = '2020-01-01T00:00:00', known = x''")
    add(store, "lain", "Jalan desa dan beras lagi.")
    assert told(searches) == {"beras": (1, 0)}


def test_a_quotation_tells_where_it_stands_anew_and_where_it_was_altered(store: Store) -> None:
    searches = kept(store)
    assert searches.add("ani", QUOTE, SAID, name="Panen", speaker="Budi Santoso") == (1, 1)
    add(store, "sama", f"Kabar lain hari ini. “{SAID},” ujar Budi Santoso kepada wartawan.")
    add(store, "ubah", f"“{SAID.replace('12', '21')},” kata Budi Santoso, Selasa.")
    add(store, "jauh", "Kopi dari desa sebelah laku keras di pasar.")
    assert told(searches) == {"Panen": (2, 1)}
    assert {hit.article_id: hit.verdict for hit in searches.kept.hits(1)} == {"sama": "exact", "ubah": "altered"}
    (news,) = searches.unseen("ani")
    assert news.told == "2 artikel baru memuat kutipan ini, 1 di antaranya dengan kata yang berubah"
    assert searches.check() == []


def test_a_question_tells_of_what_would_stand_among_the_nearest(store: Store) -> None:
    for number in range(12):
        add(store, f"p{number}", f"Pupuk nomor {number} dijual di toko tani.")
    searches = kept(store)
    id, _ = searches.add("ani", QUESTION, "Kapan jembatan Merah Putih dibuka?")
    add(store, "jembatan", "Jembatan Merah Putih dibuka hari Senin.")
    add(store, "kopi", "Kopi dijual di toko.")
    assert told(searches) == {"Kapan jembatan Merah Putih dibuka?": (1, 0)}
    assert [hit.article_id for hit in searches.kept.hits(id)] == ["jembatan"]


def test_only_what_came_in_since_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    searches = kept(store)
    for number in range(30):
        add(store, f"p{number}", f"Beras nomor {number} dijual.")
    searches.add("ani", SEARCH, "beras")
    add(store, "baru", "Beras baru.")
    read: list[str] = []
    article = Store.article

    def reading(self: Store, id: str) -> Article | None:
        read.append(id)
        return article(self, id)

    monkeypatch.setattr(Store, "article", reading)
    assert told(searches) == {"beras": (1, 0)}
    assert read == ["baru"]
    assert searches.check() == []
    assert read == ["baru"]


def test_where_nothing_is_kept_nothing_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    rows = Database.rows

    def reading(self: Database, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        asked.append(query)
        return rows(self, query, values)

    monkeypatch.setattr(Database, "rows", reading)
    assert kept(store).check() == []
    assert len(asked) == 1


def test_an_index_made_anew_does_not_tell_what_was_told(store: Store, tmp_path: Path) -> None:
    searches = kept(store)
    searches.add("ani", SEARCH, "beras")
    add(store, "baru", "Beras dari desa.")
    assert told(searches) == {"beras": (1, 0)}
    with store.database.change() as connection:  # as after tanya restore: numbers begin again
        connection.execute("UPDATE alerts SET after = 1000")
    add(store, "baru", "Beras dari desa.")
    add(store, "lagi", "Beras yang lain.")
    assert [hit.article_id for hit in searches.kept.hits(1)] == ["baru"]
    assert told(searches) == {"beras": (1, 0)}
    assert {hit.article_id for hit in searches.kept.hits(1)} == {"baru", "lagi"}


def test_what_cannot_be_kept_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    searches = kept(store)
    for kind, query, line in (
        (SEARCH, '"beras', "kutip"), (QUESTION, "???", "tidak dapat disimpan"), (QUOTE, "...", "kata"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=line):
            searches.add("ani", kind, query)
    searches.add("ani", SEARCH, "beras")
    with pytest.raises(InputError, match="sudah tersimpan"):
        searches.add("ani", SEARCH, " beras ")
    searches.add("budi", SEARCH, "beras")
    monkeypatch.setattr(alerts, "MAX_KEPT", 1)
    with pytest.raises(InputError, match="Sudah ada 1"):
        searches.add("ani", SEARCH, "jalan")
    searches.kept.remove("budi", 1)
    assert [one.id for one in searches.kept.of_reader("ani")] == [1]
    searches.kept.remove("ani", 1)
    assert searches.kept.of_reader("ani") == []


def test_one_that_fails_costs_itself_alone(store: Store) -> None:
    searches = kept(store)
    searches.add("ani", SEARCH, "beras")
    searches.add("ani", SEARCH, "desa")
    with store.database.change() as connection:
        connection.execute("UPDATE alerts SET query = '\"torn' WHERE id = 1")
    add(store, "baru", "Beras dari desa.")
    assert told(searches) == {"desa": (1, 0)}


def test_many_matches_are_written_down_as_they_come(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_searches, "_HELD", 3)
    monkeypatch.setattr(kept_searches, "_CHUNK", 4)
    searches = kept(store)
    searches.add("ani", SEARCH, "beras")
    for number in range(11):
        add(store, f"p{number}", f"Beras nomor {number} dijual.")
    assert told(searches) == {"beras": (11, 0)}
    assert len(searches.kept.hits(1)) == 11
    assert searches.check() == []


def test_the_indexer_brings_what_is_told(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "artikel"
    folder.mkdir()
    searches = kept(store)
    searches.add("ani", SEARCH, "gabah")
    (folder / "a.txt").write_text("Harga gabah naik di tingkat petani sejak pekan lalu.\n", "utf-8")
    Indexer(store, WordEmbedder()).run([folder])
    assert told(searches) == {"gabah": (1, 0)}
    (folder / "a.txt").rename(folder / "b.txt")
    Indexer(store, WordEmbedder()).run([folder])
    assert searches.check() == []
    assert [hit.article_id for hit in searches.kept.hits(1, unseen_only=True)] == ["b.txt"]
