"""Outlet and dates to search in, shown as chips that can be dropped."""

from __future__ import annotations

from datetime import date

import streamlit as st

from index.storage.filters import Filters
from rag.serving.service import Workplace
from ui import render

_KEYS = ("saring-media", "saring-sejak", "saring-sampai")


def draw(place: Workplace) -> Filters | None:
    """Draw the choice of filters and their chips; return them, None where none is set."""
    days = place.listing.days()
    first, last = (date.fromisoformat(day) for day in days) if days else (None, None)
    row = st.container(horizontal=True, vertical_alignment="center")
    with row.popover("Saring", icon=":material/filter_alt:"):
        names = [name for name, _ in place.listing.publishers()]
        st.selectbox("Media", names, index=None, placeholder="Semua media", key=_KEYS[0])
        st.date_input("Sejak", value=None, min_value=first, max_value=last, key=_KEYS[1], format="DD/MM/YYYY")
        st.date_input("Sampai", value=None, min_value=first, max_value=last, key=_KEYS[2], format="DD/MM/YYYY")
    media, since, until = (st.session_state.get(key) for key in _KEYS)
    chosen = Filters(since.isoformat() if since else None, until.isoformat() if until else None, media)
    told = (media, since and f"sejak {render.day(chosen.date_from)}", until and f"sampai {render.day(chosen.date_to)}")
    for key, text in zip(_KEYS, told, strict=True):
        if text:
            row.button(
                f"{render.label(str(text))} ✕",
                key=f"lepas-{key}",
                on_click=_drop,
                args=(key,),
                help="Lepas saringan ini",
            )
    return chosen or None


def _drop(key: str) -> None:
    st.session_state[key] = None
