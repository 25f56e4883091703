"""One checked quotation on the page: verdict, words side by side, where and when; each place opens in its article."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rag.quotation.checker import STITCHED
from rag.serving.service import Workplace
from ui import compared, render
from ui.views.articles import show_place

_SHOWN_PLACES = 5
Record = dict[str, Any]


def draw_check(place: Workplace, key: str, check: Record) -> None:
    """Draw a check; ``key`` is its own on the page."""
    st.html(compared.badges(check))
    st.html(render.words("\n".join(check["told"]["lines"])))
    matches = check["matches"]
    if not matches:
        st.html(render.words(check["quote"], "ta-words ta-context"))
        return
    if check["verdict"] == STITCHED and "checked" in check:  # an older record does not tell where its pieces lie
        st.html(compared.stitched(check))
        lines = [line for differences in check["told"]["differences"] for line in differences]
    else:
        st.html(compared.side_by_side(check, matches[0]))
        lines = check["told"]["differences"][0]
    if lines:
        st.html(render.problems(lines))
    st.html(render.words("Di mana dan kapan", "ta-heading"))
    st.html(compared.timeline(matches, check["told"]["places"]))
    row = st.container(horizontal=True)
    for number, match in enumerate(matches[:_SHOWN_PLACES]):
        label = f"Buka {render.label(match['publisher'] or match['article_id'], 30)}"
        if row.button(label, key=f"tempat-{key}-{number}"):
            show_place(place, match["article_id"], match["start"], match["end"], match["text"])
