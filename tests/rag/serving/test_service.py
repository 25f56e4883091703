import io
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fake_reader import FakeReader
from fakes import WordEmbedder
from scripted_chat import KnowingChat

from index.errors import InputError, ModelError
from index.pipeline import inspection
from index.pipeline.indexer import Indexer
from index.pipeline.reading import Reading
from index.storage.history import ASKED, History
from index.storage.repository import Store
from rag.serving import loading
from rag.serving.jobs import Job
from rag.serving.service import AUTOMATIC, DRAFT, EXAMPLES_FILE, SINGLE, Workplace
from rag.settings import Settings

TEXT = "SURABAYA - Program One Pesantren One Product (OPOP) dimulai. “Ini baik,” kata Akmal Malik, Senin."
OTHER = "JEMBER - Warga berkumpul sejak pagi. Festival Kopi Nusantara digelar di Jember pada akhir pekan."


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    monkeypatch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())
    monkeypatch.setattr(loading, "open_reader", lambda settings: FakeReader())

    def open_llm(settings: Settings) -> KnowingChat:
        if settings.llm_path is not None and settings.llm_path.read_text() != "GGUF":
            raise ModelError(f"Model {settings.llm_path} tidak dapat dimuat.")
        return KnowingChat({})

    monkeypatch.setattr(loading, "open_llm", open_llm)
    folder = tmp_path / "artikel"
    folder.mkdir()
    (folder / "a.txt").write_text(f"Pesantren Berdaya\n29 November 2021\n{TEXT}", "utf-8")
    (folder / "b.txt").write_text(
        f"Kopi Jember\n{OTHER}\nBaca juga: Harga kopi naik\nPengunjung datang ramai.", "utf-8"
    )
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        Indexer(store, WordEmbedder()).run([folder])
        History(store.database).begin("ani", "s1", ASKED, "Terputus?")
    place = Workplace(Settings(tmp_path, tmp_path))
    yield place
    place.store.close()


def test_what_was_cut_off_is_counted_at_the_start(place: Workplace) -> None:
    assert place.cut_off == 1


def test_the_process_that_read_one_file_reads_the_next(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    used = []
    with closing(Reading()) as reading:
        monkeypatch.setattr(inspection, "shared", lambda: reading)
        for id in ("a.txt", "b.txt"):
            article = place.store.article(id)
            assert article is not None and place.prepared(article) is not None
            used += reading._idle
    assert len(used) == 2
    assert used[0] is used[1]


def test_without_a_model_no_example_is_promised(place: Workplace) -> None:
    assert place.examples() == []
    assert not (place.settings.data_dir / EXAMPLES_FILE).exists()


def test_the_lines_of_an_article_are_read_from_its_file_again(place: Workplace) -> None:
    article = place.store.article("b.txt")
    assert article is not None
    prepared = place.prepared(article)
    assert prepared is not None
    assert [line.kind for line in prepared.lines if line.text == "Baca juga: Harga kopi naik"] == ["baca juga"]
    Path(article.path).write_text("Lain sama sekali.", "utf-8")
    assert place.prepared(article) is None
    Path(article.path).unlink()
    assert place.prepared(article) is None


def test_another_model_is_chosen_and_remembered(place: Workplace, tmp_path: Path) -> None:
    own = tmp_path / "lain.gguf"
    own.write_text("GGUF")
    before = place.assistant
    place.choose_llm(own)
    assert place.assistant is not before
    again = Workplace(Settings(tmp_path, tmp_path))
    assert again.settings.llm_path == own
    again.store.close()
    place.choose_llm(None)
    again = Workplace(Settings(tmp_path, tmp_path))
    assert again.settings.llm_path is None
    again.store.close()


def test_a_model_that_does_not_load_changes_nothing(place: Workplace, tmp_path: Path) -> None:
    bad = tmp_path / "rusak.gguf"
    bad.write_text("bukan")
    with pytest.raises(ModelError, match=r"rusak\.gguf tidak dapat dimuat"):
        place.choose_llm(bad)
    assert place.settings.llm_path is None
    assert not (tmp_path / "model.json").exists()
    assert place.assistant.ask("Apa?").found is False


def test_a_model_on_a_server_is_not_exchanged_for_a_file(place: Workplace, tmp_path: Path) -> None:
    place.settings = replace(place.settings, llm_servers=("http://127.0.0.1:9",))
    with pytest.raises(InputError, match=r"Model jawaban ada di server \(TANYA_LLM\)"):
        place.choose_llm(tmp_path / "lain.gguf")
    (tmp_path / "model.json").write_text(f'{{"llm": "{__file__}"}}')
    again = Workplace(Settings(tmp_path, tmp_path, llm_servers=("http://127.0.0.1:9",)))
    assert again.settings.llm_path is None
    again.store.close()


def asked(place: Workplace, reader: str, session: str, question: str) -> dict[str, object]:
    job = place.begin(reader, session, question, None)
    view = job.view
    while not view.ended:
        view = job.wait(view, timeout_s=10)
    while place.jobs.running(job.id):
        threading.Event().wait(0.01)
    assert view.error is None
    entry = place.history.entry(reader, job.id)
    assert entry is not None and entry.record is not None
    assert entry.question == question
    return entry.record


def test_a_follow_up_is_read_within_its_conversation_and_in_no_other(place: Workplace) -> None:
    assert asked(place, "ani", "s2", "Apa itu OPOP?")["rewritten"] is None
    rewritten = asked(place, "ani", "s2", "Apa kata Akmal Malik tentang itu?")["rewritten"]
    assert isinstance(rewritten, dict)
    assert "OPOP" in rewritten["question"]
    assert "merujuk" in rewritten["reason"]
    assert asked(place, "ani", "s3", "Apa kata Akmal Malik tentang itu?")["rewritten"] is None
    assert asked(place, "budi", "s2", "Apa kata Akmal Malik tentang itu?")["rewritten"] is None


def test_the_words_of_a_no_are_nobody_to_the_question_after_it(place: Workplace) -> None:
    assert asked(place, "ani", "s4", "Siapa yang membubarkan OPOP?")["found"] is False
    rewritten = asked(place, "ani", "s4", "Apa katanya tentang UMKM?")["rewritten"]
    assert isinstance(rewritten, dict)
    assert rewritten["question"] == "Tentang yang membubarkan OPOP: apa katanya tentang UMKM?"


def test_a_quotation_or_a_draft_is_told_by_what_it_holds(place: Workplace) -> None:
    one = place.check("“Ini baik,” kata Akmal Malik", "", AUTOMATIC, None)
    assert (one["draft"], len(one["checks"])) == (None, 1)
    draft = "“Program One Pesantren One Product (OPOP) dihentikan,” kata Akmal Malik. "
    draft += "“Semua pengunjung datang dari Bali,” kata Budi Santoso."
    many = place.check(draft, "", AUTOMATIC, None)
    assert many["draft"] is not None
    assert [check["verdict"] for check in many["checks"]] == ["altered", "not_found"]
    assert many["flagged"] == [0, 1]
    assert many["draft"]["text"] == draft
    assert many["asked"] == {"speaker": "", "kind": AUTOMATIC}
    assert [draft[check["start"] :].startswith(check["quote"]) for check in many["checks"]] == [True, True]
    assert place.check(draft, "", SINGLE, None)["draft"] is None


def test_a_draft_gives_way_to_a_single_quotation_of_another(place: Workplace) -> None:
    """Its quotations are checked one by one; what another asks meanwhile does not wait for the last of them."""
    ended: list[str] = []
    draft = " ".join(f"“Semua pengunjung nomor {number} datang dari Bali,” kata Budi Santoso." for number in range(60))
    place.check("Ini baik", "", SINGLE, None)  # what is made at the first check is made

    def check_draft() -> None:
        place.check(draft, "", DRAFT, None, "jahat")
        ended.append("draft")

    thread = threading.Thread(target=check_draft)
    thread.start()
    place.check("Semua pengunjung datang dari Bali", "", SINGLE, None, "ani")
    ended.append("single")
    thread.join(120)
    assert ended == ["single", "draft"]


def test_who_asks_beside_two_others_sees_what_lies_nearest_before_it_is_read(place: Workplace) -> None:
    """Reading takes most of the time until the evidence; the order by meaning and words is there at once."""
    place.load_models()
    may_read, reads = threading.Event(), threading.Semaphore(0)

    class Turn:
        def __enter__(self) -> None:
            reads.release()
            assert may_read.wait(20)

        def __exit__(self, *error: object) -> None:
            pass

    def begin() -> Job:
        return place.begin("ani", "", "Apa itu OPOP?", None, turn=Turn)

    jobs = [begin(), begin()]
    for _ in jobs:
        assert reads.acquire(timeout=20)
    third = begin()
    assert reads.acquire(timeout=20)
    assert [job.view.sources for job in jobs] == [None, None]
    first_look = third.view.sources
    assert first_look is not None and "OPOP" in first_look[0].text
    may_read.set()
    while place.jobs.count():
        threading.Event().wait(0.01)
    assert third.view.answer is not None
    assert [job.view.sources for job in jobs] == [third.view.sources] * 2
    assert third.view.sources[0].score != first_look[0].score  # it has been read since


def test_no_other_model_while_an_answer_is_written(place: Workplace) -> None:
    go_on = threading.Event()

    def ask(handle: object) -> Iterator[None]:
        go_on.wait(10)
        yield from ()

    place.jobs.begin("ani", "s1", "Apa?", ask)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="tunggu sebentar"):
        place.choose_llm(None)
    go_on.set()
    while place.jobs.count():
        threading.Event().wait(0.01)


def test_an_upload_that_a_kill_cuts_off_before_its_run_is_indexed_at_the_next_start(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed() -> None:
        raise Killed

    sent = io.BytesIO(b"Harga Beras\nSURABAYA - Harga beras naik.")
    sent.name, sent.size = "c.txt", len(sent.getvalue())  # type: ignore[attr-defined]
    monkeypatch.setattr(place.background, "start", killed)
    with pytest.raises(Killed):
        place.upload([sent], "ani")  # type: ignore[list-item]
    assert len(list((tmp_path / "unggahan").rglob("c.txt"))) == 1
    again = Workplace(Settings(tmp_path, tmp_path), ("true",))
    assert again.background.run.resumed
    again.store.close()
