from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from archive import archive

from index.errors import InputError
from rag.quotation.draft import check_draft, read_draft
from rag.quotation.review import reasons, speaker_state

NAMES = ["Budi Santoso", "Ratna Dewi", "Anton Wijaya", "Siti Aminah", "Joko Susilo", "Maya Lestari"]
TOPICS = (
    "beras cabai bawang gula minyak telur daging kopi teh garam jagung kedelai tepung susu ikan ayam tempe tahu "
    "pisang mangga"
).split()


def said(number: int) -> str:
    """What is said about topic ``number``, a sentence of its own for each."""
    topic = TOPICS[number]
    return (
        f"Pasokan {topic} dari gudang nomor {number + 11} tidak akan berkurang bila jalan menuju pasar "
        f"{topic} diperbaiki sebelum Lebaran"
    )


def speaker(number: int) -> str:
    return NAMES[number % len(NAMES)]


ARTICLES = [
    f"Pasar {TOPICS[number]} ramai. “{said(number)},” kata Kepala Pasar {speaker(number)}, Senin. "
    f"“Kami menghitung stok {TOPICS[number]} setiap pagi bersama petugas gudang,” ujarnya."
    for number in range(20)
]
WRONG = {
    1: (said(1).replace("12", "21"), speaker(1)),  # number
    3: (said(3).replace("tidak akan", "akan"), speaker(3)),  # negation
    5: (said(5).replace("berkurang", "bertambah"), speaker(5)),  # meaning
    7: (said(7).replace("Lebaran", "Natal"), speaker(7)),  # name
    9: (said(9), "Khofifah Indar Parawansa"),  # speaker
    11: (f"{said(11).split(' bila')[0]} setiap pagi bersama petugas gudang", speaker(11)),  # stitched
    13: ("Pemerintah kota menutup bandara selama tiga hari karena kabut asap tebal", speaker(13)),  # invented
    15: ("akan berkurang bila jalan menuju pasar ayam diperbaiki sebelum Lebaran", speaker(15)),  # cut
}
MARKS = ["“{}”", '"{}"', "‘{}’", "«{}»", "„{}“"]


def draft() -> str:
    """1,500 words with 20 quotations, 8 of them wrong in 8 ways."""
    parts = []
    for number in range(20):
        text, name = WRONG.get(number, (said(number), speaker(number)))
        quoted = MARKS[number % len(MARKS)].format(text + ("," if number % 2 else "."))
        filler = " ".join(f"Kalimat pengantar nomor {number} bagian {part} tentang pasar." for part in range(6))
        told = f"{quoted} kata {name}." if number % 2 else f"{name} mengatakan, {quoted}"
        parts.append(f"{filler} Istilah “harga gila” kerap terdengar.\n{told}\n")
    return "\n".join(parts)


def test_all_quotations_are_found_and_the_wrong_ones_flagged(tmp_path: Path) -> None:
    text = draft()
    assert 1_400 <= len(text.split()) <= 1_600
    with archive(tmp_path, *ARTICLES) as checker:
        report = check_draft(text, checker)
    assert len(report.quotes) == 20
    assert [number for number, item in enumerate(report.quotes) if item.flagged] == sorted(WRONG)
    assert {number: report.quotes[number].result.verdict for number in WRONG} == {
        1: "altered", 3: "altered", 5: "altered", 7: "altered",
        9: "exact", 11: "stitched", 13: "not_found", 15: "partial",
    }  # fmt: skip
    for number, item in enumerate(report.quotes):
        assert text[item.start : item.end].startswith(item.result.checked[:20])
        assert item.result.speaker.claimed == WRONG.get(number, ("", speaker(number)))[1]
    assert report.quotes[9].result.speaker.agrees is False
    assert report.left_out == ("harga gila",) * 20


def test_a_short_quotation_counts_where_it_is_somebodys(tmp_path: Path) -> None:
    with archive(tmp_path, ARTICLES[0]) as checker:
        report = check_draft("“Tidak benar,” kata Budi. Kata “panas” ramai.", checker)
    assert [item.result.checked for item in report.quotes] == ["Tidak benar,"]
    assert report.left_out == ("panas",)


def test_a_speaker_that_the_article_does_not_tell_needs_a_look(tmp_path: Path) -> None:
    banner = "Jalan desa ini rusak sejak musim hujan tahun lalu"
    with archive(tmp_path, f"“{banner}” tertulis di spanduk.", ARTICLES[0]) as checker:
        report = check_draft(f"“{banner},” kata Siti Aminah. Warga memasang “{banner}” di balai.", checker)
    claimed, unclaimed = report.quotes
    assert reasons(claimed.result) == ("belum pasti dikatakan Siti Aminah",)
    assert (speaker_state(claimed.result), claimed.flagged) == ("unknown", True)
    assert (speaker_state(unclaimed.result), unclaimed.flagged) == (None, False)


@pytest.mark.parametrize("text", ["", "Tanpa kutipan.", "“", '"""', "“” ‘’", "'a 'b 'c"])
def test_a_draft_without_quotations_has_none(tmp_path: Path, text: str) -> None:
    with archive(tmp_path, ARTICLES[0]) as checker:
        report = check_draft(text, checker)
    assert (report.quotes, report.flagged) == ((), ())


def test_a_draft_too_long_is_told(tmp_path: Path) -> None:
    with archive(tmp_path, ARTICLES[0]) as checker, pytest.raises(InputError, match="terlalu panjang"):
        check_draft("x" * 1_000_001, checker)


def test_a_draft_may_be_a_word_file(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph(f"“{said(0)},” kata Budi Santoso.")
    path = tmp_path / "naskah.docx"
    document.save(str(path))
    assert read_draft(path).strip() == f"“{said(0)},” kata Budi Santoso."


@pytest.mark.parametrize(
    ("name", "content"), [("kosong.txt", b""), ("rusak.docx", b"PK\x03\x04 rusak"), ("x.txt", None)]
)
def test_a_draft_that_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=name):
        read_draft(path)


def test_a_draft_of_too_many_quotations_is_told(tmp_path: Path) -> None:
    text = " ".join(f"“{letter}”" for letter in "a" * 1001)
    with (
        archive(tmp_path, *ARTICLES[:1]) as checker,
        pytest.raises(InputError, match=r"1001 kutipan, paling banyak 1000 sekali periksa; bagi menjadi beberapa\."),
    ):
        check_draft(text, checker)


def test_each_quotation_is_checked_in_a_turn_of_its_own(tmp_path: Path) -> None:
    turns: list[str] = []

    @contextmanager
    def turn() -> Iterator[None]:
        turns.append("begun")
        yield
        turns.append("done")

    with archive(tmp_path, *ARTICLES[:3]) as checker:
        report = check_draft(" ".join(f"“{said(number)},” kata Budi." for number in range(3)), checker, turn=turn)
    assert len(report.quotes) == 3
    assert turns == ["begun", "done"] * 3
