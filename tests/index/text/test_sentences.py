import time

import pytest

from index.text.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Warga datang.", "Gubernur pergi."],
        ["Siapa datang?", "Warga!", "Mereka menunggu…", "Lalu pulang."],
        ["Benarkah?!", "Benar."],
        # abbreviations
        ["Dr. Sari dan Prof. Dewi datang.", "Warga senang."],
        ["H. Ahmad dan Hj. Siti hadir.", "Acara usai."],
        ["Kantornya di Jl. Mawar No. 5 Kab. Bahari.", "Warga tahu."],
        ["Harganya Rp. 500 saja.", "Murah."],
        ["PT. Maju dan CV. Jaya ikut lelang.", "Hasilnya menyusul."],
        ["Surat itu a.n. Kepala Desa.", "Warga menerimanya."],
        # words of their own, shortened only before a number
        ["Lihat hal. 12 dan vol. 3 buku itu.", "Isinya lengkap."],
        ["Ia membahas berbagai hal.", "Warga menyimak."],
        ["Jawabannya no.", "Warga diam."],
        # degrees
        ["Kepala dinas, Sari, S.H. M.Si. Ph.D. Hadir di sana.", "Warga menyambut."],
        ["Sari, S.Sos., M.M. Memimpin rapat.", "Rapat usai."],
        # initials
        ["Jalan A. Yani dan W. R. Supratman macet.", "Warga sabar."],
        # decimals, thousands, clock times and addresses of sites hold no space
        ["Ada 1.500 warga di era 5.0.", "Mereka naik 2.5 persen pada 10.30 WIB."],
        ["Situs desa.go.id dibuka.", "Warga membaca."],
        # numbered lists, at the start and in the middle
        ["1. Pertama kopi.", "2. Kedua teh.", "Selesai."],
        ["Warga berjumlah 20.", "Semua hadir."],
        # quotes and brackets belong to the sentence they close
        ['"Saya senang."', "Ia tersenyum."],
        ["“Kami siap!”", "“Kapan mulai?”", "Semua tertawa."],
        ["(Rapat ditunda.)", "Warga pulang."],
        ['"Kami siap," kata gubernur.', "Rapat usai."],
        ['"Siap?" tanya warga.', "Semua mengangguk."],
        # no opener behind the mark
        ["Ia berkata ... lalu diam.", "Tamat."],
        ["Tanpa tanda akhir"],
    ],
)
def test_one_line_is_cut_into(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_line_break_always_ends_a_sentence() -> None:
    assert sentences("Judul tanpa titik\nisi huruf kecil. Lanjut\n\nDr.\nSari") == [
        "Judul tanpa titik",
        "isi huruf kecil.",
        "Lanjut",
        "Dr.",
        "Sari",
    ]


def test_offsets_count_characters_and_leave_white_space_out() -> None:
    text = "  Warga 🙂 é.   Ya. \n\n “Tentu.”\n"
    assert sentence_spans(text) == [(2, 12), (15, 18), (22, 30)]
    assert sentences(text) == ["Warga 🙂 é.", "Ya.", "“Tentu.”"]


@pytest.mark.parametrize("text", ["", " ", "\n \n"])
def test_no_text_no_sentence(text: str) -> None:
    assert sentence_spans(text) == []


def test_every_visible_character_lies_in_exactly_one_span() -> None:
    text = 'A. B? "C d." (E.)\n\n...\n1. F g S.H. H\t\ni . J!  ”  K… 5.0. L'
    spans = sentence_spans(text)
    covered = [sum(start <= at < end for start, end in spans) for at in range(len(text))]
    assert [count for count, character in zip(covered, text, strict=True) if not character.isspace()] == [1] * sum(
        not character.isspace() for character in text
    )
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@pytest.mark.parametrize("run", ["." * 50_000, "a" * 50_000])
def test_a_page_long_run_of_one_kind_takes_no_time(run: str) -> None:
    started = time.perf_counter()
    assert sentences(f"{run} b. C d")[-1] == "C d"
    assert time.perf_counter() - started < 1  # quadratic, it takes several
