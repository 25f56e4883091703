from collections.abc import Iterator
from pathlib import Path

import pytest

from index.storage.history import ASKED, CHECKED, CUT_OFF, DONE, RUNNING, History
from index.storage.repository import Store


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        yield History(store.database)


def test_an_entry_is_there_before_its_answer_and_keeps_what_came_of_it(history: History) -> None:
    id = history.begin("ani", "s1", ASKED, "Apa itu OPOP?")
    entry = history.entry("ani", id)
    assert entry is not None
    assert (entry.question, entry.state, entry.record, entry.rating) == ("Apa itu OPOP?", RUNNING, None, None)
    history.keep(id, {"answer": "One Pesantren One Product"}, DONE)
    history.rate("ani", id, 1)
    entry = history.entry("ani", id)
    assert entry is not None
    assert (entry.state, entry.record, entry.rating) == (DONE, {"answer": "One Pesantren One Product"}, 1)


def test_nobody_sees_rates_or_removes_what_is_another_readers(history: History) -> None:
    id = history.begin("ani", "s1", ASKED, "Rahasia?")
    history.rate("budi", id, 0)
    history.remove("budi", [id])
    assert history.entry("budi", id) is None
    assert history.session("budi", "s1") == []
    assert history.search("budi") == history.search("budi", "Rahasia") == []
    mine = history.entry("ani", id)
    assert mine is not None and mine.rating is None
    history.remove("ani", [id])
    assert history.search("ani") == []


def test_search_looks_into_question_and_record_and_takes_every_character_as_it_is(history: History) -> None:
    first = history.begin("ani", "s1", ASKED, "Naik 85% atau 85 persen?")
    second = history.begin("ani", "s1", CHECKED, "Inovasi adalah ruhnya")
    history.keep(second, {"verdict": "exact", "speaker": "Azwar Anas"}, DONE)
    assert [entry.id for entry in history.search("ani")] == [second, first]
    assert [entry.id for entry in history.search("ani", "85%")] == [first]
    assert [entry.id for entry in history.search("ani", "azwar")] == [second]
    assert history.search("ani", "8_%") == []
    assert [entry.id for entry in history.search("ani", kind=CHECKED)] == [second]
    assert [entry.id for entry in history.search("ani", count=1)] == [second]


def test_what_was_running_at_the_end_is_known_as_cut_off(history: History) -> None:
    running = history.begin("ani", "s1", ASKED, "Satu?")
    done = history.begin("ani", "s1", ASKED, "Dua?")
    history.keep(running, {"raw": "Sebagian."})
    history.keep(done, {}, DONE)
    assert history.cut_off() == 1
    assert history.cut_off() == 0
    assert [(entry.state, entry.record) for entry in history.session("ani", "s1")] == [
        (CUT_OFF, {"raw": "Sebagian."}),
        (DONE, {}),
    ]


def test_writing_history_does_not_make_a_search_load_anything_anew(tmp_path: Path) -> None:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        before = store.generation
        History(store.database).begin("ani", "s1", ASKED, "Apa?")
        assert store.generation == before
