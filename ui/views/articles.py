"""One article: in a dialog at a sentence, or as a page with what was left out of it and what can be corrected."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import streamlit as st

from index.articles import Article
from index.errors import TanyaError
from index.storage.corrections import FIELDS
from rag.answering.answer import Source, appeared_in
from rag.retrieval.provenance import flags_of, origin_line, provenance
from rag.serving.service import Workplace
from ui import door, render
from ui.style import SCROLL_TO_PASSAGE

_log = logging.getLogger("tanya.page")
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
    st.html(render.article(article, (start, end), proofs, note))
    st.html(SCROLL_TO_PASSAGE, unsafe_allow_javascript=True)


def draw_article(place: Workplace, article: Article, *, editor: bool) -> None:
    """Draw an article of the archive with its metadata, and for an editor the means to correct or remove it."""
    st.html(render.words(render.heading(article), "ta-asked"))
    came = provenance(article)
    rows = [
        ("Media", article.publisher or "tidak diketahui"),
        ("Tanggal", render.date_with_certainty(article)),
        ("Penulis", article.author or "tidak diketahui"),
        ("Alamat asal", article.url or "tidak diketahui"),
        ("Asal", "; ".join((origin_line(came), *flags_of(came)))),
        ("Berkas", article.path),
        ("Sidik jari", article.sha256),
    ]
    st.html(render.table(rows))
    shown = st.segmented_control(
        "Tampilan", ["Teks bersih", "Yang dibuang"], default="Teks bersih", key="tampilan", label_visibility="collapsed"
    )
    if shown == "Yang dibuang":
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
        st.html(f'<div class="ta-article">{render.words(article.text, "ta-article")}</div>')
    if editor:
        _draw_desk(place, article)


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
                place.desk.correct(article.id, wanted)
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
        st.session_state.pop("artikel", None)
        st.query_params.pop("artikel", None)
        st.rerun()
