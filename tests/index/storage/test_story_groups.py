from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article
from index.passages import Passage
from index.storage.repository import Store
from index.storage.story_groups import Stories
from index.text import minhash

MARKET = (
    "Bupati meresmikan pasar baru di Desa Sukamaju pada Senin pagi. Pasar itu dibangun dengan dana desa sebesar "
    "Rp2,4 miliar dan menampung 120 pedagang. Para pedagang pindah mulai pekan depan, kata bupati. Warga berharap "
    "harga sewa kios tidak naik. Pengelola menjanjikan sewa gratis selama tiga bulan pertama."
)
SAME_EVENT = (
    "Sebanyak 120 kios di Sukamaju mulai ditempati pekan depan. Peresmiannya dihadiri ratusan warga yang sejak subuh "
    "menunggu di depan gerbang. Seorang pedagang sayur mengaku lega karena lapaknya kini beratap. Ia sudah sepuluh "
    "tahun berjualan di tepi jalan dan sering kehujanan."
)
HARVEST = (
    "Petani di lereng gunung memanen kopi lebih awal tahun ini karena hujan datang terlambat. Hasilnya turun hampir "
    "separuh dibanding musim lalu. Koperasi menampung biji kopi dengan harga tetap agar petani tidak merugi."
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        yield store


def put(store: Store, id: str, text: str, date: str | None = None) -> None:
    article = Article(id=id, text=text, path=f"/{id}.txt", date=date)
    passages = [Passage(id, 0, 0, len(text), text)]
    store.put_article(article, passages, np.ones((1, 2), dtype=np.float32), ["kata"], embedder="e", pipeline=1)


def put_texts(store: Store, texts: Sequence[str]) -> None:
    """Put articles without passages, named 0000 and so on."""
    with store.database.change() as connection:
        connection.executemany(
            "INSERT INTO articles (id, path, text, sha256, embedder, pipeline) VALUES (?, '/a', ?, '', 'e', 1)",
            [(f"{number:04}", text) for number, text in enumerate(texts)],
        )


def gold_prices(days: int) -> list[str]:
    """Return one template filled in for each day."""
    return [
        f"Harga emas batangan hari ke-{day} tercatat Rp{900 + day}.000 per gram di toko utama. Harga beli kembali "
        f"turun menjadi Rp{800 + day}.500 per gram menurut pengelola toko. Sehari sebelumnya emas dijual "
        f"Rp{700 + 3 * day}.000 dan {day * 7} gram laku sampai toko tutup pada pukul {day % 24}.{day % 60}."
        for day in range(days)
    ]


def stories(store: Store) -> dict[str, list[str]]:
    found = Stories(store).members(sorted(store.stored_articles()))
    return {id: [article.id for article in articles] for id, articles in found.items()}


def test_copies_are_one_story_earliest_first_and_other_reports_stay_apart(store: Store) -> None:
    put(store, "a", MARKET, "2021-03-03")
    put(store, "b", f"SUKAMAJU — {MARKET}", "2021-03-01")
    put(store, "c", MARKET.rsplit(".", 2)[0] + ".")
    put(store, "lain", SAME_EVENT, "2021-03-01")
    put(store, "kopi", HARVEST)
    assert Stories(store).refresh() == 3
    assert stories(store) == {id: ["b", "a", "c"] for id in "abc"}


def test_a_copy_that_comes_later_joins_and_only_it_is_counted(store: Store) -> None:
    put(store, "a", MARKET)
    put(store, "kopi", HARVEST)
    assert Stories(store).refresh() == 0
    put(store, "b", MARKET.replace("Rp2,4 miliar", "Rp 2,4 miliar").upper())
    assert Stories(store).refresh() == 1
    assert stories(store) == {"a": ["a", "b"], "b": ["a", "b"]}
    assert Stories(store).refresh() == 0


def test_a_story_of_one_is_none(store: Store) -> None:
    put(store, "a", MARKET)
    put(store, "b", MARKET)
    Stories(store).refresh()
    store.remove_articles(["b"])
    Stories(store).refresh()
    assert stories(store) == {}


def test_a_copy_that_has_been_rewritten_leaves_its_story(store: Store) -> None:
    for id in "abc":
        put(store, id, MARKET)
    Stories(store).refresh()
    put(store, "b", HARVEST)
    Stories(store).refresh()
    assert stories(store) == {"a": ["a", "c"], "c": ["a", "c"]}


def test_removing_the_article_a_story_is_named_after_keeps_the_others_together(store: Store) -> None:
    for id in "abc":
        put(store, id, MARKET)
    Stories(store).refresh()
    store.remove_articles(["a"])
    assert stories(store) == {"b": ["b", "c"], "c": ["b", "c"]}
    assert Stories(store).refresh() == 0  # none of them is new
    assert stories(store) == {"b": ["b", "c"], "c": ["b", "c"]}


def test_copies_are_found_over_chunks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.storage.story_groups._CHUNK", 2)
    for number in range(9):
        put(store, f"{number}", MARKET if number % 4 == 0 else f"{HARVEST} {'kebun ' * number * 40}")
    Stories(store).refresh()
    assert stories(store)["0"] == ["0", "4", "8"]


def test_hundreds_of_equal_articles_are_one_story(store: Store) -> None:
    put_texts(store, [MARKET] * 400)
    assert Stories(store).refresh() == 400
    assert len(stories(store)["0399"]) == 400


def test_a_crowd_of_alike_items_costs_a_few_comparisons_each(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    similarity = minhash.similarity

    def counted(a: bytes, b: bytes) -> float:
        nonlocal compared
        compared += 1
        return similarity(a, b)

    monkeypatch.setattr(minhash, "similarity", counted)
    put_texts(store, [MARKET] * 1200)
    assert Stories(store).refresh() == 1200
    assert len(stories(store)["0000"]) == 1200
    assert compared <= 16 * 1200


def test_a_copy_within_a_crowd_of_one_template_is_found(store: Store) -> None:
    days = gold_prices(300)
    put_texts(store, [*days, days[3].upper(), days[150]])
    assert Stories(store).refresh() == 4
    assert stories(store)["0003"] == ["0003", "0300"]
    assert stories(store)["0150"] == ["0150", "0301"]


def test_days_of_one_template_stay_apart(store: Store) -> None:
    days = gold_prices(150)
    put_texts(store, days)
    assert Stories(store).refresh() == 0


@pytest.mark.parametrize("few", [0, 32])
def test_few_articles_find_the_copies_that_many_find(store: Store, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr("index.storage.story_groups._FEW", few)
    short = "Berita pendek sekali."
    for id, text in {"a": MARKET, "kopi": HARVEST, "lain": SAME_EVENT, "p": short, "kosong": "—"}.items():
        put(store, id, text)
    Stories(store).refresh()
    put(store, "b", f"SUKAMAJU — {MARKET}")
    put(store, "c", MARKET.upper())
    put(store, "q", short.upper())
    put(store, "kosong2", "…")
    put(store, "kopi", HARVEST + " Begitu kata petani.")
    assert Stories(store).refresh() == 3
    assert stories(store) == {**{id: list("abc") for id in "abc"}, "p": ["p", "q"], "q": ["p", "q"]}
    store.remove_articles(["a"])
    Stories(store).refresh()
    assert stories(store) == {"b": list("bc"), "c": list("bc"), "p": ["p", "q"], "q": ["p", "q"]}
