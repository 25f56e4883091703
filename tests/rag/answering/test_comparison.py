"""Two facts on one scale."""

from dataclasses import replace

import pytest

from index.articles import Article
from index.passages import Passage
from rag.answering.comparison import BESIDE, Side, beside, likeliest_pair, names, sure_of, told, with_quantities
from rag.query.comparison import Comparison, Telling
from rag.retrieval.results import Retrieved


def compared(telling: Telling, one: str, two: str, word: str = "", claimed: bool = False) -> str | None:
    sides = with_quantities(Side("Solo", one, "", 0, 0.9), Side("Batu", two, "", 1, 0.8))
    return told(Comparison(("Solo", "Batu"), ("", ""), telling, word, claimed), *sides)


@pytest.mark.parametrize(
    ("telling", "one", "two", "word", "claimed", "said"),
    [
        (Telling.MORE, "Jarak Solo 3 km.", "Jarak Batu 900 meter.", "jauh", False,
         "Lebih jauh: Solo; selisihnya 2,1 kilometer (dihitung)."),
        (Telling.LESS, "Solo Rp2 miliar.", "Batu Rp500 juta.", "murah", False,
         "Lebih murah: Batu; selisihnya Rp1,5 miliar (dihitung)."),
        (Telling.DIFFERENCE, "Solo 30 persen.", "Batu 10 persen.", "", False,
         "Selisihnya 20 poin persen; yang lebih besar: Solo (dihitung)."),
        (Telling.SAME, "Solo Rp5.000.", "Batu Rp5 ribu.", "", True, "Ya, sama: keduanya Rp5.000 (dihitung)."),
        (Telling.SAME, "Solo Rp5.000.", "Batu Rp6.000.", "", True, "Tidak sama; selisihnya Rp1.000 (dihitung)."),
        (Telling.MORE, "Solo 4 ton.", "Batu 9 ton.", "berat", True,
         "Tidak: yang lebih berat Batu; selisihnya 5 ton (dihitung)."),
        (Telling.EARLIER, "Solo dibuka 12 Mei 2017.", "Batu dibuka 2 Mei 2017.", "dulu", False,
         "Lebih dulu: Batu; selisihnya 10 hari (dihitung)."),
    ],
)  # fmt: skip
def test_which_is_more(telling: Telling, one: str, two: str, word: str, claimed: bool, said: str) -> None:
    assert compared(telling, one, two, word, claimed) == said


def test_what_has_no_common_unit_is_not_computed() -> None:
    assert compared(Telling.MORE, "Solo 3 km.", "Batu 900 orang.", "jauh") is None
    assert compared(Telling.MORE, "Solo jauh.", "Batu dekat.", "jauh") is None


def test_both_in_one_sentence_take_the_figure_behind_their_name() -> None:
    sentence = "Vardy mencetak 18 gol, sedangkan Musa hanya empat gol dari 32 laga."
    one, two = with_quantities(Side("Vardy", sentence, "", 0, 1.0), Side("Musa", sentence, "", 0, 1.0))
    assert one.quantity is not None and two.quantity is not None
    assert (one.quantity.value, two.quantity.value, two.quantity.unit) == (18, 4, "gol")


def test_the_reader_s_words_are_the_figure() -> None:
    one, two = with_quantities(
        Side("Solo", "Solo punya 7 pasar dan 12 pasar desa.", "12 pasar", 0, 1.0),
        Side("Batu", "Batu punya 5 pasar.", "5 pasar", 1, 1.0),
    )
    assert one.quantity is not None and two.quantity is not None
    assert (one.quantity.value, two.quantity.value) == (12, 5)


def test_a_figure_before_its_name_is_that_of_its_clause() -> None:
    sentence = "Tiketnya Rp2 juta untuk Solo, Rp3 juta untuk Batu, dan Rp4 juta untuk Malang."
    one, two = with_quantities(Side("Solo", sentence, "", 0, 1.0), Side("Batu", sentence, "", 0, 1.0))
    assert one.quantity is not None and two.quantity is not None
    assert (one.quantity.value, two.quantity.value) == (2000000, 3000000)


def test_nothing_is_computed_of_a_sentence_that_does_not_name_its_side() -> None:
    assert compared(Telling.LESS, "Solo berusia 20 tahun.", "Kota itu berusia 22 tahun.", "muda") is None


def test_nothing_is_computed_where_no_figure_is_asked() -> None:
    users = Comparison(("pengguna Solo", "pengguna Batu"), ("Bagaimana pengguna Solo?", "Bagaimana pengguna Batu?"),
                       Telling.SIDE_BY_SIDE)  # fmt: skip
    sentence = "Harga Solo Rp50.000, sedangkan Batu Rp20.000."
    sides = with_quantities(Side("pengguna Solo", sentence, "", 0, 1.0), Side("pengguna Batu", sentence, "", 0, 1.0))
    assert told(users, *sides) is None
    farmers = Side("pengguna Solo", "Pengguna Solo petani.", "petani", 0, 0.7)
    priced = [Side("pengguna Batu", sentence, "", 0, 0.4), Side("pengguna Batu", "Pengguna Batu nelayan.", "", 0, 0.5)]
    _, two = likeliest_pair(users, [Side("pengguna Solo", sentence, "", 0, 0.5), farmers], priced)
    assert two is not None and two.sentence == "Pengguna Batu nelayan."


ASKED = Comparison(("Solo", "Batu"), ("", ""), Telling.MORE, "jauh")
BOTH = "Jarak Solo 3 km, sedangkan Batu 900 meter."


def pair_of(ones: list[Side], twos: list[Side]) -> tuple[str, str]:
    one, two = likeliest_pair(ASKED, ones, twos)
    return one.sentence if one else "", two.sentence if two else ""


def test_one_sentence_of_both_goes_before_a_surer_one_elsewhere() -> None:
    elsewhere = Side("Batu", "Batu punya 40 pasar.", "40 pasar", 1, 0.8)
    ones = [Side("Solo", BOTH, "3 km", 0, 0.6)]
    assert pair_of(ones, [elsewhere, Side("Batu", BOTH, "", 0, 0.5)]) == (BOTH, BOTH)
    assert pair_of(ones, [elsewhere]) == (BOTH, "Batu punya 40 pasar.")


def test_a_sentence_unlikely_by_itself_counts_beside_the_other_in_its_passage() -> None:
    near = Side("Batu", "Batu 900 meter.", "", 0, 0.1, alone=False)
    far = Side("Batu", "Batu 700 meter.", "", 1, 0.1, alone=False)
    unnamed = Side("Batu", "Desa itu 800 meter.", "", 0, 0.2, alone=False)
    solo = Side("Solo", "Solo 3 km.", "3 km", 0, 0.7)
    assert pair_of([solo], [near, far, unnamed]) == ("Solo 3 km.", "Batu 900 meter.")
    assert pair_of([solo], [far]) == ("Solo 3 km.", "")


def beside_batu(text: str, sentence: str, *, alone: bool = True) -> list[tuple[str, str]]:
    article = Article(id="a", text="", path="a.txt", title="Klub")
    found = [Retrieved(Passage("a", 0, 0, len(text), text), article, 0.9, 0.9, 1.0)]
    sides = beside("Solo", [Side("Batu", sentence, "", 0, 0.5, alone=alone)], found)
    assert all(side.sure == 0.5 * BESIDE for side in sides)
    return [(side.sentence, side.answer) for side in sides]


def test_a_sentence_beside_that_of_the_other_side_may_tell_this_one() -> None:
    other = "Batu hanya empat gol."
    assert beside_batu(f"Solo berlaga. Ia mencetak 18 gol. {other}", other) == [("Ia mencetak 18 gol.", "18 gol")]
    assert beside_batu(f"{other} Cuaca cerah. Solo unggul 18 gol.", other) == [("Solo unggul 18 gol.", "18 gol")]


def test_nothing_is_computed_of_a_sentence_that_only_stands_beside() -> None:
    sides = Side("Solo", "Solo 3 km.", "3 km", 0, 0.5), Side("Batu", "Batu 5 km.", "5 km", 0, 0.4)
    asked = Comparison(("Solo", "Batu"), ("", ""), Telling.MORE, "jauh")
    assert told(asked, *with_quantities(*sides)) is not None
    assert told(asked, *with_quantities(sides[0], replace(sides[1], beside=True))) is None


def test_what_is_of_another_unit_or_thing_or_passage_tells_nothing_beside_it() -> None:
    other = "Batu hanya empat gol."
    assert beside_batu(f"Solo berlaga. Ia berumur 18 tahun. {other}", other) == []
    assert beside_batu(f"Solo berlaga. Batu lalu mencetak 18 gol. {other}", other) == []
    assert beside_batu(f"Ia mencetak 18 gol. {other} Solo kalah.", other) == []
    assert beside_batu(f"Solo berlaga. Ia mencetak 18 gol. {other}", other, alone=False) == []


def test_a_side_is_named_by_what_sets_it_apart() -> None:
    assert names("ekspor mobil Thailand", "ekspor mobil Indonesia", "Ekspor mobil Thailand naik.")
    assert not names("ekspor mobil Thailand", "ekspor mobil Indonesia", "Ekspor mobil Indonesia naik.")


def test_a_comparison_is_as_sure_as_its_less_sure_side() -> None:
    assert sure_of([Side("a", "", "", 0, 0.9), Side("b", "", "", 0, 0.4)]) == 0.4
    assert sure_of([Side("a", "", "", 0, 0.9), None]) == 0.9
    assert sure_of([None, None]) == 0.0
