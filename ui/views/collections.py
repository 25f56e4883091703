"""Kumpulan, within Arsip: the collections and what can be done in each; for an editor name, folders and readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from index.storage.collections import MAX_NAME_CHARS, Collection
from rag.serving.access.accounts import READER, Accounts
from rag.serving.service import Workplace
from ui import choosing, door, filters, render
from ui.shared import places

EVERYONE, EDITORS, NAMED = "Semua pembaca", "Redaktur saja", "Redaktur dan pembaca yang disebut"
_RULE = (
    "Artikel dalam kumpulan terbatas tersembunyi dari pembaca lain di semua halaman, juga bila artikel itu ada di "
    "kumpulan yang terbuka."
)


def draw(place: Workplace, *, editor: bool, show: Callable[[], None]) -> None:
    """Draw the collections; ``show`` leads to the list of articles."""
    found = place.collections.all()
    if editor:
        _draw_making(place)
    if not found:
        told = " Buat satu di atas, atau pilih artikel di Daftar." if editor else ""
        st.html(render.words(f"Belum ada kumpulan.{told}"))
    for one in found:
        with st.container(border=True):
            _draw_one(place, one, editor=editor, show=show)
    deleted = place.collections.deleted() if editor else []
    if deleted:
        with st.expander(f"Dihapus ({len(deleted)})"):
            for id, name in deleted:
                row = st.container(horizontal=True, vertical_alignment="center")
                row.html(render.words(name))
                row.button("Kembalikan", key=f"kembalikan-kumpulan-{id}", on_click=_undelete, args=(place, id))


def _draw_making(place: Workplace) -> None:
    with st.form("kumpulan-baru", border=False, clear_on_submit=True):
        row = st.container(horizontal=True, vertical_alignment="bottom")
        row.text_input("Kumpulan baru", key="nama-kumpulan-baru", max_chars=MAX_NAME_CHARS)
        row.form_submit_button("Buat", on_click=_make, args=(place,))


def _draw_one(place: Workplace, one: Collection, *, editor: bool, show: Callable[[], None]) -> None:
    told = f"{render.count(one.articles)} artikel{_seen_by(one, editor=editor)}"
    st.html(render.words(one.name, "ta-heading") + render.words(told, "ta-meta"))
    row = st.container(horizontal=True, vertical_alignment="center")
    key = f"kumpulan-{one.id}"
    row.button("Lihat artikelnya", key=f"{key}-lihat", on_click=_look, args=(one.name, show))
    if row.button("Tanya", key=f"{key}-tanya"):
        filters.within_collection(one.name)
        st.switch_page(door.PAGES["Tanya"])
    if row.button("Cek kutipan", key=f"{key}-cek"):
        filters.within_collection(one.name)
        st.switch_page(door.PAGES["Cek Kutipan"])
    if row.button("Cari", key=f"{key}-cari"):
        st.switch_page(door.PAGES["Cari"], query_params={"q": f'kumpulan:"{one.name}"'})
    if editor:
        with row.popover("Atur", icon=":material/tune:"):
            _draw_settings(place, one, key)


def _seen_by(one: Collection, *, editor: bool) -> str:
    if one.readers is None:
        return ""
    if not editor:
        return " · terbatas: tidak semua pembaca melihatnya"
    return f" · terbatas: redaktur{' dan ' + ', '.join(one.readers) if one.readers else ' saja'}"


def _draw_settings(place: Workplace, one: Collection, key: str) -> None:
    st.text_input("Nama", one.name, key=f"{key}-nama", max_chars=MAX_NAME_CHARS)
    st.button("Simpan nama", key=f"{key}-simpan", on_click=_rename, args=(place, one, f"{key}-nama"))
    _draw_rights(place, one, key)
    _draw_folders(place, one, key)
    st.button(
        "Hapus kumpulan ini", key=f"{key}-hapus", icon=":material/delete:", on_click=_delete, args=(place, one.name)
    )


def _draw_rights(place: Workplace, one: Collection, key: str) -> None:
    now = EVERYONE if one.readers is None else NAMED if one.readers else EDITORS
    choices = [EVERYONE, EDITORS, NAMED]
    who = st.radio("Siapa yang melihatnya", choices, index=choices.index(now), key=f"{key}-siapa")
    if who == NAMED:
        known = [reader.name for reader in Accounts(place.settings.data_dir).readers() if reader.role == READER]
        options = sorted({*known, *(one.readers or ())})
        st.multiselect(
            "Pembaca", options, list(one.readers or ()), key=f"{key}-pembaca", accept_new_options=True,
            placeholder="Nama pembaca",
        )  # fmt: skip
    st.html(render.words(_RULE, "ta-meta"))
    if door.DOOR.kind == door.OPEN:
        st.html(render.words("Halaman ini terbuka tanpa masuk: siapa pun yang membukanya adalah redaktur.", "ta-note"))
    st.button("Simpan siapa yang melihat", key=f"{key}-simpan-siapa", on_click=_share, args=(place, one, key))


def _draw_folders(place: Workplace, one: Collection, key: str) -> None:
    followed = place.collections.folders(one.name)
    known = sorted({*place.store.folders(), *followed})
    if not known:
        return
    st.multiselect(
        "Folder yang diikuti", known, followed, key=f"{key}-folder", placeholder="Tidak ada",
        help="Artikel folder ini masuk ke kumpulan, juga yang datang kemudian",
    )  # fmt: skip
    st.button("Simpan folder", key=f"{key}-simpan-folder", on_click=_follow, args=(place, one.name, f"{key}-folder"))


# --- what the buttons do ---


def _look(name: str, show: Callable[[], None]) -> None:
    filters.within_collection(name)
    show()


def _make(place: Workplace) -> None:
    def work() -> None:
        made = place.collections.make(st.session_state["nama-kumpulan-baru"])
        choosing.done(f"Kumpulan {made.name} dibuat.", partial(place.collections.delete, made.name))

    choosing.attempt(work)


def _rename(place: Workplace, one: Collection, key: str) -> None:
    def work() -> None:
        made = place.collections.rename(one.name, st.session_state[key])
        filters.forget_collection()
        choosing.done(
            f"Kumpulan {one.name} sekarang bernama {made.name}.",
            partial(place.collections.rename, made.name, one.name),
        )

    choosing.attempt(work)


def _share(place: Workplace, one: Collection, key: str) -> None:
    who = st.session_state[f"{key}-siapa"]
    named: Sequence[str] = st.session_state.get(f"{key}-pembaca") or ()
    readers = None if who == EVERYONE else () if who == EDITORS else tuple(named)

    def work() -> None:
        now = place.collections.show_to(one.name, readers)
        places().prepare()
        told = _seen_by(now, editor=True).removeprefix(" · ") or "terlihat semua pembaca"
        choosing.done(f"Kumpulan {now.name}: {told}.", partial(place.collections.show_to, one.name, one.readers))

    choosing.attempt(work)


def _follow(place: Workplace, name: str, key: str) -> None:
    wanted = set(st.session_state[key])
    before = set(place.collections.folders(name))

    def work() -> None:
        for folder in sorted(wanted - before):
            place.collections.add_folder(name, folder)
        for folder in sorted(before - wanted):
            place.collections.remove_folder(name, folder)
        choosing.done(f"Kumpulan {name} sekarang {place.collections.named(name).articles} artikel.")

    choosing.attempt(work)


def _delete(place: Workplace, name: str) -> None:
    def work() -> None:
        gone = place.collections.delete(name)
        choosing.done(
            f"Kumpulan {gone.name} dihapus; artikelnya tetap di arsip.", partial(place.collections.undelete, gone.id)
        )

    choosing.attempt(work)


def _undelete(place: Workplace, id: int) -> None:
    def work() -> None:
        choosing.done(f"Kumpulan {place.collections.undelete(id).name} dikembalikan.")

    choosing.attempt(work)
