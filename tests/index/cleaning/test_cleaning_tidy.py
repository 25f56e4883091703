"""White space evened out, and what holds for any text: nothing may be left of it, and nothing makes it slow."""

import time

import pytest
from cleaned import LONG, kept

from index.cleaning.page_lines import lines_of, tidy


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Satu\u00a0 dua\t tiga", "Satu dua tiga"),
        ("  Satu \r\n\r\n dua\rtiga \n", "Satu\ndua\ntiga"),
        ("ko\u200bpi\u00ad \ufefftua", "kopi tua"),
        ("\u202ako\u2066pi\u200e", "kopi"),
        ("kafe\u0301", "kafé"),
        ("kafe\u200d\u0301", "kafé"),
        ("a\u2028b\u2029c\x0bd\x0ce\x85f", "a\nb\nc\nd\ne\nf"),
        ("sa\0tu\x1b\x07", "satu"),
        ("a\ud800b", "a\ud800b"),
        ("“Ya”  – kata'nya…", "“Ya” – kata'nya…"),
        (" \n\t\n", ""),
    ],
)
def test_tidy_evens_out_white_space_and_changes_no_word(raw: str, expected: str) -> None:
    assert tidy(raw) == expected
    assert tidy(expected) == expected


def test_nothing_but_boilerplate_leaves_nothing() -> None:
    assert kept("Baca juga: Panen\nloading...\nIklan") == []
    assert kept("") == []


@pytest.mark.parametrize(
    "text",
    [
        "Baca juga " * 100_000,
        "Panen. Baca juga: " * 55_000,
        "a" + " " * 1_000_000 + "b",
        "©" * 1_000_000,
        "." * 1_000_000,
        "“Kami " * 160_000,
        "(Foto: a " * 110_000,
        "e\u0301\u0316" * 300_000,
        "e" + "\u0301\u0316" * 500_000,
        "kopi teh " * 55_000 + "\n" + "kopi teh " * 55_000 + "x",
        f"{LONG}\n" * 12_000,
        "\n".join(f"{LONG * 100} {number}" for number in range(120)),
        "Baca juga:\nPanen Kopi di Lereng\n" * 9_000,
        ("Home > a" + " > a" * 60 + "\n") * 4_000,
        ("Editor: A, A | A " * 20 + "\n") * 3_000,
    ],
    ids=range(15),
)
def test_no_text_makes_it_slow(text: str) -> None:
    start = time.perf_counter()
    lines_of(tidy(text), title="Panen Kopi di Lereng")
    assert time.perf_counter() - start < 20  # quadratic, it takes minutes


def test_a_sentence_with_markup_in_it_stays() -> None:
    tag = "<img src='http://192.0.2.1/x.png' onerror='x()'>"
    for line in (f"Jembatan itu panjangnya 120 meter. {tag}", f"Lihat {tag} Jembatan itu dibuka. Warga senang."):
        assert kept(f"Warga senang.\n{line}\nSelesai.") == ["Warga senang.", line, "Selesai."]
