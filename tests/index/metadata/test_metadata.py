from datetime import date

import pytest

from index.articles import PageRecord, RawArticle
from index.metadata.bylines import find_author
from index.metadata.outlets import find_publisher
from index.metadata.publication_date import CERTAINTY, certainty, find_date
from index.metadata.title import find_title

NONE = RawArticle(text="")


# --- title ---


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Warga Panen Kopi\nPanen kopi warga berlangsung sehari.", "Warga Panen Kopi"),
        ("Selamat datang di warta.id\nWarga Panen Kopi\nPanen kopi warga usai.", "Warga Panen Kopi"),
        ("loading...\nBenarkah Warga Panen?\nPanen kopi warga usai.", "Benarkah Warga Panen?"),
        ("Kopi Naik? Ini Kata Warga\nPanen kopi warga usai.", "Kopi Naik? Ini Kata Warga"),
        ("Ternyata Kopi Itu...\nTernyata kopi usai.", "Ternyata Kopi Itu..."),
        ("Dr. Tono Contoh Panen Kopi\nPanen kopi warga usai.", "Dr. Tono Contoh Panen Kopi"),
        # what stands above a headline
        ("Senin, 29 November 2021 - 13:44 WIB\nWarga Panen Kopi\nPanen kopi warga usai.", "Warga Panen Kopi"),
        ("Berita Utama\nWarga Panen Kopi\nPanen kopi warga usai.", "Warga Panen Kopi"),
        ("NASIONAL\nWarga Panen Kopi\nPanen kopi warga usai.", "Warga Panen Kopi"),
        ("Home > Jatim > Birokrasi\nWarga Panen Kopi\nPanen kopi warga usai.", "Warga Panen Kopi"),
        (
            "Politik\nSenin, 29 November 2021\nOleh: Tono Contoh\nWarga Panen Kopi\nPanen kopi warga usai.",
            "Warga Panen Kopi",
        ),
        # menus, logos and buttons have no words of the text below them, or one by chance
        ("Sukses\nWarga Panen Kopi\nSukses besar, panen kopi warga usai.", "Warga Panen Kopi"),
        ("logo Warta.id\n›\nBisnis\nPanen Kopi Warga\nWARTA - Panen kopi warga usai.", "Panen Kopi Warga"),
        ("News\nSuper Skor\nLiga Kopi\nWarga Panen Kopi\nPanen kopi warga di lereng usai.", "Warga Panen Kopi"),
        ("Super Skor\nKilas Kota\nHalaman Utama\nPanen kopi warga di lereng usai.", None),
        ("Kabar Kota\nPanen kopi warga di lereng usai.", None),
        # no headline
        ("Warga panen kopi hari ini.\nPanen usai.", None),  # a sentence
        ("“Warga panen kopi.”\nPanen usai.", None),
        ("Pasar dibuka. Warga senang\nPanen usai.", None),
        ("Apa kopi yang paling kamu suka?\nPanen usai.", None),  # speaks to the reader
        ("Senin, 29 November 2021 - 13:44 WIB\nPanen usai.", None),
        ("Warga di lereng, Senin (29/11/2021)\nPanen usai.", None),  # a caption
        ("Panen kopi (Foto: Tono Contoh)\nPanen usai.", None),
        ("Foto: Tono Contoh\nPanen usai.", None),
        ("BAHARI - Warga panen kopi\nPanen usai.", None),  # an opening
        ("Warta.id - Warga Panen Kopi\nPanen usai.", None),
        ("Warga Panen Kopi", None),  # nothing follows
        ("NASIONAL\nWarga Panen Kopi", None),
        ("B\nPanen usai.", None),
        ("//<! [CDATA [\nPanen usai.", None),
        ("k" * 141 + "\nPanen usai.", None),  # a caption
        ("Kopi " * 27 + "Warga\nKopi warga.", ("Kopi " * 27 + "Warga")),
        ("", None),
    ],
)
def test_title_is_a_headline_or_unknown(text: str, title: str | None) -> None:
    assert find_title(NONE, text) == title


@pytest.mark.parametrize(
    ("stated", "publisher", "title"),
    [
        (" Warga \n Panen ", None, "Warga Panen"),
        ("Warga Panen - Kompas.com", None, "Warga Panen"),
        ("Warga Panen | Republika Online", None, "Warga Panen"),
        ("Warga Panen : Okezone News", None, "Warga Panen"),
        ("Warga Panen - Halaman Bahari", "Halaman Bahari", "Warga Panen"),
        ("Warga Panen - Bahari - Warta.id", None, "Warga Panen - Bahari"),
        ("Warga Panen - Radar News | Warta.id", None, "Warga Panen"),
        # a dash of the headline's own stays
        ("Warga Panen - Petani Senang", None, "Warga Panen - Petani Senang"),
        ("Panen: Warga Senang", None, "Panen: Warga Senang"),
        ("Warga Panen - Petani Senang", "Warta", "Warga Panen - Petani Senang"),
        # only the site's name: look in the text
        ("Warta.id", None, "Panen Kopi"),
        ("Warta Bahari", "Warta Bahari", "Panen Kopi"),
        ("  ", None, "Panen Kopi"),
    ],
)
def test_a_stated_title_comes_first_without_its_site(stated: str, publisher: str | None, title: str) -> None:
    assert find_title(RawArticle(text="", title=stated, publisher=publisher), "Panen Kopi\nWarga panen kopi.") == title


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        (("Sukses", "Warga Panen Kopi - Warta.id"), "Warga Panen Kopi"),
        (("logo Warta.id", "Warga Panen Kopi"), "Warga Panen Kopi"),
        (("Portal Kabar Terkini dan Terpercaya", "Warta.id"), None),
    ],
)
def test_of_a_pages_titles_the_one_with_words_of_the_text_counts(titles: tuple[str, ...], title: str | None) -> None:
    raw = RawArticle(text="", title=titles[0], publisher="Warta.id", page=PageRecord(titles=titles))
    assert find_title(raw, "Panen kopi warga di lereng usai.") == title


def test_a_title_ends_where_the_pages_own_headline_ends() -> None:
    raw = RawArticle(text="", title="Warga Panen - Lereng Bahari")
    assert find_title(raw, "Warga Panen\nIsi.") == "Warga Panen"


# --- date ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Judul\nSenin, 29 November 2021 - 13:44 WIB\nIsi.", ("2021-11-29", "dateline")),
        ("Warta - Desa Bahari, 17/11/21 Panen dimulai.", ("2021-11-17", "opening")),
        ("Judul\nBahari, 29/11 (WARTA) - Panen usai Senin (29/11/2021).", ("2021-11-29", "opening")),
        ("Judul\nPanen digelar pada Senin (29/11/2021) di lereng.", ("2021-11-29", "event")),
        ("Judul\nLomba 2023 dibuka Senin (13/3).", ("2023-03-13", "event-weekday")),
        # what the article says of itself wins over its events, before or after
        ("Judul\n1 Mei 2021\nPanen akan digelar Senin (29/11/2021) di desa.", ("2021-05-01", "dateline")),
        ("Judul\n1 Mei 2021\nPanen digelar Jumat (9/4/2021) di desa.", ("2021-05-01", "dateline")),
        ("Judul\nDiperbarui: 30 Nov 2021\nPanen digelar Senin (29/11/2021).", ("2021-11-30", "updated")),
        # except an opening that tells of long ago
        (
            "Bahari, 17 Agustus 1945 – Hari itu warga panen.\nKini, Senin (29/11/2021), mereka berkumpul.",
            ("2021-11-29", "event"),
        ),
        # impossible or contradictory dates are none
        ("Judul\n31/2/2021\nIsi.", (None, None)),
        ("Judul\nSelasa, 29 November 2021\nIsi.", (None, None)),
        ("Warga senang.", (None, None)),
        ("", (None, None)),
    ],
)
def test_date_and_its_rule(text: str, expected: tuple[str | None, str | None]) -> None:
    assert find_date(NONE, text) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2021-11-17", ("2021-11-17", "file")),
        ("2021-11-17T08:00:00Z", ("2021-11-17", "file")),
        ("2021-11-17T17:00:00Z", ("2021-11-18", "file")),
        ("2021-11-17T23:59:00+07:00", ("2021-11-17", "file")),
        ("Wed, 17 Nov 2021 23:59:00 +0000", ("2021-11-18", "file")),  # the day in Jakarta
        ("Rabu, 17 November 2021", ("2021-11-17", "file")),
        ("Diperbarui 18 Nov 2021 | Terbit 17 Nov 2021", ("2021-11-17", "file")),
        ("kemarin", ("2021-05-01", "dateline")),
        ("November 2021", ("2021-05-01", "dateline")),
        ("31/2/2021", ("2021-05-01", "dateline")),
        ("17-18 November 2021", ("2021-05-01", "dateline")),
        ("", ("2021-05-01", "dateline")),
    ],
)
def test_a_stated_date_that_reads_as_one_comes_first(stated: str, expected: tuple[str, str]) -> None:
    assert find_date(RawArticle(text="", date=stated), "Judul\n1 Mei 2021\nIsi.") == expected


def test_the_day_behind_the_headline_comes_before_the_clock_above_it() -> None:
    text = "Jumat, 27 Februari 2026\nWarga Panen Kopi\nRabu, 20 November 2024 10:00 WIB\nPanen kopi usai."
    assert find_date(NONE, text, title="Warga Panen Kopi") == ("2024-11-20", "dateline")
    assert find_date(NONE, text) == ("2026-02-27", "dateline")


def test_every_rule_has_its_certainty() -> None:
    assert {certainty(rule) for rule in CERTAINTY} == {"pasti", "kuat", "perkiraan"}
    assert [certainty(rule) for rule in ("file", "sidecar", "dateline", "opening")] == [
        "pasti",
        "pasti",
        "kuat",
        "kuat",
    ]
    assert {certainty(rule) for rule in ("updated", "event", "event-weekday")} == {"perkiraan"}
    assert certainty(None) is None
    assert certainty("lain") is None


HOSTILE = [
    "1" * 100_000,
    "1/" * 50_000,
    "(1/2/2021) " * 5_000,
    "([{" * 30_000,
    "Senin (1/2) 2021 " * 5_000,
    "Diterbitkan 1 Mei 2021\n" * 3_000,
    "29 Februari 2021 - " * 5_000,
    "copyright" * 10_000,
    "©a." * 30_000,
    "Oleh A, " * 10_000,
    "(Reporter: " * 10_000,
    "A - " * 25_000,
    "a@" * 50_000,
    "\n" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_whatever_the_text_a_date_is_valid_or_none(text: str) -> None:
    for raw in (NONE, RawArticle(text="", title=text, date=text, author=text)):
        iso, rule = find_date(raw, text)
        assert (iso is None and rule is None) or (date.fromisoformat(iso or "") and rule in CERTAINTY)
        find_title(raw, text), find_publisher(raw, text), find_author(raw, text)


# --- publisher and author ---


def test_a_stated_publisher_comes_first_then_the_one_that_signs() -> None:
    text = "WD.com – Isi."
    assert find_publisher(RawArticle(text="", publisher=" Warta \n Desa "), text) == "Warta Desa"
    assert find_publisher(RawArticle(text="", publisher=" "), text) == "WD.com"
    assert find_publisher(NONE, "Warga senang.") is None


@pytest.mark.parametrize(
    ("stated", "author"),
    [
        (" Tono \n Contoh ", "Tono Contoh"),
        ("Tono Contoh; Tini Contoh", "Tono Contoh, Tini Contoh"),
        ("Tono Contoh (tono@warta.id)", "Tono Contoh"),
        ("warta desa", "warta desa"),  # the file's word, even if it is no name to us
        ("", "Tini Contoh"),
        (None, "Tini Contoh"),
    ],
)
def test_a_stated_author_comes_first_then_the_byline(stated: str | None, author: str) -> None:
    assert find_author(RawArticle(text="", author=stated), "Judul\nPenulis: Tini Contoh\nIsi.") == author


def test_an_unsigned_text_has_no_author() -> None:
    assert find_author(NONE, "Judul\nIsi berita. (tcn)\nEditor: Tini Contoh") is None
