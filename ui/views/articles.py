"""One article: in a dialog at a sentence, or as a page with what was left out of it and what can be corrected."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from index.articles import Article, text_digest
from index.errors import TanyaError
from index.metadata.publication_date import certainty
from index.readers.formats import format_by_name
from index.storage.corrections import FIELDS, RULE
from rag.answering.answer import Source, appeared_in
from rag.quotation.record_word import is_web_address
from rag.retrieval.provenance import flags_of, provenance
from rag.serving.access.accounts import Reader
from rag.serving.service import Workplace
from ui import choosing, door, filters, printed, render
from ui.copying import address, copy_link
from ui.shared import ask_next, places
from ui.style import SCROLL_TO_PASSAGE

_log = logging.getLogger("tanya.page")
_DIGEST_CHARS, _MAX_NUMBER_CHARS = 8, 9  # in an address
_MAX_TITLE_CHARS = 200
_OF_ONE_ARTICLE = ("txt", "md", "html", "mhtml", "pdf", "docx", "odt", "rtf", "pptx")
_LABELS = {"title": "Judul", "date": "Tanggal", "publisher": "Media", "author": "Penulis", "url": "Alamat asal"}


def show_article(place: Workplace, source: Source, proofs: list[tuple[int, int]]) -> None:
    """Show a whole article in a dialog, scrolled to a sentence of it."""
    show_place(place, source.article_id, source.start, source.end, source.text, proofs, appeared_in(source.also_in))


@st.dialog("Artikel", width="large")
def show_place(
    place: Workplace,
    id: str,
    start: int,
    end: int,
    text: str,
    proofs: Sequence[tuple[int, int]] = (),
    note: str = "",
) -> None:
    """Show a whole article with ``text``, which stood at ``start`` to ``end``; ``proofs`` are spans of it."""
    proofs = proofs or [(0, len(text))]
    article = place.store.article(id)
    if article is None or article.text[start:end] != text:
        st.html(render.words("Artikel ini sudah berubah atau dihapus sejak itu; yang dikutip waktu itu:", "ta-note"))
        st.html(render.article(Article(id=id, text=text, path=""), (0, len(text)), proofs))
        return
    first, last = (start + proofs[0][0], start + proofs[0][1]) if text else (0, 0)
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        st.page_link(door.PAGES["Arsip"], label="Halaman artikel ini", query_params=at_sentence(article, first, last))
        copy_link(address("arsip", at_sentence(article, first, last)), key=f"tautan-kalimat-{id}-{first}")
    cited = (first, start + max(end for _, end in proofs)) if text else None
    if printed.choice(article, f"tampilan-sumber-{id}", cited) == printed.PAGE:
        st.html(render.article_head(article, note))
        printed.draw(place, article, cited, f"sumber-{id}-{cited}")
        return
    st.html(render.article(article, (start, end), proofs, note))
    st.html(SCROLL_TO_PASSAGE, unsafe_allow_javascript=True)


def at_sentence(article: Article, start: int, end: int) -> dict[str, str]:
    """Return the values of the address at which an article opens at these characters of its text.

    ``sidik`` is how the text's digest begins: what has changed since is told.
    """
    values = {"artikel": article.id}
    return values | {"dari": str(start), "sampai": str(end), "sidik": _digest(article)} if end else values


def _digest(article: Article) -> str:
    return (text_digest(article.text) or "")[:_DIGEST_CHARS]


def _passage(article: Article) -> tuple[int, int] | None:
    """Return the characters that the address names, None where it names none of this article."""
    start, end = st.query_params.get("dari", ""), st.query_params.get("sampai", "")
    if not all(value.isascii() and value.isdigit() and len(value) <= _MAX_NUMBER_CHARS for value in (start, end)):
        return None
    return (int(start), int(end)) if int(start) < int(end) <= len(article.text) else None


def draw_article(place: Workplace, article: Article, *, editor: bool) -> None:
    """Draw an article of the archive with its metadata, and for an editor the means to correct or remove it."""
    st.html(f'<h2 class="ta-section">{escape(render.heading(article))}</h2>')
    passage = _passage(article)
    if passage and st.query_params.get("sidik", "") not in ("", _digest(article)):
        st.html(render.words("Artikel ini berubah sejak tautan ini dibuat; letak kalimatnya mungkin lain.", "ta-note"))
    _draw_actions(article, passage, editor=editor)
    came = provenance(article)
    rows = [
        ("Media", article.publisher or "tidak diketahui"),
        ("Tanggal", render.date_with_certainty(article)),
        ("Penulis", article.author or "tidak diketahui"),
        ("Alamat asal", article.url or "tidak diketahui"),
        *([("Kumpulan", ", ".join(names))] if (names := place.collections.of([article.id]).get(article.id)) else []),
        ("Asal", "; ".join((render.origin(came), *flags_of(came)))),
        *([("Berkas", article.path)] if editor else []),
        ("Sidik jari", article.sha256),
    ]
    st.html(render.table(rows))
    if editor:
        _draw_collections(place, article)
    if editor and article.date and certainty(article.date_rule) == "perkiraan":
        st.button(
            f"Tanggal ini benar: {render.day(article.date)}",
            key="konfirmasi-tanggal",
            icon=":material/event_available:",
            on_click=_confirm_date,
            args=(place, article),
        )
    shown = printed.choice(article, f"tampilan-{article.id}", passage, ("Yang dibuang",))
    if shown == printed.PAGE:
        printed.draw(place, article, passage, f"artikel-{article.id}-{passage}")
    elif shown == "Yang dibuang":
        prepared = place.prepared(article, door.reader().name)
        if prepared is None:
            st.html(
                render.words("Berkas aslinya tidak ada lagi atau sudah berubah; baris yang dibuang tidak diketahui.")
            )
        else:
            left_out = sum(line.kind is not None for line in prepared.lines)
            st.html(render.words(f"{left_out} baris tidak termasuk teks artikel.", "ta-meta"))
            st.html(render.lines(prepared.lines))
    else:
        proofs = [(0, passage[1] - passage[0])] if passage else []
        st.html(render.article_text(article.text, passage, proofs))
        if passage:
            st.html(SCROLL_TO_PASSAGE, unsafe_allow_javascript=True)
    if editor:
        _draw_desk(place, article)


def _draw_actions(article: Article, passage: tuple[int, int] | None, *, editor: bool) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button("Ringkas artikel ini", key="ringkas", icon=":material/short_text:"):
        filters.within(article.id, render.heading(article))
        ask_next(f"Ringkas artikel “{render.cut(render.heading(article), _MAX_TITLE_CHARS)}”")
        st.switch_page(door.PAGES["Tanya"])
    if row.button("Tanya artikel ini", key="tanya-artikel", icon=":material/chat:"):
        filters.within(article.id, render.heading(article))
        st.switch_page(door.PAGES["Tanya"])
    if article.url and is_web_address(article.url):
        row.link_button("Buka alamat asal", article.url, icon=":material/open_in_new:")
    # a file of several articles may hold some that were taken out of the archive
    alone = article.place is None and format_by_name(article.path) in _OF_ONE_ARTICLE
    if Path(article.path).is_file() and (editor or alone):
        row.download_button(
            "Unduh berkas",
            data=partial(_content, door.reader(), article.id),
            file_name=render.file_name(article.path),
            mime="application/octet-stream",
            key="unduh-berkas",
            on_click="ignore",
        )
    with row:
        copy_link(address("arsip", at_sentence(article, *(passage or (0, 0)))), key="tautan-artikel")


def _content(reader: Reader, id: str) -> bytes:
    """Return the file of an article when it is asked for, where the reader may see the article then."""
    article = places().of(reader).store.article(id)
    return Path(article.path).read_bytes() if article is not None else b""


def _draw_collections(place: Workplace, article: Article) -> None:
    now = place.collections.of([article.id]).get(article.id, [])
    key = f"kumpulan-artikel-{article.id}"
    with st.popover("Kumpulan", icon=":material/folder_special:"):
        st.multiselect(
            "Ada di kumpulan", [one.name for one in place.collections.all()], now, key=key, accept_new_options=True,
            placeholder="Pilih, atau tulis nama baru",
        )  # fmt: skip
        st.button(
            "Simpan kumpulan", key=f"simpan-{key}", on_click=_keep_collections, args=(place, article.id, now, key)
        )


def _keep_collections(place: Workplace, id: str, before: list[str], key: str) -> None:
    wanted = list(st.session_state[key])
    for name in wanted:
        if name not in before:
            choosing.put_in(place, name, [id])
    for name in before:
        if name not in wanted:
            choosing.take_out(place, name, [id])


def _confirm_date(place: Workplace, article: Article) -> None:
    """Make the day that was found the editor's word; what else was corrected stays."""
    try:
        place.desk.correct(article.id, {name: getattr(article, name) or "" for name in FIELDS}, sure_of_date=True)
    except TanyaError as error:
        _log.exception("not-confirmed", extra={"fields": {"article": article.id}})
        st.session_state["kabar"] = str(error)
    else:
        st.session_state["kabar"] = "Tanggal artikel dikonfirmasi."


def _draw_desk(place: Workplace, article: Article) -> None:
    with st.expander("Perbaiki keterangan"), st.form(f"perbaiki-{article.id}", border=False):
        st.html(
            render.words(
                "Perbaikan tetap berlaku saat arsip diindeks ulang. Kosong berarti tidak diketahui.", "ta-meta"
            )
        )
        wanted = {
            name: st.text_input(
                _LABELS[name], getattr(article, name) or "", max_chars=500, key=f"isi-{name}-{article.id}"
            )
            for name in FIELDS
        }
        if st.form_submit_button("Simpan"):
            try:
                place.desk.correct(article.id, wanted, sure_of_date=article.date_rule == RULE)
            except TanyaError as error:
                _log.exception("not-corrected", extra={"fields": {"article": article.id}})
                st.html(render.words(str(error), "ta-note"))
            else:
                st.session_state["kabar"] = "Keterangan artikel disimpan."
                st.rerun()
    if st.button("Hapus dari arsip", key="hapus", icon=":material/delete:"):
        if same := place.desk.remove(article.id):
            st.session_state["kabar"] = f"Teks yang sama masih ada di arsip sebagai {', '.join(same)}."
        st.session_state["dihapus"] = article.id
        st.query_params.clear()
        st.rerun()
