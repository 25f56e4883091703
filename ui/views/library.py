"""Arsip: what is in it, what comes in, what it looks like over time, and single articles."""

from __future__ import annotations

import logging

import streamlit as st

from index.errors import TanyaError
from index.readers.formats import SUFFIXES
from rag.serving.service import Workplace
from rag.serving.uploads import MAX_FILE_MB, MAX_FILES, MAX_TOTAL_BYTES
from ui import door, filters, render
from ui.shared import workplace
from ui.views.articles import draw_article

_log = logging.getLogger("tanya.page")
_SHOWN = 1000  # rows of the table; the search narrows them down
_COPIED = 10
LIST, ADD, PLOTS, REMOVED = "Daftar", "Tambah", "Grafik", "Dihapus"


def page() -> None:
    """Draw the archive, or one article of it."""
    place, reader = workplace(), door.reader()
    st.title("Arsip")
    _draw_news(place, editor=reader.is_editor)
    if id := st.session_state.get("artikel") or st.query_params.get("artikel"):
        _draw_one(place, str(id), editor=reader.is_editor)
        return
    views = [LIST, ADD, PLOTS, REMOVED] if reader.is_editor else [LIST, PLOTS]
    view = st.segmented_control("Bagian", views, default=LIST, key="bagian", label_visibility="collapsed") or LIST
    if view == ADD:
        _draw_adding(place)
    elif view == PLOTS:
        _draw_plots(place)
    elif view == REMOVED:
        _draw_removed(place)
    else:
        _draw_list(place)


def _draw_news(place: Workplace, *, editor: bool) -> None:
    if text := st.session_state.pop("kabar", None):
        st.html(render.words(text, "ta-note"))
    if editor and (id := st.session_state.get("dihapus")):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.html(render.words(f"Artikel {id} dihapus dari arsip.", "ta-note"))
        if row.button("Batalkan", key="batalkan"):
            _restore(place, id)
    if place.background.run.running:
        _draw_progress(place)


def _draw_one(place: Workplace, id: str, *, editor: bool) -> None:
    def back() -> None:
        st.session_state.pop("artikel", None)
        st.query_params.pop("artikel", None)

    st.button("Kembali ke daftar", key="kembali", icon=":material/arrow_back:", on_click=back)
    article = place.store.article(id)
    if article is None:
        st.html(render.words(f"Artikel {id} tidak ada di arsip."))
        return
    st.query_params["artikel"] = id
    draw_article(place, article, editor=editor)


def _draw_list(place: Workplace) -> None:
    search = st.text_input("Cari judul, media atau nama berkas", key="cari", max_chars=200)
    chosen = filters.draw(place)
    rows = place.listing.rows(search.strip(), chosen, _SHOWN)
    total, _ = place.store.counts()
    more = f"; {_SHOWN} yang terbaru ditampilkan" if len(rows) == _SHOWN else ""
    st.html(render.words(f"{len(rows)} dari {total} artikel{more}. Klik judul kolom untuk mengurutkan.", "ta-meta"))
    if not rows:
        return
    titles = {row.id: row.title or row.id for row in rows}
    picked = st.selectbox(
        "Buka artikel", list(titles), index=None, format_func=titles.__getitem__, placeholder="Pilih atau ketik judul"
    )
    event = st.dataframe(
        {
            "Judul": list(titles.values()),
            "Tanggal": [row.date or "" for row in rows],
            "Media": [row.publisher or "" for row in rows],
            "Salinan": [row.copies for row in rows],
            "Bagian": [row.passages for row in rows],
        },
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"tabel-{place.store.generation}",
        column_config={
            "Judul": st.column_config.TextColumn(width=380),
            "Media": st.column_config.TextColumn(width=190),
        },
        alt="Daftar artikel; setiap artikel juga dapat dibuka lewat kotak Buka artikel",
    )
    selected = event["selection"]["rows"]
    if id := picked or (rows[selected[0]].id if selected else None):
        st.session_state["artikel"] = id
        st.rerun()


def _draw_adding(place: Workplace) -> None:
    limits = (
        f"Paling banyak {MAX_FILES} berkas, {MAX_FILE_MB} MB satu berkas, {MAX_TOTAL_BYTES // 1024**2} MB semuanya."
    )
    st.html(render.words(f"{limits} Yang dapat dibaca: {', '.join(SUFFIXES)}", "ta-meta"))
    door.allow_uploads()
    turn = st.session_state.setdefault("giliran-unggah", 0)
    with st.form("unggah", border=False):
        files = st.file_uploader("Berkas", accept_multiple_files=True, key=f"berkas-{turn}")
        folder = st.file_uploader("Atau satu folder", accept_multiple_files="directory", key=f"folder-{turn}")
        sent = st.form_submit_button("Masukkan ke arsip")
    if sent and (files or folder):
        sent_files, lost = door.uploaded([*files, *folder])
        taken = place.upload(sent_files, door.reader().name)
        taken.refused += [f"{name}: unggahannya terputus; unggah lagi" for name in lost]
        door.release_uploads()
        st.session_state["giliran-unggah"] = turn + 1  # empty boxes for what comes next
        st.session_state["ditolak"] = taken.refused
        st.session_state["kabar"] = f"{len(taken.kept)} berkas diterima, {len(taken.refused)} tidak."
        st.rerun()
    if refused := st.session_state.get("ditolak"):
        st.html(render.words("Tidak diterima:", "ta-heading") + render.problems(refused))
    _draw_report(place)


@st.fragment(run_every=1.0)
def _draw_progress(place: Workplace) -> None:
    run = place.background.run
    if not run.running:
        st.rerun(scope="app")
    told = "Melanjutkan pengindeksan yang terputus" if run.resumed else "Mengindeks"
    left = f", sisa sekitar {_duration(run.left_s)}" if run.left_s is not None else ""
    st.progress(run.share, text=f"{told}: {run.share:.0%}{left}. Anda tetap dapat bertanya.")


def _draw_report(place: Workplace) -> None:
    run = place.background.run
    report = run.report
    if run.error:
        st.html(render.words(run.error, "ta-note"))
        st.button("Coba lagi", key="coba-lagi", on_click=place.background.start)
    if not report or run.running:
        return
    told = f"{report['added']} artikel baru, {report['changed']} berubah, {report['unchanged']} tetap."
    st.html(render.words(f"Pengindeksan terakhir: {told}"))
    for heading, items in (
        ("Gagal dibaca", report["failed"]),
        ("Keputusan redaksi", report.get("decided", [])),
        ("Dilewati", report["skipped"]),
    ):
        if items:
            st.html(render.words(heading, "ta-heading") + render.problems(items))


def _draw_plots(place: Workplace) -> None:
    months = place.listing.months()
    st.subheader("Artikel sebulan menurut media")
    if months:
        data = {
            "Bulan": [month for month, _, _ in months],
            "Media": [publisher or "tidak diketahui" for _, publisher, _ in months],
            "Artikel": [count for _, _, count in months],
        }
        told = f"Jumlah artikel tiap bulan menurut media, {months[0][0]} sampai {months[-1][0]}"
        st.bar_chart(data, x="Bulan", y="Artikel", color="Media", alt=told)
    else:
        st.html(render.words("Belum ada artikel bertanggal."))
    st.subheader("Berita yang paling banyak dimuat")
    copied = place.listing.most_copied(_COPIED)
    if copied:
        data = {"Judul": [row.title or row.id for row, _ in copied], "Dimuat": [times for _, times in copied]}
        st.bar_chart(
            data,
            x="Judul",
            y="Dimuat",
            horizontal=True,
            sort="-Dimuat",
            alt="Berita menurut banyaknya salinan di arsip",
        )
    else:
        st.html(render.words("Belum ada berita yang dimuat lebih dari sekali."))


def _draw_removed(place: Workplace) -> None:
    removed = place.removed()
    st.html(
        render.words("Berkas aslinya tetap di tempatnya; artikelnya tidak masuk lagi sampai dikembalikan.", "ta-meta")
    )
    if not removed:
        st.html(render.words("Tidak ada artikel yang dihapus."))
    for article, at in removed:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.html(render.words(f"{article.title or article.id} (dihapus {at.replace('T', ' ')})"))
        if row.button("Kembalikan", key=f"kembalikan-{article.id}"):
            _restore(place, article.id)


def _restore(place: Workplace, id: str) -> None:
    try:
        article = place.desk.restore(id)
    except TanyaError as error:
        _log.exception("not-restored", extra={"fields": {"article": id}})
        st.session_state["kabar"] = str(error)
    else:
        st.session_state["kabar"] = f"Artikel {article.title or article.id} dikembalikan ke arsip."
    st.session_state.pop("dihapus", None)
    st.rerun()


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} detik" if seconds < 90 else f"{seconds / 60:.0f} menit"
