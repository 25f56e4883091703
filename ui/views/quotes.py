"""Cek Kutipan: paste a quotation or a draft; see at once whether it was said so, by whom, where, and what differs.

A check has an address of its own, ``?cek=`` and its number in the history: its reader, and no one else, finds it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from index.errors import InputError
from index.storage.alerts import QUOTE
from index.storage.filters import Filters
from index.storage.history import CHECKED, DONE, Entry
from rag.quotation import evidence_record
from rag.quotation.draft import MAX_DRAFT_CHARS
from rag.quotation.record_word import as_docx
from rag.serving.service import AUTOMATIC, DRAFT, SINGLE, Workplace
from ui import alerts, compared, door, filters, render
from ui.copying import address, copy_link
from ui.shared import workplace
from ui.views import claims
from ui.views.quote_card import draw_check

ADDRESS = "cek"
ONE, TABLE = "Kutipan atau naskah", "Daftar kutipan (CSV, XLSX)"
_PART = "bagian-cek"
# Of a draft, at first: each check is some ten elements of the page, drawn anew at every click; by hand.
_SHOWN_CHECKS = 50
_SHOWN_LEFT_OUT, _MAX_LEFT_OUT_CHARS = 10, 60
_MAX_NUMBER_CHARS = 15
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Record = dict[str, Any]


def page() -> None:
    """Draw the box, and the check that was made or opened last."""
    place, reader, session = workplace(), door.reader(), door.session()
    st.title("Cek Kutipan")
    articles, _ = place.store.counts()
    st.html(
        render.words(
            f"Dicocokkan kata demi kata dengan {render.count(articles)} artikel; tidak ada model yang memutuskan.",
            "ta-meta",
        )
    )
    if claims.ADDRESS in st.query_params:
        st.session_state[_PART] = TABLE
    part = st.segmented_control(
        "Yang diperiksa", [ONE, TABLE], key=_PART, default=ONE, label_visibility="collapsed", on_change=_other_part
    )
    if part == TABLE:
        claims.draw(place, reader.name)
        return
    chosen = filters.draw(place)
    entry = _opened(place, reader.name)
    if entry is not None and "kutipan" not in st.session_state:
        _fill(entry)  # as after a reload
    with st.form("periksa", border=False):
        text = st.text_area("Kutipan atau seluruh naskah", height=150, max_chars=MAX_DRAFT_CHARS, key="kutipan")
        speaker = st.text_input("Narasumber (boleh kosong)", max_chars=200, key="narasumber")
        kind = st.radio("Baca sebagai", [AUTOMATIC, SINGLE, DRAFT], horizontal=True, key="jenis")
        sent = st.form_submit_button("Periksa")
    if sent and text.strip():
        try:
            number = _check(place, reader.name, session, (text, speaker, kind), chosen)
        except InputError as error:  # what was typed stays in its box
            st.html(render.words(str(error), "ta-note"))
            return
        st.session_state[ADDRESS] = number
        st.query_params[ADDRESS] = str(number)
        entry = place.history.entry(reader.name, number)
    if entry is not None and entry.record:
        _draw(place, entry, entry.record)
    elif wanted := st.query_params.get(ADDRESS):
        told = (
            f"Pemeriksaan {render.cut(wanted, 20)} tidak ada di riwayat Anda: sudah dihapus, atau milik pembaca lain."
        )
        st.html(render.words(told, "ta-note"))


def _other_part() -> None:
    """Leave the address of what was open: it is another part's."""
    st.query_params.clear()


def check_again(entry: Entry) -> None:
    """Have the whole text of a check stand in the box when the page is drawn next."""
    st.session_state[_PART] = ONE
    st.session_state.pop(ADDRESS, None)
    _fill(entry)


def _opened(place: Workplace, reader: str) -> Entry | None:
    """Return the check that the address names, else the one made last; its number stands in the address then."""
    wanted = str(st.query_params.get(ADDRESS) or st.session_state.get(ADDRESS) or "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= _MAX_NUMBER_CHARS):
        return None
    entry = place.history.entry(reader, int(wanted))
    if entry is None or entry.kind != CHECKED:
        st.session_state.pop(ADDRESS, None)
        return None
    st.session_state[ADDRESS] = entry.id
    st.query_params[ADDRESS] = str(entry.id)
    return entry


def _fill(entry: Entry) -> None:
    record = entry.record or {}
    asked = record.get("asked", {})
    st.session_state["kutipan"] = (evidence_record.asked_text(record) if record else None) or entry.question
    st.session_state["narasumber"] = asked.get("speaker", "")
    st.session_state["jenis"] = asked.get("kind", AUTOMATIC)


def _check(place: Workplace, reader: str, session: str, asked: tuple[str, str, str], chosen: Filters | None) -> int:
    text, speaker, kind = asked
    record = place.check(text, speaker, kind, chosen, reader)
    id = place.history.begin(reader, session, CHECKED, evidence_record.heading(text))
    place.history.keep(id, record, DONE)
    return id


def _draw(place: Workplace, entry: Entry, record: Record) -> None:
    if record["draft"] is None:
        with st.container(border=True):
            draw_check(place, f"{entry.id}-0", record["checks"][0])
    else:
        _draw_draft(place, entry, record)
    st.html(render.words("Alamat halaman ini membuka lagi pemeriksaan ini, untuk Anda saja.", "ta-meta"))
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        copy_link(address("kutipan", {ADDRESS: entry.id}), key=f"tautan-cek-{entry.id}")
        if record["draft"] is None:
            check = record["checks"][0]
            speaker = check["speaker"]["claimed"] or ""
            alerts.keep_button(place, entry.reader, QUOTE, check["quote"], key=f"cek-{entry.id}", speaker=speaker)
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


def _draw_draft(place: Workplace, entry: Entry, record: Record) -> None:
    """Draw the draft with its quotations marked, those that need a look first: as a list, then a card each."""
    checks, flagged = record["checks"], record.get("flagged", [])
    st.html(render.words(f"Naskah dengan {len(checks)} kutipan, {len(flagged)} perlu dilihat.", "ta-asked"))
    left = shown = st.session_state.setdefault(f"tampil-{entry.id}", _SHOWN_CHECKS)
    if flagged:
        st.html(compared.jump_list(checks, flagged[:shown]))
    if text := evidence_record.asked_text(record):
        st.html(compared.draft(text, checks, flagged))
    if left_out := list(dict.fromkeys(record.get("left_out", ()))):
        shown = ", ".join(f"“{render.cut(one, _MAX_LEFT_OUT_CHARS)}”" for one in left_out[:_SHOWN_LEFT_OUT])
        rest = f", dan {len(left_out) - _SHOWN_LEFT_OUT} lagi" if len(left_out) > _SHOWN_LEFT_OUT else ""
        st.html(render.words(f"Tidak dihitung sebagai kutipan: {shown}{rest}.", "ta-meta"))
    others = [number for number in range(len(checks)) if number not in flagged]
    for name, numbers in (("Perlu dilihat", flagged), ("Sesuai arsip", others)):
        _draw_cards(place, entry, checks, f"{name} ({len(numbers)})", numbers[:left], back=bool(flagged))
        left -= min(left, len(numbers))
    if len(checks) > shown:
        st.button(
            f"Tampilkan lagi ({shown} dari {len(checks)} kutipan)",
            key=f"lebih-{entry.id}",
            on_click=lambda: st.session_state.update({f"tampil-{entry.id}": shown + _SHOWN_CHECKS}),
        )


def _draw_cards(
    place: Workplace, entry: Entry, checks: Sequence[Record], heading: str, numbers: Sequence[int], *, back: bool
) -> None:
    if numbers:
        st.html(f'<h2 class="ta-section">{heading}</h2>')
    for number in numbers:
        with st.container(border=True):
            st.html(compared.card_heading(number + 1, checks[number]))
            draw_check(place, f"{entry.id}-{number}", checks[number])
            if back:
                st.html(compared.back_to_list())
