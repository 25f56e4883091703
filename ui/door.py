"""How readers come in, set by the server before the page is served; the page asks who is there."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rag.serving.access.accounts import EDITOR, LOCAL, READER, Reader, Sessions
from rag.serving.access.gate import COOKIE
from rag.serving.spool import Spool
from rag.serving.uploads import Upload

OPEN, PASSWORD, OIDC = "terbuka", "sandi", "oidc"


@dataclass
class Door:
    """``kind`` is one of the above; ``editors`` are the addresses that OIDC readers need for that role.

    ``sessions`` are there with passwords, ``spool`` where a server runs: the page alone, as tests draw it, has none.
    """

    kind: str = OPEN
    sessions: Sessions | None = None
    editors: frozenset[str] = frozenset()
    spool: Spool | None = None


DOOR = Door()
PAGES: dict[str, Any] = {}  # title → the page, for buttons that lead to another one


def reader() -> Reader:
    """Return who uses the page; where that is not known, the page ends here."""
    if DOOR.kind == OPEN:
        return LOCAL
    if DOOR.kind == PASSWORD:
        found = DOOR.sessions.reader(st.context.cookies.get(COOKIE)) if DOOR.sessions else None
        if found is None:
            st.html('<p>Waktu masuk Anda sudah habis. <a href="/masuk" target="_self">Masuk lagi</a></p>')
            st.stop()
        return found
    if not st.user.is_logged_in:
        st.title("Tanya Arsip")
        st.button("Masuk", type="primary", on_click=st.login)
        st.stop()
    # subtle: at some providers one may write any address into an account; only one that was verified is somebody's.
    if st.user.get("email_verified") is not True or not st.user.get("email"):
        return Reader(str(st.user.get("sub")), READER)
    name = str(st.user.get("email")).lower()
    return Reader(name, EDITOR if name in DOOR.editors else READER)


def allow_uploads() -> None:
    """Let this page send files: called where their box is drawn, for an editor."""
    if DOOR.spool is not None and (context := get_script_run_ctx()) is not None:
        DOOR.spool.allow(context.session_id)


def allow_tables() -> None:
    """Let this page send tables of quotations: called where their box is drawn, for any reader."""
    if DOOR.spool is not None and (context := get_script_run_ctx()) is not None:
        DOOR.spool.allow(context.session_id, for_tables=True)


def uploaded(files: Iterable[Upload]) -> tuple[list[Upload], list[str]]:
    """Return the files that this page sent, and the names of those that are gone."""
    context = get_script_run_ctx()
    if DOOR.spool is None or context is None:
        return list(files), []
    return DOOR.spool.resolved(context.session_id, files)


def release_uploads() -> None:
    """Drop what this page sent, once it is in the archive."""
    if DOOR.spool is not None and (context := get_script_run_ctx()) is not None:
        DOOR.spool.release(context.session_id)


def session() -> str:
    """Return the name of the conversation in this tab; it stands in the address, so a reload goes on with it."""
    held = st.session_state.get("sesi") or st.query_params.get("sesi")
    if not held or not held.isalnum():
        held = secrets.token_hex(8)
    st.session_state["sesi"] = held
    return str(held)
