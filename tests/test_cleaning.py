import pytest

from index.cleaning import is_boilerplate, lines_of, tidy

LONG = "Pemerintah desa membagikan bibit kopi kepada setiap keluarga di lereng gunung."


def cleaned(text: str, title: str | None = None) -> str:
    return "\n".join(line.text for line in lines_of(text, title=title) if line.kind is None)


@pytest.mark.parametrize(
    "line",
    [
        "Selamat datang di warta.example - berita untuk Anda.",
        "Baca juga: Panen kopi melimpah",
        "BACA JUGA Panen kopi melimpah",
        "Baca pula: Panen kopi",
        "Baca selengkapnya",
        "Baca Berita Terkait Lainnya",
        "Berita Terkait",
        "Artikel Terpopuler",
        "Berita Pilihan",
        "Artikel lainnya",
        "Lihat juga video panen",
        "Simak juga: Harga teh",
        "Tonton juga: Panen",
        "loading...",
        "Loading",
        "A A",
        "A A A",
        "Advertisement",
        "IKLAN",
        "Scroll to continue with content",
        "TINGGALKAN KOMENTAR",
        "tulis komentar anda",
        "Kirim komentar",
        "Post a Comment",
        "Silakan masukkan nama Anda di sini",
        "Komentar",
        "Previous Post Next Post",
        "Next Post",
        "Contact Form",
        "Share",
        "Share this:",
        "Bagikan:",
        "Copyright © 2024 Warta.com",
        "© 2024 Warta",
        "Hak cipta dilindungi",
        "All Rights Reserved",
        "read/ rendering in 0.25 seconds",
        "Editor : Redaksi",
        "Editor: Redaksi",
        "(msd)",
        "Gambar desa.example.id",
        "Panen kopi di lereng gunung © warta.id",
        'Artikel ini diambil dari sumber "warta.id"',
        "Artikel ini telah tayang di warta.id",
    ],
)
def test_boilerplate_line_goes(line: str) -> None:
    assert is_boilerplate(line)
    assert cleaned(f"Warga senang.\n{line}\nSelesai.") == "Warga senang.\nSelesai."


@pytest.mark.parametrize(
    "line",
    [
        "Ia membaca juga buku itu.",
        "Warga diminta meninggalkan komentar di papan desa.",
        "Komentar warga beragam.",
        "Iklan kopi itu ditonton banyak warga.",
        "Editor buku itu warga desa.",
        "Gambar kopi dipasang di balai desa.",
        "(Panen ditunda sampai bulan depan.)",
        "A",
        "Bagikan bibit kopi ini kepada warga.",
        "Berita itu menyenangkan warga.",
        "Simak penjelasan gubernur berikut.",
        "Artikel ini ditulis warga.",
        "Selamat datang, kata gubernur.",
        "Peringatan hak cipta dibahas warga.",
    ],
)
def test_an_articles_own_line_stays(line: str) -> None:
    assert not is_boilerplate(line)
    assert cleaned(f"Warga senang.\n{line}\nSelesai.") == f"Warga senang.\n{line}\nSelesai."


def test_a_repeated_long_paragraph_stands_once_where_it_stood_first() -> None:
    other = LONG.replace("kopi", "teh")
    assert cleaned(f"{LONG}\nAntara.\n{other}\n{LONG}\nAkhir.\n{LONG}") == f"{LONG}\nAntara.\n{other}\nAkhir."


def test_a_repeated_short_line_is_kept() -> None:
    assert cleaned("Ya.\nTidak.\nYa.") == "Ya.\nTidak.\nYa."


def test_only_sixty_characters_and_more_count_as_long() -> None:
    short, long = "k" * 59, "k" * 60
    assert cleaned(f"{short}\n{short}\n{long}\n{long}") == f"{short}\n{short}\n{long}"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Satu\u00a0 dua\t tiga", "Satu dua tiga"),
        ("  Satu \r\n\r\n dua\rtiga \n", "Satu\ndua\ntiga"),
        ("ko\u200bpi\u00ad \ufefftua", "kopi tua"),
        ("kafe\u0301", "kafé"),
        ("a\u2028b\x0cc", "a b c"),
        ("sa\0tu", "satu"),
        ("“Ya”  – kata'nya…", "“Ya” – kata'nya…"),
        (" \n\t\n", ""),
    ],
)
def test_tidy_evens_out_white_space_and_changes_no_word(raw: str, expected: str) -> None:
    assert tidy(raw) == expected


def test_nothing_but_boilerplate_leaves_nothing() -> None:
    assert cleaned("Baca juga: Panen\nloading...\nIklan") == ""
    assert cleaned("") == ""
