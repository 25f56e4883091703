import pytest

from rag.answering.missing_terms import unsaid
from rag.query.query import Query


@pytest.mark.parametrize(
    ("question", "passage", "word"),
    [
        ("Apa pasar terluas di Klaten?", "Pasar ikan Klaten dibuka Senin.", "terluas"),
        ("Apa penyakit paling berbahaya?", "Penyakit itu flu.", "paling berbahaya"),
        ("Siapa satu-satunya penjual?", "Penjualnya Warsito.", "satu-satunya"),
        ("Siapa juara kedua?", "Juara lomba itu Warsito.", "kedua"),
        ("Siapa wakil bupati itu?", "Bupati itu Warsito.", "wakil"),
        ("Di mana kantor sementara bupati?", "Kantor bupati di Klaten.", "sementara"),
        ("Apa itu energi non-potensial?", "Energi potensial tidak bergerak.", "non-potensial"),
        ("Apa pendidikan sekolah dasar Warsito?", "Warsito lulusan SMA.", "sekolah dasar"),
        ("Siapa ibu Warsito?", "Warsito menjual ikan bersama Karno.", "ibu"),
        ("Siapakah istri Warsito?", "Warsito menjual ikan bersama anaknya.", "istri"),
        ("Kapan pasar itu ditutup?", "Pasar itu dibuka pada 2017, akhirnya ramai.", "ditutup"),
        ("Kapan toko itu dibubarkan?", "Toko terakhir di Klaten dibuka pada 2017.", "dibubarkan"),
        ("Kapan lomba itu berakhir?", "Lomba terakhir dimulai pada Senin.", "berakhir"),
    ],
)
def test_what_a_question_insists_on_is_not_said(question: str, passage: str, word: str) -> None:
    assert unsaid(Query(question), passage, "") == word


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("Apa pasar terluas di Klaten?", "Pasar terluas di Klaten adalah Pasar Ikan."),
        ("Apa pasar paling besar?", "Pasar terbesar adalah Pasar Ikan."),
        ("Kapan pasar itu pertama kali dibuka?", "Pasar itu dibuka pada 2017."),
        ("Di mana SEA Games terakhir?", "SEA Games di Vietnam."),
        ("Siapa menteri terbaru?", "Menteri itu Warsito."),
        ("Siapa juara kedua?", "Juara II lomba itu Warsito."),
        ("Siapa wakil presiden itu?", "Wapres itu Warsito."),
        ("Siapa mantan bupati itu?", "Bupati itu Warsito."),
        ("Apa lembaga non-profit itu?", "Lembaga nirlaba itu Pasar Ikan."),
        ("Di sekolah dasar mana Warsito belajar?", "Warsito belajar di SD Negeri 1 Klaten."),
        ("Siapa ayah Warsito?", "Warsito putra Karno."),
        ("Siapa istri Warsito?", "Warsito menikah dengan Sri."),
        ("Kapan pasar itu ditutup?", "Pasar itu hilang terbakar pada 2017."),
        ("Kapan jabatan Warsito berakhir?", "Warsito menjadi bupati pada 1990–2001."),
        ("Sampai kapan lomba itu berhenti?", "Lomba itu usai pada Senin."),
    ],
)
def test_what_is_said_in_other_words_or_need_not_be_said(question: str, passage: str) -> None:
    assert unsaid(Query(question), passage, "") is None


@pytest.mark.parametrize(
    ("question", "passage", "word"),
    [
        ("Berapa jumlah kotamadya di Klaten?", "Klaten terdiri dari 26 kecamatan.", "kotamadya"),
        ("Berapa jumlah pengangguran di Klaten?", "Klaten berpenduduk 1,2 juta jiwa.", "pengangguran"),
        ("Berapa jumlah penduduk Klaten?", "Populasi Klaten 1,2 juta.", None),
        ("Berapa jumlah gas yang dihasilkan?", "Dihasilkan 40 liter biogas.", None),
        ("Berapa jumlah para pedagang?", "Ada 40 pedagang.", None),
        ("Berapa jumlahnya?", "Ada 40 pedagang.", None),
    ],
)
def test_the_thing_whose_amount_is_asked(question: str, passage: str, word: str | None) -> None:
    assert unsaid(Query(question), passage, "") == word


@pytest.mark.parametrize(
    ("question", "passage", "published", "word"),
    [
        ("Siapa pendirinya pada tahun 1852?", "Warsito mendirikannya pada 1652.", None, "1852"),
        ("Siapa pendirinya pada tahun 1652?", "Warsito mendirikannya pada 1652.", None, None),
        ("Berapa luasnya pada 239 SM?", "Luasnya 3 hektare.", None, "239"),
        # without a date it may be of that year itself, but not where it tells of a later one
        ("Berapa luasnya pada tahun 2005?", "Luasnya 3 hektare.", None, None),
        ("Berapa luasnya pada tahun 2005?", "Sejak 1936 luasnya 3 hektare.", None, None),
        ("Berapa luasnya pada tahun 2005?", "Pada 2012 luasnya 3 hektare.", None, "2005"),
        # with a date: of its own year and those beside it ("tahun lalu")
        ("Berapa luasnya pada tahun 2021?", "Luasnya 3 hektare.", 2021, None),
        ("Berapa luasnya pada tahun 2021?", "Tahun lalu luasnya 3 hektare.", 2022, None),
        ("Berapa luasnya pada tahun 2021?", "Luasnya 3 hektare.", 2016, "2021"),
        # part of a longer number, of a name, or of a span
        ("Berapa harganya pada 2.500 kios?", "Harganya naik.", 2016, None),
        ("Apa itu Program 1999?", "Program itu dibuka.", 2016, None),
        ("Siapa juara pada 1999-2001?", "Juaranya Warsito.", 2016, None),
    ],
)
def test_a_year_of_the_question(question: str, passage: str, published: int | None, word: str | None) -> None:
    assert unsaid(Query(question), passage, "", published) == word


def test_a_degree_stands_in_the_passage_but_a_year_anywhere_in_the_article() -> None:
    assert (
        unsaid(Query("Berapa kios di pasar terluas?"), "Pasar itu punya 40 kios.", "Pasar Ikan pasar terluas.")
        == "terluas"
    )
    assert unsaid(Query("Berapa kios pada tahun 1989?"), "Pasar itu punya 40 kios.", "Catatan tahun 1989.") is None
