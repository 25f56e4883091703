"""A page of a PDF on the page: its picture with the cited sentence marked, and the pages before and behind it."""

from __future__ import annotations

import logging

import streamlit as st

from index.articles import Article
from index.errors import TanyaError
from rag.serving.printed_pages import has_pages
from rag.serving.service import Workplace
from ui import door, render
from ui.style import SCROLL_TO_PASSAGE

_log = logging.getLogger("tanya.page")
TEXT, PAGE = "Teks bersih", "Halaman asli"


def choice(article: Article, key: str, span: tuple[int, int] | None, others: tuple[str, ...] = ()) -> str:
    """Have the reader choose how an article is shown; one with a cited sentence begins with the page it stands on."""
    ways = [TEXT, *([PAGE] if has_pages(article) else []), *others]
    if len(ways) == 1:
        return TEXT
    first = span is not None and PAGE in ways
    chosen = st.segmented_control(
        "Tampilan", ways, default=PAGE if first else TEXT, key=key, label_visibility="collapsed"
    )
    return chosen or TEXT


def draw(place: Workplace, article: Article, span: tuple[int, int] | None, key: str) -> None:
    """Draw a page of the article's file, and the means to turn it."""
    wanted = f"halaman-{key}"
    number = st.session_state.get(wanted)
    try:
        with st.spinner("Menggambar halaman …"):
            view = place.page(article, span, number, door.reader().name)
    except TanyaError as error:
        _log.info("page-not-drawn", exc_info=True, extra={"fields": {"article": article.id}})
        st.html(render.words(render.without_folders(str(error)), "ta-note"))
        st.html(render.article_text(article.text, span, [(0, span[1] - span[0])] if span else []))
        return
    if view.told:
        st.html(render.words(view.told, "ta-note"))
    elif view.marked and view.number not in view.marked:
        st.html(render.words(f"Kalimat yang dikutip ada di halaman {_pages(view.marked)}.", "ta-note"))
    elif len(view.marked) > 1:
        st.html(render.words(f"Kalimatnya berlanjut: halaman {_pages(view.marked)}.", "ta-meta"))
    row = st.container(horizontal=True, vertical_alignment="center")
    turns = ((-1, "Halaman sebelumnya", "chevron_left"), (1, "Halaman berikutnya", "chevron_right"))
    for step, label, icon in turns if view.count > 1 else ():
        row.button(
            label,
            key=f"{wanted}-{step}",
            icon=f":material/{icon}:",
            disabled=not 1 <= view.number + step <= view.count,
            on_click=_turn,
            args=(wanted, view.number + step),
        )
    with row:
        st.html(render.words(f"Halaman {view.number} dari {view.count}", "ta-meta"))
    st.html(render.page(view))
    if view.boxes:
        st.html(SCROLL_TO_PASSAGE, unsafe_allow_javascript=True)


def _turn(wanted: str, number: int) -> None:
    st.session_state[wanted] = number


def _pages(numbers: tuple[int, ...]) -> str:
    return " dan ".join(map(str, numbers))
