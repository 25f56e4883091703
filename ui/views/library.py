"""Arsip: what is in it, what comes in, what it looks like over time, and single articles."""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st

from index.errors import TanyaError
from index.readers.formats import READ
from index.storage.listing import Row
from rag.serving.service import Workplace
from rag.serving.uploads import MAX_FILE_MB, MAX_FILES, MAX_TOTAL_BYTES
from ui import charts, choosing, door, filters, render
from ui.shared import workplace
from ui.views import collections
from ui.views.articles import draw_article

_log = logging.getLogger("tanya.page")
_LISTED = 1000  # the newest; the search narrows them down
_A_PAGE = 40  # rows drawn at once: each is some five elements of the page
_COPIED = 10
_MAX_TITLE_CHARS = 160
KEPT = ("bagian", "cari", "arsip-urutan", "arsip-halaman", "memilih")  # the list is as it was when one comes back to it
_ORDERS: dict[str, Callable[[list[Row]], list[Row]]] = {
    "Terbaru": lambda rows: rows,  # as listed
    "Terlama": lambda rows: sorted(rows, key=lambda row: (row.date is None, row.date or "")),
    "Judul": lambda rows: sorted(rows, key=lambda row: (row.title or row.id).casefold()),
    "Media": lambda rows: sorted(rows, key=lambda row: (row.publisher is None, (row.publisher or "").casefold())),
    "Salinan terbanyak": lambda rows: sorted(rows, key=lambda row: -row.copies),
}
LIST, COLLECTIONS, ADD, PLOTS, REMOVED = "Daftar", "Kumpulan", "Tambah", "Grafik", "Dihapus"


def page() -> None:
    """Draw the archive, or one article of it."""
    place, reader = workplace(), door.reader()
    st.title("Arsip")
    _draw_news(place, editor=reader.is_editor)
    if id := st.query_params.get("artikel"):
        _draw_one(place, id, editor=reader.is_editor)
        return
    views = [LIST, COLLECTIONS, ADD, PLOTS, REMOVED] if reader.is_editor else [LIST, COLLECTIONS, PLOTS]
    st.session_state.setdefault("bagian", LIST)
    view = st.segmented_control("Bagian", views, key="bagian", label_visibility="collapsed") or LIST
    if view == COLLECTIONS:
        collections.draw(place, editor=reader.is_editor, show=_show_list)
    elif view == ADD:
        _draw_adding(place)
    elif view == PLOTS:
        _draw_plots(place)
    elif view == REMOVED:
        _draw_removed(place)
    else:
        _draw_list(place, editor=reader.is_editor)


def _draw_news(place: Workplace, *, editor: bool) -> None:
    choosing.draw_news()
    with st.container():  # its place is kept where it is empty, as in ``choosing.draw_news``
        _draw_removal(place, editor=editor)
    with st.container():
        if place.background.run.running:
            _draw_progress(place)


def _draw_removal(place: Workplace, *, editor: bool) -> None:
    if editor and (id := st.session_state.get("dihapus")):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.html(render.words(f"Artikel {id} dihapus dari arsip.", "ta-note"))
        if row.button("Batalkan", key="batalkan"):
            _restore(place, id)


def _draw_one(place: Workplace, id: str, *, editor: bool) -> None:
    st.button("Kembali ke daftar", key="kembali", icon=":material/arrow_back:", on_click=st.query_params.clear)
    article = place.store.article(id)
    if article is None:
        st.html(render.words(f"Artikel {render.cut(id, 200)} tidak ada di arsip; mungkin sudah dihapus.", "ta-note"))
        return
    # subtle: a link to the page that one is on changes what is drawn and not what the browser sends with the next click
    st.query_params.from_dict(st.query_params.to_dict())
    draw_article(place, article, editor=editor)


def _show_list() -> None:
    st.session_state["bagian"] = LIST
    _first_page()


def _draw_list(place: Workplace, *, editor: bool) -> None:
    search = st.text_input("Cari judul, media atau nama berkas", key="cari", max_chars=200, on_change=_first_page)
    search = search.strip()
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row:
        chosen = filters.draw(place, with_article=False)
    order = row.selectbox("Urutan", list(_ORDERS), key="arsip-urutan", width=200, on_change=_first_page)
    rows = place.listing.rows(search, chosen, _LISTED)
    total, _ = place.store.counts()
    more = f"; {_LISTED} yang terbaru ditampilkan" if len(rows) == _LISTED else ""
    st.html(render.words(f"{len(rows)} dari {total} artikel{more}.", "ta-meta"))
    if not rows:
        _draw_nothing(search, narrowed=chosen is not None, empty=not total)
        return
    rows = _ORDERS[order](rows)
    pages = -(-len(rows) // _A_PAGE)
    number = min(max(1, int(st.session_state.get("arsip-halaman", 1))), pages)
    shown = rows[(number - 1) * _A_PAGE : number * _A_PAGE]
    choosing_now = st.toggle("Pilih artikel", key="memilih", help="Untuk kumpulan, unduhan, atau penghapusan sekaligus")
    with st.container():
        if choosing_now:
            _draw_choosing(place, [one.id for one in shown], [one.id for one in rows], editor=editor)
    for row_of in shown:
        _draw_row(place, row_of, choosing_now=choosing_now)
    if pages > 1:
        turns = st.container(horizontal=True, vertical_alignment="center")
        for label, other in (("Halaman sebelumnya", number - 1), ("Halaman berikutnya", number + 1)):
            if 1 <= other <= pages:
                turns.button(label, key=f"arsip-ke-{other}", on_click=_turn, args=(other,))
        turns.html(render.words(f"Halaman {number} dari {pages}.", "ta-meta"))


def _draw_choosing(place: Workplace, shown: list[str], found: list[str], *, editor: bool) -> None:
    """Draw the buttons that choose many at once, and what can be done with what is chosen."""
    buttons = st.container(horizontal=True, vertical_alignment="center")
    for label, ids, key in (("di halaman ini", shown, "halaman"), ("yang cocok", found, "semua")):
        if key == "halaman" or len(found) > len(shown):
            buttons.button(
                f"Pilih {len(ids)} {label}", key=f"pilih-{key}", type="tertiary", on_click=choosing.choose, args=(ids,)
            )
    if choosing.chosen():
        with st.container(border=True):
            choosing.draw_actions(place, editor=editor, within=filters.collection())


def _draw_row(place: Workplace, row: Row, *, choosing_now: bool = False) -> None:
    if choosing_now:
        beside = st.container(horizontal=True, vertical_alignment="top", wrap=False)
        with beside:
            choosing.draw_box(row.id, row.title or row.id)
        with beside.container(gap=None):
            _draw_entry(place, row)
    else:
        with st.container(gap=None):
            _draw_entry(place, row)


def _draw_entry(place: Workplace, row: Row) -> None:
    title = row.title
    if not title and (article := place.store.article(row.id)) is not None:
        title = render.heading(article)
    copies = f"{row.copies} salinan" if row.copies else ""
    parts = (row.publisher or "media tidak diketahui", render.day(row.date), copies)
    st.page_link(
        door.PAGES["Arsip"],
        label=render.label(title or row.id, _MAX_TITLE_CHARS),
        query_params={"artikel": row.id},
    )
    st.html(render.words(" · ".join(part for part in parts if part), "ta-meta ta-below"))


def _draw_nothing(search: str, *, narrowed: bool, empty: bool) -> None:
    if empty:
        st.html(render.words("Arsip ini masih kosong. Masukkan artikel di bagian Tambah."))
        return
    looked = f"yang memuat “{render.cut(search, 60)}”" if search else "yang cocok"
    told = f"Tidak ada judul, media, atau nama berkas {looked}{' dalam saringan ini' if narrowed else ''}."
    st.html(render.words(told))
    if search:
        st.page_link(
            door.PAGES["Cari"],
            label=f"Cari {render.label(search, 60)} di isi artikel",
            icon=":material/search:",
            query_params={"q": search},
        )


def _turn(number: int) -> None:
    st.session_state["arsip-halaman"] = number


def _first_page() -> None:
    st.session_state["arsip-halaman"] = 1


def _draw_adding(place: Workplace) -> None:
    limits = (
        f"Paling banyak {MAX_FILES} berkas, {MAX_FILE_MB} MB satu berkas, {MAX_TOTAL_BYTES // 1024**2} MB semuanya."
    )
    st.html(render.words(f"{limits} Yang dapat dibaca: {', '.join(READ)}", "ta-meta"))
    door.allow_uploads()
    turn = st.session_state.setdefault("giliran-unggah", 0)
    with st.form("unggah", border=False):
        files = st.file_uploader("Berkas", accept_multiple_files=True, key=f"berkas-{turn}")
        folder = st.file_uploader("Atau satu folder", accept_multiple_files="directory", key=f"folder-{turn}")
        name = choosing.draw_name(
            place, key=f"kumpulan-unggah-{turn}", label="Langsung ke kumpulan (boleh kosong)", row=st.container()
        )
        sent = st.form_submit_button("Masukkan ke arsip")
    if sent and (files or folder):
        sent_files, lost = door.uploaded([*files, *folder])
        taken = place.upload(sent_files, door.reader().name, name)
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
        told = f"Jumlah artikel tiap bulan menurut media, {months[0][0]} sampai {months[-1][0]}"
        st.altair_chart(charts.by_month(months), alt=told)
        st.html(charts.legend(charts.shares(months)[1]))
    else:
        st.html(render.words("Belum ada artikel bertanggal."))
    st.subheader("Berita yang paling banyak dimuat")
    copied = place.listing.most_copied(_COPIED)
    for row, times in copied:
        with st.container(gap=None):
            st.page_link(
                door.PAGES["Arsip"],
                label=render.label(row.title or row.id, _MAX_TITLE_CHARS),
                query_params={"artikel": row.id},
            )
            st.html(render.words(f"dimuat {times} kali, pertama {render.day(row.date)}", "ta-meta ta-below"))
    if not copied:
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
