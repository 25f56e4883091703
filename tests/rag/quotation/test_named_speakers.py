"""Who is quoted in a text, by name: unnamed ones are left out, several names of one person are one entry."""

from pathlib import Path

import pytest
from stored import put

from index.storage.repository import Store
from index.storage.speakers import Quoted, Speakers
from rag.quotation import named_speakers as module
from rag.quotation.attribution import PRONOUN, Speaker, speakers_in
from rag.quotation.detection import quotations
from rag.quotation.named_speakers import named_speakers, read_speakers

PRESIDENT = (
    "Presiden Joko Widodo hadir. “Harga beras turun di pasar,” kata Jokowi. “Kami senang sekali,” ujar Joko Widodo. "
    "“Itu benar adanya,” kata Presiden Joko Widodo. “Saya pulang dulu,” kata Presiden."
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Harga beras turun, kata Budi Santoso.", []),  # nothing is quoted
        ("“Harga beras turun,” kata Budi Santoso.", ["Budi Santoso"]),
        ("“Harga beras turun,” kata Pak Budi. “Ya,” ujar Budi.", ["Budi"]),
        ("“Harga turun,” kata seorang warga. “Ya,” kata sumber itu. “Tidak,” ujar pria 40 tahun itu.", []),
        ("“Harga turun,” kata Kapolsek. “Ya,” tulis akun @budi.santoso. “Benar,” demikian pernyataan Polri.", []),
        ("“Ya,” kata Budi Santoso. “Tidak,” kata Ani Lestari. “Ya,” katanya.", ["Budi Santoso", "Ani Lestari"]),
        ("“Harga turun,” kata Ir. H. Ani Lestari. “Ya,” kata Ani.", ["Ani Lestari"]),
        ("“Harga turun,” kata mantan pelatih Persib itu. “Ya,” ujar eks striker Persija.", []),
        ("“Ya,” kata Rina. “Tidak,” kata Rinaldi Akbar.", ["Rina", "Rinaldi Akbar"]),  # no short form: two persons
        ("“Ya,” kata Risma. “Tidak,” kata Tri Rismaharini.", ["Tri Rismaharini"]),
        ("“Ya,” kata Jokowi. “Tidak,” kata Joko Widodo. “Nah,” kata Joni Wiranto.", ["Joko Widodo", "Joni Wiranto"]),
        ("“Ya,” kata Budi Santoso. “Tidak,” kata Budi Karya.", ["Budi Santoso", "Budi Karya"]),
        ("“Panen raya tahun ini baik,” kata K.B. Santoso, Senin.", ["KB Santoso"]),
        ("T.U. Lestari mengatakan, “Panen raya tahun ini baik.”", ["TU Lestari"]),
        ("“Panen raya tahun ini baik,” kata Pj. Bupati Budi Santoso.", ["Budi Santoso"]),
        ("“Panen raya tahun ini baik,” kata " + "Abc " * 20_000, []),  # in a moment
    ],
)
def test_only_those_with_a_name_are_told_once_each(text: str, names: list[str]) -> None:
    assert [one.name for one in named_speakers(text)] == names


def test_one_person_of_several_names_is_one_entry() -> None:
    assert named_speakers(PRESIDENT) == [Quoted("Joko Widodo", ("Jokowi",))]
    told = "Min Kribo alias Tukimin pulang. “Saya capek sekali,” kata Tukimin. “Besok lagi,” kata Min Kribo."
    assert named_speakers(told) == [Quoted("Min Kribo", ("Tukimin",))]


def test_two_that_a_short_form_may_mean_leave_it_alone() -> None:
    text = "“Ya,” kata Jokowi. “Tidak,” kata Joko Widodo. “Nah,” kata Joko Wiranto."
    assert [one.name for one in named_speakers(text)] == ["Jokowi", "Joko Widodo", "Joko Wiranto"]


def test_a_long_text_is_read_to_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_QUOTATIONS", 2)
    text = "“Ya,” kata Budi Santoso. “Tidak,” kata Ani Lestari. “Nah,” kata Citra Dewi."
    assert [one.name for one in named_speakers(text)] == ["Budi Santoso", "Ani Lestari"]
    monkeypatch.setattr(module, "_MAX_CHARS", 24)
    assert [one.name for one in named_speakers(text)] == ["Budi Santoso"]


def test_an_archive_is_read_once(store: Store, tmp_path: Path) -> None:
    put(store, "a", [PRESIDENT])
    put(store, "b", ["“Ya,” kata Ani Lestari."])
    told: list[tuple[int, int]] = []
    assert read_speakers(store, lambda done, total: told.append((done, total))) == 2
    assert (read_speakers(store), told) == (0, [(2, 2)])
    assert Speakers(store).articles_of("Joko Widodo") == ["a"]


def test_who_is_told_already_is_not_weighed_again() -> None:
    text = "“Harga turun,” kata Budi Santoso. Pasar ramai sejak pagi. “Panen raya sudah dimulai,” ujarnya."
    quoted = quotations(text)

    def told(*named: str) -> list[Speaker | None]:
        return list(map(speakers_in(text, quoted, lambda features: 0.0, named), quoted))

    first, second = told("Budi Santoso")
    assert first and second and (first.name, second.name, second.how) == ("Budi Santoso", "Budi Santoso", PRONOUN)
    assert told("Ani")[1] is None
