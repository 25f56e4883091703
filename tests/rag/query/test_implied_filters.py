import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from index.articles import Article
from index.storage.filters import Filters
from rag.query.implied_filters import Reading, read_filters, settle, together
from rag.query.time_expressions import periods_in, worded

TODAY = date(2021, 4, 10)  # a Saturday


def ranges(question: str) -> list[tuple[str, str]]:
    return [(one.first.isoformat(), one.last.isoformat()) for one in periods_in(question, TODAY)]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("hari ini", "2021-04-10", "2021-04-10"),
        ("tadi pagi", "2021-04-10", "2021-04-10"),
        ("kemarin", "2021-04-09", "2021-04-09"),
        ("kemarin lusa", "2021-04-08", "2021-04-08"),
        ("semalam", "2021-04-09", "2021-04-10"),
        ("dua hari lalu", "2021-04-08", "2021-04-08"),
        ("10 hari yang lalu", "2021-03-31", "2021-03-31"),
        ("pekan ini", "2021-04-05", "2021-04-11"),
        ("minggu lalu", "2021-03-29", "2021-04-04"),
        ("sepekan terakhir", "2021-04-04", "2021-04-10"),
        ("tiga hari terakhir", "2021-04-08", "2021-04-10"),
        ("Senin lalu", "2021-04-05", "2021-04-05"),
        ("Sabtu lalu", "2021-04-03", "2021-04-03"),
        ("bulan ini", "2021-04-01", "2021-04-30"),
        ("bulan lalu", "2021-03-01", "2021-03-31"),
        ("empat bulan lalu", "2020-12-01", "2020-12-31"),
        ("Februari lalu", "2021-02-01", "2021-02-28"),
        ("April lalu", "2020-04-01", "2020-04-30"),
        ("tahun lalu", "2020-01-01", "2020-12-31"),
        ("tahun 2021", "2021-01-01", "2021-12-31"),
        ("Maret 2023", "2023-03-01", "2023-03-31"),
        ("bulan Februari tahun 2024", "2024-02-01", "2024-02-29"),
        ("17 Maret 2023", "2023-03-17", "2023-03-17"),
        ("29/11/2021", "2021-11-29", "2021-11-29"),
    ],
)
def test_stretches_of_time(words: str, first: str, last: str) -> None:
    assert ranges(f"Apa yang terjadi {words}?") == [(first, last)]


@pytest.mark.parametrize(
    "words",
    ["", "kode 20211", "3.2021", "tahun 2016-2017", "dekade 2000-an", "Koran Hari Ini", "17 Maret"],
)
def test_what_is_no_stretch_of_time(words: str) -> None:
    assert ranges(f"Apa itu {words}") == []


def test_last_month_at_the_end_of_a_long_one() -> None:
    (one,) = periods_in("sebulan terakhir", date(2021, 3, 31))
    assert (one.first, one.last) == (date(2021, 3, 1), date(2021, 3, 31))
    (one,) = periods_in("bulan lalu", date(2021, 1, 31))
    assert (one.first, one.last) == (date(2020, 12, 1), date(2020, 12, 31))
    assert periods_in("dua tahun lalu", date(1, 1, 1)) == []


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2021, 4, 9), date(2021, 4, 9), "9 April 2021"),
        (date(2021, 4, 9), date(2021, 4, 10), "9–10 April 2021"),
        (date(2021, 3, 30), date(2021, 4, 10), "30 Maret – 10 April 2021"),
        (date(2020, 12, 30), date(2021, 1, 2), "30 Desember 2020 – 2 Januari 2021"),
        (date(2021, 1, 1), date(2021, 12, 31), "2021"),
        (date(2019, 1, 1), date(2021, 12, 31), "2019–2021"),
        (None, date(2019, 12, 31), "sampai 31 Desember 2019"),
        (None, None, ""),
    ],
)
def test_a_range_in_words(first: date | None, last: date | None, words: str) -> None:
    assert worded(first, last) == words


def strict(question: str, outlets: Sequence[str] = ()) -> tuple[str, Filters]:
    reading = read_filters(question, TODAY, outlets)
    return reading.text, reading.filters


@pytest.mark.parametrize(
    ("question", "text", "first", "last"),
    [
        # what happened is reported on that day or the next
        ("Apa kata Khofifah kemarin?", "Apa kata Khofifah?", "2021-04-09", "2021-04-10"),
        ("Kemarin, siapa yang hadir?", "siapa yang hadir?", "2021-04-09", "2021-04-10"),
        ("Siapa yang hadir hari ini?", "Siapa yang hadir?", "2021-04-10", "2021-04-10"),
        ("Siapa yang dilantik pekan lalu di Surabaya?", "Siapa yang dilantik di Surabaya?", "2021-03-29", "2021-04-10"),
        ("Sejak pekan lalu siapa yang sakit?", "siapa yang sakit?", "2021-03-29", None),
        # what is said of articles is the day they appeared
        ("Berita kemarin tentang banjir", "tentang banjir", "2021-04-09", "2021-04-09"),
        ("Berita Maret 2023 tentang banjir", "tentang banjir", "2023-03-01", "2023-03-31"),
        ("Adakah artikel tahun 2021 soal THR?", "Adakah soal THR?", "2021-01-01", "2021-12-31"),
        ("artikel yang terbit pada 17 Maret 2023 soal THR", "soal THR", "2023-03-17", "2023-03-17"),
        ("berita sejak 2020 tentang THR", "tentang THR", "2020-01-01", None),
        ("berita sebelum 17 Maret 2023 tentang THR", "tentang THR", None, "2023-03-16"),
        ("berita sesudah Maret 2023 tentang THR", "tentang THR", "2023-04-01", None),
        ("berita antara Maret dan Mei 2021 tentang THR", "tentang THR", "2021-03-01", "2021-05-31"),
        ("berita dari 2019 sampai 2020 tentang THR", "tentang THR", "2019-01-01", "2020-12-31"),
        ("berita dua tahun lalu tentang THR", "tentang THR", "2019-01-01", "2019-12-31"),
    ],
)  # fmt: skip
def test_time_words_that_filter(question: str, text: str, first: str | None, last: str | None) -> None:
    assert strict(question) == (text, Filters(first, last))


@pytest.mark.parametrize(
    "question",
    [
        "Siapa presiden Indonesia tahun 2004?",
        "Pemilu 2014 dimenangkan siapa?",
        "Apa yang terjadi pada 17 Maret 2023?",
        "Berapa korban sejak 2020?",
        "Apa isi Peraturan Nomor 12 Tahun 2005?",
        "Berapa inflasi dibanding tahun lalu?",
        "Berapa inflasi tahun ini?",
        "Berapa naiknya dari periode yang sama tahun lalu?",
        "Apa yang ditandatangani lima tahun yang lalu?",
        "Siapa korban kecelakaan Senin (5/9) lalu?",
        "Siapa yang berkata “datang kemarin”?",
        "Apa nama kantor berita 2005 di China?",
        "Di mana ia dirawat hingga kini?",
        "Apa berita 30 Februari 2021?",
    ],
)
def test_time_words_that_do_not_filter(question: str) -> None:
    assert strict(question) == (question, Filters())


@pytest.mark.parametrize(
    ("question", "preferred"),
    [
        ("Siapa presiden Indonesia tahun 2004?", Filters("2004-01-01", "2004-12-31")),
        ("Apa yang terjadi pada 17 Maret 2023?", Filters("2023-03-17", "2023-03-18")),
        ("Berapa korban sejak 2020?", Filters("2020-01-01", None)),
        ("Pemilu 2014 dimenangkan siapa?", Filters()),  # a name
        ("Apa isi Peraturan Nomor 12 tahun 2005?", Filters()),
    ],
)
def test_a_date_of_the_calendar_brings_forward(question: str, preferred: Filters) -> None:
    reading = read_filters(question, TODAY)
    assert together(*(one.filters for one in reading.implied)) == preferred
    assert [(one.strict, one.weight) for one in reading.implied] == [(False, 0.05)] * bool(preferred)


@pytest.mark.parametrize(
    ("question", "text", "outlet"),
    [
        ("Menurut Warta, siapa ketuanya?", "siapa ketuanya?", "Warta"),
        ("menurut warta siapa ketuanya?", "siapa ketuanya?", "Warta"),
        ("Apa yang dimuat di Warta tentang banjir?", "Apa yang tentang banjir?", "Warta"),
        ("Siapa yang tewas di Pos Bahari?", "Siapa yang tewas?", "Pos Bahari"),
        ("Berita Antara soal banjir", "soal banjir", "antaranews"),
        ("Berapa korban menurut harian Suara?", "Berapa korban?", "suara"),
        ("Berapa korban menurut suara.com?", "Berapa korban menurut suara.com?", None),
    ],
)
def test_an_outlet_of_the_archive(question: str, text: str, outlet: str | None) -> None:
    assert strict(question, ["Warta", "Pos Bahari", "antaranews", "suara"]) == (text, Filters(publisher=outlet))


@pytest.mark.parametrize(
    "question",
    [
        "Menurut Kompas, siapa ketuanya?",  # not in this archive
        "Apa kata dia di Suara Surabaya?",
        "Berapa jarak di antara keduanya?",
        "Apa perjanjian antara dua negara?",
        "Berita antara dua kota",
        "Berapa menurut suara terbanyak?",
        "Apa warta gereja?",
    ],
)
def test_words_that_name_no_outlet(question: str) -> None:
    assert strict(question, ["Warta", "antaranews", "suara"]) == (question, Filters())


def test_labels_and_words_are_for_the_user() -> None:
    reading = read_filters("Menurut Warta, siapa yang hadir kemarin?", TODAY, ["Warta"])
    assert [(one.words, one.label) for one in reading.implied] == [
        ("Menurut Warta", "hanya dari media Warta"),
        ("kemarin", "hanya terbitan 9–10 April 2021"),
    ]
    assert reading.text == "siapa yang hadir?"
    assert read_filters("Siapa presiden tahun 2004?", TODAY).implied[0].label == "diutamakan terbitan 2004"


def test_a_question_of_time_words_only_keeps_them() -> None:
    assert read_filters("Apa berita kemarin?", TODAY).text == "Apa berita kemarin?"
    assert read_filters("", TODAY) == Reading("", "")


def archive(*articles: tuple[str | None, str | None]):  # type: ignore[no-untyped-def]
    """Return a counter over articles given by date and publisher, two passages each."""
    held = [Article(id=str(n), text="", path="", date=day, publisher=by) for n, (day, by) in enumerate(articles)]

    def searched(filters: Filters) -> tuple[int, int]:
        count = sum(filters.accepts(article) for article in held)
        return count, 2 * count

    return searched


def settled(question: str, articles: list[tuple[str | None, str | None]], given: Filters | None = None):  # type: ignore[no-untyped-def]
    outlets = sorted({by for _, by in articles if by})
    given = given or Filters()
    held, notes = settle(read_filters(question, TODAY, outlets), given, archive(*articles))
    return held.text, together(given, held.filters), list(notes)


def test_a_filter_holds_where_it_leaves_articles() -> None:
    found = settled("Siapa yang hadir kemarin?", [("2021-04-09", "Warta"), ("2021-04-01", "Pos")])
    assert found == ("Siapa yang hadir?", Filters("2021-04-09", "2021-04-10"), [])


def test_a_filter_that_leaves_nothing_is_dropped_and_told() -> None:
    text, filters, notes = settled("Siapa yang hadir kemarin?", [("2021-04-01", None), ("2020-01-01", None)])
    assert (text, filters) == ("Siapa yang hadir kemarin?", Filters())
    assert notes == ["“kemarin” tidak menyaring: tidak ada artikel terbitan 9–10 April 2021"]


def test_an_archive_without_dates_is_never_filtered_by_date() -> None:
    text, filters, notes = settled("Siapa yang hadir kemarin?", [(None, None), (None, None)])
    assert (text, filters) == ("Siapa yang hadir kemarin?", Filters())
    assert notes == ["“kemarin” tidak menyaring: tidak ada artikel terbitan 9–10 April 2021"]
    assert settled("Siapa presiden tahun 2004?", [(None, None)]) == ("Siapa presiden tahun 2004?", Filters(), [])
    assert settled("Siapa yang hadir kemarin?", []) == ("Siapa yang hadir kemarin?", Filters(), [])


def test_where_many_have_no_date_none_is_left_out() -> None:
    held, notes = settle(
        read_filters("Siapa yang hadir kemarin?", TODAY), Filters(), archive((None, None), ("2021-04-09", None))
    )
    assert (held.text, held.filters) == ("Siapa yang hadir?", Filters())
    assert [(one.label, one.strict, one.weight) for one in held.implied] == [
        ("diutamakan terbitan 9–10 April 2021", False, 0.2)
    ]
    assert list(notes) == ["“kemarin” hanya mengutamakan: 1 dari 2 artikel tanpa tanggal"]
    assert held.weight(Article(id="a", text="", path="", date="2021-04-09")) == 0.2
    assert held.weight(Article(id="a", text="", path="")) == 0
    # who asks for articles of a day asks for what is dated
    found = settled("berita kemarin tentang THR", [(None, None), ("2021-04-09", None)])
    assert found == ("tentang THR", Filters("2021-04-09", "2021-04-09"), [])


def test_what_the_user_gave_wins() -> None:
    articles = [("2021-04-09", "Warta"), ("2020-01-01", "Pos"), ("2020-02-01", "Warta")]
    given = Filters(date_from="2020-01-01")
    assert settled("Siapa yang hadir kemarin?", articles, given) == ("Siapa yang hadir kemarin?", given, [])
    by = Filters(publisher="Pos")
    assert settled("Menurut Warta, siapa yang hadir?", articles, by) == ("Menurut Warta, siapa yang hadir?", by, [])
    both = settled("Menurut Warta, siapa yang hadir?", articles, given)
    assert both == ("siapa yang hadir?", Filters(date_from="2020-01-01", publisher="Warta"), [])


def test_of_two_that_leave_nothing_together_the_outlet_stays() -> None:
    articles = [("2021-04-09", "Pos"), ("2020-02-01", "Warta")]
    text, filters, notes = settled("Menurut Warta, siapa yang hadir kemarin?", articles)
    assert filters == Filters(publisher="Warta")
    assert text == "Menurut Warta, siapa yang hadir kemarin?"
    assert len(notes) == 1


def test_an_outlet_that_is_all_there_is_filters_nothing() -> None:
    question = "Apa itu desa menurut Ensiklopedia?"
    assert settled(question, [(None, "Ensiklopedia"), (None, "Ensiklopedia")]) == (question, Filters(), [])


@pytest.mark.parametrize("name", ["facqa/train", "facqa/valid", "abstain/valid"])
def test_no_question_on_an_undated_corpus_is_filtered(shared: Path, name: str) -> None:
    lines = (shared / "eval" / f"{name}.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    articles: list[tuple[str | None, str | None]] = [(None, "Wikipedia" if name.startswith("abstain") else None)] * 3
    changed = [question for question in questions if settled(question, articles)[:2] != (question, Filters())]
    assert len(questions) > 200
    assert changed == []


def test_a_hostile_question_is_read_or_left_alone() -> None:
    assert read_filters("kemarin " * 60, TODAY, ["Warta"]).filters == Filters("2021-04-09", "2021-04-10")
    assert read_filters("berita yang terbit pada di " * 20, TODAY, ["a.*b(", "", "x" * 5000]).implied == ()
    assert read_filters("kemarin " * 30_000, TODAY, ["Warta"]).implied == ()
