"""Cari: every article that holds these words, exactly; each hit opens in its article."""

from __future__ import annotations

import io
from functools import partial

import streamlit as st

from index.errors import InputError
from rag.query.find_language import MAX_QUERY_CHARS, QUOTES
from rag.retrieval.full_text import DATE, RELEVANCE, Found, Match
from rag.serving.hit_list import write_hits
from rag.serving.service import Workplace
from ui import render
from ui.shared import workplace
from ui.views.articles import show_place

_ORDERS = {"Paling cocok": RELEVANCE, "Terbaru": DATE}
_SHOWN = 8  # of each kind of count; the others are few articles each
HELP = (
    'Kata dicari menurut kata dasarnya; "harga beras" persis begitu. DAN, ATAU, TIDAK (huruf besar) dan kurung; '
    'ber* awalan; beras~ satu salah ketik; "harga beras"~5 berdekatan; judul:beras, penulis:, media:, '
    "tanggal:2019..2021, jenis:pdf."
)


def page() -> None:
    """Draw the box, and a page of what was found."""
    place = workplace()
    st.title("Cari")
    st.html(render.words(HELP, "ta-meta"))
    with st.form("cari-persis", border=False):
        query = st.text_input("Yang dicari", max_chars=MAX_QUERY_CHARS, key="kueri")
        order = st.radio("Urutan", list(_ORDERS), horizontal=True, key="kueri-urutan")
        sent = st.form_submit_button("Cari")
    if sent:
        st.session_state["kueri-halaman"] = 1
    if not query.strip():
        return
    try:
        with st.spinner("Mencari …"):
            found = place.find(query, _ORDERS[order])
    except InputError as error:
        st.html(render.words(str(error), "ta-note"))
        return
    _draw(place, found)


def _draw(place: Workplace, found: Found) -> None:
    number = min(int(st.session_state.get("kueri-halaman", 1)), found.pages)
    more = f" Halaman {number} dari {found.pages}." if found.pages > 1 else ""
    st.html(render.words(f"{found.articles} artikel, {found.hits} temuan.{more}", "ta-asked"))
    if not found.articles:
        return
    _draw_counts(found)
    st.download_button(
        "Unduh semua temuan (CSV)",
        data=partial(_csv, found),
        file_name="temuan.csv",
        mime="text/csv",
        key="unduh-temuan",
    )
    for match in found.page(number):
        with st.container(border=True):
            _draw_match(place, found, match)
    row = st.container(horizontal=True)
    for label, other in (("Halaman sebelumnya", number - 1), ("Halaman berikutnya", number + 1)):
        if 1 <= other <= found.pages:
            row.button(label, key=f"ke-halaman-{other}", on_click=_turn, args=(other,))


def _draw_counts(found: Found) -> None:
    """Draw how the articles are spread; a click narrows the search down."""
    facets = found.facets()
    kinds = (
        ("Media", facets.publishers, "tidak diketahui", 'media:"{}"'),
        ("Tahun", facets.years, "tanpa tanggal", "tanggal:{}"),
        ("Jenis", facets.types, "lain", "jenis:{}"),
    )
    with st.expander("Menurut media, tahun, dan jenis berkas"):
        for name, values, unknown, form in kinds:
            row = st.container(horizontal=True, vertical_alignment="center")
            row.html(render.words(name, "ta-meta"))
            for at, (value, count) in enumerate(sorted(values, key=lambda item: -item[1])[:_SHOWN]):
                row.button(
                    render.label(f"{value or unknown} {count}"),
                    key=f"saring-{name}-{at}",
                    disabled=value is None or any(mark in value for mark in QUOTES),
                    on_click=_narrow,
                    args=(form.format(value),),
                )


def _draw_match(place: Workplace, found: Found, match: Match) -> None:
    id = match.article.id
    st.html(render.found(match, match.article.title or id))
    pieces = found.detail(match).snippets
    for number, piece in enumerate(pieces):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.html(render.snippet(piece))
        if row.button("Buka di sini", key=f"buka-{id}-{number}"):
            show_place(place, id, piece.start, piece.start + len(piece.text), piece.text, piece.marks)
    if not pieces and st.button("Buka artikel", key=f"buka-{id}"):
        show_place(place, id, 0, 0, "")


def _csv(found: Found) -> bytes:
    stream = io.StringIO(newline="")
    write_hits(found, stream)
    return stream.getvalue().encode("utf-8-sig")


def _turn(number: int) -> None:
    st.session_state["kueri-halaman"] = number


def _narrow(condition: str) -> None:
    st.session_state["kueri"] = f"({st.session_state['kueri']}) {condition}"
    st.session_state["kueri-halaman"] = 1
