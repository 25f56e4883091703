"""Marks of notes, readings of ruby and powers within HTML: none of them is glued to a word."""

import pytest

from index.readers.fragment import lines_of_html, lines_of_xhtml


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p>Desa berdiri<sup>1</sup> pada 1928.</p>", ["Desa berdiri pada 1928."]),
        ("<p>Desa berdiri<sup><a href='#fn1'>[1]</a></sup>, kata dia.</p>", ["Desa berdiri, kata dia."]),
        ("<p>Harga naik<sup>*</sup> dan<sup>2, 3</sup> turun.</p>", ["Harga naik dan turun."]),
        ("<p>Sawah 5 km<sup>2</sup>, 40 m<sup>3</sup>.</p>", ["Sawah 5 km², 40 m³."]),
        ("<p>Ada 10<sup>6</sup> bakteri dan H<sub>2</sub>O.</p>", ["Ada 10⁶ bakteri dan H2O."]),
        ("<p>Juara 1<sup>st</sup> di desa.</p>", ["Juara 1st di desa."]),
        ("<p>Baca <a href='#refleksi'>refleksi</a> itu.</p>", ["Baca refleksi itu."]),
        ("<p>Luas<a href='#_ftn1'>[1]</a> itu <a href='/x'>7</a> ha.</p>", ["Luas itu 7 ha."]),
        ("<p><ruby>Lurah<rp>(</rp><rt>kepala</rt><rp>)</rp></ruby> Pawiro.</p>", ["Lurah Pawiro."]),
    ],
)
def test_a_mark_is_no_part_of_a_word(page: str, lines: list[str]) -> None:
    assert lines_of_html(page) == lines


def test_a_note_of_a_book_is_headed_as_one() -> None:
    page = (
        "<html xmlns='http://www.w3.org/1999/xhtml' xmlns:epub='http://www.idpf.org/2007/ops'><body>"
        "<p>Desa berdiri<a epub:type='noteref' href='b.xhtml#x'>1</a> lama.</p>"
        "<aside epub:type='footnote'><p>1. Menurut arsip.</p></aside></body></html>"
    )
    assert lines_of_xhtml(page) == ["Desa berdiri lama.", "Catatan kaki 1: Menurut arsip."]
