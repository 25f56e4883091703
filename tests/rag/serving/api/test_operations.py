"""What may be asked at once, for how long, and in whose turn: in one process, with models without weights."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_reader import TrustingReader
from fakes import WordEmbedder
from scripted_chat import KnowingChat
from served_api import ANSWERS, archive

pytest.importorskip("pydantic", reason="neither the extra `api` nor `mcp` is installed")
from index.errors import InputError, ModelError
from rag.answering.answer import Source
from rag.serving import loading
from rag.serving.access.accounts import EDITOR, READER, Reader
from rag.serving.api import operations as module
from rag.serving.api.operations import MAX_AT_ONCE, Operations, TooMany, as_shown
from rag.serving.api.shapes import AskRequest, DraftRequest, SearchRequest
from rag.serving.jobs import Job, Unkept, View
from rag.serving.service import Workplace
from rag.settings import Settings

ANI, BUDI = Reader("ani", READER), Reader("budi", EDITOR)
ASKED = AskRequest(question="Berapa panjang Jembatan Kalirejo?")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steady_weights: None) -> Iterator[Workplace]:
    monkeypatch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())
    monkeypatch.setattr(loading, "open_reader", lambda settings: TrustingReader())
    monkeypatch.setattr(loading, "open_llm", lambda settings: KnowingChat(ANSWERS, 0.1))
    place = Workplace(Settings(archive(tmp_path / "data"), tmp_path), beside=True)
    yield place
    place.store.close()


def wait_until_idle(place: Workplace) -> None:
    for _ in range(200):
        if not place.jobs.count():
            return
        time.sleep(0.05)
    raise AssertionError("answers are still made")


def test_an_answer_that_takes_too_long_is_stopped_and_told(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "open_llm", lambda settings: KnowingChat(ANSWERS, 1.5))
    with pytest.raises(ModelError, match="belum selesai dalam 1 detik dan dihentikan"):
        asyncio.run(Operations(place, answer_s=1.0).ask(ANI, ASKED))
    wait_until_idle(place)


def test_a_long_wait_is_told_to_go_on(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PING_S", 0.02)

    async def kinds() -> list[str]:
        return [event.kind async for event in Operations(place).events(ANI, ASKED)]

    told = asyncio.run(kinds())
    assert "ping" in told
    assert [kind for kind in told if kind not in ("ping", "words")] == ["evidence", "answer"]


def test_evidence_is_told_again_only_where_its_order_changed() -> None:
    """Who asks beside others sees what lies nearest first; the reader may put it in another order."""
    one, other = (Source(n, f"{n}.txt", None, None, None, "", 0, 4, "Isi.", 0.5) for n in (1, 2))
    job = Job(1, "Apa?", Unkept())
    nothing, first = View(), View(1, sources=(one, other))
    kinds = [
        [event.kind for event in module._news(seen, view, job)]
        for seen, view in [(nothing, first), (first, View(2, sources=(one, other))), (first, View(2, sources=(other,)))]
    ]
    assert kinds == [["evidence"], [], ["evidence"]]


def test_who_leaves_while_the_question_begins_leaves_nothing_behind(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "open_llm", lambda settings: KnowingChat(ANSWERS))
    begin, may_begin = place.begin, threading.Event()

    def slowly(*given: object, **more: object) -> object:
        may_begin.wait(10)
        return begin(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(place, "begin", slowly)
    operations = Operations(place)

    async def leave() -> None:
        asking = asyncio.ensure_future(operations.ask(ANI, ASKED))
        await asyncio.sleep(0.2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        may_begin.set()

    asyncio.run(leave())
    time.sleep(0.2)
    wait_until_idle(place)
    monkeypatch.setattr(place, "begin", begin)

    async def many() -> list[object]:
        return await asyncio.gather(*(operations.ask(ANI, ASKED) for _ in range(MAX_AT_ONCE)), return_exceptions=True)

    answers = asyncio.run(many())  # nothing is counted of the one that left
    assert [answer["answer"] if isinstance(answer, dict) else answer for answer in answers] == (
        ["120 meter. [1]"] * MAX_AT_ONCE
    )


def test_beyond_the_bound_of_one_reader_another_is_admitted_and_has_the_next_turn(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations, search, done, gate = Operations(place), place.search, [], threading.Event()

    def held(question: str, *given: object, **more: object) -> object:
        gate.wait(10)
        done.append(question)
        return search(question, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(place, "search", held)
    wanted, other = SearchRequest(question="jembatan", top=1), SearchRequest(question="jembatan Kalirejo", top=1)

    async def ask() -> tuple[list[object], object]:
        flood = [asyncio.ensure_future(operations.search(ANI, wanted)) for _ in range(MAX_AT_ONCE + 3)]
        await asyncio.sleep(0.1)
        mine = asyncio.ensure_future(operations.search(BUDI, other))
        await asyncio.sleep(0.1)
        gate.set()
        return await asyncio.gather(*flood, return_exceptions=True), await mine

    flood, found = asyncio.run(ask())
    assert sum(isinstance(one, TooMany) for one in flood) == 3
    assert isinstance(found, dict) and found["results"][0]["article_id"] == "jembatan.txt"
    assert other.question in done[:2]
    assert asyncio.run(operations.search(ANI, wanted))["results"][0]["path"] == "jembatan.txt"


def test_a_draft_that_nobody_waits_for_ends_at_its_next_quotation(place: Workplace) -> None:
    checked: list[str] = []
    check = place._one_checker.check

    def counted(quote: str, *given: object) -> object:
        checked.append(quote)
        time.sleep(0.1)
        return check(quote, *given)  # type: ignore[arg-type]

    place._one_checker.check = counted  # type: ignore[method-assign, assignment]
    operations = Operations(place)
    text = "\n".join(f"“Warga membangun jembatan {number} bersama-sama,” kata Budi." for number in range(100))

    async def leave() -> None:
        checking = asyncio.ensure_future(operations.draft(ANI, DraftRequest(draft=text)))
        await asyncio.sleep(0.5)
        checking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await checking

    asyncio.run(leave())
    time.sleep(0.3)
    before = len(checked)
    assert 0 < before < 20
    time.sleep(0.5)
    assert len(checked) == before
    with pytest.raises(InputError, match="Pemeriksaan naskah dihentikan"):
        place.draft(text, None, "ani", lambda: False)


def test_only_an_editor_is_told_the_servers_folders() -> None:
    record = {
        "sources": [{"path": "/arsip/a.txt", "provenance": {"folder": "/arsip", "file": "C:\\arsip\\a.zip"}}],
        "also_in": ({"path": "b.txt"},),
        "text": "/arsip/a.txt",
        "path": None,
    }
    assert as_shown(record, BUDI) is record
    assert as_shown(record, ANI) == {
        "sources": [{"path": "a.txt", "provenance": {"folder": None, "file": "a.zip"}}],
        "also_in": [{"path": "b.txt"}],
        "text": "/arsip/a.txt",
        "path": None,
    }
