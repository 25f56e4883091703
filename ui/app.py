"""The page: its frame, its looks and the way from one page to the next. It draws; all thinking is in ``rag``."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from index.errors import TanyaError
from ui import door, filters, render
from ui.style import STYLE
from ui.views import ask, find, guide, history, library, quotes, system

_log = logging.getLogger("tanya.page")
ICON = Path(__file__).with_name("icon.png")  # a named icon would be fetched from outside


def main() -> None:
    """Draw the chosen page."""
    st.set_page_config(page_title="Tanya Arsip", page_icon=str(ICON), layout="centered")
    st.html(STYLE)
    pages = [
        st.Page(ask.page, title="Tanya", url_path="tanya", default=True),
        st.Page(find.page, title="Cari", url_path="cari"),
        st.Page(quotes.page, title="Cek Kutipan", url_path="kutipan"),
        st.Page(library.page, title="Arsip", url_path="arsip"),
        st.Page(history.page, title="Riwayat", url_path="riwayat"),
        st.Page(system.page, title="Sistem", url_path="sistem"),
        st.Page(guide.page, title="Bantuan", url_path="bantuan"),
    ]
    # subtle: Streamlit forgets what a box held once a page is drawn without it; set again, it is the page's own
    for key in (*filters.KEPT, *library.KEPT, *find.KEPT):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]
    door.PAGES.update({page.title: page for page in pages})
    chosen = st.navigation(pages, position="top")
    editor = False
    try:
        editor = door.reader().is_editor
        chosen.run()
    except TanyaError as error:
        _log.exception("failed", extra={"fields": {"page": chosen.title}})
        st.html(render.words(f"Tidak dapat dilanjutkan: {error if editor else render.without_folders(str(error))}"))
    except Exception as error:
        _log.exception("failed", extra={"fields": {"page": chosen.title}})
        told = f"Halaman ini gagal dibuat ({type(error).__name__}); muat ulang. Rincian ada di log pada halaman Sistem."
        st.html(render.words(told))


main()
