"""Which questions compare, and what they ask of each side."""

import pytest

from rag.query.comparison import Telling, comparison


@pytest.mark.parametrize(
    ("question", "questions", "telling"),
    [
        ("Mana yang lebih murah, beras atau gula?", ("Berapa harga beras?", "Berapa harga gula?"), Telling.LESS),
        ("Lebih mahal mana, tiket Solo atau Batu?", ("Berapa harga tiket Solo?", "Berapa harga tiket Batu?"),
         Telling.MORE),
        ("Siapa yang lebih tua, Budi atau Tono?", ("Berapa usia Budi?", "Berapa usia Tono?"), Telling.MORE),
        ("Siapa yang lebih dulu meninggal, Budi Contoh atau Tono?",
         ("Kapan Budi Contoh meninggal?", "Kapan Tono meninggal?"), Telling.EARLIER),
        ("Pada Juni 2017, turis China atau Singapura yang lebih banyak datang?",
         ("Berapa jumlah turis China datang pada Juni 2017?", "Berapa jumlah turis Singapura datang pada Juni 2017?"),
         Telling.MORE),
        ("Antara Solo dan Batu, mana yang lebih jauh dari Surabaya?",
         ("Berapa jarak Solo dari Surabaya?", "Berapa jarak Batu dari Surabaya?"), Telling.MORE),
        ("Pajak sedan dan truk beda berapa?", ("Berapa Pajak sedan?", "Berapa Pajak truk?"), Telling.DIFFERENCE),
        ("Berapa selisih poin Persib dengan Persija?", ("Berapa poin Persib?", "Berapa poin Persija?"),
         Telling.DIFFERENCE),
        ("Harga beras lebih mahal di Solo atau di Batu?",
         ("Berapa Harga beras di Solo?", "Berapa Harga beras di Batu?"), Telling.MORE),
        ("Budi atau Tono yang dihukum lebih lama?", ("Berapa lama Budi dihukum?", "Berapa lama Tono dihukum?"),
         Telling.MORE),
        ("Siapa yang dapat suara lebih banyak, Budi atau Tono?",
         ("Berapa Budi dapat suara?", "Berapa Tono dapat suara?"), Telling.MORE),
        ("Di Solo, lebih banyak warga yang setuju atau yang menolak?",
         ("Berapa jumlah warga yang setuju di Solo?", "Berapa jumlah warga yang menolak di Solo?"), Telling.MORE),
        ("Siapa lebih tua, Budi atau Tono, waktu mereka dilantik?",
         ("Berapa usia Budi waktu mereka dilantik?", "Berapa usia Tono waktu mereka dilantik?"), Telling.MORE),
        ("Harga cabai sebelum dan sesudah Lebaran berapa bedanya?",
         ("Berapa Harga cabai sebelum Lebaran?", "Berapa Harga cabai sesudah Lebaran?"), Telling.DIFFERENCE),
        ("Penjualan Nova S dan Lima 7 beda berapa?", ("Berapa Penjualan Nova S?", "Berapa Penjualan Lima 7?"),
         Telling.DIFFERENCE),
        ("Kecepatan baca dan tulis SSD Nova beda berapa?",
         ("Berapa Kecepatan baca SSD Nova?", "Berapa Kecepatan tulis SSD Nova?"), Telling.DIFFERENCE),
        ("Tarif tol A1 dan tarif tol B2 sama atau tidak?", ("Berapa Tarif tol A1?", "Berapa tarif tol B2?"),
         Telling.SAME),
    ],
)  # fmt: skip
def test_two_facts_are_looked_for(question: str, questions: tuple[str, str], telling: Telling) -> None:
    found = comparison(question)
    assert found is not None
    assert (found.questions, found.telling, found.claimed) == (questions, telling, telling is Telling.SAME)


def test_a_claim_of_more_wants_yes_or_no() -> None:
    found = comparison("Apakah ekspor Solo lebih besar daripada ekspor Batu?")
    assert found is not None and (found.telling, found.claimed, found.word) == (Telling.MORE, True, "besar")


@pytest.mark.parametrize(
    "question",
    [
        "Siapa gubernur yang lebih dulu dilantik?",
        "Apakah Budi atau Tono yang menang?",
        "Apa nama perusahaan yang bekerja sama dengan PT Contoh?",
        "Apa dasar Budi menyebut Solo lebih besar daripada Batu?",
        "Berapa harga beras?",
        "Kenapa harga beras lebih mahal di Solo atau di Batu?",
        "Lebih dari 10 atau 20 orang?",
        "Lebih baik tinggal di kota atau di desa?",
        "Sejak kapan harga lebih dari Rp5.000?",
        "",
    ],
)
def test_nothing_is_compared(question: str) -> None:
    assert comparison(question) is None
