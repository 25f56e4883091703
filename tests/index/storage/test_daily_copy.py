"""What a reader made and nobody can make again is in the daily copy, and comes back."""

from datetime import date
from pathlib import Path

from index.storage.batches import Batches
from index.storage.conversations import Conversations
from index.storage.daily_copy import keep_daily, restore
from index.storage.history import ASKED, DONE, History
from index.storage.repository import Store


def test_names_of_conversations_and_tables_of_quotations_come_back(tmp_path: Path) -> None:
    path = tmp_path / "arsip.sqlite3"
    with Store(path, create=True) as store:
        history = History(store.database)
        history.keep(history.begin("ani", "s1", ASKED, "Apa itu OPOP?"), {"answer": "Program."}, DONE)
        conversations = Conversations(store.database)
        conversations.rename("ani", "s1", "Pesantren")
        conversations.pin("ani", "s1", True)
        batches = Batches(store.database)
        id = batches.begin("ani", "klaim.csv", {"columns": "x"}, [{"number": 2, "quote": "a", "problem": None}])
        batches.keep(id, 2, {"verdict": "exact"}, verdict="exact", look=False, change=None)
    assert keep_daily(path, date(2026, 3, 1)) is not None
    path.write_bytes(b"rusak" * 1000)
    back = restore(path)
    assert (back.rows["conversations"], back.rows["batches"], back.rows["batch_rows"]) == (1, 1, 1)
    with Store(path) as store:
        (one,) = Conversations(store.database).list("ani")
        assert (one.title, one.pinned) == ("Pesantren", True)
        (batch,) = Batches(store.database).of_reader("ani")
        assert (batch.name, batch.about) == ("klaim.csv", {"columns": "x"})
        (row,) = Batches(store.database).rows(batch.id)
        assert (row.verdict, row.record) == ("exact", {"verdict": "exact"})


def test_a_copy_of_an_older_program_has_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "arsip.sqlite3"
    with Store(path, create=True) as store:
        History(store.database).begin("ani", "s1", ASKED, "Apa itu OPOP?")
    assert keep_daily(path, date(2026, 3, 1)) is not None
    path.unlink()
    assert restore(path).rows["history"] == 1
    with Store(path) as store:
        assert [one.title for one in Conversations(store.database).list("ani")] == ["Apa itu OPOP?"]
        assert Batches(store.database).of_reader("ani") == []
