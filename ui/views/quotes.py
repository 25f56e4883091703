"""Cek Kutipan: paste a quotation or a draft; see at once whether it was said so, by whom, where, and what differs."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from index.storage.filters import Filters
from index.storage.history import CHECKED, DONE, MAX_KEPT_CHARS, Entry
from rag.quotation import evidence_record
from rag.quotation.draft import MAX_DRAFT_CHARS
from rag.quotation.record_word import as_docx
from rag.serving.service import AUTOMATIC, DRAFT, SINGLE, Workplace
from ui import compared, door, filters, render
from ui.shared import workplace
from ui.views.articles import show_place

_SHOWN_PLACES = 5
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Record = dict[str, Any]


def page() -> None:
    """Draw the box, and the check that was made or opened last."""
    place, reader, session = workplace(), door.reader(), door.session()
    st.title("Cek Kutipan")
    articles, _ = place.store.counts()
    st.html(
        render.words(
            f"Dicocokkan kata demi kata dengan {articles} artikel; tidak ada model yang memutuskan.", "ta-meta"
        )
    )
    chosen = filters.draw(place)
    with st.form("periksa", border=False):
        text = st.text_area("Kutipan atau seluruh naskah", height=150, max_chars=MAX_DRAFT_CHARS, key="kutipan")
        speaker = st.text_input("Narasumber (boleh kosong)", max_chars=200, key="narasumber")
        kind = st.radio("Baca sebagai", [AUTOMATIC, SINGLE, DRAFT], horizontal=True, key="jenis")
        sent = st.form_submit_button("Periksa")
    if sent and text.strip():
        st.session_state["cek"] = _check(place, reader.name, session, (text, speaker, kind), chosen)
    entry = place.history.entry(reader.name, st.session_state["cek"]) if "cek" in st.session_state else None
    if entry is not None and entry.record:
        _draw(place, entry, entry.record)


def open_check(entry: Entry) -> None:
    """Have a check shown when the page is drawn next."""
    st.session_state["cek"] = entry.id


def _check(place: Workplace, reader: str, session: str, asked: tuple[str, str, str], chosen: Filters | None) -> int:
    text, speaker, kind = asked
    record = place.check(text, speaker, kind, chosen, reader=reader)
    id = place.history.begin(reader, session, CHECKED, text.strip()[:MAX_KEPT_CHARS])
    place.history.keep(id, record, DONE)
    return id


def _draw(place: Workplace, entry: Entry, record: Record) -> None:
    checks = record["checks"]
    if record["draft"] is not None:
        told = f"Naskah dengan {len(checks)} kutipan, {len(record.get('flagged', ()))} perlu dilihat."
        st.html(render.words(told, "ta-asked"))
        for left_out in record.get("left_out", ()):
            st.html(render.words(f"Tidak dihitung sebagai kutipan: “{left_out}”", "ta-meta"))
    for number, check in enumerate(checks):
        with st.container(border=True):
            _draw_check(place, f"{entry.id}-{number}", check)
    row = st.container(horizontal=True)
    for name, suffix, mime, make in (
        ("DOCX", "docx", _DOCX, as_docx),
        ("Markdown", "md", "text/markdown", lambda record: evidence_record.as_markdown(record).encode("utf-8")),
        ("JSON", "json", "application/json", lambda record: evidence_record.as_json_text(record).encode("utf-8")),
    ):
        row.download_button(
            f"Unduh bukti {name}",
            data=partial(make, record),
            file_name=f"cek-kutipan-{entry.id}.{suffix}",
            mime=mime,
            key=f"bukti-{suffix}-{entry.id}",
            on_click="ignore",
        )


def _draw_check(place: Workplace, key: str, check: Record) -> None:
    st.html(compared.verdict(check["verdict"]))
    st.html(render.words("\n".join(check["told"]["lines"])))
    matches = check["matches"]
    if not matches:
        st.html(render.words(check["quote"], "ta-words ta-context"))
        return
    st.html(compared.side_by_side(check["quote"], matches[0]))
    if lines := check["told"]["differences"][0]:
        st.html(render.problems(lines))
    st.html(render.words("Di mana dan kapan", "ta-heading"))
    st.html(compared.timeline(matches, check["told"]["places"]))
    row = st.container(horizontal=True)
    for number, match in enumerate(matches[:_SHOWN_PLACES]):
        label = f"Buka {render.label(match['publisher'] or match['article_id'], 30)}"
        if row.button(label, key=f"tempat-{key}-{number}"):
            show_place(place, match["article_id"], match["start"], match["end"], match["text"])
