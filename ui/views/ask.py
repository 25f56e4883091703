"""Tanya: ask, see the evidence at once, read the answer as it comes, follow a number to its sentence."""

from __future__ import annotations

import time
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from index.storage.alerts import QUESTION
from index.storage.filters import Filters
from index.storage.history import ASKED, CUT_OFF, FAILED, RUNNING, STOPPED, Entry
from rag.answering.answer import Answer, Source
from rag.answering.grounding import proof_span
from rag.answering.serialization import Record, restored
from rag.serving.credits import cited_sources, credit_forms
from rag.serving.jobs import Job, View
from rag.serving.service import MAX_QUESTION_CHARS, Workplace
from ui import alerts, conversations, door, filters, render
from ui.cited import cited
from ui.copying import address, copy_link, copy_text
from ui.shared import ask_next, workplace
from ui.style import SCROLL_TO_ANSWER
from ui.views.articles import show_article

ANSWER = "jawaban"  # in an address: the answer that the page opens at
_LOOKS_FOR_EXAMPLES = 1500  # ten minutes
_HERE = "Semua berjalan di komputer ini; tidak ada yang dikirim keluar."
_SHARED = "Artikelnya disimpan di PostgreSQL redaksi; pertanyaan dan jawaban tidak keluar dari komputer ini."
_AS_IT_WAS = "Server arsip sedang tidak terjangkau; arsip dibaca seperti yang terakhir diterima."
_LOOK_S = 0.4  # how often the page looks at an answer in the making when nothing changes


def page() -> None:
    """Draw the conversation of this tab, what is being answered, and the place for the next question."""
    place, reader, session = workplace(), door.reader(), door.session()
    if st.query_params.get("sesi") != session:
        st.query_params["sesi"] = session
    conversations.draw(place, reader.name, session)
    st.title("Tanya Arsip")
    articles, _ = place.store.counts()
    st.html(
        render.words(
            f"{render.count(articles)} artikel di arsip ini. {_SHARED if place.settings.store else _HERE}", "ta-meta"
        )
    )
    if place.store_problem:
        st.html(render.words(place.store_problem if reader.is_editor else _AS_IT_WAS, "ta-note"))
    if place.problem:
        problem = place.problem if reader.is_editor else render.without_folders(place.problem)
        told = f"Pertanyaan belum dapat dijawab: {problem} Pencarian kutipan, arsip, dan riwayat tetap berjalan."
        st.html(render.words(told, "ta-note"))
    box = st.container()  # not pinned to the window's foot: the page would scroll away from the evidence
    question = box.chat_input("Tanyakan sesuatu tentang isi arsip", max_chars=MAX_QUESTION_CHARS)
    chosen = filters.draw(place)
    if question and question.strip():
        _ask(place, question.strip(), chosen)
    if waiting := st.session_state.pop("tanyakan", None):
        _ask(place, waiting[0], chosen, implied=waiting[1])
    entries = [entry for entry in place.history.session(reader.name, session) if entry.kind == ASKED]
    if not entries:
        alerts.draw(place, reader.name)
        _welcome(place, articles)
    following: list[tuple[Job, _Slots]] = []
    for entry in reversed(entries):  # the newest stands right below its box
        job = place.jobs.running(entry.id)
        if job is not None:
            following.append((job, _draw_running(entry, job)))
        else:
            _draw_ended(place, reader.name, entry)
    if entries and ANSWER in st.query_params:
        st.html(SCROLL_TO_ANSWER, unsafe_allow_javascript=True)
    if following:
        _follow(place, following)
    elif not entries and articles and not place.problem and not place.examples():
        _await_examples(place)


def _ask(place: Workplace, question: str, chosen: Filters | None, *, implied: bool = True) -> None:
    place.begin(door.reader().name, door.session(), question, chosen, implied=implied)


def _welcome(place: Workplace, articles: int) -> None:
    if not articles:
        st.html(render.words("Arsip ini masih kosong. Unggah artikel di halaman Arsip."))
        return
    st.html(render.words("Yang dapat dilakukan di sini", "ta-heading"))
    for page, label, told in (
        ("Cari", "Cari kata demi kata", "setiap artikel yang memuatnya, dengan DAN, ATAU, TIDAK"),
        ("Cek Kutipan", "Cek kutipan atau naskah", "apakah dikatakan begitu, oleh siapa, di mana"),
        ("Arsip", "Buka atau tambah artikel", "daftar, grafik; seret berkas untuk memasukkannya"),
        ("Bantuan", "Bantuan", "cara bertanya dan mencari, tombol pintas"),
    ):
        with st.container(gap=None):
            st.page_link(door.PAGES[page], label=label)
            st.html(render.words(told, "ta-meta ta-below"))
    _draw_examples(place)


def _draw_examples(place: Workplace) -> None:
    """Draw questions that were tried and that this archive answers; until then none."""
    if questions := place.examples():
        st.html(render.words("Coba tanyakan:", "ta-heading"))
        for number, question in enumerate(questions):
            st.button(render.label(question), key=f"contoh-{number}", on_click=ask_next, args=(question,))


def _await_examples(place: Workplace) -> None:
    """Draw the page anew once examples are there.

    subtle: a fragment that runs by itself would end the run of the page in which an answer is followed; and a run that
    draws nothing cannot be ended by a question, so the line is drawn at every look.
    """
    line = st.empty()
    for _ in range(_LOOKS_FOR_EXAMPLES):
        line.html(render.words("Contoh pertanyaan sedang dicoba pada arsip ini …", "ta-meta"))
        if place.examples():
            st.rerun()
        if place.problem or (place.ready and not place.tried.are_pending):
            break
        time.sleep(_LOOK_S)
    line.empty()


class _Slots:
    """The places of an answer in the making: a line on how far it is, its words, its sources."""

    def __init__(self) -> None:
        self.told: DeltaGenerator = st.empty()
        self.words: DeltaGenerator = st.empty()
        self.sources: DeltaGenerator = st.empty()
        self.seen = View(version=-1)


def _draw_question(entry: Entry) -> None:
    place = ' id="ta-jawaban"' if st.query_params.get(ANSWER) == str(entry.id) else ""
    st.html(f'<h2 class="ta-asked"{place}>{escape(entry.question)}</h2>')


def _draw_running(entry: Entry, job: Job) -> _Slots:
    _draw_question(entry)
    _draw_read(job.read, entry)
    slots = _Slots()
    st.button("Berhenti", key=f"berhenti-{entry.id}", on_click=job.stop, icon=":material/stop_circle:")
    return slots


def _follow(place: Workplace, following: list[tuple[Job, _Slots]]) -> None:
    """Show the answers as they come; once one has ended, draw the page anew with its checked sentences."""
    while True:
        for job, slots in following:
            view = job.view
            _show(place, view, slots, job.id)
            slots.seen = view
        if any(job.view.ended and place.jobs.running(job.id) is None for job, _ in following):
            st.rerun()
        job, slots = following[0]
        job.wait(slots.seen, _LOOK_S)


def _show(place: Workplace, view: View, slots: _Slots, number: int) -> None:
    if view.sources is None and not place.ready:
        told = "Memuat model …"
    elif view.sources is None:
        told = "Mencari di arsip …"
    elif view.place:
        told = f"Menunggu giliran, nomor {view.place} dalam antrean …"
    elif not view.said:
        told = "Membaca sumber …"
    else:
        told = "Menulis jawaban; setiap kalimat diperiksa setelah selesai …"
    slots.told.html(render.words(told, "ta-meta"))
    if view.version == slots.seen.version:
        return
    if view.sources is not None and view.sources != slots.seen.sources:
        with slots.sources.container():
            for source in view.sources:
                _draw_source(place, source, number, None)
    if view.said:
        slots.words.html(render.words(render.refusal(view.said)))


def _draw_ended(place: Workplace, reader: str, entry: Entry) -> None:
    _draw_question(entry)
    if entry.state in (CUT_OFF, FAILED, RUNNING):
        _draw_part(place, entry)
        return
    answer = restored(entry.record or {})
    _draw_answer(place, answer, entry)
    good = {0: "kurang", 1: "baik"}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Tanya lagi", key=f"lagi-{entry.id}", on_click=ask_next, args=(entry.question,))
        copy_link(address("", {"sesi": entry.session, ANSWER: entry.id}), key=f"tautan-jawaban-{entry.id}")
        if sources := cited_sources(answer):
            _draw_credits(place, answer, sources, entry.id)
        alerts.keep_button(place, reader, QUESTION, entry.question, key=f"{entry.id}")
        rated = st.feedback("thumbs", key=f"nilai-{entry.id}", default=entry.rating)
        if rated != entry.rating and rated in (*good, None):
            place.history.rate(reader, entry.id, rated)


def _draw_answer(place: Workplace, answer: Answer, entry: Entry) -> None:
    notes = list(answer.notes)
    if entry.state == STOPPED:
        notes.insert(0, "Jawaban ini Anda hentikan; hanya yang sudah selesai ditulis yang ditampilkan.")
    _draw_read(entry.record or {}, entry)
    if answer.found:
        opened = cited(answer, f"jawaban-{entry.id}", _addresses(place, answer))
    else:
        opened = None
        told = f"{answer.articles_searched} artikel diperiksa. Bagian yang terdekat ada di bawah sebagai petunjuk."
        said = answer.answer if entry.state != STOPPED or not answer.raw else answer.raw
        # a greeting is answered without a search
        st.html(
            render.words(render.refusal(said)) + (render.words(told, "ta-meta") if answer.articles_searched else "")
        )
    for note in notes:
        st.html(render.words(note, "ta-note"))
    numbers = {n for sentence in answer.sentences for n in sentence.citations}
    for source in answer.sources:
        if source.n in numbers or not numbers:
            _draw_source(place, source, entry.id, answer)
    others = [source for source in answer.sources if numbers and source.n not in numbers]
    if others:
        with st.expander(f"Bagian lain yang terdekat ({len(others)})"):
            for source in others:
                _draw_source(place, source, entry.id, answer)
    if opened:
        source, sentence = opened
        show_article(place, source, [proof_span(source.text, sentence)])


def _addresses(place: Workplace, answer: Answer) -> dict[str, str]:
    """Return the addresses of the originals that an answer's sources came from, by article."""
    heads = place.store.heads(sorted({source.article_id for source in answer.sources}))
    return {id: article.url for id, article in heads.items() if article.url}


def _draw_credits(place: Workplace, answer: Answer, sources: list[Source], number: int) -> None:
    """Draw the ready forms for crediting the sources that an answer cites."""
    with st.popover("Kredit", type="tertiary", icon=":material/format_quote:"):
        for at, (name, text) in enumerate(credit_forms(sources, _addresses(place, answer))):
            st.html(render.words(name, "ta-meta") + render.words(text))
            copy_text(text, key=f"kredit-{number}-{at}", label=f"Salin {name.lower()}")


def _draw_read(record: Record, entry: Entry) -> None:
    """Draw what was read into a question: as it stands alone, and the filters in its words, which can be dropped."""
    if rewritten := record.get("rewritten"):
        told = f"Dibaca sebagai: {rewritten['question']} ({rewritten['reason']})"
        st.html(render.words(told, "ta-meta"))
    for number, one in enumerate(record.get("implied") or ()):
        st.button(
            f"{render.label(one['label'])} ✕",
            key=f"tersirat-{entry.id}-{number}",
            help="Tanyakan lagi tanpa saringan ini",
            on_click=ask_next,
            args=(entry.question, False),
        )


def _draw_part(place: Workplace, entry: Entry) -> None:
    """Draw what was written of an answer that was cut off."""
    answer = restored({"question": entry.question, **(entry.record or {})})
    reason = {
        CUT_OFF: "Jawaban ini terputus ketika program berhenti. Yang sudah ditulis ada di sini, belum diperiksa.",
        FAILED: "Jawaban ini gagal dibuat.",
        RUNNING: "Jawaban ini belum selesai.",
    }[entry.state]
    for note in answer.notes or (reason,):  # a failure has told its own reason
        st.html(render.words(note, "ta-note"))
    if answer.raw:
        st.html(render.words(answer.raw))
    for source in answer.sources:
        _draw_source(place, source, entry.id, answer)
    st.button("Tanya lagi", key=f"lagi-{entry.id}", on_click=ask_next, args=(entry.question,))


def _draw_source(place: Workplace, source: Source, number: int, answer: Answer | None) -> None:
    """Draw one source's card; once the answer is there, it opens its article."""
    proofs = _proofs(source, answer)
    st.html(render.source(source, number, proofs))
    if answer is not None and st.button("Buka artikel", key=f"buka-{number}-{source.n}", type="tertiary"):
        show_article(place, source, proofs)


def _proofs(source: Source, answer: Answer | None) -> list[tuple[int, int]]:
    told = [sentence for sentence in answer.sentences if source.n in sentence.citations] if answer else []
    return [proof_span(source.text, sentence.text) for sentence in told]
