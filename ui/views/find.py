"""Cari: every article that holds these words, exactly; each hit opens in its article.

A search has an address of its own: ``?q=`` the query, ``urut=tanggal``, ``hal=`` the page.
"""

from __future__ import annotations

import io
from functools import partial

import streamlit as st

from index.errors import InputError
from index.storage.alerts import SEARCH
from rag.query.find_language import MAX_QUERY_CHARS, QUOTES
from rag.retrieval.full_text import DATE, RELEVANCE, Found, Match
from rag.serving.access.accounts import Reader
from rag.serving.hit_list import write_hits
from rag.serving.service import Workplace
from ui import alerts, choosing, door, render
from ui.copying import address, copy_link
from ui.shared import places, workplace
from ui.views.articles import at_sentence, show_place

_ORDERS = {"Paling cocok": RELEVANCE, "Terbaru": DATE}
_BY_DATE = "tanggal"  # in an address
_NAME_PX = 90  # of the name of a kind of count, so that the counts stand below one another
_SHOWN = 8  # of each kind of count; the others are few articles each
_MAX_TITLE_CHARS = 160
_MAX_NUMBER_CHARS = 6
KEPT = ("kueri", "kueri-urutan", "kueri-halaman")
EXAMPLES = (
    ("beras impor", "kedua kata, dalam bentuk apa pun"),
    ('"harga beras"', "persis begitu"),
    ("beras TIDAK impor", "DAN, ATAU, TIDAK dengan huruf besar; kurung boleh"),
    ("pertani*", "awalan"),
    ("beras~", "satu salah ketik"),
    ('"harga beras"~5', "berdekatan, paling jauh 5 kata"),
    ("judul:beras media:Warta", "di judul; juga penulis:, jenis:pdf"),
    ("beras tanggal:2019..2021", "dalam rentang waktu"),
    ('beras kumpulan:"Nama kumpulan"', "dalam satu kumpulan"),
    ('beras pembicara:"Budi Santoso"', "yang mengutip orang ini; pembicara:santoso cukup satu kata namanya"),
)


def page() -> None:
    """Draw the box, and a page of what was found."""
    place = workplace()
    st.title("Cari")
    choosing.draw_news()
    st.html(
        render.words(
            "Setiap artikel yang memuat kata-kata ini, tanpa model: yang tertulis, itu yang dicari.", "ta-meta"
        )
    )
    _read_address()
    with st.form("cari-persis", border=False):
        query = st.text_input(
            "Yang dicari",
            max_chars=MAX_QUERY_CHARS,
            key="kueri",
            placeholder='misalnya "harga beras" TIDAK impor',
            label_visibility="collapsed",
        )
        row = st.container(horizontal=True, vertical_alignment="center")
        sent = row.form_submit_button("Cari", icon=":material/search:")
        order = row.radio(
            "Urutan", list(_ORDERS), horizontal=True, key="kueri-urutan", label_visibility="collapsed", width="content"
        )
    if sent:
        st.session_state["kueri-halaman"] = 1
    _write_address(query, order)
    if not query.strip():
        _draw_help()
        return
    try:
        with st.spinner("Mencari …"):
            found = place.find(query, _ORDERS[order])
    except InputError as error:
        st.html(render.words(str(error), "ta-note"))
        _draw_help()
        return
    _draw(place, found)


def _read_address() -> None:
    """Take the search from the address where it names another one, as after a reload or on the way back."""
    asked = dict(st.query_params)
    if not asked.get("q") or asked == st.session_state.get("kueri-alamat"):
        return
    st.session_state["kueri"] = asked["q"][:MAX_QUERY_CHARS]
    st.session_state["kueri-urutan"] = "Terbaru" if asked.get("urut") == _BY_DATE else "Paling cocok"
    number = asked.get("hal", "")
    is_number = number.isascii() and number.isdigit() and len(number) <= _MAX_NUMBER_CHARS
    st.session_state["kueri-halaman"] = max(1, int(number)) if is_number else 1


def _write_address(query: str, order: str) -> None:
    number = int(st.session_state.get("kueri-halaman", 1))
    values = {
        "q": query.strip(),
        "urut": _BY_DATE if _ORDERS[order] == DATE else "",
        "hal": str(number) if number > 1 else "",
    }
    kept = {name: value for name, value in values.items() if value} if query.strip() else {}
    if dict(st.query_params) != kept:
        st.query_params.from_dict(kept)
    st.session_state["kueri-alamat"] = kept


def _draw_help() -> None:
    with st.expander("Cara mencari", expanded=True):
        st.html(render.table((form, told) for form, told in EXAMPLES))


def _draw(place: Workplace, found: Found) -> None:
    number = min(int(st.session_state.get("kueri-halaman", 1)), found.pages)
    more = f" Halaman {number} dari {found.pages}." if found.pages > 1 else ""
    st.html(render.words(f"{found.articles} artikel, {found.hits} temuan.{more}", "ta-asked"))
    if not found.articles:
        told = "Coba kata yang lebih sedikit, awalan (pertani*), atau satu salah ketik (beras~)."
        st.html(render.words(f"Tidak ada artikel yang memuatnya. {told}"))
        alerts.keep_button(place, door.reader().name, SEARCH, found.query, key="cari")
        _draw_help()
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.download_button(
        "Unduh semua temuan (CSV)",
        data=partial(_csv, door.reader(), found.query, found.sort),
        file_name="temuan.csv",
        mime="text/csv",
        key="unduh-temuan",
        on_click="ignore",
    )
    if door.reader().is_editor:
        with row.popover("Masukkan ke kumpulan", icon=":material/folder_special:"):
            ids = [match.article.id for match in found.matches]
            choosing.draw_adding(place, ids, key="cari", row=st.container())
    with row:
        copy_link(address("cari", st.query_params.to_dict()), key="tautan-cari")
        alerts.keep_button(place, door.reader().name, SEARCH, found.query, key="cari")
    _draw_counts(found)
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
        *([("Pembicara", facets.speakers, "", 'pembicara:"{}"')] if facets.speakers else []),
        *([("Kumpulan", facets.collections, "", 'kumpulan:"{}"')] if facets.collections else []),
    )
    with st.expander("Menurut media, tahun, jenis berkas, dan pembicara"):
        for name, values, unknown, form in kinds:
            row = st.container(horizontal=True, vertical_alignment="center")
            row.html(render.words(name, "ta-meta ta-name"), width=_NAME_PX)
            for at, (value, count) in enumerate(sorted(values, key=lambda item: -item[1])[:_SHOWN]):
                row.button(
                    render.label(f"{value or unknown} {count}"),
                    key=f"saring-{name}-{at}",
                    disabled=value is None or any(mark in value for mark in QUOTES),
                    on_click=_narrow,
                    args=(form.format(value),),
                )
        if facets.unread:
            told = f"Pembicara di {facets.unread} artikel belum dibaca; sedang dibaca, muat ulang sebentar lagi."
            st.html(render.words(told, "ta-meta"))


def _draw_match(place: Workplace, found: Found, match: Match) -> None:
    id = match.article.id
    detail = found.detail(match)
    article = place.store.article(id)
    title = match.article.title or (render.heading(article) if article else id)
    values = {"artikel": id}
    if article and (first := next((one for one in detail.places if one.field == "text"), None)):
        values = at_sentence(article, first.start, first.end)
    with st.container(gap=None):
        st.page_link(door.PAGES["Arsip"], label=render.label(title, _MAX_TITLE_CHARS), query_params=values)
        st.html(render.found(match))
    pieces = detail.snippets
    for number, piece in enumerate(pieces):
        with st.container(gap=None):
            st.html(render.snippet(piece))
            opened = st.button(
                "Buka di sini", key=f"buka-{id}-{number}", type="tertiary", icon=":material/open_in_full:"
            )
        if opened:
            show_place(place, id, piece.start, piece.start + len(piece.text), piece.text, piece.marks)


def _csv(reader: Reader, query: str, sort: str) -> bytes:
    """Return all hits when they are asked for, of what the reader may see then."""
    found = places().of(reader).find(query, sort)
    stream = io.StringIO(newline="")
    write_hits(found, stream)
    return stream.getvalue().encode("utf-8-sig")


def _turn(number: int) -> None:
    st.session_state["kueri-halaman"] = number


def _narrow(condition: str) -> None:
    st.session_state["kueri"] = f"({st.session_state['kueri']}) {condition}"
    st.session_state["kueri-halaman"] = 1
