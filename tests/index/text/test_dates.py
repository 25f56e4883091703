import pytest

from index.text.dates import DateMention, date_mentions, is_dateline, settle_year


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("29 November 2021", "2021-11-29"),
        ("1 Januari 2020", "2020-01-01"),
        ("29 Februari 2020", "2020-02-29"),
        ("7 MARET 2019", "2019-03-07"),
        # old spellings and abbreviations of months
        ("5 pebruari 2020", "2020-02-05"),
        ("5 Peb. 2020", "2020-02-05"),
        ("07 Apr 2021", "2021-04-07"),
        ("17 Agt. 2021", "2021-08-17"),
        ("17 Ags 2021", "2021-08-17"),
        ("17 Agust 2021", "2021-08-17"),
        ("9 Sept 2021", "2021-09-09"),
        ("2 Okt. 2021", "2021-10-02"),
        ("3 Nopember 2021", "2021-11-03"),
        ("31 Des. 1999", "1999-12-31"),
        ("1\u00a0Mei  2021", "2021-05-01"),
        ("Senin,\u00a029\u202fNovember\u00a02021", "2021-11-29"),
        # English
        ("Mon, 29 Nov 2021 13:44:00 +0700", "2021-11-29"),
        ("Nov 29, 2021", "2021-11-29"),
        ("November 29th, 2021", "2021-11-29"),
        ("Monday, 29th November 2021", "2021-11-29"),
        # weekdays
        ("Senin, 29 November 2021", "2021-11-29"),
        ("Senin 29 November 2021", "2021-11-29"),
        ("Senin 29 Nov 2021 13.44 WIB", "2021-11-29"),
        ("SENIN, 29 NOVEMBER 2021 - 13:44 WIB", "2021-11-29"),
        ("Jumat, 9 April 2021", "2021-04-09"),
        ("Jum'at (9/4/2021)", "2021-04-09"),
        ("Jum’at, 9 April 2021", "2021-04-09"),
        ("Ahad, 11 April 2021", "2021-04-11"),
        ("Minggu (11/4/2021)", "2021-04-11"),
        ("Senin (13/3/2023)", "2023-03-13"),
        ("Senin, (13/3/2023)", "2023-03-13"),
        ("Senin (29 November 2021)", "2021-11-29"),
        ("Rabu (17/11/2021) malam", "2021-11-17"),
        ("Selasa malam (14/11/2017)", "2017-11-14"),
        ("Jumat silam (19/5/2017)", "2017-05-19"),
        ("Rabu Pon, 17 November 2021", "2021-11-17"),
        ("hari Senin tanggal 29 November 2021", "2021-11-29"),
        # in figures
        ("13/3/2023", "2023-03-13"),
        ("(13/03/2023)", "2023-03-13"),
        ("29 / 11 / 2021", "2021-11-29"),
        ("13-3-2023", "2023-03-13"),
        ("29.11.2021", "2021-11-29"),
        ("29-Nov-2021", "2021-11-29"),
        ("2021-11-17", "2021-11-17"),
        ("2021/11/17", "2021-11-17"),
        ("2021-11-17T08:00:00+07:00", "2021-11-17"),
        ("2021-11-17T23:30:00Z", "2021-11-17"),  # the day as written, whatever the zone
        ("29 November 2021 | 00.15 WIT", "2021-11-29"),
        ("2021-11-07 08:00:00", "2021-11-07"),
        ("tanggal 5 bulan 3 tahun 2021", "2021-03-05"),
        # two digits of a year
        ("17/11/21", "2021-11-17"),
        ("17-11-21", "2021-11-17"),
        ("29-Nov-21", "2021-11-29"),
        ("1 Januari '21", "2021-01-01"),
        ("1 Januari ’98", "1998-01-01"),
        ("01/02/00", "2000-02-01"),
        ("17/8/45", "1945-08-17"),
        ("31/12/99", "1999-12-31"),
        # the name of a day inside another word, or as "week", says nothing
        ("Selama seminggu, 6 Maret 2023", "2023-03-06"),
        ("minggu lalu (13/3/2023)", "2023-03-13"),
        # two numbers that are no range
        ("nomor 7 dan 5 Mei 2021", "2021-05-05"),
        # impossible or contradictory
        ("31/2/2021", None),
        ("29 Februari 2021", None),
        ("29 Februari 1900", None),
        ("31 Juni 2021", None),
        ("0 Mei 2021", None),
        ("0/5/2021", None),
        ("32/5/2021", None),
        ("2021-02-30", None),
        ("Selasa, 29 November 2021", None),
        ("Rabu (13/3/2023)", None),
        ("Tue, 29 Nov 2021", None),
        ("Minggu lalu (13/3/2023)", None),
        # no year
        ("Senin (13/3)", None),
        ("Kamis (18/11) pagi WIB", None),
        ("Kamis, 16 November lalu", None),
        ("(13/3)", None),
    ],
)
def test_one_mention(text: str, iso: str | None) -> None:
    assert [mention.iso for mention in date_mentions(f"Warga datang pada {text}, lalu pulang.")] == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "1/2",
        "3/4 bagian",
        "24/7",
        "pukul 13.44",
        "13.10.21",  # a time or a version
        "versi 2.5.2021",
        "11/29/2021",  # the American order is not guessed at
        "13/31/2021",
        "5/13/2021",
        "2021-13-01",
        "12/13",
        "kemarin",
        "hari ini",
        "Senin depan",
        "29 November",
        "Mei 2021",
        "131/3/2023",
        "13/3/20233",
        "1/2/3/4",
        "5 Mangga 2021",
        "12 Rabiul Awal 1443",
        "1 Suro 1955",
        "29 November 1443",
        "0812-3456-7890",
        "0812-11-2021",
        "021-29-11-2021",
        "Rp10.500",
        "Rp 1.11.2021",
        "192.168.1.10",
        "Covid-19",
        "skor 2-1",
        "(2-1)",
        "Minggu (2-1)",
        "21-19, 15-21",
        "formasi 4-3-3",
        "musim 2017/18",
        "Pasal 27/2009",
        "UU No 11/2020",
        "No. 12/11/2021/PN",
        "Nomor 12/11/2021",
        "https://warta.id/2021/11/29/panen",
        "RT 03/03",
        "sensor (1/2,3 inci)",
        "00/00/0000",
    ],
)
def test_no_mention(text: str) -> None:
    assert date_mentions(f"Warga menulis {text} di papan.") == []


@pytest.mark.parametrize(
    ("text", "isos"),
    [
        ("29-30 November 2021", ["2021-11-29", "2021-11-30"]),
        ("29 – 30 November 2021", ["2021-11-29", "2021-11-30"]),
        ("29 dan 30 November 2021", ["2021-11-29", "2021-11-30"]),
        ("29 November hingga 1 Desember 2021", ["2021-11-29", "2021-12-01"]),
        ("29 November s.d. 1 Desember 2021", ["2021-11-29", "2021-12-01"]),
        ("29 November 2021 sampai dengan 1 Desember 2021", ["2021-11-29", "2021-12-01"]),
        ("29 Desember - 3 Januari 2022", ["2021-12-29", "2022-01-03"]),
        ("13-14/3/2023", ["2023-03-13", "2023-03-14"]),
        ("29/11-1/12/2021", ["2021-11-29", "2021-12-01"]),
        ("29/11/2021 - 30/11/2021", ["2021-11-29", "2021-11-30"]),
        ("Sabtu-Minggu (11-12/3/2023)", ["2023-03-11", "2023-03-12"]),
        ("Sabtu dan Minggu, 11-12 Maret 2023", ["2023-03-11", "2023-03-12"]),
        ("Senin (13-14/3/2023)", ["2023-03-13", "2023-03-14"]),
        ("Selasa (13-14/3/2023)", [None, "2023-03-14"]),  # the 13th was a Monday
        ("28-30 Februari 2021", ["2021-02-28", None]),
        ("Sabtu-Minggu (11-12/3)", [None, None]),
    ],
)
def test_a_range_is_its_first_and_last_day(text: str, isos: list[str | None]) -> None:
    mentions = date_mentions(f"Pameran digelar pada {text} di lereng.")
    assert [(mention.iso, mention.ranged) for mention in mentions] == [(iso, True) for iso in isos]


def test_mention_holds_its_parts_and_place() -> None:
    text = "Pada Senin (13/3) dan 2 Mei 2021."
    assert date_mentions(text) == [
        DateMention(day=13, month=3, year=None, weekday="senin", start=5, end=17),
        DateMention(day=2, month=5, year=2021, weekday=None, start=22, end=32),
    ]
    assert (text[5:17], text[22:32]) == ("Senin (13/3)", "2 Mei 2021")


def test_the_days_of_a_range_stand_side_by_side() -> None:
    text = "Pada Sabtu-Minggu (11-12/3) usai."
    first, last = date_mentions(text)
    assert (first.weekday, last.weekday) == ("sabtu", "minggu")
    assert (text[first.start : first.end], text[last.start : last.end]) == ("Sabtu-Minggu (11-", "12/3)")


def test_mentions_come_in_order_of_the_text_whatever_their_form() -> None:
    text = "13/3/2023, lalu 2021-11-17, lalu 1 Mei 2020, lalu Selasa (16/11), lalu Nov 3, 2019"
    assert [(m.day, m.month, m.year, m.weekday) for m in date_mentions(text)] == [
        (13, 3, 2023, None),
        (17, 11, 2021, None),
        (1, 5, 2020, None),
        (16, 11, None, "selasa"),
        (3, 11, 2019, None),
    ]


@pytest.mark.parametrize(
    ("text", "years", "iso"),
    [
        ("Senin (13/3)", [2022, 2023], "2023-03-13"),
        ("Senin (13/3)", [2013, 2022], None),  # a Wednesday and a Sunday
        ("Senin (13/3)", [2017, 2023], None),  # both are Mondays
        ("Senin (13/3)", [2023, 2023], "2023-03-13"),
        ("Senin (13/3)", [], None),
        ("Sabtu (29/2)", [2019, 2020, 2021], "2020-02-29"),
        ("(13/3)", [2023], None),  # no weekday to settle it
        ("Jum'at (9/4)", [2020, 2021], "2021-04-09"),
    ],
)
def test_year_is_settled_by_the_weekday(text: str, years: list[int], iso: str | None) -> None:
    (mention,) = date_mentions(text)
    assert settle_year(mention, years) == iso


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Senin, 29 November 2021 - 13:44 WIB", True),
        ("SENIN, 29 NOVEMBER 2021", True),
        ("29 November 2021 | 13.44", True),
        ("29/11/2021 13:44:10", True),
        ("2021-11-29T13:44:00+07:00", True),
        ("Mon, 29 Nov 2021 13:44:00 +0700", True),
        ("Surabaya, 29 November 2021", True),
        ("Warta.id - 29/11/2021, 13:44 WIB", True),
        ("Oleh Tono Contoh - Senin, 29 Nov 2021", True),
        ("Tono Contoh | Senin, 29 Nov 2021 13:44 WIB", True),
        ("Diterbitkan: Senin, 29 November 2021", True),
        ("Dipublikasikan pada 29 November 2021 pukul 13.44 WIB", True),
        ("Tayang: 29/11/2021", True),
        ("Terbit 29 Nov 2021, diperbarui 30 Nov 2021", True),
        # a sentence, a headline, a caption, an event
        ("Panen usai Jumat (9/4/2021).", False),
        ("Gempa Bahari 29 November 2021", False),
        ("Warga berkumpul di lereng, Senin 29 November 2021", False),
        ("Warga Bahari, Senin (29/11/2021)", False),
        ("Pendaftaran: 29 November 2021", False),
        ("29-30 November 2021", False),
        ("29 November 2021 dan syukuran 30 November 2021", False),
        ("Perkumpulan Petani Kopi Lereng Bahari - 29 November 2021", False),
        ("Panen raya", False),
        ("", False),
        ("29 November 2021" + " " * 200, False),
    ],
)
def test_a_dateline_is_a_date_and_hardly_more(line: str, expected: bool) -> None:
    assert is_dateline(line) is expected


@pytest.mark.parametrize(
    "text",
    [
        "1" * 100_000,
        "1/" * 50_000,
        "([{" * 30_000,
        "Senin " * 20_000,
        "1 Mei 20" * 10_000,
        "-" * 100_000,
        "1-" * 50_000,
    ],
)
def test_hostile_text_holds_no_date(text: str) -> None:
    assert [mention for mention in date_mentions(text) if mention.iso] == []
