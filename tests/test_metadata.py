import pytest

from index.articles import RawArticle
from index.metadata import find_date, find_publisher, find_title

NONE = RawArticle(text="")


# --- title ---


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Warga Panen Kopi\nPanen berlangsung sehari.", "Warga Panen Kopi"),
        ("Selamat datang di warta.id\nWarga Panen Kopi\nPanen usai.", "Warga Panen Kopi"),
        ("loading...\nBenarkah Warga Panen?\nPanen usai.", "Benarkah Warga Panen?"),
        ("Warga panen kopi hari ini.\nPanen usai.", None),  # a sentence
        ("Senin, 29 November 2021 - 13:44 WIB\nPanen usai.", None),  # a dateline
        ("Warga Panen Kopi", None),  # nothing follows
        ("k" * 141 + "\nPanen usai.", None),  # a caption
        ("k" * 140 + "\nPanen usai.", "k" * 140),
        ("", None),
    ],
)
def test_title_is_a_headline_or_unknown(text: str, title: str | None) -> None:
    assert find_title(NONE, text) == title


def test_a_stated_title_comes_first_on_one_line() -> None:
    raw = RawArticle(text="", title=" Warga \n Panen ")
    assert find_title(raw, "Judul Lain\nIsi.") == "Warga Panen"
    assert find_title(RawArticle(text="", title="  "), "Judul Lain\nIsi.") == "Judul Lain"


# --- date ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Judul\nSenin, 29 November 2021 - 13:44 WIB\nIsi.", ("2021-11-29", "dateline")),
        ("Judul\n17/11/2021\nIsi.", ("2021-11-17", "dateline")),
        ("Warta - Desa Bahari, 17/11/21 Gubernur datang di desa itu.", ("2021-11-17", "dateline")),
        # the dateline wins over a later event
        ("Judul\n1 Mei 2021\nPanen akan digelar Senin (29/11/2021) di desa.", ("2021-05-01", "dateline")),
        # an event with its weekday; the latest of them
        ("Panen digelar warga desa pada Senin (29/11/2021) di lereng.", ("2021-11-29", "event")),
        (
            "Panen digelar warga desa Jumat (9/4/2021), syukuran digelar Senin (29/11/2021) di lereng.",
            ("2021-11-29", "event"),
        ),
        # the weekday settles the year among those in the text
        ("Pada tahun 2023 warga desa di lereng berkumpul Senin (13/3) untuk panen.", ("2023-03-13", "event-weekday")),
        ("Aturan 2013 dan 2022 dibahas warga desa pada Senin (13/3) di lereng.", (None, None)),
        # a date without weekday in a sentence is history, not news
        ("Desa di lereng gunung itu berdiri sejak 17 Agustus 1945 menurut warga.", (None, None)),
        ("Warga senang.", (None, None)),
        # impossible or contradictory dates are none
        ("Judul\n31/2/2021\nIsi.", (None, None)),
        ("Judul\nSelasa, 29 November 2021\nIsi.", (None, None)),
    ],
)
def test_date_and_its_rule(text: str, expected: tuple[str | None, str | None]) -> None:
    assert find_date(NONE, text) == expected


def test_a_dateline_far_below_the_headline_is_none() -> None:
    text = "\n".join(["Warga memanen kopi di lereng."] * 8 + ["1 Mei 2021"])
    assert find_date(NONE, text) == (None, None)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2021-11-17", ("2021-11-17", "file")),
        ("2021-11-17T08:00:00Z", ("2021-11-17", "file")),
        ("Rabu, 17 November 2021", ("2021-11-17", "file")),
        ("kemarin", ("2021-05-01", "dateline")),
        ("31/2/2021", ("2021-05-01", "dateline")),
        ("", ("2021-05-01", "dateline")),
    ],
)
def test_a_stated_date_that_reads_as_one_comes_first(stated: str, expected: tuple[str, str]) -> None:
    assert find_date(RawArticle(text="", date=stated), "Judul\n1 Mei 2021\nIsi.") == expected


# --- publisher ---


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("Isi.\nCopyright © 2024 WartaDesa.com", "WartaDesa"),
        ("Isi.\nHak cipta warta.co.id", "warta.co.id"),
        ("Panen kopi © warta.id\nIsi.", "warta.id"),
        ("WD.com – Gubernur datang.", "WD.com"),
        ("BAHARI, warta.id - Gubernur datang.", "warta.id"),
        ("BAHARI, WARTA — Gubernur datang.", "WARTA"),
        ("Warta - Desa Bahari, 17/11/21 Gubernur datang.", "Warta"),
        ("SURABAYA - Gubernur datang.", None),  # a place alone
        ("Situs warta.id dibuka warga.", None),  # named, not signed
        ("Warga senang.", None),
    ],
)
def test_publisher_signs_or_is_unknown(text: str, publisher: str | None) -> None:
    assert find_publisher(NONE, text) == publisher


def test_a_stated_publisher_comes_first() -> None:
    assert find_publisher(RawArticle(text="", publisher=" Warta \n Desa "), "WD.com – Isi.") == "Warta Desa"


def test_an_opening_of_two_sentences_is_no_title() -> None:
    assert find_title(RawArticle(text=""), "Pasar dibuka. Warga senang\nIsi berita yang panjang.") is None
