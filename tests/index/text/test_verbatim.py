import pytest

from index.text.verbatim import search_key, spoken


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Ma’ruf” pergi", '"ma\'ruf" PERGI'),
        ("non-usaha", "non - usaha"),
        ("non‑usaha", "non–usaha"),
        ("85%", "85 persen"),
        ("Rp1.500", "Rp 1500"),
        ("12,50", "12.50"),
        ("24–27 Mei", "24 - 27 Mei"),
        ("2-\u200b3 bulan", "2-3 bulan"),
        ("men\u00adteri\u200b", "menteri"),
        ("Ａ１", "A1"),
        ("cafe\u0301", "café"),
        ("naik\x00turun", "naik turun"),
        ("Ya… tidak", "Ya... tidak"),
        ("Apa?!", "Apa??!!"),
    ],
)
def test_typography_does_not_count(one: str, other: str) -> None:
    assert (spoken(one).keys, spoken(one).marks) == (spoken(other).keys, spoken(other).marks)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("24-27 Mei", "24 27 Mei"),
        ("suhu -5", "suhu 5"),
        ("10²", "102"),
        ("007", "7"),
        ("1.500", "1,500"),
        ("10.30", "10,3"),
        ("kаta", "kata"),  # the first with a Cyrillic letter
        ("café", "cafe"),
        ("Ya, tidak", "Ya tidak"),
        ("Ya. tidak", "Ya... tidak"),
        ("kata 😀", "kata"),
        ("a+b", "a b"),
        ("(tunai) langsung", "tunai langsung"),
    ],
)
def test_what_may_change_the_sense_counts(one: str, other: str) -> None:
    assert (spoken(one).keys, spoken(one).marks) != (spoken(other).keys, spoken(other).marks)


def test_offsets_point_at_the_words() -> None:
    text = "“Turun 85%,” kata\u200b Ma’ruf."
    words = spoken(text)
    assert [text[start:end] for start, end in zip(words.starts, words.ends, strict=True)] == [
        "Turun", "85", "%", "kata\u200b", "Ma’ruf",
    ]  # fmt: skip
    assert words.between(1, 3) == "85%"
    assert words.marks == ("", "", ",", "", ".")


def test_affixes_accents_and_other_scripts_help_to_find() -> None:
    assert search_key("melayani") == search_key("dilayani")
    assert search_key("kаta") == search_key("kata")
    assert search_key("café") == search_key("cafe")
    assert search_key("ma'ruf") == search_key("maruf")
