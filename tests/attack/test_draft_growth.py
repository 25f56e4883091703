"""A hostile draft: its time grows with its length and not with the square of it, whatever stands in it."""

import time
from pathlib import Path

import pytest
from archive import archive

from rag.quotation.attribution import speakers_in
from rag.quotation.detection import quotations
from rag.quotation.draft import check_draft

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHAPES = {
    "letters": lambda count: " ".join(f"“{_LETTERS[at % 26]}” kata." for at in range(count)),
    "one sentence": lambda count: ", ".join(f"“Harga beras naik lagi” ujar Budi Santoso {at}" for at in range(count)),
    "one name": lambda count: "\n".join("“Harga beras naik lagi,” kata Camat Lasem Budi." for _ in range(count)),
    "many names": lambda count: "\n".join(
        f"“Harga naik,” kata Budi San{_LETTERS[at % 26]}o{at}." for at in range(count)
    ),
    "aliases": lambda count: "\n".join(
        f"“Naik,” kata Tuk{at}min alias Min Kribo, akrab disapa Min." for at in range(count)
    ),
    "never closed": lambda count: "\n".join("“Harga beras naik lagi bulan ini" for _ in range(count)),
    "pronouns": lambda count: (
        "Budi Santoso datang.\n" + "\n".join("“Harga beras naik lagi,” ujarnya." for _ in range(count))
    ),
    "pronouns of many": lambda count: "\n".join(
        f"Budi Sant{at} mengatakan, ramai. Rini Ast{at} tiba. “Harga beras naik,” ujarnya." for at in range(count)
    ),
    "nested": lambda count: "“" * count + "Harga beras naik" + "”" * count,
    "spaces": lambda count: "“Harga naik”" + " " * 200 * count + "“Harga turun”" * count,
}


def seconds(text: str) -> float:
    """The processor's time to tell who says each quotation, the least of two."""
    took = []
    for _ in range(2):
        began = time.process_time()
        found = quotations(text)
        speaker_of = speakers_in(text, found)
        for item in found:
            speaker_of(item)
        took.append(time.process_time() - began)
    return min(took)


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_quotations_take_about_four_times_as_long(shape: str) -> None:
    few, many = seconds(SHAPES[shape](100)), seconds(SHAPES[shape](400))
    assert many < max(9 * few, 0.08), (few, many)  # by the square it would be 16 times
    assert many < 3.0


def test_a_thousand_letters_cost_little(tmp_path: Path) -> None:
    with archive(tmp_path, "Pasar ramai. “Kami senang,” kata Budi Santoso.") as checker:
        checker.check("Kami senang")
        began = time.process_time()
        report = check_draft(SHAPES["letters"](1000), checker)
        assert time.process_time() - began < 2.0
    assert (len(report.quotes), len(report.left_out)) == (0, 1000)
