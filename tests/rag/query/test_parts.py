"""Questions that ask two things, and those that only look so."""

import pytest

from rag.query.query import Query

SPLIT = [
    ("Siapa ketua panitia dan kapan pasar ikan dibuka?", ["Siapa ketua panitia?", "Kapan pasar ikan dibuka?"]),
    ("Kapan Budi Contoh dilantik dan oleh siapa?", ["Kapan Budi Contoh dilantik?", "Oleh siapa Budi Contoh dilantik?"]),
    ("Berapa harga kopi Bajawa, dan di mana kebunnya?", ["Berapa harga kopi Bajawa?", "Di mana kebun kopi Bajawa?"]),
    ("Siapa istri Tono Contoh dan di mana rumahnya?", ["Siapa istri Tono Contoh?", "Di mana rumah Tono Contoh?"]),
    ("Kapan festival Danau Biru digelar dan di mana?", ["Kapan festival Danau Biru digelar?",
                                                       "Di mana festival Danau Biru digelar?"]),
    ("Di mana dan kapan rapat desa digelar?", ["Di mana rapat desa digelar?", "Kapan rapat desa digelar?"]),
    ("Kapan dan di mana Siti Contoh lahir?", ["Kapan Siti Contoh lahir?", "Di mana Siti Contoh lahir?"]),
    ("Siapa bupati Batu? Berapa luas Batu?", ["Siapa bupati Batu?", "Berapa luas Batu?"]),
    ("Apa nama sungai itu, dan berapa panjang jembatan Ampera?", ["Apa nama sungai itu?",
                                                                 "Berapa panjang jembatan Ampera?"]),
    ("Berapa korban banjir Garut serta apa penyebab banjir Garut?", ["Berapa korban banjir Garut?",
                                                                    "Apa penyebab banjir Garut?"]),
    ("Apa syarat dan berapa biaya membuat paspor baru?", ["Apa syarat membuat paspor baru?",
                                                          "Berapa biaya membuat paspor baru?"]),
    ("Motor Contoh X dijual berapa dan mesinnya berapa cc?", ["Motor Contoh X dijual berapa?",
                                                              "Mesin Motor Contoh X dijual berapa cc?"]),
    ("Siapa yang menang di Solo dan berapa skor laga Solo?", ["Siapa yang menang di Solo?", "Berapa skor laga Solo?"]),
    ("Siapa penulis buku Laut dan kapan dia lahir?", ["Siapa penulis buku Laut?", "Kapan penulis buku Laut lahir?"]),
    ("Siapa yang menggantikan Budi Contoh dan apa jabatan dia sebelumnya?", ["Siapa yang menggantikan Budi Contoh?",
                                    "Apa jabatan orang yang menggantikan Budi Contoh sebelumnya?"]),
    ("Apa saja syarat lomba Kicau dan kapan pendaftaran lomba Kicau ditutup?", ["Apa saja syarat lomba Kicau?",
                                                               "Kapan pendaftaran lomba Kicau ditutup?"]),
    ("Siapa saja yang hadir di Grahadi dan siapa saja yang absen?", ["Siapa saja yang hadir di Grahadi?",
                                                                    "Siapa saja yang absen di Grahadi?"]),
    ("Kenapa Jalan Mawar ditutup dan sampai kapan?", ["Kenapa Jalan Mawar ditutup?",
                                                      "Sampai kapan Jalan Mawar ditutup?"]),
    ("Berapa gol Budi Contoh musim ini dan untuk klub apa?", ["Berapa gol Budi Contoh musim ini?",
                                                             "Untuk klub apa gol Budi Contoh musim ini?"]),
    ("Di mana Tono Contoh kuliah, kapan Tono Contoh lulus?", ["Di mana Tono Contoh kuliah?",
                                                              "Kapan Tono Contoh lulus?"]),
]  # fmt: skip
WHOLE = [
    "Siapa nama gubernur dan wakil gubernur Bali?",
    "Siapa dan apa Badan Contoh itu?",
    "Apa dan siapa Budi Contoh?",
    "Siapa Ahmad dan Yani?",
    "Apa isi perjanjian Renville dan Linggarjati?",
    "Berapa jumlah guru dan murid di Batu?",
    "Sebutkan nama-nama ketua dan sekretaris panitia.",
    "Apa saja hasil rapat dan sidang?",
    "Siapa saja yang hadir dan memberi sambutan?",
    "Apa beda pasar lama dan pasar baru?",
    "Bandingkan harga beras dan harga gula.",
    "Mana yang lebih mahal, tiket Solo atau tiket Batu?",
    "PPnBM sedan dan MPV beda berapa?",
    "Berapa selisih harga tiket Solo dan tiket Batu?",
    "Kapan Budi Contoh menikah dan pindah ke Solo?",
    "Di mana pabrik kertas dan gula itu berdiri?",
    "Apa nama kota dan pulau di mana Budi lahir?",
    "Menurut siapa, harga beras dan gula naik?",
    "Pada tahun berapa, setelah perang dan wabah, kota itu dibangun?",
    "Apa nama danau, dimana ikan itu hidup?",
    "Apakah Budi dan Tono hadir?",
    "Kenapa warga marah dan membakar ban?",
    "Bagaimana cara menanam dan merawat kopi?",
    "Apa arti kata 'siapa' dan 'apa' dalam puisi itu?",
    "Siapa yang mengatakan apa pun dan kapan pun boleh?",
    "Siapa menteri yang menangani apa saja?",
    "Ringkas artikel tentang siapa dan kapan.",
    "Titik di mana air keluar dan masuk disebut apa?",
    "Siapa?",
    "Dan kapan?",
    "",
    "Berapa harga beras, gula, dan minyak?",
    "Lagu Ada Apa dengan Cinta dinyanyikan siapa?",
    "Siapa pemeran film Apa Kabar dan sutradaranya?",
    "Kota mana yang punya kereta dan bus?",
    "Tanggal berapa dan bulan apa",
    "Siapa sutradara dan pemain film Laut?",
    "Hari apa pasar buka dan tutup?",
    "Berapa lama perjalanan dari Solo dan Batu ke Surabaya?",
    "Undang-Undang nomor berapa yang mengatur desa dan kota?",
    "Apa yang dilakukan polisi dan tentara saat banjir?",
]


@pytest.mark.parametrize(("question", "parts"), SPLIT)
def test_two_things_are_asked(question: str, parts: list[str]) -> None:
    assert [part.question for part in Query(question).parts] == parts


@pytest.mark.parametrize("question", WHOLE)
def test_one_thing_is_asked(question: str) -> None:
    assert [part.question for part in Query(question).parts] == [" ".join(question.split())]


def test_a_part_is_shown_as_it_was_written_and_asked_of_the_answer_before() -> None:
    _, part = Query("Siapa yang menggantikan Budi Contoh dan apa jabatan dia sebelumnya?").parts
    assert part.asked == "apa jabatan dia sebelumnya?"
    assert part.after("Tono Contoh") == "Apa jabatan Tono Contoh sebelumnya?"
    assert part.after("") == part.question


def test_three_at_most() -> None:
    parts = Query("Siapa bupati Batu, kapan Batu berdiri, dan di mana kantor Batu?").parts
    assert [part.question for part in parts] == ["Siapa bupati Batu?", "Kapan Batu berdiri?", "Di mana kantor Batu?"]
    assert len(Query("Siapa A, kapan B, di mana C, dan berapa D?").parts) <= 3


def test_a_comparison_that_asks_why_is_two() -> None:
    parts = Query("Mana yang lebih mahal, tiket Solo atau tiket Batu dan kenapa?").parts
    assert parts[0].question == "Mana yang lebih mahal, tiket Solo atau tiket Batu?"
    assert parts[1].question.startswith("Kenapa") and len(parts) == 2


def test_a_page_of_words_costs_no_time() -> None:
    assert len(Query("siapa dan kapan " * 5000).parts) == 1


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Bandingkan harga dan berat Nova 2 dengan Nova 3.",
         ["Bandingkan harga Nova 2 dengan harga Nova 3?", "Bandingkan berat Nova 2 dengan berat Nova 3?"]),
        ("Apa beda Nova 2 dan Lima 7 dari segi pengguna, berat, dan harga?",
         ["Bandingkan pengguna Nova 2 dengan pengguna Lima 7?", "Bandingkan berat Nova 2 dengan berat Lima 7?",
          "Bandingkan harga Nova 2 dengan harga Lima 7?"]),
        ("Bandingkan layar dan GPU Nova 2 dengan Nova 3.",
         ["Bandingkan layar Nova 2 dengan layar Nova 3?", "Bandingkan GPU Nova 2 dengan GPU Nova 3?"]),
        ("Bandingkan pasar Solo dan Batu dari segi harga.", ["Bandingkan pasar Solo dan Batu dari segi harga."]),
        ("Bandingkan sikap Budi dan Tono.", ["Bandingkan sikap Budi dan Tono."]),
        ("Mana yang lebih mahal, Nova 2 atau Nova 3?", ["Mana yang lebih mahal, Nova 2 atau Nova 3?"]),
    ],
)  # fmt: skip
def test_a_comparison_in_several_respects_is_one_in_each(question: str, parts: list[str]) -> None:
    assert [part.question for part in Query(question).parts] == parts
