from collections.abc import Iterator

import pytest
from archive import archive

from index.errors import InputError
from rag.quotation.checker import QuoteChecker

SAID = "Harga beras di pasar induk turun 12 persen sejak awal bulan ini"
ARTICLE = f"Pasar ramai. “{SAID},” kata Kepala Pasar Budi Santoso, Senin. Pedagang senang dengan kabar itu."


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuoteChecker]:
    filler = [f"Berita ke-{number}: harga beras dan cabai di pasar {number} naik turun. " * 12 for number in range(60)]
    with archive(tmp_path_factory.mktemp("hostile"), ARTICLE, *filler) as checker:
        yield checker


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("beras", "partial"),
        ("zzzz", "not_found"),
        ("\u200f" + SAID + "\u200f", "exact"),
        ("\u202e" + SAID + "\u202c", "exact"),
        ("\u200b".join(SAID), "exact"),
        (SAID.replace("a", "а"), "altered"),  # a Cyrillic а
        (SAID.replace("beras", "bеras"), "altered"),
        (SAID.translate(str.maketrans("aeiou", "аеіоu")), "altered"),  # hardly a word is left
        (f"<b>{SAID}</b>", "altered"),
        (SAID.replace(" ", "\x00"), "exact"),
        (SAID.replace(" ", "\u00a0\t\r\n"), "exact"),
        (SAID + " 😀", "altered"),
        ("انا احب الكتب", "not_found"),
        ("' OR 1=1; DROP TABLE articles; --", "not_found"),
        ('k00000000" OR "k1', "not_found"),
        ("a " * 1900, "not_found"),
        ("beras harga " * 700, "not_found"),
        (f"{SAID} " * 30, "altered"),
        ("\ud800 " + SAID, "altered"),
        ("ﬁ ﬂ ﷺ Ⅷ", "not_found"),
    ],
)
def test_there_is_a_clear_verdict(checker: QuoteChecker, quote: str, verdict: str) -> None:
    result = checker.check(quote)
    assert result.verdict == verdict, (result.verdict, [match.text for match in result.matches][:2])
    assert result.searched == 61
    result.quote.encode("utf-8")  # can be written


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("x" * 100_000, "terlalu panjang"),
        ("kata " * 20_000, "terlalu panjang"),
        ("a " * 3_000, "terlalu panjang"),
        ("", "tidak berisi kata"),
        (" \n\t ", "tidak berisi kata"),
        ("?!… “” --- …", "tidak berisi kata"),
        ("😀😀", "tidak berisi kata"),
        ("\u200b\u200f", "tidak berisi kata"),
    ],
)
def test_there_is_a_clear_error(checker: QuoteChecker, quote: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        checker.check(quote)


def test_letters_of_another_script_are_told(checker: QuoteChecker) -> None:
    assert any("Kiril" in note for note in checker.check(SAID.replace("beras", "bеras")).notes)
    assert any("tidak terlihat" in note for note in checker.check("\u200b".join(SAID)).notes)


def test_markup_in_the_quotation_is_shown_as_a_difference(checker: QuoteChecker) -> None:
    (match,) = checker.check(f"<b>{SAID}</b>").matches
    assert [part.claimed.strip() for part in match.difference if part.op == "insert"] == ["<b>", "</b>"]
