"""Bantuan: what one can do here and how, on one page."""

from __future__ import annotations

import streamlit as st

from ui import door, render
from ui.views.find import EXAMPLES

_KEYS = (
    ("/", "ke kotak pertanyaan, pencarian, atau kutipan di halaman ini"),
    ("Enter", "kirim pertanyaan atau pencarian"),
    ("Ctrl+Enter", "kirim, juga dari kotak kutipan yang panjang"),
    ("Tab, lalu Enter", "dari nomor [1] ke nomor berikutnya; buka artikelnya"),
    ("Esc", "tutup artikel; kembali ke tempat semula"),
)
_ASKING = (
    ("Apa itu BerAKHLAK?", "satu fakta, disalin kata demi kata dari artikel"),
    ("Apa kata Khofifah tentang OPOP?", "ucapan narasumber"),
    ("Artikel tentang beras sejak 2021", "daftar artikel; waktu dan media dalam pertanyaan menjadi saringan"),
    ("Ringkas artikel “Judul artikel”", "ringkasan satu artikel; juga lewat halaman artikel"),
    ("Kapan itu dimulai?", "pertanyaan lanjutan; “itu” dibaca dari percakapan"),
)
_MARKS = (
    ("[1]", "nomor sumber: arahkan untuk melihat kalimatnya, klik untuk membukanya di artikel"),
    ("kurang pasti", "jawaban ini mungkin keliru; periksa sumbernya"),
    ("Tidak ditemukan", "arsip tidak memuat jawabannya; bagian terdekat ditunjukkan sebagai petunjuk"),
    ("persis, sepotong, berubah", "kutipan dibandingkan kata demi kata; yang berbeda ditandai"),
)


def page() -> None:
    """Draw the help."""
    st.title("Bantuan")
    st.html(
        render.words(
            "Tanya Arsip menjawab dari artikel di arsip ini saja, menunjukkan kalimat asalnya, dan memeriksa kutipan. "
            "Semua berjalan di komputer ini.",
        )
    )
    for heading, name, rows in (
        ("Bertanya", "Tanya", _ASKING),
        ("Mencari kata demi kata", "Cari", EXAMPLES),
        ("Membaca hasilnya", "Cek Kutipan", _MARKS),
        ("Tombol pintas", None, _KEYS),
    ):
        st.subheader(heading, anchor=False)
        st.html(render.table(rows))
        if name:
            st.page_link(door.PAGES[name], label=f"Ke halaman {name}")
    st.subheader("Menambah artikel", anchor=False)
    st.html(
        render.words(
            "Seret berkas atau folder ke halaman Arsip, bagian Tambah. Berkas teks, halaman web, PDF, Word, surel, "
            "lembar kerja, dan arsip ZIP dibaca; yang tidak dapat dibaca disebut beserta sebabnya."
        )
    )
    st.page_link(door.PAGES["Arsip"], label="Ke halaman Arsip")
    st.subheader("Kumpulan", anchor=False)
    st.html(
        render.words(
            "Artikel dapat dikumpulkan menurut tema, dan satu artikel boleh ada di beberapa kumpulan: pilih di Arsip, "
            "dari hasil Cari, atau langsung saat mengunggah. Dengan Saring, Tanya dan Cek Kutipan hanya melihat satu "
            "kumpulan. Redaktur dapat membatasi siapa yang melihatnya; artikelnya lalu tersembunyi dari pembaca lain."
        )
    )
