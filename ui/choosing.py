"""Articles chosen on the page: into a collection or out of it, into a file, out of the archive; and the way back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import streamlit as st

from index.errors import TanyaError
from index.storage.collections import MAX_NAME_CHARS
from index.storage.repository import Store
from rag.serving.access.accounts import Reader
from rag.serving.article_list import as_csv, as_json_lines
from rag.serving.service import Workplace
from ui import door, render
from ui.shared import places

_log = logging.getLogger("tanya.page")
_CHOSEN, _UNDO, NEWS = "dipilih", "urung", "kabar"


# --- what is chosen ---


def chosen() -> list[str]:
    """Return the ids of the articles that are chosen in this tab, in the order they were chosen."""
    return list(st.session_state.setdefault(_CHOSEN, []))


def choose(ids: Iterable[str], *, chosen_now: bool = True) -> None:
    """Choose these articles, or no longer."""
    before, some = chosen(), list(ids)
    kept = [id for id in before if id not in set(some)]
    st.session_state[_CHOSEN] = [*before, *(id for id in some if id not in set(before))] if chosen_now else kept


def draw_box(id: str, title: str) -> None:
    """Draw the box by which one article is chosen."""
    key = f"pilih-{id}"
    st.session_state[key] = id in chosen()
    st.checkbox(
        f"Pilih {render.label(title)}",
        key=key,
        label_visibility="collapsed",
        on_change=lambda: choose([id], chosen_now=st.session_state[key]),
    )


def draw_actions(place: Workplace, *, editor: bool, within: str | None) -> None:
    """Draw what can be done with the chosen articles; ``within`` is the collection that is looked at."""
    ids = chosen()
    st.html(render.words(f"{render.count(len(ids))} artikel dipilih.", "ta-asked"))
    row = st.container(horizontal=True, vertical_alignment="bottom")
    if editor:
        draw_adding(place, ids, key="pilihan", row=row)
        if within:
            row.button(
                f"Keluarkan dari {render.label(within, 30)}",
                key="keluarkan",
                on_click=take_out,
                args=(place, within, ids),
            )
    reader = door.reader()
    for label, suffix, mime, make in (
        ("Unduh daftar (CSV)", "csv", "text/csv", as_csv),
        ("Unduh isi (JSONL)", "jsonl", "application/jsonl", as_json_lines),
    ):
        row.download_button(
            label,
            data=partial(_made, reader, ids, make),
            file_name=f"artikel.{suffix}",
            mime=mime,
            key=f"unduh-pilihan-{suffix}",
            on_click="ignore",
        )
    if editor:
        with row.popover("Hapus dari arsip", icon=":material/delete:"):
            told = f"{len(ids)} artikel dikeluarkan dari arsip. Berkas aslinya tetap; semuanya dapat dikembalikan."
            st.html(render.words(told))
            st.button(f"Hapus {len(ids)} artikel", key="hapus-pilihan", on_click=_remove, args=(place, ids))
    row.button("Batalkan pilihan", key="lepas-pilihan", type="tertiary", on_click=_let_go)


def draw_adding(place: Workplace, ids: Sequence[str], *, key: str, row: st.delta_generator.DeltaGenerator) -> None:
    """Draw the choice of a collection, an old one or a new name, and the button that puts articles into it."""
    draw_name(place, key=f"kumpulan-{key}", label="Masukkan ke kumpulan", row=row)
    row.button(
        f"Masukkan {render.count(len(ids))} artikel",
        key=f"masukkan-{key}",
        on_click=_put_in_named,
        args=(place, f"kumpulan-{key}", ids),
    )


def draw_name(place: Workplace, *, key: str, label: str, row: st.delta_generator.DeltaGenerator) -> str | None:
    """Draw the choice of a collection or a new name for one; return it."""
    names = [one.name for one in place.collections.all()]
    name = row.selectbox(
        label, names, index=None, key=key, placeholder="Pilih, atau tulis nama baru", accept_new_options=True, width=280
    )
    return str(name)[: MAX_NAME_CHARS + 1].strip() if name else None


# --- what is done, and undone ---


def put_in(place: Workplace, name: str, ids: Sequence[str]) -> None:
    """Put articles into a collection, which is made where there is none of this name."""

    def work() -> None:
        kept = place.collections
        is_new = name.casefold() not in {one.name.casefold() for one in kept.all()}
        with place.store.database.change(bump=False):
            if is_new:
                kept.make(name)
            added = kept.add(name, ids)
        one = kept.named(name)
        told = f"{len(added)} artikel masuk ke kumpulan {one.name} ({one.articles} artikel)."
        undo = partial(kept.delete if is_new else partial(kept.remove, ids=added), one.name)
        done(told, undo if added or is_new else None)

    attempt(work)


def take_out(place: Workplace, name: str, ids: Sequence[str]) -> None:
    """Take articles out of a collection."""

    def work() -> None:
        gone = place.collections.remove(name, ids)
        done(f"{len(gone)} artikel dikeluarkan dari kumpulan {name}.", partial(place.collections.add, name, gone))
        _let_go()

    attempt(work)


def done(told: str, undo: Callable[[], object] | None = None) -> None:
    """Have it told what was done, with a button that undoes it."""
    st.session_state[NEWS] = told
    st.session_state[_UNDO] = undo


def attempt(work: Callable[[], None]) -> None:
    """Do something, or have it told why it cannot be done."""
    try:
        work()
    except TanyaError as error:
        _log.exception("not-done")
        done(str(error))


def draw_news() -> None:
    """Draw what was done last, and the button that undoes it.

    subtle: in a place that is there also where nothing is told, or all that follows would be made anew in the browser
    and what has the focus would lose it.
    """
    place = st.container()
    text = st.session_state.pop(NEWS, None)
    undo = st.session_state.get(_UNDO)
    if text is None:
        st.session_state[_UNDO] = None
        return
    row = place.container(horizontal=True, vertical_alignment="center")
    row.html(render.words(text, "ta-note"))
    if undo is not None:
        row.button("Batalkan", key="urungkan", on_click=_undo, args=(undo,))


def _undo(undo: Callable[[], object]) -> None:
    def work() -> None:
        undo()
        done("Dibatalkan; semuanya seperti semula.")

    attempt(work)


def _put_in_named(place: Workplace, key: str, ids: Sequence[str]) -> None:
    name = str(st.session_state.get(key) or "").strip()
    if not name:
        done("Pilih kumpulannya, atau tulis nama baru.")
        return
    put_in(place, name, ids)
    st.session_state[key] = None


def _remove(place: Workplace, ids: Sequence[str]) -> None:
    def work() -> None:
        for id in ids:
            place.desk.remove(id)
        done(f"{len(ids)} artikel dikeluarkan dari arsip; lihat bagian Dihapus.", partial(_restore, place, ids))
        _let_go()

    attempt(work)


def _restore(place: Workplace, ids: Sequence[str]) -> None:
    for id in ids:
        place.desk.restore(id)


def _let_go() -> None:
    st.session_state[_CHOSEN] = []


def _made(reader: Reader, ids: Sequence[str], make: Callable[[Store, Sequence[str]], bytes]) -> bytes:
    """Make the file when it is asked for, of what the reader may see then."""
    return make(places().of(reader).store, ids)
