import pytest

from index.dates import DateMention, date_mentions, settle_year, years_in


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("29 November 2021", "2021-11-29"),
        ("1 Januari 2020", "2020-01-01"),
        ("5 pebruari 2020", "2020-02-05"),
        ("29 Februari 2020", "2020-02-29"),
        ("7 MARET 2019", "2019-03-07"),
        ("07 Apr 2021", "2021-04-07"),
        ("17 Agt. 2021", "2021-08-17"),
        ("17 Ags 2021", "2021-08-17"),
        ("9 Sept 2021", "2021-09-09"),
        ("3 Nopember 2021", "2021-11-03"),
        ("31 Des. 1999", "1999-12-31"),
        ("1\u00a0Mei  2021", "2021-05-01"),
        ("Senin, 29 November 2021", "2021-11-29"),
        ("Senin 29 November 2021", "2021-11-29"),
        ("SENIN, 29 NOVEMBER 2021 - 13:44 WIB", "2021-11-29"),
        ("Jumat, 9 April 2021", "2021-04-09"),
        ("Jum'at (9/4/2021)", "2021-04-09"),
        ("Jum’at, 9 April 2021", "2021-04-09"),
        ("Ahad, 11 April 2021", "2021-04-11"),
        ("Minggu (11/4/2021)", "2021-04-11"),
        ("13/3/2023", "2023-03-13"),
        ("(13/03/2023)", "2023-03-13"),
        ("13-3-2023", "2023-03-13"),
        ("Senin (13/3/2023)", "2023-03-13"),
        ("Senin, (13/3/2023)", "2023-03-13"),
        ("17/11/21", "2021-11-17"),
        ("17-11-21", "2021-11-17"),
        ("01/02/00", "2000-02-01"),
        ("2021-11-17", "2021-11-17"),
        ("2021-11-17T08:00:00+07:00", "2021-11-17"),
        ("2021-11-07 08:00:00", "2021-11-07"),
        # the name of a day inside another word says nothing
        ("Selama seminggu, 6 Maret 2023", "2023-03-06"),
        # impossible or contradictory
        ("31/2/2021", None),
        ("29 Februari 2021", None),
        ("31 Juni 2021", None),
        ("0 Mei 2021", None),
        ("2021-02-30", None),
        ("Selasa, 29 November 2021", None),
        ("Rabu (13/3/2023)", None),
        # no year
        ("Senin (13/3)", None),
        ("(13/3)", None),
    ],
)
def test_one_mention(text: str, iso: str | None) -> None:
    assert [mention.iso for mention in date_mentions(f"Warga datang pada {text}, lalu pulang.")] == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "1/2",
        "pukul 13.44",
        "11/29/2021",
        "2021-13-01",
        "12/13",
        "Senin depan",
        "29 November",
        "Mei 2021",
        "131/3/2023",
        "13/3/20233",
        "1/2/3/4",
        "5 Mangga 2021",
        "0812-3456-7890",
    ],
)
def test_no_mention(text: str) -> None:
    assert date_mentions(f"Warga menulis {text} di papan.") == []


def test_mention_holds_its_parts_and_place() -> None:
    text = "Pada Senin (13/3) dan 2 Mei 2021."
    assert date_mentions(text) == [
        DateMention(day=13, month=3, year=None, weekday="senin", start=5, end=17),
        DateMention(day=2, month=5, year=2021, weekday=None, start=22, end=32),
    ]
    assert (text[5:17], text[22:32]) == ("Senin (13/3)", "2 Mei 2021")


def test_mentions_come_in_order_of_the_text_whatever_their_form() -> None:
    text = "13/3/2023, lalu 2021-11-17, lalu 1 Mei 2020, lalu Selasa (16/11)"
    assert [(m.day, m.month, m.year, m.weekday) for m in date_mentions(text)] == [
        (13, 3, 2023, None),
        (17, 11, 2021, None),
        (1, 5, 2020, None),
        (16, 11, None, "selasa"),
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


def test_years_in() -> None:
    assert years_in("Forum 2023, aturan 2013, lagi 2023; bukan 1899, 2100, 20231 atau a2020.") == {2013, 2023}
