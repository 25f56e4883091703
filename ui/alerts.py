"""Kept searches, questions and quotations: the button that keeps one, and on the first page what is new for each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from index.errors import TanyaError
from index.storage.alerts import MAX_SHOWN, QUESTION, QUOTE, SEARCH, Alert, Hit
from rag.quotation.verdict_text import NAMES
from rag.serving.kept_searches import KINDS, News
from rag.serving.service import Workplace
from ui import door, render
from ui.shared import ask_next

_SHOWN = 5  # new articles of each, at first
_MAX_TITLE_CHARS, _MAX_NAME_CHARS = 160, 80
_TOLD = "kabar-simpan"  # what became of the button that was pressed last: its key, and a line


def keep_button(place: Workplace, reader: str, kind: str, query: str, *, key: str, speaker: str = "") -> None:
    """Draw the button that keeps what was just searched, asked or checked; ``key`` is its own on the page."""
    if not place.keeps:
        return
    with st.popover("Kabari saya", type="tertiary", icon=":material/notifications:"):
        told = {
            SEARCH: "Artikel baru yang cocok dengan pencarian ini",
            QUESTION: "Artikel baru yang dekat dengan pertanyaan ini",
            QUOTE: "Artikel baru yang memuat kutipan ini, juga dengan kata yang berubah",
        }[kind]
        st.html(render.words(f"{told} dikabarkan di halaman Tanya setelah artikel masuk.", "ta-meta"))
        name = f"kabar-nama-{key}"
        st.text_input("Nama", key=name, max_chars=_MAX_NAME_CHARS, placeholder="boleh kosong")
        st.button(
            "Simpan", key=f"kabar-simpan-{key}", on_click=_keep, args=(place, reader, kind, query, speaker, name, key)
        )
        if (last := st.session_state.get(_TOLD)) and last[0] == key:
            st.html(render.words(last[1], "ta-note"))


def draw(place: Workplace, reader: str) -> None:
    """Draw what is new, and behind it all that is kept; nothing where nothing is."""
    if not place.keeps:
        return
    kept = place.kept_searches.kept.of_reader(reader)
    if not kept:
        return
    news = place.kept_searches.unseen(reader)
    if news:
        st.html('<h2 class="ta-section">Kabar baru</h2>')
    for one in news:
        _draw_news(place, reader, one)
    with st.expander("Yang Anda simpan"):  # a label with their number would close it when one is taken out
        quiet = "" if news else "; tidak ada yang baru"
        st.html(render.words(f"{len(kept)} tersimpan{quiet}.", "ta-meta"))
        for alert in kept:
            _draw_kept(place, reader, alert)


def _draw_news(place: Workplace, reader: str, news: News) -> None:
    alert = news.alert
    with st.container(border=True):
        st.html(render.words(alert.name, "ta-heading") + render.words(f"{news.told}.", "ta-meta"))
        hits = place.kept_searches.kept.hits(alert.id, unseen_only=True)
        _draw_hits(hits[:_SHOWN])
        if len(hits) > _SHOWN:
            more = "" if news.articles <= MAX_SHOWN else f" pertama dari {render.count(news.articles)}"
            with st.expander(f"{len(hits) - _SHOWN} lagi{more}"):
                _draw_hits(hits[_SHOWN:])
        row = st.container(horizontal=True, vertical_alignment="center")
        row.button(
            "Tandai sudah dilihat",
            key=f"kabar-dilihat-{alert.id}",
            on_click=place.kept_searches.kept.mark_seen,
            args=(reader, alert.id),
        )
        with row:
            _draw_way(alert, "kabar")


def _draw_hits(hits: Sequence[Hit]) -> None:
    for hit in hits:
        verdict = NAMES[hit.verdict] if hit.verdict else ""
        parts = [hit.publisher or "media tidak diketahui", render.day(hit.date), verdict]
        with st.container(gap=None):
            st.page_link(
                door.PAGES["Arsip"],
                label=render.label(hit.title or hit.article_id, _MAX_TITLE_CHARS),
                query_params={"artikel": hit.article_id},
            )
            st.html(render.words(" · ".join(part for part in parts if part), "ta-meta ta-below"))


def _draw_kept(place: Workplace, reader: str, alert: Alert) -> None:
    told = f"{KINDS[alert.kind].capitalize()}, disimpan {render.day(alert.made_at[:10])}"
    what = f": {render.cut(alert.query, 120)}" if alert.name != alert.query else ""
    st.html(render.words(alert.name, "ta-heading") + render.words(f"{told}{what}", "ta-meta"))
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        _draw_way(alert, "simpan")
    row.button(
        "Hapus",
        key=f"simpan-hapus-{alert.id}",
        type="tertiary",
        icon=":material/delete:",
        help=f"Jangan kabari lagi: {render.label(alert.name)}",
        on_click=place.kept_searches.kept.remove,
        args=(reader, alert.id),
    )


def _draw_way(alert: Alert, key: str) -> None:
    """Draw the way back to what was searched, asked or checked."""
    if alert.kind == SEARCH:
        st.page_link(door.PAGES["Cari"], label="Cari lagi", icon=":material/search:", query_params={"q": alert.query})
    elif alert.kind == QUESTION:
        st.button("Tanya lagi", key=f"{key}-tanya-{alert.id}", type="tertiary", on_click=ask_next, args=(alert.query,))
    elif st.button("Periksa lagi", key=f"{key}-periksa-{alert.id}", type="tertiary"):
        st.session_state.update({"kutipan": alert.query, "narasumber": alert.speaker})
        st.switch_page(door.PAGES["Cek Kutipan"])


def _keep(place: Workplace, reader: str, kind: str, query: str, speaker: str, name: str, key: str) -> None:
    try:
        _, count = place.kept_searches.add(
            reader, kind, query, name=str(st.session_state.get(name) or ""), speaker=speaker
        )
        there = "artikel terdekat" if kind == QUESTION else "artikel sudah cocok"
        told = f"Tersimpan. {render.count(count)} {there}; yang baru akan dikabarkan."
    except TanyaError as error:
        told = str(error)
    st.session_state[_TOLD] = (key, told)
