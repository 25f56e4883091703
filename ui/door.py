"""How readers come in, set by the server before the page is served; the page asks who is there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from rag.serving.access.accounts import EDITOR, LOCAL, READER, Reader, Sessions
from rag.serving.access.gate import COOKIE

OPEN, PASSWORD, OIDC = "terbuka", "sandi", "oidc"


@dataclass
class Door:
    """``kind`` is one of the above; ``editors`` are the addresses that OIDC readers need for that role."""

    kind: str = OPEN
    sessions: Sessions = field(default_factory=Sessions)
    editors: frozenset[str] = frozenset()


DOOR = Door()
PAGES: dict[str, Any] = {}  # title → the page, for buttons that lead to another one


def reader() -> Reader:
    """Return who uses the page; where that is not known, the page ends here."""
    if DOOR.kind == OPEN:
        return LOCAL
    if DOOR.kind == PASSWORD:
        found = DOOR.sessions.reader(st.context.cookies.get(COOKIE))
        if found is None:
            st.html('<p>Waktu masuk Anda sudah habis. <a href="/masuk" target="_self">Masuk lagi</a></p>')
            st.stop()
        return found
    if not st.user.is_logged_in:
        st.title("Tanya Arsip")
        st.button("Masuk", type="primary", on_click=st.login)
        st.stop()
    name = str(st.user.get("email") or st.user.get("sub"))
    return Reader(name, EDITOR if name.lower() in DOOR.editors else READER)


def session() -> str:
    """Return the name of the conversation in this tab; it stands in the address, so a reload goes on with it."""
    held = st.session_state.get("sesi") or st.query_params.get("sesi")
    if not held or not held.isalnum():
        held = secrets.token_hex(8)
    st.session_state["sesi"] = held
    return str(held)
