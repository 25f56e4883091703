"""Each kind of page line that goes, and at least as many lines of a journalist that look like one and stay."""

import pytest
from cleaned import LONG, NEXT, kept

from index.cleaning.boilerplate import kind_of
from index.cleaning.page_lines import is_boilerplate, lines_of

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
    "langganan": [
        "Baca berita tanpa iklan. Gabung Warta.com+",
        "Gabung Warta.com+",
        "Kirimkan Apresiasi Spesial untuk mendukung jurnalisme warga",
        "Berlangganan sekarang",
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
    "Foto: saksi bisu banjir itu, kata sejarawan desa, menjadi bukti di sidang.",
    "Foto: saksi bisu banjir itu kini disimpan di balai desa.",
    "Iklan: cara lama menjual kopi, kata Darman.",
    "Baca berita itu tanpa iklan, kata guru.",
    "Berlangganan koran membuat warga desa melek huruf.",
    "Syarat dan ketentuan lomba diumumkan kepala desa.",
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


def test_every_word_of_the_page_is_in_its_lines() -> None:
    text = "\n".join([*(line for lines in GONE.values() for line in lines), *STAYS, f"{LONG} Baca juga: Harga Teh"])
    assert " ".join(line.text for line in lines_of(text, title=STAYS[0])).split() == text.split()
