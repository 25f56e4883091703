"""The fact-checker's desk: a table of quotations checked in the background, row by row.

A table has an address of its own, ``?daftar=`` and its number: its reader, and no one else, finds it there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from index.errors import TanyaError
from index.readers.rows import TableRow
from index.storage.batches import ALL, CHANGED, LOOK, PROBLEMS, Batch, BatchRow, Counts
from index.storage.filters import Filters
from index.storage.history import DONE, FAILED, RUNNING, STOPPED
from rag.quotation.claims_export import ClaimResult, to_claim_review, to_csv, to_docx
from rag.quotation.claims_table import (
    DATE,
    FIELDS,
    LABELS,
    MAX_ROWS,
    MAX_TABLE_MB,
    PUBLISHER,
    QUOTE,
    URL,
    Columns,
    claims_of,
    columns_of,
    sheets_of,
)  # fmt: skip
from rag.quotation.verdict_text import NAMES
from rag.serving.service import Workplace
from ui import door, filters, render
from ui.copying import address, copy_link
from ui.views.quote_card import draw_check

ADDRESS = "daftar"
_A_PAGE = 20  # rows drawn at once: each is some ten elements of the page
_PREVIEW_ROWS, _MAX_CELL_CHARS = 3, 120
_MAX_NUMBER_CHARS = 15
_LISTED = 20
_TYPES = ["csv", "tsv", "xlsx", "xls", "ods"]
_NONE = "(tidak ada)"
_READ, _REFUSED, _TURN, _LIST = "daftar-dibaca", "daftar-ditolak", "giliran-daftar", "daftar-tampil"
_KINDS = {LOOK: "Perlu dilihat", CHANGED: "Hasil berubah", ALL: "Semua", PROBLEMS: "Tidak diperiksa"}
_NOTHING = {
    LOOK: "Tidak ada yang perlu dilihat.",
    CHANGED: "Tidak ada yang berubah sejak pemeriksaan sebelumnya.",
    PROBLEMS: "Semua baris dapat diperiksa.",
    ALL: "Daftar ini kosong.",
}
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Record = dict[str, Any]


def draw(place: Workplace, reader: str) -> None:
    """Draw the table that the address names, else the box for a new one and the list of those there are."""
    if not place.keeps:
        st.html(render.words("Daftar kutipan hanya bagi pembaca yang boleh melihat seluruh arsip.", "ta-note"))
        return
    if wanted := st.query_params.get(ADDRESS):
        is_number = wanted.isascii() and wanted.isdigit() and len(wanted) <= _MAX_NUMBER_CHARS
        batch = place.batches.kept.batch(reader, int(wanted)) if is_number else None
        st.button("Kembali ke semua daftar", key="semua-daftar", icon=":material/arrow_back:", on_click=_leave)
        if batch is not None:
            _draw_batch(place, reader, batch)
            return
        told = f"Daftar {render.cut(wanted, 20)} tidak ada: sudah dihapus, atau milik pembaca lain."
        st.html(render.words(told, "ta-note"))
    _draw_new(place, reader)
    _draw_list(place, reader)


# --- a new table ---


def _draw_new(place: Workplace, reader: str) -> None:
    chosen = filters.draw(place)
    told = (
        f"Satu kutipan tiap baris, paling banyak {render.count(MAX_ROWS)} baris dan {MAX_TABLE_MB} MB. Baris pertama "
        "sebaiknya nama kolom: kutipan, tokoh, tanggal, media, tautan. Hanya kutipan yang wajib."
    )
    st.html(render.words(told, "ta-meta"))
    door.allow_tables()
    turn = st.session_state.setdefault(_TURN, 0)
    file = st.file_uploader("Tabel kutipan", type=_TYPES, key=f"tabel-{turn}", max_upload_size=MAX_TABLE_MB)
    if refused := st.session_state.pop(_REFUSED, None):
        st.html(render.words(refused, "ta-note"))
    if file is None:
        st.session_state.pop(_READ, None)
        return
    name, rows = _rows(place, reader, file)
    if rows:
        _draw_columns(place, reader, chosen, name, rows)


def _rows(place: Workplace, reader: str, file: Any) -> tuple[str, list[TableRow]]:
    """Return the rows of the file in the box, read once."""
    held = st.session_state.get(_READ)
    if held is not None and held[0] == file.file_id:
        return file.name, held[1]
    rows: list[TableRow] = []
    try:
        files, lost = door.uploaded([file])
        if lost:
            st.html(render.words("Unggahannya terputus; pilih berkasnya lagi.", "ta-note"))
        else:
            with st.spinner("Membaca tabel …"):
                rows = place.table(files[0], reader)
    except TanyaError as error:
        st.html(render.words(f"{file.name}: {error}", "ta-note"))
    st.session_state[_READ] = (file.file_id, rows)
    door.release_uploads()
    return file.name, rows


def _draw_columns(place: Workplace, reader: str, chosen: Filters | None, name: str, rows: Sequence[TableRow]) -> None:
    """Draw which column was taken for what, to be changed, and how the first rows are read by it."""
    sheets = sheets_of(rows)
    try:
        found = columns_of(rows)
    except TanyaError as error:
        st.html(render.words(f"{name}: {error}", "ta-note"))
        return
    if len(sheets) > 1:
        at = sheets.index(found.sheet) if found.sheet in sheets else 0
        found = columns_of(rows, st.selectbox("Lembar", sheets, index=at, key="daftar-lembar"))
    has_names = st.checkbox("Baris pertama adalah nama kolom", found.has_names, key=f"daftar-judul-{found.sheet}")
    if has_names != found.has_names:
        found = columns_of(rows, found.sheet, has_names)
    st.html(render.words(f"Kolom yang dikenali: {found.told}. Ubah bila keliru.", "ta-meta"))
    columns = _draw_choice(found)
    claims = claims_of(rows, columns)
    bad = sum(claim.problem is not None for claim in claims)
    preview = [claim for claim in claims if claim.problem is None][:_PREVIEW_ROWS]
    if preview:
        st.html(render.table((f"Baris {claim.number}", _shown(vars(claim))) for claim in preview))
    told = f"{render.count(len(claims))} baris{f', {bad} di antaranya tidak dapat diperiksa' if bad else ''}."
    st.html(render.words(told, "ta-meta"))
    st.button(
        f"Periksa {render.count(len(claims) - bad)} kutipan",
        key="daftar-periksa",
        type="primary",
        disabled=not claims,
        on_click=_begin,
        args=(place, reader, name, claims, columns, chosen),
    )


def _shown(claim: Record) -> str:
    others = [f"{LABELS[field]}: {claim[field]}" for field in FIELDS if field != QUOTE and claim[field]]
    return " · ".join([f"“{render.cut(claim[QUOTE], _MAX_CELL_CHARS)}”", *(render.cut(one, 80) for one in others)])


def _draw_choice(found: Columns) -> Columns:
    """Draw a box for each field; the same column may be one field only, the first of them."""
    numbers: list[int | None] = [None, *range(len(found.names))]

    def shown(at: int | None) -> str:
        return _NONE if at is None else render.cut(found.names[at], 40)

    at: dict[str, int] = {}
    row = st.container(horizontal=True)
    for field in FIELDS:
        options = numbers[1:] if field == QUOTE else numbers
        key = f"kolom-{field}-{found.sheet}-{found.has_names}-{'-'.join(found.names)}"
        picked = row.selectbox(
            LABELS[field], options, index=options.index(found.at.get(field)), format_func=shown, key=key, width=150
        )
        if picked is not None and picked not in at.values():
            at[field] = picked
    return replace(found, at=at)


def _begin(
    place: Workplace, reader: str, name: str, claims: Sequence[Any], columns: Columns, chosen: Filters | None
) -> None:
    try:
        id = place.batches.begin(reader, name, claims, columns.told, chosen)
    except TanyaError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state.pop(_READ, None)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    _open(id)


# --- all tables ---


def _draw_list(place: Workplace, reader: str) -> None:
    batches = place.batches.kept.of_reader(reader)
    if not batches:
        return
    st.html('<h2 class="ta-section">Daftar Anda</h2>')
    shown = st.session_state.setdefault(_LIST, _LISTED)
    for batch in batches[:shown]:
        counts = place.batches.kept.counts(batch.id)
        with st.container(gap=None):
            st.button(
                render.label(batch.name), key=f"daftar-{batch.id}", type="tertiary", on_click=_open, args=(batch.id,)
            )
            st.html(render.words(f"{_when(batch)} · {_in_short(batch, counts)}", "ta-meta ta-below"))

    if len(batches) > shown:
        st.button("Tampilkan semua", key="semua-lama", on_click=lambda: st.session_state.update({_LIST: len(batches)}))


def _in_short(batch: Batch, counts: Counts) -> str:
    if batch.state != DONE:
        return f"{batch.state}, {counts.done} dari {counts.rows} kutipan"
    return f"{counts.rows} kutipan, {counts.look} perlu dilihat, {counts.problems} tidak diperiksa"


def _when(batch: Batch) -> str:
    return f"{render.day(batch.made_at[:10])}, {batch.made_at[11:16]}"


def _open(id: int) -> None:
    st.query_params.from_dict({ADDRESS: str(id)})


def _leave() -> None:
    st.query_params.clear()


# --- one table ---


def _draw_batch(place: Workplace, reader: str, batch: Batch) -> None:
    st.html(f'<h2 class="ta-asked">{escape(batch.name)}</h2>')
    kept = place.batches.kept
    counts = kept.counts(batch.id)
    narrowed = f" · Saringan: {_narrowed(batch)}" if _narrowed(batch) else ""
    st.html(render.words(f"{_when(batch)} · Kolom: {batch.about['columns']}{narrowed}", "ta-meta"))
    running = batch.state == RUNNING and place.batches.is_running(batch.id)
    if running:
        _draw_progress(place, reader, batch.id)
    elif batch.state != DONE:
        ended = {STOPPED: "Anda menghentikan pemeriksaan ini.", FAILED: batch.error or "Pemeriksaan ini gagal."}
        why = ended.get(batch.state, "Pemeriksaan ini terputus.")
        st.html(render.words(f"{why} {counts.waiting} kutipan belum diperiksa.", "ta-note"))
        st.button("Lanjutkan", key="daftar-lanjut", on_click=place.batches.go_on, args=(reader, batch.id))
    elif place.batches.is_outdated(batch):
        told = "Arsip sudah berubah sejak pemeriksaan ini. Periksa ulang untuk melihat apa yang berubah."
        st.html(render.words(told, "ta-note"))
    if refused := st.session_state.pop(_REFUSED, None):
        st.html(render.words(refused, "ta-note"))
    if not running:
        _draw_actions(place, reader, batch)
    if counts.done:
        _draw_counts(counts)
        _draw_rows(place, batch, counts)


@st.fragment(run_every=1.0)
def _draw_progress(place: Workplace, reader: str, id: int) -> None:
    if not place.batches.is_running(id):
        st.rerun(scope="app")
    counts = place.batches.kept.counts(id)
    share = counts.done / max(counts.rows, 1)
    st.progress(share, text=f"{counts.done} dari {counts.rows} kutipan diperiksa. Halaman ini boleh ditutup.")
    st.button(
        "Hentikan", key="daftar-henti", icon=":material/stop_circle:", on_click=place.batches.stop, args=(reader, id)
    )


def _draw_actions(place: Workplace, reader: str, batch: Batch) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    forms: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
        ("CSV", "csv", "text/csv", lambda: to_csv(_results(place, batch))),
        ("DOCX", "docx", _DOCX, lambda: to_docx(batch.name, _about(batch), _results(place, batch))),
        ("ClaimReview", "jsonld", "application/ld+json", lambda: to_claim_review(_results(place, batch))),
    )
    for name, suffix, mime, make in forms:
        row.download_button(
            f"Unduh {name}",
            data=make,
            file_name=f"daftar-kutipan-{batch.id}.{suffix}",
            mime=mime,
            key=f"unduh-daftar-{suffix}",
            on_click="ignore",
        )
    row.button(
        "Periksa ulang", key="daftar-ulang", icon=":material/refresh:", on_click=_again, args=(place, reader, batch.id)
    )
    with row:
        copy_link(address("kutipan", {ADDRESS: batch.id}), key=f"tautan-daftar-{batch.id}")
    row.button(
        "Hapus daftar ini",
        key="daftar-hapus",
        icon=":material/delete:",
        on_click=_remove,
        args=(place, reader, batch.id),
    )
    told = "Berkas ClaimReview masih konsep: bagian bertanda “ISI:” diisi manusia sebelum diterbitkan."
    st.html(render.words(told, "ta-meta"))


def _again(place: Workplace, reader: str, id: int) -> None:
    try:
        _open(place.batches.again(reader, id))
    except TanyaError as error:
        st.session_state[_REFUSED] = str(error)


def _remove(place: Workplace, reader: str, id: int) -> None:
    place.batches.remove(reader, id)
    _leave()


def _draw_counts(counts: Counts) -> None:
    told = [f"{name} {counts.verdicts[kind]}" for kind, name in NAMES.items() if kind in counts.verdicts]
    st.html(render.words(" · ".join(told), "ta-words"))


def _draw_rows(place: Workplace, batch: Batch, counts: Counts) -> None:
    numbers = {LOOK: counts.look, CHANGED: counts.changed, ALL: counts.rows, PROBLEMS: counts.problems}
    kinds = [kind for kind in _KINDS if kind != CHANGED or batch.earlier is not None]
    first = CHANGED if batch.earlier is not None and counts.changed else LOOK if counts.look else ALL
    page_key = f"daftar-halaman-{batch.id}"
    kind = (
        st.segmented_control(
            "Tampilkan",
            kinds,
            default=first,
            format_func=lambda kind: f"{_KINDS[kind]} ({numbers[kind]})",
            key=f"daftar-jenis-{batch.id}-{batch.state}",  # once it has ended, what needs a look comes first
            label_visibility="collapsed",
            on_change=lambda: st.session_state.pop(page_key, None),
        )
        or ALL
    )
    pages = max(1, -(-numbers[kind] // _A_PAGE))
    number = min(max(1, int(st.session_state.get(page_key, 1))), pages)
    rows = place.batches.kept.rows(batch.id, kind, (number - 1) * _A_PAGE, _A_PAGE)
    if not rows:
        st.html(render.words(_NOTHING[kind]))
    for row in rows:
        _draw_row(place, batch, row)
    if pages > 1:
        turns = st.container(horizontal=True, vertical_alignment="center")
        for label, other in (("Halaman sebelumnya", number - 1), ("Halaman berikutnya", number + 1)):
            if 1 <= other <= pages:
                turns.button(
                    label, key=f"daftar-ke-{other}", on_click=lambda to=other: st.session_state.update({page_key: to})
                )
        turns.html(render.words(f"Halaman {number} dari {pages}.", "ta-meta"))


def _draw_row(place: Workplace, batch: Batch, row: BatchRow) -> None:
    why = row.problem or ("; ".join(row.record["told"]["look"]) if row.record else "menunggu")
    with st.container(border=True):
        st.html(f'<h3 class="ta-card">Baris {row.number}{escape(f": {why}" if why else "")}</h3>')
        if row.change:
            st.html(render.words(f"Sejak pemeriksaan sebelumnya: {row.change}", "ta-note"))
        if row.record is None:
            if row.claim[QUOTE]:
                st.html(render.words(render.cut(row.claim[QUOTE], 2 * _MAX_CELL_CHARS), "ta-words ta-context"))
            return
        listed = [render.cut(row.claim[field], _MAX_CELL_CHARS) for field in (DATE, PUBLISHER, URL) if row.claim[field]]
        if listed:
            st.html(render.words(f"Menurut daftar: {', '.join(listed)}", "ta-meta"))
        draw_check(place, f"daftar-{batch.id}-{row.number}", row.record)


def _results(place: Workplace, batch: Batch) -> list[ClaimResult]:
    return [
        ClaimResult(row.number, row.claim, row.record, row.problem, row.change)
        for row in place.batches.kept.rows(batch.id)
    ]


def _about(batch: Batch) -> list[str]:
    about = batch.about
    told = [f"Diperiksa: {batch.made_at.replace('T', ' ')}", f"Kolom: {about['columns']}"]
    told += [f"Saringan: {_narrowed(batch)}"] if _narrowed(batch) else []
    if about.get("articles") is not None:
        told.append(f"Indeks: {about['articles']} artikel, SHA-256 {about['sha256']}, generasi {about['generation']}")
    return told


def _narrowed(batch: Batch) -> str:
    """Return the filters of a table in words, "" where it had none."""
    chosen = batch.about.get("filters") or {}
    parts = (
        chosen.get("publisher"),
        chosen.get("date_from") and f"sejak {render.day(chosen['date_from'])}",
        chosen.get("date_to") and f"sampai {render.day(chosen['date_to'])}",
        chosen.get("articles") and f"hanya artikel {', '.join(chosen['articles'])}",
    )
    return ", ".join(str(part) for part in parts if part)
