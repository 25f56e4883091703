"""Outlet, dates and article to search in, shown as chips that can be dropped."""

from __future__ import annotations

from datetime import date

import streamlit as st

from index.storage.filters import Filters
from rag.serving.service import Workplace
from ui import render

_KEYS = ("saring-media", "saring-sejak", "saring-sampai")


_COLLECTION = "saring-kumpulan"
_ARTICLE = "saring-artikel"
KEPT = (*_KEYS, _COLLECTION, _ARTICLE)  # they hold on every page


def within(id: str, heading: str) -> None:
    """Ask and check in one article alone from now on, until its chip is dropped."""
    st.session_state[_ARTICLE] = (id, heading)


def within_collection(name: str) -> None:
    """Look at one collection alone from now on, until its chip is dropped."""
    st.session_state[_COLLECTION] = name


def forget_collection() -> None:
    """Look at all articles again: the collection has another name, or is gone."""
    st.session_state[_COLLECTION] = None


def collection() -> str | None:
    """Return the collection that is looked at."""
    name: str | None = st.session_state.get(_COLLECTION)
    return name


def draw(place: Workplace, *, with_article: bool = True) -> Filters | None:
    """Draw the choice of filters and their chips; return them, None where none is set.

    ``with_article`` says that one article may be all that is looked at.
    """
    days = place.listing.days()
    first, last = (date.fromisoformat(day) for day in days) if days else (None, None)
    collections = [one.name for one in place.collections.all()]
    if collection() not in collections:
        forget_collection()
    row = st.container(horizontal=True, vertical_alignment="center")
    with row.popover("Saring", icon=":material/filter_alt:"):
        names = [name for name, _ in place.listing.publishers()]
        st.selectbox("Media", names, index=None, placeholder="Semua media", key=_KEYS[0])
        st.date_input("Sejak", value=None, min_value=first, max_value=last, key=_KEYS[1], format="DD/MM/YYYY")
        st.date_input("Sampai", value=None, min_value=first, max_value=last, key=_KEYS[2], format="DD/MM/YYYY")
        if collections:
            st.selectbox("Kumpulan", collections, index=None, placeholder="Semua artikel", key=_COLLECTION)
    media, since, until = (st.session_state.get(key) for key in _KEYS)
    one = st.session_state.get(_ARTICLE) if with_article else None
    if one and place.store.owner(one[0]) is None:  # it has gone, or may not be seen any more
        one = st.session_state[_ARTICLE] = None
    chosen = place.collections.within(
        Filters(
            since.isoformat() if since else None, until.isoformat() if until else None, media, (one[0],) if one else ()
        ),
        collection(),
    )
    told = (
        media,
        since and f"sejak {render.day(chosen.date_from)}",
        until and f"sampai {render.day(chosen.date_to)}",
        collection() and f"kumpulan: {collection()}",
        one and f"hanya artikel: {one[1]}",
    )
    for key, text in zip(KEPT, told, strict=True):
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
