"""A paragraph that stands twice on a page is kept once; what is new in it keeps its whole line."""

import pytest
from cleaned import LONG, NEXT, QUOTE, kept, kinds


def test_a_repeated_long_paragraph_stands_once_where_it_stood_first() -> None:
    other = LONG.replace("kopi", "teh")
    assert kept(f"{LONG}\nAntara.\n{other}\n{LONG}\nAkhir.\n{LONG}") == [LONG, "Antara.", other, "Akhir."]


@pytest.mark.parametrize(
    "copy",
    [
        QUOTE.replace("“", '"').replace("”", '"'),
        QUOTE.replace(",”", "”,").replace(", dan", " – dan"),
        QUOTE.upper(),
        QUOTE.replace(" kata", "  kata").replace("anak-anak", "anak - anak"),
        f"{LONG} {QUOTE}",
        f"{QUOTE} {NEXT}",  # not their order in the first copy
        f"{LONG}{QUOTE}{NEXT}",  # a feed that lost its line breaks
        # a quotation drawn out of the text
        "Kami menanam kopi sejak kecil, dan hasilnya cukup untuk sekolah anak-anak",
    ],
)
def test_a_copy_goes_whatever_its_typography_and_breaks(copy: str) -> None:
    first = [LONG, QUOTE, NEXT]
    assert kept("\n".join([*first, copy])) == first
    assert kinds("\n".join([*first, copy, LONG]), scraped=False)[-1] == "ulangan"


def test_a_copy_broken_into_more_lines_goes() -> None:
    first = f"{LONG} {QUOTE} {NEXT}"
    assert kept("\n".join([first, LONG, QUOTE, NEXT])) == [first]


def test_paragraphs_without_full_stop_are_found_in_a_copy_without_breaks() -> None:
    first = [LONG.rstrip("."), QUOTE.rstrip("."), NEXT]
    assert kept("\n".join([*first, " ".join(first)])) == first


def test_what_is_new_stays_with_its_whole_line() -> None:
    for new in (
        f"{LONG} Panen usai.",
        f"Panen usai. {LONG}",
        LONG.replace("setiap", "sebagian"),
        LONG.replace(".", "?"),
        f"{LONG[:-1]} dan di pesisir.",
        LONG[:-15].rstrip() + ".",  # a shorter sentence says another thing
        QUOTE.replace("seorang petani", "seorang lurah"),
    ):
        assert kept("\n".join([LONG, QUOTE, new])) == [LONG, QUOTE, new]
    one = "Harga kopi di pasar desa naik 1,5 persen dalam sepekan terakhir, kata petani."
    assert kept(f"{one}\n{one.replace('1,5', '15')}") == [one, one.replace("1,5", "15")]


def test_a_repeated_short_line_is_kept() -> None:
    assert kept("Ya.\nTidak.\nYa.") == ["Ya.", "Tidak.", "Ya."]
    assert kept(f"Panen\n{LONG}\nPanen\n{NEXT}") == ["Panen", LONG, "Panen", NEXT]
    item = "Desa Hulu 12 karung, Desa Tengah 10 karung, dan Desa Hilir 9 karung"
    assert kept(f"{item}\n{LONG}\n{item}") == [item, LONG, item]


def test_a_repeated_short_line_goes_between_the_same_repeated_neighbours() -> None:
    first = [LONG, "“Ya.”", "Panen", NEXT, "Akhir."]
    assert kept("\n".join(first * 2)) == [*first, "Akhir."]
    assert kept("\n".join([*first, LONG, "“Ya.”", "Teh", NEXT])) == [*first, "“Ya.”", "Teh"]


def test_only_sixty_characters_and_more_count_as_long() -> None:
    short, long = "k" * 58 + ".", "k" * 59 + "."
    assert kept(f"{short}\n{short}\n{long}\n{long}") == [short, short, long]
    item, row = "7" * 99, "7" * 100
    assert kept(f"{item}\n{item}\n{row}\n{row}") == [item, item, row]
