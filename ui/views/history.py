"""Riwayat: what this reader asked and checked; to find again, to run again, to take along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

import streamlit as st

from index.storage.history import ASKED, Entry
from rag.serving.access.accounts import Reader
from rag.serving.export import title_of, to_docx, to_json, to_markdown, told_in_short
from rag.serving.service import Workplace
from ui import door, render
from ui.shared import ask_next, places, workplace
from ui.views.quotes import ADDRESS, check_again

_SHOWN = 30
_FORMS: tuple[tuple[str, str, str, Callable[[Sequence[Entry]], bytes]], ...] = (
    ("DOCX", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_docx),
    ("Markdown", "md", "text/markdown", to_markdown),
    ("JSON", "json", "application/json", to_json),
)


def page() -> None:
    """Draw the reader's history, by conversation."""
    place, reader = workplace(), door.reader()
    st.title("Riwayat")
    st.html(render.words("Tersimpan di komputer ini saja, dan hanya Anda yang melihatnya.", "ta-meta"))
    search = st.text_input("Cari di pertanyaan dan jawaban", key="cari-riwayat", max_chars=200)
    count = st.session_state.setdefault("banyak-riwayat", _SHOWN)
    entries = place.history.search(reader.name, search.strip(), count=count)
    if not entries:
        st.html(render.words("Tidak ada yang cocok." if search else "Belum ada pertanyaan."))
    for session, group in groupby(entries, key=lambda entry: entry.session):
        _draw_session(place, reader.name, session, list(group))
    if len(entries) == count and st.button("Tampilkan lebih banyak", key="lebih"):
        st.session_state["banyak-riwayat"] = count + _SHOWN
        st.rerun()


def _draw_session(place: Workplace, reader: str, session: str, entries: list[Entry]) -> None:
    with st.container(border=True):
        for entry in entries:
            _draw_entry(place, reader, entry)
        row = st.container(horizontal=True)
        first = entries[0].id
        for name, suffix, mime, make in _FORMS:
            row.download_button(
                f"Unduh {name}",
                data=partial(_made, door.reader(), session, make),
                file_name=f"tanya-arsip-{session}.{suffix}",
                mime=mime,
                key=f"unduh-{suffix}-{first}",
                on_click="ignore",
            )


def _made(reader: Reader, session: str, make: Callable[[Sequence[Entry]], bytes]) -> bytes:
    return make(places().of(reader).history.session(reader.name, session))


def _draw_entry(place: Workplace, reader: str, entry: Entry) -> None:
    said = render.refusal(told_in_short(entry))
    st.html(
        render.words(title_of(entry), "ta-heading")
        + render.words(f"{render.day(entry.asked_at[:10])}, {entry.asked_at[11:16]} · {entry.state}", "ta-meta")
        + render.words(said[:300])
    )
    row = st.container(horizontal=True)
    if entry.kind == ASKED:
        if row.button("Buka", key=f"buka-{entry.id}"):
            st.session_state["sesi"] = entry.session
            st.switch_page(door.PAGES["Tanya"])
        if row.button("Tanya lagi", key=f"ulang-{entry.id}"):
            ask_next(entry.question)
            st.switch_page(door.PAGES["Tanya"])
    else:
        if row.button("Buka", key=f"buka-{entry.id}"):
            st.switch_page(door.PAGES["Cek Kutipan"], query_params={ADDRESS: str(entry.id)})
        if row.button("Periksa lagi", key=f"ulang-{entry.id}"):
            check_again(entry)
            st.switch_page(door.PAGES["Cek Kutipan"])
    if row.button("Hapus", key=f"hapus-{entry.id}"):
        place.history.remove(reader, [entry.id])
        st.rerun()
