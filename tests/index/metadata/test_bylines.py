import pytest

from index.metadata.bylines import clean_names, is_byline, signing_author


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Penulis: Tono Contoh", "Tono Contoh"),
        ("Reporter : Tono Contoh", "Tono Contoh"),
        ("PEWARTA: TONO CONTOH", "TONO CONTOH"),
        ("Oleh: Tono Contoh", "Tono Contoh"),
        ("Oleh Tono Contoh", "Tono Contoh"),
        ("OLEH TONO CONTOH", "TONO CONTOH"),
        ("Oleh Tono Contoh - Senin, 29 Nov 2021", "Tono Contoh"),
        ("Oleh: Tono Contoh, 29 November 2021", "Tono Contoh"),
        ("Laporan wartawan Warta Bahari, Tono Contoh", "Tono Contoh"),
        ("Laporan Reporter Warta.id: Tono Contoh", "Tono Contoh"),
        ("(Reporter: Tono Contoh)", "Tono Contoh"),
        ("Panen usai dalam sehari. (Penulis: Tono Contoh)", "Tono Contoh"),
        ("Penulis: Tono Contoh | Editor: Tini Contoh", "Tono Contoh"),
        ("Reporter: Tono Contoh Editor: Tini Contoh", "Tono Contoh"),
        ("Penulis: Tono Contoh, Tini Contoh", "Tono Contoh, Tini Contoh"),
        ("Penulis: Tono Contoh dan Tini Contoh", "Tono Contoh, Tini Contoh"),
        ("Reporter: Tono Contoh/Tini Contoh", "Tono Contoh, Tini Contoh"),
        ("Oleh: Dr. Tono bin Contoh, M.Si.", "Dr. Tono bin Contoh, M.Si."),
        ("Penulis: Tono Contoh (tono@warta.id)", "Tono Contoh"),
        ("Penulis: Tono Contoh, guru di lereng", "Tono Contoh"),
        # nobody
        ("Editor: Tini Contoh", None),
        ("Penulis: Redaksi", None),
        ("Reporter: tcn/pit", None),
        ("Penulis: TCN", None),
        ("Penulis: warta.id", None),
        ("(msd)", None),
        ("(tcn/pit)", None),
        ("Oleh karena itu, panen ditunda.", None),
        ("Oleh-oleh Khas Bahari", None),
        ("Oleh Satu Dua Tiga Empat Lima Enam Tujuh", None),
        ("Penulis buku itu senang.", None),
        ("Penulis: 29 November 2021", None),
    ],
)
def test_author_of_a_line(line: str, author: str | None) -> None:
    assert signing_author([line], head=8) == author


def test_oleh_counts_in_the_head_only_and_a_label_anywhere() -> None:
    body = ["Warga memanen kopi."] * 8
    assert signing_author([*body, "Oleh Tono Contoh"], head=8) is None
    assert signing_author([*body, "Pewarta: Tono Contoh", "Editor: Tini Contoh"], head=8) == "Tono Contoh"


def test_a_credit_closes_a_long_last_paragraph() -> None:
    assert signing_author(["Warga memanen kopi. " * 20 + "(Reporter: Tono Contoh)"], head=8) == "Tono Contoh"
    assert signing_author(["(Reporter: Tono Contoh) " + "Warga memanen kopi. " * 20], head=8) is None


@pytest.mark.parametrize(
    ("names", "cleaned"),
    [
        (" Tono \n Contoh ", "Tono Contoh"),
        ("Tono Contoh; Tini Contoh", "Tono Contoh, Tini Contoh"),
        ("Tono Contoh & Tono Contoh", "Tono Contoh"),
        ("tono@warta.id", None),
        ("https://warta.id/tono", None),
        ("", None),
        ("a" * 1000, None),
    ],
)
def test_clean_names(names: str, cleaned: str | None) -> None:
    assert clean_names(names) == cleaned


def test_is_byline() -> None:
    lines = ["Penulis: tcn", "Oleh Tono Contoh", "Warga memanen kopi.", "Oleh sebab itu panen ditunda", "Editor: Tini"]
    assert [is_byline(line) for line in lines] == [True, True, False, False, False]
