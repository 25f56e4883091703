"""Sistem: models, speed, size, and that nothing leaves this machine."""

from __future__ import annotations

import logging
from statistics import median

import streamlit as st

from index.errors import TanyaError
from index.storage.history import ASKED
from rag import log
from rag.serving import diagnostics
from rag.serving.access.accounts import Accounts
from rag.serving.service import Workplace
from rag.serving.visibility import ReadersPlace
from rag.settings import OFFLINE_ENVIRONMENT
from ui import door, render
from ui.shared import workplace

_log = logging.getLogger("tanya.page")
_RECENT = 50
_LOG_LINES = 40
CATALOGUE = "Model bawaan"


def page() -> None:
    """Draw what is known of this installation."""
    place, reader = workplace(), door.reader()
    st.title("Sistem")
    if text := st.session_state.pop("kabar", None):
        st.html(render.words(text, "ta-note"))
    st.subheader("Arsip")
    articles, passages = place.store.counts()
    days = place.listing.days()
    size = diagnostics.disk(place.settings)
    rows = [
        ("Artikel", f"{articles}"),
        ("Bagian yang dapat dicari", f"{passages}"),
        ("Rentang tanggal", f"{render.day(days[0])} – {render.day(days[1])}" if days else "tidak diketahui"),
    ]
    if not isinstance(place, ReadersPlace):  # what is kept from a reader has its size too
        rows += [
            *([("Folder", str(place.settings.data_dir))] if reader.is_editor else []),
            ("Disk", f"arsip {_mb(size.index_bytes)}, kosong {_mb(size.free_bytes)}"),
            (
                "Memori",
                f"dipakai {_mb(diagnostics.used_memory_bytes())}, tersisa {_mb(diagnostics.available_memory_bytes())}",
            ),
        ]
    st.html(render.table(rows))
    _draw_models(place, editor=reader.is_editor)
    _draw_speed(place, reader.name)
    _draw_offline()
    _draw_log(place, editor=reader.is_editor)
    _draw_readers(place, reader.is_editor)


def _draw_models(place: Workplace, *, editor: bool) -> None:
    st.subheader("Model")
    rows = []
    for role, located, problem in diagnostics.models(place.settings):
        told = problem if editor else render.without_folders(problem)
        rows.append((role.capitalize(), f"{located.name}\nSHA-256 {located.digest}" if located else told))
    rows += [("Server jawaban", f"{address}\n{told}") for address, told in diagnostics.servers(place.settings)]
    rows += [
        ("Mesin pencari", f"{address}\n{told}") for address, told in diagnostics.engine(place.settings, place.store)
    ]
    rows += [
        ("Arsip bersama", f"{address}\n{told}")
        for address, told in diagnostics.shared_store(place.settings, place.store)
    ]
    st.html(render.table(rows))
    if not editor or place.settings.llm_servers:
        return
    choices = {CATALOGUE: None} | {path.name: path for path in diagnostics.own_models(place.settings)}
    now = place.settings.llm_path.name if place.settings.llm_path else CATALOGUE
    names = list(choices) if now in choices else [*choices, now]
    chosen = st.selectbox(
        "Model jawaban", names, index=names.index(now), help="Berkas GGUF di folder model", key="pilih-model"
    )
    if chosen != now and st.button("Pakai model ini", key="pakai-model"):
        with st.spinner("Memuat model …"):
            try:
                place.choose_llm(choices[chosen])
                st.session_state["kabar"] = f"Model jawaban sekarang {chosen}."
            except TanyaError as error:
                _log.exception("model-not-chosen")
                st.session_state["kabar"] = f"{error} Model sebelumnya tetap dipakai."
        st.rerun()


def _draw_speed(place: Workplace, reader: str) -> None:
    st.subheader("Kecepatan")
    entries = place.history.search(reader, kind=ASKED, count=_RECENT)
    timings = [entry.record["timings_ms"] for entry in entries if entry.record and entry.record.get("timings_ms")]
    rows = []
    for name, key in (("Bukti ditemukan", "retrieve"), ("Kata pertama", "first_token"), ("Jawaban lengkap", "total")):
        values = [timing[key] for timing in timings if timing.get(key) is not None]
        rows.append((name, f"{median(values) / 1000:.2f} detik (median {len(values)} pertanyaan)" if values else "–"))
    waiting = place.jobs.count()
    rows.append(("Sedang dijawab atau menunggu", f"{waiting}"))
    st.html(render.table(rows))


def _draw_offline() -> None:
    st.subheader("Luring")
    outside = diagnostics.outside_connections()
    told = "tidak dapat diperiksa di sistem ini" if outside is None else ", ".join(outside) or "tidak ada"
    rows = [
        ("Sambungan ke luar mesin ini saat ini", told),
        ("Pustaka model", "dikunci luring: " + ", ".join(sorted(OFFLINE_ENVIRONMENT))),
        ("Cara masuk", door.DOOR.kind),
    ]
    st.html(render.table(rows))


def _draw_log(place: Workplace, *, editor: bool) -> None:
    """Draw the newest lines of the log, for whoever may look after this installation, and offer all of it."""
    if not editor:
        return
    st.subheader("Log")
    data_dir = place.settings.data_dir
    lines = log.last_lines(data_dir, _LOG_LINES)
    if not lines:
        st.html(render.words(f"{log.log_path(data_dir)} masih kosong.", "ta-meta"))
        return
    st.html(render.log(lines))
    content = log.whole(data_dir)
    st.download_button("Unduh log", content, file_name="tanya.log", mime="text/plain", key="unduh-log")


def _draw_readers(place: Workplace, editor: bool) -> None:
    if door.DOOR.kind == door.OPEN:
        return
    st.subheader("Pembaca")
    if door.DOOR.kind == door.PASSWORD:
        if editor:
            readers = Accounts(place.settings.data_dir).readers()
            st.html(render.table((reader.name, reader.role) for reader in readers))
        st.html(
            '<p><a href="/keluar" target="_self">Keluar</a> · '
            '<a href="/keluar-semua" target="_self">Keluar dari semua perangkat</a></p>'
        )
    else:
        st.button("Keluar", key="keluar", on_click=st.logout)


def _mb(size: int | None) -> str:
    return "tidak diketahui" if size is None else f"{size / 1e6:,.0f} MB".replace(",", ".")
