"""What every page begins with: the archive at work, opened once for all visitors."""

from __future__ import annotations

import threading
from contextlib import suppress

import streamlit as st

from rag.settings import Settings, go_offline
from rag.workplace import Workplace


@st.cache_resource(show_spinner="Membuka arsip …")
def workplace() -> Workplace:
    """Open the archive once; the models are loaded beside the page, so that the first question finds them there."""
    go_offline()
    place = Workplace(Settings.load())
    threading.Thread(target=_load, args=(place,), name="model", daemon=True).start()
    return place


def _load(place: Workplace) -> None:
    with suppress(Exception):  # whoever asks first is told what is wrong; here is no one to tell
        _ = place.assistant
