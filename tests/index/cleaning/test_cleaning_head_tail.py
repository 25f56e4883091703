"""What stands above the first paragraph of a page and below the last: headline, date, caption; byline, comment box."""

from cleaned import LONG, NEXT, QUOTE, kept, kinds


def test_head_of_a_page() -> None:
    text = (
        "Selamat datang di warta.example\nPanen Kopi Dimulai\nSenin, 3 Mei 2021 - 13:29 WIB\nloading...\n"
        f"PANEN KOPI DIMULAI\nPetani memetik kopi di lereng gunung sejak pagi.\nA A A\nBAHARI - {LONG}\n{NEXT}"
    )
    assert kinds(text, "Panen Kopi Dimulai") == [
        *("sapaan", "judul", "tanggal", "memuat", "judul", "keterangan gambar", "navigasi"),
        *(None, None),
    ]
    assert kinds(text, "Panen Kopi Dimulai", scraped=False) == [
        *("sapaan", None, None, "memuat", None, None, "navigasi"),
        *(None, None),
    ]


def test_a_headline_with_the_outlet_behind_it_is_a_copy_of_it() -> None:
    assert kept(f"Panen Kopi | Warta Desa\n{LONG}", "Panen Kopi") == [LONG]
    assert kept(f"Panen Kopi di Lereng Gunung\n{LONG}", "Panen Kopi")[0] == "Panen Kopi di Lereng Gunung"


def test_only_a_caption_stands_between_headline_and_font_size() -> None:
    title = "Panen Kopi Dimulai"
    for line in (f"BAHARI - {LONG}", QUOTE):
        assert line in kept(f"{title}\nloading...\n{line}\nA A A\n{NEXT}", title)
    assert LONG in kept(f"{title}\n{LONG}\nA A A\n{NEXT}", title)
    assert kept(f"{title}\nloading...\n{LONG}\n{NEXT}\n{QUOTE}\nA A A\nIsi.", title) == [LONG, NEXT, QUOTE, "Isi."]


def test_a_caption_with_its_credit_is_told_in_the_head_only() -> None:
    caption = "Petani memetik kopi di lereng gunung. (Foto: Humas Desa)"
    assert kept(f"{caption}\n{LONG}\n{NEXT}{NEXT}") == [LONG, NEXT + NEXT]
    assert kept(f"{LONG}\n{NEXT}\n{caption}") == [LONG, NEXT, caption]


def test_dates_that_head_a_part_of_the_text_stay() -> None:
    assert kept(f"Kronologi\n1 Mei 2021\n{LONG}", "Kronologi") == [LONG]
    assert kept(f"{LONG}\n1 Mei 2021\n{NEXT}") == [LONG, NEXT]
    chronicle = [LONG, "1 Mei 2021", NEXT, "2 Mei 2021", QUOTE]
    assert kept("\n".join(chronicle)) == chronicle
    told = [LONG, "Berikut urutannya:", "1 Mei 2021", NEXT]
    assert kept("\n".join(told)) == told


def test_the_page_taken_twice_has_a_second_headline() -> None:
    title = "Petani Kopi di Lereng Memulai Panen"
    page = f"{title}\n1 Mei 2021\n{LONG}\n{NEXT}\n{QUOTE}\n"
    assert kept(page * 2, title) == [LONG, NEXT, QUOTE]
    assert kept(f"Panen\n{LONG}\n" + "\n".join(f"Baris {i}" for i in range(9)) + "\nPanen", "Panen")[-1] == "Panen"


def test_short_lines_between_byline_and_comment_box_go() -> None:
    assert kept(f"{LONG}\n(msd)\nkopi\nlereng\nTULIS KOMENTAR\nNama") == [LONG]
    assert kept(f"{LONG}\nTag:\nkopi\nlereng") == [LONG]
    assert kept(f"{LONG}\nTopik: kopi, lereng, panen\n#kopi #lereng") == [LONG]
    assert kinds(f"{LONG}\n(msd)\nkopi\nCopyright © 2024 Warta") == [None, "kredit", "navigasi", "hak cipta"]


def test_a_table_below_a_byline_stays() -> None:
    table = ["Hasil Lomba Petik Kopi", "Desa Hulu 12 karung", "Desa Hilir 9 karung"]
    assert kept("\n".join([LONG, "(msd)", *table])) == [LONG, *table]
    # a paragraph further down: the page has not ended
    assert kept("\n".join([LONG, "Copyright © 2024 Warta", *table, NEXT])) == [LONG, *table, NEXT]
    assert kept(f"{LONG}\n(msd)\nTulis komentar\nPanen usai.") == [LONG, "Panen usai."]


def test_a_byline_behind_the_last_sentence_and_a_place_before_the_first_stay() -> None:
    text = ["BAHARI, WARTA — Warga desa memanen kopi.", "“Kami memanen kopi sejak pagi,” kata petani. (msd)"]
    assert kept("\n".join(text)) == text


def test_a_signature_glued_to_a_sentence_or_with_a_slash_is_a_line_of_its_own() -> None:
    assert kept(f"{NEXT}\n{LONG}(flo/jpnn)") == [NEXT, LONG]
    assert kept(f"{NEXT}\n{LONG} (rsa/rsa)\n(Ya.)") == [NEXT, LONG, "(Ya.)"]
    assert kept(f"{NEXT}(msd)\n{LONG}(msd)") == [f"{NEXT}(msd)", LONG]
    assert kept(f"{LONG} (tertawa)\n{NEXT}(ya/tidak)") == [f"{LONG} (tertawa)", f"{NEXT}(ya/tidak)"]
