"""The page: ask, read, follow a citation to its place in the article. It draws; all thinking is in ``rag``."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from index.errors import TanyaError
from index.store import Store
from rag import assembly
from rag.answer import Answer, EvidenceFound, Finished, Piece, Source
from rag.assistant import Assistant
from rag.grounding import proof_span
from rag.llm import Handle
from rag.prompt import constant_prompts
from rag.retrieve import Retriever
from rag.settings import Settings, go_offline
from ui import render

MAX_QUESTION_CHARS = 500
EXAMPLE = "Apa itu BerAKHLAK?"
ICON = Path(__file__).with_name("icon.png")  # a named icon would be fetched from outside


@dataclass(frozen=True)
class Archive:
    """What every visitor of the page shares."""

    store: Store
    assistant: Assistant


@st.cache_resource(show_spinner="Memuat arsip dan model …")
def open_archive() -> Archive:
    """Load store and models once; the constant part of the prompt is read ahead, beside the page."""
    go_offline()
    settings = Settings.load()
    store = assembly.open_store(settings)
    retriever = Retriever(store, assembly.open_embedder(settings))
    retriever.warm()
    model = assembly.open_llm(settings)
    threading.Thread(target=model.warm, args=(constant_prompts(),), daemon=True).start()
    return Archive(store, Assistant(retriever, model))


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_title="Tanya Arsip", page_icon=str(ICON), layout="centered")
    st.html(render.STYLE)
    st.title("Tanya Arsip")
    try:
        archive = open_archive()
        articles, _ = archive.store.counts()
        st.caption(f"{articles} artikel di arsip ini. Semua berjalan di komputer ini; tidak ada yang dikirim keluar.")
        history: list[Answer] = st.session_state.setdefault("answers", [])
        for number, answer in enumerate(history):
            draw_answer(archive, answer, number)
        question = st.chat_input(f"Tanyakan sesuatu, misalnya: {EXAMPLE}", max_chars=MAX_QUESTION_CHARS)
        if question and question.strip():
            history.append(ask(archive, question.strip(), len(history)))
            st.rerun()  # draws the checked answer in place of the model's words
    except TanyaError as error:
        st.html(render.words(f"Tidak dapat dilanjutkan: {error}"))


def draw_answer(archive: Archive, answer: Answer, number: int) -> None:
    """Draw one question with its answer and sources."""
    with st.chat_message("user"):
        st.html(render.words(answer.question))
    with st.chat_message("assistant"):
        st.html(render.answer(answer, number))
        draw_sources(archive, answer.sources, number, answer)


def ask(archive: Archive, question: str, number: int) -> Answer:
    """Answer one question as the words come: the sources first, then the model's text; return the checked answer."""
    with st.chat_message("user"):
        st.html(render.words(question))
    with st.chat_message("assistant"):
        words, sources = st.empty(), st.empty()
        words.html(render.words("Mencari di arsip …"))
        said = ""
        handle = Handle(on_wait=lambda place: _show(words, f"Menunggu giliran, nomor {place} …"))
        with closing(archive.assistant.stream(question, handle=handle)) as events:
            for event in events:
                if isinstance(event, EvidenceFound):
                    with sources.container():
                        draw_sources(archive, event.sources, number, None)
                    _show(words, "Membaca sumber …")
                elif isinstance(event, Piece):
                    said += event.text
                    _show(words, said)
                elif isinstance(event, Finished):
                    return event.answer
    raise AssertionError("a stream ends with Finished")


def draw_sources(archive: Archive, sources: tuple[Source, ...], number: int, answer: Answer | None) -> None:
    """Draw the sources: what the answer cites in full view, the others folded away; all while there is no answer."""
    cited = {n for sentence in answer.sentences for n in sentence.citations} if answer else set()
    for source in sources:
        if source.n in cited or not cited:
            draw_source(archive, source, number, answer)
    others = [source for source in sources if cited and source.n not in cited]
    if others:
        with st.expander(f"Bagian lain yang terdekat ({len(others)})"):
            for source in others:
                draw_source(archive, source, number, answer)


def draw_source(archive: Archive, source: Source, number: int, answer: Answer | None) -> None:
    """Draw one source's card; once the answer is there, it opens its article."""
    article = archive.store.article(source.article_id)
    text = article.text if article else source.text
    proofs = _proofs(source, answer)
    st.html(render.source(source, text, number, proofs))
    if answer is not None and st.button("Buka artikel", key=f"open-{number}-{source.n}", type="tertiary"):
        open_article(source, text, proofs)


@st.dialog("Artikel", width="large")
def open_article(source: Source, text: str, proofs: list[tuple[int, int]]) -> None:
    """Show a whole article, scrolled to the passage."""
    st.html(render.article(source, text, proofs))
    st.html(render.SCROLL_TO_PASSAGE, unsafe_allow_javascript=True)


def _proofs(source: Source, answer: Answer | None) -> list[tuple[int, int]]:
    cited = [sentence for sentence in answer.sentences if source.n in sentence.citations] if answer else []
    return [proof_span(source.text, sentence.text) for sentence in cited]


def _show(place: DeltaGenerator, text: str) -> None:
    place.html(render.words(text))


if __name__ == "__main__":
    main()
