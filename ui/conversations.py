"""The conversations beside the answer: a new one on top, then all others, to open, name, pin, search, delete."""

from __future__ import annotations

import streamlit as st

from index.storage.conversations import Conversation
from rag.serving.service import Workplace
from ui import door, render
from ui.copying import address, copy_link

_SHOWN = 30  # the search finds the others
_MAX_TITLE_CHARS, _MAX_NAME_CHARS = 48, 80


def draw(place: Workplace, reader: str, session: str) -> None:
    """Draw the list beside the page; ``session`` is the conversation that is open."""
    with st.sidebar:
        st.button("Percakapan baru", key="baru", icon=":material/add:", width="stretch", on_click=_open, args=(None,))
        search = st.text_input(
            "Cari percakapan", key="cari-percakapan", max_chars=100, placeholder="Cari percakapan",
            label_visibility="collapsed",
        )  # fmt: skip
        found = place.conversations.list(reader, search.strip(), _SHOWN)
        if not found:
            st.html(render.words("Tidak ada yang cocok." if search.strip() else "Belum ada percakapan.", "ta-meta"))
        for one in found:
            _draw_one(place, reader, one, is_open=one.session == session)


def _draw_one(place: Workplace, reader: str, one: Conversation, *, is_open: bool) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", wrap=False, gap=None)
    name = render.label(one.title, _MAX_TITLE_CHARS)
    row.button(
        f"**{name}**" if is_open else name,
        key=f"percakapan-{one.session}",
        type="tertiary",
        icon=":material/push_pin:" if one.pinned else None,
        width="stretch",
        on_click=_open,
        args=(one.session,),
    )
    if not is_open:
        return
    with row.popover("Atur", type="tertiary", icon=":material/more_horiz:"):
        key = f"nama-{one.session}"
        st.text_input("Nama percakapan", one.title, key=key, max_chars=_MAX_NAME_CHARS)
        st.button("Simpan nama", key=f"simpan-{key}", on_click=_rename, args=(place, reader, one.session, key))
        st.button(
            "Lepas sematan" if one.pinned else "Sematkan di atas",
            key=f"sematkan-{one.session}",
            icon=":material/push_pin:",
            on_click=place.conversations.pin,
            args=(reader, one.session, not one.pinned),
        )
        copy_link(address("", {"sesi": one.session}), key=f"tautan-{one.session}")
        st.button(
            "Hapus percakapan ini",
            key=f"hapus-{one.session}",
            icon=":material/delete:",
            on_click=_remove,
            args=(place, reader, one.session),
        )


def _open(session: str | None) -> None:
    """Open a conversation, None for a new one."""
    st.query_params.clear()
    st.session_state.pop("sesi", None)
    if session:
        st.session_state["sesi"] = session
    door.session()


def _rename(place: Workplace, reader: str, session: str, key: str) -> None:
    place.conversations.rename(reader, session, st.session_state[key])


def _remove(place: Workplace, reader: str, session: str) -> None:
    for entry in place.history.session(reader, session):
        if (job := place.jobs.running(entry.id)) is not None:
            job.stop()
    place.conversations.remove(reader, session)
    _open(None)
