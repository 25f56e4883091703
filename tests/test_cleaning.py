"""Each kind of page line that goes, and at least as many lines of a journalist that look like one and stay."""

import time

import pytest

from index.cleaning import Line, is_boilerplate, lines_of, tidy
from index.cleaning.boilerplate import kind_of
from index.cleaning.links import without_link

LONG = "Pemerintah desa membagikan bibit kopi kepada setiap keluarga di lereng gunung."
NEXT = "Warga menanam bibit itu pada awal musim hujan bersama para penyuluh pertanian."
QUOTE = "“Kami menanam kopi sejak kecil, dan hasilnya cukup untuk sekolah anak-anak,” kata seorang petani."


def kept(text: str, title: str | None = None, *, scraped: bool = True) -> list[str]:
    return [line.text for line in lines_of(tidy(text), title=title, scraped=scraped) if line.kind is None]


def kinds(text: str, title: str | None = None, *, scraped: bool = True) -> list[str | None]:
    return [line.kind for line in lines_of(tidy(text), title=title, scraped=scraped)]


GONE = {
    "sapaan": [
        "Selamat datang di warta.example - berita untuk Anda.",
        "Selamat datang di situs kami",
        "Selamat datang di Warta Desa, portal berita warga lereng",
        "WartaDesa.id adalah portal berita desa. Kamu bisa menjadi anggota dan menulis di sini.",
    ],
    "baca juga": [
        "Baca juga: Panen kopi melimpah",
        "BACA JUGA Panen kopi melimpah",
        "Baca_Juga",
        "Baca pula: Panen kopi",
        "[Baca Juga: Mengapa Kopi Pahit?]",
        "(Baca: Dua Desa Berebut Air, Lurah: Sudah Dibagi)",
        "(Baca: Dua Desa Berebut Air) (abc/de)",
        "baca:",
        "SIMAK JUGA - Panen Teh Gagal",
        "Simak juga: Harga teh",
        "Tonton juga: Panen",
        "Lihat juga video panen",
        "Baca juga: “Kami Senang Panen Kopi Tahun Ini”, Kata Petani Lereng",
        'Baca juga: "Kami senang sekali hari ini," kata petani kopi',
        "Baca selengkapnya",
        "Baca selengkapnya di sini.",
        "Baca Berita Terkait Lainnya",
        "Berita Terkait",
        "Berita Terkait: Panen Teh",
        "Artikel Terpopuler",
        "Artikel lainnya",
        "Warta.com - BERITA MENARIK LAINNYA:",
        "Terpopuler",
        "Rekomendasi untuk Anda",
        'Simak Video "Panen di Lereng"',
        "Lihat video terkait:",
    ],
    "bagikan": [
        "Share",
        "Share this:",
        "Bagikan:",
        "Bagikan artikel ini",
        "Bagikan ke WhatsApp",
        "Salin tautan",
        "Facebook Twitter WhatsApp",
        "Ikuti kami di Google News",
        "Ikuti berita pilihan kami lewat saluran WhatsApp Warta Desa",
        "Dapatkan update berita setiap hari. Mari bergabung di Grup Telegram warta.example, caranya klik t.me/warta",
        "Cek Berita dan Artikel yang lain di Google News",
    ],
    "komentar": [
        "TINGGALKAN KOMENTAR",
        "tulis komentar anda",
        "Kirim komentar",
        "Post a Comment",
        "Leave a Reply",
        "Komentar",
        "Komentar (0)",
        "12 Komentar",
        "Silakan masukkan komentar anda!",
        "Silakan masukkan nama Anda di sini",
        "Alamat email Anda tidak akan dipublikasikan. Ruas yang wajib ditandai *",
        "Komentar menjadi tanggung jawab pembaca.",
    ],
    "memuat": ["loading...", "Loading", "Memuat…", "Memuat komentar...", "Harap tunggu"],
    "iklan": [
        "Advertisement",
        "- ADVERTISEMENT -",
        "IKLAN",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Lanjutkan membaca di bawah iklan",
        "Artikel berlanjut setelah iklan",
        "[Gambas:Video 20detik]",
        "[Gambas: Youtube] (rah)",
    ],
    "waktu muat": [
        "read/ rendering in 0.25 seconds (0.1#10.140)",
        "Page rendered in 0.3 seconds",
        "Halaman dimuat dalam 0,2 detik",
    ],
    "hak cipta": [
        "Copyright © 2024 Warta.com",
        "COPYRIGHT © WARTA 2024",
        "© 2024 Warta",
        "Hak cipta dilindungi undang-undang",
        "All Rights Reserved",
        "Dilarang mengutip isi berita ini tanpa izin redaksi.",
    ],
    "navigasi": [
        "A A",
        "A A A",
        "A+ A-",
        "Home > Desa > Kopi",
        "Beranda",
        "Previous Post Next Post",
        "Next Post",
        "Contact Form",
        "Halaman selanjutnya",
        "Halaman 2 dari 3",
        "Halaman: 1 2 3 Selanjutnya",
        "Selanjutnya: Kopi Lereng Menembus Kota",
        "Tag:",
        "Tags: kopi, panen, lereng",
        "2 menit baca",
        "Dibaca: 1.204 kali",
    ],
    "keterangan gambar": [
        "Foto: Humas Desa",
        "(Foto: Humas Desa)",
        "FOTO/DOK WARTA",
        "Petani memetik kopi. Foto/Ist",
        "Petani memetik kopi (Foto: Humas Desa)",
        "Petani memetik kopi di lereng (Dok. Humas)",
        "Petani memetik kopi, Senin (1/5/2021). ANTARA FOTO/Si Anu/aa",
        "Petani memetik kopi di lereng © warta.id",
        "Gambar desa.example.id",
        "Ilustrasi kopi lereng. Pinterest",
        "Ilustrasi: kopi lereng",
        "Keterangan foto: petani memetik kopi",
        "Sumber gambar: warta.id",
        "Istimewa",
    ],
    "kredit": [
        "Editor : Redaksi",
        "Editor: Si Anu",
        "Reporter: A. Anu",
        "Penulis: Si Anu | Editor: Si Polan",
        "Penulis: abc/de",
        "Penulis: Si Anu, petani kopi dan warga lereng",
        "Laporan wartawan WartaDesa.com, Si Anu",
        "(msd)",
        "(ant/abc)",
        "[bil]",
        "(im)",
        "(Antara)",
        "(T.A001/B002)",
        "(Si Anu/abc)",
        "(*)",
    ],
    "sumber": [
        'Artikel ini diambil dari sumber "warta.id"',
        "Artikel ini telah tayang di warta.id",
        "Artikel ini telah tayang di warta.id dengan judul “Panen Kopi di Lereng Gunung Itu”, https://warta.id/1.",
        "Berita ini telah terbit di Koran Desa, Senin (3/5/2021)",
    ],
    "kode": ["//<! [CDATA [", "tampil('panen');", 'Petani "src="https://warta.example/a.jpg" style="width: 4 px"/>'],
}


@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, lines in GONE.items() for line in lines])
def test_a_line_of_the_page_goes_with_its_kind(kind: str, line: str) -> None:
    assert kind_of(line) == kind
    assert is_boilerplate(line)
    assert kept(f"{LONG}\n{line}\n{NEXT}") == [LONG, NEXT]
    assert kept(f"{LONG}\n{line}\n{NEXT}", scraped=False) == [LONG, NEXT]


STAYS = [
    # greetings
    "“Selamat datang di desa kami yang sejuk ini,” kata kepala desa.",
    "Selamat datang, kata kepala desa.",
    "Selamat datang di situs purbakala lereng, kata pemandu.",
    "Selamat datang di media center, kata panitia.",
    "Warta.id adalah portal berita yang didirikan warga lereng pada 2011.",
    # links
    "Ia membaca juga buku itu.",
    "Baca juga buku itu sebelum tidur, kata guru.",
    "Baca juga: buku itu memuat cara menanam kopi. Warga lalu membelinya.",
    "Simak penjelasan kepala desa berikut.",
    "Simak juga penuturan warga lereng ini:",
    "Lihat juga hasil panen di desa lain, kata dia.",
    "Berita terkait kasus itu menyebar cepat di desa.",
    "Berita terkait kasus itu: warga marah.",
    "Berita itu menyenangkan warga.",
    "Artikel ini ditulis warga.",
    "Baca Buku Bersama",
    "(baca: ko-pi ro-bus-ta)",
    "(Baca juga: Harga Teh Naik) Panen usai",
    "Terpopuler di desa itu adalah kopi tubruk.",
    "Lihat video panen terakhir di desa itu di bawah ini:",
    # sharing
    "Bagikan bibit kopi ini kepada warga.",
    "Bagikan sembako",
    "Ikuti petunjuk penyuluh saat memetik.",
    "Ikuti akun Instagram desa untuk informasi jadwal panen, kata kepala desa.",
    "Dapatkan bibit kopi di balai desa.",
    "Facebook dan Twitter ramai oleh foto panen.",
    "WhatsApp",
    # comments
    "Warga diminta meninggalkan komentar di papan desa.",
    "Komentar warga beragam.",
    "Komentar tersebut ramai dibahas di warung kopi.",
    "Tulis komentar itu dengan santun, pinta guru.",
    "Silakan masukkan nama Anda pada formulir, lalu serahkan kepada petugas.",
    "12 komentar masuk sampai siang.",
    # loading, advertisement, rendering
    "Memuat dua ton kopi, truk itu terguling.",
    "Loading kopi ke kapal berlangsung dua hari.",
    "Iklan kopi itu ditonton banyak warga.",
    "Iklan itu menuai pujian.",
    "Rendering 3D gedung desa itu memakan waktu 20 detik",
    "Gulir gilingan kopi itu diputar dua orang.",
    # rights
    "Peringatan hak cipta dibahas warga.",
    "Hak cipta lagu itu milik warga.",
    "Dilarang menyapu",
    "Dilarang mengambil kopi tanpa izin pemilik kebun.",
    # navigation
    "A",
    "Home industri kopi tumbuh di lereng.",
    "Tag harga dipasang di setiap karung.",
    "Selanjutnya: cuci biji kopi sampai bersih.",
    "Halaman rumahnya penuh biji kopi.",
    "Topik: harga kopi",
    # captions
    "Foto itu dipasang di balai desa.",
    "Foto-foto panen menyebar cepat.",
    "Foto: “Ini kebun kopi milik keluarga kami,” katanya sambil menunjuk.",
    "Gambar kopi dipasang di balai desa.",
    "Ilustrasi itu menunjukkan kebun kopi.",
    "Ilustrasi sederhana membantu warga.",
    "Ilustrasi: bila harga naik, petani senang.",
    "Ilustrasi Perhitungan Harga",
    "Kredit: Rp 20 juta tiap petani",
    "Produksi kopi turun, demikian catatan desa. (WARTA/AFP/REUTERS/ABC)",
    # bylines
    "Editor buku itu warga desa.",
    "Penulis",
    "Penulis: Ya.",
    "Wartawan: Apa kabar panen tahun ini?",
    "Wartawan: Bagaimana, Pak?",
    "Penulis: Ya, saya menulisnya di lereng.",
    "Laporan wartawan itu dibaca warga.",
    "(Panen ditunda sampai bulan depan.)",
    "(BNPB)",
    "(tawa)",
    "(a)",
    "(ii)",
    "(ya/tidak)",
    # sources
    "Sumber: Badan Statistik Desa.",
    "Sumber itu menambahkan, panen sudah usai.",
    "Artikel ini membahas cara memetik kopi di lereng.",
    "Berita ini pertama kali ia dengar dari tetangga.",
    # code
    "Window display toko itu penuh kopi;",
    "http://kopi.desa.example",
]


@pytest.mark.parametrize("line", STAYS)
def test_a_journalists_own_line_stays(line: str) -> None:
    assert kind_of(line) is None
    assert not is_boilerplate(line)
    assert kept(f"{LONG}\n{line}\n{NEXT}") == [LONG, line, NEXT]


def test_a_spoken_line_is_never_furniture() -> None:
    for start in ("Foto:", "Iklan:", "Selamat datang di warta.example,", "© "):
        line = f"{start.strip()} “Kami memanen kopi di lereng itu,” kata petani."
        assert kept(f"{LONG}\n{line}\n{NEXT}") == [LONG, line, NEXT]


# --- links inside lines ---


@pytest.mark.parametrize(
    ("line", "link"),
    [
        (f"{LONG} Baca juga: Harga Teh Naik", "Baca juga: Harga Teh Naik"),
        (f"{QUOTE} SIMAK JUGA - Harga Teh: Naik Lagi", "SIMAK JUGA - Harga Teh: Naik Lagi"),
        (f"{LONG} (Baca: Harga Teh Naik)", "(Baca: Harga Teh Naik)"),
        (f"{LONG} Baca juga:", "Baca juga:"),
        ("Panen usai (1/5). Baca juga: Siapa Petani Terkaya?", "Baca juga: Siapa Petani Terkaya?"),
    ],
)
def test_a_link_that_closes_a_line_is_cut_off(line: str, link: str) -> None:
    own = line[: -len(link) - 1]
    assert lines_of(f"{line}\n{NEXT}") == [Line(own), Line(link, "baca juga"), Line(NEXT)]


@pytest.mark.parametrize(
    "line",
    [
        f"{LONG} Baca juga: Harga Teh Naik {NEXT}",
        f"{LONG} Baca juga: Harga Teh Naik. {NEXT}",
        f"{LONG} Baca juga: Harga Teh Naik Menurut dia, “kami tetap menanam kopi di sini.”",
        f"{LONG} Baca juga: Harga Teh Naik “Kami tetap menanam kopi di sini,” kata petani",
        f"{LONG} (Baca: Harga Teh Naik) Panen usai",
        "Ia menulis, “Baca juga: petunjuk di karung.”",
        "Warga membaca juga: kitab, koran, dan buku.",
    ],
)
def test_a_link_in_mid_line_stays(line: str) -> None:
    assert without_link(line) == (line, None)
    assert kept(line) == [line]


def test_titles_below_a_bare_heading_go() -> None:
    titles = ["Harga Teh Naik di Pasar Kota", "Siapa Petani Kopi Terkaya?", "Lima Cara Memetik Kopi dengan Benar"]
    for heading in ("Baca juga:", "Berita Terkait", f"{LONG} Baca Juga:"):
        text = "\n".join([QUOTE, heading, *titles, NEXT])
        assert kept(text)[-1] == NEXT
        assert not set(titles) & set(kept(text))


def test_a_sub_heading_below_a_list_of_links_stays() -> None:
    text = [LONG, "baca:", "Harga Teh Naik di Pasar Kota", "Petani Kopi Lereng", NEXT]
    assert kept("\n".join(text)) == [LONG, "Petani Kopi Lereng", NEXT]
    text = [LONG, "Baca_Juga", "Cara Memetik Kopi", NEXT]
    assert kept("\n".join(text)) == [LONG, "Cara Memetik Kopi", NEXT]


def test_a_bare_heading_takes_no_body_line_and_no_more_than_three_titles_between_paragraphs() -> None:
    assert kept(f"{LONG}\nBaca juga:\n{NEXT}") == [LONG, NEXT]
    assert kept(f"{LONG}\nBaca juga:\n1. Petik Kopi yang Sudah Merah\n{NEXT}")[1] == "1. Petik Kopi yang Sudah Merah"
    assert kept(f"{LONG}\nBaca juga:\npetani kopi di lereng yang senang\n{NEXT}")[1].startswith("petani")
    titles = [f"Petani Kopi Desa Lereng Nomor {number}" for number in range(5)]
    assert kept("\n".join([LONG, "Baca juga:", *titles, NEXT])) == [LONG, *titles[3:], NEXT]


def test_behind_the_last_paragraph_all_titles_of_a_list_go_with_their_dates() -> None:
    links = [
        "Berita Terkait",
        "harga teh naik lagi",
        "1 Mei 2021",
        "Kopi Lereng Laris",
        "2 jam yang lalu",
        "Terpopuler",
    ]
    text = "\n".join([LONG, NEXT, QUOTE, *links, "Satu dua tiga", "Ya."])
    assert kept(text) == [LONG, NEXT, QUOTE, "Ya."]
    assert kinds(text)[3:-1] == ["baca juga"] * 7


# --- head and tail ---


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


# --- second copies ---


def test_a_repeated_long_paragraph_stands_once_where_it_stood_first() -> None:
    other = LONG.replace("kopi", "teh")
    assert kept(f"{LONG}\nAntara.\n{other}\n{LONG}\nAkhir.\n{LONG}") == [LONG, "Antara.", other, "Akhir."]


@pytest.mark.parametrize(
    "copy",
    [
        QUOTE.replace("“", '"').replace("”", '"'),
        QUOTE.replace(",”", "”,").replace(", dan", " – dan"),
        QUOTE.upper(),
        QUOTE.replace(" kata", "  kata").replace("anak-anak", "anak - anak"),
        f"{LONG} {QUOTE}",
        f"{QUOTE} {NEXT}",  # not their order in the first copy
        f"{LONG}{QUOTE}{NEXT}",  # a feed that lost its line breaks
        # a quotation drawn out of the text
        "Kami menanam kopi sejak kecil, dan hasilnya cukup untuk sekolah anak-anak",
    ],
)
def test_a_copy_goes_whatever_its_typography_and_breaks(copy: str) -> None:
    first = [LONG, QUOTE, NEXT]
    assert kept("\n".join([*first, copy])) == first
    assert kinds("\n".join([*first, copy, LONG]), scraped=False)[-1] == "ulangan"


def test_a_copy_broken_into_more_lines_goes() -> None:
    first = f"{LONG} {QUOTE} {NEXT}"
    assert kept("\n".join([first, LONG, QUOTE, NEXT])) == [first]


def test_paragraphs_without_full_stop_are_found_in_a_copy_without_breaks() -> None:
    first = [LONG.rstrip("."), QUOTE.rstrip("."), NEXT]
    assert kept("\n".join([*first, " ".join(first)])) == first


def test_what_is_new_stays_with_its_whole_line() -> None:
    for new in (
        f"{LONG} Panen usai.",
        f"Panen usai. {LONG}",
        LONG.replace("setiap", "sebagian"),
        LONG.replace(".", "?"),
        f"{LONG[:-1]} dan di pesisir.",
        LONG[:-15].rstrip() + ".",  # a shorter sentence says another thing
        QUOTE.replace("seorang petani", "seorang lurah"),
    ):
        assert kept("\n".join([LONG, QUOTE, new])) == [LONG, QUOTE, new]
    one = "Harga kopi di pasar desa naik 1,5 persen dalam sepekan terakhir, kata petani."
    assert kept(f"{one}\n{one.replace('1,5', '15')}") == [one, one.replace("1,5", "15")]


def test_a_repeated_short_line_is_kept() -> None:
    assert kept("Ya.\nTidak.\nYa.") == ["Ya.", "Tidak.", "Ya."]
    assert kept(f"Panen\n{LONG}\nPanen\n{NEXT}") == ["Panen", LONG, "Panen", NEXT]
    item = "Desa Hulu 12 karung, Desa Tengah 10 karung, dan Desa Hilir 9 karung"
    assert kept(f"{item}\n{LONG}\n{item}") == [item, LONG, item]


def test_a_repeated_short_line_goes_between_the_same_repeated_neighbours() -> None:
    first = [LONG, "“Ya.”", "Panen", NEXT, "Akhir."]
    assert kept("\n".join(first * 2)) == [*first, "Akhir."]
    assert kept("\n".join([*first, LONG, "“Ya.”", "Teh", NEXT])) == [*first, "“Ya.”", "Teh"]


def test_only_sixty_characters_and_more_count_as_long() -> None:
    short, long = "k" * 58 + ".", "k" * 59 + "."
    assert kept(f"{short}\n{short}\n{long}\n{long}") == [short, short, long]
    item, row = "7" * 99, "7" * 100
    assert kept(f"{item}\n{item}\n{row}\n{row}") == [item, item, row]


# --- tidy ---


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


def test_every_word_of_the_page_is_in_its_lines() -> None:
    text = "\n".join([*(line for lines in GONE.values() for line in lines), *STAYS, f"{LONG} Baca juga: Harga Teh"])
    assert " ".join(line.text for line in lines_of(text, title=STAYS[0])).split() == text.split()


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
