"""Links to other articles: behind a line's own words, and in lists below a heading."""

import pytest
from cleaned import LONG, NEXT, QUOTE, kept, kinds

from index.cleaning.links import without_link
from index.cleaning.page_lines import Line, lines_of


@pytest.mark.parametrize(
    ("line", "link"),
    [
        (f"{LONG} Baca juga: Harga Teh Naik", "Baca juga: Harga Teh Naik"),
        (f"{QUOTE} SIMAK JUGA - Harga Teh: Naik Lagi", "SIMAK JUGA - Harga Teh: Naik Lagi"),
        (f"{LONG} (Baca: Harga Teh Naik)", "(Baca: Harga Teh Naik)"),
        (f"{LONG} Baca juga:", "Baca juga:"),
        ("Panen usai (1/5). Baca juga: Siapa Petani Terkaya?", "Baca juga: Siapa Petani Terkaya?"),
    ],
)
def test_a_link_that_closes_a_line_is_cut_off(line: str, link: str) -> None:
    own = line[: -len(link) - 1]
    assert lines_of(f"{line}\n{NEXT}") == [Line(own), Line(link, "baca juga"), Line(NEXT)]


@pytest.mark.parametrize(
    "line",
    [
        f"{LONG} Baca juga: Harga Teh Naik {NEXT}",
        f"{LONG} Baca juga: Harga Teh Naik. {NEXT}",
        f"{LONG} Baca juga: Harga Teh Naik Menurut dia, “kami tetap menanam kopi di sini.”",
        f"{LONG} Baca juga: Harga Teh Naik “Kami tetap menanam kopi di sini,” kata petani",
        f"{LONG} (Baca: Harga Teh Naik) Panen usai",
        "Ia menulis, “Baca juga: petunjuk di karung.”",
        "Warga membaca juga: kitab, koran, dan buku.",
    ],
)
def test_a_link_in_mid_line_stays(line: str) -> None:
    assert without_link(line) == (line, None)
    assert kept(line) == [line]


def test_titles_below_a_bare_heading_go() -> None:
    titles = ["Harga Teh Naik di Pasar Kota", "Siapa Petani Kopi Terkaya?", "Lima Cara Memetik Kopi dengan Benar"]
    for heading in ("Baca juga:", "Berita Terkait", f"{LONG} Baca Juga:"):
        text = "\n".join([QUOTE, heading, *titles, NEXT])
        assert kept(text)[-1] == NEXT
        assert not set(titles) & set(kept(text))


def test_a_sub_heading_below_a_list_of_links_stays() -> None:
    text = [LONG, "baca:", "Harga Teh Naik di Pasar Kota", "Petani Kopi Lereng", NEXT]
    assert kept("\n".join(text)) == [LONG, "Petani Kopi Lereng", NEXT]
    text = [LONG, "Baca_Juga", "Cara Memetik Kopi", NEXT]
    assert kept("\n".join(text)) == [LONG, "Cara Memetik Kopi", NEXT]


def test_a_bare_heading_takes_no_body_line_and_no_more_than_three_titles_between_paragraphs() -> None:
    assert kept(f"{LONG}\nBaca juga:\n{NEXT}") == [LONG, NEXT]
    assert kept(f"{LONG}\nBaca juga:\n1. Petik Kopi yang Sudah Merah\n{NEXT}")[1] == "1. Petik Kopi yang Sudah Merah"
    assert kept(f"{LONG}\nBaca juga:\npetani kopi di lereng yang senang\n{NEXT}")[1].startswith("petani")
    titles = [f"Petani Kopi Desa Lereng Nomor {number}" for number in range(5)]
    assert kept("\n".join([LONG, "Baca juga:", *titles, NEXT])) == [LONG, *titles[3:], NEXT]


def test_behind_the_last_paragraph_all_titles_of_a_list_go_with_their_dates() -> None:
    links = [
        "Berita Terkait",
        "harga teh naik lagi",
        "1 Mei 2021",
        "Kopi Lereng Laris",
        "2 jam yang lalu",
        "Terpopuler",
    ]
    text = "\n".join([LONG, NEXT, QUOTE, *links, "Satu dua tiga", "Ya."])
    assert kept(text) == [LONG, NEXT, QUOTE, "Ya."]
    assert kinds(text)[3:-1] == ["baca juga"] * 7
